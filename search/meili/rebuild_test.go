package meili

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// uids lists the indexes of the test.
func uids(t *testing.T, e *Engine) []string {
	t.Helper()
	page, err := e.server.ListIndexes(t.Context(), &meilisearch.IndexesQuery{Limit: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, ix := range page.Results {
		if strings.HasPrefix(ix.UID, e.prefix) {
			out = append(out, ix.UID)
		}
	}
	slices.Sort(out)
	return out
}

// settled waits until the server has done what it was told.
func settled(t *testing.T, e *Engine, want ...string) {
	t.Helper()
	for range 100 {
		if slices.Equal(uids(t, e), want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("indexes %v, want %v", uids(t, e), want)
}

var two = []search.Document{{ID: "a", Version: 1, Texts: map[string][]string{"name": {"护理"}}},
	{ID: "a", Version: 2, Texts: map[string][]string{"name": {"会计"}}}, {ID: "b", Version: 1}}

func all(docs []search.Document, end error) func(func(search.Document, error) bool) {
	return func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
		if end != nil {
			yield(search.Document{}, end)
		}
	}
}

// TestRebuildCleansUp runs on a real server: nothing but the live index stays, a lost
// index comes back, and of a repeated id the newest document counts.
func TestRebuildCleansUp(t *testing.T) {
	e := onServer(t, nil, faultSchema)
	live := e.order[0].uid
	total := func(text string, want int) {
		t.Helper()
		res, err := e.Search(t.Context(), search.Query{Index: "things", Text: text, Limit: 5})
		if err != nil || res.Total != want {
			t.Errorf("%q: %d, %v; want %d", text, res.Total, err, want)
		}
	}
	if err := e.Rebuild(t.Context(), "things", all(two, nil)); err != nil {
		t.Fatal(err)
	}
	total("", 2)
	total("会计", 1)
	total("护理", 0)
	settled(t, e, live)

	ended, cancel := context.WithCancel(t.Context())
	err := e.Rebuild(ended, "things", func(yield func(search.Document, error) bool) {
		yield(two[0], nil)
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("rebuild in an ended context: %v", err)
	}
	settled(t, e, live)
	total("会计", 1)
	for name, docs := range map[string]func(func(search.Document, error) bool){
		"id too long": all([]search.Document{{ID: strings.Repeat("x", 300)}}, nil), "no id": all([]search.Document{{}}, nil)} {
		if err := e.Rebuild(t.Context(), "things", docs); !errors.Is(err, search.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	settled(t, e, live)

	if err := e.remove(t.Context(), live); err != nil {
		t.Fatal(err)
	}
	settled(t, e)
	if _, err := e.Search(t.Context(), search.Query{Index: "things"}); !errors.Is(err, search.ErrDown) {
		t.Errorf("search of a lost index: %v", err)
	}
	if err := e.Health(t.Context()); !errors.Is(err, search.ErrDown) {
		t.Errorf("health with a lost index: %v", err)
	}
	if err := e.Rebuild(t.Context(), "things", all(two, nil)); err != nil {
		t.Fatal(err)
	}
	total("", 2)
	if err := e.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestSweep runs on a real server: indexes of an older release and of broken rebuilds go,
// everything else stays.
func TestSweep(t *testing.T) {
	e := onServer(t, nil, faultSchema)
	live := e.order[0].uid
	stays := []string{e.prefix + "other_00000000", e.prefix + "things", e.prefix + "x_things_00000000"}
	goes := []string{e.prefix + "things_00000000", live + "_r9", e.prefix + "things_00000000_r9"}
	for _, uid := range slices.Concat(stays, goes) {
		if err := e.create(t.Context(), e.order[0].shape, uid); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := e.Sweep(t.Context(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("what was just made: swept %d, %v", n, err)
	}
	if n, err := e.Sweep(t.Context(), time.Now().Add(time.Hour)); n != len(goes) || err != nil {
		t.Errorf("swept %d, %v; want %d", n, err, len(goes))
	}
	left := append(stays, live)
	slices.Sort(left)
	settled(t, e, left...)
}
