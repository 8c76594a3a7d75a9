package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// errAudit ends the program with 1 after the report.
var errAudit = errors.New("audit: the log or a trail is not as it was written; keep everything as it is and find out who could write to the store")

// audit examines the audit log. What a portal that stopped had no time to chain is chained
// before.
func audit(ctx context.Context, c call) (err error) {
	if len(c.args) != 1 || c.args[0] != "verify" {
		return errors.New("audit: want verify, as: portal audit verify")
	}
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.Services.Audit.Chain(ctx, portal.System); err != nil {
		return err
	}
	r, err := a.Services.Audit.Verify(ctx, portal.System)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d entries in the log; %d events at %d records, %d waiting to be chained\n", r.Entries, r.Events, r.Records, r.Waiting)
	fmt.Fprintf(c.out, "last entry %d, hash %s\n", r.Entries, r.Hash)
	for _, f := range r.Faults {
		fmt.Fprintf(c.out, "  %-10s entry %-8d event %-6d %s", f.Kind, f.Number, f.N, f.Record)
		if f.Age > 0 {
			fmt.Fprintf(c.out, ", %s old", f.Age.Round(time.Second))
		}
		fmt.Fprintln(c.out)
	}
	if r.Wrong > 0 {
		fmt.Fprintf(c.out, "%d things are wrong\n", r.Wrong)
		return errAudit
	}
	fmt.Fprintln(c.out, "nothing changed, nothing missing")
	return nil
}
