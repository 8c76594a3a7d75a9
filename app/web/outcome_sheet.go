package web

import (
	"context"
	"io"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// outcomeSheetSection offers the workbook of a partnership, and takes it back.
func (s *site) outcomeSheetSection(r *request, p portal.Partnership) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "workbook", Title: say("outcome.workbook"), Note: say("outcome.workbook.note"), Actions: []views.Link{{Text: say("outcome.template"), URL: r.to(outcomesPath(p.ID) + ".xlsx")}}}
	field := must(s.fieldOf(r, "outcome.form.", "file", "workbook", ""))
	field.Accept = ".xlsx"
	f := s.form(r, outcomesPath(p.ID)+"/import", "outcome.upload", field)
	f.ID, f.Upload = "import", true
	sec.Forms = []views.Form{*f}
	return sec
}

func (s *site) outcomeTemplate(ctx context.Context, r *request) error {
	file, err := s.Services.Outcomes.Template(ctx, r.viewer, r.lang, r.Params("id"))
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.say(r.lang)("outcome.sheet")+"-"+s.Clock().In(portal.Shanghai).Format("20060102")+".xlsx", file)
}

// importOutcomes enters a whole workbook, or shows row by row what is wrong with it.
func (s *site) importOutcomes(ctx context.Context, r *request) error {
	return s.takeRows(ctx, r, s.Services.Outcomes.Import, "outcomes_imported", outcomesPath(r.Params("id")), s.outcomesPage)
}

// rowImport takes a workbook whose rows are kept with a partnership, all or none.
type rowImport func(ctx context.Context, v portal.Viewer, lang, partnership string, file []byte) (int, []service.RowFault, error)

// takeRows brings a workbook in and goes on, or shows the page it was sent from with what is
// wrong with its rows.
func (s *site) takeRows(ctx context.Context, r *request, read rowImport, flash, next string, page func(context.Context, *request) (views.Desk, error)) error {
	faults, err := r.takeWorkbook(ctx, read)
	if err == nil && len(faults) == 0 {
		return s.done(r, flash, next)
	}
	if err == nil {
		err = portal.Invalid{{Field: "workbook", Key: "outcome.sheet.refused", Args: []any{len(faults)}}}
	}
	return s.again(r, err, func() (views.Desk, error) {
		p, err := page(ctx, r)
		if err == nil && len(faults) > 0 {
			p.Sections = append([]views.Section{s.rowFaults(r, faults)}, p.Sections...)
		}
		return p, err
	})
}

func (r *request) takeWorkbook(ctx context.Context, read rowImport) ([]service.RowFault, error) {
	file, err := r.FormFile("workbook")
	if err != nil {
		return nil, portal.Invalid{{Field: "workbook", Key: "problem.required"}}
	}
	body, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer body.Close()
	all, err := io.ReadAll(io.LimitReader(body, service.ImportBytes+1))
	if err != nil {
		return nil, err
	}
	_, faults, err := read(ctx, r.viewer, r.lang, r.Params("id"), all)
	return faults, err
}

// rowFaults lists what is wrong with the rows of a workbook.
func (s *site) rowFaults(r *request, faults []service.RowFault) views.Section {
	say := s.say(r.lang)
	const shown = 200
	sec := views.Section{ID: "faults", Title: say("operation.faults.title"), Note: say("outcome.faults.note", min(len(faults), shown), len(faults))}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("operation.line")}, {Text: say("operation.problem")}}}
	for _, f := range faults[:min(len(faults), shown)] {
		line := say("operation.whole_file")
		if f.Line > 0 {
			line = itoa(f.Line)
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: line}, Cells: []views.Cell{{Label: say("operation.problem"), Text: f.Text}}})
	}
	return sec
}
