package portal

import (
	"slices"
	"time"
	"unicode/utf8"
)

// EventState is where a matchmaking event stands.
type EventState string

const (
	EventDraft     EventState = "draft"
	EventInviting  EventState = "inviting"
	EventScheduled EventState = "scheduled" // its timetable is published
	EventHeld      EventState = "held"
	EventClosed    EventState = "closed" // nothing more is noted of its meetings
	EventCancelled EventState = "cancelled"
)

// EventStates lists the states in the order of a life.
var EventStates = [...]EventState{EventDraft, EventInviting, EventScheduled, EventHeld, EventClosed, EventCancelled}

// Event (对接会) brings enterprises and colleges together for short meetings at tables, one
// round after the other, by a timetable computed from the match.
type Event struct {
	Meta
	Trail
	Title      string     `json:"title"`
	About      string     `json:"about,omitempty"`
	Industries []string   `json:"industries,omitempty"`
	Place      string     `json:"place"`
	Day        string     `json:"day"`      // YYYY-MM-DD in Shanghai
	Start      string     `json:"start"`    // HH:MM of the first round
	Minutes    int        `json:"minutes"`  // of a round
	Rounds     int        `json:"rounds"`   // one after the other
	Tables     int        `json:"tables"`   // meetings of a round at most
	Deadline   string     `json:"deadline"` // last day of answers
	State      EventState `json:"state"`
	Reason     string     `json:"reason,omitempty"` // it was cancelled for
	InvitedAt  time.Time  `json:"invited_at,omitzero"`
	Published  time.Time  `json:"published,omitzero"`
	// Timetable is what was published; the meetings are made of it. Settling is set until
	// they all are, or until those of a cancelled event are cancelled.
	Timetable []Placed `json:"timetable,omitempty"`
	Pairing   Pairing  `json:"pairing,omitzero"`
	Settling  bool     `json:"settling,omitempty"`
	By        string   `json:"by"` // person who made it
	Origin    Origin   `json:"origin"`
}

// Proposal is a meeting that may be: a need and the college's programme that fits it best.
type Proposal struct {
	Need       string  `json:"need"`
	Title      string  `json:"title"` // of the need, as it was then
	Anonymous  bool    `json:"anonymous,omitempty"`
	Enterprise string  `json:"enterprise"`
	College    string  `json:"college"`
	Programme  string  `json:"programme"`
	Name       string  `json:"name"` // of the programme, as it was then
	S          float64 `json:"s"`    // of the match, 0 to 1
}

// Key names a proposal among those of an event.
func (p Proposal) Key() string { return p.Need + "@" + p.College }

// Placed is a proposal with its place in the timetable; rounds and tables count from 1.
type Placed struct {
	Proposal
	Round int `json:"round"`
	Table int `json:"table"`
}

// Pairing is what the audit of a published timetable looked at and found.
type Pairing struct {
	Colleges    int `json:"colleges"`
	Enterprises int `json:"enterprises"`
	Wanted      int `json:"wanted"` // proposals both sides wanted
	Chosen      int `json:"chosen"`
	Blocking    int `json:"blocking"` // proposals not chosen that both sides would rather have
}

// The limits of an event.
const (
	EventTitleMost   = 80
	EventPlaceMost   = 120
	EventAboutMost   = 1000
	EventMinutesLow  = 5
	EventMinutesMost = 120
	EventRoundsMost  = 40
	EventTablesMost  = 200
)

// Check reports what is wrong with what the office says of an event, as of now.
func (e Event) Check(now time.Time) error {
	var bad Invalid
	checkWords(&bad, "title", e.Title, EventTitleMost, true)
	checkWords(&bad, "place", e.Place, EventPlaceMost, true)
	checkWords(&bad, "about", e.About, EventAboutMost, false)
	today := now.In(Shanghai).Format(time.DateOnly)
	switch {
	case e.Day == "":
		bad.Add("day", "problem.required")
	case !IsDay(e.Day):
		bad.Add("day", "event.bad_day")
	case e.Day < today:
		bad.Add("day", "event.day_past")
	}
	switch {
	case e.Deadline == "":
		bad.Add("deadline", "problem.required")
	case !IsDay(e.Deadline):
		bad.Add("deadline", "event.bad_day")
	case e.Deadline < today && !e.Public(): // of one that is inviting it only ends the answers
		bad.Add("deadline", "event.deadline_past")
	case IsDay(e.Day) && e.Deadline > e.Day:
		bad.Add("deadline", "event.deadline_late")
	}
	start, err := time.Parse("15:04", e.Start)
	switch {
	case e.Start == "":
		bad.Add("start", "problem.required")
	case err != nil:
		bad.Add("start", "event.bad_time")
	}
	within := func(field string, n, low, most int) bool {
		if n < low || n > most {
			bad.Add(field, "event.range", low, most)
		}
		return n >= low && n <= most
	}
	fits := within("minutes", e.Minutes, EventMinutesLow, EventMinutesMost)
	fits = within("rounds", e.Rounds, 1, EventRoundsMost) && fits
	within("tables", e.Tables, 1, EventTablesMost)
	if fits && err == nil && start.Hour()*60+start.Minute()+e.Minutes*e.Rounds > 24*60 {
		bad.Add("rounds", "event.past_midnight")
	}
	return bad.Err()
}

