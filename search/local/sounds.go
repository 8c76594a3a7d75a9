package local

import (
	"bytes"
	"slices"
	"strings"

	"liangcheng/search/text"
)

// spoken is the pinyin of a name and its initials, with where each syllable begins in
// the pinyin. A Latin word counts as one syllable.
type spoken struct {
	pinyin, initials string
	starts           []int
}

// longestSound bounds where a look-up may begin in a name, in syllables.
const longestSound = 40

// speak spells a normalised name.
func speak(name string) spoken {
	var s spoken
	var full, first strings.Builder
	say := func(syllable string) {
		s.starts = append(s.starts, full.Len())
		full.WriteString(syllable)
		first.WriteByte(syllable[0])
	}
	for _, run := range text.Runs(name) {
		if !run.Han {
			say(run.Text)
			continue
		}
		for _, syllable := range text.Syllables(run.Text) {
			say(syllable)
		}
	}
	s.pinyin, s.initials = full.String(), first.String()
	return s
}

// sounds finds documents whose names hold a run of pinyin or of initials that begins
// with a syllable. Each beginning is indexed by its first letters; longer runs are
// compared with the names of the documents found by these.
type sounds struct {
	pinyin, initials spelling
	names            rows[byte] // ' before each syllable, | before each name
}

// spelling lists documents by the first letters of each beginning, as many as each
// length says.
type spelling struct {
	lengths []int // ascending
	lists   map[string]*postings
	keys    vocabulary
}

// Two syllables and more, or four, leave few documents to compare; the shortest lengths
// answer the first keystrokes.
func newSounds() sounds {
	return sounds{pinyin: newSpelling(2, 8), initials: newSpelling(1, 2, 4)}
}

func newSpelling(lengths ...int) spelling {
	return spelling{lengths: lengths, lists: map[string]*postings{}}
}

// add enters the names of the next document.
func (s *sounds) add(n uint32, names []spoken) {
	var row []byte
	for _, name := range names {
		row = append(row, '|')
		for i, at := range name.starts {
			end := len(name.pinyin)
			if i+1 < len(name.starts) {
				end = name.starts[i+1]
			}
			row = append(append(row, '\''), name.pinyin[at:end]...)
			if i < longestSound {
				s.pinyin.add(n, name.pinyin[at:])
				s.initials.add(n, name.initials[i:])
			}
		}
	}
	s.names.add(row)
}

func (s *spelling) add(n uint32, letters string) {
	for _, length := range s.lengths {
		key := letters[:min(len(letters), length)]
		list := s.lists[key]
		if list == nil {
			key = strings.Clone(key) // not the memory of the whole name
			list = &postings{}
			s.lists[key] = list
			s.keys.add(key)
		}
		if list.n == 0 || list.last != n {
			list.add(posting{doc: n, tf: 1})
		}
		if length >= len(letters) {
			return
		}
	}
}

// mark adds the documents with a name that holds the typed letters to a set.
func (s *sounds) mark(set bitmap, letters string) {
	s.initials.mark(set, letters, func(n uint32) bool { return s.says(n, letters, saysInitials) })
	if len(letters) > 1 { // the first letter of a syllable is its initial
		s.pinyin.mark(set, letters, func(n uint32) bool { return s.says(n, letters, saysPinyin) })
	}
}

// mark adds the documents with a beginning that goes on with the letters; says decides
// where they are more than is indexed.
func (s *spelling) mark(set bitmap, letters string, says func(n uint32) bool) {
	longest := s.lengths[len(s.lengths)-1]
	switch {
	case slices.Contains(s.lengths, len(letters)):
		s.lists[letters].mark(set)
	case len(letters) < longest:
		for key := range s.keys.from(letters) {
			s.lists[key].mark(set)
		}
	default:
		for ps := range s.lists[letters[:longest]].all() {
			for _, p := range ps {
				if !set.has(p.doc) && says(p.doc) {
					set.set(p.doc)
				}
			}
		}
	}
}

// says reports whether a name of the document says the letters from one of its syllables
// on.
func (s *sounds) says(n uint32, letters string, says func(name []byte, letters string) bool) bool {
	for name := range bytes.SplitSeq(s.names.at(n), []byte{'|'}) {
		for range longestSound {
			at := bytes.IndexByte(name, '\'')
			if at < 0 {
				break
			}
			name = name[at+1:]
			if says(name, letters) {
				return true
			}
		}
	}
	return false
}

// saysPinyin reports whether the syllables begin with the letters.
func saysPinyin(name []byte, letters string) bool {
	for _, c := range name {
		if len(letters) == 0 {
			return true
		}
		if c == '\'' {
			continue
		}
		if c != letters[0] {
			return false
		}
		letters = letters[1:]
	}
	return len(letters) == 0
}

// saysInitials reports whether the first letters of the syllables begin with the letters.
func saysInitials(name []byte, letters string) bool {
	for i := range len(letters) {
		if len(name) == 0 || name[0] != letters[i] {
			return false
		}
		at := bytes.IndexByte(name, '\'')
		if at < 0 {
			return i == len(letters)-1
		}
		name = name[at+1:]
	}
	return true
}

// renumbered is the index of the living under their new numbers.
func (s *sounds) renumbered(to []uint32) sounds {
	kept := sounds{pinyin: s.pinyin.renumbered(to), initials: s.initials.renumbered(to)}
	for n, number := range to {
		if number != gone {
			kept.names.add(s.names.at(uint32(n)))
		}
	}
	return kept
}

func (s *spelling) renumbered(to []uint32) spelling {
	kept := newSpelling(s.lengths...)
	for key := range s.keys.from("") {
		if list := s.lists[key].renumbered(to); list != nil {
			kept.lists[key] = list
			kept.keys.long = append(kept.keys.long, key)
		}
	}
	return kept
}
