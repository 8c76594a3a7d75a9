package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/search"
)

// Enterprises is what people do with enterprises (企业).
type Enterprises struct{ Rooms }

// EnterpriseEntry is an enterprise and the name of its industry.
type EnterpriseEntry struct {
	Enterprise portal.Enterprise
	Industry   string
}

// EnterprisePage is an enterprise with its open needs and resources and its partnerships.
type EnterprisePage struct {
	EnterpriseEntry
	Needs        Found[NeedEntry]
	Partnerships []portal.Partnership
	Resources    []ResourceEntry // open ones
	Response     portal.Response
}

// Directory describes the public list.
func (e *Enterprises) Directory() Directory {
	return Directory{Index: EnterprisesIndex,
		Facets: []string{"section", "industry", "district", "size", "foreign", "certainty"},
		Sorts: []Sort{
			{"certainty", []search.Order{{Field: "order"}}},
			{"needs", []search.Order{{Field: "needs", Desc: true}}},
			{"newest", []search.Order{{Field: "added", Desc: true}}},
		},
		Plain: Plain{Name: "name", Facets: map[string]string{"certainty": "certainty"}, Sort: "name"}}
}

// List returns one page of the directory.
func (e *Enterprises) List(ctx context.Context, v portal.Viewer, l Listing) (Found[EnterpriseEntry], error) {
	return listed(ctx, e.Engine, e.Directory(), e.Records.Enterprises, v, nil, l, e.entries)
}

// Each walks all enterprises of a listing in its order.
func (e *Enterprises) Each(ctx context.Context, _ portal.Viewer, l Listing, fn func(EnterpriseEntry) error) error {
	return each(ctx, e.Engine, e.Directory(), nil, l, e.entries, fn)
}

func (e *Enterprises) entries(ctx context.Context, ids []string) ([]EnterpriseEntry, error) {
	recs, err := e.Records.Enterprises.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.Enterprises", "entries", err)
	}
	out := make([]EnterpriseEntry, len(recs))
	for i, rec := range recs {
		out[i] = EnterpriseEntry{Enterprise: rec, Industry: e.Taxonomy.IndustryName(rec.Industry)}
	}
	return out, nil
}

// Show returns an enterprise with what belongs to it. Anonymous needs are not listed
// here, since the list would name who asks.
func (e *Enterprises) Show(ctx context.Context, v portal.Viewer, id string) (EnterprisePage, error) {
	rec, err := e.Records.Enterprises.Get(ctx, id)
	if err != nil {
		return EnterprisePage{}, fault("service.Enterprises.Show", id, err)
	}
	page := EnterprisePage{EnterpriseEntry: EnterpriseEntry{Enterprise: rec, Industry: e.Taxonomy.IndustryName(rec.Industry)}}
	if page.Needs, err = relatedNeeds(ctx, e.Rooms, v, "enterprise", id, 2*relatedShown); err != nil {
		return page, err
	}
	page.Partnerships = e.Roster.Partnerships(enterpriseParty + id)
	if page.Resources, err = openOf(ctx, e.Rooms, v, id); err != nil {
		return page, err
	}
	page.Response, err = response(ctx, e.Rooms, portal.OfEnterprise, id, rec.Origin.Fictional())
	return page, err
}

// Names returns the names of enterprises by id, for labels of facets.
func (e *Enterprises) Names(ctx context.Context, ids []string) (map[string]string, error) {
	return namesOf(ctx, e.Records.Enterprises, ids, func(rec portal.Enterprise) (string, string) { return rec.ID, rec.Name })
}
