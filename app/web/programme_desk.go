package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// listOwnProgrammes is where a college keeps its programmes.
func (s *site) listOwnProgrammes(ctx context.Context, r *request) error {
	p, err := s.ownProgrammesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) ownProgrammesPage(ctx context.Context, r *request) (views.Desk, error) {
	say, v := s.say(r.lang), r.viewer
	p := s.deskPage(ctx, r, say("own.title"))
	text := clean(r.Query("q"))
	page, _ := strconv.Atoi(r.Query("page")) // nonsense is the first
	own, err := s.Services.Programmes.Mine(ctx, v, text, page)
	if err != nil {
		return p, err
	}
	p.Pager = r.ownPager(own, text)
	p.Form = &views.Form{Get: true, Look: "quiet", Action: r.to("/desk/programmes"), Submit: say("own.find.go"),
		Fields: []views.Field{{Kind: "text", Name: "q", Label: say("own.find"), Value: text}}}
	p.Figures = []views.Figure{{Label: say("own.all"), Value: itoa(own.All), Unit: say("unit.programmes")},
		{Label: say("own.stale"), Value: itoa(own.Stale), Unit: say("unit.programmes"), Note: say("own.stale.note")}}
	can := portal.CanTell(v)
	if !can {
		p.Notices = append(p.Notices, say("own.look_only"))
	}
	p.Sections = []views.Section{s.ownSection(r, own, can)}
	if can && own.All > 0 {
		p.Links = []views.Link{{Text: say("own.confirm.title"), URL: "#confirm-all"}, {Text: say("import.title"), URL: "#excel"}}
		f := s.form(r, "/desk/programmes/confirm", "own.confirm")
		f.ID = "confirm"
		p.Sections = append(p.Sections, views.Section{ID: "confirm-all", Title: say("own.confirm.title"), Note: say("own.confirm.note"), Forms: []views.Form{*f}})
	}
	p.Sections = append(p.Sections, s.importSection(r, "/desk/programmes", "import"))
	recent, err := s.recentSection(ctx, r)
	p.Sections = append(p.Sections, recent)
	return p, err
}

// ownSection lists the programmes, with a search by name.
func (s *site) ownSection(r *request, own service.OwnProgrammes, can bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "programmes", Title: say("own.list", own.Total)}
	if can {
		sec.Actions = []views.Link{{Text: say("own.new"), URL: r.to("/desk/programmes/new")}}
	}
	if own.Total == 0 {
		sec.Empty = &views.Empty{Text: say("own.empty")}
		return sec
	}
	t := &views.Table{Caption: say("own.title"), Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.level")},
		{Text: say("column.seats_free"), Number: true}, {Text: say("own.promised"), Number: true}, {Text: say("own.confirmed")}}}
	for _, pr := range own.Programmes {
		seats := seatsCell(say, pr)
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: pr.Name, URL: r.to("/desk/programmes/" + url.PathEscape(pr.ID)), Lang: r.han()}, Note: pr.Code,
			Badge: badge(say, pr.Origin), Cells: []views.Cell{{Label: say("column.level"), Text: say("level." + string(pr.Level))}, seats,
				{Label: say("own.promised"), Text: itoa(pr.SeatsPromised()), Number: true}, s.confirmedCell(r, pr)}})
	}
	sec.Table = t
	return sec
}

// ownPager leads to the pages of the list beside this one.
func (r *request) ownPager(own service.OwnProgrammes, text string) views.Pager {
	address := func(page int) string {
		q := url.Values{"page": {itoa(page)}}
		if text != "" {
			q.Set("q", text)
		}
		return r.to("/desk/programmes") + "?" + q.Encode()
	}
	p := views.Pager{Page: own.Page, Pages: own.Pages}
	if own.Page > 1 {
		p.Prev = address(own.Page - 1)
	}
	if own.Page < own.Pages {
		p.Next = address(own.Page + 1)
	}
	return p
}

// confirmedCell says when the college last confirmed a programme, and whether that is too
// long ago.
func (s *site) confirmedCell(r *request, p portal.Programme) views.Cell {
	say := s.say(r.lang)
	c := views.Cell{Label: say("own.confirmed"), Text: say("own.never"), Muted: true}
	if !p.ConfirmedAt.IsZero() {
		c.Text, c.Muted = confirmedWords(say, p, s.Clock()), false
	}
	return c
}

// confirmedWords say when a college confirmed a programme, and that it is time again.
func confirmedWords(say say, p portal.Programme, now time.Time) string {
	if p.Stale(now) {
		return say("programme.stale", day(p.ConfirmedAt))
	}
	return say("programme.confirmed", day(p.ConfirmedAt))
}

