package portal

import (
	"slices"
	"time"
)

// BookingState is where a request for use stands.
type BookingState string

const (
	BookingSent      BookingState = "sent"
	BookingAccepted  BookingState = "accepted"
	BookingDeclined  BookingState = "declined"
	BookingWithdrawn BookingState = "withdrawn"
	BookingExpired   BookingState = "expired" // its time came without an answer
)

// BookingStates lists every state in the order of a life.
var BookingStates = [...]BookingState{BookingSent, BookingAccepted, BookingDeclined, BookingWithdrawn, BookingExpired}

// Booking (使用申请) asks the holder of a shared resource for its use at a time.
type Booking struct {
	Meta
	Trail
	Resource   string       `json:"resource"`
	Name       string       `json:"name"`   // of the resource, as it was then
	Holder     string       `json:"holder"` // id of the organisation that answers
	Asker      string       `json:"asker"`  // id of the organisation that asks
	From       time.Time    `json:"from"`
	To         time.Time    `json:"to"`
	People     int          `json:"people"`
	Purpose    string       `json:"purpose"`
	Text       string       `json:"text,omitempty"` // a message
	State      BookingState `json:"state"`
	Reason     string       `json:"reason,omitempty"` // of declining
	Note       string       `json:"note,omitempty"`   // with the answer
	By         string       `json:"by"`               // person who sent it
	SentAt     time.Time    `json:"sent_at"`
	AnsweredAt time.Time    `json:"answered_at,omitzero"`
	// Settling is set from the moment an acceptance is promised until the time is held, and
	// while the time of one taken back is let go; whoever finds it finishes it.
	Settling bool      `json:"settling,omitempty"`
	Contacts []Contact `json:"contacts,omitempty"` // on acceptance: the asker's, the holder's
	Origin   Origin    `json:"origin"`
}

// How far ahead a time may begin, and how long it may last, in days.
const (
	BookingAhead = 365
	BookingLasts = 180
)

// BookingReasons are the reasons a holder may decline for.
var BookingReasons = [...]string{"taken", "closed", "capacity", "purpose", "terms", "other"}

// Slot is the time the request asks for.
func (b Booking) Slot() Slot { return Slot{Booking: b.ID, From: b.From, To: b.To, People: b.People} }

// Waits reports whether an answer is still awaited.
func (b Booking) Waits() bool { return b.State == BookingSent }

// CheckTimes reports what is wrong with the time and the number of people, as of now.
func (b Booking) CheckTimes(r Resource, now time.Time) (bad Invalid) {
	switch {
	case b.From.IsZero():
		bad.Add("from", "problem.required")
	case !b.From.After(now):
		bad.Add("from", "booking.past")
	case b.From.After(now.AddDate(0, 0, BookingAhead)):
		bad.Add("from", "booking.too_early", BookingAhead)
	}
	switch {
	case b.To.IsZero():
		bad.Add("to", "problem.required")
	case !b.From.IsZero() && !b.To.After(b.From):
		bad.Add("to", "booking.backwards")
	case !b.From.IsZero() && b.To.After(b.From.AddDate(0, 0, BookingLasts)):
		bad.Add("to", "booking.too_long", BookingLasts)
	}
	const most = 100000
	switch {
	case b.People < 1 || b.People > most:
		bad.Add("people", "booking.people", most)
	case r.Capacity != nil && b.People > *r.Capacity:
		bad.Add("people", "booking.capacity", *r.Capacity)
	}
	return bad
}

// BookingSide is how a viewer has to do with a request.
type BookingSide string

const (
	AsAsker  BookingSide = "asker"
	AsHolder BookingSide = "holder"
)

// SideOf is the side the viewer works for; empty: neither.
func (b Booking) SideOf(v Viewer) BookingSide {
	switch {
	case v.Organisation == "":
	case v.Organisation == b.Asker:
		return AsAsker
	case v.Organisation == b.Holder:
		return AsHolder
	}
	return ""
}

// CanSeeBooking reports whether the viewer may read the request: both sides, and the
// office that follows it.
func CanSeeBooking(v Viewer, b Booking) bool {
	return v.IsSystem() || b.SideOf(v) != "" || v.CanAnalyse()
}

// CanAct reports whether the viewer may do that with the request as it stands. Until its
// time begins the holder answers, and the asker may take it back, even when it was
// accepted; then what nobody answered expires. The acts are those of an intention.
func (b Booking) CanAct(v Viewer, act IntentionAct, now time.Time) bool {
	side, early := b.SideOf(v), b.From.After(now)
	waits := b.Waits() && !b.Settling
	switch act {
	case ActAccept, ActDecline:
		return waits && early && side == AsHolder && v.CanSpeak()
	case ActWithdraw:
		return (waits || b.State == BookingAccepted) && early && side == AsAsker && v.CanEdit()
	case ActExpire:
		return waits && !early && v.IsSystem()
	}
	return false
}

// Accept promises to accept; Accepted ends what Accept began, Unaccept takes it back.
func (b *Booking) Accept(note string, now time.Time) {
	b.Settling, b.Note, b.AnsweredAt = true, note, now
}

// Accepted ends an acceptance: the time is held.
func (b *Booking) Accepted(contacts []Contact) {
	b.State, b.Settling, b.Contacts = BookingAccepted, false, contacts
}

// Unaccept takes back an acceptance that could not be kept.
func (b *Booking) Unaccept() { b.Settling, b.Note, b.AnsweredAt = false, "", time.Time{} }

// Decline answers no, for a listed reason.
func (b *Booking) Decline(reason, note string, now time.Time) error {
	if !slices.Contains(BookingReasons[:], reason) {
		return Invalid{{Field: "reason", Key: "problem.required"}}
	}
	b.State, b.Reason, b.Note, b.AnsweredAt = BookingDeclined, reason, note, now
	return nil
}

// Withdraw takes it back; the time of an accepted one is still to be let go.
func (b *Booking) Withdraw(note string, now time.Time) {
	b.Settling = b.State == BookingAccepted
	b.State, b.Note, b.AnsweredAt = BookingWithdrawn, note, now
}

// Expire closes it unanswered.
func (b *Booking) Expire() { b.State = BookingExpired }

// SharesEquipment reports whether the hours its parties use one another's equipment are
// outcomes of the partnership.
func (p Partnership) SharesEquipment() bool {
	return (p.Type == ResourceSharing || p.Type == InnovationCentre) && p.Followed()
}

// equipmentHours is the indicator that counts the hours shared equipment was used.
const equipmentHours = "shared_equipment_hours"

// CountHours is what requests say of an indicator for a period: the hours of those that were
// accepted, began in it and are over. It is not ok where they do not count it.
func CountHours(ind Indicator, all []Booking, p Period, now time.Time) (Tally, bool) {
	t := Tally{By: equipmentHours}
	if ind.ID != equipmentHours {
		return t, false
	}
	for _, b := range all {
		if b.State == BookingAccepted && !b.To.After(now) && p.Holds(b.From.In(Shanghai).Format(time.DateOnly)) {
			t.Value += Hundredths(b.To.Sub(b.From) / (time.Hour / time.Duration(hundred)))
		}
	}
	return t, true
}
