package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"liangcheng/app"
)

// reindex builds every index anew, beside the live one where the engine is shared, and
// shows how far it has come.
func reindex(ctx context.Context, c call) (err error) {
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	start := time.Now()
	err = a.Index(ctx, true, bar(c.out))
	fmt.Fprintln(c.out)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "indexed in %s\n", time.Since(start).Round(time.Millisecond))
	return nil
}
