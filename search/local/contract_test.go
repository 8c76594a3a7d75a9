package local

import (
	"fmt"
	"runtime"
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
	if ix := e.indexes["x"].live.Load(); len(ix.ids) >= 6000 {
		t.Errorf("%d numbers for 2000 documents: nothing was compacted", len(ix.ids))
	}
}

// synthetic makes needs out of a vocabulary, the same each time.
func synthetic(n int) []search.Document {
	words := []rune("数据控制电池电芯产线技术员护理养老焊接装配检验物流仓储运营直播软件测试机房运维酿酒茶叶化工冶炼测量施工预算会计出纳销售采购外贸翻译")
	docs := make([]search.Document, n)
	state := uint64(42)
	next := func(below int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int(state>>33) % below
	}
	for i := range docs {
		text := make([]rune, 60)
		for k := range text {
			text[k] = words[next(len(words))]
		}
		docs[i] = search.Document{ID: fmt.Sprintf("n%07d", i), Version: 1, Texts: map[string][]string{"name": {string(text[:12])}, "text": {string(text)}},
			Facets: map[string][]string{"kind": {fmt.Sprint(next(40))}, "place": {fmt.Sprint(next(17))}, "mode": {fmt.Sprint(next(10))}}}
	}
	return docs
}

var benchSchema = search.Schema{Name: "needs", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3}, {Name: "text", Role: search.Words},
	{Name: "kind", Role: search.Facet}, {Name: "place", Role: search.Facet}, {Name: "mode", Role: search.Facet}}}

const benchSize = 62000

func benchEngine(b *testing.B) *Engine {
	e := New(benchSchema)
	docs := synthetic(benchSize)
	err := e.Rebuild(b.Context(), "needs", func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	return e
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		e := benchEngine(b)
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB")
		runtime.KeepAlive(e)
	}
}

func BenchmarkSearchFacets(b *testing.B) {
	e := benchEngine(b)
	q := search.Query{Index: "needs", Text: "数据", Facets: []string{"kind", "place", "mode"}, Limit: 20,
		Refine: []search.Refinement{{Field: "kind", Values: []string{"3"}}, {Field: "place", Values: []string{"5"}}}}
	for b.Loop() {
		if _, err := e.Search(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTyping(b *testing.B) {
	e := benchEngine(b)
	for b.Loop() {
		if _, err := e.Search(b.Context(), search.Query{Index: "needs", Text: "shuju", Typing: true, Limit: 5}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	e := benchEngine(b)
	q := search.MatchQuery{Index: "needs", Limit: 50}
	for _, w := range []string{"电池", "电芯", "产线", "技术员", "装配", "检验", "仓储", "软件"} {
		q.Terms = append(q.Terms, search.Term{Text: w, Weight: 1})
	}
	for b.Loop() {
		if _, err := e.Match(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzSearch(f *testing.F) {
	e := New(benchSchema)
	if _, err := e.Apply(f.Context(), "needs", search.Batch{Put: synthetic(50)}); err != nil {
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
