package searchtest

import (
	"testing"

	"liangcheng/search"
)

// top is how many hits of two engines are compared.
const top = 10

// Agree fills two engines with the corpus and checks that the first ten hits of the
// queries of the contract are the same by that share or more, on average and in any order.
func Agree(t *testing.T, share float64, one, other Open) {
	a, b := filled(t, one), filled(t, other)
	sum, n := 0.0, 0
	for _, p := range probeTable {
		q := search.Query{Text: p.query, Typing: p.typing, Limit: top}
		_, first := find(t, a, q)
		_, second := find(t, b, q)
		if len(first)+len(second) == 0 {
			continue
		}
		common := 0
		for _, name := range first {
			for _, o := range second {
				if name == o {
					common++
				}
			}
		}
		overlap := float64(common) / float64(max(len(first), len(second)))
		if overlap < share {
			t.Logf("%q: %.2f: %v and %v", p.query, overlap, first, second)
		}
		sum += overlap
		n++
	}
	t.Logf("the first ten of %d queries overlap by %.3f", n, sum/float64(n))
	if sum/float64(n) < share {
		t.Errorf("overlap %.3f, want %.2f", sum/float64(n), share)
	}
}
