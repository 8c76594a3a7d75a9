package searchtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"liangcheng/search"
)

// matching checks that scores add up over terms and that every term met is named.
func matching(t *testing.T, open Open) {
	e := open(t, schema)
	doc := func(id, about string) search.Document {
		return search.Document{ID: id, Version: 1, Texts: map[string][]string{"name": {id}, "about": {about}}}
	}
	docs := []search.Document{doc("strong", "焊接 焊接 焊接"), doc("weak", "电工 钳工 铣工 车工 磨工"), doc("none", "护理")}
	for i := range 40 {
		docs = append(docs, doc(fmt.Sprint("x", i), "文书"))
	}
	if err := e.Rebuild(t.Context(), schema.Name, sequence(docs)); err != nil {
		t.Fatal(err)
	}
	terms := []search.Term{{Text: "焊接", Weight: 1}}
	for _, w := range []string{"电工", "钳工", "铣工", "车工", "磨工"} {
		terms = append(terms, search.Term{Text: w, Weight: 1})
	}
	hits, err := e.Match(t.Context(), search.MatchQuery{Index: schema.Name, Terms: terms, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) != 2 || hits[0].ID != "weak" {
		t.Fatalf("hits %v: five weak terms must beat one strong", hits)
	}
	var named []string
	sum := 0.0
	for _, w := range hits[0].Why {
		named = append(named, w.Term)
		sum += w.Score
	}
	for _, w := range terms[1:] {
		if !slices.Contains(named, w.Text) {
			t.Errorf("%s is not among the reasons %v", w.Text, named)
		}
	}
	if d := sum - hits[0].Score; d > 1e-9 || d < -1e-9 {
		t.Errorf("reasons sum to %f, the score is %f", sum, hits[0].Score)
	}
	for i := range terms {
		terms[i].Weight = 2
	}
	twice, err := e.Match(t.Context(), search.MatchQuery{Index: schema.Name, Terms: terms})
	if err != nil || len(twice) == 0 || twice[0].Score < 1.99*hits[0].Score || twice[0].Score > 2.01*hits[0].Score {
		t.Errorf("doubling the weights: %v, %v", twice, err)
	}
}

func applying(t *testing.T, open Open) {
	e := open(t, schema)
	apply := func(b search.Batch) {
		t.Helper()
		pending, err := e.Apply(t.Context(), schema.Name, b)
		if err == nil {
			err = pending.Wait(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(version int64, name string) {
		t.Helper()
		apply(search.Batch{Put: []search.Document{{ID: "d000", Version: version, Texts: map[string][]string{"name": {name}}}}})
	}
	holds := func(text string, want int) {
		t.Helper()
		res, err := e.Search(t.Context(), search.Query{Index: schema.Name, Text: text, Limit: 5})
		if err != nil || res.Total != want {
			t.Errorf("%q finds %d (%v), want %d", text, res.Total, err, want)
		}
	}
	put(2, "护理")
	put(2, "护理")
	holds("护理", 1)
	put(1, "数控技术")
	holds("数控", 0)
	put(3, "酿酒技术")
	holds("护理", 0)
	holds("酿酒", 1)
	for doc, err := range e.Versions(t.Context(), schema.Name) {
		if err != nil || doc.ID != "d000" || doc.Version != 3 {
			t.Errorf("versions tell %v %v", doc, err)
		}
	}
	apply(search.Batch{Delete: []string{"d000", "never"}})
	holds("酿酒", 0)
	holds("", 0)
}

// rebuilding checks that readers see the old index or the new one, never a mixture, and
// that a failing sequence leaves the old.
func rebuilding(t *testing.T, open Open) {
	e := filled(t, open)
	all := len(documents())
	const few = 10
	broken := errors.New("broken")
	err := e.Rebuild(t.Context(), schema.Name, func(yield func(search.Document, error) bool) {
		if yield(documents()[0], nil) {
			yield(search.Document{}, broken)
		}
	})
	if !errors.Is(err, broken) {
		t.Errorf("rebuild of a broken sequence: %v", err)
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
			res, err := e.Search(t.Context(), search.Query{Index: schema.Name, Limit: 1})
			if err != nil || res.Total != all && res.Total != few {
				t.Errorf("a reader sees %d documents (%v), want %d or %d", res.Total, err, all, few)
				return
			}
		}
	})
	for i := range 10 {
		docs := documents()
		if i%2 == 0 {
			docs = docs[:few]
		}
		if err := e.Rebuild(t.Context(), schema.Name, sequence(docs)); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
}

func refusals(t *testing.T, e search.Engine) {
	for _, q := range []struct {
		name  string
		query search.Query
	}{
		{"unknown index", search.Query{Index: "nothing"}},
		{"unknown facet", search.Query{Index: schema.Name, Facets: []string{"colour"}}},
		{"words are no facet", search.Query{Index: schema.Name, Scope: search.Eq("name", "护理")}},
		{"unknown number", search.Query{Index: schema.Name, Scope: search.Between{Field: "kind"}}},
		{"unknown order", search.Query{Index: schema.Name, Sort: []search.Order{{Field: "name"}}}},
		{"unknown refinement", search.Query{Index: schema.Name, Refine: []search.Refinement{{Field: "colour", Values: []string{"x"}}}}},
		{"negative offset", search.Query{Index: schema.Name, Offset: -1, Limit: 1}},
	} {
		if _, err := e.Search(t.Context(), q.query); !errors.Is(err, search.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", q.name, err)
		}
	}
}

func oddTexts(t *testing.T, e search.Engine) {
	for _, text := range []string{"", " ", "🙂", "\x00", "\xff\xfe", "ＰＬＣ　编程", strings.Repeat("数据", 2500), strings.Repeat("a ", 2500), "a b c d e f g h i j k",
		`"'\{}[]()*?+^$|`, "大数据 云计算 人工智能 物联网 护理 会计 物流 旅游 酿酒 数控"} {
		if _, err := e.Search(t.Context(), search.Query{Index: schema.Name, Text: text, Limit: 10, Typing: true}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		terms := []search.Term{{Text: text, Weight: 1}, {Text: text, Weight: 1, Sound: true}}
		if _, err := e.Match(t.Context(), search.MatchQuery{Index: schema.Name, Terms: terms}); err != nil {
			t.Errorf("match %.20q: %v", text, err)
		}
	}
}

func contexts(t *testing.T, e search.Engine) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Search(ctx, search.Query{Index: schema.Name, Text: "技术"}); !errors.Is(err, context.Canceled) {
		t.Errorf("search: %v", err)
	}
	if _, err := e.Match(ctx, search.MatchQuery{Index: schema.Name, Terms: []search.Term{{Text: "技术", Weight: 1}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("match: %v", err)
	}
	if _, err := e.Apply(ctx, schema.Name, search.Batch{}); !errors.Is(err, context.Canceled) {
		t.Errorf("apply: %v", err)
	}
}

// many reads and writes at the same time, for the race detector.
func many(t *testing.T, e search.Engine) {
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for n := range 20 {
				if _, err := e.Search(t.Context(), search.Query{Index: schema.Name, Text: "技术", Facets: []string{"kind"}, Limit: 10}); err != nil {
					t.Error(err)
				}
				doc := search.Document{ID: fmt.Sprint("n", i), Version: int64(n), Texts: map[string][]string{"name": {"新技术"}}}
				pending, err := e.Apply(t.Context(), schema.Name, search.Batch{Put: []search.Document{doc}})
				if err == nil {
					err = pending.Wait(t.Context())
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
}
