package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Chores is what falls due by itself: messages to send, sessions and links that ended,
// events to chain. Several portals take turns at it by a lease. What may take long has a
// round of its own, so that no message waits for it.
type Chores struct {
	Rooms
	Every  time.Duration
	rounds []round
	own    []chore                         // every portal for itself
	last   func(ctx context.Context) error // what is done before the portal ends
}

// round is chores done one after the other, by one portal at a time.
type round struct {
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
	short := []chore{
		{"intentions", s.Intentions.due},
		{"milestones", s.Partnerships.due},
		{"still partnerships", (&stillNews{partnerships: s.Partnerships}).tell},
		{"suspended", s.Needs.pauseSuspended},
		{"bookings", s.Bookings.due},
		{"events", s.Events.due},
		{"notices", s.Notices.mailNow},
		{"digests", s.Notices.mailDigests},
		{"post", s.Post.deliver},
		{"sessions", s.Accounts.sweep},
		{"audit", func(ctx context.Context) error { return s.Audit.Chain(ctx, portal.System) }},
	}
	long := []chore{
		{"operations", s.Operations.finish},
		{"operation drafts", s.Operations.sweep},
		{"fitting needs", s.Needs.tellFitting},
		{"lists", (&listNews{lists: s.Lists}).look},
		{"covered needs", (&coveredNews{needs: s.Needs}).tell},
		{"searches", s.Searches.news},
		{"evaluation", s.Quality.evaluate},
	}
	return &Chores{Rooms: r, Every: 2 * time.Second, rounds: []round{
		{newTurns(r.Records, "chores"), short}, {newTurns(r.Records, "long chores"), long}},
		own: []chore{{"exposure", s.Exposure.write}}, last: s.Exposure.flush}
}

// Run works until ctx ends.
func (c *Chores) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, r := range c.rounds {
		all.Go(func() {
			for ctx.Err() == nil {
				if err := c.turn(ctx, r); err != nil && ctx.Err() == nil && !errors.Is(err, errFenced) {
					c.Log.Error("chores", "error", err)
					pause(ctx, 10*c.Every)
				}
				pause(ctx, c.Every)
			}
		})
	}
	all.Go(func() {
		for ; ctx.Err() == nil; pause(ctx, c.Every) {
			_ = c.do(ctx, c.own) // logged, and tried again
		}
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastMost)
		defer cancel()
		if err := c.last(short); err != nil {
			c.Log.Error("chores", "error", err)
		}
	})
	all.Wait()
}

// lastMost is the longest the last chore may keep a portal from ending.
const lastMost = 3 * time.Second

func (c *Chores) turn(ctx context.Context, r round) error {
	if c.Records.Engine.Exclusive() {
		return c.do(ctx, r.due)
	}
	lease, ok, err := r.turns.take(ctx)
	if err != nil || !ok {
		return err
	}
	return r.turns.holding(ctx, lease, func(ctx context.Context) error {
		for ctx.Err() == nil {
			if err := c.do(ctx, r.due); err != nil {
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
	for _, r := range c.rounds {
		errs = append(errs, c.do(ctx, r.due))
	}
	errs = append(errs, c.do(ctx, c.own))
	return errors.Join(errs...)
}

func (c *Chores) do(ctx context.Context, due []chore) error {
	var errs []error
	for _, chore := range due {
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
