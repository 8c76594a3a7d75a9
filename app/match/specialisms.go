package match

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"liangcheng/app/portal"
)

// PartKind names a part of the relevance of a specialism.
type PartKind string

const (
	PartLexical    PartKind = "lexical"    // the need's words stand in its official texts
	PartCompany    PartKind = "company"    // they stand in the texts of those near it
	PartOccupation PartKind = "occupation" // an occupation named leads to it
	PartIndustry   PartKind = "industry"   // it is typical of the industry
	PartConcept    PartKind = "concept"    // a word people use for it
	PartSibling    PartKind = "sibling"    // near to one that leads
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
	Rank       int             // industry: 1 is the most typical of its class; 0: not by its class
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

// source is one addend of A for every specialism; without values it adds nothing.
type source struct {
	value    []float64
	describe func(i int) Part // the path to a specialism, without the value
}

// Specialisms ranks the specialisms for a need: A = lexical + company + occupation path +
// concepts + industry prior, times the level factor, and then a share of the leaders' A
// for their siblings. Without evidence in the text there is no answer, whatever the
// industry; only a text in another language is answered by its industry alone.
func (g *Graph) Specialisms(n Need, lex Lexical, w Weights) []Ranked {
	sources, score := g.scores(n, lex, w)
	full := w.full(n)
	var out []Ranked
	for _, e := range best(score, len(score), full.least(w.Floor)) {
		of := g.nodes[e.of]
		r := Ranked{Code: of.code, Name: of.name, Level: of.level, A: e.weight, Rel: full.rel(e.weight)}
		for _, s := range sources {
			if s.value != nil && s.value[e.of] != 0 {
				p := s.describe(e.of)
				p.Value = s.value[e.of]
				r.Parts = append(r.Parts, p)
			}
		}
		slices.SortStableFunc(r.Parts, func(a, b Part) int { return cmpDown(a.Value, b.Value) })
		out = append(out, r)
	}
	return out
}

// Covering returns the codes of at most so many specialisms that cover a need, the best
// first: what Specialisms ranks at w.Covered or above.
func (g *Graph) Covering(n Need, lex Lexical, w Weights, most int) []string {
	_, score := g.scores(n, lex, w)
	var codes []string
	for _, e := range best(score, most, w.full(n).least(w.Covered)) {
		codes = append(codes, g.nodes[e.of].code)
	}
	return codes
}

// scale turns A into Rel = 1 − e^(−A/scale): fixed, so that it never makes two
// specialisms equal at its end.
type scale float64

func (w Weights) full(n Need) scale {
	if portal.IndustryDivision(n.Industry) != "" {
		return scale(w.RelScale + w.RelIndustry)
	}
	return scale(w.RelScale)
}

func (s scale) rel(a float64) float64     { return -math.Expm1(-a / float64(s)) }
func (s scale) least(rel float64) float64 { return -math.Log1p(-rel) * float64(s) } // the A of a Rel

// scores are the addends of A and their sum for every specialism; none without evidence.
func (g *Graph) scores(n Need, lex Lexical, w Weights) ([]source, []float64) {
	var unwanted []string
	n.Text, unwanted = n.wanted()
	r := g.lexicon.read(n.Text)
	evidence := g.evidence(r)
	concepts := g.phrases.source(n, w.Concept)
	if evidence == 0 && concepts.value == nil && !r.foreign() {
		return nil, nil
	}
	sources := []source{
		g.lexical(lex, w.Lexical*evidence),
		g.company(r, w.Company*evidence),
		g.occupational(r, w.Occupation),
		concepts,
		g.industrial(n, w.Industry),
	}
	score := make([]float64, len(g.nodes))
	for _, s := range sources {
		for i, v := range s.value {
			score[i] += v
		}
	}
	g.drop(score, unwanted)
	for _, later := range []func() source{
		func() source { return g.levels(n, score, w) },
		func() source { return g.spread(n, score, w) },
	} {
		s := later()
		for i, v := range s.value {
			score[i] += v
		}
		sources = append(sources, s)
	}
	g.drop(score, unwanted)
	return sources, score
}

// drop takes out the specialisms whose name or class is not wanted.
func (g *Graph) drop(score []float64, unwanted []string) {
	for _, said := range unwanted {
		for i := range g.nodes {
			if strings.Contains(g.nodes[i].name, said) || strings.Contains(g.nodes[i].className, said) {
				score[i] = 0
			}
		}
	}
}

// lexical takes over the search engine's scores, the best of them as 1.
func (g *Graph) lexical(lex Lexical, weight float64) source {
	value := make([]float64, len(g.nodes))
	for code, hit := range lex {
		if i, ok := g.byCode[code]; ok {
			value[i] = hit.Score
		}
	}
	most := 0.0
	for _, v := range value {
		most = max(most, v)
	}
	if most == 0 {
		return source{}
	}
	for i := range value {
		value[i] *= weight / most
	}
	return source{value, func(i int) Part { return lex[g.nodes[i].code].part() }}
}

// part names the terms that met best and the fields where they stand.
func (h LexicalHit) part() Part {
	const shown = 4
	p := Part{Kind: PartLexical}
	terms := slices.SortedFunc(slices.Values(h.Terms), func(a, b LexicalTerm) int {
		return cmp.Or(cmpDown(a.Score, b.Score), cmp.Compare(a.Text, b.Text))
	})
	for _, t := range terms[:min(len(terms), shown)] {
		if !slices.Contains(p.Terms, t.Text) {
			p.Terms = append(p.Terms, t.Text)
		}
		for _, f := range t.Fields {
			if !slices.Contains(p.Fields, f) {
				p.Fields = append(p.Fields, f)
			}
		}
	}
	return p
}

func cmpDown(a, b float64) int { return cmp.Compare(b, a) }

// levels takes off what a wrong level costs.
func (g *Graph) levels(n Need, score []float64, w Weights) source {
	if n.Level == portal.AnyLevel {
		return source{}
	}
	value := make([]float64, len(score))
	for i, s := range score {
		if wrongLevel(n.Level, g.nodes[i].level) {
			value[i] = s * (w.WrongLevel - 1)
		}
	}
	return source{value, func(int) Part { return Part{Kind: PartLevel} }}
}

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

// leaders is how many of the first spread to their siblings, and how many as strong as the
// first are thought to lead besides: where one leads alone, a sibling is not to pass it.
const (
	leaders = 20
	unseen  = 1
)

// spread gives siblings of the leaders a share of the best score: w.Sibling times the
// mean nearness to the leaders, of which each counts by the square of its score, and the
// unseen ones are near to nothing.
func (g *Graph) spread(n Need, score []float64, w Weights) source {
	first := best(score, leaders, 0)
	if len(first) == 0 {
		return source{}
	}
	value := make([]float64, len(score))
	from := make([]entry, len(score))
	top, all := first[0].weight, 0.0
	for _, l := range first {
		power := l.weight / top * l.weight / top
		all += power
		for _, s := range g.nodes[l.of].siblings {
			v := power * s.weight
			value[s.of] += v
			if v > from[s.of].weight {
				from[s.of] = entry{l.of, v}
			}
		}
	}
	for i := range value {
		value[i] *= w.Sibling * top / (all + unseen)
		if wrongLevel(n.Level, g.nodes[i].level) {
			value[i] *= w.WrongLevel
		}
	}
	return source{value, func(i int) Part { return Part{Kind: PartSibling, From: g.nodes[from[i].of].code} }}
}
