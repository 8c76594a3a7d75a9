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

// OwnProgrammes is a page of the programmes of the viewer's college.
type OwnProgrammes struct {
	Programmes  []portal.Programme
	Total       int // that fit
	Page, Pages int
	All, Stale  int // of the college, and of these those not confirmed lately
}

// ownPerPage is how many programmes a page of the desk lists.
const ownPerPage = 50

// Mine lists the programmes of the viewer's college whose name or code holds a text.
func (p *Programmes) Mine(ctx context.Context, v portal.Viewer, text string, page int) (OwnProgrammes, error) {
	all, err := p.own(ctx, v)
	if err != nil {
		return OwnProgrammes{}, err
	}
	out := OwnProgrammes{All: len(all)}
	text = strings.ToLower(strings.TrimSpace(text))
	for _, rec := range all {
		if rec.Stale(p.Clock()) {
			out.Stale++
		}
		if strings.Contains(strings.ToLower(rec.Name), text) || strings.HasPrefix(strings.ToLower(rec.Code), text) {
			out.Programmes = append(out.Programmes, rec)
		}
	}
	out.Total = len(out.Programmes)
	out.Pages = max(1, (out.Total+ownPerPage-1)/ownPerPage)
	out.Page = min(max(page, 1), out.Pages)
	out.Programmes = out.Programmes[(out.Page-1)*ownPerPage : min(out.Page*ownPerPage, out.Total)]
	return out, nil
}

// own reads all programmes of the viewer's college, by name.
func (p *Programmes) own(ctx context.Context, v portal.Viewer) ([]portal.Programme, error) {
	if !v.Of(portal.OfCollege) || v.Record == "" {
		return nil, portal.ErrNotFound
	}
	out, err := collect(ctx, p.Records.Programmes, store.Where("college_id", v.Record))
	slices.SortFunc(out, func(a, b portal.Programme) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, fault("service.Programmes.own", v.Record, err)
}

// Own returns a programme of the viewer's college.
func (p *Programmes) Own(ctx context.Context, v portal.Viewer, id string) (portal.Programme, error) {
	rec, err := p.Records.Programmes.Get(ctx, id)
	if err == nil && (!v.Of(portal.OfCollege) || rec.CollegeID != v.Record) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Programme{}, fault("service.Programmes.Own", id, err)
	}
	return rec, nil
}

// ProgrammeDraft is what a college says of a programme, in the words it was typed in.
type ProgrammeDraft struct {
	Specialism       string // of the national catalogue, by code or name; of a new programme only
	Duration         string
	Seats            string // empty: unknown
	Intake           string // planned for this year; empty: unknown
	Enrolment        string
	Facilities       []string
	Certificates     []string
	Modes            []string
	Languages        []string
	Joint            bool
	IntlCertificates []string
	Partners         []string
	IntlNote         string
	Note             string
}

// ProgrammeDraftOf is a programme as the form of its college has it.
func ProgrammeDraftOf(p portal.Programme, year int) ProgrammeDraft {
	d := ProgrammeDraft{Specialism: p.Code, Duration: p.Duration, Enrolment: string(p.Enrolment), Facilities: p.Facilities, Certificates: p.Certificates,
		Modes: strs(p.Modes), Note: p.Note}
	if p.SeatsFree != nil {
		d.Seats = strconv.Itoa(*p.SeatsFree)
	}
	if i := plannedIntake(p, year); i >= 0 {
		d.Intake = strconv.Itoa(p.Intakes[i].Count)
	}
	if in := p.International; in != nil {
		d.Languages, d.Joint, d.IntlCertificates, d.Partners, d.IntlNote = in.Languages, in.Joint, in.Certificates, in.ASEANPartners, in.Note
	}
	return d
}

// plannedTrack is the track of an intake a college plans itself.
const plannedTrack = "计划招生"

// plannedIntake is the place of the year's intake that the college itself has told; -1:
// nowhere.
func plannedIntake(p portal.Programme, year int) int {
	return slices.IndexFunc(p.Intakes, func(in portal.Intake) bool {
		return in.Year == year && in.Source == portal.ByCollege
	})
}

// The limits of what is said of a programme.
const (
	durationMost   = 30
	listMost       = 40
	listTextMost   = 100
	programmeNote  = 500
	programmeCount = 100000
)

