package main

import (
	"context"
	"errors"
	"fmt"

	"liangcheng/app"
	"liangcheng/app/config"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// seed loads the seeds, which Open does, or removes the demonstration data, or brings it
// back.
func seed(ctx context.Context, c call) (err error) {
	purge := c.yes("purge-demo")
	if purge {
		c.config.Mode = config.ModeProduction // Open must not load again what is to go
	}
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if purge {
		n, err := service.PurgeDemo(ctx, portal.System, a.Records)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "removed %d demonstration records\n", n)
		return nil
	}
	if c.yes("reload-demo") {
		if err := a.ReloadDemo(ctx); err != nil {
			return err
		}
	}
	counts, err := service.Counts(ctx, portal.System, a.Records)
	if err != nil {
		return err
	}
	for _, row := range counts {
		fmt.Fprintf(c.out, "%-14s %6d\n", row.Collection, row.N)
	}
	return nil
}
