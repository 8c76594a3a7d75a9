package local

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/search"
	"liangcheng/search/text"
)

// meeting is one term met in one document.
type meeting struct {
	term   int
	score  float64
	fields uint32 // a bit for each field
	grams  uint64 // a bit for each gram of the term
}

// mostGrams is how many grams of one term are scored; a longer run says nothing new.
const mostGrams = 64

// match adds up weight × BM25F over the terms. A term of n grams is their sum divided by
// √n: a long run counts more than a short one, but not in proportion, and half of it
// counts half.
func (ix *index) match(ctx context.Context, q search.MatchQuery) ([]search.Hit, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	scope, err := ix.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	total := make([]float64, len(ix.ids))
	met := make(map[uint32][]meeting)
	grams := make([][]string, len(q.Terms))
	for i, t := range q.Terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		grams[i] = gramsOf(t)
		for doc, m := range ix.meet(grams[i], t.Weight, scope) {
			m.term = i
			total[doc] += m.score
			met[doc] = append(met[doc], m)
		}
	}
	docs := make([]uint32, 0, len(met))
	for doc := range met {
		docs = append(docs, doc)
	}
	slices.SortFunc(docs, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(ix.ids[a], ix.ids[b]))
	})
	if q.Limit > 0 && len(docs) > q.Limit {
		docs = docs[:q.Limit]
	}
	hits := make([]search.Hit, len(docs))
	for i, doc := range docs {
		hits[i] = search.Hit{ID: ix.ids[doc], Score: total[doc]}
		for _, m := range met[doc] {
			hits[i].Why = append(hits[i].Why, ix.reasons(q.Terms[m.term], grams[m.term], m)...)
		}
	}
	return hits, nil
}

// gramsOf cuts a term into what is looked up.
func gramsOf(t search.Term) []string {
	normal := text.Normalize(t.Text)
	var grams []string
	if t.Sound {
		for _, pair := range text.SoundPairs(normal) {
			grams = append(grams, soundMark+pair)
		}
	} else {
		grams = text.QueryGrams(normal)
	}
	return grams[:min(len(grams), mostGrams)]
}

// meet scores a term in every document of the scope that holds part of it.
func (ix *index) meet(grams []string, weight float64, scope bitmap) map[uint32]meeting {
	met := make(map[uint32]meeting)
	if len(grams) == 0 {
		return met
	}
	share := weight / math.Sqrt(float64(len(grams)))
	for i, g := range grams {
		worth := share * ix.cohesion(g)
		ix.eachScore(g, func(doc uint32, s float64, where []posting) {
			if !scope.has(doc) {
				return
			}
			m := met[doc]
			m.score += worth * s
			m.grams |= 1 << i
			for _, p := range where {
				m.fields |= 1 << p.field
			}
			met[doc] = m
		})
	}
	return met
}

// reasons names the pieces of a term that a document holds: neighbouring pairs that make
// words are joined, and pairs that only stand across two words are not named.
func (ix *index) reasons(t search.Term, grams []string, m meeting) []search.Why {
	kind, said := search.Exact, []string{t.Text}
	if t.Sound {
		kind = search.Phonetic
	} else {
		said = ix.pieces(grams, m.grams)
	}
	fields := ix.names(m.fields)
	whys := make([]search.Why, len(said))
	for i, s := range said {
		whys[i] = search.Why{Term: s, Kind: kind, Fields: fields, Score: m.score / float64(len(said))}
	}
	return whys
}

func (ix *index) pieces(grams []string, met uint64) []string {
	const word = .2 // cohesion from which a pair is taken for a word
	var out []string
	joined := false
	for i, g := range grams {
		if met&(1<<i) == 0 || ix.cohesion(g) < word {
			joined = false
			continue
		}
		if joined {
			_, first := utf8.DecodeRuneInString(g)
			out[len(out)-1] += g[first:]
		} else {
			out = append(out, g)
		}
		joined = text.IsHan([]rune(g)[0])
	}
	if len(out) == 0 {
		for i, g := range grams {
			if met&(1<<i) != 0 {
				out = append(out, strings.TrimPrefix(g, soundMark))
				break
			}
		}
	}
	return out
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
// across two words (线|技): the share of the rarer character's occurrences in which the
// pair occurs, saturated. Anything but a pair of characters is whole.
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

// looseness is the share at which a pair counts half; found on the public judged set.
const looseness = .03
