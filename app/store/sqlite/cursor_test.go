package sqlite

import (
	"fmt"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// FuzzCursor gives Find what people may put into a URL: it answers with an error or
// with records in order, and a cursor of its own is always understood.
func FuzzCursor(f *testing.F) {
	e, err := Open(f.Context(), f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { e.Close() })
	all, err := openPapers(f.Context(), e)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 9 {
		p := paper{Meta: portal.Meta{ID: fmt.Sprint(i)}, Text: fmt.Sprintf("text %05d", i/3), Batch: fmt.Sprint(i % 2)}
		if err := all.Insert(f.Context(), &p); err != nil {
			f.Fatal(err)
		}
	}
	page, err := all.Find(f.Context(), store.Query{Sort: "text", Limit: 2})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page.Next, "text", "text 00001", "4", false)
	f.Add("", "id", "", "", true)
	f.Add("e30", "created_at", "1", "", false)
	f.Add("呵呵", "batch", "\x00", "👩‍🏭", true)
	f.Fuzz(func(t *testing.T, after, sort, value, id string, desc bool) {
		page, err := all.Find(t.Context(), store.Query{Sort: sort, Desc: desc, After: after, Limit: 3})
		if err == nil && len(page.Items) > 3 {
			t.Errorf("%d records on a page of 3", len(page.Items))
		}
		value, id = string([]rune(value)), string([]rune(id)) // what is stored is UTF-8
		q := store.Query{Sort: "text", Desc: desc, Limit: 100}
		if q.After, err = store.Place(q, store.Position{Value: value, ID: id}); err != nil {
			t.Fatal(err)
		}
		page, err = all.Find(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			behind := p.Text > value || p.Text == value && p.ID > id
			if p.Text == value && p.ID == id || behind == desc {
				t.Errorf("%q/%q is not behind %q/%q, desc %v", p.Text, p.ID, value, id, desc)
			}
		}
	})
}
