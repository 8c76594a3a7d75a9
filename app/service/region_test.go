package service_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// Every figure of the region is the number of the records its list shows.
func TestEveryFigureOfTheRegionOpensWhatItCounts(t *testing.T) {
	s := approach(t)
	ctx, region := t.Context(), s.services.Region
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	view, err := region.View(ctx, s.office, service.RegionChoice{})
	if err != nil || view.Counting {
		t.Fatal(view.Counting, err)
	}
	followed, err := s.records.Partnerships.Count(ctx, store.OneOf("stage", portal.PartnershipStages[:]...))
	if err != nil || view.Partnerships != int(followed) || followed == 0 {
		t.Fatalf("%d partnerships, the store has %d, %v", view.Partnerships, followed, err)
	}
	behind := func(c service.RegionChoice) int {
		t.Helper()
		found, err := region.Partnerships(ctx, s.office, c, 1)
		if err != nil {
			t.Fatal(err)
		}
		return found.Total
	}
	for by, groups := range view.By {
		facet, sum := service.RegionFacets[by], 0
		for _, g := range groups {
			choice := service.RegionChoice{Refine: map[string][]string{facet: {g.Value}}}
			if n := behind(choice); n != g.N {
				t.Errorf("%s=%s: %d, behind it %d", facet, g.Value, g.N, n)
			}
			ofStages := 0
			for stage, n := range g.Stages {
				ofStages += n
				choice.Refine["stage"] = []string{string(stage)}
				if facet != "stage" && behind(choice) != n {
					t.Errorf("%s=%s, %s: %d, behind it %d", facet, g.Value, stage, n, behind(choice))
				}
			}
			if ofStages != g.N {
				t.Errorf("%s=%s: the stages add up to %d of %d", facet, g.Value, ofStages, g.N)
			}
			sum += g.N
		}
		if facet != "cluster" && sum != view.Partnerships {
			t.Errorf("%s adds up to %d of %d", facet, sum, view.Partnerships)
		}
	}
	if n := behind(service.RegionChoice{Late: true}); n != view.Late || n == 0 {
		t.Errorf("late: %d, behind it %d", view.Late, n)
	}
	two := service.RegionChoice{Refine: map[string][]string{"stage": {"running"}, "type": {"order_class"}}}
	if narrow, err := region.View(ctx, s.office, two); err != nil || narrow.Partnerships != behind(two) || narrow.Partnerships >= view.Partnerships {
		t.Errorf("two choices: %d, behind them %d, %v", narrow.Partnerships, behind(two), err)
	}
	for _, v := range []portal.Viewer{portal.Visitor, s.college, s.enterprise} {
		if _, err := region.View(ctx, v, service.RegionChoice{}); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
}

// insertOutcome puts an outcome into the store as it stands after its answers.
func (s sides) insertOutcome(t *testing.T, partnership, indicator, year string, state portal.OutcomeState, f portal.Figures) {
	t.Helper()
	rec := portal.Outcome{Meta: portal.Meta{ID: partnership + "." + indicator + "." + year}, Partnership: partnership, Indicator: indicator, State: state,
		Period: portal.Period{Kind: portal.PeriodYear, From: year + "-01-01", Until: year + "-12-31", Label: year}, Since: now,
		Versions: []portal.OutcomeVersion{{Figures: f, Organisation: "x"}}, Origin: portal.Origin{Certainty: portal.Demo}}
	if err := s.records.Outcomes.Insert(t.Context(), &rec); err != nil {
		t.Fatal(err)
	}
}

func TestTheRegionAddsUpWhatIsVerifiedAndWhatIsClaimedApart(t *testing.T) {
	s := approach(t)
	ctx, region := t.Context(), s.services.Region
	purgeOutcomes(t, s.house)
	count := func(n int64) portal.Figures { return portal.Figures{Value: portal.Hundredths(100 * n)} }
	s.insertOutcome(t, "demo-p01", "hired_by_partner", "2025", portal.OutcomeVerified, count(30))
	s.insertOutcome(t, "demo-p02", "hired_by_partner", "2025", portal.OutcomeVerified, count(12))
	s.insertOutcome(t, "demo-p01", "hired_by_partner", "2026", portal.OutcomeConfirmed, count(40))
	s.insertOutcome(t, "demo-p02", "hired_by_partner", "2026", portal.OutcomeDisputed, count(999))
	s.insertOutcome(t, "demo-p03", "employed_total", "2025", portal.OutcomeVerified, count(3))
	s.insertOutcome(t, "demo-p01", "retained_partner_ratio", "2025", portal.OutcomeVerified, portal.Figures{Value: 5000, Numerator: 1000, Denominator: 2000})
	s.insertOutcome(t, "demo-p02", "retained_partner_ratio", "2025", portal.OutcomeVerified, portal.Figures{Value: 10000, Numerator: 1000, Denominator: 1000})

	sums := func(c service.RegionChoice) map[string]service.RegionSum {
		t.Helper()
		view, err := region.View(ctx, s.office, c)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]service.RegionSum{}
		for _, sum := range view.Outcomes {
			out[sum.Indicator.ID] = sum
		}
		return out
	}
	all := sums(service.RegionChoice{})
	if got := all["hired_by_partner"]; got.Verified.Value.String() != "42" || got.Verified.N != 2 || got.Claimed.Value.String() != "40" || got.Disputed != 1 {
		t.Errorf("hired: %+v", got)
	}
	if got := all["employed_total"]; !got.Verified.Hidden || got.Verified.Value != 0 {
		t.Errorf("three people are shown: %+v", got)
	}
	if got := all["retained_partner_ratio"].Verified; got.Value.String() != "66.67" {
		t.Errorf("the rate of the sums is 20 of 30: %s", got.Value)
	}
	if got := sums(service.RegionChoice{Period: "2025"})["hired_by_partner"]; got.Verified.Value.String() != "42" || got.Claimed.N != 0 {
		t.Errorf("of 2025: %+v", got)
	}
	found, err := region.Outcomes(ctx, s.office, service.RegionChoice{}, "hired_by_partner", []portal.OutcomeState{portal.OutcomeVerified}, 1)
	if err != nil || found.Total != 2 {
		t.Errorf("behind the verified: %d %v", found.Total, err)
	}
	sum := portal.Hundredths(0)
	for _, e := range found.Items {
		sum += e.Current().Value
	}
	if sum != all["hired_by_partner"].Verified.Value {
		t.Errorf("the records add up to %s", sum)
	}

	// What changes is counted at once, and counting anew says the same.
	if err := s.records.Outcomes.Delete(ctx, "demo-p02.hired_by_partner.2025", 0); err != nil {
		t.Fatal(err)
	}
	after := sums(service.RegionChoice{})
	if got := after["hired_by_partner"].Verified; got.Value.String() != "30" || got.N != 1 {
		t.Errorf("after one is gone: %+v", got)
	}
	if err := region.Rebuild(s.office); err != nil {
		t.Fatal(err)
	}
	if anew := sums(service.RegionChoice{}); !slices.Equal(slices.Sorted(maps.Keys(anew)), slices.Sorted(maps.Keys(after))) || anew["hired_by_partner"].Verified != after["hired_by_partner"].Verified {
		t.Errorf("counted anew: %+v, before %+v", anew, after)
	}
}

