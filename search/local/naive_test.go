package local

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"liangcheng/search"
	"liangcheng/search/text"
)

var naiveSchema = search.Schema{Name: "x", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3},
	{Name: "place", Role: search.Words | search.Sound}, {Name: "text", Role: search.Words, Weight: .6, B: .5},
	{Name: "kind", Role: search.Facet}, {Name: "tag", Role: search.Facet},
	{Name: "size", Role: search.Number}, {Name: "year", Role: search.Number}}}

// naive answers from the documents themselves, in the most obvious way. Like the index it
// counts the dead in how common a term is.
type naive struct {
	docs  []search.Document // every one that came, in order
	alive []bool
}

func (v *naive) put(d search.Document) {
	for i, old := range v.docs {
		if v.alive[i] && old.ID == d.ID {
			v.alive[i] = false
		}
	}
	v.docs, v.alive = append(v.docs, d), append(v.alive, true)
}

// grams are the terms of one field of a document, and how many of them are written.
func (v *naive) grams(d search.Document, f search.Field) (terms []string, length int) {
	for _, t := range d.Texts[f.Name] {
		written := text.Grams(text.Normalize(t))
		terms, length = append(terms, written...), length+len(written)
		if f.Role&search.Sound != 0 {
			for _, pair := range text.SoundPairs(text.Normalize(t)) {
				terms = append(terms, soundMark+pair)
			}
		}
	}
	return terms, length
}

// table counts, once for a whole test, how often each term occurs in which field of
// which document, and the lengths.
type table struct {
	tf     map[string]map[int]map[string]int // term, document, field
	length []map[string]int
	mean   map[string]float64
	live   int
	whole  map[string]float64 // cohesion already worked out
}

func (v *naive) table() table {
	t := table{tf: map[string]map[int]map[string]int{}, mean: map[string]float64{}, whole: map[string]float64{}}
	for i, d := range v.docs {
		t.length = append(t.length, map[string]int{})
		for _, f := range naiveSchema.Fields {
			terms, length := v.grams(d, f)
			t.length[i][f.Name] = length
			if v.alive[i] {
				t.mean[f.Name] += float64(length)
			}
			for _, term := range terms {
				if t.tf[term] == nil {
					t.tf[term] = map[int]map[string]int{}
				}
				if t.tf[term][i] == nil {
					t.tf[term][i] = map[string]int{}
				}
				t.tf[term][i][f.Name]++
			}
		}
		if v.alive[i] {
			t.live++
		}
	}
	for f := range t.mean {
		t.mean[f] /= float64(t.live)
	}
	return t
}

// score is the BM25F of a term in a document, as the books have it.
func (t table) score(term string, doc int) float64 {
	tf := 0.0
	for _, f := range naiveSchema.Fields {
		b := cmp.Or(f.B, .75)
		norm := 1.0
		if t.mean[f.Name] > 0 {
			norm = 1 - b + b*float64(t.length[doc][f.Name])/t.mean[f.Name]
		}
		tf += cmp.Or(f.Weight, 1) * float64(t.tf[term][doc][f.Name]) / norm
	}
	df := float64(len(t.tf[term]))
	n := max(float64(t.live), df)
	return math.Log(1+(n-df+.5)/(df+.5)) * tf / (1.2 + tf)
}

// occurrences counts the fields of documents that hold the term.
func (t table) occurrences(term string) (n float64) {
	for _, fields := range t.tf[term] {
		n += float64(len(fields))
	}
	return n
}

func (t table) cohesion(gram string) float64 {
	if c, ok := t.whole[gram]; ok {
		return c
	}
	t.whole[gram] = t.together(gram)
	return t.whole[gram]
}

func (t table) together(gram string) float64 {
	r := []rune(gram)
	if len(r) != 2 || !text.IsHan(r[0]) || !text.IsHan(r[1]) {
		return 1
	}
	pair, rarer := t.occurrences(gram), min(t.occurrences(string(r[0])), t.occurrences(string(r[1])))
	if pair == 0 || rarer == 0 {
		return 1
	}
	return pair / rarer / (pair/rarer + .03)
}

// match scores every document by every term.
func (v *naive) match(t table, q search.MatchQuery, inScope func(search.Document) bool) []search.Hit {
	var hits []search.Hit
	for i, d := range v.docs {
		if !v.alive[i] || !inScope(d) {
			continue
		}
		hit := search.Hit{ID: d.ID}
		for _, term := range q.Terms {
			hit.Why = append(hit.Why, v.meet(t, term, i)...)
		}
		for _, w := range hit.Why {
			hit.Score += w.Score
		}
		if len(hit.Why) > 0 {
			hits = append(hits, hit)
		}
	}
	slices.SortFunc(hits, func(a, b search.Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID)) })
	if q.Limit > 0 {
		hits = hits[:min(q.Limit, len(hits))]
	}
	return hits
}

