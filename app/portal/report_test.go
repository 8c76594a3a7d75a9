package portal

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// ruler is a small dictionary.
var ruler = map[string]Indicator{
	"hired":   {Meta: Meta{ID: "hired"}, Kind: ValueCount, Unit: persons, Period: PeriodCohort, Types: []Mode{OrderClass, IndustryCollege}},
	"grads":   {Meta: Meta{ID: "grads"}, Kind: ValueCount, Unit: persons, Period: PeriodCohort, Types: []Mode{OrderClass, IndustryCollege}},
	"money":   {Meta: Meta{ID: "money"}, Kind: ValueAmount, Period: PeriodYear, Types: []Mode{OrderClass}},
	"pupils":  {Meta: Meta{ID: "pupils"}, Kind: ValueCount, Unit: persons, Period: PeriodPoint, Types: []Mode{OrderClass}},
	"rate":    {Meta: Meta{ID: "rate"}, Kind: ValueRate, Period: PeriodQuarter, Types: []Mode{OrderClass}, Parts: &RateParts{Unit: Wording{Zh: "项"}, Share: true}},
	"charter": {Meta: Meta{ID: "charter"}, Kind: ValueYesNo, Period: PeriodPoint, Types: []Mode{OrderClass}},
	"length":  {Meta: Meta{ID: "length"}, Kind: ValueClass, Period: PeriodPoint, Types: []Mode{OrderClass}},
	"area":    {Meta: Meta{ID: "area"}, Kind: ValueMeasure, Period: PeriodPoint, Types: []Mode{IncubationCentre}},
}

