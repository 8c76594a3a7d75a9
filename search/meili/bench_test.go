package meili

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"liangcheng/search"
)

var benchSchema = search.Schema{Name: "needs", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3}, {Name: "text", Role: search.Words},
	{Name: "kind", Role: search.Facet}, {Name: "place", Role: search.Facet}, {Name: "mode", Role: search.Facet}}}

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

// meter adds up how long the server takes: until its answer is read, and what it says of
// itself, in whole milliseconds for each query.
type meter struct {
	next      http.RoundTripper
	wire      time.Duration
	processed int
	calls     int
}

var processing = regexp.MustCompile(`"processingTimeMs":(\d+)`)

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := m.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	m.wire += time.Since(began)
	m.calls++
	for _, found := range processing.FindAllSubmatch(body, -1) {
		ms, _ := strconv.Atoi(string(found[1]))
		m.processed += ms
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, err
}

// BenchmarkMeili reports, besides the whole time of a call: wire-ms until the server's
// answer is read, own-ms that the engine takes beside it, and processing-ms as the server
// tells it.
func BenchmarkMeili(b *testing.B) {
	for _, size := range []int{2374, 62000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			m := &meter{next: newTransport()}
			e := onServer(b, m, benchSchema)
			docs := synthetic(size)
			began := time.Now()
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
			b.Logf("rebuilt %d documents in %v", size, time.Since(began).Round(time.Millisecond))
			benchCalls(b, e, m)
		})
	}
}

func benchCalls(b *testing.B, e *Engine, m *meter) {
	q := search.MatchQuery{Index: "needs", Limit: 50}
	for _, w := range []string{"电池", "电芯", "产线", "技术员", "装配", "检验", "仓储", "软件"} {
		q.Terms = append(q.Terms, search.Term{Text: w, Weight: 1})
	}
	refined := search.Query{Index: "needs", Text: "数据", Facets: []string{"kind", "place", "mode"}, Limit: 20,
		Refine: []search.Refinement{{Field: "kind", Values: []string{"3"}}, {Field: "place", Values: []string{"5"}}}}
	for _, call := range []struct {
		name string
		run  func() error
	}{
		{"search", func() error { _, err := e.Search(b.Context(), refined); return err }},
		{"everything", func() error {
			_, err := e.Search(b.Context(), search.Query{Index: "needs", Facets: refined.Facets, Limit: 20})
			return err
		}},
		{"typing", func() error {
			_, err := e.Search(b.Context(), search.Query{Index: "needs", Text: "shuju", Typing: true, Limit: 5})
			return err
		}},
		{"match", func() error { _, err := e.Match(b.Context(), q); return err }},
	} {
		b.Run(call.name, func(b *testing.B) {
			*m = meter{next: m.next}
			for b.Loop() {
				if err := call.run(); err != nil {
					b.Fatal(err)
				}
			}
			n := float64(b.N)
			whole := b.Elapsed().Seconds() * 1000 / n
			wire := m.wire.Seconds() * 1000 / n
			b.ReportMetric(wire, "wire-ms")
			b.ReportMetric(whole-wire, "own-ms")
			b.ReportMetric(float64(m.processed)/n, "processing-ms")
			b.ReportMetric(float64(m.calls)/n, "requests")
		})
	}
}
