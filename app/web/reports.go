package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const reportsPath = "/desk/reports"

func formPath(id string) string { return reportsPath + "/" + url.PathEscape(id) }

// yearQuery is the chosen year among those offered; none chosen: the last whole one.
func (s *site) yearQuery(r *request) (int, error) {
	typed := clean(r.Query("year"))
	if typed == "" {
		return s.Services.Reports.LastYear(), nil
	}
	year, err := strconv.Atoi(typed)
	if err != nil || !slices.Contains(s.Services.Reports.Years(), year) {
		return 0, badRequest{portal.Invalid{{Field: "year", Key: "problem.unknown_value", Args: []any{cut(typed, maxChoice)}}}}
	}
	return year, nil
}

// inYear adds the year to an address.
func inYear(path string, year int) string { return path + "?year=" + itoa(year) }

// yearForm lets one choose the year of a page.
func (s *site) yearForm(r *request, path string, year int) *views.Form {
	say := s.say(r.lang)
	var opts []views.Option
	for _, y := range s.Services.Reports.Years() {
		opts = append(opts, views.Option{Value: itoa(y), Text: say("report.year", y)})
	}
	return &views.Form{Action: r.to(path), Get: true, Across: true, Submit: say("report.choose"), Look: "quiet",
		Fields: []views.Field{choice(s.fieldOf(r, "report.form.", "select", "year", itoa(year)), opts...)}}
}

// reportNotices say what one must know of the figures of a page.
func (s *site) reportNotices(r *request, year, demo int) []string {
	say := s.say(r.lang)
	var out []string
	if year > s.Services.Reports.LastYear() {
		out = append(out, say("report.not_over", year))
	}
	if demo > 0 {
		out = append(out, say("report.demo", demo))
	}
	return out
}

// listReports is where the office answers from: the ledger, the forms, the yearly report.
func (s *site) listReports(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	if !portal.CanReport(r.viewer) {
		return portal.ErrNotFound
	}
	year, err := s.yearQuery(r)
	if err != nil {
		return err
	}
	sheets, err := s.Services.Reports.FillAll(ctx, r.viewer, year)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("report.title"))
	p.Lead = say("report.lead")
	p.Form = s.yearForm(r, reportsPath, year)
	sec := views.Section{ID: "forms", Title: say("report.forms", year), Note: say("report.forms.note")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("report.column.form")}, {Text: say("report.column.partnerships"), Number: true}, {Text: say("report.column.fields"), Number: true},
		{Text: say("report.column.filled"), Number: true}, {Text: say("report.column.verified"), Number: true}, {Text: say("report.column.follows")}}}
	demo := 0
	for _, sheet := range sheets {
		f := sheet.Form
		demo = max(demo, sheet.Demo)
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(f.Name.Zh, f.Name.En, r.to(inYear(formPath(f.ID), year))), Cells: []views.Cell{
			{Label: say("report.column.partnerships"), Text: itoa(len(sheet.Partnerships)), Number: true}, {Label: say("report.column.fields"), Text: itoa(len(f.Fields)), Number: true},
			{Label: say("report.column.filled"), Text: partText(say, sheet.Filled, sheet.Cells), Number: true}, {Label: say("report.column.verified"), Text: partText(say, sheet.Verified, sheet.Cells), Number: true},
			s.followsCell(r, f)}})
	}
	p.Notices = append(p.Notices, s.reportNotices(r, year, demo)...)
	p.Sections = []views.Section{sec,
		{ID: "ledger", Title: say("report.ledger"), Note: say("report.ledger.lead"), Actions: []views.Link{{Text: say("report.open"), URL: r.to(ledgerPath)}, {Text: say("report.xlsx"), URL: r.to(ledgerPath + ".xlsx")}}},
		{ID: "yearly", Title: say("report.yearly", year), Note: say("report.yearly.lead"), Actions: []views.Link{{Text: say("report.open"), URL: r.to(inYear(yearlyPath, year))}, {Text: say("report.word"), URL: r.to(inYear(yearlyPath+".docx", year))}}},
		{ID: "public", Title: say("report.public"), Note: say("report.public.lead"), Actions: []views.Link{{Text: say("yearbook.title"), URL: r.to(yearbookPath + "/" + itoa(year))}, {Text: say("open.title"), URL: r.to("/open-data")}, {Text: say("standing.title"), URL: r.to(gapPath)}}}}
	return s.render(r, "desk", "", p)
}

// partText is a part of a whole with its share.
func partText(say say, part, whole int) string {
	if whole == 0 {
		return "—"
	}
	return say("report.part", part, whole, part*100/whole)
}

