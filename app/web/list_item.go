package web

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showItem is one item: what it is, what was done about it, and what the viewer can do now.
func (s *site) showItem(ctx context.Context, r *request) error {
	p, err := s.itemPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) itemPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Lists.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, r.either(f.Title, f.TitleEn))
	if r.lang == english && f.TitleEn == "" {
		p.HeadingLang = r.han()
	}
	p.Kind, p.State, p.Badge = say("list.kind."+string(f.List)), say("list.state."+string(f.State)), badge(say, f.Origin)
	p.Lead = r.either(f.Text, f.TextEn)
	if days := f.OverdueDays(s.Clock()); days > 0 {
		p.Notices = append(p.Notices, say("list.is_late", days, f.Due))
	}
	if f.Supervised != nil {
		p.Notices = append(p.Notices, say("list.is_supervised", day(f.Supervised.At), f.Supervised.Reason))
	}
	if f.Gone {
		p.Notices = append(p.Notices, say("list.unit_gone.note", f.UnitName))
	}
	p.Summary = s.itemFacts(r, f)
	if r.viewer.CanAnalyse() {
		p.Links = []views.Link{{Text: say("list.back"), URL: r.to(listsPath)}}
	}
	p.Sections = append(p.Sections, s.handlingSection(r, f))
	acts, edit, err := s.itemActs(ctx, r, f)
	if err != nil {
		return p, err
	}
	if len(acts.Forms) > 0 || acts.Note != "" {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.historySection(r, f.Events))
	if len(edit.Forms) > 0 {
		p.Sections = append(p.Sections, edit)
	}
	return p, nil
}

func (s *site) itemFacts(r *request, f service.ItemFile) []views.Fact {
	say := s.say(r.lang)
	facts := []views.Fact{fact(s.itemUnit(r, f.ItemEntry)), fact(s.itemDue(r, f.ListItem)), fact(views.Cell{Label: say("list.column.opened"), Text: day(f.Opened)})}
	switch {
	case f.In.ID != "":
		facts = append(facts, fact(linkCell(say("noun.partnership"), r.name(f.In.Title, "", r.to(partnershipPath(f.In.ID))))))
	case f.Partnership != "":
		facts = append(facts, fact(views.Cell{Label: say("noun.partnership"), Text: say("list.partnership_gone"), Muted: true}))
	}
	if f.Clause != "" {
		facts = append(facts, fact(views.Cell{Label: say("list.column.clause"), Text: say("clause." + f.Clause)}))
	}
	from := views.Cell{Label: say("list.source"), Text: say("list.source." + string(f.Source))}
	switch {
	case f.Source == portal.FromMilestone && f.In.ID != "":
		from.URL = r.to(partnershipPath(f.In.ID) + "/milestones/" + url.PathEscape(f.Of))
	case f.Source == portal.FromOutcome && f.In.ID != "":
		from.URL = r.to(outcomePath(f.Of))
	}
	return append(facts, views.Fact{Cell: from, Note: source(say, f.Origin)})
}

// handlingSection is what was done about an item, now and before it was reopened.
func (s *site) handlingSection(r *request, f service.ItemFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "handling", Title: say("list.handling")}
	if f.Handling == nil && len(f.Earlier) == 0 {
		sec.Empty = &views.Empty{Text: say("list.unhandled")}
		return sec
	}
	if h := f.Handling; h != nil {
		who := orElse(f.By, say("list.by_program"))
		if name := f.People[h.By]; name != "" {
			who += " · " + name
		}
		done := views.Cell{Label: say("list.column.done"), Text: settledWords(say, *h)}
		if h.Found == "" {
			done.Lang = r.han()
		}
		sec.Facts = []views.Fact{fact(done), fact(views.Cell{Label: say("list.handled_by"), Text: who}), fact(views.Cell{Label: say("list.handled_at"), Text: moment(h.At)})}
	}
	if f.State == portal.ItemClosed {
		sec.Facts = append(sec.Facts, fact(views.Cell{Label: say("list.closed_by"), Text: orElse(f.People[f.ClosedBy], say("list.office"))}), fact(views.Cell{Label: say("list.closed_at"), Text: moment(f.Since)}))
	}
	for _, h := range f.Earlier {
		sec.Facts = append(sec.Facts, views.Fact{Cell: views.Cell{Label: say("list.earlier", day(h.At)), Text: settledWords(say, h)}})
	}
	for _, a := range f.Evidence() {
		sec.List = append(sec.List, views.Link{Text: a.Name, URL: r.to(listItemPath(f.ID) + "/files/" + a.Blob), Lang: r.han()})
	}
	if len(sec.List) == 0 {
		sec.Note = say("list.no_evidence")
	}
	return sec
}

