package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/portal"
)

// YearReport is what the office reports of a year.
type YearReport struct {
	Year         int
	Partnerships []LedgerRow // those that worked in the year, by type
	Signed       int         // in the year
	Demo         int         // of the demonstration
	Types        []Tallied
	Stages       []Tallied
	Units        []Tallied // responsible; by name
	Clusters     []Tallied // of the colleges: one that has several counts in each
	Outcomes     []YearOutcome
}

// Tallied is how many partnerships have a value.
type Tallied struct {
	Key string // empty: none
	N   int
}

// YearOutcome is an indicator over all partnerships.
type YearOutcome struct {
	Indicator         portal.Indicator
	Formula           portal.Formula
	Sums              bool // the partnerships have it together
	Verified, Claimed portal.Total
}

// Yearly returns the report of a year.
func (r *Reports) Yearly(ctx context.Context, v portal.Viewer, year int) (YearReport, error) {
	out := YearReport{Year: year}
	if !portal.CanReport(v) {
		return out, fault("service.Reports.Yearly", "", portal.ErrNotFound)
	}
	in, err := r.reported(ctx, v, year, portal.Modes[:], nil)
	if err != nil {
		return out, err
	}
	units, err := r.unitNames(ctx)
	if err != nil {
		return out, err
	}
	lies, err := clusters(ctx, r.Rooms, in.partnerships)
	if err != nil {
		return out, err
	}
	types, stages, by, places := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, p := range in.partnerships {
		if !p.WorkedIn(year) {
			continue
		}
		row := r.ledgerRow(p, nil, units)
		out.Partnerships = append(out.Partnerships, row)
		types[string(p.Type)]++
		stages[string(p.Stage)]++
		by[row.Unit]++
		for _, cluster := range clustersOf(p, lies) {
			places[cluster]++
		}
		if p.SignedIn(year) {
			out.Signed++
		}
		if p.Origin.Fictional() {
			out.Demo++
		}
	}
	out.Types, out.Stages, out.Units = inOrder(types, strs(portal.Modes[:])), inOrder(stages, strs(portal.PartnershipStages[:])), mostFirst(by)
	out.Clusters = inOrder(places, append(strs(portal.Clusters[:]), ""))
	out.Outcomes = in.together()
	slices.SortStableFunc(out.Partnerships, func(a, b LedgerRow) int {
		return cmp.Compare(slices.Index(portal.Modes[:], a.Type), slices.Index(portal.Modes[:], b.Type))
	})
	return out, nil
}

func (r *Reports) unitNames(ctx context.Context) (map[string]string, error) {
	listed, err := collect(ctx, r.Records.Units)
	units := make(map[string]string, len(listed))
	for _, u := range listed {
		units[u.ID] = u.Name
	}
	return units, err
}

// clusters are the clusters of the colleges of partnerships, by college.
func clusters(ctx context.Context, r Rooms, partnerships []portal.Partnership) (map[string]string, error) {
	wanted := map[string]bool{}
	for _, p := range partnerships {
		for _, c := range p.Colleges {
			wanted[c.ID] = true
		}
	}
	return namesOf(ctx, r.Records.Colleges, keys(wanted), func(c portal.College) (string, string) { return c.ID, string(c.Cluster) })
}

// clustersOf are the clusters of a partnership's colleges, each once; empty: of one that is
// not here.
func clustersOf(p portal.Partnership, clusters map[string]string) []string {
	var out []string
	for _, c := range p.Colleges {
		if !slices.Contains(out, clusters[c.ID]) {
			out = append(out, clusters[c.ID])
		}
	}
	return out
}

// inOrder lists counts in a given order, without what counts nothing.
func inOrder(counts map[string]int, order []string) []Tallied {
	var out []Tallied
	for _, key := range order {
		if counts[key] > 0 {
			out = append(out, Tallied{key, counts[key]})
		}
	}
	return out
}

// mostFirst lists counts, the largest first and what has no name last.
func mostFirst(counts map[string]int) []Tallied {
	var out []Tallied
	for key, n := range counts {
		out = append(out, Tallied{key, n})
	}
	slices.SortFunc(out, func(a, b Tallied) int {
		return cmp.Or(-cmp.Compare(min(len(a.Key), 1), min(len(b.Key), 1)), cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// together is what the partnerships have together of every indicator that was entered, in
// the order of the dictionary.
func (in reported) together() []YearOutcome {
	var out []YearOutcome
	by := map[string][]portal.Entered{}
	for _, e := range in.entered {
		by[e.Indicator.ID] = append(by[e.Indicator.ID], e)
	}
	for key, entered := range by {
		o := YearOutcome{Indicator: in.dictionary[key]}
		if o.Formula, o.Sums = o.Indicator.Usual(); o.Sums {
			o.Verified, o.Claimed = o.Formula.Value(entered)
		}
		for _, e := range entered {
			if to := &o.Claimed; !o.Sums {
				if e.Verified {
					to = &o.Verified
				}
				to.N++
			}
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b YearOutcome) int { return cmp.Compare(a.Indicator.Rank, b.Indicator.Rank) })
	return out
}
