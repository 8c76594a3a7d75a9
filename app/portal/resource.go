package portal

import (
	"slices"
	"time"
)

// ResourceKind is what sort of thing a shared resource is.
type ResourceKind string

const (
	Laboratory        ResourceKind = "lab"                // 实验实训室
	TrainingBase      ResourceKind = "training_base"      // 实训基地
	Workshop          ResourceKind = "workshop"           // 车间与产线
	Equipment         ResourceKind = "equipment"          // 仪器设备
	VirtualExperiment ResourceKind = "virtual_experiment" // 虚拟仿真实验
	Dataset           ResourceKind = "dataset"            // 数据集
	Venue             ResourceKind = "venue"              // 场馆场地
	ScienceVenue      ResourceKind = "science_venue"      // 科普场馆
)

// ResourceKinds lists every kind in the order people choose from.
var ResourceKinds = [...]ResourceKind{Laboratory, TrainingBase, Workshop, Equipment, VirtualExperiment, Dataset, Venue, ScienceVenue}

// Charge is what the use of a resource costs.
type Charge string

const (
	ChargeFree   Charge = "free"
	ChargeAgreed Charge = "agreement" // by agreement
	ChargePaid   Charge = "paid"      // as the conditions say
)

// Charges lists every charge.
var Charges = [...]Charge{ChargeFree, ChargeAgreed, ChargePaid}

// ResourceState is where a resource stands.
type ResourceState string

const (
	ResourceDraft     ResourceState = "draft"
	ResourceOpen      ResourceState = "open"
	ResourcePaused    ResourceState = "paused"    // takes no new requests for a while
	ResourceWithdrawn ResourceState = "withdrawn" // for good
)

// ResourceStates lists where a resource can stand, what matters most first.
var ResourceStates = [...]ResourceState{ResourceOpen, ResourceDraft, ResourcePaused, ResourceWithdrawn}

// ResourceHolders are the kinds of organisations that open resources, and ResourceUsers
// those a resource can be open to.
var (
	ResourceHolders = [...]OrganisationKind{OfCollege, OfEnterprise, OfInstitute}
	ResourceUsers   = [...]OrganisationKind{OfCollege, OfEnterprise, OfInstitute, OfSchool}
)

// Resource (共享资源) is something an organisation opens for use by others: a laboratory, a
// venue, a dataset.
type Resource struct {
	Meta
	Trail
	Organisation string             `json:"organisation"`     // id of whose it is
	Holder       OrganisationKind   `json:"holder"`           // what that is
	Record       string             `json:"record,omitempty"` // its college or enterprise; others have none
	Kind         ResourceKind       `json:"kind"`
	Name         string             `json:"name"`
	Text         string             `json:"text,omitempty"`     // what it is for
	Related      []string           `json:"related,omitempty"`  // codes of specialisms and of classes of the catalogue
	Capacity     *int               `json:"capacity,omitempty"` // persons at once; nil is unknown
	Hours        string             `json:"hours,omitempty"`    // when it is open, in words
	Charge       Charge             `json:"charge,omitempty"`
	Terms        string             `json:"terms,omitempty"` // conditions, and the charge in words
	OpenTo       []OrganisationKind `json:"open_to,omitempty"`
	District     District           `json:"district,omitempty"`
	Address      string             `json:"address,omitempty"`
	SharedUse    bool               `json:"shared_use,omitempty"` // several may use it at once
	State        ResourceState      `json:"state"`
	OpenedAt     time.Time          `json:"opened_at,omitzero"`
	Withheld     bool               `json:"withheld,omitempty"` // its organisation is suspended
	Booked       []Slot             `json:"booked,omitempty"`   // by accepted requests
	Origin       Origin             `json:"origin"`
}

