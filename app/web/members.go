package web

import (
	"context"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// memberSections are the people of an organisation, the invitations still open, and the
// forms of those who may change either.
func (s *site) memberSections(ctx context.Context, r *request, org portal.Organisation) ([]views.Section, error) {
	say, v := s.say(r.lang), r.viewer
	members, invited, err := s.Services.Organisations.Members(ctx, v, org.ID)
	if err != nil {
		return nil, err
	}
	t := &views.Table{Caption: say("members.title"), Columns: []views.Column{{Text: say("form.person_name")}, {Text: say("form.email")}, {Text: say("form.role")}, {Text: say("column.since")}}}
	people := views.Section{ID: "members", Title: say("members.title"), Table: t}
	mine := v.Organisation == org.ID && v.CanManage()
	for _, m := range members {
		name := views.Link{Text: m.Name, Lang: r.han()}
		if mine {
			name.URL = r.to("/organisation/members/" + url.PathEscape(m.Person))
		}
		t.Rows = append(t.Rows, views.Row{Name: name, Cells: []views.Cell{{Label: say("form.email"), Text: m.Email}, {Label: say("form.role"), Text: say("role." + string(m.Role))},
			{Label: say("column.since"), Text: day(m.Since)}}})
	}
	out := []views.Section{people}
	if len(invited) > 0 && mine {
		sec := views.Section{ID: "invited", Title: say("members.invited")}
		for _, l := range invited {
			f := s.form(r, "/organisation/invitations/"+l.ID, "members.recall")
			f.Note, f.Look = say("members.invitation", l.Email, say("role."+string(l.Role)), day(l.ExpiresAt)), "quiet"
			sec.Forms = append(sec.Forms, *f)
		}
		out = append(out, sec)
	}
	if mine {
		f := s.form(r, "/organisation/invitations", "members.invite", must(s.field(r, "email", "email", "")), s.roleField(r, org.Kind, portal.Editor))
		f.ID = "invite"
		out = append(out, views.Section{ID: "invite-someone", Title: say("members.invite"), Note: say("members.invite.note"), Forms: []views.Form{*f}})
	}
	return out, nil
}

func (s *site) roleField(r *request, kind portal.OrganisationKind, role portal.Role) views.Field {
	return choice(must(s.field(r, "select", "role", string(role))), options(s.say(r.lang), "role.", portal.Roles(kind))...)
}

func (s *site) invite(ctx context.Context, r *request) error {
	if err := s.Services.Organisations.Invite(ctx, r.viewer, r.value("email"), portal.Role(r.value("role"))); err != nil {
		return s.again(r, err, func() (views.Desk, error) {
			p, _, err := s.organisationPage(ctx, r)
			return p, err
		})
	}
	return s.done(r, "invited", "/organisation")
}

func (s *site) recall(ctx context.Context, r *request) error {
	if err := s.Services.Organisations.Recall(ctx, r.viewer, r.Params("id")); err != nil {
		return err
	}
	return s.done(r, "recalled", "/organisation")
}

// member finds one of the people of the viewer's organisation.
func (s *site) memberPage(ctx context.Context, r *request) (views.Desk, error) {
	say, v := s.say(r.lang), r.viewer
	if !v.CanManage() {
		return views.Desk{}, portal.ErrNotFound
	}
	members, _, err := s.Services.Organisations.Members(ctx, v, v.Organisation)
	if err != nil {
		return views.Desk{}, err
	}
	for _, m := range members {
		if m.Person != r.Params("id") {
			continue
		}
		p := s.deskPage(ctx, r, m.Name)
		p.HeadingLang, p.Lead = r.han(), m.Email
		role := s.form(r, "/organisation/members/"+url.PathEscape(m.Person), "form.save", s.roleField(r, v.Kind, m.Role))
		role.ID = "role"
		out := s.form(r, "/organisation/members/"+url.PathEscape(m.Person)+"/remove", "members.remove")
		out.Look, out.Confirm = "danger", say("members.remove.confirm", m.Name)
		p.Sections = []views.Section{{ID: "role-of", Title: say("form.role"), Forms: []views.Form{*role}}, {ID: "remove", Title: say("members.remove"), Note: say("members.remove.note"), Forms: []views.Form{*out}}}
		return p, nil
	}
	return views.Desk{}, portal.ErrNotFound
}

func (s *site) showMember(ctx context.Context, r *request) error {
	p, err := s.memberPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) changeMember(ctx context.Context, r *request) error {
	return s.memberAct(ctx, r, s.Services.Organisations.SetRole(ctx, r.viewer, r.Params("id"), portal.Role(r.value("role"))))
}

func (s *site) removeMember(ctx context.Context, r *request) error {
	return s.memberAct(ctx, r, s.Services.Organisations.Remove(ctx, r.viewer, r.Params("id")))
}

func (s *site) memberAct(ctx context.Context, r *request, err error) error {
	if err == nil {
		return s.done(r, "saved", "/organisation")
	}
	return s.again(r, err, func() (views.Desk, error) { return s.memberPage(ctx, r) })
}

func (s *site) showDocument(ctx context.Context, r *request) error {
	return s.sendDocument(ctx, r, r.viewer.Organisation)
}

// sendDocument sends a document of an organisation the viewer may see.
func (s *site) sendDocument(ctx context.Context, r *request, organisation string) error {
	file, a, err := s.Services.Organisations.Document(ctx, r.viewer, organisation, r.Params("blob"))
	return sendFile(r, file, a, err)
}
