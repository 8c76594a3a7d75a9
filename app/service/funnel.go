package service

import (
	"slices"
	"strings"

	"liangcheng/app/portal"
)

// Funnel follows one class from admission to two years at work, and says where its
// graduates stayed. It holds either what is verified or what is claimed, never both.
type Funnel struct {
	Cohort   portal.Period
	Verified bool
	Steps    []FunnelStep // 招生, 订单, 实习, 录用, 12, 24 months
	Stayed   []FunnelStep // 留筑, 留黔, 对口, 留企
}

// FunnelStep is a count with what it is a part of.
type FunnelStep struct {
	Indicator portal.Indicator
	Outcome   string // id; empty: not entered
	Value     portal.Hundredths
	Whole     portal.Hundredths // the denominator; 0: not known
	Percent   portal.Hundredths
	Counted   string
	Hidden    bool // few people
}

// The indicators of the funnel, in its order, and those that say where graduates stayed,
// counted out of funnelPlaced.
var (
	funnelSteps  = []string{"cohort_admitted", "cohort_ordered", "cohort_interned", "hired_by_partner", "cohort_kept_12", "cohort_kept_24"}
	funnelStayed = []string{"employed_guiyang", "employed_guizhou", "employed_major_matched"}
)

// funnelMonths is how long after its class has left a step is known.
var funnelMonths = map[string]int{"cohort_kept_12": 12, "cohort_kept_24": 24}

const (
	funnelPlaced   = "employed_total"
	funnelRetained = "retained_partner_ratio"
)

// funnels are the funnels of the classes among the entries, the latest class first.
func funnels(entries []OutcomeEntry) []Funnel {
	var out []Funnel
	for _, e := range entries {
		if e.Period.Kind != portal.PeriodCohort || e.State == portal.OutcomeDisputed || e.State == portal.OutcomeReturned {
			continue
		}
		if !slices.ContainsFunc(out, func(f Funnel) bool { return f.Cohort == e.Period && f.Verified == e.Verified() }) {
			out = append(out, Funnel{Cohort: e.Period, Verified: e.Verified()})
		}
	}
	slices.SortStableFunc(out, func(a, b Funnel) int {
		if c := strings.Compare(b.Cohort.Label, a.Cohort.Label); c != 0 {
			return c
		}
		if a.Verified == b.Verified {
			return 0
		} else if a.Verified {
			return -1
		}
		return 1
	})
	for i := range out {
		out[i].fill(entries)
	}
	return slices.DeleteFunc(out, func(f Funnel) bool { return len(f.Steps)+len(f.Stayed) == 0 })
}

// fill takes the steps from the entries of the class that have the funnel's standing.
func (f *Funnel) fill(entries []OutcomeEntry) {
	find := func(key string) (OutcomeEntry, bool) {
		at := slices.IndexFunc(entries, func(e OutcomeEntry) bool {
			return e.Indicator == key && e.Period == f.Cohort && e.Verified() == f.Verified && e.State != portal.OutcomeDisputed && e.State != portal.OutcomeReturned
		})
		if at < 0 {
			return OutcomeEntry{}, false
		}
		return entries[at], true
	}
	before := FunnelStep{}
	for _, key := range funnelSteps {
		if e, ok := find(key); ok {
			step := stepOf(e, before)
			f.Steps = append(f.Steps, step)
			before = step
		}
	}
	placed := FunnelStep{}
	if e, ok := find(funnelPlaced); ok {
		placed = stepOf(e, FunnelStep{})
	}
	for _, key := range funnelStayed {
		if e, ok := find(key); ok {
			f.Stayed = append(f.Stayed, stepOf(e, placed))
		}
	}
	if e, ok := find(funnelRetained); ok {
		cur := e.Current()
		f.Stayed = append(f.Stayed, FunnelStep{Indicator: e.Of, Outcome: e.ID, Value: cur.Numerator, Whole: cur.Denominator, Percent: cur.Value, Counted: cur.Counted, Hidden: cur.Hidden})
	}
}

// stepOf is an entry as a part of another step. Where either counts few people, no rate is
// told.
func stepOf(e OutcomeEntry, whole FunnelStep) FunnelStep {
	cur := e.Current()
	s := FunnelStep{Indicator: e.Of, Outcome: e.ID, Value: cur.Value, Counted: cur.Counted, Hidden: cur.Hidden}
	if !s.Hidden && !whole.Hidden && whole.Value > 0 {
		s.Whole, s.Percent = whole.Value, portal.Percent(s.Value, whole.Value)
	}
	return s
}
