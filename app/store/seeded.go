package store

import (
	"context"

	"liangcheng/app/portal"
)

func openSeeded(ctx context.Context, e Engine) (*Collection[portal.Seeded, *portal.Seeded], error) {
	return Open[portal.Seeded, *portal.Seeded](ctx, e, "seeded",
		Field[portal.Seeded]{Name: "collection", Kind: Text, Of: func(r *portal.Seeded) any { return r.Collection }},
	)
}
