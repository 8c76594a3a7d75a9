package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Units is the units the plan holds responsible, which the office keeps.
type Units struct {
	Rooms
	partnerships *Partnerships
}

// UnitFile is a unit, who took over from it, and the partnerships that stand at it.
type UnitFile struct {
	portal.Unit
	Heir     portal.Unit   // the first living unit in its succession; zero: none
	Standing []Following   // partnerships that are not over
	Others   []portal.Unit // living units that could succeed it
}

// List returns all units, the living first, each with what stands at it.
func (u *Units) List(ctx context.Context, v portal.Viewer) ([]UnitFile, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Units.List", "", portal.ErrNotFound)
	}
	all, err := collect(ctx, u.Records.Units)
	slices.SortFunc(all, func(a, b portal.Unit) int {
		return cmp.Or(cmp.Compare(a.Abolished, b.Abolished), a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	out, standing := make([]UnitFile, len(all)), u.Roster.ByUnit()
	for i, unit := range all {
		out[i] = UnitFile{Unit: unit, Heir: heir(all, unit), Standing: standing[unit.ID]}
		for _, other := range all {
			if other.Lives() && other.ID != unit.ID {
				out[i].Others = append(out[i].Others, other)
			}
		}
	}
	return out, err
}

// heir follows the successions of an abolished unit to the first that lives.
func heir(all []portal.Unit, of portal.Unit) portal.Unit {
	for range all { // a circle ends too
		at := slices.IndexFunc(all, func(u portal.Unit) bool { return u.ID == of.Successor })
		if of.Lives() || at < 0 {
			break
		}
		if of = all[at]; of.Lives() {
			return of
		}
	}
	return portal.Unit{}
}

// heirs are the living units that took over from abolished ones.
func (p *Partnerships) heirs(ctx context.Context, units []portal.Unit) (map[string]portal.Unit, error) {
	out := map[string]portal.Unit{}
	if !slices.ContainsFunc(units, func(u portal.Unit) bool { return !u.Lives() }) {
		return out, nil
	}
	all, err := collect(ctx, p.Records.Units)
	for _, u := range units {
		if h := heir(all, u); h.ID != "" {
			out[u.ID] = h
		}
	}
	return out, err
}

// Show returns one unit.
func (u *Units) Show(ctx context.Context, v portal.Viewer, id string) (UnitFile, error) {
	all, err := u.List(ctx, v)
	if err != nil {
		return UnitFile{}, err
	}
	for _, f := range all {
		if f.ID == id {
			return f, nil
		}
	}
	return UnitFile{}, fault("service.Units.Show", id, portal.ErrNotFound)
}

// may is nil for whoever may edit units; to others of the office that is forbidden, to all
// others there are none.
func (u *Units) may(v portal.Viewer, id string) error {
	switch {
	case !v.CanAnalyse():
		return fault("service.Units", id, portal.ErrNotFound)
	case !portal.CanEditUnits(v):
		return portal.ErrForbidden
	}
	return nil
}

// reword gives a unit its name and tasks; no other has the name.
func (u *Units) reword(ctx context.Context, rec *portal.Unit, name string, clauses []string) error {
	var bad portal.Invalid
	name = strings.TrimSpace(name)
	longer(&bad, "name", name, titleMost)
	join(&bad, rec.Reword(name, clauses))
	other, err := named(ctx, u.Records.Units, store.Where("name", name))
	if err != nil {
		return fault("service.Units.reword", name, err)
	}
	if name != "" && other != "" && other != rec.ID {
		bad.Add("name", "unit.twice")
	}
	return bad.Err()
}

// Add makes a new unit.
func (u *Units) Add(ctx context.Context, v portal.Viewer, name string, clauses []string) (portal.Unit, error) {
	rec := portal.Unit{Meta: portal.Meta{ID: newID()}}
	if err := u.may(v, ""); err != nil {
		return rec, err
	}
	n, err := u.Records.Units.Count(ctx)
	if err != nil {
		return rec, fault("service.Units.Add", name, err)
	}
	if n >= portal.UnitsMost {
		return rec, portal.Invalid{{Field: "name", Key: "unit.full", Args: []any{portal.UnitsMost}}}
	}
	if err := u.reword(ctx, &rec, name, clauses); err != nil {
		return rec, err
	}
	return rec, created(ctx, u.Rooms, u.Records.Units, v, "unit.add", &rec)
}

// Reword renames a unit, or gives it other tasks.
func (u *Units) Reword(ctx context.Context, v portal.Viewer, id string, version int64, name string, clauses []string) (portal.Unit, error) {
	return u.change(ctx, v, id, version, "unit.edit", func(rec *portal.Unit) error { return u.reword(ctx, rec, name, clauses) })
}

// Abolish ends a unit on a day. What stands at it stays until it is moved.
func (u *Units) Abolish(ctx context.Context, v portal.Viewer, id string, version int64, day, successor string) (portal.Unit, error) {
	if err := u.may(v, id); err != nil {
		return portal.Unit{}, err
	}
	var bad portal.Invalid
	if successor != "" && successor != id {
		to, err := u.Records.Units.Get(ctx, successor)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return to, fault("service.Units.Abolish", id, err)
		}
		if err != nil || !to.Lives() {
			bad.Add("successor", "unit.no_successor")
		}
	}
	return u.change(ctx, v, id, version, "unit.abolish", func(rec *portal.Unit) error {
		if len(bad) > 0 && rec.Lives() {
			return bad
		}
		return rec.Abolish(day, successor, u.partnerships.today())
	})
}

// Restore takes back that a unit was abolished.
func (u *Units) Restore(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Unit, error) {
	return u.change(ctx, v, id, version, "unit.restore", func(rec *portal.Unit) error { return rec.Restore() })
}

func (u *Units) change(ctx context.Context, v portal.Viewer, id string, version int64, action string, do func(*portal.Unit) error) (portal.Unit, error) {
	if err := u.may(v, id); err != nil {
		return portal.Unit{}, err
	}
	return changed(ctx, u.Rooms, u.Records.Units, v, id, action, func(rec *portal.Unit) error {
		if rec.Version != version {
			return portal.ErrConflict
		}
		return do(rec)
	})
}

// MovedAtOnce is how many partnerships one act moves.
const MovedAtOnce = 300

// Move gives the partnerships that stand at an abolished unit to its successor, and returns
// how many still stand there.
func (u *Units) Move(ctx context.Context, v portal.Viewer, id string) (left int, err error) {
	f, err := u.Show(ctx, v, id)
	switch {
	case err != nil:
		return 0, err
	case !portal.CanMoveUnits(v):
		return 0, portal.ErrForbidden
	case f.Lives() || f.Heir.ID == "":
		return 0, portal.ErrConflict
	}
	for i, at := range f.Standing {
		if i == MovedAtOnce {
			break
		}
		_, err := u.partnerships.act(ctx, v, at.ID, 0, portal.ActAssign, "partnership.move_unit", func(rec *portal.Partnership) error {
			rec.MoveUnit(f.ID, f.Heir.ID)
			return nil
		})
		if err != nil && !errors.Is(err, portal.ErrConflict) && !errors.Is(err, portal.ErrNotFound) { // over or gone meanwhile
			return 0, err
		}
	}
	_, err = u.Roster.Step(ctx) // so that the list shows what was done
	return len(u.Roster.ByUnit()[id]), err
}
