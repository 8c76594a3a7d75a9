package local

import (
	"math"
	"slices"
	"sort"
	"strings"

	"liangcheng/search/text"
)

// sounds finds documents whose names hold a run of pinyin or of initials: every
// beginning of a syllable is an entry, so that a prefix look-up is an infix match.
type sounds struct {
	entries []soundEntry // sorted by suffix
	fresh   []soundEntry
}

// soundEntry is the rest of a name from one syllable on.
type soundEntry struct {
	suffix string // shares the memory of the whole name
	doc    uint32
}

// longestSound bounds a name, in syllables.
const longestSound = 40

// add enters a normalised name.
func (s *sounds) add(n uint32, name string) {
	var full, first strings.Builder
	var starts []int
	for _, run := range text.Runs(name) {
		if !run.Han {
			starts = append(starts, full.Len())
			full.WriteString(run.Text)
			first.WriteByte(run.Text[0])
			continue
		}
		for _, syllable := range text.Syllables(run.Text) {
			starts = append(starts, full.Len())
			full.WriteString(syllable)
			first.WriteByte(syllable[0])
		}
	}
	pinyin, initials := full.String(), first.String()
	for i, at := range starts[:min(len(starts), longestSound)] {
		s.fresh = append(s.fresh, soundEntry{pinyin[at:], n}, soundEntry{initials[i:], n})
	}
}

func (s *sounds) finish() {
	if len(s.fresh) == 0 {
		return
	}
	s.entries = append(s.entries, s.fresh...)
	s.fresh = nil
	slices.SortFunc(s.entries, func(a, b soundEntry) int { return strings.Compare(a.suffix, b.suffix) })
}

// holding is the set of documents with a name that holds the typed letters.
func (s *sounds) holding(letters string, size int) bitmap {
	set := newBitmap(size)
	at := sort.Search(len(s.entries), func(i int) bool { return s.entries[i].suffix >= letters })
	for ; at < len(s.entries) && strings.HasPrefix(s.entries[at].suffix, letters); at++ {
		n := s.entries[at].doc
		set[n/64] |= 1 << (n % 64)
	}
	return set
}

func (s *sounds) compact(renumber []uint32) {
	s.finish()
	kept := s.entries[:0]
	for _, e := range s.entries {
		if to := renumber[e.doc]; to != math.MaxUint32 {
			kept = append(kept, soundEntry{e.suffix, to})
		}
	}
	s.entries = slices.Clip(kept)
}
