// Package match pairs needs with specialisms and programmes. It is pure and in memory:
// a graph of the national catalogue, occupations and industries, and scoring that says
// of every result which parts its score is made of. The lexical part comes from a search
// engine and is given as a value.
package match

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// Facts are the tables a graph is made of.
type Facts struct {
	Specialisms     []portal.Specialism
	Occupations     []portal.Occupation
	Industries      []portal.Industry
	ClassIndustries []ClassIndustry
	Concepts        []Concept
}

// ClassIndustry says that a class of specialisms serves a division of GB/T 4754; the
// most typical division of a class has rank 1.
type ClassIndustry struct {
	ClassCode string
	Industry  string // division, C38
	Rank      int
}

// Concept is a word people use and what it points to. Blocks keeps a shorter word
// inside it from pointing anywhere.
type Concept struct {
	Surface    string
	Lang       string // zh or en
	Kind       string // post, equipment, process, software, certificate …
	TargetKind string // occupation, specialism or class
	Target     string // code
	Weight     float64
	Blocks     bool
	Industries []string // only within these divisions; everywhere when empty
}

// Graph is the taxonomy as the match walks it. It is immutable.
type Graph struct {
	nodes       []node
	byCode      map[string]int
	occupations []occupation
	grams       map[string][]int          // pair of characters → occupations whose name has it
	serves      map[string]map[string]int // class → division → rank
	names       map[string]string         // industry code → name
	phrases     *phrases
}

// node is a specialism in the graph.
type node struct {
	code, name string
	level      portal.Level
	class      string // class code
	className  string
	siblings   []sibling
}

// sibling is a specialism close to another and how close, 0..1.
type sibling struct {
	node int
	near float64
}

// occupation is an entry of the national classification with the specialisms that the
// official tables link to it.
type occupation struct {
	portal.OccupationRef
	rarity      float64 // sum over the pairs of characters in its name
	specialisms []int
}

// NewGraph links the tables. It refuses a class industry of an unknown industry and a
// concept of an unknown target.
func NewGraph(f Facts) (*Graph, error) {
	g := &Graph{byCode: make(map[string]int, len(f.Specialisms)), grams: map[string][]int{},
		serves: map[string]map[string]int{}, names: map[string]string{}}
	specialisms := slices.SortedFunc(slices.Values(f.Specialisms), func(a, b portal.Specialism) int {
		return cmp.Compare(a.Code, b.Code)
	})
	for i, s := range specialisms {
		g.byCode[s.Code] = i
		g.nodes = append(g.nodes, node{code: s.Code, name: s.Name, level: s.Level, class: s.ClassCode, className: s.ClassName})
	}
	for _, i := range f.Industries {
		g.names[i.Code] = i.Name
	}
	for _, c := range f.ClassIndustries {
		if _, ok := g.names[c.Industry]; !ok {
			return nil, fmt.Errorf("match.NewGraph: class %s serves unknown industry %q", c.ClassCode, c.Industry)
		}
		if g.serves[c.ClassCode] == nil {
			g.serves[c.ClassCode] = map[string]int{}
		}
		g.serves[c.ClassCode][c.Industry] = c.Rank
	}
	g.linkOccupations(specialisms, f.Occupations)
	g.linkSiblings()
	var err error
	g.phrases, err = newPhrases(g, f.Concepts)
	return g, err
}

// linkOccupations gathers the official links and the target occupations of profiles,
// and indexes the names of occupations by their pairs of characters.
func (g *Graph) linkOccupations(specialisms []portal.Specialism, table []portal.Occupation) {
	number := map[string]int{}
	enter := func(o portal.OccupationRef) int {
		name := text.Normalize(o.Name)
		at, ok := number[name]
		if !ok {
			at = len(g.occupations)
			number[name] = at
			g.occupations = append(g.occupations, occupation{OccupationRef: o})
		}
		if g.occupations[at].Code == "" {
			g.occupations[at].Code = o.Code
		}
		return at
	}
	const unit, fresh = "职业(细类)", "新职业"
	for _, o := range table {
		if o.Rank == unit || o.Rank == fresh {
			enter(portal.OccupationRef{Code: o.Code, Name: o.Name})
		}
	}
	for i, s := range specialisms {
		refs := slices.Clone(s.Occupations)
		if s.Profile != nil {
			for _, name := range s.Profile.Occupations {
				refs = append(refs, portal.OccupationRef{Name: name})
			}
		}
		for _, ref := range refs {
			o := &g.occupations[enter(ref)]
			if !slices.Contains(o.specialisms, i) {
				o.specialisms = append(o.specialisms, i)
			}
		}
	}
	for i := range g.occupations {
		for _, p := range pairsOf(g.occupations[i].Name) {
			g.grams[p] = append(g.grams[p], i)
		}
	}
	for i := range g.occupations {
		for _, p := range pairsOf(g.occupations[i].Name) {
			g.occupations[i].rarity += g.rarity(p)
		}
	}
}

// pairsOf returns the distinct pairs of characters of a name, in order.
func pairsOf(name string) []string {
	pairs := text.QueryGrams(text.Normalize(name))
	slices.Sort(pairs)
	return slices.Compact(pairs)
}

// rarity weighs a pair of characters by how few occupations have it.
func (g *Graph) rarity(pair string) float64 {
	return 1 / math.Log2(2+float64(len(g.grams[pair])))
}

// Specialism returns the name and level of a code.
func (g *Graph) Specialism(code string) (name string, level portal.Level, ok bool) {
	i, ok := g.byCode[code]
	if !ok {
		return "", "", false
	}
	return g.nodes[i].name, g.nodes[i].level, true
}

// Sibling is a specialism close to another.
type Sibling struct {
	Code  string
	Name  string
	Level portal.Level
	Near  float64 // 0..1
}

// Siblings returns the specialisms closest to one, the closest first: the same field at
// another level (贯通) and neighbours of its class (同族).
func (g *Graph) Siblings(code string) []Sibling {
	i, ok := g.byCode[code]
	if !ok {
		return nil
	}
	out := make([]Sibling, len(g.nodes[i].siblings))
	for k, s := range g.nodes[i].siblings {
		n := g.nodes[s.node]
		out[k] = Sibling{n.code, n.name, n.level, s.near}
	}
	return out
}
