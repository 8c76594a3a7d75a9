package portal

import (
	"errors"
	"slices"
	"testing"
)

// keepers are those who may keep what belongs to the partnership of together, and lookers
// those who may only read it; nobody else may do either.
var keepers = map[string]Viewer{"the college": ofCollege, "the enterprise": ofEnterprise, "the institute": ofInstitute}

var lookers = map[string]Viewer{
	"a reader of the enterprise": with(ofEnterprise, func(v *Viewer) { v.Role = Reader }), "an enterprise not verified": with(ofEnterprise, func(v *Viewer) { v.State = OrganisationRegistered }),
	"a suspended enterprise": with(ofEnterprise, func(v *Viewer) { v.State = OrganisationSuspended }), "a reviewer": ofOffice,
	"an analyst": with(ofOffice, func(v *Viewer) { v.Role = Analyst }), "an administrator": with(ofOffice, func(v *Viewer) { v.Role = Administrator }),
}

var strangers = map[string]Viewer{
	"a visitor": Visitor, "another enterprise": with(ofEnterprise, func(v *Viewer) { v.Organisation, v.Record = EnterpriseOrganisation("e2"), "e2" }),
	"a reviewer without a second factor": with(ofOffice, func(v *Viewer) { v.Sure = false }), "an auditor": with(ofOffice, func(v *Viewer) { v.Role = Auditor }),
}

func TestWhoMayKeepARoster(t *testing.T) {
	kept := []PartnershipStage{PartnershipSigned, PartnershipRunning, PartnershipConcluded}
	for _, kind := range Modes {
		for _, stage := range append([]PartnershipStage{PartnershipReported}, PartnershipStages[:]...) {
			p := together(stage)
			p.Type = kind
			there := kind == IncubationCentre && stage != PartnershipReported
			check := func(who map[string]Viewer, see, keep bool) {
				for name, v := range who {
					if got := CanSeeRoster(v, p); got != see {
						t.Errorf("%s sees the roster of %s at stage %q: %v", name, kind, stage, got)
					}
					if got := CanKeepRoster(v, p); got != keep {
						t.Errorf("%s keeps the roster of %s at stage %q: %v", name, kind, stage, got)
					}
				}
			}
			check(keepers, there, there && slices.Contains(kept, stage))
			check(lookers, there, false)
			check(strangers, false, false)
		}
	}
}

