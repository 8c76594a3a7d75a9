package web

import (
	"context"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const targetsPath = "/desk/targets"

// listTargets shows what is to be reached and how far that is.
func (s *site) listTargets(ctx context.Context, r *request) error {
	p, err := s.targetPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) targetPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	all, err := s.Services.Targets.List(ctx, r.viewer)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("target.title"))
	p.Lead = say("target.lead")
	p.Links = []views.Link{{Text: say("region.back"), URL: r.to(regionPath)}}
	for from := 0; from < len(all); {
		until := from
		for until < len(all) && all[until].Year == all[from].Year {
			until++
		}
		p.Sections = append(p.Sections, s.targetSection(r, all[from:until]))
		from = until
	}
	if len(all) == 0 {
		p.Sections = append(p.Sections, views.Section{ID: "none", Title: say("target.none_title"), Empty: &views.Empty{Text: say("target.none")}})
	}
	if !portal.CanSetTargets(r.viewer) {
		return p, nil
	}
	indicators, err := s.Services.Indicators.List(ctx, r.viewer)
	if err != nil {
		return p, err
	}
	p.Sections = append(p.Sections, views.Section{ID: "enter", Title: say("target.enter"), Note: say("target.enter.note"), Forms: []views.Form{s.targetForm(r, indicators)}})
	if len(all) > 0 {
		drop := s.form(r, targetsPath+"/drop", "target.drop", must(choice(s.targetField(r, "select", "target", ""), s.targetOptions(r, all)...)))
		drop.ID, drop.Look = "drop", "danger"
		p.Sections = append(p.Sections, views.Section{ID: "take-off", Title: say("target.drop"), Forms: []views.Form{*drop}})
	}
	return p, nil
}

func (s *site) targetField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "target.form.", kind, name, value)
}

func (s *site) targetForm(r *request, indicators []portal.Indicator) views.Form {
	say := s.say(r.lang)
	measures := []views.Option{{Text: say("target.partnerships")}}
	for _, ind := range indicators {
		if ind.Adds() {
			unit := r.name(ind.Unit, ind.UnitEn, "").Text
			measures = append(measures, views.Option{Value: ind.ID, Text: r.indicatorName(ind).Text + " (" + unit + ")"})
		}
	}
	form := s.form(r, targetsPath, "target.save",
		choice(s.targetField(r, "select", "indicator", ""), measures...),
		choice(s.targetField(r, "select", "type", ""), append([]views.Option{{Text: say("target.every_type")}}, options(say, "mode.", portal.Modes[:])...)...),
		must(choice(s.targetField(r, "radios", "span", string(portal.ByYear)), options(say, "target.span.", portal.TargetSpans[:])...)),
		must(s.targetField(r, "number", "year", "")), must(s.targetField(r, "number", "value", "")),
		must(s.targetField(r, "text", "source", "")), s.targetField(r, "text", "note", ""))
	form.ID = "set"
	return *form
}

// targetOptions names targets to choose from.
func (s *site) targetOptions(r *request, all []service.TargetProgress) []views.Option {
	say := s.say(r.lang)
	out := make([]views.Option, len(all))
	for i, t := range all {
		out[i] = views.Option{Value: t.ID, Text: say("target.span_of."+string(t.Span), t.Year) + " · " + s.measure(r, t).Text}
	}
	return out
}

// measure says what a target counts.
func (s *site) measure(r *request, t service.TargetProgress) views.Link {
	say := s.say(r.lang)
	switch {
	case t.Indicator != "":
		return r.indicatorName(t.Of)
	case t.Type != "":
		return views.Link{Text: say("target.of_type", say("mode."+string(t.Type)))}
	}
	return views.Link{Text: say("target.partnerships")}
}

// targetSection shows the targets of a year with how far they are.
func (s *site) targetSection(r *request, of []service.TargetProgress) views.Section {
	say, year := s.say(r.lang), strconv.Itoa(of[0].Year)
	chart := &views.Chart{ID: "targets-" + year, Caption: say("target.chart", year), Label: say("target.form.indicator"), Unit: say("target.form.value"),
		More: []string{say("outcome.state.verified"), say("region.claimed"), say("target.reached")}, Note: say("target.note", moment(s.Clock()))}
	sec := views.Section{ID: "year-" + year, Title: say("target.of_year", year), Chart: chart}
	for _, t := range of {
		label := s.measure(r, t)
		label.URL = s.targetBehind(r, t)
		reached, claimed := min(int(t.Reached()/100), 100), int(portal.Percent(t.Verified+t.Claimed, t.Value)/100)
		bar := views.Bar{Label: label, Text: t.Value.String(), Percent: min(claimed, 100), Part: reached,
			More: []views.Cell{{Text: t.Verified.String()}, {Text: t.Claimed.String(), Muted: t.Claimed == 0}, {Text: t.Reached().String() + "%"}}}
		if t.Indicator == "" {
			bar.More[1] = views.Cell{Text: "—", Muted: true}
		}
		if t.Hidden {
			bar.Percent, bar.Part = 0, 0
			bar.More = []views.Cell{{Text: fewPeople}, {Text: fewPeople}, {Text: "—", Muted: true}}
		}
		chart.Bars = append(chart.Bars, bar)
		unit := r.name(t.Of.Unit, t.Of.UnitEn, "").Text
		if t.Indicator == "" {
			unit = say("unit.partnerships")
		}
		c := r.hanCell(say, label.Text, t.Source)
		sec.Facts = append(sec.Facts, views.Fact{Cell: c, Note: say("target.span_of."+string(t.Span), t.Year) + " · " + t.Value.String() + " " + unit + noted(say, t.Note)})
	}
	return sec
}

func noted(say say, note string) string {
	if note == "" {
		return ""
	}
	return say("indicator.aside", note)
}

// targetBehind leads to the records that count towards a target.
func (s *site) targetBehind(r *request, t service.TargetProgress) string {
	q := url.Values{}
	path := regionPath + "/partnerships"
	if t.Indicator != "" {
		path = regionPath + "/outcomes"
		q.Set("indicator", t.Indicator)
		q.Set("records", "verified")
		if t.Span == portal.InYear {
			q.Set("period", strconv.Itoa(t.Year))
		}
		return r.to(path) + "?" + q.Encode()
	}
	if t.Type != "" {
		q.Set("type", string(t.Type))
	}
	for _, stage := range []portal.PartnershipStage{portal.PartnershipSigned, portal.PartnershipRunning, portal.PartnershipConcluded} {
		q.Add("stage", string(stage))
	}
	if t.Span == portal.InYear {
		q.Set("year", strconv.Itoa(t.Year))
	}
	return r.to(path) + "?" + q.Encode()
}

// setTarget enters a target.
func (s *site) setTarget(ctx context.Context, r *request) error {
	_, err := s.Services.Targets.Set(ctx, r.viewer, portal.TargetDraft{Indicator: r.value("indicator"), Type: r.value("type"), Span: r.value("span"),
		Year: narrow(r.value("year")), Value: narrow(r.value("value")), Source: r.value("source"), Note: r.value("note")})
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.targetPage(ctx, r) })
	}
	return s.done(r, "saved", targetsPath)
}

// dropTarget takes a target off.
func (s *site) dropTarget(ctx context.Context, r *request) error {
	if err := s.Services.Targets.Drop(ctx, r.viewer, r.value("target")); err != nil {
		return err
	}
	return s.done(r, "saved", targetsPath)
}
