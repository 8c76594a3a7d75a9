package web

import (
	"context"
	"math"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const (
	supplyPath = "/desk/supply"
	gapsPath   = "/desk/gaps"
	advicePath = "/desk/advice"
)

// supplyShown is how many classes the heat map shows unless all are asked for.
const supplyShown = 25

// showSupply is demand against supply: what is wanted by class and industry, the seats free,
// and what is lacking.
func (s *site) showSupply(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	view, err := s.Services.Supply.View(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("supply.title"))
	if view.Counting {
		p.Lead, p.Links = say("region.counting"), []views.Link{{Text: say("region.again"), URL: r.to(supplyPath)}}
		return s.render(r, "desk", "", p)
	}
	p.Lead = say("supply.lead", moment(view.AsOf)) + s.waiting(r, view.Waiting)
	p.Links = []views.Link{{Text: say("region.back"), URL: r.to(regionPath)}, {Text: say("gap.title"), URL: r.to(gapsPath)}, {Text: say("advice.title"), URL: r.to(advicePath)}, {Text: say("chains.title"), URL: r.to(chainsPath)}}
	var wanted, free, untold, lack int
	for _, c := range view.Classes {
		wanted, free, untold, lack = wanted+c.Total, free+c.Free, untold+c.Untold, lack+c.Lack()
	}
	p.Figures = []views.Figure{
		{Label: say("supply.needs"), Value: itoa(view.Needs), Unit: say("unit.needs"), URL: r.to(supplyPath + "/needs?open=yes")},
		{Label: say("supply.wanted"), Value: itoa(wanted), Unit: say("unit.persons"), Note: say("supply.unsaid", view.Unsaid)},
		{Label: say("supply.free"), Value: itoa(free), Unit: say("unit.persons"), Note: say("supply.untold", untold)},
		{Label: say("supply.lack"), Value: itoa(lack), Unit: say("unit.persons")},
	}
	if view.Demo > 0 {
		p.Figures[0].Note = say("region.demo", view.Demo)
	}
	sec := views.Section{ID: "heat", Title: say("supply.heat")}
	if len(view.Classes) == 0 {
		sec.Empty = &views.Empty{Text: say("supply.none")}
		p.Sections = []views.Section{sec}
		return s.render(r, "desk", "", p)
	}
	shown := view.Classes
	if len(shown) > supplyShown && r.Query("all") != "yes" {
		shown = shown[:supplyShown]
		sec.More = &views.Link{Text: say("supply.all", len(view.Classes)), URL: r.to(supplyPath + "?all=yes")}
	}
	sec.Heat = s.heat(r, view, shown)
	sec.Note, sec.Print = say("supply.definition"), true
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// waiting says how many needs are not matched yet, where there are any.
func (s *site) waiting(r *request, n int) string {
	if n == 0 {
		return ""
	}
	return s.say(r.lang)("supply.waiting", n)
}

// heat draws the classes against the sections.
func (s *site) heat(r *request, view service.SupplyView, shown []service.SupplyClass) *views.Heat {
	say := s.say(r.lang)
	h := &views.Heat{Caption: say("supply.wanted"), Label: say("supply.class"), Note: say("supply.as_of", moment(view.AsOf))}
	for _, section := range view.Sections {
		h.Columns = append(h.Columns, views.Column{Text: s.sectionName(r, section).Text})
	}
	for _, key := range []string{"supply.wanted", "supply.free", "supply.lack"} {
		h.Columns = append(h.Columns, views.Column{Text: say(key)})
	}
	most := 1
	for _, c := range shown {
		for _, n := range c.Wanted {
			most = max(most, n)
		}
	}
	for _, c := range shown {
		row := views.HeatRow{Label: s.className(r, c.Name)}
		behind := func(section string) string { return r.to(supplyPath+"/needs") + "?" + supplyQuery(c.Name, section) }
		for _, section := range view.Sections {
			n, asked := c.Wanted[section], c.Asked[section]
			one := views.HeatCell{Cell: views.Cell{Text: itoa(n), Number: true, URL: behind(section)}}
			switch {
			case asked == 0:
				one.Cell = views.Cell{Text: "·", Muted: true}
			case n == 0:
				one.Text = "?" // asked for, nobody said how many
			default:
				one.Level = 1 + int(4*math.Sqrt(float64(n)/float64(most)))
			}
			row.Cells = append(row.Cells, one)
		}
		row.Cells = append(row.Cells, views.HeatCell{Cell: views.Cell{Text: itoa(c.Total), URL: behind("")}}, s.freeCell(r, c), s.lackCell(r, c))
		h.Rows = append(h.Rows, row)
	}
	return h
}

// freeCell is what is offered of a class: the seats known to be free, or why there are none.
func (s *site) freeCell(r *request, c service.SupplyClass) views.HeatCell {
	say := s.say(r.lang)
	switch {
	case c.Programmes == 0:
		return views.HeatCell{Cell: views.Cell{Text: say("supply.nobody"), Muted: true}}
	case c.Untold == c.Programmes:
		return views.HeatCell{Cell: views.Cell{Text: say("value.unknown"), URL: s.classProgrammes(r, c.Name)}}
	case c.Untold > 0:
		return views.HeatCell{Cell: views.Cell{Text: say("supply.at_least", c.Free), URL: s.classProgrammes(r, c.Name)}}
	}
	return views.HeatCell{Cell: views.Cell{Text: itoa(c.Free), URL: s.classProgrammes(r, c.Name)}}
}

func (s *site) lackCell(r *request, c service.SupplyClass) views.HeatCell {
	if c.Untold > 0 {
		return views.HeatCell{Cell: views.Cell{Text: s.say(r.lang)("value.unknown"), Muted: true}}
	}
	return views.HeatCell{Cell: views.Cell{Text: itoa(c.Lack()), URL: r.to(supplyPath+"/needs") + "?" + supplyQuery(c.Name, "")}}
}

func (s *site) classProgrammes(r *request, class string) string {
	return r.to("/programmes?class=" + url.QueryEscape(class))
}

// supplyQuery are the parameters that choose the open needs of a class and a section.
func supplyQuery(class, section string) string {
	q := url.Values{"open": {"yes"}, "class": {orElse(class, service.NoValue)}}
	if section != "" {
		q.Set("section", section)
	}
	return q.Encode()
}

func (s *site) sectionName(r *request, section string) views.Link {
	if section == service.NoValue || section == "" {
		return views.Link{Text: s.say(r.lang)("region.none")}
	}
	return r.name(section+" "+s.Services.Industries.Name(section), "", "")
}

func (s *site) className(r *request, class string) views.Link {
	if class == "" || class == service.NoValue {
		return views.Link{Text: s.say(r.lang)("gap.unread")}
	}
	return r.name(class, "", "")
}

// supplyChoice reads what is chosen of the needs.
func supplyChoice(r *request) service.SupplyChoice {
	return service.SupplyChoice{Class: clean(r.Query("class")), Section: clean(r.Query("section")), Quarter: clean(r.Query("quarter")), Level: clean(r.Query("level")),
		Reason: portal.GapReason(clean(r.Query("reason"))), OpenOnly: r.Query("open") == "yes"}
}

// listSupplyNeeds are the needs behind a figure.
func (s *site) listSupplyNeeds(ctx context.Context, r *request) error {
	say, c := s.say(r.lang), supplyChoice(r)
	number, _ := strconv.Atoi(r.Query("page")) // no number is the first
	found, err := s.Services.Supply.Needs(ctx, r.viewer, c, number)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("supply.need_list", found.Total))
	p.Links = []views.Link{{Text: say("supply.title"), URL: r.to(supplyPath)}, {Text: say("gap.title"), URL: r.to(gapsPath)}}
	p.Summary = s.supplyFacts(r, c)
	sec := views.Section{ID: "needs", Title: p.Heading}
	if found.Total == 0 {
		sec.Empty = &views.Empty{Text: say("region.nothing")}
	} else {
		t := &views.Table{Caption: p.Heading, Columns: []views.Column{{Text: say("column.name")}, {Text: say("column.industry")}, {Text: say("column.headcount"), Number: true}, {Text: say("column.level")}, {Text: say("column.state")}}}
		for _, e := range found.Items {
			n := e.Need
			t.Rows = append(t.Rows, views.Row{Name: r.name(n.Title, "", r.to("/needs/"+url.PathEscape(n.ID))), Badge: badge(say, n.Origin),
				Cells: []views.Cell{r.hanCell(say, say("column.industry"), e.Industry), headcountCell(say, n.Headcount), {Label: say("column.level"), Text: say("wanted." + orElse(string(n.Level), "any"))},
					{Label: say("column.state"), Text: say("need.status." + string(n.StatusAt(s.Clock())))}}})
		}
		sec.Table = t
	}
	p.Sections = []views.Section{sec}
	p.Pager = plainPager(r, found.Page, found.Pages)
	return s.render(r, "desk", "", p)
}

// pageAsked is the page of so many things the address asks for, and how many pages there are:
// no number is the first page, and past the last one stands the last.
func (r *request) pageAsked(things, perPage int) (at, pages int) {
	pages = max((things+perPage-1)/perPage, 1)
	asked, _ := strconv.Atoi(r.Query("page"))
	return min(max(asked, 1), pages), pages
}

// plainPager leads to the other pages of a list whose choices stand in the address.
func plainPager(r *request, page, pages int) views.Pager {
	st := state{path: r.Path(), refine: map[string][]string{}}
	for key, value := range r.Context().QueryArgs().All() {
		if k := string(key); k != "page" {
			st.refine[k] = append(st.refine[k], clean(string(value)))
		}
	}
	return pager(st, page, pages)
}

// supplyFacts say what was chosen.
func (s *site) supplyFacts(r *request, c service.SupplyChoice) []views.Fact {
	say := s.say(r.lang)
	var out []views.Fact
	add := func(key string, l views.Link) {
		out = append(out, fact(views.Cell{Label: say(key), Text: l.Text, Lang: l.Lang}))
	}
	if c.Class != "" {
		add("supply.class", s.className(r, c.Class))
	}
	if c.Section != "" {
		add("region.form.section", s.sectionName(r, c.Section))
	}
	if c.Quarter != "" {
		add("gap.quarter", views.Link{Text: c.Quarter})
	}
	if c.Level != "" {
		add("column.level", views.Link{Text: s.wantedWords(r, c.Level)})
	}
	if c.Reason != "" {
		add("gap.reason", views.Link{Text: s.gapWords(r, c.Reason)})
	}
	if c.OpenOnly {
		add("column.state", views.Link{Text: say("need.status.open")})
	}
	return out
}

// gapWords says a reason; one nobody knows is shown as it is.
func (s *site) gapWords(r *request, reason portal.GapReason) string {
	if key := "gap.reason." + string(reason); s.Views.Has(r.lang, key) {
		return s.say(r.lang)(key)
	}
	return cut(string(reason), maxChoice)
}
