package local

import (
	"math"
	"strings"

	"liangcheng/search"
	"liangcheng/search/text"
)

// entry is a document cut into what the index keeps of it. Cutting is most of the work
// of indexing and needs no lock.
type entry struct {
	id      string
	version int64
	facets  map[string][]string
	numbers map[string]float64
	terms   []count
	lengths []uint16 // grams of each searched field, at most 65535
	spoken  []spoken // names found by sound
}

// count says how often a term occurs in one field of the document.
type count struct {
	term  string
	field uint8
	tf    uint8
}

// cutter cuts documents, one at a time.
type cutter struct {
	fields []search.Field
	counts map[string]int
}

func newCutter(schema search.Schema) *cutter {
	c := &cutter{counts: map[string]int{}}
	for _, f := range schema.Fields {
		if f.Role&search.Words != 0 {
			c.fields = append(c.fields, f)
		}
	}
	return c
}

func (c *cutter) cut(doc search.Document) entry {
	e := entry{id: doc.ID, version: doc.Version, facets: doc.Facets, numbers: doc.Numbers,
		lengths: make([]uint16, len(c.fields))}
	for i, f := range c.fields {
		clear(c.counts)
		length := 0
		for _, t := range doc.Texts[f.Name] {
			t = text.Normalize(t)
			for _, g := range text.Grams(t) {
				c.counts[g]++
				length++
			}
			if f.Role&search.Sound != 0 {
				for _, pair := range text.SoundPairs(t) {
					c.counts[soundMark+pair]++
				}
				e.spoken = append(e.spoken, speak(t))
			}
		}
		e.lengths[i] = uint16(min(length, math.MaxUint16))
		for term, tf := range c.counts {
			e.terms = append(e.terms, count{term, uint8(i), uint8(min(tf, math.MaxUint8))})
		}
	}
	return e
}

// isLatin reports whether a term is a Latin word or number rather than characters or
// sounds.
func isLatin(term string) bool {
	return !strings.HasPrefix(term, soundMark) && len(term) > 0 && term[0] < 0x80
}
