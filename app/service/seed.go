package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// SeedOptions says what to load.
type SeedOptions struct {
	Files  fs.FS
	Demo   bool      // demonstration data too
	Now    time.Time // the ages of demonstration needs count from here
	Report Progress  // may be nil
}

// SeedReport counts what a loading wrote, by collection.
type SeedReport struct {
	Inserted map[string]int
	Replaced map[string]int
	Kept     map[string]int // changed by people since, left alone
}

// Written is the number of records written.
func (r SeedReport) Written() int {
	n := 0
	for _, m := range []map[string]int{r.Inserted, r.Replaced} {
		for _, c := range m {
			n += c
		}
	}
	return n
}

// RowError is one thing wrong with one row of a seed file.
type RowError struct {
	File   string
	Line   int
	Field  string
	Reason string
}

func (e RowError) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.Field, e.Reason)
}

// RowErrors is everything wrong with the seed files; nothing was written.
type RowErrors []RowError

func (e RowErrors) Error() string {
	const shown = 20
	lines := make([]string, 0, min(len(e), shown)+1)
	for _, one := range e[:min(len(e), shown)] {
		lines = append(lines, one.Error())
	}
	if len(e) > shown {
		lines = append(lines, fmt.Sprintf("… and %d more", len(e)-shown))
	}
	return "seeds: " + strings.Join(lines, "\n")
}

// Seed checks every row and then loads what is missing or has changed in the files.
// A record somebody has edited since it was seeded is left alone. Demonstration data is
// loaded once: after a purge only Reload brings it back. Only the program itself seeds.
func Seed(ctx context.Context, v portal.Viewer, rec *store.Records, o SeedOptions) (SeedReport, error) {
	report := SeedReport{Inserted: map[string]int{}, Replaced: map[string]int{}, Kept: map[string]int{}}
	if !v.IsSystem() {
		return report, fmt.Errorf("service.Seed: %w", portal.ErrForbidden)
	}
	nouns, err := readNouns(o)
	if err != nil {
		return report, fmt.Errorf("service.Seed: %w", err)
	}
	steps := []func() error{
		func() error { return load(ctx, rec.Specialisms, rec.Seeded, nouns.specialisms, &report, o.Report) },
		func() error { return load(ctx, rec.Colleges, rec.Seeded, nouns.colleges, &report, o.Report) },
		func() error { return load(ctx, rec.Programmes, rec.Seeded, nouns.programmes, &report, o.Report) },
		func() error { return load(ctx, rec.Enterprises, rec.Seeded, nouns.enterprises, &report, o.Report) },
		func() error { return load(ctx, rec.Needs, rec.Seeded, nouns.needs, &report, o.Report) },
		func() error { return load(ctx, rec.Indicators, rec.Seeded, nouns.indicators, &report, o.Report) },
		func() error { return load(ctx, rec.Partnerships, rec.Seeded, nouns.partnerships, &report, o.Report) },
		func() error { return loadOutcomes(ctx, rec, nouns.outcomes, &report, o.Report) },
		func() error { return load(ctx, rec.Forms, rec.Seeded, nouns.forms, &report, o.Report) },
		func() error { return load(ctx, rec.Types, rec.Seeded, nouns.types, &report, o.Report) },
		func() error { return load(ctx, rec.Units, rec.Seeded, nouns.units, &report, o.Report) },
		func() error { return load(ctx, rec.Incubatees, rec.Seeded, nouns.incubatees, &report, o.Report) },
		func() error { return load(ctx, rec.AllianceMembers, rec.Seeded, nouns.members, &report, o.Report) },
		func() error { return load(ctx, rec.Pledges, rec.Seeded, nouns.pledges, &report, o.Report) },
		func() error { return load(ctx, rec.AllianceEntries, rec.Seeded, nouns.entries, &report, o.Report) },
		func() error { return load(ctx, rec.Resources, rec.Seeded, nouns.resources, &report, o.Report) },
		func() error { return load(ctx, rec.Events, rec.Seeded, nouns.events, &report, o.Report) },
		func() error { return load(ctx, rec.Invitations, rec.Seeded, nouns.invitations, &report, o.Report) },
		func() error { return load(ctx, rec.Meetings, rec.Seeded, nouns.meetings, &report, o.Report) },
		func() error { return load(ctx, rec.Intentions, rec.Seeded, nouns.intentions, &report, o.Report) },
		func() error { return load(ctx, rec.ListItems, rec.Seeded, nouns.items, &report, o.Report) },
		func() error { return load(ctx, rec.Rounds, rec.Seeded, nouns.rounds, &report, o.Report) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return report, fmt.Errorf("service.Seed: %w", err)
		}
	}
	return report, nil
}

