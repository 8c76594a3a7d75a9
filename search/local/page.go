package local

import (
	"cmp"
	"context"
	"math"
	"slices"

	"liangcheng/search"
)

// candidate is a hit before its reasons are known. Smaller keys come first: a score or
// number that should come early, negated.
type candidate struct {
	doc  uint32
	tier int
	key  float64
}

// page cuts out the page asked for of what fits, in order; no more is kept in order than
// stands before the end of the page.
func (ix *index) page(ctx context.Context, q search.Query, tiers []found, final bitmap) []search.Hit {
	sets := make([]bitmap, len(tiers))
	for i, t := range tiers {
		sets[i] = t.set.clone()
		sets[i].and(final)
	}
	if len(q.Sort) > 0 && q.Sort[0].Field != "" {
		return ix.hits(tiers, ix.byNumber(ctx, q, sets), false)
	}
	return ix.hits(tiers, ix.byRelevance(ctx, q, tiers, sets), true)
}

// byNumber selects the page in the order of numbers.
func (ix *index) byNumber(ctx context.Context, q search.Query, sets []bitmap) []candidate {
	total := 0
	for _, set := range sets {
		total += set.count()
	}
	from := min(q.Offset, total)
	first := q.Sort[0]
	column := ix.nums[first.Field]
	best := top[candidate]{k: from + min(q.Limit, total-from), compare: func(a, b candidate) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return ix.numeric(q.Sort, a, b)
	}}
	for i, set := range sets {
		if ctx.Err() != nil {
			return nil
		}
		set.each(func(doc uint32) {
			key := column.at(doc)
			switch {
			case math.IsNaN(key):
				key = math.Inf(1)
			case first.Desc:
				key = -key
			}
			if !best.full() || key <= best.last().key {
				best.offer(candidate{doc, i, key})
			}
		})
	}
	return best.sorted()[from:]
}

// byRelevance selects the page in the order of tier, score and id. Tiers that end before
// the page or begin behind it are not scored.
func (ix *index) byRelevance(ctx context.Context, q search.Query, tiers []found, sets []bitmap) []candidate {
	var page []candidate
	skip := q.Offset
	for i, set := range sets {
		count := set.count()
		if skip >= count {
			skip -= count
			continue
		}
		missing := q.Limit - len(page)
		if missing == 0 || ctx.Err() != nil {
			break
		}
		best := top[candidate]{k: skip + min(missing, count-skip), compare: ix.relevance}
		ix.offer(ctx, &best, i, tiers[i].grams, set)
		if ctx.Err() != nil {
			break
		}
		page = append(page, best.sorted()[skip:]...)
		skip = 0
	}
	return page
}

// offer scores the documents of a tier and offers them all.
func (ix *index) offer(ctx context.Context, best *top[candidate], tier int, grams []gram, set bitmap) {
	scorers := make([]scorer, len(grams))
	for i, g := range grams {
		scorers[i] = ix.scorer(ix.terms[g.term], g.share)
	}
	s := ix.borrow()
	for from := 0; from < ix.size() && ctx.Err() == nil; from += window {
		for i := range scorers {
			ix.score(&scorers[i], uint32(from), set, s.total, s.met)
		}
		set[from/64 : min((from+window)/64, len(set))].each(func(at uint32) {
			c := candidate{uint32(from) + at, tier, -s.total[at]}
			s.total[at] = 0
			if !best.full() || c.key <= best.last().key {
				best.offer(c)
			}
		})
	}
	clear(s.met)
	ix.sums.Put(s)
}

// hits turns candidates into hits with their reasons.
func (ix *index) hits(tiers []found, page []candidate, scored bool) []search.Hit {
	hits := make([]search.Hit, len(page))
	places := make([][]int, len(tiers)) // on the page, of each tier
	for i, c := range page {
		score := 0.0
		if scored {
			score = -c.key
		}
		hits[i] = search.Hit{ID: ix.ids.at(c.doc), Score: scaled(tiers[c.tier].kind, score)}
		places[c.tier] = append(places[c.tier], i)
	}
	for tier, at := range places {
		slices.SortFunc(at, func(a, b int) int { return cmp.Compare(page[a].doc, page[b].doc) })
		docs := make([]uint32, len(at))
		for k, i := range at {
			docs[k] = page[i].doc
		}
		for k, why := range ix.why(tiers[tier].grams, docs) {
			hits[at[k]].Why = why
		}
	}
	return hits
}

// relevance orders by tier, score and id.
func (ix *index) relevance(a, b candidate) int {
	if c := cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(a.key, b.key)); c != 0 {
		return c
	}
	return ix.byID(a.doc, b.doc)
}

// numeric orders by numbers, unknown last, then by id. Relevance among numbers is the
// tier: nothing was scored.
func (ix *index) numeric(orders []search.Order, a, b candidate) int {
	for _, o := range orders {
		if o.Field == "" {
			if c := cmp.Compare(a.tier, b.tier); c != 0 {
				return c
			}
			break // as in relevance, ids decide
		}
		column := ix.nums[o.Field]
		x, y := column.at(a.doc), column.at(b.doc)
		switch {
		case math.IsNaN(x) && math.IsNaN(y):
			continue
		case math.IsNaN(x):
			return 1
		case math.IsNaN(y):
			return -1
		}
		c := cmp.Compare(x, y)
		if o.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return ix.byID(a.doc, b.doc)
}

// scaled maps a score into the band of its tier, so that any exact hit is above any
// related one, and so on down.
func scaled(kind search.Kind, score float64) float64 {
	const band, half = 0.25, 5
	top := map[search.Kind]float64{search.Exact: 1, search.Related: .75, search.Phonetic: .5, search.Partial: .25}[kind]
	return top - band + band*score/(score+half)
}

// why says of each document, in ascending order, which words of the query met it, and
// where.
func (ix *index) why(grams []gram, docs []uint32) [][]search.Why {
	whys := make([][]search.Why, len(docs))
	var s seeker
	for _, g := range grams {
		s.reset(ix.terms[g.term])
		for k, doc := range docs {
			ps := s.seek(doc)
			if len(ps) == 0 {
				continue
			}
			i := slices.IndexFunc(whys[k], func(w search.Why) bool { return w.Term == g.said })
			if i < 0 {
				i = len(whys[k])
				whys[k] = append(whys[k], search.Why{Term: g.said, Kind: g.kind})
			}
			fields := &whys[k][i].Fields
			for _, p := range ps {
				if name := ix.words[p.field].name; !slices.Contains(*fields, name) {
					*fields = append(*fields, name)
				}
			}
		}
	}
	return whys
}
