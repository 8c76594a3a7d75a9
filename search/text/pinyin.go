package text

import (
	"bufio"
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// Readings of phrases whose characters are read otherwise than by themselves, reviewed
// against the names of the national catalogues, occupations and industries.
//
//go:embed readings.txt
var readings string

// longestPhrase is the longest phrase of the table, in characters.
const longestPhrase = 4

// phrases maps a phrase to its syllables.
var phrases = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	lines := bufio.NewScanner(strings.NewReader(readings))
	for lines.Scan() {
		if f := strings.Fields(lines.Text()); len(f) > 1 && f[0] != "#" {
			table[f[0]] = f[1:]
		}
	}
	return table
})

// sounds maps a character to its commonest reading without tone; the library works a
// reading out anew each time, which a text of needs asks a million times over.
var sounds = sync.OnceValue(func() map[rune]string {
	toneless := strings.NewReplacer("ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e",
		"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o",
		"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v",
		"ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "m̀", "m", "ê̄", "e", "ế", "e", "ê̌", "e", "ề", "e", "ê", "e")
	table := make(map[rune]string, len(pinyin.PinyinDict))
	for r, all := range pinyin.PinyinDict {
		first, _, _ := strings.Cut(all, ",")
		table[rune(r)] = toneless.Replace(first)
	}
	return table
})

// syllables is the set of toneless syllables.
var syllables = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, s := range sounds() {
		set[s] = true
	}
	return set
})

const longestSyllable = 6 // zhuang

// Syllables returns the toneless pinyin of each Chinese character of a normalised text
// (ü is v); everything else is left out. Phrases are read as phrases, the longest first.
func Syllables(s string) []string {
	var out []string
	table, known := phrases(), sounds()
	for i := 0; i < len(s); {
		if n, read := phraseAt(table, s[i:]); n > 0 {
			out = append(out, read...)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if read, ok := known[r]; ok && IsHan(r) {
			out = append(out, read)
		}
		i += n
	}
	return out
}

// phraseAt finds the longest phrase the text begins with and its length in bytes.
func phraseAt(table map[string][]string, s string) (n int, read []string) {
	end := 0
	for range longestPhrase {
		_, size := utf8.DecodeRuneInString(s[end:])
		if size == 0 {
			break
		}
		end += size
		if syllables, ok := table[s[:end]]; ok {
			n, read = end, syllables
		}
	}
	return n, read
}

// Joined returns the pinyin of a text as one word and the initials of its syllables;
// Latin words and numbers stay in both.
func Joined(s string) (pinyin, initials string) {
	var full, first strings.Builder
	for _, run := range Runs(Normalize(s)) {
		if !run.Han {
			full.WriteString(run.Text)
			first.WriteString(run.Text)
			continue
		}
		for _, syllable := range Syllables(run.Text) {
			full.WriteString(syllable)
			first.WriteByte(syllable[0])
		}
	}
	return full.String(), first.String()
}

// Syllabify cuts a Latin word into pinyin syllables, the longest first with going back;
// ok is false when it is no pinyin.
func Syllabify(word string) (cut []string, ok bool) {
	const most = 60 // a longer word is no pinyin anyone types
	if len(word) > most {
		return nil, false
	}
	known := syllables()
	dead := make([]bool, len(word)+1)
	var walk func(at int) bool
	walk = func(at int) bool {
		if at == len(word) {
			return true
		}
		if dead[at] {
			return false
		}
		for n := min(longestSyllable, len(word)-at); n > 0; n-- {
			if known[word[at:at+n]] {
				cut = append(cut, word[at:at+n])
				if walk(at + n) {
					return true
				}
				cut = cut[:len(cut)-1]
			}
		}
		dead[at] = true
		return false
	}
	if word == "" || !walk(0) {
		return nil, false
	}
	return cut, true
}

// Fold unites syllables that speakers and input methods of the south-west confuse:
// zh/z, ch/c, sh/s, n/l at the beginning, and -ng/-n at the end.
func Fold(syllable string) string {
	s := syllable
	switch {
	case strings.HasPrefix(s, "zh"), strings.HasPrefix(s, "ch"), strings.HasPrefix(s, "sh"):
		s = s[:1] + s[2:]
	case strings.HasPrefix(s, "n") && len(s) > 1 && s != "ng":
		s = "l" + s[1:]
	}
	return strings.TrimSuffix(s, "g")
}

// SoundPairs returns the folded pairs of neighbouring syllables of each Chinese run of a
// normalised text, and of Latin words that are pinyin: what homophones have in common.
func SoundPairs(s string) []string {
	var pairs []string
	for _, run := range Runs(s) {
		var cut []string
		if run.Han {
			cut = Syllables(run.Text)
		} else if c, ok := Syllabify(run.Text); ok {
			cut = c
		}
		for i := 1; i < len(cut); i++ {
			pairs = append(pairs, Fold(cut[i-1])+"'"+Fold(cut[i]))
		}
	}
	return pairs
}
