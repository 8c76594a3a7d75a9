package local

import (
	"context"
	"fmt"
	"iter"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"liangcheng/search"
)

var benchSchema = search.Schema{Name: "needs", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3}, {Name: "text", Role: search.Words},
	{Name: "kind", Role: search.Facet}, {Name: "place", Role: search.Facet}, {Name: "mode", Role: search.Facet},
	{Name: "published", Role: search.Number}}}

// synthetic makes the needs from one number to another out of a vocabulary, the same each
// time: a name of 12 characters, a text of 60.
func synthetic(from, to int) []search.Document {
	words := []rune("数据控制电池电芯产线技术员护理养老焊接装配检验物流仓储运营直播软件测试机房运维酿酒茶叶化工冶炼测量施工预算会计出纳销售采购外贸翻译")
	docs := make([]search.Document, 0, to-from)
	for i := from; i < to; i++ {
		state := uint64(i)*0x9e3779b97f4a7c15 + 42
		next := func(below int) int {
			state = state*6364136223846793005 + 1442695040888963407
			return int(state>>33) % below
		}
		text := make([]rune, 60)
		for k := range text {
			text[k] = words[next(len(words))]
		}
		docs = append(docs, search.Document{ID: fmt.Sprintf("n%07d", i), Version: 1, Texts: map[string][]string{"name": {string(text[:12])}, "text": {string(text)}},
			Facets:  map[string][]string{"kind": {fmt.Sprint(next(40))}, "place": {fmt.Sprint(next(17))}, "mode": {fmt.Sprint(next(10))}},
			Numbers: map[string]float64{"published": float64(next(100000))}})
	}
	return docs
}

// needs streams that many synthetic documents without holding them all.
func needs(n int) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		const step = 1000
		for from := 0; from < n; from += step {
			for _, d := range synthetic(from, min(from+step, n)) {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

// BenchmarkEngine measures every kind of request at the sizes that matter; the largest
// needs SEARCH_MILLION=1 and a minute to build.
func BenchmarkEngine(b *testing.B) {
	sizes := []int{2000, 62000}
	if os.Getenv("SEARCH_MILLION") != "" {
		sizes = append(sizes, 1000000)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchSize(b, n) })
	}
}

func benchSize(b *testing.B, n int) {
	var e *Engine
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			e = New(benchSchema)
			before := heap()
			if err := e.Rebuild(b.Context(), "needs", needs(n)); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(heap()-before, "MB")
		}
	})
	for _, q := range benchQueries {
		q.query.Index = "needs"
		b.Run(q.name, func(b *testing.B) {
			timed(b, func(int) error {
				_, err := e.Search(b.Context(), q.query)
				return err
			})
		})
	}
	match := search.MatchQuery{Index: "needs", Limit: 50}
	for _, w := range []string{"电池", "电芯", "产线", "技术员", "装配", "检验", "仓储", "软件"} {
		match.Terms = append(match.Terms, search.Term{Text: w, Weight: 1})
	}
	b.Run("match", func(b *testing.B) {
		timed(b, func(int) error {
			_, err := e.Match(b.Context(), match)
			return err
		})
	})
	for _, size := range []int{1, 500} {
		b.Run(fmt.Sprint("apply", size), func(b *testing.B) {
			timed(b, func(i int) error { return renew(b.Context(), e, n, size, i) })
		})
	}
	b.Run("read while applying", func(b *testing.B) { reading(b, e, n) })
}

var benchQueries = []struct {
	name  string
	query search.Query
}{
	{"facets", search.Query{Text: "数据", Facets: []string{"kind", "place", "mode"}, Limit: 20,
		Refine: []search.Refinement{{Field: "kind", Values: []string{"3"}}, {Field: "place", Values: []string{"5"}}}}},
	{"wide", search.Query{Text: "数", Facets: []string{"kind", "place", "mode"}, Limit: 20}},
	{"typing", search.Query{Text: "shuju", Typing: true, Limit: 5}},
	{"typing long", search.Query{Text: "shujukongzhi", Typing: true, Limit: 5}},
	{"typing one", search.Query{Text: "s", Typing: true, Limit: 5}},
	{"homophones", search.Query{Text: "数剧空制", Limit: 20}},
	{"everything", search.Query{Limit: 20}},
	{"newest", search.Query{Limit: 20, Facets: []string{"kind", "place", "mode"}, Sort: []search.Order{{Field: "published", Desc: true}}}},
	{"narrowed", search.Query{Limit: 20, Facets: []string{"kind", "place", "mode"}, Sort: []search.Order{{Field: "published", Desc: true}},
		Refine: []search.Refinement{{Field: "mode", Values: []string{"3", "4", "5"}}}}},
	{"deep", search.Query{Limit: 20, Offset: 20000, Sort: []search.Order{{Field: "published", Desc: true}}}},
	{"between", search.Query{Limit: 20, Scope: search.Between{Field: "published", Low: 20000, High: 60000}}},
}

// timed runs fn and reports the time 95 of 100 runs stay below.
func timed(b *testing.B, fn func(i int) error) {
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := fn(i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

// renew applies a batch of new versions of documents spread over the index.
func renew(ctx context.Context, e *Engine, n, size, round int) error {
	var batch search.Batch
	for i := range size {
		at := (round*size + i) * 7919 % n
		doc := synthetic(at, at+1)[0]
		doc.Version = 2
		batch.Put = append(batch.Put, doc)
	}
	_, err := e.Apply(ctx, "needs", batch)
	return err
}

// reading measures small searches while batches of 500 are applied one after another.
func reading(b *testing.B, e *Engine, n int) {
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		const size = 500
		for i := 0; renew(ctx, e, n, size, i) == nil; i++ {
		}
	}()
	timed(b, func(int) error {
		_, err := e.Search(b.Context(), search.Query{Index: "needs", Text: "数据", Limit: 1})
		return err
	})
	stop()
	<-ended
}

// heap is the size of what is reachable, in MB.
func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
