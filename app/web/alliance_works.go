package web

import (
	"context"
	"net/url"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// memberField asks for which of the members one may enter something for it is.
func (s *site) memberField(r *request, f service.AllianceFile, chosen string) views.Field {
	opts := []views.Option{{Text: s.say(r.lang)("form.choose")}}
	for _, m := range f.May {
		opts = append(opts, views.Option{Value: m.ID, Text: m.Name, Lang: r.han()})
	}
	if chosen == "" && f.Self != nil {
		chosen = f.Self.ID
	}
	return must(choice(s.allianceField(r, "select", "member", chosen), opts...))
}

// listPledges shows what the members have promised, what is due first.
func (s *site) listPledges(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	f, err := s.Services.Alliances.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p := s.alliancePage(ctx, r, f, say("alliance.pledges_of", f.In.Title))
	p.Lead = say("alliance.pledges.lead")
	chosen := portal.PledgeState(r.Query("state"))
	shown := f.Book.Pledges
	if chosen != "" {
		shown = slices.DeleteFunc(slices.Clone(shown), func(one portal.Pledge) bool { return one.State(f.Member(one.Member), f.Today) != chosen })
	}
	for _, state := range portal.PledgeStates {
		p.Figures = append(p.Figures, views.Figure{Label: say("alliance.pledge." + string(state)), Value: itoa(pledgesIn(f, state)), Unit: say("alliance.pledge_unit"), URL: r.to(pledgesPath(f.In.ID) + "?state=" + string(state))})
	}
	sec := views.Section{ID: "pledges", Title: say("alliance.pledge_list", len(shown))}
	if len(f.May) > 0 {
		sec.Actions = []views.Link{{Text: say("alliance.pledge_new"), URL: r.to(pledgesPath(f.In.ID) + "/" + newPart)}}
	}
	if chosen != "" {
		sec.More = &views.Link{Text: say("alliance.pledges_all"), URL: r.to(pledgesPath(f.In.ID))}
	}
	if len(shown) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.pledges.none")}
	} else {
		sec.Table = s.pledgeTable(r, sec.Title, f, paged(r, &p, shown, "state"))
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

func (s *site) pledgeTable(r *request, caption string, f service.AllianceFile, pledges []portal.Pledge) *views.Table {
	say := s.say(r.lang)
	form := func(key string) string { return say("alliance.form." + key) }
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: form("what")}, {Text: form("member")}, {Text: form("due_on")}, {Text: form("percent"), Number: true}, {Text: say("column.state")}}}
	for _, p := range pledges {
		m := f.Member(p.Member)
		t.Rows = append(t.Rows, views.Row{Name: r.name(p.What, "", r.to(pledgesPath(f.In.ID)+"/"+url.PathEscape(p.ID))), Cells: []views.Cell{r.hanCell(say, form("member"), m.Name),
			{Label: form("due_on"), Text: p.DueOn}, {Label: form("percent"), Text: itoa(p.Percent) + "%", Number: true}, {Label: say("column.state"), Text: s.pledgeState(r, f, p)}}})
	}
	return t
}

func (s *site) pledgeState(r *request, f service.AllianceFile, p portal.Pledge) string {
	say := s.say(r.lang)
	state := p.State(f.Member(p.Member), f.Today)
	if state == portal.PledgeDone {
		return say("alliance.pledge.done_on", p.DoneOn)
	}
	return say("alliance.pledge." + string(state))
}

// pledgePage is one pledge with how far it has come; the zero one is a new one.
func (s *site) pledgePage(ctx context.Context, r *request, f service.AllianceFile, one portal.Pledge) views.Desk {
	say := s.say(r.lang)
	p := s.alliancePage(ctx, r, f, orElse(one.What, say("alliance.pledge_new")))
	path := pledgesPath(f.In.ID) + "/" + url.PathEscape(orElse(one.ID, newPart))
	if one.ID == "" {
		p.Lead = f.In.Title
		p.Form = s.form(r, path, "form.save", s.memberField(r, f, r.value("member")), must(s.allianceField(r, "area", "what", r.value("what"))), must(s.allianceField(r, "date", "due_on", r.value("due_on"))))
		return p
	}
	m := f.Member(one.Member)
	p.HeadingLang, p.State = r.han(), s.pledgeState(r, f, one)
	p.Summary = []views.Fact{fact(linkCell(say("alliance.form.member"), r.name(m.Name, "", r.to(memberPath(f, m))))), fact(views.Cell{Label: say("alliance.form.due_on"), Text: one.DueOn}),
		fact(views.Cell{Label: say("alliance.form.percent"), Text: itoa(one.Percent) + "%"}), fact(views.Cell{Label: say("alliance.made_on"), Text: one.MadeOn})}
	if one.DoneOn == "" && portal.CanActFor(r.viewer, f.In, m) {
		advance := s.stamped(r, path, "alliance.advance", one.Version, must(s.allianceField(r, "number", "percent", "")), must(s.allianceField(r, "area", "note", "")))
		advance.ID = "advance"
		p.Sections = append(p.Sections, views.Section{ID: "advance", Title: say("alliance.advance"), Note: say("alliance.advance.note"), Forms: []views.Form{*advance}})
	}
	steps := views.Section{ID: "steps", Title: say("alliance.steps")}
	if len(one.Steps) == 0 {
		steps.Empty = &views.Empty{Text: say("alliance.steps.none")}
	}
	for _, step := range slices.Backward(one.Steps) {
		steps.Timeline = append(steps.Timeline, views.Step{Text: say("alliance.step", step.Percent, orElse(f.Names[step.Organisation], m.Name)), Note: step.Note, When: moment(step.At), Machine: day(step.At), State: "done"})
	}
	p.Sections = append(p.Sections, steps)
	return p
}

