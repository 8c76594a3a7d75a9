package service

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Colleges is what people do with colleges (院校).
type Colleges struct{ Rooms }

// CollegeEntry is a college as the directory shows it.
type CollegeEntry struct {
	College    portal.College
	Programmes int64 // held here; for universities never all they offer
}

// CollegePage is a college with what belongs to it.
type CollegePage struct {
	College      portal.College
	Programmes   []ProgrammeEntry
	Partnerships []portal.Partnership
	Resources    []ResourceEntry // open ones
	ByLevel      []store.Group   // programmes held here by level
	Response     portal.Response
}

// Directory describes the public list.
func (c *Colleges) Directory() Directory {
	return Directory{Index: CollegesIndex,
		Facets: []string{"cluster", "kind", "ownership", "category", "certainty"},
		Sorts: []Sort{
			{"cluster", []search.Order{{Field: "order"}}},
			{"programmes", []search.Order{{Field: "programmes", Desc: true}}},
			{"founded", []search.Order{{Field: "founded"}}},
			{"newest", []search.Order{{Field: "added", Desc: true}}},
		},
		Plain: Plain{Name: "name", Facets: map[string]string{"cluster": "cluster", "certainty": "certainty"}, Sort: "name"}}
}

// List returns one page of the directory.
func (c *Colleges) List(ctx context.Context, v portal.Viewer, l Listing) (Found[CollegeEntry], error) {
	return listed(ctx, c.Engine, c.Directory(), c.Records.Colleges, v, nil, l, c.entries)
}

// All returns every college, the two cities first, for those who choose one.
func (c *Colleges) All(ctx context.Context, _ portal.Viewer) ([]portal.College, error) {
	out, err := collect(ctx, c.Records.Colleges)
	slices.SortStableFunc(out, func(a, b portal.College) int {
		return cmp.Or(cmp.Compare(clusterRank(a.Cluster), clusterRank(b.Cluster)), strings.Compare(a.Name, b.Name))
	})
	return out, fault("service.Colleges.All", "", err)
}

// Each walks all colleges of a listing in its order.
func (c *Colleges) Each(ctx context.Context, _ portal.Viewer, l Listing, fn func(CollegeEntry) error) error {
	return each(ctx, c.Engine, c.Directory(), nil, l, c.entries, fn)
}

func (c *Colleges) entries(ctx context.Context, ids []string) ([]CollegeEntry, error) {
	recs, err := c.Records.Colleges.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.Colleges", "entries", err)
	}
	held, err := c.Records.Programmes.GroupCount(ctx, "college_id", store.OneOf("college_id", ids...))
	if err != nil {
		return nil, fault("service.Colleges", "programmes", err)
	}
	count := make(map[string]int64, len(held))
	for _, g := range held {
		count[g.Value.(string)] = g.N
	}
	out := make([]CollegeEntry, len(recs))
	for i, rec := range recs {
		out[i] = CollegeEntry{College: rec, Programmes: count[rec.ID]}
	}
	return out, nil
}

// Show returns a college with its programmes by level and name, and its partnerships.
func (c *Colleges) Show(ctx context.Context, v portal.Viewer, id string) (CollegePage, error) {
	college, err := c.Records.Colleges.Get(ctx, id)
	if err != nil {
		return CollegePage{}, fault("service.Colleges.Show", id, err)
	}
	page := CollegePage{College: college}
	err = c.Records.Programmes.All(ctx, []store.Cond{store.Where("college_id", id)}, func(p *portal.Programme) error {
		page.Programmes = append(page.Programmes, ProgrammeEntry{Programme: *p, College: college})
		return nil
	})
	if err != nil {
		return page, fault("service.Colleges.Show", id, err)
	}
	if page.ByLevel, err = c.Records.Programmes.GroupCount(ctx, "level", store.Where("college_id", id)); err != nil {
		return page, fault("service.Colleges.Show", id, err)
	}
	page.Partnerships = c.Roster.Partnerships(collegeParty + id)
	if page.Resources, err = openOf(ctx, c.Rooms, v, id); err != nil {
		return page, err
	}
	page.Response, err = response(ctx, c.Rooms, portal.OfCollege, id, college.Origin.Fictional())
	return page, err
}

// Names returns the names of colleges by id, for labels of facets.
func (c *Colleges) Names(ctx context.Context, ids []string) (map[string]string, error) {
	return namesOf(ctx, c.Records.Colleges, ids, func(rec portal.College) (string, string) { return rec.ID, rec.Name })
}

func namesOf[T any](ctx context.Context, from getter[T], ids []string, name func(T) (id, name string)) (map[string]string, error) {
	recs, err := from.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.namesOf", "", err)
	}
	names := make(map[string]string, len(recs))
	for _, rec := range recs {
		id, n := name(rec)
		names[id] = n
	}
	return names, nil
}
