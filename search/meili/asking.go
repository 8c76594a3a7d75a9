package meili

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// asking is a query on its way through its stages.
type asking struct {
	ix     *index
	q      search.Query
	scope  clause
	chosen []clause // of each refinement
	sort   []string // numbers to sort by; empty for relevance

	stages [][]reading // those not tried yet
	tried  []tier      // the stage that was tried last; nil before the first
	union  clause      // what any of its tiers holds for
	fit    int         // how many fit within the scope, choices aside
	paged  bool        // the hits have been asked for
	res    search.Result
}

// tier is a reading and the documents that fit it and none before it.
type tier struct {
	reading
	own   clause
	total int // after the choices
	band  band
}

// newAsking checks a query; what the schema does not have is ErrInvalid.
func newAsking(ix *index, q search.Query) (*asking, error) {
	a := &asking{ix: ix, q: q}
	if q.Offset < 0 || q.Limit < 0 || q.FacetLimit < 0 {
		return nil, fmt.Errorf("negative offset or limit: %w", search.ErrInvalid)
	}
	if len(q.Facets) > 0 {
		a.res.Facets = make(map[string][]search.Count, len(q.Facets))
	}
	for _, name := range q.Facets {
		if !ix.has(name, search.Facet) {
			return nil, fmt.Errorf("facet %q of %s: %w", name, ix.schema.Name, search.ErrInvalid)
		}
		a.res.Facets[name] = []search.Count{}
	}
	relevance := false
	for _, o := range q.Sort {
		relevance = relevance || o.Field == ""
		switch {
		case o.Field != "" && !ix.has(o.Field, search.Number):
			return nil, fmt.Errorf("order by %q of %s: %w", o.Field, ix.schema.Name, search.ErrInvalid)
		case relevance: // ends with the id: what is behind it cannot matter
		case o.Desc:
			a.sort = append(a.sort, numberAttr(o.Field)+":desc")
		default:
			a.sort = append(a.sort, numberAttr(o.Field)+":asc")
		}
	}
	var err error
	if a.scope, err = ix.clause(q.Scope); err != nil {
		return nil, err
	}
	for _, r := range q.Refine {
		c, err := ix.clause(search.In(r))
		if err != nil {
			return nil, err
		}
		a.chosen = append(a.chosen, c)
	}
	a.stages = stages(q.Text, q.Typing)
	return a, nil
}

// next returns the questions of the next round; none when the query is answered.
func (a *asking) next() []request {
	switch {
	case a.fit == 0 && len(a.stages) > 0:
		return a.try()
	case a.paged || a.fit == 0 || a.q.Limit == 0:
		return nil
	}
	a.paged = true
	return a.page()
}

// try asks for the next stage: how many fit, the facets, and the first page of hits.
func (a *asking) try() []request {
	readings := a.stages[0]
	a.stages = a.stages[1:]
	a.tried, a.union = nil, nothing
	for i, r := range readings {
		c := r.clause()
		a.tried = append(a.tried, tier{reading: r, own: and(c, not(a.union)), band: bandOf(readings, i)})
		a.union = or(a.union, c)
	}
	a.res.Total = 0
	var round []request
	if len(a.chosen) > 0 {
		round = append(round, request{count(a.ix.uid, and(a.scope, a.union)), func(r meilisearch.SearchResponse) error {
			a.fit = int(r.TotalHits)
			return nil
		}})
	}
	round = append(round, a.facets()...)
	if len(a.sort) > 0 {
		a.paged = true
		return append(round, a.sorted())
	}
	// Of later pages it is not known yet in which tier they begin, unless there is but one.
	a.paged = a.q.Offset == 0 || len(a.tried) == 1
	for i := range a.tried {
		limit := 0
		if a.paged {
			limit = a.q.Limit
		}
		round = append(round, a.slice(&a.tried[i], a.q.Offset, limit))
	}
	return round
}

// result is the answer, once nothing is left to ask.
func (a *asking) result() search.Result {
	a.res.Widened = a.fit > 0 && a.tried[0].widened
	return a.res
}

// within is the condition of the hits: what fits, in scope and chosen; a facet's own
// choice is left out where its name is given.
func (a *asking) within(fits clause, except string) clause {
	parts := []clause{a.scope, fits}
	for i, r := range a.q.Refine {
		if r.Field != except || except == "" {
			parts = append(parts, a.chosen[i])
		}
	}
	return and(parts...)
}