// pledgeOf finds the pledge of the address; the zero one stands for a new one.
func (s *site) pledgeOf(ctx context.Context, r *request) (service.AllianceFile, portal.Pledge, error) {
	f, err := s.Services.Alliances.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return f, portal.Pledge{}, err
	}
	id := r.Params("pledge")
	if id == newPart {
		if len(f.May) == 0 {
			err = portal.ErrForbidden
		}
		return f, portal.Pledge{}, err
	}
	at := slices.IndexFunc(f.Book.Pledges, func(p portal.Pledge) bool { return p.ID == id })
	if at < 0 {
		return f, portal.Pledge{}, portal.ErrNotFound
	}
	return f, f.Book.Pledges[at], nil
}

func (s *site) pledgeShown(ctx context.Context, r *request) (views.Desk, error) {
	f, one, err := s.pledgeOf(ctx, r)
	if err != nil {
		return views.Desk{}, err
	}
	return s.pledgePage(ctx, r, f, one), nil
}

func (s *site) showPledge(ctx context.Context, r *request) error {
	p, err := s.pledgeShown(ctx, r)
	return s.shown(r, p, err)
}

// savePledge makes a new pledge, or notes how far one has come.
func (s *site) savePledge(ctx context.Context, r *request) (err error) {
	at := r.Params("pledge")
	next := pledgesPath(r.Params("id"))
	if at == newPart {
		_, err = s.Services.Alliances.Pledge(ctx, r.viewer, r.Params("id"), service.PledgeDraft{Member: r.value("member"), What: r.value("what"), DueOn: r.value("due_on")})
	} else {
		_, err = s.Services.Alliances.Advance(ctx, r.viewer, r.Params("id"), at, r.version(), narrow(r.value("percent")), r.value("note"))
		next += "/" + url.PathEscape(at)
	}
	if err == nil {
		return s.done(r, "saved", next)
	}
	return s.refusedOr(r, err, "partnership.changed", func() (views.Desk, error) { return s.pledgeShown(ctx, r) })
}

// listEntries shows one of the three lists of an alliance.
func (s *site) listEntries(ctx context.Context, r *request) error {
	p, err := s.entriesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) entriesPage(ctx context.Context, r *request) (views.Desk, error) {
	say, list := s.say(r.lang), portal.AllianceList(r.Params("list"))
	f, err := s.Services.Alliances.Show(ctx, r.viewer, r.Params("id"))
	if err == nil && !(f.In.HasLists() && slices.Contains(portal.AllianceLists[:], list)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return views.Desk{}, err
	}
	p := s.alliancePage(ctx, r, f, say("alliance.list_of", say("alliance.list."+string(list)), f.In.Title))
	p.Lead = say("alliance.list." + string(list) + ".lead")
	var all []portal.AllianceEntry
	for _, e := range f.Book.Entries {
		if e.List == list {
			all = append(all, e)
		}
	}
	sec := views.Section{ID: "entries", Title: say("alliance.entry_list", len(all))}
	if len(all) == 0 {
		sec.Empty = &views.Empty{Text: say("alliance.entries.none")}
	} else {
		sec.Table = s.entryTable(r, sec.Title, f, paged(r, &p, all))
	}
	p.Sections = append(p.Sections, sec)
	if len(f.May) == 0 {
		return p, nil
	}
	add, err := s.entryForm(ctx, r, f, list)
	if err != nil {
		return p, err
	}
	p.Sections = append(p.Sections, views.Section{ID: "adding", Title: say("alliance.entry_new"), Forms: []views.Form{*add}})
	if end := s.closeForm(r, f, list, all); end != nil {
		p.Sections = append(p.Sections, views.Section{ID: "closing", Title: say("alliance.closing"), Note: say("alliance.closing.note"), Forms: []views.Form{*end}})
	}
	return p, nil
}

