package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Box is which intentions a list shows.
type Box struct {
	State portal.IntentionState // empty: all
	Sent  bool                  // those the viewer's side has sent, else those it received; the office sees all
	After string
	Most  int
}

// conds are the conditions of a box for the viewer.
func (b Box) conds(v portal.Viewer) ([]store.Cond, error) {
	var where []store.Cond
	switch {
	case v.Of(portal.OfCollege), v.Of(portal.OfEnterprise):
		other := portal.OfEnterprise
		if v.Kind == portal.OfEnterprise {
			other = portal.OfCollege
		}
		from := other
		if b.Sent {
			from = v.Kind
		}
		where = append(where, store.Where(string(v.Kind), v.Record), store.Where("from", from))
	case !v.CanAnalyse():
		return nil, portal.ErrNotFound
	}
	if b.State != "" {
		where = append(where, store.Where("state", b.State))
	}
	return where, nil
}

// List returns a page of a box, the newest first.
func (i *Intentions) List(ctx context.Context, v portal.Viewer, b Box) (store.Page[IntentionEntry], error) {
	var out store.Page[IntentionEntry]
	where, err := b.conds(v)
	if err != nil {
		return out, err
	}
	page, err := i.Records.Intentions.Find(ctx, store.Query{Where: where, Sort: "sent_at", Desc: true, After: b.After, Limit: b.Most})
	if err != nil {
		return out, fault("service.Intentions.List", v.Record, err)
	}
	out.Next = page.Next
	for _, in := range page.Items {
		e, err := i.entry(ctx, v, in)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, e)
	}
	return out, nil
}

// Counts tells how many intentions of a box are in each state.
func (i *Intentions) Counts(ctx context.Context, v portal.Viewer, sent bool) (map[portal.IntentionState]int, error) {
	where, err := Box{Sent: sent}.conds(v)
	if err != nil {
		return nil, err
	}
	groups, err := i.Records.Intentions.GroupCount(ctx, "state", where...)
	return countsOf[portal.IntentionState](groups), fault("service.Intentions.Counts", v.Record, err)
}
