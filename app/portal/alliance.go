package portal

import (
	"slices"
	"time"
)

// MemberKind is what a member of a group or alliance is.
type MemberKind string

const (
	MemberCollege     MemberKind = "college"
	MemberEnterprise  MemberKind = "enterprise"
	MemberInstitute   MemberKind = "institute"
	MemberAssociation MemberKind = "association" // 行业组织
	MemberGovernment  MemberKind = "government"
)

// MemberKinds lists the kinds in the order people choose from.
var MemberKinds = [...]MemberKind{MemberCollege, MemberEnterprise, MemberInstitute, MemberAssociation, MemberGovernment}

// MemberRole is what a member does in a group or alliance.
type MemberRole string

const (
	MemberLead     MemberRole = "lead" // 牵头
	MemberVice     MemberRole = "vice"
	MemberOrdinary MemberRole = "member"
)

// MemberRoles lists the roles, the leading ones first.
var MemberRoles = [...]MemberRole{MemberLead, MemberVice, MemberOrdinary}

// AllianceMember (成员单位) is a member of a vocational group or an alliance. It need not
// have an account. One that leaves stays on record; when it comes back it is a new one.
type AllianceMember struct {
	Meta
	Trail
	Partnership  string     `json:"partnership"`
	Organisation string     `json:"organisation,omitempty"` // empty: has no record here
	Name         string     `json:"name"`
	Kind         MemberKind `json:"kind"`
	Role         MemberRole `json:"role"`
	JoinedOn     string     `json:"joined_on"`
	LeftOn       string     `json:"left_on,omitempty"`
	LeftNote     string     `json:"left_note,omitempty"`
	Origin       Origin     `json:"origin"`
}

// The most members of an alliance, pledges of it and entries of its lists.
const (
	AllianceMembersMost = 500
	PledgesMost         = 2000
	AllianceEntriesMost = 3000
)

// Allied reports whether the partnership has members, pledges and a charter.
func (p Partnership) Allied() bool {
	return (p.Type == VocationalGroup || p.Type == EducationAlliance) && p.Followed()
}

// HasLists reports whether its members keep the three lists of an alliance.
func (p Partnership) HasLists() bool { return p.Type == EducationAlliance && p.Followed() }

// CanSeeAlliance reports whether the viewer may read of members, pledges and lists: parties
// and the office, and every member. self is the viewer's own membership, nil without one.
func CanSeeAlliance(v Viewer, p Partnership, self *AllianceMember) bool {
	return p.Allied() && (CanFollowPartnership(v, p) || self != nil && self.Is(v))
}

// CanKeepAlliance reports whether the viewer may take in members and let them go: the
// parties, from when they have agreed until it is over.
func CanKeepAlliance(v Viewer, p Partnership) bool {
	return p.Allied() && p.Has(v) && v.CanSpeak() && slices.Contains(partnershipActs[ActMilestone], p.Stage)
}

// CanActFor reports whether the viewer may enter pledges and list entries of a member: the
// member itself, and the parties, who keep the books of those without an account.
func CanActFor(v Viewer, p Partnership, m AllianceMember) bool {
	return p.Allied() && v.CanSpeak() && (p.Has(v) || m.Is(v)) && m.LeftOn == "" && slices.Contains(partnershipActs[ActMilestone], p.Stage)
}

// Is reports whether the viewer works for the member and it has not left.
func (m AllianceMember) Is(v Viewer) bool {
	return v.Organisation != "" && m.Organisation == v.Organisation && m.LeftOn == ""
}

// Unique is what no other member may have: a name stands once among those that are in.
func (m AllianceMember) Unique() string {
	if m.LeftOn == "" {
		return m.Partnership + "/" + m.Name
	}
	return m.Partnership + "//" + m.ID
}

// In reports whether it was a member on a day.
func (m AllianceMember) In(day string) bool {
	return m.JoinedOn <= day && (m.LeftOn == "" || m.LeftOn > day)
}

// Check reports what is wrong with the member.
func (m AllianceMember) Check(today string) error {
	var bad Invalid
	if m.Name == "" {
		bad.Add("name", "problem.required")
	}
	if !slices.Contains(MemberKinds[:], m.Kind) {
		bad.Add("kind", "problem.required")
	}
	if !slices.Contains(MemberRoles[:], m.Role) {
		bad.Add("role", "problem.required")
	}
	checkPast(&bad, "joined_on", m.JoinedOn, today)
	return bad.Err()
}

// checkPast refuses a day that is missing, none, or to come.
func checkPast(bad *Invalid, field, day, today string) {
	switch {
	case day == "":
		bad.Add(field, "problem.required")
	case !IsDay(day):
		bad.Add(field, "problem.day")
	case day > today:
		bad.Add(field, "problem.day_to_come")
	}
}

