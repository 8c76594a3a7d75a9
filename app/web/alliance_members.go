package web

import (
	"context"
	"errors"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) allianceField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "alliance.form.", kind, name, value)
}

// allianceMemberPage is one member with what it has pledged and put in the lists; the zero
// one is a new one.
func (s *site) allianceMemberPage(ctx context.Context, r *request, f service.AllianceFile, m portal.AllianceMember, d service.MemberDraft, version int64) views.Desk {
	say := s.say(r.lang)
	p := s.alliancePage(ctx, r, f, orElse(m.Name, say("alliance.member_new")))
	p.Lead = f.In.Title
	path := membersPath(f.In.ID) + "/" + url.PathEscape(orElse(m.ID, newPart))
	if m.ID != "" {
		p.HeadingLang, p.Summary = r.han(), s.memberFacts(r, m)
	}
	if f.Keep && m.LeftOn == "" {
		form := s.stamped(r, path, "form.save", version, must(s.allianceField(r, "text", "name", d.Name)),
			must(choice(s.allianceField(r, "select", "kind", string(d.Kind)), append([]views.Option{{Text: say("form.choose")}}, options(say, "alliance.kind.", portal.MemberKinds[:])...)...)),
			must(choice(s.allianceField(r, "radios", "role", orElse(string(d.Role), string(portal.MemberOrdinary))), options(say, "alliance.role.", portal.MemberRoles[:])...)),
			must(s.allianceField(r, "date", "joined_on", d.JoinedOn)))
		form.ID = "member"
		p.Sections = append(p.Sections, views.Section{ID: "edit", Title: say("alliance.member_edit"), Forms: []views.Form{*form}})
	}
	if m.ID == "" {
		return p
	}
	p.Sections = append(p.Sections, s.memberPledges(r, f, m))
	if f.In.HasLists() {
		p.Sections = append(p.Sections, s.memberEntries(r, f, m))
	}
	if f.Keep && m.LeftOn == "" {
		leave := s.stamped(r, path+"/leave", "alliance.leave", m.Version, must(s.allianceField(r, "date", "left_on", "")), s.allianceField(r, "text", "left_note", ""))
		leave.ID, leave.Look = "leave", "danger"
		p.Sections = append(p.Sections, views.Section{ID: "leaving", Title: say("alliance.leave"), Note: say("alliance.leave.note"), Forms: []views.Form{*leave}})
	}
	if portal.CanFollowPartnership(r.viewer, f.In) {
		p.Sections = append(p.Sections, s.historySection(r, m.Events))
	}
	return p
}

func (s *site) memberFacts(r *request, m portal.AllianceMember) []views.Fact {
	say := s.say(r.lang)
	form := func(key string) string { return say("alliance.form." + key) }
	facts := []views.Fact{fact(r.hanCell(say, form("name"), m.Name)), fact(views.Cell{Label: form("kind"), Text: say("alliance.kind." + string(m.Kind))}), fact(views.Cell{Label: form("role"), Text: say("alliance.role." + string(m.Role))}),
		fact(cell(say, form("joined_on"), m.JoinedOn))}
	if m.LeftOn != "" {
		facts = append(facts, views.Fact{Cell: views.Cell{Label: form("left_on"), Text: m.LeftOn}, Note: m.LeftNote})
	}
	return facts
}

func (s *site) memberPledges(r *request, f service.AllianceFile, m portal.AllianceMember) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "pledges", Title: say("alliance.pledges")}
	var own []portal.Pledge
	for _, p := range f.Book.Pledges {
		if p.Member == m.ID {
			own = append(own, p)
		}
	}
	if len(own) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.pledges.none")}
	} else {
		sec.Table = s.pledgeTable(r, sec.Title, f, own)
	}
	return sec
}

func (s *site) memberEntries(r *request, f service.AllianceFile, m portal.AllianceMember) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "entries", Title: say("alliance.lists")}
	var own []portal.AllianceEntry
	for _, e := range f.Book.Entries {
		if e.Member == m.ID {
			own = append(own, e)
		}
	}
	if len(own) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.entries.none")}
	} else {
		sec.Table = s.entryTable(r, sec.Title, f, own)
	}
	return sec
}

// allianceMember finds the member of the address; the zero one stands for a new one.
func (s *site) allianceMember(ctx context.Context, r *request) (service.AllianceFile, portal.AllianceMember, error) {
	f, err := s.Services.Alliances.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return f, portal.AllianceMember{}, err
	}
	id := r.Params("member")
	m := f.Member(id)
	switch {
	case id == newPart && !f.Keep:
		err = portal.ErrForbidden
	case id != newPart && m.ID == "":
		err = portal.ErrNotFound
	}
	return f, m, err
}

func memberDraftOf(m portal.AllianceMember) service.MemberDraft {
	return service.MemberDraft{Name: m.Name, Kind: m.Kind, Role: m.Role, JoinedOn: m.JoinedOn}
}

func (s *site) showAllianceMember(ctx context.Context, r *request) error {
	f, m, err := s.allianceMember(ctx, r)
	if err != nil {
		return err
	}
	return s.render(r, "desk", "", s.allianceMemberPage(ctx, r, f, m, memberDraftOf(m), m.Version))
}

func (s *site) saveAllianceMember(ctx context.Context, r *request) (err error) {
	d := service.MemberDraft{Name: r.value("name"), Kind: portal.MemberKind(r.value("kind")), Role: portal.MemberRole(r.value("role")), JoinedOn: r.value("joined_on")}
	if id := r.Params("member"); id == newPart {
		_, err = s.Services.Alliances.Join(ctx, r.viewer, r.Params("id"), d)
	} else {
		_, err = s.Services.Alliances.ChangeMember(ctx, r.viewer, r.Params("id"), id, r.version(), d)
	}
	return s.onAllianceMember(ctx, r, err, &d)
}

func (s *site) leaveAlliance(ctx context.Context, r *request) error {
	_, err := s.Services.Alliances.Leave(ctx, r.viewer, r.Params("id"), r.Params("member"), r.version(), r.value("left_on"), r.value("left_note"))
	return s.onAllianceMember(ctx, r, err, nil)
}

// onAllianceMember goes on from a form of a member's page. d is what was written of the
// member; nil: the form was another.
func (s *site) onAllianceMember(ctx context.Context, r *request, err error, d *service.MemberDraft) error {
	if err == nil {
		return s.done(r, "saved", membersPath(r.Params("id")))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	f, m, failed := s.allianceMember(ctx, r)
	if failed != nil {
		return failed
	}
	if d == nil {
		have := memberDraftOf(m)
		d = &have
	}
	if len(invalid) > 0 {
		p := s.allianceMemberPage(ctx, r, f, m, *d, r.version())
		return s.refused(r, &p, err)
	}
	p := s.allianceMemberPage(ctx, r, f, m, *d, m.Version)
	p.Sections = append([]views.Section{s.theirs(r, s.memberFacts(r, m))}, p.Sections...)
	return s.late(r, p, "conflict.title")
}