// followsCell names the document a form follows.
func (s *site) followsCell(r *request, f portal.ReportForm) views.Cell {
	say := s.say(r.lang)
	if f.Document == "" {
		return views.Cell{Label: say("report.column.follows"), Text: say("report.own")}
	}
	return r.hanCell(say, say("report.column.follows"), f.Document)
}

// showForm is a form filled for a year: what is verified and what is only claimed, how much
// of it is there, and what is missing of whom.
func (s *site) showForm(ctx context.Context, r *request) error {
	p, _, err := s.formPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) formPage(ctx context.Context, r *request) (views.Desk, service.ReportSheet, error) {
	say := s.say(r.lang)
	year, err := s.yearQuery(r)
	if err != nil {
		return views.Desk{}, service.ReportSheet{}, err
	}
	sheet, err := s.Services.Reports.Fill(ctx, r.viewer, r.Params("form"), year)
	if err != nil {
		return views.Desk{}, sheet, err
	}
	name := r.name(sheet.Form.Name.Zh, sheet.Form.Name.En, "")
	p := s.deskPage(ctx, r, say("report.heading", name.Text, year))
	p.Kind, p.Lead = say("report.column.form"), r.name(sheet.Form.Note.Zh, sheet.Form.Note.En, "").Text
	p.Notices = append(p.Notices, s.reportNotices(r, year, sheet.Demo)...)
	for _, e := range sheet.Crossed {
		p.Notices = append(p.Notices, say("report.crossed", e.In.Title, r.indicatorName(e.Of).Text, s.periodText(r, e.Period)))
	}
	p.Form = s.yearForm(r, formPath(sheet.Form.ID), year)
	p.Figures = []views.Figure{
		{Label: say("report.column.partnerships"), Value: itoa(len(sheet.Partnerships)), Unit: say("unit.partnerships")},
		{Label: say("report.cells"), Value: itoa(sheet.Cells), Unit: say("report.unit.cells"), Note: say("report.cells.note")},
		{Label: say("report.column.filled"), Value: itoa(sheet.Filled), Unit: say("report.unit.cells"), Note: partText(say, sheet.Filled, sheet.Cells)},
		{Label: say("report.column.verified"), Value: itoa(sheet.Verified), Unit: say("report.unit.cells"), Note: partText(say, sheet.Verified, sheet.Cells)}}
	missing := shortened(say, s.gapSection(r, sheet), r.to(inYear(formPath(sheet.Form.ID)+".xlsx", year)))
	p.Sections = []views.Section{s.lineSection(r, sheet), missing, s.methodSection(r, sheet)}
	return p, sheet, nil
}

// lineSection lists the fields with their values.
func (s *site) lineSection(r *request, sheet service.ReportSheet) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "fields", Title: say("report.fields"), Note: say("report.fields.note"), Print: true}
	sec.Actions = []views.Link{{Text: say("report.xlsx"), URL: r.to(inYear(formPath(sheet.Form.ID)+".xlsx", sheet.Year))}, {Text: say("report.word"), URL: r.to(inYear(formPath(sheet.Form.ID)+".docx", sheet.Year))}}
	if portal.CanBundle(r.viewer) {
		sec.Actions = append(sec.Actions, views.Link{Text: say("report.evidence"), URL: r.to(inYear(formPath(sheet.Form.ID)+"/evidence.zip", sheet.Year))})
	}
	if portal.CanEditForms(r.viewer) {
		sec.Actions = append(sec.Actions, views.Link{Text: say("report.edit"), URL: r.to(formPath(sheet.Form.ID) + "/edit")})
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("report.column.field")}, {Text: say("outcome.state.verified"), Number: true}, {Text: say("outcome.unverified"), Number: true},
		{Text: say("outcome.column.unit")}, {Text: say("report.column.answered"), Number: true}, {Text: say("outcome.column.period")}}}
	for _, l := range sheet.Lines {
		name := r.name(l.Field.Label.Zh, l.Field.Label.En, r.to(inYear(formPath(sheet.Form.ID)+"/"+l.Field.Key, sheet.Year)))
		answered := views.Cell{Label: say("report.column.answered"), Text: "—", Number: true, Muted: true}
		if len(l.Indicators) > 0 {
			answered = views.Cell{Label: say("report.column.answered"), Text: say("report.of", l.Filled, l.Asked), Number: true}
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: name, Cells: []views.Cell{s.totalCell(r, say("outcome.state.verified"), l.Formula, l.Verified), s.totalCell(r, say("outcome.unverified"), l.Formula, l.Claimed),
			s.lineUnit(r, l), answered, {Label: say("outcome.column.period"), Text: say("period." + string(l.Field.Period))}}})
	}
	return sec
}

