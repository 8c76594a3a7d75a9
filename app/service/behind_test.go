package service_test

import (
	"fmt"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/search"
)

// TestNeedsAreMatchedBehindTheIndex has more needs than a rebuild matches: all are found at
// once by their words, and what fits them comes after, whoever follows by then.
func TestNeedsAreMatchedBehindTheIndex(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	office := portal.Viewer{Person: "demo-person-reviewer", Organisation: portal.OfficeID, Kind: portal.Office, Role: portal.Reviewer, State: portal.OrganisationVerified, Sure: true}
	needs := make([]portal.Need, 600)
	for i := range needs {
		needs[i] = portal.Need{Meta: portal.Meta{ID: fmt.Sprintf("behind-%03d", i)}, EnterpriseID: "demo-e01", Title: "数控车床操作工", Text: fmt.Sprintf("数控加工，%d号线", i),
			Status: portal.NeedOpen, PublishedAt: now.Add(-time.Duration(i) * time.Hour), ExpiresAt: now.AddDate(0, 1, 0), Origin: portal.Origin{Certainty: portal.Demo}}
	}
	if err := h.records.Needs.InsertMany(ctx, needs); err != nil {
		t.Fatal(err)
	}
	all := func(scope search.Filter) int {
		t.Helper()
		res, err := h.rooms.Engine.Search(ctx, search.Query{Index: service.NeedsIndex, Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	}
	known := func() int { t.Helper(); return all(search.In{Field: "covered", Values: []string{"covered", "gap"}}) }
	rebuild := func() *service.Follower {
		t.Helper()
		f := service.NewFollower(h.rooms, h.services.Match)
		if err := f.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		return f
	}
	steps := func(f *service.Follower) (n int) {
		t.Helper()
		for {
			if _, err := f.Step(ctx); err != nil {
				t.Fatal(err)
			}
			if n++; f.Waiting() == 0 {
				return n
			}
		}
	}

	f := rebuild()
	total := all(nil)
	if waits := total - known(); waits <= 0 || total < len(needs) {
		t.Fatalf("%d of %d needs wait after the first build", waits, total)
	}
	view, err := h.services.Supply.View(ctx, office)
	for until := time.Now().Add(time.Minute); err == nil && view.Counting && time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		view, err = h.services.Supply.View(ctx, office)
	}
	if err != nil || view.Waiting != total-known() {
		t.Errorf("the office is told that %d needs wait (%v), %d do", view.Waiting, err, total-known())
	}
	cursors := f.Cursors()
	if _, err := f.Step(ctx); err != nil {
		t.Fatal(err)
	}
	// Another process takes over: the index itself says what waits.
	other := service.NewFollower(h.rooms, h.services.Match)
	other.Resume(cursors)
	if n := steps(other); n < 2 || known() != total {
		t.Errorf("after %d steps %d of %d needs are matched", n, known(), total)
	}

	// What the match knows has changed: until a need is read again, what was found holds.
	err = h.records.Fits.All(ctx, nil, func(fit *portal.Fit) error {
		_, err := h.records.Fits.Mutate(ctx, fit.ID, func(f *portal.Fit) error { f.Key, f.Codes = "of another release", []string{"old"}; return nil })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f = rebuild()
	if known() != total || all(search.Eq("specialism", "old")) == 0 {
		t.Errorf("%d of %d needs are known, %d as they were", known(), total, all(search.Eq("specialism", "old")))
	}
	steps(f)
	if n := all(search.Eq("specialism", "old")); n != 0 {
		t.Errorf("%d needs still show what was found before", n)
	}
}
