package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Meeting returns one meeting of an event to its two sides and the office.
func (e *Events) Meeting(ctx context.Context, v portal.Viewer, event, id string) (portal.Event, portal.Meeting, error) {
	m, err := e.Records.Meetings.Get(ctx, id)
	if err == nil && (m.Event != event || !portal.CanSeeMeeting(v, m)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Event{}, m, fault("service.Events.Meeting", id, err)
	}
	rec, err := e.Records.Events.Get(ctx, event)
	return rec.For(v), m, fault("service.Events.Meeting", event, err)
}

// Attendance is who came to a meeting, and why the two fit, to go with the intention it
// becomes.
type Attendance struct {
	Enterprise, College portal.Presence
	Reasons             []portal.MatchReason
}

// Attend notes who came to a meeting. One that was held becomes an intention.
func (e *Events) Attend(ctx context.Context, v portal.Viewer, event, id string, version int64, a Attendance) (portal.Meeting, error) {
	rec, _, err := e.Meeting(ctx, v, event, id)
	if err != nil {
		return portal.Meeting{}, err
	}
	m, err := changed(ctx, e.Rooms, e.Records.Meetings, v, id, "meeting.attend", func(m *portal.Meeting) error {
		switch {
		case !(m.Has(v) && v.CanSpeak()) && !portal.CanMakeEvents(v):
			return portal.ErrForbidden
		case version != 0 && m.Version != version, !m.CanAttend(v, rec, e.Clock()):
			return portal.ErrConflict
		}
		return m.Attend(a.Enterprise, a.College)
	})
	if err != nil || !m.Settling {
		return m, err
	}
	if err := e.becomes(ctx, v, id, a.Reasons); err != nil {
		return m, err
	}
	m, err = e.Records.Meetings.Fresh(ctx, id)
	return m, fault("service.Events.Attend", id, err)
}

// becomes makes an intention of a held meeting, or finds the one the two have already, or
// notes why there can be none. Done twice it is done once: the intention is named after
// the meeting.
func (e *Events) becomes(ctx context.Context, v portal.Viewer, id string, reasons []portal.MatchReason) error {
	m, err := e.Records.Meetings.Fresh(ctx, id)
	if err != nil || !m.Settling {
		return fault("service.Events.becomes", id, err)
	}
	intention, err := e.standing(ctx, m)
	if err != nil {
		return err
	}
	unsent := ""
	if intention == "" {
		var invalid portal.Invalid
		intention, err = e.send(ctx, v, m, reasons)
		switch {
		case errors.As(err, &invalid):
			intention, unsent = "", invalid[0].Key
		case err != nil:
			return err
		}
	}
	_, err = changed(ctx, e.Rooms, e.Records.Meetings, v, id, "meeting.become", func(m *portal.Meeting) error { m.Became(intention, unsent); return nil })
	return err
}

// standing is the intention about the need that the two have already: one that waits, or
// was accepted.
func (e *Events) standing(ctx context.Context, m portal.Meeting) (string, error) {
	all, err := collect(ctx, e.Records.Intentions, store.Where("college", m.College), store.Where("enterprise", m.Enterprise))
	for _, in := range all {
		if in.Need == m.Need && (in.State == portal.IntentionAccepted || in.State.Waits() && in.DueAt.After(e.Clock())) {
			return in.ID, err
		}
	}
	return "", err
}

// send sends the intention of a held meeting: from the side that noted it, from the
// enterprise where the office did.
func (e *Events) send(ctx context.Context, v portal.Viewer, m portal.Meeting, reasons []portal.MatchReason) (string, error) {
	rec, err := e.Records.Events.Get(ctx, m.Event)
	if err != nil {
		return "", fault("service.Events.send", m.Event, err)
	}
	need, err := e.Records.Needs.Get(ctx, m.Need)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", fault("service.Events.send", m.Need, err)
	}
	from := portal.Viewer{Person: v.Person, Organisation: portal.EnterpriseOrganisation(m.Enterprise), Kind: portal.OfEnterprise, Record: m.Enterprise, State: portal.OrganisationVerified}
	if v.Of(portal.OfCollege) {
		from.Organisation, from.Kind, from.Record = portal.CollegeOrganisation(m.College), portal.OfCollege, m.College
	}
	d := IntentionDraft{Need: m.Need, Programmes: []string{m.Programme}, Mode: portal.PracticeBase, Reasons: reasons, Text: e.Words("zh-CN", "event.intention_text", rec.Title, rec.Day)}
	if len(need.Modes) > 0 {
		d.Mode = need.Modes[0]
	}
	return e.intentions.met(ctx, v, from, metID(m.ID), d)
}

