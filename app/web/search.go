package web

import (
	"context"
	"net/url"

	"liangcheng/app/service"
	"liangcheng/views"
)

// How many records of each noun the search page and the suggestions show.
const (
	searchShown  = 6
	suggestShown = 3
)

// showSearch searches everything.
func (s *site) showSearch(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	q := cut(clean(r.Query("q")), maxQuery)
	p := views.SearchPage{Page: s.page(r, say("search.label")), Text: q}
	p.Search, p.NoIndex = q, true
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("search.label")}}
	if q == "" {
		return s.render(r, "search", "", p)
	}
	g, err := s.Services.Everything.Find(ctx, r.viewer, q, false, searchShown)
	if err != nil {
		return err
	}
	p.Title = say("search.title", q)
	s.groups(r, &p, g)
	if p.Total == 0 {
		p.Empty = &views.Empty{Text: say("search.nothing", q), Steps: []views.Link{
			{Text: say("directory.empty_match"), URL: r.to("/match?text=" + url.QueryEscape(q))},
			{Text: say("nav.programmes"), URL: r.to("/programmes")}, {Text: say("nav.colleges"), URL: r.to("/colleges")}}}
	}
	return s.render(r, "search", "", p)
}

// suggest answers while the words are typed.
func (s *site) suggest(ctx context.Context, r *request) error {
	q := cut(clean(r.Query("q")), maxQuery)
	p := views.SearchPage{Page: s.page(r, ""), Text: q}
	if q != "" {
		g, err := s.Services.Everything.Find(ctx, r.viewer, q, true, suggestShown)
		if err != nil {
			return err
		}
		s.groups(r, &p, g)
	}
	return s.render(r, "search#suggest", "", p)
}

// groups fills the page with what was found, noun by noun.
func (s *site) groups(r *request, p *views.SearchPage, g service.Grouped) {
	say := s.say(r.lang)
	p.Total = g.Total()
	add := func(index string, total int, widened bool, items []views.SearchItem) {
		for i := range items {
			items[i].ID = "s-" + index + "-" + itoa(i)
		}
		p.Groups = append(p.Groups, views.SearchGroup{Noun: index, Heading: say("nav." + index), Total: total, Items: items,
			All: r.to("/" + index + "?q=" + url.QueryEscape(p.Text)), Widened: widened})
	}
	add(service.SpecialismsIndex, g.Specialisms.Total, g.Specialisms.Widened, each(g.Specialisms.Items, func(e service.SpecialismEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Specialism.Origin), Name: r.specialismLink(e.Specialism.Code, e.Specialism.Name), Note: say("level."+string(e.Specialism.Level)) + " · " + say("specialism.offers", len(e.Offers))}
	}))
	add(service.ProgrammesIndex, g.Programmes.Total, g.Programmes.Widened, each(g.Programmes.Items, func(e service.ProgrammeEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Programme.Origin), Name: r.programmeLink(e.Programme), Note: r.collegeLink(e.College).Text + " · " + say("level."+string(e.Programme.Level))}
	}))
	add(service.CollegesIndex, g.Colleges.Total, g.Colleges.Widened, each(g.Colleges.Items, func(e service.CollegeEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.College.Origin), Name: r.collegeLink(e.College), Note: say("cluster." + string(e.College.Cluster))}
	}))
	add(service.EnterprisesIndex, g.Enterprises.Total, g.Enterprises.Widened, each(g.Enterprises.Items, func(e service.EnterpriseEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Enterprise.Origin), Name: s.enterpriseLink(r, e.Enterprise.ID, e.Enterprise.Name, e.Enterprise.NameEn), Note: e.Industry}
	}))
	add(service.NeedsIndex, g.Needs.Total, g.Needs.Widened, each(g.Needs.Items, func(e service.NeedEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Need.Origin), Name: r.name(e.Need.Title, "", r.to("/needs/"+url.PathEscape(e.Need.ID))), Note: e.Enterprise.Name}
	}))
	add(service.PartnershipsIndex, g.Partnerships.Total, g.Partnerships.Widened, each(g.Partnerships.Items, func(e service.PartnershipEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Partnership.Origin), Name: r.name(e.Partnership.Title, "", r.to("/partnerships/"+url.PathEscape(e.Partnership.ID))), Note: say("mode." + string(e.Partnership.Type))}
	}))
	add(service.ResourcesIndex, g.Resources.Total, g.Resources.Widened, each(g.Resources.Items, func(e service.ResourceEntry) views.SearchItem {
		return views.SearchItem{Badge: badge(say, e.Resource.Origin), Name: r.resourceLink(e.Resource), Note: e.Holder.Name}
	}))
}

func each[T, V any](items []T, fn func(T) V) []V {
	out := make([]V, len(items))
	for i, item := range items {
		out[i] = fn(item)
	}
	return out
}
