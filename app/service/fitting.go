package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// NeedFit is an open need with the score and the reasons by which a programme fits it.
type NeedFit struct {
	NeedEntry
	Offered match.Offered
}

// How many needs of a specialism are compared for a programme, and how many of them are
// shown.
const (
	fittingCompared = 30
	fittingShown    = 10
)

// Fitting is the match the other way round: the open needs a programme fits, the best
// first. Only its college and the office see it. degraded says that the search engine did
// not answer, so that none could be found.
func (m *Match) Fitting(ctx context.Context, v portal.Viewer, programme string) (fits []NeedFit, degraded bool, err error) {
	college, code := portal.SplitProgrammeID(programme)
	if !portal.CanFollowProgramme(v, college) {
		return nil, false, fault("service.Match.Fitting", programme, portal.ErrNotFound)
	}
	offers := m.Roster.Offers([]string{code})
	offers = slices.DeleteFunc(slices.Clone(offers), func(o match.Offer) bool { return o.Programme.ID != programme })
	if len(offers) == 0 {
		return nil, false, nil // it is so new that the roster has not heard of it
	}
	found, err := needsFitting(ctx, m.Rooms, v, code, fittingCompared)
	if err != nil {
		return nil, false, err
	}
	for _, e := range found.Items {
		offered, ok, err := m.offered(ctx, NeedOf(e.Need), offers)
		if err != nil {
			return nil, false, err
		}
		if ok {
			fits = append(fits, NeedFit{e, offered})
		}
	}
	slices.SortFunc(fits, func(a, b NeedFit) int {
		return cmp.Or(cmp.Compare(b.Offered.S, a.Offered.S), cmp.Compare(a.Need.ID, b.Need.ID))
	})
	return fits[:min(len(fits), fittingShown)], found.Degraded, nil
}

// offered scores one programme for a need, as the match of the need would; ok is false
// where a hard condition takes it out, or where the need does not ask for it.
func (m *Match) offered(ctx context.Context, n match.Need, offers []match.Offer) (match.Offered, bool, error) {
	ranked, err := m.Ranking(ctx, portal.System, n, match.DefaultWeights())
	if err != nil {
		return match.Offered{}, false, err
	}
	a := match.Programmes(n, ranked[:min(len(ranked), specialismsKept)], offers, nil, match.DefaultWeights())
	if len(a.Offered) == 0 {
		return match.Offered{}, false, nil
	}
	return a.Offered[0], true, nil
}

// FittingCollege returns a page of the open needs that fit any programme of the viewer's
// college, the newest first.
func (n *Needs) FittingCollege(ctx context.Context, v portal.Viewer, page int) (Found[NeedEntry], error) {
	if !v.Of(portal.OfCollege) {
		return Found[NeedEntry]{}, fault("service.Needs.FittingCollege", v.Record, portal.ErrNotFound)
	}
	var codes []string
	own, err := collect(ctx, n.Records.Programmes, store.Where("college_id", v.Record))
	for _, p := range own {
		codes = append(codes, p.Code)
	}
	if err != nil || len(codes) == 0 {
		return Found[NeedEntry]{}, fault("service.Needs.FittingCollege", v.Record, err)
	}
	found, err := n.List(ctx, v, Listing{Refine: map[string][]string{"specialism": codes}, Page: page})
	if err != nil && unanswered(ctx, err) {
		return Found[NeedEntry]{Degraded: true}, nil
	}
	return found, err
}
