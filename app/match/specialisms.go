package match

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// PartKind names a part of the relevance of a specialism.
type PartKind string

const (
	PartLexical    PartKind = "lexical"    // the need's words stand in its official texts
	PartOccupation PartKind = "occupation" // an occupation named leads to it
	PartIndustry   PartKind = "industry"   // its class serves the industry
	PartConcept    PartKind = "concept"    // a word people use for it
	PartSibling    PartKind = "sibling"    // close to one that leads
	PartLevel      PartKind = "level"      // taken off: not the level asked for
)

// Part is one addend of a specialism's relevance and the path it came by.
type Part struct {
	Kind       PartKind
	Value      float64  // in the unit of A; the parts of a specialism add up to its A
	Terms      []string // words of the need
	Fields     []string // lexical: where they stand
	Occupation portal.OccupationRef
	Industry   portal.Industry // division
	Rank       int             // industry: 1 is the most typical of the class
	From       string          // sibling: code of the leader
}

// Ranked is a specialism with its relevance and what that is made of.
type Ranked struct {
	Code  string
	Name  string
	Level portal.Level
	A     float64 // additive score, the sum of Parts
	Rel   float64 // 0..1
	Parts []Part
}

// leaders is how many of the first spread to their siblings.
const leaders = 5

// Specialisms ranks the specialisms for a need: A = lexical + occupation path + industry
// prior + concepts, each part scaled, times the level factor, then spread to siblings.
// Without any evidence in the text there is no answer, whatever the industry.
func (g *Graph) Specialisms(n Need, lex Lexical, w Weights) []Ranked {
	parts := map[int][]Part{}
	g.lexical(parts, lex, w)
	g.occupational(parts, n, w)
	g.phrases.add(parts, n, w)
	if len(parts) == 0 {
		return nil
	}
	g.industrial(parts, n, w)
	scores := make(map[int]float64, len(parts))
	for i := range parts {
		for _, p := range parts[i] {
			scores[i] += p.Value
		}
		if wrongLevel(n.Level, g.nodes[i].level) {
			off := scores[i] * (w.WrongLevel - 1)
			parts[i] = append(parts[i], Part{Kind: PartLevel, Value: off})
			scores[i] += off
		}
	}
	g.spread(parts, scores, w)
	return g.ranked(parts, scores, w)
}

// lexical takes over the search engine's scores.
func (g *Graph) lexical(parts map[int][]Part, lex Lexical, w Weights) {
	scale := w.LexicalFloor
	for _, hit := range lex {
		scale = max(scale, hit.Score)
	}
	for code, hit := range lex {
		i, ok := g.byCode[code]
		if !ok || hit.Score <= 0 {
			continue
		}
		p := Part{Kind: PartLexical, Value: w.Lexical * hit.Score / scale}
		best := slices.SortedFunc(slices.Values(hit.Terms), func(a, b LexicalTerm) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Text, b.Text))
		})
		const shown = 4
		for _, t := range best[:min(len(best), shown)] {
			if !slices.Contains(p.Terms, t.Text) {
				p.Terms = append(p.Terms, t.Text)
			}
			for _, f := range t.Fields {
				if !slices.Contains(p.Fields, f) {
					p.Fields = append(p.Fields, f)
				}
			}
		}
		parts[i] = append(parts[i], p)
	}
}

// The occupation path considers this many occupations, each at least this well met.
const (
	occupationsRead = 12
	occupationMet   = .34
)

// reading is an occupation the text seems to name.
type reading struct {
	occupation int
	score      float64
	word       string
}

// occupational walks from words of the text to occupations whose names hold them, and
// from those to specialisms. An occupation with many specialisms says little of each.
func (g *Graph) occupational(parts map[int][]Part, n Need, w Weights) {
	best := map[int]reading{}
	sums := map[int]float64{}
	scale := w.OccupationFloor
	for _, r := range g.occupationsIn(n.Text) {
		o := g.occupations[r.occupation]
		for _, i := range o.specialisms {
			share := r.score / math.Sqrt(float64(len(o.specialisms)))
			sums[i] += share
			if share > best[i].score {
				best[i] = reading{r.occupation, share, r.word}
			}
		}
	}
	for _, s := range sums {
		scale = max(scale, s)
	}
	for i, s := range sums {
		parts[i] = append(parts[i], Part{Kind: PartOccupation, Value: w.Occupation * s / scale,
			Terms: []string{best[i].word}, Occupation: g.occupations[best[i].occupation].OccupationRef})
	}
}

