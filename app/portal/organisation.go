package portal

import (
	"slices"
	"time"
)

// OrganisationKind is what an organisation is.
type OrganisationKind string

const (
	OfCollege    OrganisationKind = "college"
	OfEnterprise OrganisationKind = "enterprise"
	OfInstitute  OrganisationKind = "institute" // 科研院所
	OfSchool     OrganisationKind = "school"    // 中小学, asks for shared resources
	Office       OrganisationKind = "office"    // 人才办, one on every portal
)

// OrganisationState is where the talent office's check of an organisation stands.
type OrganisationState string

const (
	OrganisationRegistered OrganisationState = "registered"
	OrganisationVerified   OrganisationState = "verified"
	OrganisationReturned   OrganisationState = "returned" // with reasons, to be submitted again
	OrganisationSuspended  OrganisationState = "suspended"
)

// Role is what a person does at an organisation. Those of the office are separate duties:
// nobody checks what he has done himself.
type Role string

const (
	Owner  Role = "owner"  // everything, invitations included
	Editor Role = "editor" // writes
	Reader Role = "viewer" // looks

	Reviewer      Role = "reviewer"      // vouches for organisations and outcomes
	Analyst       Role = "analyst"       // reads figures and lists
	Administrator Role = "administrator" // runs the portal
	Auditor       Role = "auditor"       // reads the audit log
)

// Roles lists what people can be at an organisation of that kind.
func Roles(kind OrganisationKind) []Role {
	if kind == Office {
		return []Role{Reviewer, Analyst, Administrator, Auditor}
	}
	return []Role{Owner, Editor, Reader}
}

// Head is the role an organisation cannot be without.
func (k OrganisationKind) Head() Role {
	if k == Office {
		return Administrator
	}
	return Owner
}

// Organisation (机构) is who people act for. Its id is what it claims, so that nothing is
// claimed twice: see CollegeOrganisation and EnterpriseOrganisation.
type Organisation struct {
	Meta
	Trail
	Kind       OrganisationKind  `json:"kind"`
	Name       string            `json:"name"`
	Record     string            `json:"record,omitempty"`      // id of its college or enterprise
	CreditCode string            `json:"credit_code,omitempty"` // 统一社会信用代码
	SchoolCode string            `json:"school_code,omitempty"`
	Enterprise *Enterprise       `json:"enterprise,omitempty"` // what an enterprise says of itself; public once verified
	Contact    Contact           `json:"contact"`
	Documents  []Attachment      `json:"documents,omitempty"`
	State      OrganisationState `json:"state"`
	Reason     string            `json:"reason,omitempty"` // why it was returned or suspended
	Submitted  time.Time         `json:"submitted"`        // since when the office has it
	Decided    time.Time         `json:"decided,omitzero"`
	Members    []Member          `json:"members"`
	Origin     Origin            `json:"origin"`
}

// Member is a person of an organisation with what they do there.
type Member struct {
	Person string    `json:"person"`
	Role   Role      `json:"role"`
	Since  time.Time `json:"since"`
}

// Contact is whom to call. It is shown masked until both sides have agreed.
type Contact struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Email string `json:"email,omitempty"`
}

// Attachment is a file kept with a record.
type Attachment struct {
	Blob string    `json:"blob"` // id in the store
	Name string    `json:"name"`
	Type string    `json:"type"` // media type found by its content
	Size int64     `json:"size"` // bytes
	Hash string    `json:"hash"` // SHA-256, hex
	At   time.Time `json:"at"`
}

// OfficeID is the organisation of the talent office.
const OfficeID = "office"

// CollegeOrganisation is the organisation that claims a college.
func CollegeOrganisation(college string) string { return "college-" + college }

// EnterpriseOrganisation is the organisation that claims an enterprise, whose id is made
// of its code: see EnterpriseID.
func EnterpriseOrganisation(enterprise string) string { return "enterprise-" + enterprise }

// EnterpriseID is the id of the enterprise with that 统一社会信用代码.
func EnterpriseID(creditCode string) string { return "e-" + creditCode }

// RoleOf is what a person does at the organisation; empty: nothing.
func (o Organisation) RoleOf(person string) Role {
	for _, m := range o.Members {
		if m.Person == person {
			return m.Role
		}
	}
	return ""
}

// Join makes a person a member, or changes what a member does.
func (o *Organisation) Join(person string, role Role, now time.Time) error {
	if !slices.Contains(Roles(o.Kind), role) {
		return Invalid{{Field: "role", Key: "problem.unknown_value", Args: []any{role}}}
	}
	for i, m := range o.Members {
		if m.Person == person {
			if m.Role == o.Kind.Head() && role != m.Role && o.heads() == 1 {
				return Invalid{{Field: "role", Key: "organisation.last_owner"}}
			}
			o.Members[i].Role = role
			return nil
		}
	}
	o.Members = append(o.Members, Member{Person: person, Role: role, Since: now})
	return nil
}

// Leave ends a membership; the last who can let others in stays.
func (o *Organisation) Leave(person string) error {
	if o.RoleOf(person) == o.Kind.Head() && o.heads() == 1 {
		return Invalid{{Field: "person", Key: "organisation.last_owner"}}
	}
	o.Members = slices.DeleteFunc(o.Members, func(m Member) bool { return m.Person == person })
	return nil
}

// Vacate ends the membership of the only member. The organisation stays, without people;
// whoever proves to speak for it may take it over, which the office then checks anew.
func (o *Organisation) Vacate(person, reason string) error {
	if len(o.Members) != 1 || o.Members[0].Person != person || o.Kind == Office {
		return ErrConflict
	}
	o.Members = []Member{}
	if o.State != OrganisationSuspended {
		o.State, o.Reason = OrganisationReturned, reason
	}
	return nil
}

func (o Organisation) heads() int {
	n := 0
	for _, m := range o.Members {
		if m.Role == o.Kind.Head() {
			n++
		}
	}
	return n
}

// decisions are the states the office may bring an organisation to, from each state.
var decisions = map[OrganisationState][]OrganisationState{
	OrganisationRegistered: {OrganisationVerified, OrganisationReturned},
	OrganisationReturned:   {},
	OrganisationVerified:   {OrganisationSuspended},
	OrganisationSuspended:  {OrganisationVerified},
}

// CanDecide reports whether the viewer may bring the organisation to a state.
func CanDecide(v Viewer, o Organisation, to OrganisationState) bool {
	return v.CanReview() && o.Kind != Office && slices.Contains(decisions[o.State], to)
}

// Decide brings the organisation to a state. Returning and suspending need a reason.
func (o *Organisation) Decide(to OrganisationState, reason string, now time.Time) error {
	if !slices.Contains(decisions[o.State], to) {
		return ErrConflict
	}
	if to != OrganisationVerified && reason == "" {
		return Invalid{{Field: "reason", Key: "problem.required"}}
	}
	o.State, o.Reason, o.Decided = to, reason, now
	return nil
}

// Submit hands a new or returned organisation to the office.
func (o *Organisation) Submit(now time.Time) error {
	if o.State != OrganisationReturned && o.State != "" && o.State != OrganisationRegistered {
		return ErrConflict
	}
	o.State, o.Reason, o.Submitted = OrganisationRegistered, "", now
	return nil
}

// CanSeeOrganisation reports whether the viewer may read all an organisation has told:
// its own people and the office.
func CanSeeOrganisation(v Viewer, o Organisation) bool {
	return v.IsSystem() || v.Organisation == o.ID || v.CanAnalyse()
}
