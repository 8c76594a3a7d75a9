package service

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Outcomes is what came of partnerships: entered by one party, confirmed by another,
// verified by the office.
type Outcomes struct {
	Rooms
	notices *Notices
}

// OutcomeEntry is an outcome as the viewer may read it, with what stands around it.
type OutcomeEntry struct {
	portal.Outcome
	Of      portal.Indicator
	In      portal.Partnership
	Names   map[string]string // of organisations, by id
	Kept    *portal.Tally     // what the records kept with the partnership say today; nil: nothing
	RedLine string            // period in which a red line was crossed, so that it cannot be verified
}

// OutcomeDraft is what somebody enters of a partnership.
type OutcomeDraft struct {
	Indicator string
	Period    string // its label
	portal.FiguresText
	FileName string
	File     io.Reader // may be nil
}

// Enter enters the value of an indicator for a period of a partnership, and tells the
// other parties.
func (o *Outcomes) Enter(ctx context.Context, v portal.Viewer, partnership string, d OutcomeDraft) (portal.Outcome, error) {
	p, err := o.partnership(ctx, v, partnership)
	if err != nil {
		return portal.Outcome{}, err
	}
	if !portal.CanEnterOutcome(v, p) {
		return portal.Outcome{}, portal.ErrForbidden
	}
	ind, err := o.indicator(ctx, p, d.Indicator)
	if err != nil {
		return portal.Outcome{}, err
	}
	rec, err := o.draft(v, p, ind, d)
	if err != nil {
		return rec, err
	}
	if err := o.apart(ctx, rec); err != nil {
		return rec, err
	}
	evidence, err := o.keepEvidence(ctx, d)
	if err != nil {
		return rec, err
	}
	rec.Versions[0].Evidence = evidence
	err = created(ctx, o.Rooms, o.Records.Outcomes, v, "outcome.enter", &rec)
	if err != nil {
		err = errors.Join(err, o.dropFiles(ctx, evidence))
		if errors.Is(err, portal.ErrDuplicate) {
			err = portal.Invalid{{Field: "period", Key: "outcome.twice", Args: []any{rec.Period.Label}}}
		}
		return rec, err
	}
	return rec, errors.Join(o.moved(ctx, p), o.tell(ctx, v, p, ind, rec, "outcome.entered"))
}

// draft checks what was written and makes the outcome of it, without evidence.
func (o *Outcomes) draft(v portal.Viewer, p portal.Partnership, ind portal.Indicator, d OutcomeDraft) (portal.Outcome, error) {
	var bad portal.Invalid
	period, err := portal.ReadPeriod(ind.Period, strings.TrimSpace(d.Period), o.today())
	join(&bad, err)
	figures, err := portal.ReadFigures(ind, period, d.FiguresText, o.today())
	join(&bad, err)
	rec := portal.Outcome{Meta: portal.Meta{ID: portal.OutcomeID(p.ID, ind.ID, period)}, Partnership: p.ID, Indicator: ind.ID, Period: period, Origin: originOf(p, o.today())}
	if err := bad.Err(); err != nil {
		return rec, err
	}
	return rec, rec.Enter(v, figures, nil, o.Clock().UTC())
}

// join adds the problems of an error that is an Invalid.
func join(bad *portal.Invalid, err error) {
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		*bad = append(*bad, invalid...)
	}
}

// apart refuses a period that shares a day with another of the same indicator and
// partnership; the very same is left to the store, whose ids are unique.
func (o *Outcomes) apart(ctx context.Context, rec portal.Outcome) error {
	there, err := collect(ctx, o.Records.Outcomes, store.Where("partnership", rec.Partnership), store.Where("indicator", rec.Indicator))
	for _, have := range there {
		if have.ID != rec.ID && have.Period.Overlaps(rec.Period) {
			return portal.Invalid{{Field: "period", Key: "outcome.overlaps", Args: []any{have.Period.Label}}}
		}
	}
	return err
}

// partnership is one the viewer follows.
func (o *Outcomes) partnership(ctx context.Context, v portal.Viewer, id string) (portal.Partnership, error) {
	p, err := o.Records.Partnerships.Get(ctx, id)
	if err == nil && !(p.Followed() && portal.CanFollowPartnership(v, p)) {
		err = portal.ErrNotFound
	}
	return p, fault("service.Outcomes.partnership", id, err)
}

// indicator is one that partnerships of that type have.
func (o *Outcomes) indicator(ctx context.Context, p portal.Partnership, key string) (portal.Indicator, error) {
	ind, err := o.Records.Indicators.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) || err == nil && !ind.For(p.Type) {
		return ind, portal.Invalid{{Field: "indicator", Key: "outcome.no_indicator"}}
	}
	return ind, fault("service.Outcomes.indicator", key, err)
}

