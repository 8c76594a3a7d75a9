package store

import (
	"context"

	"liangcheng/app/portal"
)

func openOrganisations(ctx context.Context, e Engine) (*Collection[portal.Organisation, *portal.Organisation], error) {
	return Open[portal.Organisation, *portal.Organisation](ctx, e, "organisations",
		Field[portal.Organisation]{Name: "kind", Kind: Text, Of: func(r *portal.Organisation) any { return r.Kind }},
		Field[portal.Organisation]{Name: "name", Kind: Text, Of: func(r *portal.Organisation) any { return r.Name }},
		Field[portal.Organisation]{Name: "state", Kind: Text, Of: func(r *portal.Organisation) any { return r.State }},
		Field[portal.Organisation]{Name: "submitted", Kind: Time, Of: func(r *portal.Organisation) any { return r.Submitted }},
		Field[portal.Organisation]{Name: "certainty", Kind: Text, Of: func(r *portal.Organisation) any { return r.Origin.Certainty }},
	)
}
