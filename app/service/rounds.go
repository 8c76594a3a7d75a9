package service

import (
	"context"
	"errors"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Rounds (调度) are dated pictures of the three lists.
type Rounds struct {
	Rooms
	lists *Lists
}

// RoundFile is a round with the one before it and the name of who took it.
type RoundFile struct {
	portal.Round
	Last  portal.Round // the one before; zero of the first
	Taker string
}

// List returns the rounds, the latest first.
func (r *Rounds) List(ctx context.Context, v portal.Viewer, after string, most int) (store.Page[portal.Round], error) {
	if !v.CanAnalyse() {
		return store.Page[portal.Round]{}, fault("service.Rounds.List", "", portal.ErrNotFound)
	}
	page, err := r.Records.Rounds.Find(ctx, store.Query{Sort: "number", Desc: true, After: after, Limit: most})
	return page, fault("service.Rounds.List", "", err)
}

// last is the latest round; zero when there is none.
func (r *Rounds) last(ctx context.Context) (portal.Round, error) {
	page, err := r.Records.Rounds.Find(ctx, store.Query{Sort: "number", Desc: true, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return portal.Round{}, fault("service.Rounds.last", "", err)
	}
	return page.Items[0], nil
}

// Open takes a round: how the lists stand now, and what has changed since the last one.
// Of two people who open one at once the second is told so.
func (r *Rounds) Open(ctx context.Context, v portal.Viewer, title, day string) (portal.Round, error) {
	if !portal.CanKeepLists(v) {
		return portal.Round{}, portal.ErrForbidden
	}
	trimmed(&title)
	before, err := r.last(ctx)
	if err != nil {
		return portal.Round{}, err
	}
	now := r.Clock().UTC()
	rec := portal.Round{Title: title, Day: day, By: v.Person, Origin: portal.Origin{Certainty: portal.Verified, Source: officeSource, Date: r.lists.today()}}
	if err := rec.Check(before, now); err != nil {
		return rec, err
	}
	items, err := r.items(ctx, before)
	if err != nil {
		return rec, err
	}
	about, err := namesOf(ctx, r.Records.Partnerships, unique(partnershipsOf(items)), func(p portal.Partnership) (string, string) { return p.ID, p.Title })
	if err != nil {
		return rec, err
	}
	rec.Take(before, items, about, now)
	rec.ID = portal.RoundID(rec.Number)
	fictional, err := r.lists.fictional(ctx, v, portal.Partnership{})
	if err != nil {
		return rec, err
	}
	for _, i := range items {
		fictional = fictional || i.Origin.Fictional()
	}
	if fictional {
		rec.ID, rec.Origin = demoPrefix+rec.ID, portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	err = created(ctx, r.Rooms, r.Records.Rounds, v, "round.open", &rec)
	if errors.Is(err, portal.ErrDuplicate) {
		return rec, portal.ErrConflict
	}
	return rec, err
}

// items are what a round shows: all that is not closed, and what was closed since the
// last one.
func (r *Rounds) items(ctx context.Context, before portal.Round) ([]portal.ListItem, error) {
	open, err := collect(ctx, r.Records.ListItems, store.OneOf("state", portal.ItemOpen, portal.ItemHandled))
	if err != nil || before.ID == "" {
		return open, r.fits(len(open), err)
	}
	closed, err := collect(ctx, r.Records.ListItems, store.Where("state", portal.ItemClosed), store.Between("since", before.At, nil))
	return append(open, closed...), r.fits(len(open)+len(closed), err)
}

// fits refuses more items than one record holds.
func (r *Rounds) fits(n int, err error) error {
	if err == nil && n > portal.RoundMost {
		return portal.Invalid{{Field: "title", Key: "round.too_many", Args: []any{n, portal.RoundMost}}}
	}
	return err
}

func partnershipsOf(items []portal.ListItem) []string {
	out := make([]string, len(items))
	for n, i := range items {
		out[n] = i.Partnership
	}
	return out
}

// Show returns a round.
func (r *Rounds) Show(ctx context.Context, v portal.Viewer, id string) (RoundFile, error) {
	if !v.CanAnalyse() {
		return RoundFile{}, fault("service.Rounds.Show", id, portal.ErrNotFound)
	}
	rec, err := r.Records.Rounds.Get(ctx, id)
	if err != nil {
		return RoundFile{}, fault("service.Rounds.Show", id, err)
	}
	f := RoundFile{Round: rec}
	if rec.Before != "" {
		if f.Last, err = r.Records.Rounds.Get(ctx, rec.Before); err != nil && !errors.Is(err, store.ErrNotFound) {
			return f, fault("service.Rounds.Show", id, err)
		}
	}
	if rec.By != "" {
		p, err := r.Records.Persons.Get(ctx, rec.By)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return f, fault("service.Rounds.Show", id, err)
		}
		f.Taker = p.Name
	}
	return f, nil
}
