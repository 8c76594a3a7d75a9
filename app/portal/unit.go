package portal

import "slices"

// Unit (责任单位) is a unit the plan holds responsible for some of its tasks. One that was
// abolished stays on record: partnerships name it until they are moved.
type Unit struct {
	Meta
	Trail
	Name      string   `json:"name"`
	Clauses   []string `json:"clauses"`             // tasks of the plan
	Abolished string   `json:"abolished,omitempty"` // day
	Successor string   `json:"successor,omitempty"` // unit that took over; empty: none
}

// PlanClauses are the tasks of the plan a partnership can carry out: international
// programmes, platforms of cities and schools, industry colleges and centres, shared
// resources, digital sharing (筑府办函〔2023〕24号).
var PlanClauses = [...]string{"12", "13", "14", "15", "17"}

// UnitsMost is the most units there can be.
const UnitsMost = 300

// Lives reports whether partnerships can be given to the unit.
func (u Unit) Lives() bool { return u.Abolished == "" }

// CanEditUnits reports whether the viewer may add units, rename and abolish them.
func CanEditUnits(v Viewer) bool { return v.CanAdminister() }

// CanMoveUnits reports whether the viewer may move partnerships from an abolished unit to
// its successor, which is assigning them.
func CanMoveUnits(v Viewer) bool { return v.CanReview() }

// Reword gives the unit a name and its tasks.
func (u *Unit) Reword(name string, clauses []string) error {
	var bad Invalid
	if name == "" {
		bad.Add("name", "problem.required")
	}
	for _, c := range clauses {
		if !slices.Contains(PlanClauses[:], c) {
			bad.Add("clauses", "problem.unknown_value", c)
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	u.Name, u.Clauses = name, clauses
	return nil
}

// Abolish ends the unit on a day; successor may be empty.
func (u *Unit) Abolish(day, successor, today string) error {
	if !u.Lives() {
		return ErrConflict
	}
	var bad Invalid
	if checkPast(&bad, "abolished", day, today); successor == u.ID {
		bad.Add("successor", "unit.own_successor")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	u.Abolished, u.Successor = day, successor
	return nil
}

// Restore takes back that the unit was abolished.
func (u *Unit) Restore() error {
	if u.Lives() {
		return ErrConflict
	}
	u.Abolished, u.Successor = "", ""
	return nil
}

// MoveUnit puts a unit in the place of another.
func (p *Partnership) MoveUnit(from, to string) {
	if p.Responsible == from {
		p.Responsible = to
	}
	for i, u := range p.Supporting {
		if u == from {
			p.Supporting[i] = to
		}
	}
	seen := map[string]bool{p.Responsible: true}
	p.Supporting = slices.DeleteFunc(p.Supporting, func(u string) bool {
		twice := seen[u]
		seen[u] = true
		return twice
	})
}
