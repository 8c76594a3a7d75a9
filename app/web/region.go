package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const regionPath = "/desk/region"

// regionState reads what is chosen of the region. Besides the properties of partnerships
// there are late=yes, the year of the outcomes, and which outcomes a list is to show.
func (s *site) regionState(r *request) (state, service.RegionChoice, portal.Invalid) {
	spec := service.Directory{Facets: append(slices.Clone(service.RegionFacets[:]), "late", "period", "indicator", "records")}
	st, bad := parse(r.Ctx, spec)
	for by, facet := range service.RegionFacets {
		st.refine[facet] = slices.DeleteFunc(st.refine[facet], func(value string) bool {
			known := s.regionKnows(by, value)
			if !known {
				bad.Add(facet, "problem.unknown_value", cut(value, maxChoice))
			}
			return !known
		})
		if len(st.refine[facet]) == 0 {
			delete(st.refine, facet)
		}
	}
	c := service.RegionChoice{Refine: st.refine, Late: slices.Contains(st.refine["late"], "yes"), Period: strings.Join(st.refine["period"], "")}
	if len(c.Period) > 4 {
		bad.Add("period", "problem.unknown_value", cut(c.Period, maxChoice))
		c.Period = ""
		delete(st.refine, "period")
	}
	return st, c, bad
}

// regionKnows reports whether there is such a value of a property; units and years come
// and go, any may be asked for.
func (s *site) regionKnows(by int, value string) bool {
	switch {
	case value == service.NoValue:
		return true
	case by == service.ByStage:
		return slices.Contains(portal.PartnershipStages[:], portal.PartnershipStage(value))
	case by == service.ByType:
		return portal.Mode(value).Valid()
	case by == service.ByCluster:
		return slices.Contains(portal.Clusters[:], portal.Cluster(value))
	case by == service.BySection:
		return s.Services.Industries.Name(value) != ""
	case by == service.ByCertainty:
		return slices.Contains(portal.Certainties[:], portal.Certainty(value))
	case by == service.ByMotion:
		return slices.Contains(service.Motions[:], value)
	}
	return true
}

// showRegion is what the office follows, counted: every figure opens what it counts.
func (s *site) showRegion(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	st, choice, bad := s.regionState(r)
	view, err := s.Services.Region.View(ctx, r.viewer, choice)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("tab.desk.region"))
	for _, problem := range bad {
		p.Notices = append(p.Notices, say(problem.Key, problem.Args...))
	}
	if view.Counting {
		p.Lead = say("region.counting")
		p.Links = []views.Link{{Text: say("region.again"), URL: st.URL()}}
		return s.render(r, "desk", "", p)
	}
	p.Lead = say("region.lead", moment(view.AsOf))
	units, err := s.unitNames(ctx, r)
	if err != nil {
		return err
	}
	words := s.regionWords(r, units)
	p.Figures = s.regionFigures(r, st, view)
	p.Links = []views.Link{{Text: say("region.supply"), URL: r.to(supplyPath)}, {Text: say("target.title"), URL: r.to(targetsPath)}, {Text: say("feedback.title"), URL: r.to(feedbackPath)}}
	p.Sections = append(p.Sections, s.regionFilter(r, st, view, words))
	for _, by := range []int{service.ByType, service.ByCluster, service.BySection, service.ByUnit, service.ByYear} {
		p.Sections = append(p.Sections, s.regionChart(r, st, view, by, words))
	}
	p.Sections = append(p.Sections, s.regionMap(r, st, view), s.regionOutcomes(r, st, view))
	again := s.form(r, regionPath+"/rebuild", "region.rebuild")
	again.Look = "quiet"
	p.Sections = append(p.Sections, views.Section{ID: "about", Title: say("region.about"), Prose: []string{say("region.about.text"), say("region.about.few")}, Print: true, Forms: []views.Form{*again}})
	return s.render(r, "desk", "", p)
}

// regionWords says a value of a property in words.
func (s *site) regionWords(r *request, units map[string]string) func(by int, value string) views.Link {
	say := s.say(r.lang)
	return func(by int, value string) views.Link {
		if value == service.NoValue {
			return views.Link{Text: say("region.none")}
		}
		switch by {
		case service.ByStage:
			return views.Link{Text: say("partnership.stage." + value)}
		case service.ByType:
			return views.Link{Text: say("mode." + value)}
		case service.ByCluster:
			return views.Link{Text: say("cluster." + value)}
		case service.BySection:
			return r.name(strings.TrimSpace(value+" "+s.Services.Industries.Name(value)), "", "")
		case service.ByUnit:
			return r.name(orElse(units[value], value), "", "")
		case service.ByCertainty:
			return views.Link{Text: say("certainty." + value)}
		case service.ByMotion:
			return views.Link{Text: say("region.motion." + value)}
		}
		return views.Link{Text: value}
	}
}

