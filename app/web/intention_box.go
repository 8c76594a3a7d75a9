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
	return s.shown(r, p, err)
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
	return s.again(r, err, func() (views.Desk, error) { return s.intentionsPage(ctx, r) })
}
