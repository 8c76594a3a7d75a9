package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// act changes an intention by one of its acts, if the viewer may and nobody came between.
func (i *Intentions) act(ctx context.Context, v portal.Viewer, id string, version int64, act portal.IntentionAct, action string, fn func(*portal.Intention) error) (portal.Intention, error) {
	return changed(ctx, i.Rooms, i.Records.Intentions, v, id, action, func(in *portal.Intention) error {
		switch {
		case !portal.CanSeeIntention(v, *in):
			return portal.ErrNotFound
		case version > 0 && in.Version != version:
			return portal.ErrConflict
		case !in.CanAct(v, act, i.Clock()):
			return portal.ErrForbidden
		}
		return fn(in)
	})
}

// Decline answers no to one or several intentions, each for the same reason. Those that
// somebody answered meanwhile are left as they are; how many were declined is returned.
func (i *Intentions) Decline(ctx context.Context, v portal.Viewer, ids []string, reason, note string) (int, error) {
	var bad portal.Invalid
	if !slices.Contains(portal.DeclineReasons[:], reason) {
		bad.Add("reason", "problem.required")
	}
	if len(ids) == 0 {
		bad.Add("id", "intention.choose")
	}
	if note = strings.TrimSpace(note); len([]rune(note)) > textMost {
		bad.Add("note", "problem.too_long", textMost)
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	done := 0
	for _, id := range ids {
		in, err := i.act(ctx, v, id, 0, portal.ActDecline, "intention.decline", func(in *portal.Intention) error {
			return in.Decline(reason, note, i.Clock().UTC())
		})
		if errors.Is(err, portal.ErrForbidden) && len(ids) > 1 {
			continue
		}
		if err != nil {
			return done, err
		}
		done++
		if err := i.tell(ctx, in, in.From, "intention.declined"); err != nil {
			return done, err
		}
	}
	return done, nil
}

// Withdraw takes an intention back before it is answered.
func (i *Intentions) Withdraw(ctx context.Context, v portal.Viewer, id string, version int64, reason string) error {
	in, err := i.act(ctx, v, id, version, portal.ActWithdraw, "intention.withdraw", func(in *portal.Intention) error {
		in.Withdraw(shortened(strings.TrimSpace(reason), textMost), i.Clock().UTC())
		return nil
	})
	if err != nil {
		return err
	}
	return i.tell(ctx, in, in.To(), "intention.withdrawn")
}

// messagesMost is the most messages of a thread.
const messagesMost = 200

// Write adds a message to the thread and tells the other side.
func (i *Intentions) Write(ctx context.Context, v portal.Viewer, id, text string) error {
	var bad portal.Invalid
	text = strings.TrimSpace(text)
	if checkText(&bad, "message", text, textMost); len(bad) > 0 {
		return bad
	}
	in, err := i.act(ctx, v, id, 0, portal.ActWrite, "intention.write", func(in *portal.Intention) error {
		if len(in.Thread) >= messagesMost {
			return portal.Invalid{{Field: "message", Key: "intention.thread_full", Args: []any{messagesMost}}}
		}
		in.Thread = append(in.Thread, portal.Message{By: v.Person, Side: v.Kind, Name: v.Name, Text: text, At: i.Clock().UTC()})
		return nil
	})
	if err != nil {
		return err
	}
	other := in.To()
	if v.Kind == other {
		other = in.From
	}
	return i.tell(ctx, in, other, "intention.message")
}

// Accept says yes. The seats promised never exceed those free; seats names them by
// programme, nil leaving a programme open. Then the partnership opens and both sides see
// each other's contact.
func (i *Intentions) Accept(ctx context.Context, v portal.Viewer, id string, version int64, note string, seats map[string]*int) (portal.Intention, error) {
	for _, n := range seats {
		if n != nil && (*n < 1 || *n > seatsMost) {
			return portal.Intention{}, portal.Invalid{{Field: "seats", Key: "intention.seats", Args: []any{seatsMost}}}
		}
	}
	_, err := i.act(ctx, v, id, version, portal.ActAccept, "intention.accept", func(in *portal.Intention) error {
		wanted := slices.Clone(in.Programmes)
		for k := range wanted {
			if n, given := seats[wanted[k].Programme]; given {
				wanted[k].Seats = n
			}
		}
		in.Accept(shortened(strings.TrimSpace(note), textMost), "p-"+in.ID, wanted, i.Clock().UTC())
		return nil
	})
	if err != nil {
		return portal.Intention{}, err
	}
	return i.finish(ctx, v, id)
}

// finish does what an acceptance has promised. Each step is harmless when done twice, so
// that whoever finds it unfinished goes on.
func (i *Intentions) finish(ctx context.Context, v portal.Viewer, id string) (portal.Intention, error) {
	in, err := i.Records.Intentions.Fresh(ctx, id)
	if err != nil || !in.Accepting {
		return in, fault("service.Intentions.finish", id, err)
	}
	if err := i.promise(ctx, in); err != nil {
		var invalid portal.Invalid
		if !errors.As(err, &invalid) {
			return in, err
		}
		return in, errors.Join(err, i.takeBack(ctx, v, in))
	}
	if err := i.open(ctx, v, in); err != nil {
		return in, err
	}
	contacts, err := i.contacts(ctx, in)
	if err != nil {
		return in, err
	}
	in, err = changed(ctx, i.Rooms, i.Records.Intentions, v, id, "intention.accepted", func(in *portal.Intention) error {
		if in.Accepting {
			in.Accepted(contacts)
		}
		return nil
	})
	if err != nil {
		return in, err
	}
	return in, errors.Join(i.tell(ctx, in, in.From, "intention.accepted"), i.tell(ctx, in, in.To(), "intention.agreed"))
}

// promise holds the seats of every programme.
func (i *Intentions) promise(ctx context.Context, in portal.Intention) error {
	for _, w := range in.Programmes {
		_, err := i.Records.Programmes.Mutate(ctx, w.Programme, func(p *portal.Programme) error {
			if w.Seats == nil {
				return nil
			}
			return p.Promise(in.ID, *w.Seats)
		})
		if errors.Is(err, store.ErrNotFound) {
			return portal.Invalid{{Field: "seats", Key: "intention.programme_withdrawn", Args: []any{w.Name}}}
		}
		if err != nil {
			return fault("service.Intentions.promise", w.Programme, err)
		}
	}
	return nil
}

// takeBack lets go of seats held by an acceptance that could not be kept.
func (i *Intentions) takeBack(ctx context.Context, v portal.Viewer, in portal.Intention) error {
	for _, w := range in.Programmes {
		_, err := i.Records.Programmes.Mutate(ctx, w.Programme, func(p *portal.Programme) error { p.Release(in.ID); return nil })
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fault("service.Intentions.takeBack", w.Programme, err)
		}
	}
	_, err := changed(ctx, i.Rooms, i.Records.Intentions, v, in.ID, "intention.unaccept", func(in *portal.Intention) error {
		in.Unaccept()
		return nil
	})
	return err
}

