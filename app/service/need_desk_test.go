package service_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// desks are indexed seeds with the fictional organisations.
func desks(t testing.TB) house {
	t.Helper()
	h := indexed(t)
	if _, err := h.services.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	return h
}

// asker is an owner of the fictional enterprise, and taker one of the fictional college.
func asker() portal.Viewer {
	return portal.Viewer{Person: "demo-person-enterprise", Organisation: portal.EnterpriseOrganisation("demo-e01"), Kind: portal.OfEnterprise,
		State: portal.OrganisationVerified, Record: "demo-e01", Role: portal.Owner}
}

func taker() portal.Viewer {
	return portal.Viewer{Person: "demo-person-college", Organisation: portal.CollegeOrganisation("demo-c2"), Kind: portal.OfCollege,
		State: portal.OrganisationVerified, Record: "demo-c2", Role: portal.Owner}
}

func whole() service.NeedDraft {
	return service.NeedDraft{Title: "储能材料技术员", Text: "储能电池材料制备与检测，会用涂布机", Industry: "C38", Level: portal.WantVocational, Anonymous: true}
}

// fields are the fields an error finds fault with.
func fields(err error) []string {
	var invalid portal.Invalid
	errors.As(err, &invalid)
	var out []string
	for _, p := range invalid {
		out = append(out, p.Field)
	}
	slices.Sort(out)
	return out
}

func TestNeedDraftsAndWhatPublishingAsks(t *testing.T) {
	h := desks(t)
	many := 1_000_000
	for _, tt := range []struct {
		name    string
		change  func(*service.NeedDraft)
		publish bool
		want    []string
	}{
		{"nothing at all", func(d *service.NeedDraft) { *d = service.NeedDraft{} }, false, []string{"text"}},
		{"a title makes a draft", func(d *service.NeedDraft) { *d = service.NeedDraft{Title: "技术员"} }, false, nil},
		{"a text makes a draft", func(d *service.NeedDraft) { *d = service.NeedDraft{Text: "要 30 名技术员"} }, false, nil},
		{"a title is not enough to publish", func(d *service.NeedDraft) { d.Text = "" }, true, []string{"text"}},
		{"no industry", func(d *service.NeedDraft) { d.Industry = "" }, true, []string{"industry"}},
		{"unknown headcount", func(d *service.NeedDraft) {}, true, nil},
		{"too many people", func(d *service.NeedDraft) { d.Headcount = &many }, false, []string{"headcount"}},
		{"a made-up mode", func(d *service.NeedDraft) { d.Modes = []portal.Mode{"marriage"} }, false, []string{"mode"}},
		{"a made-up place", func(d *service.NeedDraft) { d.District = "火星" }, false, []string{"district"}},
		{"too long a time", func(d *service.NeedDraft) { d.Days = 181 }, false, []string{"days"}},
		{"interns without the check", func(d *service.NeedDraft) { d.Internship = &portal.Internship{} }, true, []string{"confirmed"}},
		{"interns in a draft", func(d *service.NeedDraft) { d.Internship = &portal.Internship{} }, false, nil},
		{"interns and the check", func(d *service.NeedDraft) { d.Internship, d.Confirmed = &portal.Internship{}, true }, true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := whole()
			tt.change(&d)
			rec, err := h.services.Needs.Draft(t.Context(), asker(), d, tt.publish)
			if got := fields(err); !slices.Equal(got, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("faults in %v (%v), want %v", got, err, tt.want)
			}
			if err != nil {
				return
			}
			if rec.OpenAt(now) != tt.publish || rec.Title == "" || rec.Origin.Certainty != portal.Demo || len(rec.Events) != 1 {
				t.Errorf("kept as %+v", rec)
			}
			if d.Confirmed && (rec.Internship.Confirmed == nil || rec.Internship.Confirmed.By != asker().Person || len(rec.Internship.Confirmed.Points) == 0) {
				t.Errorf("the check is kept as %+v", rec.Internship)
			}
		})
	}
}

