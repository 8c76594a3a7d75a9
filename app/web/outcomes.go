package web

import (
	"context"
	"net/url"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// outcomesPath is the address of what came of a partnership, on the desk.
func outcomesPath(partnership string) string {
	return "/desk/partnerships/" + url.PathEscape(partnership) + "/outcomes"
}

func outcomePath(id string) string { return "/desk/outcomes/" + url.PathEscape(id) }

// listOutcomes is what came of one partnership: what is verified and what is only claimed
// apart, what adds up, the classes, and what nobody has entered.
func (s *site) listOutcomes(ctx context.Context, r *request) error {
	p, err := s.outcomesPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) outcomesPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Outcomes.Partnership(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("outcome.title", f.In.Title))
	p.Kind, p.Badge, p.Lead = say("mode."+string(f.In.Type)), badge(say, f.In.Origin), say("outcome.lead")
	counts := map[portal.OutcomeState]int{}
	for _, e := range f.Entries {
		counts[e.State]++
	}
	p.Figures = s.stateFigures(r, counts, func(portal.OutcomeState) string { return "" })
	p.Links = []views.Link{{Text: say("outcome.partnership"), URL: r.to("/desk/partnerships/" + url.PathEscape(f.In.ID))}, {Text: say("outcome.dictionary"), URL: r.to("/indicators?type=" + string(f.In.Type))}}
	if portal.CanCheckGaps(r.viewer) {
		p.Links = append(p.Links, views.Link{Text: say("standing.title"), URL: r.to(gapPath + "?partnership=" + url.QueryEscape(f.In.ID))})
	}
	if portal.CanSeeFew(r.viewer, f.In) && counts[portal.OutcomeVerified] > 0 {
		p.Links = append(p.Links, views.Link{Text: say("report.evidence"), URL: r.to(partnershipPath(f.In.ID) + "/evidence.zip")})
	}
	enter := portal.CanEnterOutcome(r.viewer, f.In)
	if enter {
		p.Links = append([]views.Link{{Text: say("outcome.new"), URL: r.to(outcomesPath(f.In.ID) + "/new")}}, p.Links...)
	}
	p.Sections = append(p.Sections, s.entrySection(r, "verified", f.Entries, true), s.entrySection(r, "claimed", f.Entries, false))
	if sums := s.totalSection(r, f); len(sums.Table.Rows) > 0 {
		p.Sections = append(p.Sections, sums)
	}
	p.Sections = append(p.Sections, s.funnelSections(r, f, true)...)
	if enter {
		p.Sections = append(p.Sections, s.outcomeSheetSection(r, f.In))
	}
	if len(f.Missing) > 0 {
		p.Sections = append(p.Sections, s.missingSection(r, f, enter))
	}
	return p, nil
}

// stateFigures count outcomes by state.
func (s *site) stateFigures(r *request, counts map[portal.OutcomeState]int, address func(portal.OutcomeState) string) []views.Figure {
	say := s.say(r.lang)
	var out []views.Figure
	for _, state := range portal.OutcomeStates {
		out = append(out, views.Figure{Label: say("outcome.state." + string(state)), Value: itoa(counts[state]), Unit: say("outcome.unit"), URL: address(state)})
	}
	return out
}

// entrySection lists outcomes by indicator and period: those that are verified, or all
// others.
func (s *site) entrySection(r *request, id string, entries []service.OutcomeEntry, verified bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: id, Title: say("outcome.section." + id), Note: say("outcome.section." + id + ".note")}
	t := &views.Table{Caption: sec.Title, Columns: s.entryColumns(r, verified)}
	for _, e := range entries {
		if e.Verified() == verified {
			t.Rows = append(t.Rows, s.entryRow(r, e, verified, outcomePath(e.ID)))
		}
	}
	if sec.Table = t; len(t.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("outcome.none")}
	}
	return sec
}

func (s *site) entryColumns(r *request, verified bool) []views.Column {
	say := s.say(r.lang)
	cols := []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("outcome.column.period")}, {Text: say("outcome.column.value"), Number: true}, {Text: say("outcome.column.unit")}, {Text: say("outcome.column.counted")}}
	if !verified {
		cols = append(cols, views.Column{Text: say("column.state")}, views.Column{Text: say("outcome.next")})
	}
	return cols
}

// entryRow is one outcome; path leads to it, when there is one.
func (s *site) entryRow(r *request, e service.OutcomeEntry, verified bool, path string) views.Row {
	say := s.say(r.lang)
	name := r.indicatorName(e.Of)
	if path != "" {
		name.URL = r.to(path)
	}
	row := views.Row{Name: name, Cells: []views.Cell{{Label: say("outcome.column.period"), Text: s.periodText(r, e.Period)}, s.valueCell(r, e.Of, e.Current()),
		s.unitCell(r, e.Of), cell(say, say("outcome.column.counted"), e.Current().Counted)}}
	if e.Current().Counted == "" {
		row.Cells[3].Text = "—"
	}
	if !verified {
		row.Cells = append(row.Cells, views.Cell{Label: say("column.state"), Text: say("outcome.state." + string(e.State))}, views.Cell{Label: say("outcome.next"), Text: s.nextWords(r, e)})
	}
	return row
}

