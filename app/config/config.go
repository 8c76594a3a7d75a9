// Package config reads the settings of the program from environment and flags. One
// table holds every setting with its default and help; README's table is tested
// against it.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mode says what the installation is for.
type Mode string

const (
	// ModeDemo loads demonstration data and says so on every page.
	ModeDemo Mode = "demo"
	// ModeProduction loads no demonstration data and insists on https.
	ModeProduction Mode = "production"
)

// Config holds the settings of one running program.
type Config struct {
	Addr            string // host:port to listen on
	Data            string // folder of the embedded engines
	BaseURL         string // public address, without a trailing slash
	Mode            Mode   // demo or production
	MongoURI        string // MongoDB; empty: the embedded store
	MeiliURL        string // Meilisearch; empty: the embedded engine
	MeiliKey        string
	MeiliPrefix     string        // of the names of indexes on Meilisearch
	SMTPURL         string        // mail server; empty: messages are kept in the data folder
	MailFrom        string        // sender of messages
	WarnDays        int           // after which an unanswered intention warns
	ExpireDays      int           // after which it expires
	MetricsAddr     string        // host:port that answers /metrics; empty: nowhere
	TrustedProxies  []string      // addresses whose X-Real-IP is believed
	RatePerMinute   int           // API requests one address may make in a minute
	MatchTimeout    time.Duration // longest wait for the search engine in a match
	ShutdownTimeout time.Duration // longest wait for open requests at the end
	LogLevel        string        // debug, info, warn or error
	LogFormat       string        // text or json
	Host            string        // footer: who runs the site
	ICP             string        // footer: ICP filing number
	PublicSecurity  string        // footer: public-security filing number
	SiteCode        string        // footer: government site code
}

// Setting is one row of the table: an environment variable, the flag of the same
// meaning, its default and what it is for.
type Setting struct {
	Env     string
	Flag    string
	Default string
	Help    string
	Secret  bool
	set     func(*Config, string) error
	get     func(*Config) string
}

