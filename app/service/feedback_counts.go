package service

import (
	"cmp"
	"context"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// FeedbackCounts is what was said of results, counted.
type FeedbackCounts struct {
	Verdicts    map[portal.Verdict]Tally
	Reasons     map[portal.UnfitReason]Tally
	Specialisms []FeedbackCount // those said most of first
	Classes     []FeedbackCount
}

// FeedbackCount is how often one specialism or class was said not to fit, and to have led
// to somebody.
type FeedbackCount struct {
	Key, Name        string
	Unfit, Contacted Tally
}

// Counts counts what was said and not taken back.
func (f *Feedback) Counts(ctx context.Context, v portal.Viewer) (FeedbackCounts, error) {
	out := FeedbackCounts{Verdicts: map[portal.Verdict]Tally{}, Reasons: map[portal.UnfitReason]Tally{}}
	if !v.CanAnalyse() {
		return out, fault("service.Feedback.Counts", "", portal.ErrNotFound)
	}
	for _, verdict := range portal.Verdicts {
		n, err := f.tallies(ctx, "verdict", verdict)
		if err != nil {
			return out, err
		}
		out.Verdicts[verdict] = n[string(verdict)]
	}
	reasons, err := f.tallies(ctx, "reason", portal.Unfit)
	if err != nil {
		return out, err
	}
	for _, reason := range portal.UnfitReasons {
		out.Reasons[reason] = reasons[string(reason)]
	}
	if out.Specialisms, err = f.byField(ctx, "code"); err != nil {
		return out, err
	}
	for i := range out.Specialisms {
		out.Specialisms[i].Name, _, _ = f.Graph().Specialism(out.Specialisms[i].Key)
	}
	out.Classes, err = f.byField(ctx, "class")
	return out, err
}

// tallies counts a verdict by a field, with how much of it is demonstration data.
func (f *Feedback) tallies(ctx context.Context, field string, verdict portal.Verdict) (map[string]Tally, error) {
	where := []store.Cond{store.Where("verdict", verdict)}
	all, err := f.Records.Feedback.GroupCount(ctx, field, where...)
	if err != nil {
		return nil, fault("service.Feedback.tallies", field, err)
	}
	demo, err := f.Records.Feedback.GroupCount(ctx, field, append(where, store.Where("certainty", portal.Demo))...)
	if err != nil {
		return nil, fault("service.Feedback.tallies", field, err)
	}
	fictional, out := countsOf[string](demo), map[string]Tally{}
	for key, n := range countsOf[string](all) {
		out[key] = Tally{All: n, Demo: fictional[key]}
	}
	return out, nil
}

func (f *Feedback) byField(ctx context.Context, field string) ([]FeedbackCount, error) {
	of := map[string]FeedbackCount{}
	for _, verdict := range portal.Verdicts {
		n, err := f.tallies(ctx, field, verdict)
		if err != nil {
			return nil, err
		}
		for key, tally := range n {
			c := of[key]
			c.Key, c.Name = key, key
			if verdict == portal.Unfit {
				c.Unfit = tally
			} else {
				c.Contacted = tally
			}
			of[key] = c
		}
	}
	out := make([]FeedbackCount, 0, len(of))
	for _, c := range of {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b FeedbackCount) int {
		return cmp.Or(cmp.Compare(b.Unfit.All, a.Unfit.All), cmp.Compare(b.Contacted.All, a.Contacted.All), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

// FeedbackEntry is feedback as the office reads it: not who said it.
type FeedbackEntry struct {
	portal.Feedback
	Result  string // name of the programme, or of the specialism
	College string
}

// Latest returns a page of what was said, the latest first.
func (f *Feedback) Latest(ctx context.Context, v portal.Viewer, after string, most int) (store.Page[FeedbackEntry], error) {
	var out store.Page[FeedbackEntry]
	if !v.CanAnalyse() {
		return out, fault("service.Feedback.Latest", "", portal.ErrNotFound)
	}
	page, err := f.Records.Feedback.Find(ctx, store.Query{Where: []store.Cond{store.Known("verdict")}, Sort: "at", Desc: true, After: after, Limit: most})
	if err != nil {
		return out, fault("service.Feedback.Latest", "", err)
	}
	programmes, err := byID(ctx, f.Records.Programmes, page.Items, func(rec portal.Feedback) string { return rec.Programme })
	if err != nil {
		return out, fault("service.Feedback.Latest", "", err)
	}
	colleges, err := byID(ctx, f.Records.Colleges, page.Items, func(rec portal.Feedback) string { id, _ := portal.SplitProgrammeID(rec.Programme); return id })
	if err != nil {
		return out, fault("service.Feedback.Latest", "", err)
	}
	out.Next = page.Next
	for _, rec := range page.Items {
		college, _ := portal.SplitProgrammeID(rec.Programme)
		e := FeedbackEntry{Feedback: rec, Result: programmes[rec.Programme].Name, College: colleges[college].Name}
		if e.Result == "" {
			e.Result, _, _ = f.Graph().Specialism(rec.Code)
		}
		e.Person, e.Organisation, e.Trail = "", "", portal.Trail{}
		out.Items = append(out.Items, e)
	}
	return out, nil
}

// RefitLeast is how many judged needs it takes to search the weights anew: with fewer the
// outcome is chance.
const RefitLeast = 60

// Refit searches the weights of the match on judged needs; see match.Fit. It changes
// nothing.
func (m *Match) Refit(ctx context.Context, v portal.Viewer, judged []match.Judged, folds int) (match.Fitted, error) {
	if !v.IsSystem() {
		return match.Fitted{}, portal.ErrForbidden
	}
	g := m.Graph()
	lex := make(map[string]match.Lexical, len(judged)) // depends on nothing but the text
	for _, j := range judged {
		hits, _, err := m.lexical(ctx, g, j.Need())
		if err != nil {
			return match.Fitted{}, err
		}
		lex[j.Text] = hits
	}
	weights := match.DefaultWeights()
	floor := weights.Floor
	weights.Floor = 0 // the measures reach below what people are shown
	fitted := match.Fit(judged, weights, folds, func(j match.Judged, w match.Weights) []match.Ranked {
		return g.Specialisms(j.Need(), lex[j.Text], w)
	})
	fitted.Weights.Floor = floor
	return fitted, nil
}