func TestWhatIsWrongWithAnIncubatee(t *testing.T) {
	const today = "2026-11-28"
	whole := Incubatee{Name: "甲", Kind: IncubateeEnterprise, EnteredOn: "2026-03-01"}
	for _, tt := range []struct {
		name   string
		change func(*Incubatee)
		want   map[string]string
	}{
		{"nothing", func(*Incubatee) {}, nil},
		{"empty", func(i *Incubatee) { *i = Incubatee{} }, map[string]string{"name": "problem.required", "kind": "problem.required", "entered_on": "problem.required"}},
		{"no day", func(i *Incubatee) { i.EnteredOn = "2026/3/1" }, map[string]string{"entered_on": "problem.day"}},
		{"entered tomorrow", func(i *Incubatee) { i.EnteredOn = "2026-11-29" }, map[string]string{"entered_on": "problem.day_to_come"}},
		{"graduates tomorrow", func(i *Incubatee) { i.GraduatedOn = "2026-11-29" }, map[string]string{"graduated_on": "problem.day_to_come"}},
		{"graduated today", func(i *Incubatee) { i.GraduatedOn = today }, nil},
		{"graduated before it entered", func(i *Incubatee) { i.GraduatedOn = "2026-02-28" }, map[string]string{"graduated_on": "incubatee.before_entered"}},
		{"left without a reason", func(i *Incubatee) { i.LeftOn = "2026-05-01" }, map[string]string{"left_reason": "problem.required"}},
		{"a reason without a day", func(i *Incubatee) { i.LeftReason = "停业" }, map[string]string{"left_on": "incubatee.reason_without_day"}},
		{"left before it entered", func(i *Incubatee) { i.LeftOn, i.LeftReason = "2026-01-01", "停业" }, map[string]string{"left_on": "incubatee.before_entered"}},
		{"left and graduated", func(i *Incubatee) { i.LeftOn, i.LeftReason, i.GraduatedOn = "2026-05-01", "停业", "2026-05-01" }, map[string]string{"left_on": "incubatee.both"}},
		{"too many founders", func(i *Incubatee) { i.Students = 100 }, map[string]string{"students": "incubatee.students"}},
	} {
		i := whole
		tt.change(&i)
		var bad Invalid
		if err := i.Check(today); err != nil && !errors.As(err, &bad) {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, b := range bad {
			got[b.Field] = b.Key
		}
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		for field, key := range tt.want {
			if got[field] != key {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
			}
		}
	}
}

// roster has enterprises and teams that came and went.
var roster = []Incubatee{
	{Name: "在孵", Kind: IncubateeEnterprise, EnteredOn: "2025-03-01", ByStudents: true},
	{Name: "新入", Kind: IncubateeEnterprise, EnteredOn: "2026-02-01"},
	{Name: "毕业", Kind: IncubateeEnterprise, EnteredOn: "2024-03-01", GraduatedOn: "2025-06-30", ByStudents: true},
	{Name: "早毕业", Kind: IncubateeEnterprise, EnteredOn: "2023-03-01", GraduatedOn: "2024-12-31"},
	{Name: "退出", Kind: IncubateeEnterprise, EnteredOn: "2025-01-01", LeftOn: "2025-12-31", LeftReason: "x", ByStudents: true},
	{Name: "团队", Kind: IncubateeTeam, EnteredOn: "2025-05-01", ByStudents: true},
	{Name: "误登", Kind: IncubateeEnterprise, EnteredOn: "2025-05-01", Struck: true},
}

func TestCountsOfARoster(t *testing.T) {
	for _, tt := range []struct {
		indicator string
		kind      PeriodKind
		label     string
		want      string
	}{
		{"incubatees", PeriodPoint, "2025-12-30", "2"},
		{"incubatees", PeriodPoint, "2025-12-31", "1"}, // on the day it leaves it is no longer inside
		{"incubatees", PeriodPoint, "2025-06-29", "3"},
		{"incubatees", PeriodPoint, "2022-01-01", "0"},
		{"incubatees_new", PeriodYear, "2025", "2"},
		{"graduated_year", PeriodYear, "2025", "1"},
		{"graduated_year", PeriodYear, "2024", "1"},
		{"graduated_enterprises", PeriodCumulative, "2025-06-30", "2"},
		{"graduated_enterprises", PeriodCumulative, "2025-06-29", "1"},
		{"student_founded", PeriodYear, "2025", "3"},
		{"student_founded", PeriodYear, "2026", "1"},
	} {
		p, err := ReadPeriod(tt.kind, tt.label, "2026-12-31")
		if err != nil {
			t.Fatal(err)
		}
		got, ok := CountIncubatees(Indicator{Meta: Meta{ID: tt.indicator}}, roster, p)
		if !ok || got.Value.String() != tt.want {
			t.Errorf("%s for %s: %s (%v), want %s", tt.indicator, tt.label, got.Value, ok, tt.want)
		}
	}
	day, _ := ReadPeriod(PeriodPoint, "2025-06-29", "2026-12-31")
	rate, ok := CountIncubatees(Indicator{Meta: Meta{ID: "ip_owned_ratio"}, Parts: &RateParts{DenominatorKey: "incubatees"}}, roster, day)
	if !ok || !rate.Part || rate.Denominator.String() != "3" || !rate.Differs(Figures{Numerator: 100, Denominator: 200}) || rate.Differs(Figures{Numerator: 100, Denominator: 300}) {
		t.Errorf("a rate of incubatees: %+v, %v", rate, ok)
	}
	if _, ok := CountIncubatees(Indicator{Meta: Meta{ID: "jobs_created"}}, roster, day); ok {
		t.Error("the roster counts jobs")
	}
}

func TestWhoWasInsideTogether(t *testing.T) {
	first := Incubatee{EnteredOn: "2025-01-01", GraduatedOn: "2025-06-30"}
	for _, tt := range []struct {
		name string
		then Incubatee
		want bool
	}{
		{"again on the day it graduated", Incubatee{EnteredOn: "2025-06-30"}, false},
		{"again the day before", Incubatee{EnteredOn: "2025-06-29"}, true},
		{"over before", Incubatee{EnteredOn: "2024-01-01", LeftOn: "2025-01-01"}, false},
		{"still inside since before", Incubatee{EnteredOn: "2024-01-01"}, true},
	} {
		if got := first.Meets(tt.then); got != tt.want || tt.then.Meets(first) != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
