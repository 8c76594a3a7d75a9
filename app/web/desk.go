package web

import (
	"context"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showDesk is where people begin: what waits for them, and where their work is.
func (s *site) showDesk(ctx context.Context, r *request) error {
	say, v := s.say(r.lang), r.viewer
	p := s.deskPage(ctx, r, say("desk.title", v.Name))
	if v.Organisation == "" {
		p.Lead = say("desk.no_organisation")
		p.Sections = []views.Section{{ID: "organisation", Title: say("desk.next"), Actions: []views.Link{
			{Text: say("organisation.register"), URL: r.to("/organisation/register")}}, Note: say("desk.invited")}}
		return s.render(r, "desk", "", p)
	}
	org, err := s.Services.Organisations.Show(ctx, v, v.Organisation)
	if err != nil {
		return err
	}
	if p.Kind, p.Lead = say("kind."+string(org.Kind)), org.Name; org.Kind != portal.Office {
		p.State, p.Badge = say("organisation.state."+string(org.State)), organisationBadge(say, org)
	}
	if org.Kind == portal.Office && !v.Sure {
		p.Notices = append(p.Notices, say("desk.factor_needed"))
		p.Sections = append(p.Sections, views.Section{ID: "factor", Title: say("factor.title"), Note: say("factor.office"),
			Actions: []views.Link{{Text: say("factor.set_up"), URL: r.to("/account/factor")}}})
	}
	switch org.State {
	case portal.OrganisationRegistered:
		p.Notices = append(p.Notices, say("organisation.waits", org.Name))
	case portal.OrganisationReturned:
		p.Notices = append(p.Notices, say("organisation.was_returned", org.Reason))
		if v.CanEdit() {
			p.Links = []views.Link{{Text: say("organisation.edit"), URL: r.to("/organisation/edit")}}
		}
	case portal.OrganisationSuspended:
		p.Notices = append(p.Notices, say("organisation.was_suspended", org.Reason))
	}
	if sec := s.shareSection(r); sec != nil {
		p.Sections = append(p.Sections, *sec)
	}
	switch {
	case v.CanAnalyse():
		err = s.officeQueues(ctx, r, &p)
	case v.Of(portal.OfCollege), v.Of(portal.OfEnterprise):
		err = s.partyFigures(ctx, r, &p)
	}
	if err != nil {
		return err
	}
	if next := s.nextSteps(r); len(next.Actions) > 0 {
		p.Sections = append(p.Sections, next)
	}
	latest, err := s.noticeSection(ctx, r, 5)
	if err != nil {
		return err
	}
	p.Sections = append(p.Sections, latest)
	return s.render(r, "desk", "", p)
}

// queuePaths lead to what waits for the office.
var queuePaths = map[string]string{
	service.QueueOrganisations: "/desk/organisations?state=registered",
	service.QueueOutcomes:      "/desk/outcomes?state=confirmed",
	service.QueueDisputes:      "/desk/outcomes?state=disputed",
	service.QueueIntentions:    answersPath,
	service.QueueItems:         listsPath + "?state=handled",
	service.QueueConcepts:      conceptsPath + "?state=proposed",
	service.QueueOverdue:       listsPath + "?overdue=1",
	service.QueueLate:          regionPath + "/partnerships?late=yes",
	service.QueueDormant:       regionPath + "/partnerships?motion=dormant",
}

// officeQueues are what needs the office's attention, with the age of the oldest.
func (s *site) officeQueues(ctx context.Context, r *request, p *views.Desk) error {
	say := s.say(r.lang)
	queues, err := s.Services.Region.Attention(ctx, r.viewer)
	if err != nil {
		return err
	}
	t := &views.Table{Caption: say("attention.title"), Columns: []views.Column{{Text: say("column.what")}, {Text: say("attention.n"), Number: true}, {Text: say("attention.oldest"), Number: true}}}
	for _, q := range queues {
		row := views.Row{Name: views.Link{Text: say("attention." + q.Name), URL: r.to(queuePaths[q.Name])}, Cells: []views.Cell{
			{Label: say("attention.n"), Text: itoa(q.N), Number: true, Muted: q.N == 0}, {Label: say("attention.oldest"), Text: "—", Number: true, Muted: true}}}
		if !q.Oldest.IsZero() {
			row.Cells[1] = views.Cell{Label: say("attention.oldest"), Text: say("office.days", int(s.Clock().Sub(q.Oldest).Hours()/24)), Number: true}
		}
		t.Rows = append(t.Rows, row)
	}
	p.Sections = append(p.Sections, views.Section{ID: "attention", Title: say("attention.title"), Table: t,
		Actions: []views.Link{{Text: say("tab.desk.region"), URL: r.to(regionPath)}, {Text: say("region.supply"), URL: r.to(supplyPath)}, {Text: say("gap.title"), URL: r.to(gapsPath)}, {Text: say("target.title"), URL: r.to(targetsPath)}, {Text: say("answers.title"), URL: r.to(answersPath)}, {Text: say("advice.title"), URL: r.to(advicePath)}}})
	return nil
}

// partyFigures count what waits for the people of a college or an enterprise, and what they
// work on.
func (s *site) partyFigures(ctx context.Context, r *request, p *views.Desk) error {
	say, v := s.say(r.lang), r.viewer
	received, err := s.Services.Intentions.Counts(ctx, v, false)
	if err != nil {
		return err
	}
	outcomes, err := s.Services.Outcomes.Waiting(ctx, v)
	if err != nil {
		return err
	}
	mine, err := s.Services.Partnerships.Mine(ctx, v, service.Listing{Size: 1}) // for its counts
	if err != nil {
		return err
	}
	stages := map[string]int{}
	for _, c := range mine.Facets["stage"] {
		stages[c.Value] = c.N
	}
	begun := stages[string(portal.PartnershipProposed)] + stages[string(portal.PartnershipNegotiating)]
	at := func(stages ...portal.PartnershipStage) string {
		path := partnershipsPath + "?"
		for _, stage := range stages {
			path += "&stage=" + string(stage)
		}
		return r.to(path)
	}
	p.Figures = []views.Figure{
		{Label: say("desk.to_answer"), Value: itoa(received[portal.IntentionSent] + received[portal.IntentionViewed]), Unit: say("unit.intentions"), URL: r.to("/desk/intentions")},
		{Label: say("desk.to_confirm"), Value: itoa(len(outcomes)), Unit: say("outcome.unit"), URL: r.to("/desk/outcomes")},
		{Label: say("desk.negotiating"), Value: itoa(begun), Unit: say("unit.partnerships"), URL: at(portal.PartnershipProposed, portal.PartnershipNegotiating)},
		{Label: say("desk.running"), Value: itoa(stages[string(portal.PartnershipSigned)] + stages[string(portal.PartnershipRunning)]), Unit: say("unit.partnerships"), URL: at(portal.PartnershipSigned, portal.PartnershipRunning)},
	}
	return nil
}

// nextSteps are what people of an organisation most often come for.
func (s *site) nextSteps(r *request) views.Section {
	say, v := s.say(r.lang), r.viewer
	sec := views.Section{ID: "next", Title: say("desk.often")}
	add := func(may bool, key, path string) {
		if may {
			sec.Actions = append(sec.Actions, views.Link{Text: say(key), URL: r.to(path)})
		}
	}
	add(portal.CanDraftNeed(v), "need.new", "/desk/needs/new")
	add(v.Of(portal.OfEnterprise), "nav.match", "/match")
	add(portal.CanTell(v), "desk.excel", "/desk/programmes#excel")
	add(v.Of(portal.OfCollege), "desk.fitting", "/desk/needs")
	add(v.Of(portal.OfCollege), "advice.title", advicePath)
	add(portal.CanPropose(v), "partnership.propose", partnershipsPath+"/new")
	add(portal.CanKeepResources(v), "resource.new", "/desk/resources/new")
	add(portal.CanCheckGaps(v), "standing.title", gapPath)
	return sec
}

// noticeSection lists the latest notifications.
func (s *site) noticeSection(ctx context.Context, r *request, most int) (views.Section, error) {
	say := s.say(r.lang)
	sec := views.Section{ID: "notifications", Title: say("nav.notifications")}
	page, err := s.Services.Notices.List(ctx, r.viewer, "", most)
	if err != nil {
		return sec, err
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("notifications.empty")}
		return sec, nil
	}
	sec.Table = s.noticeTable(r, page.Items)
	sec.More = &views.Link{Text: say("notifications.all"), URL: r.to("/notifications")}
	return sec, nil
}

