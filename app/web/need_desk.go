package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// listDeskNeeds shows an enterprise its own needs, and a college those that fit it.
func (s *site) listDeskNeeds(ctx context.Context, r *request) error {
	if r.viewer.Of(portal.OfCollege) {
		return s.listFittingNeeds(ctx, r)
	}
	p, err := s.ownNeedsPage(ctx, r)
	return s.shown(r, p, err)
}

// ownNeedsPage is where an enterprise keeps its needs.
func (s *site) ownNeedsPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	counts, err := s.Services.Needs.Counts(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	status := portal.NeedStatus(r.Query("state"))
	if status == "" {
		status = portal.NeedOpen
		for _, st := range portal.NeedStatuses { // the first there is something to see of
			if counts[st] > 0 {
				status = st
				break
			}
		}
	}
	if _, known := counts[status]; !known {
		return views.Desk{}, portal.ErrNotFound
	}
	p := s.deskPage(ctx, r, say("tab.desk.needs"))
	if !r.viewer.CanSpeak() && r.viewer.CanEdit() {
		p.Notices = append(p.Notices, say("need.unverified"))
	}
	for _, st := range portal.NeedStatuses {
		p.Figures = append(p.Figures, views.Figure{Label: say("need.status." + string(st)), Value: itoa(counts[st]), Unit: say("need.unit"),
			URL: r.to("/desk/needs?state=" + string(st))})
	}
	sec, err := s.ownNeedSection(ctx, r, status)
	if err != nil {
		return p, err
	}
	recent, err := s.recentSection(ctx, r)
	p.Sections = []views.Section{sec, s.importSection(r, "/desk/needs", "needs.import"), recent}
	return p, err
}

// ownNeedSection lists the needs that stand so.
func (s *site) ownNeedSection(ctx context.Context, r *request, status portal.NeedStatus) (views.Section, error) {
	say := s.say(r.lang)
	sec := views.Section{ID: "needs", Title: say("need.status." + string(status))}
	if portal.CanDraftNeed(r.viewer) {
		sec.Actions = []views.Link{{Text: say("need.new"), URL: r.to("/desk/needs/new")}}
	}
	const perPage = 50
	page, err := s.Services.Needs.Mine(ctx, r.viewer, status, r.Query("after"), perPage)
	if err != nil {
		return sec, err
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("need.none")}
	} else {
		sec.Table = s.ownNeedTable(r, sec.Title, page.Items)
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/desk/needs") + "?state=" + string(status) + "&after=" + url.QueryEscape(page.Next)}
	}
	return sec, nil
}

func (s *site) needTemplate(ctx context.Context, r *request) error {
	return s.sendTemplate(ctx, r, "needs.import", s.Services.Needs.Template)
}

func (s *site) importNeeds(ctx context.Context, r *request) error {
	return s.takeImport(ctx, r, s.Services.Needs.Import, s.ownNeedsPage)
}

// ownNeedTable lists needs for the enterprise that asks.
func (s *site) ownNeedTable(r *request, caption string, needs []portal.Need) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.headcount"), Number: true}, {Text: say("column.level")},
		{Text: say("column.published")}, {Text: say("column.expires")}, {Text: say("need.changed")}}}
	for _, n := range needs {
		published, expires := unknown(say, say("column.published")), unknown(say, say("column.expires"))
		published.Text, expires.Text = say("need.not_yet"), say("need.not_yet")
		if !n.PublishedAt.IsZero() {
			published, expires = cell(say, say("column.published"), day(n.PublishedAt)), cell(say, say("column.expires"), day(n.ExpiresAt))
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(n.Title, "", r.to("/desk/needs/"+url.PathEscape(n.ID))), Note: cutText(n.Text), Badge: badge(say, n.Origin),
			Cells: []views.Cell{headcountCell(say, n.Headcount), {Label: say("column.level"), Text: say("wanted." + orElse(string(n.Level), "any"))},
				published, expires, {Label: say("need.changed"), Text: moment(n.ChangedAt)}}})
	}
	return t
}

// deskNeedPage is everything about one need for those it belongs to, and for the office.
func (s *site) deskNeedPage(ctx context.Context, r *request) (views.Desk, portal.Need, error) {
	return s.deskNeedPageWith(ctx, r, judging{})
}

