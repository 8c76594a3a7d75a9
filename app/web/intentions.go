package web

import (
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// boxPath is the address of a list of intentions.
func boxPath(sent bool, state portal.IntentionState) string {
	q := url.Values{}
	if sent {
		q.Set("box", "sent")
	}
	if state != "" {
		q.Set("state", string(state))
	}
	if len(q) == 0 {
		return "/desk/intentions"
	}
	return "/desk/intentions?" + q.Encode()
}

// listIntentions shows what the viewer's side received or sent, what waits first.
func (s *site) listIntentions(ctx context.Context, r *request) error {
	p, err := s.intentionsPage(ctx, r)
	if err != nil {
		return err
	}
	return s.render(r, "desk", "", p)
}

func (s *site) intentionsPage(ctx context.Context, r *request) (views.Desk, error) {
	say, v := s.say(r.lang), r.viewer
	box := service.Box{Sent: r.Query("box") == "sent", State: portal.IntentionState(r.Query("state")), After: r.Query("after"), Most: 30}
	p := s.deskPage(ctx, r, say("tab.desk.intentions"))
	if box.State != "" && !slices.Contains(portal.IntentionStates[:], box.State) {
		return p, portal.ErrNotFound
	}
	counts, err := s.Services.Intentions.Counts(ctx, v, box.Sent)
	if err != nil {
		return p, err
	}
	for _, st := range portal.IntentionStates {
		p.Figures = append(p.Figures, views.Figure{Label: say("intention.state." + string(st)), Value: itoa(counts[st]), Unit: say("unit.intentions"), URL: r.to(boxPath(box.Sent, st))})
	}
	page, err := s.Services.Intentions.List(ctx, v, box)
	if err != nil {
		return p, err
	}
	title := "intention.box.received"
	switch {
	case v.Of(portal.Office):
		title = "intention.box.all"
	case box.Sent:
		title = "intention.box.sent"
	}
	sec := views.Section{ID: "box", Title: say(title)}
	if box.State != "" {
		sec.Title += " · " + say("intention.state."+string(box.State))
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("intention.none"), Steps: s.intentionSteps(r)}
	} else {
		sec.Table = s.intentionTable(r, sec.Title, page.Items)
	}
	if page.Next != "" {
		at := boxPath(box.Sent, box.State)
		sep := "?"
		if strings.Contains(at, "?") {
			sep = "&"
		}
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to(at) + sep + "after=" + url.QueryEscape(page.Next)}
	}
	if !v.Of(portal.Office) {
		sec.Actions = []views.Link{{Text: say(map[bool]string{true: "intention.box.received", false: "intention.box.sent"}[box.Sent]), URL: r.to(boxPath(!box.Sent, ""))}}
	}
	p.Sections = append(p.Sections, sec)
	if bulk := s.bulkDecline(r, page.Items); bulk != nil {
		p.Sections = append(p.Sections, *bulk)
	}
	return p, nil
}

// intentionSteps says where intentions begin.
func (s *site) intentionSteps(r *request) []views.Link {
	say := s.say(r.lang)
	if r.viewer.Of(portal.OfCollege) {
		return []views.Link{{Text: say("nav.needs"), URL: r.to("/needs")}}
	}
	return []views.Link{{Text: say("nav.match"), URL: r.to("/match")}, {Text: say("nav.programmes"), URL: r.to("/programmes")}}
}

func (s *site) intentionTable(r *request, caption string, entries []service.IntentionEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("intention.about")}}}
	for _, key := range []string{"column.college", "column.enterprise", "column.type", "column.state", "intention.sent_at", "intention.due_at"} {
		t.Columns = append(t.Columns, views.Column{Text: say(key)})
	}
	for _, e := range entries {
		due := views.Cell{Label: say("intention.due_at"), Text: "—", Muted: true}
		if e.State.Waits() {
			due = views.Cell{Label: say("intention.due_at"), Text: day(e.DueAt)}
		}
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: e.About(), URL: r.to("/desk/intentions/" + e.ID), Lang: r.han()}, Badge: badge(say, e.Origin), Note: e.NeedTitle,
			Cells: []views.Cell{r.hanCell(say, say("column.college"), e.CollegeName), s.namedOrNot(r, e), {Label: say("column.type"), Text: say("mode." + string(e.Modes[0]))},
				{Label: say("column.state"), Text: say("intention.state." + string(e.State))}, {Label: say("intention.sent_at"), Text: day(e.SentAt)}, due}})
	}
	return t
}

