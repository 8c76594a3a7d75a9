package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// pupil is an owner of a fictional school, made with its organisation.
func pupil(t testing.TB, h house) portal.Viewer {
	t.Helper()
	v := portal.Viewer{Person: "demo-person-school", Name: "学校", Organisation: "school-demo", Kind: portal.OfSchool, State: portal.OrganisationVerified, Role: portal.Owner}
	o := portal.Organisation{Meta: portal.Meta{ID: v.Organisation}, Kind: v.Kind, Name: "演示·花溪河小学", State: v.State,
		Contact: portal.Contact{Name: "演示教师", Phone: "000-1111-2222", Email: "school@demo.invalid"}, Members: []portal.Member{{Person: v.Person, Role: v.Role, Since: now}},
		Submitted: now, Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	p := portal.Person{Meta: portal.Meta{ID: v.Person}, Email: "school@demo.invalid", Name: v.Name, Organisation: o.ID, Demo: true}
	if err := errors.Join(h.records.Organisations.Insert(t.Context(), &o), h.records.Persons.Insert(t.Context(), &p)); err != nil {
		t.Fatal(err)
	}
	return v
}

func lab() service.ResourceDraft {
	return service.ResourceDraft{Kind: portal.Laboratory, Name: "演示机器人实训室", Text: "工业机器人编程与调试", Related: []string{"430504", "4602"}, Capacity: new(40), Hours: "工作日",
		Charge: portal.ChargeFree, OpenTo: []portal.OrganisationKind{portal.OfSchool, portal.OfEnterprise}, District: "清镇市"}
}

// opened are desks with an open resource of the fictional college.
func opened(t testing.TB, change func(*service.ResourceDraft)) (house, portal.Resource, portal.Viewer) {
	t.Helper()
	h := desks(t)
	d := lab()
	if change != nil {
		change(&d)
	}
	res, err := h.services.Resources.Draft(t.Context(), taker(), d, true)
	if err != nil {
		t.Fatal(err)
	}
	return h, res, pupil(t, h)
}

func TestWhatAResourceHasToSay(t *testing.T) {
	h := desks(t)
	for _, tt := range []struct {
		name   string
		change func(*service.ResourceDraft)
		open   bool
		want   []string
	}{
		{"a kind and a name make a draft", func(d *service.ResourceDraft) { *d = service.ResourceDraft{Kind: d.Kind, Name: d.Name} }, false, nil},
		{"and are not enough to open it", func(d *service.ResourceDraft) { *d = service.ResourceDraft{Kind: d.Kind, Name: d.Name} }, true, []string{"charge", "hours", "open_to", "text"}},
		{"nothing", func(d *service.ResourceDraft) { *d = service.ResourceDraft{} }, false, []string{"kind", "name"}},
		{"a made-up kind", func(d *service.ResourceDraft) { d.Kind = "castle" }, false, []string{"kind"}},
		{"open to the office", func(d *service.ResourceDraft) { d.OpenTo = []portal.OrganisationKind{portal.Office} }, false, []string{"open_to"}},
		{"a made-up charge", func(d *service.ResourceDraft) { d.Charge = "gold" }, false, []string{"charge"}},
		{"a charge without saying how much", func(d *service.ResourceDraft) { d.Charge = portal.ChargePaid }, true, []string{"terms"}},
		{"no room", func(d *service.ResourceDraft) { d.Capacity = new(0) }, false, []string{"capacity"}},
		{"unknown room", func(d *service.ResourceDraft) { d.Capacity = nil }, true, nil},
		{"a code of no catalogue", func(d *service.ResourceDraft) { d.Related = []string{"430504", "999999"} }, false, []string{"related"}},
		{"a class by its code, twice", func(d *service.ResourceDraft) { d.Related = []string{"4602", " 4602"} }, true, nil},
		{"a made-up place", func(d *service.ResourceDraft) { d.District = "火星" }, false, []string{"district"}},
		{"too long a name", func(d *service.ResourceDraft) { d.Name = strings.Repeat("长", 61) }, false, []string{"name"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := lab()
			tt.change(&d)
			rec, err := h.services.Resources.Draft(t.Context(), taker(), d, tt.open)
			if got := fields(err); !slices.Equal(got, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("faults in %v (%v), want %v", got, err, tt.want)
			}
			if err == nil && (rec.Public() != tt.open || rec.Origin.Certainty != portal.Demo || len(rec.Events) != 1 || rec.Organisation != taker().Organisation) {
				t.Errorf("kept as %+v", rec)
			}
		})
	}
}

func TestResourceLife(t *testing.T) {
	h := desks(t)
	ctx, resources, v := t.Context(), h.services.Resources, taker()
	rec, err := resources.Draft(ctx, v, lab(), false)
	if err != nil {
		t.Fatal(err)
	}
	step := func(what string, err error, visible bool) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if _, err := h.follower.Step(ctx); err != nil {
			t.Fatal(err)
		}
		_, err = resources.Show(ctx, portal.Visitor, rec.ID)
		list, lerr := resources.List(ctx, portal.Visitor, service.Listing{Text: "机器人实训室", Refine: map[string][]string{"kind": {"lab"}, "open_to": {"school"}, "cluster": {"qingzhen_vocational_city"}}})
		listed := slices.ContainsFunc(list.Items, func(e service.ResourceEntry) bool { return e.Resource.ID == rec.ID })
		page, perr := h.services.Colleges.Show(ctx, portal.Visitor, "demo-c2")
		there := slices.ContainsFunc(page.Resources, func(e service.ResourceEntry) bool { return e.Resource.ID == rec.ID })
		if lerr != nil || perr != nil || (err == nil) != visible || listed != visible || there != visible {
			t.Errorf("%s: shown %v, listed %v, on the college's page %v, want %v (%v %v)", what, err == nil, listed, there, visible, lerr, perr)
		}
	}
	act := func(act portal.ResourceAct) error { _, err := resources.Act(ctx, v, rec.ID, act); return err }
	step("draft", nil, false)
	step("open", act(portal.ActOpen), true)
	step("pause", act(portal.ActPause), false)
	if err := act(portal.ActPause); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("pausing twice: %v", err)
	}
	step("reopen", act(portal.ActReopen), true)
	office := portal.Viewer{Person: "demo-person-reviewer", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}
	decide := func(to portal.OrganisationState) error {
		o, err := h.records.Organisations.Get(ctx, v.Organisation)
		if err != nil {
			return err
		}
		_, err = h.services.Organisations.Decide(ctx, office, o.ID, o.Version, to, "核查")
		return err
	}
	step("suspended", decide(portal.OrganisationSuspended), false)
	if _, err := resources.Draft(ctx, v, lab(), true); err != nil { // by somebody whose session knew it verified
		t.Fatal(err)
	}
	if n, err := h.records.Resources.Count(ctx, store.Where("organisation", v.Organisation), store.Where("public", true)); err != nil || n != 0 {
		t.Errorf("a suspended college has %d public resources (%v)", n, err)
	}
	step("readmitted", decide(portal.OrganisationVerified), true)
	step("withdrawn", act(portal.ActRetire), false)
	for _, a := range []portal.ResourceAct{portal.ActOpen, portal.ActReopen, portal.ActPause, portal.ActRetire} {
		if err := act(a); !errors.Is(err, portal.ErrConflict) {
			t.Errorf("%s of a withdrawn one: %v", a, err)
		}
	}
	own, err := resources.Own(ctx, v, rec.ID)
	if err != nil || len(own.Events) != 7 {
		t.Errorf("%d events (%v), want 7", len(own.Events), err)
	}
}

