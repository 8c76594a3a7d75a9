package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"liangcheng/app/match"
)

// evaluate scores the match on judged needs and prints the measures for all and by slice.
func evaluate(ctx context.Context, c call) (err error) {
	if len(c.args) != 1 {
		return errors.New("eval: want one file of judged needs (JSON lines)")
	}
	f, err := os.Open(c.args[0])
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	defer f.Close()
	judged, err := match.ReadJudged(f)
	if err != nil {
		return err
	}
	a, err := opened(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if c.yes("without-industry") {
		return leaveOut(ctx, c, a, judged)
	}
	runs, err := answers(ctx, a.Services.Match, judged)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%-14s %6s %8s %10s %10s %8s %8s\n", "slice", "needs", "nDCG@10", "recall@20", "recall@10", "MRR", "trap@5")
	for _, s := range slicesOf(judged) {
		m := match.Mean(runs, s.keep)
		fmt.Fprintf(c.out, "%-14s %6d %8.3f %10.3f %10.3f %8.3f %8.3f\n", s.name, m.Needs, m.NDCG10, m.Recall20, m.Recall10, m.MRR, m.Trap5)
	}
	if path := c.text("run"); path != "" {
		return writeRun(path, runs)
	}
	return nil
}

// slice is a part of the judged needs.
type slice struct {
	name string
	keep func(match.Judged) bool
}

// slicesOf are all, by style, by lexical gap and by level.
func slicesOf(judged []match.Judged) []slice {
	all := []slice{{"all", func(match.Judged) bool { return true }},
		{"lexical gap", func(j match.Judged) bool { return j.Gap }},
		{"no gap", func(j match.Judged) bool { return !j.Gap }}}
	seen := map[string]bool{}
	for _, j := range judged {
		for name, keep := range map[string]func(match.Judged) bool{
			"style " + j.Style: func(o match.Judged) bool { return o.Style == j.Style },
			"level " + j.Level: func(o match.Judged) bool { return o.Level == j.Level },
		} {
			if !seen[name] {
				seen[name] = true
				all = append(all, slice{name, keep})
			}
		}
	}
	return all
}

// writeRun writes need, code and score of every answer, tab-separated.
func writeRun(path string, runs []match.Run) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("eval: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	for _, r := range runs {
		for i, code := range r.Codes {
			fmt.Fprintf(w, "%s\t%s\t%.6f\n", r.Judged.ID, code, r.Scores[i])
		}
	}
	return w.Flush()
}
