package portal

import (
	"slices"
	"testing"
	"time"
)

// sharers are the people of the tables below: of the organisation whose the resource is,
// of others and of the office.
func sharers() map[string]Viewer {
	person := func(kind OrganisationKind, of string, role Role, state OrganisationState) Viewer {
		return Viewer{Person: "p", Organisation: of, Kind: kind, Role: role, State: state, Sure: true}
	}
	return map[string]Viewer{
		"visitor":            {},
		"system":             System,
		"holder owner":       person(OfCollege, "college-c1", Owner, OrganisationVerified),
		"holder editor":      person(OfCollege, "college-c1", Editor, OrganisationVerified),
		"holder reader":      person(OfCollege, "college-c1", Reader, OrganisationVerified),
		"holder unverified":  person(OfCollege, "college-c1", Owner, OrganisationRegistered),
		"holder suspended":   person(OfCollege, "college-c1", Owner, OrganisationSuspended),
		"school owner":       person(OfSchool, "school-s1", Owner, OrganisationVerified),
		"school reader":      person(OfSchool, "school-s1", Reader, OrganisationVerified),
		"school unverified":  person(OfSchool, "school-s1", Owner, OrganisationRegistered),
		"enterprise owner":   person(OfEnterprise, "enterprise-e1", Owner, OrganisationVerified),
		"office reviewer":    person(Office, OfficeID, Reviewer, OrganisationVerified),
		"office auditor":     person(Office, OfficeID, Auditor, OrganisationVerified),
		"office, one factor": {Person: "p", Organisation: OfficeID, Kind: Office, Role: Reviewer, State: OrganisationVerified},
	}
}

// TestWhoMayDoWhatWithAResource is the whole table of states, viewers and acts: what is
// not listed is refused.
func TestWhoMayDoWhatWithAResource(t *testing.T) {
	speak, keep := []string{"holder owner", "holder editor"}, []string{"holder owner", "holder editor", "holder unverified"}
	follow := []string{"system", "holder owner", "holder editor", "holder reader", "holder unverified", "holder suspended", "office reviewer"}
	const see = ResourceAct("see")
	var everybody []string
	for name := range sharers() {
		everybody = append(everybody, name)
	}
	for _, tt := range []struct {
		name string
		res  Resource
		may  map[ResourceAct][]string
	}{
		{"draft", Resource{State: ResourceDraft}, map[ResourceAct][]string{see: follow, ActEdit: keep, ActOpen: speak, ActRetire: keep}},
		{"open", Resource{State: ResourceOpen}, map[ResourceAct][]string{see: everybody, ActEdit: speak, ActPause: keep, ActRetire: keep, ActRequest: {"school owner"}}},
		{"open, withheld", Resource{State: ResourceOpen, Withheld: true}, map[ResourceAct][]string{see: follow, ActEdit: speak, ActPause: keep, ActRetire: keep}},
		{"paused", Resource{State: ResourcePaused}, map[ResourceAct][]string{see: follow, ActEdit: speak, ActReopen: speak, ActRetire: keep}},
		{"withdrawn", Resource{State: ResourceWithdrawn}, map[ResourceAct][]string{see: follow}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.res.Organisation, tt.res.OpenTo = "college-c1", []OrganisationKind{OfCollege, OfSchool}
			for name, v := range sharers() {
				if got, want := CanSeeResource(v, tt.res), slices.Contains(tt.may[see], name); got != want {
					t.Errorf("%s may see: got %v, want %v", name, got, want)
				}
				for _, act := range []ResourceAct{ActEdit, ActOpen, ActPause, ActReopen, ActRetire, ActRequest} {
					if got, want := tt.res.CanAct(v, act), slices.Contains(tt.may[act], name); got != want {
						t.Errorf("%s may %s: got %v, want %v", name, act, got, want)
					}
				}
			}
		})
	}
	if CanKeepResources(sharers()["school owner"]) {
		t.Error("a school opens resources")
	}
}

