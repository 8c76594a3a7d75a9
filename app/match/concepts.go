package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// phrases finds the words of the concept table in a text, the longest first.
type phrases struct {
	graph   *Graph
	table   map[string][]*target // normalised surface → what it points to
	longest int                  // characters of the longest Chinese surface
	words   int                  // words of the longest English surface
}

// target is what surfaces point to.
type target struct {
	nodes      []int
	weight     float64
	industries []string
}

// in reports whether the target is one of that division alone.
func (t *target) in(division string) bool {
	return division != "" && slices.Contains(t.industries, division)
}

// everywhere reports whether the target counts in needs of that division that have none of
// their own; a need without a division may be of any.
func (t *target) everywhere(division string) bool { return len(t.industries) == 0 || division == "" }

// newPhrases checks the targets of the concepts and enters their surfaces.
func newPhrases(g *Graph, concepts []Concept) (*phrases, error) {
	p := &phrases{graph: g, table: map[string][]*target{}}
	for _, c := range concepts {
		t := &target{weight: c.Weight, industries: c.Industries}
		if !c.Blocks {
			for _, code := range c.Targets {
				nodes := g.targets(c.TargetKind, code)
				if len(nodes) == 0 {
					return nil, fmt.Errorf("match.NewGraph: concept %q points to unknown %s %q", strings.Join(c.Surfaces, " "), c.TargetKind, code)
				}
				t.nodes = append(t.nodes, nodes...)
			}
		}
		for _, surface := range c.Surfaces {
			surface = text.Normalize(surface)
			p.table[surface] = append(p.table[surface], t)
			p.longest = max(p.longest, utf8.RuneCountInString(surface))
			p.words = max(p.words, 1+strings.Count(surface, " "))
		}
	}
	return p, nil
}

// targets are the specialisms a code points to.
func (g *Graph) targets(kind, code string) []int {
	switch kind {
	case "specialism":
		if i, ok := g.byCode[code]; ok {
			return []int{i}
		}
	case "class":
		var nodes []int
		for i, n := range g.nodes {
			if n.class == code {
				nodes = append(nodes, i)
			}
		}
		return nodes
	case "occupation":
		for _, o := range g.occupations.list {
			if o.Code == code {
				return o.specialisms
			}
		}
	}
	return nil
}

// source gives every specialism that concepts of the text point to the sum of their weights,
// each times what its surface says. All are scaled so that none gets more than weight, and a
// surface alone gives no more than its own.
func (p *phrases) source(n Need, weight float64) source {
	division := portal.IndustryDivision(n.Industry)
	var value []float64
	said := map[int][]string{}
	most := 0.0
	for _, surface := range p.find(n.Text, division) {
		points := p.pointed(surface, division)
		if value == nil && len(points) > 0 {
			value = make([]float64, len(p.graph.nodes))
		}
		says := weightOf(surface)
		if len(points) > 0 {
			most = max(most, says)
		}
		for i, w := range points {
			value[i] += w * says
			if !slices.Contains(said[i], surface) {
				said[i] = append(said[i], surface)
			}
			most = max(most, value[i])
		}
	}
	for i := range value {
		value[i] *= weight / most
	}
	return source{value, func(i int) Part { return Part{Kind: PartConcept, Terms: said[i]} }}
}

// weightOf is how much a surface says: a longer one is more exact. A Latin letter says half
// of what a Chinese character does.
func weightOf(surface string) float64 {
	const latin = .5
	n := 0.0
	for _, r := range surface {
		if r < utf8.RuneSelf {
			n += latin
		} else {
			n++
		}
	}
	return n
}

// pointed is how strongly a surface points to each specialism in needs of a division. What
// it means in that division takes the place of what it means everywhere.
func (p *phrases) pointed(surface, division string) map[int]float64 {
	counts := func(t *target) bool { return t.everywhere(division) }
	if slices.ContainsFunc(p.table[surface], func(t *target) bool { return t.in(division) }) {
		counts = func(t *target) bool { return t.in(division) }
	}
	out := map[int]float64{}
	for _, t := range p.table[surface] {
		if counts(t) {
			for _, i := range t.nodes {
				out[i] = max(out[i], t.weight)
			}
		}
	}
	return out
}

// knows reports whether a surface means anything in needs of a division.
func (p *phrases) knows(surface, division string) bool {
	return slices.ContainsFunc(p.table[surface], func(t *target) bool { return t.everywhere(division) || t.in(division) })
}

// find returns the surfaces in a text of that division, the longest at each place, none
// overlapping. Chinese is looked up by characters, English on word boundaries; a surface may
// begin in English and end in Chinese (B超, C语言).
func (p *phrases) find(s, division string) []string {
	if len(p.table) == 0 {
		return nil
	}
	var found []string
	runs := text.Runs(text.Normalize(s))
	for i := 0; i < len(runs); i++ {
		if runs[i].Han {
			found = p.inRun(found, []rune(runs[i].Text), division)
			continue
		}
		if i+1 < len(runs) && runs[i+1].Han {
			if phrase, rest, ok := p.mixed(runs[i].Text, []rune(runs[i+1].Text), division); ok {
				found = p.inRun(append(found, phrase), rest, division)
				i++
				continue
			}
		}
		for n := min(p.words, len(runs)-i); n > 0; n-- {
			if phrase, ok := p.english(runs[i:i+n], division); ok {
				found = append(found, phrase)
				i += n - 1
				break
			}
		}
	}
	return found
}

// mixed looks for the longest surface that begins with an English word and ends in the
// Chinese after it, and returns the Chinese it leaves.
func (p *phrases) mixed(word string, han []rune, division string) (phrase string, rest []rune, ok bool) {
	for n := min(p.longest, len(han)); n > 0; n-- {
		if phrase = word + string(han[:n]); p.knows(phrase, division) {
			return phrase, han[n:], true
		}
	}
	return "", nil, false
}

func (p *phrases) english(runs []text.Run, division string) (string, bool) {
	words := make([]string, len(runs))
	for i, r := range runs {
		if r.Han {
			return "", false
		}
		words[i] = r.Text
	}
	phrase := strings.Join(words, " ")
	for _, said := range []string{phrase, strings.TrimSuffix(phrase, "s"), strings.TrimSuffix(phrase, "es"), singularY(phrase)} { // 10 welders
		if p.knows(said, division) {
			return said, true
		}
	}
	return "", false
}

// singularY is battery of batteries.
func singularY(phrase string) string {
	if stem, ok := strings.CutSuffix(phrase, "ies"); ok {
		return stem + "y"
	}
	return phrase
}

func (p *phrases) inRun(found []string, run []rune, division string) []string {
	for at := 0; at < len(run); {
		step := 1
		for n := min(p.longest, len(run)-at); n > 0; n-- {
			if surface := string(run[at : at+n]); p.knows(surface, division) {
				found = append(found, surface)
				step = n
				break
			}
		}
		at += step
	}
	return found
}
