package service

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"liangcheng/app/portal"
)

// Chains is what leads from education to innovation in the region: programmes by category
// and level, open needs by level and industry, partnerships by industry and kind of
// innovation.
type Chains struct {
	Counting bool
	Links    [3][]ChainLink // programmes, people wanted, partnerships
}

// ChainLink is how much leads from one thing to the next. ChainOther stands for the small
// ones.
type ChainLink struct {
	From, To string
	N        int
}

// ChainOther is the name of all that is too little to be shown apart.
const ChainOther = "other"

// chainShown is how many categories and sections are shown apart.
const chainShown = 8

// innovationTypes are the partnerships that innovate.
var innovationTypes = [...]portal.Mode{portal.InnovationCentre, portal.IncubationCentre, portal.TechService, portal.IndustryCollege}

// levelWanted is the word employers have for a level.
func levelWanted(l portal.Level) portal.WantedLevel {
	switch l {
	case portal.Secondary:
		return portal.WantSecondary
	case portal.Associate:
		return portal.WantVocational
	}
	return portal.WantBachelor
}

// Chains counts the links of the four chains.
func (s *Supply) Chains(ctx context.Context, v portal.Viewer, region *Region) (Chains, error) {
	var out Chains
	if !v.CanAnalyse() {
		return out, fault("service.Supply.Chains", "", portal.ErrNotFound)
	}
	for _, c := range []*counting{&s.counting, &region.counting} {
		ready, err := c.ready(ctx)
		if err != nil || !ready {
			return Chains{Counting: true}, err
		}
	}
	type pair struct{ from, to string }
	var counts [3]map[pair]int
	for i := range counts {
		counts[i] = map[pair]int{}
	}
	s.mu.RLock()
	h := s.shelf()
	for code, offered := range h.offered {
		sp := h.specialisms[code]
		counts[0][pair{sp.category, string(levelWanted(sp.level))}] += offered.Programmes
	}
	s.needsOf.each(h, s.Clock(), SupplyChoice{OpenOnly: true}, func(place int, _, section string, _ portal.GapReason) {
		counts[1][pair{orElse(s.needsOf.level.one(place), NoValue), section}] += max(int(s.needsOf.headcount[place]), 0)
	})
	s.mu.RUnlock()
	region.mu.RLock()
	t := &region.partnerships
	innovates := t.columns[ByType].fitting(strs(innovationTypes[:]))
	for place, live := range t.live {
		if live && innovates[t.columns[ByType].codes[place]] {
			counts[2][pair{orElse(t.columns[BySection].one(place), NoValue), t.columns[ByType].one(place)}]++
		}
	}
	region.mu.RUnlock()
	for i := range counts {
		for p, n := range counts[i] {
			if n > 0 {
				out.Links[i] = append(out.Links[i], ChainLink{p.from, p.to, n})
			}
		}
	}
	out.Links[0] = gather(out.Links[0], largest(out.Links[:1], func(l ChainLink) string { return l.From }), func(l *ChainLink) *string { return &l.From })
	sections := func(l ChainLink) string { return l.To }
	kept := largest(out.Links[1:2], sections)
	out.Links[1] = gather(out.Links[1], kept, func(l *ChainLink) *string { return &l.To })
	out.Links[2] = gather(out.Links[2], kept, func(l *ChainLink) *string { return &l.From })
	return out, nil
}

// largest are the names that stand for most.
func largest(lists [][]ChainLink, name func(ChainLink) string) map[string]bool {
	sums := map[string]int{}
	for _, links := range lists {
		for _, l := range links {
			sums[name(l)] += l.N
		}
	}
	names := make([]string, 0, len(sums))
	for n := range sums {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), strings.Compare(a, b)) })
	kept := map[string]bool{}
	for _, n := range names[:min(len(names), chainShown)] {
		kept[n] = true
	}
	return kept
}

// gather puts what is not kept under one name, and adds up what is the same then.
func gather(links []ChainLink, kept map[string]bool, end func(*ChainLink) *string) []ChainLink {
	sums := map[[2]string]int{}
	for _, l := range links {
		if name := end(&l); !kept[*name] {
			*name = ChainOther
		}
		sums[[2]string{l.From, l.To}] += l.N
	}
	out := make([]ChainLink, 0, len(sums))
	for ends, n := range sums {
		out = append(out, ChainLink{ends[0], ends[1], n})
	}
	slices.SortFunc(out, func(a, b ChainLink) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	return out
}
