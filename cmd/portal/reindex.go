package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"liangcheng/app"
)

// barWidth is the width of a progress bar in characters.
const barWidth = 30

// reindex builds every index anew, beside the live one where the engine is shared, and
// shows how far it has come.
func reindex(ctx context.Context, c call) (err error) {
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	start := time.Now()
	var last string
	err = a.Index(ctx, func(index string, done, total int64) {
		if last != "" && last != index {
			fmt.Fprintln(c.out)
		}
		last = index
		filled := barWidth
		if total > 0 {
			filled = int(done * barWidth / total)
		}
		fmt.Fprintf(c.out, "\r%-14s [%s%s] %d/%d", index, strings.Repeat("=", filled), strings.Repeat(" ", barWidth-filled), done, total)
	})
	fmt.Fprintln(c.out)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "indexed in %s\n", time.Since(start).Round(time.Millisecond))
	return nil
}
