package local

import (
	"cmp"
	"iter"
	"slices"
	"sort"
)

// posting says how often a term occurs in one field of one document.
type posting struct {
	doc   uint32
	field uint8
	tf    uint8
}

// postings is the list of one term, ascending by document and field. It is packed into
// blocks of about blockBytes, one or two bytes a posting: the distance to the document
// before, the field and whether a tf other than 1 follows, as one variable-length
// number. No document stands in two blocks, so that one can be sought by its block.
type postings struct {
	sealed []block
	open   block  // the one appended to
	last   uint32 // the newest document
	docs   uint32 // documents, dead ones included
	n      uint32 // postings, dead ones included
	bits   uint8  // of a field number
}

type block struct {
	first uint32 // document
	data  []byte
}

const blockBytes = 512

// add appends a posting; documents come in ascending order.
func (l *postings) add(p posting) {
	if fresh := l.n == 0 || p.doc != l.last; fresh {
		l.docs++
		if l.n == 0 || len(l.open.data) >= blockBytes-4 {
			if l.n > 0 {
				l.sealed = append(l.sealed, l.open)
			}
			l.open = block{first: p.doc}
			l.last = p.doc
		}
	}
	v := uint64(p.doc-l.last)<<(l.bits+1) | uint64(p.field)<<1
	if p.tf != 1 {
		v |= 1
	}
	data := l.open.data
	for ; v >= 0x80; v >>= 7 {
		data = append(data, byte(v)|0x80)
	}
	data = append(data, byte(v))
	if p.tf != 1 {
		data = append(data, p.tf)
	}
	l.open.data = data
	l.last = p.doc
	l.n++
}

// unpack appends the postings of a block to out.
func (l *postings) unpack(b block, out []posting) []posting {
	doc := b.first
	mask := uint8(1)<<l.bits - 1
	for i := 0; i < len(b.data); {
		v := uint64(b.data[i])
		i++
		if v >= 0x80 {
			v &= 0x7f
			for shift := 7; ; shift += 7 {
				c := b.data[i]
				i++
				v |= uint64(c&0x7f) << shift
				if c < 0x80 {
					break
				}
			}
		}
		tf := uint8(1)
		if v&1 != 0 {
			tf = b.data[i]
			i++
		}
		doc += uint32(v >> (l.bits + 1))
		out = append(out, posting{doc, uint8(v>>1) & mask, tf})
	}
	return out
}

// all yields the postings a block at a time; the slice is good until the next one. A nil
// list has none.
func (l *postings) all() iter.Seq[[]posting] {
	return func(yield func([]posting) bool) {
		if l == nil {
			return
		}
		buf := make([]posting, 0, min(int(l.n), blockBytes))
		for _, b := range l.sealed {
			if buf = l.unpack(b, buf[:0]); !yield(buf) {
				return
			}
		}
		yield(l.unpack(l.open, buf[:0]))
	}
}

// mark adds the documents of the list to a set that is large enough.
func (l *postings) mark(set bitmap) {
	for ps := range l.all() {
		for _, p := range ps {
			set[p.doc/64] |= 1 << (p.doc % 64)
		}
	}
}

// count returns the number of postings; a nil list has none.
func (l *postings) count() int {
	if l == nil {
		return 0
	}
	return int(l.n)
}

// renumbered is the list of the living under their new numbers, nil when there are none.
func (l *postings) renumbered(to []uint32) *postings {
	kept := &postings{bits: l.bits}
	for ps := range l.all() {
		for _, p := range ps {
			if to[p.doc] != gone {
				kept.add(posting{to[p.doc], p.field, p.tf})
			}
		}
	}
	if kept.n == 0 {
		return nil
	}
	return kept
}

// block returns a block by its place, the open one last; false when there is none.
func (l *postings) block(at int) (block, bool) {
	switch {
	case l == nil || at > len(l.sealed):
		return block{}, false
	case at == len(l.sealed):
		return l.open, true
	}
	return l.sealed[at], true
}

// walker goes through a list once, as far as it is told.
type walker struct {
	list *postings
	next int       // the block to unpack next
	rest []posting // of the block unpacked last
	room []posting
}

// until returns the next postings of documents below end, none when there are no more.
// The slice is good until the next call.
func (w *walker) until(end uint32) []posting {
	if len(w.rest) == 0 {
		b, ok := w.list.block(w.next)
		if !ok || b.first >= end {
			return nil
		}
		w.room = w.list.unpack(b, w.room[:0])
		w.rest = w.room
		w.next++
	}
	cut := len(w.rest)
	if w.rest[cut-1].doc >= end {
		cut = sort.Search(cut, func(i int) bool { return w.rest[i].doc >= end })
	}
	ps := w.rest[:cut]
	w.rest = w.rest[cut:]
	return ps
}

// seeker looks up documents in a list; ascending ones unpack each block once.
type seeker struct {
	list *postings
	at   int // the block unpacked, -1 for none
	buf  []posting
}

// reset turns the seeker to another list.
func (s *seeker) reset(l *postings) { s.list, s.at = l, -1 }

// seek returns the postings of a document, none when the list does not have it. The
// slice is good until the next call.
func (s *seeker) seek(doc uint32) []posting {
	l := s.list
	if l == nil || doc > l.last {
		return nil
	}
	at := len(l.sealed)
	if doc < l.open.first {
		at = sort.Search(at, func(i int) bool { return l.sealed[i].first > doc }) - 1
	}
	if at < 0 {
		return nil
	}
	if at != s.at {
		b, _ := l.block(at)
		s.buf, s.at = l.unpack(b, s.buf[:0]), at
	}
	from, ok := slices.BinarySearchFunc(s.buf, doc, func(p posting, doc uint32) int { return cmp.Compare(p.doc, doc) })
	if !ok {
		return nil
	}
	to := from + 1
	for to < len(s.buf) && s.buf[to].doc == doc {
		to++
	}
	return s.buf[from:to]
}
