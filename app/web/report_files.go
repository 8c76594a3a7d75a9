package web

import (
	"context"
	"fmt"
	"io"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// formWord sends a form, as its page says it, as a Word file.
func (s *site) formWord(ctx context.Context, r *request) error {
	p, sheet, err := s.formPage(ctx, r)
	if err != nil {
		return err
	}
	return s.sendWord(r, fmt.Sprintf("%s-%d.docx", sheet.Form.Name.Zh, sheet.Year), p)
}

// formBook sends a form as a workbook: its fields in numbers, what is missing of whom, and
// how it is computed.
func (s *site) formBook(ctx context.Context, r *request) error {
	year, err := s.yearQuery(r)
	if err != nil {
		return err
	}
	sheet, err := s.Services.Reports.Fill(ctx, r.viewer, r.Params("form"), year)
	if err != nil {
		return err
	}
	return s.stream(r, fmt.Sprintf("%s-%d.xlsx", sheet.Form.Name.Zh, year), workbookType, func(_ context.Context, w io.Writer) error {
		b, err := newWorkbook()
		if err != nil {
			return err
		}
		defer b.close()
		for _, write := range []func(*request, *workbook, service.ReportSheet) error{s.fieldSheet, s.missingSheet, s.methodSheet} {
			if err := write(r, b, sheet); err != nil {
				return err
			}
		}
		return b.writeTo(w)
	})
}

// heads are the headings of a sheet, by their keys.
func (s *site) heads(r *request, keys ...string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = s.say(r.lang)(key)
	}
	return out
}

func (s *site) fieldSheet(r *request, b *workbook, sheet service.ReportSheet) error {
	say := s.say(r.lang)
	var rows [][]any
	for _, l := range sheet.Lines {
		cells := []any{l.Field.Key, r.name(l.Field.Label.Zh, l.Field.Label.En, "").Text, s.lineUnit(r, l).Text}
		for _, t := range []portal.Total{l.Verified, l.Claimed} {
			cells = append(cells, totalCells(say, l.Formula, t)...)
		}
		if len(l.Indicators) > 0 {
			cells = append(cells, l.Asked, l.Filled, l.Confirmed)
		}
		rows = append(rows, cells)
	}
	return b.filled(say("report.fields"), s.heads(r, "report.key", "report.column.field", "outcome.column.unit", "outcome.state.verified", "report.verified_parts", "report.verified_whole", "report.verified_records",
		"outcome.unverified", "report.claimed_parts", "report.claimed_whole", "report.claimed_records", "report.asked", "report.column.filled", "report.column.verified"), rows)
}

// totalCells are the value, numerator, denominator and number of records of a total. What
// is not known is empty; what is hidden says so.
func totalCells(say say, f portal.Formula, t portal.Total) []any {
	if t.N == 0 {
		return []any{nil, nil, nil, 0}
	}
	if t.Hidden() {
		return []any{say("report.few"), nil, nil, t.N}
	}
	if f.Op != portal.FormulaRate {
		return []any{decimal(t.Value), nil, nil, t.N}
	}
	cells := []any{nil, decimal(t.Value), decimal(t.Whole), t.N}
	if percent, known := t.Percent(); known {
		cells[0] = decimal(percent)
	}
	return cells
}

func (s *site) missingSheet(r *request, b *workbook, sheet service.ReportSheet) error {
	say := s.say(r.lang)
	var rows [][]any
	for _, g := range sheet.Gaps {
		who := []any{g.Partnership.Title, say("mode." + string(g.Partnership.Type)), parties(g.Partnership.Colleges), parties(g.Partnership.Enterprises)}
		for _, i := range g.Missing {
			rows = append(rows, append(who[:4:4], r.indicatorName(i).Text, say("period."+string(i.Period)), say("report.column.missing")))
		}
		for _, e := range g.Open {
			rows = append(rows, append(who[:4:4], r.indicatorName(e.Of).Text, s.periodText(r, e.Period), say("outcome.state."+string(e.State))))
		}
	}
	return b.filled(say("report.missing"), s.heads(r, "noun.partnership", "column.type", "column.colleges", "column.enterprises", "outcome.column.indicator", "outcome.column.period", "column.state"), rows)
}

func (s *site) methodSheet(r *request, b *workbook, sheet service.ReportSheet) error {
	say := s.say(r.lang)
	var rows [][]any
	for _, l := range sheet.Lines {
		rows = append(rows, []any{r.name(l.Field.Label.Zh, l.Field.Label.En, "").Text, s.formulaText(r, l), l.Field.Formula, say("period." + string(l.Field.Period))})
	}
	for _, line := range []string{s.followsCell(r, sheet.Form).Text, r.name(sheet.Form.Note.Zh, sheet.Form.Note.En, "").Text, say("report.method.note", s.today())} {
		rows = append(rows, []any{line})
	}
	for _, line := range s.reportNotices(r, sheet.Year, sheet.Demo) {
		rows = append(rows, []any{line})
	}
	return b.filled(say("report.method"), s.heads(r, "report.column.field", "report.formula_words", "report.formula_text", "outcome.column.period"), rows)
}
