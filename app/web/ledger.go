package web

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const ledgerPath = reportsPath + "/ledger"

// ledgerFilter reads the filter from the address: the page and the workbook have the same.
func (s *site) ledgerFilter(r *request) (service.LedgerFilter, error) {
	var bad portal.Invalid
	f := service.LedgerFilter{Type: portal.Mode(clean(r.Query("type"))), Stage: portal.PartnershipStage(clean(r.Query("stage"))), Unit: clean(r.Query("unit")), Clause: clean(r.Query("clause"))}
	refuse := func(field, value string) { bad.Add(field, "problem.unknown_value", cut(value, maxChoice)) }
	if f.Type != "" && !f.Type.Valid() {
		refuse("type", string(f.Type))
	}
	if f.Stage != "" && !slices.Contains(portal.PartnershipStages[:], f.Stage) {
		refuse("stage", string(f.Stage))
	}
	if f.Clause != "" && !slices.Contains(portal.PlanClauses[:], f.Clause) {
		refuse("clause", f.Clause)
	}
	if typed := clean(r.Query("year")); typed != "" {
		var err error
		if f.Year, err = strconv.Atoi(typed); err != nil || f.Year < 1 {
			refuse("year", typed)
		}
	}
	if len(bad) > 0 {
		return f, badRequest{bad}
	}
	return f, nil
}

// ledgerQuery is the filter as an address has it.
func ledgerQuery(f service.LedgerFilter) url.Values {
	q := url.Values{}
	for _, part := range []struct{ name, value string }{{"type", string(f.Type)}, {"stage", string(f.Stage)}, {"unit", f.Unit}, {"clause", f.Clause}} {
		if part.value != "" {
			q.Set(part.name, part.value)
		}
	}
	if f.Year != 0 {
		q.Set("year", itoa(f.Year))
	}
	return q
}

func ledgerAt(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// showLedger is every partnership that is followed, a row each.
func (s *site) showLedger(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	f, err := s.ledgerFilter(r)
	if err != nil {
		return err
	}
	wanted, _ := strconv.Atoi(r.Query("page")) // no number is the first page
	found, err := s.Services.Reports.LedgerPage(ctx, r.viewer, f, wanted)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("report.ledger"))
	if found.Counting {
		p.Lead = say("region.counting")
		p.Links = []views.Link{{Text: say("region.again"), URL: r.to(ledgerAt(ledgerPath, ledgerQuery(f)))}}
		return s.render(r, "desk", "", p)
	}
	p.Lead = say("report.ledger.lead")
	p.Notices = s.reportNotices(r, 0, found.Sum.Demo)
	units, err := s.Services.Partnerships.Units(ctx, r.viewer)
	if err != nil {
		return err
	}
	p.Figures = s.ledgerFigures(r, found.Sum)
	sec := views.Section{ID: "ledger", Title: say("report.ledger.count", found.Sum.Partnerships), Note: say("report.ledger.note", s.today()), Print: true,
		Actions: []views.Link{{Text: say("report.xlsx"), URL: r.to(ledgerAt(ledgerPath+".xlsx", ledgerQuery(f)))}}}
	if sec.Table = s.ledgerTable(r, found.Rows); len(found.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("report.ledger.none"), Steps: []views.Link{{Text: say("report.ledger.all"), URL: r.to(ledgerPath)}}}
	}
	if words := s.ledgerWords(r, f, units); words != "" {
		sec.More = &views.Link{Text: say("report.ledger.only", words), URL: r.to(ledgerPath)}
	}
	p.Sections = []views.Section{{ID: "finding", Title: say("report.ledger.filter"), Forms: []views.Form{*s.ledgerForm(r, f, units)}}, sec}
	p.Pager = plainPager(r, found.Page, found.Pages)
	return s.render(r, "desk", "", p)
}

func (s *site) ledgerForm(r *request, f service.LedgerFilter, units []portal.Unit) *views.Form {
	say := s.say(r.lang)
	any := views.Option{Text: say("partnership.any")}
	var named, years []views.Option
	for _, u := range units {
		named = append(named, views.Option{Value: u.ID, Text: u.Name, Lang: r.han()})
	}
	for _, y := range s.Services.Reports.Years() {
		years = append(years, views.Option{Value: itoa(y), Text: itoa(y)})
	}
	pick := func(name, value string, opts []views.Option) views.Field {
		return choice(s.fieldOf(r, "report.form.", "select", name, value), append([]views.Option{any}, opts...)...)
	}
	year := ""
	if f.Year != 0 {
		year = itoa(f.Year)
	}
	return &views.Form{ID: "find", Action: r.to(ledgerPath), Get: true, Across: true, Submit: say("report.choose"), Look: "quiet", Fields: []views.Field{
		pick("type", string(f.Type), options(say, "mode.", portal.Modes[:])), pick("stage", string(f.Stage), options(say, "partnership.stage.", portal.PartnershipStages[:])),
		pick("unit", f.Unit, named), pick("clause", f.Clause, options(say, "clause.", portal.PlanClauses[:])), signedYear(say, pick("year", year, years))}}
}

// signedYear words the year of the ledger, which is that of the signature.
func signedYear(say say, f views.Field) views.Field {
	f.Label = say("report.form.signed_year")
	return f
}

