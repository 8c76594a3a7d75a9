package service

import (
	"context"
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
	s, err := a.session(ctx, token)
	if err != nil || s.Person != v.Person {
		return nil, fault("service.Accounts.ConfirmFactor", v.Person, portal.ErrForbidden)
	}
	codes, hashes := secret.RecoveryCodes()
	_, err = changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.factor_on", func(p *portal.Person) error {
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
	return codes, a.endAll(ctx, v.Person, s.ID)
}

// DropFactor ends the second factor, by a code of it.
func (a *Accounts) DropFactor(ctx context.Context, v portal.Viewer, code string) error {
	if !v.SignedIn() {
		return portal.ErrForbidden
	}
	_, err := changed(ctx, a.Rooms, a.Records.Persons, v, v.Person, "person.factor_off", func(p *portal.Person) error {
		if !p.On() {
			return portal.ErrConflict
		}
		if !spend(p.Factor, code, a) {
			return portal.Invalid{{Field: "code", Key: "sign_in.code_refused"}}
		}
		p.Factor = nil
		return nil
	})
	return err
}
