package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// shareSection leads those who open or ask for resources to where that is done; nil for
// others.
func (s *site) shareSection(r *request) *views.Section {
	say, v := s.say(r.lang), r.viewer
	if !v.Of(portal.OfSchool) && !v.Of(portal.OfInstitute) {
		return nil // the desks of the others begin with what they came for
	}
	sec := &views.Section{ID: "resources", Title: say("tab.desk.resources"), Note: say("resource.desk." + string(v.Kind)),
		Actions: []views.Link{{Text: say("resource.find"), URL: r.to("/resources?open_to=" + string(v.Kind))}, {Text: say("booking.mine"), URL: r.to("/desk/bookings?box=sent")}}}
	if portal.CanKeepResources(v) {
		sec.Actions = append(sec.Actions, views.Link{Text: say("resource.new"), URL: r.to("/desk/resources/new")})
	}
	return sec
}

// listDeskResources shows an organisation its own resources.
func (s *site) listDeskResources(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	counts, err := s.Services.Resources.Counts(ctx, r.viewer)
	if err != nil {
		return err
	}
	state := portal.ResourceState(r.Query("state"))
	if state == "" {
		state = portal.ResourceOpen
		for _, st := range portal.ResourceStates { // the first there is something to see of
			if counts[st] > 0 {
				state = st
				break
			}
		}
	}
	if !slices.Contains(portal.ResourceStates[:], state) {
		return portal.ErrNotFound
	}
	p := s.deskPage(ctx, r, say("tab.desk.resources"))
	if r.viewer.CanEdit() && !r.viewer.CanSpeak() {
		p.Notices = append(p.Notices, say("resource.unverified"))
	}
	for _, st := range portal.ResourceStates {
		p.Figures = append(p.Figures, views.Figure{Label: say("resource.state." + string(st)), Value: itoa(counts[st]), Unit: say("resource.unit"),
			URL: r.to("/desk/resources?state=" + string(st))})
	}
	const perPage = 50
	page, err := s.Services.Resources.Mine(ctx, r.viewer, state, r.Query("after"), perPage)
	if err != nil {
		return err
	}
	sec := views.Section{ID: "resources", Title: say("resource.state." + string(state))}
	if portal.CanKeepResources(r.viewer) {
		sec.Actions = []views.Link{{Text: say("resource.new"), URL: r.to("/desk/resources/new")}}
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("resource.none")}
	} else {
		sec.Table = s.ownResourceTable(r, sec.Title, page.Items)
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to("/desk/resources") + "?state=" + string(state) + "&after=" + url.QueryEscape(page.Next)}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// ownResourceTable lists resources for those whose they are.
func (s *site) ownResourceTable(r *request, caption string, all []portal.Resource) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.resource_kind")}, {Text: say("column.capacity"), Number: true},
		{Text: say("column.open_to")}, {Text: say("resource.booked"), Number: true}, {Text: say("need.changed")}}}
	for _, res := range all {
		booked := 0
		for _, slot := range res.Booked {
			if slot.To.After(s.Clock()) {
				booked++
			}
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(res.Name, "", r.to("/desk/resources/"+url.PathEscape(res.ID))), Note: cutText(res.Text), Badge: badge(say, res.Origin),
			Cells: []views.Cell{{Label: say("column.resource_kind"), Text: say("resource.kind." + string(res.Kind))}, capacityCell(say, res.Capacity),
				tagCell(say, say("column.open_to"), translated(say, "open_to.", res.OpenTo)), {Label: say("resource.booked"), Text: itoa(booked), Number: true},
				{Label: say("need.changed"), Text: moment(res.ChangedAt)}}})
	}
	return t
}

// deskResourcePage is everything about one resource for those whose it is, and for the
// office.
func (s *site) deskResourcePage(ctx context.Context, r *request) (views.Desk, portal.Resource, error) {
	say := s.say(r.lang)
	rec, err := s.Services.Resources.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, rec, err
	}
	e, err := s.Services.Resources.Show(ctx, r.viewer, rec.ID)
	if err != nil {
		return views.Desk{}, rec, err
	}
	p := s.deskPage(ctx, r, rec.Name)
	p.HeadingLang, p.Kind, p.State, p.Badge, p.Lead = r.han(), say("noun.resource"), say("resource.state."+string(rec.State)), badge(say, rec.Origin), rec.Text
	p.Summary = s.resourceFacts(r, e)
	if rec.Withheld {
		p.Notices = append(p.Notices, say("resource.withheld"))
	}
	if portal.CanKeepResources(r.viewer) && !r.viewer.CanSpeak() {
		p.Notices = append(p.Notices, say("resource.unverified"))
	}
	if rec.Public() {
		p.Links = append(p.Links, views.Link{Text: say("need.public_page"), URL: r.to("/resources/" + url.PathEscape(rec.ID))})
	}
	if acts := s.resourceActs(r, rec); len(acts.Forms)+len(acts.Actions) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.slotSection(r, rec), s.historySection(r, rec.Events))
	return p, rec, nil
}

