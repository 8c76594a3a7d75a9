package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"liangcheng/app/match"
)

// evaluate scores the match on judged needs, those of the release where no file is named,
// and prints the measures for all and by slice.
func evaluate(ctx context.Context, c call) (err error) {
	var judged []match.Judged
	switch len(c.args) {
	case 0:
	case 1:
		if judged, err = judgedIn(c.args[0]); err != nil {
			return err
		}
	default:
		return errors.New("eval: want one file of judged needs (JSON lines), or none")
	}
	var before map[string][]string
	if path := c.text("against"); path != "" {
		if before, err = readRun(path); err != nil {
			return err
		}
	}
	a, err := opened(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	m := a.Services.Match
	if judged == nil {
		judged = m.Taxonomy.Judged
	}
	if c.yes("without-industry") {
		return leaveOut(ctx, c, a, judged)
	}
	runs, _, err := m.Answers(ctx, m.Graph(), judged)
	if err != nil {
		return err
	}
	printSlices(c.out, judged, runs)
	if before != nil {
		printChanges(c.out, m.Graph(), before, runs)
	}
	if path := c.text("run"); path != "" {
		return writeRun(path, runs)
	}
	return nil
}

func judgedIn(path string) ([]match.Judged, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	defer f.Close()
	return match.ReadJudged(f)
}

// printSlices prints the measures with their intervals.
func printSlices(out io.Writer, judged []match.Judged, runs []match.Run) {
	fmt.Fprintf(out, "%-18s %6s  %-20s %-20s %9s  %-20s %-20s\n", "slice", "needs", "nDCG@10", "recall@20", "recall@10", "MRR", "trap@5")
	for _, s := range match.Slices(judged) {
		m := match.Mean(runs, s.Keeps)
		low, most := match.Interval(runs, s.Keeps)
		between := func(mean, low, most float64) string { return fmt.Sprintf("%.3f (%.3f–%.3f)", mean, low, most) }
		fmt.Fprintf(out, "%-18s %6d  %-20s %-20s %9.3f  %-20s %-20s\n", strings.TrimSpace(s.Kind+" "+s.Value), m.Needs,
			between(m.NDCG10, low.NDCG10, most.NDCG10), between(m.Recall20, low.Recall20, most.Recall20), m.Recall10,
			between(m.MRR, low.MRR, most.MRR), between(m.Trap5, low.Trap5, most.Trap5))
	}
	fmt.Fprintln(out, "in brackets: 95 % intervals, by drawing the needs again 1,000 times")
}

// printChanges prints need by need what another run answered otherwise.
func printChanges(out io.Writer, g *match.Graph, before map[string][]string, runs []match.Run) {
	n := 0
	for _, run := range runs {
		codes, ok := before[run.Judged.ID]
		was, is := match.Run{Judged: run.Judged, Codes: codes}.Measure(), run.Measure()
		moves := match.Moves(codes, run.Codes)
		if !ok || len(moves) == 0 && was == is {
			continue
		}
		n++
		fmt.Fprintf(out, "\n%s  nDCG@10 %.3f → %.3f, recall@20 %.3f → %.3f, MRR %.3f → %.3f, trap@5 %.3f → %.3f\n  %s\n", run.Judged.ID,
			was.NDCG10, is.NDCG10, was.Recall20, is.Recall20, was.MRR, is.MRR, was.Trap5, is.Trap5, run.Judged.Text)
		for _, m := range moves {
			name, level, _ := g.Specialism(m.Code)
			fmt.Fprintf(out, "  %3s → %-3s %s %s %s\n", place(m.Was), place(m.Is), m.Code, name, level)
		}
	}
	fmt.Fprintf(out, "\n%d needs answered otherwise\n", n)
}

// place is a place among the first, or a dash.
func place(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// readRun reads what --run has written: the codes of each need, the best first.
func readRun(path string) (map[string][]string, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("eval: %w", err)
	}
	out := map[string][]string{}
	for n, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		const columns = 3
		if len(cells) != columns {
			return nil, fmt.Errorf("eval: %s:%d: want need, code and score, tab-separated", path, n+1)
		}
		out[cells[0]] = append(out[cells[0]], cells[1])
	}
	return out, nil
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
