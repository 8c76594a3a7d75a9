package service_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/sheet"
)

// centre is the fictional incubation centre of which the college of sides is a party.
const centre = "demo-p06"

func TestTheRosterOfAnIncubationCentre(t *testing.T) {
	s := approach(t)
	ctx, in := t.Context(), s.services.Incubatees
	whole := service.IncubateeDraft{Name: "新入孵企业", Kind: portal.IncubateeEnterprise, EnteredOn: "2026-11-01", Students: "3"}
	before, err := in.Roster(ctx, s.college, centre)
	if err != nil || len(before.All) != 12 {
		t.Fatalf("the demonstration roster: %d, %v", len(before.All), err)
	}
	for name, v := range map[string]portal.Viewer{"the enterprise": s.enterprise, "a visitor": portal.Visitor} {
		if _, err := in.Roster(ctx, v, centre); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s reads the roster: %v", name, err)
		}
	}
	if _, err := in.Roster(ctx, s.office, "demo-p01"); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("an industry college has a roster: %v", err)
	}
	if _, err := in.Enter(ctx, s.office, centre, whole); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("the office enters: %v", err)
	}
	for _, tt := range []struct {
		name   string
		change func(*service.IncubateeDraft)
		field  string
		want   string
	}{
		{"a name that is inside", func(d *service.IncubateeDraft) { d.Name = "演示·云药溯源科技公司" }, "name", "incubatee.twice"},
		{"a name that was inside at the time", func(d *service.IncubateeDraft) {
			d.Name, d.EnteredOn = "演示·黔诊即时诊断公司", "2026-01-01"
		}, "name", "incubatee.twice"},
		{"no number", func(d *service.IncubateeDraft) { d.Students = "几名" }, "students", "problem.bad_number"},
		{"too long", func(d *service.IncubateeDraft) { d.Name = strings.Repeat("长", 61) }, "name", "problem.too_long"},
		{"to come", func(d *service.IncubateeDraft) { d.EnteredOn = "2026-12-01" }, "entered_on", "problem.day_to_come"},
	} {
		d := whole
		tt.change(&d)
		if _, err := in.Enter(ctx, s.college, centre, d); problem(err) != tt.want || !slices.Contains(fields(err), tt.field) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	rec, err := in.Enter(ctx, s.college, centre, whole)
	if err != nil || rec.Origin.Certainty != portal.Demo || !strings.HasPrefix(rec.ID, "demo-") || !rec.ByStudents {
		t.Fatalf("%+v, %v", rec, err)
	}
	again := whole
	again.Name, again.EnteredOn = "演示·黔诊即时诊断公司", "2026-11-20" // it had graduated before
	if _, err := in.Enter(ctx, s.college, centre, again); err != nil {
		t.Errorf("one that comes again: %v", err)
	}
	whole.GraduatedOn = "2026-11-20"
	changed, err := in.Change(ctx, s.college, centre, rec.ID, rec.Version, whole)
	if err != nil || changed.State() != portal.IncubateeGraduated {
		t.Fatalf("%+v, %v", changed, err)
	}
	if _, err := in.Change(ctx, s.college, centre, rec.ID, rec.Version, whole); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("over another's change: %v", err)
	}
	if _, err := in.Change(ctx, s.college, "demo-p18", rec.ID, changed.Version, whole); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("through a centre one is no party of: %v", err)
	}
	if _, err := in.Strike(ctx, s.college, centre, rec.ID, changed.Version); err != nil {
		t.Fatal(err)
	}
	if f, err := in.Roster(ctx, s.college, centre); err != nil || len(f.All) != 13 {
		t.Errorf("after one was struck off: %d, %v", len(f.All), err)
	}
	if len(changed.Events) != 2 || changed.Events[0].Action != "incubatee.enter" || changed.Events[1].Action != "incubatee.change" {
		t.Errorf("what was written down: %+v", changed.Events)
	}
}

