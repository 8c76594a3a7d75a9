package store

import (
	"context"

	"liangcheng/app/portal"
)

func openIndicators(ctx context.Context, e Engine) (*Collection[portal.Indicator, *portal.Indicator], error) {
	return Open[portal.Indicator, *portal.Indicator](ctx, e, "indicators")
}

func openOutcomes(ctx context.Context, e Engine) (*Collection[portal.Outcome, *portal.Outcome], error) {
	return Open[portal.Outcome, *portal.Outcome](ctx, e, "outcomes",
		Field[portal.Outcome]{Name: "partnership", Kind: Text, With: []string{"state"}, Of: func(r *portal.Outcome) any { return r.Partnership }},
		Field[portal.Outcome]{Name: "indicator", Kind: Text, With: []string{"year"}, Of: func(r *portal.Outcome) any { return r.Indicator }},
		Field[portal.Outcome]{Name: "year", Kind: Int, Of: func(r *portal.Outcome) any { return r.Period.Year() }},
		Field[portal.Outcome]{Name: "state", Kind: Text, With: []string{"since"}, Of: func(r *portal.Outcome) any { return r.State }},
		Field[portal.Outcome]{Name: "since", Kind: Time, Of: func(r *portal.Outcome) any { return r.Since }},
		Field[portal.Outcome]{Name: "certainty", Kind: Text, Of: func(r *portal.Outcome) any { return r.Origin.Certainty }},
	)
}

func openForms(ctx context.Context, e Engine) (*Collection[portal.ReportForm, *portal.ReportForm], error) {
	return Open[portal.ReportForm, *portal.ReportForm](ctx, e, "forms")
}
