package match

import "slices"

// Move is a specialism that stands at another place of the first ones than before; 0 is not
// among them.
type Move struct {
	Code    string
	Was, Is int
}

// MovesWithin is how many of the first places moves are told of.
const MovesWithin = 10

// Moves compares the first places of two rankings: what is there now in its order, then
// what has left.
func Moves(before, after []string) []Move {
	before, after = before[:min(len(before), MovesWithin)], after[:min(len(after), MovesWithin)]
	var out []Move
	for i, code := range after {
		if was := slices.Index(before, code) + 1; was != i+1 {
			out = append(out, Move{code, was, i + 1})
		}
	}
	for i, code := range before {
		if !slices.Contains(after, code) {
			out = append(out, Move{code, i + 1, 0})
		}
	}
	return out
}
