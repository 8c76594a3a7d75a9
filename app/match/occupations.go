package match

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// occupations are the entries of the national classification that the official tables
// link to specialisms, indexed by the pairs of characters in their names.
type occupations struct {
	list    []occupation
	holders map[string][]int // pair of characters → occupations whose name has it
}

type occupation struct {
	portal.OccupationRef
	rarity      float64 // sum over the pairs of characters in its name
	specialisms []int
	worth       []float64 // of the link to each of them, 0..1
}

// demote takes links of factor 0 out of the specialisms, which it may change, and returns
// the factors of the others by specialism and occupation.
func demote(specialisms []portal.Specialism, demoted []DemotedLink) map[[2]string]float64 {
	factors := make(map[[2]string]float64, len(demoted))
	for _, d := range demoted {
		factors[[2]string{d.Specialism, d.Occupation}] = d.Factor
	}
	for i, s := range specialisms {
		specialisms[i].Occupations = slices.DeleteFunc(slices.Clone(s.Occupations), func(o portal.OccupationRef) bool {
			factor, ok := factors[[2]string{s.Code, o.Code}]
			return ok && factor == 0
		})
	}
	return factors
}

// newOccupations gathers the official links, each worth its factor, and the target
// occupations of profiles.
func newOccupations(specialisms []portal.Specialism, table []portal.Occupation, factors map[[2]string]float64) occupations {
	codes := make(map[string]string, len(table))
	for _, o := range table {
		codes[text.Normalize(o.Name)] = o.Code
	}
	os := occupations{holders: map[string][]int{}}
	number := map[string]int{}
	for i, s := range specialisms {
		refs := slices.Clone(s.Occupations)
		if s.Profile != nil {
			for _, name := range s.Profile.Occupations {
				refs = append(refs, portal.OccupationRef{Name: name})
			}
		}
		for _, ref := range refs {
			name := text.Normalize(ref.Name)
			at, ok := number[name]
			if !ok {
				at = len(os.list)
				number[name] = at
				ref.Code = cmp.Or(ref.Code, codes[name])
				os.list = append(os.list, occupation{OccupationRef: ref})
			}
			if o := &os.list[at]; !slices.Contains(o.specialisms, i) {
				worth, demoted := factors[[2]string{s.Code, o.Code}]
				if !demoted {
					worth = 1
				}
				o.specialisms, o.worth = append(o.specialisms, i), append(o.worth, worth)
			}
		}
	}
	const shortest = 3 // characters; 设备 names no occupation
	for i, o := range os.list {
		if utf8.RuneCountInString(o.Name) >= shortest {
			for _, p := range pairsOf(o.Name) {
				os.holders[p] = append(os.holders[p], i)
			}
		}
	}
	for i, o := range os.list {
		for _, p := range pairsOf(o.Name) {
			os.list[i].rarity += os.rarity(p)
		}
	}
	return os
}

// rarity weighs a pair of characters by how few occupations have it.
func (os occupations) rarity(pair string) float64 {
	return 1 / math.Log2(2+float64(len(os.holders[pair])))
}

// The occupation path considers this many occupations, each at least this well met, and
// is at its full weight when one with a single specialism is named to this share.
const (
	occupationsMet = 12
	wellMet        = .34
	fullyMet       = .5
)

// met is an occupation a need seems to name.
type met struct {
	occupation int
	share      float64 // of its name, rare pairs counting more
	said       string
}

// named finds the occupations whose names a stretch of the need holds enough of.
func (os occupations) named(r reading) []met {
	found := make(map[int]met)
	for _, stretch := range r.stretches {
		here := map[int]float64{}
		for _, p := range pairsOf(stretch) {
			for _, o := range os.holders[p] {
				here[o] += os.rarity(p) / os.list[o].rarity
			}
		}
		for o, share := range here {
			if share >= wellMet && share > found[o].share {
				found[o] = met{o, share, stretch}
			}
		}
	}
	out := make([]met, 0, len(found))
	for _, m := range found {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b met) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.occupation, b.occupation))
	})
	return out[:min(len(out), occupationsMet)]
}

// occupational walks from words of the need to occupations whose names hold them, and
// from those to specialisms. An occupation with many specialisms says little of each.
func (g *Graph) occupational(r reading, weight float64) source {
	value := make([]float64, len(g.nodes))
	path := map[int]met{}
	most := fullyMet
	for _, m := range g.occupations.named(r) {
		o := g.occupations.list[m.occupation]
		for k, i := range o.specialisms {
			share := o.worth[k] * m.share / math.Sqrt(float64(len(o.specialisms)))
			value[i] += share
			most = max(most, value[i])
			if share > path[i].share {
				path[i] = met{m.occupation, share, m.said}
			}
		}
	}
	for i := range value {
		value[i] *= weight / most
	}
	return source{value, func(i int) Part {
		return Part{Kind: PartOccupation, Terms: []string{path[i].said}, Occupation: g.occupations.list[path[i].occupation].OccupationRef}
	}}
}
