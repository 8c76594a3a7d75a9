package local

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"

	"liangcheng/search"
	"liangcheng/search/text"
)

// index is one inverted index. Documents are numbered in the order they arrive; a new
// version of a document gets a new number and the old one is marked dead, so that
// postings stay sorted by appending. When many are dead the index is compacted.
type index struct {
	mu     sync.RWMutex
	schema search.Schema

	words  []field // fields searched as text, in the order of the schema
	facets map[string]*facet
	nums   map[string][]float64 // NaN where unknown, one per number

	ids      []string
	revision []int64
	numberOf map[string]uint32
	dead     bitmap
	live     int

	terms  map[string][]posting // grams, words, and folded sound pairs behind soundMark
	sorted []string             // Latin terms in order, for completion; see latin
	fresh  []string             // Latin terms not yet sorted in
	sounds sounds
}

// field is a searched field with its lengths.
type field struct {
	name   string
	weight float64
	b      float64
	sound  bool
	typed  bool
	length []uint16 // grams of each document, at most 65535
	total  uint64   // sum of length over live documents
}

// posting says how often a term occurs in one field of one document.
type posting struct {
	doc   uint32
	field uint8
	tf    uint8
}

// soundMark keeps sound pairs apart from written grams in the table of terms.
const soundMark = "~"

// The constants of BM25F (Robertson & Zaragoza 2009).
const (
	k1       = 1.2
	defaultB = 0.75
)

func newIndex(schema search.Schema) *index {
	ix := &index{schema: schema, facets: map[string]*facet{}, nums: map[string][]float64{},
		numberOf: map[string]uint32{}, terms: map[string][]posting{}}
	for _, f := range schema.Fields {
		if f.Role&search.Words != 0 {
			ix.words = append(ix.words, field{name: f.Name, weight: cmp.Or(f.Weight, 1), b: cmp.Or(f.B, defaultB),
				sound: f.Role&search.Sound != 0, typed: f.Role&search.Typed != 0})
		}
		if f.Role&search.Facet != 0 {
			ix.facets[f.Name] = newFacet()
		}
		if f.Role&search.Number != 0 {
			ix.nums[f.Name] = nil
		}
	}
	return ix
}

func (ix *index) apply(b search.Batch) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for _, doc := range b.Put {
		ix.put(doc)
	}
	for _, id := range b.Delete {
		ix.remove(id)
	}
	ix.compact()
	ix.finish()
}

// put adds a document, or a newer or equal version of it. The caller holds the lock or
// owns the index.
func (ix *index) put(doc search.Document) {
	if old, ok := ix.numberOf[doc.ID]; ok {
		if ix.revision[old] > doc.Version {
			return
		}
		ix.remove(doc.ID)
	}
	n := uint32(len(ix.ids))
	ix.ids = append(ix.ids, doc.ID)
	ix.revision = append(ix.revision, doc.Version)
	ix.numberOf[doc.ID] = n
	ix.live++
	for i := range ix.words {
		ix.addField(n, uint8(i), doc.Texts[ix.words[i].name])
	}
	for name, f := range ix.facets {
		f.add(n, doc.Facets[name])
	}
	for name := range ix.nums {
		v, ok := doc.Numbers[name]
		if !ok {
			v = math.NaN()
		}
		ix.nums[name] = append(ix.nums[name], v)
	}
}

// addField counts the grams of one field and appends their postings.
func (ix *index) addField(n uint32, i uint8, texts []string) {
	f := &ix.words[i]
	counts := map[string]int{}
	length := 0
	for _, t := range texts {
		t = text.Normalize(t)
		for _, g := range text.Grams(t) {
			counts[g]++
			length++
		}
		if f.sound {
			for _, pair := range text.SoundPairs(t) {
				counts[soundMark+pair]++
			}
			ix.sounds.add(n, t)
		}
	}
	const most = math.MaxUint16
	f.length = append(f.length, uint16(min(length, most)))
	f.total += uint64(min(length, most))
	for g, tf := range counts {
		list, known := ix.terms[g]
		if !known && isLatin(g) {
			ix.fresh = append(ix.fresh, g)
		}
		ix.terms[g] = append(list, posting{doc: n, field: i, tf: uint8(min(tf, math.MaxUint8))})
	}
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
		ix.words[i].total -= uint64(ix.words[i].length[n])
	}
	for _, f := range ix.facets {
		f.remove(n)
	}
}

// finish sorts what completion and pinyin look up.
func (ix *index) finish() {
	if len(ix.fresh) > 0 {
		ix.sorted = append(ix.sorted, ix.fresh...)
		slices.Sort(ix.sorted)
		ix.sorted = slices.Compact(ix.sorted)
		ix.fresh = nil
	}
	ix.sounds.finish()
}

// compact renumbers the living once more than a third is dead.
func (ix *index) compact() {
	const few = 1000
	deadCount := len(ix.ids) - ix.live
	if deadCount < few || deadCount < len(ix.ids)/3 {
		return
	}
	renumber := make([]uint32, len(ix.ids))
	next := uint32(0)
	for n := range ix.ids {
		if ix.dead.has(uint32(n)) {
			renumber[n] = math.MaxUint32
			continue
		}
		renumber[n] = next
		next++
	}
	alive := func(n uint32) bool { return renumber[n] != math.MaxUint32 }
	for t, list := range ix.terms {
		kept := list[:0]
		for _, p := range list {
			if alive(p.doc) {
				p.doc = renumber[p.doc]
				kept = append(kept, p)
			}
		}
		if len(kept) == 0 {
			delete(ix.terms, t)
			continue
		}
		ix.terms[t] = slices.Clip(kept)
	}
	ix.sorted = slices.DeleteFunc(ix.sorted, func(t string) bool { return ix.terms[t] == nil })
	ix.ids, ix.revision = keep(ix.ids, alive), keep(ix.revision, alive)
	for i := range ix.words {
		ix.words[i].length = keep(ix.words[i].length, alive)
	}
	for name, column := range ix.nums {
		ix.nums[name] = keep(column, alive)
	}
	for _, f := range ix.facets {
		f.compact(renumber)
	}
	ix.sounds.compact(renumber)
	for n, id := range ix.ids {
		ix.numberOf[id] = uint32(n)
	}
	ix.dead = nil
}

func keep[T any](column []T, alive func(uint32) bool) []T {
	kept := column[:0]
	for n, v := range column {
		if alive(uint32(n)) {
			kept = append(kept, v)
		}
	}
	return slices.Clip(kept)
}

func (ix *index) versions() []search.Document {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	out := make([]search.Document, 0, ix.live)
	for n, id := range ix.ids {
		if !ix.dead.has(uint32(n)) {
			out = append(out, search.Document{ID: id, Version: ix.revision[n]})
		}
	}
	return out
}

// isLatin reports whether a term is a Latin word or number rather than characters or
// sounds.
func isLatin(term string) bool {
	return !strings.HasPrefix(term, soundMark) && len(term) > 0 && term[0] < 0x80
}

// completions returns up to most Latin terms that begin with the prefix.
func (ix *index) completions(prefix string, most int) []string {
	from := sort.SearchStrings(ix.sorted, prefix)
	to := from
	for to < len(ix.sorted) && to-from < most && strings.HasPrefix(ix.sorted[to], prefix) {
		to++
	}
	return ix.sorted[from:to]
}