// totalText is a total as people read it.
func (s *site) totalText(r *request, f portal.Formula, t portal.Total) string {
	say := s.say(r.lang)
	switch percent, known := t.Percent(); {
	case t.N == 0:
		return "—"
	case t.Hidden():
		return say("report.few")
	case f.Op == portal.FormulaRate && !known:
		return "—"
	case f.Op == portal.FormulaRate:
		return say("outcome.rate", percent.String(), t.Value.String(), t.Whole.String())
	}
	return t.Value.String()
}

func (s *site) totalCell(r *request, label string, f portal.Formula, t portal.Total) views.Cell {
	return views.Cell{Label: label, Text: s.totalText(r, f, t), Number: true, Muted: t.N == 0 || t.Hidden()}
}

// lineUnit is what the values of a field are counted in.
func (s *site) lineUnit(r *request, l service.ReportLine) views.Cell {
	say := s.say(r.lang)
	if len(l.Indicators) == 0 {
		return views.Cell{Label: say("outcome.column.unit"), Text: say("report.counts." + l.Formula.Counts())}
	}
	return s.unitCell(r, l.Indicators[0])
}

// gapSection says what is missing, of whom.
func (s *site) gapSection(r *request, sheet service.ReportSheet) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "missing", Title: say("report.missing"), Note: say("report.missing.note")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("report.column.filled"), Number: true}, {Text: say("report.column.verified"), Number: true},
		{Text: say("report.column.missing")}, {Text: say("report.column.open")}}}
	for _, g := range sheet.Gaps {
		if g.Confirmed == g.Asked {
			continue
		}
		var missing, open []string
		for _, i := range g.Missing {
			missing = append(missing, r.indicatorName(i).Text)
		}
		for _, e := range g.Open {
			open = append(open, say("report.open_outcome", r.indicatorName(e.Of).Text, say("outcome.state."+string(e.State))))
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(g.Partnership.Title, "", r.to(outcomesPath(g.Partnership.ID)+"#missing")), Badge: badge(say, g.Partnership.Origin),
			Cells: []views.Cell{{Label: say("report.column.filled"), Text: say("report.of", g.Filled, g.Asked), Number: true}, {Label: say("report.column.verified"), Text: say("report.of", g.Confirmed, g.Asked), Number: true},
				tagsOrNone(say("report.column.missing"), missing), tagsOrNone(say("report.column.open"), open)}})
	}
	switch {
	case len(sheet.Partnerships) == 0:
		sec.Empty = &views.Empty{Text: say("report.nobody")}
	case len(sec.Table.Rows) == 0:
		sec.Empty = &views.Empty{Text: say("report.complete")}
	}
	return sec
}

// tagsOrNone is a cell of several texts; a dash where there are none.
func tagsOrNone(label string, tags []string) views.Cell {
	if len(tags) == 0 {
		return views.Cell{Label: label, Text: "—", Muted: true}
	}
	return views.Cell{Label: label, Tags: tags}
}

// methodSection says how the fields are computed, of what, and when.
func (s *site) methodSection(r *request, sheet service.ReportSheet) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "method", Title: say("report.method"), Note: say("report.method.note", s.today())}
	follows := s.followsCell(r, sheet.Form)
	sec.Facts = append(sec.Facts, fact(follows))
	for _, l := range sheet.Lines {
		sec.Facts = append(sec.Facts, fact(views.Cell{Label: r.name(l.Field.Label.Zh, l.Field.Label.En, "").Text, Text: s.formulaText(r, l)}))
	}
	return sec
}

// formulaText is a formula in words.
func (s *site) formulaText(r *request, l service.ReportLine) string {
	say := s.say(r.lang)
	if what := l.Formula.Counts(); what != "" {
		return say("report.formula.records." + what)
	}
	names := make([]any, len(l.Indicators))
	for i, ind := range l.Indicators {
		names[i] = r.indicatorName(ind).Text
	}
	if len(names) == 2 {
		return say("report.formula.ratio", names...)
	}
	key := "report.formula." + string(l.Formula.Op)
	if l.Formula.Op == portal.FormulaSum && !l.Indicators[0].Adds() {
		key = "report.formula.latest"
	}
	return say(key, names...)
}

// today is the day in Shanghai.
func (s *site) today() string { return day(s.Clock()) }

// longList is how many rows of a list a report shows on its page; files have all.
const longList = 200

// shortened leaves the first rows of a long list on a page, and leads to where all are.
func shortened(say say, sec views.Section, all string) views.Section {
	if n := len(sec.Table.Rows); n > longList {
		sec.Table.Rows = sec.Table.Rows[:longList]
		sec.More = &views.Link{Text: say("report.long", longList, n), URL: all}
	}
	return sec
}
