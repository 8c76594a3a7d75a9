package local

import (
	"cmp"
	"slices"

	"liangcheng/search"
)

// facet is a column of exact values: which values a document has, and which documents a
// value.
type facet struct {
	values  []string
	number  map[string]uint32
	members []members
	alive   []int        // living documents of each value
	of      rows[uint32] // values of each document
	listed  int          // documents in the lists of members
	mapped  int          // values whose members are bitmaps
}

// members are the documents of one value, dead ones included: a list, or a bitmap when
// the list would be larger.
type members struct {
	list []uint32
	set  bitmap
}

func newFacet() *facet { return &facet{number: map[string]uint32{}} }

// add enters the values of the next document.
func (f *facet) add(n uint32, values []string) {
	row := make([]uint32, 0, 8)
	for _, v := range values {
		id, ok := f.number[v]
		if !ok {
			id = uint32(len(f.values))
			f.number[v] = id
			f.values = append(f.values, v)
			f.members = append(f.members, members{})
			f.alive = append(f.alive, 0)
		}
		if !slices.Contains(row, id) {
			row = append(row, id)
			f.join(id, n)
		}
	}
	f.of.add(row)
}

// join makes the document a member of a value.
func (f *facet) join(id, n uint32) {
	f.alive[id]++
	m := &f.members[id]
	if m.set != nil {
		m.set.set(n)
		return
	}
	m.list = append(m.list, n)
	f.listed++
	const few, bitsOfNumber = 64, 32
	if len(m.list) > few && len(m.list)*bitsOfNumber > int(n) {
		m.set = newBitmap(int(n) + 1)
		for _, member := range m.list {
			m.set.set(member)
		}
		f.listed -= len(m.list)
		f.mapped++
		m.list = nil
	}
}

// remove takes a document out of the counts of the living.
func (f *facet) remove(n uint32) {
	for _, v := range f.of.at(n) {
		f.alive[v]--
	}
}

// any is the set of documents with one of the values.
func (f *facet) any(values []string, size int) bitmap {
	set := newBitmap(size)
	for _, v := range values {
		if id, ok := f.number[v]; ok {
			set.or(f.members[id].set)
			for _, n := range f.members[id].list {
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
		n = f.tally(set)
	}
	best := top[search.Count]{k: most, compare: func(a, b search.Count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	}}
	for v, c := range n {
		if c > 0 {
			best.offer(search.Count{Value: f.values[v], N: c})
		}
	}
	return best.sorted()
}

// tally counts each value in the set, by its documents or by its values, whichever
// touches less.
func (f *facet) tally(set bitmap) []int {
	n := make([]int, len(f.values))
	if set.count() < f.listed+f.mapped*len(set) {
		set.each(func(doc uint32) {
			for _, v := range f.of.at(doc) {
				n[v]++
			}
		})
		return n
	}
	for v, m := range f.members {
		n[v] = m.set.common(set)
		for _, doc := range m.list {
			if set.has(doc) {
				n[v]++
			}
		}
	}
	return n
}

// renumbered is the column of the living under their new numbers.
func (f *facet) renumbered(to []uint32) *facet {
	kept := newFacet()
	var values []string
	for n, number := range to {
		if number == gone {
			continue
		}
		values = values[:0]
		for _, v := range f.of.at(uint32(n)) {
			values = append(values, f.values[v])
		}
		kept.add(number, values)
	}
	return kept
}
