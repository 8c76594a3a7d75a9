package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

const pdf = "%PDF-1.4 协议"

// agreed is a partnership of the fictional college and enterprise from an intention.
func (s sides) agreed(t *testing.T) portal.Partnership {
	t.Helper()
	in := s.send(t, s.enterprise, s.draft(20))
	done, err := s.services.Intentions.Accept(t.Context(), s.college, in.ID, 0, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.records.Partnerships.Get(t.Context(), done.Partnership)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signed is one whose agreement began on a day.
func (s sides) signed(t *testing.T, from time.Time) portal.Partnership {
	t.Helper()
	p := s.agreed(t)
	ps, ctx := s.services.Partnerships, t.Context()
	day := from.In(portal.Shanghai).Format(time.DateOnly)
	p, err := ps.Draw(ctx, s.college, p.ID, p.Version, portal.Agreement{Number: "2026-1", SignedOn: day, From: day, Until: from.AddDate(2, 0, 0).Format(time.DateOnly),
		Contract: 200000, Clauses: portal.AgreementClauses[:]})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = ps.AttachAgreement(ctx, s.college, p.ID, "协议.pdf", strings.NewReader(pdf)); err != nil {
		t.Fatal(err)
	}
	for _, v := range []portal.Viewer{s.college, s.enterprise} {
		if p, err = ps.Confirm(ctx, v, p.ID, p.Version); err != nil {
			t.Fatal(err)
		}
	}
	if p.Stage != portal.PartnershipSigned {
		t.Fatalf("stage %s", p.Stage)
	}
	return p
}

func TestAPartnershipFromItsIntentionToItsEnd(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	p := s.agreed(t)
	if p.By != s.enterprise.Organisation || p.Active.IsZero() {
		t.Errorf("begun by %q at %v", p.By, p.Active)
	}
	if _, err := ps.Confirm(ctx, s.college, p.ID, p.Version); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("an agreement nobody wrote is confirmed: %v", err)
	}
	s.seats(t, 60)
	p = s.signed(t, *s.clock)
	kind, err := s.records.Types.Get(ctx, string(portal.OrderClass))
	if err != nil || len(kind.Milestones) == 0 || len(p.Milestones) != len(kind.Milestones) {
		t.Fatalf("%d milestones of %d, %v", len(p.Milestones), len(kind.Milestones), err)
	}
	if p, err = ps.Start(ctx, s.enterprise, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	first := p.Milestones[0]
	today := s.clock.In(portal.Shanghai).Format(time.DateOnly)
	if _, err = ps.Reach(ctx, s.college, p.ID, first.ID, today, "", "", nil); problem(err) != "partnership.evidence" {
		t.Errorf("reached without evidence: %v", err)
	}
	if _, err = ps.Reach(ctx, s.college, p.ID, first.ID, today, "", "x.exe", strings.NewReader("MZ")); problem(err) != "problem.file_type" {
		t.Errorf("reached with a program for evidence: %v", err)
	}
	if p, err = ps.Reach(ctx, s.college, p.ID, first.ID, today, "35 人报名", "名单.pdf", strings.NewReader(pdf)); err != nil {
		t.Fatal(err)
	}
	m, _ := p.Milestone(first.ID)
	file, a, err := ps.File(ctx, s.enterprise, p.ID, m.Evidence[0].Blob)
	if err != nil || a.Name != "名单.pdf" {
		t.Fatalf("the evidence: %v %v", a, err)
	}
	file.Close()
	if _, _, err := ps.File(ctx, portal.Visitor, p.ID, m.Evidence[0].Blob); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor opens the evidence: %v", err)
	}
	if _, err := ps.Reach(ctx, s.college, p.ID, first.ID, today, "", "名单.pdf", strings.NewReader(pdf)); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("reached twice: %v", err)
	}
	if _, err = ps.Pay(ctx, s.enterprise, p.ID, p.Version, 300000); problem(err) != "partnership.received_above" {
		t.Errorf("more received than agreed: %v", err)
	}
	if p, err = ps.Pay(ctx, s.enterprise, p.ID, p.Version, 150000); err != nil {
		t.Fatal(err)
	}
	seen, err := ps.Show(ctx, portal.Visitor, p.ID)
	if pub := seen.Partnership; err != nil || pub.Agreement.Number != "" || len(pub.Milestones)+len(pub.Reasons)+len(pub.Seats) > 0 || pub.Stage != portal.PartnershipRunning {
		t.Errorf("what a visitor reads: %+v, %v", pub, err)
	}
	stale := p.Version
	if p, err = ps.Extend(ctx, s.college, p.ID, p.Version, s.clock.AddDate(3, 0, 0).Format(time.DateOnly), "推迟"); err != nil {
		t.Fatal(err)
	}
	if _, err = ps.Conclude(ctx, s.enterprise, p.ID, stale, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("concluded as it was before: %v", err)
	}
	if p, err = ps.Conclude(ctx, s.enterprise, p.ID, p.Version, "全部录用"); err != nil || p.Stage != portal.PartnershipConcluded {
		t.Fatalf("%s, %v", p.Stage, err)
	}
	want := []string{"intention.agreed", "intention.agreed", "intention.sent", "intention.sent", "partnership.concluded", "partnership.signed", "partnership.started"}
	if got := s.told(t, s.college.Person); !slices.Equal(got, want) {
		t.Errorf("the college was told %v, want %v", got, want)
	}
}

