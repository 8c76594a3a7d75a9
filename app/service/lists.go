package service

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Lists is what people do with the three lists (三清单): problems, tasks and duties.
type Lists struct {
	Rooms
	partnerships *Partnerships
}

// ListQuery narrows the lists; what is empty or false narrows nothing.
type ListQuery struct {
	List        portal.ListKind
	Unit        string
	State       portal.ItemState
	Clause      string
	Partnership string
	Overdue     bool
	Supervised  bool
}

// ItemEntry is an item with what stands around it.
type ItemEntry struct {
	portal.ListItem
	In   portal.Partnership // it is about; zero where it is about none or that is no longer here
	Gone bool               // its unit is no longer among the units
}

// ItemFile is an item with everything its page shows.
type ItemFile struct {
	ItemEntry
	People map[string]string // names of who acted, by id, for the office
	By     string            // name of the organisation that has handled it
}

// ListCounts counts items under a query, apart from its state.
type ListCounts struct {
	States     map[portal.ItemState]int
	Overdue    int
	Supervised int
}

// where are the conditions of a query.
func (l *Lists) where(q ListQuery) []store.Cond {
	var out []store.Cond
	for _, c := range []struct{ field, value string }{{"list", string(q.List)}, {"unit", q.Unit}, {"state", string(q.State)}, {"clause", q.Clause}, {"partnership", q.Partnership}} {
		if c.value != "" {
			out = append(out, store.Where(c.field, c.value))
		}
	}
	if q.Overdue {
		out = append(out, store.Between("open_due", nil, l.today()))
	}
	if q.Supervised {
		out = append(out, store.Where("supervised", true))
	}
	return out
}

// List returns a page of items to the office: what is supervised first, then by the day
// they are due, what is closed last.
func (l *Lists) List(ctx context.Context, v portal.Viewer, q ListQuery, after string, most int) (store.Page[ItemEntry], error) {
	var out store.Page[ItemEntry]
	if !v.CanAnalyse() {
		return out, fault("service.Lists.List", "", portal.ErrNotFound)
	}
	page, err := l.Records.ListItems.Find(ctx, store.Query{Where: l.where(q), Sort: "place", After: after, Limit: most})
	if err != nil {
		return out, fault("service.Lists.List", "", err)
	}
	out.Next = page.Next
	out.Items, err = l.entries(ctx, page.Items)
	return out, err
}

// Counts counts what List finds, by state.
func (l *Lists) Counts(ctx context.Context, v portal.Viewer, q ListQuery) (ListCounts, error) {
	var out ListCounts
	if !v.CanAnalyse() {
		return out, fault("service.Lists.Counts", "", portal.ErrNotFound)
	}
	q.State = ""
	groups, err := l.Records.ListItems.GroupCount(ctx, "state", l.where(q)...)
	if err != nil {
		return out, fault("service.Lists.Counts", "", err)
	}
	out.States = countsOf[portal.ItemState](groups)
	for _, part := range []struct {
		n    *int
		with ListQuery
	}{{&out.Overdue, ListQuery{Overdue: true}}, {&out.Supervised, ListQuery{Supervised: true}}} {
		narrowed := q
		narrowed.Overdue, narrowed.Supervised = narrowed.Overdue || part.with.Overdue, narrowed.Supervised || part.with.Supervised
		n, err := l.Records.ListItems.Count(ctx, l.where(narrowed)...)
		if err != nil {
			return out, fault("service.Lists.Counts", "", err)
		}
		*part.n = int(n)
	}
	return out, nil
}

// About returns the items about a partnership the viewer follows, as List orders them.
func (l *Lists) About(ctx context.Context, v portal.Viewer, p portal.Partnership, most int) ([]portal.ListItem, error) {
	if !portal.CanFollowPartnership(v, p) {
		return nil, fault("service.Lists.About", p.ID, portal.ErrNotFound)
	}
	page, err := l.Records.ListItems.Find(ctx, store.Query{Where: []store.Cond{store.Where("partnership", p.ID)}, Sort: "place", Limit: most})
	return page.Items, fault("service.Lists.About", p.ID, err)
}