// unitNames are the names of the responsible units, by id.
func (s *site) unitNames(ctx context.Context, r *request) (map[string]string, error) {
	units, err := s.Services.Partnerships.Units(ctx, r.viewer)
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.ID] = u.Name
	}
	return names, err
}

// behind is the address of the partnerships behind a figure.
func (s *site) behind(r *request, st state) string {
	return st.at(r.to(regionPath + "/partnerships")).URL()
}

func (s *site) regionFigures(r *request, st state, view service.RegionView) []views.Figure {
	say := s.say(r.lang)
	figure := func(key string, n int, st state) views.Figure {
		return views.Figure{Label: say(key), Value: itoa(n), Unit: say("unit.partnerships"), URL: s.behind(r, st)}
	}
	working := view.Stages[portal.PartnershipSigned] + view.Stages[portal.PartnershipRunning]
	out := []views.Figure{
		figure("region.all", view.Partnerships, st),
		figure("region.working", working, st.with("stage", string(portal.PartnershipSigned), string(portal.PartnershipRunning))),
		figure("region.late", view.Late, st.with("late", "yes")),
		figure("region.dormant", view.Motions[service.Motions[1]], st.with("motion", service.Motions[1])),
	}
	if view.Demo > 0 {
		out[0].Note = say("region.demo", view.Demo)
	}
	return append(out,
		views.Figure{Label: say("region.contract"), Value: wan(view.Contract), Unit: say("unit.wan_yuan")},
		views.Figure{Label: say("region.received"), Value: wan(view.Received), Unit: say("unit.wan_yuan")})
}

// wan writes yuan in units of ten thousand.
func wan(yuan int64) string {
	return strconv.FormatFloat(float64(yuan)/10_000, 'f', -1, 64)
}

// regionFilter narrows what is counted.
func (s *site) regionFilter(r *request, st state, view service.RegionView, words func(int, string) views.Link) views.Section {
	say := s.say(r.lang)
	form := views.Form{ID: "narrow", Get: true, Across: true, Action: r.to(regionPath), Submit: say("region.narrow"), Look: "quiet"}
	for by, facet := range service.RegionFacets {
		if by == service.ByMotion {
			continue
		}
		opts := []views.Option{{Text: say("region.any")}}
		for _, group := range view.By[by] {
			opts = append(opts, views.Option{Value: group.Value, Text: words(by, group.Value).Text + " (" + itoa(group.N) + ")"})
		}
		for _, chosen := range st.refine[facet] { // one that nothing has any more stays chosen
			if !slices.ContainsFunc(opts, func(o views.Option) bool { return o.Value == chosen }) {
				opts = append(opts, views.Option{Value: chosen, Text: words(by, chosen).Text + " (0)"})
			}
		}
		form.Fields = append(form.Fields, choice(s.fieldOf(r, "region.form.", "select", facet, strings.Join(st.refine[facet], "")), opts...))
	}
	years := []views.Option{{Text: say("region.any")}}
	for _, year := range view.Periods {
		years = append(years, views.Option{Value: year, Text: year})
	}
	form.Fields = append(form.Fields, choice(s.fieldOf(r, "region.form.", "select", "period", strings.Join(st.refine["period"], "")), years...))
	sec := views.Section{ID: "narrowing", Title: say("region.narrow"), Forms: []views.Form{form}}
	if len(st.refine) > 0 {
		sec.More = &views.Link{Text: say("region.clear"), URL: r.to(regionPath)}
	}
	return sec
}

// regionStages are the stages a chart of the region has columns for.
var regionStages = [...]portal.PartnershipStage{portal.PartnershipNegotiating, portal.PartnershipSigned, portal.PartnershipRunning, portal.PartnershipConcluded, portal.PartnershipTerminated}

