package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Targets is what the office wants reached, and how far that is.
type Targets struct {
	Rooms
	region *Region
}

// TargetProgress is a target with what counts towards it. Of partnerships what is signed
// counts as verified.
type TargetProgress struct {
	portal.Target
	Of                portal.Indicator // zero: partnerships
	Verified, Claimed portal.Hundredths
	Hidden            bool // few people
}

// Reached is how much of the target is verified, in percent.
func (t TargetProgress) Reached() portal.Hundredths { return portal.Percent(t.Verified, t.Value) }

// List returns every target, the years in their order.
func (t *Targets) List(ctx context.Context, v portal.Viewer) ([]TargetProgress, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Targets.List", "", portal.ErrNotFound)
	}
	all, err := collect(ctx, t.Records.Targets)
	if err != nil {
		return nil, fault("service.Targets.List", "", err)
	}
	all = slices.DeleteFunc(all, func(t portal.Target) bool { return t.Dropped })
	slices.SortFunc(all, func(a, b portal.Target) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.ID, b.ID)) })
	if err := t.region.counted(ctx); err != nil {
		return nil, err
	}
	indicators, err := byID(ctx, t.Records.Indicators, all, func(t portal.Target) string { return t.Indicator })
	if err != nil {
		return nil, fault("service.Targets.List", "", err)
	}
	return t.region.progress(all, indicators), nil
}

// progress counts what counts towards targets.
func (g *Region) progress(all []portal.Target, indicators map[string]portal.Indicator) []TargetProgress {
	g.mu.RLock()
	defer g.mu.RUnlock()
	out := make([]TargetProgress, len(all))
	cells := g.outcomes.cells(g.partnerships.live)
	for i, target := range all {
		out[i] = TargetProgress{Target: target, Of: indicators[target.Indicator]}
		if target.Indicator == "" {
			out[i].Verified = portal.Hundredths(100 * g.partnerships.signed(target))
			continue
		}
		sum := g.outcomes.sum(cells, out[i].Of, func(year string) bool {
			n, err := strconv.Atoi(year)
			return err == nil && target.Counts(n)
		})
		out[i].Verified, out[i].Claimed, out[i].Hidden = sum.Verified.Value, sum.Claimed.Value, sum.Verified.Hidden || sum.Claimed.Hidden
	}
	return out
}

// signed counts the partnerships that count towards a target.
func (t *regionRows) signed(target portal.Target) int {
	stages := t.columns[ByStage].fitting(strs([]portal.PartnershipStage{portal.PartnershipSigned, portal.PartnershipRunning, portal.PartnershipConcluded}))
	types := t.columns[ByType].fitting(compact(string(target.Type)))
	years := make([]bool, len(t.columns[ByYear].sets))
	for code, set := range t.columns[ByYear].sets {
		for _, year := range set {
			n, err := strconv.Atoi(year)
			years[code] = err == nil && target.Counts(n)
		}
	}
	n := 0
	for place, live := range t.live {
		if live && stages[t.columns[ByStage].codes[place]] && (types == nil || types[t.columns[ByType].codes[place]]) && years[t.columns[ByYear].codes[place]] {
			n++
		}
	}
	return n
}

// Set enters a target, or gives one of the same measure and year another value.
func (t *Targets) Set(ctx context.Context, v portal.Viewer, d portal.TargetDraft) (portal.Target, error) {
	if !portal.CanSetTargets(v) {
		return portal.Target{}, portal.ErrForbidden
	}
	var of *portal.Indicator
	if d.Indicator != "" {
		ind, err := t.Records.Indicators.Get(ctx, d.Indicator)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return portal.Target{}, fault("service.Targets.Set", d.Indicator, err)
		}
		if err == nil {
			of = &ind
		}
	}
	rec, err := portal.ReadTarget(d, of)
	if err != nil {
		return rec, err
	}
	err = created(ctx, t.Rooms, t.Records.Targets, v, "target.set", &rec)
	if !errors.Is(err, portal.ErrDuplicate) {
		return rec, err
	}
	return changed(ctx, t.Rooms, t.Records.Targets, v, rec.ID, "target.set", func(have *portal.Target) error {
		have.Value, have.Source, have.Note, have.Dropped = rec.Value, rec.Source, rec.Note, false
		return nil
	})
}

// Drop takes a target off; what it was stays in the log.
func (t *Targets) Drop(ctx context.Context, v portal.Viewer, id string) error {
	if !portal.CanSetTargets(v) {
		return portal.ErrForbidden
	}
	_, err := changed(ctx, t.Rooms, t.Records.Targets, v, id, "target.drop", func(have *portal.Target) error {
		have.Dropped = true
		return nil
	})
	return err
}
