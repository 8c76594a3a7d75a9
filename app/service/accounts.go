package service

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Accounts is how people come to have an account, and into it.
type Accounts struct {
	Rooms
	hasher   *secret.Hasher
	post     *Post
	feedback *Feedback
}

// SignUp is what a person says of themselves to get an account.
type SignUp struct {
	Email, Name, Phone, Password string
	Consent                      bool
	Language                     string
}

// The longest name of a person or organisation, in characters.
const nameMost = 60

func (s *SignUp) check() error {
	var bad portal.Invalid
	var ok bool
	if s.Email, ok = portal.NormalEmail(s.Email); !ok {
		bad.Add("email", "problem.email")
	}
	checkName(&bad, "name", s.Name)
	if key := portal.PhoneProblem(s.Phone); key != "" {
		bad.Add("phone", key)
	}
	if key := secret.Weak(s.Password, s.Email, s.Name); key != "" {
		bad.Add("password", key)
	}
	if !s.Consent {
		bad.Add("consent", "problem.consent")
	}
	return bad.Err()
}

func checkName(bad *portal.Invalid, field, name string) {
	switch n := utf8.RuneCountInString(strings.TrimSpace(name)); {
	case n == 0:
		bad.Add(field, "problem.required")
	case n > nameMost:
		bad.Add(field, "problem.too_long", nameMost)
	}
}

// Register opens an account and sends a link that confirms its address. Whether the
// address has one already is told only to its owner, by e-mail.
func (a *Accounts) Register(ctx context.Context, v portal.Viewer, s SignUp) error {
	if err := s.check(); err != nil {
		return err
	}
	hash, err := a.hasher.Hash(ctx, s.Password)
	if err != nil {
		return fault("service.Accounts.Register", "", err)
	}
	p := portal.Person{Meta: portal.Meta{ID: newID()}, Email: s.Email, Name: strings.TrimSpace(s.Name), Phone: s.Phone,
		Password: hash, Language: s.Language, Consent: portal.Consent{Version: portal.ConsentVersion, At: a.Clock().UTC()}}
	as := v
	as.Person = p.ID
	err = created(ctx, a.Rooms, a.Records.Persons, as, "person.register", &p)
	if errors.Is(err, portal.ErrDuplicate) {
		known, err := a.personOf(ctx, s.Email)
		if err != nil {
			return err
		}
		return a.post.send(ctx, known, "already_registered", "/forgot")
	}
	if err != nil {
		return err
	}
	return a.sendLink(ctx, p, portal.LinkConfirm)
}

// newID is a new id of a record: 26 letters and digits.
func newID() string { return strings.ToLower(rand.Text()) }

// personOf returns the person with an address.
func (a *Accounts) personOf(ctx context.Context, email string) (portal.Person, error) {
	page, err := a.Records.Persons.Find(ctx, store.Query{Where: []store.Cond{store.Where("email", email)}, Limit: 1})
	if err != nil {
		return portal.Person{}, fault("service.Accounts", "email", err)
	}
	if len(page.Items) == 0 || !page.Items[0].Gone.IsZero() {
		return portal.Person{}, fault("service.Accounts", "email", portal.ErrNotFound)
	}
	return page.Items[0], nil
}

// sendLink mails a one-time link to a person.
func (a *Accounts) sendLink(ctx context.Context, p portal.Person, kind portal.LinkKind) error {
	token, err := a.newLink(ctx, portal.Link{Kind: kind, Person: p.ID})
	if err != nil {
		return err
	}
	return a.post.send(ctx, p, string(kind), "/links/"+token)
}

// newLink keeps a link and returns the token in it.
func (a *Accounts) newLink(ctx context.Context, l portal.Link) (token string, err error) {
	token, l.ID = secret.NewToken()
	l.ExpiresAt = a.Clock().UTC().Add(l.Kind.Lasts())
	return token, fault("service.Accounts.newLink", string(l.Kind), a.Records.Links.Insert(ctx, &l))
}

// Link tells what a token still opens; a used, expired or unknown one is not found.
func (a *Accounts) Link(ctx context.Context, _ portal.Viewer, token string) (portal.Link, error) {
	l, err := a.Records.Links.Get(ctx, secret.HashToken(token))
	if err == nil && !l.Open(a.Clock()) {
		err = portal.ErrNotFound
	}
	return l, fault("service.Accounts.Link", "", err)
}

