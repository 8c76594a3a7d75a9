package meili

import (
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/search"
	"liangcheng/search/text"
)

// The limits of a query text; what is beyond says nothing new. rankedWords is how many
// words of a query the server reads.
const (
	longestQuery   = 200 // characters
	mostPieces     = 24
	mostReadings   = 12 // that are ranked for themselves
	mostOfWidened  = 10 // grams of which half must be met
	rankedWords    = 10
	shortestSpelt  = 3 // letters from which pinyin is tried beside other meanings
	sharePartially = 2 // one part in so many must be met when nothing holds all
)

// piece is one word of a query: Chinese characters between others, or a Latin word.
type piece struct {
	text string
	han  bool
	open bool // the last word, still being typed
}

func pieces(query string, typing bool) []piece {
	query = text.Normalize(query)
	if utf8.RuneCountInString(query) > longestQuery {
		query = string([]rune(query)[:longestQuery])
	}
	runs := text.Runs(query)
	out := make([]piece, 0, len(runs))
	for _, run := range runs[:min(len(runs), mostPieces)] {
		out = append(out, piece{text: run.Text, han: run.Han})
	}
	if typing && len(out) > 0 {
		out[len(out)-1].open = true
	}
	return out
}

// reading is one way to understand a query: its parts must all be met, or so many of
// them. Without parts it fits everything.
type reading struct {
	kind    search.Kind
	parts   []part
	atLeast int  // parts to meet; 0 is all
	widened bool // only part of the query, or only its sound, is met
}

// part is met when one of its options is.
type part struct {
	said    string // what it is in the query
	options []option
}

// option is met when a document has all of its words.
type option struct {
	kind   search.Kind
	words  []string
	begins bool // the words need only begin so
}

func (o option) clause() clause {
	parts := make([]clause, len(o.words))
	for i, w := range o.words {
		if parts[i] = holds(w); o.begins {
			parts[i] = begins(w)
		}
	}
	return and(parts...)
}

func (p part) clause() clause {
	options := make([]clause, len(p.options))
	for i, o := range p.options {
		options[i] = o.clause()
	}
	return or(options...)
}

func (r reading) clause() clause {
	parts := make([]clause, len(r.parts))
	for i, p := range r.parts {
		parts[i] = p.clause()
	}
	if r.atLeast > 0 {
		return atLeast(r.atLeast, parts)
	}
	return and(parts...)
}

// ranking is the text that lets the server rank what fits: the words that all of it has.
func (r reading) ranking() string {
	var words []string
	for _, p := range r.parts {
		if r.atLeast == 0 && len(p.options) == 1 && !p.options[0].begins {
			words = append(words, p.options[0].words...)
		}
	}
	return strings.Join(words[:min(len(words), rankedWords)], " ")
}

// exactly meets a piece by its own grams.
func exactly(p piece) part {
	return part{said: p.text, options: []option{grams(search.Exact, p.text)}}
}

// grams is the option of the grams of a text.
func grams(kind search.Kind, s string) option {
	words := each(gram, text.QueryGrams(s))
	slices.Sort(words)
	return option{kind: kind, words: slices.Compact(words)}
}

// stages are the readings of a query in the order they are tried: a stage counts only
// when nothing fits those before it. Its readings stand in the order of their hits.
// Without stages nothing fits.
func stages(query string, typing bool) [][]reading {
	ps := pieces(query, typing)
	if len(ps) == 0 {
		if text.Normalize(query) != "" {
			return nil // signs only: nothing holds them
		}
		return [][]reading{{{kind: search.Exact}}}
	}
	all := make([]part, len(ps))
	for i, p := range ps {
		all[i] = exactly(p)
	}
	first := []reading{{kind: search.Exact, parts: all}}
	if last := ps[len(ps)-1]; last.open && !last.han {
		first = append(first, completed(all))
	}
	first = append(first, related(all)...)
	var out [][]reading
	switch spelt := spelled(ps, all); {
	case spelt == nil:
		out = append(out, first)
	case short(ps):
		out = append(out, first, spelt)
	default:
		out = append(out, append(first, spelt...))
	}
	if r := homophones(ps); r != nil {
		out = append(out, r)
	}
	return append(out, partly(all))
}

