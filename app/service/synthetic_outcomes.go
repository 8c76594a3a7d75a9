package service

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"time"

	"liangcheng/app/portal"
)

// How many of a hundred partnerships stand at each stage, and outcomes in each state.
var (
	syntheticStages = shares(map[portal.PartnershipStage]float64{portal.PartnershipRunning: 48, portal.PartnershipConcluded: 16,
		portal.PartnershipSigned: 10, portal.PartnershipNegotiating: 12, portal.PartnershipProposed: 8, portal.PartnershipTerminated: 6},
		portal.PartnershipStages[:])
	syntheticStates = shares(map[portal.OutcomeState]float64{portal.OutcomeVerified: 60, portal.OutcomeConfirmed: 12, portal.OutcomeClaimed: 18,
		portal.OutcomeDisputed: 6, portal.OutcomeReturned: 4}, portal.OutcomeStates[:])
)

// shares are the weights of the items of a list, by their places.
func shares[T comparable](of map[T]float64, list []T) *weighted {
	w := &weighted{}
	for i, item := range list {
		w.add(i, of[item])
	}
	return w
}

// syntheticYears is how many whole years outcomes go back.
const syntheticYears = 3

// life is the chance of what becomes of partnership i, its type and how far it has come.
func (s *Synthetic) life(i int) (*rand.Rand, portal.Mode, portal.PartnershipStage) {
	d := s.draw(drawLife, i)
	return d, anyOf(d, portal.Modes[:]), portal.PartnershipStages[syntheticStages.any(d)]
}

// live says how far partnership i has come, and under which agreement.
func (s *Synthetic) live(i int, p *portal.Partnership) {
	var d *rand.Rand
	d, p.Type, p.Stage = s.life(i)
	p.By = portal.CollegeOrganisation(p.Colleges[0].ID)
	p.Responsible = anyOf(d, s.units)
	begun := s.today.AddDate(-syntheticYears-1, 0, d.IntN(360))
	p.Begun, p.Active = begun, s.today.Add(-time.Duration(d.IntN(60))*day)
	switch {
	case p.Stage == portal.PartnershipTerminated:
		p.EndReason, p.EndedAt = anyOf(d, portal.EndReasons[:]), p.Active
	case p.TakesOutcomes():
		p.Agreement = portal.Agreement{Number: fmt.Sprintf("合成-%d", d.IntN(1_000_000)), SignedOn: begun.Format(time.DateOnly), From: begun.Format(time.DateOnly),
			Until: begun.AddDate(5, 0, 0).Format(time.DateOnly)}
		p.Year = begun.Year()
	}
}

// Outcomes are made up partnership by partnership, of those that take them.
func (s *Synthetic) Outcomes() iter.Seq[portal.Outcome] {
	return func(yield func(portal.Outcome) bool) {
		for i := range s.o.Partnerships {
			for _, o := range s.outcomesOf(i) {
				if !yield(o) {
					return
				}
			}
		}
	}
}

// outcomes is how many partnership i has.
func (s *Synthetic) outcomes(i int) int {
	_, kind, stage := s.life(i)
	if !(portal.Partnership{Stage: stage}).TakesOutcomes() {
		return 0
	}
	return min(s.o.Outcomes, len(s.counted[kind])*syntheticYears)
}

// everyOutcome is how many there are in all.
func (s *Synthetic) everyOutcome() (n int) {
	for i := range s.o.Partnerships {
		n += s.outcomes(i)
	}
	return n
}

// outcomesOf makes the outcomes of a partnership, of whole years and all different.
func (s *Synthetic) outcomesOf(i int) (out []portal.Outcome) {
	n := s.outcomes(i)
	if n == 0 {
		return nil
	}
	p := s.partnership(i)
	indicators := s.counted[p.Type]
	d := s.draw(drawOutcome, i)
	for _, place := range d.Perm(len(indicators) * syntheticYears)[:n] {
		ind, year := indicators[place/syntheticYears], s.today.Year()-1-place%syntheticYears
		period := portal.Period{Kind: portal.PeriodYear, Label: strconv.Itoa(year), From: fmt.Sprintf("%d-01-01", year), Until: fmt.Sprintf("%d-12-31", year)}
		at := time.Date(year+1, 1, 5+d.IntN(20), 8, 0, 0, 0, time.UTC)
		value, _ := portal.ParseHundredths(strconv.Itoa(int(5 * pareto(d))))
		o := portal.Outcome{Meta: portal.Meta{ID: portal.OutcomeID(p.ID, ind.ID, period)}, Partnership: p.ID, Indicator: ind.ID, Period: period,
			State: portal.OutcomeStates[syntheticStates.any(d)], Since: at, Origin: s.origin,
			Versions: []portal.OutcomeVersion{{Figures: portal.Figures{Value: value}, Organisation: p.By, Person: syntheticPrefix + "person", At: at}}}
		out = append(out, o)
	}
	return out
}
