// Command portal serves the portal and does its chores. Without a command it serves.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"liangcheng/app/config"
	"liangcheng/app/service"
)

// command is one thing the program can do besides serving.
type command struct {
	name string
	args string
	help string
	run  func(ctx context.Context, call call) error
}

// call is a command as it was typed.
type call struct {
	config config.Config
	args   []string
	flags  *flag.FlagSet
	out    io.Writer
	log    *slog.Logger
}

func commands() []command {
	return []command{
		{"serve", "", "serve the portal (the default)", serve},
		{"seed", "[--purge-demo | --reload-demo | --synthetic [--synthetic-seed N] [--colleges N] [--programmes N] [--needs N] [--partnerships N] [--outcomes N]]",
			"load the seeds; remove all demonstration data, bring it back, or make it up on a national scale", seed},
		{"reindex", "", "build the search index anew and count what is in it", reindex},
		{"reconcile", "", "compare the search index with the records and mend what differs", reconcile},
		{"match", "TEXT [--industry C38] [--level 高职] [--headcount N] [--json]", "match one need and say why", matchOne},
		{"eval", "[FILE] [--run FILE] [--against FILE]", "score the match on judged needs (JSON lines; without a file those of the release)", evaluate},
		{"feedback", "export [--demo]", "print what people said of results as judged needs (JSON lines)", feedback},
		{"fit", "FILE…", "search the weights of the match on judged needs and print them; changes nothing", fit},
		{"admin", "create EMAIL NAME", "make somebody an administrator and print the one-time link to a password", admin},
		{"audit", "verify", "examine the audit log; ends with 1 when something is wrong", audit},
		{"healthcheck", "", "ask the running portal whether it is ready (for containers)", healthcheck},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "portal:", explain(err))
		stop()
		os.Exit(1)
	}
}

// run does what the arguments ask for.
func run(ctx context.Context, args []string, env func(string) (string, bool), out, errOut io.Writer) error {
	flags := flag.NewFlagSet("portal", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	ownFlags(flags)
	cfg, rest, err := config.Parse(args, env, flags)
	if errors.Is(err, flag.ErrHelp) {
		usage(out)
		return err
	}
	if err != nil {
		return err
	}
	name := "serve"
	if len(rest) > 0 {
		name, rest = rest[0], rest[1:]
	}
	if name == "help" {
		usage(out)
		return nil
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == name })
	if i < 0 {
		return fmt.Errorf("unknown command %q; portal help lists them", name)
	}
	return all[i].run(ctx, call{config: cfg, args: rest, flags: flags, out: out, log: logger(cfg, errOut)})
}

// ownFlags declares the flags of single commands; settings are declared by config.
func ownFlags(fs *flag.FlagSet) {
	fs.Bool("purge-demo", false, "seed: remove all demonstration data")
	fs.Bool("reload-demo", false, "seed: bring removed demonstration data back")
	fs.Bool("synthetic", false, "seed: make up demonstration data on a national scale; goes on where a stopped run was")
	fs.Uint64("synthetic-seed", 1, "seed: the seed of made-up data; the same gives the same data")
	fs.Int("colleges", service.SyntheticColleges, "seed: colleges to make up")
	fs.Int("programmes", service.SyntheticProgrammes, "seed: programmes to make up")
	fs.Int("needs", service.SyntheticNeeds, "seed: needs to make up")
	fs.Int("partnerships", service.SyntheticPartnerships, "seed: partnerships to make up")
	fs.Int("outcomes", service.SyntheticOutcomes, "seed: outcomes to make up, at most, of each partnership that takes them")
	fs.String("industry", "", "match: industry of the need, GB/T 4754 code such as C38")
	fs.String("level", "", "match: level asked for: 高职, 本科, 中职")
	fs.Int("headcount", 0, "match: persons asked for; 0 is unknown")
	fs.Bool("json", false, "match: print JSON")
	fs.Bool("without-industry", false, "eval: take the concepts of one industry away at a time and print who is affected")
	fs.Bool("demo", false, "feedback: that of demonstration data instead")
	fs.String("against", "", "eval: also print, need by need, what such a file of another run answered otherwise")
	fs.String("run", "", "eval: also write need, code and score of every answer to this file")
}

func (c call) text(name string) string { return c.flags.Lookup(name).Value.String() }

func (c call) yes(name string) bool { return c.text(name) == "true" }

// value is what a flag holds; T is the type it was declared with.
func value[T any](c call, name string) T { return c.flags.Lookup(name).Value.(flag.Getter).Get().(T) }

func usage(out io.Writer) {
	fmt.Fprintln(out, "usage: portal [command] [settings]")
	fmt.Fprintln(out)
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-12s %s\n", c.name, c.help)
		if c.args != "" {
			fmt.Fprintf(out, "  %-12s portal %s %s\n", "", c.name, c.args)
		}
	}
	fmt.Fprintln(out, "\nsettings, as flag or environment variable:")
	for _, s := range config.Settings() {
		def := ""
		if s.Default != "" {
			def = " (" + s.Default + ")"
		}
		fmt.Fprintf(out, "  --%-18s %-30s %s%s\n", s.Flag, s.Env, s.Help, def)
	}
}

func logger(c config.Config, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(strings.ToUpper(c.LogLevel))); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
