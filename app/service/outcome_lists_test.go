package service_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

func TestSumsAreThoseOfTheRecords(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	draw := rand.New(rand.NewPCG(1, 2))
	indicators := []string{"joint_courses", "employer_cash_investment", "joint_textbooks", "hired_by_partner"}
	for step := range 160 {
		ind, year := indicators[draw.IntN(len(indicators))], fmt.Sprint(2018+draw.IntN(8))
		by, other := s.enterprise, s.college
		if draw.IntN(2) == 0 {
			by, other = other, by
		}
		rec, err := o.Enter(ctx, by, reported, shown(value(ind, year, fmt.Sprint(5+draw.IntN(400)))))
		if err != nil && said(err) != "outcome.twice" {
			t.Fatal(err)
		}
		if err != nil {
			p, _ := portal.ReadPeriod(map[bool]portal.PeriodKind{true: portal.PeriodCohort, false: portal.PeriodYear}[ind == "hired_by_partner"], year, "2026-11-24")
			if rec, err = s.records.Outcomes.Fresh(ctx, portal.OutcomeID(reported, ind, p)); err != nil {
				t.Fatal(err)
			}
		}
		act := portal.OutcomeActs[draw.IntN(len(portal.OutcomeActs))]
		v := []portal.Viewer{by, other, s.office}[draw.IntN(3)]
		if act == portal.OutcomeCorrect {
			_, err = o.Correct(ctx, v, rec.ID, rec.Version, value("", "", fmt.Sprint(5+draw.IntN(400))))
		} else if act != portal.OutcomeAttach {
			_, err = o.Answer(ctx, v, rec.ID, rec.Version, act, "理由")
		}
		if err != nil && !errors.Is(err, portal.ErrConflict) && !errors.Is(err, portal.ErrForbidden) && said(err) != "outcome.twice" {
			t.Fatalf("step %d: %s: %v", step, act, err)
		}
	}
	type sum struct {
		value portal.Hundredths
		n     int
	}
	verified, claimed := map[string]sum{}, map[string]sum{}
	states := map[portal.OutcomeState]int{}
	err := s.records.Outcomes.All(ctx, []store.Cond{store.Where("partnership", reported)}, func(rec *portal.Outcome) error {
		states[rec.State]++
		of := claimed
		switch rec.State {
		case portal.OutcomeVerified:
			of = verified
		case portal.OutcomeDisputed, portal.OutcomeReturned:
			return nil
		}
		of[rec.Indicator] = sum{of[rec.Indicator].value + rec.Versions[len(rec.Versions)-1].Value, of[rec.Indicator].n + 1}
		return nil
	})
	if err != nil || len(states) < 4 {
		t.Fatalf("the walk reached only %v: %v", states, err)
	}
	f, err := o.Partnership(ctx, s.enterprise, reported)
	if err != nil {
		t.Fatal(err)
	}
	for _, total := range f.Totals {
		id := total.Indicator.ID
		if got := (sum{total.Verified.Value, total.Verified.N}); got != verified[id] {
			t.Errorf("%s verified: %v, the records say %v", id, got, verified[id])
		}
		if got := (sum{total.Claimed.Value, total.Claimed.N}); got != claimed[id] {
			t.Errorf("%s claimed: %v, the records say %v", id, got, claimed[id])
		}
		delete(verified, id)
		delete(claimed, id)
	}
	if len(verified)+len(claimed) > 0 {
		t.Errorf("no sum is shown of %v and %v", verified, claimed)
	}
	counts, err := o.Counts(ctx, s.office)
	if err != nil || fmt.Sprint(counts) != fmt.Sprint(states) {
		t.Errorf("the office counts %v, the records say %v: %v", counts, states, err)
	}
}

