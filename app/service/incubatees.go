package service

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Incubatees is the roster of incubation centres: who entered, graduated and left.
type Incubatees struct {
	Rooms
	outcomes *Outcomes
}

// IncubateeDraft is what somebody writes of an incubatee.
type IncubateeDraft struct {
	Name, Field                                string
	Kind                                       portal.IncubateeKind
	EnteredOn, GraduatedOn, LeftOn, LeftReason string
	ByStudents                                 bool
	Students                                   string // how many; empty is unknown
}

// IncubateeFile is the roster of one centre: those inside first, then those that graduated
// and left, each the latest first.
type IncubateeFile struct {
	In  portal.Partnership
	All []portal.Incubatee
}

// reasonMost is the longest reason for leaving.
const reasonMost = 200

// incubateeDraftOf is an incubatee as its form takes it.
func IncubateeDraftOf(i portal.Incubatee) IncubateeDraft {
	d := IncubateeDraft{Name: i.Name, Field: i.Field, Kind: i.Kind, EnteredOn: i.EnteredOn, GraduatedOn: i.GraduatedOn, LeftOn: i.LeftOn, LeftReason: i.LeftReason, ByStudents: i.ByStudents}
	if i.Students > 0 {
		d.Students = strconv.Itoa(i.Students)
	}
	return d
}

// onto takes a draft over into an incubatee, or says everything that is wrong with it.
func (d IncubateeDraft) onto(i *portal.Incubatee, today string) error {
	var bad portal.Invalid
	i.Name, i.Field, i.LeftReason, i.Kind = strings.TrimSpace(d.Name), strings.TrimSpace(d.Field), strings.TrimSpace(d.LeftReason), d.Kind
	i.EnteredOn, i.GraduatedOn, i.LeftOn = d.EnteredOn, d.GraduatedOn, d.LeftOn
	i.Students = 0
	if d.Students != "" {
		n, err := strconv.Atoi(d.Students)
		if err != nil {
			bad.Add("students", "problem.bad_number", shortened(d.Students, nameMost))
		}
		i.Students = n
	}
	i.ByStudents = d.ByStudents || i.Students > 0
	for _, text := range []struct {
		field, value string
		most         int
	}{{"name", i.Name, nameMost}, {"field", i.Field, nameMost}, {"left_reason", i.LeftReason, reasonMost}} {
		if utf8.RuneCountInString(text.value) > text.most {
			bad.Add(text.field, "problem.too_long", text.most)
		}
	}
	join(&bad, i.Check(today))
	return bad.Err()
}

// Roster returns the roster of a centre the viewer follows.
func (s *Incubatees) Roster(ctx context.Context, v portal.Viewer, partnership string) (IncubateeFile, error) {
	p, err := s.Records.Partnerships.Get(ctx, partnership)
	if err == nil && !portal.CanSeeRoster(v, p) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return IncubateeFile{}, fault("service.Incubatees.Roster", partnership, err)
	}
	all, err := rosterOf(ctx, s.Rooms, partnership)
	return IncubateeFile{p, all}, err
}

