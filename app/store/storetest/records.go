package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var records = []check{
	{"an inserted record is read back whole", insertedIsRead},
	{"a missing record is not found", missingIsNotFound},
	{"a replace raises the version and keeps the birth", replaceRaisesVersion},
	{"a replace of an old version is a conflict", oldVersionConflicts},
	{"a deleted record is gone and may come back", deletedIsGone},
	{"an id is taken once", idIsTakenOnce},
	{"a unique value is taken once", uniqueIsTakenOnce},
	{"a batch is stored whole or, with a duplicate, not whole", batch},
	{"many are read in the order asked for", manyInOrder},
	{"mutate writes what its function leaves", mutateWrites},
	{"mutate whose function fails writes nothing", mutateFails},
	{"a record read is not changed by writes after it", readsAreKept},
}

func insertedIsRead(t *testing.T, h *house) {
	city, n, open := "花溪", 30, true
	due := time.Date(2026, 9, 1, 8, 30, 0, 123e6, time.UTC)
	before := time.Now().Add(-time.Minute)
	want := h.insert(t, "a", func(i *Item) {
		i.Name, i.City, i.N, i.Open, i.Due, i.Tags = "电芯技术员", &city, &n, &open, due, []string{"夜班", "SPC"}
	})
	equal(t, "version", want.Version, 1)
	// A server may look at its clock once for each of the two.
	if apart := want.ChangedAt.Sub(want.CreatedAt); want.CreatedAt.Before(before) || apart < 0 || apart > time.Second || want.CreatedAt.Location() != time.UTC {
		t.Errorf("times of a new record: created %v, changed %v", want.CreatedAt, want.ChangedAt)
	}
	for name, read := range map[string]func() (Item, error){
		"Get":   func() (Item, error) { return h.items.Get(t.Context(), "a") },
		"Fresh": func() (Item, error) { return h.items.Fresh(t.Context(), "a") },
		"GetMany": func() (Item, error) {
			items, err := h.items.GetMany(t.Context(), []string{"a"})
			return items[0], err
		},
		"Find": func() (Item, error) {
			page, err := h.items.Find(t.Context(), store.Query{Where: []store.Cond{store.Where("n", 30)}})
			return page.Items[0], err
		},
	} {
		got, err := read()
		must(t, err)
		equal(t, name+": meta", got.Meta, want.Meta)
		equal(t, name+": name", got.Name, want.Name)
		equal(t, name+": city", *got.City, city)
		equal(t, name+": n", *got.N, n)
		equal(t, name+": open", *got.Open, open)
		equal(t, name+": due", got.Due, due)
		if !slices.Equal(got.Tags, want.Tags) {
			t.Errorf("%s: tags: got %v, want %v", name, got.Tags, want.Tags)
		}
	}
}

func missingIsNotFound(t *testing.T, h *house) {
	ctx := t.Context()
	_, err := h.items.Get(ctx, "nobody")
	refused(t, "get", err, store.ErrNotFound)
	_, err = h.items.Mutate(ctx, "nobody", func(*Item) error { return nil })
	refused(t, "mutate", err, store.ErrNotFound)
	refused(t, "delete", h.items.Delete(ctx, "nobody", 0), store.ErrNotFound)
	item := Item{Meta: portal.Meta{ID: "nobody", Version: 1}, Code: "c"}
	refused(t, "replace", h.items.Replace(ctx, &item), store.ErrNotFound)
	some, err := h.items.GetMany(ctx, []string{"nobody", "no one"})
	must(t, err)
	equal(t, "many", len(some), 0)
}

func replaceRaisesVersion(t *testing.T, h *house) {
	first := h.insert(t, "a")
	item := first
	item.Name = "second"
	must(t, h.items.Replace(t.Context(), &item))
	equal(t, "version", item.Version, 2)
	equal(t, "created", item.CreatedAt, first.CreatedAt)
	if item.ChangedAt.Before(first.ChangedAt) {
		t.Errorf("changed went back from %v to %v", first.ChangedAt, item.ChangedAt)
	}
	got := h.get(t, "a")
	equal(t, "meta", got.Meta, item.Meta)
	equal(t, "name", got.Name, "second")
}

func oldVersionConflicts(t *testing.T, h *house) {
	old := h.insert(t, "a")
	_, err := h.items.Mutate(t.Context(), "a", func(i *Item) error { i.Name = "new"; return nil })
	must(t, err)
	old.Name = "stale"
	refused(t, "replace", h.items.Replace(t.Context(), &old), store.ErrConflict)
	refused(t, "delete", h.items.Delete(t.Context(), "a", 1), store.ErrConflict)
	equal(t, "name", h.get(t, "a").Name, "new")
}

func deletedIsGone(t *testing.T, h *house) {
	ctx := t.Context()
	item := h.insert(t, "a")
	must(t, h.items.Delete(ctx, "a", item.Version))
	_, err := h.items.Get(ctx, "a")
	refused(t, "get", err, store.ErrNotFound)
	refused(t, "replace", h.items.Replace(ctx, &item), store.ErrNotFound)
	refused(t, "second delete", h.items.Delete(ctx, "a", 0), store.ErrNotFound)
	n, err := h.items.Count(ctx)
	must(t, err)
	equal(t, "count", n, 0)
	page, err := h.items.Find(ctx, store.Query{})
	must(t, err)
	equal(t, "found", len(page.Items), 0)

	again := h.insert(t, "a")
	if again.Version <= item.Version {
		t.Errorf("version of a record inserted again: got %d, want more than %d", again.Version, item.Version)
	}
	must(t, h.items.Delete(ctx, "a", 0))
	h.insert(t, "b", func(i *Item) { i.Code = item.Code })
}

