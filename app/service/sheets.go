package service

import (
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// sheetColumn is a column of a workbook in which people keep drafts of one noun.
type sheetColumn[D any] struct {
	key    string // that of the form, where it has the same field
	kind   sheet.Kind
	width  float64
	most   int
	choose string // begins the keys of the words of its choices; empty: they are their own words
	values []string
	as     func(string) string // writes a value for people; nil: as it is
	get    func(D) string
	set    func(*D, string)
}

const listSeparator = "；"

func textColumn[D any](key string, most int, of func(*D) *string) sheetColumn[D] {
	return sheetColumn[D]{key: key, kind: sheet.Text, most: most,
		get: func(d D) string { return strings.TrimSpace(strings.ReplaceAll(*of(&d), "\r\n", "\n")) }, set: func(d *D, s string) { *of(d) = s }}
}

func numberColumn[D any](key string, of func(*D) *string) sheetColumn[D] {
	c := textColumn(key, 0, of)
	c.kind = sheet.Number
	return c
}

func listColumn[D any](key string, of func(*D) *[]string) sheetColumn[D] {
	const wide = 30
	return sheetColumn[D]{key: key, kind: sheet.Several, width: wide,
		get: func(d D) string { return strings.Join(*of(&d), listSeparator) }, set: func(d *D, s string) { *of(d) = splitList(s) }}
}

// yesColumn holds a yes; a no is the same as nothing.
func yesColumn[D any](key string, of func(*D) *bool) sheetColumn[D] {
	return sheetColumn[D]{key: key, kind: sheet.Choice, choose: "value.", values: []string{yes, "no"}, get: func(d D) string {
		return map[bool]string{true: yes}[*of(&d)]
	}, set: func(d *D, s string) { *of(d) = s == yes }}
}

const yes = "yes"

// splitList is the list a cell holds, as sheet.Read writes it.
func splitList(s string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '；' || r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// value is a draft's value as the cell holds it, in keys.
func (c sheetColumn[D]) value(d D) string {
	s := c.get(d)
	if c.kind == sheet.Several {
		return strings.Join(splitList(s), listSeparator)
	}
	return s
}

// sheetBook writes the workbook of one noun, and what is wrong with it, in one language.
type sheetBook[D any] struct {
	say     func(key string, args ...any) string
	year    int
	fields  string // begins the keys of the words of the columns
	columns []sheetColumn[D]
	// Around them stand columns of which a draft says nothing: what a row is known by, what
	// is only shown, and what is to be done.
	before, after []sheet.Column
	form          sheet.Layout // the rest of the layout
}

// newSheetBook begins a workbook whose own words are under a key.
func newSheetBook[D any](r Rooms, lang string, at time.Time, own, fields string, columns []sheetColumn[D]) sheetBook[D] {
	say := func(key string, args ...any) string { return r.Words(lang, key, args...) }
	return sheetBook[D]{say: say, year: at.In(portal.Shanghai).Year(), fields: fields, columns: columns,
		form: sheet.Layout{Sheet: say(own + ".sheet"), GuideSheet: say("import.guide"), Guide: strings.Split(say(own+".guide.text"), "\n")}}
}

// layout is the form of the workbook.
func (b sheetBook[D]) layout() sheet.Layout {
	l := b.form
	l.Columns = slices.Clone(b.before)
	for _, c := range b.columns {
		l.Columns = append(l.Columns, sheet.Column{Key: c.key, Title: b.title(c.key), Help: b.say(b.fields + c.key + ".help"), Kind: c.kind,
			Width: c.width, Most: c.most, Choices: b.choices(c)})
	}
	l.Columns = append(l.Columns, b.after...)
	return l
}

// title is the heading of a column.
func (b sheetBook[D]) title(key string) string {
	for _, c := range slices.Concat(b.before, b.after) {
		if c.Key == key {
			return c.Title
		}
	}
	return b.say(b.fields+key, b.year)
}

func (b sheetBook[D]) choices(c sheetColumn[D]) []string {
	if c.choose == "" {
		return c.values
	}
	out := make([]string, len(c.values))
	for i, v := range c.values {
		out[i] = b.say(c.choose + v)
	}
	return out
}

// words turns the keys of a cell into words of the language.
func (b sheetBook[D]) words(c sheetColumn[D], value string) string {
	switch {
	case value == "":
		return ""
	case c.as != nil:
		return c.as(value)
	case c.choose == "":
		return value
	}
	parts := strings.Split(value, listSeparator)
	for i, v := range parts {
		parts[i] = b.say(c.choose + v)
	}
	return strings.Join(parts, listSeparator)
}

// keys turns the words of a cell into keys; sheet.Read has refused all others.
func (b sheetBook[D]) keys(c sheetColumn[D], text string) string {
	if c.choose == "" || text == "" {
		return text
	}
	choices, parts := b.choices(c), strings.Split(text, listSeparator)
	for i, part := range parts {
		if at := slices.Index(choices, part); at >= 0 {
			parts[i] = c.values[at]
		}
	}
	return strings.Join(parts, listSeparator)
}

// cells writes a draft into a row.
func (b sheetBook[D]) cells(row map[string]string, d D) map[string]string {
	for _, c := range b.columns {
		row[c.key] = b.words(c, c.value(d))
	}
	return row
}

// cell is the value of a row in a column, in keys.
func (b sheetBook[D]) cell(row sheet.Row, c sheetColumn[D]) (string, bool) {
	text, ok := row.Cells[c.key]
	var d D
	c.set(&d, b.keys(c, text))
	return c.value(d), ok
}

// over is a draft with the cells of a row that differ from it; the others may have come
// into the record in a form no cell holds, and stay.
func (b sheetBook[D]) over(d D, row sheet.Row) D {
	for _, c := range b.columns {
		if value, ok := b.cell(row, c); ok && value != c.value(d) {
			c.set(&d, value)
		}
	}
	return d
}

// changes are the columns in which two drafts differ, in words.
func (b sheetBook[D]) changes(before, after D) []FieldChange {
	var out []FieldChange
	for _, c := range b.columns {
		if was, is := c.value(before), c.value(after); was != is {
			out = append(out, FieldChange{b.title(c.key), b.words(c, was), b.words(c, is)})
		}
	}
	return out
}

// FieldChange is a field before and after, in words; empty is unknown.
type FieldChange struct{ Field, Before, After string }

// ImportFault is one thing wrong with an uploaded workbook, in words. Line 0 is the whole
// file.
type ImportFault struct {
	Line         int
	Column, Text string
}

func (b sheetBook[D]) fault(f sheet.Fault) ImportFault {
	out := ImportFault{Line: f.Line, Text: b.text(f)}
	if f.Key != "" {
		out.Column = b.title(f.Key)
	}
	return out
}

// text says what a fault is.
func (b sheetBook[D]) text(f sheet.Fault) string {
	if f.Problem == "sheet.not_choice" && len(f.Args) == 2 && f.Args[1] == "" {
		return b.say("sheet.not_choice.alone", f.Args[0])
	}
	return b.say(f.Problem, f.Args...)
}
