package web

import (
	"context"
	"net/url"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// leadIndustries are the divisions behind the industries that lead the region, as the
// press conference of the province named them on 2025-10-13, with data and logistics.
var leadIndustries = [...]string{"C38", "C36", "C39", "C35", "C26", "C32", "C27", "C14", "C15", "I65", "I64", "G59", "Q84", "Q85", "E47", "H61"}

// home shows search, need box and the live figures.
func (s *site) home(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	o, err := s.Services.Figures.Overview(ctx, r.viewer)
	if err != nil {
		return err
	}
	needs, err := s.Services.Needs.List(ctx, r.viewer, service.Listing{Size: 6})
	if err != nil {
		return err
	}
	p := views.Home{Page: s.page(r, say("home.title")), AsOf: say("home.as_of", o.AsOf.In(portal.Shanghai).Format("2006-01-02 15:04"))}
	p.Description = say("home.lead")
	p.JSONLD = siteLD(s.BaseURL, say("site.name"))
	p.Figures = s.figures(r, o)
	p.Map = *s.clusterMap(r, clusterLines(say, o), "")
	if len(needs.Items) > 0 {
		p.Needs = *s.needTable(r, say("home.needs"), needs.Items)
		p.NeedsMore = views.Link{Text: say("home.needs_all", needs.Total), URL: r.to("/needs")}
	}
	if err := s.latestPartnerships(ctx, r, &p); err != nil {
		return err
	}
	for _, code := range leadIndustries {
		if i, ok := s.Services.Industries.Get(code); ok {
			p.Industries = append(p.Industries, views.Link{Text: i.Name, URL: r.to("/enterprises?industry=" + code), Lang: r.han()})
		}
	}
	for _, key := range []string{"home.example1", "home.example2", "home.example3"} {
		example := say(key)
		p.Examples = append(p.Examples, views.Link{Text: example, URL: r.to("/match?text=" + url.QueryEscape(example)), Lang: r.han()})
	}
	return s.render(r, "home", "", p)
}

// latestPartnerships lists the youngest reports with their sort and year.
func (s *site) latestPartnerships(ctx context.Context, r *request, p *views.Home) error {
	found, err := s.Services.Partnerships.List(ctx, r.viewer, service.Listing{Size: 6, Sort: "year"})
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	for _, e := range found.Items {
		pt := e.Partnership
		note := say("mode." + string(pt.Type))
		if pt.Year != 0 {
			note += " · " + itoa(pt.Year)
		}
		p.Partnerships = append(p.Partnerships, views.SearchItem{Name: r.name(pt.Title, "", r.to("/partnerships/"+url.PathEscape(pt.ID))), Note: note, Badge: badge(say, pt.Origin)})
	}
	p.PartnershipsMore = views.Link{Text: say("search.all", found.Total), URL: r.to("/partnerships")}
	return nil
}

func (s *site) figures(r *request, o service.Overview) []views.Figure {
	say := s.say(r.lang)
	one := func(index string, t service.Tally, unit string) views.Figure {
		f := views.Figure{Label: say("nav." + index), Value: itoa(t.All), Unit: say(unit), URL: r.to("/" + index)}
		if t.Demo > 0 {
			f.Note = say("figure.demo", t.Demo)
		}
		return f
	}
	programmes := one(service.ProgrammesIndex, o.Programmes, "unit.programmes")
	specialisms := views.Figure{Label: say("figure.offered"), Value: itoa(o.Offered), Unit: say("unit.specialisms"),
		Note: say("figure.of_catalogue", o.Specialisms), URL: r.to("/specialisms")}
	needs := one(service.NeedsIndex, o.Needs, "unit.needs")
	if o.Wanted > 0 {
		needs.Note = say("figure.wanted", o.Wanted) + " " + needs.Note
	}
	return []views.Figure{one(service.CollegesIndex, o.Colleges, "unit.colleges"), programmes, specialisms,
		one(service.EnterprisesIndex, o.Enterprises, "unit.enterprises"), needs, one(service.PartnershipsIndex, o.Partnerships, "unit.partnerships")}
}

func clusterLines(say say, o service.Overview) map[portal.Cluster][]string {
	lines := map[portal.Cluster][]string{}
	for _, c := range o.Clusters {
		lines[c.Cluster] = []string{say("map.counts", c.Colleges.All, c.Programmes.All)}
	}
	return lines
}

// rfc3339 writes a time for machines.
func rfc3339(t time.Time) string { return t.In(portal.Shanghai).Format(time.RFC3339) }
