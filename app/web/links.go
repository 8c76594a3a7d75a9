package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/app/service"
	"liangcheng/views"
)

// linkPage shows what a one-time link will do. Nothing is done by looking: programs that
// check mails for bad links open them too.
func (s *site) linkPage(ctx context.Context, r *request, l portal.Link) (views.Desk, error) {
	say, path := s.say(r.lang), "/links/"+r.Params("token")
	key := "link." + string(l.Kind)
	if l.Kind == portal.LinkFirst {
		return s.registerPage(r, "first.title", path, s.signUp(r)), nil
	}
	p := views.Desk{Page: s.page(r, say(key+".title")), Heading: say(key + ".title"), Lead: say(key + ".lead")}
	p.NoIndex = true
	p.Form = s.form(r, path, key+".go")
	switch l.Kind {
	case portal.LinkReset:
		p.Form.Fields = []views.Field{s.passwordField(r, "new-password")}
		if l.Consents {
			p.Form.Fields = append(p.Form.Fields, ticked(s.field(r, "tick", "consent", ""), r.FormValue("consent") != ""))
		}
	case portal.LinkInvite:
		name, err := s.Services.Organisations.Named(ctx, l.Organisation)
		if err != nil {
			return p, err
		}
		p.Heading, p.Lead = say("link.invitation.heading", name), say("link.invitation.lead", say("role."+string(l.Role)))
		if !r.viewer.SignedIn() {
			next := nextQuery(r.to(path))
			p.Form = nil
			p.Lead = say("link.invitation.sign_in")
			p.Links = []views.Link{{Text: say("sign_in.title"), URL: r.to("/sign-in") + next}, {Text: say("register.title"), URL: r.to("/register") + next}}
		}
	}
	return p, nil
}

// link finds the link of the address; one that is used up, ended or made up gets a page
// that says what to do.
func (s *site) link(ctx context.Context, r *request) (portal.Link, bool, error) {
	r.Set(fiber.HeaderCacheControl, "no-store")
	r.Set("Referrer-Policy", "no-referrer") // the address is a secret
	l, err := s.Services.Accounts.Link(ctx, r.viewer, r.Params("token"))
	if errors.Is(err, portal.ErrNotFound) {
		return l, false, s.deadLink(r)
	}
	return l, err == nil, err
}

func (s *site) deadLink(r *request) error {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("link.dead.title")), Heading: say("link.dead.title"), Lead: say("link.dead.lead")}
	p.NoIndex, p.Failed = true, true
	p.Links = []views.Link{{Text: say("sign_in.title"), URL: r.to("/sign-in")}, {Text: say("forgot.title"), URL: r.to("/forgot")}}
	r.Status(fiber.StatusNotFound)
	return s.render(r, "desk", "", p)
}

func (s *site) showLink(ctx context.Context, r *request) error {
	l, ok, err := s.link(ctx, r)
	if !ok {
		return err
	}
	p, err := s.linkPage(ctx, r, l)
	return s.shown(r, p, err)
}

// useLink does what the link is for.
func (s *site) useLink(ctx context.Context, r *request) error {
	l, ok, err := s.link(ctx, r)
	if !ok {
		return err
	}
	token, accounts := r.Params("token"), s.Services.Accounts
	next, flash := "/sign-in", ""
	switch l.Kind {
	case portal.LinkConfirm:
		err, flash = accounts.Confirm(ctx, r.viewer, token), "confirmed"
	case portal.LinkReset:
		err, flash = accounts.Reset(ctx, r.viewer, token, r.FormValue("password"), r.FormValue("consent") != ""), "reset"
	case portal.LinkFirst:
		err, flash = accounts.First(ctx, r.viewer, token, s.signUp(r)), "registered"
	case portal.LinkSignIn:
		var entry service.Entry
		if entry, err = accounts.SignInByLink(ctx, r.viewer, token, r.agent()); err == nil {
			return s.enter(ctx, r, entry, "")
		}
	case portal.LinkInvite:
		if !secret.SameToken(r.FormValue("_token"), r.formToken()) {
			return errForeignForm
		}
		next, flash = "/organisation", "joined"
		_, err = s.Services.Organisations.Join(ctx, r.viewer, token)
	}
	if errors.Is(err, portal.ErrNotFound) {
		return s.deadLink(r)
	}
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.linkPage(ctx, r, l) })
	}
	return s.done(r, flash, next)
}
