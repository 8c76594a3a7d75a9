package portal

import (
	"slices"
	"strings"
	"time"
)

// Enrolment says whether a programme takes students, as far as the source tells.
type Enrolment string

const (
	EnrolmentUnknown Enrolment = ""           // registered is not always recruiting
	Registered       Enrolment = "registered" // on the ministry's register of the year
	Recruiting       Enrolment = "recruiting" // in a published admission plan
	Stopped          Enrolment = "stopped"    // no longer on the register
)

// Programme (专业布点) is one college's offering of a specialism. Its id is
// "<college id>-<specialism code>".
type Programme struct {
	Meta
	Trail
	CollegeID     string         `json:"college_id"`
	Code          string         `json:"code"` // specialism code
	Name          string         `json:"name"`
	Level         Level          `json:"level"`
	Duration      string         `json:"duration,omitempty"` // in the source's words: 三年
	Intakes       []Intake       `json:"intakes,omitempty"`
	SeatsFree     *int           `json:"seats_free,omitempty"` // students to be placed, those promised included; nil is unknown, not zero
	Facilities    []string       `json:"facilities,omitempty"`
	Certificates  []string       `json:"certificates,omitempty"`
	Modes         []Mode         `json:"modes,omitempty"` // declared as possible by the college
	International *International `json:"international,omitempty"`
	Enrolment     Enrolment      `json:"enrolment,omitempty"`
	Highlights    []string       `json:"highlights,omitempty"` // e.g. 国家级一流本科专业建设点
	Note          string         `json:"note,omitempty"`
	ConfirmedAt   time.Time      `json:"confirmed_at,omitzero"` // when its college last said that all this holds
	Origin        Origin         `json:"origin"`
	Promised      []Promise      `json:"promised,omitempty"` // of the seats free, to accepted intentions
}

// Promise is how many of a programme's free seats an accepted intention holds.
type Promise struct {
	Intention string `json:"intention"`
	Seats     int    `json:"seats"`
}

// SeatsLeft is how many seats are free and not promised yet; nil is unknown.
func (p Programme) SeatsLeft() *int {
	if p.SeatsFree == nil {
		return nil
	}
	left := max(*p.SeatsFree-p.SeatsPromised(), 0)
	return &left
}

// SeatsPromised is how many seats accepted intentions hold.
func (p Programme) SeatsPromised() int {
	n := 0
	for _, have := range p.Promised {
		n += have.Seats
	}
	return n
}

// Promise holds seats for an intention; twice is once. More than are left are refused.
func (p *Programme) Promise(intention string, seats int) error {
	p.Release(intention)
	if left := p.SeatsLeft(); left != nil && seats > *left {
		return Invalid{{Field: "seats", Key: "intention.seats_left", Args: []any{p.Name, *left}}}
	}
	p.Promised = append(p.Promised, Promise{Intention: intention, Seats: seats})
	return nil
}

// Release lets go of what an intention holds.
func (p *Programme) Release(intention string) {
	p.Promised = slices.DeleteFunc(p.Promised, func(have Promise) bool { return have.Intention == intention })
}

// ByCollege is the source of what a college itself tells.
const ByCollege = "院校填报"

// fresh is how long what a college confirmed counts as of today: a quarter.
const fresh = 92 * 24 * time.Hour

// Stale reports whether the college has not confirmed the programme for a quarter, or
// never.
func (p Programme) Stale(now time.Time) bool { return now.Sub(p.ConfirmedAt) > fresh }

// CanTell reports whether the viewer writes for a college what everybody reads: all of a
// programme is public at once, so its college must be verified.
func CanTell(v Viewer) bool { return v.Of(OfCollege) && v.CanSpeak() }

// CanEditProgramme reports whether the viewer may change or withdraw the programme.
func CanEditProgramme(v Viewer, p Programme) bool { return CanTell(v) && v.Record == p.CollegeID }

// Intake is one published admission figure: persons of one track in one year. It is
// never the whole capacity of a programme.
type Intake struct {
	Year   int    `json:"year"`
	Track  string `json:"track,omitempty"` // 贵州物理类首轮投档, 专升本 …
	Count  int    `json:"count"`
	Source string `json:"source"`
}

// International holds the features that make a programme a 国际化专业 (task 12).
type International struct {
	Languages     []string `json:"languages,omitempty"`
	Joint         bool     `json:"joint,omitempty"` // 中外合作办学
	Certificates  []string `json:"certificates,omitempty"`
	ASEANPartners []string `json:"asean_partners,omitempty"`
	Note          string   `json:"note,omitempty"`
}

// ProgrammeID is the id of a college's offering of a specialism.
func ProgrammeID(collegeID, code string) string { return collegeID + "-" + code }

// SplitProgrammeID takes a programme's id apart again; codes hold no dash.
func SplitProgrammeID(id string) (collegeID, code string) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return "", ""
	}
	return id[:i], id[i+1:]
}

// CanFollowProgramme reports whether the viewer works with the college that offers a
// programme, or follows it for the office.
func CanFollowProgramme(v Viewer, collegeID string) bool {
	return v.IsSystem() || v.Of(OfCollege) && v.Record == collegeID || v.CanAnalyse()
}
