package web

import (
	"context"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// textPage shows a page of running text out of the locale: name.title, then
// name.1.title, name.1.text, name.1.text2 …, name.1.step1 … until there are no more.
func (s *site) textPage(name string) handler {
	return func(_ context.Context, r *request) error {
		say := s.say(r.lang)
		p := views.TextPage{Page: s.page(r, say(name+".title")), Heading: say(name + ".title")}
		p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
		for i := 1; s.Views.Has(r.lang, name+"."+itoa(i)+".title"); i++ {
			key := name + "." + itoa(i)
			section := views.Prose{Title: say(key + ".title")}
			if s.Views.Has(r.lang, key+".id") {
				section.ID = say(key + ".id")
			}
			for n := 1; s.Views.Has(r.lang, key+".text"+itoa(n)); n++ {
				section.Paragraphs = append(section.Paragraphs, say(key+".text"+itoa(n)))
			}
			for n := 1; s.Views.Has(r.lang, key+".step"+itoa(n)); n++ {
				section.Steps = append(section.Steps, say(key+".step"+itoa(n)))
			}
			p.Sections = append(p.Sections, section)
		}
		return s.render(r, "text", "", p)
	}
}

// styleguide shows the components in every state; only in demo mode.
func (s *site) styleguide(_ context.Context, r *request) error {
	if !s.Demo {
		return portal.ErrNotFound
	}
	say := s.say(r.lang)
	p := views.Styleguide{Page: s.page(r, say("styleguide.title"))}
	p.NoIndex = true
	for _, c := range portal.Certainties {
		p.Badges = append(p.Badges, badge(say, portal.Origin{Certainty: c}))
	}
	p.Figures = []views.Figure{{Label: say("nav.colleges"), Value: "44", Unit: say("unit.colleges"), URL: r.to("/colleges")},
		{Label: say("nav.needs"), Value: "120", Unit: say("unit.needs"), Note: say("figure.demo", 120)}}
	option := func(value string, n int, on bool) views.Option {
		return views.Option{ID: "level-" + value, Field: "level", Value: value, Text: say("level." + value), N: n, Selected: on}
	}
	p.Facets = []views.Facet{{Field: "level", Text: say("facet.level"), Open: true,
		Options: []views.Option{option("高职专科", 526, true), option("普通本科", 645, false)}, More: []views.Option{option("中职", 0, false)}, MoreText: say("facet.more", 1)},
		{Field: "cluster", Text: say("facet.cluster"), Options: []views.Option{{ID: "cluster-x", Field: "cluster", Value: "x", Text: say("cluster.other_guiyang"), N: 1}}}}
	p.Table = views.Table{Caption: say("styleguide.table"), Columns: []views.Column{{Text: say("column.name")},
		{Text: say("column.seats_free"), Number: true, SortURL: "#", Sorted: "descending"}, {Text: say("column.modes")}},
		Rows: []views.Row{
			{Name: views.Link{Text: "大数据技术", URL: "#", Lang: r.han()}, Note: "510205", Badge: p.Badges[0],
				Cells:     []views.Cell{{Label: say("column.seats_free"), Text: "40", Number: true}, {Label: say("column.modes"), Tags: []string{say("mode.order_class"), say("mode.apprenticeship")}}},
				Shortlist: s.button(r, "x-1", "大数据技术", false)},
			{Name: views.Link{Text: "护理", URL: "#", Lang: r.han()}, Badge: p.Badges[2],
				Cells:     []views.Cell{unknown(say, say("column.seats_free")), unknown(say, say("column.modes"))},
				Shortlist: s.button(r, "x-2", "护理", true)},
		}}
	p.Pager = pager(state{path: "#", page: 3}, 3, 12)
	p.Errors = []views.FieldError{{Field: "headcount", Text: say("problem.bad_number", "abc")}}
	p.Empty = views.Empty{Text: say("directory.empty"), Steps: []views.Link{{Text: say("directory.empty_clear"), URL: "#"}}}
	p.Map = *s.clusterMap(r, nil, portal.Huaxi)
	p.Match = views.MatchResult{Gap: &views.MatchGap{Text: say("match.gap"), Nearest: true}, Programmes: []views.MatchProgramme{{
		Name: views.Link{Text: "储能材料技术", URL: "#", Lang: r.han()}, College: views.Link{Text: "演示学院", URL: "#", Lang: r.han()},
		Cluster: say("cluster.qingzhen_vocational_city"), Level: say("level.高职专科"), Percent: 78, Badge: p.Badges[2],
		Chips: []views.MatchChip{{Kind: "lexical", Text: say("part.lexical", say("punctuation.quote", "电芯"), say("field.posts")), Points: "+31.2"},
			{Kind: "level", Text: say("part.level"), Points: "−4.0", Minus: true}},
		Weakest: say("match.weakest", say("feature.capacity.unknown")), Shortlist: s.button(r, "x-3", "储能材料技术", false)}}}
	return s.render(r, "styleguide", "", p)
}