// check says what is wrong with a draft for a programme, by the names of the form.
func (d ProgrammeDraft) check(p portal.Programme) error {
	var bad portal.Invalid
	for _, t := range []struct {
		field, text string
		most        int
	}{{"duration", d.Duration, durationMost}, {"intl_note", d.IntlNote, programmeNote}, {"remark", d.Note, programmeNote}} {
		if utf8.RuneCountInString(t.text) > t.most {
			bad.Add(t.field, "problem.too_long", t.most)
		}
	}
	for _, l := range []struct {
		field string
		texts []string
	}{{"facilities", d.Facilities}, {"programme_certificates", d.Certificates}, {"teaching_languages", d.Languages},
		{"intl_certificates", d.IntlCertificates}, {"asean_partners", d.Partners}} {
		tooLong := slices.ContainsFunc(l.texts, func(s string) bool { return utf8.RuneCountInString(s) > listTextMost })
		if len(l.texts) > listMost || tooLong {
			bad.Add(l.field, "programme.list", listMost, listTextMost)
		}
	}
	for _, m := range d.Modes {
		if !portal.Mode(m).Valid() {
			bad.Add("offered_modes", "problem.unknown_value", shortened(m, nameMost))
		}
	}
	if e := portal.Enrolment(d.Enrolment); e != portal.EnrolmentUnknown && !slices.Contains(Enrolments, e) {
		bad.Add("enrolment_state", "problem.unknown_value", shortened(d.Enrolment, nameMost))
	}
	checkCount(&bad, "planned_intake", d.Intake)
	if seats := checkCount(&bad, "seats_free", d.Seats); seats != nil && *seats < p.SeatsPromised() {
		bad.Add("seats_free", "programme.promised", p.SeatsPromised())
	}
	return bad.Err()
}

// Enrolments are the states of enrolment a college chooses from.
var Enrolments = []portal.Enrolment{portal.Recruiting, portal.Registered, portal.Stopped}

// checkCount reads a count of persons; nil is unknown.
func checkCount(bad *portal.Invalid, field, text string) *int {
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > programmeCount {
		bad.Add(field, "programme.not_count", programmeCount)
		return nil
	}
	return &n
}

// onto makes a programme say what a checked draft says.
func (d ProgrammeDraft) onto(p portal.Programme, year int) portal.Programme {
	p.Duration, p.Enrolment, p.Note = d.Duration, portal.Enrolment(d.Enrolment), d.Note
	p.Facilities, p.Certificates, p.Modes = d.Facilities, d.Certificates, nil
	for _, m := range d.Modes {
		p.Modes = append(p.Modes, portal.Mode(m))
	}
	p.SeatsFree = checkCount(new(portal.Invalid), "", d.Seats)
	intakes := slices.Clone(p.Intakes)
	if i := plannedIntake(p, year); i >= 0 {
		intakes = slices.Delete(intakes, i, i+1)
	}
	if n := checkCount(new(portal.Invalid), "", d.Intake); n != nil {
		intakes = slices.Insert(intakes, 0, portal.Intake{Year: year, Track: plannedTrack, Count: *n, Source: portal.ByCollege})
	}
	p.Intakes, p.International = intakes, nil
	if len(d.Languages)+len(d.IntlCertificates)+len(d.Partners) > 0 || d.Joint || d.IntlNote != "" {
		p.International = &portal.International{Languages: d.Languages, Joint: d.Joint, Certificates: d.IntlCertificates, ASEANPartners: d.Partners, Note: d.IntlNote}
	}
	return p
}

// Year is the year in Shanghai, whose planned intake a college tells.
func (p *Programmes) Year() int { return p.Clock().In(portal.Shanghai).Year() }

// teller is what a record a college writes says of where it comes from: a fictional
// college tells fictions.
func (p *Programmes) teller(ctx context.Context, v portal.Viewer) (portal.Origin, error) {
	org, err := p.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return portal.Origin{}, fault("service.Programmes.teller", v.Organisation, err)
	}
	o := portal.Origin{Certainty: portal.Verified, Source: portal.ByCollege, Date: p.Clock().In(portal.Shanghai).Format("2006-01-02")}
	if org.Origin.Fictional() {
		o.Certainty = portal.Demo
	}
	return o, nil
}

// specialism finds an entry of the national catalogue by its code, its name, or both.
func (p *Programmes) specialism(ctx context.Context, text string) (portal.Specialism, error) {
	text = strings.TrimSpace(text)
	refuse := func(key string, args ...any) (portal.Specialism, error) {
		return portal.Specialism{}, portal.Invalid{{Field: "specialism", Key: key, Args: args}}
	}
	if text == "" {
		return refuse("problem.required")
	}
	code, _, _ := strings.Cut(strings.ToUpper(text), " ")
	s, err := p.Records.Specialisms.Get(ctx, code)
	if !errors.Is(err, store.ErrNotFound) {
		return s, fault("service.Programmes.specialism", code, err)
	}
	same, err := (&Specialisms{Rooms: p.Rooms}).Named(ctx, text)
	switch {
	case err != nil:
		return s, err
	case len(same) == 0:
		return refuse("programme.no_specialism", shortened(text, nameMost))
	case len(same) > 1:
		var codes []string
		for _, s := range same {
			codes = append(codes, s.Code+" "+string(s.Level))
		}
		return refuse("programme.several_specialisms", strings.Join(codes, "、"))
	}
	return same[0], nil
}

