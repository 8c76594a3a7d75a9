package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// bookingInput is a request for use as it was typed, and as the service takes it.
type bookingInput struct {
	draft            service.BookingDraft
	from, to, people string
	bad              portal.Invalid
}

func (r *request) bookingInput() bookingInput {
	in := bookingInput{from: r.value("from"), to: r.value("to"), people: r.value("people")}
	in.draft = service.BookingDraft{Resource: r.value("resource"), Purpose: r.value("purpose"), Text: r.value("text"), From: in.time("from", in.from), To: in.time("to", in.to)}
	if n := wholeNumber(&in.bad, "people", in.people, "人"); n != nil {
		in.draft.People = *n
	}
	return in
}

// time reads a time of Shanghai as browsers send it, or as people type it where the
// browser has no field for times.
func (in *bookingInput) time(field, typed string) time.Time {
	if typed == "" {
		return time.Time{}
	}
	plain := strings.NewReplacer("T", " ", "：", ":", "/", "-").Replace(narrow(typed))
	for _, layout := range []string{"2006-01-02 15:04", "2006-1-2 15:04", time.DateTime} {
		if t, err := time.ParseInLocation(layout, plain, portal.Shanghai); err == nil {
			return t
		}
	}
	in.bad.Add(field, "booking.bad_time")
	return time.Time{}
}

func (s *site) bookingField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "booking.form.", kind, name, value)
}

// bookingFormPage asks for the use of a resource.
func (s *site) bookingFormPage(ctx context.Context, r *request, in bookingInput) (views.Desk, error) {
	say, v := s.say(r.lang), r.viewer
	p := s.deskPage(ctx, r, say("booking.new"))
	if !slices.Contains(portal.ResourceUsers[:], v.Kind) {
		return p, portal.ErrForbidden
	}
	e, err := s.Services.Resources.Show(ctx, v, in.draft.Resource)
	if err != nil {
		return p, err
	}
	p.Lead, p.Summary = e.Resource.Name, s.resourceFacts(r, e)
	p.Links = []views.Link{{Text: say("resource.show"), URL: r.to("/resources/" + url.PathEscape(e.Resource.ID))}}
	switch {
	case !v.CanSpeak():
		p.Notices = append(p.Notices, say("booking.not_yet"))
		return p, nil
	case !e.Resource.CanAct(v, portal.ActRequest):
		p.Notices = append(p.Notices, say("booking.not_for_you"))
		return p, nil
	}
	text := s.bookingField(r, "area", "text", in.draft.Text)
	text.Most = 2000
	p.Form = s.form(r, "/desk/bookings/new", "booking.send", must(s.bookingField(r, "datetime-local", "from", in.from)), must(s.bookingField(r, "datetime-local", "to", in.to)),
		must(s.bookingField(r, "number", "people", in.people)), must(s.bookingField(r, "text", "purpose", in.draft.Purpose)), text)
	p.Form.Hidden = []views.Hidden{{Name: "resource", Value: e.Resource.ID}}
	p.Sections = []views.Section{s.bookedSection(r, e.Resource)}
	return p, nil
}

func (s *site) showNewBooking(ctx context.Context, r *request) error {
	p, err := s.bookingFormPage(ctx, r, bookingInput{draft: service.BookingDraft{Resource: clean(r.Query("resource"))}})
	return s.shown(r, p, err)
}

// sendBooking tells everything that is wrong at once, what could not be read first.
func (s *site) sendBooking(ctx context.Context, r *request) error {
	in := r.bookingInput()
	err := in.bad.Err()
	var rec portal.Booking
	if err == nil {
		rec, err = s.Services.Bookings.Send(ctx, r.viewer, in.draft)
	}
	if err == nil {
		return s.done(r, "booking_sent", "/desk/bookings/"+rec.ID)
	}
	return s.again(r, err, func() (views.Desk, error) { return s.bookingFormPage(ctx, r, in) })
}

// showBooking is one request: what is asked, what else is in its time, and what the viewer
// can do now.
func (s *site) showBooking(ctx context.Context, r *request) error {
	p, _, err := s.bookingPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) bookingPage(ctx context.Context, r *request) (views.Desk, service.BookingEntry, error) {
	say := s.say(r.lang)
	e, err := s.Services.Bookings.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, e, err
	}
	p := s.deskPage(ctx, r, e.Name)
	p.HeadingLang, p.Kind, p.State, p.Badge = r.han(), say("noun.booking"), say("booking.state."+string(e.State)), badge(say, e.Origin)
	if e.Settling {
		p.Notices = append(p.Notices, say("booking.settling"))
	}
	p.Summary = s.bookingFacts(r, e)
	letter := views.Section{ID: "letter", Title: say("booking.letter"), Prose: []string{e.Purpose}}
	if e.Text != "" {
		letter.Prose = append(letter.Prose, e.Text)
	}
	if words := s.answerWords(r, e); words != "" {
		letter.Prose = append(letter.Prose, say("intention.answer", words))
	}
	p.Sections = append(p.Sections, letter)
	if e.Side != portal.AsAsker {
		p.Sections = append(p.Sections, s.meetingSection(r, e))
	}
	if acts := s.bookingActs(r, e); len(acts.Forms) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.historySection(r, e.Events))
	return p, e, nil
}

// answerWords are the reason and the note of an answer.
func (s *site) answerWords(r *request, e service.BookingEntry) string {
	words := e.Note
	if e.Reason != "" {
		words = strings.TrimSpace(s.say(r.lang)("booking.reason."+e.Reason) + " " + e.Note)
	}
	return words
}

