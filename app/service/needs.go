package service

import (
	"context"
	"errors"
	"math"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Needs is what people do with needs (需求).
type Needs struct {
	Rooms
	match      *Match
	notices    *Notices
	operations *operated[portal.Need, *portal.Need]
}

// NeedEntry is a need as the viewer may see it: Enterprise is the zero value when the
// need is anonymous to them.
type NeedEntry struct {
	Need       portal.Need
	Enterprise portal.Enterprise
	Industry   string
}

// Directory describes the public list.
func (n *Needs) Directory() Directory {
	return Directory{Index: NeedsIndex,
		Facets:  []string{"industry", "level", "mode", "district", "covered", "certainty"},
		Filters: []string{"enterprise", "specialism"},
		Sorts: []Sort{
			{"newest", []search.Order{{Field: "published", Desc: true}}},
			{"headcount", []search.Order{{Field: "headcount", Desc: true}}},
			{"expires", []search.Order{{Field: "expires"}}},
		},
		Plain: Plain{Name: "title", Facets: map[string]string{"certainty": "certainty"}, Sort: "published_at", Desc: true, Scope: n.plainScope}}
}

// scope is what the viewer may find at all.
func (n *Needs) scope(v portal.Viewer) search.Filter {
	if v.IsSystem() {
		return nil
	}
	return search.And{
		search.Eq("status", string(portal.NeedOpen)),
		search.Between{Field: "expires", Low: float64(n.Clock().Unix() + 1), High: math.Inf(1)},
	}
}

// plainScope is scope in the fields of the store.
func (n *Needs) plainScope(v portal.Viewer) []store.Cond {
	if v.IsSystem() {
		return nil
	}
	return []store.Cond{store.Where("status", portal.NeedOpen), store.Between("expires_at", n.Clock().Add(time.Second), nil)}
}

// List returns one page of the directory.
func (n *Needs) List(ctx context.Context, v portal.Viewer, l Listing) (Found[NeedEntry], error) {
	return listed(ctx, n.Engine, n.Directory(), n.Records.Needs, v, n.scope(v), l, n.entries(v))
}

// Each walks all needs of a listing in its order.
func (n *Needs) Each(ctx context.Context, v portal.Viewer, l Listing, fn func(NeedEntry) error) error {
	return each(ctx, n.Engine, n.Directory(), n.scope(v), l, n.entries(v), fn)
}

// entries loads needs as the viewer may see them; what they may not see is left out,
// whatever the index said.
func (n *Needs) entries(v portal.Viewer) func(ctx context.Context, ids []string) ([]NeedEntry, error) {
	return func(ctx context.Context, ids []string) ([]NeedEntry, error) {
		recs, err := n.Records.Needs.GetMany(ctx, ids)
		if err != nil {
			return nil, fault("service.Needs", "entries", err)
		}
		enterprises, err := byID(ctx, n.Records.Enterprises, recs, func(r portal.Need) string { return r.EnterpriseID })
		if err != nil {
			return nil, fault("service.Needs", "enterprises", err)
		}
		now := n.Clock()
		out := make([]NeedEntry, 0, len(recs))
		for _, rec := range recs {
			if portal.CanSeeNeed(v, rec, now) {
				out = append(out, n.entry(v, rec, enterprises[rec.EnterpriseID]))
			}
		}
		return out, nil
	}
}

func (n *Needs) entry(v portal.Viewer, rec portal.Need, e portal.Enterprise) NeedEntry {
	entry := NeedEntry{Need: rec, Industry: n.Taxonomy.IndustryName(rec.Industry)}
	entry.Need.Trail, entry.Need.Internship = portal.Trail{}, withoutConfirmation(rec.Internship) // these name people, and who asks
	if portal.CanNameEnterprise(v, rec) {
		entry.Enterprise = e
	} else {
		entry.Need.EnterpriseID = ""
	}
	return entry
}

// Show returns a need the viewer may see; its match is Match.Rank of NeedOf.
func (n *Needs) Show(ctx context.Context, v portal.Viewer, id string) (NeedEntry, error) {
	rec, err := n.Records.Needs.Get(ctx, id)
	if err != nil {
		return NeedEntry{}, fault("service.Needs.Show", id, err)
	}
	if !portal.CanSeeNeed(v, rec, n.Clock()) {
		return NeedEntry{}, fault("service.Needs.Show", id, portal.ErrNotFound)
	}
	e, err := n.Records.Enterprises.Get(ctx, rec.EnterpriseID)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // it enters the directory when it is verified
		return NeedEntry{}, fault("service.Needs.Show", id, err)
	}
	return n.entry(v, rec, e), nil
}

// withoutConfirmation leaves out who confirmed the check of an internship.
func withoutConfirmation(i *portal.Internship) *portal.Internship {
	if i == nil {
		return nil
	}
	return &portal.Internship{Pay: i.Pay, Wage: i.Wage}
}

// needsFitting returns the newest open needs the specialism fits.
func needsFitting(ctx context.Context, r Rooms, v portal.Viewer, code string, most int) (Found[NeedEntry], error) {
	return relatedNeeds(ctx, r, v, "specialism", code, most)
}

// relatedNeeds returns the newest open needs with a value that only the index knows;
// none, and Degraded, when the search engine does not answer.
func relatedNeeds(ctx context.Context, r Rooms, v portal.Viewer, field, value string, most int) (Found[NeedEntry], error) {
	needs := &Needs{Rooms: r}
	found, err := needs.List(ctx, v, Listing{Refine: map[string][]string{field: {value}}, Size: most})
	if err != nil && unanswered(ctx, err) {
		return Found[NeedEntry]{Degraded: true}, nil
	}
	return found, err
}
