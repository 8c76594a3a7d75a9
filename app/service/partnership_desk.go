package service

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// PartnershipDraft is what a partnership is and with whom. Parties are named; those with a
// record here are known by their exact name.
type PartnershipDraft struct {
	Title       string
	Type        portal.Mode
	Colleges    []string
	Enterprises []string
	Institutes  []string
	Programmes  []string // codes of specialisms
	Industry    string
	Summary     string
}

// PartnershipFile is everything its parties and the office know of a partnership.
type PartnershipFile struct {
	PartnershipPage
	Type       portal.PartnershipType
	Names      map[string]string // of its organisations
	Confirmed  []string          // names of the organisations that stand by the agreement
	Supporting []portal.Unit
	Unit       portal.Unit            // responsible
	Heirs      map[string]portal.Unit // of those of them that were abolished, by id
}

// The most parties of a kind, and the longest title and summary.
const (
	partiesMost      = 40
	partnershipTitle = 80
	summaryMost      = 1000
)

// Follow returns all of a partnership to its parties and the office.
func (p *Partnerships) Follow(ctx context.Context, v portal.Viewer, id string) (PartnershipFile, error) {
	var f PartnershipFile
	rec, err := p.Records.Partnerships.Get(ctx, id)
	if err == nil && !(rec.Followed() && portal.CanFollowPartnership(v, rec)) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return f, fault("service.Partnerships.Follow", id, err)
	}
	if f.PartnershipPage, err = p.page(ctx, rec); err != nil {
		return f, err
	}
	if f.Type, err = p.typeOf(ctx, rec.Type); err != nil {
		return f, err
	}
	orgs, err := p.Records.Organisations.GetMany(ctx, rec.Organisations())
	if err != nil {
		return f, fault("service.Partnerships.Follow", id, err)
	}
	f.Names = make(map[string]string, len(orgs))
	for _, o := range orgs {
		f.Names[o.ID] = o.Name
	}
	for _, a := range rec.Agreement.Confirmed {
		f.Confirmed = append(f.Confirmed, orElse(f.Names[a.Organisation], rec.PartyName(a.Organisation)))
	}
	units, err := p.Records.Units.GetMany(ctx, compact(append([]string{rec.Responsible}, rec.Supporting...)...))
	for _, u := range units {
		if u.ID == rec.Responsible {
			f.Unit = u
		} else {
			f.Supporting = append(f.Supporting, u)
		}
	}
	if err != nil {
		return f, fault("service.Partnerships.Follow", id, err)
	}
	f.Heirs, err = p.heirs(ctx, units)
	return f, err
}

// Propose enters a partnership of the viewer's organisation; another party has to agree.
func (p *Partnerships) Propose(ctx context.Context, v portal.Viewer, d PartnershipDraft) (portal.Partnership, error) {
	if !portal.CanPropose(v) {
		return portal.Partnership{}, portal.ErrForbidden
	}
	org, err := p.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return portal.Partnership{}, fault("service.Partnerships.Propose", v.Organisation, err)
	}
	now := p.Clock().UTC()
	rec := portal.Partnership{Meta: portal.Meta{ID: "p-" + newID()}, Stage: portal.PartnershipProposed, By: v.Organisation, Begun: now, Active: now,
		Origin: portal.Origin{Certainty: org.Origin.Certainty, Source: "合作方填报", Date: now.In(portal.Shanghai).Format("2006-01-02")}}
	if org.Origin.Fictional() {
		rec.ID, rec.Origin = demoPrefix+rec.ID, portal.Origin{Certainty: portal.Demo, Source: demoSource}
	}
	if err := p.describe(ctx, v, &rec, d); err != nil {
		return rec, err
	}
	if err := created(ctx, p.Rooms, p.Records.Partnerships, v, "partnership.propose", &rec); err != nil {
		return rec, err
	}
	return rec, p.tell(ctx, v, rec, "partnership.proposed", org.Name)
}

// Describe changes what a partnership is, and with whom; whoever changes it stays a party.
func (p *Partnerships) Describe(ctx context.Context, v portal.Viewer, id string, version int64, d PartnershipDraft) (portal.Partnership, error) {
	return p.act(ctx, v, id, version, portal.ActDescribe, "partnership.describe", func(rec *portal.Partnership) error {
		before := *rec
		if err := p.describe(ctx, v, rec, d); err != nil {
			return err
		}
		return rec.Redescribed(v, before)
	})
}