// entryForm asks for a new entry; a talent need may be a published need of its member.
func (s *site) entryForm(ctx context.Context, r *request, f service.AllianceFile, list portal.AllianceList) (*views.Form, error) {
	say := s.say(r.lang)
	add := s.form(r, listPath(f.In.ID, list), "form.save", s.memberField(r, f, ""), must(s.allianceField(r, "text", "title", "")), s.allianceField(r, "area", "text", ""))
	add.ID = "add"
	if list != portal.ListTalent {
		return add, nil
	}
	needs, err := s.Services.Alliances.OpenNeeds(ctx, r.viewer, f)
	if err != nil || len(needs) == 0 {
		return add, err
	}
	opts := []views.Option{{Text: say("alliance.no_need")}}
	for _, n := range needs {
		opts = append(opts, views.Option{Value: n.ID, Text: n.Title, Lang: r.han()})
	}
	add.Fields = append(add.Fields, choice(s.allianceField(r, "select", "need", ""), opts...))
	return add, nil
}

func (s *site) entryTable(r *request, caption string, f service.AllianceFile, entries []portal.AllianceEntry) *views.Table {
	say := s.say(r.lang)
	form := func(key string) string { return say("alliance.form." + key) }
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: form("title")}, {Text: form("member")}, {Text: say("alliance.added_on")}, {Text: say("column.state")}, {Text: form("need")}}}
	for _, e := range entries {
		state := say("alliance.entry." + string(e.State))
		if e.ClosedOn != "" {
			state += " " + e.ClosedOn
		}
		need := views.Cell{Label: form("need"), Text: "—", Muted: true}
		if n, open := f.Needs[e.Need]; open {
			need = linkCell(form("need"), r.name(n.Title, "", r.to("/needs/"+url.PathEscape(n.ID))))
		} else if e.Need != "" {
			need.Text = say("alliance.need_closed")
		}
		m := f.Member(e.Member)
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: e.Title, Lang: r.han()}, Note: e.Text, Cells: []views.Cell{linkCell(form("member"), r.name(m.Name, "", r.to(memberPath(f, m)))),
			{Label: say("alliance.added_on"), Text: e.AddedOn}, {Label: say("column.state"), Text: state}, need}})
	}
	return t
}

// closeForm ends one of the entries that are open, where the viewer may; nil: there is none.
func (s *site) closeForm(r *request, f service.AllianceFile, list portal.AllianceList, entries []portal.AllianceEntry) *views.Form {
	say := s.say(r.lang)
	choose := views.Option{Text: say("form.choose")}
	opts := []views.Option{choose}
	for _, e := range entries {
		if m := f.Member(e.Member); e.State == portal.EntryOpen && (f.Keep || portal.CanActFor(r.viewer, f.In, m)) {
			opts = append(opts, views.Option{Value: e.ID, Text: e.Title + " · " + m.Name, Lang: r.han()})
		}
	}
	if len(opts) == 1 {
		return nil
	}
	form := s.form(r, listPath(f.In.ID, list)+"/close", "alliance.close", must(choice(s.allianceField(r, "select", "entry", ""), opts...)),
		must(choice(s.allianceField(r, "select", "to", ""), append([]views.Option{choose}, options(say, "alliance.entry.", portal.EntryEnds[:])...)...)))
	form.ID, form.Look = "close", "quiet"
	return form
}

func (s *site) addEntry(ctx context.Context, r *request) error {
	list := portal.AllianceList(r.Params("list"))
	_, err := s.Services.Alliances.Add(ctx, r.viewer, r.Params("id"), list, service.EntryDraft{Member: r.value("member"), Title: r.value("title"), Text: r.value("text"), Need: r.value("need")})
	return s.onEntries(ctx, r, err, list)
}

func (s *site) closeEntry(ctx context.Context, r *request) error {
	list := portal.AllianceList(r.Params("list"))
	_, err := s.Services.Alliances.Close(ctx, r.viewer, r.Params("id"), r.value("entry"), portal.EntryState(r.value("to")))
	return s.onEntries(ctx, r, err, list)
}

func (s *site) onEntries(ctx context.Context, r *request, err error, list portal.AllianceList) error {
	if err == nil {
		return s.done(r, "saved", listPath(r.Params("id"), list))
	}
	return s.refusedOr(r, err, "partnership.changed", func() (views.Desk, error) { return s.entriesPage(ctx, r) })
}
