package service

import (
	"context"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Queue is something that waits for the office.
type Queue struct {
	Name   string
	N      int
	Oldest time.Time // since when the longest waits; zero: that is not known
}

// The queues of the office, what it decides itself first.
const (
	QueueOrganisations = "organisations" // to be checked
	QueueOutcomes      = "outcomes"      // confirmed by both sides, to be verified
	QueueDisputes      = "disputes"      // outcomes one side contests
	QueueItems         = "items"         // of the three lists, to be closed by a second person
	QueueOverdue       = "overdue"       // of the three lists, about which nothing was done in time
	QueueLate          = "late"          // partnerships with a late milestone
	QueueDormant       = "dormant"
	QueueIntentions    = "intentions" // that wait for an answer
	QueueConcepts      = "concepts"   // that wait for a second person
)

// Attention is what needs the office's attention, with the age of the oldest of each kind.
func (g *Region) Attention(ctx context.Context, v portal.Viewer) ([]Queue, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Region.Attention", "", portal.ErrNotFound)
	}
	r := g.Records
	var out []Queue
	for _, q := range []struct {
		name string
		make func() (int64, time.Time, error)
	}{
		{QueueOrganisations, func() (int64, time.Time, error) {
			return waiting(ctx, r.Organisations, "submitted", func(o portal.Organisation) time.Time { return o.Submitted }, store.Where("state", portal.OrganisationRegistered))
		}},
		{QueueOutcomes, func() (int64, time.Time, error) {
			return waiting(ctx, r.Outcomes, "since", func(o portal.Outcome) time.Time { return o.Since }, store.Where("state", portal.OutcomeConfirmed))
		}},
		{QueueDisputes, func() (int64, time.Time, error) {
			return waiting(ctx, r.Outcomes, "since", func(o portal.Outcome) time.Time { return o.Since }, store.Where("state", portal.OutcomeDisputed))
		}},
		{QueueItems, func() (int64, time.Time, error) {
			return waiting(ctx, r.ListItems, "since", func(i portal.ListItem) time.Time { return i.Since }, store.Where("state", portal.ItemHandled))
		}},
		{QueueOverdue, func() (int64, time.Time, error) {
			return waiting(ctx, r.ListItems, "open_due", func(i portal.ListItem) time.Time { return dayOf(i.Due) }, store.Between("open_due", nil, g.today()))
		}},
		{QueueIntentions, func() (int64, time.Time, error) {
			return waiting(ctx, r.Intentions, "sent_at", func(i portal.Intention) time.Time { return i.SentAt }, store.OneOf("state", portal.IntentionSent, portal.IntentionViewed))
		}},
		{QueueConcepts, func() (int64, time.Time, error) {
			return waiting(ctx, r.Concepts, "since", func(c portal.Concept) time.Time { return c.Since }, store.Where("state", portal.ConceptProposed))
		}},
	} {
		n, oldest, err := q.make()
		if err != nil {
			return nil, fault("service.Region.Attention", q.name, err)
		}
		out = append(out, Queue{q.name, int(n), oldest})
	}
	ready, err := g.ready(ctx)
	if err != nil || !ready {
		return out, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	return append(out, g.late(), g.dormant()), nil
}

// waiting counts what fits and tells since when the first of it waits.
func waiting[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], by string, since func(T) time.Time, where ...store.Cond) (int64, time.Time, error) {
	n, err := coll.Count(ctx, where...)
	if err != nil || n == 0 {
		return n, time.Time{}, err
	}
	first, err := coll.Find(ctx, store.Query{Where: where, Sort: by, Limit: 1})
	if err != nil || len(first.Items) == 0 {
		return n, time.Time{}, err
	}
	return n, since(first.Items[0]), nil
}

// late are the partnerships with a late milestone.
func (g *Region) late() Queue {
	q, today, first := Queue{Name: QueueLate}, g.today(), ""
	for place, live := range g.partnerships.live {
		if live && g.partnerships.late(place, today) {
			q.N++
			if due := g.partnerships.numbers[place].due[0]; first == "" || due < first {
				first = due
			}
		}
	}
	q.Oldest = dayOf(first)
	return q
}

// dayOf is the beginning of a day in Shanghai; zero when it is none.
func dayOf(day string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, portal.Shanghai) // none: zero
	return t
}

// dormant are the partnerships in which nothing happens.
func (g *Region) dormant() Queue {
	q, column := Queue{Name: QueueDormant}, &g.partnerships.columns[ByMotion]
	for place, live := range g.partnerships.live {
		if live && column.has(place, Motions[1]) {
			q.N++
		}
	}
	return q
}
