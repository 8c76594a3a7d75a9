package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"liangcheng/app/config"
	"liangcheng/app/mail"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/mongo"
	"liangcheng/app/store/sqlite"
	"liangcheng/search"
	"liangcheng/search/local"
	"liangcheng/search/meili"
)

// openStore opens the store the settings name: MongoDB, or a file in the data folder.
func openStore(ctx context.Context, c config.Config, clock func() time.Time) (store.Engine, error) {
	if c.MongoURI == "" {
		e, err := sqlite.Open(ctx, c.Data)
		if err != nil {
			return nil, err // an interface around a nil engine is not nil
		}
		e.Clock = clock
		return e, nil
	}
	e, err := mongo.Open(ctx, c.MongoURI)
	if err != nil {
		return nil, fmt.Errorf("PORTAL_MONGO_URI: %w", err)
	}
	return e, nil
}

// openMailer opens the mail server the settings name, or a folder beside the data.
func openMailer(c config.Config) (service.Mailer, error) {
	if c.SMTPURL == "" {
		return mail.Folder{Dir: filepath.Join(c.Data, "mail")}, nil
	}
	m, err := mail.NewSMTP(c.SMTPURL, c.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("PORTAL_SMTP_URL, PORTAL_MAIL_FROM: %w", err)
	}
	return m, nil
}

// openSearch opens the search engine the settings name. Before one on a server stands a
// guard, and behind it an index of the catalogue in the process, which answers a match
// when the server does not. A server that cannot be reached does not keep the portal from
// starting; one that refuses the key, or is too old, does.
func (a *App) openSearch(ctx context.Context, r *service.Rooms) error {
	if a.Config.MeiliURL == "" {
		a.engine = local.New(service.Schemas()...)
		r.Engine = a.engine
		return nil
	}
	e, err := meili.Open(ctx, meili.Options{URL: a.Config.MeiliURL, Key: a.Config.MeiliKey, Prefix: a.Config.MeiliPrefix, Log: a.log}, service.Schemas()...)
	switch {
	case errors.Is(err, search.ErrDown):
		a.log.Error("Meilisearch does not answer; starting without it", "url", a.Config.MeiliURL, "error", err)
	case err != nil:
		return fmt.Errorf("PORTAL_MEILI_URL, PORTAL_MEILI_KEY: %w", err)
	}
	a.engine = e
	a.guard = search.NewGuard(e, func() bool { return a.Worker.Filled() }, func() { a.generation.Add(1) })
	r.Engine = a.guard
	r.Fallback, err = service.Catalogue(ctx, *r, local.New(service.Schemas()...))
	return err
}

// SearchUp reports whether the search engine answers.
func (a *App) SearchUp() bool { return a.guard == nil || a.guard.Up() }

// watchEvery is how often the search server is asked whether it is there.
const watchEvery = 2 * time.Second

// watch finds an outage of the search server, and its end, before visitors do.
func (a *App) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	up := a.SearchUp()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		asked, cancel := context.WithTimeout(ctx, watchEvery)
		err := a.guard.Health(asked)
		cancel()
		if now := a.SearchUp(); now != up {
			up = now
			a.generation.Add(1)
			if up {
				a.log.Info("search server answers")
			} else {
				a.log.Error("search server does not answer; lists come from the store", "error", err)
			}
		}
	}
}

// Engines says in a few words where records and index are.
func (a *App) Engines() string {
	records, index := "data in "+a.Config.Data, "index in memory"
	if a.Config.MongoURI != "" {
		records = "data in MongoDB"
	}
	if a.guard != nil {
		index = "index on " + a.Config.MeiliURL
	}
	return records + ", " + index
}

// Reconcile compares the index with the records and mends what differs. An index of this
// process is filled first, and then compared as it would be at night.
func (a *App) Reconcile(ctx context.Context) ([]service.Drift, error) {
	if err := a.Index(ctx, false, nil); err != nil {
		return nil, err
	}
	if a.guard == nil {
		return a.Follower.Reconcile(ctx, nil)
	}
	return a.Worker.Reconcile(ctx)
}
