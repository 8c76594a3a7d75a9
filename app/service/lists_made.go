package service

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// listNews keeps the lists in step with the partnerships and outcomes.
type listNews struct {
	lists *Lists
	next  time.Time // the next look at what time alone brings
}

// listsEvery is how often is looked for what became late: days can wait an hour.
const listsEvery = time.Hour

const (
	listsLease = "lists" // keeps how far partnerships and outcomes are followed, and when was last looked
	listsPage  = 200     // records looked at at once
)

func (n *listNews) look(ctx context.Context) error {
	if err := n.lists.follow(ctx); err != nil {
		return err
	}
	now := n.lists.Clock()
	if now.Before(n.next) {
		return nil
	}
	if err := n.lists.ripen(ctx); err != nil {
		return err
	}
	n.next = now.Add(listsEvery)
	_, err := n.lists.Records.Leases.MutateOrInsert(ctx, listsLease, func(l *portal.Lease) error { l.CheckedAt = now.UTC(); return nil })
	return fault("service.listNews.look", "", err)
}

// follow looks at what has changed since the last time. The first time it reads what can
// belong on a list, and goes on from where it began.
func (l *Lists) follow(ctx context.Context) error {
	lease, err := l.Records.Leases.Get(ctx, listsLease)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Lists.follow", "", err)
	}
	living := store.OneOf("stage", portal.PartnershipSigned, portal.PartnershipRunning)
	return errors.Join(
		changedSince(ctx, l, l.Records.Partnerships, lease, living, func(id string, p portal.Partnership) error { return l.checkPartnership(ctx, id, p) }),
		changedSince(ctx, l, l.Records.Outcomes, lease, store.Where("state", portal.OutcomeDisputed), func(_ string, o portal.Outcome) error {
			return l.checkOutcome(ctx, o)
		}))
}

// changedSince calls fn with every record that changed since the last time; one that was
// deleted is zero. The cursor moves only after fn: whoever goes on repeats a little and
// misses nothing.
func changedSince[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, l *Lists, coll *store.Collection[T, P], lease portal.Lease, first store.Cond, fn func(id string, rec T) error) error {
	after := store.Cursor(lease.Cursors[coll.Name()])
	if after == "" {
		tip, err := coll.Tip(ctx)
		if err == nil {
			err = coll.All(ctx, []store.Cond{first}, func(rec *T) error { return fn(P(rec).Head().ID, *rec) })
		}
		if err != nil {
			return fault("service.Lists.changedSince", coll.Name(), err)
		}
		return l.keepCursor(ctx, coll.Name(), tip)
	}
	for {
		changes, next, err := coll.Changes(ctx, after, listsPage)
		if err != nil {
			return fault("service.Lists.changedSince", coll.Name(), err)
		}
		for _, ch := range changes {
			if err := fn(ch.ID, ch.Record); err != nil {
				return err
			}
		}
		if next == after {
			return nil
		}
		if err := l.keepCursor(ctx, coll.Name(), next); err != nil {
			return err
		}
		if after = next; len(changes) < listsPage {
			return nil
		}
	}
}

func (l *Lists) keepCursor(ctx context.Context, collection string, next store.Cursor) error {
	_, err := l.Records.Leases.MutateOrInsert(ctx, listsLease, func(rec *portal.Lease) error {
		cursors := maps.Clone(rec.Cursors)
		if cursors == nil {
			cursors = map[string]string{}
		}
		cursors[collection] = string(next)
		rec.Cursors, rec.CheckedAt = cursors, l.Clock().UTC()
		return nil
	})
	return fault("service.Lists.keepCursor", collection, err)
}

// ripen looks for milestones that have become late, and tells the office of items that
// have.
func (l *Lists) ripen(ctx context.Context) error {
	var errs []error
	err := l.Records.Partnerships.All(ctx, []store.Cond{store.Between("next_due", nil, l.today())}, func(p *portal.Partnership) error {
		errs = append(errs, l.checkPartnership(ctx, p.ID, *p))
		return nil
	})
	late, lerr := collect(ctx, l.Records.ListItems, store.Between("tell", nil, l.Clock().Add(time.Millisecond)))
	errs = append(errs, fault("service.Lists.ripen", "", err), lerr)
	for _, i := range late {
		errs = append(errs, l.tellOverdue(ctx, i))
	}
	return errors.Join(errs...)
}

