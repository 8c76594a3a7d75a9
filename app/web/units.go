package web

import (
	"context"
	"net/url"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const unitsPath = "/desk/units"

// listUnits shows the units the plan holds responsible, and lets the office add one.
func (s *site) listUnits(ctx context.Context, r *request) error {
	p, err := s.unitsPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) unitsPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	all, err := s.Services.Units.List(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("unit.title"))
	p.Lead = say("unit.lead")
	p.Links = []views.Link{{Text: say("tab.desk.partnerships"), URL: r.to(partnershipsPath)}}
	sec := views.Section{ID: "units", Title: say("unit.list", len(all)), Table: &views.Table{Caption: say("unit.title"), Columns: []views.Column{{Text: say("unit.form.name")}, {Text: say("unit.form.clauses")}, {Text: say("column.state")}, {Text: say("unit.standing"), Number: true}}}}
	for _, u := range all {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(u.Name, "", r.to(unitsPath+"/"+url.PathEscape(u.ID))), Cells: []views.Cell{tagCell(say, say("unit.form.clauses"), u.Clauses),
			{Label: say("column.state"), Text: s.unitState(r, u.Unit, u.Heir)}, {Label: say("unit.standing"), Text: itoa(len(u.Standing)), Number: true, Muted: len(u.Standing) == 0}}})
	}
	p.Sections = []views.Section{sec}
	if portal.CanEditUnits(r.viewer) {
		add := s.form(r, unitsPath, "form.save", s.unitFields(r, portal.Unit{})...)
		add.ID = "add"
		p.Sections = append(p.Sections, views.Section{ID: "adding", Title: say("unit.new"), Forms: []views.Form{*add}})
	}
	return p, nil
}

// unitState says whether the unit is there, and who took over.
func (s *site) unitState(r *request, u, heir portal.Unit) string {
	say := s.say(r.lang)
	switch {
	case u.Lives():
		return say("unit.lives")
	case heir.ID == "":
		return say("unit.abolished", u.Abolished)
	}
	return say("unit.succeeded", u.Abolished, heir.Name)
}

// unitNote says of a unit a partnership names that it was abolished; empty while it lives.
func (s *site) unitNote(r *request, f service.PartnershipFile, u portal.Unit) string {
	if u.ID == "" || u.Lives() {
		return ""
	}
	return s.unitState(r, u, f.Heirs[u.ID])
}

// assignSection is where the office says who answers for the partnership.
func (s *site) assignSection(ctx context.Context, r *request, f service.PartnershipFile) (views.Section, error) {
	say, pt := s.say(r.lang), f.Partnership
	sec := views.Section{ID: "assign", Title: say("partnership.do.assign")}
	units, err := s.Services.Partnerships.Units(ctx, r.viewer)
	if err != nil {
		return sec, err
	}
	var opts []views.Option
	for _, u := range units {
		if u.Lives() {
			opts = append(opts, views.Option{Value: u.ID, Text: u.Name, Lang: r.han()})
		}
	}
	responsible := pt.Responsible
	if heir := f.Heirs[responsible]; heir.ID != "" {
		responsible, sec.Note = heir.ID, s.unitNote(r, f, f.Unit)
	}
	clauses := append([]views.Option{{Text: say("form.choose")}}, options(say, "clause.", portal.PlanClauses[:])...)
	form := s.versioned(r, pt, "/assign", "form.save",
		choice(s.partnershipField(r, "select", "responsible", responsible), append([]views.Option{{Text: say("form.choose")}}, slices.Clone(opts)...)...),
		several(s.partnershipField(r, "checks", "supporting", ""), pt.Supporting, opts...),
		choice(s.partnershipField(r, "select", "clause", pt.Clause), clauses...))
	form.ID = "assign"
	sec.Forms = []views.Form{*form}
	return sec, nil
}

func (s *site) unitFields(r *request, u portal.Unit) []views.Field {
	field := func(kind, name, value string) views.Field { return s.fieldOf(r, "unit.form.", kind, name, value) }
	return []views.Field{must(field("text", "name", u.Name)), several(field("checks", "clauses", ""), u.Clauses, options(s.say(r.lang), "clause.", portal.PlanClauses[:])...)}
}

func (s *site) addUnit(ctx context.Context, r *request) error {
	if _, err := s.Services.Units.Add(ctx, r.viewer, r.value("name"), r.values("clauses")); err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.unitsPage(ctx, r) })
	}
	return s.done(r, "saved", unitsPath)
}

