package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Bookings is how organisations ask for the use of shared resources (使用申请), and answer.
type Bookings struct {
	Rooms
	notices *Notices
}

// BookingDraft is what a person asks for.
type BookingDraft struct {
	Resource string
	From, To time.Time
	People   int
	Purpose  string
	Text     string
}

// purposeMost is the longest purpose, in characters.
const purposeMost = 100

// Send asks the holder of a resource for its use and tells its people.
func (b *Bookings) Send(ctx context.Context, v portal.Viewer, d BookingDraft) (portal.Booking, error) {
	if !v.CanSpeak() || !slices.Contains(portal.ResourceUsers[:], v.Kind) {
		return portal.Booking{}, portal.ErrForbidden
	}
	res, err := b.Records.Resources.Get(ctx, d.Resource)
	if err == nil && !portal.CanSeeResource(v, res) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Booking{}, fault("service.Bookings.Send", d.Resource, err)
	}
	if !res.CanAct(v, portal.ActRequest) {
		return portal.Booking{}, portal.Invalid{{Field: "purpose", Key: "booking.not_for_you"}}
	}
	now := b.Clock().UTC()
	rec := portal.Booking{Meta: portal.Meta{ID: newID()}, Resource: res.ID, Name: res.Name, Holder: res.Organisation, Asker: v.Organisation,
		From: d.From.UTC(), To: d.To.UTC(), People: d.People, Purpose: strings.TrimSpace(d.Purpose), Text: strings.TrimSpace(d.Text),
		State: portal.BookingSent, By: v.Person, SentAt: now, Origin: portal.Origin{Certainty: portal.Verified, Source: "平台记录"}}
	bad := rec.CheckTimes(res, now)
	checkText(&bad, "purpose", rec.Purpose, purposeMost)
	if rec.Text != "" {
		checkText(&bad, "text", rec.Text, textMost)
	}
	if err := bad.Err(); err != nil {
		return rec, err
	}
	asker, err := b.organisation(ctx, rec.Asker)
	if err != nil {
		return rec, err
	}
	if res.Origin.Fictional() || asker.Origin.Fictional() {
		rec.Origin = portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	if err := b.once(ctx, rec); err != nil {
		return rec, err
	}
	if err := created(ctx, b.Rooms, b.Records.Bookings, v, "booking.send", &rec); err != nil {
		return rec, err
	}
	return rec, b.tell(ctx, rec, rec.Holder, "booking.sent")
}

// once refuses a second request for the same time while the first waits.
func (b *Bookings) once(ctx context.Context, rec portal.Booking) error {
	where := []store.Cond{store.Where("resource", rec.Resource), store.Where("asker", rec.Asker), store.Where("state", portal.BookingSent)}
	err := b.Records.Bookings.All(ctx, where, func(have *portal.Booking) error {
		if have.Slot().Meets(rec.Slot()) {
			return portal.Invalid{{Field: "from", Key: "booking.waits_already"}}
		}
		return nil
	})
	return fault("service.Bookings.once", rec.Resource, err)
}

// act changes a request by one of its acts, if the viewer may and nobody came between.
func (b *Bookings) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.IntentionAct, action string, fn func(*portal.Booking) error) (portal.Booking, error) {
	return changed(ctx, b.Rooms, b.Records.Bookings, v, id, action, func(rec *portal.Booking) error {
		switch {
		case !portal.CanSeeBooking(v, *rec):
			return portal.ErrNotFound
		case version > 0 && rec.Version != version:
			return portal.ErrConflict
		case !rec.CanAct(v, act, b.Clock()):
			return portal.ErrForbidden
		}
		return fn(rec)
	})
}

// Decline answers no.
func (b *Bookings) Decline(ctx context.Context, v portal.Viewer, id string, version int64, reason, note string) error {
	note = shortened(strings.TrimSpace(note), textMost)
	rec, err := b.act(ctx, v, id, version, portal.ActDecline, "booking.decline", func(rec *portal.Booking) error {
		return rec.Decline(reason, note, b.Clock().UTC())
	})
	if err != nil {
		return err
	}
	return b.tell(ctx, rec, rec.Asker, "booking.declined")
}

// declineAll answers no to all requests that wait for a resource that was withdrawn. One
// that somebody answered meanwhile is left as it is.
func (b *Bookings) declineAll(ctx context.Context, v portal.Viewer, resource string) error {
	waiting, err := collect(ctx, b.Records.Bookings, store.Where("resource", resource), store.Where("state", portal.BookingSent))
	if err != nil {
		return err
	}
	for _, rec := range waiting {
		if err := b.Decline(ctx, v, rec.ID, 0, "closed", ""); err != nil && !errors.Is(err, portal.ErrForbidden) {
			return err
		}
	}
	return nil
}

// Withdraw takes a request back before its time begins, an accepted one too.
func (b *Bookings) Withdraw(ctx context.Context, v portal.Viewer, id string, version int64, note string) error {
	_, err := b.act(ctx, v, id, version, portal.ActWithdraw, "booking.withdraw", func(rec *portal.Booking) error {
		rec.Withdraw(shortened(strings.TrimSpace(note), textMost), b.Clock().UTC())
		return nil
	})
	if err != nil {
		return err
	}
	rec, err := b.settle(ctx, v, id)
	if err != nil {
		return err
	}
	return b.tell(ctx, rec, rec.Holder, "booking.withdrawn")
}

