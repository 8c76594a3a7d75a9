package service

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// MemberDraft is what somebody writes of a member. A college, an enterprise or an institute
// of exactly that name here is that one.
type MemberDraft struct {
	Name     string
	Kind     portal.MemberKind
	Role     portal.MemberRole
	JoinedOn string
}

// keeping is an alliance whose members the viewer may change.
func (a *Alliances) keeping(ctx context.Context, v portal.Viewer, id string) (AllianceFile, error) {
	f, err := a.Show(ctx, v, id)
	if err == nil && !f.Keep {
		err = portal.ErrForbidden
	}
	return f, err
}

// onto takes a draft over into a member and finds its organisation.
func (a *Alliances) onto(ctx context.Context, d MemberDraft, m *portal.AllianceMember, today string) (err error) {
	m.Name, m.Kind, m.Role, m.JoinedOn = strings.TrimSpace(d.Name), d.Kind, d.Role, d.JoinedOn
	var bad portal.Invalid
	longer(&bad, "name", m.Name, titleMost)
	if join(&bad, m.Check(today)); len(bad) > 0 {
		return bad
	}
	m.Organisation = ""
	var id string
	switch m.Kind {
	case portal.MemberCollege:
		if id, err = named(ctx, a.Records.Colleges, store.Where("name", m.Name)); id != "" {
			m.Organisation = portal.CollegeOrganisation(id)
		}
	case portal.MemberEnterprise:
		if id, err = named(ctx, a.Records.Enterprises, store.Where("name", m.Name)); id != "" {
			m.Organisation = portal.EnterpriseOrganisation(id)
		}
	case portal.MemberInstitute:
		m.Organisation, err = named(ctx, a.Records.Organisations, store.Where("name", m.Name), store.Where("kind", portal.OfInstitute))
	}
	return fault("service.Alliances.onto", m.Name, err)
}

// inOnce words that a member of the name is in already.
func inOnce(err error) error {
	if errors.Is(err, portal.ErrDuplicate) {
		return portal.Invalid{{Field: "name", Key: "alliance.member_twice"}}
	}
	return err
}

// Join takes a member in, and tells it where it has an account.
func (a *Alliances) Join(ctx context.Context, v portal.Viewer, id string, d MemberDraft) (portal.AllianceMember, error) {
	f, err := a.keeping(ctx, v, id)
	if err != nil {
		return portal.AllianceMember{}, err
	}
	rec := portal.AllianceMember{}
	if err := a.onto(ctx, d, &rec, f.Today); err != nil {
		return rec, err
	}
	return a.join(ctx, v, f, rec)
}

func (a *Alliances) join(ctx context.Context, v portal.Viewer, f AllianceFile, rec portal.AllianceMember) (portal.AllianceMember, error) {
	if len(f.Book.Members) >= portal.AllianceMembersMost {
		return rec, portal.Invalid{{Field: "name", Key: "alliance.members_full", Args: []any{portal.AllianceMembersMost}}}
	}
	rec.ID, rec.Partnership, rec.Origin = idUnder(f.In), f.In.ID, originOf(f.In, f.Today)
	if err := created(ctx, a.Rooms, a.Records.AllianceMembers, v, "alliance_member.join", &rec); err != nil {
		return rec, inOnce(err)
	}
	err := a.outcomes.moved(ctx, f.In)
	if rec.Organisation != "" && rec.Organisation != v.Organisation {
		err = errors.Join(err, a.partnerships.notices.tellAll(ctx, []string{rec.Organisation}, rec.ID, "alliance.joined", "/desk/partnerships/"+f.In.ID+"/members", f.In.Title))
	}
	return rec, err
}

