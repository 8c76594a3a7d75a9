package service_test

import (
	"errors"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// want publishes a need of the fictional enterprise with the specialisms that fit it.
func (s sides) want(t *testing.T, id, industry string, headcount int, level portal.WantedLevel, codes ...string) {
	t.Helper()
	n := portal.Need{Meta: portal.Meta{ID: id}, EnterpriseID: "demo-e01", Title: id, Text: id, Industry: industry, Level: level, Status: portal.NeedOpen,
		PublishedAt: now.Add(-time.Hour), ExpiresAt: now.AddDate(0, 1, 0), Origin: portal.Origin{Certainty: portal.Demo}}
	if headcount >= 0 {
		n.Headcount = &headcount
	}
	fit := portal.Fit{Meta: portal.Meta{ID: id}, Codes: codes}
	if err := errors.Join(s.records.Needs.Insert(t.Context(), &n), s.records.Fits.Insert(t.Context(), &fit)); err != nil {
		t.Fatal(err)
	}
}

func TestDemandIsHeldAgainstSupply(t *testing.T) {
	s := approach(t)
	ctx, supply := t.Context(), s.services.Supply
	if err := s.records.Needs.All(ctx, nil, func(n *portal.Need) error { return s.records.Needs.Delete(ctx, n.ID, 0) }); err != nil {
		t.Fatal(err)
	}
	// A specialism nobody here offers, and one a college of the tests offers with ten seats.
	const nowhere, somewhere = "470101", "510203"
	seats := 10
	offer := portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID("demo-c2", somewhere)}, CollegeID: "demo-c2", Code: somewhere, Name: "软件技术", Level: portal.Associate, SeatsFree: &seats, Origin: portal.Origin{Certainty: portal.Demo}}
	if err := s.records.Programmes.All(ctx, nil, func(p *portal.Programme) error { return s.records.Programmes.Delete(ctx, p.ID, 0) }); err != nil {
		t.Fatal(err)
	}
	if err := s.records.Programmes.Insert(ctx, &offer); err != nil {
		t.Fatal(err)
	}
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	s.want(t, "w-covered", "I65", 8, portal.AnyLevel, somewhere)
	s.want(t, "w-seats", "I65", 30, portal.AnyLevel, somewhere)
	s.want(t, "w-level", "I65", 5, portal.WantBachelor, somewhere)
	s.want(t, "w-programme", "C27", 20, portal.AnyLevel, nowhere)
	s.want(t, "w-unread", "", -1, portal.AnyLevel)

	view, err := supply.View(ctx, s.office)
	if err != nil || view.Needs != 5 || view.Unsaid != 1 || view.Demo != 5 || len(view.Classes) != 3 {
		t.Fatalf("%+v %v", view, err)
	}
	computing := view.Classes[0]
	if computing.Name != "计算机类" || computing.Total != 43 || computing.Wanted["I"] != 43 || computing.Free != 10 || computing.Lack() != 33 {
		t.Errorf("%+v", computing)
	}
	for _, c := range view.Classes {
		for section, n := range c.Asked {
			found, err := supply.Needs(ctx, s.office, service.SupplyChoice{Class: orNone(c.Name), Section: section, OpenOnly: true}, 1)
			if err != nil || found.Total != n {
				t.Errorf("%s in %s: %d, behind it %d, %v", c.Name, section, n, found.Total, err)
			}
		}
	}

	ledger, err := supply.Gaps(ctx, s.office, service.SupplyChoice{})
	if err != nil || len(ledger.Rows) != 4 || ledger.Needs != 5 {
		t.Fatalf("%+v %v", ledger, err)
	}
	got := map[portal.GapReason]service.GapRow{}
	for _, row := range ledger.Rows {
		got[row.Reason] = row
	}
	for reason, headcount := range map[portal.GapReason]int{portal.GapSeats: 30, portal.GapLevel: 5, portal.GapProgramme: 20, portal.GapUnread: 0} {
		row := got[reason]
		if row.Needs != 1 || row.Headcount != headcount || row.Quarter != "2026Q4" {
			t.Errorf("%s: %+v", reason, row)
		}
	}

	// Seats one college has not told are no lack.
	offer.SeatsFree = nil
	if err := s.records.Programmes.Replace(ctx, &offer); err != nil {
		t.Fatal(err)
	}
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	view, err = supply.View(ctx, s.office)
	if err != nil || view.Classes[0].Untold != 1 || view.Classes[0].Lack() != 0 {
		t.Errorf("untold seats: %+v %v", view.Classes[0], err)
	}
	if _, err := supply.Gaps(ctx, s.college, service.SupplyChoice{}); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college reads the ledger: %v", err)
	}
}

func orNone(class string) string {
	if class == "" {
		return service.NoValue
	}
	return class
}

func TestCollegesAreAdvisedAndAnswer(t *testing.T) {
	s := approach(t)
	ctx, advices := t.Context(), s.services.Advices
	draft := service.AdviceDraft{Kind: "enlarge", Class: "计算机类", Section: "I", Text: "空余学位不足", Colleges: []string{"demo-c2", "demo-c1"}}
	if _, err := advices.Give(ctx, s.college, draft); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a college advises: %v", err)
	}
	wrong := draft
	wrong.Class = "炼金类"
	if _, err := advices.Give(ctx, s.office, wrong); said(err) != "advice.no_class" {
		t.Errorf("a class the catalogue has not: %v", err)
	}
	rec, err := advices.Give(ctx, s.office, draft)
	if err != nil || rec.Counted.On != "2026-11-24" || rec.Origin.Certainty != portal.Demo {
		t.Fatalf("%+v %v", rec, err)
	}
	if got := s.told(t, "demo-person-college"); len(got) != 1 || got[0] != "advice.given" {
		t.Errorf("the college was told %v", got)
	}
	for key, x := range map[string]portal.AdviceAnswer{
		"problem.required": {Reply: "not"},
		"advice.year":      {Reply: "will", Year: 2020, Seats: 30},
		"advice.seats":     {Reply: "will", Year: 2027},
	} {
		if _, err := advices.Answer(ctx, s.college, rec.ID, x); said(err) != key {
			t.Errorf("%+v: %v, want %s", x, err, key)
		}
	}
	if _, err := advices.Answer(ctx, s.enterprise, rec.ID, portal.AdviceAnswer{Reply: "studies"}); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("an enterprise answers: %v", err)
	}
	if _, err := advices.Answer(ctx, s.college, rec.ID, portal.AdviceAnswer{Reply: "will", Year: 2027, Seats: 40}); err != nil {
		t.Fatal(err)
	}
	file, err := advices.Show(ctx, s.college, rec.ID)
	if err != nil || len(file.Asked) != 1 || file.Asked[0].Seats != 40 || len(file.Events) > 0 {
		t.Errorf("a college reads more than its own answer: %+v %v", file, err)
	}
	if err := advices.Close(ctx, s.office, rec.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := advices.Answer(ctx, s.college, rec.ID, portal.AdviceAnswer{Reply: "studies"}); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("answered after the end: %v", err)
	}
}
