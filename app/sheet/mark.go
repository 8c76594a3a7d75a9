package sheet

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Mark writes the workbook that explains faults: the uploaded rows on their lines, with
// faulty cells coloured and commented, and a first column of the words of each line's
// faults; those of the whole file and the heading stand in its heading. Its title is what
// say answers to Fault{Line: 1, Problem: "sheet.faults"}. An uploaded first column of that
// title is replaced, so that a marked workbook can be sent back.
//
// The sheet is written anew in the look of the layout, with the person's columns and
// values; formulas become the values they showed and merged cells come apart. Only the
// first 1,000 faulty cells have comments. Errors: those of Read about the file.
func Mark(w io.Writer, file []byte, l Layout, faults []Fault, say func(Fault) string) error {
	if err := mark(w, file, l, faults, say); err != nil {
		return fmt.Errorf("sheet.Mark(%s): %w", l.Sheet, err)
	}
	return nil
}

func mark(w io.Writer, file []byte, l Layout, faults []Fault, say func(Fault) string) error {
	ctx := context.Background()
	b, err := open(ctx, file)
	if err != nil {
		return err
	}
	t, ok := b.find(l)
	if !ok {
		t = b.tabs[0] // the words still need a sheet to stand on
	}
	p, err := newPen(l)
	if err != nil {
		return err
	}
	defer p.file.Close()
	m := &marker{pen: p, layout: l, lines: map[int][]string{}, cells: map[spot][]string{}}
	m.title, _, _ = strings.Cut(say(Fault{Line: 1, Problem: "sheet.faults"}), "\n")
	for _, f := range faults {
		m.note(f, say(f))
	}
	if _, err := b.rows(ctx, t, func(int) {}, m.take); err != nil {
		return err
	}
	if !m.headed {
		if err := m.header(nil); err != nil {
			return err
		}
	}
	return p.finish(w, l, m.places, m.width, m.line)
}

// marker copies the rows of an upload to a pen.
type marker struct {
	*pen
	layout   Layout
	title    string
	lines    map[int][]string  // the words of each line's faults
	cells    map[spot][]string // and of each cell's
	shift    int               // 1 when the first column is new
	places   []place
	headed   bool
	width    int
	line     int
	comments int
}

// note keeps the words of a fault. What concerns the whole file stands in line 1.
func (m *marker) note(f Fault, words string) {
	line := max(f.Line, 1)
	m.lines[line] = append(m.lines[line], words)
	if f.Key != "" {
		at := spot{line, f.Key}
		m.cells[at] = append(m.cells[at], words)
	}
}

func (m *marker) take(line int, cells []cell) error {
	if line == 1 {
		return m.header(cells)
	}
	if !m.headed {
		if err := m.header(nil); err != nil {
			return err
		}
	}
	values, err := m.copied(line, cells)
	if err != nil {
		return err
	}
	values[0] = m.cell(Text, m.words(line), remark)
	if !slices.ContainsFunc(values, func(v any) bool { return v != nil }) {
		return nil
	}
	m.line = line
	return m.row(line, values)
}

func (m *marker) header(cells []cell) error {
	m.headed, m.line, m.shift = true, 1, 1
	if len(cells) > 0 && cells[0].at == 1 && m.title != "" {
		if first, _, _ := strings.Cut(cells[0].text, "\n"); fold(first) == fold(m.title) {
			m.shift = 0
		}
	}
	at, _ := match(m.layout.Columns, cells)
	for i, c := range m.layout.Columns {
		if at[i] > 0 {
			m.places = append(m.places, place{c, at[i] + m.shift})
		}
	}
	const remarks = 50
	if err := m.columns(append([]place{{Column{Width: remarks}, 1}}, m.places...)); err != nil {
		return err
	}
	values, err := m.copied(1, cells)
	if err != nil {
		return err
	}
	values[0] = m.cell(Text, strings.TrimSpace(m.title+"\n"+m.words(1)), heading)
	m.width = len(values)
	return m.row(1, values)
}

// copied is an uploaded line as it is written, its first cell left empty, with the
// comments of its faulty cells.
func (m *marker) copied(line int, cells []cell) ([]any, error) {
	values := make([]any, 1, m.width+1)
	put := func(at int, value any) {
		for len(values) < at {
			values = append(values, nil)
		}
		values[at-1] = value
	}
	for _, c := range cells {
		if at := c.at + m.shift; at > 1 && at <= maxColumns {
			put(at, m.copy(c, m.dress(line, at)))
		}
	}
	for _, pl := range m.places {
		words := m.cells[spot{line, pl.Key}]
		if len(words) == 0 {
			continue
		}
		if pl.at > len(values) || values[pl.at-1] == nil {
			put(pl.at, m.cell(pl.Kind, "", faultyCell))
		}
		if err := m.comment(pl.at, line, strings.Join(words, "\n")); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// dress is how a cell looks, at counted in the marked sheet.
func (m *marker) dress(line, at int) dress {
	var c Column
	if i := slices.IndexFunc(m.places, func(pl place) bool { return pl.at == at }); i >= 0 {
		c = m.places[i].Column
	}
	switch {
	case len(m.cells[spot{line, c.Key}]) > 0:
		return faultyCell
	case line == 1:
		return headingOf(c)
	}
	return bodyOf(c)
}

// copy keeps what a cell showed. A formula nobody calculated is all there is to show.
func (m *marker) copy(c cell, d dress) any {
	switch {
	case c.isNum:
		return excelize.Cell{StyleID: m.style(look{asNumber, d}), Value: c.number}
	case c.isDate:
		return m.cell(Date, c.text, d)
	case c.text == "":
		return m.cell(Text, c.formula, d)
	}
	return m.cell(Text, c.text, d)
}

// comment is limited because excelize compares each with all before, and numbers their
// shapes 1,024 to a sheet.
func (m *marker) comment(at, line int, words string) error {
	const most = 1000
	if m.comments == most {
		return nil
	}
	m.comments++
	name, err := excelize.CoordinatesToCellName(at, line)
	if err != nil {
		return err
	}
	return m.file.AddComment(m.stream.Sheet, excelize.Comment{Cell: name, Author: m.layout.Sheet, Text: words, Width: 300, Height: 100})
}

// words are those of a line, each once, one below the other.
func (m *marker) words(line int) string {
	var said []string
	seen := map[string]bool{}
	for _, words := range m.lines[line] {
		if !seen[words] {
			seen[words] = true
			said = append(said, words)
		}
	}
	return cut(strings.Join(said, "\n"), maxCell)
}
