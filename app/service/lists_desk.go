package service

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// ItemDraft is what the office enters of an item. The unit is named by its id, the
// partnership by its id or its exact title; of several of one title About is the id of the
// one that is meant.
type ItemDraft struct {
	List        portal.ListKind
	Title       string
	Text        string
	Unit        string
	Due         string
	Clause      string
	Partnership string
	About       string
}

// officeSource is where what the office enters comes from.
const officeSource = "人才办填报"

// Enter puts an item on a list by hand, and tells the parties of its partnership.
func (l *Lists) Enter(ctx context.Context, v portal.Viewer, d ItemDraft) (portal.ListItem, error) {
	if !portal.CanKeepLists(v) {
		return portal.ListItem{}, portal.ErrForbidden
	}
	now := l.Clock().UTC()
	rec := portal.ListItem{Meta: portal.Meta{ID: "item-" + newID()}, Source: portal.ByHand, State: portal.ItemOpen, Since: now, Opened: now,
		Origin: portal.Origin{Certainty: portal.Verified, Source: officeSource, Date: l.today()}}
	p, err := l.describe(ctx, &rec, d)
	if err != nil {
		return rec, err
	}
	fictional, err := l.fictional(ctx, v, p)
	if err != nil {
		return rec, err
	}
	if fictional {
		rec.ID, rec.Origin = demoPrefix+rec.ID, portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	if err := created(ctx, l.Rooms, l.Records.ListItems, v, "list.enter", &rec); err != nil {
		return rec, err
	}
	return rec, l.tellParties(ctx, p, rec, "list.opened")
}

// Edit changes an item that is open: of one the program has made, or the plan, only its
// unit and the day it is due.
func (l *Lists) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d ItemDraft) (portal.ListItem, error) {
	rec, _, err := l.act(ctx, v, id, version, portal.ItemEdit, func(rec *portal.ListItem) error {
		due := d.Due
		if rec.Source != portal.ByHand {
			d = ItemDraft{List: rec.List, Title: rec.Title, Text: rec.Text, Unit: d.Unit, Clause: rec.Clause, Partnership: rec.Partnership}
		}
		d.Due = due
		if rec.Source == portal.FromPlan { // its unit is the plan's
			d.Unit = rec.Unit
		}
		_, err := l.describe(ctx, rec, d)
		return err
	})
	return rec, err
}

// describe takes a draft over, or says everything that is wrong with it. What an item has
// already may stay: a title of the program is as long as it is, and a day that has passed
// or a unit that was abolished is no fault of whoever changes something else.
func (l *Lists) describe(ctx context.Context, rec *portal.ListItem, d ItemDraft) (portal.Partnership, error) {
	trimmed(&d.Title, &d.Text, &d.Partnership)
	was := *rec
	rec.List, rec.Title, rec.Text, rec.Clause = d.List, d.Title, d.Text, d.Clause
	rec.Unit = d.Unit
	rec.Plan(d.Due)
	var bad portal.Invalid
	join(&bad, rec.Check(l.today()))
	bad = slices.DeleteFunc(bad, func(p portal.Problem) bool {
		return p.Field == "title" && d.Title == was.Title && was.Title != "" || p.Field == "due" && d.Due == was.Due && was.Due != ""
	})
	unit, err := l.Records.Units.Get(ctx, d.Unit)
	switch {
	case err == nil:
		rec.UnitName = unit.Name
	case !errors.Is(err, store.ErrNotFound):
		return portal.Partnership{}, fault("service.Lists.describe", d.Unit, err)
	case d.Unit != "" && d.Unit != was.Unit:
		bad.Add("unit", "list.no_unit")
	}
	if d.Partnership == was.Partnership { // it may be no longer here
		return portal.Partnership{}, bad.Err()
	}
	p, err := l.about(ctx, &bad, d.Partnership, d.About)
	rec.Partnership = p.ID
	return p, errors.Join(err, bad.Err())
}

// about finds a partnership that is followed by its id or its title; meant is the id of one
// of that title.
func (l *Lists) about(ctx context.Context, bad *portal.Invalid, name, meant string) (portal.Partnership, error) {
	if name == "" {
		return portal.Partnership{}, nil
	}
	known, err := l.Records.Partnerships.GetMany(ctx, compact(meant, name))
	for _, p := range known {
		if p.Followed() && (p.ID == name || p.Title == name) {
			return p, nil
		}
	}
	if err != nil {
		return portal.Partnership{}, fault("service.Lists.about", name, err)
	}
	page, err := l.Records.Partnerships.Find(ctx, store.Query{Where: []store.Cond{store.Where("title", name), store.Known("stage")}, Limit: 2})
	if err != nil {
		return portal.Partnership{}, fault("service.Lists.about", name, err)
	}
	if len(page.Items) != 1 {
		bad.Add("partnership", map[bool]string{true: "list.no_partnership", false: "list.several_partnerships"}[len(page.Items) == 0])
		return portal.Partnership{}, nil
	}
	return page.Items[0], nil
}

