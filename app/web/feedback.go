package web

import (
	"bytes"
	"context"
	"fmt"
	"net/url"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const feedbackPath = "/desk/feedback"

// The most lines of a table of the page, and of the list of what was said.
const (
	feedbackLines = 20
	feedbackTexts = 30
)

// showFeedback is what people said of the results of matches, counted, and how fairly the
// results show the colleges.
func (s *site) showFeedback(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	counts, err := s.Services.Feedback.Counts(ctx, r.viewer)
	if err != nil {
		return err
	}
	latest, err := s.Services.Feedback.Latest(ctx, r.viewer, r.Query("after"), feedbackTexts)
	if err != nil {
		return err
	}
	exposure, err := s.Services.Exposure.View(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("feedback.title"))
	p.Lead = say("feedback.lead", moment(s.Clock()))
	p.Links = []views.Link{{Text: say("region.back"), URL: r.to(regionPath)}}
	if r.Query("after") != "" { // the rest of the list alone
		p.Sections = []views.Section{s.feedbackTexts(r, latest.Items, latest.Next)}
		p.Links = append(p.Links, views.Link{Text: say("feedback.first"), URL: r.to(feedbackPath)})
		return s.render(r, "desk", "", p)
	}
	for _, v := range portal.Verdicts {
		n := counts.Verdicts[v]
		f := views.Figure{Label: say("feedback.verdict." + string(v)), Value: itoa(n.All), Unit: say("feedback.unit")}
		if n.Demo > 0 {
			f.Note = say("region.demo", n.Demo)
		}
		p.Figures = append(p.Figures, f)
	}
	p.Figures = append(p.Figures, s.fairnessFigure(r, exposure))
	p.Sections = []views.Section{s.unfitSection(r, counts), s.feedbackTable(r, "specialisms", counts.Specialisms, true), s.feedbackTable(r, "classes", counts.Classes, false),
		s.feedbackTexts(r, latest.Items, latest.Next), s.judgedSection(r), s.exposureSection(r, exposure)}
	return s.render(r, "desk", "", p)
}

// talliedCell is a count with how much of it is demonstration data.
func talliedCell(say say, label string, n service.Tally) views.Cell {
	c := views.Cell{Label: label, Text: itoa(n.All), Number: true, Muted: n.All == 0}
	if n.Demo > 0 {
		c.Text += say("feedback.demo", n.Demo)
	}
	return c
}

func (s *site) unfitSection(r *request, counts service.FeedbackCounts) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "reasons", Title: say("feedback.reasons")}
	if counts.Verdicts[portal.Unfit].All == 0 {
		sec.Empty = &views.Empty{Text: say("feedback.none")}
		return sec
	}
	chart := &views.Chart{ID: "feedback-reasons", Caption: sec.Title, Label: say("feedback.reason"), Unit: say("feedback.unit"), Note: say("feedback.reasons.note", moment(s.Clock()))}
	most := 1
	for _, reason := range portal.UnfitReasons {
		most = max(most, counts.Reasons[reason].All)
	}
	for _, reason := range portal.UnfitReasons {
		n := counts.Reasons[reason]
		chart.Bars = append(chart.Bars, views.Bar{Label: views.Link{Text: say("feedback.reason." + string(reason))}, Text: talliedCell(say, "", n).Text,
			Percent: 100 * n.All / most})
	}
	sec.Chart = chart
	return sec
}

// feedbackTable lists what was said most of.
func (s *site) feedbackTable(r *request, id string, counts []service.FeedbackCount, linked bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: id, Title: say("feedback.by." + id)}
	if len(counts) == 0 {
		sec.Empty = &views.Empty{Text: say("feedback.none")}
		return sec
	}
	if len(counts) > feedbackLines {
		sec.Note = say("feedback.most", feedbackLines, len(counts))
	}
	unfit, contacted := say("feedback.verdict.unfit"), say("feedback.verdict.contacted")
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: unfit, Number: true}, {Text: contacted, Number: true}}}
	for _, c := range counts[:min(len(counts), feedbackLines)] {
		name := r.name(orElse(c.Name, c.Key), "", "")
		if linked {
			name = r.specialismLink(c.Key, orElse(c.Name, c.Key))
		}
		t.Rows = append(t.Rows, views.Row{Name: name, Cells: []views.Cell{talliedCell(say, unfit, c.Unfit), talliedCell(say, contacted, c.Contacted)}})
	}
	sec.Table = t
	return sec
}

