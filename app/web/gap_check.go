package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const gapPath = "/desk/gap-check"

// supposedPrefix begins the names of the fields of supposed values.
const supposedPrefix = "v."

// showGaps holds one's partnerships, one of them, or a type of which there is none yet,
// against the thresholds of the dictionary.
func (s *site) showGaps(ctx context.Context, r *request) error {
	id, chosen := clean(r.Query("partnership")), portal.Mode(clean(r.Query("type")))
	supposed := map[string]string{}
	for key, value := range r.Queries() {
		if name, ok := strings.CutPrefix(key, supposedPrefix); ok && clean(value) != "" {
			supposed[name] = cut(clean(value), maxChoice)
		}
	}
	var gaps service.Gaps
	var err error
	switch {
	case id != "":
		gaps, err = s.Services.GapCheck.Of(ctx, r.viewer, id, supposed)
	case chosen != "":
		gaps, err = s.Services.GapCheck.OfType(ctx, r.viewer, chosen, supposed)
	default:
		return s.listGapChecks(ctx, r)
	}
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	p := s.gapPage(ctx, r, gaps, supposed)
	if len(invalid) > 0 {
		return s.refused(r, &p, invalid)
	}
	return s.render(r, "desk", "", p)
}

func (s *site) listGapChecks(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	mine, err := s.Services.GapCheck.Mine(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("standing.title"))
	p.Lead = say("standing.lead")
	sec := views.Section{ID: "partnerships", Title: say("standing.mine", len(mine)), Note: say("standing.mine.note")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("column.type")}}}
	for _, standing := range portal.GapStandings {
		sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("standing.standing." + string(standing)), Number: true})
	}
	for _, g := range mine {
		counts := map[portal.GapStanding]int{}
		for _, l := range g.Lines {
			counts[l.Standing]++
		}
		row := views.Row{Name: r.name(g.In.Title, "", r.to(gapPath+"?partnership="+url.QueryEscape(g.In.ID))), Badge: badge(say, g.In.Origin), Cells: []views.Cell{{Label: say("column.type"), Text: say("mode." + string(g.Type))}}}
		for _, standing := range portal.GapStandings {
			row.Cells = append(row.Cells, views.Cell{Label: say("standing.standing." + string(standing)), Text: itoa(counts[standing]), Number: true, Muted: counts[standing] == 0})
		}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	if len(mine) == 0 {
		sec.Empty = &views.Empty{Text: say("standing.none")}
	}
	none := views.Section{ID: "types", Title: say("standing.types"), Note: say("standing.types.note")}
	all, err := s.Services.Indicators.List(ctx, r.viewer)
	if err != nil {
		return err
	}
	for _, m := range portal.Modes {
		if slices.ContainsFunc(all, func(i portal.Indicator) bool { return i.Threshold != nil && i.For(m) }) {
			none.List = append(none.List, views.Link{Text: say("mode." + string(m)), URL: r.to(gapPath + "?type=" + string(m))})
		}
	}
	p.Sections = []views.Section{sec, none}
	return s.render(r, "desk", "", p)
}

