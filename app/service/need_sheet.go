package service

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// The columns beside those of a draft.
const (
	columnNumber  = "number"
	columnState   = "state"
	columnPublish = "publish"
)

// needRow is what a row says of a need: a draft whose numbers are still texts. Of
// internships it may say something where it asks for none.
type needRow struct {
	NeedDraft
	headcount, days  string
	internship       bool
	pay, wage, level string
}

// rowOf is a need's draft as a row says it. How long a need is open only a row of a draft
// says.
func rowOf(d NeedDraft, status portal.NeedStatus) needRow {
	row := needRow{NeedDraft: d, headcount: countText(d.Headcount), internship: d.Internship != nil, level: string(d.Level)}
	if status == portal.NeedDraft {
		row.days = strconv.Itoa(cmp.Or(d.Days, portal.NeedDays))
	}
	if i := d.Internship; i != nil {
		row.pay, row.wage = countText(i.Pay), countText(i.Wage)
	}
	return row
}

func countText(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// countOf reads a count of a cell, of which sheet.Read has made digits; nil is unknown.
func countOf(text string) *int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil
	}
	return &n
}

// draft is what the row says, as the service takes it.
func (r needRow) draft() NeedDraft {
	d := r.NeedDraft
	d.Headcount, d.Level, d.Internship, d.Days = countOf(r.headcount), portal.WantedLevel(r.level), nil, 0
	if days := countOf(r.days); days != nil {
		d.Days = cmp.Or(*days, -1) // none is not the usual: that is an empty cell
	}
	if d.Confirmed = d.Confirmed && r.internship; r.internship {
		d.Internship = &portal.Internship{Pay: countOf(r.pay), Wage: countOf(r.wage)}
	}
	return d
}

// needColumns are the columns of what an enterprise asks for.
func needColumns(in *Industries) []sheetColumn[needRow] {
	const anyLevel = "any"
	levels := []string{anyLevel}
	for _, l := range portal.WantedLevels[1:] {
		levels = append(levels, string(l))
	}
	industry := textColumn("industry", nameMost, func(d *needRow) *string { return &d.Industry })
	industry.set = func(d *needRow, s string) { d.Industry = in.Meant(s) }
	industry.as = func(code string) string { return strings.TrimSpace(code + " " + in.Name(code)) }
	text := textColumn("text", MaxNeedText, func(d *needRow) *string { return &d.Text })
	text.width = 50
	return []sheetColumn[needRow]{
		textColumn("title", titleMost, func(d *needRow) *string { return &d.Title }), text, industry,
		{key: "level", kind: sheet.Choice, choose: "wanted.", values: levels, get: func(d needRow) string { return d.level },
			set: func(d *needRow, s string) { d.level = strings.TrimPrefix(s, anyLevel) }},
		numberColumn("headcount", func(d *needRow) *string { return &d.headcount }),
		{key: "district", kind: sheet.Choice, values: strs(portal.Districts[:]), get: func(d needRow) string { return string(d.District) },
			set: func(d *needRow, s string) { d.District = portal.District(s) }},
		{key: "mode", kind: sheet.Several, width: 30, choose: "mode.", values: strs(portal.Modes[:]),
			get: func(d needRow) string { return strings.Join(strs(d.Modes), listSeparator) }, set: func(d *needRow, s string) { d.Modes = modesOf(s) }},
		listColumn("must_haves", func(d *needRow) *[]string { return &d.MustHaves }),
		listColumn("languages", func(d *needRow) *[]string { return &d.Languages }),
		{key: "deadline", kind: sheet.Date, get: func(d needRow) string { return d.Deadline }, set: func(d *needRow, s string) { d.Deadline = s }},
		textColumn("salary", wordsMost, func(d *needRow) *string { return &d.Salary }),
		numberColumn("days", func(d *needRow) *string { return &d.days }),
		yesColumn("anonymous", func(d *needRow) *bool { return &d.Anonymous }),
		yesColumn("internship", func(d *needRow) *bool { return &d.internship }),
		numberColumn("intern_pay", func(d *needRow) *string { return &d.pay }),
		numberColumn("intern_wage", func(d *needRow) *string { return &d.wage }),
		yesColumn("confirmed", func(d *needRow) *bool { return &d.Confirmed }),
	}
}

func modesOf(s string) []portal.Mode {
	var out []portal.Mode
	for _, m := range splitList(s) {
		out = append(out, portal.Mode(m))
	}
	return out
}

// needBook is the workbook in which an enterprise keeps its needs.
type needBook struct{ sheetBook[needRow] }

func (n *Needs) newBook(lang string, at time.Time) needBook {
	b := needBook{newSheetBook(n.Rooms, lang, at, "needs.import", "needs.import.", needColumns(n.match.industries))}
	column := func(key string, width float64) sheet.Column {
		return sheet.Column{Key: key, Title: b.say("needs.import." + key), Width: width}
	}
	number, state, publish := column(columnNumber, 30), column(columnState, 10), column(columnPublish, 10)
	number.Fixed, number.Help, state.Fixed = true, b.say("needs.import.number.help"), true
	publish.Kind, publish.Help, publish.Choices = sheet.Choice, b.say("needs.import.publish.help"), []string{b.say("value.yes"), b.say("value.no")}
	b.before, b.after = []sheet.Column{number, state}, []sheet.Column{publish}
	// Who confirms the check in a cell has to have seen its points, as on the page.
	b.form.Guide = append(b.form.Guide, b.say("compliance.note", portal.InternshipRule))
	for _, p := range portal.InternshipPoints {
		said := b.say("compliance.unread")
		if p.Article != "" {
			said = b.say("compliance.read", p.Article)
		}
		b.form.Guide = append(b.form.Guide, b.say("needs.import.point", b.say("compliance."+p.Key), said))
	}
	return b
}

// row is a need as the workbook shows it.
func (b needBook) row(rec portal.Need, now time.Time) map[string]string {
	row := map[string]string{columnNumber: rec.ID, columnState: b.say("need.status." + string(rec.StatusAt(now)))}
	return b.cells(row, rowOf(DraftOf(rec), rec.Status))
}

// change compares two states of a need.
func (b needBook) change(before, after portal.Need) []FieldChange {
	out := b.changes(rowOf(DraftOf(before), after.Status), rowOf(DraftOf(after), after.Status))
	if before.Status != after.Status {
		out = append(out, FieldChange{b.title(columnState), b.say("need.status." + string(before.Status)), b.say("need.status." + string(after.Status))})
	}
	return out
}

// own reads all needs of the viewer's enterprise, the oldest first.
func (n *Needs) own(ctx context.Context, v portal.Viewer) ([]portal.Need, error) {
	if !v.Of(portal.OfEnterprise) || v.Record == "" {
		return nil, portal.ErrNotFound
	}
	out, err := collect(ctx, n.Records.Needs, store.Where("enterprise_id", v.Record))
	slices.SortFunc(out, func(a, b portal.Need) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return out, fault("service.Needs.own", v.Record, err)
}

// Template writes the workbook of the viewer's enterprise, filled with the needs that are
// not closed.
func (n *Needs) Template(ctx context.Context, v portal.Viewer, lang string) ([]byte, error) {
	all, err := n.own(ctx, v)
	if err != nil {
		return nil, err
	}
	book := n.newBook(lang, n.Clock())
	var rows []map[string]string
	for _, rec := range all {
		if rec.Status != portal.NeedClosed {
			rows = append(rows, book.row(rec, n.Clock()))
		}
	}
	var out bytes.Buffer
	err = sheet.Write(&out, book.layout(), rows)
	return out.Bytes(), fault("service.Needs.Template", v.Record, err)
}
