package service

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// outcomeRows is the most rows of a workbook of outcomes.
const outcomeRows = 500

// outcomeColumn is a column of the workbook of outcomes.
type outcomeColumn struct {
	key   string
	width float64
	fixed bool // only says what is asked
}

var outcomeColumns = []outcomeColumn{{"key", 28, true}, {"name", 34, true}, {"unit", 10, true}, {"form", 30, true}, {"period", 18, false}, {"value", 14, false}, {"numerator", 14, false}, {"denominator", 14, false}, {"counted", 14, false}, {"note", 40, false}}

func outcomeLayout(say words) sheet.Layout {
	l := sheet.Layout{Sheet: say("outcome.sheet"), GuideSheet: say("outcome.sheet.guide"), Guide: strings.Split(say("outcome.sheet.guide.text"), "\n")}
	for _, c := range outcomeColumns {
		l.Columns = append(l.Columns, sheet.Column{Key: c.key, Title: say("outcome.sheet." + c.key), Width: c.width, Fixed: c.fixed, Most: outcomeTextMost, Required: c.key == "key"})
	}
	return l
}

// outcomeTextMost is the longest text of a cell.
const outcomeTextMost = 500

// Template is a workbook with a row for each indicator the partnership has, to be filled
// in and sent back.
func (o *Outcomes) Template(ctx context.Context, v portal.Viewer, lang, partnership string) ([]byte, error) {
	f, err := o.Partnership(ctx, v, partnership)
	if err != nil {
		return nil, err
	}
	say := func(key string, args ...any) string { return o.Words(lang, key, args...) }
	rows := make([]map[string]string, len(f.Indicators))
	for i, ind := range f.Indicators {
		name, unit := ind.Name, ind.Unit
		if lang == "en" {
			name, unit = ind.NameEn, ind.UnitEn
		}
		rows[i] = map[string]string{"key": ind.ID, "name": name, "unit": unit, "form": say("outcome.period." + string(ind.Period))}
		for _, m := range f.Missing {
			if m.Indicator.ID == ind.ID {
				rows[i]["period"] = m.Period.Label
			}
		}
	}
	var out bytes.Buffer
	err = sheet.Write(&out, outcomeLayout(say), rows)
	return out.Bytes(), fault("service.Outcomes.Template", partnership, err)
}

// RowFault is what is wrong with a row of a workbook: the line as Excel counts, 0 for the
// whole file, and what to say about it.
type RowFault struct {
	Line int
	Text string
}

// Import enters every row of a workbook that holds a value, or none when anything is wrong
// with one. It returns how many it entered.
func (o *Outcomes) Import(ctx context.Context, v portal.Viewer, lang, partnership string, file []byte) (int, []RowFault, error) {
	p, err := o.partnership(ctx, v, partnership)
	if err != nil {
		return 0, nil, err
	}
	if !portal.CanEnterOutcome(v, p) {
		return 0, nil, portal.ErrForbidden
	}
	rows, faults, _, err := readForm(ctx, o.Rooms, lang, file, outcomeRows, outcomeLayout)
	if err != nil || len(faults) > 0 {
		return 0, faults, err
	}
	recs, faults, err := o.readRows(ctx, v, p, lang, rows)
	switch {
	case err != nil || len(faults) > 0:
		return 0, faults, err
	case len(recs) == 0:
		return 0, nil, portal.Invalid{{Field: "workbook", Key: "outcome.sheet.empty"}}
	}
	if err := o.enterAll(ctx, v, recs); err != nil {
		return 0, nil, err
	}
	return len(recs), nil, errors.Join(o.moved(ctx, p), o.tellParties(ctx, v, p, recs[0].ID+"/"+newID(), "outcome.uploaded", "/desk/partnerships/"+p.ID+"/outcomes", p.Title, strconv.Itoa(len(recs))))
}

// enterAll enters them all, or takes back what it has entered.
func (o *Outcomes) enterAll(ctx context.Context, v portal.Viewer, recs []portal.Outcome) error {
	for i := range recs {
		err := created(ctx, o.Rooms, o.Records.Outcomes, v, "outcome.enter", &recs[i])
		if err == nil {
			continue
		}
		errs := []error{err}
		if errors.Is(err, portal.ErrDuplicate) { // somebody entered it this moment
			errs[0] = portal.Invalid{{Field: "workbook", Key: "outcome.twice", Args: []any{recs[i].Period.Label}}}
		}
		for _, rec := range recs[:i] {
			errs = append(errs, o.Records.Outcomes.Delete(ctx, rec.ID, rec.Version))
		}
		return errors.Join(errs...)
	}
	return nil
}

