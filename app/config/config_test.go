package config

import (
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

func parse(t *testing.T, env map[string]string, args ...string) (Config, []string, error) {
	t.Helper()
	return Parse(args, func(k string) (string, bool) { v, ok := env[k]; return v, ok }, nil)
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		want func(Config) bool
		rest []string
		fail string
	}{
		{"defaults", nil, nil, func(c Config) bool {
			return c.Addr == "127.0.0.1:8080" && c.Mode == ModeDemo && c.BaseURL == "http://127.0.0.1:8080"
		}, nil, ""},
		{"environment", map[string]string{"PORTAL_ADDR": ":9"}, nil, func(c Config) bool { return c.Addr == ":9" }, nil, ""},
		{"a flag wins", map[string]string{"PORTAL_ADDR": ":9"}, []string{"--addr", ":7"}, func(c Config) bool { return c.Addr == ":7" }, nil, ""},
		{"flags after arguments", nil, []string{"match", "护理", "--data", "/x"}, func(c Config) bool { return c.Data == "/x" }, []string{"match", "护理"}, ""},
		{"no slash at the end", nil, []string{"--base-url", "https://a.cn/"}, func(c Config) bool { return c.BaseURL == "https://a.cn" }, nil, ""},
		{"unknown mode", nil, []string{"--mode", "x"}, nil, nil, "want demo or production"},
		{"production needs https", nil, []string{"--mode", "production"}, nil, nil, "needs an https address"},
		{"servers are for production", map[string]string{"PORTAL_MONGO_URI": "mongodb://db/portal"}, []string{"--base-url", "https://a.cn"},
			func(c Config) bool { return c.Mode == ModeProduction && c.MongoURI == "mongodb://db/portal" }, nil, ""},
		{"demo on servers", map[string]string{"PORTAL_MEILI_URL": "http://s:7700"}, []string{"--mode", "demo"},
			func(c Config) bool { return c.Mode == ModeDemo }, nil, ""},
		{"servers without https", map[string]string{"PORTAL_MONGO_URI": "mongodb://db/portal"}, nil, nil, nil, "needs an https address"},
		{"no address of Meilisearch", nil, []string{"--meili-url", "s:7700"}, nil, nil, "PORTAL_MEILI_URL"},
		{"short key", nil, []string{"--meili-url", "http://s:7700", "--meili-key", "short", "--base-url", "https://a.cn"}, nil, nil, "16 bytes"},
		{"secret of an example", nil, []string{"--mongo-uri", "mongodb://portal:changeme@db", "--base-url", "https://a.cn"}, nil, nil, "examples"},
		{"no address", nil, []string{"--base-url", "portal"}, nil, nil, "want an address"},
		{"bad duration", map[string]string{"PORTAL_MATCH_TIMEOUT": "soon"}, nil, nil, nil, "PORTAL_MATCH_TIMEOUT"},
		{"negative rate", nil, []string{"--rate-per-minute", "-1"}, nil, nil, "0 or more"},
		{"unknown flag", nil, []string{"--colour"}, nil, nil, "colour"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, rest, err := parse(t, tt.env, tt.args...)
			if tt.fail != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fail) {
					t.Errorf("error %v, want %q in it", err, tt.fail)
				}
				return
			}
			if err != nil || !tt.want(c) || !slices.Equal(rest, tt.rest) {
				t.Errorf("got %+v, %q, %v", c, rest, err)
			}
		})
	}
}

func TestOwnFlagsOfCommands(t *testing.T) {
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	json := fs.Bool("json", false, "")
	_, rest, err := Parse([]string{"match", "--json", "护理"}, func(string) (string, bool) { return "", false }, fs)
	if err != nil || !*json || len(rest) != 2 {
		t.Errorf("json %v, rest %q, %v", *json, rest, err)
	}
}

func TestLinesHideSecrets(t *testing.T) {
	c, _, err := parse(t, nil, "--mode", "demo", "--mongo-uri", "mongodb://u:tell-nobody@db", "--meili-key", "tell-nobody", "--meili-url", "http://s:7700")
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(c.Lines(), "\n"); strings.Contains(all, "tell-nobody") || !strings.Contains(all, "PORTAL_MEILI_KEY=(set)") {
		t.Errorf("lines tell a secret, or not that it is set:\n%s", all)
	}
}

func TestReadmeHasEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Settings() {
		row := "| `" + s.Env + "` | `--" + s.Flag + "` | "
		if s.Default != "" {
			row += "`" + s.Default + "`"
		}
		if !strings.Contains(string(readme), row) {
			t.Errorf("README's table lacks the row %q", row)
		}
	}
}
