package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"liangcheng/search"
)

// Drift is what differs between one index and the records it stands for, before it was
// mended.
type Drift struct {
	Index   string
	Records int64 // in the store
	Indexed int64 // documents in the index
	Missing int64 // records without a document
	Stale   int64 // documents of another version than the record
	Extra   int64 // documents without a record
	Doubled int64 // ids told twice by the index
}

// Differences is the number of documents that are not as they should be.
func (d Drift) Differences() int64 { return d.Missing + d.Stale + d.Extra + d.Doubled }

// Reconcile compares id and version of every record with the indexes and renews what
// differs. Changes on their way to the index count as differences too.
func (f *Follower) Reconcile(ctx context.Context, report Progress) ([]Drift, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Drift
	for _, src := range f.sources() {
		drift, wrong, err := f.compare(ctx, src, report)
		if err == nil {
			err = f.mend(ctx, src, wrong)
		}
		if err != nil {
			return out, fault("service.Reconcile", src.index, err)
		}
		out = append(out, drift)
	}
	return out, nil
}

// compare finds the ids of one index that are not as the records are.
func (f *Follower) compare(ctx context.Context, src source, report Progress) (d Drift, wrong []string, err error) {
	d.Index = src.index
	total, err := src.count(ctx)
	if err != nil {
		return d, nil, err
	}
	indexed := make(map[string]int64, total)
	for doc, err := range f.docs.Engine.Versions(ctx, src.index) {
		if err != nil {
			return d, nil, err
		}
		d.Indexed++
		if _, twice := indexed[doc.ID]; twice {
			d.Doubled++
		}
		indexed[doc.ID] = doc.Version
	}
	for head, err := range src.heads(ctx) {
		if err != nil {
			return d, nil, err
		}
		d.Records++
		if report != nil && (d.Records%batch == 0 || d.Records == total) {
			report(src.index, d.Records, total)
		}
		version, ok := indexed[head.ID]
		delete(indexed, head.ID)
		switch {
		case !ok:
			d.Missing++
		case version != head.Version:
			d.Stale++
		default:
			continue
		}
		wrong = append(wrong, head.ID)
	}
	for id := range indexed {
		d.Extra++
		wrong = append(wrong, id)
	}
	return d, wrong, nil
}

// mend takes documents out and puts them in again as the records are: a document that is
// ahead of its record, as after a backup was put back, would not give way to an older one.
func (f *Follower) mend(ctx context.Context, src source, ids []string) error {
	for chunk := range slices.Chunk(ids, batch) {
		gone, err := f.docs.Engine.Apply(ctx, src.index, search.Batch{Delete: chunk})
		if err == nil {
			err = gone.Wait(ctx)
		}
		if err == nil {
			err = src.renew(ctx, chunk)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keepTombstones is how long a follower may be away before it must compare everything.
const keepTombstones = 7 * 24 * time.Hour

// tidier is what a search engine on a server can do for itself.
type tidier interface {
	// Sweep removes indexes of older releases that nobody has used since before.
	Sweep(ctx context.Context, before time.Time) (int, error)
}

// Tidy removes for good what was deleted a week ago, what uploads that ended halfway have
// left, and indexes of older releases; and brings records that a portal of an older
// release has written to the declarations of this one.
func (f *Follower) Tidy(ctx context.Context) error {
	now, err := f.docs.Records.Engine.Now(ctx)
	if err != nil {
		return fault("service.Tidy", "", err)
	}
	before := now.Add(-keepTombstones)
	errs := []error{f.docs.Records.Tidy(ctx, before)}
	if t, ok := f.docs.Engine.(tidier); ok {
		_, err := t.Sweep(ctx, before)
		errs = append(errs, err)
	}
	return fault("service.Tidy", "", errors.Join(errs...))
}
