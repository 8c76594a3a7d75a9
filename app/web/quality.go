package web

import (
	"context"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/views"
)

const qualityPath = "/desk/quality"

// showQuality is how well the match does, and which words of needs it does not know.
func (s *site) showQuality(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	now, err := s.Services.Quality.Now(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("tab.desk.quality"))
	p.Links = []views.Link{{Text: say("concept.title"), URL: r.to(conceptsPath)}}
	shown := now.Current
	if shown.ID == "" {
		p.Notices = append(p.Notices, say("quality.measuring"))
		p.Links = append(p.Links, views.Link{Text: say("region.again"), URL: r.to(qualityPath)})
		if len(now.Kept) > 0 {
			shown = now.Kept[0]
		}
	}
	p.Lead = say("quality.lead")
	if shown.ID == "" {
		return s.render(r, "desk", "", p)
	}
	all := shown.Slices[0]
	for _, m := range measures {
		p.Figures = append(p.Figures, views.Figure{Label: say("quality.measure." + m.name), Value: decimals(m.of(all.Mean)),
			Note: say("quality.interval", decimals(m.of(all.Lowest)), decimals(m.of(all.Most)))})
	}
	p.Summary = []views.Fact{fact(views.Cell{Label: say("quality.as_of"), Text: moment(shown.At)}), fact(views.Cell{Label: say("quality.judged"), Text: say("quality.needs", all.Needs)}),
		fact(views.Cell{Label: say("quality.engine"), Text: say("quality.engine." + shown.Engine)}), fact(views.Cell{Label: say("quality.graph"), Text: shortPrint(shown.Graph)})}
	p.Sections = []views.Section{s.sliceSection(r, shown), s.unmetSection(r, shown, r.Query("demo") != ""), s.runsSection(r, shown, now.Kept)}
	return s.render(r, "desk", "", p)
}

// measures are those the office reads, in their order.
var measures = [...]struct {
	name string
	of   func(portal.MatchFigures) float64
}{
	{"ndcg10", func(f portal.MatchFigures) float64 { return f.NDCG10 }}, {"recall20", func(f portal.MatchFigures) float64 { return f.Recall20 }},
	{"mrr", func(f portal.MatchFigures) float64 { return f.MRR }}, {"trap5", func(f portal.MatchFigures) float64 { return f.Trap5 }},
}

// shortPrint is enough of a fingerprint to tell graphs apart by eye.
func shortPrint(print string) string {
	const shown = 12
	return print[:min(len(print), shown)]
}

// sliceSection shows the measures for parts of the judged needs.
func (s *site) sliceSection(r *request, e portal.Evaluation) views.Section {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("quality.slices"), Columns: []views.Column{{Text: say("quality.slice")}, {Text: say("quality.column.needs"), Number: true}}}
	for _, m := range measures {
		t.Columns = append(t.Columns, views.Column{Text: say("quality.measure." + m.name), Number: true})
	}
	for _, sl := range e.Slices {
		label := say("quality.slice." + sl.Kind)
		if sl.Value != "" {
			label = say("quality.slice."+sl.Kind+".of", s.sliceValue(r, sl))
		}
		row := views.Row{Name: views.Link{Text: label}, Cells: []views.Cell{{Label: say("quality.column.needs"), Text: itoa(sl.Needs), Number: true}}}
		for _, m := range measures {
			row.Cells = append(row.Cells, views.Cell{Label: say("quality.measure." + m.name), Number: true,
				Text: say("quality.between", decimals(m.of(sl.Mean)), decimals(m.of(sl.Lowest)), decimals(m.of(sl.Most)))})
		}
		t.Rows = append(t.Rows, row)
	}
	return views.Section{ID: "slices", Title: say("quality.slices"), Note: say("quality.definition"), Table: t, Print: true}
}

// sliceValue is the value of a slice in words, where it has any.
func (s *site) sliceValue(r *request, sl portal.EvaluationSlice) string {
	if key := "quality.value." + sl.Value; s.Views.Has(r.lang, key) {
		return s.say(r.lang)(key)
	}
	return sl.Value
}

