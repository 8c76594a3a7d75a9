package sheet

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cell is a cell as a person reads it.
type cell struct {
	at      int     // column, from 1
	text    string  // cleaned; a number in digits, a day as YYYY-MM-DD
	number  float64 // as stored, when isNum
	isNum   bool    // a number shown as a number
	isDate  bool    // a number shown as a day
	day     string  // that a number may stand for, YYYY-MM-DD
	formula string  // with its =, empty when there is none
}

// spot is a cell by line and column key.
type spot struct {
	line int
	key  string
}

// grid reads the rows of one sheet.
type grid struct {
	book    *book
	each    func(line int, cells []cell) error
	line    int
	cells   []cell
	merged  []string // ranges, like A2:A5
	inData  bool     // between <sheetData> tags
	inCell  bool
	at      int // the column of the last cell
	kind    string
	style   int
	formula bool
	value   []byte // of <v>
	code    []byte // of <f>
	inline  words  // of <is>
	into    *[]byte
}

// rows calls each with every row of a sheet that has cells, in order. total is told how
// many rows the sheet has before the first, rows without values included.
func (b *book) rows(ctx context.Context, t tab, total func(int), each func(line int, cells []cell) error) (merged []string, err error) {
	data, err := b.unpack(t.part)
	if err != nil {
		return nil, err
	}
	total(bytes.Count(data, []byte("<row ")))
	g := &grid{book: b, each: each}
	err = scan(ctx, t.part, data, func(token xml.Token) error {
		g.inline.take(token)
		switch el := token.(type) {
		case xml.StartElement:
			return g.start(el)
		case xml.EndElement:
			return g.end(el.Name.Local)
		case xml.CharData:
			if g.into != nil {
				*g.into = append(*g.into, el...)
			}
		}
		return nil
	})
	return g.merged, err
}

func (g *grid) start(el xml.StartElement) error {
	switch name := el.Name.Local; {
	case name == "sheetData":
		g.inData = true
	case name == "mergeCell":
		g.merged = append(g.merged, attr(el, "ref"))
	case name == "row" && g.inData:
		return g.startRow(attr(el, "r"))
	case name == "c" && g.inData:
		return g.startCell(el)
	case !g.inCell:
	case name == "v":
		g.into = &g.value
	case name == "f":
		g.into, g.formula = &g.code, true
	}
	return nil
}

// startRow believes the number a row states, or counts; rows out of order are damage.
func (g *grid) startRow(number string) error {
	next := g.line + 1
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < next {
			return fmt.Errorf("%w: row %q after %d", ErrNotWorkbook, number, g.line)
		}
		next = n
	}
	if next > maxLines {
		return fmt.Errorf("%w: row %d", ErrNotWorkbook, next)
	}
	g.line, g.at, g.cells = next, 0, g.cells[:0]
	return nil
}

func (g *grid) startCell(el xml.StartElement) error {
	at := g.at + 1
	if name := attr(el, "r"); name != "" {
		column, _, err := excelize.CellNameToCoordinates(name)
		if err != nil || column < at {
			return fmt.Errorf("%w: cell %q in row %d", ErrNotWorkbook, name, g.line)
		}
		at = column
	}
	if at > maxColumns {
		return fmt.Errorf("%w: column %d", ErrNotWorkbook, at)
	}
	g.at, g.kind, g.inCell, g.formula = at, attr(el, "t"), true, false
	g.style, _ = strconv.Atoi(attr(el, "s"))
	g.value, g.code, g.inline.buf = g.value[:0], g.code[:0], g.inline.buf[:0]
	return nil
}

func (g *grid) end(name string) error {
	switch {
	case name == "v" || name == "f":
		g.into = nil
	case name == "sheetData":
		g.inData = false
	case name == "c" && g.inCell:
		g.inCell = false
		c, err := g.read()
		if err == nil && (c.text != "" || c.formula != "") {
			g.cells = append(g.cells, c)
		}
		return err
	case name == "row" && g.inData:
		return g.each(g.line, g.cells)
	}
	return nil
}

// read makes the cell whose end tag was reached.
func (g *grid) read() (cell, error) {
	c := cell{at: g.at}
	if g.formula {
		c.formula = "=" + plain(g.code)
	}
	switch g.kind {
	case "s":
		if len(g.value) == 0 {
			return c, nil
		}
		n, err := strconv.Atoi(strings.TrimSpace(string(g.value)))
		if err != nil || n < 0 || n >= len(g.book.shared) {
			return c, fmt.Errorf("%w: shared text %q in row %d", ErrNotWorkbook, g.value, g.line)
		}
		c.text = g.book.shared[n]
	case "inlineStr":
		c.text = plain(g.inline.buf)
	case "b":
		c.text = map[string]string{"0": "FALSE", "1": "TRUE"}[string(g.value)]
	case "str", "e", "d":
		c.text = plain(g.value)
	default:
		g.book.number(&c, plain(g.value), g.style)
	}
	return c, nil
}

// words gathers the text of <t> elements, leaving out the reading aids (<rPh>) that
// Excel keeps beside East Asian text.
type words struct {
	buf      []byte
	in, aids bool
}

func (w *words) take(token xml.Token) {
	switch el := token.(type) {
	case xml.StartElement:
		w.in = el.Name.Local == "t" && !w.aids
		w.aids = w.aids || el.Name.Local == "rPh"
	case xml.EndElement:
		w.in = false
		w.aids = w.aids && el.Name.Local != "rPh"
	case xml.CharData:
		if w.in {
			w.buf = append(w.buf, el...)
		}
	}
}

// escaped is how Excel writes a character XML cannot hold: _x000D_ is CR.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// plain is the text of a part as people see it, cut where Excel cuts so that one long
// text used by many cells costs little.
func plain(raw []byte) string {
	text := string(raw[:min(len(raw), 4*maxCell)])
	if strings.Contains(text, "_x") {
		text = escaped.ReplaceAllStringFunc(text, func(code string) string {
			r, _ := strconv.ParseUint(code[2:6], 16, 32)
			return string(rune(r))
		})
	}
	return clean(text)
}
