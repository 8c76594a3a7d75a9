package service

import (
	"context"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Tallier says what the records kept with a partnership say of an indicator for a period.
type Tallier func(portal.Indicator, portal.Period) (portal.Tally, bool)

// tallier reads what is kept with a partnership: the roster of an incubation centre, the
// members, pledges and lists of a group or alliance, the hours the parties of one that
// shares equipment have used it. Of others nothing is known.
func tallier(ctx context.Context, r Rooms, p portal.Partnership) (Tallier, error) {
	switch {
	case p.HasRoster():
		all, err := rosterOf(ctx, r, p.ID)
		return func(ind portal.Indicator, period portal.Period) (portal.Tally, bool) {
			return portal.CountIncubatees(ind, all, period)
		}, err
	case p.Allied():
		book, err := bookOf(ctx, r, p)
		return book.Count, err
	case p.SharesEquipment():
		all, err := usesBetween(ctx, r, p.Organisations())
		return func(ind portal.Indicator, period portal.Period) (portal.Tally, bool) {
			return portal.CountHours(ind, all, period, r.Clock())
		}, err
	}
	return func(portal.Indicator, portal.Period) (portal.Tally, bool) { return portal.Tally{}, false }, nil
}

// usesBetween are the accepted requests of organisations for equipment and laboratories of
// one another.
func usesBetween(ctx context.Context, r Rooms, organisations []string) ([]portal.Booking, error) {
	if len(organisations) == 0 {
		return nil, nil
	}
	all, err := collect(ctx, r.Records.Bookings, store.OneOf("holder", organisations...), store.Where("state", portal.BookingAccepted))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(b portal.Booking) bool {
		return b.Asker == b.Holder || !slices.Contains(organisations, b.Asker)
	})
	of, err := byID(ctx, r.Records.Resources, all, func(b portal.Booking) string { return b.Resource })
	return slices.DeleteFunc(all, func(b portal.Booking) bool {
		kind := of[b.Resource].Kind
		return kind != portal.Equipment && kind != portal.Laboratory
	}), err
}

// Kept says what is kept with a partnership the viewer follows.
func (o *Outcomes) Kept(ctx context.Context, v portal.Viewer, partnership string) (Tallier, error) {
	p, err := o.partnership(ctx, v, partnership)
	if err != nil {
		return nil, err
	}
	return tallier(ctx, o.Rooms, p)
}

// kept is what is kept with a partnership of an outcome; nil where nothing says it.
func (o *Outcomes) kept(ctx context.Context, p portal.Partnership, ind portal.Indicator, rec portal.Outcome) (*portal.Tally, error) {
	count, err := tallier(ctx, o.Rooms, p)
	if err != nil {
		return nil, err
	}
	if t, ok := count(ind, rec.Period); ok {
		return &t, nil
	}
	return nil, nil
}

// idUnder is a new id of a record kept with a partnership.
func idUnder(p portal.Partnership) string {
	if p.Origin.Fictional() {
		return demoPrefix + newID()
	}
	return newID()
}

// originOf is the origin of what the parties of a partnership tell.
func originOf(p portal.Partnership, today string) portal.Origin {
	if p.Origin.Fictional() {
		return portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	return portal.Origin{Certainty: portal.Verified, Source: "合作方填报", Date: today}
}
