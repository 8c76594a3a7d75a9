package service_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// fair is a portal with a match that answers, two fictional enterprises and two colleges
// on it; another college has no account.
type fair struct {
	house
	office                       portal.Viewer
	battery, axle, youth, valley portal.Viewer // demo-e01, demo-e04, demo-c2, demo-c3
}

func openFair(t *testing.T) fair {
	t.Helper()
	h := indexed(t)
	if _, err := h.services.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	f := fair{house: h, battery: asker(), youth: taker(),
		office: portal.Viewer{Person: "demo-person-reviewer", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}}
	// What the battery maker looks for both colleges with an account teach, one of them with
	// nothing to show.
	p := portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID("demo-c3", "430504")}, CollegeID: "demo-c3", Code: "430504", Name: "储能材料技术",
		Level: portal.Associate, Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	if err := h.records.Programmes.Insert(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.axle = f.joins(t, portal.OfEnterprise, "demo-e04")
	f.valley = f.joins(t, portal.OfCollege, "demo-c3")
	return f
}

// joins makes the organisation of a fictional party with one person.
func (f fair) joins(t *testing.T, kind portal.OrganisationKind, record string) portal.Viewer {
	t.Helper()
	id := portal.EnterpriseOrganisation(record)
	if kind == portal.OfCollege {
		id = portal.CollegeOrganisation(record)
	}
	v := portal.Viewer{Person: "demo-of-" + record, Organisation: id, Kind: kind, Record: record, Role: portal.Owner, State: portal.OrganisationVerified}
	o := portal.Organisation{Meta: portal.Meta{ID: id}, Kind: kind, Record: record, Name: record, State: v.State, Members: []portal.Member{{Person: v.Person, Role: v.Role, Since: now}}, Origin: portal.Origin{Certainty: portal.Demo}}
	p := portal.Person{Meta: portal.Meta{ID: v.Person}, Email: record + "@demo.invalid", Organisation: id, Demo: true}
	if err := errors.Join(f.records.Organisations.Insert(t.Context(), &o), f.records.Persons.Insert(t.Context(), &p)); err != nil {
		t.Fatal(err)
	}
	return v
}

func autumn() service.EventDraft {
	return service.EventDraft{Title: "演示·秋季对接会", Place: "会议中心", Day: "2026-12-20", Start: "14:00", Minutes: 15, Rounds: 2, Tables: 3, Deadline: "2026-12-15", Industries: []string{"C38"}}
}

