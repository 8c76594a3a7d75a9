package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Partnerships is what people do with partnerships (合作项目).
type Partnerships struct {
	Rooms
	notices    *Notices
	industries *Industries
}

// PartnershipEntry is a partnership and the name of its industry.
type PartnershipEntry struct {
	Partnership portal.Partnership
	Industry    string
}

// PartnershipPage is a partnership with the programmes its colleges hold of the
// specialisms named in the report.
type PartnershipPage struct {
	PartnershipEntry
	Programmes  []ProgrammeEntry
	Specialisms []portal.Specialism
}

// Directory describes the public list.
func (p *Partnerships) Directory() Directory {
	return Directory{Index: PartnershipsIndex,
		Facets:  []string{"type", "industry", "year", "certainty"},
		Filters: []string{"college", "enterprise"},
		Sorts: []Sort{
			{"year", []search.Order{{Field: "year", Desc: true}}},
			{"newest", []search.Order{{Field: "added", Desc: true}}},
		},
		Plain: Plain{Name: "title", Facets: map[string]string{"type": "type", "certainty": "certainty"}, Sort: "year", Desc: true, Scope: p.plainScope}}
}

// List returns one page of the directory.
func (p *Partnerships) List(ctx context.Context, v portal.Viewer, l Listing) (Found[PartnershipEntry], error) {
	return listed(ctx, p.Engine, p.Directory(), p.Records.Partnerships, v, p.scope(v), l, p.entries(v))
}

// Each walks all partnerships of a listing in its order.
func (p *Partnerships) Each(ctx context.Context, v portal.Viewer, l Listing, fn func(PartnershipEntry) error) error {
	return each(ctx, p.Engine, p.Directory(), p.scope(v), l, p.entries(v), fn)
}

// scope is what the directory lists: partnerships that are public, whoever asks.
func (p *Partnerships) scope(v portal.Viewer) search.Filter {
	if v.IsSystem() {
		return nil
	}
	return search.Eq("public", "yes")
}

// plainScope is scope in the fields of the store.
func (p *Partnerships) plainScope(v portal.Viewer) []store.Cond {
	if v.IsSystem() {
		return nil
	}
	return []store.Cond{store.Where("public", true)}
}

func (p *Partnerships) entries(v portal.Viewer) func(ctx context.Context, ids []string) ([]PartnershipEntry, error) {
	return func(ctx context.Context, ids []string) ([]PartnershipEntry, error) {
		recs, err := p.Records.Partnerships.GetMany(ctx, ids)
		if err != nil {
			return nil, fault("service.Partnerships", "entries", err)
		}
		out := make([]PartnershipEntry, 0, len(recs))
		for _, rec := range recs {
			if portal.CanSeePartnership(v, rec) {
				out = append(out, PartnershipEntry{Partnership: rec.For(v), Industry: p.Taxonomy.IndustryName(rec.Industry)})
			}
		}
		return out, nil
	}
}

// Show returns a partnership with the programmes behind it.
func (p *Partnerships) Show(ctx context.Context, v portal.Viewer, id string) (PartnershipPage, error) {
	rec, err := p.Records.Partnerships.Get(ctx, id)
	if err == nil && !portal.CanSeePartnership(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return PartnershipPage{}, fault("service.Partnerships.Show", id, err)
	}
	return p.page(ctx, rec.For(v))
}

// page adds the programmes behind a partnership.
func (p *Partnerships) page(ctx context.Context, rec portal.Partnership) (page PartnershipPage, err error) {
	page.PartnershipEntry = PartnershipEntry{Partnership: rec, Industry: p.Taxonomy.IndustryName(rec.Industry)}
	if page.Specialisms, err = p.Records.Specialisms.GetMany(ctx, rec.Programmes); err != nil {
		return page, fault("service.Partnerships.page", rec.ID, err)
	}
	var held []string
	for _, college := range rec.Colleges {
		for _, code := range rec.Programmes {
			held = append(held, portal.ProgrammeID(college.ID, code))
		}
	}
	programmes := &Programmes{Rooms: p.Rooms}
	page.Programmes, err = programmes.entries(ctx, held)
	return page, err
}
