package search

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// moody is an engine that answers as it is told.
type moody struct {
	Engine
	err   error
	asked int
}

func (m *moody) Search(context.Context, Query) (Result, error) {
	m.asked++
	return Result{Total: 1}, m.err
}

func (m *moody) Health(context.Context) error { return m.err }

func TestGuard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moody{}
		filled, changes := false, 0
		g := NewGuard(m, func() bool { return filled }, func() { changes++ })
		ask := func() error { _, err := g.Search(t.Context(), Query{}); return err }

		if err := ask(); !errors.Is(err, ErrDown) || m.asked > 0 || g.Up() {
			t.Errorf("not filled yet: %v after %d questions, up %v", err, m.asked, g.Up())
		}
		filled = true
		if err := ask(); err != nil || !g.Up() {
			t.Errorf("filled: %v, up %v", err, g.Up())
		}
		for _, own := range []error{ErrInvalid, context.Canceled} {
			m.err = own
			for range 5 {
				if err := ask(); !errors.Is(err, own) || !g.Up() {
					t.Errorf("%v is no outage: %v, up %v", own, err, g.Up())
				}
			}
		}
		m.err = fmt.Errorf("x: %w", ErrDown)
		for range failuresInRow {
			if err := ask(); !errors.Is(err, ErrDown) {
				t.Errorf("down: %v", err)
			}
		}
		asked := m.asked
		if err := ask(); !errors.Is(err, ErrDown) || m.asked != asked || g.Up() || changes != 1 {
			t.Errorf("known to be down: %v, asked %d more, up %v, %d changes", err, m.asked-asked, g.Up(), changes)
		}
		time.Sleep(tryAgainAfter + time.Millisecond)
		if err := g.Health(t.Context()); !errors.Is(err, ErrDown) || g.Up() {
			t.Errorf("still down: %v, up %v", err, g.Up())
		}
		m.err = nil
		time.Sleep(tryAgainAfter + time.Millisecond)
		if err := errors.Join(g.Health(t.Context()), ask()); err != nil || !g.Up() {
			t.Errorf("back: %v, up %v", err, g.Up())
		}
	})
}
