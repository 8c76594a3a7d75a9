package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// union is the fictional alliance; the college of sides is a member and no party of it.
const union = "demo-p08"

// parties are viewers for a party of the alliance and for another organisation.
func of(college string) portal.Viewer {
	return portal.Viewer{Person: "p-" + college, Organisation: portal.CollegeOrganisation(college), Kind: portal.OfCollege, Record: college, Role: portal.Owner, State: portal.OrganisationVerified}
}

func TestMembersOfAnAlliance(t *testing.T) {
	s := approach(t)
	ctx, a := t.Context(), s.services.Alliances
	lead := of("demo-c1")
	if _, err := s.rooms.Roster.Step(ctx); err != nil {
		t.Fatal(err)
	}
	f, err := a.Show(ctx, lead, union)
	if err != nil || !f.Keep || len(f.Book.Members) != 11 || len(f.May) != 10 || f.Self == nil {
		t.Fatalf("%d members, %d to act for, %v", len(f.Book.Members), len(f.May), err)
	}
	acting := 0
	for _, m := range f.Share.Acting {
		acting += len(m.Pledges) + len(m.Entries) + len(m.Together)
	}
	if f.Share.Members() != 10 || len(f.Share.Acting) == 0 || len(f.Share.Idle) == 0 || acting < len(f.Share.Acting) {
		t.Errorf("the share: %d acting of %d", len(f.Share.Acting), f.Share.Members())
	}
	if f, err := a.Show(ctx, s.college, union); err != nil || f.Keep || f.Self == nil || len(f.May) != 1 {
		t.Errorf("a member that is no party: %d to act for, %v", len(f.May), err)
	}
	for name, v := range map[string]portal.Viewer{"one that is not in": s.enterprise, "a visitor": portal.Visitor} {
		if _, err := a.Show(ctx, v, union); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	draft := service.MemberDraft{Name: "演示·筑能电池有限公司", Kind: portal.MemberEnterprise, Role: portal.MemberOrdinary, JoinedOn: "2026-11-01"}
	for name, v := range map[string]portal.Viewer{"a member": s.college, "the office": s.office} {
		if _, err := a.Join(ctx, v, union, draft); !errors.Is(err, portal.ErrForbidden) {
			t.Errorf("%s takes members in: %v", name, err)
		}
	}
	twice := draft
	twice.Name = "演示·贵智软件股份有限公司"
	if _, err := a.Join(ctx, lead, union, twice); problem(err) != "alliance.member_twice" {
		t.Errorf("a member twice: %v", err)
	}
	m, err := a.Join(ctx, lead, union, draft)
	if err != nil || m.Organisation != s.enterprise.Organisation || m.Origin.Certainty != portal.Demo {
		t.Fatalf("%+v, %v", m, err)
	}
	if got := s.told(t, s.enterprise.Person); !slices.Contains(got, "alliance.joined") {
		t.Errorf("it was told %v", got)
	}
	if joined, err := a.Memberships(ctx, s.enterprise); err != nil || len(joined) != 1 || joined[0].In.ID != union {
		t.Errorf("its memberships: %+v, %v", joined, err)
	}
	p, err := a.Pledge(ctx, s.enterprise, union, service.PledgeDraft{Member: m.ID, What: "接收实习生 20 人", DueOn: "2027-06-30"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Pledge(ctx, s.enterprise, union, service.PledgeDraft{Member: f.Book.Members[0].ID, What: "替别人承诺", DueOn: "2027-06-30"}); problem(err) != "problem.required" {
		t.Errorf("it pledges for another: %v", err)
	}
	if p, err = a.Advance(ctx, s.enterprise, union, p.ID, p.Version, "40%", "已接收 8 人"); err != nil || p.Percent != 40 {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := a.Advance(ctx, s.college, union, p.ID, p.Version, "90", "替别人填"); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("another member tells of it: %v", err)
	}
	if _, err := a.Advance(ctx, s.enterprise, union, p.ID, p.Version, "一半", "x"); problem(err) != "alliance.percent" {
		t.Errorf("no number: %v", err)
	}
	if m, err = a.Leave(ctx, lead, union, m.ID, m.Version, "2026-11-20", "业务调整"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Leave(ctx, lead, union, m.ID, m.Version, "2026-11-20", ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("it leaves twice: %v", err)
	}
	if _, err := a.Show(ctx, s.enterprise, union); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("one that left still reads: %v", err)
	}
	if _, err := a.Advance(ctx, lead, union, p.ID, p.Version, "100", "x"); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("its pledge goes on: %v", err)
	}
	f, err = a.Show(ctx, lead, union)
	kept := f.Member(m.ID)
	if at := slices.IndexFunc(f.Book.Pledges, func(one portal.Pledge) bool { return one.ID == p.ID }); err != nil || at < 0 || f.Book.Pledges[at].State(kept, f.Today) != portal.PledgeLeftOpen || kept.LeftNote != "业务调整" {
		t.Errorf("its history: %+v, %v", kept, err)
	}
	if again, err := a.Join(ctx, lead, union, draft); err != nil || again.ID == m.ID {
		t.Errorf("it comes again: %v", err)
	}
}

func TestPartiesBecomeMembers(t *testing.T) {
	s := approach(t)
	ctx, a := t.Context(), s.services.Alliances
	if n, err := a.Adopt(ctx, of("demo-c1"), union); n != 0 || err != nil {
		t.Errorf("all are in already: %d, %v", n, err)
	}
	n, err := a.Adopt(ctx, of("demo-c5"), "demo-p24") // being negotiated, without members
	if err != nil || n != 4 {
		t.Fatalf("%d, %v", n, err)
	}
	f, err := a.Show(ctx, s.office, "demo-p24")
	if err != nil || len(f.Book.Members) != 4 || f.Book.Members[0].Role != portal.MemberLead || f.Book.Members[0].Organisation != portal.CollegeOrganisation("demo-c1") {
		t.Errorf("%+v, %v", f.Book.Members, err)
	}
	if _, err := a.AttachCharter(ctx, of("demo-c5"), "demo-p24", "章程.pdf", strings.NewReader(pdf)); err != nil {
		t.Fatal(err)
	}
	f, err = a.Show(ctx, s.office, "demo-p24")
	if err != nil || len(f.In.Charter) != 1 {
		t.Fatalf("%v, %v", f.In.Charter, err)
	}
	file, at, err := a.Charter(ctx, s.office, "demo-p24", f.In.Charter[0].Blob)
	if err != nil || at.Name != "章程.pdf" {
		t.Fatal(at, err)
	}
	file.Close()
	if _, _, err := a.Charter(ctx, s.enterprise, "demo-p24", f.In.Charter[0].Blob); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a stranger opens the charter: %v", err)
	}
	if _, err := a.AttachCharter(ctx, of("demo-c2"), "demo-p01", "章程.pdf", strings.NewReader(pdf)); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("an industry college has a charter: %v", err)
	}
}

