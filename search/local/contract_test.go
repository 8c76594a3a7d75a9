package local

import (
	"fmt"
	"sync"
	"testing"

	"liangcheng/search"
	"liangcheng/search/searchtest"
)

func TestContract(t *testing.T) {
	searchtest.Run(t, func(_ *testing.T, schemas ...search.Schema) search.Engine { return New(schemas...) })
}

func TestCompactionKeepsAnswers(t *testing.T) {
	schema := search.Schema{Name: "x", Fields: []search.Field{
		{Name: "name", Role: search.Words | search.Sound}, {Name: "kind", Role: search.Facet}, {Name: "size", Role: search.Number}}}
	e := New(schema)
	for round := range 3 {
		var b search.Batch
		for i := range 2000 {
			b.Put = append(b.Put, search.Document{ID: fmt.Sprint("d", i), Version: int64(round),
				Texts: map[string][]string{"name": {fmt.Sprint("数据", i)}}, Facets: map[string][]string{"kind": {fmt.Sprint(i % 4)}},
				Numbers: map[string]float64{"size": float64(i)}})
		}
		if _, err := e.Apply(t.Context(), "x", b); err != nil {
			t.Fatal(err)
		}
		res, err := e.Search(t.Context(), search.Query{Index: "x", Text: "shuju", Facets: []string{"kind"}, Limit: 3,
			Scope: search.Between{Field: "size", Low: 0, High: 999}, Sort: []search.Order{{Field: "size", Desc: true}}})
		if err != nil || res.Total != 1000 || res.Hits[0].ID != "d999" || len(res.Facets["kind"]) != 4 || res.Facets["kind"][0].N != 250 {
			t.Fatalf("round %d: %+v %v", round, res, err)
		}
	}
	if err := e.Close(); err != nil { // waits for the compaction
		t.Fatal(err)
	}
	if ix := e.indexes["x"].live.Load(); ix.size() >= 6000 {
		t.Errorf("%d numbers for 2000 documents: nothing was compacted", ix.size())
	}
}

// TestReadersSeeEveryDocumentOnce reads while documents are renewed and the index is
// compacted: at any moment each document is there in one version.
func TestReadersSeeEveryDocumentOnce(t *testing.T) {
	e := New(benchSchema)
	const size = 1100
	var put search.Batch
	for i := range size {
		put.Put = append(put.Put, search.Document{ID: fmt.Sprint(i), Facets: map[string][]string{"kind": {fmt.Sprint(i % 7)}}})
	}
	if _, err := e.Apply(t.Context(), "needs", put); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			res, err := e.Search(t.Context(), search.Query{Index: "needs", Facets: []string{"kind"}, Limit: 1})
			n := 0
			for _, c := range res.Facets["kind"] {
				n += c.N
			}
			if err != nil || res.Total != size || n != size {
				t.Errorf("a reader sees %d documents, counts %d (%v), want %d", res.Total, n, err, size)
				return
			}
		}
	})
	for range 4 {
		if _, err := e.Apply(t.Context(), "needs", put); err != nil {
			t.Error(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	close(stop)
	readers.Wait()
}

func FuzzSearch(f *testing.F) {
	e := New(benchSchema)
	if _, err := e.Apply(f.Context(), "needs", search.Batch{Put: synthetic(0, 50)}); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"数据", "dsj", "a b", "\x00", "c++ .net", "🙂"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, typing bool) {
		if _, err := e.Search(t.Context(), search.Query{Index: "needs", Text: text, Typing: typing, Limit: 5}); err != nil {
			t.Error(err)
		}
	})
}
