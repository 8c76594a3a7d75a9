// Package app assembles the program: Open makes every room on its engine, Run serves
// until told to stop, Close lets go. It is the only place that knows every room.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/config"
	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
	"liangcheng/app/web"
	"liangcheng/search"
	"liangcheng/search/local"
	"liangcheng/seeds"
	"liangcheng/views"
)

// App is the assembled program.
type App struct {
	Config   config.Config
	Services *service.Services
	Records  *store.Records
	Follower *service.Follower
	Graph    *match.Graph

	log        *slog.Logger
	clock      func() time.Time
	store      store.Engine
	engine     search.Engine
	web        *fiber.App
	listener   net.Listener
	generation atomic.Uint64
	ready      atomic.Bool
	stop       context.CancelFunc
	background sync.WaitGroup
}

// followEvery is how long a change may take to be found by search.
const followEvery = 500 * time.Millisecond

// memoryGoal is where the collector begins to work harder: what the process takes under
// load stays near it. It is no limit; a larger installation takes what it needs.
const memoryGoal = 112 << 20

// Open makes the rooms in the order of their needs: store, seeds, taxonomy, search,
// services. Nothing listens yet. A failed Open leaves nothing open.
func Open(ctx context.Context, c config.Config, log *slog.Logger) (_ *App, err error) {
	a := &App{Config: c, log: log, clock: time.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	engine, err := sqlite.Open(ctx, c.Data)
	if err != nil {
		return a, err // a.store stays nil: an interface around a nil engine is not nil
	}
	a.store = engine
	if a.Records, err = store.OpenRecords(ctx, a.store); err != nil {
		return a, fmt.Errorf("app.Open: %w", err)
	}
	debug.SetMemoryLimit(memoryGoal)
	if err := a.seed(ctx); err != nil {
		return a, fmt.Errorf("app.Open: %w", err)
	}
	rooms, err := a.rooms(ctx)
	if err != nil {
		return a, err
	}
	a.Services = service.New(rooms)
	a.Follower = service.NewFollower(rooms, a.Services.Match)
	return a, nil
}

// seed loads what is missing of the seeds; demonstration data in demo mode only.
func (a *App) seed(ctx context.Context) error {
	report, err := service.Seed(ctx, portal.System, a.Records, service.SeedOptions{
		Files: seeds.Files(), Demo: a.Config.Mode == config.ModeDemo, Now: a.clock()})
	if err == nil {
		a.log.Debug("seeds loaded", "written", report.Written())
	}
	return err
}

// ReloadDemo brings removed demonstration data back.
func (a *App) ReloadDemo(ctx context.Context) error {
	if err := service.ReloadDemo(ctx, portal.System, a.Records); err != nil {
		return err
	}
	return a.seed(ctx)
}

// rooms builds the taxonomy and the search engine.
func (a *App) rooms(ctx context.Context) (service.Rooms, error) {
	taxonomy, err := service.LoadTaxonomy(seeds.Files())
	if err != nil {
		return service.Rooms{}, fmt.Errorf("app.Open: %w", err)
	}
	if a.Graph, err = service.BuildGraph(ctx, a.Records, taxonomy); err != nil {
		return service.Rooms{}, fmt.Errorf("app.Open: %w", err)
	}
	engine := local.New(service.Schemas()...)
	a.engine = engine
	return service.Rooms{Records: a.Records, Engine: engine, Graph: a.Graph, Taxonomy: taxonomy,
		Clock: a.clock, Log: a.log, MatchTimeout: a.Config.MatchTimeout}, nil
}

// Index fills the search engine from the store.
func (a *App) Index(ctx context.Context, report service.Progress) error {
	if err := a.Follower.Rebuild(ctx, report); err != nil {
		return err
	}
	debug.FreeOSMemory() // what the seeds and the index were built with
	a.generation.Add(1)
	a.ready.Store(true)
	return nil
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
	engine, err := views.New()
	if err != nil {
		return fmt.Errorf("app.Listen: %w", err)
	}
	if err := a.Index(ctx, nil); err != nil {
		return fmt.Errorf("app.Listen: %w", err)
	}
	a.web = web.New(web.Options{
		Services: a.Services, Views: engine, Ready: a.Ready, Generation: a.generation.Load,
		BaseURL: a.Config.BaseURL, Demo: a.Config.Mode == config.ModeDemo,
		Footer: views.Footer{Host: a.Config.Host, ICP: a.Config.ICP,
			PublicSecurity: a.Config.PublicSecurity, SiteCode: a.Config.SiteCode},
		TrustedProxies: a.Config.TrustedProxies, RatePerMinute: a.Config.RatePerMinute,
		Clock: a.clock, Log: a.log,
	})
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	a.goes(func() {
		a.Follower.Follow(follow, followEvery,
			func() { a.generation.Add(1) },
			func(err error) { a.log.Error("index lags behind the store", "error", err) })
	})
	a.goes(func() {
		if err := a.web.Listener(ln); err != nil {
			a.log.Error("server stopped", "error", err)
		}
	})
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

// Ready is nil when the index is filled and the store reads and writes.
func (a *App) Ready() error {
	if !a.ready.Load() {
		return errors.New("index not filled yet")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		return err
	}
	return a.engine.Health(ctx)
}

// Close ends requests within the shutdown time, then background work, then the engines.
// It may be called at any stage, once.
func (a *App) Close() error {
	a.ready.Store(false)
	var errs []error
	if a.web != nil {
		errs = append(errs, a.web.ShutdownWithTimeout(a.Config.ShutdownTimeout))
	} else if a.listener != nil {
		errs = append(errs, a.listener.Close())
	}
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