func TestATerminatedPartnershipGivesItsSeatsBack(t *testing.T) {
	s := approach(t)
	p := s.agreed(t)
	if _, err := s.services.Partnerships.Terminate(t.Context(), s.college, p.ID, p.Version, "", ""); problem(err) != "problem.required" {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := s.services.Partnerships.Terminate(t.Context(), s.college, p.ID, p.Version, "no_agreement", ""); err != nil {
		t.Fatal(err)
	}
	pr, err := s.records.Programmes.Get(t.Context(), s.programme.ID)
	if left := pr.SeatsLeft(); err != nil || left == nil || *left != 30 {
		t.Errorf("seats left: %v, %v", left, err)
	}
	if _, err := s.services.Partnerships.Show(t.Context(), portal.Visitor, p.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("everybody reads of it: %v", err)
	}
}

func TestAPartnershipIsProposedAndAgreed(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	college, err := s.records.Colleges.Get(ctx, s.college.Record)
	if err != nil {
		t.Fatal(err)
	}
	enterprise, err := s.records.Enterprises.Get(ctx, s.enterprise.Record)
	if err != nil {
		t.Fatal(err)
	}
	whole := service.PartnershipDraft{Title: "已有的产业学院", Type: portal.IndustryCollege, Colleges: []string{college.Name}, Enterprises: []string{enterprise.Name, "平台外的企业"}, Programmes: []string{"510205"}, Industry: "C38"}
	for _, tt := range []struct {
		name   string
		change func(*service.PartnershipDraft)
		want   []string
	}{
		{"nothing", func(d *service.PartnershipDraft) { *d = service.PartnershipDraft{} }, []string{"title", "type"}},
		{"nobody else is known", func(d *service.PartnershipDraft) { d.Enterprises = []string{"平台外的企业"} }, []string{"enterprises"}},
		{"not one of them", func(d *service.PartnershipDraft) { d.Colleges = nil }, []string{"colleges", "enterprises"}},
		{"unknown codes", func(d *service.PartnershipDraft) { d.Programmes, d.Industry = []string{"999999"}, "Q99" }, []string{"industry", "programmes"}},
	} {
		d := whole
		tt.change(&d)
		if _, err := ps.Propose(ctx, s.college, d); !slices.Equal(fields(err), tt.want) {
			t.Errorf("%s: faults in %v, want %v", tt.name, fields(err), tt.want)
		}
	}
	p, err := ps.Propose(ctx, s.college, whole)
	if err != nil {
		t.Fatal(err)
	}
	if p.Origin.Certainty != portal.Demo || !strings.HasPrefix(p.ID, "demo-") {
		t.Errorf("what a fictional college enters is %s", p.Origin.Certainty)
	}
	if _, err := ps.Agree(ctx, s.college, p.ID, p.Version); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("it agrees with itself: %v", err)
	}
	if p, err = ps.Agree(ctx, s.enterprise, p.ID, p.Version); err != nil || p.Stage != portal.PartnershipNegotiating {
		t.Fatalf("%s, %v", p.Stage, err)
	}
	if _, err := ps.Assign(ctx, s.office, p.ID, p.Version, "city_talent", []string{"city_talent"}, "14"); problem(err) != "partnership.supporting" {
		t.Errorf("a unit supports itself: %v", err)
	}
	if p, err = ps.Assign(ctx, s.office, p.ID, p.Version, "city_talent", []string{"city_science"}, "14"); err != nil || p.Responsible != "city_talent" {
		t.Errorf("units: %v", err)
	}
	if err := s.follower.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]portal.Viewer{"the enterprise": s.enterprise, "the college": s.college, "the office": s.office} {
		found, err := ps.Mine(ctx, v, service.Listing{Refine: map[string][]string{"stage": {"negotiating"}}})
		if err != nil || !slices.ContainsFunc(found.Items, func(e service.PartnershipEntry) bool { return e.Partnership.ID == p.ID }) {
			t.Errorf("%s finds %d, %v", name, len(found.Items), err)
		}
	}
	other := portal.Viewer{Person: "x", Organisation: portal.CollegeOrganisation("demo-c1"), Kind: portal.OfCollege, Record: "demo-c1", Role: portal.Owner, State: portal.OrganisationVerified}
	if found, err := ps.Mine(ctx, other, service.Listing{}); err != nil || slices.ContainsFunc(found.Items, func(e service.PartnershipEntry) bool { return e.Partnership.ID == p.ID || !e.Partnership.Followed() }) {
		t.Errorf("another college finds %+v, %v", found.Items, err)
	}
	if _, err := ps.Follow(ctx, other, p.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("another college reads it: %v", err)
	}
}

