package web

import (
	"context"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// ledgerHeads are the headings of the sheet of partnerships.
var ledgerHeads = []string{"report.ledger.id", "partnership.form.number", "column.title", "column.type", "partnership.stage", "column.colleges", "column.enterprises", "report.ledger.institutes", "column.industry",
	"partnership.form.responsible", "partnership.form.supporting", "partnership.form.clause", "report.ledger.signed", "partnership.form.from", "partnership.form.until", "report.ledger.contract_money", "report.ledger.received_money",
	"report.ledger.planned", "report.ledger.done", "report.ledger.late_count", "report.ledger.verified", "report.ledger.claimed", "column.certainty"}

// ledgerMoney and ledgerCounts are where the columns that add up begin.
const ledgerMoney, ledgerCounts = 15, 17

func (s *site) ledgerCells(r *request, row service.LedgerRow) []any {
	say := s.say(r.lang)
	clause := any(nil)
	if row.Clause != "" {
		clause = say("clause." + row.Clause)
	}
	return []any{row.ID, row.Agreement.Number, row.Title, say("mode." + string(row.Type)), say("partnership.stage." + string(row.Stage)), parties(row.Colleges), parties(row.Enterprises), parties(row.Institutes), row.Industry,
		row.Unit, strings.Join(row.Supporting, listSeparator), clause, row.Agreement.SignedOn, row.Agreement.From, row.Agreement.Until, moneyIn(row.Agreement.Contract), moneyIn(row.Agreement.Received),
		len(row.Milestones), row.Done, row.Late, row.Verified, row.Claimed, say("certainty." + string(row.Origin.Certainty))}
}

// ledgerTotals is the last row: what all have together, as the page shows it.
func (s *site) ledgerTotals(r *request, sum service.LedgerSum) []any {
	cells := make([]any, len(ledgerHeads))
	cells[0], cells[2] = s.say(r.lang)("report.ledger.total"), sum.Partnerships
	copy(cells[ledgerMoney:], []any{moneyIn(sum.Contract), moneyIn(sum.Received)})
	copy(cells[ledgerCounts:], []any{sum.Milestones, sum.Done, sum.Late, sum.Verified, sum.Claimed})
	return cells
}

// ledgerOutcomeHeads are the headings of the sheet of outcomes.
var ledgerOutcomeHeads = []string{"report.ledger.id", "noun.partnership", "indicator.key", "outcome.column.indicator", "outcome.column.period", "column.state", "outcome.column.value", "outcome.form.numerator", "outcome.form.denominator",
	"outcome.column.unit", "outcome.column.counted", "report.ledger.by", "report.ledger.confirmed_by", "report.ledger.confirmed_on", "report.ledger.verified_by", "report.ledger.verified_on", "report.ledger.evidence"}

func (s *site) ledgerOutcome(r *request, e service.OutcomeEntry) []any {
	cur := e.Current()
	value, numerator, denominator := any(s.valueText(r, e.Of, cur)), any(nil), any(nil)
	switch {
	case cur.Hidden:
	case e.Of.Kind == portal.ValueRate:
		value, numerator, denominator = decimal(cur.Value), decimal(cur.Numerator), decimal(cur.Denominator)
	case e.Of.Kind != portal.ValueYesNo && e.Of.Kind != portal.ValueClass:
		value = decimal(cur.Value)
	}
	evidence := any(nil)
	if portal.CanSeeFew(r.viewer, e.In) {
		evidence = len(cur.Evidence)
	}
	cells := []any{e.Partnership, e.In.Title, e.Indicator, r.indicatorName(e.Of).Text, s.periodText(r, e.Period), s.say(r.lang)("outcome.state." + string(e.State)), value, numerator, denominator,
		s.unitCell(r, e.Of).Text, cur.Counted, orElse(e.Names[cur.Organisation], cur.Organisation)}
	for _, act := range []portal.OutcomeAct{portal.OutcomeConfirm, portal.OutcomeVerify} {
		who, when := any(nil), any(nil)
		for _, a := range cur.Answers { // the last of its kind counts
			if a.Act == act {
				who, when = orElse(e.Names[a.Organisation], a.Organisation), at(a.At)
			}
		}
		cells = append(cells, who, when)
	}
	return append(cells, evidence)
}

// ledgerDefinitions is the third sheet: what was asked for, when, and how everything is
// counted.
func (s *site) ledgerDefinitions(ctx context.Context, r *request, b *workbook, f service.LedgerFilter, sum service.LedgerSum) error {
	say := s.say(r.lang)
	units, err := s.Services.Partnerships.Units(ctx, r.viewer)
	if err != nil {
		return err
	}
	rows := [][]any{{say("report.ledger.made"), s.today()}, {say("report.ledger.filter"), orElse(s.ledgerWords(r, f, units), say("report.ledger.unfiltered"))}, {say("report.ledger.verified"), say("report.verified.means")},
		{say("report.ledger.claimed"), say("report.claimed.means")}, {say("report.ledger.contract"), say("report.contract.means")}, {say("report.ledger.late_count"), say("report.late.means")}}
	for _, notice := range s.reportNotices(r, 0, sum.Demo) {
		rows = append(rows, []any{say("column.certainty"), notice})
	}
	dictionary, err := s.Services.Indicators.List(ctx, r.viewer)
	if err != nil {
		return err
	}
	for _, i := range dictionary {
		row := []any{i.ID, r.indicatorName(i).Text, r.name(i.Unit, i.UnitEn, "").Text, say("period." + string(i.Period)), say("indicator.kind." + string(i.Kind)), nil, nil}
		if i.Parts != nil {
			row[5], row[6] = r.name(i.Parts.Numerator.Zh, i.Parts.Numerator.En, "").Text, r.name(i.Parts.Denominator.Zh, i.Parts.Denominator.En, "").Text
		}
		rows = append(rows, row)
	}
	return b.filled(say("report.definitions"), s.heads(r, "word.what", "word.is", "outcome.column.unit", "outcome.column.period", "indicator.kind", "outcome.form.numerator", "outcome.form.denominator"), rows)
}

// ledgerWords is the filter in words.
func (s *site) ledgerWords(r *request, f service.LedgerFilter, units []portal.Unit) string {
	say := s.say(r.lang)
	var words []string
	add := func(name, value string) {
		words = append(words, say("report.form."+name)+say("punctuation.colon")+value)
	}
	if f.Type != "" {
		add("type", say("mode."+string(f.Type)))
	}
	if f.Stage != "" {
		add("stage", say("partnership.stage."+string(f.Stage)))
	}
	for _, u := range units {
		if u.ID == f.Unit {
			add("unit", u.Name)
		}
	}
	if f.Clause != "" {
		add("clause", say("clause."+f.Clause))
	}
	if f.Year != 0 {
		add("signed_year", itoa(f.Year))
	}
	return strings.Join(words, listSeparator)
}
