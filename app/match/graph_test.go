package match

import (
	"reflect"
	"slices"
	"testing"
)

// TestWithIsTheGraphLinkedAnew compares a graph that was given other concepts with one made
// of them from the beginning: in what it is called, and in what it answers.
func TestWithIsTheGraphLinkedAnew(t *testing.T) {
	f := fixture(t)
	first := f.Specialisms[0]
	f.Concepts = []Concept{{Surfaces: []string{"值守"}, Lang: "zh", Kind: "post", TargetKind: "specialism", Targets: []string{first.Code}, Weight: .4}}
	g := newGraph(t, f)
	for _, tt := range []struct {
		name     string
		concepts []Concept
	}{
		{"none", nil},
		{"the same", f.Concepts},
		{"one more", append(slices.Clone(f.Concepts), Concept{Surfaces: []string{"守机房"}, Lang: "zh", Kind: "post", TargetKind: "specialism", Targets: []string{first.Code}, Weight: .9})},
		{"a whole class", []Concept{{Surfaces: []string{"rack"}, Lang: "en", Kind: "equipment", TargetKind: "class", Targets: []string{first.ClassCode}, Weight: .5, Industries: []string{"I65"}}}},
		{"one that blocks", append(slices.Clone(f.Concepts), Concept{Surfaces: []string{"电芯"}, Lang: "zh", Blocks: true})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			derived, err := g.With(tt.concepts)
			if err != nil {
				t.Fatal(err)
			}
			f := fixture(t)
			f.Concepts = tt.concepts
			last.graph = nil // linked anew
			fresh := newGraph(t, f)
			if derived.Fingerprint() != fresh.Fingerprint() {
				t.Errorf("fingerprint %s, want %s", derived.Fingerprint(), fresh.Fingerprint())
			}
			if same := derived.Fingerprint() == g.Fingerprint(); same != (tt.name == "the same") {
				t.Errorf("called as before: %v", same)
			}
			for _, text := range []string{"守机房，懂 rack", "动力电池电芯产线技术员", "护理"} {
				need := Need{Text: text, Industry: "I65"}
				got, want := derived.Specialisms(need, nil, DefaultWeights()), fresh.Specialisms(need, nil, DefaultWeights())
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %v, want %v", text, got, want)
				}
			}
		})
	}
	if _, err := g.With([]Concept{{Surfaces: []string{"x"}, TargetKind: "class", Targets: []string{"no such"}}}); err == nil {
		t.Error("a concept of an unknown target is taken")
	}
}

func TestUnmetWordsAreThoseNobodyKnows(t *testing.T) {
	f := fixture(t)
	f.Concepts = append(f.Concepts, Concept{Surfaces: []string{"守囤"}, Lang: "zh", Kind: "post", TargetKind: "specialism", Targets: []string{f.Specialisms[0].Code}, Weight: 1})
	g := newGraph(t, f)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"招聘若干名护理", nil},
		{"鬻鬻工三十名", []string{"鬻鬻工"}},
		{"会用 zorbtool，13800000000", []string{"zorbtool"}},
		{"守囤", nil},
		{"", nil},
	} {
		if got := g.Unmet(Need{Text: tt.text}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestFindable(t *testing.T) {
	for word, want := range map[string]bool{"电芯": true, "B超": true, "data centre": true, "C++": true, "，。": false, "": false, "PLC 编程": false, "云+端": false, "ＰＬＣ": true} {
		if got := Findable(word); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
}

func TestMoves(t *testing.T) {
	for _, tt := range []struct {
		name          string
		before, after []string
		want          []Move
	}{
		{"nothing", []string{"a", "b"}, []string{"a", "b"}, nil},
		{"one enters, one leaves, one moves", []string{"a", "b", "c"}, []string{"d", "b", "a"}, []Move{{"d", 0, 1}, {"a", 1, 3}, {"c", 3, 0}}},
		{"beyond the first ten nothing counts", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "12"}, nil},
		{"from nothing", nil, []string{"a"}, []Move{{"a", 0, 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Moves(tt.before, tt.after); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAnIntervalHoldsItsMeanAndIsAlwaysTheSame(t *testing.T) {
	var runs []Run
	for i := range 20 {
		r := Run{Judged: Judged{Grades: []Grade{{"a", 3}, {"b", 2}, {"x", 0}}}, Codes: []string{"a", "b"}}
		if i%4 == 0 {
			r.Codes = []string{"x", "b", "a"}
		}
		runs = append(runs, r)
	}
	all := func(Judged) bool { return true }
	mean := Mean(runs, all)
	low, most := Interval(runs, all)
	if again, _ := Interval(runs, all); again != low {
		t.Errorf("got %+v, then %+v", low, again)
	}
	if !(low.NDCG10 < mean.NDCG10 && mean.NDCG10 < most.NDCG10 && low.MRR < mean.MRR && low.Trap5 < most.Trap5 && low.Needs == 20) {
		t.Errorf("%+v is not between %+v and %+v", mean, low, most)
	}
	if low, most := Interval(runs, func(Judged) bool { return false }); low != most || low.Needs != 0 {
		t.Errorf("of no needs: %+v, %+v", low, most)
	}
}
