package service_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// reviewer and analyst are people of the office; the analyst does not see few people.
var (
	reviewer = portal.Viewer{Person: "demo-person-office", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}
	analyst  = portal.Viewer{Person: "demo-person-office", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Analyst, State: portal.OrganisationVerified, Sure: true}
	manager  = portal.Viewer{Person: "demo-person-office", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Administrator, State: portal.OrganisationVerified, Sure: true}
)

// TestFormsAreTheSumsOfTheirRecords computes every sum and rate of every form and year
// again from the stored records.
func TestFormsAreTheSumsOfTheirRecords(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	forms, err := h.services.Reports.Forms(ctx, reviewer)
	if err != nil || len(forms) < 3 {
		t.Fatalf("%d forms (%v)", len(forms), err)
	}
	compared := 0
	all := map[int][]service.ReportSheet{}
	for year := now.Year() - 2; year <= now.Year(); year++ {
		if all[year], err = h.services.Reports.FillAll(ctx, reviewer, year); err != nil {
			t.Fatal(err)
		}
	}
	for n, f := range forms {
		for year := now.Year() - 2; year <= now.Year(); year++ {
			sheet, err := h.services.Reports.Fill(ctx, reviewer, f.ID, year)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(sheet, all[year][n]) {
				t.Errorf("%s %d by itself and among the others are not the same", f.ID, year)
			}
			for _, line := range sheet.Lines {
				if line.Formula.Counts() != "" || len(line.Formula.Keys) != 1 {
					continue
				}
				verified, claimed := map[string]portal.Outcome{}, map[string]portal.Outcome{}
				err := h.records.Outcomes.All(ctx, []store.Cond{store.Where("indicator", line.Formula.Keys[0])}, func(o *portal.Outcome) error {
					to := verified
					switch o.State {
					case portal.OutcomeDisputed, portal.OutcomeReturned:
						return nil
					case portal.OutcomeVerified:
					default:
						to = claimed
					}
					p, err := h.records.Partnerships.Get(ctx, o.Partnership)
					if err != nil || o.Period.Until[:4] != fmt.Sprint(year) || !strings.Contains(fmt.Sprint(f.Types), string(p.Type)) {
						return err
					}
					if have, ok := to[p.ID]; !ok || have.Period.Until < o.Period.Until {
						to[p.ID] = *o
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, side := range []struct {
					of  map[string]portal.Outcome
					got portal.Total
				}{{verified, line.Verified}, {claimed, line.Claimed}} {
					var value, whole portal.Hundredths
					for _, o := range side.of {
						if line.Formula.Op == portal.FormulaRate {
							value, whole = value+o.Current().Numerator, whole+o.Current().Denominator
						} else {
							value += o.Current().Value
						}
					}
					compared += len(side.of)
					if side.got.Value != value || side.got.Whole != whole || side.got.N != len(side.of) || side.got.Hidden() {
						t.Errorf("%s %d %s: %+v, the records make %s of %s out of %d", f.ID, year, line.Field.Key, side.got, value, whole, len(side.of))
					}
				}
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d records were compared", compared)
	}
}

func TestWhatAFormLacks(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	sheet, err := h.services.Reports.Fill(ctx, reviewer, "order_class_summary", now.Year()-1)
	if err != nil {
		t.Fatal(err)
	}
	asked, filled, verified := 0, 0, 0
	for _, g := range sheet.Gaps {
		asked, filled, verified = asked+g.Asked, filled+g.Filled, verified+g.Confirmed
		if g.Asked != g.Filled+len(g.Missing)+len(g.Open) || g.Confirmed > g.Filled {
			t.Errorf("%s: %d asked, %d filled, %d missing, %d open", g.Partnership.ID, g.Asked, g.Filled, len(g.Missing), len(g.Open))
		}
	}
	if sheet.Cells != asked || sheet.Filled != filled || sheet.Verified != verified || filled == 0 || filled == asked || sheet.Demo != len(sheet.Partnerships) {
		t.Errorf("%d of %d filled, %d verified, %d of the demonstration", sheet.Filled, sheet.Cells, sheet.Verified, sheet.Demo)
	}
	behind, err := h.services.Reports.Behind(ctx, reviewer, "order_class_summary", "order_students", now.Year()-1)
	if err != nil || len(behind.Counted) != behind.Line.Verified.N+behind.Line.Claimed.N || len(behind.Entries) == 0 {
		t.Errorf("%d records behind %+v (%v)", len(behind.Counted), behind.Line.Verified, err)
	}
	for _, tt := range []struct{ field, form string }{{"partnerships", "order_class_summary"}, {"signed", "industry_college_yearly"}} {
		b, err := h.services.Reports.Behind(ctx, reviewer, tt.form, tt.field, now.Year()-1)
		if err != nil || len(b.AtWork) == 0 || len(b.AtWork) != b.Line.Verified.N {
			t.Errorf("%s: %d partnerships behind %+v (%v)", tt.field, len(b.AtWork), b.Line.Verified, err)
		}
	}
	for name, err := range map[string]error{
		"a form that is not there":  second(h.services.Reports.Fill(ctx, reviewer, "nothing", 2025)),
		"a field that is not there": second(h.services.Reports.Behind(ctx, reviewer, "order_class_summary", "nothing", 2025)),
		"a party":                   second(h.services.Reports.Fill(ctx, portal.Viewer{Person: "x", Organisation: portal.CollegeOrganisation("demo-c2"), Kind: portal.OfCollege, Role: portal.Owner, State: portal.OrganisationVerified}, "order_class_summary", 2025)),
		"a visitor":                 second(h.services.Reports.Forms(ctx, portal.Visitor)),
	} {
		if !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestRedLinesInForms shows an accident, and that nothing of its year is verified.
func TestRedLinesInForms(t *testing.T) {
	h := open(t, true)
	all, err := h.records.Outcomes.Get(t.Context(), portal.OutcomeID("demo-p26", "safety_incidents", portal.Period{Label: "2025"}))
	if err != nil || !all.Verified() {
		t.Fatalf("%s (%v)", all.State, err)
	}
	if _, err := h.records.Forms.Mutate(t.Context(), "graduates_retention", func(f *portal.ReportForm) error {
		f.Fields = append(f.Fields, portal.ReportField{Key: "accidents", Label: portal.Wording{Zh: "事故", En: "accidents"}, Formula: "sum(safety_incidents)", Period: portal.PeriodYear})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	sheet, err := h.services.Reports.Fill(t.Context(), reviewer, "graduates_retention", 2025)
	if err != nil || len(sheet.Crossed) != 1 || sheet.Crossed[0].Partnership != "demo-p26" {
		t.Errorf("red lines crossed: %+v (%v)", sheet.Crossed, err)
	}
	for _, g := range sheet.Gaps {
		if g.Partnership.ID == "demo-p26" && g.Confirmed != 1 { // the accident itself
			t.Errorf("%d fields of the partnership are verified", g.Confirmed)
		}
	}
}

func TestFewPeopleInForms(t *testing.T) {
	h := open(t, true)
	line := func(v portal.Viewer) service.ReportLine {
		t.Helper()
		b, err := h.services.Reports.Behind(t.Context(), v, "graduates_retention", "startup_guiyang", 2026)
		if err != nil {
			t.Fatal(err)
		}
		return b.Line
	}
	if got := line(reviewer).Verified; got.Hidden() || got.N != 3 {
		t.Errorf("to the reviewer: %+v", got)
	}
	if got := line(analyst).Verified; got.N != 3 || got.Hidden() != (got.Value < 700 || got.Value > 800) {
		t.Errorf("to the analyst: %+v, hidden %v", got, got.Hidden())
	}
}

func TestEditingAForm(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	f, err := h.services.Reports.Form(ctx, manager, "order_class_summary")
	if err != nil {
		t.Fatal(err)
	}
	f.Fields = append(f.Fields, portal.ReportField{Key: "insured", Label: portal.Wording{Zh: "投保", En: "insured"}, Formula: "rate( insurence_rate )"})
	_, err = h.services.Reports.EditForm(ctx, manager, f)
	var invalid portal.Invalid
	if !errors.As(err, &invalid) || invalid[0].Key != "report.problem.unknown_indicator" || invalid[0].Args[0] != len(f.Fields) || invalid[0].Args[1] != "insurence_rate" {
		t.Errorf("an unknown indicator: %v", err)
	}
	if _, err := h.services.Reports.EditForm(ctx, analyst, f); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("an analyst: %v", err)
	}
	f.Fields[len(f.Fields)-1].Formula = "rate( retained_partner_ratio )"
	saved, err := h.services.Reports.EditForm(ctx, manager, f)
	if err != nil || saved.Fields[len(f.Fields)-1].Formula != "rate(retained_partner_ratio)" || saved.Fields[len(f.Fields)-1].Period != portal.PeriodCohort || saved.Events[0].Action != "form.edit" {
		t.Errorf("%+v (%v)", saved.Fields, err)
	}
	if _, err := h.services.Reports.EditForm(ctx, manager, f); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("over somebody's change: %v", err)
	}
}

func TestTheLedger(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	walk := func(f service.LedgerFilter) (rows []service.LedgerRow, outcomes int, sum service.LedgerSum) {
		t.Helper()
		sum, err := h.services.Reports.Ledger(ctx, reviewer, f, func(row service.LedgerRow, of []service.OutcomeEntry) error {
			rows, outcomes = append(rows, row), outcomes+len(of)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows, outcomes, sum
	}
	rows, outcomes, sum := walk(service.LedgerFilter{})
	stored, err := h.records.Outcomes.Count(ctx)
	if err != nil || len(rows) != 27 || int64(outcomes) != stored || sum.Partnerships != 27 {
		t.Errorf("%d partnerships, %d outcomes of %d (%v)", len(rows), outcomes, stored, err)
	}
	verified, err := h.records.Outcomes.Count(ctx, store.Where("state", portal.OutcomeVerified))
	if err != nil || int64(sum.Verified) != verified || sum.Demo != 27 {
		t.Errorf("%+v; %d are verified (%v)", sum, verified, err)
	}
	for _, tt := range []struct {
		name string
		f    service.LedgerFilter
		fits func(portal.Partnership) bool
	}{
		{"a type", service.LedgerFilter{Type: portal.OrderClass}, func(p portal.Partnership) bool { return p.Type == portal.OrderClass }},
		{"a stage", service.LedgerFilter{Stage: portal.PartnershipRunning}, func(p portal.Partnership) bool { return p.Stage == portal.PartnershipRunning }},
		{"a unit", service.LedgerFilter{Unit: "city_science"}, func(p portal.Partnership) bool {
			return p.Responsible == "city_science" || strings.Contains(fmt.Sprint(p.Supporting), "city_science")
		}},
		{"a clause", service.LedgerFilter{Clause: "13"}, func(p portal.Partnership) bool { return p.Clause == "13" }},
		{"a year and a type", service.LedgerFilter{Year: 2025, Type: portal.IndustryCollege}, func(p portal.Partnership) bool { return p.Year == 2025 && p.Type == portal.IndustryCollege }},
	} {
		want := 0
		for _, row := range rows {
			if tt.fits(row.Partnership) {
				want++
			}
		}
		if got, _, sum := walk(tt.f); len(got) != want || want == 0 || sum.Partnerships != want {
			t.Errorf("%s: %d rows, want %d", tt.name, len(got), want)
		}
	}
	page, err := h.services.Reports.LedgerPage(ctx, reviewer, service.LedgerFilter{}, 99)
	if err != nil || page.Page != 1 || page.Sum != sum || len(page.Rows) != len(rows) {
		t.Errorf("past the end: page %d, %d rows, %+v (%v)", page.Page, len(page.Rows), page.Sum, err)
	}
	for i := range page.Rows {
		if got, want := page.Rows[i], rows[i]; got.ID != want.ID || got.Verified != want.Verified || got.Claimed != want.Claimed || got.Unit != want.Unit {
			t.Errorf("row %d: %s %d %d, want %s %d %d", i, got.ID, got.Verified, got.Claimed, want.ID, want.Verified, want.Claimed)
		}
	}
	if _, err := h.services.Reports.Ledger(ctx, portal.Visitor, service.LedgerFilter{}, nil); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor: %v", err)
	}
}

func TestEvidenceInABundle(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	b, err := s.services.Reports.Evidence(ctx, s.college, reported)
	if err != nil || len(b.Items) < 10 {
		t.Fatalf("%d files (%v)", len(b.Items), err)
	}
	seen := map[string]bool{}
	for _, item := range b.Items {
		if seen[item.Path] || strings.Contains(item.Path, "..") || strings.HasPrefix(item.Path, "/") || strings.Count(item.Path, "/") != 1 {
			t.Errorf("the path %q", item.Path)
		}
		if seen[item.Path] = true; !item.Of.Verified() {
			t.Errorf("%s is %s", item.Of.ID, item.Of.State)
		}
	}
	if file, err := s.services.Reports.OpenEvidence(ctx, b.Items[0]); err != nil {
		t.Error(err)
	} else {
		file.Close()
	}
	person, err := s.records.Persons.Fresh(ctx, s.college.Person)
	if last := person.Events[len(person.Events)-1]; err != nil || last.Action != "evidence.export" || string(last.Changed["exported"].After) != `"partnerships/demo-p01"` {
		t.Errorf("the trail says %+v (%v)", last, err)
	}
	if form, err := s.services.Reports.FormEvidence(ctx, s.office, "industry_college_yearly", 2025); err != nil || len(form.Items) < 10 {
		t.Errorf("of a form: %d files (%v)", len(form.Items), err)
	}
	other := s.college
	other.Organisation = portal.CollegeOrganisation("demo-c1")
	for name, err := range map[string]error{"an analyst": second(s.services.Reports.Evidence(ctx, analyst, reported)), "another college": second(s.services.Reports.Evidence(ctx, other, reported)),
		"a form, an analyst": second(s.services.Reports.FormEvidence(ctx, analyst, "industry_college_yearly", 2025))} {
		if !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPagesOfTheLedger(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	var more []portal.Partnership
	for i := range 100 {
		more = append(more, portal.Partnership{Meta: portal.Meta{ID: fmt.Sprintf("p-%03d", i)}, Title: "x", Type: portal.OrderClass, Stage: portal.PartnershipNegotiating, Origin: portal.Origin{Certainty: portal.Verified, Source: "x"}})
	}
	if err := h.records.Partnerships.InsertMany(ctx, more); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, tt := range []struct{ asked, page, rows int }{{0, 1, 50}, {2, 2, 50}, {3, 3, 27}, {99, 3, 27}} {
		p, err := h.services.Reports.LedgerPage(ctx, reviewer, service.LedgerFilter{}, tt.asked)
		if err != nil || p.Page != tt.page || p.Pages != 3 || len(p.Rows) != tt.rows || p.Sum.Partnerships != 127 || p.Sum.Demo != 27 {
			t.Errorf("page %d: page %d of %d with %d rows, %+v (%v)", tt.asked, p.Page, p.Pages, len(p.Rows), p.Sum, err)
		}
		for _, row := range p.Rows {
			if seen[row.ID] && tt.asked < 99 {
				t.Errorf("%s stands on two pages", row.ID)
			}
			seen[row.ID] = true
		}
	}
	if len(seen) != 127 {
		t.Errorf("%d partnerships are on the pages", len(seen))
	}
}
