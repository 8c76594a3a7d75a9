package service

import (
	"context"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/search"
)

// DeskDirectory describes the list of the partnerships one works on.
func (p *Partnerships) DeskDirectory() Directory {
	return Directory{Index: PartnershipsIndex,
		Facets:  []string{"stage", "type", "industry", "year", "unit", "certainty"},
		Filters: []string{"college", "enterprise"},
		Sorts: []Sort{
			{"active", []search.Order{{Field: "active", Desc: true}}},
			{"newest", []search.Order{{Field: "added", Desc: true}}},
		}}
}

// Mine returns a page of the partnerships the viewer works on: those of the organisation,
// to the office all that are followed.
func (p *Partnerships) Mine(ctx context.Context, v portal.Viewer, l Listing) (Found[PartnershipEntry], error) {
	scope := search.And{search.In{Field: "stage", Values: strs(portal.PartnershipStages[:])}}
	switch {
	case v.CanAnalyse():
	case v.Organisation == "" || v.Of(portal.Office):
		return Found[PartnershipEntry]{}, fault("service.Partnerships.Mine", "", portal.ErrNotFound)
	default:
		scope = append(scope, search.Eq("party", v.Organisation))
	}
	found, err := list(ctx, p.Engine, p.DeskDirectory(), scope, l, p.entries(v))
	if err != nil && unanswered(ctx, err) {
		return p.mineByRoster(ctx, v, l)
	}
	return found, err
}

// mineByRoster is Mine while the search engine does not answer: by stage, type and words of
// the title alone.
func (p *Partnerships) mineByRoster(ctx context.Context, v portal.Viewer, l Listing) (Found[PartnershipEntry], error) {
	found := Found[PartnershipEntry]{Size: l.size(), Degraded: true}
	organisation := v.Organisation
	if v.CanAnalyse() {
		organisation = ""
	}
	for facet, values := range l.Refine {
		if facet != "stage" && facet != "type" && len(values) > 0 {
			return found, fault("service.Partnerships.Mine", facet, search.ErrDown)
		}
	}
	chosen := func(facet, value string) bool {
		return len(l.Refine[facet]) == 0 || slices.Contains(l.Refine[facet], value)
	}
	var ids []string
	stages := map[string]int{}
	for _, f := range p.Roster.Followed(organisation) {
		if !chosen("type", string(f.Type)) || !strings.Contains(f.Title, strings.TrimSpace(l.Text)) {
			continue
		}
		if stages[string(f.Stage)]++; chosen("stage", string(f.Stage)) {
			ids = append(ids, f.ID)
		}
	}
	counts := make([]search.Count, 0, len(stages))
	for stage, n := range stages {
		counts = append(counts, search.Count{Value: stage, N: n})
	}
	found.Facets = map[string][]search.Count{"stage": counts}
	var err error
	found.Items, err = p.entries(v)(ctx, pageOf(&found, ids, l.Page))
	return found, err
}