// Slot is a time an accepted request holds.
type Slot struct {
	Booking string    `json:"booking"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	People  int       `json:"people"`
}

// Meets reports whether two slots have a moment in common; one may begin when the other
// ends.
func (s Slot) Meets(other Slot) bool { return s.From.Before(other.To) && other.From.Before(s.To) }

// Public reports whether everybody may see the resource.
func (r Resource) Public() bool { return r.State == ResourceOpen && !r.Withheld }

// Cluster is where the resource lies: by its district, and without one where its college
// lies.
func (r Resource) Cluster(of College) Cluster {
	switch c := r.District.Cluster(); {
	case c != "":
		return c
	case r.District.InGuiyang():
		return OtherGuiyang
	case r.District != "":
		return ""
	}
	return of.Cluster
}

// Meeting are the slots of accepted requests that have a moment in common with one.
func (r Resource) Meeting(s Slot) []Slot {
	var out []Slot
	for _, have := range r.Booked {
		if have.Booking != s.Booking && have.Meets(s) {
			out = append(out, have)
		}
	}
	return out
}

// Book holds a time for an accepted request; twice is once. The first acceptance stands:
// another one for a time that is held is refused, unless several may use it at once. What
// is over is forgotten.
func (r *Resource) Book(s Slot, now time.Time) error {
	if r.State == ResourceWithdrawn || r.State == ResourceDraft {
		return Invalid{{Field: "note", Key: "booking.gone"}}
	}
	if taken := r.Meeting(s); len(taken) > 0 && !r.SharedUse {
		return Invalid{{Field: "note", Key: "booking.taken"}}
	}
	r.Release(s.Booking)
	r.Booked = slices.DeleteFunc(r.Booked, func(have Slot) bool { return !have.To.After(now) })
	r.Booked = append(r.Booked, s)
	return nil
}

// Release lets go of the time a request holds.
func (r *Resource) Release(booking string) {
	r.Booked = slices.DeleteFunc(r.Booked, func(have Slot) bool { return have.Booking == booking })
}

// ResourceAct is something one does with a resource.
type ResourceAct string

const (
	ActEdit    ResourceAct = "edit"
	ActOpen    ResourceAct = "open"     // a draft
	ActPause   ResourceAct = "pause"    // takes it out of sight
	ActReopen  ResourceAct = "reopen"   // a paused one
	ActRetire  ResourceAct = "withdraw" // for good
	ActRequest ResourceAct = "request"  // its use
)

// Holds reports whether the viewer belongs to the organisation whose resource it is.
func (v Viewer) Holds(r Resource) bool {
	return v.Organisation != "" && v.Organisation == r.Organisation
}

// CanKeepResources reports whether the viewer may write resources: before the organisation
// is verified they wait as drafts.
func CanKeepResources(v Viewer) bool {
	return v.CanEdit() && slices.Contains(ResourceHolders[:], v.Kind)
}

// CanSeeResource reports whether the viewer may read the resource: what is open everybody,
// any other its organisation and the office.
func CanSeeResource(v Viewer, r Resource) bool { return r.Public() || CanFollowResource(v, r) }

// CanFollowResource reports whether the viewer may read all of a resource in any state.
func CanFollowResource(v Viewer, r Resource) bool {
	return v.IsSystem() || v.Holds(r) || v.CanAnalyse()
}

// CanAct reports whether the viewer may do that with the resource as it stands. What
// others can read only a verified organisation changes.
func (r Resource) CanAct(v Viewer, act ResourceAct) bool {
	ours := v.Holds(r) && CanKeepResources(v)
	switch act {
	case ActEdit:
		return ours && (r.State == ResourceDraft || r.State != ResourceWithdrawn && v.CanSpeak())
	case ActOpen:
		return ours && v.CanSpeak() && r.State == ResourceDraft
	case ActPause:
		return ours && r.State == ResourceOpen
	case ActReopen:
		return ours && v.CanSpeak() && r.State == ResourcePaused
	case ActRetire:
		return ours && r.State != ResourceWithdrawn
	case ActRequest:
		return r.Public() && !v.Holds(r) && v.CanSpeak() && slices.Contains(r.OpenTo, v.Kind)
	}
	return false
}

// Act brings the resource to where an act leads.
func (r *Resource) Act(act ResourceAct, now time.Time) {
	switch act {
	case ActOpen, ActReopen:
		r.State, r.OpenedAt = ResourceOpen, now
	case ActPause:
		r.State = ResourcePaused
	case ActRetire:
		r.State = ResourceWithdrawn
	}
}
