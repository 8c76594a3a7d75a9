package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

func TestUnitsAreRenamedAbolishedAndMoved(t *testing.T) {
	s := approach(t)
	ctx, u := t.Context(), s.services.Units
	administrator := s.office
	administrator.Role = portal.Administrator
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := u.List(ctx, s.college); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college reads the units: %v", err)
	}
	if _, err := u.Add(ctx, s.office, "新局", nil); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a reviewer adds one: %v", err)
	}
	for name, want := range map[string]string{"": "problem.required", "市科技局": "unit.twice", strings.Repeat("长", 61): "problem.too_long"} {
		if _, err := u.Add(ctx, administrator, name, nil); problem(err) != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	fresh, err := u.Add(ctx, administrator, "市科技与数据局", []string{"13", "14"})
	if err != nil {
		t.Fatal(err)
	}
	old, err := u.Show(ctx, s.office, "city_science")
	if err != nil || len(old.Standing) < 4 || !old.Lives() || slices.ContainsFunc(old.Others, func(o portal.Unit) bool { return o.ID == old.ID }) {
		t.Fatalf("%d stand there, %v", len(old.Standing), err)
	}
	if _, err := u.Abolish(ctx, administrator, old.ID, old.Version, "2026-11-01", "nowhere"); problem(err) != "unit.no_successor" {
		t.Errorf("a successor that is none: %v", err)
	}
	if _, err := u.Move(ctx, s.office, old.ID); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("moved from a unit that lives: %v", err)
	}
	if _, err := u.Abolish(ctx, administrator, old.ID, old.Version, "2026-11-01", fresh.ID); err != nil {
		t.Fatal(err)
	}
	file, err := s.services.Partnerships.Follow(ctx, s.office, "demo-p06")
	if err != nil || file.Unit.Lives() || file.Heirs[old.ID].ID != fresh.ID {
		t.Errorf("a partnership keeps it: %+v, %v", file.Unit, err)
	}
	p, err := s.records.Partnerships.Get(ctx, "demo-p01")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.services.Partnerships.Assign(ctx, s.office, p.ID, p.Version, old.ID, nil, ""); problem(err) != "problem.required" {
		t.Errorf("an abolished unit is assigned: %v", err)
	}
	if _, err := u.Move(ctx, administrator, old.ID); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("an administrator moves: %v", err)
	}
	left, err := u.Move(ctx, s.office, old.ID)
	if err != nil || left != 0 {
		t.Fatalf("%d left, %v", left, err)
	}
	now, err := u.Show(ctx, s.office, fresh.ID)
	if err != nil || len(now.Standing) != len(old.Standing) {
		t.Errorf("%d of %d were moved, %v", len(now.Standing), len(old.Standing), err)
	}
	moved, err := s.records.Partnerships.Get(ctx, "demo-p19") // supported by it
	if err != nil || !slices.Contains(moved.Supporting, fresh.ID) || moved.Events[len(moved.Events)-1].Action != "partnership.move_unit" {
		t.Errorf("%v, %v", moved.Supporting, err)
	}
	over, err := s.records.Partnerships.Get(ctx, "demo-p17") // concluded: it keeps the unit of its time
	if err != nil || over.Responsible != old.ID {
		t.Errorf("%s, %v", over.Responsible, err)
	}
	gone, err := u.Show(ctx, s.office, old.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := u.Restore(ctx, administrator, old.ID, gone.Version); err != nil {
		t.Error(err)
	}
	if _, err := u.Reword(ctx, administrator, old.ID, gone.Version, "市科学技术局", nil); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("renamed as it was before: %v", err)
	}
}
