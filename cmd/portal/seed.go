package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"liangcheng/app"
	"liangcheng/app/config"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// seed loads the seeds, which Open does, or removes the demonstration data, brings it
// back, or makes it up on a national scale.
func seed(ctx context.Context, c call) (err error) {
	purge, reload, synthetic := c.yes("purge-demo"), c.yes("reload-demo"), c.yes("synthetic")
	switch {
	case purge && (reload || synthetic):
		return errors.New("seed: --purge-demo stands alone")
	case synthetic && c.config.Mode == config.ModeProduction:
		return errors.New("seed: --synthetic makes up demonstration data, which production must not show; use --mode demo and another folder")
	case purge:
		c.config.Mode = config.ModeProduction // Open must not load again what is to go
	}
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	switch {
	case purge:
		n, err := service.PurgeDemo(ctx, portal.System, a.Records)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "removed %d demonstration records\n", n)
		return nil
	case reload:
		if err := a.ReloadDemo(ctx); err != nil {
			return err
		}
	}
	if synthetic {
		if err := synthesise(ctx, c, a); err != nil {
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

// synthesise makes up demonstration data of the size asked for and shows how far it has come.
func synthesise(ctx context.Context, c call, a *app.App) error {
	start := time.Now()
	report, err := service.Synthesise(ctx, portal.System, a.Services.Match.Rooms, service.SyntheticOptions{
		Seed: value[uint64](c, "synthetic-seed"), Colleges: value[int](c, "colleges"),
		Programmes: value[int](c, "programmes"), Needs: value[int](c, "needs"),
		Partnerships: value[int](c, "partnerships"), Outcomes: value[int](c, "outcomes"), Now: start, Report: bar(c.out)})
	fmt.Fprintln(c.out)
	if errors.Is(err, service.ErrOtherSynthetic) {
		return fmt.Errorf("%w\nRemove it with: portal seed --purge-demo", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "made up %d records in %s\n", report.Written(), time.Since(start).Round(time.Millisecond))
	return nil
}
