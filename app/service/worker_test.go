package service_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/search"
	"liangcheng/search/local"
)

// soon waits for something that happens by itself.
func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("it never came: %s", what)
}

// TestWorkersShareAnIndex runs two workers on one store and one index: one of them keeps
// it, a command fences it off, and when one stops the other goes on.
func TestWorkersShareAnIndex(t *testing.T) {
	h := open(t, true)
	index := local.New(service.Schemas()...)
	rooms := h.rooms
	rooms.Engine = index
	worker := func() *service.Worker {
		mine := rooms
		mine.Roster = service.NewRoster(h.records)
		w := service.NewWorker(service.NewFollower(mine, service.New(mine).Match), true)
		w.Every = 10 * time.Millisecond
		return w
	}
	workers := []*service.Worker{worker(), worker()}
	var running sync.WaitGroup
	stops := make([]context.CancelFunc, len(workers))
	for i, w := range workers {
		var ctx context.Context
		ctx, stops[i] = context.WithCancel(t.Context())
		running.Go(func() { w.Run(ctx) })
	}
	t.Cleanup(func() {
		for _, stop := range stops {
			stop()
		}
		running.Wait()
	})
	soon(t, "both know that the index is filled", func() bool { return workers[0].Filled() && workers[1].Filled() })
	if workers[0].Holding() == workers[1].Holding() {
		t.Errorf("holding: %v and %v, want one of them", workers[0].Holding(), workers[1].Holding())
	}
	finds := func(name string) func() bool {
		return func() bool {
			res, err := index.Search(t.Context(), search.Query{Index: service.EnterprisesIndex, Text: name})
			return err == nil && res.Total == 1
		}
	}
	write := func(id, name string) {
		t.Helper()
		e := portal.Enterprise{Meta: portal.Meta{ID: id}, Name: name, Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
		if err := h.records.Enterprises.Insert(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
	write("w1", "甲壬试验公司")
	soon(t, "the first record is indexed", finds("甲壬试验公司"))

	drifts, err := worker().Reconcile(t.Context()) // as a command does, over the head of the holder
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drifts {
		if d.Differences() != 0 {
			t.Errorf("drift: %+v", d)
		}
	}
	write("w2", "乙壬试验公司")
	soon(t, "after the command somebody goes on", finds("乙壬试验公司"))

	holder := 0
	if workers[1].Holding() {
		holder = 1
	}
	stops[holder]()
	write("w3", "丙壬试验公司")
	soon(t, "after the holder stopped the other goes on", finds("丙壬试验公司"))
}

// TestReconcileMendsWhatDiffers spoils an index in every way and has it mended.
func TestReconcileMendsWhatDiffers(t *testing.T) {
	h := indexed(t)
	var some []string
	for doc, err := range h.rooms.Engine.Versions(t.Context(), service.ProgrammesIndex) {
		if err != nil {
			t.Fatal(err)
		}
		if some = append(some, doc.ID); len(some) == 3 {
			break
		}
	}
	spoil := search.Batch{Delete: some[:1], Put: []search.Document{{ID: "stray", Version: 1}, {ID: some[1], Version: 99}}}
	if _, err := h.rooms.Engine.Apply(t.Context(), service.ProgrammesIndex, spoil); err != nil {
		t.Fatal(err)
	}
	for round, want := range []service.Drift{{Missing: 1, Stale: 1, Extra: 1}, {}} {
		drifts, err := h.follower.Reconcile(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range drifts {
			if d.Index == service.ProgrammesIndex && (d.Missing != want.Missing || d.Stale != want.Stale || d.Extra != want.Extra || d.Doubled != 0) {
				t.Errorf("round %d: %+v, want %+v", round, d, want)
			}
		}
	}
}

// TestRosterFollowsTheStore changes what a match reads and finds it changed.
func TestRosterFollowsTheStore(t *testing.T) {
	h := open(t, true)
	roster := service.NewRoster(h.records)
	step := func() {
		t.Helper()
		if _, err := roster.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	step()
	const code = "520201"
	before := roster.Offers([]string{code})
	if len(before) < 2 {
		t.Fatalf("%d offers of %s", len(before), code)
	}
	first := before[0]
	if _, err := h.records.Colleges.Mutate(t.Context(), first.College.ID, func(c *portal.College) error { c.Name = "改名学院"; return nil }); err != nil {
		t.Fatal(err)
	}
	partnership := portal.Partnership{Meta: portal.Meta{ID: "roster-test"}, Type: portal.OrderClass, Title: "试验", Programmes: []string{code},
		Colleges: []portal.Party{{ID: first.College.ID, Name: "改名学院"}}, Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	if err := h.records.Partnerships.Insert(t.Context(), &partnership); err != nil {
		t.Fatal(err)
	}
	if err := h.records.Programmes.Delete(t.Context(), before[1].Programme.ID, 0); err != nil {
		t.Fatal(err)
	}
	step()
	after := roster.Offers([]string{code})
	if len(after) != len(before)-1 {
		t.Errorf("%d offers after one was deleted, want %d", len(after), len(before)-1)
	}
	i := indexOf(after, first.Programme.ID)
	if i < 0 || after[i].College.Name != "改名学院" || len(after[i].OnIt) != len(first.OnIt)+1 {
		t.Errorf("the college's new name and partnership: %+v", after)
	}
	if err := h.records.Partnerships.Delete(t.Context(), partnership.ID, 0); err != nil {
		t.Fatal(err)
	}
	step()
	if after = roster.Offers([]string{code}); len(after[indexOf(after, first.Programme.ID)].OnIt) != len(first.OnIt) {
		t.Error("the partnership that ended still counts")
	}
}

func indexOf(offers []match.Offer, programme string) int {
	for i, o := range offers {
		if o.Programme.ID == programme {
			return i
		}
	}
	return -1
}
