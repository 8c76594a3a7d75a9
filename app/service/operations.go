package service

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Operations (批处理) changes many records of a noun as one: all of what was shown, or
// nothing.
type Operations struct {
	Rooms
	one   sync.Mutex // one rolling at a time in this process,
	turns turns      // and among several by a lease
	nouns map[string]operator
}

// operator changes the records of one noun by operations.
type operator interface {
	show(ctx context.Context, page *OperationPage, lang string) error
	outdated(ctx context.Context, op portal.Operation) ([]portal.Problem, error)
	roll(ctx context.Context, op portal.Operation) error
}

func newOperations(r Rooms) *Operations {
	return &Operations{Rooms: r, turns: newTurns(r.Records, "operations"), nouns: map[string]operator{}}
}

// of finds who changes the records of an operation.
func (o *Operations) of(op portal.Operation) (operator, error) {
	if noun, ok := o.nouns[op.Noun()]; ok {
		return noun, nil
	}
	return nil, fault("service.Operations.of", op.Kind, portal.ErrNotFound)
}

// OperationEntry is an operation with the name of who decided it, or prepared it.
type OperationEntry struct {
	Operation portal.Operation
	By        string
}

// OperationPage is an operation with what it does. While it is under way nothing but its
// progress is known.
type OperationPage struct {
	OperationEntry
	Created []string // names, the first of them
	Removed []string
	Changed []RecordChange
	Faults  []ImportFault
}

// RecordChange is what a record says differently after an operation.
type RecordChange struct {
	Name   string
	Fields []FieldChange
}

// operationsShown is how many names, changes and faults a page lists.
const operationsShown = 50

// Show returns an operation of the viewer's organisation, its words in that language.
func (o *Operations) Show(ctx context.Context, v portal.Viewer, id, lang string) (OperationPage, error) {
	op, err := o.get(ctx, v, id)
	if err != nil {
		return OperationPage{}, err
	}
	entries, err := o.entries(ctx, []portal.Operation{op})
	if err != nil {
		return OperationPage{}, err
	}
	page := OperationPage{OperationEntry: entries[0]}
	if op.Busy() {
		return page, nil
	}
	noun, err := o.of(op)
	if err != nil {
		return page, err
	}
	err = noun.show(ctx, &page, lang)
	return page, err
}

func (o *Operations) get(ctx context.Context, v portal.Viewer, id string) (portal.Operation, error) {
	op, err := o.Records.Operations.Get(ctx, id)
	if err == nil && !portal.CanSeeOperation(v, op) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return portal.Operation{}, fault("service.Operations", id, err)
	}
	return op, nil
}

// Recent lists the last operations of the viewer's organisation, the newest first.
func (o *Operations) Recent(ctx context.Context, v portal.Viewer, most int) ([]OperationEntry, error) {
	if v.Organisation == "" {
		return nil, portal.ErrNotFound
	}
	page, err := o.Records.Operations.Find(ctx, store.Query{Where: []store.Cond{store.Where("organisation", v.Organisation)}, Sort: "at", Desc: true, Limit: most})
	if err != nil {
		return nil, fault("service.Operations.Recent", v.Organisation, err)
	}
	return o.entries(ctx, page.Items)
}

func (o *Operations) entries(ctx context.Context, ops []portal.Operation) ([]OperationEntry, error) {
	people, err := byID(ctx, o.Records.Persons, ops, func(op portal.Operation) string { return op.By })
	if err != nil {
		return nil, fault("service.Operations", "people", err)
	}
	out := make([]OperationEntry, len(ops))
	for i, op := range ops {
		out[i] = OperationEntry{op, people[op.By].Name}
	}
	return out, nil
}

