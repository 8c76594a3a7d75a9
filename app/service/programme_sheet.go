package service

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
)

// The columns beside those of a draft.
const (
	columnCode     = "code"
	columnName     = "name"
	columnLevel    = "level"
	columnPromised = "promised"
	columnAct      = "act"
)

// programmeColumns are the columns of what a college says.
var programmeColumns = []sheetColumn[ProgrammeDraft]{
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
	yesColumn("joint", func(d *ProgrammeDraft) *bool { return &d.Joint }),
	listColumn("intl_certificates", func(d *ProgrammeDraft) *[]string { return &d.IntlCertificates }),
	listColumn("asean_partners", func(d *ProgrammeDraft) *[]string { return &d.Partners }),
	textColumn("intl_note", programmeNote, func(d *ProgrammeDraft) *string { return &d.IntlNote }),
	textColumn("remark", programmeNote, func(d *ProgrammeDraft) *string { return &d.Note }),
}

// programmeBook is the workbook in which a college keeps its programmes.
type programmeBook struct{ sheetBook[ProgrammeDraft] }

func newProgrammeBook(r Rooms, lang string, at time.Time) programmeBook {
	b := programmeBook{newSheetBook(r, lang, at, "import", "form.", programmeColumns)}
	column := func(key string, width float64) sheet.Column {
		return sheet.Column{Key: key, Title: b.say("import.column." + key), Width: width}
	}
	shown := func(c sheet.Column) sheet.Column { c.Fixed = true; return c }
	act := column(columnAct, 0)
	act.Kind, act.Choices = sheet.Choice, []string{b.say("import.withdraw")}
	b.before = []sheet.Column{column(columnCode, 12), column(columnName, 26), shown(column(columnLevel, 10))}
	b.after = []sheet.Column{shown(column(columnPromised, 12)), act}
	return b
}

// row is a programme as the workbook shows it.
func (b programmeBook) row(p portal.Programme) map[string]string {
	row := map[string]string{columnCode: p.Code, columnName: p.Name, columnLevel: b.say("level." + string(p.Level))}
	if n := p.SeatsPromised(); n > 0 {
		row[columnPromised] = strconv.Itoa(n)
	}
	return b.cells(row, ProgrammeDraftOf(p, b.year))
}

// change compares two states of a programme.
func (b programmeBook) change(before, after portal.Programme) []FieldChange {
	return b.changes(ProgrammeDraftOf(before, b.year), ProgrammeDraftOf(after, b.year))
}

// Template writes the workbook of the viewer's college, filled with what is known.
func (p *Programmes) Template(ctx context.Context, v portal.Viewer, lang string) ([]byte, error) {
	all, err := p.own(ctx, v)
	if err != nil {
		return nil, err
	}
	book := newProgrammeBook(p.Rooms, lang, p.Clock())
	rows := make([]map[string]string, len(all))
	for i, rec := range all {
		rows[i] = book.row(rec)
	}
	var out bytes.Buffer
	err = sheet.Write(&out, book.layout(), rows)
	return out.Bytes(), fault("service.Programmes.Template", v.Record, err)
}
