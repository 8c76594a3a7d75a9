package portal

// IncubateeKind is what is being incubated. Official statistics count enterprises; a team
// has founded none yet.
type IncubateeKind string

const (
	IncubateeEnterprise IncubateeKind = "enterprise"
	IncubateeTeam       IncubateeKind = "team"
)

// IncubateeKinds lists the kinds in the order people choose from.
var IncubateeKinds = [...]IncubateeKind{IncubateeEnterprise, IncubateeTeam}

// IncubateeState is where an incubatee stands.
type IncubateeState string

const (
	IncubateeInside    IncubateeState = "inside"
	IncubateeGraduated IncubateeState = "graduated"
	IncubateeLeft      IncubateeState = "left"
	IncubateeStruck    IncubateeState = "struck" // was entered by mistake: counts nowhere
)

// IncubateeStates lists the states of those on the roster.
var IncubateeStates = [...]IncubateeState{IncubateeInside, IncubateeGraduated, IncubateeLeft}

// Incubatee (在孵企业/团队) is an entry of the roster of an incubation centre. Days are
// YYYY-MM-DD in Shanghai, empty when it did not happen; on the day it graduates or leaves
// it is no longer inside.
type Incubatee struct {
	Meta
	Trail
	Partnership string        `json:"partnership"`
	Name        string        `json:"name"`
	Kind        IncubateeKind `json:"kind"`
	Field       string        `json:"field,omitempty"` // what it works in
	EnteredOn   string        `json:"entered_on"`
	GraduatedOn string        `json:"graduated_on,omitempty"`
	LeftOn      string        `json:"left_on,omitempty"`
	LeftReason  string        `json:"left_reason,omitempty"`
	ByStudents  bool          `json:"by_students,omitempty"` // founded by students
	Students    int           `json:"students,omitempty"`    // how many of them; 0 is unknown
	Struck      bool          `json:"struck,omitempty"`
	Origin      Origin        `json:"origin"`
}

// IncubateesMost is the most entries of a roster.
const IncubateesMost = 1000

// studentsMost is the most founders an incubatee can have.
const studentsMost = 99

// HasRoster reports whether the partnership keeps a roster of incubatees.
func (p Partnership) HasRoster() bool { return p.Type == IncubationCentre && p.Followed() }

// CanSeeRoster reports whether the viewer may read who is incubated.
func CanSeeRoster(v Viewer, p Partnership) bool { return p.HasRoster() && CanFollowPartnership(v, p) }

// CanKeepRoster reports whether the viewer may enter and change incubatees: its parties,
// for as long as outcomes can be entered.
func CanKeepRoster(v Viewer, p Partnership) bool {
	return p.HasRoster() && p.Has(v) && v.CanSpeak() && p.TakesOutcomes()
}

// State is where the incubatee stands.
func (i Incubatee) State() IncubateeState {
	switch {
	case i.Struck:
		return IncubateeStruck
	case i.GraduatedOn != "":
		return IncubateeGraduated
	case i.LeftOn != "":
		return IncubateeLeft
	}
	return IncubateeInside
}

// Ended is the day it graduated or left; empty while it is inside.
func (i Incubatee) Ended() string { return i.GraduatedOn + i.LeftOn }

// Unique is what no other incubatee may have: inside one centre a name stands once. Those
// that are no longer inside may come again.
func (i Incubatee) Unique() string {
	if i.State() == IncubateeInside {
		return i.Partnership + "/" + i.Name
	}
	return i.Partnership + "//" + i.ID
}

// Check reports what is wrong with the incubatee.
func (i Incubatee) Check(today string) error {
	var bad Invalid
	if i.Name == "" {
		bad.Add("name", "problem.required")
	}
	if i.Kind != IncubateeEnterprise && i.Kind != IncubateeTeam {
		bad.Add("kind", "problem.required")
	}
	if i.EnteredOn == "" {
		bad.Add("entered_on", "problem.required")
	}
	for _, d := range []struct{ field, day string }{{"entered_on", i.EnteredOn}, {"graduated_on", i.GraduatedOn}, {"left_on", i.LeftOn}} {
		switch {
		case d.day == "":
		case !IsDay(d.day):
			bad.Add(d.field, "problem.day")
		case d.day > today:
			bad.Add(d.field, "problem.day_to_come")
		case IsDay(i.EnteredOn) && d.day < i.EnteredOn:
			bad.Add(d.field, "incubatee.before_entered", i.EnteredOn)
		}
	}
	switch {
	case i.GraduatedOn != "" && i.LeftOn != "":
		bad.Add("left_on", "incubatee.both")
	case i.LeftOn != "" && i.LeftReason == "":
		bad.Add("left_reason", "problem.required")
	case i.LeftOn == "" && i.LeftReason != "":
		bad.Add("left_on", "incubatee.reason_without_day")
	}
	if i.Students < 0 || i.Students > studentsMost {
		bad.Add("students", "incubatee.students", studentsMost)
	}
	return bad.Err()
}

// Meets reports whether two incubatees were inside on the same day.
func (i Incubatee) Meets(other Incubatee) bool {
	return (i.Ended() == "" || i.Ended() > other.EnteredOn) && (other.Ended() == "" || other.Ended() > i.EnteredOn)
}

// InsideOn reports whether it was inside on a day.
func (i Incubatee) InsideOn(day string) bool {
	return i.EnteredOn <= day && (i.Ended() == "" || i.Ended() > day)
}

// counts says which enterprises of a roster an indicator of the dictionary counts.
var incubateeCounts = map[string]func(i Incubatee, p Period) bool{
	"incubatees":            func(i Incubatee, p Period) bool { return i.InsideOn(p.Until) },
	"incubatees_new":        func(i Incubatee, p Period) bool { return p.Holds(i.EnteredOn) },
	"graduated_year":        func(i Incubatee, p Period) bool { return p.Holds(i.GraduatedOn) },
	"graduated_enterprises": func(i Incubatee, p Period) bool { return i.GraduatedOn != "" && i.GraduatedOn <= p.Until },
	"student_founded": func(i Incubatee, p Period) bool {
		return i.ByStudents && i.EnteredOn <= p.Until && (i.Ended() == "" || i.Ended() > p.From)
	},
}

// CountIncubatees is what a roster says of an indicator for a period; of a rate whose
// denominator are the incubatees it knows only that. It is not ok where the roster does not
// count it.
func CountIncubatees(ind Indicator, all []Incubatee, p Period) (Tally, bool) {
	count, ok := incubateeCounts[ind.ID]
	t := Tally{By: ind.ID}
	if ind.Parts != nil && !ok {
		count, ok = incubateeCounts[ind.Parts.DenominatorKey]
		t = Tally{By: ind.Parts.DenominatorKey, Part: true}
	}
	if !ok {
		return t, false
	}
	for _, i := range all {
		if i.Kind != IncubateeEnterprise || i.Struck || !count(i, p) {
			continue
		}
		if t.Part {
			t.Denominator += hundred
		} else {
			t.Value += hundred
		}
	}
	return t, true
}
