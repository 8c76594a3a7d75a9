package views

import "strings"

// NewStyleguide shows the components in every state, in the words of the page.
func NewStyleguide(p Page) Styleguide {
	p.NoIndex = true
	g := Styleguide{Page: p}
	for _, c := range []string{"verified", "unconfirmed", "demo"} {
		g.Badges = append(g.Badges, Badge{Certainty: c, Text: p.T("certainty." + c)})
	}
	g.Facets = sampleFacets(p)
	g.Table = sampleTable(p, g.Badges)
	g.Pager = Pager{Page: 3, Pages: 12, Prev: "#p2", Next: "#p4", Numbers: []PageNumber{{Number: 1, URL: "#p1"}, {Number: 2, URL: "#p2"},
		{Number: 3, Current: true}, {Number: 4, URL: "#p4"}, {}, {Number: 12, URL: "#p12"}}}
	g.Match = sampleMatch(p, g.Badges[2])
	g.Fields = sampleFields(p)
	for _, f := range g.Fields {
		if f.Error != "" {
			g.Errors = append(g.Errors, FieldError{Field: f.Name, Text: f.Error})
		}
	}
	g.Timeline = sampleTimeline(p)
	g.Chart = &Chart{ID: "chart", Caption: p.T("styleguide.chart_caption"), Label: p.T("column.cluster"), Unit: p.T("nav.programmes"),
		Note: p.T("styleguide.chart_note"), Bars: []Bar{
			{Label: Link{Text: p.T("cluster.huaxi_university_city")}, Text: "440", Percent: 96},
			{Label: Link{Text: p.T("cluster.qingzhen_vocational_city")}, Text: "319", Percent: 70},
			{Label: Link{Text: p.T("cluster.other_guiyang")}, Text: "458", Percent: 100}}}
	g.Figures = []Figure{{Label: p.T("nav.colleges"), Value: "44", Unit: p.T("unit.colleges"), URL: p.To("/colleges")},
		{Label: p.T("nav.needs"), Value: "120", Unit: p.T("unit.needs"), Note: p.T("figure.demo", 120)}}
	g.Empty = Empty{Text: p.T("directory.empty"), Steps: []Link{{Text: p.T("directory.empty_clear"), URL: "#"}, {Text: p.T("directory.empty_match"), URL: p.To("/match")}}}
	g.Map = Map{Note: p.T("map.note")}
	for i, c := range []string{"qingzhen_vocational_city", "huaxi_university_city", "other_guiyang"} {
		g.Map.Places = append(g.Map.Places, Place{Key: c, Name: p.T("cluster." + c), Lines: []string{p.T("map.counts", 10, 400)},
			URL: p.To("/colleges?cluster=" + c), Current: i == 1})
	}
	return g
}

func sampleFacets(p Page) []Facet {
	option := func(key string, n int, on bool) Option {
		field, _, _ := strings.Cut(key, ".")
		return Option{ID: key, Field: field, Value: key, Text: p.T(key), N: n, Selected: on}
	}
	return []Facet{
		{Field: "level", Text: p.T("facet.level"), Open: true, Options: []Option{option("level.高职专科", 526, true), option("level.普通本科", 645, false)},
			More: []Option{option("level.高职本科", 46, false), option("level.中职", 0, false)}, MoreText: p.T("facet.more", 2)},
		{Field: "cluster", Text: p.T("facet.cluster"), Options: []Option{option("cluster.other_guiyang", 458, false)}},
	}
}

func sampleTable(p Page, badges []Badge) Table {
	seats, modes := p.T("column.seats_free"), p.T("column.modes")
	row := func(key string, badge Badge, on bool, cells ...Cell) Row {
		name := p.T("styleguide." + key)
		return Row{Name: Link{Text: name, URL: "#" + key, Lang: p.Han()}, Note: "510205", Badge: badge, Cells: cells,
			Shortlist: sampleButton(p, key, name, on)}
	}
	return Table{Caption: p.T("styleguide.table"),
		Columns: []Column{{Text: p.T("column.name")}, {Text: seats, Number: true, SortURL: "#sort", Sorted: "descending"}, {Text: modes}},
		Rows: []Row{
			row("programme1", badges[0], false, Cell{Label: seats, Text: "40", Number: true},
				Cell{Label: modes, Tags: []string{p.T("mode.order_class"), p.T("mode.apprenticeship")}}),
			row("programme2", badges[2], true, Cell{Label: seats, Text: p.T("value.unknown"), Muted: true, Number: true},
				Cell{Label: modes, Text: p.T("value.unknown"), Muted: true}),
		}}
}

