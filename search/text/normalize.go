// Package text is the one normalisation of Chinese and English for documents and
// queries: width, case, traditional to simplified, characters and bigrams, words,
// pinyin, initials and the folding of sounds that input methods confuse.
package text

import (
	"bufio"
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The table of OpenCC (Apache-2.0, licence beside it): a traditional character and its
// simplified forms, the usual one first.
//
//go:embed tscharacters.txt
var tsCharacters string

var simplified = sync.OnceValue(func() map[rune]rune {
	table := make(map[rune]rune, 4096)
	lines := bufio.NewScanner(strings.NewReader(tsCharacters))
	for lines.Scan() {
		from, to, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			continue
		}
		f, _ := utf8.DecodeRuneInString(from)
		t, _ := utf8.DecodeRuneInString(to)
		table[f] = t
	}
	return table
})

// Normalize gives the form texts are compared in: half-width, lower case, simplified,
// without control and zero-width characters, white space collapsed to single spaces.
// Normalize(Normalize(s)) is Normalize(s).
func Normalize(s string) string {
	table := simplified()
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case r == 0x3000 || unicode.IsSpace(r):
			space = true
			continue
		case r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			continue
		case r >= 0xff01 && r <= 0xff5e:
			r -= 0xfee0
		}
		r = unicode.ToLower(r)
		if t, ok := table[r]; ok {
			r = t
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// IsHan reports whether r is a Chinese character.
func IsHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// Run is an unbroken piece of a text: Chinese characters, or one Latin word or number.
type Run struct {
	Text string
	Han  bool
}

// Runs cuts a normalised text at everything that is neither Chinese, letter nor digit.
// The signs of c++, c# and .net belong to their words.
func Runs(s string) []Run {
	var runs []Run
	start, han := -1, false
	flush := func(end int) {
		if start >= 0 {
			runs = append(runs, Run{s[start:end], han})
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case IsHan(r):
			if start >= 0 && !han {
				flush(i)
			}
			if start < 0 {
				start, han = i, true
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if start >= 0 && han {
				flush(i)
			}
			if start < 0 {
				start, han = i, false
			}
		case (r == '+' || r == '#') && start >= 0 && !han:
			// c++ and c# keep their signs; a sign between words ends there.
		case r == '.' && start < 0 && strings.HasPrefix(s[i:], ".net"):
			start, han = i, false
		default:
			flush(i)
		}
	}
	flush(len(s))
	return runs
}

// Grams returns what a normalised text is indexed by: of each Chinese run its characters
// and its pairs of neighbours, and each Latin word. Repeated grams stay repeated.
func Grams(s string) []string {
	var grams []string
	for _, run := range Runs(s) {
		if !run.Han {
			grams = append(grams, run.Text)
			continue
		}
		grams = append(grams, singles(run.Text)...)
		grams = append(grams, Pairs(run.Text)...)
	}
	return grams
}

// QueryGrams returns what a normalised query looks for: the pairs of each Chinese run,
// or the character where the run is only one, and each Latin word.
func QueryGrams(s string) []string {
	var grams []string
	for _, run := range Runs(s) {
		if !run.Han || utf8.RuneCountInString(run.Text) == 1 {
			grams = append(grams, run.Text)
			continue
		}
		grams = append(grams, Pairs(run.Text)...)
	}
	return grams
}

// Pairs returns the neighbouring pairs of characters of a Chinese run.
func Pairs(run string) []string {
	pairs := make([]string, 0, len(run)/3)
	previous := -1
	for i, r := range run {
		if previous >= 0 {
			pairs = append(pairs, run[previous:i+utf8.RuneLen(r)])
		}
		previous = i
	}
	return pairs
}

func singles(run string) []string {
	out := make([]string, 0, len(run)/3)
	for i, r := range run {
		out = append(out, run[i:i+utf8.RuneLen(r)])
	}
	return out
}
