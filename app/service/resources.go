package service

import (
	"context"
	"errors"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Resources is what people do with shared resources (共享资源).
type Resources struct {
	Rooms
	bookings *Bookings
}

// ResourceEntry is a resource, whose it is and where it lies.
type ResourceEntry struct {
	Resource portal.Resource
	Holder   Holder
	Cluster  portal.Cluster // empty: unknown, or elsewhere
	Related  []RelatedCode
}

// Holder is whose a resource is. Record is empty where that has no page of its own.
type Holder struct {
	Kind                 portal.OrganisationKind
	Record, Name, NameEn string
}

// RelatedCode is a specialism or a class of the catalogue a resource serves.
type RelatedCode struct {
	Code, Name string
	Class      bool
}

// Directory describes the public list.
func (s *Resources) Directory() Directory {
	return Directory{Index: ResourcesIndex,
		Facets:  []string{"kind", "cluster", "open_to", "charge", "certainty"},
		Filters: []string{"college", "enterprise"},
		Sorts: []Sort{
			{"newest", []search.Order{{Field: "opened", Desc: true}}},
			{"capacity", []search.Order{{Field: "capacity", Desc: true}}},
		},
		Plain: Plain{Name: "name", Facets: map[string]string{"kind": "kind", "certainty": "certainty"}, Sort: store.FieldChanged, Desc: true, Scope: s.plainScope}}
}

// scope is what the directory lists: resources that are open, whoever asks.
func (s *Resources) scope(v portal.Viewer) search.Filter {
	if v.IsSystem() {
		return nil
	}
	return search.Eq("public", "yes")
}

// plainScope is scope in the fields of the store.
func (s *Resources) plainScope(v portal.Viewer) []store.Cond {
	if v.IsSystem() {
		return nil
	}
	return []store.Cond{store.Where("public", true)}
}

// List returns one page of the directory.
func (s *Resources) List(ctx context.Context, v portal.Viewer, l Listing) (Found[ResourceEntry], error) {
	return listed(ctx, s.Engine, s.Directory(), s.Records.Resources, v, s.scope(v), l, s.entries(v))
}

// Each walks all resources of a listing in its order.
func (s *Resources) Each(ctx context.Context, v portal.Viewer, l Listing, fn func(ResourceEntry) error) error {
	return each(ctx, s.Engine, s.Directory(), s.scope(v), l, s.entries(v), fn)
}

// Show returns a resource the viewer may see.
func (s *Resources) Show(ctx context.Context, v portal.Viewer, id string) (ResourceEntry, error) {
	found, err := s.entries(v)(ctx, []string{id})
	if err == nil && len(found) == 0 {
		err = portal.ErrNotFound
	}
	if err != nil {
		return ResourceEntry{}, fault("service.Resources.Show", id, err)
	}
	return found[0], nil
}

// openOf returns the open resources of a college or enterprise, by name.
func openOf(ctx context.Context, r Rooms, v portal.Viewer, record string) ([]ResourceEntry, error) {
	page, err := r.Records.Resources.Find(ctx, store.Query{Where: []store.Cond{store.Where("record", record), store.Where("public", true)}, Sort: "name"})
	if err != nil {
		return nil, fault("service.Resources.openOf", record, err)
	}
	return (&Resources{Rooms: r}).joined(ctx, v, page.Items)
}

// entries loads resources as the viewer may see them; what they may not see is left out,
// whatever the index said.
func (s *Resources) entries(v portal.Viewer) func(ctx context.Context, ids []string) ([]ResourceEntry, error) {
	return func(ctx context.Context, ids []string) ([]ResourceEntry, error) {
		recs, err := s.Records.Resources.GetMany(ctx, ids)
		if err != nil {
			return nil, fault("service.Resources", "entries", err)
		}
		return s.joined(ctx, v, recs)
	}
}

// joined adds whose the resources are. Their trails, which name people, go.
func (s *Resources) joined(ctx context.Context, v portal.Viewer, recs []portal.Resource) ([]ResourceEntry, error) {
	colleges, err := byID(ctx, s.Records.Colleges, recs, func(r portal.Resource) string { return recordOf(r, portal.OfCollege) })
	if err != nil {
		return nil, fault("service.Resources", "colleges", err)
	}
	enterprises, err := byID(ctx, s.Records.Enterprises, recs, func(r portal.Resource) string { return recordOf(r, portal.OfEnterprise) })
	if err != nil {
		return nil, fault("service.Resources", "enterprises", err)
	}
	organisations, err := byID(ctx, s.Records.Organisations, recs, func(r portal.Resource) string { return r.Organisation })
	if err != nil {
		return nil, fault("service.Resources", "organisations", err)
	}
	out := make([]ResourceEntry, 0, len(recs))
	for _, rec := range recs {
		if !portal.CanSeeResource(v, rec) {
			continue
		}
		rec.Trail = portal.Trail{}
		c, e := colleges[rec.Record], enterprises[rec.Record]
		h := Holder{Kind: rec.Holder, Record: rec.Record, Name: organisations[rec.Organisation].Name}
		if rec.Holder == portal.OfCollege && c.ID != "" {
			h.Name, h.NameEn = c.Name, c.NameEn
		} else if e.ID != "" {
			h.Name, h.NameEn = e.Name, e.NameEn
		} else {
			h.Record = "" // an enterprise enters the directory when it is verified
		}
		related, err := s.related(ctx, rec.Related)
		if err != nil {
			return nil, err
		}
		out = append(out, ResourceEntry{Resource: rec, Holder: h, Cluster: rec.Cluster(c), Related: related})
	}
	return out, nil
}

func recordOf(r portal.Resource, kind portal.OrganisationKind) string {
	if r.Holder != kind {
		return ""
	}
	return r.Record
}

// related names codes of the catalogue; one it does not know is left out.
func (s *Resources) related(ctx context.Context, codes []string) ([]RelatedCode, error) {
	var out []RelatedCode
	for _, code := range codes {
		sp, err := s.Records.Specialisms.Get(ctx, code)
		if err == nil {
			out = append(out, RelatedCode{Code: code, Name: sp.Name})
			continue
		}
		if !errors.Is(err, store.ErrNotFound) {
			return nil, fault("service.Resources.related", code, err)
		}
		page, err := s.Records.Specialisms.Find(ctx, store.Query{Where: []store.Cond{store.Where("class_code", code)}, Limit: 1})
		if err != nil {
			return nil, fault("service.Resources.related", code, err)
		}
		if len(page.Items) > 0 {
			out = append(out, RelatedCode{Code: code, Name: page.Items[0].ClassName, Class: true})
		}
	}
	return out, nil
}

func (d documents) resources(ctx context.Context, recs []portal.Resource) ([]search.Document, error) {
	entries, err := (&Resources{Rooms: d.Rooms}).joined(ctx, portal.System, recs)
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(entries))
	for i, e := range entries {
		r := e.Resource
		var related []string
		for _, code := range e.Related {
			related = append(related, code.Code, code.Name)
		}
		opened := r.OpenedAt
		if opened.IsZero() {
			opened = r.CreatedAt
		}
		docs[i] = search.Document{ID: r.ID, Version: r.Version,
			Texts: map[string][]string{"name": {r.Name}, "holder": compact(e.Holder.Name, e.Holder.NameEn), "about": compact(r.Text, r.Hours, r.Terms),
				"related": related, "place": compact(r.Address, string(r.District))},
			Facets: map[string][]string{"kind": {string(r.Kind)}, "cluster": compact(string(e.Cluster)), "open_to": strs(r.OpenTo), "charge": compact(string(r.Charge)),
				"certainty": {string(r.Origin.Certainty)}, "college": compact(recordOf(r, portal.OfCollege)), "enterprise": compact(recordOf(r, portal.OfEnterprise)),
				"public": flag(r.Public())},
			Numbers: measured(map[string]float64{"capacity": quantity(r.Capacity), "opened": float64(opened.Unix())}),
		}
	}
	return docs, nil
}

// touchHeld touches the resources of a college or enterprise, which show its name.
func (d documents) touchHeld(ctx context.Context, record string, touch func(string, string)) error {
	return d.Records.Resources.All(ctx, []store.Cond{store.Where("record", record)}, func(r *portal.Resource) error {
		touch(ResourcesIndex, r.ID)
		return nil
	})
}

// shownAlone is a record no other document shows.
func shownAlone[T any](context.Context, string, *T, func(string, string)) error { return nil }
