package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/search"
)

// Everything searches all nouns at once.
type Everything struct{ Rooms }

// Grouped is what was found, one group a noun, each with its own total.
type Grouped struct {
	Colleges     Found[CollegeEntry]
	Programmes   Found[ProgrammeEntry]
	Specialisms  Found[SpecialismEntry]
	Enterprises  Found[EnterpriseEntry]
	Needs        Found[NeedEntry]
	Partnerships Found[PartnershipEntry]
	Resources    Found[ResourceEntry]
	Degraded     bool // the search engine did not answer; see Found.Degraded
}

// Total is the number of records found in all groups.
func (g Grouped) Total() int {
	return g.Colleges.Total + g.Programmes.Total + g.Specialisms.Total +
		g.Enterprises.Total + g.Needs.Total + g.Partnerships.Total + g.Resources.Total
}

// Find returns up to each records of every noun. Typing says that the last word is
// unfinished.
func (s *Everything) Find(ctx context.Context, v portal.Viewer, typed string, typing bool, each int) (Grouped, error) {
	var g Grouped
	needs, partnerships, resources := &Needs{Rooms: s.Rooms}, &Partnerships{Rooms: s.Rooms}, &Resources{Rooms: s.Rooms}
	order := []string{CollegesIndex, ProgrammesIndex, SpecialismsIndex, EnterprisesIndex, NeedsIndex, PartnershipsIndex, ResourcesIndex}
	queries := make([]search.Query, len(order))
	for i, index := range order {
		queries[i] = search.Query{Index: index, Text: typed, Typing: typing, Limit: each}
		switch index {
		case NeedsIndex:
			queries[i].Scope = needs.scope(v)
		case PartnershipsIndex:
			queries[i].Scope = partnerships.scope(v)
		case ResourcesIndex:
			queries[i].Scope = resources.scope(v)
		}
	}
	results, err := s.Engine.MultiSearch(ctx, queries)
	if err != nil && unanswered(ctx, err) {
		return s.plainly(ctx, v, Listing{Text: typed, Size: each})
	}
	if err != nil {
		return g, fault("service.Everything.Find", typed, err)
	}
	load := []func(res search.Result) error{
		into(ctx, &g.Colleges, (&Colleges{Rooms: s.Rooms}).entries),
		into(ctx, &g.Programmes, (&Programmes{Rooms: s.Rooms}).entries),
		into(ctx, &g.Specialisms, (&Specialisms{Rooms: s.Rooms}).entries),
		into(ctx, &g.Enterprises, (&Enterprises{Rooms: s.Rooms}).entries),
		into(ctx, &g.Needs, needs.entries(v)),
		into(ctx, &g.Partnerships, partnerships.entries(v)),
		into(ctx, &g.Resources, resources.entries(v)),
	}
	for i, res := range results {
		if err := load[i](res); err != nil {
			return g, err
		}
	}
	return g, nil
}

// into loads the records of one result into its group.
func into[T any](ctx context.Context, found *Found[T], load func(context.Context, []string) ([]T, error)) func(search.Result) error {
	return func(res search.Result) error {
		items, err := load(ctx, ids(res.Hits))
		*found = Found[T]{Items: items, Total: res.Total, Page: 1, Pages: 1, Widened: res.Widened}
		return err
	}
}

// plainly finds records by the beginning of their names.
func (s *Everything) plainly(ctx context.Context, v portal.Viewer, l Listing) (g Grouped, err error) {
	g.Degraded = true
	r, rec := s.Rooms, s.Records
	colleges, programmes, specialisms := &Colleges{Rooms: r}, &Programmes{Rooms: r}, &Specialisms{Rooms: r}
	enterprises, needs, partnerships, resources := &Enterprises{Rooms: r}, &Needs{Rooms: r}, &Partnerships{Rooms: r}, &Resources{Rooms: r}
	for _, ask := range []func() error{
		func() (err error) {
			g.Colleges, err = plainly(ctx, rec.Colleges, colleges.Directory().Plain, v, l, colleges.entries)
			return err
		},
		func() (err error) {
			g.Programmes, err = plainly(ctx, rec.Programmes, programmes.Directory().Plain, v, l, programmes.entries)
			return err
		},
		func() (err error) {
			g.Specialisms, err = plainly(ctx, rec.Specialisms, specialisms.Directory().Plain, v, l, specialisms.entries)
			return err
		},
		func() (err error) {
			g.Enterprises, err = plainly(ctx, rec.Enterprises, enterprises.Directory().Plain, v, l, enterprises.entries)
			return err
		},
		func() (err error) {
			g.Needs, err = plainly(ctx, rec.Needs, needs.Directory().Plain, v, l, needs.entries(v))
			return err
		},
		func() (err error) {
			g.Partnerships, err = plainly(ctx, rec.Partnerships, partnerships.Directory().Plain, v, l, partnerships.entries(v))
			return err
		},
		func() (err error) {
			g.Resources, err = plainly(ctx, rec.Resources, resources.Directory().Plain, v, l, resources.entries(v))
			return err
		},
	} {
		if err := ask(); err != nil {
			return g, err
		}
	}
	return g, nil
}
