package service

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// unanswered reports whether the search engine did not answer, rather than refuse.
func unanswered(ctx context.Context, err error) bool {
	return errors.Is(err, search.ErrDown) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil
}

// Plain says what of a directory the store can answer when the search engine does not:
// which of its facets are fields of the store, its name and its order.
type Plain struct {
	Name   string            // field of the beginning of a name
	Facets map[string]string // facet → field of the store
	Sort   string            // field of the order; by id when empty
	Desc   bool
	Scope  func(v portal.Viewer) []store.Cond // what the viewer may see; nil: everything
}

// query is a listing as the store can answer it. A facet that is no field of the store is
// an outage for whoever asks for it.
func (p Plain) query(v portal.Viewer, l Listing) (store.Query, error) {
	q := store.Query{Sort: p.Sort, Desc: p.Desc}
	if p.Scope != nil {
		q.Where = p.Scope(v)
	}
	if text := strings.TrimSpace(l.Text); text != "" {
		q.Where = append(q.Where, store.HasPrefix(p.Name, text))
	}
	for facet, values := range l.Refine {
		if len(values) == 0 {
			continue
		}
		field, ok := p.Facets[facet]
		if !ok {
			return q, fmt.Errorf("facet %s without the search engine: %w", facet, search.ErrDown)
		}
		q.Where = append(q.Where, store.OneOf(field, values...))
	}
	return q, nil
}

// deepestPlain is the last page the store is asked for: it walks there page by page.
const deepestPlain = 50

// plainly answers a listing from the store: by the fields it keeps, names by their
// beginning, without counts of facets.
func plainly[T any, R any, P interface {
	*R
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[R, P], p Plain, v portal.Viewer, l Listing,
	load func(ctx context.Context, ids []string) ([]T, error)) (Found[T], error) {
	found := Found[T]{Size: l.size(), Degraded: true}
	q, err := p.query(v, l)
	if err != nil {
		return found, fault("service.plainly", coll.Name(), err)
	}
	total, err := coll.Count(ctx, q.Where...)
	if err != nil {
		return found, fault("service.plainly", coll.Name(), err)
	}
	found.Total = int(total)
	found.Pages = max((found.Total+found.Size-1)/found.Size, 1)
	found.Page = min(max(l.Page, 1), found.Pages, deepestPlain)
	q.Limit = found.Size
	for range found.Page - 1 {
		page, err := coll.Find(ctx, q)
		if err != nil {
			return found, fault("service.plainly", coll.Name(), err)
		}
		q.After = page.Next
	}
	page, err := coll.Find(ctx, q)
	if err != nil {
		return found, fault("service.plainly", coll.Name(), err)
	}
	ids := make([]string, len(page.Items))
	for i := range page.Items {
		ids[i] = P(&page.Items[i]).Head().ID
	}
	found.Items, err = load(ctx, ids)
	return found, err
}

// listed answers a listing by the search engine, and by the store when it does not answer.
func listed[T any, R any, P interface {
	*R
	Head() *portal.Meta
}](ctx context.Context, e search.Engine, d Directory, coll *store.Collection[R, P], v portal.Viewer, scope search.Filter, l Listing,
	load func(ctx context.Context, ids []string) ([]T, error)) (Found[T], error) {
	found, err := list(ctx, e, d, scope, l, load)
	if err != nil && unanswered(ctx, err) {
		return plainly(ctx, coll, d.Plain, v, l, load)
	}
	return found, err
}
