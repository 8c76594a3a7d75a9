package web

import (
	"context"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// newMilestone is the place of a milestone in an address before it has an id.
const newMilestone = "new"

// milestonePage is one milestone: what it is, what shows that it was reached.
func (s *site) milestonePage(ctx context.Context, r *request, f service.PartnershipFile, m portal.Milestone) views.Desk {
	say, pt := s.say(r.lang), f.Partnership
	id := orElse(m.ID, newMilestone)
	path := "/milestones/" + url.PathEscape(id)
	p := s.deskPage(ctx, r, pt.Title)
	p.HeadingLang, p.Kind = r.han(), say("milestone.noun")
	p.Links = []views.Link{{Text: say("partnership.back"), URL: r.to(partnershipPath(pt.ID) + "#milestones")}}
	if m.ID != "" {
		p.Lead, p.State = r.either(m.Title, m.TitleEn), s.milestoneState(r, m)
		shown := views.Section{ID: "evidence", Title: say("milestone.evidence"), Facts: []views.Fact{fact(cell(say, say("partnership.form.due"), m.Due)), fact(cell(say, say("partnership.form.done"), m.Done)), fact(r.hanCell(say, say("partnership.form.note"), m.Note))}}
		for _, e := range m.Evidence {
			shown.List = append(shown.List, views.Link{Text: e.Name, URL: r.to(partnershipPath(pt.ID) + "/files/" + e.Blob), Lang: r.han()})
		}
		p.Sections = append(p.Sections, shown)
	}
	if !pt.Can(r.viewer, portal.ActMilestone) || m.Done != "" {
		return p
	}
	if m.ID != "" {
		reach := s.form(r, partnershipPath(pt.ID)+path+"/reach", "milestone.reach", must(s.partnershipField(r, "date", "done", "")), must(s.evidenceField(r, "partnership.form.", "evidence")), s.partnershipField(r, "area", "note", ""))
		reach.ID, reach.Upload = "reach", true
		p.Sections = append(p.Sections, views.Section{ID: "reaching", Title: say("milestone.reach"), Forms: []views.Form{*reach}})
	}
	owners := []views.Option{{Text: say("milestone.all")}}
	for _, id := range pt.Organisations() {
		if name := f.Names[id]; name != "" {
			owners = append(owners, views.Option{Value: id, Text: name, Lang: r.han()})
		}
	}
	plan := s.versioned(r, pt, path, "form.save", must(s.partnershipField(r, "text", "title", m.Title)), must(s.partnershipField(r, "date", "due", m.Due)),
		choice(s.partnershipField(r, "select", "owner", m.Owner), owners...))
	plan.ID = "plan"
	sec := views.Section{ID: "planning", Title: say("milestone.plan"), Forms: []views.Form{*plan}}
	if m.ID == "" {
		sec.Title = say("milestone.new")
	} else {
		drop := s.versioned(r, pt, path+"/drop", "milestone.drop")
		drop.ID, drop.Look, drop.Confirm = "drop", "danger", say("milestone.drop_sure")
		sec.Forms = append(sec.Forms, *drop)
	}
	p.Sections = append(p.Sections, sec)
	return p
}

// milestoneOf finds the milestone of the address; the zero one stands for a new one.
func milestoneOf(r *request, f service.PartnershipFile) (portal.Milestone, error) {
	id := r.Params("milestone")
	if id == newMilestone {
		return portal.Milestone{}, nil
	}
	if m, ok := f.Partnership.Milestone(id); ok {
		return *m, nil
	}
	return portal.Milestone{}, portal.ErrNotFound
}

func (s *site) showMilestone(ctx context.Context, r *request) error {
	f, err := s.Services.Partnerships.Follow(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	m, err := milestoneOf(r, f)
	switch {
	case err != nil:
		return err
	case m.ID == "" && !f.Partnership.Can(r.viewer, portal.ActMilestone):
		return portal.ErrForbidden
	}
	return s.render(r, "desk", "", s.milestonePage(ctx, r, f, m))
}

// onMilestone goes on from a form of a milestone's page.
func (s *site) onMilestone(ctx context.Context, r *request, err error) error {
	if err == nil {
		return s.done(r, "saved", partnershipPath(r.Params("id"))+"#milestones")
	}
	var lost error
	shown := s.keptWords(ctx, r, err, func(f service.PartnershipFile) (views.Desk, []views.Fact) {
		var m portal.Milestone
		if m, lost = milestoneOf(r, f); lost != nil {
			return views.Desk{}, nil
		}
		say := s.say(r.lang)
		theirs := []views.Fact{fact(r.hanCell(say, say("partnership.form.title"), m.Title)), fact(cell(say, say("partnership.form.due"), m.Due)), fact(cell(say, say("partnership.form.done"), m.Done))}
		if r.FormValue("_form") == "plan" {
			m.Title, m.Due, m.Owner = r.value("title"), r.value("due"), r.value("owner")
		}
		return s.milestonePage(ctx, r, f, m), theirs
	})
	if lost != nil {
		return lost
	}
	return shown
}

func (s *site) planMilestone(ctx context.Context, r *request) error {
	m := portal.Milestone{Title: r.value("title"), Due: r.value("due"), Owner: r.value("owner")}
	if id := r.Params("milestone"); id != newMilestone {
		m.ID = id
	}
	_, err := s.Services.Partnerships.Plan(ctx, r.viewer, r.Params("id"), r.version(), m)
	return s.onMilestone(ctx, r, err)
}

func (s *site) reachMilestone(ctx context.Context, r *request) error {
	file, name, err := r.upload("evidence")
	if err == nil && file != nil {
		defer file.Close()
		_, err = s.Services.Partnerships.Reach(ctx, r.viewer, r.Params("id"), r.Params("milestone"), r.value("done"), r.value("note"), name, file)
	} else if err == nil {
		_, err = s.Services.Partnerships.Reach(ctx, r.viewer, r.Params("id"), r.Params("milestone"), r.value("done"), r.value("note"), "", nil)
	}
	return s.onMilestone(ctx, r, err)
}

func (s *site) dropMilestone(ctx context.Context, r *request) error {
	_, err := s.Services.Partnerships.Drop(ctx, r.viewer, r.Params("id"), r.version(), r.Params("milestone"))
	return s.onMilestone(ctx, r, err)
}
