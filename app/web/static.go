package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// asset serves a static file under its hashed name, which never changes its content.
func (s *site) asset(_ context.Context, r *request) error {
	a, ok := s.Views.Asset(strings.TrimPrefix(r.path, "/static/"))
	if !ok {
		return portal.ErrNotFound
	}
	r.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return sendAsset(r, a)
}

func sendAsset(r *request, a views.Asset) error {
	r.Set(fiber.HeaderContentType, a.Type)
	r.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	r.Set(fiber.HeaderETag, a.ETag)
	if r.Get(fiber.HeaderIfNoneMatch) == a.ETag {
		return r.SendStatus(fiber.StatusNotModified)
	}
	body := a.Body
	switch {
	case len(a.Brotli) > 0 && accepts(r.Ctx, "br"):
		r.Set(fiber.HeaderContentEncoding, "br")
		body = a.Brotli
	case len(a.Gzip) > 0 && accepts(r.Ctx, "gzip"):
		r.Set(fiber.HeaderContentEncoding, "gzip")
		body = a.Gzip
	}
	r.Response().SetBodyRaw(body)
	return nil
}

// live answers as long as the process runs.
func (s *site) live(_ context.Context, r *request) error { return r.SendString("ok\n") }

// ready answers 200 when every room can answer, else 503 with a word for operators.
func (s *site) ready(_ context.Context, r *request) error {
	r.Set(fiber.HeaderCacheControl, "no-store")
	if err := s.Ready(); err != nil {
		s.Log.Warn("not ready", "error", err)
		return r.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return r.SendString("ready\n")
}
