package service

import (
	"context"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Figures answers with the live numbers of the home page.
type Figures struct{ Rooms }

// Tally is a count and how many of it are demonstration data.
type Tally struct {
	All  int
	Demo int
}

// Overview is the state of the portal at a time.
type Overview struct {
	AsOf         time.Time
	Colleges     Tally
	Programmes   Tally
	Specialisms  int // of the national catalogue
	Offered      int // specialisms some college here offers
	Enterprises  Tally
	Needs        Tally // open
	Wanted       int   // persons asked for by open needs, where known
	Partnerships Tally
	Clusters     []ClusterTally
}

// ClusterTally counts one cluster.
type ClusterTally struct {
	Cluster    portal.Cluster
	Colleges   Tally
	Programmes Tally
}

// Overview counts what visitors may see.
func (f *Figures) Overview(ctx context.Context, v portal.Viewer) (Overview, error) {
	o := Overview{AsOf: f.Clock()}
	needs := (&Needs{Rooms: f.Rooms}).scope(v)
	queries := []search.Query{
		{Index: CollegesIndex, Facets: []string{"certainty"}},
		{Index: ProgrammesIndex, Facets: []string{"certainty"}},
		{Index: EnterprisesIndex, Facets: []string{"certainty"}},
		{Index: NeedsIndex, Facets: []string{"certainty"}, Scope: needs},
		{Index: PartnershipsIndex, Facets: []string{"certainty"}, Scope: (&Partnerships{Rooms: f.Rooms}).scope(v)},
		{Index: SpecialismsIndex},
		{Index: SpecialismsIndex, Scope: search.Not{Filter: search.Eq("offered", "nowhere")}},
	}
	for _, c := range portal.Clusters {
		here := search.Eq("cluster", string(c))
		queries = append(queries,
			search.Query{Index: CollegesIndex, Facets: []string{"certainty"}, Scope: here},
			search.Query{Index: ProgrammesIndex, Facets: []string{"certainty"}, Scope: here})
	}
	res, err := f.Engine.MultiSearch(ctx, queries)
	switch {
	case err != nil && unanswered(ctx, err):
		err = f.plainly(ctx, v, &o)
	case err == nil:
		o.Colleges, o.Programmes, o.Enterprises = tally(res[0]), tally(res[1]), tally(res[2])
		o.Needs, o.Partnerships = tally(res[3]), tally(res[4])
		o.Specialisms, o.Offered = res[5].Total, res[6].Total
		for i, c := range portal.Clusters {
			o.Clusters = append(o.Clusters, ClusterTally{c, tally(res[7+2*i]), tally(res[8+2*i])})
		}
	}
	if err != nil {
		return o, fault("service.Figures.Overview", "", err)
	}
	sums, err := f.Records.Needs.GroupSum(ctx, "status", "headcount",
		store.Where("status", portal.NeedOpen), store.Between("expires_at", o.AsOf, nil))
	if err != nil {
		return o, fault("service.Figures.Overview", "headcount", err)
	}
	for _, g := range sums {
		o.Wanted += int(g.N)
	}
	return o, nil
}

func tally(res search.Result) Tally {
	t := Tally{All: res.Total}
	for _, c := range res.Facets["certainty"] {
		if c.Value == string(portal.Demo) {
			t.Demo = c.N
		}
	}
	return t
}

// plainly counts what the store and the roster know, for when the search engine does not
// answer.
func (f *Figures) plainly(ctx context.Context, v portal.Viewer, o *Overview) error {
	const field = "certainty"
	enterprises, err := f.Records.Enterprises.GroupCount(ctx, field)
	if err != nil {
		return err
	}
	needs, err := f.Records.Needs.GroupCount(ctx, field, (&Needs{Rooms: f.Rooms}).plainScope(v)...)
	if err != nil {
		return err
	}
	partnerships, err := f.Records.Partnerships.GroupCount(ctx, field, (&Partnerships{Rooms: f.Rooms}).plainScope(v)...)
	if err != nil {
		return err
	}
	specialisms, err := f.Records.Specialisms.Count(ctx)
	if err != nil {
		return err
	}
	o.Enterprises, o.Needs, o.Partnerships = grouped(enterprises), grouped(needs), grouped(partnerships)
	o.Specialisms = int(specialisms)
	o.Clusters, o.Offered = f.Roster.Tally()
	for _, c := range o.Clusters {
		o.Colleges.add(c.Colleges)
		o.Programmes.add(c.Programmes)
	}
	return nil
}

func (t *Tally) add(more Tally) {
	t.All += more.All
	t.Demo += more.Demo
}

func grouped(groups []store.Group) (t Tally) {
	for _, g := range groups {
		t.All += int(g.N)
		if g.Value == string(portal.Demo) {
			t.Demo += int(g.N)
		}
	}
	return t
}