func TestNeedLife(t *testing.T) {
	h := desks(t)
	ctx, needs, v := t.Context(), h.services.Needs, asker()
	count := func(s portal.NeedStatus) int {
		t.Helper()
		counts, err := needs.Counts(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		page, err := needs.Mine(ctx, v, s, "", 500)
		if err != nil || len(page.Items) != counts[s] {
			t.Errorf("%s: %d counted, %d listed (%v)", s, counts[s], len(page.Items), err)
		}
		return counts[s]
	}
	rec, err := needs.Draft(ctx, v, whole(), false)
	if err != nil || count(portal.NeedDraft) != 1 {
		t.Fatal(err)
	}
	public := func() bool {
		t.Helper()
		_, err := needs.Show(ctx, portal.Visitor, rec.ID)
		if err != nil && !errors.Is(err, portal.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	step := func(what string, err error, visible bool) {
		t.Helper()
		if err != nil || public() != visible {
			t.Errorf("%s: %v, public %v, want %v", what, err, public(), visible)
		}
	}
	step("draft", nil, false)
	_, err = needs.Publish(ctx, v, rec.ID)
	step("publish", err, true)
	if e, err := needs.Show(ctx, portal.Visitor, rec.ID); err != nil || e.Enterprise.ID != "" || e.Need.EnterpriseID != "" || len(e.Need.Events) > 0 {
		t.Errorf("an anonymous need tells a visitor %+v (%v)", e, err)
	}
	_, err = needs.Pause(ctx, v, rec.ID)
	step("pause", err, false)
	_, err = needs.Resume(ctx, v, rec.ID)
	step("resume", err, true)
	if _, err := needs.Resume(ctx, v, rec.ID); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("resuming an open need: %v, want a conflict", err)
	}
	open := count(portal.NeedOpen)
	until := now.AddDate(0, 0, portal.NeedDays)
	*h.clock = until.Add(-time.Millisecond)
	step("just before the end", nil, true)
	*h.clock = until
	step("at the end", nil, false)
	if count(portal.NeedExpired) == 0 || count(portal.NeedOpen) >= open {
		t.Error("the counts do not follow the clock")
	}
	_, err = needs.Renew(ctx, v, rec.ID, 30)
	step("renew", err, true)
	_, err = needs.Close(ctx, v, rec.ID, portal.FilledHere)
	step("close", err, false)
	d := whole()
	if _, err := needs.Edit(ctx, v, rec.ID, 0, d, false); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("editing a closed need: %v, want a conflict", err)
	}
	own, err := needs.Own(ctx, v, rec.ID)
	if err != nil || own.CloseReason != portal.FilledHere || own.Events[len(own.Events)-1].Action != "need.close" || own.Events[len(own.Events)-1].N != 6 {
		t.Errorf("at the end %s with the events %+v (%v)", own.CloseReason, own.Events, err)
	}
}

func TestNeedsOfOthersAndRoles(t *testing.T) {
	h := desks(t)
	ctx, needs := t.Context(), h.services.Needs
	rec, err := needs.Draft(ctx, asker(), whole(), false)
	if err != nil {
		t.Fatal(err)
	}
	change := func(f func(*portal.Viewer)) portal.Viewer { v := asker(); f(&v); return v }
	for _, tt := range []struct {
		name          string
		v             portal.Viewer
		see           error
		edit, publish error
	}{
		{"owner of another", change(func(v *portal.Viewer) { v.Record, v.Organisation = "demo-e02", "enterprise-demo-e02" }), portal.ErrNotFound, portal.ErrNotFound, portal.ErrNotFound},
		{"college", taker(), portal.ErrNotFound, portal.ErrNotFound, portal.ErrNotFound},
		{"visitor", portal.Visitor, portal.ErrNotFound, portal.ErrNotFound, portal.ErrNotFound},
		{"viewer role", change(func(v *portal.Viewer) { v.Role = portal.Reader }), nil, portal.ErrForbidden, portal.ErrForbidden},
		{"not verified yet", change(func(v *portal.Viewer) { v.State = portal.OrganisationRegistered }), nil, nil, portal.ErrForbidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			have, _ := h.records.Needs.Get(ctx, rec.ID)
			if _, err := needs.Own(ctx, tt.v, rec.ID); !errors.Is(err, tt.see) {
				t.Errorf("seeing: %v, want %v", err, tt.see)
			}
			if _, err := needs.Edit(ctx, tt.v, rec.ID, have.Version, whole(), false); !errors.Is(err, tt.edit) {
				t.Errorf("editing: %v, want %v", err, tt.edit)
			}
			if _, err := needs.Publish(ctx, tt.v, rec.ID); !errors.Is(err, tt.publish) {
				t.Errorf("publishing: %v, want %v", err, tt.publish)
			}
			if _, err := needs.Draft(ctx, tt.v, whole(), true); !errors.Is(err, portal.ErrForbidden) {
				if tt.name != "owner of another" {
					t.Errorf("publishing at once: %v, want forbidden", err)
				}
			}
		})
	}
	have, _ := h.records.Needs.Get(ctx, rec.ID)
	first, second := whole(), whole()
	first.Title, second.Title = "甲改的标题", "乙改的标题"
	if _, err := needs.Edit(ctx, asker(), rec.ID, have.Version, first, false); err != nil {
		t.Fatal(err)
	}
	if _, err := needs.Edit(ctx, asker(), rec.ID, have.Version, second, false); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("the second of two editors: %v, want a conflict", err)
	}
}

