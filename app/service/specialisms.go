package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Specialisms is what people do with the national catalogue (专业目录).
type Specialisms struct{ Rooms }

// SpecialismEntry is a specialism and how many colleges offer it here.
type SpecialismEntry struct {
	Specialism portal.Specialism
	Offers     []ProgrammeEntry
}

// SpecialismPage is a specialism with who offers it, or what comes nearest here, and
// the open needs it fits.
type SpecialismPage struct {
	Specialism portal.Specialism
	Industries []portal.Industry // divisions its class serves, most typical first
	Offers     []ProgrammeEntry
	Nearest    []SpecialismEntry // offered here; only when the specialism itself is not
	Siblings   []SpecialismEntry // same family at other levels, or often confused
	Needs      Found[NeedEntry]
}

// Directory describes the public list.
func (s *Specialisms) Directory() Directory {
	return Directory{Index: SpecialismsIndex,
		Facets: []string{"level", "category", "class", "offered", "controlled"},
		Sorts: []Sort{
			{"offers", []search.Order{{Field: "order"}}},
			{"code", []search.Order{{Field: "position"}}},
		},
		Plain: Plain{Name: "name", Facets: map[string]string{"level": "level"}, Sort: "code"}}
}

// List returns one page of the directory.
func (s *Specialisms) List(ctx context.Context, v portal.Viewer, l Listing) (Found[SpecialismEntry], error) {
	return listed(ctx, s.Engine, s.Directory(), s.Records.Specialisms, v, nil, l, s.entries)
}

// Each walks all specialisms of a listing in its order.
func (s *Specialisms) Each(ctx context.Context, _ portal.Viewer, l Listing, fn func(SpecialismEntry) error) error {
	return each(ctx, s.Engine, s.Directory(), nil, l, s.entries, fn)
}

func (s *Specialisms) entries(ctx context.Context, ids []string) ([]SpecialismEntry, error) {
	recs, err := s.Records.Specialisms.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.Specialisms", "entries", err)
	}
	offers := map[string][]ProgrammeEntry{}
	for _, o := range s.Roster.Offers(ids) {
		offers[o.Programme.Code] = append(offers[o.Programme.Code], ProgrammeEntry{Programme: o.Programme, College: o.College})
	}
	out := make([]SpecialismEntry, len(recs))
	for i, rec := range recs {
		out[i] = SpecialismEntry{Specialism: rec, Offers: offers[rec.Code]}
	}
	return out, nil
}

// Show returns a specialism with its surroundings.
func (s *Specialisms) Show(ctx context.Context, v portal.Viewer, code string) (SpecialismPage, error) {
	rec, err := s.Records.Specialisms.Get(ctx, code)
	if err != nil {
		return SpecialismPage{}, fault("service.Specialisms.Show", code, err)
	}
	page := SpecialismPage{Specialism: rec, Industries: s.Taxonomy.IndustriesOf(rec.ClassCode)}
	if page.Offers, err = offering(ctx, s.Rooms, code, ""); err != nil {
		return page, err
	}
	related := s.Graph().Siblings(code)
	codes := make([]string, len(related))
	for i, sib := range related {
		codes[i] = sib.Code
	}
	entries, err := s.entries(ctx, codes)
	if err != nil {
		return page, err
	}
	for _, e := range entries {
		if len(e.Offers) > 0 && len(page.Offers) == 0 && len(page.Nearest) < relatedShown {
			page.Nearest = append(page.Nearest, e)
		}
		if len(page.Siblings) < 2*relatedShown {
			page.Siblings = append(page.Siblings, e)
		}
	}
	page.Needs, err = needsFitting(ctx, s.Rooms, v, code, relatedShown)
	return page, err
}

// Suggest finds up to most entries of the catalogue while a code, a name, its sounds or
// its English is typed.
func (s *Specialisms) Suggest(ctx context.Context, v portal.Viewer, typed string, most int) ([]portal.Specialism, error) {
	res, err := s.Engine.Search(ctx, search.Query{Index: SpecialismsIndex, Text: typed, Typing: true, Limit: most})
	if err != nil && unanswered(ctx, err) {
		found, err := plainly(ctx, s.Records.Specialisms, s.Directory().Plain, v, Listing{Text: typed, Size: most}, func(ctx context.Context, ids []string) ([]portal.Specialism, error) {
			return s.Records.Specialisms.GetMany(ctx, ids)
		})
		return found.Items, err
	}
	if err != nil {
		return nil, fault("service.Specialisms.Suggest", typed, err)
	}
	recs, err := s.Records.Specialisms.GetMany(ctx, ids(res.Hits))
	return recs, fault("service.Specialisms.Suggest", typed, err)
}

// Named returns the first entries of the catalogue that have exactly this name.
func (s *Specialisms) Named(ctx context.Context, name string) ([]portal.Specialism, error) {
	const several = 6
	page, err := s.Records.Specialisms.Find(ctx, store.Query{Where: []store.Cond{store.Where("name", name)}, Limit: several})
	return page.Items, fault("service.Specialisms.Named", name, err)
}

// Names returns the names of specialisms by code, for labels of facets.
func (s *Specialisms) Names(ctx context.Context, codes []string) (map[string]string, error) {
	return namesOf(ctx, s.Records.Specialisms, codes, func(rec portal.Specialism) (string, string) { return rec.Code, rec.Name })
}

// Profiles returns the profiles of specialisms by code; those without one are
// left out.
func (s *Specialisms) Profiles(ctx context.Context, codes []string) (map[string]*portal.Profile, error) {
	recs, err := s.Records.Specialisms.GetMany(ctx, codes)
	if err != nil {
		return nil, fault("service.Specialisms.Profiles", "", err)
	}
	out := make(map[string]*portal.Profile, len(recs))
	for _, rec := range recs {
		if rec.Profile != nil {
			out[rec.Code] = rec.Profile
		}
	}
	return out, nil
}
