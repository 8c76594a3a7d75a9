package match

import "slices"

// Tie is a meeting that may be: of one college with one enterprise, by their places in a
// Market. The same two may have several, about different things.
type Tie struct{ College, Enterprise int }

// Seeker is a party of a market: how many meetings it wants at most, and which, the best
// first, by their places in Market.Ties.
type Seeker struct {
	Most int
	List []int
}

// Market is who would meet whom. A tie that is not on the lists of both its sides is not
// wanted.
type Market struct {
	Ties        []Tie
	Colleges    []Seeker
	Enterprises []Seeker
}

// Pair chooses meetings by deferred acceptance: colleges ask down their lists, enterprises
// keep the best of those who ask. The outcome is pairwise stable, and of all that are the
// one the colleges like best (Roth 1984, for many to many with responsive preferences). It
// returns the places of the ties chosen, in order.
func (m Market) Pair() []int {
	rank := m.ranks(m.Enterprises)
	next, holds := make([]int, len(m.Colleges)), make([]int, len(m.Colleges))
	kept := make([][]int, len(m.Enterprises))
	asking := make([]int, len(m.Colleges))
	for c := range asking {
		asking[c] = c
	}
	for len(asking) > 0 {
		c := asking[len(asking)-1]
		list := m.Colleges[c].List
		if holds[c] >= m.Colleges[c].Most || next[c] == len(list) {
			asking = asking[:len(asking)-1]
			continue
		}
		t := list[next[c]]
		next[c]++
		e := m.Ties[t].Enterprise
		if rank[t] < 0 {
			continue
		}
		kept[e] = append(kept[e], t)
		holds[c]++
		if len(kept[e]) <= m.Enterprises[e].Most {
			continue
		}
		worst := slices.MaxFunc(kept[e], func(x, y int) int { return rank[x] - rank[y] })
		kept[e] = slices.DeleteFunc(kept[e], func(t int) bool { return t == worst })
		refused := m.Ties[worst].College
		if holds[refused]--; refused != c {
			asking = append(asking, refused)
		}
	}
	return slices.Sorted(slices.Values(slices.Concat(kept...)))
}

// ranks are the places of the ties on the lists of one side; -1 where one is on none.
func (m Market) ranks(side []Seeker) []int {
	rank := make([]int, len(m.Ties))
	for t := range rank {
		rank[t] = -1
	}
	for _, s := range side {
		for i, t := range s.List {
			rank[t] = i
		}
	}
	return rank
}

// Stability is what an audit of a pairing looked at and found.
type Stability struct {
	Colleges, Enterprises int
	Wanted                int   // ties both sides want
	Chosen                int   // of them
	Blocking              []int // ties not chosen that both sides would rather have
	Wrong                 []int // ties chosen that a side does not want, or that are too many for it
}

// Stable reports whether nothing was found.
func (s Stability) Stable() bool { return len(s.Blocking)+len(s.Wrong) == 0 }

// Audit looks at every tie of the market anew, whoever made the pairing: one that was not
// chosen blocks when each side has a meeting free or likes it better than one it has.
func (m Market) Audit(chosen []int) Stability {
	s := Stability{Colleges: len(m.Colleges), Enterprises: len(m.Enterprises), Chosen: len(chosen)}
	rankC, rankE := m.ranks(m.Colleges), m.ranks(m.Enterprises)
	ofC, ofE := make([][]int, len(m.Colleges)), make([][]int, len(m.Enterprises))
	in := make([]bool, len(m.Ties))
	for _, t := range chosen {
		c, e := m.Ties[t].College, m.Ties[t].Enterprise
		ofC[c], ofE[e] = append(ofC[c], t), append(ofE[e], t)
		if in[t] || rankC[t] < 0 || rankE[t] < 0 || len(ofC[c]) > m.Colleges[c].Most || len(ofE[e]) > m.Enterprises[e].Most {
			s.Wrong = append(s.Wrong, t)
		}
		in[t] = true
	}
	for t, tie := range m.Ties {
		if rankC[t] < 0 || rankE[t] < 0 {
			continue
		}
		s.Wanted++
		if !in[t] && wants(m.Colleges[tie.College].Most, ofC[tie.College], rankC, t) && wants(m.Enterprises[tie.Enterprise].Most, ofE[tie.Enterprise], rankE, t) {
			s.Blocking = append(s.Blocking, t)
		}
	}
	return s
}

// wants reports whether a party that has those meetings would take the tie: beside them, or
// for one of them.
func wants(most int, has []int, rank []int, t int) bool {
	if most <= 0 {
		return false
	}
	return len(has) < most || slices.ContainsFunc(has, func(h int) bool { return rank[t] < rank[h] })
}
