package service

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// LedgerFilter narrows the ledger; what is empty does not.
type LedgerFilter struct {
	Type   portal.Mode
	Stage  portal.PartnershipStage
	Unit   string // responsible or supporting
	Clause string
	Year   int // of the signature
}

// LedgerRow is a partnership in the ledger (台账).
type LedgerRow struct {
	portal.Partnership
	Unit              string
	Supporting        []string
	Done, Late        int // milestones
	Verified, Claimed int // outcomes; those disputed or returned are neither
}

// LedgerSum is what the rows of a ledger have together. Money is in yuan.
type LedgerSum struct {
	Partnerships, Milestones, Done, Late, Verified, Claimed int
	Contract, Received                                      int64
	Demo                                                    int
}

func (s *LedgerSum) add(row LedgerRow) {
	s.Partnerships++
	s.Milestones += len(row.Milestones)
	s.Done += row.Done
	s.Late += row.Late
	s.Verified += row.Verified
	s.Claimed += row.Claimed
	s.Contract += row.Agreement.Contract
	s.Received += row.Agreement.Received
	if row.Origin.Fictional() {
		s.Demo++
	}
}

// where turns the filter into conditions of the store; the rest is left to fits.
func (f LedgerFilter) where() []store.Cond {
	where := []store.Cond{store.OneOf("stage", portal.PartnershipStages[:]...)}
	if f.Stage != "" {
		where[0] = store.Where("stage", f.Stage)
	}
	if f.Type != "" {
		where = append(where, store.Where("type", f.Type))
	}
	if f.Year != 0 {
		where = append(where, store.Where("year", f.Year))
	}
	return where
}

func (f LedgerFilter) fits(p portal.Partnership) bool {
	return (f.Unit == "" || p.Responsible == f.Unit || slices.Contains(p.Supporting, f.Unit)) && (f.Clause == "" || p.Clause == f.Clause)
}

// Ledger calls fn with every partnership the filter finds and its outcomes, a part at a
// time, and returns what they have together.
func (r *Reports) Ledger(ctx context.Context, v portal.Viewer, f LedgerFilter, fn func(LedgerRow, []OutcomeEntry) error) (LedgerSum, error) {
	var sum LedgerSum
	if !portal.CanReport(v) {
		return sum, fault("service.Reports.Ledger", "", portal.ErrNotFound)
	}
	units, err := r.unitNames(ctx)
	if err != nil {
		return sum, err
	}
	all, err := dictionary(ctx, r.Rooms)
	if err != nil {
		return sum, err
	}
	err = r.ledgerParts(ctx, v, f, func(part []portal.Partnership) error {
		outcomes, err := r.outcomesOf(ctx, v, part, all)
		for _, p := range part {
			if err != nil {
				return err
			}
			row := r.ledgerRow(p, outcomes[p.ID], units)
			sum.add(row)
			err = fn(row, outcomes[p.ID])
		}
		return err
	})
	return sum, fault("service.Reports.Ledger", "", err)
}

// ledgerParts calls fn with the partnerships the filter finds, a part at a time.
func (r *Reports) ledgerParts(ctx context.Context, v portal.Viewer, f LedgerFilter, fn func([]portal.Partnership) error) error {
	const most = 200
	part := make([]portal.Partnership, 0, most)
	err := r.Records.Partnerships.All(ctx, f.where(), func(p *portal.Partnership) error {
		if !f.fits(*p) || !portal.CanFollowPartnership(v, *p) {
			return nil
		}
		if part = append(part, *p); len(part) < most {
			return nil
		}
		err := fn(part)
		part = part[:0]
		return err
	})
	if err != nil || len(part) == 0 {
		return err
	}
	return fn(part)
}

// outcomesOf are the outcomes of partnerships in the order of the dictionary, the latest
// period first.
func (r *Reports) outcomesOf(ctx context.Context, v portal.Viewer, partnerships []portal.Partnership, all []portal.Indicator) (map[string][]OutcomeEntry, error) {
	out := map[string][]OutcomeEntry{}
	if len(partnerships) == 0 {
		return out, nil
	}
	by := make(map[string]portal.Partnership, len(partnerships))
	ids := make([]string, len(partnerships))
	for i, p := range partnerships {
		ids[i], by[p.ID] = p.ID, p
	}
	rank := make(map[string]portal.Indicator, len(all))
	for _, i := range all {
		rank[i.ID] = i
	}
	records, err := collect(ctx, r.Records.Outcomes, store.OneOf("partnership", ids...))
	if err != nil {
		return nil, err
	}
	spoke := map[string]bool{portal.OfficeID: true}
	for _, o := range records {
		spoke[o.Current().Organisation] = true
		for _, a := range o.Current().Answers {
			spoke[a.Organisation] = true
		}
	}
	names, err := namesOf(ctx, r.Records.Organisations, keys(spoke), func(o portal.Organisation) (string, string) { return o.ID, o.Name })
	if err != nil {
		return nil, err
	}
	for _, p := range partnerships {
		namedAsParties(names, p)
	}
	for _, o := range records {
		p, ind := by[o.Partnership], rank[o.Indicator]
		out[o.Partnership] = append(out[o.Partnership], OutcomeEntry{Outcome: o.Shown(v, p, ind), Of: ind, In: p, Names: names})
	}
	for _, entries := range out {
		slices.SortFunc(entries, byDictionary)
	}
	return out, nil
}

