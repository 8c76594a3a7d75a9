package views

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

func TestEveryKeyIsInEveryLanguage(t *testing.T) {
	words := newEngine(t).words.words
	holes := regexp.MustCompile(`\{\d\}`)
	for key, zh := range words["zh-CN"] {
		en, ok := words["en"][key]
		if !ok || strings.TrimSpace(en) == "" || strings.TrimSpace(zh) == "" {
			t.Errorf("%s is missing or empty in a language", key)
			continue
		}
		want, got := slices.Sorted(slices.Values(holes.FindAllString(zh, -1))), slices.Sorted(slices.Values(holes.FindAllString(en, -1)))
		if want, got = slices.Compact(want), slices.Compact(got); !slices.Equal(want, got) && !strings.HasSuffix(key, ".one") {
			t.Errorf("%s names %v in Chinese and %v in English", key, want, got)
		}
	}
	for key := range words["en"] {
		if _, ok := words["zh-CN"][key]; !ok {
			t.Errorf("%s has no Chinese text", key)
		}
		if base, plural := strings.CutSuffix(key, ".one"); plural && words["en"][base] == "" {
			t.Errorf("%s has no plural", key)
		}
	}
}

func TestWords(t *testing.T) {
	e := newEngine(t)
	for _, tt := range []struct {
		name, lang, key string
		args            []any
		want            string
	}{
		{"plain", "en", "nav.help", nil, "Help"},
		{"one", "en", "search.total", []any{1}, "1 result"},
		{"many", "en", "search.total", []any{2}, "2 results"},
		{"none", "en", "search.total", []any{0}, "0 results"},
		{"a hole twice", "zh-CN", "compare.too_many", []any{4}, "一次最多比较 4 个，已显示前 4 个。"},
		{"unknown", "en", "no.such.key", nil, "no.such.key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := e.T(tt.lang, tt.key, tt.args...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestProblemsHaveWords looks for the keys of problems and errors in the whole program.
func TestProblemsHaveWords(t *testing.T) {
	e := newEngine(t)
	key := regexp.MustCompile(`"((?:problem|error|flash)\.[a-z_0-9.]+[a-z])"`)
	found := 0
	err := filepath.WalkDir("../app", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range key.FindAllStringSubmatch(string(source), -1) {
			found++
			if !e.Has("en", m[1]) {
				t.Errorf("%s names %s, which has no words", path, m[1])
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Fatalf("%d keys found: %v", found, err)
	}
}

// TestNotificationsHaveWords holds the kinds of notifications and their words together.
func TestNotificationsHaveWords(t *testing.T) {
	e := newEngine(t)
	for _, kind := range portal.NotificationKinds {
		if !e.Has("en", "notice."+kind) || !e.Has("en", "mail_kind."+kind) {
			t.Errorf("%s has no words", kind)
		}
	}
	for key := range e.words.words["en"] {
		kind, told := strings.CutPrefix(strings.TrimSuffix(key, ".one"), "notice.")
		if told && strings.Contains(kind, ".") && !slices.Contains(portal.NotificationKinds[:], kind) {
			t.Errorf("%s is no kind people can choose about", kind)
		}
	}
}
