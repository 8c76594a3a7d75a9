package match

import "math"

// Fitted is the outcome of Fit.
type Fitted struct {
	Weights Weights
	Before  Figures // of the start, on all needs
	After   Figures // of the outcome, on the same needs: too good by what it learnt by heart
	Held    Figures // each need scored by weights found without it: what to expect of others
}

// dials are the weights that Fit turns.
var dials = [...]func(*Weights) *float64{
	func(w *Weights) *float64 { return &w.Lexical },
	func(w *Weights) *float64 { return &w.Company },
	func(w *Weights) *float64 { return &w.Occupation },
	func(w *Weights) *float64 { return &w.Industry },
	func(w *Weights) *float64 { return &w.Concept },
	func(w *Weights) *float64 { return &w.Sibling },
	func(w *Weights) *float64 { return &w.WrongLevel },
}

// Fit searches the weights of stage A on judged needs by coordinate ascent on the mean
// nDCG@10, and by cross-validation over the folds says what that is worth. rank answers
// one need with given weights and is called often. Folds are at least 2.
func Fit(judged []Judged, start Weights, folds int, rank func(Judged, Weights) []Ranked) Fitted {
	runs := func(part []Judged, w Weights) []Run {
		out := make([]Run, len(part))
		for i, j := range part {
			out[i] = NewRun(j, rank(j, w))
		}
		return out
	}
	all := func(Judged) bool { return true }
	goal := func(part []Judged) func(Weights) float64 {
		return func(w Weights) float64 { return Mean(runs(part, w), all).NDCG10 }
	}
	var held []Run
	for fold := range folds {
		var in, out []Judged
		for i, j := range judged {
			if i%folds == fold {
				out = append(out, j)
			} else {
				in = append(in, j)
			}
		}
		held = append(held, runs(out, ascend(start, goal(in)))...)
	}
	best := ascend(start, goal(judged))
	return Fitted{
		Weights: best,
		Before:  Mean(runs(judged, start), all),
		After:   Mean(runs(judged, best), all),
		Held:    Mean(held, all),
	}
}

// ascend turns one dial at a time, by coarse steps and then fine ones, as long as the
// goal rises by something that is not chance.
func ascend(w Weights, goal func(Weights) float64) Weights {
	const worth, turns, grain = .001, 4, 100
	best := goal(w)
	for _, step := range []float64{1.5, 1.2} {
		for range turns {
			before := best
			for _, dial := range dials {
				for _, factor := range []float64{step, 1 / step} {
					tried := w
					*dial(&tried) = math.Round(*dial(&w)*factor*grain) / grain
					if tried.WrongLevel > 1 {
						continue
					}
					if reached := goal(tried); reached > best+worth {
						w, best = tried, reached
					}
				}
			}
			if best == before {
				break
			}
		}
	}
	return w
}