// regionChart shows the partnerships by one property, with where they stand.
func (s *site) regionChart(r *request, st state, view service.RegionView, by int, words func(int, string) views.Link) views.Section {
	say, facet := s.say(r.lang), service.RegionFacets[by]
	chart := &views.Chart{ID: "chart-" + facet, Caption: say("region.chart", say("region.form."+facet)), Label: say("region.form." + facet), Unit: say("region.total"), Note: say("region.chart_note", moment(view.AsOf))}
	for _, stage := range regionStages {
		chart.More = append(chart.More, say("partnership.stage."+string(stage)))
	}
	groups := slices.Clone(view.By[by])
	if by == service.ByYear {
		slices.SortFunc(groups, func(a, b service.RegionGroup) int { return strings.Compare(b.Value, a.Value) })
	}
	most := 1
	for _, group := range groups {
		most = max(most, group.N)
	}
	for _, group := range groups {
		here := st.with(facet, group.Value)
		label := words(by, group.Value)
		label.URL = here.at(r.to(regionPath)).URL()
		bar := views.Bar{Label: label, Text: itoa(group.N), URL: s.behind(r, here), Percent: 100 * group.N / most}
		for _, stage := range regionStages {
			n := group.Stages[stage]
			if stage == portal.PartnershipNegotiating { // what is only proposed is talked about too
				n += group.Stages[portal.PartnershipProposed]
			}
			c := views.Cell{Text: itoa(n), Muted: n == 0}
			switch {
			case n > 0 && stage == portal.PartnershipNegotiating:
				c.URL = s.behind(r, here.with("stage", string(portal.PartnershipProposed), string(stage)))
			case n > 0:
				c.URL = s.behind(r, here.with("stage", string(stage)))
			}
			bar.More = append(bar.More, c)
		}
		chart.Bars = append(chart.Bars, bar)
	}
	sec := views.Section{ID: "by-" + facet, Title: say("region.by." + facet), Chart: chart}
	if len(groups) == 0 {
		sec.Chart, sec.Empty = nil, &views.Empty{Text: say("region.nothing")}
	}
	return sec
}

// regionMap shows the partnerships where their colleges are.
func (s *site) regionMap(r *request, st state, view service.RegionView) views.Section {
	say, lines := s.say(r.lang), map[portal.Cluster][]string{}
	for _, group := range view.By[service.ByCluster] {
		lines[portal.Cluster(group.Value)] = []string{say("region.map_line", group.N, group.Stages[portal.PartnershipRunning])}
	}
	m := s.clusterMap(r, lines, "")
	for i, place := range m.Places {
		m.Places[i].URL = s.behind(r, st.with("cluster", place.Key))
	}
	return views.Section{ID: "map", Title: say("region.map"), Map: m}
}

// regionOutcomes shows what came of it, verified against claimed.
func (s *site) regionOutcomes(r *request, st state, view service.RegionView) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "outcomes", Title: say("region.outcomes"), Note: say("region.outcomes.note")}
	if len(view.Outcomes) == 0 {
		sec.Empty = &views.Empty{Text: say("region.no_outcomes")}
		return sec
	}
	t := &views.Table{Caption: sec.Title, Dense: true, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("outcome.column.unit")}, {Text: say("outcome.state.verified"), Number: true}, {Text: say("region.claimed"), Number: true}, {Text: say("region.records"), Number: true}, {Text: say("region.disputed"), Number: true}}}
	for _, sum := range view.Outcomes {
		address := func(records string) string {
			return st.with("indicator", sum.Indicator.ID).with("records", records).at(r.to(regionPath + "/outcomes")).URL()
		}
		name := r.indicatorName(sum.Indicator)
		name.URL = r.to("/indicators/" + url.PathEscape(sum.Indicator.ID))
		row := views.Row{Name: name, Cells: []views.Cell{s.unitCell(r, sum.Indicator), s.sumCell(r, sum.Indicator, sum.Verified, say("outcome.state.verified"), address("verified")),
			s.sumCell(r, sum.Indicator, sum.Claimed, say("region.claimed"), address("claimed")),
			{Label: say("region.records"), Text: itoa(sum.Verified.N) + " / " + itoa(sum.Claimed.N), Number: true},
			{Label: say("region.disputed"), Text: itoa(sum.Disputed), Number: true, Muted: sum.Disputed == 0}}}
		if sum.Disputed > 0 {
			row.Cells[4].URL = address("disputed")
		}
		t.Rows = append(t.Rows, row)
	}
	sec.Table = t
	return sec
}

