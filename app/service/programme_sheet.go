package service

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// sheetColumn is a column of the workbook in which a college keeps its programmes. A
// column without set is only shown.
type sheetColumn struct {
	key    string // that of the form, where it has the same field
	kind   sheet.Kind
	width  float64
	most   int
	choose string // begins the keys of the words of its choices
	values []string
	get    func(ProgrammeDraft) string
	set    func(*ProgrammeDraft, string)
}

// The columns beside those of a draft.
const (
	columnCode     = "code"
	columnName     = "name"
	columnLevel    = "level"
	columnPromised = "promised"
	columnAct      = "act"
)

const listSeparator = "；"

// draftColumns are the columns of what a college says.
var draftColumns = []sheetColumn{
	textColumn("duration", durationMost, func(d *ProgrammeDraft) *string { return &d.Duration }),
	{key: "enrolment_state", kind: sheet.Choice, choose: "enrolment.", values: strs(Enrolments),
		get: func(d ProgrammeDraft) string { return d.Enrolment }, set: func(d *ProgrammeDraft, s string) { d.Enrolment = s }},
	numberColumn("seats_free", func(d *ProgrammeDraft) *string { return &d.Seats }),
	numberColumn("planned_intake", func(d *ProgrammeDraft) *string { return &d.Intake }),
	listColumn("facilities", func(d *ProgrammeDraft) *[]string { return &d.Facilities }),
	listColumn("programme_certificates", func(d *ProgrammeDraft) *[]string { return &d.Certificates }),
	{key: "offered_modes", kind: sheet.Several, width: 30, choose: "mode.", values: strs(portal.Modes[:]),
		get: func(d ProgrammeDraft) string { return strings.Join(d.Modes, listSeparator) }, set: func(d *ProgrammeDraft, s string) { d.Modes = splitList(s) }},
	listColumn("teaching_languages", func(d *ProgrammeDraft) *[]string { return &d.Languages }),
	{key: "joint", kind: sheet.Choice, choose: "value.", values: []string{"yes", "no"}, get: func(d ProgrammeDraft) string {
		return map[bool]string{true: "yes"}[d.Joint]
	}, set: func(d *ProgrammeDraft, s string) { d.Joint = s == "yes" }},
	listColumn("intl_certificates", func(d *ProgrammeDraft) *[]string { return &d.IntlCertificates }),
	listColumn("asean_partners", func(d *ProgrammeDraft) *[]string { return &d.Partners }),
	textColumn("intl_note", programmeNote, func(d *ProgrammeDraft) *string { return &d.IntlNote }),
	textColumn("remark", programmeNote, func(d *ProgrammeDraft) *string { return &d.Note }),
}

func textColumn(key string, most int, of func(*ProgrammeDraft) *string) sheetColumn {
	return sheetColumn{key: key, kind: sheet.Text, most: most,
		get: func(d ProgrammeDraft) string { return strings.TrimSpace(*of(&d)) }, set: func(d *ProgrammeDraft, s string) { *of(d) = s }}
}

func numberColumn(key string, of func(*ProgrammeDraft) *string) sheetColumn {
	c := textColumn(key, 0, of)
	c.kind = sheet.Number
	return c
}

func listColumn(key string, of func(*ProgrammeDraft) *[]string) sheetColumn {
	const wide = 30
	return sheetColumn{key: key, kind: sheet.Several, width: wide,
		get: func(d ProgrammeDraft) string { return strings.Join(*of(&d), listSeparator) }, set: func(d *ProgrammeDraft, s string) { *of(d) = splitList(s) }}
}

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
func (c sheetColumn) value(d ProgrammeDraft) string {
	s := c.get(d)
	if c.kind == sheet.Several {
		return strings.Join(splitList(s), listSeparator)
	}
	return s
}

// sheetWords writes workbooks and what is wrong with them in one language.
type sheetWords struct {
	say  func(key string, args ...any) string
	year int
}

func newSheetWords(r Rooms, lang string, at time.Time) sheetWords {
	return sheetWords{func(key string, args ...any) string { return r.Words(lang, key, args...) }, at.In(portal.Shanghai).Year()}
}