// invites makes an event and invites to it: two needs, three colleges.
func (f fair) invites(t *testing.T) portal.Event {
	t.Helper()
	ev, err := f.services.Events.Create(t.Context(), f.office, autumn())
	if err == nil {
		_, err = f.services.Events.Invite(t.Context(), f.office, ev.ID, []service.Choice{{Need: "demo-n003", Colleges: []string{"demo-c2", "demo-c3"}}, {Need: "demo-n009", Colleges: []string{"demo-c2", "demo-c3", "demo-c5"}}})
	}
	if err == nil {
		ev, err = f.records.Events.Get(t.Context(), ev.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// accepts takes part for a party, or for one without an account.
func (f fair) accepts(t *testing.T, ev portal.Event, v portal.Viewer, organisation string, most int, ranks map[string]int) {
	t.Helper()
	if _, err := f.services.Events.Accept(t.Context(), v, ev.ID, organisation, 0, service.Wishes{Most: most, Ranks: ranks}); err != nil {
		t.Fatalf("%s: %v", organisation, err)
	}
}

func (f fair) everybodyAccepts(t *testing.T, ev portal.Event) {
	t.Helper()
	f.accepts(t, ev, f.battery, f.battery.Organisation, 1, nil)
	f.accepts(t, ev, f.axle, f.axle.Organisation, 2, map[string]int{"demo-n009@demo-c3": 1})
	f.accepts(t, ev, f.youth, f.youth.Organisation, 2, nil)
	f.accepts(t, ev, f.valley, f.valley.Organisation, 2, nil)
}

// published makes the timetable of an event everybody has accepted.
func (f fair) published(t *testing.T) portal.Event {
	t.Helper()
	ev := f.invites(t)
	f.everybodyAccepts(t, ev)
	ev, err := f.services.Events.Publish(t.Context(), f.office, ev.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// pairs are the meetings of an event that are planned, as need@college.
func (f fair) pairs(t *testing.T, event string) []string {
	t.Helper()
	var out []string
	err := f.records.Meetings.All(t.Context(), []store.Cond{store.Where("event", event), store.Where("state", portal.MeetingPlanned)}, func(m *portal.Meeting) error {
		out = append(out, m.Key())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// meeting is the one of a need and a college.
func (f fair) meeting(t *testing.T, event, key string) portal.Meeting {
	t.Helper()
	var found portal.Meeting
	err := f.records.Meetings.All(t.Context(), []store.Cond{store.Where("event", event)}, func(m *portal.Meeting) error {
		if m.Key() == key {
			found = *m
		}
		return nil
	})
	if err != nil || found.ID == "" {
		t.Fatalf("no meeting %s: %v", key, err)
	}
	return found
}

func TestInvitingByTheMatch(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	for name, v := range map[string]portal.Viewer{"a visitor": portal.Visitor, "a college": f.youth, "an enterprise": f.battery, "the office with one factor": {Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer}} {
		if _, err := events.Create(ctx, v, autumn()); !errors.Is(err, portal.ErrForbidden) {
			t.Errorf("%s makes an event: %v", name, err)
		}
	}
	d := autumn()
	d.Day, d.Industries = "2026-11-01", []string{"Z99"}
	if _, err := events.Create(ctx, f.office, d); !slices.Equal(fields(err), []string{"day", "deadline", "industries"}) {
		t.Errorf("a day in the past: %v", err)
	}
	ev, err := events.Create(ctx, f.office, autumn())
	if err != nil || ev.Origin.Certainty != portal.Verified {
		t.Fatalf("%+v %v", ev.Origin, err)
	}
	if _, err := events.Show(ctx, f.youth, ev.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a draft is seen: %v", err)
	}
	got, err := events.Suggest(ctx, f.office, ev.ID, []string{"demo-n009", "demo-n008"})
	if err != nil || len(got) != 1 { // the other need is open no more
		t.Fatalf("%d suggestions %v", len(got), err)
	}
	colleges := map[string]bool{}
	for i, c := range got[0].Colleges {
		id := c.Offered.Offer.College.ID
		if colleges[id] || i > 0 && c.Offered.S > got[0].Colleges[i-1].Offered.S {
			t.Errorf("college %d: %s, %f", i, id, c.Offered.S)
		}
		colleges[id] = true
		if c.Claimed != (id == "demo-c2" || id == "demo-c3") {
			t.Errorf("%s is on the portal: %v", id, c.Claimed)
		}
	}
	if len(colleges) == 0 || len(colleges) > portal.ListMost || got[0].Colleges[0].Offered.Offer.College.ID != "demo-c2" {
		t.Errorf("suggested: %v", colleges)
	}
	for name, choice := range map[string]service.Choice{"none": {Need: "demo-n009"}, "one not suggested": {Need: "demo-n009", Colleges: []string{"demo-c9"}}, "a closed need": {Need: "demo-n008", Colleges: []string{"demo-c2"}}} {
		if _, err := events.Invite(ctx, f.office, ev.ID, []service.Choice{choice}); problem(err) == "" {
			t.Errorf("inviting %s: %v", name, err)
		}
	}
	if kept, _ := f.records.Events.Get(ctx, ev.ID); kept.State != portal.EventDraft {
		t.Errorf("nobody was invited and it is %s", kept.State)
	}
	choices := []service.Choice{{Need: "demo-n009", Colleges: []string{"demo-c2", "demo-c5"}}}
	if n, err := events.Invite(ctx, f.office, ev.ID, choices); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := events.Invite(ctx, f.office, ev.ID, choices); err != nil { // sent twice
		t.Fatal(err)
	}
	kept, _ := f.records.Events.Get(ctx, ev.ID)
	if kept.State != portal.EventInviting || kept.Origin.Certainty != portal.Demo {
		t.Errorf("with a fictional need it is %s, %s", kept.State, kept.Origin.Certainty)
	}
	if told(t, f.house, f.youth.Person, "event.invited") != 1 || told(t, f.house, f.axle.Person, "event.invited") != 1 {
		t.Error("not both sides are told once")
	}
	if n, _ := f.records.Invitations.Count(ctx, store.Where("event", ev.ID)); n != 3 {
		t.Errorf("%d invitations", n)
	}
}

func TestAPartyAnswers(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	ev := f.invites(t)
	mine, err := events.Party(ctx, f.youth, ev.ID, f.youth.Organisation)
	if err != nil || len(mine.Proposals) != 2 || mine.Proposals[0].Proposal.Need != "demo-n009" || mine.Proposals[0].Offered == nil || mine.Proposals[0].EnterpriseName == "" {
		t.Fatalf("a college sees %+v (%v)", mine.Proposals, err)
	}
	theirs, err := events.Party(ctx, f.axle, ev.ID, f.axle.Organisation)
	if err != nil || len(theirs.Proposals) != 3 || theirs.Proposals[0].CollegeName == "" {
		t.Fatalf("an enterprise sees %+v (%v)", theirs.Proposals, err)
	}
	for name, v := range map[string]portal.Viewer{"another party": f.battery, "a visitor": portal.Visitor, "one factor": {Person: "p", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer}} {
		if _, err := events.Party(ctx, v, ev.ID, f.youth.Organisation); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s reads it: %v", name, err)
		}
		if _, err := events.Accept(ctx, v, ev.ID, f.youth.Organisation, 0, service.Wishes{Most: 1}); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s answers it: %v", name, err)
		}
	}
	if _, err := events.Accept(ctx, f.office, ev.ID, f.youth.Organisation, 0, service.Wishes{Most: 1}); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("the office answers for a party with an account: %v", err)
	}
	if _, err := events.Accept(ctx, f.youth, ev.ID, f.youth.Organisation, 0, service.Wishes{Most: 3}); problem(err) != "event.most" {
		t.Errorf("more meetings than rounds: %v", err)
	}
	f.accepts(t, ev, f.office, portal.CollegeOrganisation("demo-c5"), 1, nil) // by telephone
	f.accepts(t, ev, f.youth, f.youth.Organisation, 2, map[string]int{"demo-n009@demo-c2": 0})
	after, _ := events.Party(ctx, f.youth, ev.ID, f.youth.Organisation)
	if after.Proposals[0].Proposal.Need != "demo-n003" || !slices.Equal(after.Invitation.Struck, []string{"demo-n009@demo-c2"}) {
		t.Errorf("after striking one out: %+v", after.Invitation)
	}
	if _, err := events.Decline(ctx, f.youth, ev.ID, f.youth.Organisation, mine.Invitation.Version, "没空"); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("answering another version: %v", err)
	}
	if _, err := events.Invite(ctx, f.office, ev.ID, []service.Choice{{Need: "demo-n002", Colleges: []string{"demo-c2"}}}); err != nil {
		t.Fatal(err)
	}
	if again, _ := events.Party(ctx, f.youth, ev.ID, f.youth.Organisation); again.Invitation.State != portal.InvitationAccepted || len(again.Proposals) != 3 {
		t.Errorf("after another proposal: %s, %d", again.Invitation.State, len(again.Proposals))
	}
	*f.clock = time.Date(2026, 12, 16, 0, 0, 0, 0, portal.Shanghai)
	if _, err := events.Decline(ctx, f.valley, ev.ID, f.valley.Organisation, 0, ""); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("after the last day: %v", err)
	}
}

func TestWhyThereIsNoTimetable(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	ev := f.invites(t)
	refused := func(what, key string, args ...any) {
		t.Helper()
		_, err := events.Publish(ctx, f.office, ev.ID, 0)
		var bad portal.Invalid
		if !errors.As(err, &bad) || bad[0].Key != key || !slices.Equal(bad[0].Args, args) {
			t.Errorf("%s: %v", what, err)
		}
		if kept, _ := f.records.Events.Get(ctx, ev.ID); kept.State != portal.EventInviting || len(kept.Timetable) > 0 || len(f.pairs(t, ev.ID)) > 0 {
			t.Errorf("%s: something is published", what)
		}
	}
	edited := func(rounds, tables int) {
		t.Helper()
		d := autumn()
		d.Rounds, d.Tables = rounds, tables
		if _, err := events.Edit(ctx, f.office, ev.ID, 0, d); err != nil {
			t.Fatal(err)
		}
	}
	refused("nobody has answered", "event.nobody", 0, 0)
	f.everybodyAccepts(t, ev)
	edited(2, 1)
	refused("three meetings at one table in two rounds", "event.short", 3, 2, 1, 2, 1, 1)
	edited(1, 9)
	refused("a party with two meetings in one round", "event.over", "演示·青龙智造职业技术学院", 2, 1)
	edited(2, 3)
	f.accepts(t, ev, f.axle, f.axle.Organisation, 1, map[string]int{"demo-n009@demo-c2": 0, "demo-n009@demo-c3": 0})
	f.accepts(t, ev, f.battery, f.battery.Organisation, 1, map[string]int{"demo-n003@demo-c2": 0})
	f.accepts(t, ev, f.valley, f.valley.Organisation, 1, map[string]int{"demo-n003@demo-c3": 0})
	refused("nobody wants anybody", "event.no_meetings")
}

func TestOneOfTwoPublishes(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	ev := f.invites(t)
	f.everybodyAccepts(t, ev)
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i := range errs {
		both.Go(func() { _, errs[i] = events.Publish(ctx, f.office, ev.ID, ev.Version) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), portal.ErrConflict) {
		t.Errorf("the two are told %v and %v", errs[0], errs[1])
	}
	want := []string{"demo-n003@demo-c2", "demo-n009@demo-c2", "demo-n009@demo-c3"}
	if got := f.pairs(t, ev.ID); !slices.Equal(got, want) {
		t.Errorf("meetings %v, want %v", got, want)
	}
	kept, _ := f.records.Events.Fresh(ctx, ev.ID)
	if kept.State != portal.EventScheduled || kept.Settling || kept.Pairing.Blocking != 0 || kept.Pairing.Chosen != 3 || kept.Pairing.Wanted != 4 {
		t.Errorf("%s, settling %v, %+v", kept.State, kept.Settling, kept.Pairing)
	}
	for _, v := range []portal.Viewer{f.battery, f.axle, f.youth, f.valley} {
		if told(t, f.house, v.Person, "event.published") != 1 {
			t.Errorf("%s is not told once", v.Person)
		}
	}
	mine, _ := events.Party(ctx, f.valley, ev.ID, f.valley.Organisation)
	if len(mine.Meetings) != 1 || mine.Meetings[0].Key() != "demo-n009@demo-c3" || mine.Meetings[0].From != time.Date(2026, 12, 20, 6, 0, 0, 0, time.UTC).Add(time.Duration(mine.Meetings[0].Round-1)*15*time.Minute) {
		t.Errorf("a party sees %+v", mine.Meetings)
	}
	if _, _, err := events.Meeting(ctx, f.valley, ev.ID, f.meeting(t, ev.ID, want[0]).ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a party sees the meeting of others: %v", err)
	}
	if public, err := events.Show(ctx, portal.Visitor, ev.ID); err != nil || public.Meetings != 3 || len(public.Event.Timetable) > 0 {
		t.Errorf("everybody sees %+v (%v)", public, err)
	}
	if file, err := events.Workbook(ctx, f.office, "zh-CN", ev.ID); err != nil || len(file) == 0 {
		t.Errorf("the workbook: %v", err)
	}
}

func TestAPartyLeavesAfterPublication(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	ev := f.published(t)
	if err := events.Leave(ctx, f.youth, ev.ID, f.youth.Organisation, 0, ""); problem(err) != "problem.required" {
		t.Errorf("without a word: %v", err)
	}
	if err := events.Leave(ctx, f.youth, ev.ID, f.youth.Organisation, 0, "有会"); err != nil {
		t.Fatal(err)
	}
	if got := f.pairs(t, ev.ID); !slices.Equal(got, []string{"demo-n009@demo-c3"}) {
		t.Errorf("left are %v", got)
	}
	for person, want := range map[string]int{f.battery.Person: 1, f.axle.Person: 1, f.valley.Person: 0} {
		if got := told(t, f.house, person, "event.left"); got != want {
			t.Errorf("%s is told %d times, want %d", person, got, want)
		}
	}
	if err := events.Leave(ctx, f.youth, ev.ID, f.youth.Organisation, 0, "有会"); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("leaving again: %v", err)
	}
	if _, err := events.Cancel(ctx, f.office, ev.ID, 0, "停电"); err != nil || len(f.pairs(t, ev.ID)) != 0 || told(t, f.house, f.valley.Person, "event.cancelled") != 1 {
		t.Errorf("called off: %v, %v", f.pairs(t, ev.ID), err)
	}
}

func TestAHeldMeetingBecomesAnIntention(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	ev := f.published(t)
	first, second, third := f.meeting(t, ev.ID, "demo-n003@demo-c2"), f.meeting(t, ev.ID, "demo-n009@demo-c2"), f.meeting(t, ev.ID, "demo-n009@demo-c3")
	came := service.Attendance{Enterprise: portal.Came, College: portal.Came, Reasons: []portal.MatchReason{{Text: "对口", Points: 40}}}
	if _, err := events.Attend(ctx, f.youth, ev.ID, first.ID, 0, came); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("before it begins: %v", err)
	}
	*f.clock = ev.Ends().Add(time.Minute)
	if err := f.chores.Once(ctx); err != nil {
		t.Fatal(err)
	}
	if kept, _ := f.records.Events.Fresh(ctx, ev.ID); kept.State != portal.EventHeld {
		t.Errorf("after the last round it is %s", kept.State)
	}
	have, err := f.services.Intentions.Send(ctx, f.axle, service.IntentionDraft{Need: "demo-n009", Programmes: []string{"demo-c3-260101"}, Mode: portal.OrderClass, Text: "会前已联系"})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]portal.Viewer{"another college": f.valley, "a visitor": portal.Visitor} {
		if _, err := events.Attend(ctx, v, ev.ID, first.ID, 0, came); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s notes who came: %v", name, err)
		}
	}
	done, err := events.Attend(ctx, f.youth, ev.ID, first.ID, first.Version, came)
	if err != nil || done.Intention == "" || done.Settling {
		t.Fatalf("%+v %v", done, err)
	}
	in, err := f.records.Intentions.Get(ctx, done.Intention)
	if err != nil || in.From != portal.OfCollege || in.Need != "demo-n003" || in.Programmes[0].Programme != "demo-c2-430504" || in.Origin.Certainty != portal.Demo || len(in.Reasons) != 1 || in.By != f.youth.Person {
		t.Errorf("the college noted it: %+v %v", in, err)
	}
	if _, err := events.Attend(ctx, f.battery, ev.ID, first.ID, 0, came); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("noted twice: %v", err)
	}
	if done, err = events.Attend(ctx, f.office, ev.ID, second.ID, 0, service.Attendance{Enterprise: portal.Came, College: portal.Absent}); err != nil || done.Intention != "" {
		t.Errorf("the college did not come: %+v %v", done, err)
	}
	if done, err = events.Attend(ctx, f.office, ev.ID, second.ID, 0, came); err != nil { // it did, only late
		t.Fatal(err)
	}
	if in, err = f.records.Intentions.Get(ctx, done.Intention); err != nil || in.From != portal.OfEnterprise || told(t, f.house, f.axle.Person, "event.intention") != 1 || told(t, f.house, f.youth.Person, "intention.sent") != 1 {
		t.Errorf("the office noted it: %+v %v", in, err)
	}
	if done, err = events.Attend(ctx, f.valley, ev.ID, third.ID, 0, came); err != nil || done.Intention != have.ID {
		t.Errorf("with an intention already: %q, want %q (%v)", done.Intention, have.ID, err)
	}
	f.convert(t, ev, in)
	if _, err := events.Close(ctx, f.office, ev.ID, 0); err != nil {
		t.Error(err)
	}
}

