package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// incubateesPath is the address of the roster of a centre.
func incubateesPath(partnership string) string { return partnershipPath(partnership) + "/incubatees" }

// newPart is the place of something kept with a partnership in an address before it has an id.
const newPart = "new"

// paged cuts a long list of the desk into pages by the page of the address.
func paged[T any](r *request, p *views.Desk, all []T, facets ...string) []T {
	st, bad := parse(r.Ctx, service.Directory{Facets: facets})
	for _, problem := range bad {
		p.Notices = append(p.Notices, p.T(problem.Key, problem.Args...))
	}
	const perPage = 50
	pages := max((len(all)+perPage-1)/perPage, 1)
	at := min(max(st.page, 1), pages)
	p.Pager = pager(st, at, pages)
	return all[(at-1)*perPage : min(at*perPage, len(all))]
}

// listIncubatees is the roster of an incubation centre.
func (s *site) listIncubatees(ctx context.Context, r *request) error {
	p, err := s.incubateesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) incubateesPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Incubatees.Roster(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	path := incubateesPath(f.In.ID)
	p := s.deskPage(ctx, r, say("incubatee.title", f.In.Title))
	p.Kind, p.Badge, p.Lead = say("mode."+string(f.In.Type)), badge(say, f.In.Origin), say("incubatee.lead")
	p.Figures = s.incubateeFigures(r, f)
	p.Links = []views.Link{{Text: say("partnership.back"), URL: r.to(partnershipPath(f.In.ID))}, {Text: say("partnership.outcomes"), URL: r.to(outcomesPath(f.In.ID))}}
	chosen := portal.IncubateeState(r.Query("state"))
	shown := f.All
	if chosen != "" {
		shown = nil
		for _, i := range f.All {
			if i.State() == chosen {
				shown = append(shown, i)
			}
		}
	}
	sec := views.Section{ID: "roster", Title: say("incubatee.roster", len(shown))}
	keep := portal.CanKeepRoster(r.viewer, f.In)
	if keep {
		sec.Actions = []views.Link{{Text: say("incubatee.new"), URL: r.to(path + "/" + newPart)}}
	}
	if chosen != "" {
		sec.More = &views.Link{Text: say("incubatee.all"), URL: r.to(path)}
	}
	if len(shown) == 0 {
		sec.Empty = &views.Empty{Text: say("incubatee.none")}
	} else {
		sec.Table = s.incubateeTable(r, sec.Title, f.In, paged(r, &p, shown, "state"))
	}
	p.Sections = append(p.Sections, sec)
	excel := views.Section{ID: "workbook", Title: say("outcome.workbook"), Note: say("incubatee.workbook"), Actions: []views.Link{{Text: say("outcome.template"), URL: r.to(path + ".xlsx")}}}
	if keep {
		field := must(s.fieldOf(r, "outcome.form.", "file", "workbook", ""))
		field.Accept = ".xlsx"
		up := s.form(r, path+"/import", "outcome.upload", field)
		up.ID, up.Upload = "import", true
		excel.Forms = []views.Form{*up}
	}
	p.Sections = append(p.Sections, excel)
	return p, nil
}

// incubateeFigures count the roster as it stands today, enterprises and teams apart.
func (s *site) incubateeFigures(r *request, f service.IncubateeFile) []views.Figure {
	say := s.say(r.lang)
	enterprises, teams, students := map[portal.IncubateeState]int{}, map[portal.IncubateeState]int{}, 0
	for _, i := range f.All {
		if i.Kind == portal.IncubateeTeam {
			teams[i.State()]++
		} else {
			enterprises[i.State()]++
		}
		if i.ByStudents && i.State() == portal.IncubateeInside {
			students++
		}
	}
	var out []views.Figure
	for _, state := range portal.IncubateeStates {
		out = append(out, views.Figure{Label: say("incubatee.state." + string(state)), Value: itoa(enterprises[state]), Unit: say("incubatee.unit"),
			Note: say("incubatee.and_teams", teams[state]), URL: r.to(incubateesPath(f.In.ID) + "?state=" + string(state))})
	}
	return append(out, views.Figure{Label: say("incubatee.by_students_inside"), Value: itoa(students), Unit: say("incubatee.unit_both")})
}

