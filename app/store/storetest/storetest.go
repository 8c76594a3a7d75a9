// Package storetest is the contract every store engine passes. An engine's own tests
// call Run with a way to make empty places of storage for it.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Place opens an engine on one place of storage. What an engine closed before left
// there is still there.
type Place func() (store.Engine, error)

// Item is the record the contract stores: a field of every kind, most of them able to
// be unknown.
type Item struct {
	portal.Meta
	Code string    `json:"code"` // unique
	Name string    `json:"name"`
	City *string   `json:"city"`
	N    *int      `json:"n"`
	Open *bool     `json:"open"`
	Due  time.Time `json:"due"`
	Tags []string  `json:"tags"`
}

// Items is a collection of them.
type Items = store.Collection[Item, *Item]

const collection = "items"

func fields() []store.Field[Item] {
	return []store.Field[Item]{
		{Name: "code", Kind: store.Text, Unique: true, Of: func(i *Item) any { return i.Code }},
		{Name: "name", Kind: store.Text, Of: func(i *Item) any { return i.Name }},
		{Name: "city", Kind: store.Text, Of: func(i *Item) any { return i.City }},
		{Name: "n", Kind: store.Int, Of: func(i *Item) any { return i.N }},
		{Name: "open", Kind: store.Bool, With: []string{"due", "n"}, Of: func(i *Item) any { return i.Open }},
		{Name: "due", Kind: store.Time, Of: func(i *Item) any { return i.Due }},
	}
}

// house is an open engine with the items on it.
type house struct {
	place  Place
	engine store.Engine
	items  *Items
}

// Run checks the contract; empty makes a new place without any data, gone after the test.
func Run(t *testing.T, empty func(t testing.TB) Place) {
	for _, group := range []struct {
		name   string
		checks []check
	}{
		{"records", records},
		{"values", values},
		{"writers", writers},
		{"queries", queries},
		{"pages", pages},
		{"changes", changes},
		{"blobs", blobs},
		{"opening", opening},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.checks {
				t.Run(c.name, func(t *testing.T) { c.run(t, settle(t, empty(t))) })
			}
		})
	}
}

// check is one clause of the contract, run in a house of its own.
type check struct {
	name string
	run  func(t *testing.T, h *house)
}

func settle(t testing.TB, place Place) *house {
	h := &house{place: place}
	h.open(t, fields()...)
	t.Cleanup(func() { h.close(t) })
	return h
}

func (h *house) open(t testing.TB, declared ...store.Field[Item]) {
	t.Helper()
	var err error
	if h.engine, err = h.place(); err != nil {
		t.Fatal(err)
	}
	if h.items, err = store.Open[Item, *Item](t.Context(), h.engine, collection, declared...); err != nil {
		t.Fatal(err)
	}
}

func (h *house) close(t testing.TB) {
	t.Helper()
	if h.engine == nil {
		return
	}
	must(t, h.engine.Close())
	h.engine = nil
}

// insert stores an item made of an id and changes to it.
func (h *house) insert(t testing.TB, id string, change ...func(*Item)) Item {
	t.Helper()
	item := Item{Meta: portal.Meta{ID: id}, Code: "code of " + id}
	for _, c := range change {
		c(&item)
	}
	must(t, h.items.Insert(t.Context(), &item))
	return item
}

// insertMany stores n items named item-0000 and so on.
func (h *house) insertMany(t testing.TB, n int, change func(i int, item *Item)) []Item {
	t.Helper()
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{Meta: portal.Meta{ID: numbered("item", i)}, Code: numbered("code", i)}
		if change != nil {
			change(i, &items[i])
		}
	}
	must(t, h.items.InsertMany(t.Context(), items))
	return items
}

func (h *house) get(t testing.TB, id string) Item {
	t.Helper()
	item, err := h.items.Get(t.Context(), id)
	must(t, err)
	return item
}

// all reads every item that fits, page by page.
func (h *house) all(ctx context.Context, q store.Query) (items []Item, err error) {
	for {
		page, err := h.items.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		items = append(items, page.Items...)
		if page.Next == "" {
			return items, nil
		}
		if len(page.Items) == 0 {
			return nil, errors.New("an empty page that is not the last")
		}
		q.After = page.Next
	}
}

func numbered(name string, i int) string { return fmt.Sprintf("%s-%04d", name, i) }

func ids(items []Item) []string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = item.ID
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func equal[V comparable](t testing.TB, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
