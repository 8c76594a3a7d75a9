package match

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"liangcheng/app/portal"
)

// randomAnswer is the answer to a random need, with what it was asked of.
func randomAnswer(t *testing.T, r *rand.Rand) (Need, []Ranked, []Offer, Answer) {
	n := randomNeed(r)
	w := DefaultWeights()
	ranked := rank(t, n, w)
	var offers []Offer
	for i, s := range ranked[:min(len(ranked), 30)] {
		for range 1 + r.IntN(3) {
			offers = append(offers, randomOffer(r, len(offers)+i, s.Code, s.Level))
		}
	}
	return n, ranked, offers, Programmes(n, ranked, offers, nil, w)
}

func ids(list []Offered) []string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o.Offer.Programme.ID
	}
	return out
}

func TestTurnsOrderOnlyWhatIsEquallyRelevant(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	moved := false
	for day := range 150 {
		n, ranked, offers, a := randomAnswer(t, r)
		turn := Turn{Day: "day-" + strconv.Itoa(day), Owed: map[string]float64{"a": 4, "b": .25, "c": 2}}
		places := 1 + r.IntN(70)
		got := rotate(a.Offered, n, turn, places)
		if len(got) != min(places, len(a.Offered)) {
			t.Fatalf("%d places of %d results are %d", places, len(a.Offered), len(got))
		}
		in := map[string]bool{}
		for i, o := range got {
			in[o.Offer.Programme.ID] = true
			for _, later := range got[i+1:] {
				if o.S < later.S-Band-1e-12 {
					t.Fatalf("a score of %v stands above one of %v", o.S, later.S)
				}
			}
		}
		for _, o := range a.Offered { // who got no place is not more than the band above who did
			if last := got[len(got)-1]; !in[o.Offer.Programme.ID] && o.S > last.S+Band+1e-12 {
				t.Fatalf("a score of %v got no place behind one of %v", o.S, last.S)
			}
		}
		moved = moved || !slices.Equal(ids(a.Offered)[:len(got)], ids(got))
		if len(in) != len(got) {
			t.Fatal("something is there twice")
		}
		for _, o := range got {
			sum := 0.0
			for _, c := range o.Chips() {
				sum += c.Adds
			}
			if math.Abs(sum-o.S) > 1e-9 {
				t.Fatalf("chips of %s sum to %v, S is %v", o.Offer.Programme.ID, sum, o.S)
			}
		}
		// The same need on the same day, whatever order the offers came in, is the same list.
		shuffled := slices.Clone(offers)
		r.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		again := Programmes(n, ranked, shuffled, nil, DefaultWeights())
		again.Rotate(n, turn, places)
		if a.Rotate(n, turn, places); !slices.Equal(ids(a.Offered), ids(again.Offered)) {
			t.Fatal("the order depends on the order of the offers")
		}
		first := map[string]int{}
		for _, o := range a.Offered[:min(firstPlaces, len(a.Offered))] {
			first[o.Offer.College.ID]++
		}
		for college, k := range first {
			others := slices.ContainsFunc(a.Offered[min(firstPlaces, len(a.Offered)):], func(o Offered) bool { return first[o.Offer.College.ID] < oneCollege })
			if k > oneCollege && others {
				t.Fatalf("%s has %d of the first places though others could take them", college, k)
			}
		}
	}
	if !moved {
		t.Error("nobody ever had a turn")
	}
}

func TestEqualsTakeTurnsFromDayToDay(t *testing.T) {
	ranked := []Ranked{relevant("1", .8)}
	offers := []Offer{offer("a", "1", portal.Associate), offer("b", "1", portal.Associate), offer("c", "1", portal.Associate)}
	first := func(owed map[string]float64) map[string]int {
		count := map[string]int{}
		for day := range 600 {
			a := Programmes(Need{Text: "电池"}, ranked, offers, nil, DefaultWeights())
			a.Rotate(Need{Text: "电池"}, Turn{strconv.Itoa(day), owed}, 10)
			count[a.Offered[0].Offer.College.ID]++
		}
		return count
	}
	for college, n := range first(nil) {
		if n < 150 || n > 250 {
			t.Errorf("%s is first on %d of 600 days, want about a third", college, n)
		}
	}
	owed := Owes(map[string]portal.Shown{"a": {Given: 10, Merited: 90}, "b": {Given: 90, Merited: 10}, "c": {Given: 50, Merited: 50}})
	if got := first(owed); got["a"] < 2*got["c"] || got["c"] < 2*got["b"] {
		t.Errorf("first by what is owed: %v", got)
	}
}

func TestShowsShareWhatWasGiven(t *testing.T) {
	ranked := []Ranked{relevant("1", .8), relevant("2", .3)}
	a := Programmes(Need{}, ranked, []Offer{offer("a", "1", portal.Associate), offer("b", "1", portal.Associate), offer("c", "1", portal.Associate), offer("d", "2", portal.Associate)}, nil, DefaultWeights())
	got := Shows(a.Offered, 2)
	if got["a"].Given != 1 || got["c"].Given != 0 || math.Abs(got["c"].Merited-got["a"].Merited) > 1e-9 {
		t.Errorf("equals of whom one was not shown: %+v", got)
	}
	if _, counted := got["d"]; counted {
		t.Errorf("what is far behind merits a place: %+v", got)
	}
	given, merited := 0., 0.
	for _, s := range got {
		given, merited = given+s.Given, merited+s.Merited
	}
	if math.Abs(given-merited) > 1e-9 || math.Abs(Fairness(got, func(string) bool { return true })-1) > 1e-9 {
		t.Errorf("%v was given and %v merited", given, merited)
	}
	if got := Fairness(got, func(id string) bool { return id == "c" }); got != 0 {
		t.Errorf("who was not shown got %v", got)
	}
	if len(Shows(nil, 10)) != 0 {
		t.Error("an empty answer shows somebody")
	}
}

func BenchmarkRotate(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	ranked := relevant("1", .8)
	for _, n := range []int{1000, 100000} {
		list := make([]Offered, n)
		for i := range list {
			o := offer(strconv.Itoa(i%2000), strconv.Itoa(i), portal.Associate)
			list[i] = Offered{Offer: &o, Ranked: &ranked, S: r.Float64()}
		}
		sortOffered(list)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				rotate(list, Need{Text: "电池"}, Turn{Day: "d"}, 60)
			}
		})
	}
}
