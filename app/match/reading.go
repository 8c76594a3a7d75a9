package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/search/text"
)

// reading is a need as the match understands it.
type reading struct {
	words     []word
	stretches []string // Chinese between filler, where names of several words may stand
}

// word is a piece of a need: a word of the official texts, characters that are none, or
// a Latin word.
type word struct {
	text   string  // normalised; of a misspelt word, the one it sounds like
	weight float64 // 1 for a word as it stands
	known  bool    // a word of the lexicon
	latin  bool
}

// How much pieces count beside a word as it stands, and how much of a text is read.
const (
	singleWeight    = .2 // one character alone
	homophoneWeight = .8 // read by its sound
	longestRead     = 600
	mostWords       = 60
)

// read cuts a need into its words, each once, without filler and bare numbers.
func (lx *lexicon) read(s string) reading {
	s = text.Normalize(s)
	if utf8.RuneCountInString(s) > longestRead {
		s = string([]rune(s)[:longestRead])
	}
	var r reading
	for _, run := range text.Runs(s) {
		switch {
		case run.Han:
			lx.readRun(&r, run.Text)
		case !isNumber(run.Text) && !englishFiller[run.Text]:
			for _, w := range lx.spelt(run.Text) {
				r.add(w)
			}
		}
	}
	return r
}

func (r *reading) add(w word) {
	if len(r.words) < mostWords && !slices.ContainsFunc(r.words, func(o word) bool { return o.text == w.text }) {
		r.words = append(r.words, w)
	}
}

// readRun reads a Chinese run: as it is written, then what it holds by sound.
func (lx *lexicon) readRun(r *reading, run string) {
	pieces := lx.cut(run)
	open := false
	for _, p := range pieces {
		if p.filler {
			open = false
			continue
		}
		if open {
			r.stretches[len(r.stretches)-1] += p.text
		} else {
			r.stretches = append(r.stretches, p.text)
		}
		open = true
		weight := 1.0
		if utf8.RuneCountInString(p.text) == 1 {
			weight = singleWeight
		}
		r.add(word{text: p.text, weight: weight, known: p.known})
	}
	for _, heard := range lx.homophones(run, pieces) {
		r.stretches = append(r.stretches, heard)
		r.add(word{text: heard, weight: homophoneWeight, known: true})
	}
}

// homophones finds words of three and more characters that a run holds by sound though
// it is written otherwise (云记算): nearly all typing errors in Chinese are of this kind.
func (lx *lexicon) homophones(run string, pieces []piece) []string {
	const shortest = 3 // too much sounds like a word of two
	at := offsets(run)
	last := len(at) - 1
	doubtful := make([]bool, last) // characters outside words of several characters
	i := 0
	for _, p := range pieces {
		n := utf8.RuneCountInString(p.text)
		for range n {
			doubtful[i] = !p.known || n == 1
			i++
		}
	}
	var out []string
	for i := range last {
		for n := min(longestWord, last-i); n >= shortest; n-- {
			if !slices.Contains(doubtful[i:i+n], true) {
				continue
			}
			written := run[at[i]:at[i+n]]
			heard, ok := lx.sounds[soundOf(text.Syllables(written))]
			if ok && heard != written && utf8.RuneCountInString(heard) == n {
				out = append(out, heard)
			}
		}
	}
	return out
}

// spelt reads a Latin word: as pinyin when it is wholly made of the sounds of words of
// the lexicon, else as it stands.
func (lx *lexicon) spelt(latin string) []word {
	asIs := []word{{text: latin, weight: 1, latin: true}}
	syllables, ok := text.Syllabify(latin)
	if !ok || len(syllables) < 2 {
		return asIs
	}
	var out []word
	for len(syllables) > 0 {
		n := min(longestWord, len(syllables))
		heard := ""
		for ; n > 1 && heard == ""; n-- {
			if heard = lx.sounds[soundOf(syllables[:n])]; heard != "" {
				break
			}
		}
		if heard == "" {
			return asIs
		}
		out = append(out, word{text: heard, weight: homophoneWeight, known: true})
		syllables = syllables[n:]
	}
	return out
}

func isNumber(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// foreign reports whether the need is written in another language than the official
// texts: nothing of it is understood, yet it is no noise.
func (r reading) foreign() bool {
	const several, letters = 3, 3
	n := 0
	for _, w := range r.words {
		if w.latin && utf8.RuneCountInString(w.text) >= letters {
			n++
		}
	}
	return n >= several && 2*n > len(r.words)
}
