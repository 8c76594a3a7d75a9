package service_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/seeds"
)

func TestOutcomesOfTheDemonstration(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	states, partnerships, years, few, versions := map[portal.OutcomeState]int{}, map[string]bool{}, map[int]int{}, 0, 0
	red := map[string]bool{}
	dictionary := map[string]portal.Indicator{}
	if err := h.records.Indicators.All(ctx, nil, func(i *portal.Indicator) error { dictionary[i.ID] = *i; return nil }); err != nil {
		t.Fatal(err)
	}
	var all []portal.Outcome
	err := h.records.Outcomes.All(ctx, nil, func(o *portal.Outcome) error {
		all = append(all, *o)
		states[o.State]++
		partnerships[o.Partnership] = true
		years[o.Period.Year()]++
		ind := dictionary[o.Indicator]
		if o.Current().Small(ind) {
			few++
		}
		if len(o.Versions) > 1 {
			versions++
		}
		if o.Crosses(ind) {
			red[o.Partnership] = true
		}
		if !o.Origin.Fictional() || !strings.HasPrefix(o.Partnership, "demo-") {
			t.Errorf("%s is not marked as demonstration", o.ID)
		}
		if o.Verified() && (len(o.Current().Evidence) == 0 || len(o.Current().Answers) != 2) {
			t.Errorf("%s is verified without evidence or both answers", o.ID)
		}
		if o.Since.After(now) || o.Since.Before(o.Versions[0].At) {
			t.Errorf("%s is %s since %s", o.ID, o.State, o.Since)
		}
		return nil
	})
	if err != nil || len(all) < 200 || len(partnerships) < 20 || few == 0 || versions == 0 || len(red) == 0 {
		t.Errorf("%d outcomes of %d partnerships, %d of few people, %d corrected, red lines of %v (%v)", len(all), len(partnerships), few, versions, red, err)
	}
	for _, state := range portal.OutcomeStates {
		if states[state] == 0 {
			t.Errorf("none is %s", state)
		}
	}
	for year := now.Year() - 2; year <= now.Year(); year++ {
		if years[year] < 20 {
			t.Errorf("%d outcomes of %d", years[year], year)
		}
	}
	for _, o := range all {
		for line := range red {
			if o.Partnership == line && o.Verified() && !dictionary[o.Indicator].RedLine {
				t.Errorf("%s was verified across a red line", o.ID)
			}
		}
	}
}

// TestOutcomesOfTheDemonstrationOnAnyDay loads them on days at which other years are the
// last whole ones.
func TestOutcomesOfTheDemonstrationOnAnyDay(t *testing.T) {
	for _, day := range []string{"2026-01-01", "2026-08-31", "2026-09-01", "2026-12-31", "2028-02-29"} {
		at, err := time.ParseInLocation(time.DateOnly, day, portal.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		report, err := service.Seed(t.Context(), portal.System, empty(t), service.SeedOptions{Files: seeds.Files(), Demo: true, Now: at})
		if err != nil || report.Inserted["outcomes"] < 400 {
			t.Errorf("on %s: %d (%v)", day, report.Inserted["outcomes"], err)
		}
		if testing.Short() {
			break
		}
	}
}

func TestEvidenceOfTheDemonstrationGoesWithIt(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	page, err := h.records.Outcomes.Find(ctx, store.Query{Where: []store.Cond{store.Where("state", portal.OutcomeVerified)}, Limit: 1})
	if err != nil || len(page.Items) != 1 {
		t.Fatal(err)
	}
	evidence := page.Items[0].Current().Evidence[0]
	file, _, err := h.records.Engine.OpenBlob(ctx, evidence.Blob)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(file)
	if err = errors.Join(err, file.Close()); err != nil || !strings.Contains(string(body), "FICTIONAL") || int64(len(body)) != evidence.Size {
		t.Errorf("the evidence: %d bytes (%v)", len(body), err)
	}
	if _, err := service.PurgeDemo(ctx, portal.System, h.records); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.records.Engine.OpenBlob(ctx, evidence.Blob); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the file is left behind: %v", err)
	}
}

func TestAFormOfAnUnknownIndicatorIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name, file, old, with string
		want                  service.RowError
	}{
		{"an unknown indicator", "report_fields.csv", "sum(students_enrolled)", "sum(students_enroled)",
			service.RowError{File: "report_fields.csv", Line: 6, Field: "formula", Reason: `no row of indicators.csv has the id "students_enroled"`}},
		{"no formula", "report_fields.csv", "sum(students_enrolled)", "total of students_enrolled",
			service.RowError{File: "report_fields.csv", Line: 6, Field: "formula", Reason: `"total of students_enrolled" is no formula`}},
		{"another period", "report_fields.csv", "sum(students_enrolled),point", "sum(students_enrolled),cohort",
			service.RowError{File: "report_fields.csv", Line: 6, Field: "period", Reason: `"students_enrolled" is of the period point`}},
		{"a form that is not there", "report_fields.csv", "industry_college_yearly,partnerships", "industry_colleges,partnerships",
			service.RowError{File: "report_fields.csv", Line: 2, Field: "form", Reason: `no row of report_forms.csv has the id "industry_colleges"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			records := empty(t)
			_, err := service.Seed(t.Context(), portal.System, records, service.SeedOptions{Files: overlay(t, tt.file, tt.old, tt.with), Now: now})
			var rows service.RowErrors
			if !errors.As(err, &rows) || len(rows) != 1 || rows[0] != tt.want {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if n, err := records.Indicators.Count(t.Context()); n != 0 || err != nil {
				t.Errorf("%d indicators were written (%v)", n, err)
			}
		})
	}
}
