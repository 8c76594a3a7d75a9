package web

import (
	"context"
	"net/url"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listPartnerships() handler {
	p := s.Services.Partnerships
	return directory[service.PartnershipEntry]{
		spec: p.Directory(), list: p.List,
		columns: []string{"type", "colleges", "enterprises", "year"},
		sorts:   map[string]string{"year": "year"},
		numbers: []string{"year"},
		row: func(s *site, r *request, _ []string, e service.PartnershipEntry) views.Row {
			return s.partnershipRow(r, e.Partnership)
		},
		label: industryLabels,
	}.handler(s)
}

func (s *site) partnershipRow(r *request, p portal.Partnership) views.Row {
	say := s.say(r.lang)
	reported := cell(say, say("column.year"), year(p.Year))
	reported.Number = true
	return views.Row{Name: r.name(p.Title, "", r.to("/partnerships/"+url.PathEscape(p.ID))), Badge: badge(say, p.Origin), Cells: []views.Cell{
		{Label: say("column.type"), Text: say("mode." + string(p.Type))},
		r.hanCell(say, say("column.colleges"), strings.ReplaceAll(parties(p.Colleges), listSeparator, "、")),
		r.hanCell(say, say("column.enterprises"), strings.ReplaceAll(parties(p.Enterprises), listSeparator, "、")),
		reported,
	}}
}

// partnershipSection lists the partnerships of a college, enterprise or programme.
func (s *site) partnershipSection(r *request, all []portal.Partnership) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "partnerships", Title: say("partnership.section"), Note: say("partnership.section_note")}
	if len(all) == 0 {
		sec.Note = ""
		sec.Empty = &views.Empty{Text: say("partnership.none")}
		return sec
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}}}
	for _, key := range []string{"type", "colleges", "enterprises", "year"} {
		sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("column." + key), Number: key == "year"})
	}
	for _, p := range all {
		sec.Table.Rows = append(sec.Table.Rows, s.partnershipRow(r, p))
	}
	return sec
}

func (s *site) showPartnership(ctx context.Context, r *request) error {
	page, err := s.Services.Partnerships.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	pt := page.Partnership
	p := views.Detail{Page: s.page(r, pt.Title), Kind: say("noun.partnership"), Heading: pt.Title, HeadingLang: r.han(),
		Badge: badge(say, pt.Origin), Source: source(say, pt.Origin), Lead: pt.Summary, LeadLang: r.han()}
	p.Crumbs = s.crumbs(r, service.PartnershipsIndex, views.Link{Text: pt.Title, Lang: r.han()})
	p.Summary = []views.Fact{
		fact(views.Cell{Label: say("column.type"), Text: say("mode." + string(pt.Type)), URL: r.to("/partnerships?type=" + string(pt.Type))}),
		fact(cell(say, say("column.year"), year(pt.Year))),
		fact(r.hanCell(say, say("column.industry"), strings.TrimSpace(pt.Industry+" "+page.Industry))),
	}
	sides := views.Section{ID: "parties", Title: say("partnership.parties")}
	for _, c := range pt.Colleges {
		sides.Facts = append(sides.Facts, fact(s.partyCell(r, say("noun.college"), "/colleges/", c)))
	}
	for _, e := range pt.Enterprises {
		sides.Facts = append(sides.Facts, fact(s.partyCell(r, say("noun.enterprise"), "/enterprises/", e)))
	}
	programmes := views.Section{ID: "programmes", Title: say("partnership.programmes")}
	for _, sp := range page.Specialisms {
		l := r.specialismLink(sp.Code, sp.Code+" "+sp.Name+" · "+say("level."+string(sp.Level)))
		programmes.List = append(programmes.List, l)
	}
	if len(page.Programmes) > 0 {
		programmes.Table = s.programmeTable(r, programmes.Title, page.Programmes, true)
	}
	if len(programmes.List) == 0 {
		programmes.Empty = &views.Empty{Text: say("partnership.programmes_unknown")}
	}
	p.Sections = append(p.Sections, sides, programmes)
	outcomes, err := s.publicOutcomes(ctx, r, pt)
	if err != nil {
		return err
	}
	p.Sections = append(p.Sections, outcomes...)
	return s.render(r, "detail", "", p)
}

// partyCell links to a party that has a record here.
func (s *site) partyCell(r *request, label, path string, party portal.Party) views.Cell {
	c := views.Cell{Label: label, Text: party.Name, Lang: r.han()}
	if party.ID != "" {
		c.URL = r.to(path + url.PathEscape(party.ID))
	}
	return c
}
