package web

import (
	"context"
	"fmt"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const yearlyPath = reportsPath + "/yearly"

const yearlyList = "partnerships"

// showYearly is the report of a year, to be read, printed or taken along as a Word file.
func (s *site) showYearly(ctx context.Context, r *request) error {
	p, year, err := s.yearlyPage(ctx, r)
	for i, sec := range p.Sections {
		if sec.ID == yearlyList {
			p.Sections[i] = shortened(s.say(r.lang), sec, r.to(inYear(yearlyPath+".docx", year)))
		}
	}
	return s.shown(r, p, err)
}

func (s *site) yearlyWord(ctx context.Context, r *request) error {
	p, year, err := s.yearlyPage(ctx, r)
	if err != nil {
		return err
	}
	return s.sendWord(r, s.say(r.lang)("report.yearly", year)+".docx", p)
}

func (s *site) yearlyPage(ctx context.Context, r *request) (views.Desk, int, error) {
	say := s.say(r.lang)
	year, err := s.yearQuery(r)
	if err != nil {
		return views.Desk{}, 0, err
	}
	rep, err := s.Services.Reports.Yearly(ctx, r.viewer, year)
	if err != nil {
		return views.Desk{}, year, err
	}
	p := s.deskPage(ctx, r, say("report.yearly", year))
	p.Lead = say("report.yearly.made", year, s.today())
	p.Notices = append(p.Notices, s.reportNotices(r, year, rep.Demo)...)
	p.Form = s.yearForm(r, yearlyPath, year)
	verified, claimed := 0, 0
	for _, o := range rep.Outcomes {
		verified, claimed = verified+o.Verified.N, claimed+o.Claimed.N
	}
	p.Figures = []views.Figure{{Label: say("report.worked"), Value: itoa(len(rep.Partnerships)), Unit: say("unit.partnerships")}, {Label: say("report.signed"), Value: itoa(rep.Signed), Unit: say("unit.partnerships")},
		{Label: say("report.verified_outcomes"), Value: itoa(verified), Unit: say("outcome.unit")}, {Label: say("report.claimed_outcomes"), Value: itoa(claimed), Unit: say("outcome.unit")}}
	bars := func(id string, tallies []service.Tallied, note string, word func(string) string) views.Section {
		return s.tallySection(r, id, say("report.by."+id), note, tallies, word)
	}
	p.Sections = []views.Section{
		bars("type", rep.Types, "", func(key string) string { return say("mode." + key) }),
		bars("stage", rep.Stages, say("report.by.stage.note"), func(key string) string { return say("partnership.stage." + key) }),
		bars("unit", rep.Units, "", func(key string) string { return orElse(key, say("region.none")) }),
		bars("cluster", rep.Clusters, say("report.by.cluster.note"), s.clusterWord(say)),
		s.outcomeSection(r, rep), s.partnershipList(r, rep), s.definitionSection(r, rep)}
	p.Sections[0].Print = true
	p.Sections[0].Actions = []views.Link{{Text: say("report.word"), URL: r.to(inYear(yearlyPath+".docx", year))}, {Text: say("report.ledger"), URL: r.to(ledgerPath)}}
	return p, year, nil
}

func (s *site) clusterWord(say say) func(string) string {
	return func(key string) string {
		if key == "" {
			return say("report.no_cluster")
		}
		return say("cluster." + key)
	}
}

// tallySection is how many partnerships there are of each kind, in bars.
func (s *site) tallySection(r *request, id, title, note string, tallies []service.Tallied, word func(string) string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: id, Title: title, Note: note}
	most := 0
	for _, t := range tallies {
		most = max(most, t.N)
	}
	c := &views.Chart{ID: id + "-chart", Caption: say("report.tally"), Label: say("word.what"), Unit: say("report.column.count")}
	for _, t := range tallies {
		c.Bars = append(c.Bars, views.Bar{Label: views.Link{Text: word(t.Key)}, Text: itoa(t.N), Percent: t.N * 100 / most})
	}
	if sec.Chart = c; len(tallies) == 0 {
		sec.Chart, sec.Empty = nil, &views.Empty{Text: say("report.nobody")}
	}
	return sec
}

