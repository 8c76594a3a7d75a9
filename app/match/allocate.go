package match

import "math"

// Supply is a programme that could fill places of an order class, by their places in the
// lists given to Allocate, with the score of the match.
type Supply struct {
	Need, Programme int
	S               float64
}

// Allocate fills the places wanted by needs with the free seats of programmes: as many as
// can be filled at all, and among all ways to do so the one with the least sum of 1−S over
// the seats. It returns the seats of each supply, and what every need lacks. It is a flow of
// least cost from the needs to the programmes, found along shortest paths.
func Allocate(wanted, free []int, supplies []Supply) (seats, lacking []int) {
	const cent = 1e6 // costs are whole, so that no path is better by a rounding error
	n := flowNet{}
	source, sink := len(wanted)+len(free), len(wanted)+len(free)+1
	n.first = make([][]int, sink+1)
	arcs := make([]int, len(supplies))
	for i, s := range supplies {
		arcs[i] = n.arc(s.Need, len(wanted)+s.Programme, math.MaxInt, int(math.Round((1-s.S)*cent)))
	}
	demands := make([]int, len(wanted))
	for i, w := range wanted {
		demands[i] = n.arc(source, i, max(w, 0), 0)
	}
	for i, f := range free {
		n.arc(len(wanted)+i, sink, max(f, 0), 0)
	}
	for n.push(source, sink) {
	}
	seats, lacking = make([]int, len(supplies)), make([]int, len(wanted))
	for i, a := range arcs {
		seats[i] = n.arcs[a+1].left
	}
	for i, a := range demands {
		lacking[i] = n.arcs[a].left
	}
	return seats, lacking
}

// flowNet is a network: each arc stands beside its reverse, whose room is what flows.
type flowNet struct {
	arcs  []flowArc
	first [][]int // node → its arcs
}

type flowArc struct{ to, left, cost int }

// arc adds an arc and its reverse, and returns its place.
func (n *flowNet) arc(from, to, room, cost int) int {
	at := len(n.arcs)
	n.arcs = append(n.arcs, flowArc{to, room, cost}, flowArc{from, 0, -cost})
	n.first[from], n.first[to] = append(n.first[from], at), append(n.first[to], at+1)
	return at
}

// push sends as much as goes along the cheapest path with room (Bellman and Ford); false
// when there is none.
func (n *flowNet) push(source, sink int) bool {
	cost, by := make([]int, len(n.first)), make([]int, len(n.first))
	for i := range cost {
		cost[i], by[i] = math.MaxInt, -1
	}
	cost[source] = 0
	waiting, queued := []int{source}, make([]bool, len(n.first))
	for len(waiting) > 0 {
		at := waiting[0]
		waiting, queued[at] = waiting[1:], false
		for _, a := range n.first[at] {
			arc := n.arcs[a]
			if arc.left == 0 || cost[at]+arc.cost >= cost[arc.to] {
				continue
			}
			cost[arc.to], by[arc.to] = cost[at]+arc.cost, a
			if !queued[arc.to] {
				waiting, queued[arc.to] = append(waiting, arc.to), true
			}
		}
	}
	if by[sink] < 0 {
		return false
	}
	room := math.MaxInt
	for at := sink; at != source; at = n.arcs[by[at]^1].to {
		room = min(room, n.arcs[by[at]].left)
	}
	for at := sink; at != source; at = n.arcs[by[at]^1].to {
		n.arcs[by[at]].left -= room
		n.arcs[by[at]^1].left += room
	}
	return true
}
