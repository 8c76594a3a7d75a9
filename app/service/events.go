package service

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Events is matchmaking events (对接会): from the invitation to what became of the meetings.
type Events struct {
	Rooms
	notices    *Notices
	match      *Match
	needs      *Needs
	intentions *Intentions
}

// EventDraft is what the office says of an event.
type EventDraft struct {
	Title, About, Place     string
	Day, Start, Deadline    string
	Minutes, Rounds, Tables int
	Industries              []string
}

// EventEntry is an event as the viewer may see it, and how many meetings its timetable has.
type EventEntry struct {
	Event    portal.Event
	Meetings int // planned or held, once the timetable is published
}

// List returns a page of the events the viewer may see, the latest first.
func (e *Events) List(ctx context.Context, v portal.Viewer, after string, most int) (store.Page[EventEntry], error) {
	var out store.Page[EventEntry]
	where := []store.Cond{store.Where("public", true)}
	if portal.CanFollowEvents(v) {
		where = nil
	}
	page, err := e.Records.Events.Find(ctx, store.Query{Where: where, Sort: "day", Desc: true, After: after, Limit: most})
	if err != nil {
		return out, fault("service.Events.List", "", err)
	}
	out.Next = page.Next
	for _, rec := range page.Items {
		entry, err := e.entry(ctx, v, rec)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, entry)
	}
	return out, nil
}

func (e *Events) entry(ctx context.Context, v portal.Viewer, rec portal.Event) (EventEntry, error) {
	n, err := e.Records.Meetings.Count(ctx, store.Where("event", rec.ID), store.Where("state", portal.MeetingPlanned))
	return EventEntry{rec.For(v), int(n)}, fault("service.Events.entry", rec.ID, err)
}

// Show returns what everybody may know of an event.
func (e *Events) Show(ctx context.Context, v portal.Viewer, id string) (EventEntry, error) {
	rec, err := e.Records.Events.Get(ctx, id)
	if err == nil && !portal.CanSeeEvent(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return EventEntry{}, fault("service.Events.Show", id, err)
	}
	return e.entry(ctx, v, rec)
}

// Create makes an event, which nobody is invited to yet.
func (e *Events) Create(ctx context.Context, v portal.Viewer, d EventDraft) (portal.Event, error) {
	if !portal.CanMakeEvents(v) {
		return portal.Event{}, portal.ErrForbidden
	}
	rec := portal.Event{Meta: portal.Meta{ID: newID()}, State: portal.EventDraft, By: v.Person,
		Origin: portal.Origin{Certainty: portal.Verified, Source: officeName, Date: e.today()}}
	if err := e.describe(&rec, d); err != nil {
		return rec, err
	}
	return rec, created(ctx, e.Rooms, e.Records.Events, v, "event.draft", &rec)
}

// describe puts a draft into a record and checks it.
func (e *Events) describe(rec *portal.Event, d EventDraft) error {
	rec.Title, rec.About, rec.Place = strings.TrimSpace(d.Title), strings.TrimSpace(d.About), strings.TrimSpace(d.Place)
	rec.Day, rec.Start, rec.Deadline = d.Day, d.Start, d.Deadline
	rec.Minutes, rec.Rounds, rec.Tables, rec.Industries = d.Minutes, d.Rounds, d.Tables, d.Industries
	var bad portal.Invalid
	for _, code := range d.Industries {
		if !slices.ContainsFunc(e.Taxonomy.Industries, func(i portal.Industry) bool { return i.Code == code }) {
			bad.Add("industries", "problem.unknown_industry", code)
		}
	}
	err := rec.Check(e.Clock())
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	return append(invalid, bad...).Err()
}

// Edit changes an event before its timetable is published. Those invited are told when it
// is elsewhere, or at another time.
func (e *Events) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d EventDraft) (portal.Event, error) {
	moved := false
	rec, err := e.act(ctx, v, id, version, portal.EditEvent, "event.edit", func(rec *portal.Event) error {
		before := *rec
		if err := e.describe(rec, d); err != nil {
			return err
		}
		moved = before.Place != rec.Place || before.RoundAt(1) != rec.RoundAt(1) || before.Ends() != rec.Ends()
		return nil
	})
	if err != nil || !moved || rec.State != portal.EventInviting {
		return rec, err
	}
	return rec, e.tellParties(ctx, rec, "event.changed", portal.InvitationSent, portal.InvitationAccepted)
}

