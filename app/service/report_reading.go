package service

import (
	"cmp"
	"context"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// reported is what a year is reported of.
type reported struct {
	year         int
	today        string
	partnerships []portal.Partnership
	outcomes     []OutcomeEntry // as the viewer may read them
	entered      []portal.Entered
	open         map[string]OutcomeEntry // disputed or returned, by openKey
	dictionary   map[string]portal.Indicator
}

// openKey names an indicator of a partnership.
func openKey(partnership, indicator string) string { return partnership + " " + indicator }

// narrowed is what one form reports of.
func (in reported) narrowed(f portal.ReportForm) reported {
	out := in
	out.partnerships, out.outcomes, out.entered = nil, nil, nil
	asked, of, has := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, key := range f.Indicators() {
		asked[key] = true
	}
	for _, p := range in.partnerships {
		of[p.ID] = slices.Contains(f.Types, p.Type)
	}
	for _, e := range in.outcomes {
		if asked[e.Indicator] && of[e.Partnership] {
			has[e.Partnership] = true
			out.outcomes = append(out.outcomes, e)
		}
	}
	for _, e := range in.entered {
		if asked[e.Indicator.ID] && of[e.Partnership] {
			out.entered = append(out.entered, e)
		}
	}
	for _, p := range in.partnerships {
		if of[p.ID] && (has[p.ID] || p.WorkedIn(in.year)) {
			out.partnerships = append(out.partnerships, p)
		}
	}
	return out
}

// reported loads what a year is reported of: the partnerships of these types that worked in
// it or have outcomes of it, with the outcomes of these indicators; nil: of all.
func (r *Reports) reported(ctx context.Context, v portal.Viewer, year int, types []portal.Mode, indicators []string) (reported, error) {
	in := reported{year: year, today: r.today(), open: map[string]OutcomeEntry{}, dictionary: map[string]portal.Indicator{}}
	all, err := dictionary(ctx, r.Rooms)
	if err != nil {
		return in, err
	}
	for _, i := range all {
		in.dictionary[i.ID] = i
	}
	where := []store.Cond{store.Where("year", year)}
	if indicators != nil {
		where = append(where, store.OneOf("indicator", indicators...))
	}
	outcomes, err := collect(ctx, r.Records.Outcomes, where...)
	if err != nil {
		return in, err
	}
	has := map[string]bool{}
	for _, o := range outcomes {
		has[o.Partnership] = true
	}
	partnerships, err := collect(ctx, r.Records.Partnerships, store.OneOf("type", types...), store.OneOf("stage", portal.PartnershipStages[:]...))
	if err != nil {
		return in, err
	}
	by := map[string]portal.Partnership{}
	for _, p := range partnerships {
		if portal.CanFollowPartnership(v, p) && (p.WorkedIn(year) || has[p.ID]) {
			by[p.ID] = p
			in.partnerships = append(in.partnerships, p)
		}
	}
	slices.SortFunc(in.partnerships, func(a, b portal.Partnership) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range outcomes {
		if p, ok := by[o.Partnership]; ok {
			in.take(v, o, p)
		}
	}
	return in, nil
}

// take adds an outcome. One that is disputed or was returned counts nowhere.
func (in *reported) take(v portal.Viewer, o portal.Outcome, p portal.Partnership) {
	ind := in.dictionary[o.Indicator]
	e := OutcomeEntry{Outcome: o.Shown(v, p, ind), Of: ind, In: p}
	in.outcomes = append(in.outcomes, e)
	if o.State == portal.OutcomeDisputed || o.State == portal.OutcomeReturned {
		in.open[openKey(p.ID, ind.ID)] = e
		return
	}
	in.entered = append(in.entered, enteredOf(v, o, p, ind))
}

// enteredOf is an outcome as reports for that viewer count it.
func enteredOf(v portal.Viewer, o portal.Outcome, p portal.Partnership, ind portal.Indicator) portal.Entered {
	cur := o.Current()
	return portal.Entered{Outcome: o.ID, Partnership: p.ID, Indicator: ind, Period: o.Period, Verified: o.Verified(), Figures: cur.Figures,
		Few: cur.Small(ind) && !portal.CanSeeFew(v, p)}
}

// atWork are the partnerships behind a count of records.
func (in reported) atWork(what string) []portal.Partnership {
	return slices.DeleteFunc(slices.Clone(in.partnerships), func(p portal.Partnership) bool {
		return !p.WorkedIn(in.year) || what == "signed" && !p.SignedIn(in.year)
	})
}

// records counts the records a formula asks for.
func (in reported) records(what string) portal.Total {
	seen := map[string]bool{}
	for _, p := range in.atWork(what) {
		var parties []portal.Party
		switch what {
		case "colleges":
			parties = p.Colleges
		case "enterprises":
			parties = p.Enterprises
		default:
			seen[p.ID] = true
		}
		for _, party := range parties {
			seen[orElse(party.ID, party.Name)] = true
		}
	}
	return portal.Total{Value: portal.Hundredths(len(seen)) * 100, N: len(seen)}
}

// standing is how far an indicator has come in a partnership.
type standing struct{ filled, verified bool }

// fill computes a form.
func (in reported) fill(f portal.ReportForm) ReportSheet {
	s := ReportSheet{Form: f, Year: in.year, Partnerships: in.partnerships}
	at := map[string]map[string]standing{} // by partnership and indicator
	for _, p := range in.partnerships {
		at[p.ID] = map[string]standing{}
		if p.Origin.Fictional() {
			s.Demo++
		}
	}
	for _, e := range in.entered {
		have := at[e.Partnership][e.Indicator.ID]
		at[e.Partnership][e.Indicator.ID] = standing{true, have.verified || e.Verified}
	}
	for _, field := range f.Fields {
		formula, _ := portal.ParseFormula(field.Formula) // checked when the form was stored
		line := ReportLine{Field: field, Formula: formula}
		if what := formula.Counts(); what != "" {
			line.Verified = in.records(what)
		} else {
			line.Verified, line.Claimed = formula.Value(in.entered)
			in.ask(&line, at)
		}
		s.Lines = append(s.Lines, line)
	}
	indicators := f.Indicators()
	for _, p := range in.partnerships {
		gap := in.gap(indicators, p, at[p.ID])
		s.Cells, s.Filled, s.Verified = s.Cells+gap.Asked, s.Filled+gap.Filled, s.Verified+gap.Confirmed
		s.Gaps = append(s.Gaps, gap)
	}
	for _, e := range in.outcomes {
		if e.Crosses(e.Of) && slices.Contains(indicators, e.Indicator) {
			s.Crossed = append(s.Crossed, e)
		}
	}
	return s
}

// ask counts the partnerships a line asks, and how many have answered.
func (in reported) ask(line *ReportLine, at map[string]map[string]standing) {
	for _, key := range line.Formula.Indicators() {
		line.Indicators = append(line.Indicators, in.dictionary[key])
	}
	for _, p := range in.partnerships {
		asked, all := true, standing{true, true}
		for _, i := range line.Indicators {
			have := at[p.ID][i.ID]
			asked = asked && in.asks(i, p)
			all = standing{all.filled && have.filled, all.verified && have.verified}
		}
		if !asked {
			continue
		}
		line.Asked++
		if all.filled {
			line.Filled++
		}
		if all.verified {
			line.Confirmed++
		}
	}
}

// asks reports whether an indicator is asked of a partnership: its type has it, and it can
// be known by now.
func (in reported) asks(i portal.Indicator, p portal.Partnership) bool {
	months, later := funnelMonths[i.ID]
	known := time.Date(in.year, time.August, 31, 0, 0, 0, 0, time.UTC).AddDate(0, months, 0).Format(time.DateOnly)
	return i.For(p.Type) && (!later || known <= in.today)
}

// gap is what a form lacks of a partnership.
func (in reported) gap(indicators []string, p portal.Partnership, at map[string]standing) ReportGap {
	g := ReportGap{Partnership: p}
	for _, key := range indicators {
		i := in.dictionary[key]
		if !in.asks(i, p) {
			continue
		}
		g.Asked++
		open, isOpen := in.open[openKey(p.ID, key)]
		switch {
		case at[key].filled:
			g.Filled++
		case isOpen:
			g.Open = append(g.Open, open)
		default:
			g.Missing = append(g.Missing, i)
		}
		if at[key].verified {
			g.Confirmed++
		}
	}
	return g
}
