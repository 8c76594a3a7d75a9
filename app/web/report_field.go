package web

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showReportField is the records behind a field of a form, and of whom there is none.
func (s *site) showReportField(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	year, err := s.yearQuery(r)
	if err != nil {
		return err
	}
	b, err := s.Services.Reports.Behind(ctx, r.viewer, r.Params("form"), r.Params("field"), year)
	if err != nil {
		return err
	}
	name, form := r.name(b.Line.Field.Label.Zh, b.Line.Field.Label.En, ""), r.name(b.Sheet.Form.Name.Zh, b.Sheet.Form.Name.En, "")
	p := s.deskPage(ctx, r, say("report.heading", name.Text, year))
	p.Kind, p.Lead = form.Text, s.formulaText(r, b.Line)
	p.Notices = s.reportNotices(r, year, b.Sheet.Demo)
	p.Links = []views.Link{{Text: say("report.back", form.Text), URL: r.to(inYear(formPath(b.Sheet.Form.ID), year))}}
	if len(b.Line.Indicators) == 0 {
		p.Figures = []views.Figure{{Label: name.Text, Value: s.totalText(r, b.Line.Formula, b.Line.Verified), Unit: s.lineUnit(r, b.Line).Text}}
		p.Sections = []views.Section{s.atWorkSection(r, b.AtWork)}
		return s.render(r, "desk", "", p)
	}
	p.Figures = []views.Figure{{Label: say("outcome.state.verified"), Value: s.totalText(r, b.Line.Formula, b.Line.Verified), Unit: s.lineUnit(r, b.Line).Text, Note: say("report.records", b.Line.Verified.N)},
		{Label: say("outcome.unverified"), Value: s.totalText(r, b.Line.Formula, b.Line.Claimed), Unit: s.lineUnit(r, b.Line).Text, Note: say("report.records", b.Line.Claimed.N)}}
	p.Sections = []views.Section{s.behindSection(r, b)}
	if len(b.Missing) > 0 {
		sec := views.Section{ID: "missing", Title: say("report.missing_of", len(b.Missing)), Note: say("report.missing_of.note")}
		for _, pt := range b.Missing {
			sec.List = append(sec.List, r.name(pt.Title, "", r.to(outcomesPath(pt.ID)+"#missing")))
		}
		p.Sections = append(p.Sections, sec)
	}
	return s.render(r, "desk", "", p)
}

func (s *site) behindSection(r *request, b service.ReportRecords) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "records", Title: say("report.behind"), Note: say("report.behind.note"), Print: true}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("outcome.column.indicator")}, {Text: say("outcome.column.period")},
		{Text: say("outcome.column.value"), Number: true}, {Text: say("outcome.column.unit")}, {Text: say("column.state")}, {Text: say("report.column.counts")}}}
	for _, e := range b.Entries {
		counts := say("report.counts_not")
		if b.Counted[e.ID] {
			counts = say("report.counts_yes")
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(e.In.Title, "", r.to(outcomePath(e.ID))), Badge: badge(say, e.Origin),
			Cells: []views.Cell{{Label: say("outcome.column.indicator"), Text: r.indicatorName(e.Of).Text}, {Label: say("outcome.column.period"), Text: s.periodText(r, e.Period)}, s.valueCell(r, e.Of, e.Current()),
				s.unitCell(r, e.Of), {Label: say("column.state"), Text: say("outcome.state." + string(e.State))}, {Label: say("report.column.counts"), Text: counts}}})
	}
	if len(b.Entries) == 0 {
		sec.Empty = &views.Empty{Text: say("outcome.none")}
	}
	return sec
}

// atWorkSection lists the partnerships behind a count of records.
func (s *site) atWorkSection(r *request, partnerships []portal.Partnership) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "records", Title: say("report.list", len(partnerships)), Print: true}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("column.type")}, {Text: say("column.colleges")}, {Text: say("column.enterprises")}, {Text: say("report.ledger.signed")}}}
	for _, pt := range partnerships {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(pt.Title, "", r.to(partnershipPath(pt.ID))), Badge: badge(say, pt.Origin), Cells: []views.Cell{{Label: say("column.type"), Text: say("mode." + string(pt.Type))},
			r.hanCell(say, say("column.colleges"), parties(pt.Colleges)), r.hanCell(say, say("column.enterprises"), parties(pt.Enterprises)), dashed(say("report.ledger.signed"), pt.Agreement.SignedOn)}})
	}
	if len(partnerships) == 0 {
		sec.Empty = &views.Empty{Text: say("report.nobody")}
	}
	return sec
}
