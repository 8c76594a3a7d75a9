package service

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Chores is what falls due by itself: messages to send, sessions and links that ended,
// events to chain. Several portals take turns at it by a lease.
type Chores struct {
	Rooms
	Every time.Duration
	turns turns
	due   []chore
}

// chore is one of them; what fails is tried again at the next turn.
type chore struct {
	name string
	do   func(ctx context.Context) error
}

// NewChores makes the chores of these services.
func NewChores(r Rooms, s *Services) *Chores {
	return &Chores{Rooms: r, Every: 2 * time.Second, turns: newTurns(r.Records, "chores"), due: []chore{
		{"intentions", s.Intentions.due},
		{"bookings", s.Bookings.due},
		{"notices", s.Notices.mailNow},
		{"digests", s.Notices.mailDigests},
		{"post", s.Post.deliver},
		{"fitting needs", (&fittingNews{needs: s.Needs}).tell},
		{"covered needs", (&coveredNews{needs: s.Needs}).tell},
		{"operations", s.Operations.finish},
		{"operation drafts", s.Operations.sweep},
		{"sessions", s.Accounts.sweep},
		{"searches", s.Searches.news},
		{"audit", func(ctx context.Context) error { return s.Audit.Chain(ctx, portal.System) }},
	}}
}

// Run works until ctx ends.
func (c *Chores) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := c.turn(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, errFenced) {
			c.Log.Error("chores", "error", err)
			pause(ctx, 10*c.Every)
		}
		pause(ctx, c.Every)
	}
}

func (c *Chores) turn(ctx context.Context) error {
	if c.Records.Engine.Exclusive() {
		return c.Once(ctx)
	}
	lease, ok, err := c.turns.take(ctx)
	if err != nil || !ok {
		return err
	}
	return c.turns.holding(ctx, lease, func(ctx context.Context) error {
		for ctx.Err() == nil {
			if err := c.Once(ctx); err != nil {
				return err
			}
			pause(ctx, c.Every)
		}
		return nil
	})
}

// Once does everything that is due now.
func (c *Chores) Once(ctx context.Context) error {
	var errs []error
	for _, chore := range c.due {
		if err := chore.do(ctx); err != nil && ctx.Err() == nil {
			c.Log.LogAttrs(ctx, slog.LevelWarn, "chore", slog.String("name", chore.name), slog.Any("error", err))
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// sweep removes sessions and links that have ended.
func (a *Accounts) sweep(ctx context.Context) error {
	const kept = 24 * time.Hour // a used link is still told from an unknown one
	now := a.Clock()
	return errors.Join(
		sweep(ctx, a.Records.Sessions, now, func(s *portal.Session) string { return s.ID }),
		sweep(ctx, a.Records.Links, now.Add(-kept), func(l *portal.Link) string { return l.ID }))
}

func sweep[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], before time.Time, id func(*T) string) error {
	page, err := coll.Find(ctx, store.Query{Where: []store.Cond{store.Between("expires_at", nil, before)}, Sort: "expires_at"})
	for i := range page.Items {
		if e := coll.Delete(ctx, id(&page.Items[i]), 0); e != nil && !errors.Is(e, store.ErrNotFound) {
			err = errors.Join(err, e)
		}
	}
	return fault("service.sweep", coll.Name(), err)
}
