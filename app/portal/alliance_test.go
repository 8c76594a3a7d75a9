package portal

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestWhoMayDoWhatInAnAlliance(t *testing.T) {
	live := []PartnershipStage{PartnershipNegotiating, PartnershipSigned, PartnershipRunning}
	outside := with(ofEnterprise, func(v *Viewer) { v.Organisation, v.Record = EnterpriseOrganisation("e2"), "e2" })
	member := AllianceMember{Organisation: outside.Organisation, JoinedOn: "2025-01-01"}
	left := member
	left.LeftOn = "2026-01-01"
	for _, kind := range Modes {
		for _, stage := range append([]PartnershipStage{PartnershipReported}, PartnershipStages[:]...) {
			p := together(stage)
			p.Type = kind
			allied := (kind == VocationalGroup || kind == EducationAlliance) && stage != PartnershipReported
			alive := allied && slices.Contains(live, stage)
			check := func(what string, got, want bool) {
				t.Helper()
				if got != want {
					t.Errorf("%s, %s at stage %q: %v, want %v", what, kind, stage, got, want)
				}
			}
			for name, v := range keepers {
				check(name+" sees", CanSeeAlliance(v, p, nil), allied)
				check(name+" keeps", CanKeepAlliance(v, p), alive)
				check(name+" for a member", CanActFor(v, p, member), alive)
				check(name+" for one that left", CanActFor(v, p, left), false)
				check(name+" keeps the charter", p.Can(v, ActCharter), alive)
			}
			for name, v := range lookers {
				check(name+" sees", CanSeeAlliance(v, p, nil), allied)
				check(name+" keeps", CanKeepAlliance(v, p) || CanActFor(v, p, member) || p.Can(v, ActCharter), false)
			}
			for name, v := range strangers {
				check(name+" sees", CanSeeAlliance(v, p, nil), false)
				check(name+" keeps", CanKeepAlliance(v, p), false)
			}
			check("a member sees", CanSeeAlliance(outside, p, &member), allied)
			check("one that left sees", CanSeeAlliance(outside, p, &left), false)
			check("a member keeps", CanKeepAlliance(outside, p), false)
			check("a member for itself", CanActFor(outside, p, member), alive)
			check("a member for another", CanActFor(outside, p, AllianceMember{Organisation: ofCollege.Organisation}), false)
			check("a member for one without an account", CanActFor(outside, p, AllianceMember{}), false)
			check("a reader of a member", CanActFor(with(outside, func(v *Viewer) { v.Role = Reader }), p, member), false)
			check("lists", p.HasLists(), kind == EducationAlliance && stage != PartnershipReported)
		}
	}
}

