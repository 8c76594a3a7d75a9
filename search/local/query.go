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

	set bitmap // documents with the word itself
	by  []gram // what scores them
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
	for i := range ps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ps[i].set, ps[i].by = ix.exact(ps[i])
	}
	var tiers []found
	taken := newBitmap(ix.size())
	add := func(f found) {
		f.set.and(within)
		f.set.without(taken)
		if !f.set.empty() {
			taken.or(f.set)
			tiers = append(tiers, f)
		}
	}
	add(ix.tier(ps, search.Exact, func(p piece) (bitmap, []gram) { return p.set, p.by }))
	add(ix.related(ps))
	if !taken.empty() && allShort(ps) {
		return tiers, ctx.Err()
	}
	if slices.ContainsFunc(ps, func(p piece) bool { return !p.han }) {
		add(ix.tier(ps, search.Phonetic, ix.spelled))
	}
	if !taken.empty() || ctx.Err() != nil {
		return tiers, ctx.Err()
	}
	add(ix.homophones(ctx, ps))
	if taken.empty() {
		add(ix.partly(ctx, ps))
	}
	return tiers, ctx.Err()
}

// allShort reports whether the query is so short that as pinyin it would mean anything.
func allShort(ps []piece) bool {
	return !slices.ContainsFunc(ps, func(p piece) bool { return p.han || len(p.text) > 2 })
}

// tier intersects the pieces, each met in one way.
func (ix *index) tier(ps []piece, kind search.Kind, meet func(piece) (bitmap, []gram)) found {
	f := found{kind: kind, set: full(ix.size())}
	for _, p := range ps {
		set, grams := meet(p)
		f.set.and(set)
		f.grams = append(f.grams, grams...)
	}
	return f
}

// exact meets a piece by its own grams; a word still being typed by its completions too.
func (ix *index) exact(p piece) (bitmap, []gram) {
	set := ix.holding(p.grams)
	grams := make([]gram, len(p.grams))
	for i, g := range p.grams {
		grams[i] = gram{term: g, said: p.text, kind: search.Exact, share: 1 / float64(len(p.grams))}
	}
	if p.open && !p.han {
		const weaker = 0.7
		for t := range ix.latin.from(p.text) {
			ix.terms[t].mark(set)
			grams = append(grams, gram{term: t, said: p.text, kind: search.Exact, share: weaker})
			if len(grams) == len(p.grams)+completeMost {
				break
			}
		}
	}
	return set, grams
}

// related meets pieces, and the query as a whole, by what the table says they also mean.
// Where the table says nothing it is empty: it would only meet what exact does.
func (ix *index) related(ps []piece) found {
	words := make([]string, len(ps))
	other := false
	for i, p := range ps {
		words[i] = p.text
		other = other || len(text.Related(p.text)) > 0
	}
	whole := strings.Join(words, " ")
	if !other && len(text.Related(whole)) == 0 {
		return found{}
	}
	f := ix.tier(ps, search.Related, func(p piece) (bitmap, []gram) {
		set, grams := p.set.clone(), slices.Clip(p.by)
		for _, other := range text.Related(p.text) {
			more, moreGrams := ix.instead(p.text, other)
			set.or(more)
			grams = append(grams, moreGrams...)
		}
		return set, grams
	})
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
	terms := text.QueryGrams(other)
	grams := make([]gram, len(terms))
	for i, g := range terms {
		grams[i] = gram{term: g, said: said, kind: search.Related, share: weaker / float64(len(terms))}
	}
	return ix.holding(terms), grams
}

// spelled meets Latin letters as pinyin or initials of a name; characters as they are.
func (ix *index) spelled(p piece) (bitmap, []gram) {
	if p.han {
		return p.set, p.by
	}
	set := p.set.clone()
	ix.sounds.mark(set, p.text)
	return set, p.by
}

// homophones meets the sounds of the whole query: at least half of its pairs.
func (ix *index) homophones(ctx context.Context, ps []piece) found {
	f := found{kind: search.Phonetic, widened: true}
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
	f.set = ix.atLeast(ctx, f.grams, (len(pairs)+1)/2)
	return f
}

// partly meets at least half of the grams of the query.
func (ix *index) partly(ctx context.Context, ps []piece) found {
	f := found{kind: search.Partial, widened: true}
	for _, p := range ps {
		for _, g := range p.grams {
			f.grams = append(f.grams, gram{term: g, said: p.text, kind: search.Partial, share: 1})
		}
	}
	f.set = ix.atLeast(ctx, f.grams, (len(f.grams)+1)/2)
	return f
}

// holding is the set of documents with each of the terms, in any field.
func (ix *index) holding(terms []string) bitmap {
	set := full(ix.size())
	for i, term := range terms {
		with := newBitmap(ix.size())
		ix.terms[term].mark(with)
		if i == 0 {
			set = with
		}
		set.and(with)
	}
	return set
}

// atLeast is the set of documents with that many of the grams; what it is when the
// context ends means nothing.
func (ix *index) atLeast(ctx context.Context, grams []gram, n int) bitmap {
	set := newBitmap(ix.size())
	if n == 0 {
		return set
	}
	counts := make([]uint16, ix.size())
	for _, g := range grams {
		if ctx.Err() != nil {
			return set
		}
		last := -1
		for ps := range ix.terms[g.term].all() {
			for _, p := range ps {
				if int(p.doc) != last {
					last = int(p.doc)
					counts[p.doc]++
				}
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