// outcomeSection is what came of it, by indicator.
func (s *site) outcomeSection(r *request, rep service.YearReport) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "outcomes", Title: say("report.outcomes"), Note: say("report.outcomes.note")}
	sec.Table = &views.Table{Caption: sec.Title, Dense: true, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("outcome.state.verified"), Number: true}, {Text: say("outcome.records"), Number: true},
		{Text: say("outcome.unverified"), Number: true}, {Text: say("outcome.records"), Number: true}, {Text: say("outcome.column.unit")}, {Text: say("outcome.column.period")}}}
	for _, o := range rep.Outcomes {
		row := views.Row{Name: r.indicatorName(o.Indicator)}
		for _, t := range []struct {
			label string
			portal.Total
		}{{say("outcome.state.verified"), o.Verified}, {say("outcome.unverified"), o.Claimed}} {
			value := views.Cell{Label: t.label, Text: say("report.not_summed"), Number: true, Muted: true}
			if o.Sums {
				value = s.totalCell(r, t.label, o.Formula, t.Total)
			}
			row.Cells = append(row.Cells, value, views.Cell{Label: say("outcome.records"), Text: itoa(t.N), Number: true})
		}
		row.Cells = append(row.Cells, s.unitCell(r, o.Indicator), views.Cell{Label: say("outcome.column.period"), Text: say("period." + string(o.Indicator.Period))})
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	if len(rep.Outcomes) == 0 {
		sec.Empty = &views.Empty{Text: say("outcome.none")}
	}
	return sec
}

func (s *site) partnershipList(r *request, rep service.YearReport) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: yearlyList, Title: say("report.list", len(rep.Partnerships))}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("column.type")}, {Text: say("partnership.stage")}, {Text: say("partnership.parties")}, {Text: say("partnership.form.responsible")}, {Text: say("report.ledger.term")}}}
	for _, row := range rep.Partnerships {
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.name(row.Title, "", r.to(partnershipPath(row.ID))), Badge: badge(say, row.Origin), Cells: []views.Cell{
			{Label: say("column.type"), Text: say("mode." + string(row.Type))}, {Label: say("partnership.stage"), Text: say("partnership.stage." + string(row.Stage))},
			r.hanCell(say, say("partnership.parties"), strings.ReplaceAll(allParties(row.Partnership), listSeparator, "、")), s.responsibleCell(r, row.Unit),
			dashed(say("report.ledger.term"), strings.Trim(row.Agreement.From+" / "+row.Agreement.Until, " /"))}})
	}
	if len(rep.Partnerships) == 0 {
		sec.Empty = &views.Empty{Text: say("report.nobody")}
	}
	return sec
}

// definitionSection says how everything was counted, and by which words of the dictionary.
func (s *site) definitionSection(r *request, rep service.YearReport) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "definitions", Title: say("report.definitions"), Note: say("report.definitions.note", s.today())}
	sec.Facts = []views.Fact{fact(views.Cell{Label: say("report.worked"), Text: say("report.worked.means", rep.Year)}), fact(views.Cell{Label: say("outcome.state.verified"), Text: say("report.verified.means")}),
		fact(views.Cell{Label: say("outcome.unverified"), Text: say("report.claimed.means")}), fact(views.Cell{Label: say("outcome.column.period"), Text: say("report.year.means", rep.Year)})}
	sec.Table = &views.Table{Caption: sec.Title, Dense: true, Columns: []views.Column{{Text: say("outcome.column.indicator")}, {Text: say("indicator.kind")}, {Text: say("report.formula_words")}}}
	for _, o := range rep.Outcomes {
		words := say("report.not_summed")
		if o.Sums {
			words = s.formulaText(r, service.ReportLine{Formula: o.Formula, Indicators: []portal.Indicator{o.Indicator}})
		}
		if parts := o.Indicator.Parts; parts != nil {
			words = fmt.Sprintf("%s / %s", r.name(parts.Numerator.Zh, parts.Numerator.En, "").Text, r.name(parts.Denominator.Zh, parts.Denominator.En, "").Text)
		}
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: r.indicatorName(o.Indicator), Cells: []views.Cell{{Label: say("indicator.kind"), Text: say("indicator.kind." + string(o.Indicator.Kind))}, {Label: say("report.formula_words"), Text: words}}})
	}
	return sec
}