// use spends a link: of several who try at once one succeeds.
func (a *Accounts) use(ctx context.Context, token string, kind portal.LinkKind) (portal.Link, error) {
	l, err := a.Records.Links.Mutate(ctx, secret.HashToken(token), func(l *portal.Link) error {
		if l.Kind != kind || !l.Open(a.Clock()) {
			return portal.ErrNotFound
		}
		l.UsedAt = a.Clock().UTC()
		return nil
	})
	return l, fault("service.Accounts.use", string(kind), err)
}

// Confirm confirms the address a link was sent to.
func (a *Accounts) Confirm(ctx context.Context, v portal.Viewer, token string) error {
	l, err := a.use(ctx, token, portal.LinkConfirm)
	if err != nil {
		return err
	}
	v.Person = l.Person
	_, err = changed(ctx, a.Rooms, a.Records.Persons, v, l.Person, "person.confirm", func(p *portal.Person) error {
		p.Confirmed = a.Clock().UTC()
		return nil
	})
	return err
}

// Forgot sends a link to choose a new password, where the address has an account. The
// caller learns nothing.
func (a *Accounts) Forgot(ctx context.Context, v portal.Viewer, email string) error {
	email, ok := portal.NormalEmail(email)
	if !ok {
		return portal.Invalid{{Field: "email", Key: "problem.email"}}
	}
	if err := a.barred(ctx, "forgot:"+v.From); err != nil {
		return err
	}
	if err := a.failed(ctx, "forgot:"+v.From); err != nil {
		return err
	}
	p, err := a.personOf(ctx, email)
	if errors.Is(err, portal.ErrNotFound) || err == nil && p.Demo {
		return nil
	}
	if err != nil {
		return err
	}
	return a.sendLink(ctx, p, portal.LinkReset)
}

// Reset sets a new password by a link. Every session of the person ends. The address is
// confirmed by it too, and the privacy notice agreed to where the link asks for that.
func (a *Accounts) Reset(ctx context.Context, v portal.Viewer, token, password string, consent bool) error {
	l, err := a.Link(ctx, v, token)
	if err != nil || l.Kind != portal.LinkReset {
		return fault("service.Accounts.Reset", "", errors.Join(portal.ErrNotFound, err))
	}
	p, err := a.Records.Persons.Get(ctx, l.Person)
	if err != nil {
		return fault("service.Accounts.Reset", l.Person, err)
	}
	var bad portal.Invalid
	if key := secret.Weak(password, p.Email, p.Name); key != "" {
		bad.Add("password", key)
	}
	if l.Consents && !consent {
		bad.Add("consent", "problem.consent")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return fault("service.Accounts.Reset", "", err)
	}
	if _, err = a.use(ctx, token, portal.LinkReset); err != nil {
		return err
	}
	v.Person = p.ID
	_, err = changed(ctx, a.Rooms, a.Records.Persons, v, p.ID, "person.reset", func(p *portal.Person) error {
		p.Password = hash
		if l.Consents {
			p.Consent = portal.Consent{Version: portal.ConsentVersion, At: a.Clock().UTC()}
		}
		if p.Confirmed.IsZero() {
			p.Confirmed = a.Clock().UTC()
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.endAll(ctx, p.ID, "")
}

// Barred says that too many tries have failed, and when the next may come.
type Barred struct{ Until time.Time }

func (b *Barred) Error() string {
	return "too many failed tries, until " + b.Until.Format(time.RFC3339)
}

func attemptsID(key string) string { return secret.HashToken(key) }

// barred refuses while an account or address has to wait.
func (a *Accounts) barred(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		at, err := a.Records.Attempts.Get(ctx, attemptsID(key))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fault("service.Accounts.barred", "", err)
		}
		if at.Until.After(a.Clock()) {
			return &Barred{at.Until}
		}
	}
	return nil
}

// failed counts a failure against each key.
func (a *Accounts) failed(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		_, err := a.Records.Attempts.MutateOrInsert(ctx, attemptsID(key), func(at *portal.Attempts) error {
			at.Fail(a.Clock().UTC())
			return nil
		})
		if err != nil {
			return fault("service.Accounts.failed", "", err)
		}
	}
	return nil
}

// KeepShortlist keeps the viewer's shortlist with their account; a visitor's is in the
// browser alone.
func (a *Accounts) KeepShortlist(ctx context.Context, v portal.Viewer, ids []string) error {
	if !v.SignedIn() {
		return nil
	}
	_, err := a.Records.Persons.Mutate(ctx, v.Person, func(p *portal.Person) error {
		p.Shortlist = ids
		return nil
	})
	return fault("service.Accounts.KeepShortlist", v.Person, err)
}