// Adopt takes in the parties of the partnership that are no members yet, whoever entered it
// as the lead, and returns how many.
func (a *Alliances) Adopt(ctx context.Context, v portal.Viewer, id string) (int, error) {
	f, err := a.keeping(ctx, v, id)
	if err != nil {
		return 0, err
	}
	since := orElse(f.In.Agreement.SignedOn, f.Today)
	n := 0
	for _, side := range []struct {
		kind    portal.MemberKind
		parties []portal.Party
		id      func(string) string
	}{{portal.MemberCollege, f.In.Colleges, portal.CollegeOrganisation}, {portal.MemberEnterprise, f.In.Enterprises, portal.EnterpriseOrganisation},
		{portal.MemberInstitute, f.In.Institutes, func(id string) string { return id }}} {
		for _, party := range side.parties {
			if slices.ContainsFunc(f.Book.Members, func(m portal.AllianceMember) bool { return m.LeftOn == "" && m.Name == party.Name }) {
				continue
			}
			rec := portal.AllianceMember{Name: party.Name, Kind: side.kind, Role: portal.MemberOrdinary, JoinedOn: since}
			if party.ID != "" {
				rec.Organisation = side.id(party.ID)
			}
			if rec.Organisation != "" && rec.Organisation == f.In.By {
				rec.Role = portal.MemberLead
			}
			_, err := a.join(ctx, v, f, rec)
			var there portal.Invalid
			if err != nil && !errors.As(err, &there) {
				return n, err
			}
			if err == nil {
				n++
			}
		}
	}
	return n, nil
}

// ChangeMember changes a member as the person saw it.
func (a *Alliances) ChangeMember(ctx context.Context, v portal.Viewer, id, member string, version int64, d MemberDraft) (portal.AllianceMember, error) {
	return a.changeMember(ctx, v, id, member, version, "alliance_member.change", func(m *portal.AllianceMember, today string) error {
		if m.LeftOn != "" {
			return portal.ErrConflict
		}
		return a.onto(ctx, d, m, today)
	})
}

// Leave notes that a member has left. What it pledged and did stays; what it had not done
// is left open.
func (a *Alliances) Leave(ctx context.Context, v portal.Viewer, id, member string, version int64, day, note string) (portal.AllianceMember, error) {
	note = strings.TrimSpace(note)
	return a.changeMember(ctx, v, id, member, version, "alliance_member.leave", func(m *portal.AllianceMember, today string) error {
		var bad portal.Invalid
		longer(&bad, "left_note", note, reasonMost)
		err := m.Leave(day, note, today)
		if join(&bad, err); len(bad) > 0 {
			return bad
		}
		return err
	})
}

func (a *Alliances) changeMember(ctx context.Context, v portal.Viewer, id, member string, version int64, action string, do func(m *portal.AllianceMember, today string) error) (portal.AllianceMember, error) {
	f, err := a.keeping(ctx, v, id)
	if err != nil {
		return portal.AllianceMember{}, err
	}
	rec, err := changed(ctx, a.Rooms, a.Records.AllianceMembers, v, member, action, func(m *portal.AllianceMember) error {
		switch {
		case m.Partnership != id:
			return portal.ErrNotFound
		case m.Version != version:
			return portal.ErrConflict
		}
		return do(m, f.Today)
	})
	if err != nil {
		return rec, inOnce(err)
	}
	return rec, a.outcomes.moved(ctx, f.In)
}

// AttachCharter keeps a new wording of the charter; those before stay.
func (a *Alliances) AttachCharter(ctx context.Context, v portal.Viewer, id, name string, file io.Reader) (portal.Partnership, error) {
	return a.partnerships.withFile(ctx, v, id, portal.ActCharter, "partnership.charter", "charter", name, file, func(rec *portal.Partnership, at portal.Attachment) error {
		if len(rec.Charter) >= evidenceMost {
			return portal.Invalid{{Field: "charter", Key: "problem.too_many_files", Args: []any{evidenceMost}}}
		}
		rec.Charter = append(rec.Charter, at)
		return nil
	})
}

// Charter opens a wording of the charter.
func (a *Alliances) Charter(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	f, err := a.Show(ctx, v, id)
	if err != nil {
		return nil, portal.Attachment{}, err
	}
	for _, at := range f.In.Charter {
		if at.Blob == blob {
			in, _, err := a.Records.Engine.OpenBlob(ctx, blob)
			return in, at, fault("service.Alliances.Charter", blob, err)
		}
	}
	return nil, portal.Attachment{}, fault("service.Alliances.Charter", blob, portal.ErrNotFound)
}