// resourceActs are the forms for what can be done with the resource now.
func (s *site) resourceActs(r *request, rec portal.Resource) views.Section {
	say, path := s.say(r.lang), "/desk/resources/"+url.PathEscape(rec.ID)
	sec := views.Section{ID: "acts", Title: say("need.acts")}
	if rec.CanAct(r.viewer, portal.ActEdit) {
		sec.Actions = []views.Link{{Text: say("resource.edit"), URL: r.to(path + "/edit")}}
	}
	for _, act := range []portal.ResourceAct{portal.ActOpen, portal.ActReopen, portal.ActPause, portal.ActRetire} {
		if !rec.CanAct(r.viewer, act) {
			continue
		}
		f := s.form(r, path+"/"+string(act), "resource."+string(act))
		f.ID = string(act)
		switch act {
		case portal.ActPause:
			f.Look = "quiet"
		case portal.ActRetire:
			f.Look, f.Confirm = "danger", say("resource.withdraw.confirm")
		}
		sec.Forms = append(sec.Forms, *f)
	}
	return sec
}

// slotSection lists the times that accepted requests hold.
func (s *site) slotSection(r *request, rec portal.Resource) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "booked", Title: say("resource.booked"), Actions: []views.Link{{Text: say("booking.received"), URL: r.to("/desk/bookings")}}}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("booking.time")}, {Text: say("booking.form.people"), Number: true}}}
	for _, slot := range rec.Booked {
		if slot.To.After(s.Clock()) {
			t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: period(slot.From, slot.To), URL: r.to("/desk/bookings/" + slot.Booking)},
				Cells: []views.Cell{{Label: say("booking.form.people"), Text: say("need.persons", slot.People), Number: true}}})
		}
	}
	if sec.Table = t; len(t.Rows) == 0 {
		sec.Table, sec.Empty = nil, &views.Empty{Text: say("resource.booked.none")}
	}
	return sec
}

func (s *site) showDeskResource(ctx context.Context, r *request) error {
	p, _, err := s.deskResourcePage(ctx, r)
	return s.shown(r, p, err)
}

// actOnResource makes the handler of an act that changes where a resource stands: back to
// its page, with the news where somebody was faster. A draft that lacks something goes
// back to its form.
func (s *site) actOnResource(act portal.ResourceAct) handler {
	return func(ctx context.Context, r *request) error {
		rec, err := s.Services.Resources.Act(ctx, r.viewer, r.Params("id"), act)
		var invalid portal.Invalid
		switch {
		case err == nil:
			return s.done(r, "resource_"+string(act), "/desk/resources/"+url.PathEscape(rec.ID))
		case errors.As(err, &invalid) && rec.CanAct(r.viewer, portal.ActEdit):
			p := s.resourceFormPage(ctx, r, rec, resourceInputOf(rec), rec.Version)
			return s.lacking(r, &p, invalid)
		case errors.Is(err, portal.ErrConflict):
			p, _, perr := s.deskResourcePage(ctx, r)
			if perr != nil {
				return perr
			}
			return s.late(r, p, "resource.moved_on")
		}
		return err
	}
}

// resourceInput is a resource as it was typed, and as the service takes it.
type resourceInput struct {
	draft    service.ResourceDraft
	capacity string
	bad      portal.Invalid
}

func (r *request) resourceInput() resourceInput {
	in := resourceInput{capacity: r.value("capacity")}
	in.draft = service.ResourceDraft{Kind: portal.ResourceKind(r.value("kind")), Name: r.value("name"), Text: r.value("text"), Related: lines(r.value("related")),
		Capacity: wholeNumber(&in.bad, "capacity", in.capacity, "人"), Hours: r.value("hours"), Charge: portal.Charge(r.value("charge")), Terms: r.value("terms"),
		District: portal.District(r.value("district")), Address: r.value("address"), SharedUse: r.FormValue("shared_use") != ""}
	for _, kind := range r.values("open_to") {
		in.draft.OpenTo = append(in.draft.OpenTo, portal.OrganisationKind(kind))
	}
	return in
}

func resourceInputOf(rec portal.Resource) resourceInput {
	return resourceInput{draft: service.ResourceDraftOf(rec), capacity: typed(rec.Capacity)}
}

