package main

import (
	"strings"
	"testing"
)

func TestSeedSynthetic(t *testing.T) {
	data := t.TempDir()
	sized := func(more ...string) []string {
		return append([]string{"seed", "--synthetic", "--colleges", "3", "--programmes", "90", "--needs", "1200", "--partnerships", "5", "--outcomes", "3", "--data", data}, more...)
	}
	for _, tt := range []struct {
		name string
		args []string
		want string
		fail string
	}{
		{"made up", sized(), "needs          [==============================] 1200/1200", ""},
		{"again", sized(), "made up 0 records", ""},
		{"another seed on top", sized("--synthetic-seed", "2"), "", "portal seed --purge-demo"},
		{"purge", []string{"seed", "--purge-demo", "--data", data}, "removed", ""},
		{"purge and make up", sized("--purge-demo"), "", "stands alone"},
		{"production", sized("--mode", "production", "--base-url", "https://x.cn"), "", "production must not show"},
		{"fewer than none", sized("--partnerships", "-1"), "", "want at least 0"},
		{"no such size", []string{"seed", "--synthetic", "--needs", "many", "--data", data}, "", "needs"},
		{"below zero", sized("--needs", "-1"), "", "-1 needs: want at least 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ask(t, tt.args...)
			if tt.fail != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fail) {
					t.Errorf("error %v, want %q in it", err, tt.fail)
				}
				return
			}
			if err != nil || !strings.Contains(got, tt.want) {
				t.Errorf("printed %.600q (%v), want %q in it", got, err, tt.want)
			}
		})
	}
}
