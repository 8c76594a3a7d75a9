package store

import (
	"context"

	"liangcheng/app/portal"
)

func openPersons(ctx context.Context, e Engine) (*Collection[portal.Person, *portal.Person], error) {
	return Open[portal.Person, *portal.Person](ctx, e, "persons",
		Field[portal.Person]{Name: "email", Kind: Text, Unique: true, Of: func(r *portal.Person) any { return r.Email }},
		Field[portal.Person]{Name: "name", Kind: Text, Of: func(r *portal.Person) any { return r.Name }},
		Field[portal.Person]{Name: "organisation", Kind: Text, Of: func(r *portal.Person) any { return r.Organisation }},
	)
}

func openSessions(ctx context.Context, e Engine) (*Collection[portal.Session, *portal.Session], error) {
	return Open[portal.Session, *portal.Session](ctx, e, "sessions",
		Field[portal.Session]{Name: "person", Kind: Text, Of: func(r *portal.Session) any { return r.Person }},
		Field[portal.Session]{Name: "expires_at", Kind: Time, Of: func(r *portal.Session) any { return r.ExpiresAt }},
	)
}

func openLinks(ctx context.Context, e Engine) (*Collection[portal.Link, *portal.Link], error) {
	return Open[portal.Link, *portal.Link](ctx, e, "links",
		Field[portal.Link]{Name: "person", Kind: Text, Of: func(r *portal.Link) any { return r.Person }},
		Field[portal.Link]{Name: "organisation", Kind: Text, Of: func(r *portal.Link) any { return r.Organisation }},
		Field[portal.Link]{Name: "expires_at", Kind: Time, Of: func(r *portal.Link) any { return r.ExpiresAt }},
	)
}

func openAttempts(ctx context.Context, e Engine) (*Collection[portal.Attempts, *portal.Attempts], error) {
	return Open[portal.Attempts, *portal.Attempts](ctx, e, "attempts")
}

func openTokens(ctx context.Context, e Engine) (*Collection[portal.Token, *portal.Token], error) {
	return Open[portal.Token, *portal.Token](ctx, e, "tokens",
		Field[portal.Token]{Name: "person", Kind: Text, Of: func(r *portal.Token) any { return r.Person }},
	)
}
