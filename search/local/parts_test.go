package local

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"liangcheng/search"
	"liangcheng/search/text"
)

func TestPostingsComeBackAsTheyWere(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct {
		name   string
		fields int
		step   int // largest distance between documents
		tf     int
	}{
		{"one field, dense", 1, 2, 1}, {"two fields", 2, 200, 3}, {"many fields, rare", 9, 1 << 18, 255}, {"all fields", 32, 3, 9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ix := newIndex(search.Schema{Fields: slices.Repeat([]search.Field{{Name: "f", Role: search.Words}}, tt.fields)})
			list := ix.list("x")
			var want []posting
			held := map[uint32][]posting{}
			to := []uint32{}
			for doc := uint32(r.IntN(3)); len(want) < 3000; doc += 1 + uint32(r.IntN(tt.step)) {
				for f := range tt.fields {
					if r.IntN(tt.fields) == 0 {
						p := posting{doc, uint8(f), uint8(1 + r.IntN(tt.tf))}
						want, held[doc] = append(want, p), append(held[doc], p)
						list.add(p)
					}
				}
			}
			if got := slices.Concat(slices.Collect(cloned(list))...); !slices.Equal(got, want) {
				t.Fatalf("%d postings come back, want %d", len(got), len(want))
			}
			if list.count() != len(want) || int(list.docs) != len(held) {
				t.Errorf("counts %d and %d", list.count(), list.docs)
			}
			var s seeker
			s.reset(list)
			for range 3000 {
				doc := want[r.IntN(len(want))].doc + uint32(r.IntN(2))
				if got := s.seek(doc); !slices.Equal(got, held[doc]) {
					t.Fatalf("document %d: %v, want %v", doc, got, held[doc])
				}
			}
			if walked := walk(t, r, list, 100*tt.step); !slices.Equal(walked, want) {
				t.Errorf("%d postings walked over, want %d", len(walked), len(want))
			}
			if tt.step > 1000 {
				return
			}
			for n := range list.last + 1 { // every second document dies
				to = append(to, []uint32{n / 2, gone}[n%2])
			}
			kept := slices.Concat(slices.Collect(cloned(list.renumbered(to)))...)
			want = slices.DeleteFunc(want, func(p posting) bool { return p.doc%2 == 1 })
			if !slices.EqualFunc(kept, want, func(a, b posting) bool { return a.doc == b.doc/2 && a.field == b.field && a.tf == b.tf }) {
				t.Errorf("%d renumbered, want %d", len(kept), len(want))
			}
		})
	}
}

// walk collects a list in steps of random length.
func walk(t *testing.T, r *rand.Rand, list *postings, longest int) []posting {
	t.Helper()
	var walked []posting
	w := walker{list: list}
	for end := uint32(0); end <= list.last; {
		end += 1 + uint32(r.IntN(longest))
		for ps := w.until(end); len(ps) > 0; ps = w.until(end) {
			if ps[len(ps)-1].doc >= end {
				t.Fatalf("walked to %d, past %d", ps[len(ps)-1].doc, end)
			}
			walked = append(walked, ps...)
		}
	}
	return walked
}

// cloned yields blocks that stay good.
func cloned(l *postings) func(func([]posting) bool) {
	return func(yield func([]posting) bool) {
		for ps := range l.all() {
			if !yield(slices.Clone(ps)) {
				return
			}
		}
	}
}

func TestSoundsFindEveryBeginning(t *testing.T) {
	names := []string{"大数据技术", "新能源汽车 plc编程", "西安 数据", "护理", "c++ 会计", strings.Repeat("数据", 30)}
	s := newSounds()
	said := make([][]string, len(names)) // what each document says from each syllable on
	for n, name := range names {
		sp := speak(text.Normalize(name))
		s.add(uint32(n), []spoken{sp, speak("护士")})
		for _, sp := range []spoken{sp, speak("护士")} {
			for i, at := range sp.starts[:min(len(sp.starts), longestSound)] {
				said[n] = append(said[n], sp.pinyin[at:], sp.initials[i:])
			}
		}
	}
	for _, whole := range slices.Concat(said...) {
		for end := 1; end <= min(len(whole), 40); end++ {
			for _, letters := range []string{whole[:end], whole[:end] + "q"} {
				set := newBitmap(len(names))
				s.mark(set, letters)
				for n := range names {
					want := slices.ContainsFunc(said[n], func(s string) bool { return strings.HasPrefix(s, letters) })
					if got := set.has(uint32(n)); got != want {
						t.Fatalf("%q in %s: %v, want %v", letters, names[n], got, want)
					}
				}
			}
		}
	}
}