// namedAsParties adds the names of the parties that have no account here.
func namedAsParties(names map[string]string, p portal.Partnership) {
	for _, id := range p.Organisations() {
		if names[id] == "" {
			names[id] = p.PartyName(id)
		}
	}
}

func (r *Reports) ledgerRow(p portal.Partnership, outcomes []OutcomeEntry, units map[string]string) LedgerRow {
	row := LedgerRow{Partnership: p, Unit: units[p.Responsible]}
	for _, u := range p.Supporting {
		row.Supporting = append(row.Supporting, orElse(units[u], u))
	}
	for _, m := range p.Milestones {
		switch {
		case m.Done != "":
			row.Done++
		case m.LateAt(r.Clock()) && !p.Stage.Over():
			row.Late++
		}
	}
	for _, e := range outcomes {
		switch e.State {
		case portal.OutcomeVerified:
			row.Verified++
		case portal.OutcomeClaimed, portal.OutcomeConfirmed:
			row.Claimed++
		}
	}
	return row
}

// LedgerPage is one page of the ledger, with what all of it has together.
type LedgerPage struct {
	Counting    bool // everything is being read for the first time
	Rows        []LedgerRow
	Sum         LedgerSum
	Page, Pages int
}

// LedgerRows is how many rows a page of the ledger has.
const LedgerRows = 50

// LedgerPage returns a page of the ledger, in the order of the whole; past the end it is
// the last one. What all have together is counted in memory.
func (r *Reports) LedgerPage(ctx context.Context, v portal.Viewer, f LedgerFilter, page int) (LedgerPage, error) {
	if !portal.CanReport(v) {
		return LedgerPage{}, fault("service.Reports.LedgerPage", "", portal.ErrNotFound)
	}
	ready, err := r.region.ready(ctx)
	if err != nil || !ready {
		return LedgerPage{Counting: true}, err
	}
	sum, ids := r.region.ledger(f)
	slices.Sort(ids)
	found := Found[LedgerRow]{Size: LedgerRows}
	partnerships, err := r.Records.Partnerships.GetMany(ctx, pageOf(&found, ids, page))
	if err != nil {
		return LedgerPage{}, fault("service.Reports.LedgerPage", "", err)
	}
	units, err := r.unitNames(ctx)
	if err != nil {
		return LedgerPage{}, err
	}
	outcomes, err := r.outcomesOf(ctx, v, partnerships, nil)
	out := LedgerPage{Sum: sum, Page: found.Page, Pages: found.Pages}
	for _, p := range partnerships {
		out.Rows = append(out.Rows, r.ledgerRow(p, outcomes[p.ID], units))
	}
	return out, err
}

// ledger adds up the partnerships a filter finds, and names them.
func (g *Region) ledger(f LedgerFilter) (LedgerSum, []string) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	t, today := &g.partnerships, g.today()
	var sum LedgerSum
	fits := t.inLedger(f, today)
	for place, fit := range fits {
		if !fit {
			continue
		}
		n := t.numbers[place]
		sum.Partnerships++
		sum.Milestones += n.milestones
		sum.Done += n.reached
		sum.Late += n.late(today)
		sum.Contract += n.contract
		sum.Received += n.received
		if t.columns[ByCertainty].one(place) == string(portal.Demo) {
			sum.Demo++
		}
	}
	for place, live := range g.outcomes.live {
		if !live || !fits[g.outcomes.partnership[place]] {
			continue
		}
		switch g.outcomes.stateAt(place) {
		case portal.OutcomeVerified:
			sum.Verified++
		case portal.OutcomeClaimed, portal.OutcomeConfirmed:
			sum.Claimed++
		}
	}
	return sum, placed(t.ids, fits)
}

// inLedger tells of every place whether its partnership is in the ledger so filtered.
func (t *regionRows) inLedger(f LedgerFilter, today string) []bool {
	year := ""
	if f.Year != 0 {
		year = strconv.Itoa(f.Year)
	}
	fits := t.fitting(RegionChoice{Refine: map[string][]string{"type": compact(string(f.Type)), "stage": compact(string(f.Stage)), "year": compact(year)}}, today)
	clauses, units := t.clause.fitting(compact(f.Clause)), t.units.fitting(compact(f.Unit))
	for place := range fits {
		fits[place] = fits[place] && (clauses == nil || clauses[t.clause.codes[place]]) && (units == nil || units[t.units.codes[place]])
	}
	return fits
}

// byDictionary orders outcomes by the dictionary, the latest period first.
func byDictionary(a, b OutcomeEntry) int {
	return cmp.Or(cmp.Compare(a.Of.Rank, b.Of.Rank), cmp.Compare(b.Period.From, a.Period.From), cmp.Compare(a.ID, b.ID))
}