func idIsTakenOnce(t *testing.T, h *house) {
	h.insert(t, "a", func(i *Item) { i.Name = "first" })
	second := Item{Meta: portal.Meta{ID: "a"}, Code: "another", Name: "second"}
	refused(t, "insert", h.items.Insert(t.Context(), &second), store.ErrDuplicate)
	equal(t, "name", h.get(t, "a").Name, "first")
	for _, id := range []string{"", "\xff"} {
		if err := h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: id}, Code: "c"}); err == nil {
			t.Errorf("id %q was stored", id)
		}
	}
}

func uniqueIsTakenOnce(t *testing.T, h *house) {
	ctx := t.Context()
	a := h.insert(t, "a")
	h.insert(t, "b")
	refused(t, "insert", h.items.Insert(ctx, &Item{Meta: portal.Meta{ID: "c"}, Code: a.Code}), store.ErrDuplicate)
	_, err := h.items.Mutate(ctx, "b", func(i *Item) error { i.Code = a.Code; return nil })
	refused(t, "mutate", err, store.ErrDuplicate)
	equal(t, "code of b", h.get(t, "b").Code, "code of b")
	_, err = h.items.Mutate(ctx, "a", func(i *Item) error { i.Name = "same code"; return nil })
	must(t, err)
	must(t, h.items.Delete(ctx, "a", 0))
	_, err = h.items.Mutate(ctx, "b", func(i *Item) error { i.Code = a.Code; return nil })
	must(t, err)
}

func batch(t *testing.T, h *house) {
	items := h.insertMany(t, 250, nil)
	for _, item := range items {
		equal(t, "version of "+item.ID, item.Version, 1)
	}
	more := []Item{
		{Meta: portal.Meta{ID: "new-1"}, Code: "new-1"},
		{Meta: portal.Meta{ID: "item-0007"}, Code: "new-2"},
		{Meta: portal.Meta{ID: "new-3"}, Code: "new-3"},
	}
	refused(t, "batch", h.items.InsertMany(t.Context(), more), store.ErrDuplicate)
	n, err := h.items.Count(t.Context())
	must(t, err)
	if h.engine.Exclusive() {
		equal(t, "count", n, 250)
	} else if n > 251 {
		t.Errorf("count: got %d, want nothing stored behind the duplicate", n)
	}
	must(t, h.items.InsertMany(t.Context(), nil))
}

func manyInOrder(t *testing.T, h *house) {
	h.insertMany(t, 1200, nil)
	wanted := []string{"item-0009", "nobody", "item-0003", "item-1100"}
	for range 2 { // the second time some may come from a cache
		items, err := h.items.GetMany(t.Context(), wanted)
		must(t, err)
		if got, want := ids(items), []string{"item-0009", "item-0003", "item-1100"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		wanted = append([]string{"item-0500"}, wanted...)
		items, err = h.items.GetMany(t.Context(), wanted)
		must(t, err)
		equal(t, "first", items[0].ID, "item-0500")
		wanted = wanted[1:]
	}
	every := make([]string, 1200)
	for i := range every {
		every[i] = numbered("item", len(every)-1-i)
	}
	items, err := h.items.GetMany(t.Context(), every)
	must(t, err)
	if !slices.Equal(ids(items), every) {
		t.Errorf("1200 records out of order: %v …", ids(items)[:5])
	}
	none, err := h.items.GetMany(t.Context(), nil)
	must(t, err)
	equal(t, "none", len(none), 0)
}

func mutateWrites(t *testing.T, h *house) {
	h.insert(t, "a")
	got, err := h.items.Mutate(t.Context(), "a", func(i *Item) error { i.Name = "changed"; return nil })
	must(t, err)
	equal(t, "version returned", got.Version, 2)
	equal(t, "meta", h.get(t, "a").Meta, got.Meta)
	equal(t, "name", h.get(t, "a").Name, "changed")
}

func mutateFails(t *testing.T, h *house) {
	h.insert(t, "a", func(i *Item) { i.Tags = []string{"kept"} })
	h.get(t, "a")
	why := errors.New("not today")
	_, err := h.items.Mutate(t.Context(), "a", func(i *Item) error {
		i.Name, i.Tags[0] = "never", "never"
		return why
	})
	if err != why {
		t.Errorf("got error %v, want the function's own", err)
	}
	got := h.get(t, "a")
	equal(t, "version", got.Version, 1)
	equal(t, "name", got.Name, "")
	equal(t, "tag", got.Tags[0], "kept")
}

func readsAreKept(t *testing.T, h *house) {
	h.insert(t, "a", func(i *Item) { i.Tags = []string{"old"} })
	before := h.get(t, "a")
	_, err := h.items.Mutate(t.Context(), "a", func(i *Item) error { i.Tags[0] = "new"; return nil })
	must(t, err)
	equal(t, "tag read before", before.Tags[0], "old")
	equal(t, "tag read after", h.get(t, "a").Tags[0], "new")
}