// describe takes a draft over, or says everything that is wrong with it.
func (p *Partnerships) describe(ctx context.Context, v portal.Viewer, rec *portal.Partnership, d PartnershipDraft) error {
	var bad portal.Invalid
	rec.Title, rec.Summary, rec.Industry, rec.Type = strings.TrimSpace(d.Title), strings.TrimSpace(d.Summary), p.industries.Meant(strings.TrimSpace(d.Industry)), d.Type
	switch n := utf8.RuneCountInString(rec.Title); {
	case n == 0:
		bad.Add("title", "problem.required")
	case n > partnershipTitle:
		bad.Add("title", "problem.too_long", partnershipTitle)
	}
	if utf8.RuneCountInString(rec.Summary) > summaryMost {
		bad.Add("summary", "problem.too_long", summaryMost)
	}
	if !rec.Type.Valid() {
		bad.Add("type", "problem.required")
	}
	if _, ok := p.industries.Get(rec.Industry); rec.Industry != "" && !ok {
		bad.Add("industry", "problem.unknown_industry", rec.Industry)
	}
	var err error
	if rec.Programmes, err = p.specialisms(ctx, &bad, d.Programmes); err != nil {
		return err
	}
	if err := p.parties(ctx, &bad, rec, d); err != nil {
		return err
	}
	if len(bad) == 0 {
		if !rec.Has(v) {
			bad.Add("colleges", "partnership.without_you")
		}
		if len(rec.Organisations()) < 2 {
			bad.Add("enterprises", "partnership.one_party")
		}
	}
	return bad.Err()
}

// specialisms are the codes of a list of codes and names.
func (p *Partnerships) specialisms(ctx context.Context, bad *portal.Invalid, codes []string) ([]string, error) {
	codes = compact(codes...)
	found, err := p.Records.Specialisms.GetMany(ctx, codes)
	if err != nil {
		return nil, fault("service.Partnerships.specialisms", "", err)
	}
	for _, c := range codes {
		if !slices.ContainsFunc(found, func(s portal.Specialism) bool { return s.ID == c }) {
			bad.Add("programmes", "problem.unknown_specialism", c)
		}
	}
	return codes, nil
}

// parties finds the records of the parties by their names.
func (p *Partnerships) parties(ctx context.Context, bad *portal.Invalid, rec *portal.Partnership, d PartnershipDraft) error {
	for _, side := range []struct {
		field string
		names []string
		to    *[]portal.Party
		find  func(name string) (string, error)
	}{
		{"colleges", d.Colleges, &rec.Colleges, func(name string) (string, error) {
			return named(ctx, p.Records.Colleges, store.Where("name", name))
		}},
		{"enterprises", d.Enterprises, &rec.Enterprises, func(name string) (string, error) {
			return named(ctx, p.Records.Enterprises, store.Where("name", name))
		}},
		{"institutes", d.Institutes, &rec.Institutes, func(name string) (string, error) {
			return named(ctx, p.Records.Organisations, store.Where("name", name), store.Where("kind", portal.OfInstitute))
		}},
	} {
		if len(side.names) > partiesMost {
			bad.Add(side.field, "partnership.parties_most", partiesMost)
			continue
		}
		*side.to = []portal.Party{}
		for _, name := range compact(side.names...) {
			if utf8.RuneCountInString(name) > titleMost {
				bad.Add(side.field, "problem.too_long", titleMost)
				break
			}
			if slices.ContainsFunc(*side.to, func(have portal.Party) bool { return have.Name == name }) {
				continue
			}
			id, err := side.find(name)
			if err != nil {
				return fault("service.Partnerships.parties", name, err)
			}
			*side.to = append(*side.to, portal.Party{ID: id, Name: name})
		}
	}
	return nil
}

// named is the id of the one record that meets the conditions; empty when there is none.
func named[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], where ...store.Cond) (string, error) {
	page, err := coll.Find(ctx, store.Query{Where: where, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return "", err
	}
	return P(&page.Items[0]).Head().ID, nil
}

// act changes a partnership as one of its acts. version is that of the record the person
// saw, 0 for any. What the stage no longer allows is a conflict.
func (p *Partnerships) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.PartnershipAct, action string, do func(*portal.Partnership) error) (portal.Partnership, error) {
	return changed(ctx, p.Rooms, p.Records.Partnerships, v, id, action, func(rec *portal.Partnership) error {
		role := rec.Has(v) && v.CanSpeak()
		if act == portal.ActAssign {
			role = v.CanReview()
		}
		switch {
		case !rec.Followed() || !portal.CanFollowPartnership(v, *rec):
			return portal.ErrNotFound
		case !role:
			return portal.ErrForbidden
		case !rec.Can(v, act), version != 0 && rec.Version != version:
			return portal.ErrConflict
		}
		if rec.Has(v) {
			rec.Active, rec.Dormant = p.Clock().UTC(), time.Time{}
		}
		return do(rec)
	})
}

// tell tells the people of the other parties.
func (p *Partnerships) tell(ctx context.Context, v portal.Viewer, rec portal.Partnership, kind string, args ...string) error {
	others := slices.DeleteFunc(rec.Organisations(), func(id string) bool { return id == v.Organisation })
	key := rec.ID + "/" + strconv.FormatInt(rec.Version, 10)
	return p.notices.tellAll(ctx, others, key, kind, "/desk/partnerships/"+rec.ID, append([]string{rec.Title}, args...)...)
}

// Agree says that the viewer's organisation wants what another has entered.
func (p *Partnerships) Agree(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Partnership, error) {
	rec, err := p.act(ctx, v, id, version, portal.ActAgree, "partnership.agree", func(rec *portal.Partnership) error { rec.Agree(); return nil })
	if err != nil {
		return rec, err
	}
	return rec, p.tell(ctx, v, rec, "partnership.agreed", p.name(ctx, v))
}

