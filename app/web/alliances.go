package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func membersPath(partnership string) string { return partnershipPath(partnership) + "/members" }
func pledgesPath(partnership string) string { return partnershipPath(partnership) + "/pledges" }
func listPath(partnership string, list portal.AllianceList) string {
	return partnershipPath(partnership) + "/lists/" + string(list)
}

// alliancePage begins a page of a group or alliance, with the ways to its other pages.
func (s *site) alliancePage(ctx context.Context, r *request, f service.AllianceFile, title string) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, title)
	p.Kind, p.Badge = say("mode."+string(f.In.Type)), badge(say, f.In.Origin)
	if portal.CanFollowPartnership(r.viewer, f.In) {
		p.Links = append(p.Links, views.Link{Text: say("partnership.back"), URL: r.to(partnershipPath(f.In.ID))})
	}
	p.Links = append(p.Links, s.allianceLinks(r, f.In)...)
	return p
}

// allianceLinks lead to members, pledges and lists, but not to where one is.
func (s *site) allianceLinks(r *request, in portal.Partnership) []views.Link {
	say := s.say(r.lang)
	ways := []struct{ key, path string }{{"alliance.members", membersPath(in.ID)}, {"alliance.pledges", pledgesPath(in.ID)}}
	if in.HasLists() {
		for _, list := range portal.AllianceLists {
			ways = append(ways, struct{ key, path string }{"alliance.list." + string(list), listPath(in.ID, list)})
		}
	}
	var out []views.Link
	for _, way := range ways {
		if way.path != r.path {
			out = append(out, views.Link{Text: say(way.key), URL: r.to(way.path)})
		}
	}
	return out
}

// listMembers shows the members of a group or alliance, who of them takes a real part, and
// the charter.
func (s *site) listMembers(ctx context.Context, r *request) error {
	p, err := s.membersPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) membersPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Alliances.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.alliancePage(ctx, r, f, say("alliance.members_of", f.In.Title))
	p.Lead = say("alliance.members.lead")
	in := 0
	for _, m := range f.Book.Members {
		if m.LeftOn == "" {
			in++
		}
	}
	p.Figures = []views.Figure{{Label: say("alliance.members"), Value: itoa(in), Unit: say("alliance.unit"), Note: say("alliance.left_count", len(f.Book.Members)-in)}}
	for _, state := range portal.PledgeStates[:3] {
		p.Figures = append(p.Figures, views.Figure{Label: say("alliance.pledge." + string(state)), Value: itoa(pledgesIn(f, state)), Unit: say("alliance.pledge_unit"), URL: r.to(pledgesPath(f.In.ID) + "?state=" + string(state))})
	}
	sec := views.Section{ID: "members", Title: say("alliance.roster", len(f.Book.Members))}
	if f.Keep {
		sec.Actions = []views.Link{{Text: say("alliance.member_new"), URL: r.to(membersPath(f.In.ID) + "/" + newPart)}}
		adopt := s.form(r, membersPath(f.In.ID)+"/adopt", "alliance.adopt")
		adopt.ID, adopt.Look, adopt.Note = "adopt", "quiet", say("alliance.adopt.note")
		if slices.ContainsFunc(slices.Concat(f.In.Colleges, f.In.Enterprises, f.In.Institutes), func(party portal.Party) bool {
			return !slices.ContainsFunc(f.Book.Members, func(m portal.AllianceMember) bool { return m.LeftOn == "" && m.Name == party.Name })
		}) {
			sec.Forms = []views.Form{*adopt}
		}
	}
	if len(f.Book.Members) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.members.none")}
	} else {
		sec.Table = s.memberTable(r, sec.Title, f, paged(r, &p, f.Book.Members))
	}
	p.Sections = append(p.Sections, sec, s.shareSectionOf(r, f), s.charterSection(r, f))
	return p, nil
}

func pledgesIn(f service.AllianceFile, state portal.PledgeState) int {
	n := 0
	for _, p := range f.Book.Pledges {
		if p.State(f.Member(p.Member), f.Today) == state {
			n++
		}
	}
	return n
}

func (s *site) memberTable(r *request, caption string, f service.AllianceFile, members []portal.AllianceMember) *views.Table {
	say := s.say(r.lang)
	form := func(key string) string { return say("alliance.form." + key) }
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: form("name")}, {Text: form("kind")}, {Text: form("role")}, {Text: form("joined_on")}, {Text: say("column.state")}, {Text: say("alliance.account")}}}
	for _, m := range members {
		state := say("alliance.in")
		if m.LeftOn != "" {
			state = say("alliance.left", m.LeftOn)
		}
		account := say("value.no")
		if f.Names[m.Organisation] != "" {
			account = say("value.yes")
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(m.Name, "", r.to(memberPath(f, m))), Note: m.LeftNote, Cells: []views.Cell{{Label: form("kind"), Text: say("alliance.kind." + string(m.Kind))},
			{Label: form("role"), Text: say("alliance.role." + string(m.Role))}, {Label: form("joined_on"), Text: m.JoinedOn}, {Label: say("column.state"), Text: state}, {Label: say("alliance.account"), Text: account}}})
	}
	return t
}