func (s *site) incubateeTable(r *request, caption string, in portal.Partnership, all []portal.Incubatee) *views.Table {
	say := s.say(r.lang)
	form := func(key string) string { return say("incubatee.form." + key) }
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: form("name")}, {Text: form("kind")}, {Text: form("field")}, {Text: form("entered_on")}, {Text: say("column.state")}, {Text: form("by_students")}}}
	for _, i := range all {
		founders := say("value.no")
		if i.ByStudents {
			if founders = say("value.yes"); i.Students > 0 {
				founders = say("incubatee.founders", i.Students)
			}
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(i.Name, "", r.to(incubateesPath(in.ID)+"/"+url.PathEscape(i.ID))), Note: i.LeftReason,
			Cells: []views.Cell{{Label: form("kind"), Text: say("incubatee.kind." + string(i.Kind))}, r.hanCell(say, form("field"), i.Field), {Label: form("entered_on"), Text: i.EnteredOn},
				{Label: say("column.state"), Text: s.incubateeState(r, i)}, {Label: form("by_students"), Text: founders}}})
	}
	return t
}

func (s *site) incubateeState(r *request, i portal.Incubatee) string {
	say := s.say(r.lang)
	if i.Ended() == "" {
		return say("incubatee.state.inside")
	}
	return say("incubatee.ended", say("incubatee.state."+string(i.State())), i.Ended())
}

func (r *request) incubateeDraft() service.IncubateeDraft {
	return service.IncubateeDraft{Name: r.value("name"), Kind: portal.IncubateeKind(r.value("kind")), Field: r.value("field"), EnteredOn: r.value("entered_on"), GraduatedOn: r.value("graduated_on"),
		LeftOn: r.value("left_on"), LeftReason: r.value("left_reason"), ByStudents: r.value("by_students") != "", Students: narrow(r.value("students"))}
}

// incubateePage is one entry of the roster; the zero one is a new one.
func (s *site) incubateePage(ctx context.Context, r *request, in portal.Partnership, i portal.Incubatee, d service.IncubateeDraft, version int64) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, orElse(i.Name, say("incubatee.new")))
	p.Kind, p.Lead = say("incubatee.noun"), in.Title
	if i.ID != "" {
		p.HeadingLang, p.State, p.Badge = r.han(), s.incubateeState(r, i), badge(say, i.Origin)
	}
	p.Links = []views.Link{{Text: say("incubatee.back"), URL: r.to(incubateesPath(in.ID))}}
	path := incubateesPath(in.ID) + "/" + url.PathEscape(orElse(i.ID, newPart))
	if portal.CanKeepRoster(r.viewer, in) {
		field := func(kind, name, value string) views.Field { return s.fieldOf(r, "incubatee.form.", kind, name, value) }
		students := ""
		if d.ByStudents {
			students = "1"
		}
		p.Form = s.form(r, path, "form.save", must(field("text", "name", d.Name)), must(choice(field("radios", "kind", string(d.Kind)), options(say, "incubatee.kind.", portal.IncubateeKinds[:])...)),
			field("text", "field", d.Field), must(field("date", "entered_on", d.EnteredOn)), field("tick", "by_students", students), field("number", "students", d.Students),
			field("date", "graduated_on", d.GraduatedOn), field("date", "left_on", d.LeftOn), field("text", "left_reason", d.LeftReason))
		p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	}
	if i.ID == "" {
		return p
	}
	if p.Form == nil {
		p.Summary = s.incubateeFacts(r, i)
	} else {
		strike := s.form(r, path+"/strike", "incubatee.strike")
		strike.Hidden, strike.Look, strike.Confirm = []views.Hidden{{Name: "version", Value: strconv.FormatInt(i.Version, 10)}}, "danger", say("incubatee.strike.sure", i.Name)
		p.Sections = append(p.Sections, views.Section{ID: "strike", Title: say("incubatee.strike"), Note: say("incubatee.strike.note"), Forms: []views.Form{*strike}})
	}
	p.Sections = append(p.Sections, s.historySection(r, i.Events))
	return p
}