// name is that of the viewer's organisation, for messages.
func (p *Partnerships) name(ctx context.Context, v portal.Viewer) string {
	o, err := p.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return v.Organisation
	}
	return o.Name
}

// Assign says which unit answers for a partnership, which support it, and the task of the
// plan it carries out.
func (p *Partnerships) Assign(ctx context.Context, v portal.Viewer, id string, version int64, responsible string, supporting []string, clause string) (portal.Partnership, error) {
	var bad portal.Invalid
	units, err := p.Records.Units.GetMany(ctx, compact(append([]string{responsible}, supporting...)...))
	if err != nil {
		return portal.Partnership{}, fault("service.Partnerships.Assign", id, err)
	}
	known := func(u string) bool {
		return slices.ContainsFunc(units, func(have portal.Unit) bool { return have.ID == u && have.Lives() })
	}
	if responsible != "" && !known(responsible) {
		bad.Add("responsible", "problem.required")
	}
	for _, u := range supporting {
		if !known(u) || u == responsible {
			bad.Add("supporting", "partnership.supporting")
			break
		}
	}
	if clause != "" && !slices.Contains(portal.PlanClauses[:], clause) {
		bad.Add("clause", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return portal.Partnership{}, err
	}
	return p.act(ctx, v, id, version, portal.ActAssign, "partnership.assign", func(rec *portal.Partnership) error {
		rec.Responsible, rec.Supporting, rec.Clause = responsible, supporting, clause
		return nil
	})
}

// Units lists the units the plan names.
func (p *Partnerships) Units(ctx context.Context, v portal.Viewer) ([]portal.Unit, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Partnerships.Units", "", portal.ErrNotFound)
	}
	return collect(ctx, p.Records.Units)
}

// Start says that the work has begun.
func (p *Partnerships) Start(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Partnership, error) {
	rec, err := p.act(ctx, v, id, version, portal.ActStart, "partnership.start", func(rec *portal.Partnership) error { rec.Stage = portal.PartnershipRunning; return nil })
	if err != nil {
		return rec, err
	}
	return rec, p.tell(ctx, v, rec, "partnership.started", p.name(ctx, v))
}

// Conclude ends a partnership whose aims were reached.
func (p *Partnerships) Conclude(ctx context.Context, v portal.Viewer, id string, version int64, note string) (portal.Partnership, error) {
	note, err := endNote(note)
	if err != nil {
		return portal.Partnership{}, err
	}
	rec, err := p.act(ctx, v, id, version, portal.ActConclude, "partnership.conclude", func(rec *portal.Partnership) error {
		rec.Conclude(note, p.Clock().UTC())
		return nil
	})
	if err != nil {
		return rec, err
	}
	return rec, p.tell(ctx, v, rec, "partnership.concluded", p.name(ctx, v))
}

// Terminate ends a partnership before that, for a reason. Seats that were promised are
// free again.
func (p *Partnerships) Terminate(ctx context.Context, v portal.Viewer, id string, version int64, reason portal.EndReason, note string) (portal.Partnership, error) {
	note, err := endNote(note)
	if err != nil {
		return portal.Partnership{}, err
	}
	rec, err := p.act(ctx, v, id, version, portal.ActTerminate, "partnership.terminate", func(rec *portal.Partnership) error {
		return rec.Terminate(reason, note, p.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	return rec, errors.Join(p.release(ctx, rec), p.tell(ctx, v, rec, "partnership.terminated", p.name(ctx, v)))
}

// release frees the seats promised to a partnership.
func (p *Partnerships) release(ctx context.Context, rec portal.Partnership) error {
	for _, w := range rec.Seats {
		_, err := p.Records.Programmes.Mutate(ctx, w.Programme, func(pr *portal.Programme) error { pr.Release(rec.Intention); return nil })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fault("service.Partnerships.release", w.Programme, err)
		}
	}
	return nil
}

func endNote(note string) (string, error) {
	var bad portal.Invalid
	note = strings.TrimSpace(note)
	if utf8.RuneCountInString(note) > textMost {
		bad.Add("note", "problem.too_long", textMost)
	}
	return note, bad.Err()
}

// File opens a document of a partnership: of its agreement, or the evidence of a milestone.
func (p *Partnerships) File(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	f, err := p.Records.Partnerships.Get(ctx, id)
	if err == nil && !portal.CanFollowPartnership(v, f) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return nil, portal.Attachment{}, fault("service.Partnerships.File", id, err)
	}
	files := slices.Clone(f.Agreement.Documents)
	for _, m := range f.Milestones {
		files = append(files, m.Evidence...)
	}
	for _, a := range files {
		if a.Blob == blob {
			in, _, err := p.Records.Engine.OpenBlob(ctx, blob)
			return in, a, fault("service.Partnerships.File", blob, err)
		}
	}
	return nil, portal.Attachment{}, fault("service.Partnerships.File", blob, portal.ErrNotFound)
}
