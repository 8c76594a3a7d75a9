package portal

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"
)

var (
	ofCollege    = Viewer{Person: "a", Organisation: CollegeOrganisation("c1"), Kind: OfCollege, State: OrganisationVerified, Record: "c1", Role: Editor}
	ofEnterprise = Viewer{Person: "b", Organisation: EnterpriseOrganisation("e1"), Kind: OfEnterprise, State: OrganisationVerified, Record: "e1", Role: Owner}
	ofInstitute  = Viewer{Person: "c", Organisation: "institute-1", Kind: OfInstitute, State: OrganisationVerified, Role: Owner}
	ofOffice     = Viewer{Person: "d", Organisation: OfficeID, Kind: Office, State: OrganisationVerified, Role: Reviewer, Sure: true}
)

func with(v Viewer, change func(*Viewer)) Viewer { change(&v); return v }

// together is a partnership of a college, an enterprise and an institute, entered by the
// college, with an agreement to confirm.
func together(stage PartnershipStage) Partnership {
	return Partnership{Stage: stage, Type: OrderClass, By: ofCollege.Organisation, Colleges: []Party{{ID: "c1", Name: "甲"}}, Enterprises: []Party{{ID: "e1", Name: "乙"}, {Name: "不在平台"}},
		Institutes: []Party{{ID: "institute-1", Name: "丙"}}, Agreement: Agreement{SignedOn: "2026-09-01", From: "2026-09-01", Until: "2027-08-31"}}
}

func TestWhoMayDoWhatWithAPartnershipAtEveryStage(t *testing.T) {
	parties := map[PartnershipStage][]PartnershipAct{
		PartnershipReported:    nil,
		PartnershipProposed:    {ActAgree, ActDescribe, ActTerminate},
		PartnershipNegotiating: {ActDescribe, ActDraw, ActConfirm, ActMilestone, ActTerminate},
		PartnershipSigned:      {ActDescribe, ActStart, ActPay, ActMilestone, ActExtend, ActTerminate},
		PartnershipRunning:     {ActDescribe, ActPay, ActMilestone, ActExtend, ActConclude, ActTerminate},
		PartnershipConcluded:   {ActPay},
		PartnershipTerminated:  nil,
	}
	office := map[PartnershipStage][]PartnershipAct{
		PartnershipProposed: {ActAssign}, PartnershipNegotiating: {ActAssign}, PartnershipSigned: {ActAssign}, PartnershipRunning: {ActAssign},
	}
	none := map[PartnershipStage][]PartnershipAct{}
	author := map[PartnershipStage][]PartnershipAct{}
	for stage, acts := range parties {
		author[stage] = slices.DeleteFunc(slices.Clone(acts), func(a PartnershipAct) bool { return a == ActAgree })
	}
	for _, tt := range []struct {
		name string
		who  Viewer
		may  map[PartnershipStage][]PartnershipAct
	}{
		{"a visitor", Visitor, none},
		{"the party that entered it", ofCollege, author},
		{"the enterprise", ofEnterprise, parties},
		{"the institute", ofInstitute, parties},
		{"a reader of the enterprise", with(ofEnterprise, func(v *Viewer) { v.Role = Reader }), none},
		{"an enterprise not verified", with(ofEnterprise, func(v *Viewer) { v.State = OrganisationRegistered }), none},
		{"a suspended enterprise", with(ofEnterprise, func(v *Viewer) { v.State = OrganisationSuspended }), none},
		{"another enterprise", with(ofEnterprise, func(v *Viewer) { v.Organisation, v.Record = EnterpriseOrganisation("e2"), "e2" }), none},
		{"another college", with(ofCollege, func(v *Viewer) { v.Organisation, v.Record = CollegeOrganisation("c2"), "c2" }), none},
		{"a reviewer", ofOffice, office},
		{"a reviewer without a second factor", with(ofOffice, func(v *Viewer) { v.Sure = false }), none},
		{"an analyst", with(ofOffice, func(v *Viewer) { v.Role = Analyst }), none},
		{"an auditor", with(ofOffice, func(v *Viewer) { v.Role = Auditor }), none},
	} {
		for _, stage := range append([]PartnershipStage{PartnershipReported}, PartnershipStages[:]...) {
			p := together(stage)
			for _, act := range PartnershipActs {
				if got, want := p.Can(tt.who, act), slices.Contains(tt.may[stage], act); got != want {
					t.Errorf("%s at stage %q, %s: %v, want %v", tt.name, stage, act, got, want)
				}
			}
		}
	}
}