func TestAPledgeFromPromiseToFulfilment(t *testing.T) {
	const today = "2026-11-28"
	at := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	p := Pledge{What: "开放实训位", DueOn: "2027-06-30"}
	if err := p.Check(today); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]Pledge{"nothing": {}, "due yesterday": {What: "x", DueOn: "2026-11-27"}, "no day": {What: "x", DueOn: "明年"}} {
		if err := bad.Check(today); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for name, step := range map[string]struct {
		percent int
		note    string
	}{"above 100": {101, "x"}, "below 0": {-1, "x"}, "without a word": {50, ""}} {
		if err := p.Advance(ofCollege, step.percent, step.note, at); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	for _, step := range []struct {
		percent int
		note    string
	}{{40, "已开放一间"}, {30, "更正"}, {100, "全部开放"}} {
		if err := p.Advance(ofCollege, step.percent, step.note, at); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.Steps) != 3 || p.DoneOn != today || p.Steps[1].Percent != 30 {
		t.Errorf("%+v", p)
	}
	if err := p.Advance(ofCollege, 100, "再来", at); !errors.Is(err, ErrConflict) {
		t.Errorf("after it was fulfilled: %v", err)
	}
	gone := AllianceMember{LeftOn: "2026-10-01"}
	for _, tt := range []struct {
		name string
		p    Pledge
		m    AllianceMember
		want PledgeState
	}{
		{"done", p, AllianceMember{}, PledgeDone}, {"done before it left", p, gone, PledgeDone}, {"open", Pledge{DueOn: today}, AllianceMember{}, PledgeOpen},
		{"late", Pledge{DueOn: "2026-11-27"}, AllianceMember{}, PledgeLate}, {"left open", Pledge{DueOn: "2027-01-01"}, gone, PledgeLeftOpen},
	} {
		if got := tt.p.State(tt.m, today); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestAMemberLeavesOnce(t *testing.T) {
	const today = "2026-11-28"
	m := AllianceMember{Meta: Meta{ID: "m"}, Partnership: "p", Name: "甲", JoinedOn: "2025-01-01"}
	for _, day := range []string{"", "昨天", "2026-11-29", "2024-12-31"} {
		if err := m.Leave(day, "", today); err == nil {
			t.Errorf("it leaves on %q", day)
		}
	}
	held := m.Unique()
	if err := m.Leave(today, "调整", today); err != nil || m.Unique() == held {
		t.Errorf("%v; the name is still held: %v", err, m.Unique() == held)
	}
	if err := m.Leave(today, "", today); !errors.Is(err, ErrConflict) {
		t.Errorf("it leaves twice: %v", err)
	}
}

func TestShareOfActingMembers(t *testing.T) {
	on := func(day string) time.Time { d, _ := time.ParseInLocation(time.DateOnly, day, Shanghai); return d }
	member := func(id, organisation, left string) AllianceMember {
		return AllianceMember{Meta: Meta{ID: id}, Name: id, Kind: MemberEnterprise, Organisation: organisation, JoinedOn: "2024-01-01", LeftOn: left}
	}
	signed := together(PartnershipRunning) // c1, e1 and institute-1
	over := together(PartnershipTerminated)
	over.EndedAt = on("2026-01-01")
	over.Enterprises = []Party{{ID: "e3", Name: "丁"}}
	book := AllianceBook{
		Members: []AllianceMember{member("pledger", "", ""), member("early", "", ""), member("back", "", ""), member("lister", "", ""), member("c1", CollegeOrganisation("c1"), ""), member("e1", EnterpriseOrganisation("e1"), ""),
			member("e3", EnterpriseOrganisation("e3"), ""), member("gone", "", "2026-06-01"), {Meta: Meta{ID: "new"}, Name: "new", Kind: MemberGovernment, JoinedOn: "2026-11-28"}},
		Pledges: []Pledge{{Member: "pledger", Steps: []PledgeStep{{Percent: 20, At: on("2025-11-01")}, {Percent: 50, At: on("2026-03-01")}}}, {Member: "early", Steps: []PledgeStep{{Percent: 100, At: on("2025-11-28")}}},
			{Member: "back", Steps: []PledgeStep{{Percent: 60, At: on("2025-01-01")}, {Percent: 40, At: on("2026-03-01")}}}, {Member: "gone", Steps: []PledgeStep{{Percent: 80, At: on("2026-03-01")}}}},
		Entries: []AllianceEntry{{Member: "lister", List: ListProducts, AddedOn: "2025-11-29", State: EntryOpen}, {Member: "early", List: ListTalent, AddedOn: "2025-11-28", ClosedOn: "2026-05-01", State: EntryMet}},
		Between: []Partnership{signed, over},
	}
	s := book.Share("2026-11-28")
	var acting, idle []string
	for _, a := range s.Acting {
		acting = append(acting, a.Member.ID)
	}
	for _, m := range s.Idle {
		idle = append(idle, m.ID)
	}
	if s.From != "2025-11-29" || !slices.Equal(acting, []string{"pledger", "lister", "c1", "e1"}) || !slices.Equal(idle, []string{"early", "back", "e3", "new"}) || s.Members() != 8 {
		t.Errorf("from %s: acting %v, idle %v", s.From, acting, idle)
	}
	for _, tt := range []struct {
		indicator, label, want string
		kind                   PeriodKind
	}{
		{"members_enterprise", "2026-05-31", "8", PeriodPoint}, {"members_enterprise", "2026-06-01", "7", PeriodPoint}, {"members_gov", "2026-11-28", "1", PeriodPoint},
		{"list_core_products", "2026-11-28", "1", PeriodPoint}, {"list_talent_needs", "2026-04-30", "1", PeriodPoint}, {"list_talent_needs", "2026-05-01", "0", PeriodPoint},
	} {
		p, err := ReadPeriod(tt.kind, tt.label, "2026-11-28")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := book.Count(Indicator{Meta: Meta{ID: tt.indicator}}, p); !ok || got.Value.String() != tt.want {
			t.Errorf("%s on %s: %s, want %s", tt.indicator, tt.label, got.Value, tt.want)
		}
	}
	year, _ := ReadPeriod(PeriodYear, "2025", "2026-11-28")
	rate, ok := book.Count(Indicator{Meta: Meta{ID: "substantive_members_ratio"}}, year)
	if !ok || !rate.Rate || rate.Denominator != 800 || rate.Numerator != 400 || rate.Value.String() != "50" {
		t.Errorf("the share of 2025: %+v", rate)
	}
	if _, ok := (AllianceBook{}).Count(Indicator{Meta: Meta{ID: "substantive_members_ratio"}}, year); ok {
		t.Error("a rate of nobody")
	}
}
