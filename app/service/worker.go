package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
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
	Lease    time.Duration // how long a portal that says nothing keeps the work; three renewals
	Moved    func()        // called after each step that changed the index
	Log      *slog.Logger

	leases *store.Collection[portal.Lease, *portal.Lease]
	store  store.Engine
	id     string            // of the lease: the work on the indexes of this release
	holder string            // this process
	seen   map[string]string // cursors of the lease when it was last looked at
	filled atomic.Bool
	drift  atomic.Int64
	lag    atomic.Int64 // milliseconds the last step took, from reading to being visible
}

// How often a portal compares everything, and at which hour of the day.
const (
	reconcileEvery = 20 * time.Hour
	reconcileHour  = 3
)

// errFenced says that another portal has taken over the work.
var errFenced = errors.New("another portal has taken over the index")

// NewWorker makes the worker of a follower; shared says that the index is on a server.
func NewWorker(f *Follower, shared bool) *Worker {
	host, _ := os.Hostname() // only a name to be read by people
	return &Worker{Follower: f, Shared: shared, Every: 500 * time.Millisecond, Lease: 15 * time.Second,
		Moved: func() {}, Log: f.docs.Log,
		leases: f.docs.Records.Leases, store: f.docs.Records.Engine,
		id: "index-" + digest(Schemas()), holder: fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:6])}
}

// Filled reports whether the index holds the records and may be asked.
func (w *Worker) Filled() bool { return w.filled.Load() }

// Drift is what the last comparison of the index with the records found.
func (w *Worker) Drift() int64 { return w.drift.Load() }

// Run works until ctx ends. What fails is logged and tried again.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := w.Every
		if err := w.turn(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("index lags behind the store", "error", err)
			wait *= 10 // a server that is down needs no more than that
		}
		pause(ctx, wait)
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
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
	lease, ok, err := w.take(ctx)
	if err != nil {
		return err
	}
	w.look(lease)
	if !ok {
		return nil
	}
	return w.holding(ctx, lease, func(ctx context.Context) error { return w.work(ctx, lease) })
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

// take asks for the lease.
func (w *Worker) take(ctx context.Context) (lease portal.Lease, ok bool, err error) {
	return w.change(ctx, func(l *portal.Lease, now time.Time) bool { return l.Take(w.holder, now, w.Lease) })
}

// change changes the lease by the store's clock; fn tells whether it may.
func (w *Worker) change(ctx context.Context, fn func(l *portal.Lease, now time.Time) bool) (lease portal.Lease, ok bool, err error) {
	now, err := w.store.Now(ctx)
	if err != nil {
		return lease, false, fault("service.Worker", w.id, err)
	}
	var held portal.Lease // as it is when fn refuses
	mutate := func() error {
		lease, err = w.leases.Mutate(ctx, w.id, func(l *portal.Lease) error {
			if held = *l; !fn(l, now) {
				return errFenced
			}
			return nil
		})
		return err
	}
	if err = mutate(); errors.Is(err, store.ErrNotFound) {
		err = w.leases.Insert(ctx, &portal.Lease{Meta: portal.Meta{ID: w.id}})
		if err == nil || errors.Is(err, store.ErrDuplicate) {
			err = mutate()
		}
	}
	if errors.Is(err, errFenced) {
		return held, false, nil
	}
	return lease, err == nil, fault("service.Worker", w.id, err)
}

// holding does work while the lease is renewed, and gives it back at the end. When the
// lease is lost, the context of the work ends.
func (w *Worker) holding(ctx context.Context, lease portal.Lease, work func(ctx context.Context) error) error {
	ctx, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer func() {
			if r := recover(); r != nil {
				lost(fmt.Errorf("%w: panic while renewing: %v", errFenced, r))
			}
		}()
		for pause(ctx, w.Lease/3); ctx.Err() == nil; pause(ctx, w.Lease/3) {
			_, ok, err := w.change(ctx, func(l *portal.Lease, now time.Time) bool {
				return l.Renew(w.holder, lease.Token, now, w.Lease)
			})
			if ctx.Err() == nil && !ok {
				lost(errors.Join(errFenced, err))
			}
		}
	}()
	err := work(ctx)
	if cause := context.Cause(ctx); errors.Is(cause, errFenced) {
		err = cause
	}
	lost(nil)
	<-renewed
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Lease/3)
	defer cancel()
	_, _, releaseErr := w.change(end, func(l *portal.Lease, _ time.Time) bool { l.Release(w.holder, lease.Token); return true })
	if errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), context.Canceled) {
		return nil
	}
	return errors.Join(err, releaseErr)
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
		pause(ctx, w.Every)
	}
	return nil
}

// mustFill reports whether the index was never filled, or has lost what it held.
func (w *Worker) mustFill(ctx context.Context, lease portal.Lease) (bool, error) {
	if lease.FilledAt.IsZero() {
		return true, nil
	}
	if err := w.Follower.docs.Engine.Health(ctx); err != nil {
		return errors.Is(err, search.ErrLost), fault("service.Worker", w.id, notLost(err))
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
	now, err := w.store.Now(ctx)
	if err != nil {
		return fault("service.Worker", w.id, err)
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
	_, ok, err := w.change(ctx, func(l *portal.Lease, now time.Time) bool {
		if !l.HeldBy(w.holder, token, now) {
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
		w.lag.Store(time.Since(begun).Milliseconds())
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
	lease, err := w.leases.Fresh(ctx, w.id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Worker.Ensure", w.id, err)
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
		lease, err := w.leases.Fresh(ctx, w.id)
		if err != nil {
			return fault("service.Worker.Reconcile", w.id, err)
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
	lease, _, err := w.change(ctx, func(l *portal.Lease, now time.Time) bool { l.Seize(w.holder, now, w.Lease); return true })
	if err != nil {
		return err
	}
	return w.holding(ctx, lease, func(ctx context.Context) error { return work(ctx, lease.Token) })
}
