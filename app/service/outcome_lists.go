package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// OutcomeFile is everything that was entered of one partnership, and what was not.
type OutcomeFile struct {
	In         portal.Partnership
	Entries    []OutcomeEntry // by indicator in the order of the dictionary, the latest period first
	Indicators []portal.Indicator
	Missing    []MissingOutcome
	Totals     []OutcomeTotal
	Funnels    []Funnel
	Names      map[string]string
}

// MissingOutcome is an indicator of the type that nobody has entered, for its last whole
// period where it has such.
type MissingOutcome struct {
	Indicator portal.Indicator
	Period    portal.Period // zero: for none at all
}

// Partnership returns what was entered of a partnership the viewer follows.
func (o *Outcomes) Partnership(ctx context.Context, v portal.Viewer, id string) (OutcomeFile, error) {
	f := OutcomeFile{}
	p, err := o.partnership(ctx, v, id)
	if err != nil {
		return f, err
	}
	if err := o.fill(ctx, v, &f, p, false); err != nil {
		return f, err
	}
	for _, ind := range f.Indicators {
		if m, missing := o.missing(p, ind, f.Entries); missing {
			f.Missing = append(f.Missing, m)
		}
	}
	return f, nil
}

// Public returns the verified outcomes of a partnership everybody may know of.
func (o *Outcomes) Public(ctx context.Context, v portal.Viewer, id string) (OutcomeFile, error) {
	f := OutcomeFile{}
	p, err := o.Records.Partnerships.Get(ctx, id)
	if err == nil && !p.Public() {
		err = portal.ErrNotFound
	}
	if err != nil || !p.Followed() {
		return f, fault("service.Outcomes.Public", id, err)
	}
	return f, o.fill(ctx, v, &f, p, true)
}

// fill gathers what the viewer may read of a partnership, or only what of it is verified,
// with its sums and funnels.
func (o *Outcomes) fill(ctx context.Context, v portal.Viewer, f *OutcomeFile, p portal.Partnership, verified bool) error {
	f.In = p
	all, err := dictionary(ctx, o.Rooms)
	if err != nil {
		return err
	}
	records, err := collect(ctx, o.Records.Outcomes, store.Where("partnership", p.ID))
	if err != nil {
		return err
	}
	if f.Names, err = o.names(ctx, p, records...); err != nil {
		return err
	}
	slices.SortFunc(records, func(a, b portal.Outcome) int { return strings.Compare(b.Period.From, a.Period.From) })
	for _, ind := range all {
		if ind.For(p.Type) {
			f.Indicators = append(f.Indicators, ind)
		}
		for _, rec := range records {
			if rec.Indicator == ind.ID && portal.CanSeeOutcome(v, rec, p) && (rec.Verified() || !verified) {
				f.Entries = append(f.Entries, OutcomeEntry{Outcome: rec.Shown(v, p, ind), Of: ind, In: p, Names: f.Names})
			}
		}
	}
	f.Totals, f.Funnels = totals(f.Entries), funnels(f.Entries)
	return nil
}

// missing reports what is not entered of an indicator: for its last whole period within
// the life of the partnership, or at all.
func (o *Outcomes) missing(p portal.Partnership, ind portal.Indicator, entries []OutcomeEntry) (MissingOutcome, bool) {
	const looked = 8
	begun := p.Agreement.From
	if begun == "" {
		begun = p.Begun.In(portal.Shanghai).Format(time.DateOnly)
	}
	var due portal.Period
	for _, period := range portal.LastPeriods(ind.Period, o.today(), looked) {
		if period.Until <= o.today() {
			due = period
			break
		}
	}
	if ind.Period.Listed() && due.Until < begun {
		return MissingOutcome{}, false
	}
	for _, e := range entries {
		if e.Indicator == ind.ID && (due.Label == "" || e.Period.Label == due.Label) {
			return MissingOutcome{}, false
		}
	}
	return MissingOutcome{ind, due}, true
}

// OutcomeTotal is the sum of an indicator over the periods of a partnership, what is
// verified and what is only claimed apart. What is disputed or returned counts nowhere.
type OutcomeTotal struct {
	Indicator         portal.Indicator
	Verified, Claimed OutcomeSum
}

// OutcomeSum is a sum and the records behind it.
type OutcomeSum struct {
	Value  portal.Hundredths
	N      int
	Hidden bool // a value of few people is among them: the sum would tell it
}

func (s *OutcomeSum) add(ver portal.OutcomeVersion) {
	s.N++
	s.Hidden = s.Hidden || ver.Hidden
	s.Value += ver.Value
}

