// Package searchtest is the contract every search engine passes: what it finds in
// Chinese, how it filters, counts, orders, pages and changes, and what it does with bad
// input. Names of the national catalogues are its corpus.
package searchtest

import (
	_ "embed"
	"fmt"
	"iter"
	"strings"
	"testing"

	"liangcheng/search"
)

//go:embed corpus.txt
var corpus string

// schema is the kind of document the contract works on.
var schema = search.Schema{Name: "things", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3},
	{Name: "about", Role: search.Words, Weight: 1},
	{Name: "kind", Role: search.Facet},
	{Name: "tag", Role: search.Facet},
	{Name: "size", Role: search.Number},
}}

// Open makes an engine with empty indexes of the schemas.
type Open func(t *testing.T, schemas ...search.Schema) search.Engine

// Run holds an engine to the contract.
func Run(t *testing.T, open Open) {
	t.Run("probes", func(t *testing.T) { probes(t, filled(t, open)) })
	t.Run("tiers", func(t *testing.T) { tiers(t, filled(t, open)) })
	t.Run("filters", func(t *testing.T) { filters(t, filled(t, open)) })
	t.Run("facets", func(t *testing.T) { facets(t, filled(t, open)) })
	t.Run("paging", func(t *testing.T) { paging(t, filled(t, open)) })
	t.Run("order", func(t *testing.T) { order(t, filled(t, open)) })
	t.Run("match", func(t *testing.T) { matching(t, open) })
	t.Run("apply", func(t *testing.T) { applying(t, open) })
	t.Run("rebuild", func(t *testing.T) { rebuilding(t, open) })
	t.Run("refusals", func(t *testing.T) { refusals(t, filled(t, open)) })
	t.Run("odd texts", func(t *testing.T) { oddTexts(t, filled(t, open)) })
	t.Run("context", func(t *testing.T) { contexts(t, filled(t, open)) })
	t.Run("many at once", func(t *testing.T) { many(t, filled(t, open)) })
}

// documents are the corpus with facets and sizes by position.
func documents() []search.Document {
	var docs []search.Document
	for i, name := range strings.Fields(corpus) {
		doc := search.Document{ID: fmt.Sprintf("d%03d", i), Version: 1,
			Texts:   map[string][]string{"name": {name}},
			Facets:  map[string][]string{"kind": {[]string{"甲", "乙", "丙"}[i%3]}, "tag": {fmt.Sprint("t", i%7), fmt.Sprint("u", i%2)}},
			Numbers: map[string]float64{"size": float64(i % 10)}}
		if i%10 == 9 {
			delete(doc.Numbers, "size")
		}
		docs = append(docs, doc)
	}
	return docs
}

func sequence(docs []search.Document) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func filled(t *testing.T, open Open) search.Engine {
	t.Helper()
	e := open(t, schema)
	if err := e.Rebuild(t.Context(), schema.Name, sequence(documents())); err != nil {
		t.Fatal(err)
	}
	return e
}

// find returns the answer and the names found, in order.
func find(t *testing.T, e search.Engine, q search.Query) (search.Result, []string) {
	t.Helper()
	q.Index = schema.Name
	res, err := e.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Fields(corpus)
	var names []string
	for _, h := range res.Hits {
		var i int
		if _, err := fmt.Sscanf(h.ID, "d%d", &i); err != nil {
			t.Fatal(err)
		}
		names = append(names, all[i])
	}
	return res, names
}
