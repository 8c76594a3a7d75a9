package sheet

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// Write writes a workbook of a layout with rows of canonical text by column key, as Read
// returns them. Every text is stored as text, so that Excel never runs one as a formula.
// A value longer than the 32,767 characters of a cell is an error, as is a sheet name
// Excel does not accept.
func Write(w io.Writer, l Layout, rows []map[string]string) error {
	if err := write(w, l, rows); err != nil {
		return fmt.Errorf("sheet.Write(%s): %w", l.Sheet, err)
	}
	return nil
}

func write(w io.Writer, l Layout, rows []map[string]string) error {
	p, err := newPen(l)
	if err != nil {
		return err
	}
	defer p.file.Close()
	places := make([]place, len(l.Columns))
	titles := make([]any, len(l.Columns))
	for i, c := range l.Columns {
		places[i] = place{c, i + 1}
		titles[i] = p.cell(Text, title(c), headingOf(c))
	}
	if err := p.columns(places); err != nil {
		return err
	}
	if err := p.row(1, titles); err != nil {
		return err
	}
	cells := make([]any, len(places))
	for n, row := range rows {
		for i, c := range l.Columns {
			text := clean(row[c.Key])
			if len(text) > maxCell && len(utf16.Encode([]rune(text))) > maxCell {
				return fmt.Errorf("line %d, %s: text too long for a cell", n+2, c.Key)
			}
			cells[i] = p.cell(c.Kind, text, bodyOf(c))
		}
		if err := p.row(n+2, cells); err != nil {
			return err
		}
	}
	return p.finish(w, l, places, len(places), len(rows)+1)
}

// title is the heading of a column, with a star when it must be filled in.
func title(c Column) string {
	if c.Required {
		return c.Title + "*"
	}
	return c.Title
}

// place is a column with where it stands, from 1.
type place struct {
	Column
	at int
}

// pen writes the main sheet of a workbook, row after row.
type pen struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	styles map[look]int
	err    error // of the first style that failed
}

// look is how a cell is shown.
type look struct {
	shown numFormat
	dress dress
}

type numFormat uint8

const (
	asNumber numFormat = iota
	asText
	asDate
)

func formatFor(k Kind) numFormat {
	switch k {
	case Number:
		return asNumber
	case Date:
		return asDate
	}
	return asText
}

type dress uint8

const (
	plainCell dress = iota
	fixedCell
	heading
	fixedHeading
	faultyCell
	remark
	paragraph
)

// dresses are colours as RRGGBB.
var dresses = [...]struct {
	font, fill string
	bold, wrap bool
}{
	plainCell:    {font: "000000"},
	fixedCell:    {font: "7F7F7F", fill: "F2F2F2"},
	heading:      {font: "FFFFFF", fill: "1F4E79", bold: true, wrap: true},
	fixedHeading: {font: "FFFFFF", fill: "7F7F7F", bold: true, wrap: true},
	faultyCell:   {font: "9C0006", fill: "FFC7CE"},
	remark:       {font: "9C0006", wrap: true},
	paragraph:    {font: "000000", wrap: true},
}

func headingOf(c Column) dress {
	if c.Fixed {
		return fixedHeading
	}
	return heading
}

func bodyOf(c Column) dress {
	if c.Fixed {
		return fixedCell
	}
	return plainCell
}

func newPen(l Layout) (*pen, error) {
	p := &pen{file: excelize.NewFile(), styles: map[look]int{}}
	err := p.file.SetSheetName("Sheet1", l.Sheet)
	if err == nil {
		p.stream, err = p.file.NewStreamWriter(l.Sheet)
	}
	if err != nil {
		p.file.Close()
		return nil, err
	}
	return p, nil
}

// style is the number of a look; the first error is kept for row.
func (p *pen) style(k look) int {
	if n, ok := p.styles[k]; ok {
		return n
	}
	d := dresses[k.dress]
	s := &excelize.Style{
		Font:      &excelize.Font{Family: "Calibri", Size: 11, Color: d.font, Bold: d.bold},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: d.wrap},
	}
	if d.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{d.fill}}
	}
	switch k.shown {
	case asText:
		s.NumFmt = 49 // @: what is edited stays text too, a leading = or zero included
	case asDate:
		code := "yyyy-mm-dd"
		s.CustomNumFmt = &code
	}
	n, err := p.file.NewStyle(s)
	if p.err == nil {
		p.err = err
	}
	p.styles[k] = n
	return n
}

// cell keeps a canonical text as its kind is kept in a workbook; what does not fit the
// kind is a text. An empty cell is nil, the column dresses it, unless it is faulty.
func (p *pen) cell(kind Kind, text string, d dress) any {
	if text == "" && d != faultyCell {
		return nil
	}
	format, value, fits := formatFor(kind), any(nil), true
	switch {
	case text == "":
	case kind == Number:
		value, fits = exact(text)
	case kind == Date:
		value, fits = serial(text)
	default:
		value = text
	}
	if !fits {
		format, value = asText, text
	}
	return excelize.Cell{StyleID: p.style(look{format, d}), Value: value}
}

// exact is a number that a spreadsheet keeps digit by digit.
func exact(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0 && n < 1e15 && strconv.FormatInt(n, 10) == text
}

func (p *pen) row(line int, cells []any) error {
	if p.err != nil {
		return p.err
	}
	return p.stream.SetRow("A"+strconv.Itoa(line), cells)
}