// tellOverdue tells the office, and then notes that it did: told twice, it is there once.
func (l *Lists) tellOverdue(ctx context.Context, i portal.ListItem) error {
	if err := l.partnerships.notices.tellAll(ctx, []string{portal.OfficeID}, i.ID+"/"+i.Due+"/"+i.Since.String(), "list.overdue", itemPath(i.ID), i.Title, i.Due, orElse(i.UnitName, "—")); err != nil {
		return err
	}
	_, err := l.Records.ListItems.Mutate(ctx, i.ID, func(rec *portal.ListItem) error {
		rec.Told = rec.Told || rec.Due == i.Due && rec.Since.Equal(i.Since)
		return nil
	})
	return fault("service.Lists.tellOverdue", i.ID, err)
}

// checkPartnership brings the items of a partnership into step with it: its late
// milestones, that nothing happens in it, and who answers for it. One that was deleted is
// zero.
func (l *Lists) checkPartnership(ctx context.Context, id string, p portal.Partnership) error {
	unit, err := l.unit(ctx, p.Responsible)
	if err != nil {
		return err
	}
	return l.keepStep(ctx, id, p, l.wanted(p, unit), func(i portal.ListItem) bool {
		return i.Source == portal.FromMilestone || i.Source == portal.FromDormancy || i.Source == portal.FromDuty || i.Source == portal.FromOutcome && p.ID == ""
	})
}

// wanted are the items a partnership gives as it stands now.
func (l *Lists) wanted(p portal.Partnership, unit portal.Unit) []portal.ListItem {
	if p.Stage != portal.PartnershipSigned && p.Stage != portal.PartnershipRunning {
		return nil
	}
	var out []portal.ListItem
	for _, m := range p.Milestones {
		if m.LateAt(l.Clock()) {
			i := l.item(p, unit, portal.FromMilestone, m.ID, m.ID+m.Due)
			l.say(&i, []any{m.Title}, []any{orElse(m.TitleEn, m.Title)}, m.Due)
			out = append(out, i)
		}
	}
	if !p.Dormant.IsZero() {
		i := l.item(p, unit, portal.FromDormancy, "", strconv.FormatInt(p.Dormant.UnixMilli(), 10))
		l.say(&i, []any{p.Title}, []any{p.Title}, p.Active.In(portal.Shanghai).Format(time.DateOnly))
		out = append(out, i)
	}
	if p.Responsible != "" {
		i := l.item(p, unit, portal.FromDuty, "", p.Responsible)
		l.say(&i, []any{p.Title}, []any{p.Title}, p.Agreement.From)
		i.List, i.Due = portal.DutyList, p.Agreement.Until
		out = append(out, i)
	}
	return out
}

// item begins an item the program makes of a partnership; cause is what makes it another
// than the others of its kind.
func (l *Lists) item(p portal.Partnership, unit portal.Unit, source portal.ItemSource, of, cause string) portal.ListItem {
	now := l.Clock().UTC()
	i := portal.ListItem{Meta: portal.Meta{ID: "item-" + digest(p.ID+"/"+string(source)+"/"+cause)}, List: portal.ProblemList, Source: source, Of: of,
		Partnership: p.ID, Unit: unit.ID, UnitName: unit.Name, Clause: p.Clause, State: portal.ItemOpen, Since: now, Opened: now,
		Due:    now.In(portal.Shanghai).AddDate(0, 0, portal.ProblemDays).Format(time.DateOnly),
		Origin: portal.Origin{Certainty: portal.Verified, Source: "由平台记录生成", Date: l.today()}}
	if p.Origin.Fictional() {
		i.ID, i.Origin = demoPrefix+i.ID, portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	return i
}

// say gives an item its title and its text in both languages: the title names what it was
// made from, the text since when.
func (l *Lists) say(i *portal.ListItem, zh, en []any, since string) {
	title, text := "list.title."+string(i.Source), "list.text."+string(i.Source)
	i.Title, i.TitleEn = l.Words("zh-CN", title, zh...), l.Words("en", title, en...)
	i.Text, i.TextEn = l.Words("zh-CN", text, since), l.Words("en", text, since)
}

// unit is a unit by its id; of one that is not there, its id is the name.
func (l *Lists) unit(ctx context.Context, id string) (portal.Unit, error) {
	if id == "" {
		return portal.Unit{}, nil
	}
	u, err := l.Records.Units.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return portal.Unit{Meta: portal.Meta{ID: id}, Name: id}, nil
	}
	return u, fault("service.Lists.unit", id, err)
}

