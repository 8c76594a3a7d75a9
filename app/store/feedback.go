package store

import (
	"context"

	"liangcheng/app/portal"
)

// openFeedback declares feedback. What was taken back has no verdict and counts nowhere.
func openFeedback(ctx context.Context, e Engine) (*Collection[portal.Feedback, *portal.Feedback], error) {
	return Open[portal.Feedback, *portal.Feedback](ctx, e, "feedback",
		Field[portal.Feedback]{Name: "person", Kind: Text, Of: func(r *portal.Feedback) any { return known(r.Person) }},
		Field[portal.Feedback]{Name: "verdict", Kind: Text, With: []string{"certainty", "reason"}, Of: func(r *portal.Feedback) any { return known(string(r.Verdict)) }},
		Field[portal.Feedback]{Name: "reason", Kind: Text, Of: func(r *portal.Feedback) any { return known(string(r.Reason)) }},
		Field[portal.Feedback]{Name: "code", Kind: Text, With: []string{"verdict"}, Of: func(r *portal.Feedback) any { return r.Code }},
		Field[portal.Feedback]{Name: "class", Kind: Text, With: []string{"verdict"}, Of: func(r *portal.Feedback) any { return known(r.Class) }},
		Field[portal.Feedback]{Name: "at", Kind: Time, Of: func(r *portal.Feedback) any { return r.At }},
		Field[portal.Feedback]{Name: "certainty", Kind: Text, Of: func(r *portal.Feedback) any { return r.Origin.Certainty }})
}

func openExposures(ctx context.Context, e Engine) (*Collection[portal.Exposure, *portal.Exposure], error) {
	return Open[portal.Exposure, *portal.Exposure](ctx, e, "exposures")
}
