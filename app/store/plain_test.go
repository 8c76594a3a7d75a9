package store

import (
	"testing"
	"time"

	"liangcheng/app/portal"
)

func TestPlain(t *testing.T) {
	type code string
	type year int16
	noon := time.Date(2026, 5, 1, 12, 0, 0, 1_999_999, time.FixedZone("", 8*3600))
	for _, row := range []struct {
		name string
		in   any
		kind Kind
		want any
	}{
		{"text", "a", Text, "a"},
		{"empty text is known", "", Text, ""},
		{"named text", code("C38"), Text, "C38"},
		{"noun's text", portal.Associate, Text, "高职专科"},
		{"text that is no UTF-8", "a\xff\xfe", Text, "a\uFFFD\uFFFD"},
		{"int", 7, Int, int64(7)},
		{"named int", year(-3), Int, int64(-3)},
		{"pointer", new(7), Int, int64(7)},
		{"pointer to a pointer", new(new(7)), Int, int64(7)},
		{"nil pointer", (*int)(nil), Int, nil},
		{"nil", nil, Text, nil},
		{"bool", true, Bool, true},
		{"time in UTC at milliseconds", noon, Time, time.Date(2026, 5, 1, 4, 0, 0, 1_000_000, time.UTC)},
		{"pointer to a time", &noon, Time, time.Date(2026, 5, 1, 4, 0, 0, 1_000_000, time.UTC)},
		{"zero time is unknown", time.Time{}, Time, nil},
	} {
		got, err := plain(row.in, row.kind)
		if err != nil || got != row.want {
			t.Errorf("%s: got %v, %v, want %v", row.name, got, err, row.want)
		}
	}
	for _, row := range []struct {
		name string
		in   any
		kind Kind
	}{
		{"text for an int", "7", Int},
		{"int for a text", 7, Text},
		{"int for a bool", 1, Bool},
		{"int for a time", 1, Time},
		{"time for a text", noon, Text},
		{"float", 7.0, Int},
		{"slice", []string{"a"}, Text},
		{"unsigned", uint(7), Int},
		{"unknown kind", "a", Kind(9)},
	} {
		if got, err := plain(row.in, row.kind); err == nil {
			t.Errorf("%s: got %v, want an error", row.name, got)
		}
	}
}
