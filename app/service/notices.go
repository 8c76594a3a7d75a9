package service

import (
	"context"
	"errors"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Notices is what people are told: in the portal, and by e-mail as they wish.
type Notices struct {
	Rooms
	post *Post
}

// tell leaves a notification for each person. key makes it unique: told twice, it is there
// once.
func (n *Notices) tell(ctx context.Context, people []portal.Person, key, kind, path string, args ...string) error {
	for _, p := range people {
		if !p.Gone.IsZero() {
			continue
		}
		note := portal.Notification{Meta: portal.Meta{ID: p.ID + "-" + digest(key + kind)[:16]}, Person: p.ID, Kind: kind, Args: args, Path: path,
			At: n.Clock().UTC(), Mail: p.Mail[kind]}
		if p.Demo {
			note.Mail = portal.MailNever
		}
		if err := n.Records.Notifications.Insert(ctx, &note); err != nil && !errors.Is(err, store.ErrDuplicate) {
			return fault("service.Notices.tell", kind, err)
		}
	}
	return nil
}

// members tells the people of an organisation what happened to it.
func (n *Notices) members(ctx context.Context, org portal.Organisation, kind, path string, args ...string) error {
	return n.about(ctx, org.Members, org.ID+"/"+strconv.FormatInt(org.Version, 10), kind, path, args...)
}

// about tells members what happened; key as in tell.
func (n *Notices) about(ctx context.Context, members []portal.Member, key, kind, path string, args ...string) error {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = m.Person
	}
	people, err := n.Records.Persons.GetMany(ctx, ids)
	if err != nil {
		return fault("service.Notices.about", key, err)
	}
	return n.tell(ctx, people, key, kind, path, args...)
}

// tellAll tells the people of organisations; those that are not on the portal are left out.
func (n *Notices) tellAll(ctx context.Context, organisations []string, key, kind, path string, args ...string) error {
	orgs, err := n.Records.Organisations.GetMany(ctx, organisations)
	if err != nil {
		return fault("service.Notices.tellAll", key, err)
	}
	var errs []error
	for _, o := range orgs {
		errs = append(errs, n.about(ctx, o.Members, key, kind, path, args...))
	}
	return errors.Join(errs...)
}

// List returns the viewer's notifications, the newest first.
func (n *Notices) List(ctx context.Context, v portal.Viewer, after string, most int) (store.Page[portal.Notification], error) {
	page, err := n.Records.Notifications.Find(ctx, store.Query{Where: []store.Cond{store.Where("person", v.Person)}, Sort: "at", Desc: true, After: after, Limit: most})
	return page, fault("service.Notices.List", v.Person, err)
}

// Unread counts what the viewer has not read.
func (n *Notices) Unread(ctx context.Context, v portal.Viewer) (int, error) {
	if !v.SignedIn() {
		return 0, nil
	}
	k, err := n.Records.Notifications.Count(ctx, store.Where("person", v.Person), store.Where("unread", true))
	return int(k), fault("service.Notices.Unread", v.Person, err)
}

// Open marks one of the viewer's notifications read and returns where it leads.
func (n *Notices) Open(ctx context.Context, v portal.Viewer, id string) (string, error) {
	note, err := n.Records.Notifications.Mutate(ctx, id, func(note *portal.Notification) error {
		if note.Person != v.Person {
			return portal.ErrNotFound
		}
		if note.ReadAt.IsZero() {
			note.ReadAt = n.Clock().UTC()
		}
		return nil
	})
	return note.Path, fault("service.Notices.Open", id, err)
}

// ReadAll marks all of the viewer's notifications read.
func (n *Notices) ReadAll(ctx context.Context, v portal.Viewer) error {
	var ids []string
	err := n.Records.Notifications.All(ctx, []store.Cond{store.Where("person", v.Person), store.Where("unread", true)}, func(note *portal.Notification) error {
		ids = append(ids, note.ID)
		return nil
	})
	for _, id := range ids {
		if _, e := n.Open(ctx, v, id); e != nil {
			err = errors.Join(err, e)
		}
	}
	return fault("service.Notices.ReadAll", v.Person, err)
}