// occupationsIn finds the occupations named in a text: the share of a name's pairs of
// characters that one run of the text holds, rarer pairs counting more.
func (g *Graph) occupationsIn(s string) []reading {
	met := map[int]float64{}
	word := map[int]string{}
	for _, run := range words(s) {
		if !run.Han {
			continue
		}
		pairs := text.QueryGrams(run.Text)
		slices.Sort(pairs)
		here := map[int]float64{}
		for _, p := range slices.Compact(pairs) {
			for _, o := range g.grams[p] {
				here[o] += g.rarity(p)
			}
		}
		for o, m := range here {
			if m > met[o] {
				met[o], word[o] = m, run.Text
			}
		}
	}
	var out []reading
	for o, m := range met {
		if len(g.occupations[o].specialisms) == 0 {
			continue
		}
		if share := m / g.occupations[o].rarity; share >= occupationMet {
			out = append(out, reading{o, share, word[o]})
		}
	}
	slices.SortFunc(out, func(a, b reading) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(g.occupations[a.occupation].Name, g.occupations[b.occupation].Name))
	})
	return out[:min(len(out), occupationsRead)]
}

// industrial adds the prior of classes that serve the industry, the typical ones most,
// to specialisms with other evidence and to the rest of those classes.
func (g *Graph) industrial(parts map[int][]Part, n Need, w Weights) {
	division := portal.IndustryDivision(n.Industry)
	if division == "" {
		return
	}
	industry := portal.Industry{Code: division, Name: g.names[division]}
	for i, node := range g.nodes {
		if rank, ok := g.serves[node.class][division]; ok {
			parts[i] = append(parts[i], Part{Kind: PartIndustry, Value: w.Industry / (1 + rankSlope*float64(rank-1)),
				Industry: industry, Rank: rank})
		}
	}
}

// rankSlope makes the third most typical industry of a class count half.
const rankSlope = .5

// wrongLevel reports whether a level is not what was asked for: 高职 takes 专科 and
// vocational bachelors, 本科 takes both bachelors.
func wrongLevel(want portal.WantedLevel, have portal.Level) bool {
	switch want {
	case portal.WantVocational:
		return have != portal.Associate && have != portal.VocationalBachelor
	case portal.WantBachelor:
		return have != portal.Bachelor && have != portal.VocationalBachelor
	case portal.WantSecondary:
		return have != portal.Secondary
	}
	return false
}

// spread gives siblings of the leaders a share of the leaders' scores.
func (g *Graph) spread(parts map[int][]Part, scores map[int]float64, w Weights) {
	first := g.order(scores)
	first = first[:min(len(first), leaders)]
	type gift struct {
		value float64
		from  int
	}
	gifts := map[int]gift{}
	for _, leader := range first {
		for _, s := range g.nodes[leader].siblings {
			if v := w.Sibling * s.near * scores[leader]; v > gifts[s.node].value {
				gifts[s.node] = gift{v, leader}
			}
		}
	}
	for i, got := range gifts {
		if !slices.Contains(first, i) {
			parts[i] = append(parts[i], Part{Kind: PartSibling, Value: got.value, From: g.nodes[got.from].code})
			scores[i] += got.value
		}
	}
}

// order sorts node numbers by score, then code.
func (g *Graph) order(scores map[int]float64) []int {
	return slices.SortedFunc(maps.Keys(scores), func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(g.nodes[a].code, g.nodes[b].code))
	})
}

// ranked lists what reaches the floor, with the parts that matter first.
func (g *Graph) ranked(parts map[int][]Part, scores map[int]float64, w Weights) []Ranked {
	var out []Ranked
	for _, i := range g.order(scores) {
		rel := 1 - math.Exp(-scores[i]/w.RelScale)
		if rel < w.Floor {
			break
		}
		slices.SortStableFunc(parts[i], func(a, b Part) int { return cmp.Compare(b.Value, a.Value) })
		out = append(out, Ranked{Code: g.nodes[i].code, Name: g.nodes[i].name, Level: g.nodes[i].level,
			A: scores[i], Rel: rel, Parts: parts[i]})
	}
	return out
}
