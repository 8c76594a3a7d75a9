package service

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// The most documents of an agreement or a milestone, and the longest number of one.
const (
	evidenceMost = 12
	numberMost   = 60
)

// Draw writes the agreement down. Whoever stood by another wording is asked again.
func (p *Partnerships) Draw(ctx context.Context, v portal.Viewer, id string, version int64, a portal.Agreement) (portal.Partnership, error) {
	var bad portal.Invalid
	if a.Number = strings.TrimSpace(a.Number); utf8.RuneCountInString(a.Number) > numberMost {
		bad.Add("number", "problem.too_long", numberMost)
	}
	if invalid, ok := a.Check(p.today()).(portal.Invalid); ok {
		bad = append(bad, invalid...)
	}
	return p.act(ctx, v, id, version, portal.ActDraw, "partnership.draw", func(rec *portal.Partnership) error {
		if err := bad.Err(); err != nil {
			return err
		}
		rec.Draw(a)
		return nil
	})
}

// AttachAgreement keeps a document with the agreement.
func (p *Partnerships) AttachAgreement(ctx context.Context, v portal.Viewer, id, name string, file io.Reader) (portal.Partnership, error) {
	return p.withFile(ctx, v, id, portal.ActDraw, "partnership.attach", "agreement_file", name, file, func(rec *portal.Partnership, a portal.Attachment) error {
		if len(rec.Agreement.Documents) >= evidenceMost {
			return portal.Invalid{{Field: "agreement_file", Key: "problem.too_many_files", Args: []any{evidenceMost}}}
		}
		rec.Agreement.Documents = append(rec.Agreement.Documents, a)
		rec.Agreement.Confirmed = nil
		return nil
	})
}

// withFile keeps a file with a change, and takes it away again when that is refused.
func (p *Partnerships) withFile(ctx context.Context, v portal.Viewer, id string, act portal.PartnershipAct, action, field, name string, file io.Reader, do func(*portal.Partnership, portal.Attachment) error) (portal.Partnership, error) {
	rec, err := p.Records.Partnerships.Get(ctx, id)
	if err == nil && !portal.CanFollowPartnership(v, rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return rec, fault("service.Partnerships.withFile", id, err)
	}
	a, err := keepFile(ctx, p.Rooms, field, name, file)
	if err != nil {
		return rec, err
	}
	rec, err = p.act(ctx, v, id, 0, act, action, func(rec *portal.Partnership) error { return do(rec, a) })
	if err != nil {
		err = errors.Join(err, p.Records.Engine.DeleteBlob(ctx, a.Blob))
	}
	return rec, err
}

