package service

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
)

// Indicators is the dictionary of what is counted.
type Indicators struct{ Rooms }

// List returns the whole dictionary in its order, to everybody.
func (i *Indicators) List(ctx context.Context, v portal.Viewer) ([]portal.Indicator, error) {
	all, err := dictionary(ctx, i.Rooms)
	if !v.CanAdminister() {
		for n := range all {
			all[n].Trail = portal.Trail{} // it names people
		}
	}
	return all, err
}

// dictionary is every indicator in its order.
func dictionary(ctx context.Context, r Rooms) ([]portal.Indicator, error) {
	all, err := collect(ctx, r.Records.Indicators)
	slices.SortFunc(all, byRank)
	return all, err
}

func byRank(a, b portal.Indicator) int {
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
}

// Show returns an indicator.
func (i *Indicators) Show(ctx context.Context, v portal.Viewer, key string) (portal.Indicator, error) {
	rec, err := i.Records.Indicators.Get(ctx, key)
	if !v.CanAdminister() {
		rec.Trail = portal.Trail{}
	}
	return rec, fault("service.Indicators.Show", key, err)
}

// The longest name and note of an indicator, and name of a document.
const (
	indicatorName = 60
	indicatorText = 300
)

// Reword changes what the office may change of an indicator. version is that of the record
// the person saw.
func (i *Indicators) Reword(ctx context.Context, v portal.Viewer, key string, version int64, w portal.IndicatorWords) (portal.Indicator, error) {
	if !portal.CanEditIndicators(v) {
		return portal.Indicator{}, portal.ErrForbidden
	}
	var bad portal.Invalid
	checkLength := func(field string, text *string, most int) {
		if *text = strings.TrimSpace(*text); utf8.RuneCountInString(*text) > most {
			bad.Add(field, "problem.too_long", most)
		}
	}
	checkLength("name", &w.Name, indicatorName)
	checkLength("name_en", &w.NameEn, 2*indicatorName)
	checkLength("note", &w.Note, indicatorText)
	if w.Threshold != nil {
		checkLength("document", &w.Threshold.Document, indicatorText)
	}
	if err := bad.Err(); err != nil {
		return portal.Indicator{}, err
	}
	return changed(ctx, i.Rooms, i.Records.Indicators, v, key, "indicator.reword", func(rec *portal.Indicator) error {
		if rec.Version != version {
			return portal.ErrConflict
		}
		return rec.Reword(w)
	})
}
