package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/seeds"
)

// reported is a running partnership of the enterprise and the college of the tests.
const reported = "demo-p01"

func outcomes(t *testing.T) (sides, *service.Outcomes) {
	t.Helper()
	s := approach(t)
	s.partner(t, portal.PartnershipRunning)
	if err := emptied(t.Context(), s.records.Outcomes); err != nil {
		t.Fatal(err)
	}
	return s, s.services.Outcomes
}

// emptied takes out the outcomes of the demonstration: a test enters its own.
func emptied(ctx context.Context, outcomes *store.Collection[portal.Outcome, *portal.Outcome]) error {
	var ids []string
	err := outcomes.All(ctx, nil, func(o *portal.Outcome) error { ids = append(ids, o.ID); return nil })
	for _, id := range ids {
		err = errors.Join(err, outcomes.Delete(ctx, id, 0))
	}
	return err
}

// partner brings the partnership to a stage.
func (s sides) partner(t *testing.T, stage portal.PartnershipStage) {
	t.Helper()
	_, err := s.records.Partnerships.Mutate(t.Context(), reported, func(p *portal.Partnership) error {
		p.Stage, p.Agreement.From = stage, "2023-09-01"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func value(indicator, period, value string) service.OutcomeDraft {
	return service.OutcomeDraft{Indicator: indicator, Period: period, FiguresText: portal.FiguresText{Value: value, Counted: "2026-09-01"}}
}

// shown adds evidence to a draft.
func shown(d service.OutcomeDraft) service.OutcomeDraft {
	d.FileName, d.File = "花名册.pdf", strings.NewReader("%PDF-1.4 roll")
	return d
}

// said is the key of the only problem of an error.
func said(err error) string {
	var invalid portal.Invalid
	if errors.As(err, &invalid) && len(invalid) == 1 {
		return invalid[0].Key
	}
	return fmt.Sprint(err)
}

func TestOutcomeFromEnteredToVerified(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	is := func(rec portal.Outcome, err error, want portal.OutcomeState) portal.Outcome {
		t.Helper()
		if err != nil || rec.State != want {
			t.Fatalf("%s %v, want %s", rec.State, err, want)
		}
		return rec
	}
	rec, err := o.Enter(ctx, s.enterprise, reported, value("hired_by_partner", "2026", "30"))
	rec = is(rec, err, portal.OutcomeClaimed)
	if rec.Origin.Certainty != portal.Demo {
		t.Errorf("entered of a fictional partnership: %s", rec.Origin.Certainty)
	}
	if _, err := o.Answer(ctx, s.enterprise, rec.ID, rec.Version, portal.OutcomeConfirm, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("confirming one's own: %v", err)
	}
	if _, err := o.Answer(ctx, s.college, rec.ID, rec.Version+1, portal.OutcomeConfirm, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("confirming what somebody else has changed: %v", err)
	}
	rec, err = o.Answer(ctx, s.college, rec.ID, rec.Version, portal.OutcomeDispute, "有两人已离职")
	rec = is(rec, err, portal.OutcomeDisputed)
	rec, err = o.Correct(ctx, s.enterprise, rec.ID, rec.Version, value("", "", "28"))
	rec = is(rec, err, portal.OutcomeClaimed)
	rec, err = o.Answer(ctx, s.college, rec.ID, rec.Version, portal.OutcomeConfirm, "")
	rec = is(rec, err, portal.OutcomeConfirmed)
	if _, err := o.Answer(ctx, s.office, rec.ID, rec.Version, portal.OutcomeVerify, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("verifying without evidence: %v", err)
	}
	rec, err = o.Attach(ctx, s.enterprise, rec.ID, rec.Version, shown(service.OutcomeDraft{}))
	rec = is(rec, err, portal.OutcomeConfirmed)
	if page, err := o.Queue(ctx, s.office, portal.OutcomeConfirmed, "", 10); err != nil || len(page.Items) != 1 || page.Items[0].ID != rec.ID {
		t.Errorf("the queue of the office: %d %v", len(page.Items), err)
	}
	rec, err = o.Answer(ctx, s.office, rec.ID, rec.Version, portal.OutcomeVerify, "")
	rec = is(rec, err, portal.OutcomeVerified)
	f, err := o.Public(ctx, portal.Visitor, reported)
	if err != nil || len(f.Entries) != 1 || f.Entries[0].Current().Value.String() != "28" || len(f.Entries[0].Current().Evidence) > 0 {
		t.Errorf("what everybody reads: %+v %v", f.Entries, err)
	}

	// Figures changed after verification are a new version; the old one stays readable.
	rec, err = o.Correct(ctx, s.enterprise, rec.ID, rec.Version, value("", "", "27"))
	is(rec, err, portal.OutcomeClaimed)
	e, err := o.Show(ctx, s.college, rec.ID)
	if err != nil || len(e.Versions) != 3 || e.Versions[1].Value.String() != "28" || e.Versions[1].Answers[1].Act != portal.OutcomeVerify || len(e.Current().Answers) > 0 {
		t.Errorf("the versions: %+v %v", e.Versions, err)
	}
	if f, err := o.Public(ctx, portal.Visitor, reported); err != nil || len(f.Entries) > 0 {
		t.Errorf("what is claimed is public: %+v %v", f.Entries, err)
	}
	want := "outcome.corrected outcome.corrected outcome.entered outcome.verified"
	if got := strings.Join(s.told(t, "demo-person-college"), " "); got != want {
		t.Errorf("the college was told %s, want %s", got, want)
	}
	if got := strings.Join(s.told(t, "demo-person-enterprise"), " "); got != "outcome.confirmed outcome.disputed outcome.verified" {
		t.Errorf("the enterprise was told %s", got)
	}
}

func TestWhoSeesOutcomes(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	rec, err := o.Enter(ctx, s.enterprise, reported, shown(value("hired_by_partner", "2026", "3")))
	if err != nil {
		t.Fatal(err)
	}
	blob := rec.Current().Evidence[0].Blob
	analyst, other := s.office, s.college
	analyst.Role = portal.Analyst
	other.Organisation, other.Record = portal.CollegeOrganisation("demo-c1"), "demo-c1"
	for _, tt := range []struct {
		name               string
		v                  portal.Viewer
		reads, few, enters bool
	}{
		{"a party", s.enterprise, true, true, true}, {"the other party", s.college, true, true, true}, {"the reviewer", s.office, true, true, false},
		{"an analyst", analyst, true, false, false}, {"another college", other, false, false, false}, {"a visitor", portal.Visitor, false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := o.Show(ctx, tt.v, rec.ID)
			if tt.reads != (err == nil) || !tt.reads && !errors.Is(err, portal.ErrNotFound) {
				t.Fatalf("reads: %v", err)
			}
			if tt.reads && e.Current().Hidden == tt.few {
				t.Errorf("sees %+v", e.Current())
			}
			file, _, err := o.File(ctx, tt.v, rec.ID, blob)
			if tt.few != (err == nil) || !tt.few && !errors.Is(err, portal.ErrNotFound) {
				t.Errorf("opens the evidence: %v", err)
			}
			if err == nil {
				file.Close()
			}
			_, err = o.Enter(ctx, tt.v, reported, value("order_students", "2024", "9"))
			if got := said(err); tt.enters != (err == nil || got == "outcome.no_indicator") {
				t.Errorf("enters: %s", got)
			}
		})
	}
	s.partner(t, portal.PartnershipNegotiating)
	if _, err := o.Enter(ctx, s.enterprise, reported, value("hired_by_partner", "2025", "3")); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("entering before the signature: %v", err)
	}
}

func TestOutcomesThatAreRefused(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	s.typed(t, portal.PracticeBase)
	enter := func(d service.OutcomeDraft) string {
		t.Helper()
		_, err := o.Enter(ctx, s.college, reported, d)
		if err == nil {
			return ""
		}
		return said(err)
	}
	rate := func(indicator, period, n, d string) service.OutcomeDraft {
		return service.OutcomeDraft{Indicator: indicator, Period: period, FiguresText: portal.FiguresText{Numerator: n, Denominator: d, Counted: "2026-09-01"}}
	}
	for _, tt := range []struct {
		name string
		d    service.OutcomeDraft
		want string
	}{
		{"a value", value("intern_headcount", "2024-2025", "40"), ""},
		{"the same again", value("intern_headcount", "2024-2025", "41"), "outcome.twice"},
		{"the year after", value("intern_headcount", "2025-2026", "41"), ""},
		{"a batch", rate("insurance_rate", "2025-03-01/2025-06-30", "40", "40"), ""},
		{"a batch that overlaps", rate("insurance_rate", "2025-06-30/2025-07-30", "40", "40"), "outcome.overlaps"},
		{"a batch after it", rate("insurance_rate", "2025-07-01/2025-07-30", "39", "40"), ""},
		{"a wrong kind of period", value("intern_headcount", "2025", "40"), "outcome.period.academic_year"},
		{"the future", value("intern_headcount", "2026-2027", "40"), "outcome.period.future"},
		{"nobody to divide by", rate("insurance_rate", "2025-09-01/2025-09-30", "0", "0"), "outcome.zero_denominator"},
		{"more than all", rate("insurance_rate", "2025-09-01/2025-09-30", "41", "40"), "outcome.above_hundred"},
		{"another type's", value("order_students", "2025", "40"), "outcome.no_indicator"},
		{"made up", value("made_up", "2025", "40"), "outcome.no_indicator"},
	} {
		if got := enter(tt.d); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	bad := value("equipment_value_in_school_from_enterprise", "2025-12-31", "7")
	bad.FileName, bad.File = "x.txt", strings.NewReader("no evidence")
	if got := enter(bad); got != "problem.file_type" {
		t.Errorf("evidence of a wrong type: %s", got)
	}
}

// typed makes the partnership one of another type.
func (s sides) typed(t *testing.T, m portal.Mode) {
	t.Helper()
	if _, err := s.records.Partnerships.Mutate(t.Context(), reported, func(p *portal.Partnership) error { p.Type = m; return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestARedLineKeepsItsYearFromBeingVerified(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	confirmed := func(d service.OutcomeDraft) portal.Outcome {
		t.Helper()
		rec, err := o.Enter(ctx, s.college, reported, shown(d))
		if err == nil {
			rec, err = o.Answer(ctx, s.enterprise, rec.ID, rec.Version, portal.OutcomeConfirm, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	verify := func(rec portal.Outcome) string {
		_, err := o.Answer(ctx, s.office, rec.ID, rec.Version, portal.OutcomeVerify, "")
		if err == nil {
			return ""
		}
		return said(err)
	}
	accidents := confirmed(value("safety_incidents", "2025", "1"))
	if got := verify(confirmed(value("joint_courses", "2025", "6"))); got != "outcome.red_line" {
		t.Errorf("the same year: %q", got)
	}
	if got := verify(confirmed(value("joint_courses", "2024", "6"))); got != "" {
		t.Errorf("the year before: %q", got)
	}
	if got := verify(accidents); got != "" {
		t.Errorf("the accident itself: %q", got)
	}
	if _, err := o.Enter(ctx, s.college, reported, value("safety_incidents", "2023", "0")); err != nil {
		t.Fatal(err)
	}
	if got := verify(confirmed(value("joint_courses", "2023", "6"))); got != "" {
		t.Errorf("a year without an accident: %q", got)
	}
}

func TestOutcomesOfFictionsArePurged(t *testing.T) {
	s, o := outcomes(t)
	if _, err := o.Enter(t.Context(), s.college, reported, value("joint_courses", "2025", "6")); err != nil {
		t.Fatal(err)
	}
	if _, err := service.PurgeDemo(t.Context(), portal.System, s.records); err != nil {
		t.Fatal(err)
	}
	if n, err := s.records.Outcomes.Count(t.Context()); n != 0 || err != nil {
		t.Errorf("%d are left: %v", n, err)
	}
	if err := service.ReloadDemo(t.Context(), portal.System, s.records); err != nil {
		t.Fatal(err)
	}
	if report, err := service.Seed(t.Context(), portal.System, s.records, service.SeedOptions{Files: seeds.Files(), Demo: true, Now: now}); err != nil || report.Inserted["outcomes"] < 400 {
		t.Errorf("reloading brings %d outcomes back (%v)", report.Inserted["outcomes"], err)
	}
	if n, err := s.records.Indicators.Count(t.Context()); n != 112 || err != nil {
		t.Errorf("%d indicators are left: %v", n, err)
	}
}
