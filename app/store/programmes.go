package store

import (
	"context"

	"liangcheng/app/portal"
)

func openProgrammes(ctx context.Context, e Engine) (*Collection[portal.Programme, *portal.Programme], error) {
	return Open[portal.Programme, *portal.Programme](ctx, e, "programmes",
		Field[portal.Programme]{Name: "college_id", Kind: Text, Of: func(r *portal.Programme) any { return r.CollegeID }},
		Field[portal.Programme]{Name: "code", Kind: Text, Of: func(r *portal.Programme) any { return r.Code }},
		Field[portal.Programme]{Name: "name", Kind: Text, Of: func(r *portal.Programme) any { return r.Name }},
		Field[portal.Programme]{Name: "level", Kind: Text, Of: func(r *portal.Programme) any { return r.Level }},
		Field[portal.Programme]{Name: "certainty", Kind: Text, Of: func(r *portal.Programme) any { return r.Origin.Certainty }},
		Field[portal.Programme]{Name: "seats_free", Kind: Int, Of: func(r *portal.Programme) any { return r.SeatsLeft() }},
	)
}
