package portal

import (
	"testing"
	"time"
)

func TestCountHours(t *testing.T) {
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	at := func(day, hour, minutes int, state BookingState) Booking {
		from := time.Date(2026, 3, day, hour, 0, 0, 0, Shanghai)
		return Booking{State: state, From: from, To: from.Add(time.Duration(minutes) * time.Minute)}
	}
	all := []Booking{at(1, 9, 90, BookingAccepted), at(2, 9, 60, BookingAccepted), at(3, 9, 60, BookingDeclined), at(4, 9, 60, BookingSent)}
	early := at(1, 0, 60, BookingAccepted) // 1 January in Shanghai is still December elsewhere
	early.From, early.To = time.Date(2025, 12, 31, 16, 30, 0, 0, time.UTC), time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC)
	running := at(1, 0, 0, BookingAccepted)
	running.From, running.To = now.Add(-time.Hour), now.Add(time.Hour)
	all = append(all, early, running)
	year := Period{Kind: PeriodYear, From: "2026-01-01", Until: "2026-12-31", Label: "2026"}
	if got, ok := CountHours(Indicator{Meta: Meta{ID: "shared_equipment_hours"}}, all, year, now); !ok || got.Value.String() != "3" {
		t.Errorf("%s hours, want 1.5 + 1 + .5", got.Value)
	}
	before := Period{Kind: PeriodYear, From: "2025-01-01", Until: "2025-12-31", Label: "2025"}
	if got, _ := CountHours(Indicator{Meta: Meta{ID: "shared_equipment_hours"}}, all, before, now); got.Value != 0 {
		t.Errorf("%s hours in the year before", got.Value)
	}
	if _, ok := CountHours(Indicator{Meta: Meta{ID: "incubatees"}}, all, year, now); ok {
		t.Error("requests count incubatees")
	}
}
