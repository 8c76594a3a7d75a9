package service

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync/atomic"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// Worker keeps the index in step. Where the index is in the process, each process works
// for itself; where it is on a server that several portals share, one of them does, which
// holds a lease. How far it has come is kept with the lease, and moves only after the
// index has taken the changes: whoever takes over repeats a little and misses nothing.
type Worker struct {
	Follower *Follower
	Shared   bool          // the index is shared by several portals
	Every    time.Duration // between steps
	Moved    func()        // called after each step that changed the index
	Log      *slog.Logger

	turns  turns             // at the indexes of this release
	seen   map[string]string // cursors of the lease when it was last looked at
	filled atomic.Bool
	drift  atomic.Int64
	lag    atomic.Int64 // nanoseconds from reading the last changes to their being visible
	holds  atomic.Bool  // this process does the work
}

// How often a portal compares everything, and at which hour of the day.
const (
	reconcileEvery = 20 * time.Hour
	reconcileHour  = 3
)

// NewWorker makes the worker of a follower; shared says that the index is on a server.
func NewWorker(f *Follower, shared bool) *Worker {
	return &Worker{Follower: f, Shared: shared, Every: 500 * time.Millisecond, Moved: func() {}, Log: f.docs.Log,
		turns: newTurns(f.docs.Records, "index-"+digest(Schemas()))}
}

// Filled reports whether the index holds the records and may be asked.
func (w *Worker) Filled() bool { return w.filled.Load() }

// Drift is what the last comparison of the index with the records found.
func (w *Worker) Drift() int64 { return w.drift.Load() }

// Lag is how long the last changes took to become visible, from being read.
func (w *Worker) Lag() time.Duration { return time.Duration(w.lag.Load()) }

// Holding reports whether this process keeps the index.
func (w *Worker) Holding() bool { return !w.Shared || w.holds.Load() }

// Run works until ctx ends. What fails is logged and tried again.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		switch err := w.turn(ctx); {
		case err == nil || ctx.Err() != nil:
			w.rest(ctx)
		case errors.Is(err, errFenced):
			w.Log.Info("another portal has taken over the index")
			w.rest(ctx)
		default:
			w.Log.Error("index lags behind the store", "error", err)
			pause(ctx, 10*w.Every) // a server that is down needs no more than that
		}
	}
}

// turn works once on an index of this process, or as long as the lease lasts.
func (w *Worker) turn(ctx context.Context) error {
	if !w.Shared {
		return w.step(ctx, nil)
	}
	n, err := w.Follower.docs.Roster.Step(ctx)
	if n > 0 {
		w.Moved()
	}
	if err != nil {
		return err
	}
	lease, ok, err := w.turns.take(ctx)
	if err != nil {
		return err
	}
	w.look(lease)
	if !ok {
		return nil
	}
	return w.held(ctx, lease, func(ctx context.Context) error { return w.work(ctx, lease) })
}

// look learns from the lease what other portals have done.
func (w *Worker) look(lease portal.Lease) {
	if !maps.Equal(w.seen, lease.Cursors) {
		w.seen = lease.Cursors
		w.Moved()
	}
	w.filled.Store(!lease.FilledAt.IsZero())
	w.drift.Store(lease.Drift)
}

// work fills the index where it is not, and follows the store.
func (w *Worker) work(ctx context.Context, lease portal.Lease) error {
	fill, err := w.mustFill(ctx, lease)
	if err != nil {
		return err
	}
	if fill {
		if err := w.fill(ctx, lease.Token, nil); err != nil {
			return err
		}
	} else {
		w.Follower.Resume(lease.Cursors)
		if err := w.away(ctx, lease); err != nil {
			return err
		}
	}
	for ctx.Err() == nil {
		if err := w.Follower.docs.Engine.Health(ctx); err != nil {
			return err // a lost index is filled again in the next turn
		}
		if err := w.step(ctx, &lease); err != nil {
			return err
		}
		w.rest(ctx)
	}
	return nil
}

// rest waits until the next step, only for a moment while needs wait to be matched.
func (w *Worker) rest(ctx context.Context) {
	wait := w.Every
	if w.Follower.Waiting() > 0 {
		wait /= 10
	}
	pause(ctx, wait)
}

// mustFill reports whether the index was never filled, or has lost what it held.
func (w *Worker) mustFill(ctx context.Context, lease portal.Lease) (bool, error) {
	if lease.FilledAt.IsZero() {
		return true, nil
	}
	if err := w.Follower.docs.Engine.Health(ctx); err != nil {
		return errors.Is(err, search.ErrLost), fault("service.Worker", w.turns.id, notLost(err))
	}
	for _, index := range []string{SpecialismsIndex, ProgrammesIndex} {
		res, err := w.Follower.docs.Engine.Search(ctx, search.Query{Index: index})
		if err != nil {
			return false, fault("service.Worker", index, err)
		}
		if res.Total == 0 {
			n, err := w.Follower.count(ctx, index)
			return n > 0, err
		}
	}
	return false, nil
}

// notLost is nil for an index that is gone, which is no failure but work.
func notLost(err error) error {
	if errors.Is(err, search.ErrLost) {
		return nil
	}
	return err
}

