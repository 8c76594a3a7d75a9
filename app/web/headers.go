package web

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// policy lets a page load its own files only; nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"

// headers sets what every answer carries, errors included.
func (s *site) headers(c *fiber.Ctx) error {
	h := &c.Response().Header
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if len(c.Body()) > formLimit && !takesFiles(c) {
		return fiber.ErrRequestEntityTooLarge
	}
	if !sameOrigin(c) {
		return fiber.ErrForbidden
	}
	return c.Next()
}

// takesFiles reports whether the request sends files, which only a form in parts can; the
// services bound each of them.
func takesFiles(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm)
}

// sameOrigin refuses a writing request another site sent through the visitor's browser,
// by the rules of net/http.CrossOriginProtection: safe methods pass; else Sec-Fetch-Site
// decides, and where a browser sends none, Origin must name this host.
func sameOrigin(c *fiber.Ctx) bool {
	switch c.Method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return true
	}
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		origin := c.Get("Origin")
		if origin == "" {
			return true
		}
		_, host, ok := strings.Cut(origin, "://")
		return ok && host == string(c.Request().Host())
	}
	return false
}

// logged writes one line a request: what was asked, the answer's status and its time.
func (s *site) logged(c *fiber.Ctx) error {
	start := time.Now()
	err := c.Next()
	if err != nil {
		if err = s.fail(c, err); err != nil {
			return err
		}
	}
	status := c.Response().StatusCode()
	level := slog.LevelDebug
	if status >= 500 {
		level = slog.LevelError
	}
	if s.Log.Enabled(c.Context(), level) {
		s.Log.Log(c.Context(), level, "request", "method", c.Method(), "path", c.Path(), "status", status,
			"took", time.Since(start).Round(10*time.Microsecond), "id", requestID(c))
	}
	return nil
}

func isHTTPS(base string) bool { return strings.HasPrefix(base, "https://") }

func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals("requestid").(string)
	return id
}