func (r *request) indicatorName(i portal.Indicator) views.Link { return r.name(i.Name, i.NameEn, "") }

// unitCell is the unit a value is in: of a rate percent, whatever its parts are.
func (s *site) unitCell(r *request, i portal.Indicator) views.Cell {
	say := s.say(r.lang)
	label := say("outcome.column.unit")
	if i.Kind == portal.ValueRate {
		return views.Cell{Label: label, Text: "%"}
	}
	return r.wordingCell(say, label, i.Unit, i.UnitEn)
}

// wordingCell is a text that has a form in both languages.
func (r *request) wordingCell(say say, label, zh, en string) views.Cell {
	l := r.name(zh, en, "")
	c := cell(say, label, l.Text)
	if !c.Muted {
		c.Lang = l.Lang
	}
	return c
}

// periodText writes a period as people say it.
func (s *site) periodText(r *request, p portal.Period) string {
	say := s.say(r.lang)
	switch p.Kind {
	case portal.PeriodAcademic:
		return say("period.text.academic_year", p.From[:4], p.Until[:4])
	case portal.PeriodQuarter:
		return say("period.text.quarter", p.Label[:4], p.Label[5:])
	case portal.PeriodBatch, portal.PeriodProject:
		return say("period.text.span", p.From, p.Until)
	}
	return say("period.text."+string(p.Kind), p.Label)
}

// fewPeople stands for a number of people that is not shown.
const fewPeople = "<5"

// valueText is a value as people read it; its unit stands beside it, but for percent.
func (s *site) valueText(r *request, i portal.Indicator, ver portal.OutcomeVersion) string {
	say := s.say(r.lang)
	switch {
	case ver.Hidden && i.Kind == portal.ValueRate:
		return say("outcome.few_rate")
	case ver.Hidden:
		return fewPeople
	case i.Kind == portal.ValueRate:
		return say("outcome.rate", ver.Value.String(), ver.Numerator.String(), ver.Denominator.String())
	case i.Kind == portal.ValueYesNo:
		return say(map[bool]string{true: "value.yes", false: "value.no"}[ver.Value > 0])
	case i.Kind == portal.ValueClass:
		if n := int(ver.Value/100) - 1; n >= 0 && n < len(i.Classes) {
			return r.name(i.Classes[n].Zh, i.Classes[n].En, "").Text
		}
	}
	return ver.Value.String()
}

func (s *site) valueCell(r *request, i portal.Indicator, ver portal.OutcomeVersion) views.Cell {
	return views.Cell{Label: s.say(r.lang)("outcome.column.value"), Text: s.valueText(r, i, ver), Number: true, Muted: ver.Hidden}
}

// nextWords says who has to do what now.
func (s *site) nextWords(r *request, e service.OutcomeEntry) string {
	say := s.say(r.lang)
	who := orElse(e.Names[e.Current().Organisation], say("outcome.who_entered"))
	switch {
	case e.RedLine != "" && e.State == portal.OutcomeConfirmed:
		return say("outcome.red_line", e.RedLine)
	case e.State == portal.OutcomeConfirmed && len(e.Current().Evidence) == 0 && portal.CanSeeFew(r.viewer, e.In):
		return say("outcome.next.evidence", who)
	case e.State == portal.OutcomeClaimed:
		return say("outcome.next.claimed", who)
	case e.State == portal.OutcomeDisputed, e.State == portal.OutcomeReturned:
		return say("outcome.next."+string(e.State), who)
	}
	return say("outcome.next." + string(e.State))
}

// totalSection adds up the periods of an indicator, where there are several.
func (s *site) totalSection(r *request, f service.OutcomeFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "totals", Title: say("outcome.totals"), Note: say("outcome.totals.note")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("outcome.state.verified"), Number: true}, {Text: say("outcome.records"), Number: true},
		{Text: say("outcome.unverified"), Number: true}, {Text: say("outcome.records"), Number: true}, {Text: say("outcome.column.unit")}}}
	for _, t := range f.Totals {
		if t.Verified.N+t.Claimed.N < 2 {
			continue
		}
		row := views.Row{Name: r.indicatorName(t.Indicator)}
		for _, sum := range []struct {
			label string
			service.OutcomeSum
		}{{say("outcome.state.verified"), t.Verified}, {say("outcome.unverified"), t.Claimed}} {
			value := views.Cell{Label: sum.label, Text: sum.Value.String(), Number: true}
			if sum.N == 0 || sum.Hidden {
				value.Muted, value.Text = true, "—"
			}
			row.Cells = append(row.Cells, value, views.Cell{Label: say("outcome.records"), Text: itoa(sum.N), Number: true})
		}
		row.Cells = append(row.Cells, s.unitCell(r, t.Indicator))
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	return sec
}