// slice asks for some hits of a tier, or for how many it has.
func (a *asking) slice(t *tier, offset, limit int) request {
	where := a.within(t.own, "")
	if limit == 0 {
		return request{count(a.ix.uid, where), func(r meilisearch.SearchResponse) error {
			a.count(t, int(r.TotalHits))
			return nil
		}}
	}
	q := hits(a.ix.uid, where, offset, limit)
	if q.Query = t.ranking(); q.Query != "" {
		q.ShowRankingScore = true
	} else if len(t.parts) == 0 {
		q.Sort = []string{idAttr + ":asc"}
	}
	a.explained(q)
	return request{q, func(r meilisearch.SearchResponse) error {
		a.count(t, int(r.EstimatedTotalHits))
		room := a.q.Limit - len(a.res.Hits)
		return a.take(r.Hits[:min(len(r.Hits), room)], func(found) *tier { return t })
	}}
}

// count enters how many hits a tier has.
func (a *asking) count(t *tier, n int) {
	a.res.Total += n - t.total
	t.total = n
	if len(a.chosen) == 0 {
		a.fit = a.res.Total
	}
}

// sorted asks for hits in the order of numbers; their tier is found from their texts.
func (a *asking) sorted() request {
	where := a.within(a.union, "")
	took := func(n int) {
		a.res.Total = n
		if len(a.chosen) == 0 {
			a.fit = n
		}
	}
	if a.q.Limit == 0 {
		return request{count(a.ix.uid, where), func(r meilisearch.SearchResponse) error { took(int(r.TotalHits)); return nil }}
	}
	q := hits(a.ix.uid, where, a.q.Offset, a.q.Limit)
	q.Sort = append(slices.Clone(a.sort), idAttr+":asc")
	a.explained(q)
	return request{q, func(r meilisearch.SearchResponse) error {
		took(int(r.EstimatedTotalHits))
		return a.take(r.Hits, func(d found) *tier {
			for i := range a.tried {
				if _, ok := a.tried[i].why(d); ok {
					return &a.tried[i]
				}
			}
			return &a.tried[len(a.tried)-1]
		})
	}}
}

// page asks for the hits of a later page, now that the totals of the tiers are known.
func (a *asking) page() []request {
	var round []request
	offset, room := a.q.Offset, a.q.Limit
	for i := range a.tried {
		t := &a.tried[i]
		if n := min(room, t.total-offset); n > 0 {
			round = append(round, a.slice(t, offset, n))
			room -= n
		}
		offset = max(0, offset-t.total)
	}
	return round
}

// explained asks for the texts that hits are explained by.
func (a *asking) explained(q *meilisearch.SearchRequest) {
	if len(a.tried[0].parts) > 0 {
		q.AttributesToRetrieve = append(q.AttributesToRetrieve, textAttr)
	}
}

// take adds hits with their scores and reasons.
func (a *asking) take(hits meilisearch.Hits, tierOf func(found) *tier) error {
	for _, h := range hits {
		id, err := idOf(h)
		if err != nil {
			return err
		}
		var shown struct {
			text  map[string][]string
			score float64
		}
		for attr, into := range map[string]any{textAttr: &shown.text, "_rankingScore": &shown.score} {
			if raw, ok := h[attr]; ok {
				if err := json.Unmarshal(raw, into); err != nil {
					return fmt.Errorf("%w: %w: %s of %s: %w", search.ErrDown, errMalformed, attr, id, err)
				}
			}
		}
		words := a.ix.found(shown.text)
		t := tierOf(words)
		reasons, _ := t.why(words)
		a.res.Hits = append(a.res.Hits, search.Hit{ID: id, Score: t.band.score(shown.score), Why: reasons})
	}
	return nil
}

// band is a range of scores.
type band struct{ low, high float64 }

// bandOf gives any exact hit a higher score than any related one and so on down; the
// readings of one kind share its range in their order.
func bandOf(readings []reading, i int) band {
	const width = .25
	top := map[search.Kind]float64{search.Exact: 1, search.Related: .75, search.Phonetic: .5, search.Partial: .25}
	same, before := 0, 0
	for k, r := range readings {
		if r.kind == readings[i].kind {
			same++
			if k < i {
				before++
			}
		}
	}
	share := width / float64(cmp.Or(same, 1))
	high := top[readings[i].kind] - float64(before)*share
	return band{high - share, high}
}

func (b band) score(rank float64) float64 { return b.low + (b.high-b.low)*rank }
