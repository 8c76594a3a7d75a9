package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
)

// The languages of the site; Chinese pages have no prefix.
const (
	chinese = "zh-CN"
	english = "en"
)

// request is one request as a handler sees it.
type request struct {
	*fiber.Ctx
	lang    string
	path    string // without the language prefix
	viewer  portal.Viewer
	token   string // of the session; empty without one
	waiting bool   // for the code of the second factor
	unread  int    // notifications
	unknown error  // why it could not be found out who asks; nil: it could
}

// handler answers a request within the deadline of ctx.
type handler func(ctx context.Context, r *request) error

// handle makes a Fiber handler of ours that knows who asks. While the store does not say
// whose session it is, people read the public pages as visitors do: anew where that needs
// no store, else as they were kept for visitors.
func (s *site) handle(h handler) fiber.Handler {
	return s.anonymous(func(ctx context.Context, r *request) error {
		if err := s.identify(ctx, r); err != nil {
			return err
		}
		if r.unknown != nil {
			if p, ok := s.keptPage(r.Ctx); ok && r.Method() == fiber.MethodGet {
				return s.sendNoticed(r, p)
			}
		}
		return h(ctx, r)
	})
}

// anonymous makes a Fiber handler of one that answers everybody alike, and so needs no
// store to know who asks. Fiber does not cancel a context when the client leaves, so every
// call gets a deadline of its own.
func (s *site) anonymous(h handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(context.Background(), handleTimeout)
		defer cancel()
		r := &request{Ctx: c, viewer: portal.Visitor}
		r.lang, r.path = language(c.Path())
		return h(ctx, r)
	}
}

// language splits the language prefix off a path: /en/colleges is /colleges in English.
func language(path string) (lang, rest string) {
	if path == "/en" {
		return english, "/"
	}
	if rest, ok := strings.CutPrefix(path, "/en/"); ok {
		return english, "/" + rest
	}
	return chinese, path
}

// fragment reports whether htmx asks for a part of the page. A history restore wants
// the whole page again, else Back shows a fragment.
func (r *request) fragment() bool {
	return r.Get("HX-Request") == "true" && r.Get("HX-History-Restore-Request") != "true"
}

// api reports whether the request is for the JSON side.
func (r *request) api() bool { return isAPI(r.path) }

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }
