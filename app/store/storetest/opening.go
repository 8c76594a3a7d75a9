package storetest

import (
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var opening = []check{
	{"everything is there when opened again", everythingStays},
	{"a field declared later finds what was stored before", fieldDeclaredLater},
	{"a field of another kind is read anew", fieldOfAnotherKind},
	{"a field declared unique too late is refused", uniqueTooLate},
	{"a name that is no name is refused", badNames},
}

func everythingStays(t *testing.T, h *house) {
	h.insertMany(t, 50, func(i int, item *Item) { item.N = new(i) })
	_, err := h.items.Mutate(t.Context(), "item-0001", add(100))
	must(t, err)
	must(t, h.items.Delete(t.Context(), "item-0002", 0))
	blob, err := h.engine.PutBlob(t.Context(), strings.NewReader("kept"), 10)
	must(t, err)
	before, err := h.all(t.Context(), store.Query{})
	must(t, err)
	f := newFollower()
	must(t, f.step(t, h, 10))

	h.close(t)
	h.open(t, fields()...)
	after, err := h.all(t.Context(), store.Query{})
	must(t, err)
	equal(t, "records", len(after), len(before))
	for i := range after {
		equal(t, "meta", after[i].Meta, before[i].Meta)
		equal(t, "n", *after[i].N, *before[i].N)
	}
	equal(t, "blob", string(readBlob(t, h, blob.ID)), "kept")
	refused(t, "id taken", h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: "item-0000"}, Code: "new"}), store.ErrDuplicate)
	refused(t, "code taken", h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: "new"}, Code: "code-0000"}), store.ErrDuplicate)
	again := h.insert(t, "item-0002")
	if again.Version <= 2 {
		t.Errorf("version of a record inserted over a tombstone: got %d, want more than 2", again.Version)
	}
	must(t, f.step(t, h, 10))
	f.agrees(t, h)
}

func fieldDeclaredLater(t *testing.T, h *house) {
	h.close(t)
	h.open(t, fields()[1:3]...) // name and city only
	items := h.insertMany(t, 450, func(i int, item *Item) { item.N = new(i % 3) })
	f := newFollower()
	must(t, f.step(t, h, 100))
	_, err := h.items.Count(t.Context(), store.Where("n", 1))
	refused(t, "count before", err, store.ErrUndeclared)

	for range 2 { // the second time there is nothing left to take over
		h.close(t)
		h.open(t, fields()...)
		n, err := h.items.Count(t.Context(), store.Where("n", 1))
		must(t, err)
		equal(t, "count", n, 150)
		page, err := h.items.Find(t.Context(), store.Query{Where: []store.Cond{store.Where("code", "code-0449")}})
		must(t, err)
		if len(page.Items) != 1 || page.Items[0].Meta != items[449].Meta {
			t.Errorf("found by the new unique field: %+v", page.Items)
		}
		must(t, f.step(t, h, 100))
		f.agrees(t, h)
	}
	refused(t, "code taken", h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: "new"}, Code: "code-0000"}), store.ErrDuplicate)
}

func fieldOfAnotherKind(t *testing.T, h *house) {
	h.close(t)
	h.open(t, store.Field[Item]{Name: "n", Kind: store.Text, Of: func(i *Item) any { return i.Name }})
	h.insertMany(t, 30, func(i int, item *Item) { item.N, item.Name = new(i), "text" })
	h.close(t)
	h.open(t, fields()...)
	n, err := h.items.Count(t.Context(), store.Between("n", 10, 20))
	must(t, err)
	equal(t, "count", n, 10)
}

func uniqueTooLate(t *testing.T, h *house) {
	h.close(t)
	h.open(t, fields()[1:]...)
	h.insert(t, "a", func(i *Item) { i.Code = "same" })
	h.insert(t, "b", func(i *Item) { i.Code = "same" })
	h.close(t)
	var err error
	h.engine, err = h.place()
	must(t, err)
	_, err = store.Open[Item, *Item](t.Context(), h.engine, collection, fields()...)
	refused(t, "open", err, store.ErrDuplicate)
	h.close(t)
	h.open(t, fields()[1:]...)
	n, err := h.items.Count(t.Context())
	must(t, err)
	equal(t, "count", n, 2)
}

func badNames(t *testing.T, h *house) {
	field := func(name string) []store.Field[Item] {
		return []store.Field[Item]{{Name: name, Kind: store.Text, Of: func(i *Item) any { return i.Name }}}
	}
	for name, open := range map[string]func() (*Items, error){
		"no collection": func() (*Items, error) { return store.Open[Item, *Item](t.Context(), h.engine, "") },
		"quote":         func() (*Items, error) { return store.Open[Item, *Item](t.Context(), h.engine, `x"y`) },
		"own table":     func() (*Items, error) { return store.Open[Item, *Item](t.Context(), h.engine, "_own") },
		"field": func() (*Items, error) {
			return store.Open[Item, *Item](t.Context(), h.engine, "others", field("a.b")...)
		},
		"field of every collection": func() (*Items, error) {
			return store.Open[Item, *Item](t.Context(), h.engine, "others", field("id")...)
		},
		"with an undeclared field": func() (*Items, error) {
			with := field("a")
			with[0].With = []string{"b"}
			return store.Open[Item, *Item](t.Context(), h.engine, "others", with...)
		},
		"field twice": func() (*Items, error) {
			return store.Open[Item, *Item](t.Context(), h.engine, "others", append(field("a"), field("a")...)...)
		},
	} {
		if _, err := open(); err == nil {
			t.Errorf("%s: was opened", name)
		}
	}
}
