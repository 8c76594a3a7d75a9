package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// EventParty is a party of an event with what concerns it.
type EventParty struct {
	EventEntry
	Invitation portal.Invitation
	Proposals  []ProposalEntry // in the order of its list, those struck out last
	Meetings   []portal.Meeting
	Claimed    bool // somebody of the party is on the portal
}

// ProposalEntry is a proposal as a party may see it. The names of the other side, and the
// match with its reasons, are empty where they cannot be told.
type ProposalEntry struct {
	portal.Proposal
	CollegeName, EnterpriseName string
	Need                        portal.Need
	Offered                     *match.Offered
}

// Mine lists the events an organisation is invited to, the latest first.
func (e *Events) Mine(ctx context.Context, v portal.Viewer) ([]EventParty, error) {
	if !v.Of(portal.OfCollege) && !v.Of(portal.OfEnterprise) {
		return nil, fault("service.Events.Mine", v.Organisation, portal.ErrNotFound)
	}
	all, err := collect(ctx, e.Records.Invitations, store.Where("organisation", v.Organisation))
	if err != nil {
		return nil, err
	}
	var out []EventParty
	for _, inv := range all {
		rec, err := e.Records.Events.Get(ctx, inv.Event)
		if err != nil {
			return nil, fault("service.Events.Mine", inv.Event, err)
		}
		entry := EventParty{EventEntry: EventEntry{Event: rec.For(v)}, Invitation: inv, Claimed: true}
		if entry.Meetings, err = e.meetings(ctx, inv); err != nil {
			return nil, err
		}
		out = append(out, entry)
	}
	slices.SortFunc(out, func(a, b EventParty) int {
		return cmp.Or(cmp.Compare(b.Event.Day, a.Event.Day), cmp.Compare(a.Event.ID, b.Event.ID))
	})
	return out, nil
}