func (s *site) programmeTemplate(ctx context.Context, r *request) error {
	return s.sendTemplate(ctx, r, "import", s.Services.Programmes.Template)
}

func (s *site) importProgrammes(ctx context.Context, r *request) error {
	return s.takeImport(ctx, r, s.Services.Programmes.Import, s.ownProgrammesPage)
}

func (s *site) confirmProgrammes(ctx context.Context, r *request) error {
	op, err := s.Services.Programmes.Confirm(ctx, r.viewer)
	switch {
	case err != nil:
		return s.again(r, err, func() (views.Desk, error) { return s.ownProgrammesPage(ctx, r) })
	case op.State == portal.OperationDone:
		return s.done(r, "programmes_confirmed", "/desk/programmes")
	}
	return s.done(r, "", "/desk/imports/"+op.ID)
}

// draft reads what a college says of a programme.
func (r *request) draft() service.ProgrammeDraft {
	return service.ProgrammeDraft{Specialism: r.value("specialism"), Duration: r.value("duration"), Seats: r.value("seats_free"), Intake: r.value("planned_intake"),
		Enrolment: r.value("enrolment_state"), Facilities: lines(r.value("facilities")), Certificates: lines(r.value("programme_certificates")),
		Modes: r.values("offered_modes"), Languages: lines(r.value("teaching_languages")), Joint: r.FormValue("joint") != "",
		IntlCertificates: lines(r.value("intl_certificates")), Partners: lines(r.value("asean_partners")), IntlNote: r.value("intl_note"), Note: r.value("remark")}
}

// programmeFields are the fields of a programme's form.
func (s *site) programmeFields(r *request, d service.ProgrammeDraft) []views.Field {
	say := s.say(r.lang)
	list := func(name string, values []string) views.Field {
		return s.field(r, "area", name, strings.Join(values, "\n"))
	}
	intake := s.field(r, "number", "planned_intake", d.Intake)
	intake.Label = say("form.planned_intake", s.Services.Programmes.Year())
	return []views.Field{
		s.field(r, "text", "duration", d.Duration),
		choice(s.field(r, "select", "enrolment_state", d.Enrolment), append([]views.Option{{Text: say("value.unknown")}}, options(say, "enrolment.", service.Enrolments)...)...),
		s.field(r, "number", "seats_free", d.Seats), intake,
		several(s.field(r, "checks", "offered_modes", ""), d.Modes, options(say, "mode.", portal.Modes[:])...),
		list("facilities", d.Facilities), list("programme_certificates", d.Certificates), list("teaching_languages", d.Languages),
		ticked(s.field(r, "tick", "joint", ""), d.Joint), list("intl_certificates", d.IntlCertificates), list("asean_partners", d.Partners),
		s.field(r, "area", "intl_note", d.IntlNote), s.field(r, "area", "remark", d.Note),
	}
}

func (s *site) showProgrammeNew(ctx context.Context, r *request) error {
	if !portal.CanTell(r.viewer) {
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.newProgrammePage(ctx, r, service.ProgrammeDraft{}))
}

func (s *site) newProgrammePage(ctx context.Context, r *request, d service.ProgrammeDraft) views.Desk {
	p := s.deskPage(ctx, r, s.say(r.lang)("own.new"))
	p.Lead = s.say(r.lang)("own.new.lead")
	specialism := must(s.field(r, "text", "specialism", d.Specialism))
	specialism.Lookup = r.to("/specialisms/suggest")
	fields := append([]views.Field{specialism}, s.programmeFields(r, d)...)
	p.Form = s.form(r, "/desk/programmes/new", "own.create", fields...)
	return p
}

// createProgramme makes a programme. Of several specialisms of one name the person picks
// one by a button at the field, which sends the form again.
func (s *site) createProgramme(ctx context.Context, r *request) error {
	d := r.draft()
	d.Specialism = orElse(r.value("pick"), d.Specialism)
	rec, err := s.Services.Programmes.Create(ctx, r.viewer, d)
	if err != nil {
		p := s.newProgrammePage(ctx, r, d)
		same, serr := s.Services.Specialisms.Named(ctx, d.Specialism)
		if serr != nil {
			return serr
		}
		if len(same) > 1 {
			for _, sp := range same {
				p.Form.Fields[0].Picks = append(p.Form.Fields[0].Picks, views.Button{Text: sp.Code + " " + sp.Name + " · " + s.say(r.lang)("level."+string(sp.Level)), Name: "pick", Value: sp.Code})
			}
		}
		return s.refused(r, &p, err)
	}
	return s.done(r, "programme_created", "/desk/programmes/"+url.PathEscape(rec.ID))
}

