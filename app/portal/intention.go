package portal

import (
	"slices"
	"time"
)

// IntentionState is where an intention stands.
type IntentionState string

const (
	IntentionSent      IntentionState = "sent"
	IntentionViewed    IntentionState = "viewed"
	IntentionAccepted  IntentionState = "accepted"
	IntentionDeclined  IntentionState = "declined"
	IntentionWithdrawn IntentionState = "withdrawn"
	IntentionExpired   IntentionState = "expired"
)

// IntentionStates lists every state in the order of a life.
var IntentionStates = [...]IntentionState{IntentionSent, IntentionViewed, IntentionAccepted, IntentionDeclined, IntentionWithdrawn, IntentionExpired}

// Waits reports whether an answer is still awaited.
func (s IntentionState) Waits() bool { return s == IntentionSent || s == IntentionViewed }

// Intention (合作意向) is a first approach between an enterprise and a college, from
// either side. The other side answers within the promised time or it expires.
type Intention struct {
	Meta
	Trail
	From       OrganisationKind `json:"from"` // who sent it: OfEnterprise or OfCollege
	College    string           `json:"college"`
	Enterprise string           `json:"enterprise"`
	Need       string           `json:"need,omitempty"`
	Programmes []WantedSeats    `json:"programmes"`
	Modes      []Mode           `json:"modes,omitempty"`
	Text       string           `json:"text"`
	Files      []Attachment     `json:"files,omitempty"`
	Reasons    []MatchReason    `json:"reasons,omitempty"` // why they fit, as it was when sent
	State      IntentionState   `json:"state"`
	Reason     string           `json:"reason,omitempty"` // of declining or withdrawing
	Note       string           `json:"note,omitempty"`   // with the answer
	By         string           `json:"by"`               // person who sent it
	SentAt     time.Time        `json:"sent_at"`
	DueAt      time.Time        `json:"due_at"` // it expires
	WarnAt     time.Time        `json:"warn_at"`
	ViewedAt   time.Time        `json:"viewed_at,omitzero"`
	AnsweredAt time.Time        `json:"answered_at,omitzero"`
	Reminded   int              `json:"reminded,omitempty"` // 1: its addressee was warned; 2: the office was told
	// Accepting is set from the moment an acceptance is promised until the seats are
	// given and the partnership is there; whoever finds it finishes it.
	Accepting   bool      `json:"accepting,omitempty"`
	Partnership string    `json:"partnership,omitempty"`
	Contacts    []Contact `json:"contacts,omitempty"` // on acceptance: the sender's, the answerer's
	Thread      []Message `json:"thread,omitempty"`
	Origin      Origin    `json:"origin"`
}

// WantedSeats is a programme an intention is about, named as it was then, and how many of
// its students; nil is left open.
type WantedSeats struct {
	Programme string `json:"programme"`
	Name      string `json:"name"`
	Seats     *int   `json:"seats,omitempty"`
}

// MatchReason is one addend of a match, kept with what it led to.
type MatchReason struct {
	Text   string  `json:"text"`   // in Chinese, as it was shown
	Points float64 `json:"points"` // of 100
}

// Message (留言) is one message of a thread.
type Message struct {
	By   string           `json:"by"`
	Side OrganisationKind `json:"side"`
	Name string           `json:"name"`
	Text string           `json:"text"`
	At   time.Time        `json:"at"`
}

// DeclineReasons are the reasons one may decline for; the first fits most.
var DeclineReasons = [...]string{"no_seats", "no_fit", "timing", "terms", "other_partner", "other"}

// To is the side that answers.
func (i Intention) To() OrganisationKind {
	if i.From == OfCollege {
		return OfEnterprise
	}
	return OfCollege
}

// Party is the record id of a side.
func (i Intention) Party(side OrganisationKind) string {
	if side == OfCollege {
		return i.College
	}
	return i.Enterprise
}

