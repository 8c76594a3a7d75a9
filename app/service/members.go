package service

import (
	"context"
	"errors"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// MemberEntry is a member with their person.
type MemberEntry struct {
	portal.Member
	Name, Email string
}

// Members lists the people of an organisation the viewer may see, and the invitations
// that are still open.
func (o *Organisations) Members(ctx context.Context, v portal.Viewer, id string) ([]MemberEntry, []portal.Link, error) {
	org, err := o.Show(ctx, v, id)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]string, len(org.Members))
	for i, m := range org.Members {
		ids[i] = m.Person
	}
	people, err := o.Records.Persons.GetMany(ctx, ids)
	if err != nil {
		return nil, nil, fault("service.Organisations.Members", id, err)
	}
	byID := map[string]portal.Person{}
	for _, p := range people {
		byID[p.ID] = p
	}
	out := make([]MemberEntry, len(org.Members))
	for i, m := range org.Members {
		out[i] = MemberEntry{m, byID[m.Person].Name, byID[m.Person].Email}
	}
	var open []portal.Link
	err = o.Records.Links.All(ctx, []store.Cond{store.Where("organisation", id)}, func(l *portal.Link) error {
		if l.Kind == portal.LinkInvite && l.Open(o.Clock()) {
			open = append(open, *l)
		}
		return nil
	})
	return out, open, fault("service.Organisations.Members", id, err)
}

// Invite sends somebody a link into the viewer's organisation.
func (o *Organisations) Invite(ctx context.Context, v portal.Viewer, email string, role portal.Role) error {
	if !v.CanManage() {
		return portal.ErrForbidden
	}
	var bad portal.Invalid
	email, ok := portal.NormalEmail(email)
	if !ok {
		bad.Add("email", "problem.email")
	}
	org, err := o.Show(ctx, v, v.Organisation)
	if err != nil {
		return err
	}
	known := false
	for _, r := range portal.Roles(org.Kind) {
		known = known || r == role
	}
	if !known {
		bad.Add("role", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	token, err := o.accounts.newLink(ctx, portal.Link{Kind: portal.LinkInvite, Email: email, Organisation: org.ID, Role: role, By: v.Person})
	if err != nil {
		return err
	}
	inviter, err := o.Records.Persons.Get(ctx, v.Person)
	if err != nil {
		return fault("service.Organisations.Invite", "", err)
	}
	return o.post.queue(ctx, email, o.Words(inviter.Language, "mail.invitation.subject", org.Name), inviter.Language, email,
		o.Words(inviter.Language, "mail.invitation.text", inviter.Name, org.Name), "/links/"+token)
}

// Join makes the viewer a member by an invitation. It must have been sent to their own
// address, and they must belong nowhere else.
func (o *Organisations) Join(ctx context.Context, v portal.Viewer, token string) (portal.Organisation, error) {
	if !v.SignedIn() {
		return portal.Organisation{}, portal.ErrForbidden
	}
	l, err := o.accounts.Link(ctx, v, token)
	if err != nil {
		return portal.Organisation{}, err
	}
	p, err := o.Records.Persons.Get(ctx, v.Person)
	if err != nil {
		return portal.Organisation{}, fault("service.Organisations.Join", "", err)
	}
	switch {
	case l.Kind != portal.LinkInvite:
		return portal.Organisation{}, portal.ErrNotFound
	case l.Email != p.Email:
		return portal.Organisation{}, portal.Invalid{{Field: "email", Key: "organisation.other_address", Args: []any{portal.MaskEmail(l.Email)}}}
	case p.Organisation != "" && p.Organisation != l.Organisation:
		return portal.Organisation{}, portal.Invalid{{Field: "organisation", Key: "organisation.elsewhere"}}
	}
	org, err := changed(ctx, o.Rooms, o.Records.Organisations, v, l.Organisation, "organisation.join", func(org *portal.Organisation) error {
		return org.Join(p.ID, l.Role, o.Clock().UTC())
	})
	if err != nil {
		return org, err
	}
	if err := o.belong(ctx, v, p.ID, org.ID, "person.join"); err != nil {
		return org, err
	}
	// Spent last: a portal that stops before lets the same person come again.
	if _, err := o.accounts.use(ctx, token, portal.LinkInvite); err != nil && !errors.Is(err, portal.ErrNotFound) {
		return org, err
	}
	return org, nil
}

// SetRole changes what a member does.
func (o *Organisations) SetRole(ctx context.Context, v portal.Viewer, person string, role portal.Role) error {
	if !v.CanManage() {
		return portal.ErrForbidden
	}
	_, err := changed(ctx, o.Rooms, o.Records.Organisations, v, v.Organisation, "organisation.role", func(org *portal.Organisation) error {
		if org.RoleOf(person) == "" {
			return portal.ErrNotFound
		}
		return org.Join(person, role, o.Clock().UTC())
	})
	return err
}

// Remove ends a membership; the person's sessions see it at their next request. Who may
// manage removes others, and everybody may leave.
func (o *Organisations) Remove(ctx context.Context, v portal.Viewer, person string) error {
	if !v.CanManage() && (person != v.Person || v.Organisation == "") {
		return portal.ErrForbidden
	}
	_, err := changed(ctx, o.Rooms, o.Records.Organisations, v, v.Organisation, "organisation.leave", func(org *portal.Organisation) error {
		if org.RoleOf(person) == "" {
			return portal.ErrNotFound
		}
		return org.Leave(person)
	})
	if err != nil {
		return err
	}
	return o.belong(ctx, v, person, "", "person.leave")
}

// Recall takes an open invitation back.
func (o *Organisations) Recall(ctx context.Context, v portal.Viewer, link string) error {
	if !v.CanManage() {
		return portal.ErrForbidden
	}
	_, err := o.Records.Links.Mutate(ctx, link, func(l *portal.Link) error {
		if l.Kind != portal.LinkInvite || l.Organisation != v.Organisation {
			return portal.ErrNotFound
		}
		l.UsedAt = o.Clock().UTC()
		return nil
	})
	return fault("service.Organisations.Recall", link, err)
}
