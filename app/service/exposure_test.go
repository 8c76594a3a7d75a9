package service_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// gained is what the first ten places of a list are worth to who reads it from the top.
func gained(list []match.Offered) float64 {
	sum := 0.0
	for i, o := range list[:min(len(list), 10)] {
		sum += o.S / math.Log2(float64(i+2))
	}
	return sum
}

// byScoreAlone is the answer to a need as it was before anybody took turns.
func byScoreAlone(t *testing.T, h house, n match.Need) []match.Offered {
	t.Helper()
	ranked, err := h.services.Match.Ranking(t.Context(), portal.System, n, match.DefaultWeights())
	if err != nil {
		t.Fatal(err)
	}
	ranked = ranked[:min(len(ranked), 30)]
	codes := make([]string, len(ranked))
	for i, r := range ranked {
		codes[i] = r.Code
	}
	return match.Programmes(n, ranked, h.rooms.Roster.Offers(codes), nil, match.DefaultWeights()).Offered
}

func TestTheSmallerHalfIsShownAsItMerits(t *testing.T) {
	h := indexed(t)
	ctx := t.Context()
	var needs []match.Need
	err := h.records.Needs.All(ctx, nil, func(n *portal.Need) error {
		needs = append(needs, service.NeedOf(*n))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const days, shown = 4, 20
	cost, lists := 0.0, 0
	alone := map[string]portal.Shown{}
	for range days {
		for _, n := range needs {
			answer, err := h.services.Match.Rank(ctx, portal.Visitor, n)
			if err != nil {
				t.Fatal(err)
			}
			if len(answer.Answer.Offered) == 0 {
				continue
			}
			best := byScoreAlone(t, h, n)
			cost += 1 - gained(answer.Answer.Offered)/gained(best)
			lists++
			for id, s := range match.Shows(best, shown) {
				alone[id] = alone[id].Add(s)
			}
			h.services.Exposure.Saw(answer, shown)
		}
		*h.clock = h.clock.Add(24 * time.Hour)
		if err := h.chores.Once(ctx); err != nil {
			t.Fatal(err)
		}
	}
	view, err := h.services.Exposure.View(ctx, analyst)
	if err != nil {
		t.Fatal(err)
	}
	smaller := map[string]bool{}
	for _, row := range view.Rows {
		smaller[row.College.ID] = row.Smaller
	}
	before := match.Fairness(alone, func(id string) bool { return smaller[id] })
	t.Logf("%d matches of %d colleges: the smaller half was given %.3f of what it merits (%.3f by score alone), at a cost of %.4f of the gain", view.Matches, len(view.Rows), view.Smaller, before, cost/float64(lists))
	if view.Smaller < .8 {
		t.Errorf("the smaller half is given %.3f of what it merits", view.Smaller)
	}
	if c := cost / float64(lists); c > .01 {
		t.Errorf("turns cost %.4f of the gain of the first ten", c)
	}
	if int(view.Matches) != lists || !slices.IsSortedFunc(view.Rows, func(a, b service.ExposureRow) int { return int(math.Copysign(1, a.Ratio()-b.Ratio())) }) {
		t.Errorf("%d matches counted of %d", view.Matches, lists)
	}
}
