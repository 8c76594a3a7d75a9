package store

import (
	"context"
	"time"

	"liangcheng/app/portal"
)

func openPartnerships(ctx context.Context, e Engine) (*Collection[portal.Partnership, *portal.Partnership], error) {
	return Open[portal.Partnership, *portal.Partnership](ctx, e, "partnerships",
		Field[portal.Partnership]{Name: "title", Kind: Text, Of: func(r *portal.Partnership) any { return r.Title }},
		Field[portal.Partnership]{Name: "type", Kind: Text, Of: func(r *portal.Partnership) any { return r.Type }},
		Field[portal.Partnership]{Name: "year", Kind: Int, Of: func(r *portal.Partnership) any { return r.Year }},
		Field[portal.Partnership]{Name: "public", Kind: Bool, Of: func(r *portal.Partnership) any { return r.Public() }},
		Field[portal.Partnership]{Name: "certainty", Kind: Text, Of: func(r *portal.Partnership) any { return r.Origin.Certainty }},
		Field[portal.Partnership]{Name: "stage", Kind: Text, With: []string{"type"}, Of: func(r *portal.Partnership) any { return known(string(r.Stage)) }},
		Field[portal.Partnership]{Name: "remind", Kind: Time, Of: func(r *portal.Partnership) any { return someTime(r.Remind()) }},
		Field[portal.Partnership]{Name: "next_due", Kind: Text, Of: func(r *portal.Partnership) any { return known(r.NextDue()) }},
		Field[portal.Partnership]{Name: "idle_since", Kind: Time, Of: idleSince},
	)
}

// idleSince is when a running partnership last moved, until its parties have been told
// that nothing happens.
func idleSince(p *portal.Partnership) any {
	if p.Stage != portal.PartnershipRunning || !p.Dormant.IsZero() {
		return nil
	}
	return someTime(p.Active)
}

// someTime is a time, or nil when it is none.
func someTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func openTypes(ctx context.Context, e Engine) (*Collection[portal.PartnershipType, *portal.PartnershipType], error) {
	return Open[portal.PartnershipType, *portal.PartnershipType](ctx, e, "types")
}

func openUnits(ctx context.Context, e Engine) (*Collection[portal.Unit, *portal.Unit], error) {
	return Open[portal.Unit, *portal.Unit](ctx, e, "units",
		Field[portal.Unit]{Name: "name", Kind: Text, Of: func(r *portal.Unit) any { return r.Name }})
}
