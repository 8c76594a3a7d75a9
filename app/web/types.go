package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// listTypes shows what the office asks of partnerships of every type.
func (s *site) listTypes(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	types, err := s.Services.Partnerships.Types(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("type.title"))
	p.Lead = say("type.lead")
	sec := views.Section{ID: "types", Title: say("type.all"), Table: &views.Table{Caption: say("type.all"),
		Columns: []views.Column{{Text: say("column.type")}, {Text: say("milestone.title"), Number: true}, {Text: say("type.required")}, {Text: say("partnership.form.dormant_months"), Number: true}}}}
	for _, t := range types {
		required := make([]string, len(t.Required))
		for i, field := range t.Required {
			required[i] = say("partnership.form." + field)
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: say("mode." + t.ID), URL: r.to("/desk/types/" + t.ID)},
			Cells: []views.Cell{{Label: say("milestone.title"), Text: itoa(len(t.Milestones)), Number: true}, tagCell(say, say("type.required"), required),
				{Label: say("partnership.form.dormant_months"), Text: itoa(t.DormantMonths), Number: true}}})
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// typeOf finds the type of the address.
func (s *site) typeOf(ctx context.Context, r *request) (portal.PartnershipType, error) {
	types, err := s.Services.Partnerships.Types(ctx, r.viewer)
	if err != nil {
		return portal.PartnershipType{}, err
	}
	for _, t := range types {
		if t.ID == r.Params("id") {
			return t, nil
		}
	}
	return portal.PartnershipType{}, portal.ErrNotFound
}

func (s *site) typePage(ctx context.Context, r *request, t portal.PartnershipType, milestones, months string) views.Desk {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("mode."+t.ID))
	p.Kind, p.Lead = say("type.title"), say("type.edit_lead")
	p.Links = []views.Link{{Text: say("type.all"), URL: r.to("/desk/types")}}
	if portal.CanEditTypes(r.viewer) {
		list := s.partnershipField(r, "area", "milestones", milestones)
		list.Rows = 10
		p.Form = s.form(r, "/desk/types/"+url.PathEscape(t.ID), "form.save", list,
			several(s.partnershipField(r, "checks", "required", ""), t.Required, options(say, "partnership.form.", portal.RequiredFields[:])...),
			s.partnershipField(r, "number", "dormant_months", months))
		p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(t.Version, 10)}}
	}
	sec := views.Section{ID: "milestones", Title: say("milestone.title")}
	for _, m := range t.Milestones {
		sec.Facts = append(sec.Facts, fact(views.Cell{Label: say("type.after", m.Months), Text: r.either(m.Title, m.TitleEn)}))
	}
	p.Sections = append(p.Sections, sec)
	if len(t.Events) > 0 {
		p.Sections = append(p.Sections, s.historySection(r, t.Events))
	}
	return p
}

// templateLines are the milestones of a type as one edits them: months, title, English.
func templateLines(t portal.PartnershipType) string {
	out := make([]string, len(t.Milestones))
	for i, m := range t.Milestones {
		out[i] = strings.TrimSuffix(itoa(m.Months)+" | "+m.Title+" | "+m.TitleEn, " | ")
	}
	return strings.Join(out, "\n")
}

func (s *site) showType(ctx context.Context, r *request) error {
	t, err := s.typeOf(ctx, r)
	if err != nil {
		return err
	}
	return s.render(r, "desk", "", s.typePage(ctx, r, t, templateLines(t), itoa(t.DormantMonths)))
}

func (s *site) editType(ctx context.Context, r *request) error {
	have, err := s.typeOf(ctx, r)
	if err != nil {
		return err
	}
	t := portal.PartnershipType{Meta: portal.Meta{ID: have.ID, Version: r.version()}, Required: r.values("required")}
	for _, line := range lines(r.value("milestones")) {
		parts := strings.Split(strings.ReplaceAll(line, "｜", "|"), "|")
		m := portal.MilestoneTemplate{Months: -1}
		if n, err := strconv.Atoi(strings.TrimSpace(narrow(parts[0]))); err == nil {
			m.Months = n
		}
		if len(parts) > 1 {
			m.Title = strings.TrimSpace(parts[1])
		}
		if len(parts) > 2 {
			m.TitleEn = strings.TrimSpace(parts[2])
		}
		t.Milestones = append(t.Milestones, m)
	}
	t.DormantMonths, _ = strconv.Atoi(narrow(r.value("dormant_months"))) // no number is no number of months
	_, err = s.Services.Partnerships.EditType(ctx, r.viewer, t)
	if err == nil {
		return s.done(r, "saved", "/desk/types/"+have.ID)
	}
	shown := have
	shown.Required = t.Required
	p := s.typePage(ctx, r, shown, r.value("milestones"), r.value("dormant_months"))
	if errors.Is(err, portal.ErrConflict) {
		return s.late(r, p, "conflict.title")
	}
	return s.refused(r, &p, err)
}
