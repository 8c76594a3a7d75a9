package service

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"liangcheng/app/portal"
)

// counting keeps in memory what figures are counted from, in step with the store. It is
// filled when somebody first asks: most portals are never asked.
type counting struct {
	clock  func() time.Time
	follow []func(ctx context.Context) error // each takes in what changed of a collection
	empty  func()                            // forgets everything, and how far was followed

	filling sync.Mutex // one filling or step at a time
	mu      sync.RWMutex
	filled  bool // everything has been read once
	asOf    time.Time
}

// countingPatience is how long somebody waits for the first counting before being told
// that it goes on.
const countingPatience = time.Second

// start makes it empty.
func (t *counting) start() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.filled = false
	t.empty()
}

// step takes in what changed since the last one.
func (t *counting) step(ctx context.Context) error {
	t.filling.Lock()
	defer t.filling.Unlock()
	now := t.clock()
	group, ctx := errgroup.WithContext(ctx) // a store may be far away: all are asked at once
	if !t.isFilled() {
		group.SetLimit(1) // but read in their order
	}
	for _, follow := range t.follow {
		group.Go(func() error { return follow(ctx) })
	}
	if err := group.Wait(); err != nil {
		return fault("service.counting.step", "", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.asOf, t.filled = now, true
	return nil
}

func (t *counting) isFilled() bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.filled
}

// ready takes in what changed; false while everything is being read for the first time,
// which goes on when the one who asked has been answered.
func (t *counting) ready(ctx context.Context) (bool, error) {
	if t.isFilled() {
		return true, t.step(ctx)
	}
	done := make(chan error, 1)
	go func() { done <- t.step(context.WithoutCancel(ctx)) }()
	select {
	case err := <-done:
		return err == nil, err
	case <-time.After(countingPatience):
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// counted is ready for those who cannot say that it is still being counted.
func (t *counting) counted(ctx context.Context) error {
	ready, err := t.ready(ctx)
	if err == nil && !ready {
		err = fault("service.counting", "", portal.ErrUnavailable)
	}
	return err
}

// Rebuild counts everything anew, when somebody next asks.
func (t *counting) Rebuild(v portal.Viewer) error {
	if !v.CanAnalyse() {
		return fault("service.counting.Rebuild", "", portal.ErrNotFound)
	}
	t.filling.Lock()
	defer t.filling.Unlock()
	t.start()
	return nil
}
