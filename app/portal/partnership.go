package portal

import "time"

// PartnershipStage is where a partnership stands.
type PartnershipStage string

const (
	PartnershipReported PartnershipStage = ""       // publicly reported: its stage is not known
	PartnershipAgreed   PartnershipStage = "agreed" // both sides have said yes here; not public yet
)

// Partnership (合作项目) is something colleges and enterprises do together. Those of the
// seeds are public reports; stages and outcomes are not known of them.
type Partnership struct {
	Meta
	Trail
	Title       string   `json:"title"`
	Type        Mode     `json:"type"`
	Colleges    []Party  `json:"colleges"`
	Enterprises []Party  `json:"enterprises"`
	Programmes  []string `json:"programmes,omitempty"` // specialism codes stated in the report
	Industry    string   `json:"industry,omitempty"`
	Year        int      `json:"year,omitempty"` // of the report; 0 when undated
	Summary     string   `json:"summary,omitempty"`
	Origin      Origin   `json:"origin"`

	Stage     PartnershipStage `json:"stage,omitempty"`
	Intention string           `json:"intention,omitempty"` // it came from
	Need      string           `json:"need,omitempty"`
	Seats     []WantedSeats    `json:"seats,omitempty"`
	Reasons   []MatchReason    `json:"reasons,omitempty"` // why it was begun
	Begun     time.Time        `json:"begun,omitzero"`
}

// Public reports whether everybody may know of the partnership.
func (p Partnership) Public() bool { return p.Stage == PartnershipReported }

// CanSeePartnership reports whether the viewer may read the partnership: what is public
// everybody, what was only agreed its parties and the office.
func CanSeePartnership(v Viewer, p Partnership) bool {
	if p.Public() || v.IsSystem() || v.CanAnalyse() {
		return true
	}
	side := p.Colleges
	switch {
	case v.Of(OfEnterprise):
		side = p.Enterprises
	case !v.Of(OfCollege):
		return false
	}
	for _, party := range side {
		if party.ID == v.Record {
			return true
		}
	}
	return false
}

// Party is one side of a partnership. ID is empty when the party has no record here.
type Party struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}
