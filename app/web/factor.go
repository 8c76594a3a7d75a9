package web

import (
	"context"
	"errors"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// factorPage sets a second factor up, or manages the one in force.
func (s *site) factorPage(ctx context.Context, r *request) (views.Desk, error) {
	p := s.accountPart(ctx, r, "factor")
	me, err := s.Services.Accounts.Me(ctx, r.viewer)
	if err != nil {
		return p, err
	}
	if me.On() {
		p.Sections = s.factorOn(r, me)
		return p, nil
	}
	p.Sections, err = s.factorOff(ctx, r)
	return p, err
}

func (s *site) codeField(r *request) views.Field {
	return filled(must(s.field(r, "text", "code", "")), "one-time-code")
}

// factorOff offers a second factor: a code for the camera, the same for the keyboard, and
// the form that puts it in force.
func (s *site) factorOff(ctx context.Context, r *request) ([]views.Section, error) {
	say := s.say(r.lang)
	offer, err := s.Services.Accounts.OfferFactor(ctx, r.viewer, say("site.name"))
	if err != nil {
		return nil, err
	}
	f := s.form(r, "/account/factor", "factor.confirm", labelled(s.codeField(r), say("factor.first_code")))
	f.ID = "confirm"
	return []views.Section{
		{ID: "scan", Title: say("factor.scan"), Note: say("factor.scan.note"), QR: &views.QR{Path: offer.QR, Size: offer.Size, Text: say("factor.qr")}},
		{ID: "secret", Title: say("factor.type"), Note: say("factor.type.note"), Code: offer.Secret},
		{ID: "first", Title: say("factor.first"), Forms: []views.Form{*f}},
	}, nil
}

// factorOn is the second factor in force.
func (s *site) factorOn(r *request, me portal.Person) []views.Section {
	say := s.say(r.lang)
	codes := s.form(r, "/account/factor/recovery", "factor.recovery.go", s.codeField(r))
	codes.ID = "recovery"
	out := []views.Section{
		{ID: "state", Title: say("factor.on"), Note: say("account.on_since", day(me.Factor.Since))},
		{ID: "codes", Title: say("factor.recovery"), Note: say("factor.recovery.left", len(me.Factor.Recovery)), Forms: []views.Form{*codes}},
	}
	if r.viewer.Of(portal.Office) {
		return append(out, views.Section{ID: "off", Title: say("factor.off"), Note: say("factor.office_needs")})
	}
	off := s.form(r, "/account/factor/off", "factor.off", s.codeField(r))
	off.ID, off.Look = "switch-off", "danger"
	return append(out, views.Section{ID: "off", Title: say("factor.off"), Note: say("factor.off.note"), Forms: []views.Form{*off}})
}

func (s *site) showFactor(ctx context.Context, r *request) error {
	p, err := s.factorPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) confirmFactor(ctx context.Context, r *request) error {
	codes, err := s.Services.Accounts.ConfirmFactor(ctx, r.viewer, r.token, r.value("code"))
	if errors.Is(err, portal.ErrConflict) { // it is in force already: sent twice
		return s.done(r, "", "/account/factor")
	}
	return s.recoveryCodes(ctx, r, codes, err)
}

func (s *site) newRecovery(ctx context.Context, r *request) error {
	codes, err := s.Services.Accounts.NewRecovery(ctx, r.viewer, r.value("code"))
	return s.recoveryCodes(ctx, r, codes, err)
}

// recoveryCodes shows new recovery codes. They are in this answer alone: after it only
// their hashes are left, so there is nothing to go on to.
func (s *site) recoveryCodes(ctx context.Context, r *request, codes []string, err error) error {
	if err != nil {
		return s.factorRefused(ctx, r, err)
	}
	say := s.say(r.lang)
	p := s.accountPart(ctx, r, "factor")
	p.Lead = say("factor.codes.lead")
	p.Sections = []views.Section{{ID: "codes", Title: say("factor.recovery"), Note: say("factor.codes.note"), Groups: []views.TagGroup{{Label: say("factor.codes"), Tags: codes}},
		Print: true, More: &views.Link{Text: say("factor.codes.kept"), URL: r.to("/account")}}}
	return s.render(r, "desk", "", p)
}

func (s *site) dropFactor(ctx context.Context, r *request) error {
	if err := s.Services.Accounts.DropFactor(ctx, r.viewer, r.value("code")); err != nil {
		return s.factorRefused(ctx, r, err)
	}
	return s.done(r, "factor_off", "/account/factor")
}

func (s *site) factorRefused(ctx context.Context, r *request, err error) error {
	return s.again(r, s.barred(r, err, "code"), func() (views.Desk, error) { return s.factorPage(ctx, r) })
}
