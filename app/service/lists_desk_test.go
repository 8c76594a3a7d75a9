package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/sheet"
)

func TestTheOfficeEntersAnItem(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	title := func(id string) string {
		p, err := s.records.Partnerships.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return p.Title
	}
	whole := service.ItemDraft{List: portal.ProblemList, Title: " 设备未到 ", Unit: "city_education", Due: "2026-12-24", Clause: "14", Partnership: title("demo-p01")}
	for _, tt := range []struct {
		name   string
		change func(*service.ItemDraft)
		field  string
		key    string
	}{
		{"no title", func(d *service.ItemDraft) { d.Title = " " }, "title", "problem.required"},
		{"a day that is none", func(d *service.ItemDraft) { d.Due = "年底" }, "due", "problem.day"},
		{"no unit", func(d *service.ItemDraft) { d.Unit = "" }, "unit", "problem.required"},
		{"an unknown unit", func(d *service.ItemDraft) { d.Unit = "city_nothing" }, "unit", "list.no_unit"},
		{"an unknown partnership", func(d *service.ItemDraft) { d.Partnership = "没有这个项目" }, "partnership", "list.no_partnership"},
		{"a partnership that is only reported", func(d *service.ItemDraft) { d.Partnership = "gz-01" }, "partnership", "list.no_partnership"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := whole
			tt.change(&d)
			_, err := lists.Enter(ctx, s.office, d)
			var bad portal.Invalid
			if !errors.As(err, &bad) || len(bad) != 1 || bad[0].Field != tt.field || bad[0].Key != tt.key {
				t.Errorf("%v", err)
			}
		})
	}
	for name, v := range map[string]portal.Viewer{"a party": s.college, "a visitor": portal.Visitor} {
		if _, err := lists.Enter(ctx, v, whole); !errors.Is(err, portal.ErrForbidden) {
			t.Errorf("%s enters one: %v", name, err)
		}
		if _, err := lists.List(ctx, v, service.ListQuery{}, "", 10); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s reads the lists: %v", name, err)
		}
	}
	another, err := s.records.Partnerships.Get(ctx, "demo-p02")
	if err != nil {
		t.Fatal(err)
	}
	another.ID, another.Title = "p-same", whole.Partnership
	if err := s.records.Partnerships.Insert(ctx, &another); err != nil {
		t.Fatal(err)
	}
	if _, err := lists.Enter(ctx, s.office, whole); said(err) != "list.several_partnerships" {
		t.Errorf("two partnerships of that title: %v", err)
	}
	whole.About = "demo-p01"
	i, err := lists.Enter(ctx, s.office, whole)
	if err != nil || i.Title != "设备未到" || i.UnitName != "市教育局" || i.Partnership != "demo-p01" || i.Origin.Certainty != portal.Demo {
		t.Fatalf("%+v, %v", i, err)
	}
	if n := s.notices(t, s.enterprise, "list.opened", i.ID); n != 1 {
		t.Errorf("the enterprise was told %d times", n)
	}
}

// entered is an item the office has entered about a partnership.
func (s sides) entered(t *testing.T) (portal.ListItem, service.ItemDraft) {
	t.Helper()
	d := service.ItemDraft{List: portal.ProblemList, Title: "设备未到", Unit: "city_education", Due: "2026-12-24", Clause: "14", Partnership: "demo-p01"}
	i, err := s.services.Lists.Enter(t.Context(), s.office, d)
	if err != nil {
		t.Fatal(err)
	}
	return i, d
}

