package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const partnershipsPath = "/desk/partnerships"

// partnershipPath is the address of a partnership for those who work on it.
func partnershipPath(id string) string { return partnershipsPath + "/" + url.PathEscape(id) }

// listDeskPartnerships shows the partnerships one works on, what moved last first.
func (s *site) listDeskPartnerships(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	spec := s.Services.Partnerships.DeskDirectory()
	st, bad := parse(r.Ctx, spec)
	found, err := s.Services.Partnerships.Mine(ctx, r.viewer, st.listing())
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("tab.desk.partnerships"))
	for _, problem := range bad {
		p.Notices = append(p.Notices, say(problem.Key, problem.Args...))
	}
	if found.Degraded {
		p.Notices = append(p.Notices, say(searchDown))
	}
	counts := map[string]int{}
	for _, c := range found.Facets["stage"] {
		counts[c.Value] = c.N
	}
	for _, stage := range portal.PartnershipStages {
		p.Figures = append(p.Figures, views.Figure{Label: say("partnership.stage." + string(stage)), Value: itoa(counts[string(stage)]), Unit: say("unit.partnerships"),
			URL: st.at(r.to(partnershipsPath)).toggled("stage", string(stage)).URL()})
	}
	sec := views.Section{ID: "partnerships", Title: say("partnership.list", found.Total)}
	if chosen := st.refine["stage"]; len(chosen) > 0 {
		words := make([]string, len(chosen))
		for i, stage := range chosen {
			words[i] = say("partnership.stage." + stage)
		}
		sec.Note = say("partnership.only", strings.Join(words, say("punctuation.comma")))
	}
	narrowed := st.text != "" || len(st.refine) > 0
	if narrowed {
		sec.More = &views.Link{Text: say("partnership.all"), URL: r.to(partnershipsPath)}
	}
	if portal.CanPropose(r.viewer) {
		sec.Actions = []views.Link{{Text: say("partnership.propose"), URL: r.to(partnershipsPath + "/new")}}
	}
	if r.viewer.CanAnalyse() {
		sec.Actions = append(sec.Actions, views.Link{Text: say("type.title"), URL: r.to("/desk/types")}, views.Link{Text: say("unit.title"), URL: r.to(unitsPath)})
	} else {
		sec.Actions = append(sec.Actions, views.Link{Text: say("milestones.title"), URL: r.to(milestonesPath)})
	}
	if found.Total == 0 {
		sec.Empty = &views.Empty{Text: say("partnership.none_yet"), Steps: []views.Link{{Text: say("tab.desk.intentions"), URL: r.to("/desk/intentions")}}}
	} else {
		sec.Table = s.deskPartnershipTable(r, sec.Title, found.Items)
	}
	if narrowed || found.Pages > 1 { // who has few of them need not look for one
		p.Sections = append(p.Sections, s.findPartnership(r, st))
	}
	p.Sections = append(p.Sections, sec)
	joined, err := s.joinedSection(ctx, r)
	if err != nil {
		return err
	}
	if joined != nil {
		p.Sections = append(p.Sections, *joined)
	}
	p.Pager = pager(st, found.Page, found.Pages)
	return s.render(r, "desk", "", p)
}

// findPartnership narrows the list by a name or a type.
func (s *site) findPartnership(r *request, st state) views.Section {
	say := s.say(r.lang)
	form := views.Form{ID: "find", Get: true, Across: true, Action: r.to(partnershipsPath), Submit: say("partnership.find"), Look: "quiet"}
	any := views.Option{Text: say("partnership.any")}
	form.Fields = []views.Field{s.partnershipField(r, "text", "q", st.text),
		choice(s.partnershipField(r, "select", "type", strings.Join(st.refine["type"], "")), append([]views.Option{any}, options(say, "mode.", portal.Modes[:])...)...)}
	for _, stage := range st.refine["stage"] {
		form.Hidden = append(form.Hidden, views.Hidden{Name: "stage", Value: stage})
	}
	return views.Section{ID: "finding", Title: say("partnership.find"), Forms: []views.Form{form}}
}

