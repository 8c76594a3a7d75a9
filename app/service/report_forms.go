package service

import (
	"context"
	"slices"

	"liangcheng/app/portal"
)

// EditForm changes the words and the fields of a form. The version is that of the record
// the person saw. Problems of a field have its number as their first argument.
func (r *Reports) EditForm(ctx context.Context, v portal.Viewer, f portal.ReportForm) (portal.ReportForm, error) {
	have, err := r.Form(ctx, v, f.ID)
	if err != nil {
		return have, err
	}
	if !portal.CanEditForms(v) {
		return have, portal.ErrForbidden
	}
	all, err := dictionary(ctx, r.Rooms)
	if err != nil {
		return have, err
	}
	known := map[string]portal.Indicator{}
	for _, i := range all {
		known[i.ID] = i
	}
	f.Types, f.Fields = have.Types, slices.Clone(f.Fields)
	for n, field := range f.Fields {
		if formula, ok := portal.ParseFormula(field.Formula); ok {
			f.Fields[n] = periodOf(field, formula, known)
		}
	}
	var bad portal.Invalid
	for _, p := range f.Check(known) {
		if p.Line == 0 {
			bad = append(bad, p.Problem)
		} else {
			bad.Add("fields", p.Key, append([]any{p.Line}, p.Args...)...)
		}
	}
	if err := bad.Err(); err != nil {
		return f, err
	}
	return changed(ctx, r.Rooms, r.Records.Forms, v, f.ID, "form.edit", func(rec *portal.ReportForm) error {
		if rec.Version != f.Version {
			return portal.ErrConflict
		}
		rec.Name, rec.Document, rec.Note, rec.Fields = f.Name, f.Document, f.Note, f.Fields
		return nil
	})
}

// periodOf gives a field its formula in the one form, and the period of its indicator.
func periodOf(field portal.ReportField, formula portal.Formula, known map[string]portal.Indicator) portal.ReportField {
	field.Formula, field.Period = formula.String(), portal.PeriodYear
	for _, key := range formula.Indicators() {
		if i, ok := known[key]; ok {
			field.Period = i.Period
			break
		}
	}
	return field
}