func memberPath(f service.AllianceFile, m portal.AllianceMember) string {
	return membersPath(f.In.ID) + "/" + url.PathEscape(m.ID)
}

// shareSectionOf says how many of the members take a real part, and which, with what shows
// it.
func (s *site) shareSectionOf(r *request, f service.AllianceFile) views.Section {
	say, share := s.say(r.lang), f.Share
	sec := views.Section{ID: "share", Title: say("alliance.share"), Note: say("alliance.share.how", share.From, share.Day)}
	if share.Members() == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.members.none")}
		return sec
	}
	acting, all := portal.Hundredths(len(share.Acting)*100), portal.Hundredths(share.Members()*100)
	sec.Prose = []string{say("alliance.share.is", portal.Percent(acting, all).String(), len(share.Acting), share.Members(), share.Day)}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("alliance.form.name")}, {Text: say("alliance.pledges"), Number: true}, {Text: say("alliance.lists"), Number: true}, {Text: say("alliance.together")}}}
	for _, a := range share.Acting {
		var together []string
		for _, p := range a.Together {
			together = append(together, p.Title)
		}
		shared := tagCell(say, say("alliance.together"), together)
		if len(together) == 0 {
			shared.Text = "—"
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(a.Member.Name, "", r.to(memberPath(f, a.Member))), Cells: []views.Cell{
			{Label: say("alliance.pledges"), Text: itoa(len(a.Pledges)), Number: true}, {Label: say("alliance.lists"), Text: itoa(len(a.Entries)), Number: true}, shared}})
	}
	idle := views.TagGroup{Label: say("alliance.idle", len(share.Idle)), Lang: r.han()}
	for _, m := range share.Idle {
		idle.Tags = append(idle.Tags, m.Name)
	}
	if len(idle.Tags) > 0 {
		sec.Groups = []views.TagGroup{idle}
	}
	return sec
}

// charterSection lists the wordings of the charter, the one in force first.
func (s *site) charterSection(r *request, f service.AllianceFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "charter", Title: say("alliance.charter")}
	if len(f.In.Charter) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.charter.none")}
	}
	for n, a := range slices.Backward(f.In.Charter) {
		key := "alliance.charter.before"
		if n == len(f.In.Charter)-1 {
			key = "alliance.charter.current"
		}
		sec.List = append(sec.List, views.Link{Text: say(key, a.Name, day(a.At)), URL: r.to(membersPath(f.In.ID) + "/charter/" + a.Blob), Lang: r.han()})
	}
	if f.In.Can(r.viewer, portal.ActCharter) {
		up := s.form(r, membersPath(f.In.ID)+"/charter", "agreement.attach", must(s.evidenceField(r, "alliance.form.", "charter")))
		up.ID, up.Upload = "charter", true
		sec.Forms = []views.Form{*up}
	}
	return sec
}

func (s *site) adoptMembers(ctx context.Context, r *request) error {
	if _, err := s.Services.Alliances.Adopt(ctx, r.viewer, r.Params("id")); err != nil {
		return s.refusedOr(r, err, "partnership.changed", func() (views.Desk, error) { return s.membersPage(ctx, r) })
	}
	return s.done(r, "saved", membersPath(r.Params("id")))
}

// refusedOr shows a page again with what is wrong, or with the news that somebody was
// faster.
func (s *site) refusedOr(r *request, err error, message string, page func() (views.Desk, error)) error {
	if !errors.Is(err, portal.ErrConflict) {
		return s.again(r, err, page)
	}
	p, failed := page()
	if failed != nil {
		return failed
	}
	return s.late(r, p, message)
}

func (s *site) attachCharter(ctx context.Context, r *request) error {
	file, name, err := r.upload("charter")
	if err == nil && file == nil {
		err = portal.Invalid{{Field: "charter", Key: "problem.required"}}
	}
	if err == nil {
		defer file.Close()
		_, err = s.Services.Alliances.AttachCharter(ctx, r.viewer, r.Params("id"), name, file)
	}
	if err == nil {
		return s.done(r, "saved", membersPath(r.Params("id"))+"#charter")
	}
	return s.refusedOr(r, err, "partnership.changed", func() (views.Desk, error) { return s.membersPage(ctx, r) })
}

func (s *site) showCharter(ctx context.Context, r *request) error {
	file, a, err := s.Services.Alliances.Charter(ctx, r.viewer, r.Params("id"), r.Params("blob"))
	return sendFile(r, file, a, err)
}

// joinedSection lists the groups and alliances one is a member of without being a party.
func (s *site) joinedSection(ctx context.Context, r *request) (*views.Section, error) {
	say := s.say(r.lang)
	joined, err := s.Services.Alliances.Memberships(ctx, r.viewer)
	if err != nil || len(joined) == 0 {
		return nil, err
	}
	sec := views.Section{ID: "joined", Title: say("alliance.joined"), Note: say("alliance.joined.note")}
	for _, j := range joined {
		sec.List = append(sec.List, r.name(j.In.Title, "", r.to(membersPath(j.In.ID))))
	}
	return &sec, nil
}

// stamped is a form that changes a record as the person saw it.
func (s *site) stamped(r *request, path, submit string, version int64, fields ...views.Field) *views.Form {
	f := s.form(r, path, submit, fields...)
	f.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	return f
}
