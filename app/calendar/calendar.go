// Package calendar writes days and meetings as iCalendar (RFC 5545) for the calendar
// programs of phones and offices.
package calendar

import (
	"io"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Type is the media type of what Write writes.
const Type = "text/calendar; charset=utf-8"

// Entry is a day or a meeting. With Day it fills that day, YYYY-MM-DD; otherwise it runs
// From one moment Until another.
type Entry struct {
	UID         string // the same for the same thing, however often it changes
	Title       string
	Note        string
	Place       string
	URL         string // absolute
	Day         string
	From, Until time.Time
	Changed     time.Time
	Version     int // a program takes over the higher one
	Cancelled   bool
}

// Write writes a calendar of that name.
func Write(w io.Writer, name string, entries []Entry) error {
	cal := ics.NewCalendarFor("portal")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXWRCalName(name)
	for _, e := range entries {
		ev := cal.AddEvent(e.UID)
		ev.SetDtStampTime(e.Changed)
		ev.SetSequence(e.Version)
		ev.SetSummary(e.Title)
		if day, err := time.Parse(time.DateOnly, e.Day); err == nil {
			ev.SetAllDayStartAt(day)
			ev.SetAllDayEndAt(day.AddDate(0, 0, 1))
		} else {
			ev.SetStartAt(e.From)
			ev.SetEndAt(e.Until)
		}
		for _, text := range []struct {
			set  func(string, ...ics.PropertyParameter)
			text string
		}{{ev.SetDescription, e.Note}, {ev.SetLocation, e.Place}, {ev.SetURL, e.URL}} {
			if text.text != "" {
				text.set(text.text)
			}
		}
		if e.Cancelled {
			ev.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	return cal.SerializeTo(w, ics.WithNewLine("\r\n")) // its default is that of the operating system
}