// away compares everything when nobody has followed for so long that deletions may have
// been tidied away.
func (w *Worker) away(ctx context.Context, lease portal.Lease) error {
	now, err := w.turns.store.Now(ctx)
	if err != nil {
		return fault("service.Worker", w.turns.id, err)
	}
	if now.Sub(lease.ChangedAt) < keepTombstones-time.Hour {
		return nil
	}
	_, err = w.reconcile(ctx, lease.Token)
	return err
}

// fill builds every index anew and keeps where following goes on.
func (w *Worker) fill(ctx context.Context, token int64, report Progress) error {
	if err := w.Follower.Rebuild(ctx, report); err != nil {
		return err
	}
	err := w.keep(ctx, token, func(l *portal.Lease, now time.Time) { l.FilledAt = now })
	if err == nil {
		w.filled.Store(true)
		w.Moved()
	}
	return err
}

// keep notes with the lease how far the work has come; a portal that no longer holds the
// lease is refused.
func (w *Worker) keep(ctx context.Context, token int64, note func(l *portal.Lease, now time.Time)) error {
	cursors := w.Follower.Cursors()
	_, ok, err := w.turns.change(ctx, func(l *portal.Lease, now time.Time) bool {
		if !l.HeldBy(w.turns.holder, token, now) {
			return false
		}
		l.Cursors = cursors
		if note != nil {
			note(l, now)
		}
		return true
	})
	if err == nil && !ok {
		err = errFenced
	}
	return err
}

// step applies what changed, and once a night compares everything. Without a lease the
// index is this process's own.
func (w *Worker) step(ctx context.Context, lease *portal.Lease) error {
	begun := time.Now()
	n, err := w.Follower.Step(ctx)
	if n > 0 {
		w.lag.Store(int64(time.Since(begun)))
		w.Moved()
	}
	if err != nil {
		return err
	}
	if lease != nil && n > 0 {
		if err := w.keep(ctx, lease.Token, nil); err != nil {
			return err
		}
	}
	return w.nightly(ctx, lease)
}

// nightly compares everything at a quiet hour, and tidies up.
func (w *Worker) nightly(ctx context.Context, lease *portal.Lease) error {
	now := w.Follower.docs.Clock()
	if now.In(portal.Shanghai).Hour() != reconcileHour || lease != nil && now.Sub(lease.CheckedAt) < reconcileEvery ||
		lease == nil && now.Sub(w.Follower.checked) < reconcileEvery {
		return nil
	}
	w.Follower.checked = now
	if err := w.Follower.Tidy(ctx); err != nil {
		return err
	}
	if lease == nil {
		drifts, err := w.Follower.Reconcile(ctx, nil)
		w.drift.Store(total(drifts))
		return err
	}
	lease.CheckedAt = now
	_, err := w.reconcile(ctx, lease.Token)
	return err
}

func (w *Worker) reconcile(ctx context.Context, token int64) ([]Drift, error) {
	drifts, err := w.Follower.Reconcile(ctx, nil)
	if err != nil {
		return drifts, err
	}
	n := total(drifts)
	if n > 0 {
		w.Log.Warn("the index differed from the records and was mended", "documents", n)
	}
	w.drift.Store(n)
	return drifts, w.keep(ctx, token, func(l *portal.Lease, now time.Time) { l.CheckedAt, l.Drift = now, n })
}

func total(drifts []Drift) (n int64) {
	for _, d := range drifts {
		n += d.Differences()
	}
	return n
}

// Rebuild fills a shared index anew beside the live one, whoever holds the lease: the
// holder is fenced off and follows from where this begins.
func (w *Worker) Rebuild(ctx context.Context, report Progress) error {
	return w.seized(ctx, func(ctx context.Context, token int64) error { return w.fill(ctx, token, report) })
}

// Ensure fills a shared index where nobody has, and otherwise uses it as it is.
func (w *Worker) Ensure(ctx context.Context, report Progress) error {
	lease, err := w.turns.leases.Fresh(ctx, w.turns.id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Worker.Ensure", w.turns.id, err)
	}
	fill, err := w.mustFill(ctx, lease)
	if err != nil {
		return err
	}
	if fill {
		return w.Rebuild(ctx, report)
	}
	w.look(lease)
	return nil
}

// Reconcile compares a shared index with the records now, and mends it.
func (w *Worker) Reconcile(ctx context.Context) (drifts []Drift, err error) {
	err = w.seized(ctx, func(ctx context.Context, token int64) error {
		lease, err := w.turns.leases.Fresh(ctx, w.turns.id)
		if err != nil {
			return fault("service.Worker.Reconcile", w.turns.id, err)
		}
		w.Follower.Resume(lease.Cursors)
		if _, err := w.Follower.Step(ctx); err != nil {
			return err
		}
		drifts, err = w.reconcile(ctx, token)
		return err
	})
	return drifts, err
}

// seized does work of a command: it takes the lease from whoever holds it.
func (w *Worker) seized(ctx context.Context, work func(ctx context.Context, token int64) error) error {
	lease, err := w.turns.seize(ctx)
	if err != nil {
		return err
	}
	return w.held(ctx, lease, func(ctx context.Context) error { return work(ctx, lease.Token) })
}

// held does work under the lease, and says so while it lasts.
func (w *Worker) held(ctx context.Context, lease portal.Lease, work func(ctx context.Context) error) error {
	w.holds.Store(true)
	defer w.holds.Store(false)
	return w.turns.holding(ctx, lease, work)
}