// layout is the form of the workbook.
func (w sheetWords) layout() sheet.Layout {
	l := sheet.Layout{Sheet: w.say("import.sheet"), GuideSheet: w.say("import.guide"), Guide: strings.Split(w.say("import.guide.text"), "\n")}
	fixed := func(key string, width float64, locked bool) {
		l.Columns = append(l.Columns, sheet.Column{Key: key, Title: w.title(key), Width: width, Fixed: locked})
	}
	fixed(columnCode, 12, false)
	fixed(columnName, 26, false)
	fixed(columnLevel, 10, true)
	for _, c := range draftColumns {
		l.Columns = append(l.Columns, sheet.Column{Key: c.key, Title: w.title(c.key), Help: w.say("form." + c.key + ".help"), Kind: c.kind,
			Width: c.width, Most: c.most, Choices: w.choices(c)})
	}
	fixed(columnPromised, 12, true)
	l.Columns = append(l.Columns, sheet.Column{Key: columnAct, Title: w.title(columnAct), Kind: sheet.Choice, Choices: []string{w.say("import.withdraw")}})
	return l
}

// title is the heading of a column.
func (w sheetWords) title(key string) string {
	switch key {
	case columnCode, columnName, columnLevel, columnPromised, columnAct:
		return w.say("import.column." + key)
	}
	return w.say("form."+key, w.year)
}

func (w sheetWords) choices(c sheetColumn) []string {
	if len(c.values) == 0 {
		return nil
	}
	out := make([]string, len(c.values))
	for i, v := range c.values {
		out[i] = w.say(c.choose + v)
	}
	return out
}

// words turns the keys of a cell into words of the language.
func (w sheetWords) words(c sheetColumn, value string) string {
	if c.choose == "" || value == "" {
		return value
	}
	parts := strings.Split(value, listSeparator)
	for i, v := range parts {
		parts[i] = w.say(c.choose + v)
	}
	return strings.Join(parts, listSeparator)
}

// keys turns the words of a cell into keys; sheet.Read has refused all others.
func (w sheetWords) keys(c sheetColumn, text string) string {
	if c.choose == "" || text == "" {
		return text
	}
	choices, parts := w.choices(c), strings.Split(text, listSeparator)
	for i, part := range parts {
		if at := slices.Index(choices, part); at >= 0 {
			parts[i] = c.values[at]
		}
	}
	return strings.Join(parts, listSeparator)
}

// row is a programme as the workbook shows it.
func (w sheetWords) row(p portal.Programme) map[string]string {
	row := map[string]string{columnCode: p.Code, columnName: p.Name, columnLevel: w.say("level." + string(p.Level))}
	if n := p.SeatsPromised(); n > 0 {
		row[columnPromised] = strconv.Itoa(n)
	}
	d := ProgrammeDraftOf(p, w.year)
	for _, c := range draftColumns {
		row[c.key] = w.words(c, c.value(d))
	}
	return row
}

// ProgrammeChange is what a programme says differently after an operation.
type ProgrammeChange struct {
	Name   string
	Fields []FieldChange
}

// FieldChange is a field before and after, in words; empty is unknown.
type FieldChange struct{ Field, Before, After string }

// change compares two states of a programme column by column.
func (w sheetWords) change(before, after portal.Programme) ProgrammeChange {
	out := ProgrammeChange{Name: after.Name + " " + after.Code}
	was, is := ProgrammeDraftOf(before, w.year), ProgrammeDraftOf(after, w.year)
	for _, c := range draftColumns {
		if a, b := c.value(was), c.value(is); a != b {
			out.Fields = append(out.Fields, FieldChange{w.title(c.key), w.words(c, a), w.words(c, b)})
		}
	}
	return out
}

// ImportFault is one thing wrong with an uploaded workbook, in words. Line 0 is the whole
// file.
type ImportFault struct {
	Line         int
	Column, Text string
}

func (w sheetWords) fault(f sheet.Fault) ImportFault {
	out := ImportFault{Line: f.Line, Text: w.text(f)}
	if f.Key != "" {
		out.Column = w.title(f.Key)
	}
	return out
}

// text says what a fault is.
func (w sheetWords) text(f sheet.Fault) string {
	if f.Problem == "sheet.not_choice" && len(f.Args) == 2 && f.Args[1] == "" {
		return w.say("sheet.not_choice.alone", f.Args[0])
	}
	return w.say(f.Problem, f.Args...)
}

// Template writes the workbook of the viewer's college, filled with what is known.
func (p *Programmes) Template(ctx context.Context, v portal.Viewer, lang string) ([]byte, error) {
	all, err := p.own(ctx, v)
	if err != nil {
		return nil, err
	}
	words := newSheetWords(p.Rooms, lang, p.Clock())
	rows := make([]map[string]string, len(all))
	for i, rec := range all {
		rows[i] = words.row(rec)
	}
	var out bytes.Buffer
	err = sheet.Write(&out, words.layout(), rows)
	return out.Bytes(), fault("service.Programmes.Template", v.Record, err)
}
