package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// The streams of chance: every kind of record draws from its own.
const (
	drawShare uint64 = iota + 1
	drawKind
	drawCollege
	drawOffers
	drawProgramme
	drawEnterprise
	drawNeed
	drawPartnership
	drawLife
	drawOutcome
)

// draw is the chance of record i of one kind. It depends on nothing but the seed, the
// kind and i, so that a record is the same whether or not others were made before it.
func (s *Synthetic) draw(kind uint64, i int) *rand.Rand {
	const spread = 0x9e3779b97f4a7c15 // odd; neighbours come to lie far apart
	return rand.New(rand.NewPCG((s.o.Seed+1)*spread^kind, uint64(i+1)*spread))
}

func chance(d *rand.Rand, p float64) bool { return d.Float64() < p }

// anyOf returns one of the list, or the zero value when it is empty.
func anyOf[T any](d *rand.Rand, list []T) (one T) {
	if len(list) > 0 {
		one = list[d.IntN(len(list))]
	}
	return one
}

// someOf returns up to n different members of the list.
func someOf[T any](d *rand.Rand, list []T, n int) []T {
	n = min(n, len(list))
	if n == 0 {
		return nil
	}
	picked := make([]T, n)
	for i, at := range d.Perm(len(list))[:n] {
		picked[i] = list[at]
	}
	return picked
}

// pareto draws from a heavy tail that begins at 1: a few values are very large.
func pareto(d *rand.Rand) float64 {
	const shape = 1.4
	return math.Pow(1-d.Float64(), -1/shape)
}

// weighted chooses among items by their weights.
type weighted struct {
	items []int
	upTo  []float64 // running total of the weights
}

func (w *weighted) add(item int, weight float64) {
	if n := len(w.upTo); n > 0 {
		weight += w.upTo[n-1]
	}
	w.items, w.upTo = append(w.items, item), append(w.upTo, weight)
}

func (w *weighted) any(d *rand.Rand) int {
	at := d.Float64() * w.upTo[len(w.upTo)-1]
	return w.items[min(sort.SearchFloat64s(w.upTo, at), len(w.items)-1)]
}

// syntheticCatalogue is what synthetic records are made of: the stored catalogue, the
// industries, and the words people use for specialisms.
type syntheticCatalogue struct {
	specialisms []portal.Specialism
	share       []float64                          // how common each of them is, relative
	ofLevel     map[portal.Level][]int             // places in specialisms
	ofDivision  map[string]*weighted               // GB/T 4754 division → specialisms its firms ask for
	divisions   []string                           // those with specialisms
	codes       map[string][]string                // division → codes below it
	surfaces    map[string]map[string][]string     // specialism code → kind of word → words
	units       []string                           // ids
	counted     map[portal.Mode][]portal.Indicator // type of partnership → those counted by whole years
}

// catalogue reads the stored catalogue. A specialism is as common as the register of real
// programmes has it, times a draw from a heavy tail, since the register is small.
func (s *Synthetic) catalogue(ctx context.Context, r Rooms) error {
	c := syntheticCatalogue{ofLevel: map[portal.Level][]int{}, ofDivision: map[string]*weighted{},
		codes: map[string][]string{}, surfaces: map[string]map[string][]string{}}
	registered := map[string]float64{}
	groups, err := r.Records.Programmes.GroupCount(ctx, "code", store.OneOf("certainty", portal.Verified, portal.Unconfirmed))
	if err != nil {
		return err
	}
	for _, g := range groups {
		registered[fmt.Sprint(g.Value)] = float64(g.N)
	}
	rank := map[string]map[string]int{} // class → division → rank
	for _, ci := range r.Taxonomy.ClassIndustries {
		if rank[ci.ClassCode] == nil {
			rank[ci.ClassCode] = map[string]int{}
		}
		rank[ci.ClassCode][ci.Industry] = ci.Rank
	}
	err = r.Records.Specialisms.All(ctx, nil, func(sp *portal.Specialism) error {
		at := len(c.specialisms)
		share := (registered[sp.Code] + .5) * pareto(s.draw(drawShare, at))
		c.specialisms, c.share = append(c.specialisms, *sp), append(c.share, share)
		c.ofLevel[sp.Level] = append(c.ofLevel[sp.Level], at)
		for division, place := range rank[sp.ClassCode] {
			if c.ofDivision[division] == nil {
				c.ofDivision[division] = &weighted{}
				c.divisions = append(c.divisions, division)
			}
			c.ofDivision[division].add(at, share/float64(place))
		}
		return nil
	})
	if err == nil && len(c.divisions) == 0 {
		err = fmt.Errorf("the store holds no catalogue: %w", portal.ErrNotFound)
	}
	slices.Sort(c.divisions)
	for _, in := range r.Taxonomy.Industries {
		if d := in.Division(); c.ofDivision[d] != nil {
			c.codes[d] = append(c.codes[d], in.Code)
		}
	}
	for _, con := range r.Taxonomy.Concepts {
		if con.TargetKind != "specialism" || con.Lang != "zh" || con.Blocks {
			continue
		}
		for _, code := range con.Targets {
			if c.surfaces[code] == nil {
				c.surfaces[code] = map[string][]string{}
			}
			c.surfaces[code][con.Kind] = append(c.surfaces[code][con.Kind], con.Surfaces...)
		}
	}
	s.syntheticCatalogue = c
	return errors.Join(err, s.followed(ctx, r))
}

// followed reads what partnerships are followed by.
func (s *Synthetic) followed(ctx context.Context, r Rooms) error {
	s.counted = map[portal.Mode][]portal.Indicator{}
	return errors.Join(
		r.Records.Units.All(ctx, nil, func(u *portal.Unit) error {
			s.units = append(s.units, u.ID)
			return nil
		}),
		r.Records.Indicators.All(ctx, nil, func(i *portal.Indicator) error {
			if i.Kind == portal.ValueCount && i.Period == portal.PeriodYear && !i.RedLine {
				for _, t := range i.Types {
					s.counted[t] = append(s.counted[t], *i)
				}
			}
			return nil
		}))
}

// offers are the specialisms college i offers, as places in the catalogue: drawn without
// replacement by how common they are (Efraimidis and Spirakis 2006, exponential keys).
func (s *Synthetic) offers(i int) []int {
	d := s.draw(drawOffers, i)
	type drawn struct {
		at  int
		key float64
	}
	var all []drawn
	for _, level := range levelsOf(s.kinds[i]) {
		for _, at := range s.ofLevel[level] {
			all = append(all, drawn{at, d.ExpFloat64() / s.share[at]})
		}
	}
	slices.SortFunc(all, func(a, b drawn) int { return cmp.Compare(a.key, b.key) })
	places := make([]int, s.quotas[i])
	for n := range places {
		places[n] = all[n].at
	}
	return places
}

// levelsOf are the levels a kind of school teaches.
func levelsOf(kind portal.CollegeKind) []portal.Level {
	switch kind {
	case portal.University:
		return []portal.Level{portal.Bachelor}
	case portal.VocationalUniversity:
		return []portal.Level{portal.VocationalBachelor, portal.Associate}
	case portal.VocationalCollege:
		return []portal.Level{portal.Associate}
	}
	return []portal.Level{portal.Secondary}
}
