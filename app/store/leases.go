package store

import (
	"context"

	"liangcheng/app/portal"
)

func openLeases(ctx context.Context, e Engine) (*Collection[portal.Lease, *portal.Lease], error) {
	return Open[portal.Lease, *portal.Lease](ctx, e, "leases")
}
