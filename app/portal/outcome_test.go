package portal

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

var outcomeNow = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

const outcomeToday = "2026-11-24"

// outcomePeople are the viewers of the tables below: the enterprise e has entered the
// outcome, the colleges c and d are the other parties.
func outcomePeople() map[string]Viewer {
	of := func(kind OrganisationKind, record, organisation string, role Role) Viewer {
		return Viewer{Person: "x", Organisation: organisation, Kind: kind, Record: record, Role: role, State: OrganisationVerified, Sure: true}
	}
	people := map[string]Viewer{
		"visitor":   Visitor,
		"e":         of(OfEnterprise, "e", EnterpriseOrganisation("e"), Owner),
		"e.reader":  of(OfEnterprise, "e", EnterpriseOrganisation("e"), Reader),
		"c":         of(OfCollege, "c", CollegeOrganisation("c"), Editor),
		"c.reader":  of(OfCollege, "c", CollegeOrganisation("c"), Reader),
		"d":         of(OfCollege, "d", CollegeOrganisation("d"), Owner),
		"stranger":  of(OfEnterprise, "s", EnterpriseOrganisation("s"), Owner),
		"reviewer":  of(Office, "", OfficeID, Reviewer),
		"analyst":   of(Office, "", OfficeID, Analyst),
		"administr": of(Office, "", OfficeID, Administrator),
		"auditor":   of(Office, "", OfficeID, Auditor),
	}
	unsure := people["reviewer"]
	unsure.Sure = false
	people["~reviewer"] = unsure
	waiting := people["c"]
	waiting.State = OrganisationRegistered
	people["c.unverified"] = waiting
	return people
}

func outcomeOf(state OutcomeState, evidence int, answeredBy string) Outcome {
	ver := OutcomeVersion{Organisation: EnterpriseOrganisation("e"), Evidence: make([]Attachment, evidence)}
	if answeredBy != "" {
		ver.Answers = []OutcomeAnswer{{Organisation: CollegeOrganisation(answeredBy)}}
	}
	return Outcome{State: state, Versions: []OutcomeVersion{ver}}
}

func TestWhoMayDoWhatWithAnOutcome(t *testing.T) {
	running := Partnership{Stage: PartnershipRunning, Colleges: []Party{{ID: "c"}, {ID: "d"}}, Enterprises: []Party{{ID: "e"}}}
	without := running
	without.Enterprises = nil
	at := func(stage PartnershipStage) Partnership {
		p := running
		p.Stage = stage
		return p
	}
	for _, tt := range []struct {
		name string
		o    Outcome
		p    Partnership
		want string // who:act,act …; everybody else nothing
	}{
		{"claimed", outcomeOf(OutcomeClaimed, 0, ""), running, "e:attach,correct c:confirm,dispute d:confirm,dispute"},
		{"claimed, with all the evidence there can be", outcomeOf(OutcomeClaimed, EvidenceMost, ""), running, "e:correct c:confirm,dispute d:confirm,dispute"},
		{"confirmed without evidence", outcomeOf(OutcomeConfirmed, 0, "c"), running, "e:attach,correct c:dispute d:dispute reviewer:return"},
		{"confirmed with evidence", outcomeOf(OutcomeConfirmed, 1, "c"), running, "e:attach,correct c:dispute d:dispute reviewer:verify,return"},
		{"disputed by c", outcomeOf(OutcomeDisputed, 1, "c"), running, "e:attach,correct c:confirm"},
		{"returned", outcomeOf(OutcomeReturned, 1, ""), running, "e:attach,correct"},
		{"verified", outcomeOf(OutcomeVerified, 1, ""), running, "e:correct reviewer:return"},
		{"of a concluded one", outcomeOf(OutcomeClaimed, 0, ""), at(PartnershipConcluded), "e:attach,correct c:confirm,dispute d:confirm,dispute"},
		{"of a terminated one", outcomeOf(OutcomeClaimed, 0, ""), at(PartnershipTerminated), "e:attach,correct c:confirm,dispute d:confirm,dispute"},
		{"of one not signed", outcomeOf(OutcomeClaimed, 0, ""), at(PartnershipNegotiating), ""},
		{"whoever entered it has left", outcomeOf(OutcomeClaimed, 0, ""), without, "c:attach,correct d:attach,correct"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{}
			for rule := range strings.FieldsSeq(tt.want) {
				who, acts, _ := strings.Cut(rule, ":")
				want[who] = acts
			}
			for _, who := range slices.Sorted(maps.Keys(outcomePeople())) {
				var got []string
				for _, act := range OutcomeActs {
					if tt.o.Can(outcomePeople()[who], tt.p, act) {
						got = append(got, string(act))
					}
				}
				if strings.Join(got, ",") != want[who] {
					t.Errorf("%s may %v, want %q", who, got, want[who])
				}
			}
		})
	}
}

