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

type incubateeColumn struct {
	key   string
	kind  sheet.Kind
	width float64
	must  bool
}

// incubateeColumns are the columns of the workbook of a roster behind the number, which
// says which entry a row is.
var incubateeColumns = []incubateeColumn{{"name", sheet.Text, 30, true}, {"kind", sheet.Choice, 14, true}, {"field", sheet.Text, 20, false}, {"entered_on", sheet.Date, 14, true}, {"graduated_on", sheet.Date, 14, false},
	{"left_on", sheet.Date, 14, false}, {"left_reason", sheet.Text, 30, false}, {"by_students", sheet.Choice, 14, false}, {"students", sheet.Number, 14, false}}

func incubateeLayout(say words) sheet.Layout {
	l := sheet.Layout{Sheet: say("incubatee.sheet"), GuideSheet: say("import.guide"), Guide: strings.Split(say("incubatee.sheet.guide"), "\n"),
		Columns: []sheet.Column{{Key: columnNumber, Title: say("incubatee.sheet.number"), Help: say("incubatee.sheet.number.help"), Fixed: true, Width: 30}}}
	for _, c := range incubateeColumns {
		col := sheet.Column{Key: c.key, Title: say("incubatee.form." + c.key), Kind: c.kind, Width: c.width, Required: c.must, Most: reasonMost}
		switch c.key {
		case "kind":
			for _, k := range portal.IncubateeKinds {
				col.Choices = append(col.Choices, say("incubatee.kind."+string(k)))
			}
		case "by_students":
			col.Choices = []string{say("value.yes"), say("value.no")}
		}
		l.Columns = append(l.Columns, col)
	}
	return l
}

// incubateeCells is an incubatee as a row of the workbook.
func incubateeCells(say words, i portal.Incubatee) map[string]string {
	d := IncubateeDraftOf(i)
	row := map[string]string{columnNumber: i.ID, "name": d.Name, "kind": say("incubatee.kind." + string(d.Kind)), "field": d.Field, "entered_on": d.EnteredOn,
		"graduated_on": d.GraduatedOn, "left_on": d.LeftOn, "left_reason": d.LeftReason, "students": d.Students}
	if d.ByStudents {
		row["by_students"] = say("value.yes")
	}
	return row
}

// incubateeRow is what a row says.
func incubateeRow(say words, row sheet.Row) IncubateeDraft {
	c := row.Cells
	d := IncubateeDraft{Name: c["name"], Field: c["field"], EnteredOn: c["entered_on"], GraduatedOn: c["graduated_on"], LeftOn: c["left_on"], LeftReason: c["left_reason"],
		ByStudents: c["by_students"] == say("value.yes"), Students: c["students"]}
	for _, k := range portal.IncubateeKinds {
		if c["kind"] == say("incubatee.kind."+string(k)) {
			d.Kind = k
		}
	}
	return d
}

// Template is the roster as a workbook, to be changed, added to and sent back.
func (s *Incubatees) Template(ctx context.Context, v portal.Viewer, lang, partnership string) ([]byte, error) {
	f, err := s.Roster(ctx, v, partnership)
	if err != nil {
		return nil, err
	}
	say := func(key string, args ...any) string { return s.Words(lang, key, args...) }
	rows := make([]map[string]string, len(f.All))
	for i, one := range f.All {
		rows[i] = incubateeCells(say, one)
	}
	var out bytes.Buffer
	err = sheet.Write(&out, incubateeLayout(say), rows)
	return out.Bytes(), fault("service.Incubatees.Template", partnership, err)
}

