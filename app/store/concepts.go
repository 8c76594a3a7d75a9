package store

import (
	"context"

	"liangcheng/app/portal"
)

func openConcepts(ctx context.Context, e Engine) (*Collection[portal.Concept, *portal.Concept], error) {
	return Open[portal.Concept, *portal.Concept](ctx, e, "concepts",
		Field[portal.Concept]{Name: "state", Kind: Text, With: []string{"since"}, Of: func(r *portal.Concept) any { return r.State }},
		Field[portal.Concept]{Name: "since", Kind: Time, Of: func(r *portal.Concept) any { return r.Since }},
		Field[portal.Concept]{Name: "certainty", Kind: Text, Of: func(r *portal.Concept) any { return r.Origin.Certainty }},
	)
}

func openEvaluations(ctx context.Context, e Engine) (*Collection[portal.Evaluation, *portal.Evaluation], error) {
	return Open[portal.Evaluation, *portal.Evaluation](ctx, e, "evaluations",
		Field[portal.Evaluation]{Name: "at", Kind: Time, Of: func(r *portal.Evaluation) any { return r.At }},
	)
}