// Units lists the units, and after them those that own items and are no longer among them.
func (l *Lists) Units(ctx context.Context, v portal.Viewer) (units, gone []portal.Unit, err error) {
	if units, err = l.partnerships.Units(ctx, v); err != nil {
		return nil, nil, err
	}
	groups, err := l.Records.ListItems.GroupCount(ctx, "unit")
	if err != nil {
		return nil, nil, fault("service.Lists.Units", "", err)
	}
	for _, g := range groups {
		id, _ := g.Value.(string)
		if id == "" || slices.ContainsFunc(units, func(u portal.Unit) bool { return u.ID == id }) {
			continue
		}
		page, err := l.Records.ListItems.Find(ctx, store.Query{Where: []store.Cond{store.Where("unit", id)}, Limit: 1})
		if err != nil {
			return nil, nil, fault("service.Lists.Units", id, err)
		}
		for _, i := range page.Items {
			gone = append(gone, portal.Unit{Meta: portal.Meta{ID: id}, Name: i.UnitName})
		}
	}
	return units, gone, nil
}

// Looked is when the records were last looked through for what belongs on the lists.
func (l *Lists) Looked(ctx context.Context) (time.Time, error) {
	lease, err := l.Records.Leases.Get(ctx, listsLease)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	return lease.CheckedAt, fault("service.Lists.Looked", "", err)
}

// entries adds the partnerships of items and whether their units are still there.
func (l *Lists) entries(ctx context.Context, items []portal.ListItem) ([]ItemEntry, error) {
	about, err := byID(ctx, l.Records.Partnerships, items, func(i portal.ListItem) string { return i.Partnership })
	if err != nil {
		return nil, fault("service.Lists.entries", "", err)
	}
	units, err := byID(ctx, l.Records.Units, items, func(i portal.ListItem) string { return i.Unit })
	if err != nil {
		return nil, fault("service.Lists.entries", "", err)
	}
	out := make([]ItemEntry, len(items))
	for n, i := range items {
		_, there := units[i.Unit]
		out[n] = ItemEntry{ListItem: i, In: about[i.Partnership], Gone: i.Unit != "" && !there}
	}
	return out, nil
}

// load is an item the viewer may see.
func (l *Lists) load(ctx context.Context, v portal.Viewer, id string) (ItemEntry, error) {
	rec, err := l.Records.ListItems.Get(ctx, id)
	if err != nil {
		return ItemEntry{}, fault("service.Lists.load", id, err)
	}
	entries, err := l.entries(ctx, []portal.ListItem{rec})
	if err != nil {
		return ItemEntry{}, err
	}
	if !portal.CanSeeItem(v, rec, entries[0].In) {
		return ItemEntry{}, fault("service.Lists.load", id, portal.ErrNotFound)
	}
	return entries[0], nil
}

// Show returns an item with the names of who acted: people to the office alone.
func (l *Lists) Show(ctx context.Context, v portal.Viewer, id string) (ItemFile, error) {
	e, err := l.load(ctx, v, id)
	if err != nil {
		return ItemFile{}, err
	}
	f := ItemFile{ItemEntry: e, People: map[string]string{}}
	var people []string
	if h := e.Handling; h != nil && h.Organisation != "" {
		o, err := l.Records.Organisations.Get(ctx, h.Organisation)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return f, fault("service.Lists.Show", id, err)
		}
		f.By, people = orElse(o.Name, h.Organisation), append(people, h.By)
	}
	if e.Supervised != nil {
		people = append(people, e.Supervised.By)
	}
	if !v.CanAnalyse() {
		return f, nil
	}
	f.People, err = namesOf(ctx, l.Records.Persons, unique(append(people, e.ClosedBy)), func(p portal.Person) (string, string) { return p.ID, p.Name })
	return f, err
}

// File opens evidence of what was done about an item the viewer may see.
func (l *Lists) File(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	e, err := l.load(ctx, v, id)
	if err != nil {
		return nil, portal.Attachment{}, err
	}
	for _, a := range e.Evidence() {
		if a.Blob == blob {
			in, _, err := l.Records.Engine.OpenBlob(ctx, blob)
			return in, a, fault("service.Lists.File", blob, err)
		}
	}
	return nil, portal.Attachment{}, fault("service.Lists.File", blob, portal.ErrNotFound)
}

// fictional reports whether a record somebody makes is demonstration data: it is about a
// fictional partnership, or a fictional person makes it.
func (l *Lists) fictional(ctx context.Context, v portal.Viewer, p portal.Partnership) (bool, error) {
	if p.Origin.Fictional() || v.IsSystem() {
		return p.Origin.Fictional(), nil
	}
	return l.plays(ctx, v)
}

// plays reports whether the viewer is a fictional person of the demonstration.
func (r Rooms) plays(ctx context.Context, v portal.Viewer) (bool, error) {
	person, err := r.Records.Persons.Get(ctx, v.Person)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return person.Demo, fault("service.plays", v.Person, err)
}

// trimmed is a text without white space around it.
func trimmed(texts ...*string) {
	for _, t := range texts {
		*t = strings.TrimSpace(*t)
	}
}
