package web

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// listOrganisations is the office's queue: those that wait longest come first.
func (s *site) listOrganisations(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	state := portal.OrganisationState(orElse(r.Query("state"), string(portal.OrganisationRegistered)))
	const perPage = 50
	page, err := s.Services.Organisations.Queue(ctx, r.viewer, state, r.Query("after"), perPage)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("tab.desk.organisations"))
	if err := s.officeFigures(ctx, r, &p); err != nil {
		return err
	}
	sec := views.Section{ID: "queue", Title: say("organisation.state." + string(state))}
	if !s.Views.Has(r.lang, "organisation.state."+string(state)) {
		return portal.ErrNotFound
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("office.queue_empty")}
	} else {
		t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("form.kind")}, {Text: say("form.submitted")}, {Text: say("office.age"), Number: true}, {Text: say("organisation.documents"), Number: true}}}
		for _, o := range page.Items {
			days := int(s.Clock().Sub(o.Submitted).Hours() / 24)
			t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: o.Name, URL: r.to("/desk/organisations/" + url.PathEscape(o.ID)), Lang: r.han()}, Badge: organisationBadge(say, o),
				Cells: []views.Cell{{Label: say("form.kind"), Text: say("kind." + string(o.Kind))}, {Label: say("form.submitted"), Text: moment(o.Submitted)},
					{Label: say("office.age"), Text: say("office.days", days), Number: true}, {Label: say("organisation.documents"), Text: itoa(len(o.Documents)), Number: true}}})
		}
		sec.Table = t
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/desk/organisations") + "?state=" + url.QueryEscape(string(state)) + "&after=" + url.QueryEscape(page.Next)}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// officeFigures count the organisations by where they stand.
func (s *site) officeFigures(ctx context.Context, r *request, p *views.Desk) error {
	say := s.say(r.lang)
	waiting, err := s.Services.Organisations.Waiting(ctx, r.viewer)
	if err != nil {
		return err
	}
	for _, state := range []portal.OrganisationState{portal.OrganisationRegistered, portal.OrganisationReturned, portal.OrganisationVerified, portal.OrganisationSuspended} {
		p.Figures = append(p.Figures, views.Figure{Label: say("organisation.state." + string(state)), Value: itoa(waiting[state]),
			Unit: say("unit.organisations"), URL: r.to("/desk/organisations?state=" + string(state))})
	}
	return nil
}

// reviewPage is everything the office needs to decide on one organisation, on one page.
func (s *site) reviewPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	if !r.viewer.CanAnalyse() {
		return views.Desk{}, portal.ErrNotFound
	}
	org, err := s.Services.Organisations.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, org.Name)
	p.HeadingLang = r.han()
	p.Kind, p.State, p.Badge = say("kind."+string(org.Kind)), say("organisation.state."+string(org.State)), organisationBadge(say, org)
	p.Summary = s.organisationFacts(r, org, true)
	if org.Reason != "" {
		p.Notices = append(p.Notices, say("organisation.reason", org.Reason))
	}
	path := "/desk/organisations/" + url.PathEscape(org.ID)
	p.Sections = append(p.Sections, s.documentSection(r, org, path+"/documents/"))
	decide := views.Section{ID: "decide", Title: say("office.decide"), Note: say("office.decide.note")}
	for _, to := range []portal.OrganisationState{portal.OrganisationVerified, portal.OrganisationReturned, portal.OrganisationSuspended} {
		if !portal.CanDecide(r.viewer, org, to) {
			continue
		}
		f := s.form(r, path, "office.to."+string(to))
		f.ID = string(to)
		f.Hidden = []views.Hidden{{Name: "to", Value: string(to)}, {Name: "version", Value: strconv.FormatInt(org.Version, 10)}}
		if to != portal.OrganisationVerified {
			f.Fields, f.Look = []views.Field{must(s.field(r, "area", "reason", ""))}, "danger"
		}
		decide.Forms = append(decide.Forms, *f)
	}
	if len(decide.Forms) > 0 {
		p.Sections = append(p.Sections, decide)
	}
	p.Sections = append(p.Sections, s.historySection(r, org.Events))
	return p, nil
}

// historySection is what was done to a record, the latest first.
func (s *site) historySection(r *request, events []portal.AuditEvent) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "history", Title: say("history.title")}
	if len(events) == 0 {
		sec.Note = say("history.none")
	}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		sec.Timeline = append(sec.Timeline, views.Step{Text: s.actionWords(r, e.Action), When: moment(e.At), Machine: day(e.At), State: "done", Note: reasonOf(e)})
	}
	return sec
}

// actionWords says what was done; an action without words of its own shows its name.
func (s *site) actionWords(r *request, action string) string {
	if s.Views.Has(r.lang, "action."+action) {
		return s.say(r.lang)("action." + action)
	}
	return action
}

// reasonOf is the reason an event gives, if it does.
func reasonOf(e portal.AuditEvent) string {
	reason, err := strconv.Unquote(string(e.Changed["reason"].After))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(reason)
}

func (s *site) showReview(ctx context.Context, r *request) error {
	p, err := s.reviewPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) decide(ctx context.Context, r *request) error {
	to, reason := portal.OrganisationState(r.value("to")), r.value("reason")
	_, err := s.Services.Organisations.Decide(ctx, r.viewer, r.Params("id"), r.version(), to, reason)
	if err == nil {
		return s.done(r, "decided", "/desk/organisations")
	}
	return s.sentBack(r, err, "conflict.title", func() (views.Desk, error) { return s.reviewPage(ctx, r) })
}

func (s *site) showReviewDocument(ctx context.Context, r *request) error {
	return s.sendDocument(ctx, r, r.Params("id"))
}

// showPost shows the administrator the messages that wait, failed, or are only kept.
func (s *site) showPost(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	state, err := s.Services.Post.Queue(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("tab.desk.post"))
	p.Lead = say("post.lead")
	for _, part := range []struct {
		id    string
		mails []portal.Mail
	}{{"waiting", state.Waiting}, {"failed", state.Failed}, {"kept", state.Kept}} {
		p.Sections = append(p.Sections, s.mailSection(r, part.id, part.mails))
	}
	return s.render(r, "desk", "", p)
}

func (s *site) mailSection(r *request, id string, mails []portal.Mail) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: id, Title: say("post." + id)}
	if len(mails) == 0 {
		sec.Empty = &views.Empty{Text: say("post.none")}
	}
	for _, m := range mails {
		text := m.Text
		if m.SentAt.IsZero() && id != "kept" {
			text = m.Failure
		}
		sec.Thread = append(sec.Thread, views.Message{Name: m.To + " · " + m.Subject, When: moment(m.At), Machine: day(m.At), Text: text})
	}
	return sec
}

// demoMail shows whoever tries the portal on their own machine the latest messages, which
// go nowhere in demo mode.
func (s *site) demoMail(ctx context.Context, r *request) error {
	if !s.Demo || !net.ParseIP(r.IP()).IsLoopback() {
		return portal.ErrNotFound
	}
	say := s.say(r.lang)
	kept, err := s.Services.Post.Shown(ctx)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	p := views.Desk{Page: s.page(r, say("demo_mail.title")), Heading: say("demo_mail.title"), Lead: say("demo_mail.lead")}
	p.NoIndex = true
	p.Sections = []views.Section{s.mailSection(r, "kept", kept)}
	return s.render(r, "desk", "", p)
}
