package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"liangcheng/app"
	"liangcheng/app/match"
	"liangcheng/app/portal"
)

// leaveOut prints, for every section of GB/T 4754 that a need is of, what the needs score when the concepts
// of its specialisms are taken away: those of the section itself, which show what the
// concepts are worth, and all others, which should not change. A specialism is of the
// section that its class serves first.
func leaveOut(ctx context.Context, c call, a *app.App, judged []match.Judged) error {
	m := a.Services.Match
	before, _, err := m.Answers(ctx, m.Graph(), judged)
	if err != nil {
		return err
	}
	sections, err := sectionsOf(ctx, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%-8s %8s %6s %17s %7s %17s  %s\n", "without", "concepts", "needs", "nDCG@10", "others", "nDCG@10", "")
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		own := func(j match.Judged) bool { return strings.HasPrefix(j.Industry, section) }
		others := func(j match.Judged) bool { return !own(j) }
		if !slices.ContainsFunc(judged, own) {
			continue
		}
		all := m.Graph().Concepts()
		var kept []match.Concept
		taken := 0
		for _, con := range all {
			left := slices.DeleteFunc(slices.Clone(con.Targets), func(code string) bool { return sections[section][code] })
			taken += len(con.Surfaces) * (len(con.Targets) - len(left))
			if con.Targets = left; len(left) > 0 || con.Blocks {
				kept = append(kept, con)
			}
		}
		without, err := m.Graph().With(kept)
		if err != nil {
			return err
		}
		after, _, err := m.Answers(ctx, without, judged)
		if err != nil {
			return err
		}
		was, is := match.Mean(before, own), match.Mean(after, own)
		rest, left := match.Mean(before, others), match.Mean(after, others)
		fmt.Fprintf(c.out, "%-8s %8d %6d %8.3f → %6.3f %7d %8.3f → %6.3f  %s\n", section, taken,
			was.Needs, was.NDCG10, is.NDCG10, rest.Needs, rest.NDCG10, left.NDCG10, verdict(rest, left))
	}
	return nil
}

// verdict says whether the other industries kept their score.
func verdict(before, after match.Figures) string {
	const visible = .0005 // less is not seen in three decimals
	if math.Abs(before.NDCG10-after.NDCG10) < visible {
		return "unchanged"
	}
	return fmt.Sprintf("changed by %+.3f", after.NDCG10-before.NDCG10)
}

// sectionsOf are the codes of the specialisms, and of their classes, of each section.
func sectionsOf(ctx context.Context, a *app.App) (map[string]map[string]bool, error) {
	const first = 1
	ofClass := map[string]string{}
	for _, in := range a.Services.Match.Taxonomy.ClassIndustries {
		if in.Rank == first {
			ofClass[in.ClassCode] = in.Industry[:1]
		}
	}
	sections := map[string]map[string]bool{}
	err := a.Records.Specialisms.All(ctx, nil, func(s *portal.Specialism) error {
		if section, ok := ofClass[s.ClassCode]; ok {
			if sections[section] == nil {
				sections[section] = map[string]bool{}
			}
			sections[section][s.Code], sections[section][s.ClassCode] = true, true
		}
		return nil
	})
	return sections, err
}
