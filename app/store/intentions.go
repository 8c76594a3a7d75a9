package store

import (
	"context"

	"liangcheng/app/portal"
)

func openIntentions(ctx context.Context, e Engine) (*Collection[portal.Intention, *portal.Intention], error) {
	return Open[portal.Intention, *portal.Intention](ctx, e, "intentions",
		Field[portal.Intention]{Name: "college", Kind: Text, With: []string{"state", "sent_at"}, Of: func(r *portal.Intention) any { return r.College }},
		Field[portal.Intention]{Name: "enterprise", Kind: Text, With: []string{"state", "sent_at"}, Of: func(r *portal.Intention) any { return r.Enterprise }},
		Field[portal.Intention]{Name: "need", Kind: Text, Of: func(r *portal.Intention) any { return known(r.Need) }},
		Field[portal.Intention]{Name: "from", Kind: Text, Of: func(r *portal.Intention) any { return r.From }},
		Field[portal.Intention]{Name: "state", Kind: Text, Of: func(r *portal.Intention) any { return r.State }},
		Field[portal.Intention]{Name: "sent_at", Kind: Time, Of: func(r *portal.Intention) any { return r.SentAt }},
		Field[portal.Intention]{Name: "due", Kind: Time, Of: func(r *portal.Intention) any { return due(r) }},
		Field[portal.Intention]{Name: "accepting", Kind: Bool, Of: func(r *portal.Intention) any { return r.Accepting }},
		Field[portal.Intention]{Name: "certainty", Kind: Text, Of: func(r *portal.Intention) any { return r.Origin.Certainty }},
	)
}

// due is when the clock next has something to do with an intention.
func due(i *portal.Intention) any {
	if !i.State.Waits() {
		return nil
	}
	return i.Remind()
}

// known is a text, or nil when it is empty.
func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func openOperations(ctx context.Context, e Engine) (*Collection[portal.Operation, *portal.Operation], error) {
	return Open[portal.Operation, *portal.Operation](ctx, e, "operations",
		Field[portal.Operation]{Name: "organisation", Kind: Text, With: []string{"at"}, Of: func(r *portal.Operation) any { return r.Organisation }},
		Field[portal.Operation]{Name: "state", Kind: Text, Of: func(r *portal.Operation) any { return r.State }},
		Field[portal.Operation]{Name: "at", Kind: Time, Of: func(r *portal.Operation) any { return r.At }},
	)
}

func openSearches(ctx context.Context, e Engine) (*Collection[portal.SavedSearch, *portal.SavedSearch], error) {
	return Open[portal.SavedSearch, *portal.SavedSearch](ctx, e, "searches",
		Field[portal.SavedSearch]{Name: "person", Kind: Text, Of: func(r *portal.SavedSearch) any { return r.Person }},
		Field[portal.SavedSearch]{Name: "seen", Kind: Time, Of: func(r *portal.SavedSearch) any { return r.Seen }},
	)
}
