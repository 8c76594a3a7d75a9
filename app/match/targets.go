package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Points reports whether the graph knows what a concept points to.
func (g *Graph) Points(kind, code string) bool { return len(g.targets(kind, code)) > 0 }

// Named returns the codes a text may mean as a target of that kind: the code it is, or
// those of that name.
func (g *Graph) Named(kind, said string) []string {
	if g.Points(kind, said) {
		return []string{said}
	}
	var codes []string
	add := func(code, name string) {
		if name == said && code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if kind == "occupation" {
		for _, o := range g.occupations.list {
			add(o.Code, o.Name)
		}
		return codes
	}
	for _, n := range g.nodes {
		if kind == "class" {
			add(n.class, n.className)
		} else {
			add(n.code, n.name)
		}
	}
	return codes
}

// TargetName is the name of a target; empty where there is none of that code.
func (g *Graph) TargetName(kind, code string) string {
	switch kind {
	case "specialism":
		name, _, _ := g.Specialism(code)
		return name
	case "class":
		for _, n := range g.nodes {
			if n.class == code {
				return n.className
			}
		}
	case "occupation":
		for _, o := range g.occupations.list {
			if o.Code == code {
				return o.Name
			}
		}
	}
	return ""
}

// Filler reports whether a word says nothing of the work, so that nobody looks for it.
func (g *Graph) Filler(word string) bool {
	word = text.Normalize(word)
	return g.lexicon.filler[word] || englishFiller[word]
}

// Said returns the words of the concept table that a need says, normalised.
func (g *Graph) Said(n Need) []string {
	said, _ := n.wanted()
	return g.phrases.find(said, portal.IndustryDivision(n.Industry))
}

// How long a word is that may be worth a concept, in characters.
const (
	unmetShortest = 2
	unmetLongest  = 8
)

// Unmet returns the words of a need that meet nothing: neither a concept nor the official
// texts, so that no search over these can find them either.
func (g *Graph) Unmet(n Need) []string {
	said, _ := n.wanted()
	concepts := g.phrases.find(said, portal.IndustryDivision(n.Industry))
	var out []string
	for _, w := range g.lexicon.read(said).words {
		w.text = strings.Trim(w.text, "一二两三四五六七八九十百几")
		length := utf8.RuneCountInString(w.text)
		met := length < unmetShortest || length > unmetLongest || w.weight < 1
		for _, d := range w.dimensions() {
			_, known := g.leads[d]
			met = met || known
		}
		if !met && !slices.ContainsFunc(concepts, func(c string) bool { return strings.Contains(c, w.text) || strings.Contains(w.text, c) }) {
			out = append(out, w.text)
		}
	}
	return out
}

// Findable reports whether the match can find a word in a text that is nothing else:
// neither signs alone nor what the reading of a text takes apart.
func Findable(word string) bool {
	word = text.Normalize(word)
	p := phrases{table: map[string][]*target{word: {{}}}, longest: utf8.RuneCountInString(word), words: 1 + strings.Count(word, " ")}
	return slices.Equal(p.find(word, ""), []string{word})
}
