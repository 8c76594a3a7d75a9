package service

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// The limits of an uploaded workbook.
const (
	ImportBytes = 5 << 20
	importRows  = 5000
	faultsKept  = 1000
)

// Import checks an uploaded workbook of programmes and keeps what applying it would do,
// or what is wrong with it. Programmes that are not in it stay as they are.
func (p *Programmes) Import(ctx context.Context, v portal.Viewer, lang, name string, file []byte) (portal.Operation, error) {
	var op portal.Operation
	all, err := p.own(ctx, v)
	if err != nil {
		return op, err
	}
	if !v.CanEdit() {
		return op, portal.ErrForbidden
	}
	if len(file) > ImportBytes {
		return op, portal.Invalid{{Field: "workbook", Key: "problem.file_size", Args: []any{ImportBytes >> 20}}}
	}
	words, rows, faults, err := p.read(ctx, lang, file)
	if err != nil {
		return op, err
	}
	r := importReader{Programmes: p, viewer: v, words: words, there: map[string]portal.Programme{}, lines: map[string]int{}, faults: faults}
	for _, rec := range all {
		r.there[rec.ID] = rec
	}
	if r.origin, err = p.teller(ctx, v); err != nil {
		return op, err
	}
	for _, row := range rows {
		if err := r.take(ctx, row); err != nil {
			return op, err
		}
	}
	slices.SortStableFunc(r.faults, func(a, b sheet.Fault) int { return a.Line - b.Line })
	op = portal.Operation{Kind: "programmes.import", Title: shortened(strings.TrimSpace(name), nameMost), Same: r.same}
	if op.File, err = p.keepBytes(ctx, file); err != nil {
		return op, err
	}
	if len(r.faults) > 0 {
		var marked bytes.Buffer
		if err := sheet.Mark(&marked, file, words.layout(), r.faults, words.text); err != nil {
			return op, fault("service.Programmes.Import", name, err)
		}
		if op.Errors, err = p.keepBytes(ctx, marked.Bytes()); err != nil {
			return op, err
		}
	}
	return p.operations.draft(ctx, v, op, plan{Steps: r.steps, Faults: r.faults[:min(len(r.faults), faultsKept)], faults: len(r.faults)})
}

func (p *Programmes) keepBytes(ctx context.Context, body []byte) (string, error) {
	blob, err := p.Records.Engine.PutBlob(ctx, bytes.NewReader(body), planMost)
	return blob.ID, fault("service.Programmes.keepBytes", "", err)
}

// read reads the rows of a workbook that was made in either language, whatever that of
// the page.
func (p *Programmes) read(ctx context.Context, lang string, file []byte) (sheetWords, []sheet.Row, []sheet.Fault, error) {
	words := newSheetWords(p.Rooms, lang, p.Clock())
	rows, faults, err := sheet.Read(ctx, file, words.layout(), importRows, nil)
	if err == nil && otherForm(faults) {
		other := newSheetWords(p.Rooms, otherLanguage(lang), p.Clock())
		if r, f, e := sheet.Read(ctx, file, other.layout(), importRows, nil); e == nil && !otherForm(f) {
			words, rows, faults = other, r, f
		}
	}
	switch {
	case errors.Is(err, sheet.ErrNotWorkbook):
		err = portal.Invalid{{Field: "workbook", Key: "import.not_workbook"}}
	case errors.Is(err, sheet.ErrTooLarge):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_large"}}
	case errors.Is(err, sheet.ErrTooManyRows):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_many_rows", Args: []any{importRows}}}
	}
	return words, rows, faults, fault("service.Programmes.read", "", err)
}

// otherForm reports whether a workbook lacks the sheet or columns it was read for.
func otherForm(faults []sheet.Fault) bool {
	return slices.ContainsFunc(faults, func(f sheet.Fault) bool { return f.Problem == "sheet.no_sheet" || f.Problem == "sheet.no_column" })
}

