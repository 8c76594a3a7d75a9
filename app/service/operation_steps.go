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

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// step is what an operation does to one programme: from Before, at that version, to After;
// nil is none. Changes come before creations, so that these can be written together.
type step struct {
	ID      string            `json:"id"`
	Version int64             `json:"version,omitempty"`
	Before  *portal.Programme `json:"before,omitempty"`
	After   *portal.Programme `json:"after,omitempty"`
}

func (s step) name() string {
	if s.After != nil {
		return s.After.Name + " " + s.After.Code
	}
	return s.Before.Name + " " + s.Before.Code
}

// plan is everything an operation will do, or what keeps it from that.
type plan struct {
	Steps  []step        `json:"steps"`
	Faults []sheet.Fault `json:"faults,omitempty"` // the first of them
	faults int           // all
}

// planMost is the most bytes a plan may take.
const planMost = 128 << 20

// keep stores the plan and returns its blob.
func (p plan) keep(ctx context.Context, e store.Engine) (string, error) {
	slices.SortStableFunc(p.Steps, func(a, b step) int {
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

func (o *Operations) plan(ctx context.Context, op portal.Operation) (plan, error) {
	var p plan
	in, _, err := o.Records.Engine.OpenBlob(ctx, op.Steps)
	if err != nil {
		return p, fault("service.Operations.plan", op.ID, err)
	}
	defer in.Close()
	return p, fault("service.Operations.plan", op.ID, json.NewDecoder(bufio.NewReader(in)).Decode(&p))
}

// stepsAtOnce is how many steps are taken between two notes of the progress, and the most
// a person waits for.
const stepsAtOnce = 200

// errMet is that somebody else has changed what a step was to change.
var errMet = errors.New("met another's change")

// roll brings a decided operation to its end, from wherever it stands.
func (o *Operations) roll(ctx context.Context, id string) error {
	op, err := o.Records.Operations.Fresh(ctx, id)
	if err != nil || !op.Busy() {
		return fault("service.Operations.roll", id, err)
	}
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
			why = met([]step{p.Steps[op.Done+n]})
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

// met says which programmes somebody else has changed.
func met(steps []step) []portal.Problem {
	var out []portal.Problem
	for _, st := range steps[:min(len(steps), operationsShown)] {
		out = append(out, portal.Problem{Field: st.ID, Key: "import.met", Args: []any{st.name()}})
	}
	return out
}

// outdated says what is no longer as it was when the plan was made.
func (o *Operations) outdated(ctx context.Context, steps []step) ([]portal.Problem, error) {
	var late []step
	for part := range slices.Chunk(steps, batch) {
		now, err := o.current(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, st := range part {
			if cur := now[st.ID]; !st.fits(cur) {
				late = append(late, st)
			}
		}
	}
	return met(late), nil
}

// fits reports whether a programme is as it was when the step was planned.
func (s step) fits(cur *portal.Programme) bool {
	if cur == nil || s.Before == nil {
		return cur == nil && s.Before == nil
	}
	return cur.Version == s.Version
}

// current reads the programmes of steps as they are now.
func (o *Operations) current(ctx context.Context, steps []step) (map[string]*portal.Programme, error) {
	ids := make([]string, len(steps))
	for i, st := range steps {
		ids[i] = st.ID
	}
	recs, err := o.Records.Programmes.GetMany(ctx, ids)
	out := make(map[string]*portal.Programme, len(recs))
	for i := range recs {
		out[recs[i].ID] = &recs[i]
	}
	return out, fault("service.Operations.current", "", err)
}

// take takes steps in their order and returns how many; what was taken before is left.
func (o *Operations) take(ctx context.Context, v portal.Viewer, action string, steps []step) (int, error) {
	now, err := o.current(ctx, steps)
	if err != nil {
		return 0, err
	}
	alone := steps // those to be taken one by one
	if first := slices.IndexFunc(steps, func(s step) bool { return s.Before == nil }); first >= 0 {
		if err := o.createAll(ctx, v, action, steps[first:], now); err == nil {
			alone = steps[:first]
		} else if now, err = o.current(ctx, steps); err != nil { // some may have been made
			return 0, err
		}
	}
	for i, st := range alone {
		cur := now[st.ID]
		if same(cur, st.After) {
			continue
		}
		if !st.fits(cur) {
			return i, fmt.Errorf("%s: %w", st.ID, errMet)
		}
		if err := o.write(ctx, v, action, cur, st.After); err != nil {
			return i, err
		}
	}
	return len(steps), nil
}

// createAll makes the programmes that are not there in one write. Where that fails, one by
// one shows why.
func (o *Operations) createAll(ctx context.Context, v portal.Viewer, action string, steps []step, now map[string]*portal.Programme) error {
	var recs []portal.Programme
	for _, st := range steps {
		if cur := now[st.ID]; cur == nil {
			rec := *st.After
			if err := note[portal.Programme](o.Rooms, v, action, &portal.Programme{}, &rec); err != nil {
				return err
			}
			recs = append(recs, rec)
		} else if !same(cur, st.After) {
			return errMet
		}
	}
	if len(recs) == 0 {
		return nil
	}
	return o.Records.Programmes.InsertMany(ctx, recs)
}

// write brings a programme from what it is to what it shall be.
func (o *Operations) write(ctx context.Context, v portal.Viewer, action string, cur, to *portal.Programme) (err error) {
	if to == nil {
		err = o.Records.Programmes.Delete(ctx, cur.ID, cur.Version)
	} else {
		rec, was := *to, portal.Programme{}
		if cur != nil {
			was, rec.Meta, rec.Trail = *cur, cur.Meta, cur.Trail
		}
		if err := note(o.Rooms, v, action, &was, &rec); err != nil {
			return err
		}
		if cur == nil {
			err = o.Records.Programmes.Insert(ctx, &rec)
		} else {
			err = o.Records.Programmes.Replace(ctx, &rec)
		}
	}
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDuplicate) {
		return fmt.Errorf("%w: %w", errMet, err)
	}
	return err
}

// putBack undoes steps, the last first, and returns the names of those somebody has
// changed since. Behind the first taken of them it is not known whether they were.
func (o *Operations) putBack(ctx context.Context, v portal.Viewer, steps []step, taken int) (kept []string, err error) {
	now, err := o.current(ctx, steps)
	if err != nil {
		return nil, err
	}
	for i, st := range slices.Backward(steps) {
		cur := now[st.ID]
		if same(cur, st.Before) {
			continue
		}
		err := errMet
		if same(cur, st.After) {
			err = o.write(ctx, v, "programmes.undo", cur, st.Before)
		}
		switch {
		case err == nil:
		case !errors.Is(err, errMet):
			return kept, err
		case i < taken:
			kept = append(kept, st.name())
		}
	}
	return kept, nil
}

// same reports whether two programmes say the same, whatever the store and the trail
// know of them.
func same(a, b *portal.Programme) bool {
	if a == nil || b == nil {
		return a == b
	}
	return bytes.Equal(bare(*a), bare(*b))
}

func bare(p portal.Programme) []byte {
	p.Meta, p.Trail = portal.Meta{ID: p.ID}, portal.Trail{}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // a programme is plain data
	}
	return body
}