// unmetSection lists the words of needs that met nothing.
func (s *site) unmetSection(r *request, e portal.Evaluation, demo bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "unmet", Title: say("quality.unmet"), Note: say("quality.unmet_note", moment(e.Unmet.At), e.Unmet.Needs)}
	words := s.Services.Quality.Candidates(e, demo)
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("quality.column.word")}, {Text: say("quality.column.needs"), Number: true}, {Text: say("quality.column.organisations"), Number: true}}}
	const shown = 50
	for _, w := range words[:min(len(words), shown)] {
		row := views.Row{Name: views.Link{Text: w.Text, Lang: r.han()}, Cells: []views.Cell{{Label: say("quality.column.needs"), Text: itoa(w.Needs), Number: true},
			{Label: say("quality.column.organisations"), Text: itoa(w.Organisations), Number: true}}}
		if portal.CanKeepConcepts(r.viewer) {
			row.Name.URL = r.newConcept(w.Text)
		}
		t.Rows = append(t.Rows, row)
	}
	if sec.Table = t; len(t.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("quality.unmet_none")}
	}
	if demo {
		sec.Note = say("quality.unmet_demo", moment(e.Unmet.At), e.Unmet.Needs)
		sec.Actions = []views.Link{{Text: say("quality.show_real"), URL: r.to(qualityPath) + "#unmet"}}
	} else {
		sec.Actions = []views.Link{{Text: say("quality.show_demo"), URL: r.to(qualityPath) + "?demo=1#unmet"}}
	}
	return sec
}

// runsSection lists the evaluations that are kept; each can be held against the one shown.
func (s *site) runsSection(r *request, shown portal.Evaluation, kept []portal.Evaluation) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "runs", Title: say("quality.runs"), Note: say("quality.runs_note", len(kept))}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("quality.as_of")}, {Text: say("quality.measure.ndcg10"), Number: true}, {Text: say("quality.measure.recall20"), Number: true},
		{Text: say("quality.engine")}, {Text: say("quality.graph")}}}
	for _, e := range kept {
		name := views.Link{Text: moment(e.At)}
		note := say("quality.shown")
		if e.ID != shown.ID {
			name.URL, note = r.to(qualityPath+"/needs")+"?"+url.Values{"from": {e.ID}, "to": {shown.ID}}.Encode(), say("quality.compare")
		}
		t.Rows = append(t.Rows, views.Row{Name: name, Note: note, Cells: []views.Cell{{Label: say("quality.measure.ndcg10"), Text: decimals(e.Slices[0].Mean.NDCG10), Number: true},
			{Label: say("quality.measure.recall20"), Text: decimals(e.Slices[0].Mean.Recall20), Number: true}, {Label: say("quality.engine"), Text: say("quality.engine." + e.Engine)}, {Label: say("quality.graph"), Text: shortPrint(e.Graph)}}})
	}
	sec.Table = t
	return sec
}

// compareRuns shows need by need what one evaluation answered otherwise than another.
func (s *site) compareRuns(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	was, is, changes, err := s.Services.Quality.Compare(ctx, r.viewer, clean(r.Query("from")), clean(r.Query("to")))
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("quality.compared"))
	p.Lead = say("quality.compared.lead", moment(was.At), moment(is.At))
	p.Links = []views.Link{{Text: say("quality.back"), URL: r.to(qualityPath)}}
	for _, m := range measures {
		before, after := m.of(was.Slices[0].Mean), m.of(is.Slices[0].Mean)
		p.Figures = append(p.Figures, views.Figure{Label: say("quality.measure." + m.name), Value: decimals(after), Note: say("quality.before", decimals(before), signed(after-before))})
	}
	sec := views.Section{ID: "needs", Title: say("quality.changed", len(changes)), Print: true}
	if sec.Table = s.changeTable(r, sec.Title, changes, changedJudged); len(changes) == 0 {
		sec.Empty = &views.Empty{Text: say("quality.unchanged")}
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}
