package store

import (
	"context"

	"liangcheng/app/portal"
)

func openIncubatees(ctx context.Context, e Engine) (*Collection[portal.Incubatee, *portal.Incubatee], error) {
	return Open[portal.Incubatee, *portal.Incubatee](ctx, e, "incubatees",
		Field[portal.Incubatee]{Name: "partnership", Kind: Text, Of: func(r *portal.Incubatee) any { return r.Partnership }},
		Field[portal.Incubatee]{Name: "holds", Kind: Text, Unique: true, Of: func(r *portal.Incubatee) any { return r.Unique() }},
		Field[portal.Incubatee]{Name: "certainty", Kind: Text, Of: func(r *portal.Incubatee) any { return r.Origin.Certainty }},
	)
}