func TestTheListsOfAnAlliance(t *testing.T) {
	s := approach(t)
	ctx, a := t.Context(), s.services.Alliances
	lead := of("demo-c1")
	m, err := a.Join(ctx, lead, union, service.MemberDraft{Name: "演示·筑能电池有限公司", Kind: portal.MemberEnterprise, Role: portal.MemberOrdinary, JoinedOn: "2026-11-01"})
	if err != nil {
		t.Fatal(err)
	}
	talent := service.EntryDraft{Member: m.ID, Title: "涂布技术员", Need: s.need.ID}
	for _, tt := range []struct {
		name string
		list portal.AllianceList
		d    service.EntryDraft
		want []string
	}{
		{"nothing", portal.ListProducts, service.EntryDraft{}, []string{"member", "title"}},
		{"a product that is a need", portal.ListProducts, talent, []string{"need"}},
		{"another's need", portal.ListTalent, service.EntryDraft{Member: "demo-m05", Title: "x", Need: s.need.ID}, []string{"need"}},
		{"too long", portal.ListTechnology, service.EntryDraft{Member: m.ID, Title: strings.Repeat("长", 61)}, []string{"title"}},
		{"for one that has left", portal.ListTechnology, service.EntryDraft{Member: "demo-m11", Title: "x"}, []string{"member"}},
	} {
		if _, err := a.Add(ctx, lead, union, tt.list, tt.d); !slices.Equal(fields(err), tt.want) {
			t.Errorf("%s: faults in %v, want %v", tt.name, fields(err), tt.want)
		}
	}
	if _, err := a.Add(ctx, lead, union, "wishes", service.EntryDraft{Member: m.ID, Title: "x"}); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a fourth list: %v", err)
	}
	if _, err := a.Add(ctx, of("demo-c3"), "demo-p07", portal.ListProducts, service.EntryDraft{Member: "demo-m12", Title: "x"}); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a vocational group has lists: %v", err)
	}
	e, err := a.Add(ctx, s.enterprise, union, portal.ListTalent, talent)
	if err != nil || e.Need != s.need.ID {
		t.Fatalf("%+v, %v", e, err)
	}
	if f, err := a.Show(ctx, s.college, union); err != nil || f.Needs[s.need.ID].ID == "" {
		t.Errorf("the need is not named: %v", err)
	}
	if _, err := a.Close(ctx, s.college, union, e.ID, portal.EntryMet); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("another member closes it: %v", err)
	}
	if _, err := a.Close(ctx, s.enterprise, union, e.ID, "gone"); problem(err) != "problem.required" {
		t.Errorf("closed to nothing: %v", err)
	}
	done, err := a.Close(ctx, lead, union, e.ID, portal.EntryMet)
	if err != nil || done.ClosedOn == "" {
		t.Fatalf("%+v, %v", done, err)
	}
	if _, err := a.Close(ctx, lead, union, e.ID, portal.EntryWithdrawn); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("closed twice: %v", err)
	}
}
