package main

import (
	"context"
	"errors"
	"fmt"

	"liangcheng/app"
)

// reconcile compares the search index with the records, mends what differs and says what
// that was.
func reconcile(ctx context.Context, c call) (err error) {
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	drifts, err := a.Reconcile(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%-14s %9s %9s %9s %9s %9s %9s\n", "index", "records", "indexed", "missing", "stale", "extra", "doubled")
	wrong := int64(0)
	for _, d := range drifts {
		fmt.Fprintf(c.out, "%-14s %9d %9d %9d %9d %9d %9d\n", d.Index, d.Records, d.Indexed, d.Missing, d.Stale, d.Extra, d.Doubled)
		wrong += d.Differences()
	}
	if wrong > 0 {
		fmt.Fprintf(c.out, "%d differences were mended\n", wrong)
	} else {
		fmt.Fprintln(c.out, "nothing missed, nothing doubled")
	}
	return nil
}