func TestWhoMayReadAPartnership(t *testing.T) {
	public := []PartnershipStage{PartnershipReported, PartnershipSigned, PartnershipRunning, PartnershipConcluded}
	for _, stage := range append([]PartnershipStage{PartnershipReported}, PartnershipStages[:]...) {
		p := together(stage)
		for name, v := range map[string]Viewer{"a party": ofEnterprise, "a reader of a party": with(ofCollege, func(v *Viewer) { v.Role = Reader }), "the office": ofOffice} {
			if !CanSeePartnership(v, p) || !CanFollowPartnership(v, p) {
				t.Errorf("%s cannot read it at stage %q", name, stage)
			}
		}
		if got := CanSeePartnership(Visitor, p); got != slices.Contains(public, stage) {
			t.Errorf("a visitor at stage %q: %v", stage, got)
		}
		if CanFollowPartnership(Visitor, p) {
			t.Errorf("a visitor reads all of it at stage %q", stage)
		}
	}
}

func TestAStageOfTheFirstReleaseIsRead(t *testing.T) {
	var p Partnership
	if err := json.Unmarshal([]byte(`{"stage":"agreed"}`), &p); err != nil || p.Stage != PartnershipNegotiating {
		t.Errorf("%q, %v", p.Stage, err)
	}
}

// wrong are the fields an error finds fault with.
func wrong(err error) []string {
	var bad Invalid
	errors.As(err, &bad)
	var out []string
	for _, p := range bad {
		out = append(out, p.Field)
	}
	slices.Sort(out)
	return out
}

func TestAnAgreementIsSignedWhenBothSidesConfirm(t *testing.T) {
	now := time.Date(2026, 9, 2, 1, 0, 0, 0, time.UTC)
	kind := PartnershipType{Required: []string{"number", "agreement_file"}, Milestones: []MilestoneTemplate{{Title: "后", Months: 12}, {Title: "先", Months: 1}}}
	p := together(PartnershipNegotiating)
	if got := wrong(p.Confirm(ofCollege, kind, now)); !slices.Equal(got, []string{"agreement_file", "number"}) {
		t.Fatalf("what its type asks is missing, faults: %v", got)
	}
	p.Agreement.Number, p.Agreement.Documents = "1", []Attachment{{Blob: "b"}}
	if err := p.Confirm(ofEnterprise, kind, now); err != nil || p.Stage != PartnershipNegotiating {
		t.Fatalf("one side alone: %v, %v", p.Stage, err)
	}
	if err := p.Confirm(ofInstitute, kind, now); err != nil || p.Stage != PartnershipNegotiating {
		t.Fatalf("two parties of one side: %v, %v", p.Stage, err)
	}
	again := p
	again.Draw(Agreement{Number: "2", SignedOn: "2026-09-01", From: "2026-09-01"})
	if len(again.Agreement.Confirmed) > 0 || len(again.Agreement.Documents) != 1 {
		t.Errorf("another wording keeps who confirmed, or loses documents: %+v", again.Agreement)
	}
	if err := p.Confirm(ofCollege, kind, now); err != nil || p.Stage != PartnershipSigned || p.Year != 2026 {
		t.Fatalf("both sides: %v, year %d, %v", p.Stage, p.Year, err)
	}
	if len(p.Milestones) != 2 || p.Milestones[0].Title != "先" || p.Milestones[0].Due != "2026-10-01" || p.Milestones[1].Due != "2027-09-01" {
		t.Errorf("milestones: %+v", p.Milestones)
	}
	colleges := Partnership{Stage: PartnershipNegotiating, Colleges: []Party{{ID: "c1"}, {ID: "c2"}}}
	other := with(ofCollege, func(v *Viewer) { v.Organisation, v.Record = CollegeOrganisation("c2"), "c2" })
	if err := errors.Join(colleges.Confirm(ofCollege, PartnershipType{}, now), colleges.Confirm(other, PartnershipType{}, now)); err != nil || colleges.Stage != PartnershipSigned {
		t.Errorf("two colleges: %v, %v", colleges.Stage, err)
	}
}

