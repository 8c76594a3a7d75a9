package store

import (
	"context"

	"liangcheng/app/portal"
)

func openEnterprises(ctx context.Context, e Engine) (*Collection[portal.Enterprise, *portal.Enterprise], error) {
	return Open[portal.Enterprise, *portal.Enterprise](ctx, e, "enterprises",
		Field[portal.Enterprise]{Name: "name", Kind: Text, Of: func(r *portal.Enterprise) any { return r.Name }},
		Field[portal.Enterprise]{Name: "industry", Kind: Text, Of: func(r *portal.Enterprise) any { return r.Industry }},
		Field[portal.Enterprise]{Name: "certainty", Kind: Text, Of: func(r *portal.Enterprise) any { return r.Origin.Certainty }},
	)
}