// namedOrNot names the enterprise, or says that it is not named yet.
func (s *site) namedOrNot(r *request, e service.IntentionEntry) views.Cell {
	say := s.say(r.lang)
	if e.EnterpriseName == "" {
		return views.Cell{Label: say("column.enterprise"), Text: say("need.anonymous"), Muted: true}
	}
	return r.hanCell(say, say("column.enterprise"), e.EnterpriseName)
}

// bulkDecline declines several of those that wait for the viewer, for one reason.
func (s *site) bulkDecline(r *request, entries []service.IntentionEntry) *views.Section {
	say := s.say(r.lang)
	var opts []views.Option
	for _, e := range entries {
		if e.CanAct(r.viewer, portal.ActDecline, s.Clock()) {
			opts = append(opts, views.Option{Value: e.ID, Text: e.About() + " · " + orElse(e.EnterpriseName, say("need.anonymous")) + " · " + day(e.SentAt), Lang: r.han()})
		}
	}
	if len(opts) < 2 {
		return nil
	}
	f := s.form(r, "/desk/intentions/decline", "intention.decline_chosen", several(s.field(r, "checks", "id", ""), nil, opts...), s.declineReason(r))
	f.ID, f.Look = "bulk", "danger"
	return &views.Section{ID: "several", Title: say("intention.several"), Forms: []views.Form{*f}}
}

func (s *site) declineReason(r *request) views.Field {
	f := must(s.field(r, "select", "reason", ""))
	f.Help = ""
	f.Options = append([]views.Option{{Text: s.say(r.lang)("form.choose")}}, options(s.say(r.lang), "intention.reason.", portal.DeclineReasons[:])...)
	return f
}

func (s *site) declineIntentions(ctx context.Context, r *request) error {
	_, err := s.Services.Intentions.Decline(ctx, r.viewer, r.values("id"), r.value("reason"), "")
	if err == nil {
		return s.done(r, "intentions_declined", "/desk/intentions")
	}
	p, perr := s.intentionsPage(ctx, r)
	if perr != nil {
		return perr
	}
	return s.refused(r, &p, err)
}

// showIntention is one intention: what is asked, why it fits, what was said, and what the
// viewer can do now.
func (s *site) showIntention(ctx context.Context, r *request) error {
	p, _, err := s.intentionPage(ctx, r)
	if err != nil {
		return err
	}
	return s.render(r, "desk", "", p)
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
	p.Sections = append(p.Sections, s.letter(r, e), s.reasonSection(r, e), s.threadSection(r, e))
	if acts := s.actSection(r, e); len(acts.Forms) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.historySection(r, e.Events))
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
		facts = append(facts, fact(linkCell(say("noun.partnership"), views.Link{Text: say("intention.partnership"), URL: r.to("/partnerships/" + url.PathEscape(e.Partnership))})))
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
	tags := make([]string, len(e.Reasons))
	for i, reason := range e.Reasons {
		tags[i] = reason.Text + " " + points(reason.Points/100)
	}
	sec.Groups = []views.TagGroup{{Label: say("intention.why_note"), Lang: r.han(), Tags: tags}}
	return sec
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
			p.Failed = true
			p.Notices = append(p.Notices, s.say(r.lang)("intention.changed"))
			r.Status(fiber.StatusConflict)
			return s.render(r, "desk", "", p)
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
	if err != nil {
		return err
	}
	defer file.Close()
	return sendFile(r, a, func() ([]byte, error) { return io.ReadAll(file) })
}