// Accept says yes: the time is held in the resource's own record, so that of two
// acceptances that meet the first stands. Then both sides see each other's contact.
func (b *Bookings) Accept(ctx context.Context, v portal.Viewer, id string, version int64, note string) (portal.Booking, error) {
	_, err := b.act(ctx, v, id, version, portal.ActAccept, "booking.accept", func(rec *portal.Booking) error {
		rec.Accept(shortened(strings.TrimSpace(note), textMost), b.Clock().UTC())
		return nil
	})
	if err != nil {
		return portal.Booking{}, err
	}
	return b.settle(ctx, v, id)
}

// settle does what an acceptance has promised, or lets go of the time of an accepted
// request that was taken back. Each step is harmless when done twice, so that whoever
// finds it unfinished goes on.
func (b *Bookings) settle(ctx context.Context, v portal.Viewer, id string) (portal.Booking, error) {
	rec, err := b.Records.Bookings.Fresh(ctx, id)
	if err != nil || !rec.Settling {
		return rec, fault("service.Bookings.settle", id, err)
	}
	if rec.State == portal.BookingWithdrawn {
		return b.letGo(ctx, v, rec)
	}
	_, err = changed(ctx, b.Rooms, b.Records.Resources, v, rec.Resource, "resource.book", func(res *portal.Resource) error {
		return res.Book(rec.Slot(), b.Clock())
	})
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		_, back := changed(ctx, b.Rooms, b.Records.Bookings, v, id, "booking.unaccept", func(rec *portal.Booking) error {
			rec.Unaccept()
			return nil
		})
		return rec, errors.Join(err, back)
	}
	if err != nil {
		return rec, err
	}
	asker, err := b.organisation(ctx, rec.Asker)
	if err != nil {
		return rec, err
	}
	holder, err := b.organisation(ctx, rec.Holder)
	if err != nil {
		return rec, err
	}
	rec, err = changed(ctx, b.Rooms, b.Records.Bookings, v, id, "booking.accepted", func(rec *portal.Booking) error {
		if rec.Settling {
			rec.Accepted([]portal.Contact{asker.Contact, holder.Contact})
		}
		return nil
	})
	if err != nil {
		return rec, err
	}
	return rec, errors.Join(b.tell(ctx, rec, rec.Asker, "booking.accepted"), b.tell(ctx, rec, rec.Holder, "booking.agreed"))
}

// letGo frees the time of an accepted request that was taken back.
func (b *Bookings) letGo(ctx context.Context, v portal.Viewer, rec portal.Booking) (portal.Booking, error) {
	_, err := changed(ctx, b.Rooms, b.Records.Resources, v, rec.Resource, "resource.free", func(res *portal.Resource) error {
		res.Release(rec.ID)
		return nil
	})
	if err != nil && !errors.Is(err, portal.ErrNotFound) {
		return rec, err
	}
	return changed(ctx, b.Rooms, b.Records.Bookings, v, rec.ID, "booking.freed", func(rec *portal.Booking) error {
		rec.Settling = false
		return nil
	})
}

// organisation is the organisation of a side; the zero value when it is not there.
func (b *Bookings) organisation(ctx context.Context, id string) (portal.Organisation, error) {
	o, err := b.Records.Organisations.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return portal.Organisation{}, nil
	}
	return o, fault("service.Bookings.organisation", id, err)
}

// tell tells the people of a side.
func (b *Bookings) tell(ctx context.Context, rec portal.Booking, organisation, kind string) error {
	o, err := b.organisation(ctx, organisation)
	if err != nil {
		return err
	}
	return b.notices.about(ctx, o.Members, rec.ID, kind, "/desk/bookings/"+rec.ID, rec.Name)
}

// due expires what nobody answered in time, and finishes what waits.
func (b *Bookings) due(ctx context.Context) error {
	now := b.Clock()
	page, err := b.Records.Bookings.Find(ctx, store.Query{Where: []store.Cond{store.Between("due", nil, now.Add(time.Millisecond))}, Sort: "due"})
	if err != nil {
		return fault("service.Bookings.due", "", err)
	}
	var errs []error
	for _, rec := range page.Items {
		if rec.CanAct(portal.System, portal.ActExpire, now) {
			errs = append(errs, b.expire(ctx, rec.ID))
		}
	}
	err = b.Records.Bookings.All(ctx, []store.Cond{store.Where("settling", true)}, func(rec *portal.Booking) error {
		if now.Sub(rec.ChangedAt) < patience {
			return nil
		}
		_, err := b.settle(ctx, portal.System, rec.ID)
		var invalid portal.Invalid
		if errors.As(err, &invalid) {
			return nil // taken back
		}
		return err
	})
	return errors.Join(append(errs, fault("service.Bookings.due", "settling", err))...)
}

func (b *Bookings) expire(ctx context.Context, id string) error {
	rec, err := b.act(ctx, portal.System, id, 0, portal.ActExpire, "booking.expire", func(rec *portal.Booking) error { rec.Expire(); return nil })
	if err != nil {
		return err
	}
	return errors.Join(b.tell(ctx, rec, rec.Asker, "booking.expired"), b.tell(ctx, rec, rec.Holder, "booking.missed"))
}
