package web

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/calendar"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// timetableSection lists meetings by time: those of one party, or all where the
// organisation is empty.
func (s *site) timetableSection(r *request, e service.EventEntry, all []portal.Meeting, organisation string) views.Section {
	say, ev := s.say(r.lang), e.Event
	sec := views.Section{ID: "timetable", Title: say("event.timetable"), Print: true}
	if organisation != "" && organisation == r.viewer.Organisation {
		sec.Actions = []views.Link{{Text: say("event.ics"), URL: r.to(eventPath(ev.ID) + "/timetable.ics")}}
	}
	if len(all) == 0 {
		sec.Print, sec.Actions, sec.Empty = false, nil, &views.Empty{Text: say("event.timetable.none")}
		return sec
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("event.column.from")}, {Text: say("event.column.table"), Number: true}, {Text: say("noun.enterprise")}, {Text: say("noun.need")},
		{Text: say("noun.college")}, {Text: say("noun.programme")}, {Text: say("column.state")}}}
	for _, m := range all {
		row := views.Row{Name: views.Link{Text: m.From.In(portal.Shanghai).Format("15:04") + "—" + m.To.In(portal.Shanghai).Format("15:04"), URL: r.to(meetingPath(m))}, Note: say("event.round", m.Round), Cells: []views.Cell{
			{Label: say("event.column.table"), Text: itoa(m.Table), Number: true}, r.hanCell(say, say("noun.enterprise"), m.EnterpriseName), r.hanCell(say, say("noun.need"), m.Title),
			r.hanCell(say, say("noun.college"), m.CollegeName), r.hanCell(say, say("noun.programme"), m.Name), {Label: say("column.state"), Text: s.meetingState(r, m)}}}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	return sec
}

// meetingState is where a meeting stands in words: cancelled, held, or who did not come.
func (s *site) meetingState(r *request, m portal.Meeting) string {
	say := s.say(r.lang)
	switch {
	case m.State == portal.MeetingCancelled:
		return say("meeting.state.cancelled")
	case m.Held():
		return say("meeting.held")
	case m.EnterpriseCame == portal.Absent && m.CollegeCame == portal.Absent:
		return say("meeting.nobody")
	case m.EnterpriseCame == portal.Absent:
		return say("meeting.no_enterprise")
	case m.CollegeCame == portal.Absent:
		return say("meeting.no_college")
	}
	return say("meeting.state.planned")
}

func meetingPath(m portal.Meeting) string {
	return eventPath(m.Event) + "/meetings/" + url.PathEscape(m.ID)
}

// meetingPage is one meeting: who meets whom about what, and who came.
func (s *site) meetingPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	ev, m, err := s.Services.Events.Meeting(ctx, r.viewer, r.Params("id"), r.Params("meeting"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, m.EnterpriseName+" × "+m.CollegeName)
	p.HeadingLang, p.Kind, p.Lead, p.State, p.Badge = r.han(), say("noun.meeting"), ev.Title, s.meetingState(r, m), badge(say, m.Origin)
	p.Links = []views.Link{{Text: say("event.back"), URL: r.to(eventPath(ev.ID))}}
	p.Summary = []views.Fact{fact(views.Cell{Label: say("event.column.from"), Text: period(m.From, m.To)}), fact(views.Cell{Label: say("event.column.table"), Text: itoa(m.Table)}),
		fact(r.hanCell(say, say("event.form.place"), ev.Place)), fact(linkCell(say("noun.need"), r.name(m.Title, "", r.to("/needs/"+url.PathEscape(m.Need))))),
		fact(linkCell(say("noun.programme"), r.name(m.Name, "", r.to("/programmes/"+url.PathEscape(m.Programme))))),
		fact(views.Cell{Label: say("event.column.score"), Text: say("event.percent", int(math.Round(100*m.S)))})}
	came := views.Section{ID: "came", Title: say("meeting.came"), Note: say("meeting.came.note")}
	came.Facts = []views.Fact{fact(views.Cell{Label: say("event.form.enterprise_came"), Text: say("presence." + orElse(string(m.EnterpriseCame), "none"))}),
		fact(views.Cell{Label: say("event.form.college_came"), Text: say("presence." + orElse(string(m.CollegeCame), "none"))})}
	switch {
	case m.Intention != "":
		came.Facts = append(came.Facts, fact(linkCell(say("noun.intention"), views.Link{Text: say("meeting.intention"), URL: r.to("/desk/intentions/" + url.PathEscape(m.Intention))})))
	case m.Settling:
		came.Facts = append(came.Facts, fact(views.Cell{Label: say("noun.intention"), Text: say("meeting.settling")}))
	case m.Unsent != "":
		came.Facts = append(came.Facts, views.Fact{Cell: views.Cell{Label: say("noun.intention"), Text: say("meeting.unsent")}, Note: say(m.Unsent)})
	}
	if m.CanAttend(r.viewer, ev, s.Clock()) {
		opts := options(say, "presence.", portal.Presences[:])
		f := s.form(r, meetingPath(m), "form.save", must(choice(s.eventField(r, "select", "enterprise_came", string(m.EnterpriseCame)), append([]views.Option{}, opts...)...)),
			must(choice(s.eventField(r, "select", "college_came", string(m.CollegeCame)), opts...)))
		f.ID, f.Hidden = "attend", []views.Hidden{{Name: "version", Value: strconv.FormatInt(m.Version, 10)}}
		came.Forms = []views.Form{*f}
	}
	p.Sections = []views.Section{came, s.historySection(r, m.Events)}
	return p, nil
}

