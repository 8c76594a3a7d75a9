package store

import (
	"context"

	"liangcheng/app/portal"
)

func openEvents(ctx context.Context, e Engine) (*Collection[portal.Event, *portal.Event], error) {
	return Open[portal.Event, *portal.Event](ctx, e, "events",
		Field[portal.Event]{Name: "day", Kind: Text, Of: func(r *portal.Event) any { return r.Day }},
		Field[portal.Event]{Name: "state", Kind: Text, Of: func(r *portal.Event) any { return r.State }},
		Field[portal.Event]{Name: "public", Kind: Bool, With: []string{"day"}, Of: func(r *portal.Event) any { return r.Public() }},
		Field[portal.Event]{Name: "settling", Kind: Bool, Of: func(r *portal.Event) any { return r.Settling }},
		Field[portal.Event]{Name: "certainty", Kind: Text, Of: func(r *portal.Event) any { return r.Origin.Certainty }},
	)
}

func openInvitations(ctx context.Context, e Engine) (*Collection[portal.Invitation, *portal.Invitation], error) {
	return Open[portal.Invitation, *portal.Invitation](ctx, e, "invitations",
		Field[portal.Invitation]{Name: "event", Kind: Text, Of: func(r *portal.Invitation) any { return r.Event }},
		Field[portal.Invitation]{Name: "organisation", Kind: Text, Of: func(r *portal.Invitation) any { return r.Organisation }},
		Field[portal.Invitation]{Name: "settling", Kind: Bool, Of: func(r *portal.Invitation) any { return r.Settling }},
		Field[portal.Invitation]{Name: "certainty", Kind: Text, Of: func(r *portal.Invitation) any { return r.Origin.Certainty }},
	)
}

func openMeetings(ctx context.Context, e Engine) (*Collection[portal.Meeting, *portal.Meeting], error) {
	return Open[portal.Meeting, *portal.Meeting](ctx, e, "meetings",
		Field[portal.Meeting]{Name: "event", Kind: Text, With: []string{"state"}, Of: func(r *portal.Meeting) any { return r.Event }},
		Field[portal.Meeting]{Name: "college", Kind: Text, Of: func(r *portal.Meeting) any { return r.College }},
		Field[portal.Meeting]{Name: "enterprise", Kind: Text, Of: func(r *portal.Meeting) any { return r.Enterprise }},
		Field[portal.Meeting]{Name: "state", Kind: Text, Of: func(r *portal.Meeting) any { return r.State }},
		Field[portal.Meeting]{Name: "begins", Kind: Time, Of: func(r *portal.Meeting) any { return r.From }},
		Field[portal.Meeting]{Name: "settling", Kind: Bool, Of: func(r *portal.Meeting) any { return r.Settling }},
		Field[portal.Meeting]{Name: "certainty", Kind: Text, Of: func(r *portal.Meeting) any { return r.Origin.Certainty }},
	)
}
