package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// eventsPerPage is how many events a list shows: a handful are held each year.
const eventsPerPage = 30

// eventPath is the address of an event for those who work on it.
func eventPath(id string) string { return "/desk/events/" + url.PathEscape(id) }

// listEvents shows everybody the events there are, the latest first.
func (s *site) listEvents(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	page, err := s.Services.Events.List(ctx, portal.Visitor, r.Query("after"), eventsPerPage)
	if err != nil {
		return err
	}
	p := views.Desk{Page: s.page(r, say("events.heading")), Heading: say("events.heading"), Lead: say("events.lead")}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
	sec := s.eventList(r, page.Items, func(e portal.Event) string { return "/events/" + url.PathEscape(e.ID) })
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/events") + "?after=" + url.QueryEscape(page.Next)}
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("events.none"), Steps: []views.Link{{Text: say("event.how"), URL: r.to("/help") + "#events"}}}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// eventList is a table of events.
func (s *site) eventList(r *request, entries []service.EventEntry, path func(portal.Event) string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "events", Title: say("events.all")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.event")}, {Text: say("event.form.day")}, {Text: say("event.form.place")}, {Text: say("column.state")}, {Text: say("event.meetings"), Number: true}}}
	for _, e := range entries {
		ev := e.Event
		meetings := unknownNumber(say, say("event.meetings"))
		if !ev.Published.IsZero() {
			meetings = views.Cell{Label: say("event.meetings"), Text: itoa(e.Meetings), Number: true}
		} else {
			meetings.Text = say("event.not_published")
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(ev.Title, "", r.to(path(ev))), Badge: badge(say, ev.Origin), Cells: []views.Cell{
			{Label: say("event.form.day"), Text: ev.Day + " " + ev.Start}, r.hanCell(say, say("event.form.place"), ev.Place),
			{Label: say("column.state"), Text: say("event.state." + string(ev.State))}, meetings}})
	}
	return sec
}

// showEvent is what everybody may know of an event.
func (s *site) showEvent(ctx context.Context, r *request) error {
	e, err := s.Services.Events.Show(ctx, portal.Visitor, r.Params("id"))
	if err != nil {
		return err
	}
	say, ev := s.say(r.lang), e.Event
	p := views.Detail{Page: s.page(r, ev.Title), Kind: say("noun.event"), Heading: ev.Title, HeadingLang: r.han(), Badge: badge(say, ev.Origin), Source: source(say, ev.Origin), Lead: ev.About, LeadLang: r.han()}
	p.Crumbs = s.crumbs(r, "events", views.Link{Text: ev.Title, Lang: r.han()})
	p.Summary = s.eventFacts(r, e)
	if ev.State == portal.EventCancelled {
		p.Notices = append(p.Notices, say("event.was_cancelled", ev.Reason))
	}
	p.Sections = []views.Section{s.eventLife(r, ev), {ID: "how", Title: say("event.how"), Prose: []string{say("event.how.text1"), say("event.how.text2")}}}
	if v := r.viewer; v.Of(portal.OfCollege) || v.Of(portal.OfEnterprise) || v.CanAnalyse() {
		p.Actions = []views.Link{{Text: say("event.to_desk"), URL: r.to("/desk/events")}}
	}
	return s.render(r, "detail", "", p)
}

// eventFacts are when and where an event is, and how its meetings are laid out.
func (s *site) eventFacts(r *request, e service.EventEntry) []views.Fact {
	say, ev := s.say(r.lang), e.Event
	facts := []views.Fact{
		fact(views.Cell{Label: say("column.state"), Text: say("event.state." + string(ev.State))}),
		fact(views.Cell{Label: say("event.form.day"), Text: period(ev.RoundAt(1), ev.Ends())}),
		fact(r.hanCell(say, say("event.form.place"), ev.Place)),
		fact(views.Cell{Label: say("event.layout"), Text: say("event.layout.of", ev.Rounds, ev.Minutes, ev.Tables)}),
	}
	if ev.State == portal.EventInviting {
		facts = append(facts, fact(views.Cell{Label: say("event.form.deadline"), Text: ev.Deadline}))
	}
	if !ev.Published.IsZero() {
		facts = append(facts, fact(views.Cell{Label: say("event.meetings"), Text: say("event.meetings.of", e.Meetings)}))
	}
	var industries []string
	for _, code := range ev.Industries {
		if i, ok := s.Services.Industries.Get(code); ok {
			industries = append(industries, i.Code+" "+i.Name)
		}
	}
	if len(industries) > 0 {
		facts = append(facts, fact(views.Cell{Label: say("event.form.industries"), Tags: industries, Lang: r.han()}))
	}
	return facts
}

