package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"liangcheng/app"
	"liangcheng/app/match"
	"liangcheng/app/portal"
)

// matchOne matches one need and prints the specialisms, then the programmes.
func matchOne(ctx context.Context, c call) (err error) {
	text := strings.Join(c.args, " ")
	if strings.TrimSpace(text) == "" {
		return errors.New("match: no text; write for example: portal match \"动力电池电芯产线技术员\"")
	}
	level, ok := portal.ParseWantedLevel(c.text("level"))
	if !ok {
		return fmt.Errorf("match: unknown level %q; use 高职, 本科 or 中职", c.text("level"))
	}
	need := match.Need{Text: text, Industry: strings.ToUpper(c.text("industry")), Level: level}
	if n, err := strconv.Atoi(c.text("headcount")); err == nil && n > 0 {
		need.Headcount = &n
	}
	a, err := opened(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	answer, err := a.Services.Match.Rank(ctx, portal.System, need)
	if err != nil {
		return err
	}
	if c.yes("json") {
		out := json.NewEncoder(c.out)
		out.SetIndent("", "  ")
		return out.Encode(answer)
	}
	if len(answer.Specialisms) == 0 {
		fmt.Fprintln(c.out, "nothing fits: the text names no work, tool or post of the catalogue")
		return nil
	}
	const shown = 10
	for i, s := range answer.Specialisms[:min(len(answer.Specialisms), shown)] {
		fmt.Fprintf(c.out, "%2d. %.2f  %s %s (%s), %d offers\n", i+1, s.Rel, s.Code, s.Name, s.Level, s.Offers)
		for _, p := range s.Parts {
			fmt.Fprintf(c.out, "         %+.2f %-10s %s %s%s%s\n", p.Value, p.Kind, strings.Join(p.Terms, " "), p.Occupation.Name, p.Industry.Name, p.From)
		}
	}
	if g := answer.Answer.Gap; g != nil {
		fmt.Fprintln(c.out, "\nno college here covers this need; nearest:")
	} else {
		fmt.Fprintln(c.out)
	}
	for i, o := range answer.Answer.Offered[:min(len(answer.Answer.Offered), shown)] {
		fmt.Fprintf(c.out, "%2d. %.2f  %s, %s (weakest: %s)\n", i+1, o.S, o.Offer.Programme.Name, o.Offer.College.Name, o.Weakest())
	}
	for _, r := range answer.Answer.Removed {
		fmt.Fprintf(c.out, "left out by %s: %d\n", r.Filter, r.N)
	}
	return nil
}

// opened assembles the program with its index, for commands that ask it something.
func opened(ctx context.Context, c call) (*app.App, error) {
	a, err := app.Open(ctx, c.config, c.log)
	if err != nil {
		return nil, err
	}
	if err := a.Index(ctx, false, nil); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}
