package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Milestones is the milestones of all partnerships of an organisation, and the private
// calendars they are followed in.
type Milestones struct {
	Rooms
	accounts *Accounts
}

// MilestoneEntry is a milestone with the partnership it is of.
type MilestoneEntry struct {
	portal.Milestone
	In portal.Partnership
}

// Follow returns the milestones of one partnership, for its calendar.
func (m *Milestones) Follow(ctx context.Context, v portal.Viewer, partnership string) (portal.Partnership, []MilestoneEntry, error) {
	p, err := m.Records.Partnerships.Get(ctx, partnership)
	if err == nil && !(p.Followed() && portal.CanFollowPartnership(v, p)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return p, nil, fault("service.Milestones.Follow", partnership, err)
	}
	out := make([]MilestoneEntry, len(p.Milestones))
	for i, one := range p.Milestones {
		out[i] = MilestoneEntry{one, p}
	}
	return p, out, nil
}

// calendarMost is how many partnerships a calendar is made of, those that moved last.
const calendarMost = 500

// Mine returns the milestones the viewer's organisation has to reach, by the day they are
// due: its own and those of all parties, of partnerships that are not over.
func (m *Milestones) Mine(ctx context.Context, v portal.Viewer) ([]MilestoneEntry, error) {
	if v.Organisation == "" || v.Of(portal.Office) {
		return nil, fault("service.Milestones.Mine", v.Organisation, portal.ErrNotFound)
	}
	var ids []string
	for _, f := range m.Roster.Followed(v.Organisation) {
		if f.Stage != portal.PartnershipProposed && !f.Stage.Over() && len(ids) < calendarMost {
			ids = append(ids, f.ID)
		}
	}
	recs, err := m.Records.Partnerships.GetMany(ctx, ids)
	var out []MilestoneEntry
	for _, p := range recs {
		for _, one := range p.Milestones {
			if p.Has(v) && (one.Owner == "" || one.Owner == v.Organisation) {
				out = append(out, MilestoneEntry{one, p})
			}
		}
	}
	slices.SortFunc(out, func(a, b MilestoneEntry) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.In.ID, b.In.ID), cmp.Compare(a.ID, b.ID))
	})
	return out, fault("service.Milestones.Mine", v.Organisation, err)
}

// Since is when the viewer's private calendar got its address; zero: there is none.
func (m *Milestones) Since(ctx context.Context, v portal.Viewer) (time.Time, error) {
	all, err := collect(ctx, m.Records.Feeds, store.Where("person", v.Person))
	if err != nil || len(all) == 0 {
		return time.Time{}, err
	}
	return all[0].CreatedAt, nil
}

// NewFeed gives the viewer a private calendar, and returns the key in its address this
// once. An address there was before leads nowhere any more.
func (m *Milestones) NewFeed(ctx context.Context, v portal.Viewer) (key string, err error) {
	if !v.SignedIn() || v.Organisation == "" || v.Of(portal.Office) {
		return "", portal.ErrNotFound
	}
	if err := m.EndFeed(ctx, v); err != nil {
		return "", err
	}
	key, hash := secret.NewToken()
	err = m.Records.Feeds.Insert(ctx, &portal.Feed{Meta: portal.Meta{ID: hash}, Person: v.Person})
	return key, fault("service.Milestones.NewFeed", v.Person, err)
}

// EndFeed takes the address of the viewer's calendar back.
func (m *Milestones) EndFeed(ctx context.Context, v portal.Viewer) error {
	if !v.SignedIn() {
		return portal.ErrNotFound
	}
	return removeAll(ctx, m.Records.Feeds, store.Where("person", v.Person))
}

// Feed returns what the calendar with that key shows, for anybody who knows it: what its
// owner may see now.
func (m *Milestones) Feed(ctx context.Context, _ portal.Viewer, key string) ([]MilestoneEntry, error) {
	feed, err := m.Records.Feeds.Get(ctx, secret.HashToken(key))
	if err != nil {
		return nil, fault("service.Milestones.Feed", "", err)
	}
	owner, err := m.accounts.viewer(ctx, feed.Person)
	if err != nil {
		return nil, err
	}
	entries, err := m.Mine(ctx, owner)
	if errors.Is(err, portal.ErrNotFound) && owner.SignedIn() { // of no organisation any more
		return nil, nil
	}
	return entries, err
}
