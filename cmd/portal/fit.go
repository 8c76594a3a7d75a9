package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"liangcheng/app"
	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// feedback hands on what people said of the results of matches as judged needs.
func feedback(ctx context.Context, c call) (err error) {
	if len(c.args) != 1 || c.args[0] != "export" {
		return errors.New("feedback: want \"export\"")
	}
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	judged, err := a.Services.Feedback.Judged(ctx, portal.System, c.yes("demo"))
	if err != nil {
		return err
	}
	return service.WriteJudged(c.out, judged)
}

// fitFolds is how many parts the judged needs are held back in, one after the other.
const fitFolds = 5

// fit searches the weights of the match on judged needs and prints what they would be worth.
// It changes nothing: the weights are reviewed and put into a release.
func fit(ctx context.Context, c call) (err error) {
	if len(c.args) == 0 {
		return errors.New("fit: want files of judged needs (JSON lines), such as \"portal feedback export\" prints")
	}
	judged, err := readAll(c.args)
	if err != nil {
		return err
	}
	if len(judged) < service.RefitLeast {
		return fmt.Errorf("fit: %d judged needs name something that fits; with fewer than %d the outcome would be chance, so the weights stay as they are", len(judged), service.RefitLeast)
	}
	a, err := opened(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	fitted, err := a.Services.Match.Refit(ctx, portal.System, judged, fitFolds)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%-34s %6s %8s %10s %8s %8s\n", "", "needs", "nDCG@10", "recall@20", "MRR", "trap@5")
	for _, line := range []struct {
		name string
		f    match.Figures
	}{{"weights in force", fitted.Before}, {"found, on the needs it learnt from", fitted.After}, {"found, on needs held back", fitted.Held}} {
		fmt.Fprintf(c.out, "%-34s %6d %8.3f %10.3f %8.3f %8.3f\n", line.name, line.f.Needs, line.f.NDCG10, line.f.Recall20, line.f.MRR, line.f.Trap5)
	}
	const worth = .005
	if fitted.Held.NDCG10 < fitted.Before.NDCG10+worth {
		fmt.Fprintf(c.out, "\nOn needs held back the weights found are not better by %.3f: leave those in force.\n", worth)
	} else {
		fmt.Fprintln(c.out, "\nReview these weights, check them on the set kept apart, and put them into match.DefaultWeights with a release:")
	}
	out := json.NewEncoder(c.out)
	out.SetIndent("", "  ")
	return out.Encode(struct {
		Now   match.Weights `json:"in_force"`
		Found match.Weights `json:"found"`
	}{match.DefaultWeights(), fitted.Weights})
}

// readAll reads the judged needs of files that name something that fits: from the others
// nothing can be learnt.
func readAll(files []string) ([]match.Judged, error) {
	var all []match.Judged
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		judged, err := match.ReadJudged(f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		all = append(all, judged...)
	}
	return slices.DeleteFunc(all, func(j match.Judged) bool {
		return !slices.ContainsFunc(j.Grades, func(g match.Grade) bool { return g.Grade > 0 })
	}), nil
}
