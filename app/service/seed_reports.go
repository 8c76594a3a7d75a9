package service

import (
	"slices"

	"liangcheng/app/portal"
)

// formReasons say in the report of a loading what is wrong with a field of a form.
var formReasons = map[string]string{
	"report.problem.key":               "%q is no key",
	"report.problem.label":             "%q has no label in both languages",
	"report.problem.formula":           "%q is no formula",
	"report.problem.other_type":        "no partnership of the form has %q",
	"report.problem.period":            "%q is of the period %s",
	"report.problem.operation":         "%s cannot be computed of %q",
	"report.problem.twice":             "%q stands twice",
	"report.problem.fields":            "has no fields or more than %d",
	"problem.required":                 "is empty",
	"problem.too_long":                 "has more than %d characters",
	"report.problem.unknown_indicator": "no row of indicators.csv has the id %q",
}

// forms are the report forms with their fields, held against the dictionary.
func (r *rowReader) forms(indicators []portal.Indicator) []portal.ReportForm {
	dictionary := map[string]portal.Indicator{}
	for _, i := range indicators {
		dictionary[i.ID] = i
	}
	var out []portal.ReportForm
	rows := map[string][]row{} // of a form, then of its fields
	r.each([]string{"report_forms.csv"}, []string{"form", "name", "name_en", "types"}, func(w row) {
		f := portal.ReportForm{Meta: portal.Meta{ID: w.id("report_forms.csv", w.must("form"))}, Rank: len(out) + 1, Name: w.wording("name"),
			Types: many(w, "types", portal.Modes[:]), Document: w.Get("document"), Note: w.wording("note"), Fields: []portal.ReportField{}}
		w.must("types")
		rows[f.ID] = []row{w}
		out = append(out, f)
	})
	r.each([]string{"report_fields.csv"}, []string{"form", "field", "label", "label_en", "formula", "period"}, func(w row) {
		w.refers("form", "report_forms.csv", w.must("form"))
		at := slices.IndexFunc(out, func(f portal.ReportForm) bool { return f.ID == w.Get("form") })
		if at < 0 {
			return
		}
		field := portal.ReportField{Key: w.Get("field"), Label: w.wording("label"), Formula: w.Get("formula"), Period: one(w, "period", portal.PeriodKinds[:], false)}
		if formula, ok := portal.ParseFormula(field.Formula); ok {
			field.Formula = formula.String()
		}
		out[at].Fields = append(out[at].Fields, field)
		rows[out[at].ID] = append(rows[out[at].ID], w)
	})
	for _, f := range out {
		for _, p := range f.Check(dictionary) {
			rows[f.ID][p.Line].fail(p.Field, formReasons[p.Key], p.Args...)
		}
	}
	return out
}
