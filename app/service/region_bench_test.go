package service

import (
	"fmt"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// BenchmarkRegion counts a region of so many partnerships with ten outcomes each, and
// narrows it; "fill" is the time one record takes when everything is first read, without
// the store.
func BenchmarkRegion(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		g := newRegion(Rooms{Clock: time.Now, Roster: NewRoster(nil)})
		all := []portal.Indicator{}
		for i := range 100 {
			all = append(all, portal.Indicator{Meta: portal.Meta{ID: fmt.Sprint("i", i)}, Kind: portal.ValueCount, Period: portal.PeriodYear})
		}
		begun := time.Now()
		for i := range size {
			p := portal.Partnership{Meta: portal.Meta{ID: fmt.Sprint("p", i)}, Type: portal.Modes[i%len(portal.Modes)], Stage: portal.PartnershipStages[i%len(portal.PartnershipStages)],
				Industry: string(rune('A'+i%20)) + "01", Responsible: fmt.Sprint("u", i%15), Year: 2020 + i%8, Origin: portal.Origin{Certainty: portal.Verified}}
			g.takePartnership(store.Change[portal.Partnership]{ID: p.ID, Record: p})
			for k := range 10 {
				o := portal.Outcome{Meta: portal.Meta{ID: fmt.Sprint(p.ID, ".", k)}, Partnership: p.ID, Indicator: all[(i+k)%len(all)].ID, State: portal.OutcomeStates[(i+k)%len(portal.OutcomeStates)],
					Period: portal.Period{Until: fmt.Sprint(2020+(i+k)%8, "-12-31")}, Versions: []portal.OutcomeVersion{{Figures: portal.Figures{Value: 100}}}}
				g.takeOutcome(store.Change[portal.Outcome]{ID: o.ID, Record: o})
			}
		}
		filled := time.Since(begun)
		for name, c := range map[string]RegionChoice{"all": {}, "narrowed": {Refine: map[string][]string{"type": {string(portal.OrderClass)}, "year": {"2025"}}}} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				for b.Loop() {
					out := RegionView{Stages: map[portal.PartnershipStage]int{}, Motions: map[string]int{}}
					fits := g.partnerships.fitting(c, "2026-11-28")
					g.countPartnerships(&out, fits)
					cells := g.outcomes.cells(fits)
					out.Outcomes = g.outcomes.sums(all, cells, "")
				}
				b.ReportMetric(float64(filled.Microseconds())/float64(11*size), "fill-µs/record")
			})
		}
	}
}