// load writes one collection. What the seeds last wrote is remembered by its hash and
// version, so that a later run tells an edit of the file from an edit by a person.
func load[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], memory *store.Collection[portal.Seeded, *portal.Seeded],
	recs []T, report *SeedReport, progress Progress) error {

	name := coll.Name()
	known := map[string]portal.Seeded{}
	err := memory.All(ctx, []store.Cond{store.Where("collection", name)}, func(s *portal.Seeded) error {
		known[s.Record] = *s
		return nil
	})
	if err != nil {
		return err
	}
	var fresh []T
	for i := range recs {
		rec := &recs[i]
		id := P(rec).Head().ID
		seen, ok := known[id]
		if !ok {
			fresh = append(fresh, *rec)
			continue
		}
		if seen.Hash == hashOf[T, P](rec) {
			continue
		}
		if err := renew(ctx, coll, memory, rec, seen, report); err != nil {
			return err
		}
	}
	for from := 0; from < len(fresh); from += batch {
		part := fresh[from:min(from+batch, len(fresh))]
		if err := insertSeeds(ctx, coll, memory, part); err != nil {
			return err
		}
		report.Inserted[name] += len(part)
		if progress != nil {
			progress(name, int64(from+len(part)), int64(len(fresh)))
		}
	}
	return nil
}

// insertSeeds stores records and then remembers them. A crash in between leaves records
// the memory does not know; the next run finds them there and only remembers them.
func insertSeeds[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], memory *store.Collection[portal.Seeded, *portal.Seeded], part []T) error {
	marks := make([]portal.Seeded, len(part))
	for i := range part {
		id := P(&part[i]).Head().ID
		marks[i] = portal.Seeded{Meta: portal.Meta{ID: coll.Name() + "/" + id}, Collection: coll.Name(), Record: id, Hash: hashOf[T, P](&part[i]), RecordVersion: 1}
	}
	if err := insertMissing(ctx, coll, part); err != nil {
		return err
	}
	return memory.InsertMany(ctx, marks)
}

// insertMissing stores those of the records that are not there.
func insertMissing[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], part []T) error {
	ids := make([]string, len(part))
	for i := range part {
		ids[i] = P(&part[i]).Head().ID
	}
	there, err := coll.GetMany(ctx, ids)
	if err != nil {
		return err
	}
	held := map[string]bool{}
	for i := range there {
		held[P(&there[i]).Head().ID] = true
	}
	missing := slices.DeleteFunc(slices.Clone(part), func(rec T) bool { return held[P(&rec).Head().ID] })
	return coll.InsertMany(ctx, missing)
}

// renew replaces a record whose row in the file has changed, unless a person edited or
// removed the record.
func renew[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P], memory *store.Collection[portal.Seeded, *portal.Seeded],
	rec *T, seen portal.Seeded, report *SeedReport) error {

	current, err := coll.Fresh(ctx, seen.Record)
	if errors.Is(err, store.ErrNotFound) {
		report.Kept[coll.Name()]++
		return nil
	}
	if err != nil {
		return err
	}
	hash := hashOf[T, P](rec)
	if head := P(&current).Head(); head.Version != seen.RecordVersion {
		report.Kept[coll.Name()]++
		return nil
	} else {
		P(rec).Head().Version = head.Version
	}
	if err := coll.Replace(ctx, rec); err != nil {
		return err
	}
	report.Replaced[coll.Name()]++
	_, err = memory.Mutate(ctx, seen.ID, func(s *portal.Seeded) error {
		s.Hash, s.RecordVersion = hash, P(rec).Head().Version
		return nil
	})
	return err
}

// Counted is a collection and how many records it holds.
type Counted struct {
	Collection string
	N          int64
}

// Counts tells how many records every collection holds.
func Counts(ctx context.Context, v portal.Viewer, rec *store.Records) ([]Counted, error) {
	if !v.IsSystem() {
		return nil, fmt.Errorf("service.Counts: %w", portal.ErrForbidden)
	}
	var out []Counted
	for _, c := range []interface {
		Name() string
		Count(context.Context, ...store.Cond) (int64, error)
	}{rec.Colleges, rec.Programmes, rec.Specialisms, rec.Enterprises, rec.Needs, rec.Partnerships, rec.Resources, rec.Events} {
		n, err := c.Count(ctx)
		if err != nil {
			return nil, fault("service.Counts", c.Name(), err)
		}
		out = append(out, Counted{c.Name(), n})
	}
	return out, nil
}

