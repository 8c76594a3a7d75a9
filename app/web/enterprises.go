package web

import (
	"context"
	"net/url"
	"strings"

	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listEnterprises() handler {
	e := s.Services.Enterprises
	return directory[service.EnterpriseEntry]{
		spec: e.Directory(), list: e.List,
		columns: []string{"industry", "place", "summary"},
		row: func(s *site, r *request, _ []string, e service.EnterpriseEntry) views.Row {
			say := s.say(r.lang)
			return views.Row{Name: s.enterpriseLink(r, e.Enterprise.ID, e.Enterprise.Name, e.Enterprise.NameEn), Badge: badge(say, e.Enterprise.Origin),
				Cells: []views.Cell{
					r.hanCell(say, say("column.industry"), e.Industry),
					r.hanCell(say, say("column.place"), e.Enterprise.Place),
					r.hanCell(say, say("column.summary"), e.Enterprise.Summary),
				}}
		},
		label: industryLabels,
	}.handler(s)
}

func (s *site) enterpriseLink(r *request, id, name, nameEn string) views.Link {
	return r.name(name, nameEn, r.to("/enterprises/"+url.PathEscape(id)))
}

// industryLabels names divisions and sections of GB/T 4754.
func industryLabels(_ context.Context, s *site, _ *request, field string, values []string) map[string]string {
	if field != "industry" && field != "section" {
		return nil
	}
	labels := map[string]string{}
	for _, v := range values {
		if i, ok := s.Services.Industries.Get(v); ok {
			labels[v] = v + " " + i.Name
		}
	}
	return labels
}

func (s *site) showEnterprise(ctx context.Context, r *request) error {
	page, err := s.Services.Enterprises.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	e := page.Enterprise
	link := s.enterpriseLink(r, e.ID, e.Name, e.NameEn)
	p := views.Detail{Page: s.page(r, link.Text), Kind: say("noun.enterprise"), Heading: link.Text, HeadingLang: link.Lang,
		Badge: badge(say, e.Origin), Source: source(say, e.Origin), Lead: e.Summary, LeadLang: r.han()}
	p.Crumbs = s.crumbs(r, service.EnterprisesIndex, link)
	p.JSONLD = enterpriseLD(s.BaseURL, e)
	foreign := ""
	if e.Foreign {
		foreign = say("value.yes")
	}
	p.Summary = []views.Fact{
		fact(r.hanCell(say, say("column.industry"), strings.TrimSpace(e.Industry+" "+page.Industry))),
		fact(r.hanCell(say, say("column.place"), e.Place)),
		fact(cell(say, say("column.size"), text(named(say, "size.", e.Size)))),
		fact(cell(say, say("column.foreign"), foreign)),
		fact(r.hanCell(say, say("column.languages"), strings.Join(e.Languages, "、"))),
		s.responseFact(r, page.Response),
	}
	needs := views.Section{ID: "needs", Title: say("enterprise.needs")}
	if len(page.Needs.Items) > 0 {
		needs.Table = s.needTable(r, needs.Title, page.Needs.Items)
	} else {
		needs.Empty = &views.Empty{Text: say("enterprise.no_needs")}
	}
	p.Sections = append(p.Sections, needs)
	if len(page.Resources) > 0 {
		p.Sections = append(p.Sections, s.resourceSection(r, page.Resources))
	}
	p.Sections = append(p.Sections, s.partnershipSection(r, page.Partnerships))
	return s.render(r, "detail", "", p)
}
