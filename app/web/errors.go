package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
)

// status turns an error into the status of the answer; this is the one table of them.
func status(err error) int {
	var invalid portal.Invalid
	var bad badRequest
	var fiberError *fiber.Error
	switch {
	case errors.As(err, &bad):
		return http.StatusBadRequest
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity
	case errors.Is(err, portal.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, portal.ErrConflict), errors.Is(err, portal.ErrDuplicate):
		return http.StatusConflict
	case errors.Is(err, portal.ErrUnauthenticated):
		return http.StatusUnauthorized
	case errors.Is(err, portal.ErrForbidden):
		return http.StatusForbidden
	case unanswered(err):
		return http.StatusServiceUnavailable
	case errors.As(err, &fiberError):
		return fiberError.Code
	}
	return http.StatusInternalServerError
}

// fail answers an error: a page for people, problem+json for programs. People see what
// is the matter and a request id, never the cause; the log has both.
func (s *site) fail(c *fiber.Ctx, err error) error {
	code := status(err)
	if code >= 500 {
		s.Log.Error("request failed", "method", c.Method(), "path", c.Path(), "status", code, "id", requestID(c), "error", err)
	}
	c.Response().ResetBody()
	c.Status(code)
	if code == http.StatusServiceUnavailable && len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
		c.Set(fiber.HeaderRetryAfter, "10")
	}
	if code == http.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="portal"`) // RFC 6750
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	lang, path := language(c.Path())
	r := &request{Ctx: c, lang: lang, path: path}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.identify(ctx, r) // where that fails the page greets a visitor
	if r.api() {
		return s.problem(r, code, err)
	}
	return s.failurePage(r, code, err)
}

// problemsOf returns what is wrong with an input, if that is what the error says.
func problemsOf(err error) portal.Invalid {
	var bad badRequest
	if errors.As(err, &bad) {
		return bad.Invalid
	}
	var invalid portal.Invalid
	errors.As(err, &invalid)
	return invalid
}

// knownStatus is the status whose words an error page uses: those without words of
// their own share the words of their kind.
func knownStatus(code int) int {
	switch code {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
		http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusServiceUnavailable:
		return code
	case http.StatusMethodNotAllowed:
		return http.StatusNotFound
	}
	if code < 500 {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