// rosterOf are the incubatees of a centre, but for those struck off.
func rosterOf(ctx context.Context, r Rooms, partnership string) ([]portal.Incubatee, error) {
	all, err := collect(ctx, r.Records.Incubatees, store.Where("partnership", partnership))
	all = slices.DeleteFunc(all, func(i portal.Incubatee) bool { return i.Struck })
	slices.SortFunc(all, func(a, b portal.Incubatee) int {
		states := portal.IncubateeStates[:]
		return cmp.Or(slices.Index(states, a.State())-slices.Index(states, b.State()), cmp.Compare(b.Ended(), a.Ended()), cmp.Compare(b.EnteredOn, a.EnteredOn), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// Show returns one incubatee and its roster.
func (s *Incubatees) Show(ctx context.Context, v portal.Viewer, partnership, id string) (portal.Incubatee, IncubateeFile, error) {
	f, err := s.Roster(ctx, v, partnership)
	if err != nil {
		return portal.Incubatee{}, f, err
	}
	at := slices.IndexFunc(f.All, func(i portal.Incubatee) bool { return i.ID == id })
	if at < 0 {
		return portal.Incubatee{}, f, fault("service.Incubatees.Show", id, portal.ErrNotFound)
	}
	return f.All[at], f, nil
}

// keeping is the roster of a centre whose roster the viewer may change.
func (s *Incubatees) keeping(ctx context.Context, v portal.Viewer, partnership string) (IncubateeFile, error) {
	f, err := s.Roster(ctx, v, partnership)
	if err == nil && !portal.CanKeepRoster(v, f.In) {
		err = portal.ErrForbidden
	}
	return f, err
}

// Enter puts an enterprise or a team on the roster.
func (s *Incubatees) Enter(ctx context.Context, v portal.Viewer, partnership string, d IncubateeDraft) (portal.Incubatee, error) {
	f, err := s.keeping(ctx, v, partnership)
	if err != nil {
		return portal.Incubatee{}, err
	}
	if len(f.All) >= portal.IncubateesMost {
		return portal.Incubatee{}, portal.Invalid{{Field: "name", Key: "incubatee.full", Args: []any{portal.IncubateesMost}}}
	}
	rec := f.fresh(s.outcomes.today())
	if err := d.onto(&rec, s.outcomes.today()); err != nil {
		return rec, err
	}
	if err := f.apart(rec); err != nil {
		return rec, err
	}
	if err := created(ctx, s.Rooms, s.Records.Incubatees, v, "incubatee.enter", &rec); err != nil {
		return rec, onceInside(err)
	}
	return rec, s.outcomes.moved(ctx, f.In)
}

// fresh is an incubatee nobody has written anything of.
func (f IncubateeFile) fresh(today string) portal.Incubatee {
	return portal.Incubatee{Meta: portal.Meta{ID: idUnder(f.In)}, Partnership: f.In.ID, Origin: originOf(f.In, today)}
}

// apart refuses a name that stands on the roster for the same days.
func (f IncubateeFile) apart(rec portal.Incubatee) error {
	for _, other := range f.All {
		if other.ID != rec.ID && other.Name == rec.Name && other.Meets(rec) {
			return portal.Invalid{{Field: "name", Key: "incubatee.twice"}}
		}
	}
	return nil
}

// onceInside words that somebody has entered the same name this moment.
func onceInside(err error) error {
	if errors.Is(err, portal.ErrDuplicate) {
		return portal.Invalid{{Field: "name", Key: "incubatee.twice"}}
	}
	return err
}

// Change changes an incubatee as the person saw it.
func (s *Incubatees) Change(ctx context.Context, v portal.Viewer, partnership, id string, version int64, d IncubateeDraft) (portal.Incubatee, error) {
	f, err := s.keeping(ctx, v, partnership)
	if err != nil {
		return portal.Incubatee{}, err
	}
	return s.change(ctx, v, f, id, version, "incubatee.change", func(i *portal.Incubatee) error {
		if err := d.onto(i, s.outcomes.today()); err != nil {
			return err
		}
		return f.apart(*i)
	})
}

// Strike takes off one that was entered by mistake.
func (s *Incubatees) Strike(ctx context.Context, v portal.Viewer, partnership, id string, version int64) (portal.Incubatee, error) {
	f, err := s.keeping(ctx, v, partnership)
	if err != nil {
		return portal.Incubatee{}, err
	}
	return s.change(ctx, v, f, id, version, "incubatee.strike", func(i *portal.Incubatee) error { i.Struck = true; return nil })
}

func (s *Incubatees) change(ctx context.Context, v portal.Viewer, f IncubateeFile, id string, version int64, action string, do func(*portal.Incubatee) error) (portal.Incubatee, error) {
	rec, err := changed(ctx, s.Rooms, s.Records.Incubatees, v, id, action, func(i *portal.Incubatee) error {
		switch {
		case i.Partnership != f.In.ID || i.Struck:
			return portal.ErrNotFound
		case i.Version != version:
			return portal.ErrConflict
		}
		return do(i)
	})
	if err != nil {
		return rec, onceInside(err)
	}
	return rec, s.outcomes.moved(ctx, f.In)
}