// purgeOutcomes removes the outcomes of the demonstration data.
func purgeOutcomes(t *testing.T, h house) {
	t.Helper()
	var ids []string
	err := h.records.Outcomes.All(t.Context(), nil, func(o *portal.Outcome) error { ids = append(ids, o.ID); return nil })
	for _, id := range ids {
		err = errors.Join(err, h.records.Outcomes.Delete(t.Context(), id, 0))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTargetsAreHeldAgainstWhatIsVerified(t *testing.T) {
	s := approach(t)
	ctx, targets := t.Context(), s.services.Targets
	purgeOutcomes(t, s.house)
	draft := portal.TargetDraft{Indicator: "hired_by_partner", Span: "by_year", Year: "2026", Value: "100", Source: "某文件〔2026〕1号"}
	if _, err := targets.Set(ctx, s.college, draft); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a college sets targets: %v", err)
	}
	for key, wrong := range map[string]portal.TargetDraft{
		"target.no_indicator":      {Indicator: "retained_partner_ratio", Span: "by_year", Year: "2026", Value: "1", Source: "x"},
		"target.type_or_indicator": {Indicator: "hired_by_partner", Type: "order_class", Span: "by_year", Year: "2026", Value: "1", Source: "x"},
		"target.year":              {Span: "by_year", Year: "26", Value: "1", Source: "x"},
		"target.value":             {Span: "by_year", Year: "2026", Value: "0", Source: "x"},
		"outcome.not_whole":        {Span: "by_year", Year: "2026", Value: "1.5", Source: "x"},
		"target.source":            {Span: "by_year", Year: "2026", Value: "1"},
		"problem.required":         {Span: "some day", Year: "2026", Value: "1", Source: "x"},
	} {
		if _, err := targets.Set(ctx, s.office, wrong); said(err) != key {
			t.Errorf("%+v: %v, want %s", wrong, err, key)
		}
	}
	for _, d := range []portal.TargetDraft{draft, {Type: "order_class", Span: "by_year", Year: "2030", Value: "20", Source: "某文件"}, {Indicator: "hired_by_partner", Span: "in_year", Year: "2026", Value: "50", Source: "某文件"}} {
		if _, err := targets.Set(ctx, s.office, d); err != nil {
			t.Fatal(err)
		}
	}
	s.insertOutcome(t, "demo-p01", "hired_by_partner", "2024", portal.OutcomeVerified, portal.Figures{Value: 3000})
	s.insertOutcome(t, "demo-p01", "hired_by_partner", "2026", portal.OutcomeVerified, portal.Figures{Value: 1000})
	s.insertOutcome(t, "demo-p02", "hired_by_partner", "2026", portal.OutcomeClaimed, portal.Figures{Value: 500})
	s.insertOutcome(t, "demo-p02", "hired_by_partner", "2027", portal.OutcomeVerified, portal.Figures{Value: 90000})
	all, err := targets.List(ctx, s.office)
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	for i, want := range []struct{ verified, claimed, reached string }{{"40", "5", "40"}, {"10", "5", "20"}} {
		if got := all[i]; got.Verified.String() != want.verified || got.Claimed.String() != want.claimed || got.Reached().String() != want.reached {
			t.Errorf("%s: %s verified, %s claimed, %s %%, want %+v", got.ID, got.Verified, got.Claimed, got.Reached(), want)
		}
	}
	signed, err := s.records.Partnerships.Count(ctx, store.Where("type", portal.OrderClass), store.OneOf("stage", portal.PartnershipSigned, portal.PartnershipRunning, portal.PartnershipConcluded))
	if err != nil || all[2].Verified != portal.Hundredths(100*signed) {
		t.Errorf("order classes: %s, signed are %d, %v", all[2].Verified, signed, err)
	}

	// The same measure and year again changes the value; a target can be taken off.
	draft.Value = "80"
	if _, err := targets.Set(ctx, s.office, draft); err != nil {
		t.Fatal(err)
	}
	if err := targets.Drop(ctx, s.office, all[2].ID); err != nil {
		t.Fatal(err)
	}
	all, err = targets.List(ctx, s.office)
	if err != nil || len(all) != 2 || all[0].Value.String() != "80" || len(all[0].Events) != 2 {
		t.Errorf("changed: %+v %v", all, err)
	}
}

func TestTheOfficeSeesWhoLetsOthersWait(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	if err := s.records.Intentions.All(ctx, nil, func(in *portal.Intention) error { return s.records.Intentions.Delete(ctx, in.ID, 0) }); err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		in := portal.Intention{Meta: portal.Meta{ID: "i" + string(rune('a'+n))}, From: portal.OfEnterprise, College: "demo-c2", Enterprise: "demo-e01", State: portal.IntentionAccepted,
			SentAt: now.AddDate(0, 0, -20), AnsweredAt: now.AddDate(0, 0, -20+n), DueAt: now.AddDate(0, 0, -6), Origin: portal.Origin{Certainty: portal.Demo}}
		if n == 5 {
			in.State, in.SentAt, in.AnsweredAt, in.DueAt = portal.IntentionSent, now.AddDate(0, 0, -3), time.Time{}, now.AddDate(0, 0, 11)
		}
		if err := s.records.Intentions.Insert(ctx, &in); err != nil {
			t.Fatal(err)
		}
	}
	times, err := s.services.Intentions.AnswerTimes(ctx, s.office)
	if err != nil || len(times.Rows) != 1 {
		t.Fatalf("%+v %v", times, err)
	}
	if row := times.Rows[0]; row.ID != "demo-c2" || row.Waiting != 1 || !row.Oldest.Equal(now.AddDate(0, 0, -3)) || row.Response.Over != 5 || row.Response.Median != 2 || row.Response.Rate != 1 {
		t.Errorf("%+v", row)
	}
	if got := times.Sides[portal.OfCollege]; got.Over != 5 || times.Sides[portal.OfEnterprise].Over != 0 {
		t.Errorf("the sides: %+v", times.Sides)
	}
	if _, err := s.services.Intentions.AnswerTimes(ctx, s.college); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college reads it: %v", err)
	}
}
