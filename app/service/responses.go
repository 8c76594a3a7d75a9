package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// response counts how the college or enterprise of a record answers what it receives.
func response(ctx context.Context, r Rooms, side portal.OrganisationKind, id string, fictional bool) (portal.Response, error) {
	now := r.Clock()
	all, err := collect(ctx, r.Records.Intentions, store.Where(string(side), id), store.Between("sent_at", portal.ResponsesSince(now), nil))
	return portal.ResponseOf(all, side, fictional, now), fault("service.response", id, err)
}