func TestNeedsAProgrammeFits(t *testing.T) {
	h := desks(t)
	ctx := t.Context()
	d := whole()
	rec, err := h.services.Needs.Draft(ctx, asker(), d, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(ctx); err != nil {
		t.Fatal(err)
	}
	const programme = "demo-c2-430504"
	fits, degraded, err := h.services.Match.Fitting(ctx, taker(), programme)
	if err != nil || degraded || len(fits) == 0 || len(fits) > 10 {
		t.Fatalf("%d needs fit (%v, %v)", len(fits), degraded, err)
	}
	found := false
	for i, f := range fits {
		if i > 0 && f.Offered.S > fits[i-1].Offered.S {
			t.Error("the needs are not in the order of their scores")
		}
		if f.Offered.Offer.Programme.ID != programme || len(f.Offered.Chips()) == 0 {
			t.Errorf("%s is explained by %d reasons of %s", f.Need.ID, len(f.Offered.Chips()), f.Offered.Offer.Programme.ID)
		}
		if f.Need.ID == rec.ID {
			found = true
			if f.Enterprise.ID != "" || f.Need.EnterpriseID != "" {
				t.Error("the reverse match names an anonymous enterprise")
			}
			answer, err := h.services.Match.Rank(ctx, portal.Visitor, service.NeedOf(rec))
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range answer.Answer.Offered {
				if o.Offer.Programme.ID == programme && o.S != f.Offered.S {
					t.Errorf("seen from the need the score is %v, from the programme %v", o.S, f.Offered.S)
				}
			}
		}
	}
	if !found {
		t.Error("the new need is not among those that fit")
	}
	for name, v := range map[string]portal.Viewer{"visitor": portal.Visitor, "enterprise": asker()} {
		if _, _, err := h.services.Match.Fitting(ctx, v, programme); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	list, err := h.services.Needs.FittingCollege(ctx, taker(), 1)
	if err != nil || list.Total == 0 {
		t.Errorf("the college has %d fitting needs (%v)", list.Total, err)
	}
}

// told counts the notifications of a kind a person has.
func told(t *testing.T, h house, person, kind string) (n int) {
	t.Helper()
	err := h.records.Notifications.All(t.Context(), []store.Cond{store.Where("person", person)}, func(note *portal.Notification) error {
		if note.Kind == kind {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCollegesHearOfFittingNeedsOnceADay(t *testing.T) {
	h := desks(t)
	ctx := t.Context()
	if _, err := h.services.Needs.Draft(ctx, asker(), whole(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(ctx); err != nil {
		t.Fatal(err)
	}
	turn := func() {
		t.Helper()
		// Chores anew each time: a portal that was restarted must not tell twice either.
		for range 2 {
			service.NewChores(h.rooms, h.services).Once(ctx)
		}
	}
	before := told(t, h, taker().Person, "needs.fitting")
	*h.clock = now.AddDate(0, 0, 1)
	turn()
	if got := told(t, h, taker().Person, "needs.fitting"); got != before+1 {
		t.Errorf("told %d times, want once", got-before)
	}
	*h.clock = now.AddDate(0, 0, 2)
	turn()
	if got := told(t, h, taker().Person, "needs.fitting"); got != before+1 {
		t.Errorf("a day without new needs brings %d messages", got-before-1)
	}
	*h.clock = now.AddDate(0, 0, 3)
	if _, err := h.services.Needs.Draft(ctx, asker(), whole(), true); err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(ctx); err != nil {
		t.Fatal(err)
	}
	*h.clock = now.AddDate(0, 0, 6) // nobody was there for two days
	turn()
	if got := told(t, h, taker().Person, "needs.fitting"); got != before+2 {
		t.Errorf("after days out of service told %d times, want once", got-before-1)
	}
}

func TestWhatASuspendedEnterpriseAsksIsOutOfSight(t *testing.T) {
	h := desks(t)
	ctx := t.Context()
	rec, err := h.services.Needs.Draft(ctx, asker(), whole(), true)
	if err != nil {
		t.Fatal(err)
	}
	office := portal.Viewer{Person: "demo-person-reviewer", Organisation: portal.OfficeID, Kind: portal.Office, State: portal.OrganisationVerified, Role: portal.Reviewer, Sure: true}
	decide := func(to portal.OrganisationState) {
		t.Helper()
		org, err := h.services.Organisations.Show(ctx, office, asker().Organisation)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.services.Organisations.Decide(ctx, office, org.ID, org.Version, to, "核查中"); err != nil {
			t.Fatal(err)
		}
		if err := h.chores.Once(ctx); err != nil {
			t.Fatal(err)
		}
	}
	decide(portal.OrganisationSuspended)
	if _, err := h.services.Needs.Show(ctx, portal.Visitor, rec.ID); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("a visitor still reads the need: %v", err)
	}
	decide(portal.OrganisationVerified)
	if rec, err = h.services.Needs.Resume(ctx, asker(), rec.ID); err != nil || !rec.OpenAt(*h.clock) {
		t.Errorf("readmitted, the enterprise cannot open it again: %v", err)
	}
}

func TestEnterprisesHearOfTheFirstProgrammeThatCoversTheirNeed(t *testing.T) {
	h := desks(t)
	ctx := t.Context()
	d := service.NeedDraft{Title: "气象观测员", Text: "气象观测员", Industry: "M74"}
	rec, err := h.services.Needs.Draft(ctx, asker(), d, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(ctx); err != nil {
		t.Fatal(err)
	}
	fit, err := h.records.Fits.Get(ctx, rec.ID)
	if err != nil || len(fit.Codes) == 0 {
		t.Fatalf("no specialism covers the need (%v)", err)
	}
	p := portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID("demo-c2", fit.Codes[0])}, CollegeID: "demo-c2", Code: fit.Codes[0], Name: "演示新专业",
		Level: portal.Associate, Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	if err := h.records.Programmes.Insert(ctx, &p); err != nil {
		t.Fatal(err)
	}
	if _, err := h.follower.Step(ctx); err != nil {
		t.Fatal(err)
	}
	*h.clock = time.Now().UTC() // the store stamps records by its own clock
	if !rec.OpenAt(*h.clock) {
		t.Skip("this test reads the real clock")
	}
	for range 2 {
		service.NewChores(h.rooms, h.services).Once(ctx)
	}
	if got := told(t, h, asker().Person, "need.covered"); got != 1 {
		t.Errorf("told %d times, want once", got)
	}
}
