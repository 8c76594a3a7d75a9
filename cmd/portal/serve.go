package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"liangcheng/app"
	"liangcheng/app/store"
	"liangcheng/app/store/mongo"
	"liangcheng/app/store/sqlite"
	"liangcheng/search/meili"
)

// serve answers requests until the context ends, then stops in order.
func serve(ctx context.Context, c call) error {
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	if err := a.Listen(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	fmt.Fprintf(c.out, "两城产教融合门户 portal: http://%s  (%s, %s)\n", a.Addr(), c.config.Mode, a.Engines())
	if err := a.Greet(ctx, c.out); err != nil && ctx.Err() == nil {
		return errors.Join(err, a.Close())
	}
	<-ctx.Done()
	c.log.Info("stopping")
	return a.Close()
}

// explain adds what to do to the errors an operator meets at start.
func explain(err error) string {
	var locked *sqlite.LockedError
	var damaged *sqlite.DamagedError
	var connect *mongo.ConnectError
	switch {
	case errors.As(err, &locked):
		return err.Error() + "\nStop the other portal, or give this one a folder of its own: --data DIR"
	case errors.As(err, &connect):
		return err.Error() + "\nCheck PORTAL_MONGO_URI, and that the server runs and can be reached from here."
	case errors.Is(err, meili.ErrKey):
		return err.Error() + "\nGive PORTAL_MEILI_KEY a key that may search, and change documents, indexes, settings and tasks."
	case errors.Is(err, meili.ErrVersion):
		return err.Error() + "\nBring Meilisearch to that version or later; the index is built anew by itself."
	case errors.Is(err, app.ErrDemoData):
		return err.Error() + "\nRemove it with: portal seed --purge-demo"
	case errors.As(err, &damaged):
		return err.Error() + "\nPut a backup of the data folder in its place, or start with another: --data DIR"
	case errors.Is(err, syscall.EADDRINUSE):
		return err.Error() + "\nAnother program listens there. Choose another address: --addr 127.0.0.1:8081"
	case errors.Is(err, store.ErrFull), errors.Is(err, syscall.ENOSPC):
		return err.Error() + "\nThe disk of the data folder is full. Nothing was half written; free some room and start again."
	}
	return err.Error()
}
