package web

import (
	"context"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const yearbookPath = "/yearbook"

// listYearbooks is the yearbook, year by year.
func (s *site) listYearbooks(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("yearbook.title")), Heading: say("yearbook.title"), Lead: say("yearbook.lead")}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
	sec := views.Section{ID: "years", Title: say("yearbook.years")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("yearbook.year")}, {Text: say("yearbook.partnerships"), Number: true}, {Text: say("yearbook.indicators"), Number: true}, {Text: say("yearbook.records"), Number: true}}}
	demo := 0
	for _, year := range s.Services.Yearbook.Years() {
		y, err := s.Services.Yearbook.Year(ctx, year)
		if err != nil {
			return err
		}
		records := 0
		for _, l := range y.Lines {
			records += l.Total.N
		}
		demo = max(demo, y.Demo)
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: s.yearbookYear(r, year), URL: r.to(yearbookPath + "/" + itoa(year))}, Cells: []views.Cell{
			{Label: say("yearbook.partnerships"), Text: itoa(len(y.Partnerships)), Number: true}, {Label: say("yearbook.indicators"), Text: itoa(len(y.Lines)), Number: true}, {Label: say("yearbook.records"), Text: itoa(records), Number: true}}})
	}
	p.Notices = append(p.Notices, s.reportNotices(r, 0, demo)...)
	sec.More = &views.Link{Text: say("open.title"), URL: r.to("/open-data")}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// yearbookYear is a year; one that is not over says so.
func (s *site) yearbookYear(r *request, year int) string {
	if year > s.Services.Reports.LastYear() {
		return s.say(r.lang)("yearbook.so_far", year)
	}
	return s.say(r.lang)("report.year", year)
}

// showYearbook is one year: partnerships everybody may know of, and what is verified.
func (s *site) showYearbook(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	year, err := strconv.Atoi(r.Params("year"))
	if err != nil {
		return portal.ErrNotFound
	}
	y, err := s.Services.Yearbook.Year(ctx, year)
	if err != nil {
		return err
	}
	p := views.Desk{Page: s.page(r, say("yearbook.heading", year)), Heading: say("yearbook.heading", year), Lead: say("yearbook.year_lead", s.today())}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("yearbook.title"), URL: r.to(yearbookPath)}, {Text: s.yearbookYear(r, year)}}
	p.Notices = append(p.Notices, s.reportNotices(r, year, y.Demo)...)
	bars := func(id string, tallies []service.Tallied, note string, word func(string) string) views.Section {
		return s.tallySection(r, id, say("report.by."+id), note, tallies, word)
	}
	stage := func(key string) string {
		if key == "" {
			return say("yearbook.reported")
		}
		return say("partnership.stage." + key)
	}
	p.Sections = []views.Section{
		bars("type", y.Types, say("yearbook.counted", year, y.Unconfirmed), func(key string) string { return say("mode." + key) }),
		bars("stage", y.Stages, say("report.by.stage.note"), stage), bars("cluster", y.Clusters, say("report.by.cluster.note"), s.clusterWord(say)),
		s.yearbookOutcomes(r, y), shortened(say, s.yearbookList(r, y), r.to("/open-data")), s.yearbookMethod(r, y)}
	p.Sections[0].Print = true
	return s.render(r, "desk", "", p)
}

// yearbookOutcomes is what is verified, by indicator and by type of partnership.
func (s *site) yearbookOutcomes(r *request, y service.YearbookYear) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "outcomes", Title: say("yearbook.outcomes"), Note: say("yearbook.outcomes.note")}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("yearbook.total"), Number: true}, {Text: say("outcome.column.unit")}, {Text: say("outcome.records"), Number: true}, {Text: say("yearbook.by_type")}}}
	for _, l := range y.Lines {
		name := r.name(l.Indicator.Name, l.Indicator.NameEn, r.to("/indicators/"+l.Indicator.ID))
		total := s.totalCell(r, say("yearbook.total"), l.Formula, l.Total)
		if l.Hidden {
			total.Text, total.Muted = say("report.few"), true
		}
		var by []string
		for _, c := range l.ByType {
			by = append(by, say("mode."+string(c.Type))+say("punctuation.colon")+s.totalText(r, l.Formula, c.Total))
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: name, Cells: []views.Cell{total, s.unitCell(r, l.Indicator), {Label: say("outcome.records"), Text: itoa(l.Total.N), Number: true}, {Label: say("yearbook.by_type"), Tags: by}}})
	}
	if len(y.Lines) == 0 {
		sec.Empty = &views.Empty{Text: say("yearbook.nothing")}
	}
	return sec
}

func (s *site) yearbookList(r *request, y service.YearbookYear) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "partnerships", Title: say("report.list", len(y.Partnerships))}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("column.type")}, {Text: say("partnership.parties")}, {Text: say("column.year"), Number: true}}}
	for _, p := range y.Partnerships {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(p.Title, "", r.to("/partnerships/"+p.ID)), Badge: badge(say, p.Origin), Cells: []views.Cell{
			{Label: say("column.type"), Text: say("mode." + string(p.Type))}, r.hanCell(say, say("partnership.parties"), strings.ReplaceAll(allParties(p), listSeparator, "、")), {Label: say("column.year"), Text: year(p.Year), Number: true}}})
	}
	return sec
}

// yearbookMethod says how everything is counted, and where the data are.
func (s *site) yearbookMethod(r *request, y service.YearbookYear) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "definitions", Title: say("report.definitions")}
	for _, key := range []string{"partnerships", "verified", "year", "hidden", "stage"} {
		sec.Facts = append(sec.Facts, fact(views.Cell{Label: say("yearbook.means." + key), Text: say("yearbook.means."+key+".text", y.Year)}))
	}
	sec.Actions = []views.Link{{Text: say("report.dictionary"), URL: r.to("/indicators")}, {Text: say("open.title"), URL: r.to("/open-data")}}
	return sec
}
