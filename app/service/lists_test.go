package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// another is a second person of the office.
var another = portal.Viewer{Person: "demo-person-administrator", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Administrator, State: portal.OrganisationVerified, Sure: true}

// look lets the chores look now.
func (s sides) look(t *testing.T) {
	t.Helper()
	if err := s.chores.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// later lets time pass.
func (s sides) later(d time.Duration) { *s.clock = s.clock.Add(d) }

// about are the items about a partnership made from something.
func (s sides) about(t *testing.T, partnership string, source portal.ItemSource) []portal.ListItem {
	t.Helper()
	var out []portal.ListItem
	err := s.records.ListItems.All(t.Context(), []store.Cond{store.Where("partnership", partnership)}, func(i *portal.ListItem) error {
		if i.Source == source {
			out = append(out, *i)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// notices counts what somebody was told of an item.
func (s sides) notices(t *testing.T, v portal.Viewer, kind, item string) int {
	t.Helper()
	page, err := s.services.Notices.List(t.Context(), v, "", 200)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, note := range page.Items {
		if note.Kind == kind && note.Path == "/desk/lists/"+item {
			n++
		}
	}
	return n
}

// one is the only such item.
func (s sides) one(t *testing.T, partnership string, source portal.ItemSource) portal.ListItem {
	t.Helper()
	items := s.about(t, partnership, source)
	if len(items) != 1 {
		t.Fatalf("%d items of %s made from %s", len(items), partnership, source)
	}
	return items[0]
}

func TestALateMilestoneIsListedOnce(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	p := s.signed(t, *s.clock)
	s.look(t)
	if got := s.about(t, p.ID, portal.FromMilestone); len(got) > 0 {
		t.Fatalf("listed before it is late: %v", got)
	}
	due, err := time.ParseInLocation(time.DateOnly, p.Milestones[0].Due, portal.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	s.later(due.AddDate(0, 0, 1).Sub(*s.clock))
	for range 3 {
		s.look(t)
		s.later(2 * time.Hour)
	}
	i := s.one(t, p.ID, portal.FromMilestone)
	if i.List != portal.ProblemList || i.State != portal.ItemOpen || i.Of != p.Milestones[0].ID || i.Origin.Certainty != portal.Demo || !strings.HasPrefix(i.ID, "demo-") || !strings.Contains(i.Title, p.Milestones[0].Title) {
		t.Fatalf("%+v", i)
	}
	if n := s.notices(t, s.college, "list.opened", i.ID); n != 1 {
		t.Errorf("the college was told %d times", n)
	}
	stranger := portal.Viewer{Person: "x", Organisation: "college-demo-c1", Kind: portal.OfCollege, Record: "demo-c1", Role: portal.Owner, State: portal.OrganisationVerified}
	if _, err := lists.Show(ctx, stranger, i.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a stranger sees it: %v", err)
	}
	if _, err := lists.Handle(ctx, s.college, i.ID, i.Version, " ", "", nil); said(err) != "problem.required" {
		t.Errorf("handled without a word: %v", err)
	}
	if _, err := lists.Handle(ctx, s.college, i.ID, i.Version, "已完成招生", "x.exe", strings.NewReader("MZ")); said(err) != "problem.file_type" {
		t.Errorf("a program for evidence: %v", err)
	}
	if i, err = lists.Handle(ctx, s.college, i.ID, i.Version, "已完成招生，名单附后", "名单.pdf", strings.NewReader(pdf)); err != nil || i.State != portal.ItemHandled {
		t.Fatalf("%s, %v", i.State, err)
	}
	f, err := lists.Show(ctx, s.enterprise, i.ID)
	if err != nil || len(f.Handling.Evidence) != 1 || len(f.People) > 0 {
		t.Fatalf("%+v, %v", f, err)
	}
	if file, a, err := lists.File(ctx, s.enterprise, i.ID, f.Handling.Evidence[0].Blob); err != nil || a.Name != "名单.pdf" {
		t.Errorf("the evidence: %v %v", a, err)
	} else {
		file.Close()
	}
}

// lateItem is the item of a milestone that is late since today.
func (s sides) lateItem(t *testing.T) (portal.Partnership, portal.ListItem) {
	t.Helper()
	p := s.signed(t, *s.clock)
	due, err := time.ParseInLocation(time.DateOnly, p.Milestones[0].Due, portal.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	s.later(due.AddDate(0, 0, 1).Sub(*s.clock))
	s.look(t)
	return p, s.one(t, p.ID, portal.FromMilestone)
}

func TestWhoHasHandledAnItemDoesNotCloseIt(t *testing.T) {
	s := approach(t)
	ctx, lists := t.Context(), s.services.Lists
	p, i := s.lateItem(t)
	i, err := lists.Handle(ctx, s.college, i.ID, i.Version, "已完成招生", "名单.pdf", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if n := s.notices(t, s.office, "list.handled", i.ID); n != 1 {
		t.Errorf("the office was told %d times", n)
	}
	if _, err := lists.Close(ctx, s.college, i.ID, i.Version); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a party closes it: %v", err)
	}
	if _, err := lists.Reopen(ctx, s.office, i.ID, i.Version, ""); said(err) != "problem.required" {
		t.Errorf("reopened without a reason: %v", err)
	}
	if i, err = lists.Reopen(ctx, s.office, i.ID, i.Version, "名单没有盖章"); err != nil || i.State != portal.ItemOpen {
		t.Fatal(i.State, err)
	}
	if i, err = lists.Handle(ctx, s.office, i.ID, i.Version, "现场核对，已完成", "", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := lists.Close(ctx, s.office, i.ID, i.Version); said(err) != "list.second" {
		t.Errorf("closed by who handled it: %v", err)
	}
	if _, err := lists.Close(ctx, another, i.ID, i.Version-1); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("closed as it was before: %v", err)
	}
	if i, err = lists.Close(ctx, another, i.ID, i.Version); err != nil || i.State != portal.ItemClosed {
		t.Fatal(i.State, err)
	}
	s.later(2 * time.Hour)
	s.look(t) // the milestone is still late; a person has closed the item
	if i = s.one(t, p.ID, portal.FromMilestone); i.State != portal.ItemClosed || len(i.Evidence()) != 1 {
		t.Errorf("afterwards: %s with %d files", i.State, len(i.Evidence()))
	}
	var actions []string
	for _, e := range i.Events {
		actions = append(actions, e.Action)
	}
	if want := []string{"list.open", "list.handle", "list.reopen", "list.handle", "list.close"}; !slices.Equal(actions, want) {
		t.Errorf("the history: %v", actions)
	}
}

func TestWhatIsReachedIsReadyToBeClosed(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	p := s.signed(t, s.clock.AddDate(0, -4, 0)) // two milestones are late
	s.look(t)
	if got := s.about(t, p.ID, portal.FromMilestone); len(got) != 2 {
		t.Fatalf("%d late milestones are listed", len(got))
	}
	of := func(id string) portal.ListItem {
		t.Helper()
		for _, i := range s.about(t, p.ID, portal.FromMilestone) {
			if i.Of == id {
				return i
			}
		}
		t.Fatalf("no item of %s", id)
		return portal.ListItem{}
	}
	due := map[string]string{}
	for _, m := range p.Milestones {
		due[m.ID] = m.Due
	}
	today := s.clock.In(portal.Shanghai).Format(time.DateOnly)
	p, err := ps.Reach(ctx, s.college, p.ID, "t1", today, "", "名单.pdf", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := p.Milestone("t2")
	moved := *m
	moved.Due = s.clock.AddDate(0, 2, 0).Format(time.DateOnly)
	if p, err = ps.Plan(ctx, s.college, p.ID, p.Version, moved); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	for id, want := range map[string]portal.Settled{"t1": portal.SettledReached, "t2": portal.SettledMoved} {
		i := of(id)
		if i.State != portal.ItemHandled || i.Handling.Found != want {
			t.Fatalf("%s: %s %+v, want %s", id, i.State, i.Handling, want)
		}
		if _, err := s.services.Lists.Attach(ctx, s.college, i.ID, i.Version, "x.pdf", strings.NewReader(pdf)); !errors.Is(err, portal.ErrConflict) {
			t.Errorf("evidence is added to what the program found: %v", err)
		}
	}
	// A person is not satisfied: it stays open however often is looked.
	i := of("t1")
	if _, err = s.services.Lists.Reopen(ctx, s.office, i.ID, i.Version, "名单是去年的"); err != nil {
		t.Fatal(err)
	}
	if _, err = s.records.Partnerships.Mutate(ctx, p.ID, func(p *portal.Partnership) error { p.Summary = "x"; return nil }); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if i := of("t1"); i.State != portal.ItemOpen {
		t.Errorf("reopened by a person and settled again: %s", i.State)
	}
	// The other moves back to the day it was late by: its item opens again, and no other.
	was := due["t2"]
	if _, err = s.records.Partnerships.Mutate(ctx, p.ID, func(p *portal.Partnership) error { m, _ := p.Milestone("t2"); m.Due = was; return nil }); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if got := s.about(t, p.ID, portal.FromMilestone); len(got) != 2 || of("t2").State != portal.ItemOpen {
		t.Errorf("%d items, of which the second is %s", len(got), of("t2").State)
	}
}

func TestWhoAnswersForAPartnership(t *testing.T) {
	s := approach(t)
	ctx, ps := t.Context(), s.services.Partnerships
	p := s.signed(t, *s.clock)
	assign := func(unit string) {
		t.Helper()
		var err error
		if p, err = ps.Assign(ctx, s.office, p.ID, p.Version, unit, nil, "14"); err != nil {
			t.Fatal(err)
		}
		s.look(t)
	}
	assign("city_education")
	i := s.one(t, p.ID, portal.FromDuty)
	if i.List != portal.DutyList || i.UnitName != "市教育局" || i.Due != p.Agreement.Until || i.Clause != "14" {
		t.Fatalf("%+v", i)
	}
	if _, err := s.services.Lists.Handle(ctx, s.college, i.ID, i.Version, "已办", "", nil); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a party handles what is the unit's: %v", err)
	}
	var err error
	if p, err = ps.Extend(ctx, s.college, p.ID, p.Version, s.clock.AddDate(2, 6, 0).Format(time.DateOnly), "推迟"); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if i = s.one(t, p.ID, portal.FromDuty); i.Due != p.Agreement.Until {
		t.Errorf("due %s, the agreement ends %s", i.Due, p.Agreement.Until)
	}
	assign("city_talent")
	states := func() string {
		var out []string
		for _, i := range s.about(t, p.ID, portal.FromDuty) {
			out = append(out, i.Unit+" "+string(i.State))
		}
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if got := states(); got != "city_education handled, city_talent open" {
		t.Errorf("after another unit: %s", got)
	}
	assign("city_education")
	if got := states(); got != "city_education open, city_talent handled" {
		t.Errorf("after the first again: %s", got)
	}
	if _, err = ps.Terminate(ctx, s.college, p.ID, p.Version, "funds", ""); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if got := states(); got != "city_education handled, city_talent handled" {
		t.Errorf("after the end: %s", got)
	}
}

func TestADisputeAndSilenceAreProblems(t *testing.T) {
	s, o := outcomes(t)
	ctx := t.Context()
	s.look(t)
	rec, err := o.Enter(ctx, s.enterprise, reported, value("hired_by_partner", "2026", "30"))
	if err != nil {
		t.Fatal(err)
	}
	dispute := func(reason string) {
		t.Helper()
		if rec, err = o.Answer(ctx, s.college, rec.ID, rec.Version, portal.OutcomeDispute, reason); err != nil {
			t.Fatal(err)
		}
		s.look(t)
	}
	dispute("有两人已离职")
	i := s.one(t, reported, portal.FromOutcome)
	if i.Of != rec.ID || !strings.Contains(i.Text, "有两人已离职") || i.Unit != "city_education" {
		t.Fatalf("%+v", i)
	}
	s.later(time.Minute)
	if rec, err = o.Correct(ctx, s.enterprise, rec.ID, rec.Version, value("", "", "28")); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if i = s.one(t, reported, portal.FromOutcome); i.State != portal.ItemHandled || i.Handling.Found != portal.SettledAnswered {
		t.Errorf("after the correction: %s %+v", i.State, i.Handling)
	}
	s.later(time.Minute)
	dispute("还是不对")
	if items := s.about(t, reported, portal.FromOutcome); len(items) != 2 {
		t.Errorf("another dispute: %d items", len(items))
	}

	// Nothing happens for longer than the type allows, then something does.
	s.later(400 * 24 * time.Hour)
	s.look(t)
	s.look(t)
	if i = s.one(t, reported, portal.FromDormancy); i.State != portal.ItemOpen {
		t.Fatalf("%+v", i)
	}
	if rec, err = o.Correct(ctx, s.enterprise, rec.ID, rec.Version, value("", "", "27")); err != nil {
		t.Fatal(err)
	}
	s.look(t)
	if i = s.one(t, reported, portal.FromDormancy); i.State != portal.ItemHandled || i.Handling.Found != portal.SettledActive {
		t.Errorf("after something happened: %s %+v", i.State, i.Handling)
	}
}