func (s *site) incubateeFacts(r *request, i portal.Incubatee) []views.Fact {
	say := s.say(r.lang)
	form := func(key string) string { return say("incubatee.form." + key) }
	return []views.Fact{fact(r.hanCell(say, form("name"), i.Name)), fact(views.Cell{Label: form("kind"), Text: say("incubatee.kind." + string(i.Kind))}), fact(r.hanCell(say, form("field"), i.Field)),
		fact(cell(say, form("entered_on"), i.EnteredOn)), fact(cell(say, form("graduated_on"), i.GraduatedOn)), fact(cell(say, form("left_on"), i.LeftOn)), fact(r.hanCell(say, form("left_reason"), i.LeftReason))}
}

// incubateeOf finds the entry of the address and its centre; the zero one stands for a new
// one.
func (s *site) incubateeOf(ctx context.Context, r *request) (portal.Incubatee, portal.Partnership, error) {
	if r.Params("incubatee") == newPart {
		f, err := s.Services.Incubatees.Roster(ctx, r.viewer, r.Params("id"))
		return portal.Incubatee{}, f.In, err
	}
	i, f, err := s.Services.Incubatees.Show(ctx, r.viewer, r.Params("id"), r.Params("incubatee"))
	return i, f.In, err
}

func (s *site) showIncubatee(ctx context.Context, r *request) error {
	i, in, err := s.incubateeOf(ctx, r)
	switch {
	case err != nil:
		return err
	case i.ID == "" && !portal.CanKeepRoster(r.viewer, in):
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.incubateePage(ctx, r, in, i, service.IncubateeDraftOf(i), i.Version))
}

func (s *site) saveIncubatee(ctx context.Context, r *request) (err error) {
	d, id := r.incubateeDraft(), r.Params("incubatee")
	if id == newPart {
		_, err = s.Services.Incubatees.Enter(ctx, r.viewer, r.Params("id"), d)
	} else {
		_, err = s.Services.Incubatees.Change(ctx, r.viewer, r.Params("id"), id, r.version(), d)
	}
	return s.onIncubatee(ctx, r, err, d)
}

func (s *site) strikeIncubatee(ctx context.Context, r *request) error {
	_, err := s.Services.Incubatees.Strike(ctx, r.viewer, r.Params("id"), r.Params("incubatee"), r.version())
	return s.onIncubatee(ctx, r, err, service.IncubateeDraft{})
}

// onIncubatee goes on from a form of an entry: with what is wrong, or with what somebody
// else has saved beside the person's own words.
func (s *site) onIncubatee(ctx context.Context, r *request, err error, d service.IncubateeDraft) error {
	if err == nil {
		return s.done(r, "saved", incubateesPath(r.Params("id")))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	i, in, failed := s.incubateeOf(ctx, r)
	if failed != nil {
		return failed
	}
	if len(invalid) > 0 {
		p := s.incubateePage(ctx, r, in, i, d, r.version())
		return s.refused(r, &p, err)
	}
	if d == (service.IncubateeDraft{}) {
		d = service.IncubateeDraftOf(i)
	}
	p := s.incubateePage(ctx, r, in, i, d, i.Version)
	p.Sections = append([]views.Section{s.theirs(r, s.incubateeFacts(r, i))}, p.Sections...)
	return s.late(r, p, "conflict.title")
}

func (s *site) incubateeTemplate(ctx context.Context, r *request) error {
	file, err := s.Services.Incubatees.Template(ctx, r.viewer, r.lang, r.Params("id"))
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, "incubatee.sheet"), file)
}

// importIncubatees brings the roster to what a workbook says, or shows row by row what is
// wrong with it.
func (s *site) importIncubatees(ctx context.Context, r *request) error {
	return s.takeRows(ctx, r, s.Services.Incubatees.Import, "incubatees_imported", incubateesPath(r.Params("id")), s.incubateesPage)
}
