package service

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// response counts how the college or enterprise of a record answers what it receives.
func response(ctx context.Context, r Rooms, side portal.OrganisationKind, id string, fictional bool) (portal.Response, error) {
	now := r.Clock()
	var all []portal.Intention
	where := []store.Cond{store.Where(string(side), id), store.Between("sent_at", portal.ResponsesSince(now), nil)}
	err := r.Records.Intentions.All(ctx, where, func(i *portal.Intention) error {
		all = append(all, *i)
		return nil
	})
	return portal.ResponseOf(all, side, fictional, now), fault("service.response", id, err)
}