// TestWhoMayDoWhatWithABooking is the same table of requests for use.
func TestWhoMayDoWhatWithABooking(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	holder := []string{"holder owner", "holder editor"}
	waiting := map[IntentionAct][]string{ActAccept: holder, ActDecline: holder, ActWithdraw: {"school owner", "school unverified"}}
	over := map[IntentionAct][]string{ActExpire: {"system"}}
	for _, tt := range []struct {
		name string
		b    Booking
		may  map[IntentionAct][]string
	}{
		{"sent", Booking{State: BookingSent, From: now.Add(time.Millisecond)}, waiting},
		{"sent, at its time", Booking{State: BookingSent, From: now}, over},
		{"being accepted", Booking{State: BookingSent, Settling: true, From: now.Add(time.Hour)}, nil},
		{"being accepted, at its time", Booking{State: BookingSent, Settling: true, From: now}, nil},
		{"accepted", Booking{State: BookingAccepted, From: now.Add(time.Hour)}, map[IntentionAct][]string{ActWithdraw: waiting[ActWithdraw]}},
		{"accepted, at its time", Booking{State: BookingAccepted, From: now}, nil},
		{"declined", Booking{State: BookingDeclined, From: now.Add(time.Hour)}, nil},
		{"withdrawn", Booking{State: BookingWithdrawn, From: now.Add(time.Hour)}, nil},
		{"expired", Booking{State: BookingExpired, From: now}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.b.Asker, tt.b.Holder = "school-s1", "college-c1"
			for name, v := range sharers() {
				side := name != "visitor" && name != "enterprise owner" && name != "office auditor" && name != "office, one factor"
				if got := CanSeeBooking(v, tt.b); got != side {
					t.Errorf("%s may see: got %v, want %v", name, got, side)
				}
				for _, act := range []IntentionAct{ActAccept, ActDecline, ActWithdraw, ActExpire, ActView, ActWrite} {
					if got, want := tt.b.CanAct(v, act, now), slices.Contains(tt.may[act], name); got != want {
						t.Errorf("%s may %s: got %v, want %v", name, act, got, want)
					}
				}
			}
		})
	}
}

func TestTimesOfABooking(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		from, to time.Duration
		people   int
		want     string
	}{
		{"tomorrow", 24 * time.Hour, 26 * time.Hour, 30, ""},
		{"from the next moment", time.Millisecond, time.Hour, 1, ""},
		{"from now", 0, time.Hour, 1, "from booking.past"},
		{"past", -time.Hour, time.Hour, 1, "from booking.past"},
		{"backwards", 2 * time.Hour, time.Hour, 1, "to booking.backwards"},
		{"no time at all", time.Hour, time.Hour, 1, "to booking.backwards"},
		{"too far ahead", 366 * 24 * time.Hour, 366*24*time.Hour + 1, 1, "from booking.too_early"},
		{"too long", time.Hour, 181 * 24 * time.Hour, 1, "to booking.too_long"},
		{"nobody", time.Hour, 2 * time.Hour, 0, "people booking.people"},
		{"as many as fit", time.Hour, 2 * time.Hour, 40, ""},
		{"one too many", time.Hour, 2 * time.Hour, 41, "people booking.capacity"},
	} {
		bad := Booking{From: now.Add(tt.from), To: now.Add(tt.to), People: tt.people}.CheckTimes(Resource{Capacity: new(40)}, now)
		got := ""
		if len(bad) > 0 {
			got = bad[0].Field + " " + bad[0].Key
		}
		if got != tt.want || len(bad) > 1 {
			t.Errorf("%s: %v, want %q", tt.name, bad, tt.want)
		}
	}
	if bad := (Booking{}).CheckTimes(Resource{}, now); len(bad) != 3 {
		t.Errorf("nothing filled in: %v", bad)
	}
}

func TestTheFirstAcceptanceStands(t *testing.T) {
	now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
	slot := func(id string, from, to int) Slot {
		return Slot{Booking: id, From: now.Add(time.Duration(from) * time.Hour), To: now.Add(time.Duration(to) * time.Hour), People: 5}
	}
	held := Resource{State: ResourceOpen, Booked: []Slot{slot("old", -3, -1), slot("a", 2, 4)}}
	for _, tt := range []struct {
		name   string
		s      Slot
		change func(*Resource)
		taken  bool
	}{
		{"before", slot("b", 1, 2), nil, false},
		{"after", slot("b", 4, 5), nil, false},
		{"into its beginning", slot("b", 1, 3), nil, true},
		{"into its end", slot("b", 3, 5), nil, true},
		{"within", slot("b", 2, 3), nil, true},
		{"around", slot("b", 1, 5), nil, true},
		{"itself again", slot("a", 2, 4), nil, false},
		{"shared", slot("b", 2, 4), func(r *Resource) { r.SharedUse = true }, false},
		{"paused", slot("b", 5, 6), func(r *Resource) { r.State = ResourcePaused }, false},
		{"withdrawn", slot("b", 5, 6), func(r *Resource) { r.State = ResourceWithdrawn }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := held
			r.Booked = slices.Clone(held.Booked)
			if tt.change != nil {
				tt.change(&r)
			}
			err := r.Book(tt.s, now)
			if (err != nil) != tt.taken {
				t.Fatalf("got %v, refused is to be %v", err, tt.taken)
			}
			kept := func(id string) bool {
				return slices.ContainsFunc(r.Booked, func(s Slot) bool { return s.Booking == id })
			}
			if kept(tt.s.Booking) != !tt.taken || !kept("a") || !tt.taken && kept("old") {
				t.Errorf("held now: %+v", r.Booked)
			}
		})
	}
}
