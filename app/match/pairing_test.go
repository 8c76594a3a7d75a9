package match

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// randomMarket draws a small market: ties, lists in any order, some ties left out by one
// side.
func randomMarket(r *rand.Rand) Market {
	m := Market{Colleges: make([]Seeker, 1+r.IntN(3)), Enterprises: make([]Seeker, 1+r.IntN(3))}
	for range r.IntN(9) {
		m.Ties = append(m.Ties, Tie{r.IntN(len(m.Colleges)), r.IntN(len(m.Enterprises))})
	}
	for _, t := range r.Perm(len(m.Ties)) {
		if c := &m.Colleges[m.Ties[t].College]; r.IntN(8) > 0 {
			c.List = append(c.List, t)
		}
	}
	for _, t := range r.Perm(len(m.Ties)) {
		if e := &m.Enterprises[m.Ties[t].Enterprise]; r.IntN(8) > 0 {
			e.List = append(e.List, t)
		}
	}
	for _, side := range [][]Seeker{m.Colleges, m.Enterprises} {
		for i := range side {
			side[i].Most = r.IntN(4)
		}
	}
	return m
}

// stableOnes are all pairings of a market that are stable, by trying every set of ties
// against the definition.
func stableOnes(m Market) [][]int {
	var out [][]int
	for set := range 1 << len(m.Ties) {
		var chosen []int
		for t := range m.Ties {
			if set>>t&1 == 1 {
				chosen = append(chosen, t)
			}
		}
		if allowed(m, chosen) && !blocked(m, chosen) {
			out = append(out, chosen)
		}
	}
	return out
}

// of are the ties of a set that a party has.
func of(m Market, set []int, college bool, party int) (out []int) {
	for _, t := range set {
		if college && m.Ties[t].College == party || !college && m.Ties[t].Enterprise == party {
			out = append(out, t)
		}
	}
	return out
}

func allowed(m Market, set []int) bool {
	for i, side := range [][]Seeker{m.Colleges, m.Enterprises} {
		for p, s := range side {
			has := of(m, set, i == 0, p)
			if len(has) > s.Most || slices.ContainsFunc(has, func(t int) bool { return !slices.Contains(s.List, t) }) {
				return false
			}
		}
	}
	return true
}

func blocked(m Market, set []int) bool {
	would := func(s Seeker, has []int, t int) bool {
		place := slices.Index(s.List, t)
		if place < 0 || s.Most == 0 {
			return false
		}
		return len(has) < s.Most || slices.ContainsFunc(has, func(h int) bool { return place < slices.Index(s.List, h) })
	}
	for t, tie := range m.Ties {
		if !slices.Contains(set, t) && would(m.Colleges[tie.College], of(m, set, true, tie.College), t) && would(m.Enterprises[tie.Enterprise], of(m, set, false, tie.Enterprise), t) {
			return true
		}
	}
	return false
}

// TestPairAgainstEveryPairing holds deferred acceptance, and the audit, against all pairings
// of small markets: what it finds is stable, and each college would choose what it got from
// that and any other stable pairing together.
func TestPairAgainstEveryPairing(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		m := randomMarket(r)
		got := m.Pair()
		all := stableOnes(m)
		if !slices.ContainsFunc(all, func(s []int) bool { return slices.Equal(s, got) }) {
			t.Fatalf("%+v: %v is not among the stable ones %v", m, got, all)
		}
		for c, s := range m.Colleges {
			mine := of(m, got, true, c)
			for _, other := range all {
				best := slices.Compact(slices.Sorted(slices.Values(append(of(m, other, true, c), mine...))))
				slices.SortFunc(best, func(x, y int) int { return slices.Index(s.List, x) - slices.Index(s.List, y) })
				best = best[:min(len(best), s.Most)]
				if slices.Sort(best); !slices.Equal(best, mine) {
					t.Fatalf("%+v: college %d has %v and would rather have %v", m, c, mine, best)
				}
			}
		}
	}
}

// TestAuditFindsWhatIsWrong holds the audit of any set of ties against the definition.
func TestAuditFindsWhatIsWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		m := randomMarket(r)
		var set []int
		for tie := range m.Ties {
			if r.IntN(2) == 0 {
				set = append(set, tie)
			}
		}
		audit := m.Audit(set)
		if got, want := len(audit.Wrong) == 0, allowed(m, set); got != want {
			t.Fatalf("%+v %v: allowed %v, want %v", m, set, got, want)
		}
		if got, want := len(audit.Blocking) > 0, blocked(m, set); allowed(m, set) && got != want {
			t.Fatalf("%+v %v: blocked %v, want %v", m, set, got, want)
		}
	}
}

func TestPairByName(t *testing.T) {
	// Two colleges and one enterprise that wants one meeting: the one it likes better.
	m := Market{Ties: []Tie{{0, 0}, {1, 0}}, Colleges: []Seeker{{1, []int{0}}, {1, []int{1}}}, Enterprises: []Seeker{{1, []int{1, 0}}}}
	if got := m.Pair(); !slices.Equal(got, []int{1}) {
		t.Errorf("got %v", got)
	}
	audit := m.Audit([]int{0})
	if !slices.Equal(audit.Blocking, []int{1}) || audit.Wanted != 2 || audit.Stable() {
		t.Errorf("the audit of the other: %+v", audit)
	}
	if audit := m.Audit([]int{0, 1}); !slices.Equal(audit.Wrong, []int{1}) {
		t.Errorf("the audit of both: %+v", audit)
	}
}

// marketOf makes a market of any bytes.
func marketOf(data []byte) Market {
	next := func(n int) int {
		if len(data) == 0 {
			return 0
		}
		v := int(data[0]) % n
		data = data[1:]
		return v
	}
	m := Market{Colleges: make([]Seeker, 1+next(12)), Enterprises: make([]Seeker, 1+next(12))}
	for _, side := range [][]Seeker{m.Colleges, m.Enterprises} {
		for i := range side {
			side[i].Most = next(6)
		}
	}
	for len(data) > 1 {
		m.Ties = append(m.Ties, Tie{next(len(m.Colleges)), next(len(m.Enterprises))})
	}
	for t, tie := range m.Ties { // the one side likes the first, the other the last
		c, e := &m.Colleges[tie.College], &m.Enterprises[tie.Enterprise]
		c.List, e.List = append(c.List, t), append([]int{t}, e.List...)
	}
	return m
}

func FuzzPair(f *testing.F) {
	f.Add([]byte("对接会"))
	f.Add([]byte{3, 3, 2, 1, 2, 1, 0, 0, 1, 1, 2, 2, 0, 1, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		m := marketOf(data)
		chosen := m.Pair()
		if audit := m.Audit(chosen); !audit.Stable() {
			t.Errorf("%+v: %v: %+v", m, chosen, audit)
		}
	})
}