// short reports whether the query is so short that as pinyin it would mean anything.
func short(ps []piece) bool {
	return !slices.ContainsFunc(ps, func(p piece) bool { return p.han || len(p.text) >= shortestSpelt })
}

// with is the parts with another one at i.
func with(parts []part, i int, p part) []part {
	out := slices.Clone(parts)
	out[i] = p
	return out
}

// completed meets the last word by what begins with it.
func completed(all []part) reading {
	last := all[len(all)-1]
	open := last.options[0]
	open.begins = true
	return reading{kind: search.Exact, parts: with(all, len(all)-1, part{last.said, []option{open}})}
}

// related are the readings by the table of related terms: one word exchanged, the query
// as a whole exchanged, and at last all that exchanges any words.
func related(all []part) []reading {
	var out []reading
	any := slices.Clone(all)
	exchanged := 0
	said := make([]string, len(all))
	for i, p := range all {
		said[i] = p.said
		for _, o := range meanings(p.said) {
			out = append(out, reading{kind: search.Related, parts: with(all, i, part{p.said, []option{o}})})
			any[i].options = append(slices.Clone(any[i].options), o)
		}
		if len(any[i].options) > 1 {
			exchanged++
		}
	}
	if whole := strings.Join(said, " "); len(all) > 1 {
		for _, o := range meanings(whole) {
			out = append(out, reading{kind: search.Related, parts: []part{{whole, []option{o}}}})
		}
	}
	if exchanged > 1 || len(out) > mostReadings {
		out = append(out[:min(len(out), mostReadings)], reading{kind: search.Related, parts: any})
	}
	return out
}

// meanings are the options of the terms related to one.
func meanings(term string) []option {
	var out []option
	for _, other := range text.Related(term) {
		if o := grams(search.Related, other); len(o.words) > 0 {
			out = append(out, o)
		}
	}
	return out
}

// spelled meets Latin words as pinyin or initials of a name, characters as they are; nil
// when there are none.
func spelled(ps []piece, all []part) []reading {
	parts := slices.Clone(all)
	latin := false
	for i, p := range ps {
		if !p.han {
			latin = true
			sound := option{kind: search.Phonetic, words: []string{spell(p.text)}, begins: true}
			parts[i].options = append(slices.Clone(parts[i].options), sound)
		}
	}
	if !latin {
		return nil
	}
	return []reading{{kind: search.Phonetic, parts: parts}}
}

// homophones meets the sounds of the whole query, at least half of its pairs.
func homophones(ps []piece) []reading {
	var parts []part
	for _, p := range ps {
		for _, s := range text.SoundPairs(p.text) {
			parts = append(parts, part{p.text, []option{{kind: search.Phonetic, words: []string{pair(s)}}}})
		}
	}
	return byNumber(search.Phonetic, parts)
}

// partly meets at least half of the grams of the query.
func partly(all []part) []reading {
	var parts []part
	for _, p := range all {
		for _, w := range p.options[0].words {
			parts = append(parts, part{p.said, []option{{kind: search.Partial, words: []string{w}}}})
		}
	}
	return byNumber(search.Partial, parts)
}

// byNumber are the readings that meet all of the parts, all but one and so on down to
// half of them.
func byNumber(kind search.Kind, parts []part) []reading {
	seen := map[string]bool{}
	parts = slices.DeleteFunc(parts, func(p part) bool {
		word := p.options[0].words[0]
		again := seen[word]
		seen[word] = true
		return again
	})
	parts = parts[:min(len(parts), mostOfWidened)]
	var out []reading
	for n := len(parts); n > 0 && n >= (len(parts)+1)/sharePartially; n-- {
		out = append(out, reading{kind: kind, parts: parts, atLeast: n, widened: true})
	}
	return out
}
