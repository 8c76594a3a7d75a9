package service_test

import (
	"errors"
	"slices"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

func TestThePrivateCalendarOfMilestones(t *testing.T) {
	s := approach(t)
	ctx, m := t.Context(), s.services.Milestones
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	mine, err := m.Mine(ctx, s.college)
	if err != nil || len(mine) == 0 || !slices.IsSortedFunc(mine, func(a, b service.MilestoneEntry) int { return slices.Compare([]string{a.Due}, []string{b.Due}) }) {
		t.Fatalf("%d milestones, %v", len(mine), err)
	}
	for _, e := range mine {
		if !e.In.Has(s.college) || e.In.Stage.Over() {
			t.Errorf("%s of %s at stage %s", e.Title, e.In.Title, e.In.Stage)
		}
	}
	for name, v := range map[string]portal.Viewer{"the office": s.office, "a visitor": portal.Visitor} {
		if _, err := m.Mine(ctx, v); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s has milestones: %v", name, err)
		}
		if _, err := m.NewFeed(ctx, v); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s has a calendar: %v", name, err)
		}
	}
	first, err := m.NewFeed(ctx, s.college)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := m.Feed(ctx, portal.Visitor, first); err != nil || len(got) != len(mine) {
		t.Errorf("by its key: %d of %d, %v", len(got), len(mine), err)
	}
	if since, err := m.Since(ctx, s.college); err != nil || since.IsZero() {
		t.Errorf("since %v, %v", since, err)
	}
	second, err := m.NewFeed(ctx, s.college)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]string{"the old key": first, "no key": "", "a made-up key": "abc"} {
		if _, err := m.Feed(ctx, portal.Visitor, key); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := mine[0]
	if _, err := s.services.Partnerships.Plan(ctx, s.college, other.In.ID, 0, portal.Milestone{Title: "对方负责", Due: "2030-01-01", Owner: s.enterprise.Organisation}); err != nil && other.In.Has(s.enterprise) {
		t.Fatal(err)
	}
	if got, err := m.Feed(ctx, portal.Visitor, second); err != nil || len(got) != len(mine) {
		t.Errorf("another's milestone is mine: %d, %v", len(got), err)
	}
	data, err := s.services.Accounts.Personal(ctx, s.college)
	if err != nil || len(data.Feeds) != 1 || data.Feeds[0]["id"] != nil {
		t.Errorf("what the person gets: %v, %v", data.Feeds, err)
	}
	if err := m.EndFeed(ctx, s.college); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Feed(ctx, portal.Visitor, second); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("after it was ended: %v", err)
	}
}

func TestPurgingTakesWhatBelongsToFictionalPartnerships(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	count := func() (n int64) {
		t.Helper()
		for _, c := range []func() (int64, error){func() (int64, error) { return s.records.Incubatees.Count(ctx) }, func() (int64, error) { return s.records.AllianceMembers.Count(ctx) },
			func() (int64, error) { return s.records.Pledges.Count(ctx) }, func() (int64, error) { return s.records.AllianceEntries.Count(ctx) }} {
			k, err := c()
			if err != nil {
				t.Fatal(err)
			}
			n += k
		}
		return n
	}
	if n := count(); n != 48 {
		t.Errorf("%d demonstration records", n)
	}
	if _, err := service.PurgeDemo(ctx, portal.System, s.records); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Errorf("%d are left", n)
	}
}