func TestAUnitIsAbolished(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	i, whole := s.entered(t)
	// It keeps the name, and may keep the unit when it is edited.
	unit, err := s.records.Units.Get(ctx, "city_education")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.records.Units.Delete(ctx, unit.ID, 0); err != nil {
		t.Fatal(err)
	}
	f, err := lists.Show(ctx, s.office, i.ID)
	if err != nil || !f.Gone || f.UnitName != "市教育局" {
		t.Fatalf("%+v, %v", f, err)
	}
	_, gone, err := lists.Units(ctx, s.office)
	if err != nil || len(gone) != 1 || gone[0].Name != "市教育局" {
		t.Errorf("units that are gone: %v, %v", gone, err)
	}
	whole.Title = "设备未到，已催办"
	if i, err = lists.Edit(ctx, s.office, i.ID, i.Version, whole); err != nil || i.Unit != unit.ID || i.Title != whole.Title {
		t.Errorf("%+v, %v", i, err)
	}
	whole.Unit = "city_industry"
	if i, err = lists.Edit(ctx, s.office, i.ID, i.Version, whole); err != nil || i.UnitName != "市工业和信息化局" {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestTheOfficeIsToldOnceOfWhatIsOverdue(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	i, whole := s.entered(t)
	tells := func() int {
		s.later(2 * time.Hour)
		s.look(t)
		return s.notices(t, s.office, "list.overdue", i.ID)
	}
	if n := tells(); n != 0 {
		t.Errorf("told %d times before it is", n)
	}
	s.later(31 * 24 * time.Hour)
	tells()
	if n := tells(); n != 1 {
		t.Errorf("told %d times", n)
	}
	i, err := s.records.ListItems.Get(ctx, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	whole.Due = "2027-01-05"
	if i, err = lists.Edit(ctx, s.office, i.ID, i.Version, whole); err != nil {
		t.Fatal(err)
	}
	s.later(31 * 24 * time.Hour)
	if n := tells(); n != 2 {
		t.Errorf("told %d times after another day", n)
	}
}

func TestSupervision(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	i, err := s.records.ListItems.Get(ctx, "plan-13-city_education")
	if err != nil || i.Origin.Certainty != portal.Verified || i.UnitName != "市教育局" || !strings.Contains(i.Text, "“四业”联动") {
		t.Fatalf("%+v, %v", i, err)
	}
	if _, err := lists.Supervise(ctx, s.office, i.ID, i.Version, true, ""); said(err) != "problem.required" {
		t.Errorf("without a reason: %v", err)
	}
	if i, err = lists.Supervise(ctx, s.office, i.ID, i.Version, true, "年内见效"); err != nil || i.Supervised.Reason != "年内见效" {
		t.Fatal(err)
	}
	if _, err := lists.Supervise(ctx, another, i.ID, i.Version, true, "再次"); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	page, err := lists.List(ctx, s.office, service.ListQuery{List: portal.TaskList}, "", 1)
	if err != nil || page.Items[0].ID != i.ID {
		t.Errorf("it does not come first: %v", err)
	}
	if i, err = lists.Supervise(ctx, s.office, i.ID, i.Version, false, "已见效"); err != nil || i.Supervised != nil {
		t.Errorf("%+v, %v", i, err)
	}
	// Of a task of the plan only the day can be changed.
	if i, err = lists.Edit(ctx, s.office, i.ID, i.Version, service.ItemDraft{Title: "改写", Unit: "city_talent", Due: "2027-12-31"}); err != nil || i.Unit != "city_education" || i.Title == "改写" || i.Due != "2027-12-31" {
		t.Errorf("%+v, %v", i, err)
	}
}

func TestTheListsAreNarrowedAndExported(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	s.look(t)
	all := func(q service.ListQuery) []service.ItemEntry {
		t.Helper()
		var out []service.ItemEntry
		for after, more := "", true; more; more = after != "" {
			page, err := lists.List(ctx, s.office, q, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			out, after = append(out, page.Items...), page.Next
		}
		return out
	}
	every := all(service.ListQuery{})
	if len(every) < 20 || every[0].ID != "demo-l1" || every[len(every)-1].State != portal.ItemClosed {
		t.Fatalf("%d items, from %s to %s", len(every), every[0].ID, every[len(every)-1].State)
	}
	for name, tt := range map[string]struct {
		q    service.ListQuery
		fits func(service.ItemEntry) bool
	}{
		"tasks":            {service.ListQuery{List: portal.TaskList}, func(e service.ItemEntry) bool { return e.List == portal.TaskList }},
		"of a unit":        {service.ListQuery{Unit: "city_education"}, func(e service.ItemEntry) bool { return e.Unit == "city_education" }},
		"handled":          {service.ListQuery{State: portal.ItemHandled}, func(e service.ItemEntry) bool { return e.State == portal.ItemHandled }},
		"overdue":          {service.ListQuery{Overdue: true}, func(e service.ItemEntry) bool { return e.OverdueAt(*s.clock) }},
		"supervised":       {service.ListQuery{Supervised: true}, func(e service.ItemEntry) bool { return e.Supervised != nil }},
		"of a clause":      {service.ListQuery{Clause: "14"}, func(e service.ItemEntry) bool { return e.Clause == "14" }},
		"of a partnership": {service.ListQuery{Partnership: "demo-p01"}, func(e service.ItemEntry) bool { return e.Partnership == "demo-p01" }},
		"open problems of one": {service.ListQuery{List: portal.ProblemList, State: portal.ItemOpen, Unit: "city_industry"}, func(e service.ItemEntry) bool {
			return e.List == portal.ProblemList && e.State == portal.ItemOpen && e.Unit == "city_industry"
		}},
	} {
		var want, got []string
		for _, e := range every {
			if tt.fits(e) {
				want = append(want, e.ID)
			}
		}
		for _, e := range all(tt.q) {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		counts, err := lists.Counts(ctx, s.office, tt.q)
		if n := counts.States[portal.ItemOpen] + counts.States[portal.ItemHandled] + counts.States[portal.ItemClosed]; err != nil || tt.q.State == "" && n != len(want) || tt.q.State != "" && counts.States[tt.q.State] != len(want) {
			t.Errorf("%s: counted %+v of %d, %v", name, counts, len(want), err)
		}
		file, err := lists.Sheet(ctx, s.office, "zh-CN", tt.q)
		if err != nil {
			t.Fatal(err)
		}
		rows, faults, err := sheet.Read(ctx, file, sheet.Layout{Sheet: "list.sheet", Columns: []sheet.Column{{Key: "title", Title: "list.column.title"}, {Key: "unit", Title: "list.column.unit"}, {Key: "due", Title: "list.column.due", Kind: sheet.Date}}}, 1000, nil)
		if err != nil || len(faults) > 0 || len(rows) != len(want) {
			t.Fatalf("%s: the workbook holds %d rows of %d: %v %v", name, len(rows), len(want), faults, err)
		}
		for n, e := range all(tt.q) {
			if rows[n].Cells["title"] != e.Title || rows[n].Cells["unit"] != e.UnitName || rows[n].Cells["due"] != e.Due {
				t.Errorf("%s: row %d is %v, the screen says %s, %s, %s", name, n, rows[n].Cells, e.Title, e.UnitName, e.Due)
			}
		}
	}
	if _, err := lists.Sheet(ctx, s.college, "zh-CN", service.ListQuery{}); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college exports the lists: %v", err)
	}
	if looked, err := lists.Looked(ctx); err != nil || s.clock.Sub(looked) > time.Minute {
		t.Errorf("last looked at %v: %v", looked, err)
	}
}
