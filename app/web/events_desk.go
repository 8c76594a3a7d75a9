package web

import (
	"context"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showDeskEvent is an event for those who work on it: the office, or a party.
func (s *site) showDeskEvent(ctx context.Context, r *request) error {
	p, err := s.deskEventPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) deskEventPage(ctx context.Context, r *request) (views.Desk, error) {
	if !r.viewer.CanAnalyse() {
		return s.partyPage(ctx, r, r.viewer.Organisation)
	}
	say, v := s.say(r.lang), r.viewer
	f, err := s.Services.Events.Follow(ctx, v, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	ev := f.Event
	p := s.deskPage(ctx, r, ev.Title)
	p.HeadingLang, p.Kind, p.State, p.Badge, p.Lead = r.han(), say("noun.event"), say("event.state."+string(ev.State)), badge(say, ev.Origin), ev.About
	if ev.Settling {
		p.Notices = append(p.Notices, say("event.settling"))
	}
	if ev.State == portal.EventCancelled {
		p.Notices = append(p.Notices, say("event.was_cancelled", ev.Reason))
	}
	p.Summary = s.eventFacts(r, f.EventEntry)
	if ev.Public() {
		p.Links = []views.Link{{Text: say("need.public_page"), URL: r.to("/events/" + ev.ID)}}
	}
	acts, end := s.eventActs(r, ev)
	p.Sections = append(p.Sections, s.eventLife(r, ev))
	if len(acts.Forms)+len(acts.Actions) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	if ev.State == portal.EventInviting {
		p.Sections = append(p.Sections, s.planSection(r, f))
	}
	if !ev.Published.IsZero() {
		p.Sections = append(p.Sections, s.auditSection(r, ev), s.timetableSection(r, f.EventEntry, f.Meetings, ""))
	}
	p.Sections = append(p.Sections, s.invitedSection(r, f))
	if ev.State == portal.EventHeld || ev.State == portal.EventClosed {
		c, err := s.Services.Events.Converted(ctx, v, ev.ID)
		if err != nil {
			return p, err
		}
		p.Sections = append(p.Sections, s.conversionSection(r, c))
	}
	p.Sections = append(p.Sections, s.historySection(r, ev.Events))
	if len(end.Forms) > 0 {
		p.Sections = append(p.Sections, end)
	}
	return p, nil
}

// eventActs are what the office can do now to bring the event on, and to end it.
func (s *site) eventActs(r *request, ev portal.Event) (acts, end views.Section) {
	say, v, now := s.say(r.lang), r.viewer, s.Clock()
	acts, end = views.Section{ID: "acts", Title: say("need.acts")}, views.Section{ID: "end", Title: say("event.ending")}
	add := func(sec *views.Section, act portal.EventAct, look, confirm string, fields ...views.Field) {
		if !ev.Can(v, act, now) {
			return
		}
		f := s.form(r, eventPath(ev.ID)+"/"+string(act), "event.do."+string(act), fields...)
		f.ID, f.Look, f.Confirm, f.Hidden = string(act), look, confirm, []views.Hidden{{Name: "version", Value: strconv.FormatInt(ev.Version, 10)}}
		sec.Forms = append(sec.Forms, *f)
	}
	link := func(may bool, key, path string) {
		if may {
			acts.Actions = append(acts.Actions, views.Link{Text: say(key), URL: r.to(eventPath(ev.ID) + path)})
		}
	}
	link(ev.Can(v, portal.InviteTo, now), "event.invite", "/invite")
	link(ev.Can(v, portal.EditEvent, now), "event.edit", "/edit")
	link(ev.Public(), "event.seats", "/seats")
	link(!ev.Published.IsZero(), "event.workbook", "/timetable.xlsx")
	add(&acts, portal.PublishEvent, "", say("event.publish_sure"))
	add(&acts, portal.CloseEvent, "quiet", say("event.close_sure"))
	add(&end, portal.CancelEvent, "danger", "", must(s.eventField(r, "area", "reason", "")))
	return acts, end
}

// planSection says what would be published now, or why nothing can be.
func (s *site) planSection(r *request, f service.EventFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "f-publish", Title: say("event.plan")} // where the summary of errors leads
	waiting := 0
	for _, inv := range f.Invitations {
		if inv.State == portal.InvitationSent {
			waiting++
		}
	}
	sec.Prose = []string{say("event.plan.waiting", waiting, f.Event.Deadline)}
	if len(f.Plan.Problems) == 0 {
		a := f.Plan.Audit
		sec.Prose = append(sec.Prose, say("event.plan.of", len(f.Plan.Timetable), a.Enterprises, a.Colleges, a.Wanted))
		return sec
	}
	for _, problem := range f.Plan.Problems {
		sec.Prose = append(sec.Prose, say(problem.Key, problem.Args...))
	}
	return sec
}

// auditSection is the outcome of the audit of a published timetable, with what was checked.
func (s *site) auditSection(r *request, ev portal.Event) views.Section {
	say, a := s.say(r.lang), ev.Pairing
	sec := views.Section{ID: "audit", Title: say("event.audit"), Note: say("event.audit.note")}
	outcome := say("event.audit.none", a.Enterprises, a.Colleges)
	if a.Blocking > 0 {
		outcome = say("event.audit.some", a.Blocking)
	}
	sec.Facts = []views.Fact{{Cell: views.Cell{Label: say("event.audit.outcome"), Text: outcome}, Note: say("event.audit.checked", a.Wanted, a.Wanted-a.Chosen)},
		fact(views.Cell{Label: say("event.meetings"), Text: say("event.meetings.of", a.Chosen)}),
		fact(views.Cell{Label: say("event.audit.rounds"), Text: say("event.audit.rounds.of", ev.Rounds, ev.Tables)})}
	return sec
}

// invitedSection lists the parties with what they have answered.
func (s *site) invitedSection(r *request, f service.EventFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "parties", Title: say("event.parties")}
	if len(f.Invitations) == 0 {
		sec.Empty = &views.Empty{Text: say("event.parties.none")}
		return sec
	}
	meetings := map[string]int{}
	for _, m := range f.Meetings {
		for _, o := range m.Organisations() {
			if m.State == portal.MeetingPlanned {
				meetings[o]++
			}
		}
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("event.party")}, {Text: say("event.party.kind")}, {Text: say("event.answer")}, {Text: say("event.form.most"), Number: true}, {Text: say("event.proposals"), Number: true}, {Text: say("event.meetings"), Number: true}}}
	for _, inv := range f.Invitations {
		proposals := len(inv.Offers)
		for _, other := range f.Invitations {
			for _, p := range other.Offers {
				if inv.Kind == portal.OfEnterprise && p.Enterprise == inv.Record {
					proposals++
				}
			}
		}
		most := unknownNumber(say, say("event.form.most"))
		if inv.Most > 0 {
			most = views.Cell{Label: say("event.form.most"), Text: itoa(inv.Most), Number: true}
		}
		row := views.Row{Name: r.name(inv.Name, "", r.to(partyPath(f.Event.ID, inv.Organisation))), Cells: []views.Cell{
			{Label: say("event.party.kind"), Text: say("kind." + string(inv.Kind))}, {Label: say("event.answer"), Text: say("invitation.state." + string(inv.State))}, most,
			{Label: say("event.proposals"), Text: itoa(proposals), Number: true}, {Label: say("event.meetings"), Text: itoa(meetings[inv.Organisation]), Number: true}}}
		if !f.Claimed[inv.Organisation] {
			row.Note = say("event.unclaimed")
		}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	return sec
}

// eventDone goes back to the event: with a message, with what is wrong, or with what
// somebody else has done meanwhile.
func (s *site) eventDone(ctx context.Context, r *request, err error, flash string) error {
	if err == nil {
		return s.done(r, flash, eventPath(r.Params("id")))
	}
	return s.sentBack(r, err, "event.moved_on", func() (views.Desk, error) { return s.deskEventPage(ctx, r) })
}

func (s *site) publishEvent(ctx context.Context, r *request) error {
	_, err := s.Services.Events.Publish(ctx, r.viewer, r.Params("id"), r.version())
	return s.eventDone(ctx, r, err, "event_published")
}

func (s *site) cancelEvent(ctx context.Context, r *request) error {
	_, err := s.Services.Events.Cancel(ctx, r.viewer, r.Params("id"), r.version(), r.value("reason"))
	return s.eventDone(ctx, r, err, "event_cancelled")
}

func (s *site) closeEvent(ctx context.Context, r *request) error {
	_, err := s.Services.Events.Close(ctx, r.viewer, r.Params("id"), r.version())
	return s.eventDone(ctx, r, err, "saved")
}
