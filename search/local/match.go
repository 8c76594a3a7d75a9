package local

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"unicode/utf8"

	"liangcheng/search"
	"liangcheng/search/text"
)

// match adds up weight × BM25F over the terms. A term of several characters is the mean
// of its pairs times their number's root: long phrases count more than short ones, but
// not in proportion, and half a phrase counts half.
func (ix *index) match(ctx context.Context, q search.MatchQuery) ([]search.Hit, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	scope, err := ix.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	total := make([]float64, len(ix.ids))
	shares := make(map[uint32][]search.Why)
	for _, t := range q.Terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ix.matchTerm(t, scope, func(doc uint32, score float64, fields []string) {
			total[doc] += score
			kind := search.Exact
			if t.Sound {
				kind = search.Phonetic
			}
			shares[doc] = append(shares[doc], search.Why{Term: t.Text, Kind: kind, Fields: fields, Score: score})
		})
	}
	hits := make([]search.Hit, 0, len(shares))
	for doc, why := range shares {
		hits = append(hits, search.Hit{ID: ix.ids[doc], Score: total[doc], Why: why})
	}
	slices.SortFunc(hits, func(a, b search.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	if q.Limit > 0 && len(hits) > q.Limit {
		hits = hits[:q.Limit]
	}
	return hits, nil
}

// matchTerm calls fn with the term's score in every document of the scope that meets it
// and the fields that do.
func (ix *index) matchTerm(t search.Term, scope bitmap, fn func(doc uint32, score float64, fields []string)) {
	normal := text.Normalize(t.Text)
	var grams []string
	if t.Sound {
		for _, pair := range text.SoundPairs(normal) {
			grams = append(grams, soundMark+pair)
		}
	} else {
		grams = text.QueryGrams(normal)
	}
	if len(grams) == 0 {
		return
	}
	share := t.Weight / math.Sqrt(float64(len(grams)))
	scores := make(map[uint32]float64)
	fields := make(map[uint32]uint32) // the fields met, a bit each
	for _, g := range grams {
		weight := share * ix.cohesion(g)
		ix.eachScore(g, func(doc uint32, s float64, where []posting) {
			if !scope.has(doc) {
				return
			}
			scores[doc] += weight * s
			for _, p := range where {
				fields[doc] |= 1 << p.field
			}
		})
	}
	for _, doc := range slices.Sorted(maps.Keys(scores)) {
		fn(doc, scores[doc], ix.names(fields[doc]))
	}
}

func (ix *index) names(set uint32) []string {
	var names []string
	for i, f := range ix.words {
		if set&(1<<i) != 0 {
			names = append(names, f.name)
		}
	}
	return names
}

// cohesion tells a pair of characters that make a word (电芯) from one that only stands
// across two words (线|技): the share of either character's documents in which the pair
// occurs, saturated. Anything but a pair of characters is whole.
func (ix *index) cohesion(gram string) float64 {
	first, size := utf8.DecodeRuneInString(gram)
	second, rest := utf8.DecodeRuneInString(gram[size:])
	if size+rest != len(gram) || !text.IsHan(first) || !text.IsHan(second) {
		return 1
	}
	pair := float64(len(ix.terms[gram]))
	rarer := float64(min(len(ix.terms[gram[:size]]), len(ix.terms[gram[size:]])))
	if pair == 0 || rarer == 0 {
		return 1
	}
	share := pair / rarer
	return share / (share + looseness)
}

// looseness is the share at which a pair counts half.
const looseness = .03
