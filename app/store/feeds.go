package store

import (
	"context"

	"liangcheng/app/portal"
)

func openFeeds(ctx context.Context, e Engine) (*Collection[portal.Feed, *portal.Feed], error) {
	return Open[portal.Feed, *portal.Feed](ctx, e, "feeds",
		Field[portal.Feed]{Name: "person", Kind: Text, Of: func(r *portal.Feed) any { return r.Person }})
}
