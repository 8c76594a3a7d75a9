package store_test

import (
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

func TestPlain(t *testing.T) {
	type code string
	type year int16
	noon := time.Date(2026, 5, 1, 12, 0, 0, 1_999_999, time.FixedZone("", 8*3600))
	for _, row := range []struct {
		name string
		in   any
		kind store.Kind
		want any
	}{
		{"text", "a", store.Text, "a"},
		{"empty text is known", "", store.Text, ""},
		{"named text", code("C38"), store.Text, "C38"},
		{"noun's text", portal.Associate, store.Text, "高职专科"},
		{"text that is no UTF-8", "a\xff\xfe", store.Text, "a\uFFFD\uFFFD"},
		{"int", 7, store.Int, int64(7)},
		{"named int", year(-3), store.Int, int64(-3)},
		{"pointer", new(7), store.Int, int64(7)},
		{"pointer to a pointer", new(new(7)), store.Int, int64(7)},
		{"nil pointer", (*int)(nil), store.Int, nil},
		{"nil", nil, store.Text, nil},
		{"bool", true, store.Bool, true},
		{"time in UTC at milliseconds", noon, store.Time, time.Date(2026, 5, 1, 4, 0, 0, 1_000_000, time.UTC)},
		{"pointer to a time", &noon, store.Time, time.Date(2026, 5, 1, 4, 0, 0, 1_000_000, time.UTC)},
		{"zero time is unknown", time.Time{}, store.Time, nil},
	} {
		got, err := store.Plain(row.in, row.kind)
		if err != nil || got != row.want {
			t.Errorf("%s: got %v, %v, want %v", row.name, got, err, row.want)
		}
	}
	for _, row := range []struct {
		name string
		in   any
		kind store.Kind
	}{
		{"text for an int", "7", store.Int},
		{"int for a text", 7, store.Text},
		{"int for a bool", 1, store.Bool},
		{"int for a time", 1, store.Time},
		{"time for a text", noon, store.Text},
		{"float", 7.0, store.Int},
		{"slice", []string{"a"}, store.Text},
		{"unsigned", uint(7), store.Int},
		{"unknown kind", "a", store.Kind(9)},
	} {
		if got, err := store.Plain(row.in, row.kind); err == nil {
			t.Errorf("%s: got %v, want an error", row.name, got)
		}
	}
}