// totals adds up what can be added up, in the order of the entries.
func totals(entries []OutcomeEntry) []OutcomeTotal {
	var out []OutcomeTotal
	for _, e := range entries {
		if !e.Of.Adds() {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Indicator.ID != e.Indicator {
			out = append(out, OutcomeTotal{Indicator: e.Of})
		}
		last := &out[len(out)-1]
		switch e.State {
		case portal.OutcomeVerified:
			last.Verified.add(e.Current())
		case portal.OutcomeClaimed, portal.OutcomeConfirmed:
			last.Claimed.add(e.Current())
		}
	}
	return slices.DeleteFunc(out, func(t OutcomeTotal) bool { return t.Verified.N+t.Claimed.N == 0 })
}

// Counts tells how many outcomes are in each state, of everything that is followed.
func (o *Outcomes) Counts(ctx context.Context, v portal.Viewer) (map[portal.OutcomeState]int, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Outcomes.Counts", "", portal.ErrNotFound)
	}
	groups, err := o.Records.Outcomes.GroupCount(ctx, "state")
	return countsOf[portal.OutcomeState](groups), fault("service.Outcomes.Counts", "", err)
}

// Queue lists outcomes in a state to the office, those waiting longest first.
func (o *Outcomes) Queue(ctx context.Context, v portal.Viewer, state portal.OutcomeState, after string, most int) (store.Page[OutcomeEntry], error) {
	var out store.Page[OutcomeEntry]
	if !v.CanAnalyse() {
		return out, fault("service.Outcomes.Queue", "", portal.ErrNotFound)
	}
	page, err := o.Records.Outcomes.Find(ctx, store.Query{Where: []store.Cond{store.Where("state", state)}, Sort: "since", After: after, Limit: most})
	if err != nil {
		return out, fault("service.Outcomes.Queue", string(state), err)
	}
	out.Next = page.Next
	out.Items, err = o.entries(ctx, v, page.Items)
	return out, err
}

// waitingMost is how many of the partnerships of an organisation are asked for what waits.
const waitingMost = 200

// Waiting lists what waits for the viewer's organisation: claims of others to be confirmed
// or disputed, own ones that were disputed or returned; the longest waiting first.
func (o *Outcomes) Waiting(ctx context.Context, v portal.Viewer) ([]OutcomeEntry, error) {
	if v.Organisation == "" || v.Of(portal.Office) {
		return nil, fault("service.Outcomes.Waiting", v.Organisation, portal.ErrNotFound)
	}
	var ids []string
	found, err := o.Engine.Search(ctx, search.Query{Index: PartnershipsIndex, Scope: search.Eq("party", v.Organisation), Limit: waitingMost})
	switch {
	case err == nil:
		for _, hit := range found.Hits {
			ids = append(ids, hit.ID)
		}
	case unanswered(ctx, err):
		all := o.Roster.Followed(v.Organisation)
		for _, f := range all[:min(len(all), waitingMost)] {
			ids = append(ids, f.ID)
		}
	default:
		return nil, fault("service.Outcomes.Waiting", v.Organisation, err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	records, err := collect(ctx, o.Records.Outcomes, store.OneOf("partnership", ids...),
		store.OneOf("state", portal.OutcomeClaimed, portal.OutcomeDisputed, portal.OutcomeReturned))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(records, func(a, b portal.Outcome) int { return a.Since.Compare(b.Since) })
	entries, err := o.entries(ctx, v, records)
	return slices.DeleteFunc(entries, func(e OutcomeEntry) bool {
		own := e.Current().Organisation == v.Organisation
		return own != (e.State != portal.OutcomeClaimed)
	}), err
}

// entries are outcomes with their indicators and partnerships; those of partnerships the
// viewer does not follow are left out.
func (o *Outcomes) entries(ctx context.Context, v portal.Viewer, records []portal.Outcome) ([]OutcomeEntry, error) {
	indicators, err := byID(ctx, o.Records.Indicators, records, func(rec portal.Outcome) string { return rec.Indicator })
	if err != nil {
		return nil, fault("service.Outcomes.entries", "", err)
	}
	partnerships, err := byID(ctx, o.Records.Partnerships, records, func(rec portal.Outcome) string { return rec.Partnership })
	if err != nil {
		return nil, fault("service.Outcomes.entries", "", err)
	}
	var out []OutcomeEntry
	for _, rec := range records {
		p, ind := partnerships[rec.Partnership], indicators[rec.Indicator]
		if portal.CanFollowPartnership(v, p) {
			out = append(out, OutcomeEntry{Outcome: rec.Shown(v, p, ind), Of: ind, In: p})
		}
	}
	return out, nil
}