// deskNeedPageWith is the same after a verdict that was refused.
func (s *site) deskNeedPageWith(ctx context.Context, r *request, j judging) (views.Desk, portal.Need, error) {
	say := s.say(r.lang)
	rec, err := s.Services.Needs.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, rec, err
	}
	entry, err := s.Services.Needs.Show(ctx, r.viewer, rec.ID)
	if err != nil {
		return views.Desk{}, rec, err
	}
	status := rec.StatusAt(s.Clock())
	p := s.deskPage(ctx, r, rec.Title)
	p.HeadingLang, p.Kind, p.State, p.Badge, p.Lead = r.han(), say("noun.need"), say("need.status."+string(status)), badge(say, rec.Origin), rec.Text
	p.Summary = s.needFacts(r, entry, true)
	if rec.Status == portal.NeedClosed {
		p.State += say("need.closed_as", say("need.reason."+string(rec.CloseReason)), day(rec.ClosedAt))
	}
	if portal.CanDraftNeed(r.viewer) && !r.viewer.CanSpeak() {
		p.Notices = append(p.Notices, say("need.unverified"))
	}
	if rec.OpenAt(s.Clock()) {
		p.Links = append(p.Links, views.Link{Text: say("need.public_page"), URL: r.to("/needs/" + url.PathEscape(rec.ID))})
	}
	p.Links = append(p.Links, views.Link{Text: say("match.report"), URL: r.to(needReportPath(rec.ID))})
	if acts := s.needActs(r, rec); len(acts.Forms)+len(acts.Actions) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	if rec.Internship != nil {
		sec, err := s.complianceSection(ctx, r, rec)
		if err != nil {
			return p, rec, err
		}
		p.Sections = append(p.Sections, sec)
	}
	p.Sections = append(p.Sections, s.historySection(r, rec.Events))
	in := inputOf(rec)
	in.seen, in.judging = r.Method() == fiber.MethodGet, j
	in.judging.form, in.judging.address = "judge", r.to("/desk/needs/"+url.PathEscape(rec.ID)+"/feedback")
	judged := r.viewer.Asks(rec) && portal.CanJudge(r.viewer)
	if p.Match, err = s.instantMatch(ctx, r, in, judged); err != nil {
		return p, rec, err
	}
	if judged {
		p.Match.Judge = &views.VerdictForm{ID: in.judging.form, Action: in.judging.address, Token: r.formToken()}
	}
	if r.viewer.CanAnalyse() {
		sec, err := s.officeChanges(ctx, r, rec)
		p.Sections = append(p.Sections, sec)
		return p, rec, err
	}
	return p, rec, nil
}

// needActs are the forms for what can be done with the need now.
func (s *site) needActs(r *request, rec portal.Need) views.Section {
	say, v, now := s.say(r.lang), r.viewer, s.Clock()
	path := "/desk/needs/" + url.PathEscape(rec.ID)
	sec := views.Section{ID: "acts", Title: say("need.acts")}
	if portal.CanEditNeed(v, rec) {
		sec.Actions = []views.Link{{Text: say("need.edit"), URL: r.to(path + "/edit")}}
	}
	add := func(act string, may bool, fields ...views.Field) {
		if !may {
			return
		}
		f := s.form(r, path+"/"+act, "need."+act, fields...)
		f.ID = act
		if act == "pause" || act == "close" || act == "renew" {
			f.Look = "quiet"
		}
		sec.Forms = append(sec.Forms, *f)
	}
	add("publish", portal.CanPublishNeed(v, rec))
	add("pause", portal.CanPauseNeed(v, rec, now))
	add("resume", portal.CanResumeNeed(v, rec, now))
	days := s.draftField(r, "number", "days", itoa(portal.NeedDays))
	days.Help = say("need.renew.help")
	add("renew", portal.CanRenewNeed(v, rec), days)
	reasons := append([]views.Option{{Text: say("form.choose")}}, options(say, "need.reason.", portal.CloseReasons[:])...)
	add("close", portal.CanCloseNeed(v, rec), must(choice(s.draftField(r, "select", "close_reason", ""), reasons...)))
	return sec
}

// complianceSection is the check of an internship: what it asks, and who confirmed it.
func (s *site) complianceSection(ctx context.Context, r *request, rec portal.Need) (views.Section, error) {
	say := s.say(r.lang)
	sec := views.Section{ID: "compliance", Title: say("need.form.points"), Note: say("compliance.note", portal.InternshipRule)}
	for _, p := range s.points(r, rec.Internship) {
		p.Label, p.Text = p.Text, ""
		sec.Facts = append(sec.Facts, views.Fact{Cell: views.Cell{Label: p.Label, Text: p.Note}})
	}
	c := rec.Internship.Confirmed
	if c == nil {
		sec.Prose = []string{say("compliance.unconfirmed")}
		return sec, nil
	}
	name, err := s.Services.Needs.Confirmer(ctx, r.viewer, rec)
	sec.Prose = []string{say("compliance.confirmed", moment(c.At), orElse(name, say("value.unknown")), len(c.Points), c.Version)}
	return sec, err
}

