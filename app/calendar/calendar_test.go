package calendar_test

import (
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"liangcheng/app/calendar"
)

// What is written is read again by the library's reader, long Chinese lines folded.
func TestWrite(t *testing.T) {
	long := strings.Repeat("签订协议，", 40) + "\n第二行；end"
	at := time.Date(2026, 12, 1, 1, 30, 0, 0, time.UTC)
	var out strings.Builder
	err := calendar.Write(&out, "节点", []calendar.Entry{
		{UID: "a", Title: long, Day: "2026-12-31", Note: "甲", Changed: at, Version: 3},
		{UID: "b", Title: "洽谈", From: at, Until: at.Add(20 * time.Minute), Place: "3号桌", URL: "https://portal.example/desk", Changed: at, Cancelled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(out.String(), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d octets", len(line))
		}
	}
	cal, err := ics.ParseCalendar(strings.NewReader(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	events := cal.Events()
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	if got := events[0].GetProperty(ics.ComponentPropertySummary).Value; got != long {
		t.Errorf("title %q", got)
	}
	if got, err := events[0].GetAllDayEndAt(); err != nil || got.Format(time.DateOnly) != "2027-01-01" {
		t.Errorf("ends %v, %v", got, err)
	}
	if got, err := events[1].GetStartAt(); err != nil || !got.Equal(at) {
		t.Errorf("starts %v, %v", got, err)
	}
	if got := events[1].GetProperty(ics.ComponentPropertyStatus).Value; got != "CANCELLED" {
		t.Errorf("status %q", got)
	}
}
