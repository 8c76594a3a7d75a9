package portal

import (
	"fmt"
	"slices"
	"time"
)

// MeetingState is where a meeting of an event stands.
type MeetingState string

const (
	MeetingPlanned   MeetingState = "planned"
	MeetingCancelled MeetingState = "cancelled" // a party left, or the event was called off
)

// Presence is whether a side came to its meeting.
type Presence string

const (
	PresenceUnknown Presence = ""
	Came            Presence = "came"
	Absent          Presence = "absent"
)

// Presences lists what can be noted of a side.
var Presences = [...]Presence{PresenceUnknown, Came, Absent}

// Meeting (洽谈) is one meeting of an event's timetable.
type Meeting struct {
	Meta
	Trail
	Event string `json:"event"`
	Placed
	EnterpriseName string       `json:"enterprise_name"`
	CollegeName    string       `json:"college_name"`
	From           time.Time    `json:"from"`
	To             time.Time    `json:"to"`
	State          MeetingState `json:"state"`
	EnterpriseCame Presence     `json:"enterprise_came,omitempty"`
	CollegeCame    Presence     `json:"college_came,omitempty"`
	// Intention is what a held meeting has become; Settling is set until it has. Unsent is
	// why it could not: the key of the message.
	Intention string `json:"intention,omitempty"`
	Settling  bool   `json:"settling,omitempty"`
	Unsent    string `json:"unsent,omitempty"`
	Origin    Origin `json:"origin"`
}

// MeetingID is the id of the meeting at a place of an event's timetable.
func MeetingID(event string, n int) string { return fmt.Sprintf("%s-m%03d", event, n) }

// Held reports whether both sides came.
func (m Meeting) Held() bool { return m.EnterpriseCame == Came && m.CollegeCame == Came }

// Organisations are those of its two sides.
func (m Meeting) Organisations() []string {
	return []string{CollegeOrganisation(m.College), EnterpriseOrganisation(m.Enterprise)}
}

// Has reports whether the viewer works for one of its sides.
func (m Meeting) Has(v Viewer) bool {
	return v.Organisation != "" && slices.Contains(m.Organisations(), v.Organisation)
}

// CanSeeMeeting reports whether the viewer may know who meets whom: the two and the office.
func CanSeeMeeting(v Viewer, m Meeting) bool { return m.Has(v) || CanFollowEvents(v) }

// CanAttend reports whether the viewer may note who came: from the meeting's beginning until
// the event is closed, and until it has become an intention.
func (m Meeting) CanAttend(v Viewer, e Event, now time.Time) bool {
	return m.State == MeetingPlanned && !m.From.After(now) && m.Intention == "" && !m.Settling &&
		(e.State == EventScheduled || e.State == EventHeld) && (m.Has(v) && v.CanSpeak() || CanMakeEvents(v))
}

// Attend notes who came. One that was held is to become an intention.
func (m *Meeting) Attend(enterprise, college Presence) error {
	var bad Invalid
	for field, p := range map[string]Presence{"enterprise_came": enterprise, "college_came": college} {
		if !slices.Contains(Presences[:], p) {
			bad.Add(field, "problem.required")
		}
	}
	if enterprise == PresenceUnknown && college == PresenceUnknown {
		bad.Add("enterprise_came", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	m.EnterpriseCame, m.CollegeCame = enterprise, college
	m.Settling, m.Unsent = m.Held(), ""
	return nil
}

// Became ends what Attend began: the meeting is an intention now, or says why it is none.
func (m *Meeting) Became(intention, unsent string) {
	m.Intention, m.Unsent, m.Settling = intention, unsent, false
}

// Cancel takes a meeting that has not begun out of the timetable.
func (m *Meeting) Cancel() { m.State = MeetingCancelled }
