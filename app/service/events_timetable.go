package service

import (
	"context"
	"errors"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// EventFile is everything the office knows of an event.
type EventFile struct {
	EventEntry
	Invitations []portal.Invitation
	Claimed     map[string]bool // organisations that are on the portal
	Meetings    []portal.Meeting
	Plan        EventPlan // what would be published now, while parties answer
}

// EventPlan is a timetable that could be published.
type EventPlan struct {
	Timetable []portal.Placed
	Audit     match.Stability
	Problems  portal.Invalid // why it cannot be
}

// Follow returns everything of an event to the office.
func (e *Events) Follow(ctx context.Context, v portal.Viewer, id string) (EventFile, error) {
	var f EventFile
	if !portal.CanFollowEvents(v) {
		return f, fault("service.Events.Follow", id, portal.ErrNotFound)
	}
	rec, err := e.Records.Events.Get(ctx, id)
	if err != nil {
		return f, fault("service.Events.Follow", id, err)
	}
	if f.EventEntry, err = e.entry(ctx, v, rec); err != nil {
		return f, err
	}
	f.Event.Trail = rec.Trail
	if f.Invitations, err = e.invitations(ctx, id); err != nil {
		return f, err
	}
	ids := make([]string, len(f.Invitations))
	for i, inv := range f.Invitations {
		ids[i] = inv.Organisation
	}
	orgs, err := e.Records.Organisations.GetMany(ctx, ids)
	if err != nil {
		return f, fault("service.Events.Follow", id, err)
	}
	f.Claimed = map[string]bool{}
	for _, o := range orgs {
		f.Claimed[o.ID] = true
	}
	if f.Meetings, err = collect(ctx, e.Records.Meetings, store.Where("event", id)); err != nil {
		return f, err
	}
	slices.SortFunc(f.Meetings, byRound)
	if rec.State == portal.EventInviting {
		f.Plan, err = e.plan(ctx, rec, f.Invitations)
	}
	return f, err
}

// plan pairs the parties that take part and finds the meetings a round and a table. Needs
// that are open no more are left out.
func (e *Events) plan(ctx context.Context, rec portal.Event, all []portal.Invitation) (EventPlan, error) {
	sides := sidesOf(all)
	needs, err := byID(ctx, e.Records.Needs, sides.live, func(p portal.Proposal) string { return p.Need })
	if err != nil {
		return EventPlan{}, fault("service.Events.plan", rec.ID, err)
	}
	sides.live = slices.DeleteFunc(sides.live, func(p portal.Proposal) bool { return !needs[p.Need].OpenAt(e.Clock()) })
	return newPlan(rec, sides), nil
}

// sides are the parties that take part, and the proposals between them.
type sides struct {
	colleges, enterprises []portal.Invitation
	live                  []portal.Proposal
}

func sidesOf(all []portal.Invitation) (s sides) {
	in := map[string]bool{}
	for _, inv := range all {
		switch {
		case inv.State != portal.InvitationAccepted:
		case inv.Kind == portal.OfCollege:
			s.colleges = append(s.colleges, inv)
		default:
			s.enterprises, in[inv.Record] = append(s.enterprises, inv), true
		}
	}
	for _, inv := range s.colleges {
		for _, p := range inv.Offers {
			if in[p.Enterprise] {
				s.live = append(s.live, p)
			}
		}
	}
	return s
}

// market is the sides as the pairing sees them.
func (s sides) market() match.Market {
	m := match.Market{Colleges: make([]match.Seeker, len(s.colleges)), Enterprises: make([]match.Seeker, len(s.enterprises))}
	places := map[string]int{}
	for t, p := range s.live {
		places[p.Key()] = t
		m.Ties = append(m.Ties, match.Tie{
			College:    slices.IndexFunc(s.colleges, func(inv portal.Invitation) bool { return inv.Record == p.College }),
			Enterprise: slices.IndexFunc(s.enterprises, func(inv portal.Invitation) bool { return inv.Record == p.Enterprise })})
	}
	seeks := func(inv portal.Invitation) match.Seeker {
		mine := slices.DeleteFunc(slices.Clone(s.live), func(p portal.Proposal) bool { return p.College != inv.Record && p.Enterprise != inv.Record })
		out := match.Seeker{Most: inv.Most}
		for _, p := range inv.List(mine) {
			out.List = append(out.List, places[p.Key()])
		}
		return out
	}
	for i, inv := range s.colleges {
		m.Colleges[i] = seeks(inv)
	}
	for i, inv := range s.enterprises {
		m.Enterprises[i] = seeks(inv)
	}
	return m
}

// newPlan pairs the sides, audits the pairing and lays it out.
func newPlan(rec portal.Event, s sides) EventPlan {
	m := s.market()
	chosen := m.Pair()
	plan := EventPlan{Audit: m.Audit(chosen)}
	ties := make([]match.Tie, len(chosen))
	for i, t := range chosen {
		ties[i] = m.Ties[t]
	}
	slots, misfit := match.Timetable(ties, rec.Rounds, rec.Tables)
	plan.Problems = s.problems(plan.Audit, misfit)
	for i, slot := range slots {
		plan.Timetable = append(plan.Timetable, portal.Placed{Proposal: s.live[chosen[i]], Round: slot.Round + 1, Table: slot.Table + 1})
	}
	return plan
}

// pairing is what the audit found, as it is kept.
func (p EventPlan) pairing() portal.Pairing {
	a := p.Audit
	return portal.Pairing{Colleges: a.Colleges, Enterprises: a.Enterprises, Wanted: a.Wanted, Chosen: a.Chosen, Blocking: len(a.Blocking)}
}

// problems say why a plan cannot be published: which party has too many meetings, or what
// is missing.
func (s sides) problems(audit match.Stability, misfit *match.Misfit) (bad portal.Invalid) {
	switch {
	case len(s.colleges) == 0 || len(s.enterprises) == 0:
		bad.Add("publish", "event.nobody", len(s.enterprises), len(s.colleges))
	case audit.Chosen == 0:
		bad.Add("publish", "event.no_meetings")
	}
	if !audit.Stable() {
		bad.Add("publish", "event.unstable", len(audit.Blocking)+len(audit.Wrong))
	}
	if misfit == nil {
		return bad
	}
	for _, o := range misfit.Over {
		side := s.colleges
		if o.Enterprise {
			side = s.enterprises
		}
		bad.Add("publish", "event.over", side[o.Party].Name, o.Meetings, misfit.Rounds)
	}
	if tables := misfit.MissingTables(); tables > 0 {
		bad.Add("publish", "event.short", misfit.Meetings, misfit.Rounds, misfit.Tables, misfit.Rounds*misfit.Tables, tables, misfit.MissingRounds())
	}
	return bad
}

// Publish computes the timetable of what has been answered and makes it known to its
// parties, or says why there is none. Of two who publish at once the second is told.
func (e *Events) Publish(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Event, error) {
	f, err := e.Follow(ctx, v, id)
	if err != nil {
		return portal.Event{}, err
	}
	_, err = e.act(ctx, v, id, version, portal.PublishEvent, "event.publish", func(rec *portal.Event) error {
		if rec.Version != f.Event.Version {
			return portal.ErrConflict // the plan is of another record
		}
		if err := f.Plan.Problems.Err(); err != nil {
			return err
		}
		rec.Publish(f.Plan.Timetable, f.Plan.pairing(), e.Clock().UTC())
		return nil
	})
	if err != nil {
		return portal.Event{}, err
	}
	return e.settle(ctx, v, id)
}

// settle makes the meetings of a timetable that was published and tells the parties, or
// cancels those of an event that was called off. Each step is harmless when done twice, so
// that whoever finds it unfinished goes on.
func (e *Events) settle(ctx context.Context, v portal.Viewer, id string) (portal.Event, error) {
	rec, err := e.Records.Events.Fresh(ctx, id)
	if err != nil || !rec.Settling {
		return rec, fault("service.Events.settle", id, err)
	}
	if rec.State == portal.EventCancelled {
		err = e.Records.Meetings.All(ctx, []store.Cond{store.Where("event", id)}, func(m *portal.Meeting) error { return e.cancelMeeting(ctx, v, m.ID) })
		err = fault("service.Events.settle", id, err)
	} else {
		err = errors.Join(e.makeMeetings(ctx, v, rec), e.tellPublished(ctx, rec))
	}
	if err != nil {
		return rec, err
	}
	return changed(ctx, e.Rooms, e.Records.Events, v, id, "event.settled", func(rec *portal.Event) error { rec.Settling = false; return nil })
}

// makeMeetings makes the meetings of a published timetable.
func (e *Events) makeMeetings(ctx context.Context, v portal.Viewer, rec portal.Event) error {
	all, err := e.invitations(ctx, rec.ID)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, inv := range all {
		names[inv.Organisation] = inv.Name
	}
	for n, p := range rec.Timetable {
		m := portal.Meeting{Meta: portal.Meta{ID: portal.MeetingID(rec.ID, n+1)}, Event: rec.ID, Placed: p, State: portal.MeetingPlanned,
			EnterpriseName: names[portal.EnterpriseOrganisation(p.Enterprise)], CollegeName: names[portal.CollegeOrganisation(p.College)],
			From: rec.RoundAt(p.Round), To: rec.RoundAt(p.Round + 1), Origin: rec.Origin}
		err := created(ctx, e.Rooms, e.Records.Meetings, v, "meeting.plan", &m)
		if err != nil && !errors.Is(err, portal.ErrDuplicate) {
			return err
		}
	}
	return nil
}

// tellPublished tells each party that takes part of its meetings, or that it has none.
func (e *Events) tellPublished(ctx context.Context, rec portal.Event) error {
	all, err := e.invitations(ctx, rec.ID)
	errs := []error{err}
	for _, inv := range all {
		if inv.State != portal.InvitationAccepted {
			continue
		}
		kind := "event.unmatched"
		if slices.ContainsFunc(rec.Timetable, func(p portal.Placed) bool { return p.College == inv.Record || p.Enterprise == inv.Record }) {
			kind = "event.published"
		}
		errs = append(errs, e.tell(ctx, rec, inv.Organisation, kind))
	}
	return errors.Join(errs...)
}
