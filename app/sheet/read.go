package sheet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Read reads the rows of a workbook by its layout. Columns are found by title and may
// stand in any order; unknown columns and rows without a value in a known one are skipped.
// Every fault of every row is returned, by line, then column; rows with faults are
// returned too. report, when given, is told now and then how many of about how many lines
// are done. most limits the rows, 0 does not.
//
// Errors: ErrNotWorkbook (also a damaged, encrypted or old .xls file), ErrTooLarge (more
// than 32 MB unpacked), ErrTooManyRows, or that of ctx.
func Read(ctx context.Context, file []byte, l Layout, most int, report func(done, total int)) ([]Row, []Fault, error) {
	b, err := open(ctx, file)
	if err != nil {
		return nil, nil, fmt.Errorf("sheet.Read(%s): %w", l.Sheet, err)
	}
	t, ok := b.find(l)
	if !ok {
		return nil, []Fault{{Problem: "sheet.no_sheet", Args: []any{l.Sheet}}}, nil
	}
	if report == nil {
		report = func(done, total int) {}
	}
	r := &reader{columns: l.Columns, most: most, report: report}
	merged, err := b.rows(ctx, t, func(total int) { r.total = total }, r.take)
	if err != nil {
		return nil, nil, fmt.Errorf("sheet.Read(%s): %w", l.Sheet, err)
	}
	r.finish(merged)
	return r.rows, r.faults, nil
}

type reader struct {
	columns []Column
	most    int
	report  func(done, total int)
	total   int // lines of the sheet, about
	fields  []*field
	rows    []Row
	faults  []Fault
	headed  bool
	line    int // the last one with values
}

// field is a column found in the file.
type field struct {
	Column
	at      int               // in the file, from 1
	choices map[string]string // as written, by folded form
	nearest map[string]string // by a wrong value, because people repeat their mistakes
}

func (r *reader) take(line int, cells []cell) error {
	if line%500 == 0 {
		r.report(line, max(line, r.total))
	}
	if !r.headed && line == 1 {
		r.header(cells)
		return nil
	}
	if !r.headed {
		r.header(nil)
	}
	row := make([]cell, len(r.fields))
	empty := true
	for i, f := range r.fields {
		if at := slices.IndexFunc(cells, func(c cell) bool { return c.at == f.at }); at >= 0 {
			row[i], empty = cells[at], false
		}
	}
	if empty {
		return nil
	}
	if r.most > 0 && len(r.rows) == r.most {
		return fmt.Errorf("%w: more than %d", ErrTooManyRows, r.most)
	}
	r.line = line
	values := make(map[string]string, len(row))
	for i, f := range r.fields {
		value, faults := f.read(row[i])
		values[f.Key] = value
		for _, found := range faults {
			found.Line, found.Key = line, f.Key
			r.faults = append(r.faults, found)
		}
	}
	r.rows = append(r.rows, Row{line, values})
	return nil
}

// header finds the columns in the heading line.
func (r *reader) header(cells []cell) {
	r.headed = true
	places, faults := match(r.columns, cells)
	r.faults = append(r.faults, faults...)
	for i, at := range places {
		if at == 0 {
			continue
		}
		f := &field{Column: r.columns[i], at: at, choices: map[string]string{}, nearest: map[string]string{}}
		for _, choice := range f.Choices {
			f.choices[fold(choice)] = choice
		}
		r.fields = append(r.fields, f)
	}
}

// match finds where each column stands in a heading line, 0 for nowhere.
func match(columns []Column, heading []cell) (places []int, faults []Fault) {
	const longest = 1000 // bytes of a title; comparing hostile ones would take minutes
	found := map[string][]int{}
	for _, h := range heading {
		if len(h.text) <= longest {
			name := foldTitle(h.text)
			found[name] = append(found[name], h.at)
		}
	}
	places = make([]int, len(columns))
	for i, c := range columns {
		at := found[foldTitle(c.Title)]
		if len(at) == 0 {
			faults = append(faults, Fault{1, c.Key, "sheet.no_column", []any{c.Title}})
			continue
		}
		places[i] = at[0]
		if len(at) > 1 {
			faults = append(faults, Fault{1, c.Key, "sheet.column_twice", []any{c.Title}})
		}
	}
	return places, faults
}

func (r *reader) finish(merged []string) {
	if !r.headed {
		r.header(nil)
	}
	r.merges(merged)
	order := map[string]int{}
	for i, c := range r.columns {
		order[c.Key] = i
	}
	slices.SortStableFunc(r.faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(order[a.Key], order[b.Key]))
	})
	r.report(max(r.line, r.total), max(r.line, r.total))
}

// merges finds the merged cells that touch the rows, one fault for each place they begin.
func (r *reader) merges(merged []string) {
	seen := map[spot]bool{}
	for _, area := range merged {
		from, to, _ := strings.Cut(area, ":")
		left, top, err := excelize.CellNameToCoordinates(from)
		if err != nil {
			continue
		}
		right, bottom, err := excelize.CellNameToCoordinates(to)
		if err != nil {
			continue
		}
		line := max(top, 2)
		if line > min(bottom, r.line) {
			continue
		}
		for _, f := range r.fields {
			if at := (spot{line, f.Key}); f.at >= left && f.at <= right && !seen[at] {
				seen[at] = true
				r.faults = append(r.faults, Fault{line, f.Key, "sheet.merged", []any{area}})
				break
			}
		}
	}
}
