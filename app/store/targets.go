package store

import (
	"context"

	"liangcheng/app/portal"
)

func openTargets(ctx context.Context, e Engine) (*Collection[portal.Target, *portal.Target], error) {
	return Open[portal.Target, *portal.Target](ctx, e, "targets",
		Field[portal.Target]{Name: "year", Kind: Int, Of: func(r *portal.Target) any { return r.Year }})
}

func openAdvices(ctx context.Context, e Engine) (*Collection[portal.Advice, *portal.Advice], error) {
	return Open[portal.Advice, *portal.Advice](ctx, e, "advice",
		Field[portal.Advice]{Name: "certainty", Kind: Text, Of: func(r *portal.Advice) any { return r.Origin.Certainty }})
}