// itemActs are the forms for what the viewer can do now, and the one to change the item.
func (s *site) itemActs(ctx context.Context, r *request, f service.ItemFile) (acts, edit views.Section, err error) {
	say := s.say(r.lang)
	acts = views.Section{ID: "acts", Title: say("list.acts")}
	edit = views.Section{ID: "editing", Title: say("list.act.edit")}
	if f.State == portal.ItemHandled && portal.CanKeepLists(r.viewer) && !f.Second(r.viewer) {
		acts.Note = say("list.second")
	}
	for _, act := range portal.ItemActs {
		if !f.Can(r.viewer, f.In, act) {
			continue
		}
		form := s.form(r, listItemPath(f.ID)+"/"+string(act), "list.act."+string(act))
		form.ID, form.Title, form.Hidden = string(act), say("list.act."+string(act)), []views.Hidden{{Name: "version", Value: strconv.FormatInt(f.Version, 10)}}
		switch act {
		case portal.ItemHandle:
			done := must(s.listField(r, "area", "done", ""))
			done.Most = portal.ItemTextMost
			form.Fields, form.Upload, form.Submit = []views.Field{done, s.evidenceField(r, "list.form.", "evidence")}, true, say("list.submit")
		case portal.ItemAttach:
			form.Fields, form.Upload, form.Look = []views.Field{must(s.evidenceField(r, "list.form.", "evidence"))}, true, "quiet"
		case portal.ItemClose:
			form.Note = say("list.close_note")
		case portal.ItemEdit:
			if form.Fields, err = s.editFields(ctx, r, f); err != nil {
				return acts, edit, err
			}
			form.Title, form.Submit, form.Look = "", say("form.save"), "quiet"
			form.Hidden = append(form.Hidden, views.Hidden{Name: "about", Value: f.Partnership})
			edit.Forms = []views.Form{*form}
			continue
		default:
			form.Fields, form.Look = []views.Field{must(s.listField(r, "area", "reason", ""))}, "quiet"
		}
		acts.Forms = append(acts.Forms, *form)
	}
	return acts, edit, nil
}

// editFields are what can be changed: of an item of the program its unit and its day, of
// one of the plan its day.
func (s *site) editFields(ctx context.Context, r *request, f service.ItemFile) ([]views.Field, error) {
	units, _, err := s.Services.Lists.Units(ctx, r.viewer)
	if err != nil {
		return nil, err
	}
	var gone []portal.Unit
	if f.Gone {
		gone = []portal.Unit{{Meta: portal.Meta{ID: f.Unit}, Name: f.UnitName}}
	}
	d := service.ItemDraft{List: f.List, Title: f.Title, Text: f.Text, Unit: f.Unit, Due: f.Due, Clause: f.Clause, Partnership: orElse(f.In.Title, f.Partnership)}
	all := s.itemFields(r, d, units, gone...)
	var out []views.Field
	for _, field := range all {
		switch {
		case field.Name == "due" && f.List != portal.DutyList:
			field.Help, field.Required = "", true
			out = append(out, field)
		case f.Source == portal.ByHand, field.Name == "unit" && f.Source != portal.FromPlan:
			out = append(out, field)
		}
	}
	return out, nil
}

// itemActed answers one of the forms of an item's page: back to it, with what is wrong, or
// with the news that somebody was faster, who wrote what beside the person's own words.
func (s *site) itemActed(ctx context.Context, r *request, flash string, err error) error {
	if err == nil {
		return s.done(r, flash, listItemPath(r.Params("id")))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	p, perr := s.itemPage(ctx, r)
	if perr != nil {
		return perr
	}
	if len(invalid) > 0 {
		return s.refused(r, &p, invalid)
	}
	kept := false
	for _, form := range formsOf(&p) {
		if form.ID == r.FormValue("_form") {
			r.refill(form)
			kept = true
		}
	}
	if words := orElse(r.value("done"), r.value("reason")); !kept && words != "" {
		p.Sections = append([]views.Section{{ID: "yours", Title: s.say(r.lang)("list.yours"), Prose: []string{words}}}, p.Sections...)
	}
	return s.late(r, p, "list.moved_on")
}

func (s *site) editItem(ctx context.Context, r *request) error {
	_, err := s.Services.Lists.Edit(ctx, r.viewer, r.Params("id"), r.version(), r.itemDraft())
	return s.itemActed(ctx, r, "saved", err)
}

func (s *site) handleItem(ctx context.Context, r *request) error {
	return s.itemFile(ctx, r, "list_handled", func(name string, file io.Reader) error {
		_, err := s.Services.Lists.Handle(ctx, r.viewer, r.Params("id"), r.version(), r.value("done"), name, file)
		return err
	})
}

func (s *site) attachItem(ctx context.Context, r *request) error {
	return s.itemFile(ctx, r, "saved", func(name string, file io.Reader) error {
		_, err := s.Services.Lists.Attach(ctx, r.viewer, r.Params("id"), r.version(), name, file)
		return err
	})
}

// itemFile acts with the evidence that was sent; nil when none was.
func (s *site) itemFile(ctx context.Context, r *request, flash string, act func(name string, file io.Reader) error) error {
	file, name, err := r.upload("evidence")
	if err == nil && file != nil {
		defer file.Close()
		err = act(name, file)
	} else if err == nil {
		err = act("", nil)
	}
	return s.itemActed(ctx, r, flash, err)
}

func (s *site) closeItem(ctx context.Context, r *request) error {
	_, err := s.Services.Lists.Close(ctx, r.viewer, r.Params("id"), r.version())
	return s.itemActed(ctx, r, "list_closed", err)
}

func (s *site) reopenItem(ctx context.Context, r *request) error {
	_, err := s.Services.Lists.Reopen(ctx, r.viewer, r.Params("id"), r.version(), r.value("reason"))
	return s.itemActed(ctx, r, "saved", err)
}

// superviseItem sets the mark of supervision, or takes it off.
func (s *site) superviseItem(on bool) handler {
	return func(ctx context.Context, r *request) error {
		_, err := s.Services.Lists.Supervise(ctx, r.viewer, r.Params("id"), r.version(), on, r.value("reason"))
		return s.itemActed(ctx, r, "saved", err)
	}
}

func (s *site) showItemFile(ctx context.Context, r *request) error {
	file, a, err := s.Services.Lists.File(ctx, r.viewer, r.Params("id"), r.Params("blob"))
	return sendFile(r, file, a, err)
}
