package portal

import (
	"cmp"
	"slices"
	"time"
)

// InvitationState is what a party has answered to its invitation.
type InvitationState string

const (
	InvitationSent     InvitationState = "sent"
	InvitationAccepted InvitationState = "accepted"
	InvitationDeclined InvitationState = "declined"
	InvitationLeft     InvitationState = "left" // after the timetable was published
)

// InvitationStates lists the states in the order of a life.
var InvitationStates = [...]InvitationState{InvitationSent, InvitationAccepted, InvitationDeclined, InvitationLeft}

// Invitation is a party of an event: an enterprise with needs, or a college with the
// proposals made to it, and what it has answered.
type Invitation struct {
	Meta
	Trail
	Event        string           `json:"event"`
	Kind         OrganisationKind `json:"kind"`   // OfCollege or OfEnterprise
	Record       string           `json:"record"` // id of the college or enterprise
	Name         string           `json:"name"`
	Organisation string           `json:"organisation"`     // that claims it, or may come to
	Needs        []string         `json:"needs,omitempty"`  // of an enterprise
	Offers       []Proposal       `json:"offers,omitempty"` // to a college
	State        InvitationState  `json:"state"`
	Most         int              `json:"most,omitempty"`   // meetings it wants at most
	Order        []string         `json:"order,omitempty"`  // keys of proposals, the best first; others follow by score
	Struck       []string         `json:"struck,omitempty"` // keys of proposals it does not want
	Note         string           `json:"note,omitempty"`   // with a refusal
	AnsweredAt   time.Time        `json:"answered_at,omitzero"`
	Settling     bool             `json:"settling,omitempty"` // its meetings are yet to be cancelled
	Origin       Origin           `json:"origin"`
}

// InvitationID is the id of a party's invitation to an event.
func InvitationID(event, organisation string) string { return event + "-" + organisation }

// ListMost is how many proposals a list has where its party gives no order: of a college in
// all, of an enterprise for each of its needs.
const ListMost = 15

// List orders the proposals made to the party by its wishes, then by score, without those
// it has struck out.
func (i Invitation) List(all []Proposal) []Proposal {
	var out []Proposal
	for _, p := range all {
		if !slices.Contains(i.Struck, p.Key()) {
			out = append(out, p)
		}
	}
	place := func(p Proposal) int {
		if at := slices.Index(i.Order, p.Key()); at >= 0 {
			return at
		}
		return len(i.Order)
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(b.S, a.S), cmp.Compare(a.Key(), b.Key()))
	})
	most := ListMost
	if i.Kind == OfEnterprise {
		most *= len(i.Needs)
	}
	return out[:min(len(out), max(most, len(i.Order)))]
}

// Of reports whether the viewer works for the party.
func (i Invitation) Of(v Viewer) bool {
	return v.Organisation != "" && v.Organisation == i.Organisation
}

// CanSeeInvitation reports whether the viewer may read what a party was asked and answered.
func CanSeeInvitation(v Viewer, i Invitation) bool { return i.Of(v) || CanFollowEvents(v) }

// InvitationAct is something a party does with its invitation.
type InvitationAct string

const (
	AnswerInvitation InvitationAct = "answer" // accept, with wishes, or decline; again until the last day
	LeaveEvent       InvitationAct = "leave"  // after publication
)

// Can reports whether the viewer may do that. Of a party nobody on the portal has claimed
// the office notes what it was told.
func (i Invitation) Can(v Viewer, act InvitationAct, e Event, claimed bool, now time.Time) bool {
	if !(i.Of(v) && v.CanSpeak()) && !(CanMakeEvents(v) && !claimed) {
		return false
	}
	switch act {
	case AnswerInvitation:
		return e.Answerable(now)
	case LeaveEvent:
		return e.State == EventScheduled && i.State == InvitationAccepted && e.Ends().After(now)
	}
	return false
}

// Propose adds a proposal to a college's invitation, or renews it. One that had declined
// is asked anew.
func (i *Invitation) Propose(p Proposal) {
	i.Offers = append(slices.DeleteFunc(i.Offers, func(have Proposal) bool { return have.Need == p.Need }), p)
	i.Renew()
}

// Renew asks a party anew that had declined.
func (i *Invitation) Renew() {
	if i.State != InvitationAccepted {
		i.State = InvitationSent
	}
}

// Accept takes part, with wishes: how many meetings at most, and by the keys of proposals
// their rank, 0 for one that is not wanted.
func (i *Invitation) Accept(e Event, all []Proposal, most int, ranks map[string]int, now time.Time) error {
	var bad Invalid
	if most < 1 || most > e.Rounds {
		bad.Add("most", "event.most", e.Rounds)
	}
	var order, struck []string
	byRank := map[int]string{}
	for _, p := range all {
		rank, given := ranks[p.Key()]
		switch {
		case !given:
		case rank < 0 || rank > len(all):
			bad.Add("rank."+p.Key(), "event.rank", len(all))
		case rank == 0:
			struck = append(struck, p.Key())
		case byRank[rank] != "":
			bad.Add("rank."+p.Key(), "event.rank_twice", rank)
		default:
			byRank[rank] = p.Key()
			order = append(order, p.Key())
		}
	}
	if len(all) > 0 && len(struck) == len(all) {
		bad.Add("most", "event.all_struck")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	slices.SortFunc(order, func(a, b string) int { return ranks[a] - ranks[b] })
	i.State, i.Most, i.Order, i.Struck, i.Note, i.AnsweredAt = InvitationAccepted, most, order, struck, "", now
	return nil
}

// Decline does not take part.
func (i *Invitation) Decline(note string, now time.Time) error {
	var bad Invalid
	checkWords(&bad, "note", note, EventAboutMost, false)
	if err := bad.Err(); err != nil {
		return err
	}
	i.State, i.Note, i.AnsweredAt = InvitationDeclined, note, now
	return nil
}

// Leave takes back an acceptance after publication; its meetings are yet to be cancelled.
func (i *Invitation) Leave(note string, now time.Time) error {
	var bad Invalid
	checkWords(&bad, "note", note, EventAboutMost, true)
	if err := bad.Err(); err != nil {
		return err
	}
	i.State, i.Note, i.AnsweredAt, i.Settling = InvitationLeft, note, now, true
	return nil
}
