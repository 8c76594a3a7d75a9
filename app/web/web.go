// Package web serves the portal over HTTP with Fiber: routes, the reading of requests,
// pages and their JSON twins, feeds and files. It decides nothing about the nouns.
package web

import (
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/fiber/v2/middleware/requestid"

	"liangcheng/app/service"
	"liangcheng/views"
)

// Options is what the web room needs of the rest of the program.
type Options struct {
	Services       *service.Services
	Views          *views.Engine
	Ready          func() error  // nil when every room can answer
	SearchUp       func() bool   // whether the search engine answers; nil: it always does
	Generation     func() uint64 // rises whenever what visitors see has changed
	BaseURL        string
	Demo           bool
	Footer         views.Footer
	TrustedProxies []string
	RatePerMinute  int
	Clock          func() time.Time
	Log            *slog.Logger
}

// site holds what the handlers share.
type site struct {
	Options
	pages   *pageCache
	limiter *limiter
	secure  bool // served over https: strict transport security applies
}

// The limits of a request. A page or form may carry 1 MiB; the larger limit is for the
// routes that take files.
const (
	bodyLimit     = 6 << 20
	formLimit     = 1 << 20
	readBuffer    = 64 << 10 // a need of 5,000 characters in an address; it is 431 at Fiber's default
	handleTimeout = 10 * time.Second
)

// New builds the application. Close what it returns with Shutdown.
func New(o Options) *fiber.App {
	s := &site{Options: o, pages: newPageCache(), limiter: newLimiter(o.RatePerMinute, o.Clock), secure: isHTTPS(o.BaseURL)}
	app := fiber.New(fiber.Config{
		AppName:                 "portal",
		Views:                   o.Views,
		Immutable:               true,
		UnescapePath:            true,
		ReadBufferSize:          readBuffer,
		BodyLimit:               bodyLimit,
		ReadTimeout:             15 * time.Second,
		WriteTimeout:            60 * time.Second,
		IdleTimeout:             90 * time.Second,
		DisableStartupMessage:   true,
		ProxyHeader:             proxyHeader(o.TrustedProxies),
		EnableTrustedProxyCheck: true,
		TrustedProxies:          o.TrustedProxies,
		ErrorHandler:            s.fail,
	})
	app.Use(recover.New(), requestid.New(), s.logged, s.headers)
	s.routes(app)
	return app
}

// proxyHeader names the header that carries a visitor's address, only behind proxies.
func proxyHeader(trusted []string) string {
	if len(trusted) == 0 {
		return ""
	}
	return "X-Real-IP"
}
