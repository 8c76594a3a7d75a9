// Package app assembles the program: Open makes every room on its engine, Run serves
// until told to stop, Close lets go. It is the only place that knows every room.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/config"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/web"
	"liangcheng/search"
	"liangcheng/seeds"
	"liangcheng/views"
)

// App is the assembled program.
type App struct {
	Config   config.Config
	Services *service.Services
	Records  *store.Records
	Follower *service.Follower
	Worker   *service.Worker
	Chores   *service.Chores

	log        *slog.Logger
	clock      func() time.Time
	store      store.Engine
	engine     search.Engine // of the index, without a guard
	guard      *search.Guard // before an engine on a server; nil before the embedded one
	roster     *service.Roster
	views      *views.Engine
	web        *fiber.App
	metrics    *http.Server // nil when nobody is to ask
	listener   net.Listener
	generation atomic.Uint64
	ready      atomic.Bool
	stop       context.CancelFunc
	background sync.WaitGroup
}

// Option changes what Open takes for granted.
type Option func(*App)

// WithClock makes the whole program tell the time by a clock of the caller's: what
// expires, what is due, what pages and feeds are dated by. A store on a server keeps its
// own for the times of its records.
func WithClock(clock func() time.Time) Option { return func(a *App) { a.clock = clock } }

// Open makes the rooms in the order of their needs: store, seeds, taxonomy, search,
// services. Nothing listens yet. A failed Open leaves nothing open.
func Open(ctx context.Context, c config.Config, log *slog.Logger, options ...Option) (_ *App, err error) {
	a := &App{Config: c, log: log, clock: time.Now}
	for _, o := range options {
		o(a)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.store, err = openStore(ctx, c, a.clock); err != nil {
		return a, err
	}
	if a.Records, err = store.OpenRecords(ctx, a.store); err != nil {
		return a, fmt.Errorf("app.Open: %w", err)
	}
	if err := a.seed(ctx); err != nil {
		return a, fmt.Errorf("app.Open: %w", err)
	}
	rooms, err := a.rooms(ctx)
	if err != nil {
		return a, err
	}
	a.Services = service.New(rooms)
	a.Chores = service.NewChores(rooms, a.Services)
	rooms.Engine = a.engine // what follows the store must not be kept from an index that is not filled
	a.Follower = service.NewFollower(rooms, a.Services.Match)
	a.Worker = service.NewWorker(a.Follower, a.guard != nil)
	a.Worker.Moved = func() { a.generation.Add(1) }
	return a, nil
}

// seed loads what is missing of the seeds; demonstration data in demo mode only. Portals
// that start at the same time on one store wait for one another.
func (a *App) seed(ctx context.Context) error {
	return service.InTurn(ctx, a.Records, "seeds", func(ctx context.Context) error {
		report, err := service.Seed(ctx, portal.System, a.Records, service.SeedOptions{
			Files: seeds.Files(), Demo: a.Config.Mode == config.ModeDemo, Now: a.clock()})
		if err == nil {
			a.log.Debug("seeds loaded", "written", report.Written())
		}
		return err
	})
}

// ReloadDemo brings removed demonstration data back.
func (a *App) ReloadDemo(ctx context.Context) error {
	if err := service.ReloadDemo(ctx, portal.System, a.Records); err != nil {
		return err
	}
	return a.seed(ctx)
}

// taxonomy is read once: it is compiled into the program.
var taxonomy = sync.OnceValues(func() (service.Taxonomy, error) { return service.LoadTaxonomy(seeds.Files()) })

// rooms builds the taxonomy, the roster and the search engine.
func (a *App) rooms(ctx context.Context) (service.Rooms, error) {
	taxonomy, err := taxonomy()
	if err != nil {
		return service.Rooms{}, fmt.Errorf("app.Open: %w", err)
	}
	graph, err := service.BuildGraph(ctx, a.Records, taxonomy)
	if err != nil {
		return service.Rooms{}, fmt.Errorf("app.Open: %w", err)
	}
	a.roster = service.NewRoster(a.Records)
	rooms := service.Rooms{Records: a.Records, Roster: a.roster, Graphs: service.NewGraphs(graph), Taxonomy: taxonomy,
		Clock: a.clock, Log: a.log, MatchTimeout: a.Config.MatchTimeout, BaseURL: a.Config.BaseURL,
		IntentionDays: service.IntentionDays{Warn: a.Config.WarnDays, Expire: a.Config.ExpireDays}}
	if a.views, err = views.New(); err != nil {
		return service.Rooms{}, fmt.Errorf("app.Open: %w", err)
	}
	rooms.Words = func(lang, key string, args ...any) string {
		return a.views.T(cmp.Or(lang, views.Languages[0]), key, args...)
	}
	if rooms.Mailer, err = openMailer(a.Config); err != nil {
		return service.Rooms{}, err
	}
	if err := a.openSearch(ctx, &rooms); err != nil {
		return service.Rooms{}, err
	}
	return rooms, nil
}

// Index makes ready what this process keeps in memory, and the index: one of its own is
// filled, one on a server only where nobody has filled it yet, or when it is to be built
// anew.
func (a *App) Index(ctx context.Context, anew bool, report service.Progress) error {
	if _, err := a.roster.Step(ctx); err != nil {
		return err
	}
	var err error
	switch {
	case a.guard == nil:
		err = a.Follower.Rebuild(ctx, report)
	case anew:
		err = a.Worker.Rebuild(ctx, report)
	default:
		err = a.Worker.Ensure(ctx, report)
	}
	if err != nil {
		return err
	}
	a.warm()
	return nil
}

// warm notes that everything is in memory, and gives back what it was made with.
func (a *App) warm() {
	debug.FreeOSMemory()
	limitMemory()
	a.generation.Add(1)
	a.ready.Store(true)
}

// Listen indexes, takes the address and starts to answer; it returns once requests are
// served. Addr then tells the address taken.
func (a *App) Listen(ctx context.Context) error {
	if err := a.refuseDemo(ctx); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return fmt.Errorf("app.Listen(%s): %w", a.Config.Addr, err)
	}
	a.listener = ln
	if err := a.prepare(ctx); err != nil {
		return fmt.Errorf("app.Listen: %w", err)
	}
	if err := a.serveMetrics(); err != nil {
		return fmt.Errorf("app.Listen: %w", err)
	}
	a.web = web.New(web.Options{
		Services: a.Services, Views: a.views, Ready: a.Ready, SearchUp: a.SearchUp, Generation: a.generation.Load,
		BaseURL: a.Config.BaseURL, Demo: a.Config.Mode == config.ModeDemo,
		Footer: views.Footer{Host: a.Config.Host, ICP: a.Config.ICP,
			PublicSecurity: a.Config.PublicSecurity, SiteCode: a.Config.SiteCode},
		TrustedProxies: a.Config.TrustedProxies, RatePerMinute: a.Config.RatePerMinute,
		Clock: a.clock, Log: a.log,
	})
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.goes(func() { a.Worker.Run(follow) })
	a.goes(func() { a.Chores.Run(follow) })
	a.goes(func() { a.Services.Concepts.Follow(follow, func() { a.generation.Add(1) }) })
	a.goes(func() { watchMemory(follow) })
	if a.guard != nil {
		a.goes(func() { a.watch(follow) })
	}
	a.goes(func() {
		if err := a.web.Listener(ln); err != nil {
			a.log.Error("server stopped", "error", err)
		}
	})
	return nil
}

