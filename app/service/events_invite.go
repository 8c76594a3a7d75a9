package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Suggestion is a need with the colleges the match suggests for it, the best first.
type Suggestion struct {
	NeedEntry
	Colleges []SuggestedCollege
	Degraded bool
}

// SuggestedCollege is a college by its programme that fits a need best.
type SuggestedCollege struct {
	Offered match.Offered
	Claimed bool // somebody of it is on the portal
	Asked   bool // the need has been proposed to it already
}

// The most needs of one invitation.
const suggestionsMost = 20

// Suggest returns the colleges to invite for open needs.
func (e *Events) Suggest(ctx context.Context, v portal.Viewer, id string, needs []string) ([]Suggestion, error) {
	if !portal.CanFollowEvents(v) {
		return nil, fault("service.Events.Suggest", id, portal.ErrNotFound)
	}
	all, err := e.invitations(ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := e.needs.entries(v)(ctx, needs[:min(len(needs), suggestionsMost)])
	if err != nil {
		return nil, err
	}
	var out []Suggestion
	for _, n := range entries {
		if !n.Need.OpenAt(e.Clock()) {
			continue
		}
		s := Suggestion{NeedEntry: n}
		var offered []match.Offered
		if offered, s.Degraded, err = e.colleges(ctx, v, n.Need); err != nil {
			return nil, err
		}
		for _, o := range offered {
			claimed, err := e.claimed(ctx, portal.CollegeOrganisation(o.Offer.College.ID))
			if err != nil {
				return nil, err
			}
			asked := slices.ContainsFunc(all, func(inv portal.Invitation) bool {
				return inv.Record == o.Offer.College.ID && slices.ContainsFunc(inv.Offers, func(p portal.Proposal) bool { return p.Need == n.Need.ID })
			})
			s.Colleges = append(s.Colleges, SuggestedCollege{o, claimed, asked})
		}
		out = append(out, s)
	}
	return out, nil
}

// colleges are the colleges that fit a need best, each by its best programme.
func (e *Events) colleges(ctx context.Context, v portal.Viewer, n portal.Need) ([]match.Offered, bool, error) {
	answer, err := e.match.Rank(ctx, v, NeedOf(n))
	if err != nil {
		return nil, false, err
	}
	offered := slices.Clone(answer.Answer.Offered) // in an order of its own, so that no college leads everywhere
	slices.SortStableFunc(offered, func(a, b match.Offered) int { return cmp.Compare(b.S, a.S) })
	seen := map[string]bool{}
	offered = slices.DeleteFunc(offered, func(o match.Offered) bool {
		again := seen[o.Offer.College.ID]
		seen[o.Offer.College.ID] = true
		return again
	})
	return offered[:min(len(offered), portal.ListMost)], answer.Degraded, nil
}

// claimed reports whether an organisation is on the portal.
func (e *Events) claimed(ctx context.Context, organisation string) (bool, error) {
	_, err := e.Records.Organisations.Get(ctx, organisation)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, fault("service.Events.claimed", organisation, err)
}

// Choice is a need and the colleges to invite for it.
type Choice struct {
	Need     string
	Colleges []string
}

// Invite proposes needs to colleges and invites both sides. Done twice it is done once, so
// that one that broke off half-way is simply sent again. It returns how many proposals were
// made.
func (e *Events) Invite(ctx context.Context, v portal.Viewer, id string, choices []Choice) (int, error) {
	proposals, fictional, err := e.proposals(ctx, v, choices)
	if err != nil {
		return 0, err
	}
	rec, err := e.act(ctx, v, id, 0, portal.InviteTo, "event.invite", func(rec *portal.Event) error {
		if len(proposals) == 0 {
			return portal.Invalid{{Field: "needs", Key: "event.choose_colleges"}}
		}
		rec.Invited(e.Clock().UTC())
		if fictional {
			rec.Origin = portal.Origin{Certainty: portal.Demo, Source: demoSource}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, p := range proposals {
		if err := e.propose(ctx, v, rec, p); err != nil {
			return 0, err
		}
	}
	return len(proposals), nil
}

// proposals makes the proposals of what was chosen: the match says by which programme, and
// how well they fit.
func (e *Events) proposals(ctx context.Context, v portal.Viewer, choices []Choice) (out []portal.Proposal, fictional bool, err error) {
	if !portal.CanFollowEvents(v) {
		return nil, false, portal.ErrNotFound
	}
	if len(choices) > suggestionsMost {
		return nil, false, portal.Invalid{{Field: "needs", Key: "event.needs_most", Args: []any{suggestionsMost}}}
	}
	for _, c := range choices {
		if len(c.Colleges) == 0 {
			continue
		}
		n, err := e.Records.Needs.Get(ctx, c.Need)
		if errors.Is(err, store.ErrNotFound) || err == nil && !n.OpenAt(e.Clock()) {
			return nil, false, portal.Invalid{{Field: "needs", Key: "intention.need_closed"}}
		}
		if err != nil {
			return nil, false, fault("service.Events.proposals", c.Need, err)
		}
		fictional = fictional || n.Origin.Fictional()
		offered, _, err := e.colleges(ctx, v, n)
		if err != nil {
			return nil, false, err
		}
		for _, college := range c.Colleges {
			i := slices.IndexFunc(offered, func(o match.Offered) bool { return o.Offer.College.ID == college })
			if i < 0 {
				return nil, false, portal.Invalid{{Field: "needs", Key: "event.not_suggested"}}
			}
			p := offered[i].Offer.Programme
			out = append(out, portal.Proposal{Need: n.ID, Title: n.Title, Anonymous: n.Anonymous, Enterprise: n.EnterpriseID, College: college, Programme: p.ID, Name: p.Name, S: offered[i].S})
		}
	}
	return out, fictional, nil
}

// propose adds a proposal to the invitations of its two sides, and makes them where there
// are none.
func (e *Events) propose(ctx context.Context, v portal.Viewer, rec portal.Event, p portal.Proposal) error {
	college, err := e.Records.Colleges.Get(ctx, p.College)
	if err != nil {
		return fault("service.Events.propose", p.College, err)
	}
	enterprise, err := e.Records.Enterprises.Get(ctx, p.Enterprise)
	if err != nil {
		return fault("service.Events.propose", p.Enterprise, err)
	}
	to := portal.Invitation{Kind: portal.OfCollege, Record: p.College, Name: college.Name, Organisation: portal.CollegeOrganisation(p.College)}
	err = e.invite(ctx, v, rec, to, func(inv *portal.Invitation) bool {
		if slices.Contains(inv.Offers, p) {
			return false
		}
		inv.Propose(p)
		return true
	})
	if err != nil {
		return err
	}
	to = portal.Invitation{Kind: portal.OfEnterprise, Record: p.Enterprise, Name: enterprise.Name, Organisation: portal.EnterpriseOrganisation(p.Enterprise)}
	return e.invite(ctx, v, rec, to, func(inv *portal.Invitation) bool {
		if slices.Contains(inv.Needs, p.Need) {
			return false
		}
		inv.Needs = append(inv.Needs, p.Need)
		inv.Renew()
		return true
	})
}

// errNothingNew ends a change that would change nothing.
var errNothingNew = errors.New("nothing new")

// invite makes an invitation, or changes the one there is, and tells its people if change
// says that there is something new.
func (e *Events) invite(ctx context.Context, v portal.Viewer, rec portal.Event, to portal.Invitation, change func(*portal.Invitation) bool) error {
	to.ID, to.Event, to.State, to.Origin = portal.InvitationID(rec.ID, to.Organisation), rec.ID, portal.InvitationSent, rec.Origin
	fresh := to
	change(&fresh)
	err := created(ctx, e.Rooms, e.Records.Invitations, v, "event.invite", &fresh)
	if errors.Is(err, portal.ErrDuplicate) {
		fresh, err = changed(ctx, e.Rooms, e.Records.Invitations, v, to.ID, "event.propose", func(inv *portal.Invitation) error {
			if !change(inv) {
				return errNothingNew
			}
			inv.Origin = rec.Origin
			return nil
		})
	}
	if errors.Is(err, errNothingNew) {
		return nil
	}
	if err != nil {
		return err
	}
	return e.tell(ctx, rec, to.Organisation, "event.invited", rec.Deadline, strconv.Itoa(max(len(fresh.Needs), len(fresh.Offers))))
}