// sumCell is a sum: of a rate its parts, of what cannot be added up only how many records
// there are.
func (s *site) sumCell(r *request, ind portal.Indicator, part service.RegionPart, label, address string) views.Cell {
	c := views.Cell{Label: label, Number: true, URL: address}
	switch {
	case part.N == 0:
		return views.Cell{Label: label, Number: true, Text: "—", Muted: true}
	case part.Hidden:
		c.Text = fewPeople
	case ind.Kind == portal.ValueRate:
		c.Text = part.Value.String() + "% (" + part.Numerator.String() + "/" + part.Denominator.String() + ")"
	case ind.Adds():
		c.Text = part.Value.String()
	default:
		c.Text = s.say(r.lang)("region.values", part.N)
	}
	return c
}

// rebuildRegion counts everything anew.
func (s *site) rebuildRegion(_ context.Context, r *request) error {
	if err := s.Services.Region.Rebuild(r.viewer); err != nil {
		return err
	}
	return s.done(r, "counted", regionPath)
}

// listRegionPartnerships are the partnerships behind a figure.
func (s *site) listRegionPartnerships(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	st, choice, bad := s.regionState(r)
	found, err := s.Services.Region.Partnerships(ctx, r.viewer, choice, st.page)
	if err != nil {
		return err
	}
	p, err := s.behindPage(ctx, r, st, bad, say("region.partnerships", found.Total))
	if err != nil {
		return err
	}
	sec := views.Section{ID: "partnerships", Title: say("region.partnerships", found.Total), Table: s.deskPartnershipTable(r, p.Heading, found.Items)}
	if found.Total == 0 {
		sec.Empty = &views.Empty{Text: say("region.nothing"), Steps: []views.Link{{Text: say("region.clear"), URL: r.to(regionPath)}}}
	}
	p.Sections, p.Pager = []views.Section{sec}, pager(st, found.Page, found.Pages)
	return s.render(r, "desk", "", p)
}

// behindPage begins a list behind a figure, and says what was chosen.
func (s *site) behindPage(ctx context.Context, r *request, st state, bad portal.Invalid, title string) (views.Desk, error) {
	say := s.say(r.lang)
	units, err := s.unitNames(ctx, r)
	if err != nil {
		return views.Desk{}, err
	}
	words := s.regionWords(r, units)
	p := s.deskPage(ctx, r, title)
	for _, problem := range bad {
		p.Notices = append(p.Notices, say(problem.Key, problem.Args...))
	}
	for by, facet := range service.RegionFacets {
		for _, value := range st.refine[facet] {
			w := words(by, value)
			p.Summary = append(p.Summary, fact(views.Cell{Label: say("region.form." + facet), Text: w.Text, Lang: w.Lang}))
		}
	}
	if st.has("late", "yes") {
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("milestone.title"), Text: say("region.late")}))
	}
	for _, year := range st.refine["period"] {
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("region.form.period"), Text: year}))
	}
	p.Links = []views.Link{{Text: say("region.back"), URL: st.with("indicator").with("records").at(r.to(regionPath)).URL()}}
	return p, nil
}

// regionStates are the states of the outcomes behind each kind of sum.
var regionStates = map[string][]portal.OutcomeState{
	"verified": {portal.OutcomeVerified},
	"claimed":  {portal.OutcomeClaimed, portal.OutcomeConfirmed},
	"disputed": {portal.OutcomeDisputed, portal.OutcomeReturned},
}

// listRegionOutcomes are the outcomes behind a sum.
func (s *site) listRegionOutcomes(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	st, choice, bad := s.regionState(r)
	of, kind := strings.Join(st.refine["indicator"], ""), strings.Join(st.refine["records"], "")
	states, known := regionStates[kind]
	if !known && kind != "" {
		return badRequest{portal.Invalid{{Field: "records", Key: "problem.unknown_value", Args: []any{cut(kind, maxChoice)}}}}
	}
	ind, err := s.Services.Indicators.Show(ctx, r.viewer, of)
	if err != nil {
		return err
	}
	found, err := s.Services.Region.Outcomes(ctx, r.viewer, choice, of, states, st.page)
	if err != nil {
		return err
	}
	name := r.indicatorName(ind)
	p, err := s.behindPage(ctx, r, st, bad, name.Text)
	if err != nil {
		return err
	}
	p.HeadingLang, p.Kind = name.Lang, say("region.records")
	if kind != "" {
		p.State = say("region.records." + kind)
	}
	p.Sections = []views.Section{s.waitingSection(r, say("region.outcome_list", found.Total), found.Items)}
	p.Pager = pager(st, found.Page, found.Pages)
	return s.render(r, "desk", "", p)
}