// Settings returns the table in the order README shows it.
func Settings() []Setting {
	return []Setting{
		text("PORTAL_ADDR", "addr", "127.0.0.1:8080", "address and port to listen on", func(c *Config) *string { return &c.Addr }),
		text("PORTAL_DATA", "data", "./data", "folder of the embedded engines; one process at a time", func(c *Config) *string { return &c.Data }),
		text("PORTAL_BASE_URL", "base-url", "", "public address of the site, used in links and feeds; http://PORTAL_ADDR when empty", func(c *Config) *string { return &c.BaseURL }),
		{Env: "PORTAL_MODE", Flag: "mode", Help: "demo (loads demonstration data) or production (none; https base URL required); demo when empty, production where a server is named below",
			set: func(c *Config, v string) error {
				if v != string(ModeDemo) && v != string(ModeProduction) {
					return errors.New("want demo or production")
				}
				c.Mode = Mode(v)
				return nil
			},
			get: func(c *Config) string { return string(c.Mode) }},
		secret(text("PORTAL_MONGO_URI", "mongo-uri", "", "MongoDB, as mongodb://user:password@host/portal; the embedded store when empty", func(c *Config) *string { return &c.MongoURI })),
		text("PORTAL_MEILI_URL", "meili-url", "", "Meilisearch, as http://host:7700; the embedded engine when empty", func(c *Config) *string { return &c.MeiliURL }),
		secret(text("PORTAL_MEILI_KEY", "meili-key", "", "key of Meilisearch: search, documents, indexes, settings, tasks, version", func(c *Config) *string { return &c.MeiliKey })),
		text("PORTAL_MEILI_PREFIX", "meili-prefix", "portal_", "begins the name of every index; another one for each installation that shares a Meilisearch", func(c *Config) *string { return &c.MeiliPrefix }),
		secret(text("PORTAL_SMTP_URL", "smtp-url", "", "mail server, as smtp://user:password@host:587 or smtps://…:465; messages are kept in PORTAL_DATA/mail when empty", func(c *Config) *string { return &c.SMTPURL })),
		text("PORTAL_MAIL_FROM", "mail-from", "", "sender of messages, as 两城门户 <portal@example.cn>; needed with PORTAL_SMTP_URL", func(c *Config) *string { return &c.MailFrom }),
		{Env: "PORTAL_TRUSTED_PROXIES", Flag: "trusted-proxies", Help: "comma-separated addresses or networks of reverse proxies whose X-Real-IP is believed",
			set: func(c *Config, v string) error { c.TrustedProxies = split(v); return nil },
			get: func(c *Config) string { return strings.Join(c.TrustedProxies, ",") }},
		number("PORTAL_RATE_PER_MINUTE", "rate-per-minute", "240", "API and match requests one address may make in a minute; 0 for no limit", 0, func(c *Config) *int { return &c.RatePerMinute }),
		number("PORTAL_INTENTION_WARN_DAYS", "intention-warn-days", "7", "days after which an unanswered intention reminds its addressee", 1, func(c *Config) *int { return &c.WarnDays }),
		number("PORTAL_INTENTION_EXPIRE_DAYS", "intention-expire-days", "14", "days after which an unanswered intention expires", 1, func(c *Config) *int { return &c.ExpireDays }),
		duration("PORTAL_MATCH_TIMEOUT", "match-timeout", "800ms", "longest wait for the search engine in a match before the in-process index answers", func(c *Config) *time.Duration { return &c.MatchTimeout }),
		duration("PORTAL_SHUTDOWN_TIMEOUT", "shutdown-timeout", "15s", "longest wait for open requests when stopping", func(c *Config) *time.Duration { return &c.ShutdownTimeout }),
		oneOf("PORTAL_LOG_LEVEL", "log-level", "info", "debug, info, warn or error", func(c *Config) *string { return &c.LogLevel }, "debug", "info", "warn", "error"),
		oneOf("PORTAL_LOG_FORMAT", "log-format", "text", "text or json", func(c *Config) *string { return &c.LogFormat }, "text", "json"),
		text("PORTAL_METRICS_ADDR", "metrics-addr", "", "address and port that answers /metrics to a monitor inside; nowhere when empty", func(c *Config) *string { return &c.MetricsAddr }),
		text("PORTAL_FOOTER_HOST", "footer-host", "", "footer: organisation that runs the site; hidden while empty", func(c *Config) *string { return &c.Host }),
		text("PORTAL_FOOTER_ICP", "footer-icp", "", "footer: ICP filing number; hidden while empty", func(c *Config) *string { return &c.ICP }),
		text("PORTAL_FOOTER_PUBLIC_SECURITY", "footer-public-security", "", "footer: public-security filing number; hidden while empty", func(c *Config) *string { return &c.PublicSecurity }),
		text("PORTAL_FOOTER_SITE_CODE", "footer-site-code", "", "footer: government site code; hidden while empty", func(c *Config) *string { return &c.SiteCode }),
	}
}

func text(env, name, def, help string, at func(*Config) *string) Setting {
	return Setting{Env: env, Flag: name, Default: def, Help: help,
		set: func(c *Config, v string) error { *at(c) = v; return nil },
		get: func(c *Config) string { return *at(c) }}
}

func secret(s Setting) Setting {
	s.Secret = true
	return s
}

func oneOf(env, name, def, help string, at func(*Config) *string, allowed ...string) Setting {
	s := text(env, name, def, help, at)
	s.set = func(c *Config, v string) error {
		if !slices.Contains(allowed, v) {
			return fmt.Errorf("want one of %s", strings.Join(allowed, ", "))
		}
		*at(c) = v
		return nil
	}
	return s
}

func number(env, name, def, help string, least int, at func(*Config) *int) Setting {
	return Setting{Env: env, Flag: name, Default: def, Help: help,
		set: func(c *Config, v string) (err error) {
			*at(c), err = strconv.Atoi(v)
			if err == nil && *at(c) < least {
				err = fmt.Errorf("want %d or more", least)
			}
			return err
		},
		get: func(c *Config) string { return strconv.Itoa(*at(c)) }}
}

