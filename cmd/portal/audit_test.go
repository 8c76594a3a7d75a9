package main

import (
	"regexp"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
)

func TestAdministratorAndAudit(t *testing.T) {
	data := t.TempDir()
	production := []string{"--data", data, "--mode", "production", "--base-url", "https://portal.example.cn"}
	for _, tt := range []struct {
		name string
		args []string
		want string
		fail string
	}{
		{"no name", []string{"admin", "create", "zhang@example.cn"}, "", "an address and a name"},
		{"no address", []string{"admin", "create", "zhang", "张三"}, "", "problem.email"},
		{"the first", []string{"admin", "create", "zhang@example.cn", "张三"}, "https://portal.example.cn/links/", ""},
		{"again: another link", []string{"admin", "create", "zhang@example.cn", "张三"}, "https://portal.example.cn/links/", ""},
		{"nothing to do", []string{"audit"}, "", "portal audit verify"},
		{"the log is whole", []string{"audit", "verify"}, "nothing changed, nothing missing", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask(t, append(tt.args, production...)...)
			if tt.fail != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fail) {
					t.Errorf("error %v, want %q in it", err, tt.fail)
				}
				return
			}
			if err != nil || !strings.Contains(got, tt.want) {
				t.Errorf("printed %.400q (%v), want %q in it", got, err, tt.want)
			}
		})
	}
	tamper(t, data)
	got, err := ask(t, append([]string{"audit", "verify"}, production...)...)
	if err == nil || !regexp.MustCompile(`altered +entry 2 `).MatchString(got) {
		t.Errorf("after tampering: %v: %s", err, got)
	}
}

// tamper changes the second entry of the log behind the portal's back.
func tamper(t *testing.T, data string) {
	t.Helper()
	engine, err := sqlite.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	records, err := store.OpenRecords(t.Context(), engine)
	if err != nil {
		t.Fatal(err)
	}
	_, err = records.Audit.Mutate(t.Context(), portal.AuditID(2), func(e *portal.AuditEntry) error { e.Event.By = "somebody else"; return nil })
	if err != nil {
		t.Fatal(err)
	}
}
