package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showIntention is one intention: what is asked, why it fits, what was said, and what the
// viewer can do now.
func (s *site) showIntention(ctx context.Context, r *request) error {
	p, _, err := s.intentionPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) intentionPage(ctx context.Context, r *request) (views.Desk, service.IntentionEntry, error) {
	say := s.say(r.lang)
	e, err := s.Services.Intentions.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, e, err
	}
	p := s.deskPage(ctx, r, e.About())
	p.HeadingLang = r.han()
	p.Kind, p.State, p.Badge = say("noun.intention"), say("intention.state."+string(e.State)), badge(say, e.Origin)
	if e.Accepting {
		p.Notices = append(p.Notices, say("intention.accepting"))
	}
	if !e.Claimed {
		p.Notices = append(p.Notices, say("intention.unclaimed"))
	}
	p.Summary = s.intentionFacts(r, e)
	p.Sections = append(p.Sections, s.letter(r, e), s.reasonSection(r, e))
	if acts := s.actSection(r, e); len(acts.Forms) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.threadSection(r, e), s.historySection(r, e.Events))
	return p, e, nil
}

func (s *site) intentionFacts(r *request, e service.IntentionEntry) []views.Fact {
	say := s.say(r.lang)
	facts := []views.Fact{fact(linkCell(say("column.college"), r.name(e.CollegeName, "", r.to("/colleges/"+url.PathEscape(e.College))))), fact(s.namedOrNot(r, e)),
		fact(views.Cell{Label: say("column.type"), Text: say("mode." + string(e.Modes[0]))}),
		fact(views.Cell{Label: say("intention.sent_at"), Text: moment(e.SentAt)})}
	if e.State.Waits() {
		facts = append(facts, fact(views.Cell{Label: say("intention.due_at"), Text: moment(e.DueAt)}))
	}
	if e.Need != "" {
		facts = append(facts, fact(linkCell(say("noun.need"), r.name(e.NeedTitle, "", r.to("/needs/"+url.PathEscape(e.Need))))))
	}
	if e.Partnership != "" && !e.Accepting {
		facts = append(facts, fact(linkCell(say("noun.partnership"), views.Link{Text: say("intention.partnership"), URL: r.to(partnershipPath(e.Partnership))})))
	}
	if c := e.Contact; c.Name != "" {
		facts = append(facts, views.Fact{Cell: r.hanCell(say, say("form.contact_name"), c.Name+" "+c.Phone+" "+c.Email), Note: contactNote(say, e)})
	}
	return facts
}

func contactNote(say say, e service.IntentionEntry) string {
	if e.State == portal.IntentionAccepted {
		return ""
	}
	return say("intention.masked")
}

// letter is what was asked, programme by programme.
func (s *site) letter(r *request, e service.IntentionEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "letter", Title: say("intention.letter"), Prose: []string{e.Text}}
	t := &views.Table{Caption: say("nav.programmes"), Columns: []views.Column{{Text: say("column.name")}, {Text: say("form.seats"), Number: true}}}
	for _, w := range e.Programmes {
		seats := views.Cell{Label: say("form.seats"), Text: say("intention.seats_open"), Muted: true, Number: true}
		if w.Seats != nil {
			seats = views.Cell{Label: say("form.seats"), Text: say("need.persons", *w.Seats), Number: true}
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(w.Name, "", r.to("/programmes/"+url.PathEscape(w.Programme))), Cells: []views.Cell{seats}})
	}
	sec.Table = t
	for _, a := range e.Files {
		sec.List = append(sec.List, views.Link{Text: a.Name, URL: r.to("/desk/intentions/" + e.ID + "/files/" + a.Blob), Lang: r.han()})
	}
	return sec
}

// reasonSection is why they fit, as it was when the intention was sent.
func (s *site) reasonSection(r *request, e service.IntentionEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "reasons", Title: say("intention.why")}
	if len(e.Reasons) == 0 {
		sec.Note = say("intention.no_reasons")
		return sec
	}
	sec.Groups = s.reasonTags(r, e.Reasons)
	return sec
}

// reasonTags are the reasons of a match, kept with what it led to.
func (s *site) reasonTags(r *request, reasons []portal.MatchReason) []views.TagGroup {
	tags := make([]string, len(reasons))
	for i, reason := range reasons {
		tags[i] = reason.Text + " " + points(reason.Points/100)
	}
	return []views.TagGroup{{Label: s.say(r.lang)("intention.why_note"), Lang: r.han(), Tags: tags}}
}

func (s *site) threadSection(r *request, e service.IntentionEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "thread", Title: say("intention.thread")}
	if e.Reason != "" || e.Note != "" {
		words := e.Note
		if s.Views.Has(r.lang, "intention.reason."+e.Reason) {
			words = strings.TrimSpace(say("intention.reason."+e.Reason) + " " + e.Note)
		} else if e.Reason != "" {
			words = e.Reason
		}
		sec.Prose = []string{say("intention.answer", words)}
	}
	for _, m := range e.Thread {
		sec.Thread = append(sec.Thread, views.Message{Name: m.Name, Text: m.Text, When: moment(m.At), Machine: day(m.At), Mine: m.Side == e.Side})
	}
	if len(sec.Thread) == 0 {
		sec.Note = say("intention.no_messages")
	}
	if e.CanAct(r.viewer, portal.ActWrite, s.Clock()) {
		f := s.form(r, "/desk/intentions/"+e.ID+"/message", "intention.write", must(s.field(r, "area", "message", "")))
		f.ID = "write"
		sec.Forms = []views.Form{*f}
	}
	return sec
}

