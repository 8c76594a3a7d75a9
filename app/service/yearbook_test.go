package service_test

import (
	"errors"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

func TestTheYearbook(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	year, err := h.services.Yearbook.Year(ctx, 2025)
	if err != nil {
		t.Fatal(err)
	}
	counted := 0
	for _, tally := range year.Types {
		counted += tally.N
	}
	if counted != len(year.Partnerships) || year.Demo == 0 || year.Demo == counted {
		t.Errorf("%d partnerships, %d by type, %d of the demonstration", len(year.Partnerships), counted, year.Demo)
	}
	for _, p := range year.Partnerships {
		if !p.Public() || p.Year > 2025 || p.Origin.Certainty == portal.Unconfirmed || len(p.Agreement.Number)+len(p.Events) > 0 {
			t.Errorf("%s of %d is %s, %s", p.ID, p.Year, p.Stage, p.Origin.Certainty)
		}
	}
	sum := map[string]portal.Hundredths{}
	few := map[string]int{}
	err = h.services.Yearbook.Outcomes(ctx, 2025, func(e service.OutcomeEntry) error {
		cur := e.Current()
		if !e.Verified() || !e.In.Public() || len(cur.Evidence)+len(e.Events) > 0 || cur.Hidden && cur.Value != 0 {
			t.Errorf("%s is told: %+v", e.ID, cur)
		}
		if cur.Hidden {
			few[e.Indicator]++
		}
		sum[e.Indicator] += cur.Value
		return nil
	})
	if err != nil || len(sum) < 30 || len(few) == 0 {
		t.Errorf("%d indicators, few people in %v (%v)", len(sum), few, err)
	}
	hidden := 0
	for _, line := range year.Lines {
		var cells portal.Hundredths
		shown := true
		for _, c := range line.ByType {
			cells += c.Value
			shown = shown && !c.Hidden()
		}
		if cells != line.Total.Value {
			t.Errorf("%s: the types make %s, the total is %s", line.Indicator.ID, cells, line.Total.Value)
		}
		if line.Hidden {
			hidden++
		}
		if !shown && few[line.Indicator.ID] < 3 && !line.Hidden {
			t.Errorf("%s: the total tells what a type hides", line.Indicator.ID)
		}
		if line.Formula.Op == portal.FormulaSum && few[line.Indicator.ID] == 0 && line.Indicator.Period.Adds() && line.Total.Value != sum[line.Indicator.ID] {
			t.Errorf("%s: %s in the yearbook, %s in the open data", line.Indicator.ID, line.Total.Value, sum[line.Indicator.ID])
		}
	}
	if hidden == 0 {
		t.Error("no total is hidden")
	}
	for _, gone := range []int{2022, 2027} {
		if _, err := h.services.Yearbook.Year(ctx, gone); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%d: %v", gone, err)
		}
	}
}

func TestGapsAgainstThresholds(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	line := func(id, key string, supposed map[string]string) service.GapLine {
		t.Helper()
		gaps, err := h.services.GapCheck.Of(ctx, reviewer, id, supposed)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range gaps.Lines {
			if l.Indicator.ID == key {
				return l
			}
		}
		t.Fatalf("%s has no line %s", id, key)
		return service.GapLine{}
	}
	for _, tt := range []struct {
		name, partnership, key string
		standing               portal.GapStanding
		short                  string
	}{
		{"met", "demo-p04", "intern_pay_ratio", portal.GapMet, "0"},
		{"short", "demo-p16", "intern_pay_ratio", portal.GapShort, "9.63"},
		{"another province judges nothing", "demo-p01", "students_enrolled", portal.GapReference, "0"},
		{"a rule that is no longer in force neither", "demo-p06", "incubatees", portal.GapReference, "0"},
		{"nothing entered", "demo-p22", "intern_pay_ratio", portal.GapUnknown, "0"},
	} {
		if l := line(tt.partnership, tt.key, nil); l.Standing != tt.standing || l.Short.String() != tt.short {
			t.Errorf("%s: %s, short by %s; want %s by %s", tt.name, l.Standing, l.Short, tt.standing, tt.short)
		}
	}
	if l := line("demo-p16", "intern_pay_ratio", map[string]string{"intern_pay_ratio": "82.5"}); l.Then != portal.GapMet || l.Standing != portal.GapShort {
		t.Errorf("supposed: %s, before %s", l.Then, l.Standing)
	}
	var invalid portal.Invalid
	if _, err := h.services.GapCheck.Of(ctx, reviewer, "demo-p16", map[string]string{"intern_pay_ratio": "much"}); !errors.As(err, &invalid) || invalid[0].Field != "v.intern_pay_ratio" {
		t.Errorf("no number: %v", err)
	}
	gaps, err := h.services.GapCheck.OfType(ctx, reviewer, portal.IncubationCentre, map[string]string{"incubatees": "60"})
	if err != nil || len(gaps.Lines) < 10 || gaps.In.ID != "" {
		t.Errorf("of a type: %d lines (%v)", len(gaps.Lines), err)
	}
	other := portal.Viewer{Person: "x", Organisation: portal.CollegeOrganisation("demo-c1"), Kind: portal.OfCollege, Role: portal.Owner, State: portal.OrganisationVerified}
	if _, err := h.services.GapCheck.Of(ctx, other, "demo-p04", nil); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("another college: %v", err)
	}
	if _, err := h.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	mine, err := h.services.GapCheck.Mine(ctx, other)
	if err != nil || len(mine) == 0 {
		t.Errorf("%d of one's own (%v)", len(mine), err)
	}
	for _, gaps := range mine {
		if !gaps.In.Has(other) || len(gaps.Lines) == 0 {
			t.Errorf("%s is shown with %d lines", gaps.In.ID, len(gaps.Lines))
		}
	}
	if _, err := h.services.GapCheck.Mine(ctx, portal.Visitor); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor: %v", err)
	}
}
