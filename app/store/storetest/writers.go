package storetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

var writers = []check{
	{"no update is lost", noUpdateLost},
	{"a version has one winner", oneWinner},
	{"a job is claimed once", claimedOnce},
	{"a new id has one winner", oneWinnerOfID},
	{"a record that begins with its first change begins once", begunOnce},
	{"a unique value has one winner", oneWinnerOfValue},
	{"versions never go back for readers", versionsNeverGoBack},
}

// crowd is how many write at the same time.
const crowd = 16

// together runs work in every member of the crowd and returns their errors.
func together(work func(member int) error) []error {
	errs := make([]error, crowd)
	var start, done sync.WaitGroup
	start.Add(crowd)
	for m := range crowd {
		done.Go(func() {
			start.Done()
			start.Wait()
			errs[m] = work(m)
		})
	}
	done.Wait()
	return errs
}

// oneWins checks that one of the crowd had success and all others this refusal.
func oneWins(t *testing.T, errs []error, refusal error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			refused(t, "loser", err, refusal)
		}
	}
	equal(t, "winners", won, 1)
}

func add(n int) func(*Item) error {
	return func(i *Item) error {
		sum := n
		if i.N != nil {
			sum += *i.N
		}
		i.N = &sum
		return nil
	}
}

func begunOnce(t *testing.T, h *house) {
	for _, err := range together(func(int) error {
		_, err := h.items.MutateOrInsert(t.Context(), "begun", add(1))
		return err
	}) {
		must(t, err)
	}
	item, err := h.items.Fresh(t.Context(), "begun")
	must(t, err)
	equal(t, "n", *item.N, crowd)
}

func noUpdateLost(t *testing.T, h *house) {
	const each = 25
	h.insert(t, "counter")
	errs := together(func(int) error {
		for range each {
			if _, err := h.items.Mutate(t.Context(), "counter", add(1)); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, errors.Join(errs...))
	got := h.get(t, "counter")
	equal(t, "sum", *got.N, crowd*each)
	equal(t, "version", got.Version, 1+crowd*each)
}

func oneWinner(t *testing.T, h *house) {
	first := h.insert(t, "a")
	errs := together(func(m int) error {
		mine := first
		mine.Name = numbered("writer", m)
		return h.items.Replace(t.Context(), &mine)
	})
	oneWins(t, errs, store.ErrConflict)
	got := h.get(t, "a")
	equal(t, "version", got.Version, 2)
	equal(t, "writer", got.Name, numbered("writer", slices.Index(errs, nil)))
}

func claimedOnce(t *testing.T, h *house) {
	const jobs = 24
	h.insertMany(t, jobs, nil)
	taken := errors.New("already claimed")
	var claims atomic.Int64
	errs := together(func(m int) error {
		for {
			page, err := h.items.Find(t.Context(), store.Query{Where: []store.Cond{store.Where("city", nil)}, Limit: 1})
			if err != nil || len(page.Items) == 0 {
				return err
			}
			_, err = h.items.Mutate(t.Context(), page.Items[0].ID, func(i *Item) error {
				if i.City != nil {
					return taken
				}
				me := numbered("claimer", m)
				i.City = &me
				return nil
			})
			switch {
			case err == nil:
				claims.Add(1)
			case !errors.Is(err, taken):
				return err
			}
		}
	})
	must(t, errors.Join(errs...))
	equal(t, "claims", claims.Load(), jobs)
	items, err := h.all(t.Context(), store.Query{})
	must(t, err)
	for _, item := range items {
		equal(t, "version of "+item.ID, item.Version, 2)
	}
}

func oneWinnerOfID(t *testing.T, h *house) {
	errs := together(func(m int) error {
		return h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: "same"}, Code: numbered("code", m)})
	})
	oneWins(t, errs, store.ErrDuplicate)
	equal(t, "code", h.get(t, "same").Code, numbered("code", slices.Index(errs, nil)))
}

func oneWinnerOfValue(t *testing.T, h *house) {
	errs := together(func(m int) error {
		return h.items.Insert(t.Context(), &Item{Meta: portal.Meta{ID: numbered("item", m)}, Code: "same"})
	})
	oneWins(t, errs, store.ErrDuplicate)
	n, err := h.items.Count(t.Context(), store.Where("code", "same"))
	must(t, err)
	equal(t, "count", n, 1)
}

// versionsNeverGoBack: whoever has read a version, or written one, never reads an older.
func versionsNeverGoBack(t *testing.T, h *house) {
	const each = 15
	h.insert(t, "a")
	errs := together(func(m int) error {
		if m%4 != 0 {
			return neverBack(t.Context(), h)
		}
		for range each {
			wrote, err := h.items.Mutate(t.Context(), "a", add(1))
			if err != nil {
				return err
			}
			read, err := h.items.Get(t.Context(), "a")
			if err != nil {
				return err
			}
			if read.Version < wrote.Version {
				return errors.New("a writer read an older version than its own")
			}
		}
		_, err := h.items.Mutate(t.Context(), "a", func(i *Item) error { i.Name += "done"; return nil })
		return err
	})
	must(t, errors.Join(errs...))
}

// neverBack reads until every fourth member of the crowd has said it is done.
func neverBack(ctx context.Context, h *house) error {
	last := int64(0)
	for {
		item, err := h.items.Get(ctx, "a")
		if err != nil {
			return err
		}
		if item.Version < last {
			return errors.New("a reader read an older version than before")
		}
		last = item.Version
		if strings.Count(item.Name, "done") == crowd/4 {
			return nil
		}
	}
}
