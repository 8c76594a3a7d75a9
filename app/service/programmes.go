package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Programmes is what people do with programmes (专业布点).
type Programmes struct {
	Rooms
	operations *operated[portal.Programme, *portal.Programme]
}

// ProgrammeEntry is a programme with its college.
type ProgrammeEntry struct {
	Programme portal.Programme
	College   portal.College
}

// ProgrammePage is a programme with its specialism, the same specialism at other
// colleges and the open needs it fits.
type ProgrammePage struct {
	ProgrammeEntry
	Specialism   portal.Specialism
	Elsewhere    []ProgrammeEntry
	Needs        Found[NeedEntry]
	Partnerships []portal.Partnership // of the college, naming this specialism
}

// Directory describes the public list.
func (p *Programmes) Directory() Directory {
	return Directory{Index: ProgrammesIndex,
		Facets:  []string{"cluster", "level", "category", "class", "college", "ownership", "mode", "seats", "international", "enrolment", "certainty"},
		Filters: []string{"code"},
		Sorts: []Sort{
			{"cluster", []search.Order{{Field: "order"}}},
			{"seats", []search.Order{{Field: "seats_free", Desc: true}}},
			{"newest", []search.Order{{Field: "added", Desc: true}}},
		},
		Plain: Plain{Name: "name", Facets: map[string]string{"level": "level", "college": "college_id", "code": "code", "certainty": "certainty"}, Sort: "name"}}
}

// List returns one page of the directory.
func (p *Programmes) List(ctx context.Context, v portal.Viewer, l Listing) (Found[ProgrammeEntry], error) {
	return listed(ctx, p.Engine, p.Directory(), p.Records.Programmes, v, nil, l, p.entries)
}

// Each walks all programmes of a listing in its order.
func (p *Programmes) Each(ctx context.Context, _ portal.Viewer, l Listing, fn func(ProgrammeEntry) error) error {
	return each(ctx, p.Engine, p.Directory(), nil, l, p.entries, fn)
}

// Some returns the programmes of these ids in their order; missing ones are left out.
func (p *Programmes) Some(ctx context.Context, _ portal.Viewer, ids []string) ([]ProgrammeEntry, error) {
	return p.entries(ctx, ids)
}

func (p *Programmes) entries(ctx context.Context, ids []string) ([]ProgrammeEntry, error) {
	recs, err := p.Records.Programmes.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.Programmes", "entries", err)
	}
	return joinColleges(ctx, p.Rooms, recs)
}

func joinColleges(ctx context.Context, r Rooms, recs []portal.Programme) ([]ProgrammeEntry, error) {
	colleges, err := byID(ctx, r.Records.Colleges, recs, func(p portal.Programme) string { return p.CollegeID })
	if err != nil {
		return nil, fault("service.Programmes", "colleges", err)
	}
	out := make([]ProgrammeEntry, len(recs))
	for i, rec := range recs {
		out[i] = ProgrammeEntry{Programme: rec, College: colleges[rec.CollegeID]}
	}
	return out, nil
}

// Show returns a programme with its surroundings.
func (p *Programmes) Show(ctx context.Context, v portal.Viewer, id string) (ProgrammePage, error) {
	rec, err := p.Records.Programmes.Get(ctx, id)
	if err != nil {
		return ProgrammePage{}, fault("service.Programmes.Show", id, err)
	}
	page := ProgrammePage{ProgrammeEntry: ProgrammeEntry{Programme: rec}}
	if page.College, err = p.Records.Colleges.Get(ctx, rec.CollegeID); err != nil {
		return page, fault("service.Programmes.Show", id, err)
	}
	if page.Specialism, err = p.Records.Specialisms.Get(ctx, rec.Code); err != nil {
		return page, fault("service.Programmes.Show", id, err)
	}
	if page.Elsewhere, err = offering(ctx, p.Rooms, rec.Code, id); err != nil {
		return page, err
	}
	if page.Needs, err = needsFitting(ctx, p.Rooms, v, rec.Code, relatedShown); err != nil {
		return page, err
	}
	for _, partnership := range p.Roster.Partnerships(collegeParty + rec.CollegeID) {
		for _, code := range partnership.Programmes {
			if code == rec.Code {
				page.Partnerships = append(page.Partnerships, partnership)
			}
		}
	}
	return page, err
}

// relatedShown is how many related records a detail page lists before it links to all.
const relatedShown = 5

// offering returns who offers a specialism, without one programme.
func offering(ctx context.Context, r Rooms, code, without string) ([]ProgrammeEntry, error) {
	var recs []portal.Programme
	err := r.Records.Programmes.All(ctx, []store.Cond{store.Where("code", code)}, func(p *portal.Programme) error {
		if p.ID != without {
			recs = append(recs, *p)
		}
		return nil
	})
	if err != nil {
		return nil, fault("service.offering", code, err)
	}
	return joinColleges(ctx, r, recs)
}