func (s *site) showUnit(ctx context.Context, r *request) error {
	p, err := s.unitPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) unitPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	u, err := s.Services.Units.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	path := unitsPath + "/" + url.PathEscape(u.ID)
	p := s.deskPage(ctx, r, u.Name)
	p.HeadingLang, p.Kind, p.State = r.han(), say("unit.noun"), s.unitState(r, u.Unit, u.Heir)
	p.Links = []views.Link{{Text: say("unit.all"), URL: r.to(unitsPath)}}
	p.Sections = append(p.Sections, s.standingSection(r, u, path))
	if portal.CanEditUnits(r.viewer) {
		edit := s.stamped(r, path, "form.save", u.Version, s.unitFields(r, u.Unit)...)
		edit.ID = "edit"
		p.Sections = append(p.Sections, views.Section{ID: "editing", Title: say("unit.edit"), Forms: []views.Form{*edit}}, s.endingSection(r, u, path))
	}
	if len(u.Events) > 0 {
		p.Sections = append(p.Sections, s.historySection(r, u.Events))
	}
	return p, nil
}

// standingSection lists the partnerships that stand at a unit; from an abolished one they
// are moved in one act.
func (s *site) standingSection(r *request, u service.UnitFile, path string) views.Section {
	say := s.say(r.lang)
	const shown = 50
	sec := views.Section{ID: "standing", Title: say("unit.standing_at", len(u.Standing))}
	if len(u.Standing) == 0 {
		sec.Empty = &views.Empty{Text: say("unit.standing.none")}
		return sec
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.type")}, {Text: say("partnership.stage")}}}
	for _, f := range u.Standing[:min(shown, len(u.Standing))] {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(f.Title, "", r.to(partnershipPath(f.ID))), Cells: []views.Cell{{Label: say("column.type"), Text: say("mode." + string(f.Type))},
			{Label: say("partnership.stage"), Text: say("partnership.stage." + string(f.Stage))}}})
	}
	switch {
	case u.Lives():
	case u.Heir.ID == "":
		sec.Note = say("unit.no_heir")
	case portal.CanMoveUnits(r.viewer):
		move := s.form(r, path+"/move", "unit.move")
		move.ID, move.Note, move.Confirm = "move", say("unit.move.note", u.Heir.Name, service.MovedAtOnce), say("unit.move.sure", len(u.Standing), u.Heir.Name)
		sec.Forms = []views.Form{*move}
	default:
		sec.Note = say("unit.move.reviewer", u.Heir.Name)
	}
	return sec
}

// endingSection abolishes a unit, or takes that back.
func (s *site) endingSection(r *request, u service.UnitFile, path string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "ending", Title: say("unit.abolish")}
	if !u.Lives() {
		restore := s.stamped(r, path+"/restore", "unit.restore", u.Version)
		restore.ID, restore.Look = "restore", "quiet"
		sec.Title, sec.Forms = say("unit.restore"), []views.Form{*restore}
		return sec
	}
	opts := []views.Option{{Text: say("unit.nobody")}}
	for _, other := range u.Others {
		opts = append(opts, views.Option{Value: other.ID, Text: other.Name, Lang: r.han()})
	}
	end := s.stamped(r, path+"/abolish", "unit.abolish", u.Version, must(s.fieldOf(r, "unit.form.", "date", "abolished", "")), choice(s.fieldOf(r, "unit.form.", "select", "successor", ""), opts...))
	end.ID, end.Look, end.Note = "abolish", "danger", say("unit.abolish.note")
	sec.Forms = []views.Form{*end}
	return sec
}

// onUnit goes on from a form of a unit's page.
func (s *site) onUnit(ctx context.Context, r *request, err error) error {
	if err == nil {
		return s.done(r, "saved", unitsPath+"/"+url.PathEscape(r.Params("id")))
	}
	return s.refusedOr(r, err, "unit.changed", func() (views.Desk, error) { return s.unitPage(ctx, r) })
}

func (s *site) editUnit(ctx context.Context, r *request) error {
	_, err := s.Services.Units.Reword(ctx, r.viewer, r.Params("id"), r.version(), r.value("name"), r.values("clauses"))
	return s.onUnit(ctx, r, err)
}

func (s *site) abolishUnit(ctx context.Context, r *request) error {
	_, err := s.Services.Units.Abolish(ctx, r.viewer, r.Params("id"), r.version(), r.value("abolished"), r.value("successor"))
	return s.onUnit(ctx, r, err)
}

func (s *site) restoreUnit(ctx context.Context, r *request) error {
	_, err := s.Services.Units.Restore(ctx, r.viewer, r.Params("id"), r.version())
	return s.onUnit(ctx, r, err)
}

func (s *site) moveUnit(ctx context.Context, r *request) error {
	_, err := s.Services.Units.Move(ctx, r.viewer, r.Params("id"))
	return s.onUnit(ctx, r, err)
}