// Party returns what concerns one party of an event: to itself and to the office.
func (e *Events) Party(ctx context.Context, v portal.Viewer, id, organisation string) (EventParty, error) {
	var out EventParty
	rec, inv, err := e.party(ctx, v, id, organisation)
	if err != nil {
		return out, err
	}
	if out.EventEntry, err = e.entry(ctx, v, rec); err != nil {
		return out, err
	}
	if out.Claimed, err = e.claimed(ctx, organisation); err != nil {
		return out, err
	}
	if out.Meetings, err = e.meetings(ctx, inv); err != nil {
		return out, err
	}
	out.Invitation = inv
	proposed, err := e.proposedTo(ctx, inv)
	if err != nil {
		return out, err
	}
	list := inv.List(proposed)
	for _, p := range proposed {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	out.Proposals, err = e.explained(ctx, v, list)
	return out, err
}

func (e *Events) party(ctx context.Context, v portal.Viewer, id, organisation string) (rec portal.Event, inv portal.Invitation, err error) {
	if inv, err = e.Records.Invitations.Get(ctx, portal.InvitationID(id, organisation)); err == nil && !portal.CanSeeInvitation(v, inv) {
		err = portal.ErrNotFound
	}
	if err == nil {
		rec, err = e.Records.Events.Get(ctx, id)
	}
	return rec, inv, fault("service.Events.party", id+" "+organisation, err)
}

// proposedTo are the proposals made to a party: those of an enterprise stand in the
// invitations of the colleges.
func (e *Events) proposedTo(ctx context.Context, inv portal.Invitation) ([]portal.Proposal, error) {
	if inv.Kind == portal.OfCollege {
		return inv.Offers, nil
	}
	all, err := e.invitations(ctx, inv.Event)
	var out []portal.Proposal
	for _, other := range all {
		for _, p := range other.Offers {
			if p.Enterprise == inv.Record && other.State != portal.InvitationDeclined {
				out = append(out, p)
			}
		}
	}
	return out, err
}

// explained adds the names and the reasons to proposals. Who asks anonymously is named to
// itself and the office.
func (e *Events) explained(ctx context.Context, v portal.Viewer, list []portal.Proposal) ([]ProposalEntry, error) {
	needs, err := byID(ctx, e.Records.Needs, list, func(p portal.Proposal) string { return p.Need })
	if err != nil {
		return nil, fault("service.Events.explained", "needs", err)
	}
	colleges, err := byID(ctx, e.Records.Colleges, list, func(p portal.Proposal) string { return p.College })
	if err != nil {
		return nil, fault("service.Events.explained", "colleges", err)
	}
	enterprises, err := byID(ctx, e.Records.Enterprises, list, func(p portal.Proposal) string { return p.Enterprise })
	if err != nil {
		return nil, fault("service.Events.explained", "enterprises", err)
	}
	answers := map[string][]match.Offered{}
	var out []ProposalEntry
	for _, p := range list {
		entry := ProposalEntry{Proposal: p, CollegeName: colleges[p.College].Name, Need: needs[p.Need]}
		entry.Need.Trail, entry.Need.Internship = portal.Trail{}, nil
		if n := entry.Need; !p.Anonymous || n.ID != "" && portal.CanFollowNeed(v, n) {
			entry.EnterpriseName = enterprises[p.Enterprise].Name
		}
		if _, asked := answers[p.Need]; !asked && entry.Need.ID != "" {
			answer, err := e.match.Rank(ctx, v, NeedOf(entry.Need))
			if err != nil {
				return nil, err
			}
			answers[p.Need] = answer.Answer.Offered
		}
		for i, o := range answers[p.Need] {
			if o.Offer.Programme.ID == p.Programme {
				entry.Offered = &answers[p.Need][i]
			}
		}
		out = append(out, entry)
	}
	return out, nil
}

// meetings are those of a party, by time.
func (e *Events) meetings(ctx context.Context, inv portal.Invitation) ([]portal.Meeting, error) {
	all, err := collect(ctx, e.Records.Meetings, store.Where("event", inv.Event), store.Where(string(inv.Kind), inv.Record))
	slices.SortFunc(all, byRound)
	return all, err
}

func byRound(a, b portal.Meeting) int {
	return cmp.Or(cmp.Compare(a.Round, b.Round), cmp.Compare(a.Table, b.Table), cmp.Compare(a.ID, b.ID))
}

// Wishes are what a party answers: how many meetings at most, and the rank of proposals by
// their key, 0 for one it does not want.
type Wishes struct {
	Most  int
	Ranks map[string]int
}

// Accept takes part, or changes the wishes; until the last day of answers.
func (e *Events) Accept(ctx context.Context, v portal.Viewer, id, organisation string, version int64, w Wishes) (portal.Invitation, error) {
	return e.answer(ctx, v, id, organisation, version, portal.AnswerInvitation, "event.accept", func(rec portal.Event, inv *portal.Invitation, proposed []portal.Proposal) error {
		return inv.Accept(rec, proposed, w.Most, w.Ranks, e.Clock().UTC())
	})
}

// Decline does not take part.
func (e *Events) Decline(ctx context.Context, v portal.Viewer, id, organisation string, version int64, note string) (portal.Invitation, error) {
	return e.answer(ctx, v, id, organisation, version, portal.AnswerInvitation, "event.decline", func(_ portal.Event, inv *portal.Invitation, _ []portal.Proposal) error {
		return inv.Decline(strings.TrimSpace(note), e.Clock().UTC())
	})
}

// Leave takes back an acceptance after the timetable was published: the party's meetings
// that have not begun are cancelled and the others told, all else stays as it is.
func (e *Events) Leave(ctx context.Context, v portal.Viewer, id, organisation string, version int64, note string) error {
	inv, err := e.answer(ctx, v, id, organisation, version, portal.LeaveEvent, "event.leave", func(_ portal.Event, inv *portal.Invitation, _ []portal.Proposal) error {
		return inv.Leave(strings.TrimSpace(note), e.Clock().UTC())
	})
	if err != nil {
		return err
	}
	return e.cancelled(ctx, v, inv.ID)
}

func (e *Events) answer(ctx context.Context, v portal.Viewer, id, organisation string, version int64, act portal.InvitationAct, action string,
	fn func(portal.Event, *portal.Invitation, []portal.Proposal) error) (portal.Invitation, error) {

	rec, inv, err := e.party(ctx, v, id, organisation)
	if err != nil {
		return inv, err
	}
	claimed, err := e.claimed(ctx, organisation)
	if err != nil {
		return inv, err
	}
	proposed, err := e.proposedTo(ctx, inv)
	if err != nil {
		return inv, err
	}
	return changed(ctx, e.Rooms, e.Records.Invitations, v, inv.ID, action, func(inv *portal.Invitation) error {
		switch {
		case !(inv.Of(v) && v.CanSpeak()) && !(portal.CanMakeEvents(v) && !claimed):
			return portal.ErrForbidden
		case version != 0 && inv.Version != version, !inv.Can(v, act, rec, claimed, e.Clock()):
			return portal.ErrConflict
		}
		return fn(rec, inv, proposed)
	})
}

// cancelled cancels the meetings of a party that left, and tells the other sides. Done
// twice it is done once.
func (e *Events) cancelled(ctx context.Context, v portal.Viewer, invitation string) error {
	inv, err := e.Records.Invitations.Fresh(ctx, invitation)
	if err != nil || !inv.Settling {
		return fault("service.Events.cancelled", invitation, err)
	}
	rec, err := e.Records.Events.Get(ctx, inv.Event)
	if err != nil {
		return fault("service.Events.cancelled", inv.Event, err)
	}
	all, err := e.meetings(ctx, inv)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.State == portal.MeetingCancelled || !m.From.After(e.Clock()) {
			continue
		}
		for _, other := range m.Organisations() {
			if other == inv.Organisation {
				continue
			}
			if err := e.tell(ctx, rec, other, "event.left", inv.Name, m.From.In(portal.Shanghai).Format("15:04")); err != nil {
				return err
			}
		}
		if err := e.cancelMeeting(ctx, v, m.ID); err != nil {
			return err
		}
	}
	_, err = changed(ctx, e.Rooms, e.Records.Invitations, v, inv.ID, "event.left", func(inv *portal.Invitation) error { inv.Settling = false; return nil })
	return err
}

// cancelMeeting cancels a meeting that has not begun.
func (e *Events) cancelMeeting(ctx context.Context, v portal.Viewer, id string) error {
	_, err := changed(ctx, e.Rooms, e.Records.Meetings, v, id, "meeting.cancel", func(m *portal.Meeting) error {
		if m.State == portal.MeetingCancelled || !m.From.After(e.Clock()) {
			return errNothingNew
		}
		m.Cancel()
		return nil
	})
	if errors.Is(err, errNothingNew) {
		return nil
	}
	return err
}