// metID is the id of the intention a meeting becomes.
func metID(meeting string) string {
	if rest, demo := strings.CutPrefix(meeting, demoPrefix); demo {
		return demoPrefix + "met-" + rest
	}
	return "met-" + meeting
}

// met sends an intention of that id for a side whose meeting was held. Both sides are told,
// but not the one whose person v is.
func (i *Intentions) met(ctx context.Context, v, from portal.Viewer, id string, d IntentionDraft) (string, error) {
	in, err := i.draft(ctx, from, d)
	if err != nil {
		return "", err
	}
	in.ID = id
	err = created(ctx, i.Rooms, i.Records.Intentions, v, "intention.send", &in)
	if err != nil && !errors.Is(err, portal.ErrDuplicate) {
		return "", err
	}
	if err := i.tell(ctx, in, in.To(), "intention.sent"); err != nil {
		return "", err
	}
	sender, err := i.organisation(ctx, in, in.From)
	if err != nil || v.Organisation == from.Organisation {
		return id, err
	}
	return id, i.notices.about(ctx, sender.Members, in.ID, "event.intention", "/desk/intentions/"+in.ID, in.Programmes[0].Name)
}

// Steps are what becomes of a held meeting, one after the other.
type Step string

const (
	StepAccepted Step = "accepted" // its intention
	StepBegun    Step = "begun"    // a partnership
	StepSigned   Step = "signed"   // its agreement
)

// Steps lists them in the order of a life.
var Steps = [...]Step{StepAccepted, StepBegun, StepSigned}

// ConversionDays are the days after an event at which is counted.
var ConversionDays = [...]int{30, 90, 180}

// Conversion is what became of the meetings of an event that were held.
type Conversion struct {
	Event portal.Event
	Held  []HeldMeeting
}

// HeldMeeting is a held meeting with the days on which its steps were reached, YYYY-MM-DD.
type HeldMeeting struct {
	portal.Meeting
	State       portal.IntentionState
	Partnership string
	On          map[Step]string
}

// By is the day until which steps count, so many days after the event.
func (c Conversion) By(days int) string {
	return c.Event.RoundAt(1).In(portal.Shanghai).AddDate(0, 0, days).Format("2006-01-02")
}

// Reached are the held meetings that had reached a step by then.
func (c Conversion) Reached(step Step, days int) []HeldMeeting {
	return slices.DeleteFunc(slices.Clone(c.Held), func(m HeldMeeting) bool { return m.On[step] == "" || m.On[step] > c.By(days) })
}

// Converted tells the office what became of the meetings of an event.
func (e *Events) Converted(ctx context.Context, v portal.Viewer, id string) (Conversion, error) {
	var out Conversion
	f, err := e.Follow(ctx, v, id)
	if err != nil {
		return out, err
	}
	out.Event = f.Event
	for _, m := range f.Meetings {
		if !m.Held() {
			continue
		}
		h := HeldMeeting{Meeting: m, On: map[Step]string{}}
		if m.Intention != "" {
			if err := e.follow(ctx, &h); err != nil {
				return out, err
			}
		}
		out.Held = append(out.Held, h)
	}
	return out, nil
}

// follow finds out how far the intention of a meeting has led.
func (e *Events) follow(ctx context.Context, h *HeldMeeting) error {
	in, err := e.Records.Intentions.Get(ctx, h.Intention)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fault("service.Events.follow", h.Intention, err)
	}
	if h.State = in.State; in.State != portal.IntentionAccepted {
		return nil
	}
	const layout = "2006-01-02"
	h.On[StepAccepted], h.Partnership = in.AnsweredAt.In(portal.Shanghai).Format(layout), in.Partnership
	p, err := e.Records.Partnerships.Get(ctx, in.Partnership)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fault("service.Events.follow", in.Partnership, err)
	}
	h.On[StepBegun] = p.Begun.In(portal.Shanghai).Format(layout)
	if p.Year != 0 { // of its agreement, from the signature on
		h.On[StepSigned] = p.Agreement.SignedOn
	}
	return nil
}
