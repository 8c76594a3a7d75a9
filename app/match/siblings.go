package match

import (
	"cmp"
	"slices"
)

// The nearness of siblings: how much sharing a class and sharing a name count, how near
// two must be to count at all, and how many are kept.
const (
	classNear    = .35
	nameNear     = .65
	nearEnough   = .4
	siblingsKept = 24
)

// linkSiblings finds for every specialism those close to it: by pairs of characters of
// their names (Dice) and by their class, whose name is the same at every level.
func (g *Graph) linkSiblings() {
	pairs := make([][]string, len(g.nodes))
	holders := map[string][]int{}
	classes := map[string][]int{}
	for i, n := range g.nodes {
		pairs[i] = pairsOf(stem(n.name))
		for _, p := range pairs[i] {
			holders[p] = append(holders[p], i)
		}
		classes[n.className] = append(classes[n.className], i)
	}
	shared := make([]int, len(g.nodes))
	for i := range g.nodes {
		var touched []int
		for _, p := range pairs[i] {
			for _, j := range holders[p] {
				if shared[j] == 0 {
					touched = append(touched, j)
				}
				shared[j]++
			}
		}
		g.nodes[i].siblings = g.nearest(i, pairs, shared, touched, classes[g.nodes[i].className])
		for _, j := range touched {
			shared[j] = 0
		}
	}
}

func (g *Graph) nearest(i int, pairs [][]string, shared []int, touched, class []int) []sibling {
	var near []sibling
	seen := map[int]bool{i: true}
	consider := func(j int) {
		if seen[j] {
			return
		}
		seen[j] = true
		s := 0.0
		if n := len(pairs[i]) + len(pairs[j]); n > 0 {
			s = nameNear * 2 * float64(shared[j]) / float64(n)
		}
		if g.nodes[i].className == g.nodes[j].className {
			s += classNear
		}
		if s >= nearEnough {
			near = append(near, sibling{j, s})
		}
	}
	for _, j := range touched {
		consider(j)
	}
	for _, j := range class {
		consider(j)
	}
	slices.SortFunc(near, func(a, b sibling) int {
		return cmp.Or(cmp.Compare(b.near, a.near), cmp.Compare(g.nodes[a.node].code, g.nodes[b.node].code))
	})
	return near[:min(len(near), siblingsKept)]
}

// stem drops the words nearly every name ends with.
func stem(name string) string {
	for {
		cut := name
		for _, end := range []string{"技术应用", "应用技术", "工程技术", "技术", "工程", "与管理", "管理", "应用", "与服务", "学"} {
			if rest, ok := cutSuffix(cut, end); ok {
				cut = rest
			}
		}
		if cut == name {
			return name
		}
		name = cut
	}
}

// cutSuffix cuts an ending that leaves at least two characters.
func cutSuffix(s, end string) (string, bool) {
	const two = 6 // bytes of two Chinese characters
	if len(s)-len(end) < two || s[len(s)-len(end):] != end {
		return s, false
	}
	return s[:len(s)-len(end)], true
}