func TestResourcesOfOthersAndTwoEditors(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx, resources := t.Context(), h.services.Resources
	first, second := lab(), lab()
	first.Name, second.Name = "甲改的名称", "乙改的名称"
	if _, err := resources.Edit(ctx, taker(), res.ID, res.Version, first, false); err != nil {
		t.Fatal(err)
	}
	if _, err := resources.Edit(ctx, taker(), res.ID, res.Version, second, false); !errors.Is(err, portal.ErrConflict) {
		t.Errorf("the second of two editors: %v, want a conflict", err)
	}
	for name, v := range map[string]portal.Viewer{"school": school, "enterprise": asker(), "visitor": portal.Visitor} {
		if _, err := resources.Edit(ctx, v, res.ID, 0, first, false); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s edits it: %v", name, err)
		}
		if _, err := resources.Act(ctx, v, res.ID, portal.ActPause); !errors.Is(err, portal.ErrNotFound) {
			t.Errorf("%s pauses it: %v", name, err)
		}
	}
	unverified := asker()
	unverified.State = portal.OrganisationRegistered
	if _, err := resources.Draft(ctx, unverified, lab(), true); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("before it is verified an enterprise opens one: %v", err)
	}
	if rec, err := resources.Draft(ctx, unverified, lab(), false); err != nil || rec.Public() {
		t.Errorf("its draft: %v %v", rec.State, err)
	}
	if _, err := resources.Draft(ctx, school, lab(), false); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a school adds one: %v", err)
	}
}

func TestPurgingTakesResourcesAndRequests(t *testing.T) {
	h, res, school := opened(t, nil)
	ctx := t.Context()
	if _, err := h.services.Bookings.Send(ctx, school, asking(res.ID, 24, 26)); err != nil {
		t.Fatal(err)
	}
	if _, err := service.PurgeDemo(ctx, portal.System, h.records); err != nil {
		t.Fatal(err)
	}
	resources, _ := h.records.Resources.Count(ctx)
	bookings, err := h.records.Bookings.Count(ctx)
	if err != nil || resources != 0 || bookings != 0 {
		t.Errorf("%d resources and %d requests are left (%v)", resources, bookings, err)
	}
}