// gapPage is one partnership against its thresholds, with a form to suppose other values.
func (s *site) gapPage(ctx context.Context, r *request, g service.Gaps, supposed map[string]string) views.Desk {
	say := s.say(r.lang)
	heading, hidden := say("mode."+string(g.Type)), views.Hidden{Name: "type", Value: string(g.Type)}
	if g.In.ID != "" {
		heading, hidden = g.In.Title, views.Hidden{Name: "partnership", Value: g.In.ID}
	}
	p := s.deskPage(ctx, r, say("standing.heading", heading))
	p.Kind, p.Lead = say("mode."+string(g.Type)), say("standing.one.lead")
	if g.In.ID != "" {
		p.Badge = badge(say, g.In.Origin)
		p.Links = append(p.Links, views.Link{Text: say("partnership.outcomes"), URL: r.to(outcomesPath(g.In.ID))})
	}
	p.Links = append(p.Links, views.Link{Text: say("standing.all"), URL: r.to(gapPath)})
	for _, e := range g.Crossed {
		p.Notices = append(p.Notices, say("standing.crossed", r.indicatorName(e.Of).Text, s.periodText(r, e.Period)))
	}
	if len(g.Lines) == 0 {
		p.Sections = []views.Section{{ID: "thresholds", Title: say("standing.thresholds"), Empty: &views.Empty{Text: say("standing.no_thresholds")}}}
		return p
	}
	form := &views.Form{ID: "suppose", Action: r.to(gapPath), Get: true, Submit: say("standing.suppose"), Hidden: []views.Hidden{hidden}}
	for _, l := range g.Lines {
		f := views.Field{Kind: "text", Name: supposedPrefix + l.Indicator.ID, Label: r.indicatorName(l.Indicator).Text, Value: supposed[l.Indicator.ID], Most: maxChoice, Help: say("standing.threshold_is", s.thresholdText(r, l.Indicator))}
		form.Fields = append(form.Fields, f)
	}
	p.Sections = []views.Section{s.gapCheckTable(r, g, len(supposed) > 0), {ID: "supposing", Title: say("standing.suppose.title"), Note: say("standing.suppose.note"), Forms: []views.Form{*form}}}
	return p
}

func (s *site) gapCheckTable(r *request, g service.Gaps, supposed bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "thresholds", Title: say("standing.thresholds"), Note: say("standing.thresholds.note", s.today()), Print: true}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("indicator.threshold")}, {Text: say("outcome.state.verified"), Number: true}, {Text: say("outcome.unverified"), Number: true}, {Text: say("standing.result")}}}
	if supposed {
		sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("standing.supposed"), Number: true}, views.Column{Text: say("standing.then")})
	}
	for _, l := range g.Lines {
		name := r.indicatorName(l.Indicator)
		name.URL = r.to("/indicators/" + url.PathEscape(l.Indicator.ID))
		row := views.Row{Name: name, Note: s.thresholdNote(r, l.Indicator.Threshold), Cells: []views.Cell{{Label: say("indicator.threshold"), Text: s.thresholdText(r, l.Indicator)}, s.gapValue(r, say("outcome.state.verified"), l.Verified), s.gapValue(r, say("outcome.unverified"), l.Claimed),
			{Label: say("standing.result"), Text: s.standingText(r, l.Indicator, l.Standing, l.Short)}}}
		if supposed {
			value, then := views.Cell{Label: say("standing.supposed"), Text: "—", Number: true, Muted: true}, views.Cell{Label: say("standing.then"), Text: "—", Muted: true}
			if l.Supposed != nil {
				value.Text, value.Muted = l.Supposed.String(), false
				then.Text, then.Muted = s.standingText(r, l.Indicator, l.Then, l.ThenShort), false
			}
			row.Cells = append(row.Cells, value, then)
		}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	return sec
}

// gapValue is the latest value of an indicator, with its period; a dash where there is none.
func (s *site) gapValue(r *request, label string, e *service.OutcomeEntry) views.Cell {
	if e == nil {
		return views.Cell{Label: label, Text: "—", Number: true, Muted: true}
	}
	c := s.valueCell(r, e.Of, e.Current())
	c.Label, c.URL = label, r.to(outcomePath(e.ID))
	c.Text = s.say(r.lang)("standing.value", c.Text, s.periodText(r, e.Period))
	return c
}

// standingText says how a value stands, and what it lacks.
func (s *site) standingText(r *request, i portal.Indicator, standing portal.GapStanding, short portal.Hundredths) string {
	say := s.say(r.lang)
	switch {
	case standing == portal.GapShort && i.Threshold.Compare == portal.AtMost:
		return say("standing.over_by", short.String(), s.gapUnit(r, i))
	case standing == portal.GapShort:
		return say("standing.short_by", short.String(), s.gapUnit(r, i))
	case standing == portal.GapReference:
		return s.standing(r, i.Threshold)
	}
	return say("standing.standing." + string(standing))
}

// gapUnit is what a difference is counted in.
func (s *site) gapUnit(r *request, i portal.Indicator) string {
	if i.Kind == portal.ValueRate {
		return s.say(r.lang)("standing.points")
	}
	return r.name(i.Unit, i.UnitEn, "").Text
}
