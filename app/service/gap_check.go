package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// GapCheck is what partnerships lack against the thresholds of the dictionary.
type GapCheck struct{ Rooms }

// Gaps is a partnership, or a type of which there is none yet, against its thresholds.
type Gaps struct {
	In      portal.Partnership // zero: none yet
	Type    portal.Mode
	Lines   []GapLine
	Crossed []OutcomeEntry // red lines
}

// GapLine is one threshold. Values are the latest of the partnership: what is verified, and
// what is claimed since. What is hidden from the viewer is nil.
type GapLine struct {
	Indicator         portal.Indicator
	Verified, Claimed *OutcomeEntry
	Standing          portal.GapStanding // of what is verified
	Short             portal.Hundredths
	Supposed          *portal.Hundredths
	Then              portal.GapStanding // of what is supposed
	ThenShort         portal.Hundredths
}

// gapsMost is how many partnerships are held against their thresholds on one page.
const gapsMost = 100

// Mine returns the partnerships of the viewer's organisation whose types have thresholds,
// to the office those that moved last of all.
func (g *GapCheck) Mine(ctx context.Context, v portal.Viewer) ([]Gaps, error) {
	if !portal.CanCheckGaps(v) {
		return nil, fault("service.GapCheck.Mine", v.Organisation, portal.ErrNotFound)
	}
	organisation := v.Organisation
	if v.CanAnalyse() {
		organisation = ""
	}
	all, err := dictionary(ctx, g.Rooms)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, f := range g.Roster.Followed(organisation) {
		if !f.Stage.Over() && len(ids) < gapsMost && slices.ContainsFunc(all, func(i portal.Indicator) bool { return i.Threshold != nil && i.For(f.Type) }) {
			ids = append(ids, f.ID)
		}
	}
	partnerships, err := g.Records.Partnerships.GetMany(ctx, ids)
	if err != nil {
		return nil, fault("service.GapCheck.Mine", v.Organisation, err)
	}
	var out []Gaps
	for _, p := range partnerships {
		gaps, err := g.of(ctx, v, p, all, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, gaps)
	}
	return out, nil
}

// Of holds a partnership the viewer follows against its thresholds, with the values that
// are supposed of some indicators, as they were typed.
func (g *GapCheck) Of(ctx context.Context, v portal.Viewer, id string, supposed map[string]string) (Gaps, error) {
	p, err := g.Records.Partnerships.Get(ctx, id)
	if err == nil && !(p.Followed() && portal.CanFollowPartnership(v, p)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return Gaps{}, fault("service.GapCheck.Of", id, err)
	}
	all, err := dictionary(ctx, g.Rooms)
	if err != nil {
		return Gaps{}, err
	}
	return g.of(ctx, v, p, all, supposed)
}

// OfType holds nothing but what is supposed against the thresholds of a type.
func (g *GapCheck) OfType(ctx context.Context, v portal.Viewer, m portal.Mode, supposed map[string]string) (Gaps, error) {
	if !portal.CanCheckGaps(v) || !m.Valid() {
		return Gaps{}, fault("service.GapCheck.OfType", string(m), portal.ErrNotFound)
	}
	all, err := dictionary(ctx, g.Rooms)
	if err != nil {
		return Gaps{}, err
	}
	return g.of(ctx, v, portal.Partnership{Type: m}, all, supposed)
}

// of fills the lines. Whatever is supposed and no number is told as Invalid, with the lines
// there are.
func (g *GapCheck) of(ctx context.Context, v portal.Viewer, p portal.Partnership, all []portal.Indicator, supposed map[string]string) (Gaps, error) {
	out := Gaps{In: p, Type: p.Type}
	var outcomes []portal.Outcome
	if p.ID != "" {
		var err error
		if outcomes, err = collect(ctx, g.Records.Outcomes, store.Where("partnership", p.ID)); err != nil {
			return out, err
		}
	}
	slices.SortFunc(outcomes, func(a, b portal.Outcome) int { return cmp.Compare(b.Period.Until, a.Period.Until) })
	var bad portal.Invalid
	for _, ind := range all {
		if ind.RedLine {
			for _, o := range outcomes {
				if o.Indicator == ind.ID && o.Crosses(ind) {
					out.Crossed = append(out.Crossed, OutcomeEntry{Outcome: o.Shown(v, p, ind), Of: ind, In: p})
				}
			}
		}
		if ind.Threshold == nil || !ind.For(p.Type) {
			continue
		}
		line := GapLine{Indicator: ind}
		line.latest(v, p, outcomes)
		line.suppose(&bad, supposed[ind.ID])
		out.Lines = append(out.Lines, line)
	}
	return out, bad.Err()
}

// latest takes the latest verified value, and the latest claimed one where it is later.
func (l *GapLine) latest(v portal.Viewer, p portal.Partnership, outcomes []portal.Outcome) {
	for _, o := range outcomes {
		if o.Indicator != l.Indicator.ID {
			continue
		}
		e := &OutcomeEntry{Outcome: o.Shown(v, p, l.Indicator), Of: l.Indicator, In: p}
		switch {
		case o.Verified() && l.Verified == nil:
			l.Verified = e
		case (o.State == portal.OutcomeClaimed || o.State == portal.OutcomeConfirmed) && l.Claimed == nil && l.Verified == nil:
			l.Claimed = e
		}
	}
	var value *portal.Hundredths
	if l.Verified != nil && !l.Verified.Current().Hidden {
		value = &l.Verified.Versions[len(l.Verified.Versions)-1].Value
	}
	l.Standing, l.Short = l.Indicator.Threshold.Stand(value)
}

func (l *GapLine) suppose(bad *portal.Invalid, typed string) {
	if typed == "" {
		return
	}
	n, ok := portal.ParseHundredths(typed)
	if !ok {
		bad.Add("v."+l.Indicator.ID, "outcome.no_number")
		return
	}
	l.Supposed = &n
	l.Then, l.ThenShort = l.Indicator.Threshold.Stand(&n)
}