// readForm reads the rows of a workbook of at most so many, made in either language, and
// returns the words of the one it was made in. What is wrong with its cells is said in the
// language of the page.
func readForm(ctx context.Context, r Rooms, lang string, file []byte, most int, layout func(say words) sheet.Layout) ([]sheet.Row, []RowFault, words, error) {
	saying := func(lang string) words {
		return func(key string, args ...any) string { return r.Words(lang, key, args...) }
	}
	in := func(lang string) ([]sheet.Row, []sheet.Fault, error) {
		return sheet.Read(ctx, file, layout(saying(lang)), most, nil)
	}
	if len(file) > ImportBytes {
		return nil, nil, nil, portal.Invalid{{Field: "workbook", Key: "problem.file_size", Args: []any{ImportBytes >> 20}}}
	}
	say := saying(lang)
	rows, faults, err := in(lang)
	if err == nil && otherForm(faults) {
		if r, f, e := in(otherLanguage(lang)); e == nil && !otherForm(f) {
			rows, faults, say = r, f, saying(otherLanguage(lang))
		}
	}
	switch {
	case errors.Is(err, sheet.ErrNotWorkbook):
		err = portal.Invalid{{Field: "workbook", Key: "import.not_workbook"}}
	case errors.Is(err, sheet.ErrTooLarge):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_large"}}
	case errors.Is(err, sheet.ErrTooManyRows):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_many_rows", Args: []any{most}}}
	}
	out := make([]RowFault, len(faults))
	for i, f := range faults {
		out[i] = RowFault{f.Line, r.Words(lang, f.Problem, f.Args...)}
	}
	return rows, out, say, fault("service.readForm", "", err)
}

// words are those of one language.
type words func(key string, args ...any) string

// readRows makes the outcomes of all rows that hold a value, and says what is wrong with
// the others: against the dictionary, what is there, and each other.
func (o *Outcomes) readRows(ctx context.Context, v portal.Viewer, p portal.Partnership, lang string, rows []sheet.Row) (recs []portal.Outcome, faults []RowFault, err error) {
	there, err := collect(ctx, o.Records.Outcomes, store.Where("partnership", p.ID))
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		d := OutcomeDraft{Indicator: row.Cells["key"], Period: row.Cells["period"], FiguresText: portal.FiguresText{Value: row.Cells["value"], Numerator: row.Cells["numerator"],
			Denominator: row.Cells["denominator"], Counted: row.Cells["counted"], Note: row.Cells["note"]}}
		if d.Value == "" && d.Numerator == "" && d.Denominator == "" {
			continue
		}
		rec, err := o.readRow(ctx, v, p, lang, d)
		if err == nil {
			for _, have := range there {
				if have.Indicator == rec.Indicator && have.Period.Overlaps(rec.Period) {
					err = portal.Invalid{{Field: "period", Key: "outcome.overlaps", Args: []any{have.Period.Label}}}
				}
			}
		}
		var invalid portal.Invalid
		if err != nil && !errors.As(err, &invalid) {
			return nil, nil, err
		}
		for _, problem := range invalid {
			text := o.Words(lang, problem.Key, problem.Args...)
			if slices.ContainsFunc(outcomeColumns, func(c outcomeColumn) bool { return c.key == problem.Field }) {
				text = o.Words(lang, "outcome.sheet."+problem.Field) + ": " + text
			}
			faults = append(faults, RowFault{row.Line, text})
		}
		if len(invalid) == 0 {
			recs, there = append(recs, rec), append(there, rec)
		}
	}
	return recs, faults, nil
}

func (o *Outcomes) readRow(ctx context.Context, v portal.Viewer, p portal.Partnership, lang string, d OutcomeDraft) (portal.Outcome, error) {
	ind, err := o.indicator(ctx, p, d.Indicator)
	if err != nil {
		return portal.Outcome{}, err
	}
	d.Value = o.keyOf(lang, ind, d.Value)
	return o.draft(v, p, ind, d)
}

// keyOf turns the words of a yes, a no or a class into what figures are read from.
func (o *Outcomes) keyOf(lang string, ind portal.Indicator, text string) string {
	switch ind.Kind {
	case portal.ValueYesNo:
		for _, key := range []string{"yes", "no"} {
			if text == o.Words(lang, "value."+key) || text == o.Words(otherLanguage(lang), "value."+key) {
				return key
			}
		}
	case portal.ValueClass:
		for _, c := range ind.Classes {
			if strings.EqualFold(text, c.En) {
				return c.Zh
			}
		}
	}
	return text
}
