package local

import (
	"cmp"
	"context"
	"math"
	"slices"

	"liangcheng/search"
)

// search answers a query: what fits by tier, narrowed, counted, ordered.
func (ix *index) search(ctx context.Context, q search.Query) (search.Result, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var res search.Result
	if err := ix.validate(q); err != nil {
		return res, err
	}
	scope, err := ix.scope(q.Scope)
	if err != nil {
		return res, err
	}
	tiers, err := ix.read(ctx, q.Text, q.Typing, scope)
	if err != nil {
		return res, err
	}
	base := newBitmap(len(ix.ids))
	for _, t := range tiers {
		base.or(t.set)
		res.Widened = res.Widened || t.widened
	}

	chosen, err := ix.choices(q.Refine)
	if err != nil {
		return res, err
	}
	final := base.clone()
	for _, c := range chosen {
		final.and(c)
	}
	res.Total = final.count()
	if len(q.Facets) > 0 {
		res.Facets = ix.count(q, base, final, chosen)
	}
	if err := ctx.Err(); err != nil || q.Limit == 0 {
		return res, err
	}
	res.Hits = ix.page(q, tiers, final)
	return res, nil
}

// scope is the living documents the viewer may see.
func (ix *index) scope(f search.Filter) (bitmap, error) {
	scope, err := ix.filter(f)
	if err != nil {
		return nil, err
	}
	if scope == nil {
		scope = full(len(ix.ids))
	}
	scope.without(ix.dead)
	return scope, nil
}

// choices is the set of each refinement.
func (ix *index) choices(refine []search.Refinement) ([]bitmap, error) {
	sets := make([]bitmap, len(refine))
	for i, r := range refine {
		set, err := ix.filter(search.In(r))
		if err != nil {
			return nil, err
		}
		sets[i] = set
	}
	return sets, nil
}

// count counts the facets asked for; a facet's own choice does not narrow its counts.
func (ix *index) count(q search.Query, base, final bitmap, chosen []bitmap) map[string][]search.Count {
	const usual = 100
	limit := cmp.Or(q.FacetLimit, usual)
	counts := make(map[string][]search.Count, len(q.Facets))
	for _, name := range q.Facets {
		set := final
		if slices.ContainsFunc(q.Refine, func(r search.Refinement) bool { return r.Field == name }) {
			set = base.clone()
			for i, r := range q.Refine {
				if r.Field != name {
					set.and(chosen[i])
				}
			}
		}
		counts[name] = ix.facets[name].count(set, set.count() == ix.live, limit)
	}
	return counts
}

// candidate is a hit before its reasons are known.
type candidate struct {
	doc   uint32
	tier  int
	score float64
}

// page orders what fits and cuts out the page asked for.
func (ix *index) page(q search.Query, tiers []found, final bitmap) []search.Hit {
	var all []candidate
	byNumber := len(q.Sort) > 0 && q.Sort[0].Field != ""
	for i, t := range tiers {
		set := t.set.clone()
		set.and(final)
		var scores []float64
		if !byNumber && len(t.grams) > 0 {
			scores = ix.scores(t.grams, set)
		}
		set.each(func(doc uint32) {
			c := candidate{doc: doc, tier: i}
			if scores != nil {
				c.score = scores[doc]
			}
			all = append(all, c)
		})
	}
	compare := ix.relevance
	if byNumber {
		compare = func(a, b candidate) int { return ix.numeric(q.Sort, a, b) }
	}
	slices.SortFunc(all, compare)
	from := min(q.Offset, len(all))
	to := min(from+q.Limit, len(all))
	hits := make([]search.Hit, 0, to-from)
	for _, c := range all[from:to] {
		t := tiers[c.tier]
		hits = append(hits, search.Hit{ID: ix.ids[c.doc], Score: scaled(t.kind, c.score), Why: ix.why(t.grams, c.doc)})
	}
	return hits
}

// relevance orders by tier, score and id.
func (ix *index) relevance(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(b.score, a.score), cmp.Compare(ix.ids[a.doc], ix.ids[b.doc]))
}

// numeric orders by numbers, unknown last, then by id.
func (ix *index) numeric(orders []search.Order, a, b candidate) int {
	for _, o := range orders {
		if o.Field == "" {
			if c := ix.relevance(a, b); c != 0 {
				return c
			}
			continue
		}
		column := ix.nums[o.Field]
		x, y := column[a.doc], column[b.doc]
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
	return cmp.Compare(ix.ids[a.doc], ix.ids[b.doc])
}

// scaled maps a score into the band of its tier, so that any exact hit is above any
// related one, and so on down.
func scaled(kind search.Kind, score float64) float64 {
	const band, half = 0.25, 5
	top := map[search.Kind]float64{search.Exact: 1, search.Related: .75, search.Phonetic: .5, search.Partial: .25}[kind]
	return top - band + band*score/(score+half)
}

// scores is the BM25F of the documents in the set, by number.
func (ix *index) scores(grams []gram, set bitmap) []float64 {
	out := make([]float64, len(ix.ids))
	for _, g := range grams {
		ix.eachScore(g.term, func(doc uint32, s float64, _ []posting) {
			if set.has(doc) {
				out[doc] += g.share * s
			}
		})
	}
	return out
}

// eachScore calls fn with the BM25F score of the term in every document that has it,
// and with its postings there. Robertson & Zaragoza 2009, simple BM25F: the weighted,
// length-normalised frequencies of the fields are added before saturation.
func (ix *index) eachScore(term string, fn func(doc uint32, score float64, where []posting)) {
	list := ix.terms[term]
	if len(list) == 0 {
		return
	}
	idf := ix.idf(list)
	for i := 0; i < len(list); {
		doc := list[i].doc
		tf := 0.0
		from := i
		for ; i < len(list) && list[i].doc == doc; i++ {
			f := &ix.words[list[i].field]
			tf += f.weight * float64(list[i].tf) / f.norm(doc, ix.live)
		}
		fn(doc, idf*tf/(k1+tf), list[from:i])
	}
}

// norm is 1 for a field of average length, more for a longer one.
func (f *field) norm(doc uint32, live int) float64 {
	if f.total == 0 || live == 0 {
		return 1
	}
	average := float64(f.total) / float64(live)
	return 1 - f.b + f.b*float64(f.length[doc])/average
}

// idf is the weight of a term by its rarity, never negative.
func (ix *index) idf(list []posting) float64 {
	df := 0
	last := -1
	for _, p := range list {
		if int(p.doc) != last {
			last = int(p.doc)
			df++
		}
	}
	// Postings of dead documents stay until the index is compacted.
	n := float64(max(ix.live, df))
	return math.Log(1 + (n-float64(df)+.5)/(float64(df)+.5))
}

// why says which words of the query met the document, and where.
func (ix *index) why(grams []gram, doc uint32) []search.Why {
	var reasons []search.Why
	for _, g := range grams {
		list := ix.terms[g.term]
		at, ok := slices.BinarySearchFunc(list, doc, func(p posting, doc uint32) int { return cmp.Compare(p.doc, doc) })
		if !ok {
			continue
		}
		i := slices.IndexFunc(reasons, func(w search.Why) bool { return w.Term == g.said })
		if i < 0 {
			i = len(reasons)
			reasons = append(reasons, search.Why{Term: g.said, Kind: g.kind})
		}
		for ; at < len(list) && list[at].doc == doc; at++ {
			if name := ix.words[list[at].field].name; !slices.Contains(reasons[i].Fields, name) {
				reasons[i].Fields = append(reasons[i].Fields, name)
			}
		}
	}
	return reasons
}
