package local

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"liangcheng/search"
)

// index is one inverted index. Documents are numbered in the order they arrive; a new
// version of a document gets a new number and the old one is marked dead, so that
// everything grows at its end and a write costs what it brings. When many are dead a
// compacted copy takes the place of the index.
type index struct {
	mu     sync.RWMutex
	schema search.Schema

	words  []field // fields searched as text, in the order of the schema
	facets map[string]*facet
	nums   map[string]*column[float64] // NaN where unknown

	ids      column[string]
	revision column[int64]
	numberOf map[string]uint32
	rank     []uint32 // place of a document among the ids, of those there when it was built
	dead     bitmap
	live     int

	terms  map[string]*postings // grams, words, and folded sound pairs behind soundMark
	latin  vocabulary           // the Latin terms, for completion
	sounds sounds

	sums sync.Pool // of *sums
}

// field is a searched field with its lengths.
type field struct {
	name   string
	weight float64
	b      float64
	length column[uint16] // grams of each document
	total  uint64         // sum of length over live documents

	average float64 // total over live documents, 0 when there is none
}

// soundMark keeps sound pairs apart from written grams in the table of terms.
const soundMark = "~"

// defaultB is the usual length normalisation of BM25F (Robertson & Zaragoza 2009).
const defaultB = 0.75

func newIndex(schema search.Schema) *index {
	ix := &index{schema: schema, facets: map[string]*facet{}, nums: map[string]*column[float64]{},
		numberOf: map[string]uint32{}, terms: map[string]*postings{}, sounds: newSounds()}
	for _, f := range schema.Fields {
		if f.Role&search.Words != 0 {
			ix.words = append(ix.words, field{name: f.Name, weight: cmp.Or(f.Weight, 1), b: cmp.Or(f.B, defaultB)})
		}
		if f.Role&search.Facet != 0 {
			ix.facets[f.Name] = newFacet()
		}
		if f.Role&search.Number != 0 {
			ix.nums[f.Name] = &column[float64]{}
		}
	}
	return ix
}

// size is how many numbers are given away, to the dead too.
func (ix *index) size() int { return ix.ids.n }

// apply puts and deletes. It lets readers in every few documents.
func (ix *index) apply(put []entry, remove []string) {
	const few = 32
	for some := range slices.Chunk(put, few) {
		ix.mu.Lock()
		for i := range some {
			ix.put(&some[i])
		}
		ix.mu.Unlock()
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, id := range remove {
		ix.remove(id)
	}
}

// put adds a document, or a newer or equal version of it. The caller holds the lock or
// owns the index.
func (ix *index) put(e *entry) {
	if old, ok := ix.numberOf[e.id]; ok {
		if ix.revision.at(old) > e.version {
			return
		}
		ix.remove(e.id)
	}
	n := uint32(ix.size())
	id := strings.Clone(e.id) // not the memory of what it was read from
	ix.ids.add(id)
	ix.revision.add(e.version)
	ix.numberOf[id] = n
	ix.live++
	for i, length := range e.lengths {
		ix.words[i].length.add(length)
		ix.words[i].total += uint64(length)
	}
	ix.averages()
	for _, c := range e.terms {
		ix.list(c.term).add(posting{n, c.field, c.tf})
	}
	ix.sounds.add(n, e.spoken)
	for name, f := range ix.facets {
		f.add(n, e.facets[name])
	}
	for name, column := range ix.nums {
		v, ok := e.numbers[name]
		if !ok {
			v = math.NaN()
		}
		column.add(v)
	}
}

// list returns the postings of a term, new ones when it is new.
func (ix *index) list(term string) *postings {
	if list := ix.terms[term]; list != nil {
		return list
	}
	term = strings.Clone(term) // not the memory of the whole text
	list := &postings{bits: uint8(bits.Len(uint(len(ix.words) - 1)))}
	ix.terms[term] = list
	if isLatin(term) {
		ix.latin.add(term)
	}
	return list
}

// remove marks a document dead.
func (ix *index) remove(id string) {
	n, ok := ix.numberOf[id]
	if !ok {
		return
	}
	delete(ix.numberOf, id)
	ix.dead.set(n)
	ix.live--
	for i := range ix.words {
		ix.words[i].total -= uint64(ix.words[i].length.at(n))
	}
	ix.averages()
	for _, f := range ix.facets {
		f.remove(n)
	}
}

// averages keeps the average lengths in step with the totals.
func (ix *index) averages() {
	for i := range ix.words {
		f := &ix.words[i]
		f.average = 0
		if ix.live > 0 {
			f.average = float64(f.total) / float64(ix.live)
		}
	}
}

// vocabularies are all sorted sets of terms.
func (ix *index) vocabularies() []*vocabulary {
	return []*vocabulary{&ix.latin, &ix.sounds.pinyin.keys, &ix.sounds.initials.keys}
}

// settle puts in order what a fill leaves in the order of arrival, and ranks the ids so
// that most ties need no strings.
func (ix *index) settle() {
	for _, v := range ix.vocabularies() {
		v.settle()
	}
	order := make([]uint32, ix.size())
	for n := range order {
		order[n] = uint32(n)
	}
	byID := func(a, b uint32) int { return strings.Compare(ix.ids.at(a), ix.ids.at(b)) }
	if !slices.IsSortedFunc(order, byID) { // a store is read in the order of ids
		slices.SortFunc(order, byID)
	}
	ix.rank = make([]uint32, len(order))
	for place, n := range order {
		ix.rank[n] = uint32(place)
	}
}

// byID orders documents by their ids.
func (ix *index) byID(a, b uint32) int {
	if ranked := uint32(len(ix.rank)); a < ranked && b < ranked {
		return cmp.Compare(ix.rank[a], ix.rank[b])
	}
	return strings.Compare(ix.ids.at(a), ix.ids.at(b))
}
