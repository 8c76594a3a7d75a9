package service

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// step is what an operation does to one record: from Before, at that version, to After;
// nil is none. Changes come before creations, so that these can be written together.
type step[T any] struct {
	ID      string `json:"id"`
	Version int64  `json:"version,omitempty"`
	Before  *T     `json:"before,omitempty"`
	After   *T     `json:"after,omitempty"`
}

// plan is everything an operation will do, or what keeps it from that.
type plan[T any] struct {
	Steps  []step[T]     `json:"steps"`
	Faults []sheet.Fault `json:"faults,omitempty"` // the first of them
	faults int           // all
}

// planMost is the most bytes a plan may take.
const planMost = 128 << 20

// keep stores the plan and returns its blob.
func (p plan[T]) keep(ctx context.Context, e store.Engine) (string, error) {
	slices.SortStableFunc(p.Steps, func(a, b step[T]) int {
		rank := map[bool]int{true: 1}
		return rank[a.Before == nil] - rank[b.Before == nil]
	})
	out, in := io.Pipe()
	go func() {
		w := bufio.NewWriter(in)
		err := json.NewEncoder(w).Encode(p)
		in.CloseWithError(errors.Join(err, w.Flush()))
	}()
	blob, err := e.PutBlob(ctx, out, planMost)
	out.CloseWithError(err)
	return blob.ID, err
}

// operated is how operations change the records of one noun.
type operated[T any, P audited[T]] struct {
	*Operations
	records *store.Collection[T, P]
	name    func(T) string
	book    func(lang string, at time.Time) operatedBook[T]
	hidden  func(step[T]) bool                                        // others see nothing of it; nil: they see all
	begin   func(rec *T, at time.Time)                                // tells a record when its operation was decided; may be nil
	needed  func(context.Context, []step[T]) (map[string]bool, error) // ids others have built on, which undoing leaves alone; may be nil
}

// enrol lets operations change the records of a noun.
func enrol[T any, P audited[T]](all *Operations, o *operated[T, P]) *operated[T, P] {
	o.Operations = all
	all.nouns[o.noun()] = o
	return o
}

// noun begins the kinds of the operations.
func (o *operated[T, P]) noun() string { return o.records.Name() }

// operatedBook words what an operation does and what is wrong with it.
type operatedBook[T any] interface {
	change(before, after T) []FieldChange
	fault(sheet.Fault) ImportFault
}

func (o *operated[T, P]) nameOf(s step[T]) string {
	if s.After != nil {
		return o.name(*s.After)
	}
	return o.name(*s.Before)
}

// draft keeps an operation with its plan.
func (o *operated[T, P]) draft(ctx context.Context, v portal.Viewer, op portal.Operation, p plan[T]) (portal.Operation, error) {
	op.ID, op.Organisation, op.By, op.At, op.State = newID(), v.Organisation, v.Person, o.Clock().UTC(), portal.OperationDraft
	op.Faults, op.Hidden = p.faults, o.hidden != nil
	for _, st := range p.Steps {
		switch {
		case st.Before == nil:
			op.Created++
		case st.After == nil:
			op.Removed++
		default:
			op.Changed++
		}
		op.Hidden = op.Hidden && o.hidden(st)
	}
	blob, err := p.keep(ctx, o.Records.Engine)
	if err != nil {
		return op, fault("service.Operations.draft", op.Kind, err)
	}
	op.Steps = blob
	return op, created(ctx, o.Rooms, o.Records.Operations, v, op.Kind+".draft", &op)
}

// apply drafts an operation and decides it at once.
func (o *operated[T, P]) apply(ctx context.Context, v portal.Viewer, act, title string, steps []step[T]) (portal.Operation, error) {
	op, err := o.draft(ctx, v, portal.Operation{Kind: o.noun() + "." + act, Title: title}, plan[T]{Steps: steps})
	if err != nil {
		return op, err
	}
	return o.Apply(ctx, v, op.ID)
}

func (o *operated[T, P]) plan(ctx context.Context, op portal.Operation) (plan[T], error) {
	var p plan[T]
	in, _, err := o.Records.Engine.OpenBlob(ctx, op.Steps)
	if err != nil {
		return p, fault("service.Operations.plan", op.ID, err)
	}
	defer in.Close()
	if err := json.NewDecoder(bufio.NewReader(in)).Decode(&p); err != nil {
		return p, fault("service.Operations.plan", op.ID, err)
	}
	for _, st := range p.Steps {
		if op.State != portal.OperationDraft && o.begin != nil && st.After != nil {
			o.begin(st.After, op.At)
		}
	}
	return p, nil
}