// missingSection lists what the type of the partnership has and nobody has entered.
func (s *site) missingSection(r *request, f service.OutcomeFile, enter bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "missing", Title: say("outcome.missing"), Note: say("outcome.missing.note", len(f.Missing), len(f.Indicators))}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("outcome.column.period")}, {Text: say("outcome.column.unit")}}}
	for _, m := range f.Missing {
		name := r.indicatorName(m.Indicator)
		q := url.Values{"indicator": {m.Indicator.ID}}
		period := say("period." + string(m.Indicator.Period))
		if m.Period.Label != "" {
			period = s.periodText(r, m.Period)
			q.Set("period", m.Period.Label)
		}
		if enter {
			name.URL = r.to(outcomesPath(f.In.ID)+"/new") + "?" + q.Encode()
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: name, Cells: []views.Cell{{Label: say("outcome.column.period"), Text: period},
			s.unitCell(r, m.Indicator)}})
	}
	return sec
}

// funnelSections follow the classes, each as a chart of bars with its table beneath.
func (s *site) funnelSections(r *request, f service.OutcomeFile, desk bool) []views.Section {
	say := s.say(r.lang)
	var out []views.Section
	for _, fn := range f.Funnels {
		standing := map[bool]string{true: "verified", false: "claimed"}[fn.Verified]
		id := "funnel-" + fn.Cohort.Label + "-" + standing
		title := say("outcome.funnel", s.periodText(r, fn.Cohort), say("outcome.section."+standing))
		if len(fn.Steps) > 0 {
			out = append(out, views.Section{ID: id, Title: title, Chart: &views.Chart{ID: id + "-chart", Caption: say("outcome.funnel.caption"), Label: say("outcome.step"), Unit: say("outcome.persons"),
				Note: say("outcome.funnel.blank"), Bars: s.funnelBars(r, fn.Steps)}})
		}
		sec := views.Section{ID: id + "-parts", Title: say("outcome.parts", title), Note: say("outcome.funnel.note")}
		t := &views.Table{Caption: sec.Title}
		for n, key := range []string{"outcome.step", "outcome.form.numerator", "outcome.form.denominator", "outcome.percent", "outcome.column.counted"} {
			t.Columns = append(t.Columns, views.Column{Text: say(key), Number: n > 0 && n < 4})
		}
		for _, step := range append(append([]service.FunnelStep{}, fn.Steps...), fn.Stayed...) {
			t.Rows = append(t.Rows, s.stepRow(r, step, desk))
		}
		sec.Table = t
		out = append(out, sec)
	}
	return out
}

func (s *site) funnelBars(r *request, steps []service.FunnelStep) []views.Bar {
	var longest portal.Hundredths
	for _, step := range steps {
		longest = max(longest, step.Value)
	}
	bars := make([]views.Bar, len(steps))
	for i, step := range steps {
		bars[i] = views.Bar{Label: r.indicatorName(step.Indicator), Text: step.Value.String()}
		if step.Hidden {
			bars[i].Text = fewPeople
		} else if longest > 0 {
			bars[i].Percent = int(step.Value * 100 / longest)
		}
	}
	return bars
}

// stepRow is a step with its numerator, denominator, rate and day of counting.
func (s *site) stepRow(r *request, step service.FunnelStep, desk bool) views.Row {
	say := s.say(r.lang)
	name := r.indicatorName(step.Indicator)
	if desk {
		name.URL = r.to(outcomePath(step.Outcome))
	}
	number := func(label, text string, known bool) views.Cell {
		if !known {
			return views.Cell{Label: label, Text: "—", Number: true, Muted: true}
		}
		return views.Cell{Label: label, Text: text, Number: true}
	}
	value := number(say("outcome.form.numerator"), step.Value.String(), true)
	if step.Hidden {
		value.Text, value.Muted = fewPeople, true
	}
	known := step.Whole > 0 && !step.Hidden
	return views.Row{Name: name, Cells: []views.Cell{value, number(say("outcome.form.denominator"), step.Whole.String(), known),
		number(say("outcome.percent"), step.Percent.String()+"%", known), {Label: say("outcome.column.counted"), Text: strings.TrimSpace(orElse(step.Counted, "—"))}}}
}

// publicOutcomes is what everybody may know came of a partnership: what is verified.
func (s *site) publicOutcomes(ctx context.Context, r *request, p portal.Partnership) ([]views.Section, error) {
	if !p.Followed() || !p.Public() {
		return nil, nil
	}
	f, err := s.Services.Outcomes.Public(ctx, r.viewer, p.ID)
	if err != nil {
		return nil, err
	}
	sec := s.entrySection(r, "verified", nil, true)
	for _, e := range f.Entries {
		sec.Table.Rows = append(sec.Table.Rows, s.entryRow(r, e, true, ""))
		sec.Empty = nil
	}
	sec.ID, sec.Title, sec.Note = "outcomes", s.say(r.lang)("outcome.public"), s.say(r.lang)("outcome.public.note")
	sec.Table.Caption = sec.Title
	sec.More = &views.Link{Text: s.say(r.lang)("outcome.dictionary"), URL: r.to("/indicators?type=" + string(p.Type))}
	return append([]views.Section{sec}, s.funnelSections(r, f, false)...), nil
}