func (s *site) showDeskNeed(ctx context.Context, r *request) error {
	p, _, err := s.deskNeedPage(ctx, r)
	return s.shown(r, p, err)
}

// needAct answers one of the forms of a need's page: back to it, with what is wrong or
// with the news that somebody was faster.
func (s *site) needAct(ctx context.Context, r *request, flash string, err error) error {
	if err == nil {
		return s.done(r, flash, "/desk/needs/"+url.PathEscape(r.Params("id")))
	}
	return s.sentBack(r, err, "need.moved_on", func() (views.Desk, error) {
		p, _, err := s.deskNeedPage(ctx, r)
		return p, err
	})
}

// publishNeed opens a draft; one that lacks something goes back to its form.
func (s *site) publishNeed(ctx context.Context, r *request) error {
	rec, err := s.Services.Needs.Publish(ctx, r.viewer, r.Params("id"))
	var invalid portal.Invalid
	if errors.As(err, &invalid) && portal.CanEditNeed(r.viewer, rec) {
		p, perr := s.needFormPage(ctx, r, rec, inputOf(rec), rec.Version)
		if perr != nil {
			return perr
		}
		return s.lacking(r, &p, invalid)
	}
	return s.needAct(ctx, r, "need_published", err)
}

func (s *site) pauseNeed(ctx context.Context, r *request) error {
	_, err := s.Services.Needs.Pause(ctx, r.viewer, r.Params("id"))
	return s.needAct(ctx, r, "need_paused", err)
}

func (s *site) resumeNeed(ctx context.Context, r *request) error {
	_, err := s.Services.Needs.Resume(ctx, r.viewer, r.Params("id"))
	return s.needAct(ctx, r, "need_resumed", err)
}

func (s *site) renewNeed(ctx context.Context, r *request) error {
	days, err := strconv.Atoi(narrow(r.value("days")))
	if err != nil {
		days = 0 // refused with the words for it
	}
	_, err = s.Services.Needs.Renew(ctx, r.viewer, r.Params("id"), days)
	return s.needAct(ctx, r, "need_renewed", err)
}

func (s *site) closeNeed(ctx context.Context, r *request) error {
	_, err := s.Services.Needs.Close(ctx, r.viewer, r.Params("id"), portal.CloseReason(r.value("close_reason")))
	return s.needAct(ctx, r, "need_closed", err)
}

// needFacts are the facts of a need. For its own people, own, who asks goes without
// saying and anonymity is told.
func (s *site) needFacts(r *request, e service.NeedEntry, own bool) []views.Fact {
	say, n := s.say(r.lang), e.Need
	headcount := headcountCell(say, n.Headcount)
	headcount.Number = false
	var out []views.Fact
	if !own {
		out = append(out, fact(s.askerCell(r, e)))
	}
	out = append(out,
		fact(r.hanCell(say, say("column.industry"), strings.TrimSpace(n.Industry+" "+e.Industry))),
		fact(headcount),
		fact(views.Cell{Label: say("column.level"), Text: say("wanted." + orElse(string(n.Level), "any"))}),
		fact(tagOrAny(say, say("column.modes"), translated(say, "mode.", n.Modes))),
		fact(r.hanCell(say, say("column.district"), string(n.District))))
	if !n.PublishedAt.IsZero() {
		out = append(out, fact(views.Cell{Label: say("column.published"), Text: day(n.PublishedAt)}), fact(views.Cell{Label: say("column.expires"), Text: day(n.ExpiresAt)}))
	}
	if len(n.MustHaves) > 0 {
		out = append(out, fact(r.hanCell(say, say("column.must_haves"), strings.Join(n.MustHaves, "、"))))
	}
	if len(n.Languages) > 0 {
		out = append(out, fact(r.hanCell(say, say("column.languages"), strings.Join(n.Languages, "、"))))
	}
	if n.Deadline != "" {
		out = append(out, fact(views.Cell{Label: say("need.form.deadline"), Text: n.Deadline}))
	}
	if n.Salary != "" {
		out = append(out, fact(r.hanCell(say, say("need.form.salary"), n.Salary)))
	}
	if own {
		out = append(out, fact(views.Cell{Label: say("need.form.anonymous"), Text: say("value." + map[bool]string{true: "yes", false: "no"}[n.Anonymous])}))
	}
	return out
}
