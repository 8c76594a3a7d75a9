package service

import (
	"context"
	"errors"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
)

// spend uses a code of a second factor, or one of its recovery codes; neither works twice.
func spend(f *portal.Factor, code string, a *Accounts) bool {
	if step, ok := (secret.Factor{Secret: f.Secret}).Check(code, a.Clock(), f.Step); ok {
		f.Step = step
		return true
	}
	hash := secret.RecoveryHash(code)
	i := slices.Index(f.Recovery, hash)
	if i < 0 {
		return false
	}
	f.Recovery = slices.Delete(f.Recovery, i, i+1)
	return true
}

// FactorOffer is a second factor that is not in force yet, to be put into an app.
type FactorOffer struct {
	Secret string
	URL    string
	QR     string // d of an SVG path, in modules
	Size   int    // modules of a side
}

// OfferFactor begins the setting up of a second factor: the same offer stands until it is
// confirmed.
func (a *Accounts) OfferFactor(ctx context.Context, v portal.Viewer, issuer string) (FactorOffer, error) {
	if !v.SignedIn() {
		return FactorOffer{}, portal.ErrForbidden
	}
	p, err := a.Records.Persons.Get(ctx, v.Person)
	if err == nil && p.Factor == nil {
		p, err = changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.factor_offer", func(p *portal.Person) error {
			if p.Factor == nil {
				p.Factor = &portal.Factor{Secret: secret.NewFactor().Secret}
			}
			return nil
		})
	}
	if err != nil {
		return FactorOffer{}, fault("service.Accounts.OfferFactor", v.Person, err)
	}
	if p.On() {
		return FactorOffer{}, portal.ErrConflict
	}
	f := secret.Factor{Secret: p.Factor.Secret}
	offer := FactorOffer{Secret: f.Secret, URL: f.URL(issuer, p.Email)}
	offer.QR, offer.Size, err = f.QR(issuer, p.Email)
	return offer, fault("service.Accounts.OfferFactor", v.Person, err)
}

// ConfirmFactor puts a second factor in force by a first code from the app, and returns
// the recovery codes, which are shown this once. The session counts as sure from then on.
func (a *Accounts) ConfirmFactor(ctx context.Context, v portal.Viewer, token, code string) ([]string, error) {
	s, err := a.here(ctx, v, token)
	if err != nil {
		return nil, err
	}
	codes, hashes := secret.RecoveryCodes()
	p, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.factor_on", func(p *portal.Person) error {
		if p.Factor == nil || p.On() {
			return portal.ErrConflict
		}
		if !spend(p.Factor, code, a) {
			return portal.Invalid{{Field: "code", Key: "sign_in.code_refused"}}
		}
		p.Factor.Since, p.Factor.Recovery = a.Clock().UTC(), hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := a.Records.Sessions.Mutate(ctx, s.ID, func(s *portal.Session) error { s.Sure = true; return nil }); err != nil {
		return nil, fault("service.Accounts.ConfirmFactor", v.Person, err)
	}
	return codes, errors.Join(a.endAll(ctx, v.Person, s.ID), a.post.send(ctx, p, "security.factor_on", "/account/factor"))
}

// byCode changes a person who proves themselves by a code of their second factor. Wrong
// codes are counted, wherever they are given.
func (a *Accounts) byCode(ctx context.Context, v portal.Viewer, action, code string, do func(*portal.Person)) (portal.Person, error) {
	key := "code:" + v.Person
	if err := a.barred(ctx, key); err != nil {
		return portal.Person{}, err
	}
	p, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, action, func(p *portal.Person) error {
		if !p.On() || !spend(p.Factor, code, a) {
			return portal.Invalid{{Field: "code", Key: "sign_in.code_refused"}}
		}
		do(p)
		return nil
	})
	var refused portal.Invalid
	if errors.As(err, &refused) {
		err = errors.Join(a.failed(ctx, key), err)
	}
	return p, err
}

// DropFactor ends the second factor, by a code of it. People of the office cannot do
// without.
func (a *Accounts) DropFactor(ctx context.Context, v portal.Viewer, code string) error {
	switch {
	case !v.SignedIn():
		return portal.ErrForbidden
	case v.Of(portal.Office):
		return portal.Invalid{{Field: "code", Key: "factor.office_needs"}}
	}
	p, err := a.byCode(ctx, v, "person.factor_off", code, func(p *portal.Person) { p.Factor = nil })
	if err != nil {
		return err
	}
	return a.post.send(ctx, p, "security.factor_off", "/account/factor")
}

// NewRecovery makes new recovery codes, by a code of the second factor, and returns them
// this once. The ones before are good for nothing any more.
func (a *Accounts) NewRecovery(ctx context.Context, v portal.Viewer, code string) ([]string, error) {
	if !v.SignedIn() {
		return nil, portal.ErrForbidden
	}
	codes, hashes := secret.RecoveryCodes()
	p, err := a.byCode(ctx, v, "person.recovery", code, func(p *portal.Person) { p.Factor.Recovery = hashes })
	if err != nil {
		return nil, err
	}
	return codes, a.post.send(ctx, p, "security.recovery", "/account/factor")
}
