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
	table   map[string][]target // normalised surface → what it points to
	longest int                 // characters of the longest Chinese surface
	words   int                 // words of the longest English surface
}

// target is what a surface points to.
type target struct {
	nodes      []int
	weight     float64
	industries []string
}

// newPhrases checks the targets of the concepts and enters their surfaces.
func newPhrases(g *Graph, concepts []Concept) (*phrases, error) {
	p := &phrases{graph: g, table: map[string][]target{}}
	said, surface := "", "" // concepts of one word follow each other
	for _, c := range concepts {
		if c.Surface != said {
			said, surface = c.Surface, text.Normalize(c.Surface)
		}
		t := target{weight: c.Weight, industries: c.Industries}
		if !c.Blocks {
			if t.nodes = g.targets(c); len(t.nodes) == 0 {
				return nil, fmt.Errorf("match.NewGraph: concept %q points to unknown %s %q", c.Surface, c.TargetKind, c.Target)
			}
		}
		p.table[surface] = append(p.table[surface], t)
		p.longest = max(p.longest, utf8.RuneCountInString(surface))
		p.words = max(p.words, 1+strings.Count(surface, " "))
	}
	return p, nil
}

// targets are the specialisms a concept points to.
func (g *Graph) targets(c Concept) []int {
	switch c.TargetKind {
	case "specialism":
		if i, ok := g.byCode[c.Target]; ok {
			return []int{i}
		}
	case "class":
		var nodes []int
		for i, n := range g.nodes {
			if n.class == c.Target {
				nodes = append(nodes, i)
			}
		}
		return nodes
	case "occupation":
		for _, o := range g.occupations.list {
			if o.Code == c.Target {
				return o.specialisms
			}
		}
	}
	return nil
}

// source gives every specialism that a concept of the text points to its weight. When a
// specialism would get more than one, all are scaled down.
func (p *phrases) source(n Need, weight float64) source {
	division := portal.IndustryDivision(n.Industry)
	var value []float64
	said := map[int][]string{}
	most := 1.0
	for _, surface := range p.find(n.Text) {
		for _, to := range p.table[surface] {
			if len(to.industries) > 0 && division != "" && !slices.Contains(to.industries, division) {
				continue
			}
			if value == nil {
				value = make([]float64, len(p.graph.nodes))
			}
			for _, i := range to.nodes {
				value[i] += to.weight
				if !slices.Contains(said[i], surface) {
					said[i] = append(said[i], surface)
				}
				most = max(most, value[i])
			}
		}
	}
	for i := range value {
		value[i] *= weight / most
	}
	return source{value, func(i int) Part { return Part{Kind: PartConcept, Terms: said[i]} }}
}

// find returns the surfaces in a text, the longest at each place, none overlapping.
// Chinese is looked up by characters, English on word boundaries; a surface may begin in
// English and end in Chinese (B超, C语言).
func (p *phrases) find(s string) []string {
	if len(p.table) == 0 {
		return nil
	}
	var found []string
	runs := text.Runs(text.Normalize(s))
	for i := 0; i < len(runs); i++ {
		if runs[i].Han {
			found = p.inRun(found, []rune(runs[i].Text))
			continue
		}
		if i+1 < len(runs) && runs[i+1].Han {
			if phrase, rest, ok := p.mixed(runs[i].Text, []rune(runs[i+1].Text)); ok {
				found = p.inRun(append(found, phrase), rest)
				i++
				continue
			}
		}
		for n := min(p.words, len(runs)-i); n > 0; n-- {
			if phrase, ok := p.english(runs[i : i+n]); ok {
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
func (p *phrases) mixed(word string, han []rune) (phrase string, rest []rune, ok bool) {
	for n := min(p.longest, len(han)); n > 0; n-- {
		if phrase = word + string(han[:n]); p.table[phrase] != nil {
			return phrase, han[n:], true
		}
	}
	return "", nil, false
}

func (p *phrases) english(runs []text.Run) (string, bool) {
	words := make([]string, len(runs))
	for i, r := range runs {
		if r.Han {
			return "", false
		}
		words[i] = r.Text
	}
	phrase := strings.Join(words, " ")
	for _, said := range []string{phrase, strings.TrimSuffix(phrase, "s")} { // 10 welders
		if p.table[said] != nil {
			return said, true
		}
	}
	return "", false
}

func (p *phrases) inRun(found []string, run []rune) []string {
	for at := 0; at < len(run); {
		step := 1
		for n := min(p.longest, len(run)-at); n > 0; n-- {
			if surface := string(run[at : at+n]); p.table[surface] != nil {
				found = append(found, surface)
				step = n
				break
			}
		}
		at += step
	}
	return found
}
