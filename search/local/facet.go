package local

import (
	"cmp"
	"math"
	"slices"

	"liangcheng/search"
)

// facet is a column of exact values: which values a document has, and which documents a
// value.
type facet struct {
	values []string
	number map[string]uint32
	docs   [][]uint32 // documents of each value, ascending; dead ones included
	alive  []int      // living documents of each value
	start  []uint32   // where a document's values begin in packed
	packed []uint32
}

func newFacet() *facet { return &facet{number: map[string]uint32{}} }

func (f *facet) add(n uint32, values []string) {
	f.start = append(f.start, uint32(len(f.packed)))
	first := len(f.packed)
	for _, v := range values {
		id, ok := f.number[v]
		if !ok {
			id = uint32(len(f.values))
			f.number[v] = id
			f.values = append(f.values, v)
			f.docs = append(f.docs, nil)
			f.alive = append(f.alive, 0)
		}
		if slices.Contains(f.packed[first:], id) {
			continue
		}
		f.packed = append(f.packed, id)
		f.docs[id] = append(f.docs[id], n)
		f.alive[id]++
	}
}

// of returns the numbers of a document's values.
func (f *facet) of(n uint32) []uint32 {
	end := uint32(len(f.packed))
	if int(n)+1 < len(f.start) {
		end = f.start[n+1]
	}
	return f.packed[f.start[n]:end]
}

func (f *facet) remove(n uint32) {
	for _, v := range f.of(n) {
		f.alive[v]--
	}
}

// any is the set of documents with one of the values.
func (f *facet) any(values []string, size int) bitmap {
	set := newBitmap(size)
	for _, v := range values {
		if id, ok := f.number[v]; ok {
			for _, n := range f.docs[id] {
				set[n/64] |= 1 << (n % 64)
			}
		}
	}
	return set
}

// count counts the values of the documents in the set, the most frequent first, then by
// value. everything says that the set is all living documents, whose counts are kept.
func (f *facet) count(set bitmap, everything bool, most int) []search.Count {
	n := f.alive
	if !everything {
		n = make([]int, len(f.values))
		set.each(func(doc uint32) {
			for _, v := range f.of(doc) {
				n[v]++
			}
		})
	}
	counts := make([]search.Count, 0, len(n))
	for v, c := range n {
		if c > 0 {
			counts = append(counts, search.Count{Value: f.values[v], N: c})
		}
	}
	slices.SortFunc(counts, func(a, b search.Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	})
	return counts[:min(most, len(counts))]
}

func (f *facet) compact(renumber []uint32) {
	old := *f
	*f = *newFacet()
	for n, to := range renumber {
		if to == math.MaxUint32 {
			continue
		}
		values := make([]string, 0, 4)
		for _, v := range old.of(uint32(n)) {
			values = append(values, old.values[v])
		}
		f.add(to, values)
	}
}