func TestWhoMayEnterAnOutcome(t *testing.T) {
	for stage, want := range map[PartnershipStage]string{PartnershipReported: "", PartnershipProposed: "", PartnershipNegotiating: "", PartnershipTerminated: "",
		PartnershipSigned: "c d e", PartnershipRunning: "c d e", PartnershipConcluded: "c d e"} {
		p := Partnership{Stage: stage, Colleges: []Party{{ID: "c"}, {ID: "d"}}, Enterprises: []Party{{ID: "e"}}}
		var got []string
		for _, who := range slices.Sorted(maps.Keys(outcomePeople())) {
			if CanEnterOutcome(outcomePeople()[who], p) {
				got = append(got, who)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %q", stage, got, want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, tt := range []struct {
		name       string
		kind       PeriodKind
		label      string
		from, till string
		problem    string
	}{
		{"a year", PeriodYear, "2025", "2025-01-01", "2025-12-31", ""},
		{"this year, not over", PeriodYear, "2026", "", "", "outcome.period.future"},
		{"a school year for a year", PeriodYear, "2024-2025", "", "", "outcome.period.calendar_year"},
		{"a school year", PeriodAcademic, "2024-2025", "2024-09-01", "2025-08-31", ""},
		{"a school year of two", PeriodAcademic, "2023-2025", "", "", "outcome.period.academic_year"},
		{"the school year that runs", PeriodAcademic, "2026-2027", "", "", "outcome.period.future"},
		{"a class", PeriodCohort, "2025", "2024-09-01", "2025-08-31", ""},
		{"the class in its last year", PeriodCohort, "2027", "2026-09-01", "2027-08-31", ""},
		{"a class that has not come there", PeriodCohort, "2028", "", "", "outcome.period.future"},
		{"a quarter", PeriodQuarter, "2026Q3", "2026-07-01", "2026-09-30", ""},
		{"the first quarter of a leap year", PeriodQuarter, "2024Q1", "2024-01-01", "2024-03-31", ""},
		{"the quarter that runs", PeriodQuarter, "2026Q4", "", "", "outcome.period.future"},
		{"a fifth quarter", PeriodQuarter, "2025Q5", "", "", "outcome.period.quarter"},
		{"a day", PeriodPoint, "2026-11-24", "2026-11-24", "2026-11-24", ""},
		{"tomorrow", PeriodPoint, "2026-11-25", "", "", "outcome.period.future"},
		{"no day", PeriodPoint, "2025-02-30", "", "", "outcome.period.point"},
		{"until a day", PeriodCumulative, "2025-12-31", "2025-12-31", "2025-12-31", ""},
		{"a batch", PeriodBatch, "2025-03-01/2025-06-30", "2025-03-01", "2025-06-30", ""},
		{"a batch the wrong way round", PeriodBatch, "2025-06-30/2025-03-01", "", "", "outcome.period.batch"},
		{"a batch that goes on", PeriodBatch, "2026-11-01/2026-12-01", "", "", "outcome.period.future"},
		{"nothing", PeriodYear, "", "", "", "problem.required"},
		{"no kind", "week", "2025", "", "", "outcome.period.unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ReadPeriod(tt.kind, tt.label, outcomeToday)
			if got := problemOf(err); got != tt.problem || p.From != tt.from || p.Until != tt.till {
				t.Errorf("%+v %q, want %s to %s %q", p, got, tt.from, tt.till, tt.problem)
			}
		})
	}
}

// problemOf is the key of the only problem of an error; empty for none.
func problemOf(err error) string {
	var invalid Invalid
	if errors.As(err, &invalid) && len(invalid) == 1 {
		return invalid[0].Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestOverlaps(t *testing.T) {
	read := func(kind PeriodKind, label string) Period {
		p, err := ReadPeriod(kind, label, outcomeToday)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, tt := range []struct {
		name string
		a, b Period
		want bool
	}{
		{"one day in common", read(PeriodBatch, "2025-01-01/2025-03-01"), read(PeriodBatch, "2025-03-01/2025-06-30"), true},
		{"one after the other", read(PeriodBatch, "2025-01-01/2025-02-28"), read(PeriodBatch, "2025-03-01/2025-06-30"), false},
		{"years", read(PeriodYear, "2024"), read(PeriodYear, "2025"), false},
		{"school years", read(PeriodAcademic, "2023-2024"), read(PeriodAcademic, "2024-2025"), false},
		{"a year and a day of it", read(PeriodYear, "2025"), read(PeriodPoint, "2025-12-31"), true},
	} {
		if tt.a.Overlaps(tt.b) != tt.want || tt.b.Overlaps(tt.a) != tt.want {
			t.Errorf("%s: want %v", tt.name, tt.want)
		}
	}
}

func TestTheLastPeriods(t *testing.T) {
	for kind, want := range map[PeriodKind]string{PeriodYear: "2025 2024 2023", PeriodAcademic: "2025-2026 2024-2025 2023-2024", PeriodCohort: "2027 2026 2025", PeriodQuarter: "2026Q3 2026Q2 2026Q1", PeriodPoint: ""} {
		var got []string
		for _, p := range LastPeriods(kind, outcomeToday, 3) {
			got = append(got, p.Label)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", kind, got, want)
		}
	}
}

func TestHundredths(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Hundredths
		ok   bool
		back string
	}{
		{"0", 0, true, "0"}, {"12", 1200, true, "12"}, {"12.5", 1250, true, "12.5"}, {"12.05", 1205, true, "12.05"}, {"0.07", 7, true, "0.07"}, {"12.500", 1250, true, "12.5"},
		{"1,234.56", 123456, true, "1234.56"}, {"１２", 1200, true, "12"}, {"1000000000000", 100000000000000, true, "1000000000000"},
		{"1000000000001", 0, false, ""}, {"1.234", 0, false, ""}, {"-1", 0, false, ""}, {"1e3", 0, false, ""}, {"", 0, false, ""}, {"12,34", 0, false, ""}, {".5", 0, false, ""}, {"十二", 0, false, ""},
		{"99999999999999999999", 0, false, ""},
	} {
		got, ok := ParseHundredths(tt.text)
		if ok != tt.ok || ok && (got != tt.want || got.String() != tt.back) {
			t.Errorf("%q: %d %v (%s)", tt.text, got, ok, got)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, tt := range []struct{ numerator, denominator, want string }{
		{"1", "3", "33.33"}, {"2", "3", "66.67"}, {"1", "8", "12.5"}, {"1", "800", "0.13"}, {"1", "801", "0.12"}, {"5", "5", "100"}, {"0", "7", "0"}, {"2.5", "5", "50"}, {"3000", "2000", "150"},
		{"1000000000000", "1000000000000", "100"},
	} {
		n, _ := ParseHundredths(tt.numerator)
		d, _ := ParseHundredths(tt.denominator)
		if got := Percent(n, d).String(); got != tt.want {
			t.Errorf("%s of %s: %s%%, want %s%%", tt.numerator, tt.denominator, got, tt.want)
		}
	}
}

func TestFiguresAreRead(t *testing.T) {
	people := &RateParts{Unit: Wording{Zh: "人"}, Share: true}
	year, _ := ReadPeriod(PeriodYear, "2025", outcomeToday)
	class, _ := ReadPeriod(PeriodCohort, "2025", outcomeToday)
	rate, pay := Indicator{Kind: ValueRate, Unit: "%", Parts: people}, Indicator{Kind: ValueRate, Unit: "%", Parts: &RateParts{Unit: Wording{Zh: "元"}}}
	count := Indicator{Kind: ValueCount, Unit: "人", Period: PeriodYear}
	for _, tt := range []struct {
		name string
		i    Indicator
		p    Period
		text FiguresText
		want string // the value, or the problem
	}{
		{"a count", count, year, FiguresText{Value: "42", Counted: "2025-12-31"}, "42"},
		{"half a person", count, year, FiguresText{Value: "0.5"}, "outcome.not_whole"},
		{"no number", count, year, FiguresText{Value: "许多"}, "outcome.no_number"},
		{"nothing", count, year, FiguresText{}, "problem.required"},
		{"an amount", Indicator{Kind: ValueAmount}, year, FiguresText{Value: "12.34"}, "12.34"},
		{"too fine an amount", Indicator{Kind: ValueAmount}, year, FiguresText{Value: "12.345"}, "outcome.no_number"},
		{"a rate", rate, year, FiguresText{Numerator: "2", Denominator: "3", Counted: "2025-12-31"}, "66.67"},
		{"a rate of nobody", rate, year, FiguresText{Numerator: "0", Denominator: "0", Counted: "2025-12-31"}, "outcome.zero_denominator"},
		{"a share above 100 %", rate, year, FiguresText{Numerator: "4", Denominator: "3", Counted: "2025-12-31"}, "outcome.above_hundred"},
		{"no share", pay, year, FiguresText{Numerator: "4000.5", Denominator: "3000", Counted: "2025-12-31"}, "133.35"},
		{"a rate counted tomorrow", rate, year, FiguresText{Numerator: "1", Denominator: "3", Counted: "2026-11-25"}, "outcome.counted_later"},
		{"a rate counted too early", rate, year, FiguresText{Numerator: "1", Denominator: "3", Counted: "2024-12-31"}, "outcome.counted_before"},
		{"a rate counted on no day", rate, year, FiguresText{Numerator: "1", Denominator: "3", Counted: "去年"}, "outcome.no_day"},
		{"a class needs a day", Indicator{Kind: ValueCount, Unit: "人", Period: PeriodCohort}, class, FiguresText{Value: "30"}, "problem.required"},
		{"yes", Indicator{Kind: ValueYesNo}, year, FiguresText{Value: "yes"}, "1"},
		{"perhaps", Indicator{Kind: ValueYesNo}, year, FiguresText{Value: "perhaps"}, "problem.required"},
		{"the second kind", Indicator{Kind: ValueClass, Classes: []Wording{{Zh: "学年"}, {Zh: "学期"}}}, year, FiguresText{Value: "学期"}, "2"},
		{"no such kind", Indicator{Kind: ValueClass, Classes: []Wording{{Zh: "学年"}}}, year, FiguresText{Value: "周"}, "problem.required"},
		{"a long remark", count, year, FiguresText{Value: "1", Note: strings.Repeat("字", 501)}, "problem.too_long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := ReadFigures(tt.i, tt.p, tt.text, outcomeToday)
			got := problemOf(err)
			if err == nil {
				got = f.Value.String()
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestFewPeopleAreHidden(t *testing.T) {
	p := Partnership{Stage: PartnershipRunning, Colleges: []Party{{ID: "c"}, {ID: "d"}}, Enterprises: []Party{{ID: "e"}}}
	count, rate := Indicator{Kind: ValueCount, Unit: "人"}, Indicator{Kind: ValueRate, Unit: "%", Parts: &RateParts{Unit: Wording{Zh: "人"}}}
	for _, tt := range []struct {
		name string
		i    Indicator
		f    Figures
		few  bool
	}{
		{"nobody", count, Figures{}, false}, {"one", count, Figures{Value: 100}, true}, {"four", count, Figures{Value: 400}, true}, {"five", count, Figures{Value: 500}, false},
		{"three firms", Indicator{Kind: ValueCount, Unit: "家"}, Figures{Value: 300}, false},
		{"a rate of three", rate, Figures{Value: 3000, Numerator: 300, Denominator: 1000}, true},
		{"a rate out of four", rate, Figures{Value: 0, Numerator: 0, Denominator: 400}, true},
		{"a rate of many", rate, Figures{Value: 5000, Numerator: 500, Denominator: 1000}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := outcomeOf(OutcomeVerified, 1, "")
			o.Versions[0].Figures = tt.f
			for who, v := range outcomePeople() {
				sees := slices.Contains([]string{"e", "e.reader", "c", "c.reader", "c.unverified", "d", "reviewer"}, who)
				got := o.Shown(v, p, tt.i).Current()
				if got.Hidden != (tt.few && !sees) || got.Hidden && got.Figures != (Figures{}) {
					t.Errorf("%s sees %+v", who, got)
				}
				if (len(got.Evidence) > 0) != sees {
					t.Errorf("%s sees %d files", who, len(got.Evidence))
				}
			}
			if o.Current().Hidden || o.Current().Value != tt.f.Value {
				t.Error("the record itself was changed")
			}
		})
	}
}

func TestVersionsOfAnOutcome(t *testing.T) {
	people := outcomePeople()
	var o Outcome
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(o.Enter(people["e"], Figures{Value: 100}, make([]Attachment, 1), outcomeNow))
	for _, act := range []OutcomeAct{OutcomeDispute, OutcomeReturn} {
		if got := problemOf(o.Answer(people["c"], act, "", outcomeNow)); got != "problem.required" {
			t.Errorf("%s without a reason: %s", act, got)
		}
	}
	must(o.Answer(people["c"], OutcomeDispute, "少了一人", outcomeNow))
	if o.Reason() != "少了一人" {
		t.Errorf("the reason is %q", o.Reason())
	}
	must(o.Enter(people["e"], Figures{Value: 200}, make([]Attachment, 1), outcomeNow))
	if o.State != OutcomeClaimed || len(o.Versions) != 2 || o.Current().Value != 200 || len(o.Current().Evidence) != 2 || o.Versions[0].Value != 100 || len(o.Versions[0].Evidence) != 1 || o.Reason() != "" {
		t.Errorf("after the correction: %+v", o)
	}
	if got := problemOf(o.Enter(people["e"], Figures{}, make([]Attachment, EvidenceMost), outcomeNow)); got != "problem.too_many_files" {
		t.Errorf("too much evidence: %s", got)
	}
}

func TestThresholdsOfAnotherPlaceNeverJudge(t *testing.T) {
	for _, tt := range []struct {
		t    Threshold
		want bool
	}{{Threshold{Reach: Elsewhere, Current: true}, false}, {Threshold{Reach: Nationwide}, false}, {Threshold{Reach: Nationwide, Current: true}, true}, {Threshold{Reach: InGuizhou, Current: true}, true}} {
		if tt.t.Judges() != tt.want {
			t.Errorf("%+v: want %v", tt.t, tt.want)
		}
	}
	if most := (Threshold{Compare: AtMost, Value: 1000}); !most.Met(1000) || most.Met(1001) {
		t.Error("at most ten")
	}
	if least := (Threshold{Compare: AtLeast, Value: 1000}); !least.Met(1000) || least.Met(999) {
		t.Error("at least ten")
	}
}

func TestRewordingAnIndicator(t *testing.T) {
	i := Indicator{Name: "a", NameEn: "a", Kind: ValueCount, Status: IndicatorUnresolved}
	if err := i.Reword(IndicatorWords{Name: "b", NameEn: "b", Threshold: &Threshold{Compare: AtLeast, Reach: Nationwide}}); problemOf(err) != "problem.required" || i.Name != "a" {
		t.Errorf("a threshold without a document: %v", err)
	}
	if err := i.Reword(IndicatorWords{Name: "b", NameEn: "b"}); err != nil || i.Status != IndicatorUnresolved {
		t.Errorf("a new name: %v, %s", err, i.Status)
	}
	if err := i.Reword(IndicatorWords{Name: "b", NameEn: "b", Threshold: &Threshold{Compare: AtLeast, Document: "某文件", Reach: Nationwide}}); err != nil || i.Status != IndicatorRead {
		t.Errorf("a threshold with its document: %v, %s", err, i.Status)
	}
	i.Kind = ValueYesNo
	if err := i.Reword(IndicatorWords{Name: "b", NameEn: "b", Threshold: i.Threshold}); problemOf(err) != "indicator.no_number" {
		t.Errorf("a threshold of a yes or no: %v", err)
	}
}
