package store

import (
	"context"

	"liangcheng/app/portal"
)

func openSpecialisms(ctx context.Context, e Engine) (*Collection[portal.Specialism, *portal.Specialism], error) {
	return Open[portal.Specialism, *portal.Specialism](ctx, e, "specialisms",
		Field[portal.Specialism]{Name: "code", Kind: Text, Of: func(r *portal.Specialism) any { return r.Code }},
		Field[portal.Specialism]{Name: "name", Kind: Text, Of: func(r *portal.Specialism) any { return r.Name }},
		Field[portal.Specialism]{Name: "level", Kind: Text, Of: func(r *portal.Specialism) any { return r.Level }},
		Field[portal.Specialism]{Name: "class_code", Kind: Text, Of: func(r *portal.Specialism) any { return r.ClassCode }},
	)
}
