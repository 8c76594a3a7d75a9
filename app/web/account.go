package web

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// accountPart begins a page below the account.
func (s *site) accountPart(ctx context.Context, r *request, part string) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("account."+part))
	p.Crumbs = []views.Link{{Text: say("tab.account"), URL: r.to("/account")}, {Text: p.Heading}}
	p.Lead = say("account." + part + ".lead")
	return p
}

// labelled gives a field words of its own.
func labelled(f views.Field, label string) views.Field {
	f.Label, f.Help = label, ""
	return f
}

// accountPage is what people change of themselves, and the way to the rest.
func (s *site) accountPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	me, err := s.Services.Accounts.Me(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("tab.account"))
	factor := say("account.off")
	if me.On() {
		factor = say("account.on_since", day(me.Factor.Since))
	}
	p.Summary = []views.Fact{fact(views.Cell{Label: say("form.email"), Text: me.Email}), fact(views.Cell{Label: say("account.factor"), Text: factor})}
	for _, part := range []string{"factor", "sessions", "tokens", "mail", "data"} {
		p.Links = append(p.Links, views.Link{Text: say("account." + part), URL: r.to("/account/" + part)})
	}
	profile := s.form(r, "/account", "form.save", filled(must(s.field(r, "text", "person_name", me.Name)), "name"), filled(s.field(r, "tel", "phone", me.Phone), "tel"),
		choice(labelled(s.field(r, "select", "language", orElse(me.Language, chinese)), say("account.language")),
			views.Option{Value: chinese, Text: "中文", Lang: chinese}, views.Option{Value: english, Text: "English", Lang: english}))
	profile.ID = "profile"
	p.Sections = []views.Section{{ID: "about-me", Title: say("account.profile"), Forms: []views.Form{*profile}}}
	if !me.Demo {
		old := labelled(s.field(r, "password", "old_password", ""), say("account.old_password"))
		fresh := s.passwordField(r, "new-password")
		fresh.Label = say("account.new_password")
		f := s.form(r, "/account/password", "account.password.go", filled(must(old), "current-password"), fresh)
		f.ID = "password"
		p.Sections = append(p.Sections, views.Section{ID: "change-password", Title: say("account.password"), Note: say("account.password.note"), Forms: []views.Form{*f}})
	}
	out := s.form(r, "/sign-out", "sign_in.out")
	out.Look = "quiet"
	p.Sections = append(p.Sections, views.Section{ID: "leave", Title: say("sign_in.out"), Forms: []views.Form{*out}})
	return p, nil
}

func (s *site) showAccount(ctx context.Context, r *request) error {
	p, err := s.accountPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) editAccount(ctx context.Context, r *request) error {
	in := service.Profile{Name: r.value("person_name"), Phone: r.value("phone"), Language: r.value("language")}
	return s.accountAct(ctx, r, s.Services.Accounts.SetProfile(ctx, r.viewer, in), "", "saved")
}

func (s *site) changePassword(ctx context.Context, r *request) error {
	err := s.Services.Accounts.SetPassword(ctx, r.viewer, r.token, r.FormValue("old_password"), r.FormValue("password"))
	return s.accountAct(ctx, r, err, "old_password", "password")
}

// accountAct ends a change of the account; field is where somebody is told to wait.
func (s *site) accountAct(ctx context.Context, r *request, err error, field, flash string) error {
	if err == nil {
		return s.done(r, flash, "/account")
	}
	return s.again(r, s.barred(r, err, field), func() (views.Desk, error) { return s.accountPage(ctx, r) })
}

// mailPage asks how every kind of notification goes out by e-mail.
func (s *site) mailPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	me, err := s.Services.Accounts.Me(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.accountPart(ctx, r, "mail")
	p.Form = s.form(r, "/account/mail", "form.save")
	for _, kind := range portal.NotificationKinds {
		f := views.Field{Kind: "radios", Name: kind, Label: say("mail_kind." + kind), Value: string(me.Mail[kind])}
		f = choice(f, options(say, "mail_wish.", portal.MailWishes[:])...)
		for i := range f.Options { // at once is the empty wish, which a form cannot send
			f.Options[i].Value = orElse(f.Options[i].Value, wishNow)
		}
		p.Form.Fields = append(p.Form.Fields, f)
	}
	return p, nil
}

// wishNow is portal.MailNow in a form.
const wishNow = "now"

func (s *site) showMail(ctx context.Context, r *request) error {
	p, err := s.mailPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) changeMail(ctx context.Context, r *request) error {
	wishes := map[string]portal.MailWish{}
	for _, kind := range portal.NotificationKinds {
		if wish := r.value(kind); wish != wishNow {
			wishes[kind] = portal.MailWish(wish)
		}
	}
	if err := s.Services.Accounts.SetMail(ctx, r.viewer, wishes); err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.mailPage(ctx, r) })
	}
	return s.done(r, "saved", "/account/mail")
}
