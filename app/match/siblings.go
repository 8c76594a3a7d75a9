package match

import (
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// The nearness of specialisms: how much the texts and the names count, and how many
// neighbours are kept.
const (
	textNear     = .7
	nameNear     = .3
	siblingsKept = 60
)

// linkSiblings finds for every specialism those nearest to it, by the cosine of their
// official texts and the pairs of characters their names share (Dice).
func (g *Graph) linkSiblings(sp *space) {
	pairs := make([][]string, len(g.nodes))
	holders := map[string][]int{}
	for i, n := range g.nodes {
		pairs[i] = pairsOf(stem(n.name))
		for _, p := range pairs[i] {
			holders[p] = append(holders[p], i)
		}
	}
	sum := make([]float64, len(g.nodes))
	shared := make([]int, len(g.nodes))
	for i := range g.nodes {
		clear(sum)
		clear(shared)
		sp.scores(sp.texts[i], sum)
		for _, p := range pairs[i] {
			for _, j := range holders[p] {
				shared[j]++
			}
		}
		for j := range sum {
			sum[j] *= textNear
			if shared[j] > 0 {
				sum[j] += nameNear * 2 * float64(shared[j]) / float64(len(pairs[i])+len(pairs[j]))
			}
		}
		sum[i] = 0
		g.nodes[i].siblings = best(sum, siblingsKept, 0)
	}
}

// pairsOf returns the distinct pairs of characters of a name, in order.
func pairsOf(name string) []string {
	pairs := text.QueryGrams(text.Normalize(name))
	slices.Sort(pairs)
	return slices.Compact(pairs)
}

// stem drops the words nearly every name ends with.
func stem(name string) string {
	for {
		cut := name
		for _, end := range []string{"技术应用", "应用技术", "工程技术", "技术", "工程", "与管理", "管理", "应用", "与服务", "学"} {
			const two = 6 // bytes of two Chinese characters
			if rest, ok := strings.CutSuffix(cut, end); ok && len(rest) >= two {
				cut = rest
			}
		}
		if cut == name {
			return name
		}
		name = cut
	}
}

// Sibling is a specialism near another.
type Sibling struct {
	Code  string
	Name  string
	Level portal.Level
	Near  float64 // 0..1
}

// Siblings returns the specialisms nearest to one, the nearest first: the same field at
// another level (贯通) and neighbours in the texts (同族).
func (g *Graph) Siblings(code string) []Sibling {
	i, ok := g.byCode[code]
	if !ok {
		return nil
	}
	out := make([]Sibling, len(g.nodes[i].siblings))
	for k, s := range g.nodes[i].siblings {
		n := g.nodes[s.of]
		out[k] = Sibling{n.code, n.name, n.level, s.weight}
	}
	return out
}