func TestParseFormula(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a sum", "sum(hired)", "sum(hired)"},
		{"with spaces", " rate( hired ,grads )", "rate(hired, grads)"},
		{"a rate of itself", "rate(rate)", "rate(rate)"},
		{"records", "count(partnerships)", "count(partnerships)"},
		{"nothing", "", ""},
		{"a bare key", "hired", ""},
		{"an unknown operation", "mean(hired)", ""},
		{"no key", "sum()", ""},
		{"an empty key", "rate(hired,)", ""},
		{"two keys of a sum", "sum(hired,grads)", ""},
		{"three of a rate", "rate(hired,grads,money)", ""},
		{"one by itself", "rate(hired,hired)", ""},
		{"one in another", "sum(sum(hired))", ""},
		{"not closed", "sum(hired", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, ok := ParseFormula(tt.text)
			if got := f.String(); ok != (tt.want != "") || ok && got != tt.want {
				t.Errorf("got %s %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func entered(partnership, key, label string, verified bool, value, numerator, denominator Hundredths) Entered {
	i := ruler[key]
	p, err := ReadPeriod(i.Period, label, "2030-01-01")
	if err != nil {
		panic(err)
	}
	return Entered{Partnership: partnership, Indicator: i, Period: p, Verified: verified, Figures: Figures{Value: value * hundred, Numerator: numerator * hundred, Denominator: denominator * hundred}}
}

func TestFormulaValue(t *testing.T) {
	all := []Entered{
		entered("a", "hired", "2025", true, 30, 0, 0), entered("b", "hired", "2025", false, 12, 0, 0), entered("c", "hired", "2025", true, 8, 0, 0),
		entered("a", "grads", "2025", true, 40, 0, 0), entered("b", "grads", "2025", true, 20, 0, 0),
		entered("a", "pupils", "2025-06-30", true, 90, 0, 0), entered("a", "pupils", "2025-12-31", true, 95, 0, 0), entered("a", "pupils", "2025-11-30", false, 99, 0, 0),
		entered("a", "rate", "2025Q1", true, 0, 3, 10), entered("a", "rate", "2025Q2", true, 0, 7, 10),
		entered("a", "charter", "2025-12-31", true, 1, 0, 0), entered("b", "charter", "2025-12-31", true, 0, 0, 0),
	}
	for _, tt := range []struct {
		name, formula             string
		verified, claimed         Hundredths
		verifiedWhole, verifiedOf Hundredths
		n, m                      int
	}{
		{"a sum keeps what is verified and claimed apart", "sum(hired)", 38, 12, 0, 0, 2, 1},
		{"of days the latest counts, of each standing", "sum(pupils)", 95, 99, 0, 0, 1, 1},
		{"a rate is made of all its parts", "rate(rate)", 10, 0, 20, 50, 2, 0},
		{"of two indicators where a partnership has both", "rate(hired, grads)", 30, 12, 40, 75, 1, 1},
		{"who says yes", "count(charter)", 1, 0, 0, 0, 2, 0},
		{"nothing entered", "sum(money)", 0, 0, 0, 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := ParseFormula(tt.formula)
			v, c := f.Value(all)
			percent, _ := v.Percent()
			if v.Value != tt.verified*hundred || c.Value != tt.claimed*hundred || v.Whole != tt.verifiedWhole*hundred || percent != tt.verifiedOf*hundred || v.N != tt.n || c.N != tt.m {
				t.Errorf("verified %+v (%s%%), claimed %+v", v, percent, c)
			}
		})
	}
}

func TestFormsThatDoNotFitTheDictionary(t *testing.T) {
	good := ReportField{Key: "hired", Label: Wording{"录用", "hired"}, Formula: "sum(hired)", Period: PeriodCohort}
	with := func(change func(*ReportField)) ReportField { f := good; change(&f); return f }
	for _, tt := range []struct {
		name string
		f    ReportField
		want string
	}{
		{"as it should be", good, ""},
		{"an unknown indicator", with(func(f *ReportField) { f.Formula = "sum(hirde)" }), "report.problem.unknown_indicator"},
		{"an unknown one in a rate", with(func(f *ReportField) { f.Formula = "rate(hired, nobody)" }), "report.problem.unknown_indicator"},
		{"no formula", with(func(f *ReportField) { f.Formula = "hired" }), "report.problem.formula"},
		{"of other partnerships", with(func(f *ReportField) { f.Formula, f.Period = "sum(area)", PeriodPoint }), "report.problem.other_type"},
		{"another period", with(func(f *ReportField) { f.Period = PeriodYear }), "report.problem.period"},
		{"a class does not add up", with(func(f *ReportField) { f.Formula, f.Period = "sum(length)", PeriodPoint }), "report.problem.operation"},
		{"a count is no rate", with(func(f *ReportField) { f.Formula = "rate(hired)" }), "report.problem.operation"},
		{"a rate has no rate", with(func(f *ReportField) { f.Formula, f.Period = "rate(rate, rate2)", PeriodQuarter }), "report.problem.operation"},
		{"no key", with(func(f *ReportField) { f.Key = "Hired!" }), "report.problem.key"},
		{"one language", with(func(f *ReportField) { f.Label.En = "" }), "report.problem.label"},
		{"records", with(func(f *ReportField) { f.Formula = "count(colleges)" }), ""},
		{"records nobody knows", with(func(f *ReportField) { f.Formula = "count(pigs)" }), "report.problem.unknown_indicator"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, p := range (ReportForm{Name: Wording{"表", "form"}, Types: []Mode{OrderClass}, Fields: []ReportField{tt.f}}).Check(ruler) {
				if got = p.Key; p.Line != 1 {
					t.Errorf("told of line %d", p.Line)
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	twice := ReportForm{Name: Wording{"表", "form"}, Types: []Mode{OrderClass}, Fields: []ReportField{good, good}}
	if p := twice.Check(ruler); len(p) != 1 || p[0].Line != 2 || p[0].Key != "report.problem.twice" {
		t.Errorf("a field that stands twice: %+v", p)
	}
}

// TestTotalsTellNobodyWhatIsHidden makes up every total of a few hidden values and lets
// each party, who knows its own, try to tell the others'.
func TestTotalsTellNobodyWhatIsHidden(t *testing.T) {
	shown := 0
	var walk func(values []int)
	walk = func(values []int) {
		if len(values) > 0 {
			var total Total
			for _, v := range values {
				total.add(Entered{Few: true}, Hundredths(v)*hundred, 0)
			}
			if !total.Hidden() {
				shown++
				sum := int(total.Value / hundred)
				for own := range values {
					if rest, k := sum-values[own], len(values)-1; rest == k || rest == 4*k {
						t.Fatalf("of %v the one with %d can tell the others", values, values[own])
					}
				}
				if len(values) < 3 || sum == len(values) || sum == 4*len(values) {
					t.Fatalf("%v is told by its sum %d", values, sum)
				}
			}
		}
		if len(values) < 6 {
			for v := 1; v <= 4; v++ {
				walk(append(slices.Clone(values), v))
			}
		}
	}
	walk(nil)
	if shown == 0 {
		t.Error("no total is ever shown")
	}
}

func TestSumsBesideHiddenCells(t *testing.T) {
	cell := func(few ...Hundredths) Total {
		total := Total{Value: 50 * hundred, N: 3}
		for _, v := range few {
			total.add(Entered{Few: true}, v*hundred, 0)
		}
		return total
	}
	for _, tt := range []struct {
		name   string
		cells  []Total
		hidden bool
	}{
		{"nothing hidden", []Total{cell(), cell()}, false},
		{"one cell hidden", []Total{cell(), cell(3)}, true},
		{"two of them", []Total{cell(2), cell(3)}, true},
		{"many of them", []Total{cell(2, 3), cell(2, 3)}, false},
		{"a cell that is shown hides nothing", []Total{cell(2, 3, 2, 3), cell()}, false},
	} {
		if got := SumHidden(tt.cells); got != tt.hidden {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.hidden)
		}
	}
}

func TestTheYearOfAPeriod(t *testing.T) {
	for _, tt := range []struct {
		kind  PeriodKind
		label string
		want  int
	}{
		{PeriodYear, "2025", 2025}, {PeriodAcademic, "2024-2025", 2025}, {PeriodCohort, "2025", 2025}, {PeriodQuarter, "2025Q4", 2025},
		{PeriodPoint, "2025-12-31", 2025}, {PeriodBatch, "2024-11-01/2025-02-28", 2025},
	} {
		p, err := ReadPeriod(tt.kind, tt.label, "2030-01-01")
		if err != nil || p.Year() != tt.want {
			t.Errorf("%s %s: %d (%v), want %d", tt.kind, tt.label, p.Year(), err, tt.want)
		}
	}
}

func TestWhenAPartnershipWorked(t *testing.T) {
	end := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	signed := func(stage PartnershipStage, on string, ended time.Time) Partnership {
		return Partnership{Stage: stage, Agreement: Agreement{SignedOn: on, Confirmed: []Assent{{}}}, EndedAt: ended}
	}
	for _, tt := range []struct {
		name string
		p    Partnership
		want string // years of 2023 to 2026 it worked in
	}{
		{"running since 2024", signed(PartnershipRunning, "2024-12-31", time.Time{}), "2024 2025 2026"},
		{"over in 2025", signed(PartnershipConcluded, "2023-02-01", end), "2023 2024 2025"},
		{"broken off", signed(PartnershipTerminated, "2024-02-01", end), "2024 2025"},
		{"never signed", Partnership{Stage: PartnershipTerminated, EndedAt: end}, ""},
		{"only reported", Partnership{Year: 2024}, ""},
		{"negotiating", signed(PartnershipNegotiating, "2024-02-01", time.Time{}), ""},
	} {
		var got []string
		for year := 2023; year <= 2026; year++ {
			if tt.p.WorkedIn(year) {
				got = append(got, time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"))
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
	if p := signed(PartnershipRunning, "2024-12-31", time.Time{}); !p.SignedIn(2024) || p.SignedIn(2025) {
		t.Error("the year of the signature")
	}
}
