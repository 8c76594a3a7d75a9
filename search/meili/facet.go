package meili

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// facets asks for the counts: in one question for all facets without a choice of their
// own, and in one for each facet with one.
func (a *asking) facets() []request {
	var free []string
	var round []request
	for _, name := range a.q.Facets {
		if slices.ContainsFunc(a.q.Refine, func(r search.Refinement) bool { return r.Field == name }) {
			round = append(round, a.counts(a.within(a.union, name), name))
		} else {
			free = append(free, name)
		}
	}
	if len(free) > 0 {
		round = append(round, a.counts(a.within(a.union, ""), free...))
	}
	return round
}

// counts asks for the values of facets among the documents of a condition.
func (a *asking) counts(where clause, names ...string) request {
	q := count(a.ix.uid, where)
	q.Facets = each(facetAttr, names)
	return request{q, func(r meilisearch.SearchResponse) error {
		var counted map[string]map[string]int
		if err := json.Unmarshal(r.FacetDistribution, &counted); err != nil {
			return fmt.Errorf("%w: %w: facets: %w", search.ErrDown, errMalformed, err)
		}
		for _, name := range names {
			var err error
			if a.res.Facets[name], err = a.mostFrequent(counted[facetAttr(name)]); err != nil {
				return fmt.Errorf("%w: %w: facet %s: %w", search.ErrDown, errMalformed, name, err)
			}
		}
		return nil
	}}
}

// mostFrequent lists the values, the most frequent first, then by value.
func (a *asking) mostFrequent(counted map[string]int) ([]search.Count, error) {
	const usual = 100
	counts := make([]search.Count, 0, len(counted))
	for word, n := range counted {
		v, err := decodeValue(word)
		if err != nil {
			return nil, err
		}
		counts = append(counts, search.Count{Value: v, N: n})
	}
	slices.SortFunc(counts, func(x, y search.Count) int {
		return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Value, y.Value))
	})
	return counts[:min(len(counts), cmp.Or(a.q.FacetLimit, usual))], nil
}
