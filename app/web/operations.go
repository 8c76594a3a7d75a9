package web

import (
	"context"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// recentSection lists the last imports and other operations of the organisation.
func (s *site) recentSection(ctx context.Context, r *request) (views.Section, error) {
	say := s.say(r.lang)
	sec := views.Section{ID: "operations", Title: say("operation.recent")}
	const shown = 10
	entries, err := s.Services.Operations.Recent(ctx, r.viewer, shown)
	if err != nil {
		return sec, err
	}
	if len(entries) == 0 {
		sec.Empty = &views.Empty{Text: say("operation.none")}
		return sec, nil
	}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.what")}, {Text: say("operation.by")}, {Text: say("column.when")},
		{Text: say("operation.effect")}, {Text: say("column.state")}}}
	for _, e := range entries {
		op := e.Operation
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: s.operationTitle(r, op), URL: r.to("/desk/imports/" + op.ID)}, Cells: []views.Cell{
			r.hanCell(say, say("operation.by"), e.By), {Label: say("column.when"), Text: moment(op.At)},
			{Label: say("operation.effect"), Text: say("operation.counts", op.Created, op.Changed, op.Removed)},
			{Label: say("column.state"), Text: say("operation.state." + string(op.State))}}})
	}
	sec.Table = t
	return sec, nil
}

func (s *site) operationTitle(r *request, op portal.Operation) string {
	return strings.TrimSpace(s.actionWords(r, op.Kind) + " " + op.Title)
}

// showOperation is the preview of an operation, its progress and its result. While it is
// under way the page asks again by itself.
func (s *site) showOperation(ctx context.Context, r *request) error {
	page, err := s.Services.Operations.Show(ctx, r.viewer, r.Params("id"), r.lang)
	if err != nil {
		return err
	}
	if page.Operation.Busy() {
		const again = "2" // seconds
		r.Set("Refresh", again)
	}
	return s.render(r, "desk", "", s.operationPage(ctx, r, page))
}

func (s *site) operationPage(ctx context.Context, r *request, page service.OperationPage) views.Desk {
	say, op := s.say(r.lang), page.Operation
	p := s.deskPage(ctx, r, s.operationTitle(r, op))
	p.State, p.Lead = say("operation.state."+string(op.State)), s.operationLead(r, op)
	unit := say("operation.unit." + op.Noun())
	p.Figures = []views.Figure{{Label: say("operation.created"), Value: itoa(op.Created), Unit: unit}, {Label: say("operation.changed"), Value: itoa(op.Changed), Unit: unit},
		{Label: say("operation.removed"), Value: itoa(op.Removed), Unit: unit}}
	if op.File != "" {
		p.Figures = append(p.Figures, views.Figure{Label: say("operation.same"), Value: itoa(op.Same), Unit: say("unit.rows")},
			views.Figure{Label: say("operation.faults"), Value: itoa(op.Faults), Unit: say("unit.faults")})
	}
	p.Summary = []views.Fact{fact(r.hanCell(say, say("operation.by"), page.By)), fact(views.Cell{Label: say("column.when"), Text: moment(op.At)})}
	if op.Busy() {
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("operation.progress"), Text: say("operation.done_of", op.Done, op.Total())}))
	}
	p.Links = []views.Link{{Text: say("operation.back." + op.Noun()), URL: r.to("/desk/" + op.Noun())}}
	for _, sec := range []*views.Section{s.failureSection(r, op), s.faultSection(r, page), s.decideSection(r, op), s.changeSection(r, page),
		nameSection(r, "created", say("operation.created"), page.Created), nameSection(r, "removed", say("operation.removed"), page.Removed)} {
		if sec != nil {
			p.Sections = append(p.Sections, *sec)
		}
	}
	return p
}

// operationLead says in a sentence what the state means for the person.
func (s *site) operationLead(r *request, op portal.Operation) string {
	say := s.say(r.lang)
	switch {
	case op.State == portal.OperationDraft && op.Faults > 0:
		return say("operation.lead.faults", op.Faults)
	case op.State == portal.OperationDraft && op.Total() == 0:
		return say("operation.lead.nothing")
	case op.State == portal.OperationUndone && len(op.Kept) > 0:
		return say("operation.lead.kept", len(op.Kept))
	}
	return say("operation.lead." + string(op.State))
}