// Leave notes that the member has left on a day.
func (m *AllianceMember) Leave(day, note, today string) error {
	if m.LeftOn != "" {
		return ErrConflict
	}
	var bad Invalid
	if checkPast(&bad, "left_on", day, today); len(bad) == 0 && day < m.JoinedOn {
		bad.Add("left_on", "alliance.left_before", m.JoinedOn)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	m.LeftOn, m.LeftNote = day, note
	return nil
}

// PledgeState is where a pledge stands.
type PledgeState string

const (
	PledgeOpen     PledgeState = "open"
	PledgeLate     PledgeState = "late"
	PledgeDone     PledgeState = "done"
	PledgeLeftOpen PledgeState = "left_open" // its member left before it was done
)

// PledgeStates lists the states, what needs attention first.
var PledgeStates = [...]PledgeState{PledgeLate, PledgeOpen, PledgeDone, PledgeLeftOpen}

// Pledge (承诺) is what a member has promised to do by a day.
type Pledge struct {
	Meta
	Trail
	Partnership string       `json:"partnership"`
	Member      string       `json:"member"`
	What        string       `json:"what"`
	DueOn       string       `json:"due_on"`
	MadeOn      string       `json:"made_on"`
	Percent     int          `json:"percent"`
	Steps       []PledgeStep `json:"steps,omitempty"`
	DoneOn      string       `json:"done_on,omitempty"`
	Origin      Origin       `json:"origin"`
}

// PledgeStep is how far a pledge had come when somebody told.
type PledgeStep struct {
	Percent      int       `json:"percent"`
	Note         string    `json:"note"`
	Organisation string    `json:"organisation"`
	Person       string    `json:"person"`
	At           time.Time `json:"at"`
}

// pledgeStepsMost is the most reports of one pledge.
const pledgeStepsMost = 100

// State is where the pledge of a member stands on a day.
func (p Pledge) State(m AllianceMember, today string) PledgeState {
	switch {
	case p.DoneOn != "":
		return PledgeDone
	case m.LeftOn != "":
		return PledgeLeftOpen
	case p.DueOn < today:
		return PledgeLate
	}
	return PledgeOpen
}

// Check reports what is wrong with a new pledge.
func (p Pledge) Check(today string) error {
	var bad Invalid
	if p.What == "" {
		bad.Add("what", "problem.required")
	}
	switch {
	case p.DueOn == "":
		bad.Add("due_on", "problem.required")
	case !IsDay(p.DueOn):
		bad.Add("due_on", "problem.day")
	case p.DueOn < today:
		bad.Add("due_on", "alliance.due_past")
	}
	return bad.Err()
}

// Advance notes how far the pledge has come, in percent, and what shows it. It may fall
// back when more was told than is true; at 100 it is done.
func (p *Pledge) Advance(v Viewer, percent int, note string, now time.Time) error {
	if p.DoneOn != "" {
		return ErrConflict
	}
	var bad Invalid
	if percent < 0 || percent > 100 {
		bad.Add("percent", "alliance.percent")
	}
	if note == "" {
		bad.Add("note", "problem.required")
	}
	if len(p.Steps) >= pledgeStepsMost {
		bad.Add("note", "alliance.steps_full", pledgeStepsMost)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	p.Percent = percent
	p.Steps = append(p.Steps, PledgeStep{Percent: percent, Note: note, Organisation: v.Organisation, Person: v.Person, At: now})
	if percent == 100 {
		p.DoneOn = now.In(Shanghai).Format(time.DateOnly)
	}
	return nil
}

// advancedIn reports whether the pledge came further within some days.
func (p Pledge) advancedIn(from, until string) bool {
	before := 0
	for _, s := range p.Steps {
		day := s.At.In(Shanghai).Format(time.DateOnly)
		if s.Percent > before && from <= day && day <= until {
			return true
		}
		before = s.Percent
	}
	return false
}

// AllianceList is one of the three lists of an alliance.
type AllianceList string

const (
	ListProducts   AllianceList = "products"   // 产品清单
	ListTechnology AllianceList = "technology" // 技术需求清单
	ListTalent     AllianceList = "talent"     // 人才需求清单
)

// AllianceLists are the three in their order.
var AllianceLists = [...]AllianceList{ListProducts, ListTechnology, ListTalent}

// EntryState is where an entry of a list stands.
type EntryState string

const (
	EntryOpen      EntryState = "open"
	EntryMet       EntryState = "met" // a need that was met, a product that was taken up
	EntryWithdrawn EntryState = "withdrawn"
)

// EntryEnds are how an entry is closed.
var EntryEnds = [...]EntryState{EntryMet, EntryWithdrawn}

// AllianceEntry is an entry of one of the lists, by a member.
type AllianceEntry struct {
	Meta
	Trail
	Partnership string       `json:"partnership"`
	Member      string       `json:"member"`
	List        AllianceList `json:"list"`
	Title       string       `json:"title"`
	Text        string       `json:"text,omitempty"`
	Need        string       `json:"need,omitempty"` // of a talent need: the published need it is
	AddedOn     string       `json:"added_on"`
	State       EntryState   `json:"state"`
	ClosedOn    string       `json:"closed_on,omitempty"`
	Origin      Origin       `json:"origin"`
}

// Close ends an entry that is open.
func (e *AllianceEntry) Close(to EntryState, today string) error {
	if e.State != EntryOpen {
		return ErrConflict
	}
	if !slices.Contains(EntryEnds[:], to) {
		return Invalid{{Field: "to", Key: "problem.required"}}
	}
	e.State, e.ClosedOn = to, today
	return nil
}

// StoodOn reports whether the entry stood in its list on a day.
func (e AllianceEntry) StoodOn(day string) bool {
	return e.AddedOn <= day && (e.ClosedOn == "" || e.ClosedOn > day)
}
