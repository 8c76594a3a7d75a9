package service

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Yearbook is what everybody may know of partnerships and what came of them.
type Yearbook struct{ Rooms }

// YearbookYear is one year of the yearbook.
type YearbookYear struct {
	Year         int
	Partnerships []portal.Partnership // public ones signed or reported by the end of the year
	Types        []Tallied
	Stages       []Tallied // as they are now; empty: reported, not known
	Clusters     []Tallied
	Lines        []YearbookLine
	Demo         int // partnerships of the demonstration
	Unconfirmed  int // not counted: to be confirmed by their college
}

// YearbookLine is what is verified of an indicator, in all and by type of partnership. A
// cell that would tell of a few people, by itself or out of the others, is hidden.
type YearbookLine struct {
	Indicator portal.Indicator
	Formula   portal.Formula
	Total     portal.Total
	Hidden    bool // the total
	ByType    []YearbookCell
}

// YearbookCell is the total of one type.
type YearbookCell struct {
	Type portal.Mode
	portal.Total
}

// Years are the years of the yearbook, the latest first: whole ones, and the current one.
func (y *Yearbook) Years() []int { return portal.ReportYears(y.Clock()) }

// Year returns a year of the yearbook. It is the same whoever asks.
func (y *Yearbook) Year(ctx context.Context, year int) (YearbookYear, error) {
	out := YearbookYear{Year: year}
	if !slices.Contains(y.Years(), year) {
		return out, fault("service.Yearbook.Year", "", portal.ErrNotFound)
	}
	public, err := y.public(ctx, year, &out)
	if err != nil {
		return out, err
	}
	lies, err := clusters(ctx, y.Rooms, out.Partnerships)
	if err != nil {
		return out, err
	}
	types, stages, places := map[string]int{}, map[string]int{}, map[string]int{}
	for _, p := range out.Partnerships {
		types[string(p.Type)]++
		stages[string(p.Stage)]++
		for _, cluster := range clustersOf(p, lies) {
			places[cluster]++
		}
	}
	out.Types, out.Stages = inOrder(types, strs(portal.Modes[:])), inOrder(stages, append(strs(portal.PartnershipStages[:]), ""))
	out.Clusters = inOrder(places, append(strs(portal.Clusters[:]), ""))
	out.Lines, err = y.lines(ctx, year, public)
	return out, err
}

// public are the partnerships everybody may know of, by id; those that count by the end of
// the year go into the page.
func (y *Yearbook) public(ctx context.Context, year int, page *YearbookYear) (map[string]portal.Partnership, error) {
	all, err := collect(ctx, y.Records.Partnerships, store.Where("public", true))
	by := make(map[string]portal.Partnership, len(all))
	for _, p := range all {
		by[p.ID] = p
		switch {
		case p.Year == 0 || p.Year > year:
		case p.Origin.Certainty == portal.Unconfirmed:
			page.Unconfirmed++
		default:
			page.Partnerships = append(page.Partnerships, p.For(portal.Visitor))
			if p.Origin.Fictional() {
				page.Demo++
			}
		}
	}
	slices.SortFunc(page.Partnerships, func(a, b portal.Partnership) int {
		return cmp.Or(cmp.Compare(slices.Index(portal.Modes[:], a.Type), slices.Index(portal.Modes[:], b.Type)), cmp.Compare(b.Year, a.Year), cmp.Compare(a.ID, b.ID))
	})
	return by, err
}

// lines adds up what is verified of the year.
func (y *Yearbook) lines(ctx context.Context, year int, public map[string]portal.Partnership) ([]YearbookLine, error) {
	all, err := dictionary(ctx, y.Rooms)
	if err != nil {
		return nil, err
	}
	outcomes, err := collect(ctx, y.Records.Outcomes, store.Where("year", year), store.Where("state", portal.OutcomeVerified))
	if err != nil {
		return nil, err
	}
	by := map[string]map[portal.Mode][]portal.Entered{}
	for _, ind := range all {
		by[ind.ID] = map[portal.Mode][]portal.Entered{}
	}
	ranked := make(map[string]portal.Indicator, len(all))
	for _, ind := range all {
		ranked[ind.ID] = ind
	}
	for _, o := range outcomes {
		p, known := public[o.Partnership]
		if ind := ranked[o.Indicator]; known && ind.ID != "" {
			by[ind.ID][p.Type] = append(by[ind.ID][p.Type], enteredOf(portal.Visitor, o, p, ind))
		}
	}
	var out []YearbookLine
	for _, ind := range all {
		formula, sums := ind.Usual()
		if !sums || len(by[ind.ID]) == 0 {
			continue
		}
		line := YearbookLine{Indicator: ind, Formula: formula}
		var cells []portal.Total
		for _, m := range portal.Modes {
			if verified, _ := formula.Value(by[ind.ID][m]); verified.N > 0 {
				line.ByType = append(line.ByType, YearbookCell{m, verified})
				line.Total.Join(verified)
				cells = append(cells, verified)
			}
		}
		line.Hidden = portal.SumHidden(cells)
		out = append(out, line)
	}
	return out, nil
}

// Partnerships calls fn with every public partnership, as everybody may know it.
func (y *Yearbook) Partnerships(ctx context.Context, fn func(portal.Partnership) error) error {
	err := y.Records.Partnerships.All(ctx, []store.Cond{store.Where("public", true)}, func(p *portal.Partnership) error { return fn(p.For(portal.Visitor)) })
	return fault("service.Yearbook.Partnerships", "", err)
}

// Outcomes calls fn with every verified outcome of a year of public partnerships, as
// everybody may know it.
func (y *Yearbook) Outcomes(ctx context.Context, year int, fn func(OutcomeEntry) error) error {
	all, err := dictionary(ctx, y.Rooms)
	if err != nil {
		return err
	}
	ranked := make(map[string]portal.Indicator, len(all))
	for _, ind := range all {
		ranked[ind.ID] = ind
	}
	var p portal.Partnership // outcomes of one lie together: their ids begin with its id
	err = y.Records.Outcomes.All(ctx, []store.Cond{store.Where("year", year), store.Where("state", portal.OutcomeVerified)}, func(o *portal.Outcome) (err error) {
		if p.ID != o.Partnership {
			p, err = y.Records.Partnerships.Get(ctx, o.Partnership)
		}
		if errors.Is(err, store.ErrNotFound) { // removed this moment
			return nil
		}
		if err != nil || !portal.CanSeeOutcome(portal.Visitor, *o, p) {
			return err
		}
		ind := ranked[o.Indicator]
		return fn(OutcomeEntry{Outcome: o.Shown(portal.Visitor, p, ind), Of: ind, In: p.For(portal.Visitor)})
	})
	return fault("service.Yearbook.Outcomes", "", err)
}
