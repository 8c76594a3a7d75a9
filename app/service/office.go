package service

import (
	"context"
	"errors"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// officeName is the name of the talent office's organisation.
const officeName = "人才办"

// office makes the organisation of the talent office, which every portal has, and returns
// it as it is.
func (a *Accounts) office(ctx context.Context) (portal.Organisation, error) {
	o, err := a.Records.Organisations.Get(ctx, portal.OfficeID)
	if !errors.Is(err, store.ErrNotFound) {
		return o, fault("service.Accounts.office", "", err)
	}
	o = portal.Organisation{Meta: portal.Meta{ID: portal.OfficeID}, Kind: portal.Office, Name: officeName, State: portal.OrganisationVerified,
		Members: []portal.Member{}, Submitted: a.Clock().UTC(), Origin: portal.Origin{Certainty: portal.Verified, Source: officeName}}
	err = created(ctx, a.Rooms, a.Records.Organisations, portal.System, "organisation.register", &o)
	if errors.Is(err, portal.ErrDuplicate) {
		return a.office(ctx)
	}
	return o, err
}

// Administrator makes a person an administrator of the office and returns the path of a
// one-time link by which they choose their password. There is no password before.
func (a *Accounts) Administrator(ctx context.Context, v portal.Viewer, email, name string) (path string, err error) {
	if !v.IsSystem() {
		return "", portal.ErrForbidden
	}
	var bad portal.Invalid
	email, ok := portal.NormalEmail(email)
	if !ok {
		bad.Add("email", "problem.email")
	}
	checkName(&bad, "name", name)
	if err := bad.Err(); err != nil {
		return "", err
	}
	p, err := a.personOf(ctx, email)
	if errors.Is(err, portal.ErrNotFound) {
		p = portal.Person{Meta: portal.Meta{ID: newID()}, Email: email, Name: strings.TrimSpace(name), Organisation: portal.OfficeID}
		err = created(ctx, a.Rooms, a.Records.Persons, v, "person.register", &p)
	}
	if err != nil {
		return "", err
	}
	if p.Organisation != portal.OfficeID {
		return "", portal.Invalid{{Field: "email", Key: "organisation.elsewhere"}}
	}
	if err := a.enlist(ctx, v, p.ID, portal.Administrator); err != nil {
		return "", err
	}
	token, err := a.newLink(ctx, portal.Link{Kind: portal.LinkReset, Person: p.ID, Consents: p.Consent.At.IsZero()})
	return "/links/" + token, err
}

// enlist gives a person a duty at the office.
func (a *Accounts) enlist(ctx context.Context, v portal.Viewer, person string, role portal.Role) error {
	if _, err := a.office(ctx); err != nil {
		return err
	}
	_, err := changed(ctx, a.Rooms, a.Records.Organisations, v, portal.OfficeID, "organisation.join", func(o *portal.Organisation) error {
		return o.Join(person, role, a.Clock().UTC())
	})
	return err
}

// FirstRun returns the path of a one-time link that makes the first administrator; empty
// when there is one already.
func (a *Accounts) FirstRun(ctx context.Context, v portal.Viewer) (string, error) {
	if !v.IsSystem() {
		return "", portal.ErrForbidden
	}
	o, err := a.office(ctx)
	if err != nil || len(o.Members) > 0 {
		return "", err
	}
	token, err := a.newLink(ctx, portal.Link{Kind: portal.LinkFirst})
	return "/links/" + token, err
}

// First makes the first administrator by the link of the first run.
func (a *Accounts) First(ctx context.Context, v portal.Viewer, token string, s SignUp) error {
	l, err := a.Link(ctx, v, token)
	if err != nil || l.Kind != portal.LinkFirst {
		return fault("service.Accounts.First", "", errors.Join(portal.ErrNotFound, err))
	}
	if err := s.check(); err != nil {
		return err
	}
	hash, err := a.hasher.Hash(ctx, s.Password)
	if err != nil {
		return fault("service.Accounts.First", "", err)
	}
	if _, err := a.use(ctx, token, portal.LinkFirst); err != nil {
		return err
	}
	now := a.Clock().UTC()
	p := portal.Person{Meta: portal.Meta{ID: newID()}, Email: s.Email, Name: strings.TrimSpace(s.Name), Phone: s.Phone, Password: hash, Language: s.Language,
		Confirmed: now, Consent: portal.Consent{Version: portal.ConsentVersion, At: now}, Organisation: portal.OfficeID}
	v.Person, v.Organisation = p.ID, portal.OfficeID
	if err := created(ctx, a.Rooms, a.Records.Persons, v, "person.register", &p); err != nil {
		return err
	}
	return a.enlist(ctx, v, p.ID, portal.Administrator)
}

// fictional are the accounts of demo mode: who they are and for whom they act.
var fictional = [...]struct {
	id, name     string
	organisation string
	kind         portal.OrganisationKind
	record       string
	role         portal.Role
}{
	{"demo-person-enterprise", "演示·企业人事", portal.EnterpriseOrganisation("demo-e01"), portal.OfEnterprise, "demo-e01", portal.Owner},
	{"demo-person-college", "演示·校企合作处", portal.CollegeOrganisation("demo-c2"), portal.OfCollege, "demo-c2", portal.Owner},
	{"demo-person-reviewer", "演示·人才办审核", portal.OfficeID, portal.Office, "", portal.Reviewer},
	{"demo-person-administrator", "演示·人才办管理员", portal.OfficeID, portal.Office, "", portal.Administrator},
	{"demo-person-auditor", "演示·人才办审计", portal.OfficeID, portal.Office, "", portal.Auditor},
}

// DemoLink is a one-time link into a fictional account.
type DemoLink struct {
	Name string
	Path string
}

// DemoLinks makes the fictional accounts and a fresh link into each.
func (a *Accounts) DemoLinks(ctx context.Context, v portal.Viewer) ([]DemoLink, error) {
	if !v.IsSystem() {
		return nil, portal.ErrForbidden
	}
	var out []DemoLink
	for _, f := range fictional {
		if f.kind != portal.Office {
			if err := a.fictionalOrganisation(ctx, f.organisation, f.kind, f.record, f.id); err != nil {
				return nil, err
			}
		}
		now := a.Clock().UTC()
		p := portal.Person{Meta: portal.Meta{ID: f.id}, Email: f.id + "@demo.invalid", Name: f.name, Organisation: f.organisation,
			Confirmed: now, Demo: true, Consent: portal.Consent{Version: portal.ConsentVersion, At: now}}
		err := created(ctx, a.Rooms, a.Records.Persons, portal.System, "person.register", &p)
		if err != nil && !errors.Is(err, portal.ErrDuplicate) {
			return nil, err
		}
		if f.kind == portal.Office {
			if err := a.enlist(ctx, portal.System, f.id, f.role); err != nil {
				return nil, err
			}
		}
		token, err := a.newLink(ctx, portal.Link{Kind: portal.LinkSignIn, Person: f.id})
		if err != nil {
			return nil, err
		}
		out = append(out, DemoLink{f.name, "/links/" + token})
	}
	return out, nil
}

// fictionalOrganisation makes the organisation of a fictional college or enterprise.
func (a *Accounts) fictionalOrganisation(ctx context.Context, id string, kind portal.OrganisationKind, record, owner string) error {
	o := portal.Organisation{Meta: portal.Meta{ID: id}, Kind: kind, Record: record, State: portal.OrganisationVerified,
		Contact: portal.Contact{Name: "演示联系人", Phone: "000-0000-0000", Email: owner + "@demo.invalid"},
		Members: []portal.Member{{Person: owner, Role: portal.Owner, Since: a.Clock().UTC()}},
		Origin:  portal.Origin{Certainty: portal.Demo, Source: demoSource}, Submitted: a.Clock().UTC(), Decided: a.Clock().UTC()}
	var err error
	if kind == portal.OfCollege {
		var c portal.College
		c, err = a.Records.Colleges.Get(ctx, record)
		o.Name = c.Name
	} else {
		var e portal.Enterprise
		e, err = a.Records.Enterprises.Get(ctx, record)
		o.Name, o.Enterprise = e.Name, &e
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil // the demonstration data was purged
	}
	if err == nil {
		err = created(ctx, a.Rooms, a.Records.Organisations, portal.System, "organisation.register", &o)
	}
	if errors.Is(err, portal.ErrDuplicate) {
		return nil
	}
	return fault("service.Accounts.fictionalOrganisation", id, err)
}

// purgeAccounts removes the fictional accounts and organisations.
func purgeAccounts(ctx context.Context, rec *store.Records) (int, error) {
	now, err := rec.Engine.Now(ctx)
	if err != nil {
		return 0, err
	}
	total, err := purgeDemo(ctx, rec.Organisations)
	if err != nil {
		return total, err
	}
	for _, f := range fictional {
		if f.kind == portal.Office {
			_, err := rec.Organisations.Mutate(ctx, portal.OfficeID, func(o *portal.Organisation) error {
				o.Members = withoutMember(o.Members, f.id)
				o.Note(portal.AuditEvent{At: now, By: "system", Action: "organisation.purge"})
				return nil
			})
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return total, err
			}
		}
		switch err := rec.Persons.Delete(ctx, f.id, 0); {
		case err == nil:
			total++
		case !errors.Is(err, store.ErrNotFound):
			return total, err
		}
	}
	return total, nil
}

func withoutMember(members []portal.Member, person string) []portal.Member {
	out := []portal.Member{}
	for _, m := range members {
		if m.Person != person {
			out = append(out, m)
		}
	}
	return out
}
