package match

import (
	"container/heap"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"liangcheng/app/portal"
)

// Band is how far below the best that is left a result may stand and still take its place.
const Band = .03

// Turn is whose turn it is on a day among results of equal relevance.
type Turn struct {
	Day  string
	Owed map[string]float64 // by college: what it merited for each unit it was given; 1 where nothing is known
}

// The most and the least a college is favoured for what it was given too little or too
// much, and how much exposure counts as nothing to go by yet.
const (
	favourMost = 4
	knownFrom  = 20
)

// Owes is what each college merited for each unit of exposure it was given.
func Owes(shown map[string]portal.Shown) map[string]float64 {
	owed := make(map[string]float64, len(shown))
	for id, s := range shown {
		owed[id] = min(max((s.Merited+knownFrom)/(s.Given+knownFrom), 1./favourMost), favourMost)
	}
	return owed
}

// Rotate gives the first places in turn to results of equal relevance, and keeps only those
// places: none stands above another whose score is more than Band higher, the rule of
// colleges in the first five aside. The order of one need on one day is always the same.
func (a *Answer) Rotate(n Need, t Turn, places int) {
	first := a.Offered[:min(len(a.Offered), firstPlaces)]
	rotated := rotate(a.Offered, n, t, places)
	for _, o := range first { // so that colleges farther down still get their places
		if !slices.ContainsFunc(rotated, func(have Offered) bool { return have.Offer == o.Offer }) {
			rotated = append(rotated, o)
		}
	}
	rotated = spreadColleges(rotated)
	a.Offered = rotated[:min(len(rotated), places)]
	if a.Gap != nil {
		a.Gap.Nearest = a.Offered[:min(len(a.Offered), nearestShown)]
	}
}

// rotate picks the first places out of what is in order but for the first five.
func rotate(offered []Offered, n Need, t Turn, places int) []Offered {
	order := inOrder(offered)
	places = min(places, len(order))
	out := make([]Offered, 0, places+firstPlaces)
	taken := make(map[int]bool, places)
	var band draws
	for top, next := 0, 0; len(out) < places; {
		for taken[order[top]] {
			top++
		}
		for ; next < len(order) && offered[order[next]].S >= offered[order[top]].S-Band; next++ {
			heap.Push(&band, draw{order[next], t.draw(n, offered[order[next]].Offer)})
		}
		i := heap.Pop(&band).(draw).of
		taken[i] = true
		out = append(out, offered[i])
	}
	return out
}

// inOrder are the places of results by score: those behind the first five are in order
// already, and moving a hundred thousand of them takes long.
func inOrder(offered []Offered) []int {
	first := make([]int, min(len(offered), firstPlaces))
	for i := range first {
		first[i] = i
	}
	better := func(i, k int) int { return byScore(offered[i], offered[k]) }
	slices.SortFunc(first, better)
	out := make([]int, 0, len(offered))
	for i := len(first); i < len(offered); i++ {
		for len(first) > 0 && better(first[0], i) < 0 {
			out, first = append(out, first[0]), first[1:]
		}
		out = append(out, i)
	}
	return append(out, first...)
}

// draw is the lot of a result: the smallest is first.
type draw struct {
	of  int
	lot float64
}

// draw draws the lot of an offer for a need: by chance that is the same all day, in favour
// of what is owed.
func (t Turn) draw(n Need, o *Offer) float64 {
	h := fnv.New64a()
	h.Write([]byte(strings.Join([]string{t.Day, n.Text, n.Industry, o.Programme.ID}, "\x00")))
	const bits = 53
	u := (float64(mixed(h.Sum64())>>(64-bits)) + .5) / (1 << bits)
	owed, known := t.Owed[o.College.ID]
	if !known {
		owed = 1
	}
	return -math.Log(u) / owed
}

// mixed spreads a hash, whose first bits FNV leaves alike for texts that end alike.
func mixed(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// draws is a heap of lots.
type draws []draw

func (d draws) Len() int { return len(d) }
func (d draws) Less(i, k int) bool {
	return d[i].lot < d[k].lot || d[i].lot == d[k].lot && d[i].of < d[k].of
}
func (d draws) Swap(i, k int) { d[i], d[k] = d[k], d[i] }
func (d *draws) Push(x any)   { *d = append(*d, x.(draw)) }
func (d *draws) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	*d = (*d)[:last]
	return x
}

// attention is the share of a reader's attention a place has, the first being 1.
func attention(place int) float64 { return 1 / math.Log2(float64(place+2)) }

// Shows counts one answer of which so many results were shown. What was given is the
// attention of the places; of the same attention everything that might have stood there
// merits a part in proportion to its score: what was shown and what is within Band of it.
func Shows(offered []Offered, shown int) map[string]portal.Shown {
	shown = min(shown, len(offered))
	out := map[string]portal.Shown{}
	if shown == 0 {
		return out
	}
	given, last := 0., math.Inf(1)
	for i, o := range offered[:shown] {
		given += attention(i)
		last = min(last, o.S)
	}
	scores := 0.
	merits := func(i int, o Offered) bool { return i < shown || o.S >= last-Band }
	for i, o := range offered {
		if merits(i, o) {
			scores += o.S
		}
	}
	for i, o := range offered {
		if !merits(i, o) || scores == 0 {
			continue
		}
		s := portal.Shown{Merited: given * o.S / scores}
		if i < shown {
			s.Given = attention(i)
		}
		out[o.Offer.College.ID] = out[o.Offer.College.ID].Add(s)
	}
	return out
}

// Fairness is the exposure some colleges were given for what they merited, as against all
// of them: 1 is fair. It is 0 where they merited nothing.
func Fairness(shown map[string]portal.Shown, some func(college string) bool) float64 {
	var all, part portal.Shown
	for id, s := range shown {
		if all = all.Add(s); some(id) {
			part = part.Add(s)
		}
	}
	if part.Merited == 0 || all.Given == 0 {
		return 0
	}
	return part.Given / part.Merited / (all.Given / all.Merited)
}
