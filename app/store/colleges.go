package store

import (
	"context"

	"liangcheng/app/portal"
)

func openColleges(ctx context.Context, e Engine) (*Collection[portal.College, *portal.College], error) {
	return Open[portal.College, *portal.College](ctx, e, "colleges",
		Field[portal.College]{Name: "name", Kind: Text, Of: func(r *portal.College) any { return r.Name }},
		Field[portal.College]{Name: "cluster", Kind: Text, Of: func(r *portal.College) any { return r.Cluster }},
		Field[portal.College]{Name: "certainty", Kind: Text, Of: func(r *portal.College) any { return r.Origin.Certainty }},
	)
}
