package local

import (
	"cmp"
	"context"
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
	base := newBitmap(ix.size())
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
		if res.Facets, err = ix.count(ctx, q, base, final, chosen); err != nil {
			return res, err
		}
	}
	if err := ctx.Err(); err != nil || q.Limit == 0 {
		return res, err
	}
	res.Hits = ix.page(ctx, q, tiers, final)
	return res, ctx.Err()
}

// scope is the living documents the viewer may see.
func (ix *index) scope(f search.Filter) (bitmap, error) {
	scope, err := ix.filter(f)
	if err != nil {
		return nil, err
	}
	if scope == nil {
		scope = full(ix.size())
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
func (ix *index) count(ctx context.Context, q search.Query, base, final bitmap, chosen []bitmap) (map[string][]search.Count, error) {
	const usual = 100
	limit := cmp.Or(q.FacetLimit, usual)
	counts := make(map[string][]search.Count, len(q.Facets))
	for _, name := range q.Facets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
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
	return counts, nil
}