func checkWords(bad *Invalid, field, words string, most int, required bool) {
	switch {
	case words == "" && required:
		bad.Add(field, "problem.required")
	case utf8.RuneCountInString(words) > most:
		bad.Add(field, "problem.too_long", most)
	}
}

// RoundAt is when a round begins, from 1; that after the last is the end.
func (e Event) RoundAt(round int) time.Time {
	start, err := time.ParseInLocation("2006-01-02 15:04", e.Day+" "+e.Start, Shanghai)
	if err != nil {
		return time.Time{} // no event without a day and a time is stored
	}
	return start.Add(time.Duration((round-1)*e.Minutes) * time.Minute).UTC()
}

// Ends is when its last round is over.
func (e Event) Ends() time.Time { return e.RoundAt(e.Rounds + 1) }

// Answerable reports whether parties may still answer.
func (e Event) Answerable(now time.Time) bool {
	return e.State == EventInviting && now.In(Shanghai).Format(time.DateOnly) <= e.Deadline
}

// Public reports whether everybody may know of the event: from the first invitation on.
func (e Event) Public() bool { return !e.InvitedAt.IsZero() }

// For is what the viewer may know of the event itself: the office all of it, others what
// and when it is, never who meets whom.
func (e Event) For(v Viewer) Event {
	e.Trail = Trail{}
	if !CanFollowEvents(v) {
		e.Timetable, e.Pairing, e.By = nil, Pairing{}, ""
	}
	return e
}

// CanFollowEvents reports whether the viewer may read everything of every event.
func CanFollowEvents(v Viewer) bool { return v.IsSystem() || v.CanAnalyse() }

// CanSeeEvent reports whether the viewer may read what an event is.
func CanSeeEvent(v Viewer, e Event) bool { return e.Public() || CanFollowEvents(v) }

// CanMakeEvents reports whether the viewer may make events.
func CanMakeEvents(v Viewer) bool { return v.CanReview() }

// EventAct is something the office does with an event.
type EventAct string

const (
	EditEvent    EventAct = "edit"
	InviteTo     EventAct = "invite"
	PublishEvent EventAct = "publish"
	CancelEvent  EventAct = "cancel"
	CloseEvent   EventAct = "close"
	HoldEvent    EventAct = "hold" // the clock, when it is over
)

// EventActs lists every act.
var EventActs = [...]EventAct{EditEvent, InviteTo, PublishEvent, CancelEvent, CloseEvent, HoldEvent}

var eventActs = map[EventAct][]EventState{
	EditEvent:    {EventDraft, EventInviting},
	InviteTo:     {EventDraft, EventInviting},
	PublishEvent: {EventInviting},
	CancelEvent:  {EventDraft, EventInviting, EventScheduled},
	CloseEvent:   {EventHeld},
	HoldEvent:    {EventScheduled},
}

// Can reports whether the viewer may do that with the event as it stands. Nobody is invited
// after the last day of answers, and nothing is published once the first round has begun.
func (e Event) Can(v Viewer, act EventAct, now time.Time) bool {
	if !slices.Contains(eventActs[act], e.State) || e.Settling {
		return false
	}
	switch act {
	case HoldEvent:
		return v.IsSystem() && !e.Ends().After(now)
	case InviteTo:
		return CanMakeEvents(v) && now.In(Shanghai).Format(time.DateOnly) <= e.Deadline
	case PublishEvent:
		return CanMakeEvents(v) && e.RoundAt(1).After(now)
	}
	return CanMakeEvents(v)
}

// Invited opens the event: parties are being invited.
func (e *Event) Invited(now time.Time) {
	if e.State == EventDraft {
		e.State, e.InvitedAt = EventInviting, now
	}
}

// Publish makes a timetable known. Its meetings are still to be made.
func (e *Event) Publish(timetable []Placed, p Pairing, now time.Time) {
	e.State, e.Timetable, e.Pairing, e.Published, e.Settling = EventScheduled, timetable, p, now, true
}

// Cancel calls the event off, for a reason; meetings of its timetable are still to be
// cancelled.
func (e *Event) Cancel(reason string) error {
	var bad Invalid
	checkWords(&bad, "reason", reason, EventAboutMost, true)
	if err := bad.Err(); err != nil {
		return err
	}
	e.Settling = e.State == EventScheduled
	e.State, e.Reason = EventCancelled, reason
	return nil
}

// Hold notes that its last round is over.
func (e *Event) Hold() { e.State = EventHeld }

// Close ends the notes on its meetings.
func (e *Event) Close() { e.State = EventClosed }