// decideSection holds the buttons of those who decide.
func (s *site) decideSection(r *request, op portal.Operation) *views.Section {
	say := s.say(r.lang)
	path := "/desk/imports/" + op.ID
	switch {
	case !op.Ready() && !op.CanUndo():
		return nil
	case !portal.CanDecideOperation(r.viewer, op):
		return &views.Section{ID: "decide", Title: say("operation.decide"), Note: say("own.look_only")}
	case op.Ready():
		f := s.form(r, path+"/apply", "operation.apply")
		f.ID = "apply"
		return &views.Section{ID: "decide", Title: say("operation.decide"), Note: say("operation.apply.note"), Forms: []views.Form{*f}}
	}
	submit := "operation.undo"
	if op.State == portal.OperationRunning {
		submit = "operation.stop"
	}
	f := s.form(r, path+"/undo", submit)
	f.ID, f.Look = "undo", "danger"
	return &views.Section{ID: "decide", Title: say(submit), Note: say("operation.undo.note"), Forms: []views.Form{*f}}
}

// failureSection says why an operation failed, and what undoing had to leave alone.
func (s *site) failureSection(r *request, op portal.Operation) *views.Section {
	say := s.say(r.lang)
	if len(op.Failure) > 0 {
		sec := &views.Section{ID: "failure", Title: say("operation.failure")}
		for _, f := range op.Failure {
			sec.Prose = append(sec.Prose, say(f.Key, f.Args...))
		}
		return sec
	}
	return nameSection(r, "kept", say("operation.kept"), op.Kept)
}

func (s *site) faultSection(r *request, page service.OperationPage) *views.Section {
	say, op := s.say(r.lang), page.Operation
	if op.Faults == 0 {
		return nil
	}
	sec := &views.Section{ID: "faults", Title: say("operation.faults.title"), Note: say("operation.faults.note", len(page.Faults), op.Faults),
		Actions: []views.Link{{Text: say("operation.errors"), URL: r.to("/desk/imports/" + op.ID + "/errors.xlsx")}}}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("operation.line")}, {Text: say("operation.column")}, {Text: say("operation.problem")}}}
	for _, f := range page.Faults {
		line := say("operation.whole_file")
		if f.Line > 0 {
			line = itoa(f.Line)
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: line}, Cells: []views.Cell{
			{Label: say("operation.column"), Text: orElse(f.Column, "-")}, {Label: say("operation.problem"), Text: f.Text}}})
	}
	return sec
}

// changeSection shows old and new of the first records that change.
func (s *site) changeSection(r *request, page service.OperationPage) *views.Section {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("operation.changes"), Columns: []views.Column{{Text: say("column.name")}, {Text: say("operation.field")}, {Text: say("operation.before")}, {Text: say("operation.after")}}}
	for _, c := range page.Changed {
		for _, f := range c.Fields {
			t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: c.Name, Lang: r.han()}, Cells: []views.Cell{{Label: say("operation.field"), Text: f.Field},
				r.hanCell(say, say("operation.before"), f.Before), r.hanCell(say, say("operation.after"), f.After)}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &views.Section{ID: "changes", Title: say("operation.changes"), Note: say("operation.changes.note", len(page.Changed), page.Operation.Changed), Table: t}
}

// nameSection lists names of records.
func nameSection(r *request, id, title string, names []string) *views.Section {
	if len(names) == 0 {
		return nil
	}
	sec := &views.Section{ID: id, Title: title}
	for _, n := range names {
		sec.List = append(sec.List, views.Link{Text: n, Lang: r.han()})
	}
	return sec
}

func (s *site) applyOperation(ctx context.Context, r *request) error {
	return s.operationAct(ctx, r, s.Services.Operations.Apply)
}

func (s *site) undoOperation(ctx context.Context, r *request) error {
	return s.operationAct(ctx, r, s.Services.Operations.Undo)
}

// operationAct decides on an operation and shows where it stands now.
func (s *site) operationAct(ctx context.Context, r *request, act func(context.Context, portal.Viewer, string) (portal.Operation, error)) error {
	op, err := act(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	return r.Redirect(r.to("/desk/imports/"+op.ID), fiber.StatusSeeOther)
}

func (s *site) operationErrors(ctx context.Context, r *request) error {
	file, err := s.Services.Operations.Errors(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.say(r.lang)("operation.errors.name")+".xlsx", body)
}