func (s *site) deskPartnershipTable(r *request, caption string, entries []service.PartnershipEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.type")}, {Text: say("partnership.stage")}, {Text: say("partnership.next")}, {Text: say("partnership.active")}}}
	for _, e := range entries {
		pt := e.Partnership
		next := unknown(say, say("partnership.next"))
		next.Text = say("partnership.nothing_due")
		if m, ok := nextMilestone(pt); ok {
			next = views.Cell{Label: say("partnership.next"), Text: m.Due + " " + r.either(m.Title, m.TitleEn)}
			if m.LateAt(s.Clock()) {
				next.Text = say("partnership.late", next.Text)
			}
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(pt.Title, "", r.to(partnershipPath(pt.ID))), Badge: badge(say, pt.Origin),
			Cells: []views.Cell{{Label: say("column.type"), Text: say("mode." + string(pt.Type))}, {Label: say("partnership.stage"), Text: say("partnership.stage." + string(pt.Stage))},
				next, {Label: say("partnership.active"), Text: moment(pt.Active)}}})
	}
	return t
}

// either is the English form of a text where there is one and the reader wants it.
func (r *request) either(zh, en string) string {
	if r.lang == english && en != "" {
		return en
	}
	return zh
}

// nextMilestone is the first milestone that has not been reached.
func nextMilestone(p portal.Partnership) (portal.Milestone, bool) {
	i := slices.IndexFunc(p.Milestones, func(m portal.Milestone) bool { return m.Done == "" })
	if i < 0 || p.Stage.Over() {
		return portal.Milestone{}, false
	}
	return p.Milestones[i], true
}

func (s *site) partnershipField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "partnership.form.", kind, name, value)
}

// showDeskPartnership is one partnership for its parties and the office.
func (s *site) showDeskPartnership(ctx context.Context, r *request) error {
	p, _, err := s.deskPartnershipPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) deskPartnershipPage(ctx context.Context, r *request) (views.Desk, service.PartnershipFile, error) {
	say := s.say(r.lang)
	f, err := s.Services.Partnerships.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, f, err
	}
	pt := f.Partnership
	p := s.deskPage(ctx, r, pt.Title)
	p.HeadingLang, p.Kind, p.Badge = r.han(), say("mode."+string(pt.Type)), badge(say, pt.Origin)
	p.State, p.Lead = say("partnership.stage."+string(pt.Stage)), pt.Summary
	if !pt.Dormant.IsZero() {
		p.Notices = append(p.Notices, say("partnership.is_dormant", day(pt.Active)))
	}
	p.Summary = s.partnershipFacts(r, f)
	if pt.Public() {
		p.Links = append(p.Links, views.Link{Text: say("partnership.public"), URL: r.to("/partnerships/" + url.PathEscape(pt.ID))})
	}
	if pt.Can(r.viewer, portal.ActDescribe) {
		p.Links = append(p.Links, views.Link{Text: say("partnership.edit"), URL: r.to(partnershipPath(pt.ID) + "/edit")})
	}
	if pt.TakesOutcomes() || pt.Stage == portal.PartnershipTerminated {
		p.Links = append(p.Links, views.Link{Text: say("partnership.outcomes"), URL: r.to(partnershipPath(pt.ID) + "/outcomes")})
	}
	if pt.HasRoster() {
		p.Links = append(p.Links, views.Link{Text: say("incubatee.link"), URL: r.to(incubateesPath(pt.ID))})
	}
	if pt.Allied() {
		p.Links = append(p.Links, s.allianceLinks(r, pt)...)
	}
	p.Sections = append(p.Sections, s.stageSection(r, pt))
	now, end := s.partnershipActs(r, f)
	if len(now.Forms) > 0 || len(now.Actions) > 0 || now.Note != "" {
		p.Sections = append(p.Sections, now)
	}
	items, err := s.partnershipItems(ctx, r, pt)
	if err != nil {
		return p, f, err
	}
	p.Sections = append(append(p.Sections, s.milestoneSection(r, f)), items...)
	p.Sections = append(p.Sections, s.agreementSection(r, f), s.partySection(r, f))
	if pt.Can(r.viewer, portal.ActAssign) {
		sec, err := s.assignSection(ctx, r, f)
		if err != nil {
			return p, f, err
		}
		p.Sections = append(p.Sections, sec)
	}
	if len(pt.Reasons) > 0 {
		p.Sections = append(p.Sections, views.Section{ID: "reasons", Title: say("intention.why"), Groups: s.reasonTags(r, pt.Reasons)})
	}
	p.Sections = append(p.Sections, s.historySection(r, pt.Events))
	if len(end.Forms) > 0 {
		p.Sections = append(p.Sections, end)
	}
	return p, f, nil
}