func (s *site) ledgerFigures(r *request, sum service.LedgerSum) []views.Figure {
	say := s.say(r.lang)
	return []views.Figure{{Label: say("noun.partnership"), Value: itoa(sum.Partnerships), Unit: say("unit.partnerships")},
		{Label: say("report.ledger.contract"), Value: tenThousands(sum.Contract), Unit: say("report.unit.money"), Note: say("report.ledger.received_note", tenThousands(sum.Received))},
		{Label: say("report.ledger.milestones"), Value: itoa(sum.Done), Unit: say("report.of_all", sum.Milestones), Note: say("report.ledger.late_note", sum.Late)},
		{Label: say("report.ledger.outcomes"), Value: itoa(sum.Verified), Unit: say("outcome.state.verified"), Note: say("report.ledger.claimed_note", sum.Claimed)}}
}

// tenThousands writes an amount in 万元.
func tenThousands(yuan int64) string { return portal.Hundredths(yuan / 100).String() }

// responsibleCell names the responsible unit of a partnership, or says that none is entered.
func (s *site) responsibleCell(r *request, unit string) views.Cell {
	say := s.say(r.lang)
	if unit == "" {
		return views.Cell{Label: say("partnership.form.responsible"), Text: say("region.none"), Muted: true}
	}
	return r.hanCell(say, say("partnership.form.responsible"), unit)
}

func (s *site) ledgerTable(r *request, rows []service.LedgerRow) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("report.ledger"), Columns: []views.Column{{Text: say("noun.partnership")}, {Text: say("column.type")}, {Text: say("partnership.stage")}, {Text: say("partnership.parties")}, {Text: say("partnership.form.responsible")},
		{Text: say("report.ledger.signed")}, {Text: say("report.ledger.contract"), Number: true}, {Text: say("report.ledger.received"), Number: true}, {Text: say("report.ledger.milestones"), Number: true}, {Text: say("report.ledger.outcomes"), Number: true}}}
	for _, row := range rows {
		milestones := say("report.of", row.Done, len(row.Milestones))
		if row.Late > 0 {
			milestones = say("report.ledger.late", milestones, row.Late)
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(row.Title, "", r.to(partnershipPath(row.ID))), Note: row.Agreement.Number, Badge: badge(say, row.Origin), Cells: []views.Cell{
			{Label: say("column.type"), Text: say("mode." + string(row.Type))}, {Label: say("partnership.stage"), Text: say("partnership.stage." + string(row.Stage))},
			r.hanCell(say, say("partnership.parties"), strings.ReplaceAll(allParties(row.Partnership), listSeparator, "、")), s.responsibleCell(r, row.Unit),
			dashed(say("report.ledger.signed"), row.Agreement.SignedOn), moneyCell(say("report.ledger.contract"), row.Agreement.Contract), moneyCell(say("report.ledger.received"), row.Agreement.Received),
			{Label: say("report.ledger.milestones"), Text: milestones, Number: true}, {Label: say("report.ledger.outcomes"), Text: say("report.ledger.counted", row.Verified, row.Claimed), Number: true}}})
	}
	return t
}

// dashed is a cell of a text that may be none.
func dashed(label, text string) views.Cell {
	return views.Cell{Label: label, Text: orElse(text, "—"), Muted: text == ""}
}

func moneyCell(label string, yuan int64) views.Cell {
	c := views.Cell{Label: label, Text: "—", Number: true, Muted: true}
	if yuan > 0 {
		c.Text, c.Muted = tenThousands(yuan), false
	}
	return c
}

func allParties(p portal.Partnership) string {
	return parties(slices.Concat(p.Colleges, p.Enterprises, p.Institutes))
}

// exportLedger sends the ledger as it is filtered, with its outcomes and its definitions.
func (s *site) exportLedger(_ context.Context, r *request) error {
	if !portal.CanReport(r.viewer) {
		return portal.ErrNotFound
	}
	f, err := s.ledgerFilter(r)
	if err != nil {
		return err
	}
	name := s.dated(r, "report.ledger")
	return s.stream(r, name, workbookType, func(ctx context.Context, w io.Writer) error { return s.writeLedger(ctx, r, f, w) })
}

func (s *site) writeLedger(ctx context.Context, r *request, f service.LedgerFilter, w io.Writer) error {
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	defer b.close()
	main, err := b.sheet(s.say(r.lang)("report.ledger"), s.heads(r, ledgerHeads...))
	if err != nil {
		return err
	}
	outcomes, err := b.sheet(s.say(r.lang)("tab.desk.outcomes"), s.heads(r, ledgerOutcomeHeads...))
	if err != nil {
		return err
	}
	sum, err := s.Services.Reports.Ledger(ctx, r.viewer, f, func(row service.LedgerRow, entries []service.OutcomeEntry) error {
		if err := main.row(s.ledgerCells(r, row)...); err != nil {
			return err
		}
		for _, e := range entries {
			if err := outcomes.row(s.ledgerOutcome(r, e)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := main.row(s.ledgerTotals(r, sum)...); err != nil {
		return err
	}
	if err := s.ledgerDefinitions(ctx, r, b, f, sum); err != nil {
		return err
	}
	return b.writeTo(w)
}

// moneyIn is an amount in 万元 as a spreadsheet keeps it; none is empty.
func moneyIn(yuan int64) any {
	if yuan == 0 {
		return nil
	}
	return float64(yuan) / 10000
}

// at is a moment as a cell has it; none is empty.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.In(portal.Shanghai).Format(time.DateOnly)
}
