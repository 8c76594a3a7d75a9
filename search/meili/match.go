package meili

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
	"liangcheng/search/text"
)

// The limits of a match: grams of one term, grams in all, and documents asked for each.
// The server gives those that score best by a gram; what a common gram adds to further
// ones is little.
const (
	mostGrams    = 64
	mostLookedUp = 128
	perGram      = 200
)

// Match scores documents by the sum over terms of weight × BM25F and says in Why which
// terms hit where. A term of n grams is their sum divided by √n: a long run counts more
// than a short one, but not in proportion, and half of it counts half.
func (e *Engine) Match(ctx context.Context, q search.MatchQuery) ([]search.Hit, error) {
	ix, err := e.index(q.Index)
	if err != nil {
		return nil, fmt.Errorf("meili.Match: %w", err)
	}
	scope, err := ix.clause(q.Scope)
	if err != nil {
		return nil, fmt.Errorf("meili.Match(%s): %w", q.Index, err)
	}
	terms, grams := gramsOf(q.Terms)
	var rows map[string][]row
	err = e.do(ctx, e.timeout, func(ctx context.Context) (err error) {
		rows, err = e.lookUp(ctx, ix, scope, grams)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("meili.Match(%s): %w", q.Index, err)
	}
	scores := map[string]*search.Hit{}
	for _, t := range terms {
		t.addTo(scores, rows)
	}
	hits := make([]search.Hit, 0, len(scores))
	for _, h := range scores {
		hits = append(hits, *h)
	}
	slices.SortFunc(hits, func(a, b search.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	if q.Limit > 0 && len(hits) > q.Limit {
		hits = hits[:q.Limit]
	}
	return hits, nil
}

// term is a term cut into what is looked up.
type term struct {
	search.Term
	grams []string // as written: pairs of characters, Latin words, pairs of syllables
	words []string // as looked up
}

// gramsOf cuts the terms and lists what to look up, each once.
func gramsOf(terms []search.Term) (cut []term, words []string) {
	seen := map[string]bool{}
	for _, t := range terms {
		normal := text.Normalize(t.Text)
		c := term{Term: t, grams: text.QueryGrams(normal)}
		encoding := gram
		if t.Sound {
			c.grams, encoding = text.SoundPairs(normal), pair
		}
		c.grams = c.grams[:min(len(c.grams), mostGrams)]
		c.words = each(encoding, c.grams)
		cut = append(cut, c)
		for _, w := range c.words {
			if !seen[w] && len(words) < mostLookedUp {
				seen[w] = true
				words = append(words, w)
			}
		}
	}
	return cut, words
}

// row is a document that has a word: its BM25 score by it and the field it comes from.
type row struct {
	id    string
	score float64
	field string
}

// lookUp asks for the documents of each word, the best first.
func (e *Engine) lookUp(ctx context.Context, ix *index, scope clause, words []string) (map[string][]row, error) {
	if len(words) == 0 {
		return nil, nil
	}
	rows := make(map[string][]row, len(words))
	all := 0.0
	round := []request{{count(ix.uid, scope), func(r meilisearch.SearchResponse) error {
		all = float64(r.TotalHits)
		return nil
	}}}
	for _, w := range words {
		q := hits(ix.uid, scope, 0, perGram)
		q.Query, q.ShowRankingScore = w, true
		round = append(round, request{q, func(r meilisearch.SearchResponse) (err error) {
			df := float64(r.EstimatedTotalHits)
			rows[w], err = ix.rows(r.Hits, math.Log(1+(all-df+.5)/(df+.5)))
			return err
		}})
	}
	return rows, e.send(ctx, round)
}

// rows reads hits of one word of that rarity: the server's score tells the rank of the
// attribute that has the word.
func (ix *index) rows(hits meilisearch.Hits, idf float64) ([]row, error) {
	out := make([]row, len(hits))
	for i, h := range hits {
		id, err := idOf(h)
		if err != nil {
			return nil, err
		}
		score, err := strconv.ParseFloat(string(h["_rankingScore"]), 64)
		if err != nil {
			return nil, fmt.Errorf("%w: %w: score of %s: %w", search.ErrDown, errMalformed, id, err)
		}
		level, field := ix.ranks(ix.rankAt(score))
		out[i] = row{id, idf * saturation(level), ix.words[field].Name}
	}
	return out, nil
}

// rankAt is the rank of the attribute for which the server gives a word that score.
func (s *shape) rankAt(score float64) int {
	last := len(s.ranked) - 1
	return min(max(0, int(math.Round((1-score)*float64(len(s.ranked))))), last)
}

// addTo adds the term's share to every document that has part of it.
func (t term) addTo(hits map[string]*search.Hit, rows map[string][]row) {
	type meeting struct {
		score  float64
		fields []string
		grams  []int
	}
	met := map[string]*meeting{}
	share := t.Weight / math.Sqrt(float64(len(t.words)))
	for i, w := range t.words {
		for _, r := range rows[w] {
			m := met[r.id]
			if m == nil {
				m = &meeting{}
				met[r.id] = m
			}
			m.score += share * r.score
			m.grams = append(m.grams, i)
			if !slices.Contains(m.fields, r.field) {
				m.fields = append(m.fields, r.field)
			}
		}
	}
	for id, m := range met {
		h := hits[id]
		if h == nil {
			h = &search.Hit{ID: id}
			hits[id] = h
		}
		h.Score += m.score
		kind, said := search.Exact, []string{t.Text}
		if t.Sound {
			kind = search.Phonetic
		} else {
			said = t.pieces(m.grams)
		}
		for _, s := range said {
			h.Why = append(h.Why, search.Why{Term: s, Kind: kind, Fields: m.fields, Score: m.score / float64(len(said))})
		}
	}
}

// pieces names the parts of the term made of those of its grams: neighbours are joined.
func (t term) pieces(met []int) []string {
	var out []string
	for k, i := range met {
		g := t.grams[i]
		first, size := utf8.DecodeRuneInString(g)
		if k > 0 && met[k-1] == i-1 && text.IsHan(first) {
			if last, _ := utf8.DecodeLastRuneInString(t.grams[i-1]); last == first {
				out[len(out)-1] += g[size:]
				continue
			}
		}
		out = append(out, g)
	}
	return out
}
