package web

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// agent is what the browser calls itself.
func (r *request) agent() string { return r.Get(fiber.HeaderUserAgent) }

// passwordField never shows what was typed again.
func (s *site) passwordField(r *request, fill string) views.Field {
	return filled(must(s.field(r, "password", "password", "")), fill)
}

func (s *site) signInPage(r *request, email, next string) views.Desk {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("sign_in.title")), Heading: say("sign_in.title"), Lead: say("sign_in.lead")}
	p.NoIndex = true
	p.Form = s.form(r, "/sign-in", "sign_in.go", filled(must(s.field(r, "email", "email", email)), "username"), s.passwordField(r, "current-password"))
	p.Form.Hidden = []views.Hidden{{Name: "next", Value: next}}
	p.Links = []views.Link{{Text: say("register.title"), URL: r.to("/register") + nextQuery(next)}, {Text: say("forgot.title"), URL: r.to("/forgot")}}
	return p
}

func nextQuery(next string) string {
	if next == "" {
		return ""
	}
	return "?next=" + url.QueryEscape(next)
}

func (s *site) showSignIn(_ context.Context, r *request) error {
	r.Set(fiber.HeaderCacheControl, "no-store")
	if r.viewer.SignedIn() {
		return r.Redirect(localPath(r.Query("next"), r.to("/desk")), fiber.StatusSeeOther)
	}
	return s.render(r, "desk", "", s.signInPage(r, "", localPath(r.Query("next"), "")))
}

func (s *site) signIn(ctx context.Context, r *request) error {
	email, next := r.value("email"), localPath(r.FormValue("next"), "")
	entry, err := s.Services.Accounts.SignIn(ctx, r.viewer, email, r.FormValue("password"), r.agent())
	if err != nil {
		p := s.signInPage(r, email, next)
		return s.refused(r, &p, s.barred(r, err, "password"))
	}
	return s.enter(ctx, r, entry, next)
}

// barred words how long somebody has to wait.
func (s *site) barred(r *request, err error, field string) error {
	var barred *service.Barred
	if !errors.As(err, &barred) {
		return err
	}
	wait := max(barred.Until.Sub(s.Clock()).Round(time.Second), time.Second)
	r.Set(fiber.HeaderRetryAfter, itoa(int(wait.Seconds())))
	return portal.Invalid{{Field: field, Key: "sign_in.barred", Args: []any{int(wait.Seconds())}}}
}

// enter keeps the session and goes where the person wanted to, by way of the second
// factor where they have one.
func (s *site) enter(ctx context.Context, r *request, entry service.Entry, next string) error {
	s.keepSession(r, entry.Token)
	if entry.Waiting {
		return r.Redirect(r.to("/sign-in/code")+nextQuery(next), fiber.StatusSeeOther)
	}
	if err := s.joinShortlist(ctx, r, entry.Person); err != nil {
		return err
	}
	return r.Redirect(localPath(next, r.to("/desk")), fiber.StatusSeeOther)
}

func (s *site) codePage(r *request, next string) views.Desk {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("code.title")), Heading: say("code.title"), Lead: say("code.lead")}
	p.NoIndex = true
	p.Form = s.form(r, "/sign-in/code", "sign_in.go", filled(must(s.field(r, "text", "code", "")), "one-time-code"))
	p.Form.Hidden = []views.Hidden{{Name: "next", Value: next}}
	return p
}

func (s *site) showCode(_ context.Context, r *request) error {
	if !r.waiting {
		return r.Redirect(r.to("/sign-in"), fiber.StatusSeeOther)
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return s.render(r, "desk", "", s.codePage(r, localPath(r.Query("next"), "")))
}

func (s *site) giveCode(ctx context.Context, r *request) error {
	next := localPath(r.FormValue("next"), "")
	entry, err := s.Services.Accounts.Code(ctx, r.viewer, r.token, r.value("code"), r.agent())
	if errors.Is(err, portal.ErrNotFound) { // the session has ended meanwhile
		return r.Redirect(r.to("/sign-in")+nextQuery(next), fiber.StatusSeeOther)
	}
	if err != nil {
		p := s.codePage(r, next)
		return s.refused(r, &p, s.barred(r, err, "code"))
	}
	return s.enter(ctx, r, entry, next)
}

func (s *site) signOut(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.SignOut(ctx, r.viewer, r.token); err != nil {
		return err
	}
	s.dropSession(r)
	s.keepShortlist(r, nil)
	return s.done(r, "signed_out", "/")
}

func (s *site) registerPage(r *request, title, path string, in service.SignUp) views.Desk {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say(title)), Heading: say(title), Lead: say(title + ".lead")}
	p.NoIndex = true
	p.Form = s.form(r, path, "register.go", filled(must(s.field(r, "email", "email", in.Email)), "email"), filled(must(s.field(r, "text", "person_name", in.Name)), "name"),
		filled(s.field(r, "tel", "phone", in.Phone), "tel"), s.passwordField(r, "new-password"),
		ticked(s.field(r, "tick", "consent", ""), in.Consent))
	p.Links = []views.Link{{Text: say("nav.privacy"), URL: r.to("/privacy")}}
	return p
}

func (s *site) signUp(r *request) service.SignUp {
	return service.SignUp{Email: r.value("email"), Name: r.value("person_name"), Phone: r.value("phone"), Password: r.FormValue("password"),
		Consent: r.FormValue("consent") != "", Language: r.lang}
}

func (s *site) showRegister(_ context.Context, r *request) error {
	if r.viewer.SignedIn() {
		return r.Redirect(r.to("/desk"), fiber.StatusSeeOther)
	}
	return s.render(r, "desk", "", s.registerPage(r, "register.title", "/register", service.SignUp{}))
}

func (s *site) register(ctx context.Context, r *request) error {
	in := s.signUp(r)
	if err := s.Services.Accounts.Register(ctx, r.viewer, in); err != nil {
		p := s.registerPage(r, "register.title", "/register", in)
		return s.refused(r, &p, err)
	}
	return r.Redirect(r.to("/check-mail"), fiber.StatusSeeOther)
}

// checkMail says that a message is on its way. In demo mode nothing is really sent: the
// latest messages are shown instead.
func (s *site) checkMail(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	r.Set(fiber.HeaderCacheControl, "no-store")
	p := views.Desk{Page: s.page(r, say("check_mail.title")), Heading: say("check_mail.title"), Lead: say("check_mail.lead")}
	p.NoIndex = true
	if s.Demo {
		p.Links = []views.Link{{Text: say("check_mail.demo"), URL: r.to("/demo/mail")}}
	}
	return s.render(r, "desk", "", p)
}

func (s *site) forgotPage(r *request, email string) views.Desk {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("forgot.title")), Heading: say("forgot.title"), Lead: say("forgot.lead")}
	p.NoIndex = true
	p.Form = s.form(r, "/forgot", "forgot.go", filled(must(s.field(r, "email", "email", email)), "username"))
	return p
}

func (s *site) showForgot(_ context.Context, r *request) error {
	return s.render(r, "desk", "", s.forgotPage(r, ""))
}

func (s *site) forgot(ctx context.Context, r *request) error {
	email := r.value("email")
	if err := s.Services.Accounts.Forgot(ctx, r.viewer, email); err != nil {
		p := s.forgotPage(r, email)
		return s.refused(r, &p, s.barred(r, err, "email"))
	}
	return r.Redirect(r.to("/check-mail"), fiber.StatusSeeOther)
}
