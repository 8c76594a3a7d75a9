package store

import (
	"context"

	"liangcheng/app/portal"
)

func openFits(ctx context.Context, e Engine) (*Collection[portal.Fit, *portal.Fit], error) {
	return Open[portal.Fit, *portal.Fit](ctx, e, "fits")
}