func (s *site) partnershipFacts(r *request, f service.PartnershipFile) []views.Fact {
	say, pt := s.say(r.lang), f.Partnership
	facts := []views.Fact{fact(r.hanCell(say, say("column.industry"), strings.TrimSpace(pt.Industry+" "+f.Industry))),
		fact(views.Cell{Label: say("partnership.begun"), Text: day(pt.Begun)})}
	if pt.Agreement.Until != "" {
		facts = append(facts, fact(views.Cell{Label: say("partnership.form.until"), Text: pt.Agreement.Until}))
	}
	if f.Unit.Name != "" {
		one := fact(r.hanCell(say, say("partnership.form.responsible"), f.Unit.Name))
		one.Note = s.unitNote(r, f, f.Unit)
		facts = append(facts, one)
	}
	for _, u := range f.Supporting {
		if note := s.unitNote(r, f, u); note != "" {
			facts = append(facts, views.Fact{Cell: r.hanCell(say, say("partnership.form.supporting"), u.Name), Note: note})
		}
	}
	if pt.Intention != "" {
		facts = append(facts, fact(linkCell(say("noun.intention"), views.Link{Text: say("partnership.intention"), URL: r.to("/desk/intentions/" + url.PathEscape(pt.Intention))})))
	}
	if pt.EndReason != "" {
		facts = append(facts, fact(views.Cell{Label: say("partnership.form.end_reason"), Text: say("partnership.end." + string(pt.EndReason))}))
	}
	return facts
}

// stageSection shows the life of a partnership and how far it has come.
func (s *site) stageSection(r *request, pt portal.Partnership) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "stages", Title: say("partnership.life")}
	at := slices.Index(portal.PartnershipStages[:], pt.Stage)
	for i, stage := range portal.PartnershipStages {
		if stage == portal.PartnershipTerminated && pt.Stage != stage || stage == portal.PartnershipConcluded && pt.Stage == portal.PartnershipTerminated {
			continue
		}
		step := views.Step{Text: say("partnership.stage." + string(stage)), State: "to_come"}
		switch {
		case i < at && !(pt.Stage == portal.PartnershipTerminated && s.skipped(pt, stage)):
			step.State = "done"
		case i == at:
			step.State = "now"
		}
		if stage == portal.PartnershipSigned && len(pt.Agreement.Confirmed) > 0 && i <= at {
			step.When, step.Machine = pt.Agreement.SignedOn, pt.Agreement.SignedOn
		}
		if stage.Over() && i == at {
			step.When, step.Machine, step.Note = day(pt.EndedAt), day(pt.EndedAt), pt.EndNote
		}
		step.Word = say("partnership.step." + step.State)
		sec.Timeline = append(sec.Timeline, step)
	}
	return sec
}

// skipped reports whether a terminated partnership never came to a stage.
func (s *site) skipped(pt portal.Partnership, stage portal.PartnershipStage) bool {
	switch stage {
	case portal.PartnershipSigned:
		return pt.Year == 0
	case portal.PartnershipRunning:
		return pt.Year == 0 || pt.Agreement.Received == 0 && !slices.ContainsFunc(pt.Milestones, func(m portal.Milestone) bool { return m.Done != "" })
	}
	return false
}

// partnershipActs are what the viewer can do to bring the partnership on now, and to end it.
func (s *site) partnershipActs(r *request, f service.PartnershipFile) (sec, end views.Section) {
	say, pt, v := s.say(r.lang), f.Partnership, r.viewer
	sec = views.Section{ID: "acts", Title: say("partnership.acts")}
	end = views.Section{ID: "end", Title: say("partnership.ending")}
	add := func(sec *views.Section, act portal.PartnershipAct, look, confirm string, fields ...views.Field) {
		if !pt.Can(v, act) {
			return
		}
		form := s.versioned(r, pt, "/"+string(act), "partnership.do."+string(act), fields...)
		form.ID, form.Look, form.Confirm = string(act), look, confirm
		if len(fields) > 0 {
			form.Title = say("partnership.do." + string(act))
		}
		sec.Forms = append(sec.Forms, *form)
	}
	switch {
	case pt.Stage == portal.PartnershipProposed && v.Organisation == pt.By:
		sec.Note = s.waitsForOthers(r, f)
	case pt.Can(v, portal.ActConfirm):
		sec.Note = say("partnership.waits_for_you")
	case pt.Stage == portal.PartnershipNegotiating && pt.Agreement.ConfirmedBy(v.Organisation):
		sec.Note = s.waitsForOthers(r, f)
	}
	add(&sec, portal.ActAgree, "", "")
	if pt.Can(v, portal.ActDraw) {
		sec.Actions = append(sec.Actions, views.Link{Text: say("partnership.draw"), URL: r.to(partnershipPath(pt.ID) + "/agreement")})
	}
	add(&sec, portal.ActConfirm, "", say("partnership.confirm_sure"))
	add(&sec, portal.ActStart, "", "")
	add(&end, portal.ActConclude, "quiet", "", s.partnershipField(r, "area", "note", ""))
	add(&end, portal.ActTerminate, "danger", "", must(choice(s.partnershipField(r, "select", "end_reason", ""),
		append([]views.Option{{Text: say("form.choose")}}, options(say, "partnership.end.", portal.EndReasons[:])...)...)), s.partnershipField(r, "area", "note", ""))
	return sec, end
}