// show tells on a page what an operation does, in words of a language.
func (o *operated[T, P]) show(ctx context.Context, page *OperationPage, lang string) error {
	p, err := o.plan(ctx, page.Operation)
	if err != nil {
		return err
	}
	book := o.book(lang, page.Operation.At)
	for _, f := range p.Faults[:min(len(p.Faults), operationsShown)] {
		page.Faults = append(page.Faults, book.fault(f))
	}
	for _, st := range p.Steps {
		switch {
		case st.Before == nil && len(page.Created) < operationsShown:
			page.Created = append(page.Created, o.nameOf(st))
		case st.After == nil && len(page.Removed) < operationsShown:
			page.Removed = append(page.Removed, o.nameOf(st))
		case st.Before != nil && st.After != nil && len(page.Changed) < operationsShown:
			page.Changed = append(page.Changed, RecordChange{o.nameOf(st), book.change(*st.Before, *st.After)})
		}
	}
	return nil
}

// stepsAtOnce is how many steps are taken between two notes of the progress, and the most
// a person waits for.
const stepsAtOnce = 200

// errMet is that somebody else has changed what a step was to change.
var errMet = errors.New("met another's change")

// roll brings a decided operation to its end, from wherever it stands.
func (o *operated[T, P]) roll(ctx context.Context, op portal.Operation) error {
	id := op.ID
	p, err := o.plan(ctx, op)
	if err != nil {
		return err
	}
	by := portal.Viewer{Person: op.By, Organisation: op.Organisation}
	for op.State == portal.OperationRunning {
		n, err := o.take(ctx, by, op.Kind, p.Steps[op.Done:min(op.Done+stepsAtOnce, len(p.Steps))])
		if err != nil && !errors.Is(err, errMet) {
			return fault("service.Operations.roll", id, err)
		}
		var why []portal.Problem
		if err != nil {
			why = o.met(p.Steps[op.Done+n : op.Done+n+1])
		}
		op, err = o.Records.Operations.Mutate(ctx, id, func(op *portal.Operation) error {
			if op.Advance(n); len(why) > 0 {
				op.Fail(why)
			}
			return nil
		})
		if err != nil {
			return fault("service.Operations.roll", id, err)
		}
	}
	// A portal that died may not have noted the last steps it took.
	reach := min(op.Done+stepsAtOnce, len(p.Steps))
	for op.State == portal.OperationUndoing {
		from := max(0, op.Done-stepsAtOnce)
		kept, err := o.putBack(ctx, by, p.Steps[from:reach], op.Done-from)
		if err == nil {
			op, err = o.Records.Operations.Mutate(ctx, id, func(op *portal.Operation) error { op.Retreat(from, kept); return nil })
		}
		if err != nil {
			return fault("service.Operations.roll", id, err)
		}
		reach = from
	}
	return nil
}

// met says which records somebody else has changed.
func (o *operated[T, P]) met(steps []step[T]) []portal.Problem {
	var out []portal.Problem
	for _, st := range steps[:min(len(steps), operationsShown)] {
		out = append(out, portal.Problem{Field: st.ID, Key: "import.met", Args: []any{o.nameOf(st)}})
	}
	return out
}