// PurgeDemo removes every record of demonstration data and nothing else, and returns
// how many went. The seeds remember them, so that they do not come back by themselves.
func PurgeDemo(ctx context.Context, v portal.Viewer, rec *store.Records) (int, error) {
	if !v.IsSystem() {
		return 0, fmt.Errorf("service.PurgeDemo: %w", portal.ErrForbidden)
	}
	total := 0
	for _, purge := range []func() (int, error){
		func() (int, error) { return 0, purgeEvidence(ctx, rec) },
		func() (int, error) { return purgeDemo(ctx, rec.Outcomes) },
		func() (int, error) { return purgeDemo(ctx, rec.Incubatees) },
		func() (int, error) { return purgeDemo(ctx, rec.AllianceEntries) },
		func() (int, error) { return purgeDemo(ctx, rec.Pledges) },
		func() (int, error) { return purgeDemo(ctx, rec.AllianceMembers) },
		func() (int, error) { return purgeDemo(ctx, rec.Advices) },
		func() (int, error) { return purgeDemo(ctx, rec.Partnerships) },
		func() (int, error) { return purgeDemo(ctx, rec.ListItems) },
		func() (int, error) { return purgeDemo(ctx, rec.Rounds) },
		func() (int, error) { return purgeDemo(ctx, rec.Feedback) },
		func() (int, error) { return purgeDemo(ctx, rec.Concepts) },
		func() (int, error) { return purgeDemo(ctx, rec.Needs) },
		func() (int, error) { return purgeDemo(ctx, rec.Enterprises) },
		func() (int, error) { return purgeDemo(ctx, rec.Programmes) },
		func() (int, error) { return purgeDemo(ctx, rec.Colleges) },
		func() (int, error) { return purgeDemo(ctx, rec.Intentions) },
		func() (int, error) { return purgeDemo(ctx, rec.Bookings) },
		func() (int, error) { return purgeDemo(ctx, rec.Meetings) },
		func() (int, error) { return purgeDemo(ctx, rec.Invitations) },
		func() (int, error) { return purgeDemo(ctx, rec.Events) },
		func() (int, error) { return purgeDemo(ctx, rec.Resources) },
		func() (int, error) { return purgeAccounts(ctx, rec) },
	} {
		n, err := purge()
		total += n
		if err != nil {
			return total, fmt.Errorf("service.PurgeDemo: %w", err)
		}
	}
	return total, nil
}

func purgeDemo[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P]) (int, error) {
	var ids []string
	err := coll.All(ctx, []store.Cond{store.Where("certainty", portal.Demo)}, func(rec *T) error {
		ids = append(ids, P(rec).Head().ID)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		if err := coll.Delete(ctx, id, 0); err != nil && !errors.Is(err, store.ErrNotFound) {
			return i, err
		}
	}
	return len(ids), nil
}

// ReloadDemo forgets that demonstration data was purged, so that the next Seed loads it.
func ReloadDemo(ctx context.Context, v portal.Viewer, rec *store.Records) error {
	if !v.IsSystem() {
		return fmt.Errorf("service.ReloadDemo: %w", portal.ErrForbidden)
	}
	var gone []string
	err := rec.Seeded.All(ctx, nil, func(s *portal.Seeded) error {
		if strings.HasPrefix(s.Record, demoPrefix) {
			gone = append(gone, s.ID)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("service.ReloadDemo: %w", err)
	}
	for _, id := range gone {
		if err := rec.Seeded.Delete(ctx, id, 0); err != nil {
			return fmt.Errorf("service.ReloadDemo: %w", err)
		}
	}
	return nil
}

// demoPrefix begins the id of every demonstration record.
const demoPrefix = "demo-"

// hashOf is a hash of what a seed row says, without the store's bookkeeping and without
// dates that only count from the day of loading.
func hashOf[T any, P interface {
	*T
	Head() *portal.Meta
}](rec *T) string {
	bare := *rec
	*P(&bare).Head() = portal.Meta{ID: P(rec).Head().ID}
	switch rec := any(&bare).(type) {
	case *portal.Need:
		rec.PublishedAt, rec.ExpiresAt = time.Time{}, time.Time{}
	case *portal.ListItem:
		if rec.Origin.Fictional() {
			*rec = portal.ListItem{Meta: rec.Meta, List: rec.List, Title: rec.Title, Text: rec.Text, Unit: rec.Unit, State: rec.State, Reason: rec.Reason}
		}
	case *portal.Round:
		rec.Day, rec.At, rec.Lines = "", time.Time{}, nil
	case *portal.Partnership:
		if rec.Followed() {
			rec.Begun, rec.Active, rec.EndedAt, rec.Year = time.Time{}, time.Time{}, time.Time{}, 0
			rec.Agreement, rec.Milestones = portal.Agreement{}, nil
		}
	case *portal.Event:
		rec.Day, rec.Deadline, rec.InvitedAt, rec.Published = "", "", time.Time{}, time.Time{}
	case *portal.Meeting:
		rec.From, rec.To = time.Time{}, time.Time{}
	case *portal.Intention:
		rec.SentAt, rec.WarnAt, rec.DueAt, rec.AnsweredAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	case *portal.Incubatee:
		rec.EnteredOn, rec.GraduatedOn, rec.LeftOn = "", "", ""
	case *portal.AllianceMember:
		rec.JoinedOn, rec.LeftOn = "", ""
	case *portal.Pledge:
		rec.MadeOn, rec.DueOn, rec.DoneOn, rec.Steps = "", "", "", nil
	case *portal.AllianceEntry:
		rec.AddedOn, rec.ClosedOn = "", ""
	}
	return digest(bare)
}