// Errors opens the workbook that shows what is wrong with an import.
func (o *Operations) Errors(ctx context.Context, v portal.Viewer, id string) (io.ReadCloser, error) {
	op, err := o.get(ctx, v, id)
	if err == nil && op.Errors == "" {
		err = fault("service.Operations.Errors", id, portal.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	file, _, err := o.Records.Engine.OpenBlob(ctx, op.Errors)
	return file, fault("service.Operations.Errors", id, err)
}

// Apply decides an operation whose records are still what was shown; one that comes too
// late fails. Short ones are done when it returns, the others go on by themselves.
func (o *Operations) Apply(ctx context.Context, v portal.Viewer, id string) (portal.Operation, error) {
	op, err := o.get(ctx, v, id)
	if err != nil {
		return op, err
	}
	if !portal.CanDecideOperation(v, op) {
		return op, portal.ErrForbidden
	}
	noun, err := o.of(op)
	if err != nil {
		return op, err
	}
	why, err := noun.outdated(ctx, op)
	if err != nil {
		return op, err
	}
	op, err = changed(ctx, o.Rooms, o.Records.Operations, v, id, op.Kind, func(op *portal.Operation) error {
		if len(why) > 0 && op.Ready() {
			op.Fail(why)
			return nil
		}
		return op.Begin(v.Person, o.Clock().UTC())
	})
	if err != nil {
		return op, err
	}
	return o.soon(ctx, op)
}

// Undo puts back what was before, as far as nobody has changed it since; a running
// operation stops and is undone.
func (o *Operations) Undo(ctx context.Context, v portal.Viewer, id string) (portal.Operation, error) {
	op, err := o.get(ctx, v, id)
	if err != nil {
		return op, err
	}
	if !portal.CanDecideOperation(v, op) {
		return op, portal.ErrForbidden
	}
	op, err = changed(ctx, o.Rooms, o.Records.Operations, v, id, op.Noun()+".undo", func(op *portal.Operation) error { return op.Undo() })
	if err != nil {
		return op, err
	}
	return o.soon(ctx, op)
}

// soon does a short operation at once. It is decided already: what goes wrong here is
// left to whoever finds it.
func (o *Operations) soon(ctx context.Context, op portal.Operation) (portal.Operation, error) {
	if !op.Busy() || op.Total() > stepsAtOnce {
		return op, nil
	}
	err := o.inTurn(ctx, func(ctx context.Context) error { return o.roll(ctx, op.ID) })
	if err != nil {
		o.Log.Warn("operation is left to the chores", "operation", op.ID, "error", err)
	}
	op, err = o.Records.Operations.Get(ctx, op.ID)
	return op, fault("service.Operations", op.ID, err)
}

// roll brings a decided operation to its end.
func (o *Operations) roll(ctx context.Context, id string) error {
	op, err := o.Records.Operations.Fresh(ctx, id)
	if err != nil || !op.Busy() {
		return fault("service.Operations.roll", id, err)
	}
	noun, err := o.of(op)
	if err != nil {
		return err
	}
	return noun.roll(ctx, op)
}

// inTurn does work unless another is at such work now, who then finds this too.
func (o *Operations) inTurn(ctx context.Context, work func(context.Context) error) error {
	if !o.one.TryLock() {
		return nil
	}
	defer o.one.Unlock()
	if o.Records.Engine.Exclusive() {
		return work(ctx)
	}
	lease, ok, err := o.turns.take(ctx)
	if err != nil || !ok {
		return err
	}
	return o.turns.holding(ctx, lease, work)
}

// finish is the chore: it brings every decided operation to its end.
func (o *Operations) finish(ctx context.Context) error {
	page, err := o.Records.Operations.Find(ctx, store.Query{Where: []store.Cond{store.OneOf("state", portal.OperationRunning, portal.OperationUndoing)}, Sort: "at"})
	if err != nil || len(page.Items) == 0 {
		return fault("service.Operations.finish", "", err)
	}
	return o.inTurn(ctx, func(ctx context.Context) error {
		var errs []error
		for _, op := range page.Items {
			errs = append(errs, o.roll(ctx, op.ID))
		}
		return errors.Join(errs...)
	})
}

// draftKept is how long an operation nobody decided on is kept.
const draftKept = 7 * 24 * time.Hour

// sweep removes what was uploaded and never applied.
func (o *Operations) sweep(ctx context.Context) error {
	page, err := o.Records.Operations.Find(ctx, store.Query{Where: []store.Cond{store.Where("state", portal.OperationDraft),
		store.Between("at", nil, o.Clock().Add(-draftKept))}, Sort: "at"})
	for _, op := range page.Items {
		for _, blob := range compact(op.Steps, op.File, op.Errors) {
			if e := o.Records.Engine.DeleteBlob(ctx, blob); e != nil && !errors.Is(e, store.ErrNotFound) {
				err = errors.Join(err, e)
			}
		}
		if e := o.Records.Operations.Delete(ctx, op.ID, op.Version); e != nil && !errors.Is(e, store.ErrNotFound) && !errors.Is(e, store.ErrConflict) {
			err = errors.Join(err, e)
		}
	}
	return fault("service.Operations.sweep", "", err)
}