func TestWhatOthersAgreedToStays(t *testing.T) {
	more := func(p *Partnership) { p.Colleges = append(slices.Clone(p.Colleges), Party{ID: "c2", Name: "丁"}) }
	fewer := func(p *Partnership) { p.Institutes = nil }
	for _, tt := range []struct {
		name   string
		who    Viewer
		stage  PartnershipStage
		change func(*Partnership)
		want   []string
	}{
		{"the one who named a party takes it out again", ofCollege, PartnershipProposed, fewer, nil},
		{"another does", ofEnterprise, PartnershipProposed, fewer, []string{"colleges"}},
		{"the one who named it does when it is wanted", ofCollege, PartnershipNegotiating, fewer, []string{"colleges"}},
		{"a party joins before the signature", ofEnterprise, PartnershipNegotiating, more, nil},
		{"after it", ofEnterprise, PartnershipSigned, more, []string{"colleges"}},
		{"a party goes after it", ofCollege, PartnershipRunning, fewer, []string{"colleges"}},
		{"another type before", ofCollege, PartnershipProposed, func(p *Partnership) { p.Type = TechService }, nil},
		{"another type after", ofCollege, PartnershipNegotiating, func(p *Partnership) { p.Type = TechService }, []string{"type"}},
		{"another title", ofEnterprise, PartnershipRunning, func(p *Partnership) { p.Title = "新" }, nil},
	} {
		before := together(tt.stage)
		before.Agreement.Confirmed = []Assent{{Organisation: ofCollege.Organisation}}
		after := before
		tt.change(&after)
		if got := wrong(after.Redescribed(tt.who, before)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		changed := len(after.Organisations()) != len(before.Organisations())
		if tt.want == nil && tt.stage == PartnershipNegotiating && changed && len(after.Agreement.Confirmed) > 0 {
			t.Errorf("%s: what was confirmed still stands", tt.name)
		}
	}
}

func TestAgreements(t *testing.T) {
	const today = "2026-09-10"
	for _, tt := range []struct {
		name string
		a    Agreement
		want []string
	}{
		{"whole", Agreement{SignedOn: "2026-09-10", From: "2026-09-01", Until: "2027-09-01", Contract: 5}, nil},
		{"without an end", Agreement{SignedOn: "2026-09-01", From: "2026-09-01"}, nil},
		{"nothing", Agreement{}, []string{"from", "signed_on"}},
		{"no day", Agreement{SignedOn: "2026-02-30", From: "9.1"}, []string{"from", "signed_on"}},
		{"signed tomorrow", Agreement{SignedOn: "2026-09-11", From: "2026-09-01"}, []string{"signed_on"}},
		{"ends on the day it begins", Agreement{SignedOn: "2026-09-01", From: "2026-09-01", Until: "2026-09-01"}, []string{"until"}},
		{"less than nothing", Agreement{SignedOn: "2026-09-01", From: "2026-09-01", Contract: -1}, []string{"amount"}},
		{"an unknown clause", Agreement{SignedOn: "2026-09-01", From: "2026-09-01", Clauses: []string{"love"}}, []string{"clauses"}},
	} {
		if got := wrong(tt.a.Check(today)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	a := Agreement{Contract: 100}
	if err := a.Pay(100); err != nil || a.Received != 100 {
		t.Errorf("all of it: %v", err)
	}
	for _, n := range []int64{101, -1} {
		if got := wrong(a.Pay(n)); !slices.Equal(got, []string{"received"}) || a.Received != 100 {
			t.Errorf("received %d of 100: %v", n, got)
		}
	}
}

func TestAnAgreementIsExtendedOnceByAYearAtMost(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		name, until, reason string
		want                []string
	}{
		{"a year", "2028-08-31", "推迟开班", nil},
		{"a day", "2027-09-01", "推迟开班", nil},
		{"a year and a day", "2028-09-01", "推迟开班", []string{"until"}},
		{"not at all", "2027-08-31", "推迟开班", []string{"until"}},
		{"no day", "明年", "推迟开班", []string{"until"}},
		{"without a reason", "2028-01-01", "", []string{"reason"}},
	} {
		p := together(PartnershipRunning)
		if got := wrong(p.Agreement.Extend(tt.until, tt.reason, now)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if tt.want == nil && (p.Agreement.Until != tt.until || p.Agreement.Extended.Until != "2027-08-31" || p.Can(ofCollege, ActExtend)) {
			t.Errorf("%s: %+v", tt.name, p.Agreement)
		}
	}
	open := Agreement{}
	if got := wrong(open.Extend("2028-01-01", "推迟", now)); !slices.Equal(got, []string{"until"}) {
		t.Errorf("one without an end: %v", got)
	}
}

func TestMilestones(t *testing.T) {
	at := func(day string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, day, Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	p := together(PartnershipRunning)
	if got := wrong(p.Plan(Milestone{ID: "x", Due: "soon", Owner: "nobody"})); !slices.Equal(got, []string{"due", "owner", "title"}) {
		t.Errorf("faults: %v", got)
	}
	if err := p.Plan(Milestone{ID: "x", Title: "开班", Due: "2026-10-01", Owner: ofCollege.Organisation}); err != nil {
		t.Fatal(err)
	}
	for reminded, want := range []string{"2026-09-24", "2026-10-02", "2026-10-15"} {
		p.Milestones[0].Reminded = reminded
		if got := p.Remind(); !got.Equal(at(want)) {
			t.Errorf("after %d reminders the next is on %v, want %s", reminded, got, want)
		}
	}
	p.Milestones[0].Reminded = 3
	if !p.Remind().IsZero() {
		t.Error("reminded without end")
	}
	if err := p.Plan(Milestone{ID: "x", Title: "开班", Due: "2026-11-01"}); err != nil || p.Milestones[0].Reminded != 0 {
		t.Errorf("a new day begins the reminders again: %+v, %v", p.Milestones[0], err)
	}
	m := &p.Milestones[0]
	if m.LateAt(at("2026-11-02").Add(-time.Second)) || !m.LateAt(at("2026-11-02")) {
		t.Error("late from the day after")
	}
	if got := wrong(m.Reach("2026-11-03", "", nil, "2026-11-02")); !slices.Equal(got, []string{"done", "evidence"}) {
		t.Errorf("reached tomorrow without evidence: %v", got)
	}
	if err := m.Reach("2026-11-02", "", []Attachment{{Blob: "b"}}, "2026-11-02"); err != nil || m.LateAt(at("2027-01-01")) || !p.Remind().IsZero() {
		t.Errorf("reached: %+v, %v", m, err)
	}
	if err := p.Plan(Milestone{ID: "x", Title: "改写", Due: "2026-11-01"}); !errors.Is(err, ErrConflict) {
		t.Errorf("a reached milestone changes: %v", err)
	}
	if err := p.Drop("x"); !errors.Is(err, ErrConflict) {
		t.Errorf("a reached milestone goes: %v", err)
	}
	if err := p.Drop("y"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestDormantPartnerships(t *testing.T) {
	p := together(PartnershipRunning)
	p.Active = time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	if p.DormantAt(time.Date(2026, 7, 15, 0, 0, 0, 0, time.UTC), 6) || !p.DormantAt(time.Date(2026, 7, 16, 0, 0, 0, 0, time.UTC), 6) {
		t.Error("dormant after six months, not before")
	}
	p.Stage = PartnershipConcluded
	if p.DormantAt(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), 6) {
		t.Error("what has ended is not dormant")
	}
}
