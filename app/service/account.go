package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/store"
)

// Me is the viewer's own person.
func (a *Accounts) Me(ctx context.Context, v portal.Viewer) (portal.Person, error) {
	if !v.SignedIn() {
		return portal.Person{}, portal.ErrUnauthenticated
	}
	p, err := a.Records.Persons.Get(ctx, v.Person)
	return p, fault("service.Accounts.Me", v.Person, err)
}

// Profile is what people change of themselves as they like.
type Profile struct{ Name, Phone, Language string }

// languages are those of the site.
var languages = []string{"zh-CN", english}

// SetProfile changes the viewer's name, telephone and language.
func (a *Accounts) SetProfile(ctx context.Context, v portal.Viewer, in Profile) error {
	if !v.SignedIn() {
		return portal.ErrForbidden
	}
	var bad portal.Invalid
	in.Name = strings.TrimSpace(in.Name)
	checkName(&bad, "person_name", in.Name)
	if key := portal.PhoneProblem(in.Phone); key != "" {
		bad.Add("phone", key)
	}
	if !slices.Contains(languages, in.Language) {
		bad.Add("language", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	_, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.edit", func(p *portal.Person) error {
		p.Name, p.Phone, p.Language = in.Name, in.Phone, in.Language
		return nil
	})
	return err
}

// SetPassword changes the viewer's password, which they prove by the old one. All their
// other sessions end.
func (a *Accounts) SetPassword(ctx context.Context, v portal.Viewer, token, old, password string) error {
	s, err := a.here(ctx, v, token)
	if err != nil {
		return err
	}
	p, err := a.Me(ctx, v)
	if err != nil {
		return err
	}
	if err := a.prove(ctx, p, "old_password", old); err != nil {
		return err
	}
	if key := secret.Weak(password, p.Email, p.Name); key != "" {
		return portal.Invalid{{Field: "password", Key: key}}
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return fault("service.Accounts.SetPassword", p.ID, err)
	}
	_, err = changed(ctx, a.Rooms, a.Records.Persons, v, p.ID, "person.password", func(p *portal.Person) error {
		p.Password = hash
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(a.endAll(ctx, p.ID, s.ID), a.post.send(ctx, p, "security.password", "/account/sessions"))
}

// prove asks somebody who is signed in for their password once more. Wrong ones are
// counted as at signing in.
func (a *Accounts) prove(ctx context.Context, p portal.Person, field, password string) error {
	key := "password:" + p.ID
	if err := a.barred(ctx, key); err != nil {
		return err
	}
	ok := false
	if utf8.RuneCountInString(password) <= passwordMost {
		var err error
		if ok, err = a.hasher.Matches(ctx, password, p.Password); err != nil {
			return fault("service.Accounts.prove", p.ID, err)
		}
	}
	if !ok {
		return errors.Join(a.failed(ctx, key), portal.Invalid{{Field: field, Key: "account.password_refused"}})
	}
	return nil
}

// SetMail changes what the viewer is told by e-mail, by kind of notification. Kinds not
// named are told at once.
func (a *Accounts) SetMail(ctx context.Context, v portal.Viewer, wishes map[string]portal.MailWish) error {
	if !v.SignedIn() {
		return portal.ErrForbidden
	}
	kept := map[string]portal.MailWish{}
	var bad portal.Invalid
	for kind, wish := range wishes {
		if !slices.Contains(portal.NotificationKinds[:], kind) || !slices.Contains(portal.MailWishes[:], wish) {
			bad.Add(kind, "problem.required")
		}
		if wish != portal.MailNow {
			kept[kind] = wish
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	_, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.mail", func(p *portal.Person) error {
		p.Mail = kept
		return nil
	})
	return err
}

// here is the session the viewer asks in.
func (a *Accounts) here(ctx context.Context, v portal.Viewer, token string) (portal.Session, error) {
	s, err := a.session(ctx, token)
	if err != nil || s.Person != v.Person {
		return s, fault("service.Accounts.here", v.Person, errors.Join(portal.ErrForbidden, err))
	}
	return s, nil
}

// SessionEntry is one of the viewer's sessions; Here is the one they ask in.
type SessionEntry struct {
	portal.Session
	Here bool
}

// Sessions lists the viewer's sessions, this one first and then the last used.
func (a *Accounts) Sessions(ctx context.Context, v portal.Viewer, token string) ([]SessionEntry, error) {
	here, err := a.here(ctx, v, token)
	if err != nil {
		return nil, err
	}
	out := []SessionEntry{{here, true}}
	err = a.Records.Sessions.All(ctx, []store.Cond{store.Where("person", v.Person)}, func(s *portal.Session) error {
		if s.ID != here.ID && s.ExpiresAt.After(a.Clock()) {
			out = append(out, SessionEntry{*s, false})
		}
		return nil
	})
	slices.SortStableFunc(out[1:], func(a, b SessionEntry) int { return b.Seen.Compare(a.Seen) })
	return out, fault("service.Accounts.Sessions", v.Person, err)
}

// EndSession ends one of the viewer's sessions.
func (a *Accounts) EndSession(ctx context.Context, v portal.Viewer, id string) error {
	s, err := a.Records.Sessions.Get(ctx, id)
	if err == nil && (!v.SignedIn() || s.Person != v.Person) {
		err = portal.ErrNotFound
	}
	if err == nil {
		err = a.Records.Sessions.Delete(ctx, id, 0)
	}
	return fault("service.Accounts.EndSession", v.Person, err)
}

// EndOthers ends all the viewer's sessions but the one they ask in.
func (a *Accounts) EndOthers(ctx context.Context, v portal.Viewer, token string) error {
	s, err := a.here(ctx, v, token)
	if err != nil {
		return err
	}
	return a.endAll(ctx, v.Person, s.ID)
}