func sampleButton(p Page, id, name string, on bool) *ShortlistButton {
	key := "shortlist.add_named"
	if on {
		key = "shortlist.remove_named"
	}
	return &ShortlistButton{ID: id, On: on, Label: p.T(key, name)}
}

func sampleMatch(p Page, badge Badge) MatchResult {
	chip := func(kind, points string, minus bool, key string, args ...any) MatchChip {
		return MatchChip{Kind: kind, Text: p.T(key, args...), Points: points, Minus: minus}
	}
	name := Link{Text: p.T("styleguide.programme1"), URL: "#programme1", Lang: p.Han()}
	found := chip("lexical", "+31.2", false, "part.lexical", p.T("punctuation.quote", "电芯"), p.T("field.posts"))
	return MatchResult{
		Gap:    &MatchGap{Text: p.T("match.gap"), Nearest: true},
		Bundle: &MatchBundle{Text: p.T("match.bundle", 40), Parts: []Link{{Text: p.T("match.bundle_seats", name.Text, 25), URL: name.URL}}},
		Specialisms: []MatchSpecialism{{Name: name, Level: p.T("level.高职专科"), Class: "演示专业类", Percent: 62, Offers: p.T("specialism.offers", 3), OffersURL: "#", Chips: []MatchChip{found}},
			{Name: name, Level: p.T("level.普通本科"), Class: "演示专业类", Percent: 18, Offers: p.T("specialism.offers_none")}},
		Programmes: []MatchProgramme{{Name: name, College: Link{Text: p.T("styleguide.college"), URL: "#college", Lang: p.Han()},
			Cluster: p.T("cluster.qingzhen_vocational_city"), Level: p.T("level.高职专科"), Percent: 47, Badge: badge,
			Chips:   []MatchChip{found, chip("capacity", "+19.8", false, "feature.capacity.full", 40, 30), chip("level", "−4.0", true, "part.level")},
			Weakest: p.T("match.weakest", p.T("part.level")), Shortlist: sampleButton(p, "programme3", name.Text, false)}},
		Removed: []Link{{Text: p.T("removed.seats", 2), URL: "#"}},
	}
}

func sampleFields(p Page) []Field {
	levels := []Option{{Text: p.T("value.any"), Selected: true}, {Value: "高职", Text: p.T("wanted.高职")}}
	return []Field{
		{Kind: "area", Name: "text", Label: p.T("match.text"), Help: p.T("match.text_help"), Placeholder: p.T("match.placeholder")},
		{Kind: "number", Name: "headcount", Label: p.T("match.headcount"), Value: "abc", Error: p.T("problem.bad_number", "abc")},
		{Kind: "text", Name: "industry", Label: p.T("match.industry"), Lookup: p.To("/match/industries"), Placeholder: p.T("match.industry_placeholder")},
		{Kind: "select", Name: "level", Label: p.T("match.level"), Options: levels},
		{Kind: "checks", Name: "mode", Label: p.T("match.mode"), Options: []Option{
			{Value: "order_class", Text: p.T("mode.order_class"), Selected: true}, {Value: "apprenticeship", Text: p.T("mode.apprenticeship")}}},
	}
}

func sampleTimeline(p Page) []Step {
	step := func(key, day, state string) Step {
		return Step{Text: p.T("styleguide." + key), When: day, Machine: day, State: state, Word: p.T("state." + state)}
	}
	steps := []Step{step("step1", "2026-03-02", "done"), step("step2", "2026-04-10", "done"), step("step3", "2026-09-01", "late"),
		step("step4", "2026-11-24", "now"), step("step5", "2026-12-31", "to_come")}
	steps[2].Note = p.T("styleguide.step_note")
	return steps
}
