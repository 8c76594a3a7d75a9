package match

import "slices"

// Slot is when and where a meeting is: its round and its table, both from 0.
type Slot struct{ Round, Table int }

// Misfit says why meetings do not fit into an event.
type Misfit struct {
	Over                     []Overbooked // parties with more meetings than there are rounds
	Meetings, Rounds, Tables int
}

// Overbooked is a party with more meetings than there are rounds.
type Overbooked struct {
	Enterprise bool // else a college
	Party      int  // place in the market
	Meetings   int
}

// MissingTables is how many more tables would do, with the rounds as they are; MissingRounds
// the other way round.
func (m Misfit) MissingTables() int { return missing(m.Meetings, m.Rounds, m.Tables) }

// MissingRounds is how many more rounds would do, with the tables as they are.
func (m Misfit) MissingRounds() int { return missing(m.Meetings, m.Tables, m.Rounds) }

// missing is how much is short of all/by, rounded up.
func missing(all, by, have int) int {
	if by <= 0 {
		return 0
	}
	return max(0, (all+by-1)/by-have)
}

// Timetable gives each meeting a round and a table, so that nobody meets twice in a round
// and no round has more meetings than tables; or says why there is none. There always is
// one when no party has more meetings than rounds and all meetings are no more than rounds
// times tables: the graph of meetings is bipartite, so as many rounds do as its busiest
// party has meetings (König 1916), and rounds can be made even by swapping (de Werra 1971).
func Timetable(meetings []Tie, rounds, tables int) ([]Slot, *Misfit) {
	misfit := Misfit{Meetings: len(meetings), Rounds: rounds, Tables: tables}
	busy := map[[2]int]int{}
	for _, t := range meetings {
		busy[[2]int{0, t.College}]++
		busy[[2]int{1, t.Enterprise}]++
	}
	for party, n := range busy {
		if n > rounds {
			misfit.Over = append(misfit.Over, Overbooked{party[0] == 1, party[1], n})
		}
	}
	if len(misfit.Over) > 0 || len(meetings) > rounds*tables {
		slices.SortFunc(misfit.Over, func(a, b Overbooked) int {
			if a.Enterprise != b.Enterprise {
				return map[bool]int{false: -1, true: 1}[a.Enterprise]
			}
			return a.Party - b.Party
		})
		return nil, &misfit
	}
	c := newColouring(meetings, rounds)
	for t := range meetings {
		c.add(t)
	}
	c.level(tables)
	return c.seated(), nil
}

// colouring gives each meeting a round as one colours the edges of a graph.
type colouring struct {
	ties  []Tie
	round []int            // of each tie; -1: none yet
	at    [2]map[int][]int // side → party → the tie it has in each round, -1: none
	size  []int            // meetings of each round
}

func newColouring(ties []Tie, rounds int) *colouring {
	c := &colouring{ties: ties, round: make([]int, len(ties)), at: [2]map[int][]int{{}, {}}, size: make([]int, rounds)}
	for t := range ties {
		c.round[t] = -1
		for side := range c.at {
			if p := c.party(t, side); c.at[side][p] == nil {
				c.at[side][p] = slices.Repeat([]int{-1}, rounds)
			}
		}
	}
	return c
}

func (c *colouring) party(tie, side int) int {
	if side == 0 {
		return c.ties[tie].College
	}
	return c.ties[tie].Enterprise
}

// set puts a tie into a round; -1 takes it out.
func (c *colouring) set(tie, round int) {
	for side := range c.at {
		has := c.at[side][c.party(tie, side)]
		if old := c.round[tie]; old >= 0 {
			has[old] = -1
		}
		if round >= 0 {
			has[round] = tie
		}
	}
	if old := c.round[tie]; old >= 0 {
		c.size[old]--
	}
	if round >= 0 {
		c.size[round]++
	}
	c.round[tie] = round
}

// add finds a round for a tie: the first both sides have free, or one made free for both
// by swapping two rounds along a chain that begins at the enterprise. In a bipartite graph
// the chain never comes back to the college.
func (c *colouring) add(tie int) {
	college, enterprise := c.at[0][c.party(tie, 0)], c.at[1][c.party(tie, 1)]
	for round := range college {
		if college[round] < 0 && enterprise[round] < 0 {
			c.set(tie, round)
			return
		}
	}
	a, b := slices.Index(college, -1), slices.Index(enterprise, -1)
	c.swap(c.chain(1, c.party(tie, 1), a, b), a, b)
	c.set(tie, a)
}

// chain is the path of ties from a party that are by turns in rounds a and b.
func (c *colouring) chain(side, party, a, b int) []int {
	var out []int
	for tie := c.at[side][party][a]; tie >= 0; tie = c.at[side][party][a] {
		out = append(out, tie)
		side = 1 - side
		party, a, b = c.party(tie, side), b, a
	}
	return out
}

// swap exchanges the rounds a and b of ties.
func (c *colouring) swap(ties []int, a, b int) {
	to := make([]int, len(ties))
	for i, tie := range ties {
		to[i] = a + b - c.round[tie]
		c.set(tie, -1)
	}
	for i, tie := range ties {
		c.set(tie, to[i])
	}
}

// level takes meetings out of rounds that have more of them than tables. Of the chains of a
// full round and one with a table free, some has one more meeting in the full one.
func (c *colouring) level(tables int) {
	for {
		full, free := 0, 0
		for round, n := range c.size {
			if n > c.size[full] {
				full = round
			}
			if n < c.size[free] {
				free = round
			}
		}
		if len(c.size) == 0 || c.size[full] <= tables {
			return
		}
		c.swap(c.surplus(full, free), full, free)
	}
}

// surplus is a chain that begins and ends with a meeting of round a.
func (c *colouring) surplus(a, b int) []int {
	for tie, round := range c.round {
		if round != a {
			continue
		}
		for side := range c.at {
			p := c.party(tie, side)
			if c.at[side][p][b] >= 0 {
				continue // not where a chain begins
			}
			if chain := c.chain(side, p, a, b); len(chain)%2 == 1 {
				return chain
			}
		}
	}
	panic("match.surplus: a round with more meetings than another has no chain to spare")
}

// seated gives the meetings of each round their tables. An enterprise stays where it sat,
// as far as that table is free.
func (c *colouring) seated() []Slot {
	out := make([]Slot, len(c.ties))
	sat := map[int]int{}
	for round := range c.size {
		taken := map[int]bool{}
		var standing []int
		for tie, r := range c.round {
			if r != round {
				continue
			}
			table, before := sat[c.ties[tie].Enterprise]
			if !before || taken[table] {
				standing = append(standing, tie)
				continue
			}
			out[tie], taken[table] = Slot{round, table}, true
		}
		table := 0
		for _, tie := range standing {
			for taken[table] {
				table++
			}
			out[tie], taken[table] = Slot{round, table}, true
			sat[c.ties[tie].Enterprise] = table
		}
	}
	return out
}