// feedbackTexts lists what was said, the latest first.
func (s *site) feedbackTexts(r *request, items []service.FeedbackEntry, next string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "latest", Title: say("feedback.latest"), Note: say("feedback.latest.note")}
	if len(items) == 0 {
		sec.Empty = &views.Empty{Text: say("feedback.none")}
		return sec
	}
	t := &views.Table{Caption: sec.Title}
	for _, key := range []string{"column.name", "feedback.result", "feedback.said", "feedback.place", "form.kind", "feedback.at"} {
		t.Columns = append(t.Columns, views.Column{Text: say(key)})
	}
	for _, e := range items {
		row := views.Row{Name: r.name(cutText(e.Text), "", ""), Cells: []views.Cell{r.hanCell(say, say("feedback.result"), s.resultWords(e)),
			{Label: say("feedback.said"), Text: s.verdictWords(r, e.Feedback)}, {Label: say("feedback.place"), Text: say("feedback.place.at", e.Rank, e.Points)},
			{Label: say("form.kind"), Text: say("kind." + string(e.Side))}, {Label: say("feedback.at"), Text: moment(e.At)}}}
		if e.Origin.Fictional() {
			row.Badge = badge(say, e.Origin)
		}
		t.Rows = append(t.Rows, row)
	}
	sec.Table = t
	if next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to(feedbackPath) + "?after=" + url.QueryEscape(next)}
	}
	return sec
}

// resultWords names what was judged.
func (s *site) resultWords(e service.FeedbackEntry) string {
	if e.College == "" {
		return e.Result + " " + e.Code
	}
	return e.Result + " · " + e.College
}

// judgedSection hands on what was said as judged needs.
func (s *site) judgedSection(r *request) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "judged", Title: say("feedback.judged"), Prose: []string{say("feedback.judged.text"), say("feedback.judged.fit", service.RefitLeast)},
		Actions: []views.Link{{Text: say("feedback.judged.get"), URL: r.to(feedbackPath + ".jsonl")}}}
	if s.Demo {
		sec.Actions = append(sec.Actions, views.Link{Text: say("feedback.judged.get_demo"), URL: r.to(feedbackPath + ".jsonl?demo=yes")})
	}
	return sec
}

// exportFeedback sends the judged needs that feedback makes.
func (s *site) exportFeedback(ctx context.Context, r *request) error {
	judged, err := s.Services.Feedback.Judged(ctx, r.viewer, r.Query("demo") == "yes")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := service.WriteJudged(&out, judged); err != nil {
		return err
	}
	return sendBody(r, portal.Attachment{Name: "judged-" + s.Clock().In(portal.Shanghai).Format("20060102") + ".jsonl", Type: "application/jsonl"}, out.Bytes())
}

// fairnessFigure is what the smaller colleges are shown for what they merit.
func (s *site) fairnessFigure(r *request, e service.ExposureView) views.Figure {
	say := s.say(r.lang)
	f := views.Figure{Label: say("exposure.smaller"), Value: "—", Note: say("exposure.aim"), URL: "#exposure"}
	if e.Smaller > 0 {
		f.Value = fmt.Sprintf("%.2f", e.Smaller)
	}
	return f
}

// exposureSection is what the results gave every college against what it merited.
func (s *site) exposureSection(r *request, e service.ExposureView) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "exposure", Title: say("exposure.title"), Note: say("exposure.as_of", e.Since, moment(e.AsOf), e.Matches),
		Prose: []string{say("exposure.definition"), say("exposure.turns")}}
	if len(e.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("exposure.none")}
		return sec
	}
	heads := []string{say("exposure.programmes"), say("exposure.given"), say("exposure.merited"), say("exposure.ratio"), say("exposure.half")}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.college")}}}
	for i, h := range heads {
		t.Columns = append(t.Columns, views.Column{Text: h, Number: i < 4})
	}
	for _, row := range e.Rows {
		half := views.Cell{Label: heads[4], Text: "—", Muted: true}
		if row.Smaller {
			half = views.Cell{Label: heads[4], Text: say("exposure.is_smaller")}
		}
		line := views.Row{Name: r.collegeLink(row.College), Cells: []views.Cell{{Label: heads[0], Text: itoa(row.Programmes), Number: true},
			{Label: heads[1], Text: fmt.Sprintf("%.1f", row.Given), Number: true}, {Label: heads[2], Text: fmt.Sprintf("%.1f", row.Merited), Number: true},
			{Label: heads[3], Text: fmt.Sprintf("%.2f", row.Ratio()), Number: true}, half}}
		if row.College.Origin.Fictional() {
			line.Badge = badge(say, row.College.Origin)
		}
		t.Rows = append(t.Rows, line)
	}
	sec.Table = t
	return sec
}
