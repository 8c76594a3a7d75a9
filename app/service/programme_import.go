package service

import (
	"context"
	"errors"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
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
	r := programmeReader{Programmes: p, viewer: v, there: map[string]portal.Programme{}, lines: map[string]int{}}
	book := func(lang string) sheetBook[ProgrammeDraft] {
		return newProgrammeBook(p.Rooms, lang, p.Clock()).sheetBook
	}
	if r.reading, err = readBook[portal.Programme](ctx, lang, name, file, book); err != nil {
		return op, err
	}
	for _, rec := range all {
		r.there[rec.ID] = rec
	}
	if r.origin, err = p.teller(ctx, v); err != nil {
		return op, err
	}
	for _, row := range r.rows {
		if err := r.take(ctx, row); err != nil {
			return op, err
		}
	}
	return propose(ctx, p.operations, v, r.reading)
}

// programmeReader turns rows into steps.
type programmeReader struct {
	*Programmes
	reading[portal.Programme, ProgrammeDraft]
	viewer portal.Viewer
	origin portal.Origin
	there  map[string]portal.Programme // of the college, by id
	lines  map[string]int              // where an id was first named
}

// take reads one row. What is wrong with it is noted, an error is that of the store.
func (r *programmeReader) take(ctx context.Context, row sheet.Row) error {
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
		r.steps = append(r.steps, step[portal.Programme]{ID: id, Version: current.Version, Before: &current})
	case there:
		d := ProgrammeDraftOf(current, r.book.year)
		if said := r.book.over(d, row); len(r.book.changes(d, said)) > 0 {
			r.write(row, step[portal.Programme]{ID: id, Version: current.Version, Before: &current}, current, said)
		} else {
			r.same++
		}
	default:
		r.write(row, step[portal.Programme]{ID: id}, r.fresh(r.viewer, s), r.book.over(ProgrammeDraft{}, row))
	}
	return nil
}

// write adds the step that brings a programme to what the row says.
func (r *programmeReader) write(row sheet.Row, st step[portal.Programme], rec portal.Programme, d ProgrammeDraft) {
	if r.refused(row.Line, d.check(rec)) {
		return
	}
	after := d.onto(rec, r.book.year)
	after.Trail, after.Origin, after.ConfirmedAt = portal.Trail{}, r.origin, r.Clock().UTC()
	st.After = &after
	r.steps = append(r.steps, st)
}

// programmeOperations lets operations change programmes.
func programmeOperations(o *Operations) *operated[portal.Programme, *portal.Programme] {
	return enrol(o, &operated[portal.Programme, *portal.Programme]{records: o.Records.Programmes, name: programmeName,
		book: func(lang string, at time.Time) operatedBook[portal.Programme] {
			return newProgrammeBook(o.Rooms, lang, at)
		}})
}