func TestOutcomesBesideTheRoster(t *testing.T) {
	s := approach(t)
	ctx, o := t.Context(), s.services.Outcomes
	today := s.clock.In(portal.Shanghai).Format(time.DateOnly)
	kept, err := o.Kept(ctx, s.college, centre)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ indicator, period, want string }{{"incubatees", today, "6"}, {"graduated_enterprises", today, "2"}, {"incubatees_new", "2025", "7"}, {"student_founded", "2025", "4"}} {
		ind, err := s.records.Indicators.Get(ctx, tt.indicator)
		if err != nil || !ind.For(portal.IncubationCentre) {
			t.Fatalf("%s: %v", tt.indicator, err)
		}
		p, err := portal.ReadPeriod(ind.Period, tt.period, today)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := kept(ind, p); !ok || got.Value.String() != tt.want {
			t.Errorf("%s for %s: %s (%v), want %s", tt.indicator, tt.period, got.Value, ok, tt.want)
		}
	}
	rec, err := o.Enter(ctx, s.college, centre, service.OutcomeDraft{Indicator: "incubatees", Period: today, FiguresText: portal.FiguresText{Value: "9"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]portal.Viewer{"the office": s.office, "the party": s.college} {
		e, err := o.Show(ctx, v, rec.ID)
		if err != nil || e.Kept == nil || e.Kept.Value.String() != "6" || !e.Kept.Differs(e.Current().Figures) {
			t.Errorf("%s reads %+v, %v", name, e.Kept, err)
		}
	}
}

func TestARosterThroughAWorkbook(t *testing.T) {
	s := approach(t)
	ctx, in := t.Context(), s.services.Incubatees
	template, err := in.Template(ctx, s.college, "zh-CN", centre)
	if err != nil {
		t.Fatal(err)
	}
	if n, faults, err := in.Import(ctx, s.college, "zh-CN", centre, template); n != 0 || len(faults) > 0 || err != nil {
		t.Fatalf("the roster as it is changes %d, %v, %v", n, faults, err)
	}
	if _, _, err := in.Import(ctx, s.enterprise, "zh-CN", centre, template); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a stranger sends one: %v", err)
	}
	word := func(key string) string { return s.rooms.Words("", key) }
	layout := sheet.Layout{Sheet: word("incubatee.sheet"), Columns: []sheet.Column{{Key: "number", Title: word("incubatee.sheet.number")}}}
	for _, key := range []string{"name", "kind", "field", "entered_on", "graduated_on", "left_on", "left_reason", "by_students", "students"} {
		layout.Columns = append(layout.Columns, sheet.Column{Key: key, Title: word("incubatee.form." + key)})
	}
	send := func(rows ...map[string]string) (int, []service.RowFault, error) {
		t.Helper()
		var file bytes.Buffer
		if err := sheet.Write(&file, layout, rows); err != nil {
			t.Fatal(err)
		}
		return in.Import(ctx, s.college, "zh-CN", centre, file.Bytes())
	}
	enterprise := word("incubatee.kind.enterprise")
	fresh := map[string]string{"name": "表格入孵", "kind": enterprise, "entered_on": "2026-10-01", "by_students": word("value.yes")}
	n, faults, err := send(fresh, map[string]string{"name": "演示·云药溯源科技公司", "kind": enterprise, "entered_on": "2026-10-01"}, map[string]string{"number": "made-up", "name": "x", "kind": enterprise, "entered_on": "2026-10-01"},
		map[string]string{"name": "毕业在先", "kind": enterprise, "entered_on": "2026-10-01", "graduated_on": "2026-09-01"}, fresh)
	if n != 0 || err != nil || len(faults) != 4 || faults[0].Line != 3 || faults[1].Line != 4 || faults[2].Line != 5 || faults[3].Line != 6 {
		t.Errorf("four wrong rows: %d, %v, %v", n, faults, err)
	}
	if f, err := in.Roster(ctx, s.college, centre); err != nil || len(f.All) != 12 {
		t.Errorf("something was saved all the same: %d, %v", len(f.All), err)
	}
	leaving := map[string]string{"number": "demo-i05", "name": "演示·云药溯源科技公司", "kind": enterprise, "field": "药材溯源软件", "entered_on": s.clock.In(portal.Shanghai).AddDate(0, 0, -300).Format(time.DateOnly), "left_on": "2026-11-01", "left_reason": "迁往外地"}
	if n, faults, err = send(fresh, leaving); n != 2 || len(faults) > 0 || err != nil {
		t.Errorf("two good rows: %d, %v, %v", n, faults, err)
	}
	if n, faults, err = send(fresh, leaving); n != 0 || len(faults) > 0 || err != nil {
		t.Errorf("the same again: %d, %v, %v", n, faults, err)
	}
	gone, _, err := in.Show(ctx, s.office, centre, "demo-i05")
	if err != nil || gone.State() != portal.IncubateeLeft || gone.LeftReason != "迁往外地" {
		t.Errorf("%+v, %v", gone, err)
	}
}
