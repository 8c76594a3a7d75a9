// Package match pairs needs with specialisms and programmes. It is pure and in memory:
// a graph of the national catalogue, occupations and industries, and scoring that says
// of every result which parts its score is made of. The lexical part comes from a search
// engine and is given as a value.
package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"

	"liangcheng/app/portal"
)

// Facts are the tables a graph is made of.
type Facts struct {
	Specialisms     []portal.Specialism
	Occupations     []portal.Occupation
	Industries      []portal.Industry
	ClassIndustries []ClassIndustry
	Concepts        []Concept
	Demoted         []DemotedLink
}

// DemotedLink says how much an official link from a specialism to an occupation is worth,
// 0..1: the table links 护理 with 美甲师. A link of factor 0 is as good as none.
type DemotedLink struct {
	Specialism string
	Occupation string // code
	Factor     float64
}

// ClassIndustry says that a class of specialisms serves a division of GB/T 4754; the
// most typical division of a class has rank 1.
type ClassIndustry struct {
	ClassCode string
	Industry  string // division, C38
	Rank      int
}

// Concept is words people use and what each of them points to. One that blocks keeps a
// shorter word inside it from pointing anywhere. Of several concepts that link the same two
// the greatest weight counts.
type Concept struct {
	Surfaces   []string
	Lang       string   // zh or en
	Kind       string   // post, equipment, process, software, certificate …
	TargetKind string   // occupation, specialism or class
	Targets    []string // codes
	Weight     float64
	Blocks     bool
	Industries []string // only within these divisions; everywhere when empty
}

// Graph is the taxonomy as the match walks it. It is immutable.
type Graph struct {
	nodes       []node // in the order of their codes
	byCode      map[string]int
	lexicon     *lexicon
	leads       map[string]lead // word of the official texts → specialisms
	occupations occupations
	priors      map[string][]prior // division → specialisms
	industries  map[string]string  // code → name
	concepts    []Concept
	phrases     *phrases
	base        string // hash of everything but the concepts
	fingerprint string
}

// node is a specialism in the graph.
type node struct {
	code, name string
	level      portal.Level
	class      string // code
	className  string
	siblings   []entry
}

// last is the graph linked last: it never changes, takes a second or two to link, and whoever
// opens the portal again in one process mostly does so on the same facts.
var last struct {
	sync.Mutex
	graph *Graph
}

// NewGraph links the tables; the same ones again are the same graph. It refuses a class
// industry of an unknown industry and a concept of an unknown target.
func NewGraph(f Facts) (*Graph, error) {
	concepts := f.Concepts
	f.Concepts = nil
	base, err := fingerprint(f, DefaultWeights())
	if err != nil {
		return nil, err
	}
	last.Lock()
	defer last.Unlock()
	if last.graph == nil || last.graph.base != base {
		g, err := link(f)
		if err != nil {
			return nil, err
		}
		g.base, last.graph = base, g
	}
	g, err := last.graph.With(concepts)
	if err == nil {
		last.graph = g
	}
	return g, err
}

// With returns the graph with other concepts, which is the same as one linked anew with
// them: everything else is shared, so that it takes some hundredths of a second.
func (g *Graph) With(concepts []Concept) (*Graph, error) {
	if len(concepts) > 0 && len(concepts) == len(g.concepts) && &concepts[0] == &g.concepts[0] {
		return g, nil // the very same: nothing needs to be hashed
	}
	print, err := fingerprint(g.base, concepts)
	if err != nil || print == g.fingerprint {
		return g, err
	}
	out := *g
	if out.phrases, err = newPhrases(&out, concepts); err != nil {
		return nil, err
	}
	out.concepts, out.fingerprint = concepts, print
	return &out, nil
}

// Concepts are those the graph was made with; they are not to be changed.
func (g *Graph) Concepts() []Concept { return g.concepts }

func link(f Facts) (*Graph, error) {
	specialisms := slices.SortedFunc(slices.Values(f.Specialisms), func(a, b portal.Specialism) int {
		return cmp.Compare(a.Code, b.Code)
	})
	factors := demote(specialisms, f.Demoted)
	g := &Graph{byCode: make(map[string]int, len(specialisms)), industries: map[string]string{}}
	for i, s := range specialisms {
		g.byCode[s.Code] = i
		g.nodes = append(g.nodes, node{code: s.Code, name: s.Name, level: s.Level, class: s.ClassCode, className: s.ClassName})
	}
	for _, i := range f.Industries {
		g.industries[i.Code] = i.Name
	}
	for _, c := range f.ClassIndustries {
		if _, ok := g.industries[c.Industry]; !ok {
			return nil, fmt.Errorf("match.NewGraph: class %s serves unknown industry %q", c.ClassCode, c.Industry)
		}
	}
	g.lexicon = newLexicon(everyText(specialisms, f))
	sp := newSpace(g.lexicon, specialisms)
	g.linkSiblings(sp)
	g.linkWords(sp)
	g.priors = newPriors(f, specialisms, sp)
	g.occupations = newOccupations(specialisms, f.Occupations, factors)
	return g, nil
}

// fingerprint is a hash of what a graph is made of.
func fingerprint(of ...any) (string, error) {
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode(of); err != nil {
		return "", fmt.Errorf("match.NewGraph: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Fingerprint tells graphs apart that may answer the same need differently.
func (g *Graph) Fingerprint() string { return g.fingerprint }

// everyText are the official texts and the names of occupations and industries.
func everyText(specialisms []portal.Specialism, f Facts) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range specialisms {
			for t := range officialTexts(s) {
				if !yield(t) {
					return
				}
			}
		}
		for _, o := range f.Occupations {
			if !yield(o.Name) {
				return
			}
		}
		for _, i := range f.Industries {
			if !yield(i.Name) {
				return
			}
		}
	}
}

// Specialism returns the name and level of a code.
func (g *Graph) Specialism(code string) (name string, level portal.Level, ok bool) {
	i, ok := g.byCode[code]
	if !ok {
		return "", "", false
	}
	return g.nodes[i].name, g.nodes[i].level, true
}

// ClassName returns the name of the class a specialism belongs to.
func (g *Graph) ClassName(code string) string {
	if i, ok := g.byCode[code]; ok {
		return g.nodes[i].className
	}
	return ""
}