// checkOutcome brings the items of an outcome into step with it. One that was never
// disputed has none.
func (l *Lists) checkOutcome(ctx context.Context, o portal.Outcome) error {
	if !o.WasDisputed() {
		return nil
	}
	p, err := l.Records.Partnerships.Get(ctx, o.Partnership)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fault("service.Lists.checkOutcome", o.ID, err)
	}
	var want []portal.ListItem
	if o.State == portal.OutcomeDisputed {
		ind, err := l.Records.Indicators.Get(ctx, o.Indicator)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fault("service.Lists.checkOutcome", o.ID, err)
		}
		unit, err := l.unit(ctx, p.Responsible)
		if err != nil {
			return err
		}
		i := l.item(p, unit, portal.FromOutcome, o.ID, o.ID+strconv.FormatInt(o.Since.UnixMilli(), 10))
		l.say(&i, []any{orElse(ind.Name, o.Indicator), o.Period.Label}, []any{orElse(ind.NameEn, o.Indicator), o.Period.Label}, o.Reason())
		want = append(want, i)
	}
	return l.keepStep(ctx, p.ID, p, want, func(i portal.ListItem) bool { return i.Source == portal.FromOutcome && i.Of == o.ID })
}

// keepStep makes the items that are missing, follows those that are there, and notes of
// those of a kind that are no longer wanted that they are settled.
func (l *Lists) keepStep(ctx context.Context, id string, p portal.Partnership, want []portal.ListItem, kind func(portal.ListItem) bool) error {
	have, err := collect(ctx, l.Records.ListItems, store.Where("partnership", id))
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range want {
		n := slices.IndexFunc(have, func(i portal.ListItem) bool { return i.ID == w.ID })
		if n < 0 {
			errs = append(errs, l.make(ctx, p, w))
			continue
		}
		errs = append(errs, l.keepUp(ctx, have[n], "list.follow", func(i *portal.ListItem) bool { return i.Follow(w, l.Clock().UTC()) }))
	}
	for _, h := range have {
		if !kind(h) || slices.ContainsFunc(want, func(w portal.ListItem) bool { return w.ID == h.ID }) {
			continue
		}
		errs = append(errs, l.keepUp(ctx, h, "list.settle", func(i *portal.ListItem) bool {
			if i.State != portal.ItemOpen || i.Held {
				return false
			}
			i.Settle(i.Ended(p), l.Clock().UTC())
			return true
		}))
	}
	return errors.Join(errs...)
}

// make puts an item on its list and tells the parties; told twice, it is there once.
func (l *Lists) make(ctx context.Context, p portal.Partnership, i portal.ListItem) error {
	if err := l.tellParties(ctx, p, i, "list.opened"); err != nil {
		return err
	}
	err := created(ctx, l.Rooms, l.Records.ListItems, portal.System, "list.open", &i)
	if errors.Is(err, portal.ErrDuplicate) {
		return nil
	}
	return err
}

// errInStep says that there is nothing to change.
var errInStep = errors.New("in step")

// keepUp changes an item of the program where there is something to change.
func (l *Lists) keepUp(ctx context.Context, have portal.ListItem, action string, change func(*portal.ListItem) bool) error {
	if copied, err := clone(&have); err != nil || !change(&copied) {
		return err
	}
	_, err := changed(ctx, l.Rooms, l.Records.ListItems, portal.System, have.ID, action, func(i *portal.ListItem) error {
		if !change(i) {
			return errInStep
		}
		return nil
	})
	if errors.Is(err, errInStep) || errors.Is(err, portal.ErrNotFound) {
		return nil
	}
	return err
}
