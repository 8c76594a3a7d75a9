package web

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/secret"
	"liangcheng/views"
)

// sessionCookie is the name of the session cookie. Over https it carries the prefix that
// keeps other hosts and paths from setting it.
func (s *site) sessionCookie() string {
	if s.secure {
		return "__Host-session"
	}
	return "session"
}

// identifyTimeout leaves the page the larger part of handleTimeout where the store does not
// say in time who asks.
const identifyTimeout = 3 * time.Second

// identify finds out who asks. Pages know people by their cookie; the API only by a token
// of its own, so that no other site can use a browser's cookie on it.
func (s *site) identify(ctx context.Context, r *request) (err error) {
	from := r.IP()
	r.viewer.From = from
	if r.api() {
		if bearer, ok := strings.CutPrefix(r.Get(fiber.HeaderAuthorization), "Bearer "); ok {
			r.viewer, err = s.Services.Accounts.Bearer(ctx, bearer, r.scope(), from)
		}
		return err
	}
	if r.token = r.Cookies(s.sessionCookie()); r.token == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, identifyTimeout)
	defer cancel()
	if r.viewer, r.waiting, err = s.Services.Accounts.Viewer(ctx, r.token, from); err == nil {
		r.unread, err = s.Services.Notices.Unread(ctx, r.viewer)
	}
	if reads := r.Method() == fiber.MethodGet || r.Method() == fiber.MethodHead; reads && unanswered(err) {
		r.viewer, r.waiting, r.unknown = portal.Viewer{From: from}, false, err
		return nil
	}
	return err
}

// unanswered reports whether an error says that the store does not answer.
func unanswered(err error) bool {
	return errors.Is(err, portal.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
}

// scope is what a token must be good for. Asking for a match changes nothing.
func (r *request) scope() portal.Scope {
	if r.Method() == fiber.MethodGet || r.Method() == fiber.MethodHead || r.path == apiBase+"/match" {
		return portal.ScopeRead
	}
	return portal.ScopeWrite
}

// keepSession gives the browser a session, and a new form token with it.
func (s *site) keepSession(r *request, token string) {
	r.Cookie(&fiber.Cookie{Name: s.sessionCookie(), Value: token, Path: "/", HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode})
}

func (s *site) dropSession(r *request) {
	r.Cookie(&fiber.Cookie{Name: s.sessionCookie(), Value: "", Path: "/", HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode, Expires: time.Unix(1, 0)})
}

// errForeignForm is a form that was not made for this session.
var errForeignForm = fiber.ErrForbidden

// member stands before the pages of people with an account: others sign in first and come
// back. What a form sends must carry the token of the session.
func (s *site) member(h handler) handler {
	return func(ctx context.Context, r *request) error {
		r.Set(fiber.HeaderCacheControl, "no-store")
		if r.unknown != nil {
			return r.unknown
		}
		if !r.viewer.SignedIn() {
			next := r.to(r.path)
			if r.Method() != fiber.MethodGet {
				next = r.to("/desk")
			}
			return r.Redirect(r.to("/sign-in")+"?next="+url.QueryEscape(next), fiber.StatusSeeOther)
		}
		if r.Method() == fiber.MethodPost && !secret.SameToken(r.FormValue("_token"), secret.FormToken(r.token)) {
			return errForeignForm
		}
		return h(ctx, r)
	}
}

// formToken is the token of the session's forms; empty without a session.
func (r *request) formToken() string {
	if r.token == "" || !r.viewer.SignedIn() {
		return ""
	}
	return secret.FormToken(r.token)
}

// deskPage begins a page of a person's desk.
func (s *site) deskPage(ctx context.Context, r *request, title string) views.Desk {
	p := views.Desk{Page: s.page(r, title), Heading: title}
	p.NoIndex = true
	p.Tabs = s.tabs(ctx, r)
	return p
}

// tabs are the parts of the desk of the viewer's organisation.
func (s *site) tabs(ctx context.Context, r *request) []views.Tab {
	v := r.viewer
	if !v.SignedIn() {
		return nil
	}
	say := s.say(r.lang)
	paths := []string{"/desk"}
	switch {
	case v.Of(portal.OfCollege):
		paths = append(paths, "/desk/programmes", "/desk/needs", "/desk/events", "/desk/intentions", "/desk/partnerships", "/desk/outcomes", "/desk/resources", "/desk/bookings", "/organisation")
	case v.Of(portal.OfEnterprise):
		paths = append(paths, "/desk/needs", "/desk/events", "/desk/intentions", "/desk/partnerships", "/desk/outcomes", "/desk/resources", "/desk/bookings", "/organisation")
	case v.Of(portal.OfInstitute):
		paths = append(paths, "/desk/partnerships", "/desk/outcomes", "/desk/resources", "/desk/bookings", "/organisation")
	case v.Of(portal.OfSchool):
		paths = append(paths, "/desk/bookings", "/organisation")
	case v.Of(portal.Office):
		if v.CanAnalyse() {
			paths = append(paths, regionPath, "/desk/organisations", "/desk/events", "/desk/intentions", "/desk/partnerships", "/desk/outcomes", "/desk/lists", "/desk/reports", "/desk/bookings", qualityPath)
		}
		if v.CanAdminister() {
			paths = append(paths, "/desk/post")
		}
		if v.CanAudit() {
			paths = append(paths, "/desk/audit")
		}
		paths = append(paths, "/organisation")
	default:
		paths = append(paths, "/organisation")
	}
	paths = append(paths, "/searches", "/account") // notifications are in the head of every page
	tabs := make([]views.Tab, len(paths))
	for i, path := range paths {
		tabs[i] = views.Tab{Link: views.Link{Text: say("tab." + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")), URL: r.to(path)},
			Current: r.path == path || path != "/desk" && strings.HasPrefix(r.path, path+"/")}
	}
	return tabs
}
