package store

import (
	"context"
	"time"

	"liangcheng/app/portal"
)

func openNeeds(ctx context.Context, e Engine) (*Collection[portal.Need, *portal.Need], error) {
	return Open[portal.Need, *portal.Need](ctx, e, "needs",
		Field[portal.Need]{Name: "enterprise_id", Kind: Text, Of: func(r *portal.Need) any { return r.EnterpriseID }},
		Field[portal.Need]{Name: "title", Kind: Text, Of: func(r *portal.Need) any { return r.Title }},
		Field[portal.Need]{Name: "status", Kind: Text, With: []string{"expires_at", "headcount"}, Of: func(r *portal.Need) any { return r.Status }},
		Field[portal.Need]{Name: "industry", Kind: Text, Of: func(r *portal.Need) any { return r.Industry }},
		Field[portal.Need]{Name: "headcount", Kind: Int, Of: func(r *portal.Need) any { return r.Headcount }},
		Field[portal.Need]{Name: "published_at", Kind: Time, Of: func(r *portal.Need) any { return told(r.PublishedAt) }},
		Field[portal.Need]{Name: "expires_at", Kind: Time, Of: func(r *portal.Need) any { return told(r.ExpiresAt) }},
		Field[portal.Need]{Name: "certainty", Kind: Text, Of: func(r *portal.Need) any { return r.Origin.Certainty }},
	)
}

// told is a time, or nil where there is none yet: a draft is not published.
func told(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