// outdated says what is no longer as it was when the plan was made.
func (o *operated[T, P]) outdated(ctx context.Context, op portal.Operation) ([]portal.Problem, error) {
	p, err := o.plan(ctx, op)
	if err != nil {
		return nil, err
	}
	var late []step[T]
	for part := range slices.Chunk(p.Steps, batch) {
		now, err := o.current(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, st := range part {
			if !o.fits(st, now[st.ID]) {
				late = append(late, st)
			}
		}
	}
	return o.met(late), nil
}

// fits reports whether a record is as it was when the step was planned.
func (o *operated[T, P]) fits(s step[T], cur *T) bool {
	if cur == nil || s.Before == nil {
		return cur == nil && s.Before == nil
	}
	return P(cur).Head().Version == s.Version
}

// current reads the records of steps as they are now.
func (o *operated[T, P]) current(ctx context.Context, steps []step[T]) (map[string]*T, error) {
	ids := make([]string, len(steps))
	for i, st := range steps {
		ids[i] = st.ID
	}
	recs, err := o.records.GetMany(ctx, ids)
	out := make(map[string]*T, len(recs))
	for i := range recs {
		out[P(&recs[i]).Head().ID] = &recs[i]
	}
	return out, fault("service.Operations.current", "", err)
}

// take takes steps in their order and returns how many; what was taken before is left.
func (o *operated[T, P]) take(ctx context.Context, v portal.Viewer, action string, steps []step[T]) (int, error) {
	now, err := o.current(ctx, steps)
	if err != nil {
		return 0, err
	}
	alone := steps // those to be taken one by one
	if first := slices.IndexFunc(steps, func(s step[T]) bool { return s.Before == nil }); first >= 0 {
		if err := o.createAll(ctx, v, action, steps[first:], now); err == nil {
			alone = steps[:first]
		} else if now, err = o.current(ctx, steps); err != nil { // some may have been made
			return 0, err
		}
	}
	for i, st := range alone {
		cur := now[st.ID]
		if o.same(cur, st.After) {
			continue
		}
		if !o.fits(st, cur) {
			return i, fmt.Errorf("%s: %w", st.ID, errMet)
		}
		if err := o.write(ctx, v, action, cur, st.After); err != nil {
			return i, err
		}
	}
	return len(steps), nil
}

// createAll makes the records that are not there in one write. Where that fails, one by
// one shows why.
func (o *operated[T, P]) createAll(ctx context.Context, v portal.Viewer, action string, steps []step[T], now map[string]*T) error {
	var recs []T
	var none T
	for _, st := range steps {
		if cur := now[st.ID]; cur == nil {
			rec := *st.After
			if err := note[T, P](o.Rooms, v, action, &none, &rec); err != nil {
				return err
			}
			recs = append(recs, rec)
		} else if !o.same(cur, st.After) {
			return errMet
		}
	}
	if len(recs) == 0 {
		return nil
	}
	return o.records.InsertMany(ctx, recs)
}

// write brings a record from what it is to what it shall be.
func (o *operated[T, P]) write(ctx context.Context, v portal.Viewer, action string, cur, to *T) (err error) {
	if to == nil {
		head := P(cur).Head()
		err = o.records.Delete(ctx, head.ID, head.Version)
	} else {
		rec := *to
		var was T
		if cur != nil {
			was = *cur
			*P(&rec).Head(), *P(&rec).Audited() = *P(cur).Head(), *P(cur).Audited()
		}
		if err := note[T, P](o.Rooms, v, action, &was, &rec); err != nil {
			return err
		}
		if cur == nil {
			err = o.records.Insert(ctx, &rec)
		} else {
			err = o.records.Replace(ctx, &rec)
		}
	}
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDuplicate) {
		return fmt.Errorf("%w: %w", errMet, err)
	}
	return err
}

// putBack undoes steps, the last first, and returns the names of those somebody has
// changed since, or built on. Behind the first taken of them it is not known whether they
// were.
func (o *operated[T, P]) putBack(ctx context.Context, v portal.Viewer, steps []step[T], taken int) (kept []string, err error) {
	now, err := o.current(ctx, steps)
	if err != nil {
		return nil, err
	}
	var needed map[string]bool
	if o.needed != nil {
		if needed, err = o.needed(ctx, steps); err != nil {
			return nil, err
		}
	}
	for i, st := range slices.Backward(steps) {
		cur := now[st.ID]
		if o.same(cur, st.Before) {
			continue
		}
		err := errMet
		if o.same(cur, st.After) && !needed[st.ID] {
			err = o.write(ctx, v, o.noun()+".undo", cur, st.Before)
		}
		switch {
		case err == nil:
		case !errors.Is(err, errMet):
			return kept, err
		case i < taken:
			kept = append(kept, o.nameOf(st))
		}
	}
	return kept, nil
}

// same reports whether two records say the same, whatever the store and the trail know of
// them.
func (o *operated[T, P]) same(a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return bytes.Equal(o.bare(*a), o.bare(*b))
}

func (o *operated[T, P]) bare(rec T) []byte {
	head := P(&rec).Head()
	*head, *P(&rec).Audited() = portal.Meta{ID: head.ID}, portal.Trail{}
	body, err := json.Marshal(rec)
	if err != nil {
		panic(err) // a record is plain data
	}
	return body
}