// Confirm stands by the agreement for the viewer's organisation. It is signed when both
// sides do.
func (p *Partnerships) Confirm(ctx context.Context, v portal.Viewer, id string, version int64) (portal.Partnership, error) {
	have, err := p.Records.Partnerships.Get(ctx, id)
	if err != nil {
		return have, fault("service.Partnerships.Confirm", id, err)
	}
	t, err := p.typeOf(ctx, have.Type)
	if err != nil {
		return have, err
	}
	rec, err := p.act(ctx, v, id, version, portal.ActConfirm, "partnership.confirm", func(rec *portal.Partnership) error {
		return rec.Confirm(v, t, p.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	kind := "partnership.to_confirm"
	if rec.Stage == portal.PartnershipSigned {
		kind = "partnership.signed"
	}
	return rec, p.tell(ctx, v, rec, kind, p.name(ctx, v))
}

// Pay enters how much of the agreed amount has been received in all, in yuan.
func (p *Partnerships) Pay(ctx context.Context, v portal.Viewer, id string, version, received int64) (portal.Partnership, error) {
	return p.act(ctx, v, id, version, portal.ActPay, "partnership.pay", func(rec *portal.Partnership) error { return rec.Agreement.Pay(received) })
}

// Extend prolongs the agreement, once.
func (p *Partnerships) Extend(ctx context.Context, v portal.Viewer, id string, version int64, until, reason string) (portal.Partnership, error) {
	reason, err := endNote(reason)
	if err != nil {
		return portal.Partnership{}, portal.Invalid{{Field: "reason", Key: "problem.too_long", Args: []any{textMost}}}
	}
	rec, err := p.act(ctx, v, id, version, portal.ActExtend, "partnership.extend", func(rec *portal.Partnership) error {
		return rec.Agreement.Extend(until, reason, p.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	return rec, p.tell(ctx, v, rec, "partnership.extended", until)
}

// Plan adds a milestone, or changes one; a new one has no id.
func (p *Partnerships) Plan(ctx context.Context, v portal.Viewer, id string, version int64, m portal.Milestone) (portal.Partnership, error) {
	m.Title = strings.TrimSpace(m.Title)
	if utf8.RuneCountInString(m.Title) > titleMost {
		return portal.Partnership{}, portal.Invalid{{Field: "title", Key: "problem.too_long", Args: []any{titleMost}}}
	}
	fresh := m.ID == ""
	if fresh {
		m.ID = newID()[:8]
	}
	return p.act(ctx, v, id, version, portal.ActMilestone, "partnership.plan", func(rec *portal.Partnership) error {
		if _, there := rec.Milestone(m.ID); !there && !fresh {
			return portal.ErrNotFound
		}
		return rec.Plan(m)
	})
}

// Drop takes a milestone off that has not been reached.
func (p *Partnerships) Drop(ctx context.Context, v portal.Viewer, id string, version int64, milestone string) (portal.Partnership, error) {
	return p.act(ctx, v, id, version, portal.ActMilestone, "partnership.drop", func(rec *portal.Partnership) error { return rec.Drop(milestone) })
}

// Reach notes that a milestone was reached. file is what shows it; nil where it has some.
func (p *Partnerships) Reach(ctx context.Context, v portal.Viewer, id, milestone, day, note, name string, file io.Reader) (portal.Partnership, error) {
	note, err := endNote(note)
	if err != nil {
		return portal.Partnership{}, err
	}
	reach := func(rec *portal.Partnership, evidence ...portal.Attachment) error {
		m, there := rec.Milestone(milestone)
		switch {
		case !there:
			return portal.ErrNotFound
		case m.Done != "":
			return portal.ErrConflict
		}
		return m.Reach(day, note, evidence, p.today())
	}
	var rec portal.Partnership
	if file == nil {
		rec, err = p.act(ctx, v, id, 0, portal.ActMilestone, "partnership.reach", func(rec *portal.Partnership) error { return reach(rec) })
	} else {
		rec, err = p.withFile(ctx, v, id, portal.ActMilestone, "partnership.reach", "evidence", name, file, func(rec *portal.Partnership, a portal.Attachment) error { return reach(rec, a) })
	}
	if err != nil {
		return rec, err
	}
	m, _ := rec.Milestone(milestone)
	return rec, p.tell(ctx, v, rec, "milestone.reached", portal.Bilingual(m.Title, m.TitleEn))
}

// typeOf is what is asked of partnerships of a type; one the office has taken off asks
// for nothing.
func (p *Partnerships) typeOf(ctx context.Context, m portal.Mode) (portal.PartnershipType, error) {
	t, err := p.Records.Types.Get(ctx, string(m))
	if errors.Is(err, store.ErrNotFound) {
		return portal.PartnershipType{Meta: portal.Meta{ID: string(m)}}, nil
	}
	return t, fault("service.Partnerships.typeOf", string(m), err)
}

// Types lists what is asked of the partnerships of every type.
func (p *Partnerships) Types(ctx context.Context, v portal.Viewer) ([]portal.PartnershipType, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Partnerships.Types", "", portal.ErrNotFound)
	}
	out := make([]portal.PartnershipType, len(portal.Modes))
	for i, m := range portal.Modes {
		var err error
		if out[i], err = p.typeOf(ctx, m); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// The most months a milestone lies ahead, and a partnership may rest.
const monthsMost = 120

// EditType changes what is asked of partnerships of a type from now on; those that are
// signed keep their milestones.
func (p *Partnerships) EditType(ctx context.Context, v portal.Viewer, t portal.PartnershipType) (portal.PartnershipType, error) {
	switch {
	case !v.CanAnalyse() || !portal.Mode(t.ID).Valid():
		return t, fault("service.Partnerships.EditType", t.ID, portal.ErrNotFound)
	case !portal.CanEditTypes(v):
		return t, portal.ErrForbidden
	}
	var bad portal.Invalid
	if t.DormantMonths < 1 || t.DormantMonths > monthsMost {
		bad.Add("dormant_months", "type.months", monthsMost)
	}
	if len(t.Milestones) > portal.MilestonesMost {
		bad.Add("milestones", "partnership.milestones_full", portal.MilestonesMost)
	}
	for i, m := range t.Milestones {
		if m.Title == "" || m.Months < 0 || m.Months > monthsMost || utf8.RuneCountInString(m.Title) > titleMost {
			bad.Add("milestones", "type.line", strconv.Itoa(i+1), monthsMost)
		}
	}
	if err := bad.Err(); err != nil {
		return t, err
	}
	return changed(ctx, p.Rooms, p.Records.Types, v, t.ID, "type.edit", func(rec *portal.PartnershipType) error {
		if rec.Version != t.Version {
			return portal.ErrConflict
		}
		rec.Milestones, rec.Required, rec.DormantMonths = t.Milestones, t.Required, t.DormantMonths
		return nil
	})
}