func (o *Outcomes) keepEvidence(ctx context.Context, d OutcomeDraft) ([]portal.Attachment, error) {
	if d.File == nil {
		return nil, nil
	}
	a, err := keepFile(ctx, o.Rooms, "evidence", d.FileName, d.File)
	if err != nil {
		return nil, err
	}
	return []portal.Attachment{a}, nil
}

func (o *Outcomes) dropFiles(ctx context.Context, files []portal.Attachment) error {
	var errs []error
	for _, a := range files {
		errs = append(errs, o.Records.Engine.DeleteBlob(ctx, a.Blob))
	}
	return errors.Join(errs...)
}

// moved notes that something was done for the partnership. Once a day is enough: every
// write is a conflict for whoever is editing it.
func (o *Outcomes) moved(ctx context.Context, p portal.Partnership) error {
	now := o.Clock().UTC()
	if now.Sub(p.Active) < day && p.Dormant.IsZero() {
		return nil
	}
	_, err := o.Records.Partnerships.Mutate(ctx, p.ID, func(p *portal.Partnership) error {
		p.Active, p.Dormant = now, time.Time{}
		return nil
	})
	return fault("service.Outcomes.moved", p.ID, err)
}

// Show returns an outcome with its partnership and the names of who spoke.
func (o *Outcomes) Show(ctx context.Context, v portal.Viewer, id string) (OutcomeEntry, error) {
	rec, p, err := o.load(ctx, v, id)
	if err != nil {
		return OutcomeEntry{}, err
	}
	ind, err := o.Records.Indicators.Get(ctx, rec.Indicator)
	if err != nil {
		return OutcomeEntry{}, fault("service.Outcomes.Show", id, err)
	}
	e := OutcomeEntry{Outcome: rec.Shown(v, p, ind), Of: ind, In: p}
	if e.Names, err = o.names(ctx, p, rec); err != nil {
		return e, err
	}
	if e.Kept, err = o.kept(ctx, p, ind, rec); err != nil {
		return e, err
	}
	e.RedLine, err = o.crossed(ctx, rec)
	return e, err
}

// load is an outcome of a partnership the viewer follows.
func (o *Outcomes) load(ctx context.Context, v portal.Viewer, id string) (portal.Outcome, portal.Partnership, error) {
	rec, err := o.Records.Outcomes.Get(ctx, id)
	if err != nil {
		return rec, portal.Partnership{}, fault("service.Outcomes.load", id, err)
	}
	p, err := o.partnership(ctx, v, rec.Partnership)
	return rec, p, err
}

// names are those of the parties and of everybody who spoke about the outcomes.
func (o *Outcomes) names(ctx context.Context, p portal.Partnership, outcomes ...portal.Outcome) (map[string]string, error) {
	wanted := map[string]bool{portal.OfficeID: true}
	for _, id := range p.Organisations() {
		wanted[id] = true
	}
	for _, rec := range outcomes {
		for _, ver := range rec.Versions {
			wanted[ver.Organisation] = true
		}
	}
	orgs, err := o.Records.Organisations.GetMany(ctx, keys(wanted))
	out := make(map[string]string, len(orgs))
	for _, org := range orgs {
		out[org.ID] = org.Name
	}
	namedAsParties(out, p)
	return out, fault("service.Outcomes.names", p.ID, err)
}

// crossed is the period of a red line that keeps an outcome from being verified: one that
// was crossed in the same time. It is empty for red lines themselves.
func (o *Outcomes) crossed(ctx context.Context, rec portal.Outcome) (string, error) {
	all, err := dictionary(ctx, o.Rooms)
	for _, ind := range all {
		if !ind.RedLine || err != nil {
			continue
		}
		if ind.ID == rec.Indicator {
			return "", nil
		}
		lines, err := collect(ctx, o.Records.Outcomes, store.Where("partnership", rec.Partnership), store.Where("indicator", ind.ID))
		if err != nil {
			return "", err
		}
		for _, line := range lines {
			if line.Crosses(ind) && line.Period.Overlaps(rec.Period) {
				return line.Period.Label, nil
			}
		}
	}
	return "", err
}

// act changes an outcome as one of its acts. version is that of the record the person saw;
// what its state no longer allows is a conflict.
func (o *Outcomes) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.OutcomeAct, do func(*portal.Outcome, portal.Indicator) error) (portal.Outcome, portal.Partnership, portal.Indicator, error) {
	rec, p, err := o.load(ctx, v, id)
	if err != nil {
		return rec, p, portal.Indicator{}, err
	}
	ind, err := o.Records.Indicators.Get(ctx, rec.Indicator)
	if err != nil {
		return rec, p, ind, fault("service.Outcomes.act", id, err)
	}
	rec, err = changed(ctx, o.Rooms, o.Records.Outcomes, v, id, "outcome."+string(act), func(rec *portal.Outcome) error {
		switch {
		case rec.Version != version && (p.Has(v) && v.CanSpeak() || v.CanReview()):
			return portal.ErrConflict
		case rec.Can(v, p, act):
			return do(rec, ind)
		case p.Has(v) && v.CanSpeak() || v.CanReview():
			return portal.ErrConflict
		}
		return portal.ErrForbidden
	})
	return rec, p, ind, err
}

