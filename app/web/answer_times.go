package web

import (
	"context"
	"math"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/views"
)

const answersPath = "/desk/answers"

// listAnswerTimes is how the organisations of the region answer intentions.
func (s *site) listAnswerTimes(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	times, err := s.Services.Intentions.AnswerTimes(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("answers.title"))
	p.Lead = say("answers.lead", day(s.Clock()))
	p.Links = []views.Link{{Text: say("region.back"), URL: r.to(regionPath)}}
	for _, side := range []portal.OrganisationKind{portal.OfCollege, portal.OfEnterprise} {
		resp := times.Sides[side]
		p.Figures = append(p.Figures,
			views.Figure{Label: say("answers.rate." + string(side)), Value: rateText(resp), Note: say("answers.cases", resp.Over)},
			views.Figure{Label: say("answers.median." + string(side)), Value: medianText(resp), Unit: say("answers.days")})
	}
	sec := views.Section{ID: "answers", Title: say("answers.list"), Note: say("answers.note")}
	if len(times.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("answers.none")}
	} else {
		t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("form.kind")}, {Text: say("answers.waiting"), Number: true}, {Text: say("attention.oldest"), Number: true}, {Text: say("answers.rate"), Number: true}, {Text: say("answers.median"), Number: true}, {Text: say("answers.over"), Number: true}}}
		for _, row := range times.Rows {
			path := map[portal.OrganisationKind]string{portal.OfCollege: "/colleges/", portal.OfEnterprise: "/enterprises/"}[row.Side]
			oldest := views.Cell{Label: say("attention.oldest"), Text: "—", Muted: true, Number: true}
			if row.Waiting > 0 {
				oldest = views.Cell{Label: say("attention.oldest"), Text: say("office.days", int(s.Clock().Sub(row.Oldest).Hours()/24)), Number: true}
			}
			t.Rows = append(t.Rows, views.Row{Name: r.name(row.Name, row.NameEn, r.to(path+url.PathEscape(row.ID))), Cells: []views.Cell{
				{Label: say("form.kind"), Text: say("kind." + string(row.Side))}, {Label: say("answers.waiting"), Text: itoa(row.Waiting), Number: true, Muted: row.Waiting == 0}, oldest,
				{Label: say("answers.rate"), Text: rateText(row.Response), Number: true, Muted: !row.Response.HasRate()}, {Label: say("answers.median"), Text: medianText(row.Response), Number: true, Muted: !row.Response.HasMedian()},
				{Label: say("answers.over"), Text: itoa(row.Response.Over), Number: true}}})
		}
		sec.Table = t
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// rateText is a rate of answers, where enough cases stand behind it.
func rateText(r portal.Response) string {
	if !r.HasRate() {
		return "—"
	}
	return itoa(int(math.Round(100*r.Rate))) + "%"
}

// medianText is how many days an answer takes in the middle.
func medianText(r portal.Response) string {
	if !r.HasMedian() {
		return "—"
	}
	return strconv.FormatFloat(math.Round(10*r.Median)/10, 'f', -1, 64)
}
