package service

import (
	"context"
	"maps"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/search"
)

// Directory describes one public list: which facets it can be narrowed by and which
// orders it can be shown in. The first sort is the default.
type Directory struct {
	Index   string
	Facets  []string // counted and shown
	Filters []string // narrow as well, but only links set them: their values are too many to show
	Sorts   []Sort
	Plain   Plain // for when the search engine does not answer
}

// Sort is a named order of a directory.
type Sort struct {
	Name  string
	Order []search.Order
}

// HasFacet reports whether the directory can be narrowed by the field.
func (d Directory) HasFacet(name string) bool {
	return slices.Contains(d.Facets, name) || slices.Contains(d.Filters, name)
}

// HasSort reports whether the directory knows the order.
func (d Directory) HasSort(name string) bool {
	return slices.ContainsFunc(d.Sorts, func(s Sort) bool { return s.Name == name })
}

// order returns the chosen order; relevance when there is text and nothing was chosen.
func (d Directory) order(l Listing) []search.Order {
	for _, s := range d.Sorts {
		if s.Name == l.Sort {
			return s.Order
		}
	}
	if l.Text != "" {
		return nil
	}
	return d.Sorts[0].Order
}

// facetValues is how many values of a facet are counted out, the most frequent; the
// rarer ones are reached by narrowing further.
const facetValues = 12

// The size of a page of a directory, and the most an export may hold.
const (
	PageSize    = 20
	MaxPageSize = 100
	MaxExport   = 20000
)

// Listing is what a person asked a directory for. Page counts from 1.
type Listing struct {
	Text   string
	Refine map[string][]string // facet → chosen values
	Sort   string
	Page   int
	Size   int // PageSize when 0
}

// size is the number of items of a page.
func (l Listing) size() int {
	if l.Size <= 0 {
		return PageSize
	}
	return min(l.Size, MaxPageSize)
}

// Found is one page of a directory.
type Found[T any] struct {
	Items   []T
	Total   int
	Page    int
	Pages   int
	Size    int
	Facets  map[string][]search.Count
	Widened bool // nothing held all the words: these fit by sound or in part
	// Degraded says that the search engine did not answer: names were compared by their
	// beginning, and facets were not counted.
	Degraded bool
}

// list finds ids, corrects the page to the last one when it lies past the end, and
// loads what was found.
func list[T any](ctx context.Context, e search.Engine, d Directory, scope search.Filter, l Listing,
	load func(ctx context.Context, ids []string) ([]T, error)) (Found[T], error) {
	size := l.size()
	page := max(l.Page, 1)
	q, err := query(d, scope, l)
	if err != nil {
		return Found[T]{}, err
	}
	q.Facets, q.FacetLimit, q.Limit, q.Offset = d.Facets, facetValues, size, offset(page, size)
	res, err := e.Search(ctx, q)
	if err != nil {
		return Found[T]{}, fault("service.list", d.Index, err)
	}
	pages := max((res.Total+size-1)/size, 1)
	if page > pages {
		page = pages
		q.Offset = offset(page, size)
		if res, err = e.Search(ctx, q); err != nil {
			return Found[T]{}, fault("service.list", d.Index, err)
		}
	}
	items, err := load(ctx, ids(res.Hits))
	if err != nil {
		return Found[T]{}, err
	}
	return Found[T]{Items: items, Total: res.Total, Page: page, Pages: pages, Size: size,
		Facets: res.Facets, Widened: res.Widened}, nil
}

// offset is the number of hits before a page; pages beyond any real list are cut so
// that the product cannot overflow.
func offset(page, size int) int { return (min(page, 1<<24) - 1) * size }

func query(d Directory, scope search.Filter, l Listing) (search.Query, error) {
	var bad portal.Invalid
	q := search.Query{Index: d.Index, Text: l.Text, Scope: scope, Sort: d.order(l)}
	for _, field := range slices.Sorted(maps.Keys(l.Refine)) {
		if !d.HasFacet(field) {
			bad.Add(field, "problem.unknown_parameter", field)
			continue
		}
		if values := l.Refine[field]; len(values) > 0 {
			q.Refine = append(q.Refine, search.Refinement{Field: field, Values: values})
		}
	}
	if l.Sort != "" && !d.HasSort(l.Sort) {
		bad.Add("sort", "problem.unknown_sort", l.Sort)
	}
	return q, bad.Err()
}

// each walks every hit of a listing in its order, up to MaxExport, a page at a time.
func each[T any](ctx context.Context, e search.Engine, d Directory, scope search.Filter, l Listing,
	load func(ctx context.Context, ids []string) ([]T, error), fn func(T) error) error {
	q, err := query(d, scope, l)
	if err != nil {
		return err
	}
	const step = 500
	q.Limit = step
	for q.Offset = 0; q.Offset < MaxExport; q.Offset += step {
		res, err := e.Search(ctx, q)
		if err != nil {
			return fault("service.each", d.Index, err)
		}
		items, err := load(ctx, ids(res.Hits))
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := fn(item); err != nil {
				return err
			}
		}
		if len(res.Hits) < step {
			break
		}
	}
	return nil
}

func ids(hits []search.Hit) []string {
	out := make([]string, len(hits))
	for i, h := range hits {
		out[i] = h.ID
	}
	return out
}
