package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var values = []check{
	{"ids and texts keep every character", oddTexts},
	{"text that is no UTF-8 is stored as JSON has it", brokenText},
	{"a record of 5 MB is stored whole", largeRecord},
	{"numbers and times keep their precision", precision},
	{"a unique field needs a value", uniqueNeedsValue},
	{"a cancelled call does nothing", cancelled},
	{"an expired call does nothing", expired},
	{"a call that runs out of time did all or nothing", outOfTime},
}

// odd are texts that quoting, length bytes, patterns and comparisons get wrong.
var odd = []string{
	"it's", `say "hi"`, "`tick`", `back\slash`, "100%_", "a;DROP TABLE items;--", `{"$ne":1}`, "$where",
	"with\x00nul", "\x00", "line\nbreak\r\n", "tab\t", " spaces ", "花溪大学城", "𠮷野家", "👩‍🏭🏭", "e\u0301 é", "ＦＵＬＬ",
	"../../etc/passwd", "a/b?c=d#e", "\u2028", "\U0010FFFF", "?", ":id", "@p1", "NULL", "-1", "1e5", "0x10",
}

func oddTexts(t *testing.T, h *house) {
	ctx := t.Context()
	for _, s := range odd {
		h.insert(t, s, func(i *Item) { i.Name, i.City, i.Code = s, &s, s })
	}
	items, err := h.items.GetMany(ctx, odd)
	must(t, err)
	equal(t, "found by their ids", len(items), len(odd))
	for i, item := range items {
		equal(t, "id", item.ID, odd[i])
		equal(t, "name", item.Name, odd[i])
	}
	for _, s := range odd {
		got, err := h.items.Fresh(ctx, s)
		must(t, err)
		equal(t, "id", got.ID, s)
		for _, cond := range []store.Cond{
			store.Where("name", s), store.Where("code", s), store.OneOf("city", s), store.Where("id", s),
			store.Between("city", s, s+"\x00"),
		} {
			page, err := h.items.Find(ctx, store.Query{Where: []store.Cond{cond}})
			must(t, err)
			if len(page.Items) != 1 || page.Items[0].ID != s {
				t.Errorf("%+q by %v: found %+q", s, cond, ids(page.Items))
			}
		}
		page, err := h.items.Find(ctx, store.Query{Where: []store.Cond{store.HasPrefix("name", s)}})
		must(t, err)
		for _, item := range page.Items {
			if !strings.HasPrefix(item.Name, s) {
				t.Errorf("prefix %+q found %+q", s, item.Name)
			}
		}
	}
	groups, err := h.items.GroupCount(ctx, "city")
	must(t, err)
	equal(t, "groups", len(groups), len(odd))
	for _, s := range odd {
		must(t, h.items.Delete(ctx, s, 1))
	}
}

func brokenText(t *testing.T, h *house) {
	broken := "ab\xff\xfec"
	h.insert(t, "a", func(i *Item) { i.Name = broken })
	h.insert(t, "b", func(i *Item) { i.Name = "ab" })
	equal(t, "name", h.get(t, "a").Name, "ab\uFFFD\uFFFDc")
	items, err := h.all(t.Context(), store.Query{Sort: "name", Limit: 1})
	must(t, err)
	equal(t, "paged", len(items), 2)
	n, err := h.items.Count(t.Context(), store.Where("name", broken))
	must(t, err)
	equal(t, "count", n, 1)
}

func largeRecord(t *testing.T, h *house) {
	text := strings.Repeat("产教融合 <&> \"x\" ", 5<<20/24)
	h.insert(t, "large", func(i *Item) { i.Tags = []string{text} })
	h.insert(t, "small")
	got, err := h.items.Mutate(t.Context(), "large", func(i *Item) error { i.Tags = append(i.Tags, "end"); return nil })
	must(t, err)
	if got.Tags[0] != text || h.get(t, "large").Tags[0] != text {
		t.Error("the large text was changed")
	}
	n, err := h.items.Count(t.Context(), store.Known("name"))
	must(t, err)
	equal(t, "count", n, 2)
}

func precision(t *testing.T, h *house) {
	for name, n := range map[string]int{"max": 1<<63 - 1, "min": -1 << 63, "big": 1<<53 + 1, "bigger": 1<<53 + 2, "zero": 0} {
		h.insert(t, name, func(i *Item) { i.N = &n })
		equal(t, name, *h.get(t, name).N, n)
	}
	items, err := h.all(t.Context(), store.Query{Sort: "n", Limit: 1})
	must(t, err)
	equal(t, "by number", strings.Join(ids(items), " "), "min zero big bigger max")

	east := time.Date(2026, 1, 1, 0, 0, 0, 999_999_999, time.FixedZone("", 8*3600))
	h.insert(t, "east", func(i *Item) { i.Due = east })
	h.insert(t, "old", func(i *Item) { i.Due = time.Date(1907, 1, 1, 0, 0, 0, 1, time.UTC) })
	for name, q := range map[string]store.Cond{
		"the instant in UTC":    store.Where("due", east.UTC()),
		"cut to milliseconds":   store.Where("due", east.Truncate(time.Millisecond)),
		"a millisecond from it": store.Between("due", east, east.Add(time.Millisecond)),
		"everything before it":  store.Between("due", time.Date(1908, 1, 1, 0, 0, 0, 0, time.UTC), east.Add(time.Second)),
	} {
		page, err := h.items.Find(t.Context(), store.Query{Where: []store.Cond{q}})
		must(t, err)
		if len(page.Items) != 1 || page.Items[0].ID != "east" {
			t.Errorf("%s: found %v", name, ids(page.Items))
		}
	}
}

