package match

import (
	"maps"
	"math"
	"slices"
	"strings"

	"liangcheng/app/portal"
)

// prior is how typical a specialism is of a division of industry.
type prior struct {
	value float64 // 0..1 and a little more
	rank  int     // of the division for the class; 0 when the table does not name it
}

// What makes a specialism typical of a division, and how much each says: that the table
// names the division for its class, that its occupations are those of the division, that
// its texts use the words of the names of the division's industries.
const (
	classTypical      = .5
	occupationTypical = .3
	wordTypical       = .3

	rankSlope    = .5 // the third most typical division of a class counts half
	groupAlike   = .5 // how alike the names of an occupational group and a division must be
	divisionSays = 3  // the name of a division beside the names under it
)

// newPriors judges every specialism against every division.
func newPriors(f Facts, specialisms []portal.Specialism, sp *space) map[string][]prior {
	priors := map[string][]prior{}
	for _, i := range f.Industries {
		if i.Code == i.Division() {
			priors[i.Code] = make([]prior, len(specialisms))
		}
	}
	ofClass := map[string][]ClassIndustry{}
	for _, c := range f.ClassIndustries {
		ofClass[c.ClassCode] = append(ofClass[c.ClassCode], c)
	}
	groups := occupationGroups(f)
	for i, s := range specialisms {
		for _, c := range ofClass[s.ClassCode] {
			if p := priors[c.Industry]; p != nil {
				p[i] = prior{classTypical / (1 + rankSlope*float64(c.Rank-1)), c.Rank}
			}
		}
		for _, o := range s.Occupations {
			if p := priors[divisionOf(groups, o.Code)]; p != nil {
				p[i].value += occupationTypical / float64(len(s.Occupations)+1)
			}
		}
	}
	readIndustries(f, sp, priors)
	return priors
}

// readIndustries compares the names of the industries of each division with the texts.
func readIndustries(f Facts, sp *space, priors map[string][]prior) {
	said := map[string]map[int]float64{}
	for _, i := range f.Industries {
		d := i.Division()
		if priors[d] == nil {
			continue
		}
		if said[d] == nil {
			said[d] = map[int]float64{}
		}
		says := 1.0
		if i.Code == d {
			says = divisionSays
		}
		for _, w := range sp.words(i.Name) {
			if n, ok := sp.number[w]; ok {
				said[d][n] += says
			}
		}
	}
	sum := make([]float64, len(sp.texts))
	for d, counts := range said {
		var v []entry
		for _, n := range slices.Sorted(maps.Keys(counts)) {
			v = append(v, entry{n, math.Log1p(counts[n]) * sp.rarity[n]})
		}
		clear(sum)
		sp.scores(v, sum)
		if most := slices.Max(sum); most > 0 {
			for i, s := range sum {
				priors[d][i].value += wordTypical * s / most
			}
		}
	}
}

// occupationGroups finds the division whose people a group of occupations is (6-24
// 电气机械和器材制造人员, C38 电气机械和器材制造业) by the pairs of characters that
// their names share (Dice).
func occupationGroups(f Facts) map[string]string {
	const middle, small = "中类", "小类"
	core := strings.NewReplacer("人员", "", "工程技术", "", "专业", "", "业", "", "和", "", "、", "")
	names := map[string][]string{}
	for _, i := range f.Industries {
		if i.Code == i.Division() {
			names[i.Code] = pairsOf(core.Replace(i.Name))
		}
	}
	divisions := slices.Sorted(maps.Keys(names))
	groups := map[string]string{}
	for _, o := range f.Occupations {
		if o.Rank != middle && o.Rank != small {
			continue
		}
		pairs := pairsOf(core.Replace(o.Name))
		most := 0.0
		for _, d := range divisions {
			if alike := dice(pairs, names[d]); alike >= groupAlike && alike > most {
				most, groups[o.Code] = alike, d
			}
		}
	}
	return groups
}

// dice is the share of what two sets have in common, 0..1.
func dice(a, b []string) float64 {
	n := 0
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return 2 * float64(n) / float64(max(1, len(a)+len(b)))
}

// divisionOf is the division of the nearest group above an occupation (6-24-04-00 is in
// 6-24-04 and 6-24), or "".
func divisionOf(groups map[string]string, code string) string {
	for {
		i := strings.LastIndexByte(code, '-')
		if i < 0 {
			return ""
		}
		code = code[:i]
		if d := groups[code]; d != "" {
			return d
		}
	}
}

// industrial adds how typical specialisms are of the need's industry.
func (g *Graph) industrial(n Need, weight float64) source {
	d := portal.IndustryDivision(n.Industry)
	priors := g.priors[d]
	if priors == nil {
		return source{}
	}
	value := make([]float64, len(g.nodes))
	for i, p := range priors {
		value[i] = weight * p.value
	}
	industry := portal.Industry{Code: d, Name: g.industries[d]}
	return source{value, func(i int) Part { return Part{Kind: PartIndustry, Industry: industry, Rank: priors[i].rank} }}
}