// Create makes a programme of the viewer's college, which is public at once.
func (p *Programmes) Create(ctx context.Context, v portal.Viewer, d ProgrammeDraft) (portal.Programme, error) {
	if !portal.CanTell(v) {
		return portal.Programme{}, portal.ErrForbidden
	}
	s, err := p.specialism(ctx, d.Specialism)
	var bad, more portal.Invalid
	if err != nil && !errors.As(err, &bad) {
		return portal.Programme{}, err
	}
	rec := p.fresh(v, s)
	if errors.As(d.check(rec), &more) || len(bad) > 0 {
		return rec, append(bad, more...)
	}
	rec = d.onto(rec, p.Year())
	if rec.Origin, err = p.teller(ctx, v); err != nil {
		return rec, err
	}
	rec.ConfirmedAt = p.Clock().UTC()
	err = created(ctx, p.Rooms, p.Records.Programmes, v, "programme.create", &rec)
	if errors.Is(err, portal.ErrDuplicate) {
		err = portal.Invalid{{Field: "specialism", Key: "programme.exists", Args: []any{s.Code + " " + s.Name}}}
	}
	return rec, err
}

// fresh is a programme of the viewer's college of which nothing is said yet.
func (p *Programmes) fresh(v portal.Viewer, s portal.Specialism) portal.Programme {
	return portal.Programme{Meta: portal.Meta{ID: portal.ProgrammeID(v.Record, s.Code)}, CollegeID: v.Record, Code: s.Code, Name: s.Name, Level: s.Level}
}

// Edit changes what the viewer's college says of a programme. version is that of the
// programme the form showed; another's change in between is a conflict.
func (p *Programmes) Edit(ctx context.Context, v portal.Viewer, id string, version int64, d ProgrammeDraft) (portal.Programme, error) {
	rec, err := p.editable(ctx, v, id)
	if err != nil {
		return rec, err
	}
	origin, err := p.teller(ctx, v)
	if err != nil {
		return rec, err
	}
	return changed(ctx, p.Rooms, p.Records.Programmes, v, id, "programme.edit", func(rec *portal.Programme) error {
		if rec.Version != version {
			return portal.ErrConflict
		}
		if err := d.check(*rec); err != nil {
			return err
		}
		*rec = d.onto(*rec, p.Year())
		rec.Origin, rec.ConfirmedAt = origin, p.Clock().UTC()
		return nil
	})
}

// editable returns a programme the viewer may change: one of another college is not
// found, one of the own is forbidden to those who only look.
func (p *Programmes) editable(ctx context.Context, v portal.Viewer, id string) (portal.Programme, error) {
	rec, err := p.Own(ctx, v, id)
	if err == nil && !portal.CanEditProgramme(v, rec) {
		err = portal.ErrForbidden
	}
	return rec, err
}

// Withdraw takes a programme off the portal, by an operation that can be undone. One with
// promised seats stays.
func (p *Programmes) Withdraw(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Operation, error) {
	rec, err := p.editable(ctx, v, id)
	switch {
	case err != nil:
		return portal.Operation{}, err
	case rec.Version != version:
		return portal.Operation{}, fault("service.Programmes.Withdraw", id, portal.ErrConflict)
	case rec.SeatsPromised() > 0:
		return portal.Operation{}, portal.Invalid{{Field: "withdraw", Key: "programme.promised_to", Args: []any{rec.SeatsPromised()}}}
	}
	return p.operations.apply(ctx, v, "withdraw", programmeName(rec), []step[portal.Programme]{{ID: id, Version: rec.Version, Before: &rec}})
}

// programmeName is what people call a programme in a list of changes.
func programmeName(p portal.Programme) string { return p.Name + " " + p.Code }

// Confirm says that everything the college's programmes say holds today.
func (p *Programmes) Confirm(ctx context.Context, v portal.Viewer) (portal.Operation, error) {
	all, err := p.own(ctx, v)
	if err != nil {
		return portal.Operation{}, err
	}
	if !portal.CanTell(v) {
		return portal.Operation{}, portal.ErrForbidden
	}
	steps := make([]step[portal.Programme], len(all))
	for i := range all {
		after := all[i]
		after.Trail, after.ConfirmedAt = portal.Trail{}, p.Clock().UTC()
		steps[i] = step[portal.Programme]{ID: after.ID, Version: after.Version, Before: &all[i], After: &after}
	}
	if len(steps) == 0 {
		return portal.Operation{}, portal.Invalid{{Field: "confirm", Key: "programme.none"}}
	}
	return p.operations.apply(ctx, v, "confirm", "", steps)
}
