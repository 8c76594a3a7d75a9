package service

import (
	"context"
	"errors"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Entry is where signing in has led: a token for the browser, and whether it is good only
// to give the code of the second factor.
type Entry struct {
	Token   string
	Waiting bool
	Person  portal.Person
}

// passwordMost is the longest password taken, in characters; see secret.Weak.
const passwordMost = 128

// ErrRefused is a wrong address or password, or a wrong code: never which.
var ErrRefused = portal.Invalid{{Field: "password", Key: "sign_in.refused"}}

// SignIn checks an address and a password. Unknown addresses take as long and are told
// the same.
func (a *Accounts) SignIn(ctx context.Context, v portal.Viewer, email, password, agent string) (Entry, error) {
	email, _ = portal.NormalEmail(email)
	if utf8.RuneCountInString(password) > passwordMost {
		return Entry{}, ErrRefused // no password is that long, and hashing it costs
	}
	keys := []string{"account:" + email, "address:" + v.From}
	if err := a.barred(ctx, keys...); err != nil {
		return Entry{}, err
	}
	p, err := a.personOf(ctx, email)
	if err != nil && !errors.Is(err, portal.ErrNotFound) {
		return Entry{}, err
	}
	ok, err := a.hasher.Matches(ctx, password, p.Password)
	if err != nil {
		return Entry{}, fault("service.Accounts.SignIn", "", err)
	}
	if !ok {
		return Entry{}, errors.Join(a.failed(ctx, keys...), ErrRefused)
	}
	if p.Confirmed.IsZero() {
		if err := a.sendLink(ctx, p, portal.LinkConfirm); err != nil {
			return Entry{}, err
		}
		return Entry{}, portal.Invalid{{Field: "email", Key: "sign_in.unconfirmed"}}
	}
	return a.enter(ctx, v, p, agent, p.On(), false)
}

// SignInByLink opens a session by a one-time link, which only fictional accounts have.
func (a *Accounts) SignInByLink(ctx context.Context, v portal.Viewer, token, agent string) (Entry, error) {
	l, err := a.use(ctx, token, portal.LinkSignIn)
	if err != nil {
		return Entry{}, err
	}
	p, err := a.Records.Persons.Get(ctx, l.Person)
	if err != nil {
		return Entry{}, fault("service.Accounts.SignInByLink", l.Person, err)
	}
	return a.enter(ctx, v, p, agent, p.On(), p.Demo)
}

// enter opens a session.
func (a *Accounts) enter(ctx context.Context, v portal.Viewer, p portal.Person, agent string, waiting, sure bool) (Entry, error) {
	token, hash := secret.NewToken()
	s := portal.Session{Meta: portal.Meta{ID: hash}, Person: p.ID, Begun: a.Clock().UTC(), Waiting: waiting, Sure: sure,
		Agent: shortened(agent, 200), From: v.From}
	s.Touch(s.Begun)
	if err := a.Records.Sessions.Insert(ctx, &s); err != nil {
		return Entry{}, fault("service.Accounts.enter", p.ID, err)
	}
	if !waiting {
		if err := a.entered(ctx, v, p); err != nil {
			return Entry{}, err
		}
	}
	return Entry{Token: token, Waiting: waiting, Person: p}, nil
}

// entered notes in the person's trail that they signed in.
func (a *Accounts) entered(ctx context.Context, v portal.Viewer, p portal.Person) error {
	v.Person, v.Organisation = p.ID, p.Organisation
	_, err := changed(ctx, a.Rooms, a.Records.Persons, v, p.ID, "person.sign_in", func(*portal.Person) error { return nil })
	return err
}

// Code gives the code of the second factor, or a recovery code, and gets a new session.
func (a *Accounts) Code(ctx context.Context, v portal.Viewer, token, code, agent string) (Entry, error) {
	s, err := a.session(ctx, token)
	if err != nil || !s.Waiting {
		return Entry{}, fault("service.Accounts.Code", "", errors.Join(portal.ErrNotFound, err))
	}
	v.Person = s.Person
	p, err := a.byCode(ctx, v, "person.code", code, func(*portal.Person) {})
	if err != nil {
		return Entry{}, err
	}
	if err := a.Records.Sessions.Delete(ctx, s.ID, 0); err != nil {
		return Entry{}, fault("service.Accounts.Code", s.ID, err)
	}
	return a.enter(ctx, v, p, agent, false, true)
}

// session returns the live session of a token.
func (a *Accounts) session(ctx context.Context, token string) (portal.Session, error) {
	s, err := a.Records.Sessions.Get(ctx, secret.HashToken(token))
	if err == nil && !s.ExpiresAt.After(a.Clock()) {
		err = portal.ErrNotFound
	}
	return s, fault("service.Accounts.session", "", err)
}

// touchEvery is how often the use of a session is written down.
const touchEvery = portal.SessionIdle / 15

// Viewer is who a session token stands for: a visitor when it stands for nobody. waiting
// says that the code of the second factor is still to be given. A person removed from
// their organisation, or a suspended organisation, shows at the next request.
func (a *Accounts) Viewer(ctx context.Context, token, from string) (v portal.Viewer, waiting bool, err error) {
	v.From = from
	s, err := a.session(ctx, token)
	if errors.Is(err, portal.ErrNotFound) {
		return v, false, nil
	}
	if err != nil || s.Waiting {
		return v, s.Waiting, err
	}
	if now := a.Clock().UTC(); now.Sub(s.Seen) > touchEvery {
		_, err := a.Records.Sessions.Mutate(ctx, s.ID, func(s *portal.Session) error { s.Touch(now); return nil })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return v, false, fault("service.Accounts.Viewer", "", err)
		}
	}
	v, err = a.viewer(ctx, s.Person)
	v.Sure, v.From = s.Sure, from
	return v, false, err
}

// viewer is what a person may do by their organisation.
func (a *Accounts) viewer(ctx context.Context, person string) (v portal.Viewer, err error) {
	p, err := a.Records.Persons.Get(ctx, person)
	if errors.Is(err, store.ErrNotFound) || err == nil && !p.Gone.IsZero() {
		return v, nil
	}
	if err != nil {
		return v, fault("service.Accounts.viewer", person, err)
	}
	v.Person, v.Name = p.ID, p.Name
	if p.Organisation == "" {
		return v, nil
	}
	o, err := a.Records.Organisations.Get(ctx, p.Organisation)
	if errors.Is(err, store.ErrNotFound) {
		return v, nil
	}
	if role := o.RoleOf(p.ID); role != "" {
		v.Organisation, v.Kind, v.State, v.Record, v.Role = o.ID, o.Kind, o.State, o.Record, role
	}
	return v, fault("service.Accounts.viewer", person, err)
}

// SignOut ends a session.
func (a *Accounts) SignOut(ctx context.Context, v portal.Viewer, token string) error {
	err := a.Records.Sessions.Delete(ctx, secret.HashToken(token), 0)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return fault("service.Accounts.SignOut", v.Person, err)
}

// endAll ends every session of a person but one.
func (a *Accounts) endAll(ctx context.Context, person, but string) error {
	var ids []string
	err := a.Records.Sessions.All(ctx, []store.Cond{store.Where("person", person)}, func(s *portal.Session) error {
		if s.ID != but {
			ids = append(ids, s.ID)
		}
		return nil
	})
	for _, id := range ids {
		if e := a.Records.Sessions.Delete(ctx, id, 0); e != nil && !errors.Is(e, store.ErrNotFound) {
			err = errors.Join(err, e)
		}
	}
	return fault("service.Accounts.endAll", person, err)
}

// shortened cuts a text to n characters.
func shortened(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