func otherLanguage(lang string) string {
	if lang == english {
		return "zh-CN"
	}
	return english
}

// importReader turns rows into steps.
type importReader struct {
	*Programmes
	viewer portal.Viewer
	words  sheetWords
	origin portal.Origin
	there  map[string]portal.Programme // of the college, by id
	lines  map[string]int              // where an id was first named
	steps  []step
	faults []sheet.Fault
	same   int
}

func (r *importReader) fail(line int, key, problem string, args ...any) {
	r.faults = append(r.faults, sheet.Fault{Line: line, Key: key, Problem: problem, Args: args})
}

// take reads one row. What is wrong with it is noted, an error is that of the store.
func (r *importReader) take(ctx context.Context, row sheet.Row) error {
	code, name := row.Cells[columnCode], row.Cells[columnName]
	s, err := r.specialism(ctx, orElse(code, name))
	var bad portal.Invalid
	if errors.As(err, &bad) {
		for _, b := range bad {
			r.fail(row.Line, columnCode, b.Key, b.Args...)
		}
		return nil
	}
	if err != nil {
		return err
	}
	id := portal.ProgrammeID(r.viewer.Record, s.Code)
	if first, twice := r.lines[id]; twice {
		r.fail(row.Line, columnCode, "import.twice", first)
		return nil
	}
	r.lines[id] = row.Line
	current, there := r.there[id]
	if name != "" && name != s.Name && (!there || name != current.Name) {
		r.fail(row.Line, columnName, "import.other_name", s.Code, s.Name)
		return nil
	}
	switch {
	case row.Cells[columnAct] != "" && !there:
		r.same++ // it was withdrawn before
	case row.Cells[columnAct] != "" && current.SeatsPromised() > 0:
		r.fail(row.Line, columnAct, "programme.promised_to", current.SeatsPromised())
	case row.Cells[columnAct] != "":
		r.steps = append(r.steps, step{ID: id, Version: current.Version, Before: &current})
	case there:
		r.change(row, current)
	default:
		r.write(row, step{ID: id}, r.fresh(r.viewer, s), ProgrammeDraft{})
	}
	return nil
}

// change takes over the cells that differ from what a programme says; the others may
// have come into the record in a form no cell holds, and stay.
func (r *importReader) change(row sheet.Row, current portal.Programme) {
	if d := ProgrammeDraftOf(current, r.words.year); r.differs(row, d) {
		r.write(row, step{ID: current.ID, Version: current.Version, Before: &current}, current, d)
	} else {
		r.same++
	}
}

func (r *importReader) differs(row sheet.Row, d ProgrammeDraft) bool {
	return slices.ContainsFunc(draftColumns, func(c sheetColumn) bool {
		value, ok := r.cell(row, c)
		return ok && value != c.value(d)
	})
}

// cell is the value of a row in a column, in keys; a no is the same as nothing.
func (r *importReader) cell(row sheet.Row, c sheetColumn) (string, bool) {
	text, ok := row.Cells[c.key]
	var d ProgrammeDraft
	c.set(&d, r.words.keys(c, text))
	return c.value(d), ok
}

// write adds the step that brings a programme to what the row says.
func (r *importReader) write(row sheet.Row, st step, rec portal.Programme, d ProgrammeDraft) {
	for _, c := range draftColumns {
		if value, ok := r.cell(row, c); ok && value != c.value(d) {
			c.set(&d, value)
		}
	}
	var bad portal.Invalid
	if errors.As(d.check(rec), &bad) {
		for _, b := range bad {
			r.fail(row.Line, b.Field, b.Key, b.Args...)
		}
		return
	}
	after := d.onto(rec, r.words.year)
	after.Trail, after.Origin, after.ConfirmedAt = portal.Trail{}, r.origin, r.Clock().UTC()
	st.After = &after
	r.steps = append(r.steps, st)
}
