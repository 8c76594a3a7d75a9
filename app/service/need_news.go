package service

import (
	"context"
	"errors"
	"strconv"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// The lease in which is kept until when colleges have been told of fitting needs, and the
// most days a digest looks back when the portal was down.
const (
	fittingLease = "fitting needs"
	fittingDays  = 14
)

// tellFitting tells colleges once a day of the needs published since the last time, up to
// the last digest hour. Told twice, they are there once.
func (n *Needs) tellFitting(ctx context.Context) error {
	until := lastDigest(n.Clock())
	since, err := n.fittingTold(ctx)
	if err != nil || !since.Before(until) {
		return err
	}
	if first := until.AddDate(0, 0, -fittingDays); since.Before(first) {
		since = first
	}
	fitting := map[string]int{} // by college
	err = n.Records.Needs.All(ctx, []store.Cond{store.Where("status", portal.NeedOpen), store.Between("published_at", since, until)}, func(rec *portal.Need) error {
		if !rec.OpenAt(n.Clock()) {
			return nil
		}
		codes, err := n.covering(ctx, *rec)
		if err != nil {
			return err
		}
		colleges := map[string]bool{}
		for _, o := range n.Roster.Offers(codes) {
			colleges[o.College.ID] = true
		}
		for id := range colleges {
			fitting[id]++
		}
		return nil
	})
	if unanswered(ctx, err) { // the other chores go on
		return nil
	}
	if err != nil {
		return fault("service.Needs.tellFitting", "", err)
	}
	for college, count := range fitting {
		if err := n.tellOnce(ctx, portal.CollegeOrganisation(college), until.Format(time.DateOnly), "needs.fitting", "/desk/needs", strconv.Itoa(count)); err != nil {
			return err
		}
	}
	_, err = n.Records.Leases.MutateOrInsert(ctx, fittingLease, func(l *portal.Lease) error {
		l.Cursors = map[string]string{fittingLease: until.Format(time.RFC3339)}
		return nil
	})
	return fault("service.Needs.tellFitting", "", err)
}

// fittingTold is until when colleges have been told of fitting needs; on a portal that has
// not told of any yet, a day before the last digest hour.
func (n *Needs) fittingTold(ctx context.Context) (time.Time, error) {
	l, err := n.Records.Leases.Get(ctx, fittingLease)
	if errors.Is(err, store.ErrNotFound) {
		return lastDigest(n.Clock()).AddDate(0, 0, -1), nil
	}
	if err != nil {
		return time.Time{}, fault("service.Needs.fittingTold", "", err)
	}
	t, err := time.Parse(time.RFC3339, l.Cursors[fittingLease])
	return t, fault("service.Needs.fittingTold", "", err)
}

// covering are the specialisms that cover a need: what the index keeps of it, or found
// anew.
func (n *Needs) covering(ctx context.Context, rec portal.Need) ([]string, error) {
	g := n.Graph()
	fit, err := n.Records.Fits.Get(ctx, rec.ID)
	if err == nil && fit.Key == fitKey(g, rec) {
		return fit.Codes, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fault("service.Needs.covering", rec.ID, err)
	}
	return n.match.covering(ctx, g, NeedOf(rec))
}

// tellOnce tells the people of an organisation, where it is on the portal.
func (n *Needs) tellOnce(ctx context.Context, organisation, key, kind, path string, args ...string) error {
	org, err := n.Records.Organisations.Get(ctx, organisation)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && org.State != portal.OrganisationVerified:
		return nil
	case err != nil:
		return fault("service.Needs.tellOnce", organisation, err)
	}
	return n.notices.about(ctx, org.Members, key, kind, path, args...)
}

// coveredNews tells enterprises of a new programme that is the first here to cover a need
// of theirs.
type coveredNews struct {
	needs *Needs
	next  time.Time // the next look
	since time.Time // programmes from before that have been told of
}

// Programmes are looked for so often, and at the start so far back; a little is always
// looked at again, because portals that write to one store do not agree on the time.
const (
	coveredEvery = time.Minute
	coveredBack  = 24 * time.Hour
	coveredAgain = 10 * time.Second
)

func (c *coveredNews) tell(ctx context.Context) error {
	n := c.needs
	now := n.now()
	if now.Before(c.next) {
		return nil
	}
	since := c.since
	if since.IsZero() {
		since = now.Add(-coveredBack)
	}
	err := n.Records.Programmes.All(ctx, []store.Cond{store.Between(store.FieldCreated, since, nil)}, func(p *portal.Programme) error {
		return c.tellOf(ctx, *p)
	})
	if unanswered(ctx, err) { // without the index nothing is found; the other chores go on
		c.next = now.Add(coveredEvery)
		return nil
	}
	if err != nil {
		return fault("service.coveredNews.tell", "", err)
	}
	c.since, c.next = now.Add(-coveredAgain), now.Add(coveredEvery)
	return nil
}

// tellOf tells of one new programme, if it is the only one of its specialism.
func (c *coveredNews) tellOf(ctx context.Context, p portal.Programme) error {
	n := c.needs
	k, err := n.Records.Programmes.Count(ctx, store.Where("code", p.Code))
	if err != nil || k != 1 {
		return err
	}
	q := search.Query{Index: NeedsIndex, Scope: search.And{n.scope(portal.Visitor), search.Eq("specialism", p.Code)}, Limit: store.MaxLimit}
	res, err := n.Engine.Search(ctx, q)
	if err != nil {
		return err
	}
	needs, err := n.Records.Needs.GetMany(ctx, ids(res.Hits))
	if err != nil {
		return err
	}
	for _, rec := range needs {
		// A need that came after the programme was never without it.
		if !rec.OpenAt(n.Clock()) || rec.CreatedAt.After(p.CreatedAt) {
			continue
		}
		codes, err := n.covering(ctx, rec)
		if err != nil {
			return err
		}
		others := make([]string, 0, len(codes))
		for _, code := range codes {
			if code != p.Code {
				others = append(others, code)
			}
		}
		if n.Roster.Offered(others) {
			continue
		}
		if err := n.tellOnce(ctx, portal.EnterpriseOrganisation(rec.EnterpriseID), rec.ID+p.ID, "need.covered", "/desk/needs/"+rec.ID, rec.Title, p.Name); err != nil {
			return err
		}
	}
	return nil
}