// Import brings the roster to what every row of a workbook says, or does nothing when
// anything is wrong with one. Rows with a number change that entry; those without are new,
// unless one of the name entered on that day is there: a file sent twice changes nothing
// the second time. It returns how many rows changed something.
func (s *Incubatees) Import(ctx context.Context, v portal.Viewer, lang, partnership string, file []byte) (int, []RowFault, error) {
	f, err := s.keeping(ctx, v, partnership)
	if err != nil {
		return 0, nil, err
	}
	rows, faults, say, err := readForm(ctx, s.Rooms, lang, file, portal.IncubateesMost, incubateeLayout)
	if err != nil || len(faults) > 0 {
		return 0, faults, err
	}
	wanted := rosterPlan{IncubateeFile: IncubateeFile{f.In, slices.Clone(f.All)}, today: s.outcomes.today(), lines: map[string]int{}}
	for _, row := range rows {
		for _, problem := range wanted.take(row, incubateeRow(say, row)) {
			text := s.Words(lang, problem.Key, problem.Args...)
			if slices.ContainsFunc(incubateeColumns, func(c incubateeColumn) bool { return c.key == problem.Field }) {
				text = s.Words(lang, "incubatee.form."+problem.Field) + ": " + text
			}
			faults = append(faults, RowFault{row.Line, text})
		}
	}
	switch {
	case len(faults) > 0:
		return 0, faults, nil
	case len(wanted.All) > portal.IncubateesMost:
		return 0, nil, portal.Invalid{{Field: "workbook", Key: "incubatee.full", Args: []any{portal.IncubateesMost}}}
	}
	return s.apply(ctx, v, f, wanted)
}

// rosterPlan is a roster as the rows of a workbook want it.
type rosterPlan struct {
	IncubateeFile
	today string
	lines map[string]int // where an entry was first named
	ids   []string       // of the entries the rows change or add, in their order
}

// take brings the entry a row is about to what it says, or tells what is wrong with it.
func (p *rosterPlan) take(row sheet.Row, d IncubateeDraft) portal.Invalid {
	id := row.Cells[columnNumber]
	at := slices.IndexFunc(p.All, func(i portal.Incubatee) bool {
		return i.ID == id || id == "" && i.Name == strings.TrimSpace(d.Name) && i.EnteredOn == d.EnteredOn
	})
	rec := p.fresh(p.today)
	switch {
	case at >= 0:
		rec = p.All[at]
	case id != "":
		return portal.Invalid{{Field: columnNumber, Key: "incubatee.sheet.unknown", Args: []any{shortened(id, nameMost)}}}
	}
	if line, twice := p.lines[rec.ID]; twice {
		return portal.Invalid{{Field: columnNumber, Key: "incubatee.sheet.twice", Args: []any{line}}}
	}
	p.lines[rec.ID] = row.Line
	before := rec
	err := d.onto(&rec, p.today)
	if err == nil {
		err = p.apart(rec)
	}
	if err != nil {
		var bad portal.Invalid
		join(&bad, err)
		return bad
	}
	if at < 0 {
		p.All, p.ids = append(p.All, rec), append(p.ids, rec.ID)
	} else if p.All[at] = rec; IncubateeDraftOf(before) != IncubateeDraftOf(rec) {
		p.ids = append(p.ids, rec.ID)
	}
	return nil
}

// apply writes a plan: first what ends, so that a name is free for who comes again. Whoever
// is cut off sends the file again.
func (s *Incubatees) apply(ctx context.Context, v portal.Viewer, f IncubateeFile, wanted rosterPlan) (int, []RowFault, error) {
	var recs []portal.Incubatee
	for _, i := range wanted.All {
		if slices.Contains(wanted.ids, i.ID) {
			recs = append(recs, i)
		}
	}
	slices.SortStableFunc(recs, func(a, b portal.Incubatee) int {
		rank := map[bool]int{true: 1}
		return rank[a.Ended() == ""] - rank[b.Ended() == ""]
	})
	for n, rec := range recs {
		var err error
		if rec.Version == 0 {
			err = created(ctx, s.Rooms, s.Records.Incubatees, v, "incubatee.import", &rec)
		} else {
			_, err = s.change(ctx, v, f, rec.ID, rec.Version, "incubatee.import", func(i *portal.Incubatee) error {
				return IncubateeDraftOf(rec).onto(i, wanted.today)
			})
		}
		var invalid portal.Invalid
		if errors.As(onceInside(err), &invalid) || errors.Is(err, portal.ErrConflict) {
			err = portal.Invalid{{Field: "workbook", Key: "incubatee.sheet.met", Args: []any{rec.Name, n}}}
		}
		if err != nil {
			return n, nil, err
		}
	}
	return len(recs), nil, s.outcomes.moved(ctx, f.In)
}
