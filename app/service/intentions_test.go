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

// sides are the people of a fictional enterprise, a fictional college and the office.
type sides struct {
	house
	enterprise, college, office portal.Viewer
	need                        portal.Need
	programme                   portal.Programme
}

func approach(t *testing.T) sides {
	t.Helper()
	h := open(t, true)
	if _, err := h.services.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	s := sides{house: h,
		enterprise: portal.Viewer{Person: "demo-person-enterprise", Name: "企业", Organisation: portal.EnterpriseOrganisation("demo-e01"), Kind: portal.OfEnterprise, Record: "demo-e01", Role: portal.Owner, State: portal.OrganisationVerified},
		college:    portal.Viewer{Person: "demo-person-college", Name: "院校", Organisation: portal.CollegeOrganisation("demo-c2"), Kind: portal.OfCollege, Record: "demo-c2", Role: portal.Owner, State: portal.OrganisationVerified},
		office:     portal.Viewer{Person: "demo-person-reviewer", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}}
	var err error
	if s.need, err = h.records.Needs.Get(t.Context(), "demo-n001"); err != nil || s.need.EnterpriseID != "demo-e01" {
		t.Fatalf("the need of the test: %v %v", s.need.EnterpriseID, err)
	}
	page, err := h.records.Programmes.Find(t.Context(), store.Query{Where: []store.Cond{store.Where("college_id", "demo-c2")}, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		t.Fatal("the college of the test has no programme", err)
	}
	s.programme = page.Items[0]
	s.seats(t, 30)
	return s
}

// seats sets how many seats of the programme are free.
func (s *sides) seats(t *testing.T, n int) {
	t.Helper()
	var err error
	s.programme, err = s.records.Programmes.Mutate(t.Context(), s.programme.ID, func(p *portal.Programme) error { p.SeatsFree = &n; return nil })
	if err != nil {
		t.Fatal(err)
	}
}

func (s sides) draft(seats int) service.IntentionDraft {
	return service.IntentionDraft{Need: s.need.ID, Programmes: []string{s.programme.ID}, Seats: map[string]*int{s.programme.ID: &seats}, Mode: portal.OrderClass, Text: "开订单班",
		Reasons: []portal.MatchReason{{Text: "对口", Points: 40}}}
}

func (s sides) send(t *testing.T, v portal.Viewer, d service.IntentionDraft) portal.Intention {
	t.Helper()
	in, err := s.services.Intentions.Send(t.Context(), v, d)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// told lists the kinds of notifications a person has. What the clock tells of
// partnerships is left out: the seeds have some that are late.
func (s sides) told(t *testing.T, person string) []string {
	t.Helper()
	page, err := s.services.Notices.List(t.Context(), portal.Viewer{Person: person}, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, n := range page.Items {
		if n.Kind != "partnership.dormant" && !strings.HasPrefix(n.Kind, "milestone.") && n.Kind != "list.opened" {
			kinds = append(kinds, n.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func problem(err error) string {
	var invalid portal.Invalid
	if errors.As(err, &invalid) && len(invalid) > 0 {
		return invalid[0].Key
	}
	return ""
}

func TestAnIntentionIsAccepted(t *testing.T) {
	s := approach(t)
	ctx, intentions := t.Context(), s.services.Intentions
	in := s.send(t, s.enterprise, s.draft(20))

	seen, err := intentions.Show(ctx, s.college, in.ID)
	if err != nil || seen.State != portal.IntentionViewed || seen.Contact.Phone == "000-0000-0000" || seen.EnterpriseName == "" {
		t.Fatalf("as the college sees it: %v %q %+v %v", seen.State, seen.EnterpriseName, seen.Contact, err)
	}
	if err := intentions.Write(ctx, s.college, in.ID, "几月开班？"); err != nil {
		t.Fatal(err)
	}
	if _, err := intentions.Accept(ctx, s.college, in.ID, seen.Version, "", nil); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("accepting what was changed meanwhile: %v", err)
	}
	done, err := intentions.Accept(ctx, s.college, in.ID, 0, "欢迎", map[string]*int{s.programme.ID: new(18)})
	if err != nil || done.State != portal.IntentionAccepted {
		t.Fatalf("accept: %v %v", done.State, err)
	}
	after, err := intentions.Show(ctx, s.enterprise, in.ID)
	if err != nil || after.Contact.Phone != "000-0000-0000" {
		t.Errorf("the contact after acceptance: %+v %v", after.Contact, err)
	}
	p, _ := s.records.Programmes.Get(ctx, s.programme.ID)
	if left := p.SeatsLeft(); left == nil || *left != 12 {
		t.Errorf("seats left: %v, want 12", left)
	}
	partnership, err := s.services.Partnerships.Show(ctx, s.college, after.Partnership)
	if err != nil || partnership.Partnership.Stage != portal.PartnershipNegotiating || len(partnership.Partnership.Reasons) != 1 {
		t.Errorf("the partnership: %+v %v", partnership.Partnership, err)
	}
	for name, v := range map[string]portal.Viewer{"visitor": portal.Visitor, "another college": {Organisation: "college-demo-c1", Kind: portal.OfCollege, Record: "demo-c1"}} {
		if _, err := s.services.Partnerships.Show(ctx, v, after.Partnership); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s sees the agreed partnership: %v", name, err)
		}
	}
	if err := s.follower.Rebuild(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if found, err := s.services.Partnerships.List(ctx, portal.Visitor, service.Listing{Text: "筑能"}); err != nil || slices.ContainsFunc(found.Items, func(e service.PartnershipEntry) bool { return !e.Partnership.Public() }) {
		t.Errorf("the public list: %v", err)
	}
	if got, want := s.told(t, s.enterprise.Person), []string{"intention.accepted", "intention.message"}; !slices.Equal(got, want) {
		t.Errorf("the enterprise was told %v, want %v", got, want)
	}
	if got, want := s.told(t, s.college.Person), []string{"intention.agreed", "intention.sent"}; !slices.Equal(got, want) {
		t.Errorf("the college was told %v, want %v", got, want)
	}
	var actions []string
	for _, e := range after.Events {
		actions = append(actions, e.Action)
	}
	if want := []string{"intention.send", "intention.view", "intention.write", "intention.accept", "intention.accepted"}; !slices.Equal(actions, want) {
		t.Errorf("the trail: %v, want %v", actions, want)
	}
}

func TestSeatsAreNeverPromisedTwice(t *testing.T) {
	s := approach(t)
	ids := []string{}
	for range 4 {
		s.need.ID = "" // each about no need, else the second would be the same again
		d := s.draft(20)
		in := s.send(t, s.enterprise, d)
		ids = append(ids, in.ID)
		if _, err := s.records.Intentions.Mutate(t.Context(), in.ID, func(i *portal.Intention) error { i.Need = "demo-n00" + in.ID[:1]; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	var wait sync.WaitGroup
	errs := make([]error, len(ids))
	for k, id := range ids {
		wait.Go(func() { _, errs[k] = s.services.Intentions.Accept(t.Context(), s.college, id, 0, "", nil) })
	}
	wait.Wait()
	accepted := 0
	for k, id := range ids {
		in, err := s.records.Intentions.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case errs[k] == nil && in.State == portal.IntentionAccepted:
			accepted++
		case problem(errs[k]) != "intention.seats_left" || !in.State.Waits() || in.Accepting:
			t.Errorf("a refused one: %v, %v, accepting %v", errs[k], in.State, in.Accepting)
		}
	}
	p, _ := s.records.Programmes.Get(t.Context(), s.programme.ID)
	if accepted != 1 || p.SeatsPromised() != 20 {
		t.Errorf("%d accepted with %d seats promised of 30", accepted, p.SeatsPromised())
	}
}

func TestAnAcceptanceCutOffIsFinished(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	in := s.send(t, s.enterprise, s.draft(5))
	_, err := s.records.Intentions.Mutate(ctx, in.ID, func(i *portal.Intention) error {
		i.Accept("", "p-"+i.ID, i.Programmes, now)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	*s.clock = time.Now().UTC().Add(2 * time.Minute) // the store's own clock dates the write
	if err := s.chores.Once(ctx); err != nil {
		t.Fatal(err)
	}
	got, _ := s.records.Intentions.Get(ctx, in.ID)
	p, _ := s.records.Programmes.Get(ctx, s.programme.ID)
	if _, err := s.records.Partnerships.Get(ctx, "p-"+in.ID); err != nil || got.State != portal.IntentionAccepted || p.SeatsPromised() != 5 {
		t.Errorf("%v, %d promised, %v", got.State, p.SeatsPromised(), err)
	}
}

func TestTheClockOfAnIntention(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	in := s.send(t, s.enterprise, s.draft(5))
	for _, tt := range []struct {
		name    string
		at      time.Duration
		state   portal.IntentionState
		college string // the last thing it was told
		office  int    // how often the office was told
	}{
		{"day 6", 6 * 24 * time.Hour, portal.IntentionSent, "intention.sent", 0},
		{"day 7", 7 * 24 * time.Hour, portal.IntentionSent, "intention.warn", 0},
		{"day 7 again", 7*24*time.Hour + time.Minute, portal.IntentionSent, "intention.warn", 0},
		{"half-way", 10*24*time.Hour + 12*time.Hour, portal.IntentionSent, "intention.warn", 1},
		{"a moment before", 14*24*time.Hour - time.Millisecond, portal.IntentionSent, "intention.warn", 1},
		{"day 14", 14 * 24 * time.Hour, portal.IntentionExpired, "intention.missed", 1},
		{"later", 20 * 24 * time.Hour, portal.IntentionExpired, "intention.missed", 1},
	} {
		*s.clock = now.Add(tt.at)
		if err := s.chores.Once(ctx); err != nil {
			t.Fatal(err)
		}
		got, err := s.records.Intentions.Get(ctx, in.ID)
		if err != nil || got.State != tt.state {
			t.Errorf("%s: %v %v, want %v", tt.name, got.State, err, tt.state)
		}
		if !slices.Contains(s.told(t, s.college.Person), tt.college) {
			t.Errorf("%s: the college was told %v", tt.name, s.told(t, s.college.Person))
		}
		if n := len(s.told(t, s.office.Person)); n != tt.office {
			t.Errorf("%s: the office was told %v", tt.name, s.told(t, s.office.Person))
		}
	}
	if got, want := s.told(t, s.college.Person), []string{"intention.missed", "intention.sent", "intention.warn"}; !slices.Equal(got, want) {
		t.Errorf("the college was told %v, want each once: %v", got, want)
	}
	if _, err := s.services.Intentions.Accept(ctx, s.college, in.ID, 0, "", nil); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("accepting an expired intention: %v", err)
	}
}

func TestWhatAnIntentionRefuses(t *testing.T) {
	s := approach(t)
	ctx, intentions := t.Context(), s.services.Intentions
	with := func(change func(d *service.IntentionDraft)) service.IntentionDraft {
		d := s.draft(5)
		change(&d)
		return d
	}
	other, err := s.records.Programmes.Find(ctx, store.Query{Where: []store.Cond{store.Where("college_id", "demo-c1")}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	foreign := other.Items[0].ID
	reader, waiting := s.enterprise, s.enterprise
	reader.Role, waiting.State = portal.Reader, portal.OrganisationRegistered
	for _, tt := range []struct {
		name  string
		v     portal.Viewer
		draft service.IntentionDraft
		want  string // key of the problem
		kind  error
	}{
		{"no text", s.enterprise, with(func(d *service.IntentionDraft) { d.Text = " " }), "problem.required", nil},
		{"no programme", s.enterprise, with(func(d *service.IntentionDraft) { d.Programmes = nil }), "intention.programmes", nil},
		{"unknown programme", s.enterprise, with(func(d *service.IntentionDraft) { d.Programmes = []string{"x-1"} }), "intention.programme_gone", nil},
		{"two colleges", s.enterprise, with(func(d *service.IntentionDraft) { d.Programmes = append(d.Programmes, foreign) }), "intention.one_college", nil},
		{"no such mode", s.enterprise, with(func(d *service.IntentionDraft) { d.Mode = "x" }), "problem.required", nil},
		{"no students", s.enterprise, with(func(d *service.IntentionDraft) { d.Seats = map[string]*int{s.programme.ID: new(0)} }), "intention.seats", nil},
		{"more than are free", s.enterprise, with(func(d *service.IntentionDraft) { d.Seats = map[string]*int{s.programme.ID: new(31)} }), "intention.seats_left", nil},
		{"need of nobody", s.enterprise, with(func(d *service.IntentionDraft) { d.Need = "x" }), "intention.need_closed", nil},
		{"a college without a need", s.college, with(func(d *service.IntentionDraft) { d.Need = "" }), "problem.required", nil},
		{"a college with another's programme", s.college, with(func(d *service.IntentionDraft) { d.Programmes, d.Seats = []string{foreign}, nil }), "", portal.ErrNotFound},
		{"a reader", reader, s.draft(5), "", portal.ErrForbidden},
		{"not verified yet", waiting, s.draft(5), "", portal.ErrForbidden},
		{"the office", s.office, s.draft(5), "", portal.ErrForbidden},
		{"a visitor", portal.Visitor, s.draft(5), "", portal.ErrForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := intentions.Send(ctx, tt.v, tt.draft)
			if problem(err) != tt.want || tt.kind != nil && !errors.Is(err, tt.kind) || err == nil {
				t.Errorf("got %v, want %s %v", err, tt.want, tt.kind)
			}
		})
	}
	in := s.send(t, s.enterprise, s.draft(5))
	if _, err := intentions.Send(ctx, s.enterprise, s.draft(5)); problem(err) != "intention.waits_already" {
		t.Errorf("the same again: %v", err)
	}
	if _, err := intentions.Decline(ctx, s.college, []string{in.ID}, "", ""); problem(err) != "problem.required" {
		t.Errorf("declined without a reason: %v", err)
	}
	if err := s.records.Programmes.Delete(ctx, s.programme.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := intentions.Accept(ctx, s.college, in.ID, 0, "", nil); problem(err) != "intention.programme_withdrawn" {
		t.Errorf("accepting about a programme that is gone: %v", err)
	}
	if n, err := intentions.Decline(ctx, s.college, []string{in.ID, in.ID}, "no_fit", "谢谢"); n != 1 || err != nil {
		t.Errorf("declined %d (%v), want one of the two", n, err)
	}
	if err := intentions.Withdraw(ctx, s.enterprise, in.ID, 0, ""); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("withdrawing what was declined: %v", err)
	}
}

func TestAnAnonymousNeedNamesNobodyBeforeAcceptance(t *testing.T) {
	s := approach(t)
	ctx := t.Context()
	if _, err := s.records.Needs.Mutate(ctx, s.need.ID, func(n *portal.Need) error { n.Anonymous = true; return nil }); err != nil {
		t.Fatal(err)
	}
	in := s.send(t, s.college, s.draft(5))
	before, err := s.services.Intentions.Show(ctx, s.college, in.ID)
	if err != nil || before.EnterpriseName != "" || before.Enterprise != "" || before.Contact.Name != "" {
		t.Errorf("before: %q %q %v", before.EnterpriseName, before.Enterprise, err)
	}
	if _, err := s.services.Intentions.Accept(ctx, s.enterprise, in.ID, 0, "", nil); err != nil {
		t.Fatal(err)
	}
	after, err := s.services.Intentions.Show(ctx, s.college, in.ID)
	if err != nil || after.EnterpriseName == "" || after.Contact.Phone != "000-0000-0000" {
		t.Errorf("after: %q %+v %v", after.EnterpriseName, after.Contact, err)
	}
}

func TestTheOfficePassesOnWhatNobodyHasClaimed(t *testing.T) {
	s := approach(t)
	if err := s.records.Organisations.Delete(t.Context(), s.college.Organisation, 0); err != nil {
		t.Fatal(err)
	}
	in := s.send(t, s.enterprise, s.draft(5))
	if got := s.told(t, s.office.Person); !slices.Equal(got, []string{"intention.unclaimed"}) {
		t.Errorf("the office was told %v", got)
	}
	if e, err := s.services.Intentions.Show(t.Context(), s.office, in.ID); err != nil || e.Claimed || e.Contact.Name != "" {
		t.Errorf("as the office sees it: claimed %v, contact %+v, %v", e.Claimed, e.Contact, err)
	}
}