func (s *site) showProgrammeEdit(ctx context.Context, r *request) error {
	rec, err := s.Services.Programmes.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p := s.programmeEditPage(ctx, r, rec, service.ProgrammeDraftOf(rec, s.Services.Programmes.Year()), rec.Version)
	return s.render(r, "desk", "", p)
}

// programmeEditPage shows those who only look the facts, the others the forms.
func (s *site) programmeEditPage(ctx context.Context, r *request, rec portal.Programme, d service.ProgrammeDraft, version int64) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, rec.Name)
	p.HeadingLang, p.Badge, p.Kind = r.han(), badge(say, rec.Origin), rec.Code+" · "+say("level."+string(rec.Level))
	public := r.programmeLink(rec)
	public.Text, public.Lang = say("own.public"), ""
	p.Summary = []views.Fact{fact(s.confirmedCell(r, rec)), fact(cell(say, say("column.source"), source(say, rec.Origin))),
		fact(views.Cell{Label: say("own.promised"), Text: itoa(rec.SeatsPromised())})}
	p.Links = []views.Link{public}
	if portal.CanEditProgramme(r.viewer, rec) {
		path := "/desk/programmes/" + url.PathEscape(rec.ID)
		p.Form = s.form(r, path, "form.save", s.programmeFields(r, d)...)
		p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
		off := s.form(r, path+"/withdraw", "own.withdraw")
		off.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(rec.Version, 10)}}
		off.ID, off.Look, off.Confirm = "withdraw", "danger", say("own.withdraw.confirm", rec.Name)
		p.Sections = append(p.Sections, views.Section{ID: "withdrawal", Title: say("own.withdraw"), Note: say("own.withdraw.note"), Forms: []views.Form{*off}})
	} else {
		p.Notices = append(p.Notices, say("own.look_only"))
		p.Sections = append(p.Sections, views.Section{ID: "facts", Title: say("own.facts"), Facts: s.programmeFacts(r, rec)})
	}
	if len(rec.Events) > 0 {
		p.Sections = append(p.Sections, s.historySection(r, rec.Events))
	}
	return p
}

// programmeFacts are what a programme says now, in the words of its form.
func (s *site) programmeFacts(r *request, rec portal.Programme) []views.Fact {
	say := s.say(r.lang)
	var out []views.Fact
	for _, f := range s.programmeFields(r, service.ProgrammeDraftOf(rec, s.Services.Programmes.Year())) {
		text := strings.ReplaceAll(f.Value, "\n", "；")
		switch f.Kind {
		case "checks", "select":
			var chosen []string
			for _, o := range f.Options {
				if o.Selected && o.Value != "" {
					chosen = append(chosen, o.Text)
				}
			}
			text = strings.Join(chosen, "；")
		case "tick":
			text = say("value." + map[bool]string{true: "yes", false: "no"}[f.Value != ""])
		}
		out = append(out, fact(r.hanCell(say, f.Label, text)))
	}
	return out
}

// editProgramme saves what was changed; where somebody else has saved meanwhile, the page
// says so and keeps the words of both.
func (s *site) editProgramme(ctx context.Context, r *request) error {
	rec, err := s.Services.Programmes.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	d, version := r.draft(), r.version()
	_, err = s.Services.Programmes.Edit(ctx, r.viewer, rec.ID, version, d)
	if err == nil {
		return s.done(r, "saved", "/desk/programmes/"+url.PathEscape(rec.ID))
	}
	if !errors.Is(err, portal.ErrConflict) {
		p := s.programmeEditPage(ctx, r, rec, d, version)
		return s.refused(r, &p, err)
	}
	p := s.programmeEditPage(ctx, r, rec, d, rec.Version)
	p.Sections = append([]views.Section{s.theirs(r, s.programmeFacts(r, rec))}, p.Sections...)
	return s.late(r, p, "conflict.title")
}

func (s *site) withdrawProgramme(ctx context.Context, r *request) error {
	op, err := s.Services.Programmes.Withdraw(ctx, r.viewer, r.Params("id"), r.version())
	if err == nil {
		return s.done(r, "", "/desk/imports/"+op.ID)
	}
	rec, own := s.Services.Programmes.Own(ctx, r.viewer, r.Params("id"))
	if own != nil {
		return own
	}
	p := s.programmeEditPage(ctx, r, rec, service.ProgrammeDraftOf(rec, s.Services.Programmes.Year()), rec.Version)
	if errors.Is(err, portal.ErrConflict) {
		return s.late(r, p, "own.withdraw.changed")
	}
	return s.refused(r, &p, err)
}