// actSection is what the viewer can answer.
func (s *site) actSection(r *request, e service.IntentionEntry) views.Section {
	say, path := s.say(r.lang), "/desk/intentions/"+e.ID
	sec := views.Section{ID: "answer", Title: say("intention.your_answer")}
	if e.CanAct(r.viewer, portal.ActAccept, s.Clock()) {
		f := s.form(r, path+"/accept", "intention.accept")
		f.ID, f.Title, f.Note = "accept", say("intention.accept"), say("intention.accept_note")
		f.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}}
		for _, w := range e.Programmes {
			seats := views.Field{Kind: "number", Name: "seats." + w.Programme, Label: say("intention.seats_of", w.Name)}
			if w.Seats != nil {
				seats.Value = itoa(*w.Seats)
			}
			f.Fields = append(f.Fields, seats)
		}
		f.Fields = append(f.Fields, s.field(r, "area", "note", ""))
		sec.Forms = append(sec.Forms, *f)
	}
	if e.CanAct(r.viewer, portal.ActDecline, s.Clock()) {
		f := s.form(r, path+"/decline", "intention.decline", s.declineReason(r), s.field(r, "area", "note", ""))
		f.ID, f.Title, f.Look = "decline", say("intention.decline"), "danger"
		sec.Forms = append(sec.Forms, *f)
	}
	if e.CanAct(r.viewer, portal.ActWithdraw, s.Clock()) {
		f := s.form(r, path+"/withdraw", "intention.withdraw", s.field(r, "area", "note", ""))
		f.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}}
		f.ID, f.Title, f.Look, f.Confirm = "withdraw", say("intention.withdraw"), "danger", say("intention.withdraw_confirm")
		sec.Forms = append(sec.Forms, *f)
	}
	return sec
}

// answered goes back to the intention: with a message, or with what is wrong.
func (s *site) answered(ctx context.Context, r *request, err error, flash string) error {
	if err == nil {
		return s.done(r, flash, "/desk/intentions/"+url.PathEscape(r.Params("id")))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) && !errors.Is(err, portal.ErrForbidden) {
		return err
	}
	p, e, perr := s.intentionPage(ctx, r)
	if perr != nil {
		return perr
	}
	if len(invalid) == 0 { // somebody answered meanwhile, or its time is over
		if !e.State.Waits() || errors.Is(err, portal.ErrConflict) {
			return s.late(r, p, "intention.changed")
		}
		return err
	}
	return s.refused(r, &p, atSeats(invalid, []string{e.Programmes[0].Programme}))
}

// atSeats points problems with seats at the field of the first programme.
func atSeats(err error, programmes []string) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) || len(programmes) == 0 {
		return err
	}
	for i := range invalid {
		if invalid[i].Field == "seats" {
			invalid[i].Field = "seats." + programmes[0]
		}
	}
	return invalid
}

func (s *site) acceptIntention(ctx context.Context, r *request) error {
	seats, bad := r.seats(func(name string) bool { return strings.HasPrefix(name, "seats.") })
	var err error = bad
	if len(bad) == 0 {
		_, err = s.Services.Intentions.Accept(ctx, r.viewer, r.Params("id"), r.version(), r.value("note"), seats)
	}
	return s.answered(ctx, r, err, "intention_accepted")
}

// seats reads how many students of each programme are meant: fields seats.<programme>,
// empty ones leaving it open.
func (r *request) seats(wanted func(name string) bool) (map[string]*int, portal.Invalid) {
	out := map[string]*int{}
	var bad portal.Invalid
	take := func(name, value string) {
		id, ok := strings.CutPrefix(name, "seats.")
		if !ok || !wanted(name) {
			return
		}
		value = strings.TrimSuffix(narrow(clean(value)), "人")
		if value == "" {
			out[id] = nil
			return
		}
		n, err := strconv.Atoi(value)
		if err != nil {
			bad.Add(name, "problem.bad_number", cut(value, maxChoice))
			return
		}
		out[id] = &n
	}
	if form, err := r.MultipartForm(); err == nil {
		for name, values := range form.Value {
			take(name, values[0])
		}
		return out, bad
	}
	for name, value := range r.Context().PostArgs().All() {
		take(string(name), string(value))
	}
	return out, bad
}

func (s *site) declineIntention(ctx context.Context, r *request) error {
	_, err := s.Services.Intentions.Decline(ctx, r.viewer, []string{r.Params("id")}, r.value("reason"), r.value("note"))
	return s.answered(ctx, r, err, "intention_declined")
}

func (s *site) withdrawIntention(ctx context.Context, r *request) error {
	return s.answered(ctx, r, s.Services.Intentions.Withdraw(ctx, r.viewer, r.Params("id"), max(r.version(), 0), r.value("note")), "intention_withdrawn")
}

func (s *site) writeMessage(ctx context.Context, r *request) error {
	return s.answered(ctx, r, s.Services.Intentions.Write(ctx, r.viewer, r.Params("id"), r.value("message")), "message_sent")
}

func (s *site) showIntentionFile(ctx context.Context, r *request) error {
	file, a, err := s.Services.Intentions.File(ctx, r.viewer, r.Params("id"), r.Params("blob"))
	return sendFile(r, file, a, err)
}
