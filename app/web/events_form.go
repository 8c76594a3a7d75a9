package web

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// eventInput is an event as it was typed, and as the service takes it.
type eventInput struct {
	draft                   service.EventDraft
	minutes, rounds, tables string
	industries              string
	bad                     portal.Invalid
}

func (r *request) eventInput() eventInput {
	in := eventInput{minutes: r.value("minutes"), rounds: r.value("rounds"), tables: r.value("tables"), industries: r.value("industries")}
	in.draft = service.EventDraft{Title: r.value("title"), About: r.value("about"), Place: r.value("place"), Day: r.value("day"), Deadline: r.value("deadline"),
		Start: strings.ReplaceAll(narrow(r.value("start")), "：", ":")}
	if len(in.draft.Start) == len("9:00") {
		in.draft.Start = "0" + in.draft.Start
	}
	for _, n := range []struct {
		field, typed, unit string
		to                 *int
	}{{"minutes", in.minutes, "分钟", &in.draft.Minutes}, {"rounds", in.rounds, "轮", &in.draft.Rounds}, {"tables", in.tables, "张", &in.draft.Tables}} {
		if read := wholeNumber(&in.bad, n.field, n.typed, n.unit); read != nil {
			*n.to = *read
		}
	}
	for _, line := range lines(in.industries) {
		code, _, _ := strings.Cut(line, " ")
		in.draft.Industries = append(in.draft.Industries, strings.ToUpper(code))
	}
	return in
}

// eventInputOf is the form of an event as it is.
func (s *site) eventInputOf(e portal.Event) eventInput {
	in := eventInput{minutes: itoa(e.Minutes), rounds: itoa(e.Rounds), tables: itoa(e.Tables)}
	in.draft = service.EventDraft{Title: e.Title, About: e.About, Place: e.Place, Day: e.Day, Start: e.Start, Deadline: e.Deadline}
	var names []string
	for _, code := range e.Industries {
		if i, ok := s.Services.Industries.Get(code); ok {
			code += " " + i.Name
		}
		names = append(names, code)
	}
	in.industries = strings.Join(names, "\n")
	return in
}

func (s *site) eventField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "event.form.", kind, name, value)
}

func (s *site) eventFormPage(ctx context.Context, r *request, in eventInput, e portal.Event) views.Desk {
	say := s.say(r.lang)
	title, path := say("event.new"), "/desk/events/new"
	if e.ID != "" {
		title, path = say("event.edit"), eventPath(e.ID)+"/edit"
	}
	p := s.deskPage(ctx, r, title)
	if e.ID == "" {
		p.Lead = say("event.new.lead")
	} else {
		p.Lead = e.Title
		if e.State == portal.EventInviting {
			p.Notices = append(p.Notices, say("event.edit.tells"))
		}
	}
	industries := s.eventField(r, "area", "industries", in.industries)
	industries.Rows = 3
	p.Form = s.form(r, path, "form.save", must(s.eventField(r, "text", "title", in.draft.Title)), must(s.eventField(r, "text", "place", in.draft.Place)),
		must(s.eventField(r, "date", "day", in.draft.Day)), must(s.eventField(r, "text", "start", in.draft.Start)), must(s.eventField(r, "number", "minutes", in.minutes)),
		must(s.eventField(r, "number", "rounds", in.rounds)), must(s.eventField(r, "number", "tables", in.tables)), must(s.eventField(r, "date", "deadline", in.draft.Deadline)),
		industries, s.eventField(r, "area", "about", in.draft.About))
	if e.ID != "" {
		p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}}
	}
	return p
}

func (s *site) showNewEvent(ctx context.Context, r *request) error {
	if !portal.CanMakeEvents(r.viewer) {
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.eventFormPage(ctx, r, eventInput{minutes: "15", rounds: "8", tables: "20"}, portal.Event{}))
}

// newEvent tells everything that is wrong at once.
func (s *site) newEvent(ctx context.Context, r *request) error {
	if !portal.CanMakeEvents(r.viewer) {
		return portal.ErrForbidden
	}
	in := r.eventInput()
	rec, err := s.Services.Events.Create(ctx, r.viewer, in.draft)
	if err = in.with(err); err == nil {
		return s.done(r, "saved", eventPath(rec.ID))
	}
	p := s.eventFormPage(ctx, r, in, portal.Event{})
	return s.refused(r, &p, err)
}

// with adds what could not be read to what is wrong with the rest; a number that could not
// be read is not also out of range.
func (in eventInput) with(err error) error {
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	bad := in.bad
	for _, problem := range invalid {
		read := true
		for _, have := range in.bad {
			read = read && have.Field != problem.Field
		}
		if read {
			bad = append(bad, problem)
		}
	}
	return bad.Err()
}

func (s *site) showEventEdit(ctx context.Context, r *request) error {
	f, err := s.Services.Events.Follow(ctx, r.viewer, r.Params("id"))
	switch {
	case err != nil:
		return err
	case !f.Event.Can(r.viewer, portal.EditEvent, s.Clock()):
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.eventFormPage(ctx, r, s.eventInputOf(f.Event), f.Event))
}

func (s *site) editEvent(ctx context.Context, r *request) error {
	f, err := s.Services.Events.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	in := r.eventInput()
	if err = in.bad.Err(); err == nil {
		_, err = s.Services.Events.Edit(ctx, r.viewer, f.Event.ID, r.version(), in.draft)
	}
	if err == nil {
		return s.done(r, "saved", eventPath(f.Event.ID))
	}
	var invalid portal.Invalid
	p := s.eventFormPage(ctx, r, in, f.Event)
	switch {
	case errors.As(err, &invalid):
		p.Form.Hidden[0].Value = r.FormValue("version") // still what the person saw
		return s.refused(r, &p, err)
	case errors.Is(err, portal.ErrConflict) && f.Event.Can(r.viewer, portal.EditEvent, s.Clock()):
		p.Sections = []views.Section{s.theirs(r, append([]views.Fact{fact(r.hanCell(s.say(r.lang), s.say(r.lang)("event.form.title"), f.Event.Title))}, s.eventFacts(r, f.EventEntry)...))}
		return s.late(r, p, "conflict.title")
	}
	return s.eventDone(ctx, r, err, "")
}
