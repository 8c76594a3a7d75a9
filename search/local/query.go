package local

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/search"
	"liangcheng/search/text"
)

// The limits of a query text, in characters and pieces; what is beyond says nothing new.
const (
	longestQuery = 200
	mostPieces   = 24
	completeMost = 64
)

// piece is one word of a query: all of its grams must be met.
type piece struct {
	text  string
	han   bool
	grams []string
	open  bool // the last word, still being typed
}

func pieces(q string, typing bool) []piece {
	q = text.Normalize(q)
	if utf8.RuneCountInString(q) > longestQuery {
		q = string([]rune(q)[:longestQuery])
	}
	var out []piece
	for _, run := range text.Runs(q) {
		out = append(out, piece{text: run.Text, han: run.Han, grams: text.QueryGrams(run.Text)})
		if len(out) == mostPieces {
			break
		}
	}
	if typing && len(out) > 0 {
		out[len(out)-1].open = true
	}
	return out
}

// found is what one way of reading the query met, and the grams that score it.
type found struct {
	set     bitmap
	kind    search.Kind
	grams   []gram
	widened bool // only part of the query, or only its sound, was met
}

// gram is a term to score with its share and what a reason says of it.
type gram struct {
	term  string
	said  string
	kind  search.Kind
	share float64
}