func TestFunnel(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	for indicator, n := range map[string]string{"cohort_admitted": "60", "cohort_ordered": "40", "cohort_interned": "4", "hired_by_partner": "30", "employed_total": "50", "employed_guiyang": "25", "employed_guizhou": "40"} {
		if _, err := o.Enter(ctx, s.college, reported, value(indicator, "2026", n)); err != nil {
			t.Fatal(indicator, err)
		}
	}
	retained := service.OutcomeDraft{Indicator: "retained_partner_ratio", Period: "2026", FiguresText: portal.FiguresText{Numerator: "28", Denominator: "56", Counted: "2026-09-01"}}
	if _, err := o.Enter(ctx, s.college, reported, retained); err != nil {
		t.Fatal(err)
	}
	analyst := s.office
	analyst.Role = portal.Analyst
	for _, tt := range []struct {
		name string
		v    portal.Viewer
		want string
	}{
		{"a party", s.college, "cohort_admitted 60 cohort_ordered 40/60=66.67 cohort_interned 4/40=10 hired_by_partner 30/4=750 employed_guiyang 25/50=50 employed_guizhou 40/50=80 retained_partner_ratio 28/56=50"},
		{"an analyst", analyst, "cohort_admitted 60 cohort_ordered 40/60=66.67 cohort_interned <5 hired_by_partner 30 employed_guiyang 25/50=50 employed_guizhou 40/50=80 retained_partner_ratio 28/56=50"},
	} {
		f, err := o.Partnership(ctx, tt.v, reported)
		if err != nil || len(f.Funnels) != 1 || f.Funnels[0].Verified {
			t.Fatalf("%s: %d funnels: %v", tt.name, len(f.Funnels), err)
		}
		var got []string
		for _, step := range append(f.Funnels[0].Steps, f.Funnels[0].Stayed...) {
			text := step.Value.String()
			if step.Hidden {
				text = "<5"
			}
			if step.Whole > 0 {
				text += "/" + step.Whole.String() + "=" + step.Percent.String()
			}
			got = append(got, step.Indicator.ID, text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %s\nwant %s", tt.name, strings.Join(got, " "), tt.want)
		}
	}
}

func TestWhatIsMissing(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	missing := func() map[string]string {
		t.Helper()
		f, err := o.Partnership(ctx, s.college, reported)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, m := range f.Missing {
			out[m.Indicator.ID] = m.Period.Label
		}
		return out
	}
	before := missing()
	for id, want := range map[string]string{"joint_courses": "2025", "practice_ratio_core": "2025-2026", "hired_by_partner": "2026", "students_enrolled": ""} {
		if got, ok := before[id]; !ok || got != want {
			t.Errorf("%s is missing for %q (%v), want %q", id, got, ok, want)
		}
	}
	if _, err := o.Enter(ctx, s.college, reported, value("joint_courses", "2024", "6")); err != nil {
		t.Fatal(err)
	}
	if _, ok := missing()["joint_courses"]; !ok {
		t.Error("the year before stands for the last one")
	}
	if _, err := o.Enter(ctx, s.college, reported, value("joint_courses", "2025", "6")); err != nil {
		t.Fatal(err)
	}
	if _, ok := missing()["joint_courses"]; ok {
		t.Error("what was entered is missing")
	}
}

func TestWhatWaitsForAParty(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	if err := s.follower.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	rec, err := o.Enter(ctx, s.enterprise, reported, value("joint_courses", "2025", "6"))
	if err != nil {
		t.Fatal(err)
	}
	waits := func(v portal.Viewer, want int) {
		t.Helper()
		got, err := o.Waiting(ctx, v)
		if err != nil || len(got) != want {
			t.Errorf("%d wait for %s, want %d: %v", len(got), v.Organisation, want, err)
		}
	}
	waits(s.enterprise, 0)
	waits(s.college, 1)
	if _, err := o.Answer(ctx, s.college, rec.ID, rec.Version, portal.OutcomeDispute, "数目不对"); err != nil {
		t.Fatal(err)
	}
	waits(s.enterprise, 1)
	waits(s.college, 0)
}

func TestWorkbookOfOutcomes(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	template, err := o.Template(ctx, s.college, "zh-CN", reported)
	if err != nil || len(template) == 0 {
		t.Fatal(err)
	}
	n, faults, err := o.Import(ctx, s.college, "zh-CN", reported, template)
	if n != 0 || len(faults) > 0 || said(err) != "outcome.sheet.empty" {
		t.Errorf("an empty template: %d, %v, %v", n, faults, err)
	}
	columns := []string{"key", "name", "unit", "form", "period", "value", "numerator", "denominator", "counted", "note"}
	layout := sheet.Layout{Sheet: s.rooms.Words("", "outcome.sheet")}
	for _, key := range columns {
		layout.Columns = append(layout.Columns, sheet.Column{Key: key, Title: s.rooms.Words("", "outcome.sheet."+key)})
	}
	send := func(rows ...map[string]string) (int, []service.RowFault, error) {
		t.Helper()
		var file bytes.Buffer
		if err := sheet.Write(&file, layout, rows); err != nil {
			t.Fatal(err)
		}
		return o.Import(ctx, s.college, "zh-CN", reported, file.Bytes())
	}
	good := map[string]string{"key": "joint_courses", "period": "2025", "value": "6"}
	rate := map[string]string{"key": "practice_ratio_core", "period": "2024-2025", "numerator": "300", "denominator": "900", "counted": "2025-08-31"}
	n, faults, err = send(good, map[string]string{"key": "joint_courses", "period": "2025", "value": "7"}, map[string]string{"key": "made_up", "value": "1"}, map[string]string{"key": "joint_labs", "period": "去年", "value": "1"})
	if n != 0 || err != nil || len(faults) != 3 || faults[0].Line != 3 || faults[1].Line != 4 || faults[2].Line != 5 {
		t.Errorf("three wrong rows: %d, %v, %v", n, faults, err)
	}
	if k, err := s.records.Outcomes.Count(ctx); k != 0 || err != nil {
		t.Errorf("%d outcomes were entered all the same: %v", k, err)
	}
	if n, faults, err = send(good, rate); n != 2 || len(faults) > 0 || err != nil {
		t.Errorf("two good rows: %d, %v, %v", n, faults, err)
	}
	if n, faults, err = send(good, rate); n != 0 || len(faults) != 2 || err != nil {
		t.Errorf("the same again: %d, %v, %v", n, faults, err)
	}
	if got := s.told(t, "demo-person-enterprise"); !slices.Equal(got, []string{"outcome.uploaded"}) {
		t.Errorf("the enterprise was told %v", got)
	}
}