func duration(env, name, def, help string, at func(*Config) *time.Duration) Setting {
	return Setting{Env: env, Flag: name, Default: def, Help: help,
		set: func(c *Config, v string) error {
			d, err := time.ParseDuration(v)
			if err == nil && d <= 0 {
				err = errors.New("want a duration above zero, such as 800ms")
			}
			*at(c) = d
			return err
		},
		get: func(c *Config) string { return at(c).String() }}
}

// Parse reads flags out of args, wherever they stand, and the environment for the rest.
// It returns the arguments that are not settings. Flags win over the environment; an
// unknown flag is left to the command through own, which may be nil.
func Parse(args []string, env func(string) (string, bool), own *flag.FlagSet) (Config, []string, error) {
	var c Config
	fs := own
	if fs == nil {
		fs = flag.NewFlagSet("portal", flag.ContinueOnError)
		fs.SetOutput(io.Discard)
	}
	given := map[string]string{}
	for _, s := range Settings() {
		fs.Func(s.Flag, s.Help, func(v string) error { given[s.Flag] = v; return nil })
	}
	rest, err := parseAnywhere(fs, args)
	if err != nil {
		return c, nil, err
	}
	for _, s := range Settings() {
		value, from := s.Default, "default"
		if v, ok := env(s.Env); ok && v != "" {
			value, from = v, s.Env
		}
		if v, ok := given[s.Flag]; ok {
			value, from = v, "-"+s.Flag
		}
		if value == "" {
			continue
		}
		if err := s.set(&c, value); err != nil {
			return c, nil, fmt.Errorf("%s=%q: %w", from, value, err)
		}
	}
	if c.Mode == "" {
		c.Mode = ModeDemo
		if c.MongoURI != "" || c.MeiliURL != "" {
			c.Mode = ModeProduction
		}
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://" + c.Addr
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	return c, rest, c.check()
}

// parseAnywhere lets flags stand before, between and after arguments.
func parseAnywhere(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		args = fs.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest = append(rest, args[0])
		args = args[1:]
	}
}

func (c Config) check() error {
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("PORTAL_BASE_URL=%q: want an address like https://portal.example.cn", c.BaseURL)
	}
	if c.WarnDays >= c.ExpireDays {
		return fmt.Errorf("PORTAL_INTENTION_WARN_DAYS=%d: want fewer than the %d after which an intention expires", c.WarnDays, c.ExpireDays)
	}
	if c.MeiliURL != "" {
		u, err := url.Parse(c.MeiliURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("PORTAL_MEILI_URL=%q: want an address like http://127.0.0.1:7700", c.MeiliURL)
		}
	}
	if c.Mode != ModeProduction {
		return nil
	}
	switch {
	case u.Scheme != "https":
		return fmt.Errorf("PORTAL_BASE_URL=%q: production mode needs an https address", c.BaseURL)
	case c.MeiliURL != "" && len(c.MeiliKey) < shortestKey:
		return fmt.Errorf("PORTAL_MEILI_KEY: production mode needs a key of %d bytes or more, as Meilisearch does in production", shortestKey)
	case slices.ContainsFunc(samples[:], func(s string) bool { return strings.Contains(c.MeiliKey+" "+c.MongoURI, s) }):
		return errors.New("PORTAL_MEILI_KEY, PORTAL_MONGO_URI: production mode refuses the secrets of examples; make your own")
	}
	return nil
}

// samples are secrets of examples and documentation, which everybody knows.
var samples = [...]string{"change-me", "changeme", "aSampleMasterKey", "masterKey", ":example@", ":password@"}

// shortestKey is the shortest master key Meilisearch accepts in production, in bytes.
const shortestKey = 16

// Lines prints the settings in force, one a line, secrets redacted.
func (c Config) Lines() []string {
	var lines []string
	for _, s := range Settings() {
		v := s.get(&c)
		if s.Secret && v != "" {
			v = "(set)"
		}
		lines = append(lines, s.Env+"="+v)
	}
	return lines
}

func split(v string) []string {
	return slices.DeleteFunc(strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }),
		func(s string) bool { return s == "" })
}