// prepare makes the portal able to answer: with an index of its own when that is filled,
// with one on a server at once, since lists do without it until it is.
func (a *App) prepare(ctx context.Context) error {
	if a.guard == nil {
		return a.Index(ctx, false, nil)
	}
	if _, err := a.roster.Step(ctx); err != nil {
		return err
	}
	a.warm()
	return nil
}

// ErrDemoData is a production portal on a folder that holds demonstration data.
var ErrDemoData = errors.New("the data folder holds demonstration data, which production must not show")

// refuseDemo keeps fictional records off a production site.
func (a *App) refuseDemo(ctx context.Context) error {
	if a.Config.Mode != config.ModeProduction {
		return nil
	}
	n, err := a.Records.Enterprises.Count(ctx, store.Where("certainty", portal.Demo))
	if err == nil && n > 0 {
		err = ErrDemoData
	}
	return err
}

// goes runs work in the background; a panic there is logged and does not end the process.
func (a *App) goes(work func()) {
	a.background.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				a.log.Error("panic in background work", "panic", r, "stack", string(debug.Stack()))
			}
		}()
		work()
	})
}

// Addr is the address the program listens on.
func (a *App) Addr() string { return a.listener.Addr().String() }

// Routes lists what the program answers, as method and path.
func (a *App) Routes() []string {
	var out []string
	for _, r := range a.web.GetRoutes(true) {
		out = append(out, r.Method+" "+r.Path)
	}
	return out
}

// Ready is nil when what is in memory is there and the store reads and writes. A search
// server that does not answer is no reason to take the portal out of service.
func (a *App) Ready() error {
	if !a.ready.Load() {
		return errors.New("not filled yet")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return a.store.Ping(ctx)
}

// Close ends requests within the shutdown time, then background work, then the engines.
// It may be called at any stage, once.
func (a *App) Close() error {
	a.ready.Store(false)
	var errs []error
	if a.web != nil {
		errs = append(errs, a.web.ShutdownWithTimeout(a.Config.ShutdownTimeout))
	}
	if a.listener != nil { // shutting down misses a server that has not begun to serve yet
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	errs = append(errs, a.stopMetrics())
	if a.stop != nil {
		a.stop()
	}
	a.background.Wait()
	if a.engine != nil {
		errs = append(errs, a.engine.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}