func (s *site) bookingFacts(r *request, e service.BookingEntry) []views.Fact {
	say := s.say(r.lang)
	facts := []views.Fact{
		fact(linkCell(say("noun.resource"), r.name(e.Name, "", r.to("/resources/"+url.PathEscape(e.Resource))))),
		fact(views.Cell{Label: say("booking.time"), Text: period(e.From, e.To)}),
		fact(views.Cell{Label: say("booking.form.people"), Text: say("need.persons", e.People)}),
		fact(r.hanCell(say, say("column.holder"), e.HolderName)),
		{Cell: r.hanCell(say, say("booking.asker"), e.AskerName), Note: text(named(say, "kind.", e.AskerKind))},
		fact(views.Cell{Label: say("intention.sent_at"), Text: moment(e.SentAt)}),
	}
	if e.Waits() {
		facts = append(facts, fact(views.Cell{Label: say("intention.due_at"), Text: moment(e.From)}))
	}
	if c := e.Contact; c.Name != "" {
		shown := views.Fact{Cell: r.hanCell(say, say("form.contact_name"), c.Name+" "+c.Phone+" "+c.Email)}
		if len(e.Contacts) == 0 {
			shown.Note = say("booking.masked")
		}
		facts = append(facts, shown)
	}
	return facts
}

// meetingSection shows whoever answers which accepted requests are in the same time, and
// what that means.
func (s *site) meetingSection(r *request, e service.BookingEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "meeting", Title: say("booking.meeting")}
	if len(e.Meeting) == 0 {
		sec.Empty = &views.Empty{Text: say("booking.meeting.none")}
		return sec
	}
	sec.Note = say("booking.meeting.taken")
	if e.SharedUse {
		sec.Note = say("booking.meeting.shared")
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("booking.time")}, {Text: say("booking.asker")}, {Text: say("booking.form.people"), Number: true}}}
	for _, m := range e.Meeting {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: period(m.From, m.To), URL: r.to("/desk/bookings/" + m.Booking)},
			Cells: []views.Cell{r.hanCell(say, say("booking.asker"), m.AskerName), {Label: say("booking.form.people"), Text: say("need.persons", m.People), Number: true}}})
	}
	return sec
}

// bookingActs is what the viewer can answer. A time that is held can only be declined.
func (s *site) bookingActs(r *request, e service.BookingEntry) views.Section {
	say, path := s.say(r.lang), "/desk/bookings/"+e.ID
	sec := views.Section{ID: "answer", Title: say("intention.your_answer")}
	add := func(act portal.IntentionAct, look string, fields ...views.Field) {
		if !e.CanAct(r.viewer, act, s.Clock()) {
			return
		}
		f := s.form(r, path+"/"+string(act), "booking."+string(act), fields...)
		f.ID, f.Title, f.Look = string(act), say("booking."+string(act)), look
		f.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}}
		if act == portal.ActAccept {
			f.Note = say("booking.accept.note")
		}
		sec.Forms = append(sec.Forms, *f)
	}
	note := s.field(r, "area", "note", "")
	if len(e.Meeting) == 0 || e.SharedUse {
		add(portal.ActAccept, "", note)
	}
	reasons := append([]views.Option{{Text: say("form.choose")}}, options(say, "booking.reason.", portal.BookingReasons[:])...)
	reason := must(s.field(r, "select", "reason", ""))
	reason.Help, reason.Options = "", reasons
	add(portal.ActDecline, "danger", reason, note)
	add(portal.ActWithdraw, "danger", note)
	return sec
}

// bookingAnswered goes back to the request: with a message, with what is wrong, or with
// the news that it has moved on.
func (s *site) bookingAnswered(ctx context.Context, r *request, err error, flash string) error {
	if err == nil {
		return s.done(r, flash, "/desk/bookings/"+url.PathEscape(r.Params("id")))
	}
	var invalid portal.Invalid
	late := errors.Is(err, portal.ErrConflict) || errors.Is(err, portal.ErrForbidden)
	if !errors.As(err, &invalid) && !late {
		return err
	}
	p, e, perr := s.bookingPage(ctx, r)
	if perr != nil {
		return perr
	}
	switch {
	case len(invalid) > 0:
		return s.refused(r, &p, invalid)
	case errors.Is(err, portal.ErrConflict), !e.Waits(), !e.From.After(s.Clock()):
		return s.late(r, p, "booking.changed")
	}
	return err
}

func (s *site) acceptBooking(ctx context.Context, r *request) error {
	_, err := s.Services.Bookings.Accept(ctx, r.viewer, r.Params("id"), max(r.version(), 0), r.value("note"))
	return s.bookingAnswered(ctx, r, err, "booking_accepted")
}

func (s *site) declineBooking(ctx context.Context, r *request) error {
	err := s.Services.Bookings.Decline(ctx, r.viewer, r.Params("id"), max(r.version(), 0), r.value("reason"), r.value("note"))
	return s.bookingAnswered(ctx, r, err, "booking_declined")
}

func (s *site) withdrawBooking(ctx context.Context, r *request) error {
	err := s.Services.Bookings.Withdraw(ctx, r.viewer, r.Params("id"), max(r.version(), 0), r.value("note"))
	return s.bookingAnswered(ctx, r, err, "booking_withdrawn")
}
