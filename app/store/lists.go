package store

import (
	"context"

	"liangcheng/app/portal"
)

func openListItems(ctx context.Context, e Engine) (*Collection[portal.ListItem, *portal.ListItem], error) {
	return Open[portal.ListItem, *portal.ListItem](ctx, e, "list_items",
		Field[portal.ListItem]{Name: "list", Kind: Text, With: []string{"state"}, Of: func(r *portal.ListItem) any { return r.List }},
		Field[portal.ListItem]{Name: "unit", Kind: Text, With: []string{"state"}, Of: func(r *portal.ListItem) any { return known(r.Unit) }},
		Field[portal.ListItem]{Name: "clause", Kind: Text, Of: func(r *portal.ListItem) any { return known(r.Clause) }},
		Field[portal.ListItem]{Name: "partnership", Kind: Text, Of: func(r *portal.ListItem) any { return known(r.Partnership) }},
		Field[portal.ListItem]{Name: "state", Kind: Text, With: []string{"since"}, Of: func(r *portal.ListItem) any { return r.State }},
		Field[portal.ListItem]{Name: "since", Kind: Time, Of: func(r *portal.ListItem) any { return r.Since }},
		Field[portal.ListItem]{Name: "open_due", Kind: Text, Of: openDue},
		Field[portal.ListItem]{Name: "supervised", Kind: Bool, Of: func(r *portal.ListItem) any { return r.Supervised != nil && r.State != portal.ItemClosed }},
		Field[portal.ListItem]{Name: "tell", Kind: Time, Of: func(r *portal.ListItem) any { return someTime(r.Tell()) }},
		Field[portal.ListItem]{Name: "place", Kind: Text, Of: func(r *portal.ListItem) any { return r.Order() }},
		Field[portal.ListItem]{Name: "certainty", Kind: Text, Of: func(r *portal.ListItem) any { return r.Origin.Certainty }},
	)
}

// openDue is the day an item is due about which nothing was done; unknown of others.
func openDue(i *portal.ListItem) any {
	if i.State != portal.ItemOpen {
		return nil
	}
	return known(i.Due)
}

func openRounds(ctx context.Context, e Engine) (*Collection[portal.Round, *portal.Round], error) {
	return Open[portal.Round, *portal.Round](ctx, e, "rounds",
		Field[portal.Round]{Name: "number", Kind: Int, Of: func(r *portal.Round) any { return r.Number }},
		Field[portal.Round]{Name: "certainty", Kind: Text, Of: func(r *portal.Round) any { return r.Origin.Certainty }},
	)
}
