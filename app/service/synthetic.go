package service

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// SyntheticOptions says how much made-up data to make. The same options make the same
// records wherever the catalogue and the register of programmes are the same.
type SyntheticOptions struct {
	Seed       uint64
	Colleges   int
	Programmes int
	Needs      int // enterprises are a twentieth of them

	Partnerships int
	Outcomes     int // at most, of each partnership that takes them

	Now    time.Time // the ages of needs count from its day
	Report Progress  // may be nil
}

// The full size: as many colleges and programmes as the country has of higher education
// and the best part of its vocational schools, a year's needs, and partnerships with a
// million outcomes over some years.
const (
	SyntheticColleges     = 3_000
	SyntheticProgrammes   = 100_000
	SyntheticNeeds        = 1_000_000
	SyntheticPartnerships = 100_000
	SyntheticOutcomes     = 17
)

// syntheticPrefix begins the id of every synthetic record; it is demonstration data.
const syntheticPrefix = demoPrefix + "synthetic-"

// ErrOtherSynthetic is a store that holds synthetic records of another seed or size: the
// two together would be neither.
var ErrOtherSynthetic = errors.New("the store holds other synthetic data")

// check refuses sizes there is no data of.
func (o SyntheticOptions) check() error {
	for _, size := range []struct {
		of string
		n  int
	}{{CollegesIndex, o.Colleges}, {ProgrammesIndex, o.Programmes}, {NeedsIndex, o.Needs}} {
		if size.n < 1 {
			return fmt.Errorf("%d %s: want at least 1", size.n, size.of)
		}
	}
	if o.Partnerships < 0 || o.Outcomes < 0 {
		return fmt.Errorf("%d partnerships with %d outcomes: want at least 0", o.Partnerships, o.Outcomes)
	}
	return nil
}

// Synthesise stores made-up records on a national scale, in batches that are made as they
// are written. A run that was stopped goes on where it was: records that are there are
// left alone. Nothing is remembered among the seeds; PurgeDemo removes it all. Only the
// program itself may, and never in production.
func Synthesise(ctx context.Context, v portal.Viewer, r Rooms, o SyntheticOptions) (SeedReport, error) {
	report := SeedReport{Inserted: map[string]int{}}
	if !v.IsSystem() {
		return report, fmt.Errorf("service.Synthesise: %w", portal.ErrForbidden)
	}
	s, err := NewSynthetic(ctx, r, o)
	if err != nil {
		return report, err
	}
	if err := s.unmixed(ctx, r.Records); err != nil {
		return report, fmt.Errorf("service.Synthesise: %w", err)
	}
	rec, note := r.Records, o.Report
	if note == nil {
		note = func(string, int64, int64) {}
	}
	for _, step := range []func() error{
		func() error { return plant(ctx, rec.Colleges, s.Colleges(), o.Colleges, report, note) },
		func() error { return plant(ctx, rec.Programmes, s.Programmes(), o.Programmes, report, note) },
		func() error { return plant(ctx, rec.Enterprises, s.Enterprises(), s.enterprises, report, note) },
		func() error { return plant(ctx, rec.Partnerships, s.Partnerships(), o.Partnerships, report, note) },
		func() error { return plant(ctx, rec.Outcomes, s.Outcomes(), s.everyOutcome(), report, note) },
		func() error { return plant(ctx, rec.Needs, s.Needs(), o.Needs, report, note) },
	} {
		if err := step(); err != nil {
			return report, fmt.Errorf("service.Synthesise: %w", err)
		}
	}
	return report, nil
}

// unmixed refuses a store with synthetic records of other options. A purge removes
// colleges last, so that they tell of anything else that is there.
func (s *Synthetic) unmixed(ctx context.Context, rec *store.Records) error {
	page, err := rec.Colleges.Find(ctx, store.Query{Where: []store.Cond{store.HasPrefix(store.FieldID, syntheticPrefix)}, Limit: 1})
	if err != nil {
		return err
	}
	for _, c := range page.Items {
		if c.Origin.Source != s.origin.Source {
			return fmt.Errorf("%w: %s, not %s", ErrOtherSynthetic, c.Origin.Source, s.origin.Source)
		}
	}
	return nil
}

// plant stores the records that are not there yet, a batch at a time.
func plant[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], recs iter.Seq[T], total int, report SeedReport, note Progress) error {
	done := 0
	for part := range batches(recs, store.MaxLimit) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped at %d of %d %s: %w", done, total, coll.Name(), err)
		}
		missing, err := absent(ctx, coll, part)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			if err := coll.InsertMany(ctx, missing); err != nil {
				return err
			}
		}
		done += len(part)
		report.Inserted[coll.Name()] += len(missing)
		note(coll.Name(), int64(done), int64(total))
	}
	return nil
}

// batches cuts a sequence into runs of up to n; each run is good until the next.
func batches[T any](seq iter.Seq[T], n int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		part := make([]T, 0, n)
		for item := range seq {
			if part = append(part, item); len(part) < n {
				continue
			}
			if !yield(part) {
				return
			}
			part = part[:0]
		}
		if len(part) > 0 {
			yield(part)
		}
	}
}

// absent returns the records the collection does not hold. Mostly it holds none or all of
// them, which a count tells without reading them.
func absent[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], recs []T) ([]T, error) {
	ids := make([]string, len(recs))
	for i := range recs {
		ids[i] = P(&recs[i]).Head().ID
	}
	n, err := coll.Count(ctx, store.OneOf(store.FieldID, ids...))
	if err != nil || n == 0 {
		return recs, err
	}
	if int(n) == len(recs) {
		return nil, nil
	}
	there, err := coll.GetMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	held := make(map[string]bool, len(there))
	for i := range there {
		held[P(&there[i]).Head().ID] = true
	}
	missing := make([]T, 0, len(recs)-len(there))
	for i := range recs {
		if !held[ids[i]] {
			missing = append(missing, recs[i])
		}
	}
	return missing, nil
}
