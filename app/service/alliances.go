package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Alliances is what the members of vocational groups and alliances do: join, pledge, keep
// their lists.
type Alliances struct {
	Rooms
	outcomes     *Outcomes
	partnerships *Partnerships
}

// AllianceFile is everything its parties, its members and the office know of a group or
// alliance.
type AllianceFile struct {
	In     portal.Partnership
	Self   *portal.AllianceMember // of the viewer; nil: none
	Book   portal.AllianceBook
	Share  portal.ActingShare
	Names  map[string]string      // of organisations that have an account, by id
	Needs  map[string]portal.Need // that talent needs name and everybody may see, by id
	Today  string
	Keep   bool                    // the viewer may take in members and let them go
	May    []portal.AllianceMember // members the viewer may enter something for
	member map[string]portal.AllianceMember
}

// Member is a member by its id.
func (f AllianceFile) Member(id string) portal.AllianceMember { return f.member[id] }

// bookOf reads what is kept of a group or alliance: members by role and name, those that
// left last; pledges by when they are due; entries the latest first.
func bookOf(ctx context.Context, r Rooms, p portal.Partnership) (b portal.AllianceBook, err error) {
	of := store.Where("partnership", p.ID)
	var errs [3]error
	b.Members, errs[0] = collect(ctx, r.Records.AllianceMembers, of)
	b.Pledges, errs[1] = collect(ctx, r.Records.Pledges, of)
	b.Entries, errs[2] = collect(ctx, r.Records.AllianceEntries, of)
	if err := errors.Join(errs[:]...); err != nil {
		return b, err
	}
	slices.SortFunc(b.Members, func(a, b portal.AllianceMember) int {
		roles := portal.MemberRoles[:]
		return cmp.Or(cmp.Compare(a.LeftOn, b.LeftOn), slices.Index(roles, a.Role)-slices.Index(roles, b.Role), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(b.Pledges, func(a, b portal.Pledge) int { return cmp.Or(cmp.Compare(a.DueOn, b.DueOn), cmp.Compare(a.ID, b.ID)) })
	slices.SortFunc(b.Entries, func(a, b portal.AllianceEntry) int {
		return cmp.Or(cmp.Compare(b.AddedOn, a.AddedOn), cmp.Compare(a.ID, b.ID))
	})
	organisations := map[string]bool{}
	for _, m := range b.Members {
		if m.Organisation != "" {
			organisations[m.Organisation] = true
		}
	}
	ids := slices.DeleteFunc(r.Roster.Between(organisations), func(id string) bool { return id == p.ID })
	b.Between, err = r.Records.Partnerships.GetMany(ctx, ids)
	return b, fault("service.bookOf", p.ID, err)
}

// Show returns a group or alliance to its parties, its members and the office.
func (a *Alliances) Show(ctx context.Context, v portal.Viewer, id string) (AllianceFile, error) {
	f := AllianceFile{Today: a.outcomes.today(), member: map[string]portal.AllianceMember{}}
	p, err := a.Records.Partnerships.Get(ctx, id)
	if err == nil && !p.Allied() {
		err = portal.ErrNotFound
	}
	if err != nil {
		return f, fault("service.Alliances.Show", id, err)
	}
	if f.Book, err = bookOf(ctx, a.Rooms, p); err != nil {
		return f, err
	}
	for i, m := range f.Book.Members {
		f.member[m.ID] = m
		if m.Is(v) {
			f.Self = &f.Book.Members[i]
		}
		if portal.CanActFor(v, p, m) {
			f.May = append(f.May, m)
		}
	}
	if !portal.CanSeeAlliance(v, p, f.Self) {
		return AllianceFile{}, fault("service.Alliances.Show", id, portal.ErrNotFound)
	}
	f.In, f.Share, f.Keep = p, f.Book.Share(f.Today), portal.CanKeepAlliance(v, p)
	return f, a.names(ctx, &f)
}

// names finds the accounts of members and the needs of their lists.
func (a *Alliances) names(ctx context.Context, f *AllianceFile) error {
	wanted := map[string]bool{}
	for _, m := range f.Book.Members {
		wanted[m.Organisation] = true
	}
	for _, p := range f.Book.Pledges {
		for _, s := range p.Steps {
			wanted[s.Organisation] = true
		}
	}
	orgs, err := a.Records.Organisations.GetMany(ctx, keys(wanted))
	if err != nil {
		return fault("service.Alliances.names", f.In.ID, err)
	}
	f.Names = make(map[string]string, len(orgs))
	for _, o := range orgs {
		f.Names[o.ID] = o.Name
	}
	f.Needs, err = byID(ctx, a.Records.Needs, f.Book.Entries, func(e portal.AllianceEntry) string { return e.Need })
	for id, n := range f.Needs {
		if !n.OpenAt(a.Clock()) || n.Anonymous {
			delete(f.Needs, id)
		}
	}
	return fault("service.Alliances.names", f.In.ID, err)
}

// Joined is a group or alliance the viewer's organisation is in without being a party.
type Joined struct {
	Member portal.AllianceMember
	In     portal.Partnership
}

// Memberships lists the groups and alliances the viewer's organisation is a member of.
func (a *Alliances) Memberships(ctx context.Context, v portal.Viewer) ([]Joined, error) {
	if v.Organisation == "" {
		return nil, nil
	}
	mine, err := collect(ctx, a.Records.AllianceMembers, store.Where("organisation", v.Organisation))
	if err != nil {
		return nil, err
	}
	mine = slices.DeleteFunc(mine, func(m portal.AllianceMember) bool { return !m.Is(v) })
	of, err := byID(ctx, a.Records.Partnerships, mine, func(m portal.AllianceMember) string { return m.Partnership })
	if err != nil {
		return nil, fault("service.Alliances.Memberships", v.Organisation, err)
	}
	var out []Joined
	for _, m := range mine {
		if p := of[m.Partnership]; portal.CanSeeAlliance(v, p, &m) && !p.Has(v) {
			out = append(out, Joined{m, p})
		}
	}
	slices.SortFunc(out, func(a, b Joined) int { return cmp.Compare(a.In.Title, b.In.Title) })
	return out, nil
}

// longer notes texts that are too long.
func longer(bad *portal.Invalid, field, text string, most int) {
	if utf8.RuneCountInString(text) > most {
		bad.Add(field, "problem.too_long", most)
	}
}