// eventLife shows how far an event has come.
func (s *site) eventLife(r *request, ev portal.Event) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "life", Title: say("event.life")}
	var life []portal.EventState
	for _, state := range portal.EventStates {
		was := state == portal.EventDraft || state == portal.EventInviting && ev.Public() || state == portal.EventScheduled && !ev.Published.IsZero()
		if ev.State == state || was || ev.State != portal.EventCancelled && state != portal.EventCancelled {
			life = append(life, state)
		}
	}
	at := slices.Index(life, ev.State)
	for i, state := range life {
		step := views.Step{Text: say("event.state." + string(state)), State: "to_come"}
		switch {
		case i < at:
			step.State = "done"
		case i == at:
			step.State = "now"
		}
		switch {
		case state == portal.EventInviting && ev.Public():
			step.When, step.Machine = day(ev.InvitedAt), day(ev.InvitedAt)
		case state == portal.EventScheduled && !ev.Published.IsZero():
			step.When, step.Machine = day(ev.Published), day(ev.Published)
		case state == portal.EventHeld && i <= at:
			step.When, step.Machine = ev.Day, ev.Day
		case state == portal.EventCancelled:
			step.Note = ev.Reason
		}
		step.Word = say("partnership.step." + step.State)
		sec.Timeline = append(sec.Timeline, step)
	}
	return sec
}

// listDeskEvents shows the office all events, and a party those it is invited to.
func (s *site) listDeskEvents(ctx context.Context, r *request) error {
	say, v := s.say(r.lang), r.viewer
	p := s.deskPage(ctx, r, say("tab.desk.events"))
	if !v.CanAnalyse() {
		mine, err := s.Services.Events.Mine(ctx, v)
		if err != nil {
			return err
		}
		p.Sections = []views.Section{s.ownEvents(r, mine)}
		return s.render(r, "desk", "", p)
	}
	page, err := s.Services.Events.List(ctx, v, r.Query("after"), eventsPerPage)
	if err != nil {
		return err
	}
	sec := s.eventList(r, page.Items, func(e portal.Event) string { return eventPath(e.ID) })
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/desk/events") + "?after=" + url.QueryEscape(page.Next)}
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("events.none")}
	}
	if portal.CanMakeEvents(v) {
		sec.Actions = []views.Link{{Text: say("event.new"), URL: r.to("/desk/events/new")}}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// ownEvents lists the events a party is invited to with what it has answered.
func (s *site) ownEvents(r *request, mine []service.EventParty) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "events", Title: say("events.mine"), More: &views.Link{Text: say("events.public"), URL: r.to("/events")}}
	if len(mine) == 0 {
		sec.Empty = &views.Empty{Text: say("events.not_invited"), Steps: []views.Link{{Text: say("event.how"), URL: r.to("/help") + "#events"}}}
		return sec
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.event")}, {Text: say("event.form.day")}, {Text: say("column.state")}, {Text: say("event.your_answer")}, {Text: say("event.your_meetings"), Number: true}}}
	for _, m := range mine {
		ev := m.Event
		answer := say("invitation.state." + string(m.Invitation.State))
		if m.Invitation.State == portal.InvitationSent && ev.State == portal.EventInviting {
			answer = strings.TrimSpace(answer + " " + say("event.until", ev.Deadline))
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(ev.Title, "", r.to(eventPath(ev.ID))), Note: ev.Place, Badge: badge(say, ev.Origin), Cells: []views.Cell{
			{Label: say("event.form.day"), Text: ev.Day + " " + ev.Start}, {Label: say("column.state"), Text: say("event.state." + string(ev.State))},
			{Label: say("event.your_answer"), Text: answer}, {Label: say("event.your_meetings"), Text: itoa(len(m.Meetings)), Number: true}}})
	}
	return sec
}
