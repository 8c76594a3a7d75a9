package match

import (
	"fmt"
	"math"
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

// anywhere reports whether the target is one of every division.
func (t *target) anywhere(string) bool { return len(t.industries) == 0 }

// perhaps reports whether nothing is known of the division, so that it may be any.
func (t *target) perhaps(division string) bool { return division == "" }

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

// hit is a surface of a text, how strongly it points to which specialisms, and how much it
// says.
type hit struct {
	surface string
	points  []entry
	says    float64
}

// hits are the surfaces of a need that point anywhere.
func (p *phrases) hits(n Need, division string) []hit {
	var out []hit
	for _, surface := range p.find(n.Text, division) {
		if points := p.pointed(surface, division); len(points) > 0 {
			out = append(out, hit{surface, points, weightOf(surface)})
		}
	}
	p.agree(out, p.graph.priors[division])
	return out
}

// source gives every specialism that surfaces of the text point to the sum of their weights,
// each times what its surface says. All are scaled so that none gets more than weight, and a
// surface alone gives no more than its own.
func (p *phrases) source(n Need, weight float64) source {
	hits := p.hits(n, portal.IndustryDivision(n.Industry))
	if len(hits) == 0 {
		return source{}
	}
	value := make([]float64, len(p.graph.nodes))
	said := map[int][]string{}
	most := 0.0
	for _, h := range hits {
		most = max(most, h.says)
		for _, to := range h.points {
			value[to.of] += to.weight * h.says
			if !slices.Contains(said[to.of], h.surface) {
				said[to.of] = append(said[to.of], h.surface)
			}
			most = max(most, value[to.of])
		}
	}
	for i := range value {
		value[i] *= weight / most
	}
	return source{value, func(i int) Part { return Part{Kind: PartConcept, Terms: said[i]} }}
}

// How surfaces agree: what one says at least, how much what is typical of the industry counts
// beside them, how much the nearest siblings of where a surface points count, and how many.
const (
	agreesLeast  = .5
	agreesWith   = 3
	agreesNear   = .5
	agreesNearby = 20
)

// agree lets a surface say less that points elsewhere than the others of the text and the
// industry do: 采血 beside 宠物医院, 食堂 beside 驻外行政. How far two agree is the cosine of
// where they point.
func (p *phrases) agree(hits []hit, priors []prior) {
	if len(hits) < 2 && priors == nil {
		return
	}
	around := make([][]float64, len(hits))
	all := make([]float64, len(p.graph.nodes))
	for k, h := range hits {
		around[k] = p.around(h.points)
		for i, v := range around[k] {
			all[i] += v * h.says
		}
	}
	agrees, most := make([]float64, len(hits)), 0.0
	for k, h := range hits {
		both, own, others := 0.0, 0.0, 0.0
		for i, v := range around[k] {
			rest := all[i] - v*h.says
			if priors != nil {
				rest += agreesWith * priors[i].value
			}
			both, own, others = both+v*rest, own+v*v, others+rest*rest
		}
		if others > 0 {
			agrees[k] = both / math.Sqrt(own*others)
		}
		most = max(most, agrees[k])
	}
	for k := range hits {
		if most > 0 {
			hits[k].says *= agreesLeast + (1-agreesLeast)*agrees[k]/most
		}
	}
}

// around is where points lead, and with a share of that to the siblings of each.
func (p *phrases) around(points []entry) []float64 {
	out := make([]float64, len(p.graph.nodes))
	for _, to := range points {
		out[to.of] += to.weight
		siblings := p.graph.nodes[to.of].siblings
		for _, s := range siblings[:min(len(siblings), agreesNearby)] {
			out[s.of] += agreesNear * to.weight * s.weight
		}
	}
	return out
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

// meanings are how the targets of a surface are chosen: those of the division alone, for want
// of these those of every division, and where neither is known all there are.
var meanings = [...]func(*target, string) bool{(*target).in, (*target).anywhere, (*target).perhaps}

// meaning are the targets of a surface that count in needs of a division.
func meaning(targets []*target, division string) []*target {
	var out []*target
	for _, means := range meanings {
		for _, t := range targets {
			if means(t, division) {
				out = append(out, t)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// pointed is how strongly a surface points to each specialism in needs of a division.
func (p *phrases) pointed(surface, division string) []entry {
	var out []entry
	for _, t := range meaning(p.table[surface], division) {
		for _, i := range t.nodes {
			if k := slices.IndexFunc(out, func(e entry) bool { return e.of == i }); k >= 0 {
				out[k].weight = max(out[k].weight, t.weight)
			} else {
				out = append(out, entry{i, t.weight})
			}
		}
	}
	return out
}

// knows reports whether a surface means anything in needs of a division.
func (p *phrases) knows(surface, division string) bool {
	targets := p.table[surface]
	return len(targets) > 0 && slices.ContainsFunc(targets, func(t *target) bool {
		return t.in(division) || t.anywhere(division) || t.perhaps(division)
	})
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
