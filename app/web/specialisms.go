package web

import (
	"context"
	"net/url"

	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listSpecialisms() handler {
	sp := s.Services.Specialisms
	return directory[service.SpecialismEntry]{
		spec: sp.Directory(), list: sp.List,
		columns: []string{"code", "level", "class", "offers"},
		sorts:   map[string]string{"offers": "offers", "code": "code"},
		numbers: []string{"offers"},
		row: func(s *site, r *request, _ []string, e service.SpecialismEntry) views.Row {
			say := s.say(r.lang)
			return views.Row{Name: r.specialismLink(e.Specialism.Code, e.Specialism.Name), Cells: []views.Cell{
				{Label: say("column.code"), Text: e.Specialism.Code},
				{Label: say("column.level"), Text: say("level." + string(e.Specialism.Level))},
				r.hanCell(say, say("column.class"), e.Specialism.ClassName),
				offersCell(r, say, e),
			}}
		},
	}.handler(s)
}

// offersCell counts who offers a specialism here and leads to them.
func offersCell(r *request, say say, e service.SpecialismEntry) views.Cell {
	c := views.Cell{Label: say("column.offers"), Text: say("specialism.offers", len(e.Offers)), Number: true}
	if len(e.Offers) == 0 {
		c.Text, c.Muted = say("specialism.offers_none"), true
		return c
	}
	c.URL = r.to("/programmes?code=" + url.QueryEscape(e.Specialism.Code))
	return c
}

// suggestSpecialisms answers the type-ahead of the specialism field.
func (s *site) suggestSpecialisms(ctx context.Context, r *request) error {
	const most = 12
	typed := cut(clean(r.Query("q")), maxChoice)
	out := []suggestion{}
	if typed == "" {
		return r.JSON(out)
	}
	found, err := s.Services.Specialisms.Suggest(ctx, r.viewer, typed, most)
	if err != nil {
		return err
	}
	for _, sp := range found {
		out = append(out, suggestion{sp.Code, sp.Name + " · " + s.say(r.lang)("level."+string(sp.Level))})
	}
	return r.JSON(out)
}

func (s *site) showSpecialism(ctx context.Context, r *request) error {
	page, err := s.Services.Specialisms.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	sp := page.Specialism
	p := views.Detail{Page: s.page(r, sp.Name+" "+sp.Code), Kind: say("noun.specialism"), Heading: sp.Name, HeadingLang: r.han(),
		Sub: sp.Code, Badge: badge(say, sp.Origin), Source: source(say, sp.Origin)}
	p.Crumbs = s.crumbs(r, service.SpecialismsIndex, r.specialismLink(sp.Code, sp.Name))
	p.Actions = []views.Link{{Text: say("specialism.match"), URL: r.to("/match?text=" + url.QueryEscape(sp.Name))}}
	p.Summary = []views.Fact{
		fact(views.Cell{Label: say("column.level"), Text: say("level." + string(sp.Level))}),
		fact(linkCell(say("column.class"), views.Link{Text: sp.ClassName, URL: r.to("/specialisms?class=" + url.QueryEscape(sp.ClassName)), Lang: r.han()})),
		fact(r.hanCell(say, say("column.category"), sp.CategoryName)),
		fact(views.Cell{Label: say("column.controlled"), Text: say(map[bool]string{true: "value.yes", false: "value.no"}[sp.Controlled])}),
	}
	if sp.Added != "" {
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("column.added"), Text: sp.Added}))
	}
	p.Sections = append(p.Sections, s.offersSection(r, page), s.profileSection(r, sp), s.needSection(r, page.Needs, sp.Code),
		s.siblingSection(r, page), s.industrySection(r, page))
	return s.render(r, "detail", "", p)
}

// offersSection tells who offers a specialism, or that nobody here does and what comes
// nearest.
func (s *site) offersSection(r *request, page service.SpecialismPage) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "offers", Title: say("specialism.who")}
	if len(page.Offers) > 0 {
		sec.Table = s.programmeTable(r, sec.Title, page.Offers, true)
		return sec
	}
	sec.Empty = &views.Empty{Text: say("specialism.nobody", page.Specialism.Name)}
	for _, near := range page.Nearest {
		sec.Empty.Steps = append(sec.Empty.Steps, views.Link{
			Text: say("specialism.nearest", near.Specialism.Name, say("level."+string(near.Specialism.Level)), len(near.Offers)),
			URL:  r.to("/specialisms/" + url.PathEscape(near.Specialism.Code))})
	}
	return sec
}

func (s *site) siblingSection(r *request, page service.SpecialismPage) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "siblings", Title: say("specialism.siblings"), Note: say("specialism.siblings_note")}
	for _, e := range page.Siblings {
		sec.List = append(sec.List, views.Link{Text: e.Specialism.Name + " · " + say("level."+string(e.Specialism.Level)) + " · " +
			say("specialism.offers", len(e.Offers)), URL: r.to("/specialisms/" + url.PathEscape(e.Specialism.Code)), Lang: r.han()})
	}
	if len(sec.List) == 0 {
		sec.Empty = &views.Empty{Text: say("specialism.no_siblings")}
	}
	return sec
}

func (s *site) industrySection(r *request, page service.SpecialismPage) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "industries", Title: say("specialism.industries"), Note: say("specialism.industries_note")}
	for _, i := range page.Industries {
		sec.List = append(sec.List, views.Link{Text: i.Code + " " + i.Name, URL: r.to("/enterprises?industry=" + url.QueryEscape(i.Code)), Lang: r.han()})
	}
	if len(sec.List) == 0 {
		sec.Empty = &views.Empty{Text: say("value.unknown")}
	}
	return sec
}
