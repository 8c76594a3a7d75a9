package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var pages = []check{
	{"pages join without gaps or repeats", pagesJoin},
	{"pages hold while later keys are inserted", pagesHold},
	{"pages go on where the last record was deleted", pagesAfterDelete},
	{"a page has a limit", pageLimit},
	{"a cursor of something else is refused", foreignCursor},
}

// orders are the fields to sort by, each with its naive comparison.
var orders = []struct {
	sort    string
	compare func(a, b Item) int
}{
	{"", func(a, b Item) int { return 0 }},
	{"id", func(a, b Item) int { return 0 }},
	{"code", func(a, b Item) int { return strings.Compare(a.Code, b.Code) }},
	{"name", func(a, b Item) int { return strings.Compare(a.Name, b.Name) }},
	{"city", func(a, b Item) int { return unknownFirst(a.City, b.City, strings.Compare) }},
	{"n", func(a, b Item) int { return unknownFirst(a.N, b.N, cmp.Compare[int]) }},
	{"open", func(a, b Item) int {
		return unknownFirst(a.Open, b.Open, func(a, b bool) int { return cmp.Compare(b2i(a), b2i(b)) })
	}},
	{"due", func(a, b Item) int { return a.Due.Compare(b.Due) }},
	{"created_at", func(a, b Item) int { return a.CreatedAt.Compare(b.CreatedAt) }},
	{"changed_at", func(a, b Item) int { return a.ChangedAt.Compare(b.ChangedAt) }},
}

func unknownFirst[V any](a, b *V, compare func(a, b V) int) int {
	if a == nil || b == nil {
		return cmp.Compare(b2i(a != nil), b2i(b != nil))
	}
	return compare(*a, *b)
}

func pagesJoin(t *testing.T, h *house) {
	r := rand.New(rand.NewPCG(3, 4))
	items := h.insertMany(t, 120, mixed(r))
	for _, order := range orders {
		for _, desc := range []bool{false, true} {
			want := slices.Clone(items)
			slices.SortFunc(want, func(a, b Item) int {
				c := cmp.Or(order.compare(a, b), strings.Compare(a.ID, b.ID))
				if desc {
					return -c
				}
				return c
			})
			for _, limit := range []int{1, 2, 7, 119, 120, 121, 0} {
				got, err := h.all(t.Context(), store.Query{Sort: order.sort, Desc: desc, Limit: limit})
				must(t, err)
				if !slices.Equal(ids(got), ids(want)) {
					t.Errorf("sort %q, desc %v, limit %d: got %v, want %v", order.sort, desc, limit, ids(got), ids(want))
				}
			}
			cond, fits := condition(r)
			want = slices.DeleteFunc(want, func(i Item) bool { return !fits(i) })
			got, err := h.all(t.Context(), store.Query{Where: []store.Cond{cond}, Sort: order.sort, Desc: desc, Limit: 3})
			must(t, err)
			if !slices.Equal(ids(got), ids(want)) {
				t.Errorf("sort %q, desc %v, %v: got %v, want %v", order.sort, desc, cond, ids(got), ids(want))
			}
		}
	}
}

// pagesHold reads pages while others insert behind what is being read: every record
// that was there at the start is read once, in order.
func pagesHold(t *testing.T, h *house) {
	const there = 200
	h.insertMany(t, there, func(i int, item *Item) { item.N = new(i / 5) })
	ctx, stop := context.WithCancel(t.Context())
	inserted := make(chan error, 1)
	go func() {
		for i := there; ; i++ {
			n := i / 5
			err := h.items.Insert(ctx, &Item{Meta: portal.Meta{ID: numbered("item", i)}, Code: numbered("code", i), N: &n})
			if err != nil {
				inserted <- err
				return
			}
			time.Sleep(time.Millisecond) // a server that reads slower than it writes must get to the end
		}
	}()
	for round := range 5 {
		items, err := h.all(t.Context(), store.Query{Sort: "n", Limit: 7})
		must(t, err)
		for i, item := range items {
			if want := numbered("item", i); item.ID != want {
				t.Fatalf("round %d, place %d: got %s, want %s", round, i, item.ID, want)
			}
		}
		if len(items) < there {
			t.Errorf("round %d: got %d records, want at least %d", round, len(items), there)
		}
	}
	stop()
	if err := <-inserted; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func pagesAfterDelete(t *testing.T, h *house) {
	h.insertMany(t, 10, func(i int, item *Item) { item.N = new(i) })
	q := store.Query{Sort: "n", Limit: 4}
	first, err := h.items.Find(t.Context(), q)
	must(t, err)
	must(t, h.items.Delete(t.Context(), "item-0003", 0))
	q.After, q.Limit = first.Next, 100
	rest, err := h.items.Find(t.Context(), q)
	must(t, err)
	equal(t, "rest", fmt.Sprint(ids(rest.Items)), "[item-0004 item-0005 item-0006 item-0007 item-0008 item-0009]")
	equal(t, "next of the last page", rest.Next, "")
}

func pageLimit(t *testing.T, h *house) {
	h.insertMany(t, store.MaxLimit+1, nil)
	for _, limit := range []int{-1, 0, store.MaxLimit, store.MaxLimit + 1, 1 << 40} {
		page, err := h.items.Find(t.Context(), store.Query{Limit: limit})
		must(t, err)
		equal(t, fmt.Sprintf("limit %d", limit), len(page.Items), store.MaxLimit)
		if page.Next == "" {
			t.Errorf("limit %d: no next page", limit)
		}
	}
	seen := 0
	must(t, h.items.All(t.Context(), nil, func(*Item) error { seen++; return nil }))
	equal(t, "all", seen, store.MaxLimit+1)
}

func foreignCursor(t *testing.T, h *house) {
	h.insertMany(t, 5, func(i int, item *Item) { item.N = new(i) })
	page, err := h.items.Find(t.Context(), store.Query{Sort: "n", Limit: 2})
	must(t, err)
	for name, q := range map[string]store.Query{
		"another field":     {Sort: "name", After: page.Next},
		"another direction": {Sort: "n", Desc: true, After: page.Next},
		"no cursor":         {After: "呵呵"},
		"almost a cursor":   {Sort: "n", After: page.Next[1:]},
		"an empty object":   {Sort: "n", After: "e30"},
	} {
		if got, err := h.items.Find(t.Context(), q); err == nil {
			t.Errorf("%s: found %v, want an error", name, ids(got.Items))
		}
	}
}