// resourceFormPage is the page of a new resource or of one that is edited. rec is the
// stored one, of a new one its zero value.
func (s *site) resourceFormPage(ctx context.Context, r *request, rec portal.Resource, in resourceInput, version int64) views.Desk {
	say, d := s.say(r.lang), in.draft
	field := func(kind, name, value string) views.Field {
		return s.fieldOf(r, "resource.form.", kind, name, value)
	}
	chosen := func(prefix string, values []string) []views.Option {
		return append([]views.Option{{Text: say("form.choose")}}, options(say, prefix, values)...)
	}
	text := field("area", "text", d.Text)
	text.Most, text.Lang = 2000, r.han()
	fields := []views.Field{must(choice(field("select", "kind", string(d.Kind)), chosen("resource.kind.", strs(portal.ResourceKinds[:]))...)),
		must(field("text", "name", d.Name)), text, field("text", "hours", d.Hours), field("number", "capacity", in.capacity),
		ticked(field("tick", "shared_use", ""), d.SharedUse),
		several(field("checks", "open_to", ""), strs(d.OpenTo), options(say, "open_to.", portal.ResourceUsers[:])...),
		choice(field("select", "charge", string(d.Charge)), chosen("charge.", strs(portal.Charges[:]))...), field("area", "terms", d.Terms),
		choice(field("select", "district", string(d.District)), s.districtOptions(r)...), field("text", "address", d.Address),
		field("text", "related", strings.Join(d.Related, "；"))}
	p, path := s.deskPage(ctx, r, say("resource.new")), "/desk/resources/new"
	if p.Lead = say("resource.new.lead"); rec.ID != "" {
		p.Heading, p.Title, p.Lead, path = say("resource.edit"), say("resource.edit"), rec.Name, "/desk/resources/"+url.PathEscape(rec.ID)+"/edit"
		p.State = say("resource.state." + string(rec.State))
	}
	if !r.viewer.CanSpeak() {
		p.Notices = append(p.Notices, say("resource.unverified"))
	}
	p.Form = s.form(r, path, "need.save_draft", fields...)
	p.Form.Name, p.Form.Hidden = "save", []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	switch {
	case rec.ID != "" && rec.State != portal.ResourceDraft:
		p.Form.Submit = say("form.save")
	case r.viewer.CanSpeak():
		p.Form.More = []views.Button{{Text: say("resource.open"), Name: "do", Value: "open"}}
	}
	return p
}

func (s *site) showNewResource(ctx context.Context, r *request) error {
	if !portal.CanKeepResources(r.viewer) {
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.resourceFormPage(ctx, r, portal.Resource{}, resourceInput{}, 0))
}

func resourceFlash(opened bool) string {
	if opened {
		return "resource_open"
	}
	return "saved"
}

// newResource keeps a draft or opens it at once: the button says which.
func (s *site) newResource(ctx context.Context, r *request) error {
	if !portal.CanKeepResources(r.viewer) {
		return portal.ErrForbidden
	}
	in, open := r.resourceInput(), r.value("do") == "open"
	err := in.bad.Err()
	var rec portal.Resource
	if err == nil {
		rec, err = s.Services.Resources.Draft(ctx, r.viewer, in.draft, open)
	}
	if err != nil {
		p := s.resourceFormPage(ctx, r, portal.Resource{}, in, 0)
		return s.refused(r, &p, err)
	}
	return s.done(r, resourceFlash(open), "/desk/resources/"+rec.ID)
}

func (s *site) showResourceEdit(ctx context.Context, r *request) error {
	rec, err := s.Services.Resources.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	if !rec.CanAct(r.viewer, portal.ActEdit) {
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.resourceFormPage(ctx, r, rec, resourceInputOf(rec), rec.Version))
}

// editResource saves what was changed; where somebody else has saved meanwhile, the page
// says so and keeps the words of both.
func (s *site) editResource(ctx context.Context, r *request) error {
	rec, err := s.Services.Resources.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	if !rec.CanAct(r.viewer, portal.ActEdit) {
		return portal.ErrForbidden
	}
	in, open, version := r.resourceInput(), r.value("do") == "open", r.version()
	if err = in.bad.Err(); err == nil {
		_, err = s.Services.Resources.Edit(ctx, r.viewer, rec.ID, version, in.draft, open)
	}
	switch {
	case err == nil:
		return s.done(r, resourceFlash(open), "/desk/resources/"+url.PathEscape(rec.ID))
	case errors.Is(err, portal.ErrConflict):
		e, err := s.Services.Resources.Show(ctx, r.viewer, rec.ID)
		if err != nil {
			return err
		}
		p := s.resourceFormPage(ctx, r, e.Resource, in, e.Resource.Version)
		p.Sections = []views.Section{s.theirs(r, append([]views.Fact{fact(r.hanCell(s.say(r.lang), s.say(r.lang)("column.name"), e.Resource.Name))}, s.resourceFacts(r, e)...))}
		return s.late(r, p, "conflict.title")
	}
	p := s.resourceFormPage(ctx, r, rec, in, version)
	return s.refused(r, &p, err)
}
