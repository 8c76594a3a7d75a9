package search

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
)

// Guard keeps an engine on a server from holding everybody up when it does not answer:
// after a few failures in a row it refuses at once, and tries again after a moment.
// Documents pass it by.
type Guard struct {
	Engine
	filled  func() bool
	breaker *gobreaker.CircuitBreaker[any]
	up      atomic.Bool
}

// What the guard takes for an outage, and how soon it tries again.
const (
	failuresInRow = 2
	tryAgainAfter = 2 * time.Second
)

// NewGuard stands before an engine. An engine that is not filled yet refuses like one that
// is down. changed is called, in the way of a request, whenever Up may have changed.
func NewGuard(e Engine, filled func() bool, changed func()) *Guard {
	g := &Guard{Engine: e, filled: filled}
	g.up.Store(true)
	g.breaker = gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Name:         "search",
		Timeout:      tryAgainAfter,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failuresInRow },
		IsSuccessful: func(err error) bool { return !errors.Is(err, ErrDown) && !errors.Is(err, context.DeadlineExceeded) },
		OnStateChange: func(_ string, _, to gobreaker.State) {
			g.up.Store(to == gobreaker.StateClosed)
			changed()
		},
	})
	return g
}

// Up reports whether queries are answered.
func (g *Guard) Up() bool { return g.up.Load() && g.filled() }

// guarded asks the engine unless it is known not to answer.
func guarded[T any](g *Guard, ask func() (T, error)) (T, error) {
	var none T
	if !g.filled() {
		return none, fmt.Errorf("%w: the index is being filled", ErrDown)
	}
	answer, err := g.breaker.Execute(func() (any, error) { return ask() })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = fmt.Errorf("%w: %w", ErrDown, err)
	}
	if err != nil {
		return none, err
	}
	return answer.(T), nil
}

// Search answers one query.
func (g *Guard) Search(ctx context.Context, q Query) (Result, error) {
	return guarded(g, func() (Result, error) { return g.Engine.Search(ctx, q) })
}

// MultiSearch answers several queries in order.
func (g *Guard) MultiSearch(ctx context.Context, qs []Query) ([]Result, error) {
	return guarded(g, func() ([]Result, error) { return g.Engine.MultiSearch(ctx, qs) })
}

// Match scores documents by the sum over terms.
func (g *Guard) Match(ctx context.Context, q MatchQuery) ([]Hit, error) {
	return guarded(g, func() ([]Hit, error) { return g.Engine.Match(ctx, q) })
}

// Health asks the engine, and lets the guard see the answer: asked now and then, it finds
// an outage, and its end, before a visitor does.
func (g *Guard) Health(ctx context.Context) error {
	_, err := g.breaker.Execute(func() (any, error) { return nil, g.Engine.Health(ctx) })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = fmt.Errorf("%w: %w", ErrDown, err)
	}
	return err
}
