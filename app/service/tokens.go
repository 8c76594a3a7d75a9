package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Bearer is who a personal token of the API stands for, with what it may do. One that is
// unknown or ended stands for nobody, and one that is not good for that is refused: a
// caller that names a token means it.
func (a *Accounts) Bearer(ctx context.Context, token string, scope portal.Scope, from string) (portal.Viewer, error) {
	visitor := portal.Viewer{From: from}
	t, err := a.Records.Tokens.Get(ctx, secret.HashToken(token))
	now := a.Clock().UTC()
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !t.ExpiresAt.After(now):
		return visitor, portal.ErrUnauthenticated
	case err == nil && !t.Has(scope):
		return visitor, portal.ErrForbidden
	case err != nil:
		return visitor, fault("service.Accounts.Bearer", "", err)
	}
	const usedEvery = time.Hour
	if now.Sub(t.Used) > usedEvery {
		_, err := a.Records.Tokens.Mutate(ctx, t.ID, func(t *portal.Token) error { t.Used = now; return nil })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return visitor, fault("service.Accounts.Bearer", t.ID, err)
		}
	}
	v, err := a.viewer(ctx, t.Person)
	if v.From = from; err == nil && !v.SignedIn() {
		err = portal.ErrUnauthenticated
	}
	return v, err
}

// The most tokens of a person, and the longest they last.
const (
	tokensMost = 20
	TokenDays  = 365
)

// NewToken makes a token of the API; it is shown this once.
func (a *Accounts) NewToken(ctx context.Context, v portal.Viewer, name string, scopes []portal.Scope, days int) (string, error) {
	if !v.SignedIn() {
		return "", portal.ErrForbidden
	}
	var bad portal.Invalid
	checkName(&bad, "name", name)
	if days < 1 || days > TokenDays {
		bad.Add("days", "problem.days", TokenDays)
	}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(s portal.Scope) bool { return s != portal.ScopeRead && s != portal.ScopeWrite }) {
		bad.Add("scope", "problem.required")
	}
	n, err := a.Records.Tokens.Count(ctx, store.Where("person", v.Person))
	if err != nil {
		return "", fault("service.Accounts.NewToken", v.Person, err)
	}
	if n >= tokensMost {
		bad.Add("name", "problem.too_many_tokens", tokensMost)
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	token, hash := secret.NewToken()
	t := portal.Token{Meta: portal.Meta{ID: hash}, Person: v.Person, Name: strings.TrimSpace(name), Scopes: scopes, ExpiresAt: a.Clock().UTC().AddDate(0, 0, days)}
	if err := a.Records.Tokens.Insert(ctx, &t); err != nil {
		return "", fault("service.Accounts.NewToken", v.Person, err)
	}
	p, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.token", func(*portal.Person) error { return nil })
	if err != nil {
		return token, err
	}
	return token, a.post.send(ctx, p, "security.token", "/account/tokens", t.Name)
}

// Tokens lists the viewer's tokens of the API.
func (a *Accounts) Tokens(ctx context.Context, v portal.Viewer) ([]portal.Token, error) {
	out, err := collect(ctx, a.Records.Tokens, store.Where("person", v.Person))
	return out, fault("service.Accounts.Tokens", v.Person, err)
}

// DropToken ends one of the viewer's tokens at once.
func (a *Accounts) DropToken(ctx context.Context, v portal.Viewer, id string) error {
	t, err := a.Records.Tokens.Get(ctx, id)
	if err == nil && t.Person != v.Person {
		err = portal.ErrNotFound
	}
	if err == nil {
		err = a.Records.Tokens.Delete(ctx, id, 0)
	}
	return fault("service.Accounts.DropToken", v.Person, err)
}