// open begins the partnership, with its parties and its reasons.
func (i *Intentions) open(ctx context.Context, v portal.Viewer, in portal.Intention) error {
	c, err := i.Records.Colleges.Get(ctx, in.College)
	if err != nil {
		return fault("service.Intentions.open", in.College, err)
	}
	e, err := i.Records.Enterprises.Get(ctx, in.Enterprise)
	if err != nil {
		return fault("service.Intentions.open", in.Enterprise, err)
	}
	by := portal.EnterpriseOrganisation(in.Enterprise)
	if in.From == portal.OfCollege {
		by = portal.CollegeOrganisation(in.College)
	}
	p := portal.Partnership{Meta: portal.Meta{ID: in.Partnership}, Type: in.Modes[0], Title: e.Name + " × " + c.Name,
		Colleges: []portal.Party{{ID: c.ID, Name: c.Name}}, Enterprises: []portal.Party{{ID: e.ID, Name: e.Name}}, Industry: e.Industry,
		Stage: portal.PartnershipNegotiating, By: by, Active: in.AnsweredAt, Intention: in.ID, Need: in.Need, Seats: in.Programmes, Reasons: in.Reasons, Begun: in.AnsweredAt, Origin: in.Origin}
	for _, w := range in.Programmes {
		if _, code := portal.SplitProgrammeID(w.Programme); !slices.Contains(p.Programmes, code) {
			p.Programmes = append(p.Programmes, code)
		}
	}
	err = created(ctx, i.Rooms, i.Records.Partnerships, v, "partnership.open", &p)
	if errors.Is(err, portal.ErrDuplicate) {
		return nil
	}
	return err
}

// contacts are the sender's and the answerer's.
func (i *Intentions) contacts(ctx context.Context, in portal.Intention) ([]portal.Contact, error) {
	out := make([]portal.Contact, 2)
	for k, side := range []portal.OrganisationKind{in.From, in.To()} {
		o, err := i.organisation(ctx, in, side)
		if err != nil {
			return nil, err
		}
		out[k] = o.Contact
	}
	return out, nil
}

// patience is the time the portal that began an acceptance has to end it.
const patience = time.Minute

// due reminds, expires and finishes what waits.
func (i *Intentions) due(ctx context.Context) error {
	now := i.Clock()
	page, err := i.Records.Intentions.Find(ctx, store.Query{Where: []store.Cond{store.Between("due", nil, now.Add(time.Millisecond))}, Sort: "due"})
	if err != nil {
		return fault("service.Intentions.due", "", err)
	}
	var errs []error
	for _, in := range page.Items {
		errs = append(errs, i.remind(ctx, in))
	}
	err = i.Records.Intentions.All(ctx, []store.Cond{store.Where("accepting", true)}, func(in *portal.Intention) error {
		if now.Sub(in.ChangedAt) < patience {
			return nil
		}
		_, err := i.finish(ctx, portal.System, in.ID)
		var invalid portal.Invalid
		if errors.As(err, &invalid) {
			return nil // taken back
		}
		return err
	})
	return errors.Join(append(errs, fault("service.Intentions.due", "accepting", err))...)
}

// remind does what is next due of an intention that waits.
func (i *Intentions) remind(ctx context.Context, in portal.Intention) error {
	if in.CanAct(portal.System, portal.ActExpire, i.Clock()) {
		in, err := i.act(ctx, portal.System, in.ID, 0, portal.ActExpire, "intention.expire", func(in *portal.Intention) error { in.Expire(); return nil })
		if err != nil {
			return err
		}
		return errors.Join(i.tell(ctx, in, in.From, "intention.expired"), i.tell(ctx, in, in.To(), "intention.missed"))
	}
	if in.Accepting || in.Reminded > 1 {
		return nil
	}
	var err error
	if in.Reminded == 0 {
		err = i.tell(ctx, in, in.To(), "intention.warn")
	} else {
		err = i.tellOffice(ctx, in, "intention.overdue")
	}
	if err != nil {
		return err
	}
	step := in.Reminded + 1
	_, err = changed(ctx, i.Rooms, i.Records.Intentions, portal.System, in.ID, "intention.remind", func(in *portal.Intention) error {
		in.Reminded = max(in.Reminded, step)
		return nil
	})
	return err
}