// convert accepts one of three intentions ten days after the event and signs its agreement
// forty days later.
func (f fair) convert(t *testing.T, ev portal.Event, in portal.Intention) {
	t.Helper()
	ctx := t.Context()
	*f.clock = ev.Ends().AddDate(0, 0, 10)
	in, err := f.services.Intentions.Accept(ctx, f.youth, in.ID, 0, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.records.Partnerships.Mutate(ctx, in.Partnership, func(p *portal.Partnership) error {
		p.Stage, p.Year, p.Agreement.SignedOn = portal.PartnershipSigned, 2027, "2027-02-08"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.services.Events.Converted(ctx, f.youth, ev.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a party reads the figures: %v", err)
	}
	c, err := f.services.Events.Converted(ctx, f.office, ev.ID)
	if err != nil || len(c.Held) != 3 {
		t.Fatalf("%d held %v", len(c.Held), err)
	}
	for days, want := range map[int][3]int{30: {1, 1, 0}, 90: {1, 1, 1}, 180: {1, 1, 1}} {
		for i, step := range service.Steps {
			if got := c.Reached(step, days); len(got) != want[i] || len(got) > 0 && got[0].Intention != in.ID {
				t.Errorf("%s by day %d: %d, want %d", step, days, len(got), want[i])
			}
		}
	}
}

// TestWhatWasBegunIsFinished is of a portal that stopped between publishing and making the
// meetings, and between a held meeting and its intention.
func TestWhatWasBegunIsFinished(t *testing.T) {
	f := openFair(t)
	ctx := t.Context()
	ev := f.published(t)
	for _, key := range f.pairs(t, ev.ID)[1:] {
		if err := f.records.Meetings.Delete(ctx, f.meeting(t, ev.ID, key).ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	m := f.meeting(t, ev.ID, f.pairs(t, ev.ID)[0])
	_, err := f.records.Events.Mutate(ctx, ev.ID, func(e *portal.Event) error { e.Settling = true; return nil })
	if err == nil {
		_, err = f.records.Meetings.Mutate(ctx, m.ID, func(m *portal.Meeting) error { return m.Attend(portal.Came, portal.Came) })
	}
	if err != nil {
		t.Fatal(err)
	}
	*f.clock = time.Now().Add(5 * time.Minute) // the store has its own clock
	if err := f.chores.Once(ctx); err != nil {
		t.Fatal(err)
	}
	m, _ = f.records.Meetings.Fresh(ctx, m.ID)
	if got := f.pairs(t, ev.ID); len(got) != 3 || m.Settling || m.Intention == "" {
		t.Errorf("%v, %+v", got, m)
	}
}

func TestSeatsOfOrderClasses(t *testing.T) {
	f := openFair(t)
	ctx, events := t.Context(), f.services.Events
	if _, err := f.records.Needs.Mutate(ctx, "demo-n003", func(n *portal.Need) error { n.Modes = append(n.Modes, portal.OrderClass); return nil }); err != nil {
		t.Fatal(err)
	}
	ev := f.invites(t)
	if _, err := events.Seats(ctx, f.youth, ev.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a party reads them: %v", err)
	}
	plan, err := events.Seats(ctx, f.office, ev.ID)
	if err != nil || len(plan.Needs) != 2 {
		t.Fatalf("%d needs %v", len(plan.Needs), err)
	}
	given := map[string]int{}
	for _, n := range plan.Needs {
		sum := n.Lacking
		for _, g := range n.Given {
			sum += g.Seats
			given[g.Offered.Offer.Programme.ID] += g.Seats
			if id := g.Offered.Offer.College.ID; id != "demo-c2" && id != "demo-c3" && id != "demo-c5" {
				t.Errorf("%s is not invited", id)
			}
		}
		if sum != *n.Need.Headcount || len(n.Given) == 0 {
			t.Errorf("%s: %d of %d", n.Need.Title, sum, *n.Need.Headcount)
		}
	}
	for id, seats := range given {
		if p, _ := f.records.Programmes.Get(ctx, id); p.SeatsLeft() == nil || seats > *p.SeatsLeft() {
			t.Errorf("%s gives %d of its free seats", id, seats)
		}
	}
}

func TestFictionalEvents(t *testing.T) {
	h := open(t, true)
	ctx, events := t.Context(), h.services.Events
	office := portal.Viewer{Person: "p", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Analyst, State: portal.OrganisationVerified, Sure: true}
	held, err := events.Follow(ctx, office, "demo-ev1")
	if err != nil || held.Event.Pairing.Blocking != 0 || len(held.Event.Timetable) != 13 || len(held.Meetings) != 13 {
		t.Fatalf("%+v, %d meetings (%v)", held.Event.Pairing, len(held.Meetings), err)
	}
	c, err := events.Converted(ctx, office, "demo-ev1")
	if err != nil || len(c.Held) != 11 {
		t.Fatalf("%d held (%v)", len(c.Held), err)
	}
	var got []int
	for _, days := range service.ConversionDays {
		for _, step := range service.Steps {
			got = append(got, len(c.Reached(step, days)))
		}
	}
	if want := []int{1, 1, 0, 2, 2, 1, 2, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("converted %v, want %v", got, want)
	}
	if inviting, err := events.Follow(ctx, office, "demo-ev2"); err != nil || inviting.Event.State != portal.EventInviting || len(inviting.Plan.Timetable) == 0 || len(inviting.Plan.Problems) > 0 {
		t.Errorf("the one that is inviting: %+v (%v)", inviting.Plan.Problems, err)
	}
	if _, err := service.PurgeDemo(ctx, portal.System, h.records); err != nil {
		t.Fatal(err)
	}
	for name, count := range map[string]func() (int64, error){
		"events": func() (int64, error) { return h.records.Events.Count(ctx) }, "invitations": func() (int64, error) { return h.records.Invitations.Count(ctx) },
		"meetings": func() (int64, error) { return h.records.Meetings.Count(ctx) }, "intentions": func() (int64, error) { return h.records.Intentions.Count(ctx) },
	} {
		if n, err := count(); n != 0 || err != nil {
			t.Errorf("%d %s are left (%v)", n, name, err)
		}
	}
	if _, err := events.Show(ctx, portal.Visitor, "demo-ev1"); !errors.Is(err, portal.ErrNotFound) || !strings.Contains(err.Error(), "demo-ev1") {
		t.Errorf("after the purge: %v", err)
	}
}