func (v *naive) meet(t table, term search.Term, doc int) []search.Why {
	w := wanted{term: term, grams: text.QueryGrams(text.Normalize(term.Text))}
	if term.Sound {
		w.grams = nil
		for _, pair := range text.SoundPairs(text.Normalize(term.Text)) {
			w.grams = append(w.grams, soundMark+pair)
		}
	}
	score, met, fields := 0.0, uint64(0), []string(nil)
	for i, g := range w.grams {
		w.cohesion = append(w.cohesion, t.cohesion(g))
		if t.tf[g][doc] != nil {
			met |= 1 << i
			score += term.Weight / math.Sqrt(float64(len(w.grams))) * t.cohesion(g) * t.score(g, doc)
		}
	}
	if met == 0 {
		return nil
	}
	for _, f := range naiveSchema.Fields {
		if slices.ContainsFunc(w.grams, func(g string) bool { return t.tf[g][doc][f.Name] > 0 }) {
			fields = append(fields, f.Name)
		}
	}
	kind, said := search.Phonetic, []string{term.Text}
	if !term.Sound {
		kind, said = search.Exact, w.pieces(met)
	}
	var whys []search.Why
	for _, s := range said {
		whys = append(whys, search.Why{Term: s, Kind: kind, Fields: fields, Score: score / float64(len(said))})
	}
	return whys
}

// random makes documents of few characters, so that much is met and much is tied.
func random(r *rand.Rand, id, version int) search.Document {
	d := search.Document{ID: fmt.Sprintf("d%03d", id*37%1000), Version: int64(version), Texts: map[string][]string{
		"name": {phrase(r, 8)}, "text": {phrase(r, 40), phrase(r, 5)}}, Numbers: map[string]float64{},
		Facets: map[string][]string{"kind": {fmt.Sprint(r.IntN(3))}, "tag": {fmt.Sprint(r.IntN(300)), fmt.Sprint(r.IntN(5))}}}
	if r.IntN(2) == 0 {
		d.Texts["place"] = []string{phrase(r, 3)}
		d.Numbers["size"] = float64(r.IntN(20))
	}
	if r.IntN(4) > 0 {
		d.Numbers["year"] = float64(r.IntN(3))
	}
	return d
}

func phrase(r *rand.Rand, most int) string {
	pieces := []string{"数", "据", "电", "池", "芯", "技", "术", "员", "护", "理", "会", "计", " plc ", "c++", " "}
	s := ""
	for range 1 + r.IntN(most) {
		s += pieces[r.IntN(len(pieces))]
	}
	return s
}

func TestMatchIsTheNaiveSum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	e, v := filledNaive(t, r)
	counted := v.table()
	for round := range 120 {
		if round%40 == 20 {
			renewNaive(t, r, e, v)
			counted = v.table()
		}
		q := search.MatchQuery{Index: "x", Limit: r.IntN(50)}
		for range 1 + r.IntN(6) {
			q.Terms = append(q.Terms, search.Term{Text: phrase(r, 6), Weight: float64(r.IntN(8)) / 3, Sound: r.IntN(4) == 0})
		}
		inScope := func(search.Document) bool { return true }
		if r.IntN(2) == 0 {
			q.Scope = search.Not{Filter: search.Eq("kind", "1")}
			inScope = func(d search.Document) bool { return d.Facets["kind"][0] != "1" }
		}
		got, err := e.Match(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		want := v.match(counted, q, inScope)
		if len(got) != len(want) {
			t.Fatalf("%+v: %d hits, want %d", q, len(got), len(want))
		}
		for i := range got {
			same(t, got[i], want[i])
		}
	}
}

// same fails unless two hits differ by rounding at most.
func same(t *testing.T, got, want search.Hit) {
	t.Helper()
	const rounding = 1e-9
	near := math.Abs(got.Score-want.Score) < rounding && len(got.Why) == len(want.Why)
	for i := 0; near && i < len(got.Why); i++ {
		near = math.Abs(got.Why[i].Score-want.Why[i].Score) < rounding
		got.Why[i].Score = want.Why[i].Score
	}
	got.Score = want.Score
	if !near || !reflect.DeepEqual(got, want) {
		t.Fatalf("hit %+v, want %+v", got, want)
	}
}

func filledNaive(t *testing.T, r *rand.Rand) (*Engine, *naive) {
	t.Helper()
	e, v := New(naiveSchema), &naive{}
	for i := range 300 {
		v.put(random(r, i, 1))
	}
	err := e.Rebuild(t.Context(), "x", func(yield func(search.Document, error) bool) {
		for _, d := range v.docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, v
}

// renewNaive changes and adds some documents in both.
func renewNaive(t *testing.T, r *rand.Rand, e *Engine, v *naive) {
	t.Helper()
	var b search.Batch
	for range 40 {
		b.Put = append(b.Put, random(r, r.IntN(330), 2))
		v.put(b.Put[len(b.Put)-1])
	}
	if _, err := e.Apply(t.Context(), "x", b); err != nil {
		t.Fatal(err)
	}
}