func TestMilestonesAndSilenceAreRemindedOf(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	p := s.signed(t, *s.clock)
	if _, err := ps.Start(ctx, s.college, p.ID, p.Version); err != nil {
		t.Fatal(err)
	}
	begun := *s.clock
	count := func(v portal.Viewer, kind string) int {
		page, err := s.services.Notices.List(ctx, portal.Viewer{Person: v.Person}, "", 200)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, note := range page.Items {
			if note.Kind == kind && strings.HasSuffix(note.Path, p.ID) {
				n++
			}
		}
		return n
	}
	turn := func(at time.Time) {
		t.Helper()
		*s.clock = at
		for range 2 { // told twice it is there once
			if err := s.chores.Once(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	due, err := time.ParseInLocation(time.DateOnly, p.Milestones[0].Due, portal.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	turn(due.AddDate(0, 0, -7).Add(-time.Second))
	if n := count(s.college, "milestone.warn"); n != 0 {
		t.Errorf("warned too early")
	}
	turn(due.AddDate(0, 0, -7))
	turn(due.AddDate(0, 0, 1))
	turn(due.AddDate(0, 0, 14))
	for kind, v := range map[string]portal.Viewer{"milestone.warn": s.college, "milestone.late": s.enterprise, "milestone.office": s.office} {
		if n := count(v, kind); n != 1 {
			t.Errorf("%s: told %d times", kind, n)
		}
	}
	kind, err := s.records.Types.Get(ctx, string(p.Type))
	if err != nil {
		t.Fatal(err)
	}
	turn(begun.AddDate(0, kind.DormantMonths, 0).Add(time.Minute))
	if n := count(s.college, "partnership.dormant"); n != 1 {
		t.Errorf("told of silence %d times", n)
	}
	rec, err := s.records.Partnerships.Get(ctx, p.ID)
	if err != nil || rec.Dormant.IsZero() {
		t.Fatalf("dormant: %v, %v", rec.Dormant, err)
	}
	if rec, err = ps.Pay(ctx, s.college, p.ID, rec.Version, 1); err != nil || !rec.Dormant.IsZero() {
		t.Errorf("it moved and is dormant still: %v, %v", rec.Dormant, err)
	}
}

func TestTheOfficeSaysWhatATypeAsks(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	administrator := s.office
	administrator.Role = portal.Administrator
	have, err := s.records.Types.Get(ctx, "tech_service")
	if err != nil {
		t.Fatal(err)
	}
	have.Milestones = []portal.MilestoneTemplate{{Title: "交付", Months: 3}}
	if _, err := ps.EditType(ctx, s.office, have); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a reviewer: %v", err)
	}
	if _, err := ps.EditType(ctx, s.college, have); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a college: %v", err)
	}
	bad := have
	bad.DormantMonths, bad.Milestones = 0, []portal.MilestoneTemplate{{Months: -1}}
	if _, err := ps.EditType(ctx, administrator, bad); !slices.Equal(fields(err), []string{"dormant_months", "milestones"}) {
		t.Errorf("faults in %v", fields(err))
	}
	after, err := ps.EditType(ctx, administrator, have)
	if err != nil || len(after.Milestones) != 1 {
		t.Fatalf("%+v, %v", after, err)
	}
	if _, err := ps.EditType(ctx, administrator, have); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("somebody else has changed it: %v", err)
	}
}
