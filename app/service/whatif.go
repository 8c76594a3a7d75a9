package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
)

// CollegeChanges is what a college would have to change to serve a need.
type CollegeChanges struct {
	College portal.College
	match.WhatIf
}

// Changes is the match of a need asked from the other end: what a college would have to
// change to serve it better. Only the college and the office learn it.
func (m *Match) Changes(ctx context.Context, v portal.Viewer, need, college string) (CollegeChanges, error) {
	var out CollegeChanges
	rec, err := m.Records.Needs.Get(ctx, need)
	if err == nil && (!portal.CanSeeNeed(v, rec, m.Clock()) || !portal.CanFollowProgramme(v, college)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return out, fault("service.Match.Changes", need, err)
	}
	if out.College, err = m.Records.Colleges.Get(ctx, college); err != nil {
		return out, fault("service.Match.Changes", college, err)
	}
	n := NeedOf(rec)
	ranked, err := m.Ranking(ctx, portal.System, n, match.DefaultWeights())
	if err != nil {
		return out, err
	}
	offers := m.Roster.offersBy(college)
	common := match.Offer{College: out.College}
	if len(offers) > 0 {
		common.Reported, common.Declared = offers[0].Reported, offers[0].Declared
	}
	out.WhatIf = match.What(n, ranked[:min(len(ranked), specialismsKept)], common, offers, match.DefaultWeights())
	return out, nil
}

// offersBy returns the programmes of a college.
func (r *Roster) offersBy(college string) []match.Offer {
	r.mu.RLock()
	var codes []string
	if c := r.colleges[college]; c != nil {
		for id := range c.programmes {
			_, code := portal.SplitProgrammeID(id)
			codes = append(codes, code)
		}
	}
	r.mu.RUnlock()
	slices.Sort(codes)
	return slices.DeleteFunc(r.Offers(codes), func(o match.Offer) bool { return o.College.ID != college })
}

// Colleges returns the colleges that have programmes, by cluster and name.
func (r *Roster) Colleges() []portal.College {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []portal.College
	for _, c := range r.colleges {
		if c.college.ID != "" && len(c.programmes) > 0 {
			out = append(out, c.college)
		}
	}
	slices.SortFunc(out, func(a, b portal.College) int {
		return cmp.Or(cmp.Compare(clusterRank(a.Cluster), clusterRank(b.Cluster)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}