func uniqueNeedsValue(t *testing.T, h *house) {
	free := []store.Field[Item]{{Name: "city", Kind: store.Text, Unique: true, Of: func(i *Item) any { return i.City }}}
	other, err := store.Open[Item, *Item](t.Context(), h.engine, "others", free...)
	must(t, err)
	if err := other.Insert(t.Context(), &Item{Meta: portal.Meta{ID: "a"}}); err == nil {
		t.Error("a record without its unique value was stored")
	}
	n, err := other.Count(t.Context())
	must(t, err)
	equal(t, "count", n, 0)
}

func cancelled(t *testing.T, h *house) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	everyCallFails(t, h, ctx, context.Canceled)
}

func expired(t *testing.T, h *house) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	everyCallFails(t, h, ctx, context.DeadlineExceeded)
}

func everyCallFails(t *testing.T, h *house, ctx context.Context, why error) {
	first := h.insert(t, "a")
	blob, err := h.engine.PutBlob(t.Context(), strings.NewReader("bytes"), 10)
	must(t, err)
	changed := first
	changed.Name = "changed"
	for name, call := range map[string]func() error{
		"Fresh":   func() error { _, err := h.items.Fresh(ctx, "a"); return err },
		"GetMany": func() error { _, err := h.items.GetMany(ctx, []string{"a", "b"}); return err },
		"Insert":  func() error { return h.items.Insert(ctx, &Item{Meta: portal.Meta{ID: "b"}, Code: "b"}) },
		"InsertMany": func() error {
			return h.items.InsertMany(ctx, []Item{{Meta: portal.Meta{ID: "b"}, Code: "b"}})
		},
		"Replace":    func() error { return h.items.Replace(ctx, &changed) },
		"Mutate":     func() error { _, err := h.items.Mutate(ctx, "a", add(1)); return err },
		"Delete":     func() error { return h.items.Delete(ctx, "a", 0) },
		"Find":       func() error { _, err := h.items.Find(ctx, store.Query{}); return err },
		"Count":      func() error { _, err := h.items.Count(ctx); return err },
		"GroupCount": func() error { _, err := h.items.GroupCount(ctx, "city"); return err },
		"GroupSum":   func() error { _, err := h.items.GroupSum(ctx, "city", "n"); return err },
		"Changes":    func() error { _, _, err := h.items.Changes(ctx, "", 10); return err },
		"Tip":        func() error { _, err := h.items.Tip(ctx); return err },
		"Purge":      func() error { _, err := h.engine.Purge(ctx, collection, time.Now()); return err },
		"PutBlob":    func() error { _, err := h.engine.PutBlob(ctx, strings.NewReader("more"), 10); return err },
		"OpenBlob":   func() error { _, _, err := h.engine.OpenBlob(ctx, blob.ID); return err },
		"DeleteBlob": func() error { return h.engine.DeleteBlob(ctx, blob.ID) },
		"Ping":       func() error { return h.engine.Ping(ctx) },
	} {
		refused(t, name, call(), why)
	}
	got, err := h.all(t.Context(), store.Query{})
	must(t, err)
	if len(got) != 1 || got[0].Meta != first.Meta || got[0].Name != "" {
		t.Errorf("stored after calls that failed: %+v", got)
	}
	r, _, err := h.engine.OpenBlob(t.Context(), blob.ID)
	must(t, err)
	must(t, r.Close())
	must(t, h.engine.Ping(t.Context()))
}

// outOfTime gives calls so little time that some end on their way.
func outOfTime(t *testing.T, h *house) {
	h.insertMany(t, 500, nil)
	ended := 0
	for i := range 150 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*10*time.Microsecond)
		batch := []Item{
			{Meta: portal.Meta{ID: numbered("first", i)}, Code: numbered("first", i)},
			{Meta: portal.Meta{ID: numbered("second", i)}, Code: numbered("second", i)},
		}
		err := h.items.InsertMany(ctx, batch)
		if err != nil {
			ended++
			refused(t, "insert", err, context.DeadlineExceeded)
		}
		if _, err := h.items.Find(ctx, store.Query{Sort: "name", Limit: 50}); err != nil {
			refused(t, "find", err, context.DeadlineExceeded)
		}
		cancel()
		stored, getErr := h.items.GetMany(t.Context(), []string{batch[0].ID, batch[1].ID})
		must(t, getErr)
		if want := map[bool]int{true: 2, false: 0}[err == nil]; h.engine.Exclusive() && len(stored) != want {
			t.Errorf("insert ended with %v: got %d records, want %d", err, len(stored), want)
		}
	}
	if ended == 0 {
		t.Error("no call ran out of time")
	}
}
