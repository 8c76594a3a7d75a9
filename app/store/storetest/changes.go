package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var changes = []check{
	{"changes come oldest first, tombstones among them", changesInOrder},
	{"a follower sees every write", followerSeesAll},
	{"tip, scan and follow miss nothing", tipMissesNothing},
	{"a bulk of one instant is followed in pages", bulkFollowed},
	{"purge removes old tombstones only", purge},
}

// follower keeps what it has been told, as a search index would.
type follower struct {
	cursor store.Cursor
	known  map[string]store.Change[Item]
	seen   map[string]int // by id and version
}

func newFollower() *follower {
	return &follower{known: map[string]store.Change[Item]{}, seen: map[string]int{}}
}

// step reads to the end of the stream in pages.
func (f *follower) step(t testing.TB, h *house, limit int) error {
	for {
		got, next, err := h.items.Changes(t.Context(), f.cursor, limit)
		if err != nil {
			return err
		}
		for _, ch := range got {
			f.seen[fmt.Sprint(ch.ID, "@", ch.Version)]++
			if ch.Version >= f.known[ch.ID].Version {
				f.known[ch.ID] = ch
			} else if h.engine.Exclusive() {
				return fmt.Errorf("%s went back from version %d to %d", ch.ID, f.known[ch.ID].Version, ch.Version)
			}
		}
		f.cursor = next
		if len(got) < limit {
			return nil
		}
	}
}

// agrees checks that the follower knows exactly what the store holds.
func (f *follower) agrees(t *testing.T, h *house) {
	t.Helper()
	items, err := h.all(t.Context(), store.Query{})
	must(t, err)
	for _, item := range items {
		if got := f.known[item.ID]; got.Version != item.Version || got.Deleted {
			t.Errorf("%s: follower knows version %d (deleted %v), want %d", item.ID, got.Version, got.Deleted, item.Version)
		}
	}
	live := 0
	for _, ch := range f.known {
		if !ch.Deleted {
			live++
		}
	}
	equal(t, "records the follower knows", live, len(items))
	for change, times := range f.seen {
		if h.engine.Exclusive() && times > 1 {
			t.Errorf("%s was told %d times", change, times)
		}
	}
}

func changesInOrder(t *testing.T, h *house) {
	// Writes of one millisecond have no order that every engine must keep.
	a := h.insert(t, "a")
	h.insert(t, "b")
	h.insert(t, "c")
	time.Sleep(2 * time.Millisecond)
	must(t, h.items.Delete(t.Context(), "b", 0))
	time.Sleep(2 * time.Millisecond)
	a.Name = "second"
	must(t, h.items.Replace(t.Context(), &a))
	got, _, err := h.items.Changes(t.Context(), "", 100)
	must(t, err)
	told := ""
	for _, ch := range got {
		told += fmt.Sprintf("%s%d deleted=%v %s; ", ch.ID, ch.Version, ch.Deleted, ch.Record.Name)
	}
	equal(t, "changes", told, "c1 deleted=false ; b2 deleted=true ; a2 deleted=false second; ")
	equal(t, "time of a change", got[2].At, a.ChangedAt)
	if got, _, err := h.items.Changes(t.Context(), "呵呵", 100); err == nil {
		t.Errorf("changes after no cursor: %v, want an error", got)
	}
}

// followerSeesAll follows while the crowd inserts, changes and deletes.
func followerSeesAll(t *testing.T, h *house) {
	const each = 6
	f := newFollower()
	done := make(chan []error, 1)
	go func() {
		done <- together(func(m int) error {
			for i := range each {
				id := fmt.Sprintf("item-%d-%d", m, i)
				if err := h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: id}, Code: id}); err != nil {
					return err
				}
				if _, err := h.items.Mutate(t.Context(), id, add(1)); err != nil {
					return err
				}
				if i%3 == 0 {
					if err := h.items.Delete(t.Context(), id, 0); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}()
	for running := true; running; {
		select {
		case errs := <-done:
			must(t, errors.Join(errs...))
			running = false
		default:
		}
		must(t, f.step(t, h, 3))
	}
	f.agrees(t, h)
}

// tipMissesNothing: batches in flight while the tip is taken are either scanned or
// followed.
func tipMissesNothing(t *testing.T, h *house) {
	const batches, size = 12, 60
	done := make(chan error, 1)
	go func() {
		for b := range batches {
			items := make([]Item, size)
			for i := range items {
				id := fmt.Sprintf("item-%d-%d", b, i)
				items[i] = Item{Meta: portal.Meta{ID: id}, Code: id}
			}
			if err := h.items.InsertMany(t.Context(), items); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	var followers []*follower
	for running := true; running; {
		select {
		case err := <-done:
			must(t, err)
			running = false
		default:
		}
		f := newFollower()
		var err error
		f.cursor, err = h.items.Tip(t.Context())
		must(t, err)
		must(t, h.items.All(t.Context(), nil, func(i *Item) error {
			f.known[i.ID] = store.Change[Item]{ID: i.ID, Version: i.Version}
			return nil
		}))
		followers = append(followers, f)
	}
	for _, f := range followers {
		must(t, f.step(t, h, 500))
		f.agrees(t, h)
	}
}

func bulkFollowed(t *testing.T, h *house) {
	h.insertMany(t, 500, nil)
	f := newFollower()
	must(t, f.step(t, h, 7))
	f.agrees(t, h)
	_, err := h.items.Mutate(t.Context(), "item-0000", add(1)) // an id before all others
	must(t, err)
	must(t, f.step(t, h, 7))
	f.agrees(t, h)
}

func purge(t *testing.T, h *house) {
	ctx := t.Context()
	h.insert(t, "live")
	h.insert(t, "dead")
	must(t, h.items.Delete(ctx, "dead", 0))
	now, err := h.engine.Now(ctx)
	must(t, err)
	for _, row := range []struct {
		name   string
		before time.Time
		want   int64
	}{
		{"before the delete", now.Add(-time.Hour), 0},
		{"after the delete", now.Add(time.Hour), 1},
		{"again", now.Add(time.Hour), 0},
	} {
		n, err := h.engine.Purge(ctx, collection, row.before)
		must(t, err)
		equal(t, "purged "+row.name, n, row.want)
	}
	got, _, err := h.items.Changes(ctx, "", 10)
	must(t, err)
	if len(got) != 1 || got[0].ID != "live" {
		t.Errorf("changes after the purge: %+v", got)
	}
	h.insert(t, "dead")
}
