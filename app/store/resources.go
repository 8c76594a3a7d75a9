package store

import (
	"context"

	"liangcheng/app/portal"
)

func openResources(ctx context.Context, e Engine) (*Collection[portal.Resource, *portal.Resource], error) {
	return Open[portal.Resource, *portal.Resource](ctx, e, "resources",
		Field[portal.Resource]{Name: "organisation", Kind: Text, With: []string{"state"}, Of: func(r *portal.Resource) any { return r.Organisation }},
		Field[portal.Resource]{Name: "record", Kind: Text, Of: func(r *portal.Resource) any { return known(r.Record) }},
		Field[portal.Resource]{Name: "name", Kind: Text, Of: func(r *portal.Resource) any { return r.Name }},
		Field[portal.Resource]{Name: "kind", Kind: Text, Of: func(r *portal.Resource) any { return r.Kind }},
		Field[portal.Resource]{Name: "state", Kind: Text, Of: func(r *portal.Resource) any { return r.State }},
		Field[portal.Resource]{Name: "public", Kind: Bool, Of: func(r *portal.Resource) any { return r.Public() }},
		Field[portal.Resource]{Name: "certainty", Kind: Text, Of: func(r *portal.Resource) any { return r.Origin.Certainty }},
	)
}
