package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// turns gives work that only one of several portals may do to one of them, by a lease in
// the store and the store's clock. Every holder has a token higher than the one before:
// what an earlier holder still has to say is refused.
type turns struct {
	leases *store.Collection[portal.Lease, *portal.Lease]
	store  store.Engine
	id     string // of the lease, which names the work
	holder string // this process
}

// leaseFor is how long a portal that says nothing keeps the work; it renews three times.
const leaseFor = 15 * time.Second

// errFenced says that another portal has taken over the work.
var errFenced = errors.New("another portal has taken over")

func newTurns(r *store.Records, id string) turns {
	host, _ := os.Hostname() // only a name to be read by people
	return turns{leases: r.Leases, store: r.Engine, id: id, holder: fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:6])}
}

// take asks for the lease; it is returned as it is when another holds it.
func (t turns) take(ctx context.Context) (lease portal.Lease, ok bool, err error) {
	return t.change(ctx, func(l *portal.Lease, now time.Time) bool { return l.Take(t.holder, now, leaseFor) })
}

// seize takes the lease from whoever holds it.
func (t turns) seize(ctx context.Context) (portal.Lease, error) {
	lease, _, err := t.change(ctx, func(l *portal.Lease, now time.Time) bool { l.Seize(t.holder, now, leaseFor); return true })
	return lease, err
}

// change changes the lease by the store's clock; fn tells whether it may.
func (t turns) change(ctx context.Context, fn func(l *portal.Lease, now time.Time) bool) (lease portal.Lease, ok bool, err error) {
	now, err := t.store.Now(ctx)
	if err != nil {
		return lease, false, fault("service.turns", t.id, err)
	}
	var held portal.Lease // as it is when fn refuses
	lease, err = t.leases.MutateOrInsert(ctx, t.id, func(l *portal.Lease) error {
		if held = *l; !fn(l, now) {
			return errFenced
		}
		return nil
	})
	if errors.Is(err, errFenced) {
		return held, false, nil
	}
	return lease, err == nil, fault("service.turns", t.id, err)
}

// holding does work while the lease is renewed, and gives it back at the end. When the
// lease is lost, the context of the work ends.
func (t turns) holding(ctx context.Context, lease portal.Lease, work func(ctx context.Context) error) error {
	within, lost := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer func() {
			if r := recover(); r != nil {
				lost(fmt.Errorf("%w: panic while renewing: %v", errFenced, r))
			}
		}()
		t.renew(within, lease.Token, lost)
	}()
	err := work(within)
	if cause := context.Cause(within); errors.Is(cause, errFenced) {
		err = cause
	}
	lost(nil)
	<-renewed
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseFor/3)
	defer cancel()
	_, _, releaseErr := t.change(end, func(l *portal.Lease, _ time.Time) bool { l.Release(t.holder, lease.Token); return true })
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // told to stop
	}
	return errors.Join(err, releaseErr)
}

// renew keeps the lease until ctx ends or the lease is lost.
func (t turns) renew(ctx context.Context, token int64, lost context.CancelCauseFunc) {
	for pause(ctx, leaseFor/3); ctx.Err() == nil; pause(ctx, leaseFor/3) {
		_, ok, err := t.change(ctx, func(l *portal.Lease, now time.Time) bool { return l.Renew(t.holder, token, now, leaseFor) })
		if ctx.Err() == nil && !ok {
			lost(errors.Join(errFenced, err))
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// InTurn does work of that name in one portal at a time, those of one store waiting for
// one another. Where the store has one process alone there is nobody to wait for.
func InTurn(ctx context.Context, r *store.Records, name string, work func(ctx context.Context) error) error {
	if r.Engine.Exclusive() {
		return work(ctx)
	}
	t := newTurns(r, name)
	for {
		lease, ok, err := t.take(ctx)
		if err != nil {
			return err
		}
		if ok {
			return t.holding(ctx, lease, work)
		}
		const patience = 200 * time.Millisecond
		if pause(ctx, patience); ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
