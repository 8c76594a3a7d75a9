package meili

import (
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"liangcheng/search/text"
)

// The server never sees Chinese. What search/text cuts a text into is written as a mark
// and the hexadecimal of its bytes, one word of ASCII letters and digits to the server:
// it has nothing to cut, fold or correct, every beginning of a text is a beginning of its
// word, words sort as the texts do, and nothing a person typed can stand in a filter.
const (
	gramMark  = "g" // characters, pairs of characters, Latin words
	pairMark  = "p" // folded pairs of syllables
	spellMark = "s" // pinyin and initials of a name, from one syllable on
	valueMark = "v" // ids and values of facets
)

// The longest texts that are kept apart, in bytes; of longer ones the beginning counts.
// The server takes words of 250 bytes and facet values of 468.
const (
	longestWord  = 120
	longestValue = 230
)

func encode(mark, s string, longest int) string {
	return mark + hex.EncodeToString([]byte(beginning(s, longest)))
}

func gram(s string) string  { return encode(gramMark, s, longestWord) }
func pair(s string) string  { return encode(pairMark, s, longestWord) }
func spell(s string) string { return encode(spellMark, s, longestWord) }
func value(s string) string { return encode(valueMark, s, longestValue) }

// decodeValue returns the id or facet value that value made a word of.
func decodeValue(word string) (string, error) {
	if len(word) < len(valueMark) || word[:len(valueMark)] != valueMark {
		return "", fmt.Errorf("%q is no encoded value", word)
	}
	b, err := hex.DecodeString(word[len(valueMark):])
	if err != nil {
		return "", fmt.Errorf("%q is no encoded value: %w", word, err)
	}
	return string(b), nil
}

// beginning cuts a text to at most n bytes, between characters.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// each applies an encoding to all of the texts.
func each(encoding func(string) string, texts []string) []string {
	words := make([]string, len(texts))
	for i, t := range texts {
		words[i] = encoding(t)
	}
	return words
}

// longestName bounds the name that is found by its sound, in syllables.
const longestName = 40

// spellings returns the joined pinyin and the initials of a normalised name from each of
// its syllables on, so that what begins with the typed letters holds them anywhere.
func spellings(name string) []string {
	var full, first []byte
	var starts [][2]int
	add := func(sound string) {
		starts = append(starts, [2]int{len(full), len(first)})
		full = append(full, sound...)
		_, size := utf8.DecodeRuneInString(sound)
		first = append(first, sound[:size]...)
	}
	for _, run := range text.Runs(name) {
		if !run.Han {
			add(run.Text)
			continue
		}
		for _, syllable := range text.Syllables(run.Text) {
			add(syllable)
		}
	}
	var out []string
	for _, at := range starts[:min(len(starts), longestName)] {
		out = append(out, string(full[at[0]:]), string(first[at[1]:]))
	}
	return out
}