// Cancel calls an event off. Everybody invited is told.
func (e *Events) Cancel(ctx context.Context, v portal.Viewer, id string, version int64, reason string) (portal.Event, error) {
	rec, err := e.act(ctx, v, id, version, portal.CancelEvent, "event.cancel", func(rec *portal.Event) error { return rec.Cancel(strings.TrimSpace(reason)) })
	if err != nil {
		return rec, err
	}
	if err := e.tellParties(ctx, rec, "event.cancelled", portal.InvitationSent, portal.InvitationAccepted); err != nil {
		return rec, err
	}
	return e.settle(ctx, v, id)
}

// Close ends the notes on an event that was held.
func (e *Events) Close(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Event, error) {
	return e.act(ctx, v, id, version, portal.CloseEvent, "event.close", func(rec *portal.Event) error { rec.Close(); return nil })
}

// act changes an event by one of its acts. version is that of the record the person saw,
// 0 for any. What its state no longer allows is a conflict.
func (e *Events) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.EventAct, action string, fn func(*portal.Event) error) (portal.Event, error) {
	return changed(ctx, e.Rooms, e.Records.Events, v, id, action, func(rec *portal.Event) error {
		switch {
		case !portal.CanFollowEvents(v):
			return portal.ErrNotFound
		case !portal.CanMakeEvents(v) && !v.IsSystem():
			return portal.ErrForbidden
		case !rec.Can(v, act, e.Clock()), version != 0 && rec.Version != version:
			return portal.ErrConflict
		}
		return fn(rec)
	})
}

// invitations are all parties of an event, enterprises first, then by name.
func (e *Events) invitations(ctx context.Context, event string) ([]portal.Invitation, error) {
	all, err := collect(ctx, e.Records.Invitations, store.Where("event", event))
	slices.SortFunc(all, func(a, b portal.Invitation) int {
		if a.Kind != b.Kind {
			return -strings.Compare(string(a.Kind), string(b.Kind))
		}
		return strings.Compare(a.Name+a.ID, b.Name+b.ID)
	})
	return all, err
}

// tellParties tells the parties of an event that stand in one of the states.
func (e *Events) tellParties(ctx context.Context, rec portal.Event, kind string, states ...portal.InvitationState) error {
	all, err := e.invitations(ctx, rec.ID)
	if err != nil {
		return err
	}
	var errs []error
	for _, inv := range all {
		if slices.Contains(states, inv.State) {
			errs = append(errs, e.tell(ctx, rec, inv.Organisation, kind))
		}
	}
	return errors.Join(errs...)
}

// tell tells the people of an organisation, where there is one.
func (e *Events) tell(ctx context.Context, rec portal.Event, organisation, kind string, args ...string) error {
	key := rec.ID + "/" + strconv.FormatInt(rec.Version, 10) + strings.Join(args, "/")
	return e.notices.tellAll(ctx, []string{organisation}, key, kind, "/desk/events/"+rec.ID, append([]string{rec.Title, rec.Day}, args...)...)
}

// due moves on what waits for the clock, and finishes what was begun and not ended.
func (e *Events) due(ctx context.Context) error {
	now := e.Clock()
	var errs []error
	over, err := collect(ctx, e.Records.Events, store.Where("state", portal.EventScheduled))
	errs = append(errs, err)
	for _, rec := range over {
		if rec.Can(portal.System, portal.HoldEvent, now) {
			_, err := e.act(ctx, portal.System, rec.ID, 0, portal.HoldEvent, "event.hold", func(rec *portal.Event) error { rec.Hold(); return nil })
			errs = append(errs, err)
		}
	}
	errs = append(errs, unfinished(ctx, e.Records.Events, now, func(rec *portal.Event) error { _, err := e.settle(ctx, portal.System, rec.ID); return err }),
		unfinished(ctx, e.Records.Invitations, now, func(inv *portal.Invitation) error { return e.cancelled(ctx, portal.System, inv.ID) }),
		unfinished(ctx, e.Records.Meetings, now, func(m *portal.Meeting) error { return e.becomes(ctx, portal.System, m.ID, nil) }))
	return errors.Join(errs...)
}

// unfinished calls fn with every record that somebody began to settle and has not ended for a
// while.
func unfinished[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], now time.Time, fn func(*T) error) error {
	all, err := collect(ctx, coll, store.Where("settling", true))
	errs := []error{err}
	for i := range all {
		if now.Sub(P(&all[i]).Head().ChangedAt) >= patience {
			errs = append(errs, fn(&all[i]))
		}
	}
	return errors.Join(errs...)
}