// Correct adds a version with other figures; the one before stays readable. Everything is
// confirmed and verified anew.
func (o *Outcomes) Correct(ctx context.Context, v portal.Viewer, id string, version int64, d OutcomeDraft) (portal.Outcome, error) {
	evidence, err := o.keepEvidence(ctx, d)
	if err != nil {
		return portal.Outcome{}, err
	}
	rec, p, ind, err := o.act(ctx, v, id, version, portal.OutcomeCorrect, func(rec *portal.Outcome, ind portal.Indicator) error {
		figures, err := portal.ReadFigures(ind, rec.Period, d.FiguresText, o.today())
		if err != nil {
			return err
		}
		return rec.Enter(v, figures, evidence, o.Clock().UTC())
	})
	if err != nil {
		return rec, errors.Join(err, o.dropFiles(ctx, evidence))
	}
	return rec, errors.Join(o.moved(ctx, p), o.tell(ctx, v, p, ind, rec, "outcome.corrected"))
}

// Attach adds evidence.
func (o *Outcomes) Attach(ctx context.Context, v portal.Viewer, id string, version int64, d OutcomeDraft) (portal.Outcome, error) {
	evidence, err := o.keepEvidence(ctx, d)
	if err != nil {
		return portal.Outcome{}, err
	}
	rec, p, _, err := o.act(ctx, v, id, version, portal.OutcomeAttach, func(rec *portal.Outcome, _ portal.Indicator) error {
		if len(evidence) == 0 {
			return portal.Invalid{{Field: "evidence", Key: "problem.required"}}
		}
		rec.Attach(evidence[0])
		return nil
	})
	if err != nil {
		return rec, errors.Join(err, o.dropFiles(ctx, evidence))
	}
	return rec, o.moved(ctx, p)
}

// Answer confirms, disputes, verifies or returns an outcome.
func (o *Outcomes) Answer(ctx context.Context, v portal.Viewer, id string, version int64, act portal.OutcomeAct, reason string) (portal.Outcome, error) {
	kind, ok := map[portal.OutcomeAct]string{portal.OutcomeConfirm: "outcome.confirmed", portal.OutcomeDispute: "outcome.disputed",
		portal.OutcomeVerify: "outcome.verified", portal.OutcomeReturn: "outcome.returned"}[act]
	if !ok {
		return portal.Outcome{}, portal.ErrNotFound
	}
	if act == portal.OutcomeVerify {
		e, err := o.Show(ctx, v, id)
		if err != nil {
			return e.Outcome, err
		}
		if e.RedLine != "" && e.Can(v, e.In, act) {
			return e.Outcome, portal.Invalid{{Field: "verify", Key: "outcome.red_line", Args: []any{e.RedLine}}}
		}
	}
	rec, p, ind, err := o.act(ctx, v, id, version, act, func(rec *portal.Outcome, _ portal.Indicator) error {
		return rec.Answer(v, act, strings.TrimSpace(reason), o.Clock().UTC())
	})
	if err != nil {
		return rec, err
	}
	if p.Has(v) {
		err = o.moved(ctx, p)
	}
	return rec, errors.Join(err, o.tell(ctx, v, p, ind, rec, kind))
}

// File opens evidence, of any version, for those who may see what it names.
func (o *Outcomes) File(ctx context.Context, v portal.Viewer, id, blob string) (io.ReadCloser, portal.Attachment, error) {
	rec, p, err := o.load(ctx, v, id)
	if err == nil && !portal.CanSeeFew(v, p) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return nil, portal.Attachment{}, fault("service.Outcomes.File", id, err)
	}
	for _, ver := range rec.Versions {
		for _, a := range ver.Evidence {
			if a.Blob == blob {
				r, _, err := o.Records.Engine.OpenBlob(ctx, blob)
				return r, a, fault("service.Outcomes.File", blob, err)
			}
		}
	}
	return nil, portal.Attachment{}, fault("service.Outcomes.File", blob, portal.ErrNotFound)
}

// tell tells the people of the other parties what was done to an outcome.
func (o *Outcomes) tell(ctx context.Context, v portal.Viewer, p portal.Partnership, ind portal.Indicator, rec portal.Outcome, kind string) error {
	return o.tellParties(ctx, v, p, rec.ID+"/"+strconv.FormatInt(rec.Version, 10), kind, "/desk/outcomes/"+rec.ID, p.Title, ind.Name, rec.Period.Label)
}

func (o *Outcomes) tellParties(ctx context.Context, v portal.Viewer, p portal.Partnership, key, kind, path string, args ...string) error {
	others := slices.DeleteFunc(p.Organisations(), func(id string) bool { return id == v.Organisation })
	return o.notices.tellAll(ctx, others, key, kind, path, args...)
}