// versioned is a form that changes a partnership as the person saw it.
func (s *site) versioned(r *request, pt portal.Partnership, path, submit string, fields ...views.Field) *views.Form {
	f := s.form(r, partnershipPath(pt.ID)+path, submit, fields...)
	f.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(pt.Version, 10)}}
	return f
}

// waitsForOthers says that others have to confirm, and what one can do about those who
// are not on the portal and cannot.
func (s *site) waitsForOthers(r *request, f service.PartnershipFile) string {
	say := s.say(r.lang)
	absent := func(parties []portal.Party, organisation func(string) string) bool {
		return slices.ContainsFunc(parties, func(p portal.Party) bool { return notHere(f, p, organisation) })
	}
	if absent(f.Partnership.Colleges, portal.CollegeOrganisation) || absent(f.Partnership.Enterprises, portal.EnterpriseOrganisation) {
		return say("partnership.waits_for_absent", s.BaseURL+r.to("/register"))
	}
	return say("partnership.waits_for_others")
}

// notHere reports whether nobody acts for a party on the portal.
func notHere(f service.PartnershipFile, party portal.Party, organisation func(string) string) bool {
	return party.ID == "" || f.Names[organisation(party.ID)] == ""
}

func (s *site) partySection(r *request, f service.PartnershipFile) views.Section {
	say, pt := s.say(r.lang), f.Partnership
	sec := views.Section{ID: "parties", Title: say("partnership.parties")}
	add := func(key, path string, parties []portal.Party, organisation func(string) string) {
		for _, party := range parties {
			one := fact(s.partyCell(r, say(key), path, party))
			if notHere(f, party, organisation) {
				one.Beside = say("partnership.not_here")
			}
			sec.Facts = append(sec.Facts, one)
		}
	}
	add("noun.college", "/colleges/", pt.Colleges, portal.CollegeOrganisation)
	add("noun.enterprise", "/enterprises/", pt.Enterprises, portal.EnterpriseOrganisation)
	for _, party := range pt.Institutes {
		sec.Facts = append(sec.Facts, fact(r.hanCell(say, say("kind.institute"), party.Name)))
	}
	for _, sp := range f.Specialisms {
		sec.List = append(sec.List, r.specialismLink(sp.Code, sp.Code+" "+sp.Name+" · "+say("level."+string(sp.Level))))
	}
	return sec
}

// acted goes back to the partnership: with a message, with what is wrong, or with what
// somebody else has done meanwhile.
func (s *site) acted(ctx context.Context, r *request, err error, flash string) error {
	if err == nil {
		return s.done(r, flash, partnershipPath(r.Params("id")))
	}
	return s.sentBack(r, err, "partnership.changed", func() (views.Desk, error) {
		p, _, err := s.deskPartnershipPage(ctx, r)
		return p, err
	})
}

func (s *site) agreePartnership(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Agree(ctx, r.viewer, r.Params("id"), r.version())
	return s.acted(ctx, r, err, "partnership_agreed")
}

func (s *site) confirmPartnership(ctx context.Context, r *request) error {
	rec, err := s.Services.Partnerships.Confirm(ctx, r.viewer, r.Params("id"), r.version())
	flash := "agreement_confirmed"
	if rec.Stage == portal.PartnershipSigned {
		flash = "agreement_signed"
	}
	return s.acted(ctx, r, err, flash)
}

func (s *site) startPartnership(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Start(ctx, r.viewer, r.Params("id"), r.version())
	return s.acted(ctx, r, err, "saved")
}

func (s *site) concludePartnership(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Conclude(ctx, r.viewer, r.Params("id"), r.version(), r.value("note"))
	return s.acted(ctx, r, err, "saved")
}

func (s *site) terminatePartnership(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Terminate(ctx, r.viewer, r.Params("id"), r.version(), portal.EndReason(r.value("end_reason")), r.value("note"))
	return s.acted(ctx, r, err, "saved")
}

func (s *site) assignPartnership(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Assign(ctx, r.viewer, r.Params("id"), r.version(), r.value("responsible"), r.values("supporting"), r.value("clause"))
	return s.acted(ctx, r, err, "saved")
}
