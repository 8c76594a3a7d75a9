package service

import (
	"context"
	"errors"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// BookingEntry is a request for use as the viewer may see it.
type BookingEntry struct {
	portal.Booking
	AskerName, HolderName string
	AskerKind             portal.OrganisationKind
	Side                  portal.BookingSide // of the viewer; empty: the office
	Contact               portal.Contact     // of the other side, masked until both have agreed
	SharedUse             bool               // the resource may be used by several at once
	Meeting               []BookingMeeting   // accepted ones for the same time; told to the holder and the office
}

// BookingMeeting is an accepted request whose time meets that of another.
type BookingMeeting struct {
	portal.Slot
	AskerName string
}

// shownContact is the contact one side sees of the other: in full from the acceptance on,
// masked before. agreed holds the sender's and then the answerer's.
func shownContact(agreed []portal.Contact, sender bool, other portal.Organisation) portal.Contact {
	switch {
	case len(agreed) == 2 && sender:
		return agreed[1]
	case len(agreed) == 2:
		return agreed[0]
	}
	return other.Contact.Masked()
}

// Show returns a request the viewer may see.
func (b *Bookings) Show(ctx context.Context, v portal.Viewer, id string) (BookingEntry, error) {
	rec, err := b.Records.Bookings.Get(ctx, id)
	if err == nil && !portal.CanSeeBooking(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return BookingEntry{}, fault("service.Bookings.Show", id, err)
	}
	e, err := b.entry(ctx, v, rec)
	if err != nil || e.Side == portal.AsAsker {
		return e, err
	}
	res, err := b.Records.Resources.Get(ctx, rec.Resource)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return e, fault("service.Bookings.Show", rec.Resource, err)
	}
	e.SharedUse = res.SharedUse
	for _, slot := range res.Meeting(rec.Slot()) {
		other, err := b.Records.Bookings.Get(ctx, slot.Booking)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return e, fault("service.Bookings.Show", slot.Booking, err)
		}
		asker, err := b.organisation(ctx, other.Asker)
		if err != nil {
			return e, err
		}
		e.Meeting = append(e.Meeting, BookingMeeting{slot, asker.Name})
	}
	return e, nil
}

// entry is a request with the names of its sides and the contact the viewer may see.
func (b *Bookings) entry(ctx context.Context, v portal.Viewer, rec portal.Booking) (BookingEntry, error) {
	e := BookingEntry{Booking: rec, Side: rec.SideOf(v)}
	asker, err := b.organisation(ctx, rec.Asker)
	if err != nil {
		return e, err
	}
	holder, err := b.organisation(ctx, rec.Holder)
	if err != nil {
		return e, err
	}
	e.AskerName, e.AskerKind, e.HolderName = asker.Name, asker.Kind, holder.Name
	switch e.Side {
	case portal.AsAsker:
		e.Contact = shownContact(rec.Contacts, true, holder)
	case portal.AsHolder:
		e.Contact = shownContact(rec.Contacts, false, asker)
	}
	return e, nil
}

// BookingBox is which requests a list shows.
type BookingBox struct {
	State portal.BookingState // empty: all
	Sent  bool                // those the viewer's side has sent, else those it received; the office sees all
	After string
	Most  int
}

// conds are the conditions of a box for the viewer.
func (x BookingBox) conds(v portal.Viewer) ([]store.Cond, error) {
	var where []store.Cond
	switch {
	case slices.Contains(portal.ResourceUsers[:], v.Kind) && v.Organisation != "":
		side := "holder"
		if x.Sent {
			side = "asker"
		}
		where = append(where, store.Where(side, v.Organisation))
	case !v.CanAnalyse():
		return nil, portal.ErrNotFound
	}
	if x.State != "" {
		where = append(where, store.Where("state", x.State))
	}
	return where, nil
}

// List returns a page of a box, the newest first.
func (b *Bookings) List(ctx context.Context, v portal.Viewer, x BookingBox) (store.Page[BookingEntry], error) {
	var out store.Page[BookingEntry]
	where, err := x.conds(v)
	if err != nil {
		return out, err
	}
	page, err := b.Records.Bookings.Find(ctx, store.Query{Where: where, Sort: "sent_at", Desc: true, After: x.After, Limit: x.Most})
	if err != nil {
		return out, fault("service.Bookings.List", v.Organisation, err)
	}
	out.Next = page.Next
	for _, rec := range page.Items {
		e, err := b.entry(ctx, v, rec)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, e)
	}
	return out, nil
}

// Counts tells how many requests of a box are in each state.
func (b *Bookings) Counts(ctx context.Context, v portal.Viewer, sent bool) (map[portal.BookingState]int, error) {
	where, err := BookingBox{Sent: sent}.conds(v)
	if err != nil {
		return nil, err
	}
	groups, err := b.Records.Bookings.GroupCount(ctx, "state", where...)
	return countsOf[portal.BookingState](groups), fault("service.Bookings.Counts", v.Organisation, err)
}

// openSharing counts what others still wait for from an organisation that shares, or asks:
// resources that are open, requests without an answer.
func openSharing(ctx context.Context, r Rooms, organisation string) (int64, error) {
	open, err := r.Records.Resources.Count(ctx, store.Where("organisation", organisation), store.Where("state", portal.ResourceOpen))
	for _, side := range []string{"holder", "asker"} {
		if err != nil {
			break
		}
		var n int64
		n, err = r.Records.Bookings.Count(ctx, store.Where(side, organisation), store.Where("state", portal.BookingSent))
		open += n
	}
	return open, fault("service.openSharing", organisation, err)
}