// act changes an item as one of its acts. version is that of the record the person saw.
// What the state no longer allows is a conflict; closing what one has handled oneself is
// said to be that.
func (l *Lists) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.ItemAct, do func(*portal.ListItem) error) (portal.ListItem, portal.Partnership, error) {
	e, err := l.load(ctx, v, id)
	if err != nil {
		return e.ListItem, e.In, err
	}
	rec, err := changed(ctx, l.Rooms, l.Records.ListItems, v, id, "list."+string(act), func(rec *portal.ListItem) error {
		switch {
		case !rec.Allows(v, e.In, act):
			return portal.ErrForbidden
		case rec.Version != version:
			return portal.ErrConflict
		case act == portal.ItemClose && rec.State == portal.ItemHandled && !rec.Second(v):
			return portal.Invalid{{Field: "close", Key: "list.second"}}
		case !rec.Can(v, e.In, act):
			return portal.ErrConflict
		}
		return do(rec)
	})
	return rec, e.In, err
}

// withFile keeps a file with an act, and takes it away again when that is refused; file
// may be nil.
func (l *Lists) withFile(ctx context.Context, v portal.Viewer, id string, version int64, act portal.ItemAct, name string, file io.Reader, do func(*portal.ListItem, []portal.Attachment) error) (portal.ListItem, portal.Partnership, error) {
	var kept []portal.Attachment
	if file != nil {
		if e, err := l.load(ctx, v, id); err != nil {
			return e.ListItem, e.In, err
		} else if !e.Can(v, e.In, act) {
			file = nil // refused below
		}
	}
	if file != nil {
		a, err := keepFile(ctx, l.Rooms, "evidence", name, file)
		if err != nil {
			return portal.ListItem{}, portal.Partnership{}, err
		}
		kept = append(kept, a)
	}
	rec, p, err := l.act(ctx, v, id, version, act, func(rec *portal.ListItem) error { return do(rec, kept) })
	if err != nil {
		for _, a := range kept {
			err = errors.Join(err, l.Records.Engine.DeleteBlob(ctx, a.Blob))
		}
	}
	return rec, p, err
}

// Handle says what was done about an item, with what shows it. The office is told of what
// a party has done.
func (l *Lists) Handle(ctx context.Context, v portal.Viewer, id string, version int64, done, name string, file io.Reader) (portal.ListItem, error) {
	trimmed(&done)
	rec, p, err := l.withFile(ctx, v, id, version, portal.ItemHandle, name, file, func(rec *portal.ListItem, evidence []portal.Attachment) error {
		return rec.Handle(v, done, evidence, l.Clock().UTC())
	})
	if err != nil || !p.Has(v) {
		return rec, err
	}
	return rec, l.partnerships.notices.tellAll(ctx, []string{portal.OfficeID}, itemKey(rec), "list.handled", itemPath(rec.ID), rec.Title, l.partnerships.name(ctx, v))
}

// Attach adds evidence of what was done.
func (l *Lists) Attach(ctx context.Context, v portal.Viewer, id string, version int64, name string, file io.Reader) (portal.ListItem, error) {
	rec, _, err := l.withFile(ctx, v, id, version, portal.ItemAttach, name, file, func(rec *portal.ListItem, evidence []portal.Attachment) error {
		if len(evidence) == 0 {
			return portal.Invalid{{Field: "evidence", Key: "problem.required"}}
		}
		rec.Attach(evidence[0])
		return nil
	})
	return rec, err
}

// Close ends an item that another has handled.
func (l *Lists) Close(ctx context.Context, v portal.Viewer, id string, version int64) (portal.ListItem, error) {
	rec, _, err := l.act(ctx, v, id, version, portal.ItemClose, func(rec *portal.ListItem) error {
		rec.Close(v, l.Clock().UTC())
		return nil
	})
	return rec, err
}

// Reopen begins an item anew, and tells the parties why.
func (l *Lists) Reopen(ctx context.Context, v portal.Viewer, id string, version int64, reason string) (portal.ListItem, error) {
	trimmed(&reason)
	rec, p, err := l.act(ctx, v, id, version, portal.ItemReopen, func(rec *portal.ListItem) error {
		return rec.Reopen(reason, l.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	return rec, l.tellParties(ctx, p, rec, "list.reopened", reason)
}

// Supervise sets the mark of supervision, or takes it off.
func (l *Lists) Supervise(ctx context.Context, v portal.Viewer, id string, version int64, on bool, reason string) (portal.ListItem, error) {
	trimmed(&reason)
	act := portal.ItemRelease
	if on {
		act = portal.ItemSupervise
	}
	rec, _, err := l.act(ctx, v, id, version, act, func(rec *portal.ListItem) error {
		if on {
			return rec.Supervise(v, reason, l.Clock().UTC())
		}
		return rec.Release(reason)
	})
	return rec, err
}

// itemPath is the address of an item.
func itemPath(id string) string { return "/desk/lists/" + id }

// itemKey makes what is told of an item as it is now unique.
func itemKey(i portal.ListItem) string { return i.ID + "/" + strconv.FormatInt(i.Version, 10) }

// tellParties tells the parties of the partnership an item is about.
func (l *Lists) tellParties(ctx context.Context, p portal.Partnership, i portal.ListItem, kind string, args ...string) error {
	if p.ID == "" {
		return nil
	}
	return l.partnerships.notices.tellAll(ctx, p.Organisations(), itemKey(i), kind, itemPath(i.ID), append([]string{p.Title, i.Title}, args...)...)
}
