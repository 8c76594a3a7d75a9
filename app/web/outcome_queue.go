package web

import (
	"context"
	"net/url"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// listWaitingOutcomes is what waits: to the office what it is to verify, to a party what
// it is to confirm or correct; the longest waiting first.
func (s *site) listWaitingOutcomes(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("tab.desk.outcomes"))
	if r.viewer.Of(portal.Office) {
		return s.outcomeQueue(ctx, r, p)
	}
	entries, err := s.Services.Outcomes.Waiting(ctx, r.viewer)
	if err != nil {
		return err
	}
	p.Lead = say("outcome.waiting.lead")
	p.Sections = []views.Section{s.waitingSection(r, say("outcome.waiting"), entries)}
	return s.render(r, "desk", "", p)
}

func (s *site) outcomeQueue(ctx context.Context, r *request, p views.Desk) error {
	say := s.say(r.lang)
	state := portal.OutcomeState(orElse(r.Query("state"), string(portal.OutcomeConfirmed)))
	if !slices.Contains(portal.OutcomeStates[:], state) {
		return portal.ErrNotFound
	}
	counts, err := s.Services.Outcomes.Counts(ctx, r.viewer)
	if err != nil {
		return err
	}
	const perPage = 50
	page, err := s.Services.Outcomes.Queue(ctx, r.viewer, state, r.Query("after"), perPage)
	if err != nil {
		return err
	}
	address := func(state portal.OutcomeState) string { return r.to("/desk/outcomes?state=" + string(state)) }
	p.Lead, p.Figures = say("outcome.queue.lead"), s.stateFigures(r, counts, address)
	sec := s.waitingSection(r, say("outcome.state."+string(state)), page.Items)
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: address(state) + "&after=" + url.QueryEscape(page.Next)}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// waitingSection lists outcomes of several partnerships with how long they have waited.
func (s *site) waitingSection(r *request, title string, entries []service.OutcomeEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "waiting", Title: title}
	if len(entries) == 0 {
		sec.Empty = &views.Empty{Text: say("outcome.waiting.none")}
		return sec
	}
	t := &views.Table{Caption: title, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("noun.partnership")}, {Text: say("outcome.column.period")}, {Text: say("outcome.column.value"), Number: true},
		{Text: say("outcome.column.unit")}, {Text: say("column.state")}, {Text: say("office.age"), Number: true}}}
	for _, e := range entries {
		name := r.indicatorName(e.Of)
		name.URL = r.to(outcomePath(e.ID))
		t.Rows = append(t.Rows, views.Row{Name: name, Badge: badge(say, e.Origin), Cells: []views.Cell{
			linkCell(say("noun.partnership"), r.name(e.In.Title, "", r.to(outcomesPath(e.Partnership)))), {Label: say("outcome.column.period"), Text: s.periodText(r, e.Period)},
			s.valueCell(r, e.Of, e.Current()), s.unitCell(r, e.Of), {Label: say("column.state"), Text: say("outcome.state." + string(e.State))},
			{Label: say("office.age"), Text: say("office.days", int(s.Clock().Sub(e.Since).Hours()/24)), Number: true}}})
	}
	sec.Table = t
	return sec
}
