package store

import (
	"context"

	"liangcheng/app/portal"
)

func openBookings(ctx context.Context, e Engine) (*Collection[portal.Booking, *portal.Booking], error) {
	return Open[portal.Booking, *portal.Booking](ctx, e, "bookings",
		Field[portal.Booking]{Name: "resource", Kind: Text, With: []string{"state"}, Of: func(r *portal.Booking) any { return r.Resource }},
		Field[portal.Booking]{Name: "holder", Kind: Text, With: []string{"state", "sent_at"}, Of: func(r *portal.Booking) any { return r.Holder }},
		Field[portal.Booking]{Name: "asker", Kind: Text, With: []string{"state", "sent_at"}, Of: func(r *portal.Booking) any { return r.Asker }},
		Field[portal.Booking]{Name: "state", Kind: Text, Of: func(r *portal.Booking) any { return r.State }},
		Field[portal.Booking]{Name: "sent_at", Kind: Time, Of: func(r *portal.Booking) any { return r.SentAt }},
		Field[portal.Booking]{Name: "due", Kind: Time, Of: func(r *portal.Booking) any { return bookingDue(r) }},
		Field[portal.Booking]{Name: "settling", Kind: Bool, Of: func(r *portal.Booking) any { return r.Settling }},
		Field[portal.Booking]{Name: "certainty", Kind: Text, Of: func(r *portal.Booking) any { return r.Origin.Certainty }},
	)
}

// bookingDue is when a request expires; unknown when it does not.
func bookingDue(b *portal.Booking) any {
	if !b.Waits() {
		return nil
	}
	return b.From
}