// SideOf is the side the viewer works for; empty: neither.
func (i Intention) SideOf(v Viewer) OrganisationKind {
	if v.Record != "" && (v.Kind == OfCollege || v.Kind == OfEnterprise) && i.Party(v.Kind) == v.Record {
		return v.Kind
	}
	return ""
}

// IntentionAct is something one does with an intention.
type IntentionAct string

const (
	ActView     IntentionAct = "view"
	ActAccept   IntentionAct = "accept"
	ActDecline  IntentionAct = "decline"
	ActWithdraw IntentionAct = "withdraw"
	ActWrite    IntentionAct = "write" // a message
	ActExpire   IntentionAct = "expire"
)

// CanSeeIntention reports whether the viewer may read the intention: both sides, and the
// office that follows it.
func CanSeeIntention(v Viewer, i Intention) bool {
	return v.IsSystem() || i.SideOf(v) != "" || v.CanAnalyse()
}

// CanApproach reports whether the viewer is offered to send an intention from a side:
// whoever may write for an organisation of it, and those who have yet to say for whom they
// come.
func CanApproach(v Viewer, from OrganisationKind) bool {
	return v.Organisation == "" || v.Of(from) && v.CanEdit()
}

// CanAct reports whether the viewer may do that with the intention as it stands. Whoever
// answers is on the side it was sent to and may speak for it.
func (i Intention) CanAct(v Viewer, act IntentionAct, now time.Time) bool {
	side := i.SideOf(v)
	waits := i.State.Waits() && !i.Accepting
	open := waits && i.DueAt.After(now)
	switch act {
	case ActView:
		return open && side == i.To() && i.State == IntentionSent
	case ActAccept, ActDecline:
		return open && side == i.To() && v.CanSpeak()
	case ActWithdraw:
		return open && side == i.From && v.CanEdit()
	case ActWrite:
		return (open || i.State == IntentionAccepted) && side != "" && v.CanSpeak()
	case ActExpire:
		return waits && !i.DueAt.After(now) && v.IsSystem()
	}
	return false
}

// Remind is when the next reminder is due: at first to the addressee, then half-way to
// the end to the talent office, at last the end itself.
func (i Intention) Remind() time.Time {
	switch i.Reminded {
	case 0:
		return i.WarnAt
	case 1:
		return i.WarnAt.Add(i.DueAt.Sub(i.WarnAt) / 2)
	}
	return i.DueAt
}

// View notes that the other side has seen it.
func (i *Intention) View(now time.Time) { i.State, i.ViewedAt = IntentionViewed, now }

// Decline answers no, for a listed reason.
func (i *Intention) Decline(reason, note string, now time.Time) error {
	if !slices.Contains(DeclineReasons[:], reason) {
		return Invalid{{Field: "reason", Key: "problem.required"}}
	}
	i.State, i.Reason, i.Note, i.AnsweredAt = IntentionDeclined, reason, note, now
	return nil
}

// Withdraw takes it back before it is answered.
func (i *Intention) Withdraw(reason string, now time.Time) {
	i.State, i.Reason, i.AnsweredAt = IntentionWithdrawn, reason, now
}

// Expire closes it unanswered.
func (i *Intention) Expire() { i.State = IntentionExpired }

// Accept promises to accept; Accepted ends what Accept began.
func (i *Intention) Accept(note, partnership string, seats []WantedSeats, now time.Time) {
	i.Accepting, i.Note, i.Partnership, i.AnsweredAt = true, note, partnership, now
	i.Programmes = seats
}

// Accepted ends an acceptance: seats are given and the partnership is there.
func (i *Intention) Accepted(contacts []Contact) {
	i.State, i.Accepting, i.Contacts = IntentionAccepted, false, contacts
}

// Unaccept takes an acceptance back that could not be kept.
func (i *Intention) Unaccept() {
	i.Accepting, i.Partnership, i.AnsweredAt = false, "", time.Time{}
}