// read tries the ways of reading a query in order: the words themselves, related terms
// and sounds; only when nothing fits, homophones and then half of the words. The sets do
// not overlap.
func (ix *index) read(ctx context.Context, q string, typing bool, within bitmap) ([]found, error) {
	ps := pieces(q, typing)
	if len(ps) == 0 {
		if text.Normalize(q) != "" {
			return nil, nil // signs only: nothing holds them
		}
		return []found{{set: within, kind: search.Exact}}, nil
	}
	var tiers []found
	taken := newBitmap(len(ix.ids))
	add := func(f found) {
		f.set.and(within)
		f.set.without(taken)
		if !f.set.empty() {
			taken.or(f.set)
			tiers = append(tiers, f)
		}
	}
	add(ix.tier(ps, search.Exact, ix.exact))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	add(ix.related(ps))
	if !taken.empty() && allShort(ps) {
		return tiers, nil
	}
	add(ix.tier(ps, search.Phonetic, ix.spelled))
	if !taken.empty() {
		return tiers, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	add(ix.homophones(ps))
	if taken.empty() {
		add(ix.partly(ps))
	}
	return tiers, nil
}

// allShort reports whether the query is so short that as pinyin it would mean anything.
func allShort(ps []piece) bool {
	return !slices.ContainsFunc(ps, func(p piece) bool { return p.han || len(p.text) > 2 })
}

// tier intersects the pieces, each met in one way.
func (ix *index) tier(ps []piece, kind search.Kind, meet func(piece) (bitmap, []gram)) found {
	f := found{kind: kind, set: full(len(ix.ids))}
	for _, p := range ps {
		set, grams := meet(p)
		f.set.and(set)
		f.grams = append(f.grams, grams...)
	}
	return f
}

// exact meets a piece by its own grams; a word still being typed by its completions too.
func (ix *index) exact(p piece) (bitmap, []gram) {
	set := full(len(ix.ids))
	grams := make([]gram, len(p.grams))
	for i, g := range p.grams {
		set.and(ix.holding(g))
		grams[i] = gram{term: g, said: p.text, kind: search.Exact, share: 1 / float64(len(p.grams))}
	}
	if p.open && !p.han {
		const weaker = 0.7
		for _, t := range ix.completions(p.text, completeMost) {
			set.or(ix.holding(t))
			grams = append(grams, gram{term: t, said: p.text, kind: search.Exact, share: weaker})
		}
	}
	return set, grams
}

// related meets pieces, and the query as a whole, by what the table says they also mean.
func (ix *index) related(ps []piece) found {
	f := ix.tier(ps, search.Related, func(p piece) (bitmap, []gram) {
		set, grams := ix.exact(p)
		for _, other := range text.Related(p.text) {
			more, moreGrams := ix.instead(p.text, other)
			set.or(more)
			grams = append(grams, moreGrams...)
		}
		return set, grams
	})
	words := make([]string, len(ps))
	for i, p := range ps {
		words[i] = p.text
	}
	whole := strings.Join(words, " ")
	if len(ps) > 1 {
		for _, other := range text.Related(whole) {
			set, grams := ix.instead(whole, other)
			f.set.or(set)
			f.grams = append(f.grams, grams...)
		}
	}
	return f
}

// instead meets another term in the place of the one that was said.
func (ix *index) instead(said, other string) (bitmap, []gram) {
	const weaker = 0.6
	set := full(len(ix.ids))
	terms := text.QueryGrams(other)
	grams := make([]gram, len(terms))
	for i, g := range terms {
		set.and(ix.holding(g))
		grams[i] = gram{term: g, said: said, kind: search.Related, share: weaker / float64(len(terms))}
	}
	return set, grams
}

// spelled meets Latin letters as pinyin or initials of a name; characters as they are.
func (ix *index) spelled(p piece) (bitmap, []gram) {
	set, grams := ix.exact(p)
	if !p.han {
		set.or(ix.sounds.holding(p.text, len(ix.ids)))
	}
	return set, grams
}

// homophones meets the sounds of the whole query: at least half of its pairs.
func (ix *index) homophones(ps []piece) found {
	f := found{kind: search.Phonetic, set: newBitmap(len(ix.ids)), widened: true}
	var pairs []string
	said := map[string]string{}
	for _, p := range ps {
		for _, pair := range text.SoundPairs(p.text) {
			if said[pair] == "" {
				pairs = append(pairs, pair)
				said[pair] = p.text
			}
		}
	}
	for _, pair := range pairs {
		f.grams = append(f.grams, gram{term: soundMark + pair, said: said[pair], kind: search.Phonetic, share: 1 / float64(len(pairs))})
	}
	f.set = ix.atLeast(f.grams, (len(pairs)+1)/2)
	return f
}

// partly meets at least half of the grams of the query.
func (ix *index) partly(ps []piece) found {
	f := found{kind: search.Partial, widened: true}
	for _, p := range ps {
		for _, g := range p.grams {
			f.grams = append(f.grams, gram{term: g, said: p.text, kind: search.Partial, share: 1})
		}
	}
	f.set = ix.atLeast(f.grams, (len(f.grams)+1)/2)
	return f
}

// holding is the set of documents with the term in any field.
func (ix *index) holding(term string) bitmap {
	set := newBitmap(len(ix.ids))
	for _, p := range ix.terms[term] {
		set[p.doc/64] |= 1 << (p.doc % 64)
	}
	return set
}

// atLeast is the set of documents with that many of the grams.
func (ix *index) atLeast(grams []gram, n int) bitmap {
	set := newBitmap(len(ix.ids))
	if n == 0 {
		return set
	}
	counts := make([]uint16, len(ix.ids))
	for _, g := range grams {
		last := -1
		for _, p := range ix.terms[g.term] {
			if int(p.doc) != last {
				last = int(p.doc)
				counts[p.doc]++
			}
		}
	}
	for doc, c := range counts {
		if int(c) >= n {
			set.set(uint32(doc))
		}
	}
	return set
}

// validate refuses fields the schema does not have.
func (ix *index) validate(q search.Query) error {
	for _, name := range q.Facets {
		if ix.facets[name] == nil {
			return fmt.Errorf("facet %q of %s: %w", name, ix.schema.Name, search.ErrInvalid)
		}
	}
	for _, o := range q.Sort {
		if _, ok := ix.nums[o.Field]; !ok && o.Field != "" {
			return fmt.Errorf("order by %q of %s: %w", o.Field, ix.schema.Name, search.ErrInvalid)
		}
	}
	if q.Offset < 0 || q.Limit < 0 || q.FacetLimit < 0 {
		return fmt.Errorf("negative offset or limit: %w", search.ErrInvalid)
	}
	return nil
}