func (s *site) showMeeting(ctx context.Context, r *request) error {
	p, err := s.meetingPage(ctx, r)
	return s.shown(r, p, err)
}

// attendMeeting notes who came; the intention a held meeting becomes is sent with the
// reasons of the match.
func (s *site) attendMeeting(ctx context.Context, r *request) error {
	_, m, err := s.Services.Events.Meeting(ctx, r.viewer, r.Params("id"), r.Params("meeting"))
	if err != nil {
		return err
	}
	a := service.Attendance{Enterprise: portal.Presence(r.value("enterprise_came")), College: portal.Presence(r.value("college_came"))}
	need, err := s.Services.Needs.Show(ctx, r.viewer, m.Need)
	if err == nil {
		a.Reasons, err = s.reasons(ctx, r, approach{draft: service.IntentionDraft{Need: m.Need, Programmes: []string{m.Programme}}, needs: []service.NeedEntry{need}})
	}
	if err != nil && !errors.Is(err, portal.ErrNotFound) {
		return err
	}
	m, err = s.Services.Events.Attend(ctx, r.viewer, m.Event, m.ID, r.version(), a)
	if err == nil {
		flash := "saved"
		if m.Intention != "" {
			flash = "meeting_intention"
		}
		return s.done(r, flash, meetingPath(m))
	}
	return s.sentBack(r, err, "event.moved_on", func() (views.Desk, error) { return s.meetingPage(ctx, r) })
}

// sendTimetable is a party's timetable for its calendar.
func (s *site) sendTimetable(ctx context.Context, r *request) error {
	e, err := s.Services.Events.Party(ctx, r.viewer, r.Params("id"), r.viewer.Organisation)
	if err == nil && e.Event.Published.IsZero() {
		err = portal.ErrNotFound
	}
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	var entries []calendar.Entry
	for _, m := range e.Meetings {
		with := m.EnterpriseName
		if e.Invitation.Kind == portal.OfEnterprise {
			with = m.CollegeName
		}
		entries = append(entries, calendar.Entry{UID: m.ID + "@liangcheng", Title: say("event.ics.title", e.Event.Title, with), Note: say("event.ics.note", m.Title, m.Name), Place: say("event.ics.place", e.Event.Place, m.Table),
			URL: s.BaseURL + r.to(meetingPath(m)), From: m.From, Until: m.To, Changed: m.ChangedAt, Version: int(m.Version), Cancelled: m.State == portal.MeetingCancelled})
	}
	var out bytes.Buffer
	if err := calendar.Write(&out, e.Event.Title, entries); err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, calendar.Type)
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="timetable.ics"`)
	return r.Send(out.Bytes())
}

// sendEventWorkbook is the whole timetable as a workbook, for the office.
func (s *site) sendEventWorkbook(ctx context.Context, r *request) error {
	file, err := s.Services.Events.Workbook(ctx, r.viewer, r.lang, r.Params("id"))
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.say(r.lang)("event.timetable")+".xlsx", file)
}
