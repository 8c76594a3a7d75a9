package store

import (
	"context"

	"liangcheng/app/portal"
)

func openPartnerships(ctx context.Context, e Engine) (*Collection[portal.Partnership, *portal.Partnership], error) {
	return Open[portal.Partnership, *portal.Partnership](ctx, e, "partnerships",
		Field[portal.Partnership]{Name: "title", Kind: Text, Of: func(r *portal.Partnership) any { return r.Title }},
		Field[portal.Partnership]{Name: "type", Kind: Text, Of: func(r *portal.Partnership) any { return r.Type }},
		Field[portal.Partnership]{Name: "year", Kind: Int, Of: func(r *portal.Partnership) any { return r.Year }},
		Field[portal.Partnership]{Name: "public", Kind: Bool, Of: func(r *portal.Partnership) any { return r.Public() }},
		Field[portal.Partnership]{Name: "certainty", Kind: Text, Of: func(r *portal.Partnership) any { return r.Origin.Certainty }},
	)
}
