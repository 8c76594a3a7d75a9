package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/portal"
)

// Reports is what the office answers with: forms, the ledger, the yearly report. All are
// made of the same outcomes.
type Reports struct {
	Rooms
	region *Region
}

// ReportSheet is a form filled for a year.
type ReportSheet struct {
	Form         portal.ReportForm
	Year         int
	Partnerships []portal.Partnership // reported of
	Lines        []ReportLine
	Gaps         []ReportGap // what is missing of whom, of every partnership
	Crossed      []OutcomeEntry
	Demo         int // partnerships of the demonstration among them

	// Of every indicator the form asks of every partnership: how many there are, have been
	// entered, and are verified.
	Cells, Filled, Verified int
}

// ReportLine is a field of a form with its value.
type ReportLine struct {
	Field             portal.ReportField
	Formula           portal.Formula
	Indicators        []portal.Indicator
	Verified, Claimed portal.Total
	Asked             int // partnerships that have its indicators
	Filled, Confirmed int // of these: that have entered them, and of which they are verified
}

// ReportGap is what a form still lacks of one partnership.
type ReportGap struct {
	Partnership       portal.Partnership
	Asked             int
	Filled, Confirmed int
	Missing           []portal.Indicator
	Open              []OutcomeEntry // disputed or returned: they count nowhere
}

// Forms lists the report forms.
func (r *Reports) Forms(ctx context.Context, v portal.Viewer) ([]portal.ReportForm, error) {
	if !portal.CanReport(v) {
		return nil, fault("service.Reports.Forms", "", portal.ErrNotFound)
	}
	all, err := collect(ctx, r.Records.Forms)
	slices.SortFunc(all, func(a, b portal.ReportForm) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// Form returns a report form.
func (r *Reports) Form(ctx context.Context, v portal.Viewer, id string) (portal.ReportForm, error) {
	if !portal.CanReport(v) {
		return portal.ReportForm{}, fault("service.Reports.Form", id, portal.ErrNotFound)
	}
	f, err := r.Records.Forms.Get(ctx, id)
	return f, fault("service.Reports.Form", id, err)
}

// Fill fills a form for a year.
func (r *Reports) Fill(ctx context.Context, v portal.Viewer, id string, year int) (ReportSheet, error) {
	f, err := r.Form(ctx, v, id)
	if err != nil {
		return ReportSheet{}, err
	}
	in, err := r.reported(ctx, v, year, f.Types, f.Indicators())
	if err != nil {
		return ReportSheet{}, err
	}
	return in.fill(f), nil
}

// FillAll fills every form for a year, of outcomes that are read once.
func (r *Reports) FillAll(ctx context.Context, v portal.Viewer, year int) ([]ReportSheet, error) {
	forms, err := r.Forms(ctx, v)
	if err != nil {
		return nil, err
	}
	types, indicators := map[string]bool{}, map[string]bool{}
	for _, f := range forms {
		for _, m := range f.Types {
			types[string(m)] = true
		}
		for _, key := range f.Indicators() {
			indicators[key] = true
		}
	}
	in, err := r.reported(ctx, v, year, modes(keys(types)), keys(indicators))
	if err != nil {
		return nil, err
	}
	out := make([]ReportSheet, len(forms))
	for i, f := range forms {
		out[i] = in.narrowed(f).fill(f)
	}
	return out, nil
}

func modes(keys []string) []portal.Mode {
	out := make([]portal.Mode, len(keys))
	for i, key := range keys {
		out[i] = portal.Mode(key)
	}
	return out
}

// ReportRecords are the records behind a field of a form.
type ReportRecords struct {
	Sheet   ReportSheet
	Line    ReportLine
	Entries []OutcomeEntry
	Counted map[string]bool // ids of those that count
	Missing []portal.Partnership
	AtWork  []portal.Partnership // of a count of records
}

// Behind returns what a field of a form is made of.
func (r *Reports) Behind(ctx context.Context, v portal.Viewer, id, field string, year int) (ReportRecords, error) {
	f, err := r.Form(ctx, v, id)
	if err != nil {
		return ReportRecords{}, err
	}
	in, err := r.reported(ctx, v, year, f.Types, f.Indicators())
	if err != nil {
		return ReportRecords{}, err
	}
	out := ReportRecords{Sheet: in.fill(f)}
	at := slices.IndexFunc(out.Sheet.Lines, func(l ReportLine) bool { return l.Field.Key == field })
	if at < 0 {
		return out, fault("service.Reports.Behind", field, portal.ErrNotFound)
	}
	out.Line = out.Sheet.Lines[at]
	if what := out.Line.Formula.Counts(); what != "" {
		out.AtWork = in.atWork(what)
		return out, nil
	}
	out.Counted = out.Line.Formula.Behind(in.entered)
	for _, key := range out.Line.Formula.Indicators() {
		for _, e := range in.outcomes {
			if e.Indicator == key {
				out.Entries = append(out.Entries, e)
			}
		}
	}
	for _, g := range out.Sheet.Gaps {
		if slices.ContainsFunc(g.Missing, func(i portal.Indicator) bool { return slices.Contains(out.Line.Formula.Indicators(), i.ID) }) {
			out.Missing = append(out.Missing, g.Partnership)
		}
	}
	return out, nil
}

// LastYear is the last whole year: what is reported of first.
func (r *Reports) LastYear() int { return r.Clock().In(portal.Shanghai).Year() - 1 }

// Years are the years one can report of.
func (r *Reports) Years() []int { return portal.ReportYears(r.Clock()) }