func (s *site) noticeTable(r *request, notes []portal.Notification) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("nav.notifications"), Columns: []views.Column{{Text: say("column.what")}, {Text: say("column.when")}, {Text: say("column.state")}}}
	for _, n := range notes {
		state := say("notifications.read")
		if n.ReadAt.IsZero() {
			state = say("notifications.unread")
		}
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: noticeText(say, n, r.lang), URL: r.to("/notifications/" + n.ID)},
			Cells: []views.Cell{{Label: say("column.when"), Text: moment(n.At)}, {Label: say("column.state"), Text: state, Muted: !n.ReadAt.IsZero()}}})
	}
	return t
}

// noticeText is a notification in words.
func noticeText(say say, n portal.Notification, lang string) string {
	return say("notice."+n.Kind, n.Words(lang == english)...)
}

func (s *site) listNotices(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("nav.notifications"))
	const perPage = 50
	page, err := s.Services.Notices.List(ctx, r.viewer, r.Query("after"), perPage)
	if err != nil {
		return err
	}
	sec := views.Section{ID: "all", Title: say("notifications.all")}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("notifications.empty")}
	} else {
		sec.Table = s.noticeTable(r, page.Items)
		sec.Forms = []views.Form{*s.form(r, "/notifications", "notifications.read_all")}
		sec.Forms[0].Look = "quiet"
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/notifications") + "?after=" + page.Next}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// openNotice marks a notification read and leads to what it is about. A link in an e-mail
// comes here too, after signing in.
func (s *site) openNotice(ctx context.Context, r *request) error {
	path, err := s.Services.Notices.Open(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	return r.Redirect(r.to(path), 303)
}

func (s *site) readNotices(ctx context.Context, r *request) error {
	if err := s.Services.Notices.ReadAll(ctx, r.viewer); err != nil {
		return err
	}
	return s.done(r, "", "/notifications")
}

// moment writes a time of day in Shanghai.
func moment(t time.Time) string { return t.In(portal.Shanghai).Format("2006-01-02 15:04") }