func TestVocabularyStaysSorted(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var v vocabulary
	var want []string
	for i := range 5000 {
		want = append(want, fmt.Sprintf("%x-%d", r.IntN(4096), i))
		v.add(want[i])
	}
	slices.Sort(want)
	if got := slices.Collect(v.from("")); !slices.Equal(got, want) {
		t.Fatalf("%d terms, want %d in order", len(got), len(want))
	}
	want = slices.DeleteFunc(want, func(s string) bool { return !strings.HasPrefix(s, "a1") })
	if got := slices.Collect(v.from("a1")); !slices.Equal(got, want) {
		t.Errorf("%d terms with the prefix, want %d", len(got), len(want))
	}
}

// TestPagesAreCutFromTheWhole compares pages, orders and counts with all documents sorted
// and counted.
func TestPagesAreCutFromTheWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	e, v := filledNaive(t, r)
	renewNaive(t, r, e, v)
	for range 200 {
		orders := [][]search.Order{nil, {{Field: "size", Desc: r.IntN(2) == 0}, {Field: "year", Desc: r.IntN(2) == 0}}, {{Field: "year"}}}[r.IntN(3)]
		low := float64(r.IntN(20)) - 5
		q := search.Query{Index: "x", Sort: orders, Offset: r.IntN(400), Limit: 1 + r.IntN(60), Facets: []string{"kind", "tag"}, FacetLimit: 1 + r.IntN(400)}
		if low >= 0 {
			q.Scope = search.Between{Field: "size", Low: low, High: 15}
		}
		var fit []search.Document
		for i, d := range v.docs {
			size, known := d.Numbers["size"]
			if v.alive[i] && (low < 0 || known && size >= low && size <= 15) {
				fit = append(fit, d)
			}
		}
		slices.SortFunc(fit, func(a, b search.Document) int { return naiveOrder(orders, a, b) })
		res, err := e.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, h := range res.Hits {
			got = append(got, h.ID)
		}
		for _, d := range fit[min(q.Offset, len(fit)):min(q.Offset+q.Limit, len(fit))] {
			want = append(want, d.ID)
		}
		if !slices.Equal(got, want) || res.Total != len(fit) {
			t.Fatalf("%+v: %d of %d\n%v, want\n%v", q, res.Total, len(fit), got, want)
		}
		for _, field := range q.Facets {
			if got, want := res.Facets[field], naiveCounts(fit, field, q.FacetLimit); !slices.Equal(got, want) {
				t.Fatalf("%s of %+v: %v, want %v", field, q, got, want)
			}
		}
	}
}

func naiveOrder(orders []search.Order, a, b search.Document) int {
	for _, o := range orders {
		x, knownX := a.Numbers[o.Field]
		y, knownY := b.Numbers[o.Field]
		switch {
		case knownX != knownY && knownX:
			return -1
		case knownX != knownY:
			return 1
		case x != y && (x < y) != o.Desc:
			return -1
		case x != y:
			return 1
		}
	}
	return strings.Compare(a.ID, b.ID)
}

func naiveCounts(docs []search.Document, field string, most int) []search.Count {
	n := map[string]int{}
	for _, d := range docs {
		for i, v := range d.Facets[field] {
			if !slices.Contains(d.Facets[field][:i], v) {
				n[v]++
			}
		}
	}
	var counts []search.Count
	for v, c := range n {
		counts = append(counts, search.Count{Value: v, N: c})
	}
	slices.SortFunc(counts, func(a, b search.Count) int { return cmp.Or(b.N-a.N, strings.Compare(a.Value, b.Value)) })
	return counts[:min(most, len(counts))]
}
