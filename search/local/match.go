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

// wanted is one term of a match, cut into grams; the slices are parallel.
type wanted struct {
	term     search.Term
	grams    []string
	lists    []*postings
	cohesion []float64
	worth    []float64 // what the score of a gram is multiplied by
}

// meeting is one term met in one document.
type meeting struct {
	score  float64
	fields uint32 // a bit for each field
	grams  uint64 // a bit for each gram of the term
}

// mostGrams is how many grams of one term are scored; a longer run says nothing new.
const mostGrams = 64

// match adds up weight × BM25F over the terms. A term of n grams is their sum divided by
// √n: a long run counts more than a short one, but not in proportion, and half of it
// counts half. Reasons are found for the hits only.
func (ix *index) match(ctx context.Context, q search.MatchQuery) ([]search.Hit, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	scope, err := ix.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	terms := make([]wanted, len(q.Terms))
	for i, t := range q.Terms {
		terms[i] = ix.want(t)
	}
	best, err := ix.best(ctx, terms, scope, q.Limit)
	if err != nil {
		return nil, err
	}
	places := make([]int, len(best)) // of the hits, in the order of document numbers
	for i := range best {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Compare(best[a].doc, best[b].doc) })
	docs := make([]uint32, len(best))
	for k, i := range places {
		docs[k] = best[i].doc
	}
	whys := make([][]search.Why, len(docs))
	if !q.Bare {
		if whys, err = ix.reasons(ctx, terms, docs); err != nil {
			return nil, err
		}
	}
	hits := make([]search.Hit, len(best))
	for k, i := range places {
		hits[i] = search.Hit{ID: ix.ids.at(docs[k]), Score: -best[i].key, Why: whys[k]}
	}
	return hits, nil
}

// want cuts a term and looks up its lists.
func (ix *index) want(t search.Term) wanted {
	normal := text.Normalize(t.Text)
	w := wanted{term: t}
	if t.Sound {
		for _, pair := range text.SoundPairs(normal) {
			w.grams = append(w.grams, soundMark+pair)
		}
	} else {
		w.grams = text.QueryGrams(normal)
	}
	w.grams = w.grams[:min(len(w.grams), mostGrams)]
	share := t.Weight / math.Sqrt(float64(len(w.grams)))
	for _, g := range w.grams {
		cohesion := ix.cohesion(g)
		w.lists = append(w.lists, ix.terms[g])
		w.cohesion = append(w.cohesion, cohesion)
		w.worth = append(w.worth, share*cohesion)
	}
	return w
}

// best selects the documents of the scope with the highest scores, all that met any term
// when limit is 0.
func (ix *index) best(ctx context.Context, terms []wanted, scope bitmap, limit int) ([]candidate, error) {
	scorers := make([][]scorer, len(terms))
	for t, w := range terms {
		for i, list := range w.lists {
			scorers[t] = append(scorers[t], ix.scorer(list, w.worth[i]))
		}
	}
	best := top[candidate]{k: ix.size(), compare: ix.relevance}
	if limit > 0 {
		best.k = min(limit, best.k)
	}
	s := ix.borrow()
	for from := 0; from < ix.size(); from += window {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for t := range scorers {
			for i := range scorers[t] {
				ix.score(&scorers[t][i], uint32(from), scope, s.part, s.has)
			}
			// Each term is summed apart, as its reason is, so that the two round alike.
			s.has.each(func(at uint32) {
				s.total[at] += s.part[at]
				s.part[at] = 0
			})
			s.met.or(s.has)
			clear(s.has)
		}
		s.met.each(func(at uint32) {
			c := candidate{doc: uint32(from) + at, key: -s.total[at]}
			s.total[at] = 0
			if !best.full() || c.key <= best.last().key {
				best.offer(c)
			}
		})
		clear(s.met)
	}
	ix.sums.Put(s)
	return best.sorted(), nil
}

// reasons says of each document, in ascending order, which terms met it.
func (ix *index) reasons(ctx context.Context, terms []wanted, docs []uint32) ([][]search.Why, error) {
	whys := make([][]search.Why, len(docs))
	meetings := make([]meeting, len(docs))
	var s seeker
	for _, w := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		clear(meetings)
		for i, list := range w.lists {
			s.reset(list)
			idf := ix.idf(list)
			for k, doc := range docs {
				ps := s.seek(doc)
				if len(ps) == 0 {
					continue
				}
				m := &meetings[k]
				m.score += w.worth[i] * ix.saturated(idf, ps)
				m.grams |= 1 << i
				for _, p := range ps {
					m.fields |= 1 << p.field
				}
			}
		}
		for k, m := range meetings {
			if m.grams != 0 {
				whys[k] = append(whys[k], ix.reason(w, m)...)
			}
		}
	}
	return whys, nil
}

// reason names the pieces of a term that a document holds: neighbouring pairs that make
// words are joined, and pairs that only stand across two words are not named.
func (ix *index) reason(w wanted, m meeting) []search.Why {
	kind, said := search.Exact, []string{w.term.Text}
	if w.term.Sound {
		kind = search.Phonetic
	} else {
		said = w.pieces(m.grams)
	}
	fields := ix.names(m.fields)
	whys := make([]search.Why, len(said))
	for i, s := range said {
		whys[i] = search.Why{Term: s, Kind: kind, Fields: fields, Score: m.score / float64(len(said))}
	}
	return whys
}

func (w wanted) pieces(met uint64) []string {
	const word = .2 // cohesion from which a pair is taken for a word
	var out []string
	joined := false
	for i, g := range w.grams {
		if met&(1<<i) == 0 || w.cohesion[i] < word {
			joined = false
			continue
		}
		if joined {
			_, first := utf8.DecodeRuneInString(g)
			out[len(out)-1] += g[first:]
		} else {
			out = append(out, g)
		}
		first, _ := utf8.DecodeRuneInString(g)
		joined = text.IsHan(first)
	}
	if len(out) == 0 {
		for i, g := range w.grams {
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
	pair := float64(ix.terms[gram].count())
	rarer := float64(min(ix.terms[gram[:size]].count(), ix.terms[gram[size:]].count()))
	if pair == 0 || rarer == 0 {
		return 1
	}
	share := pair / rarer
	return share / (share + looseness)
}

// looseness is the share at which a pair counts half; found on the public judged set.
const looseness = .03
