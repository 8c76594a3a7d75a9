package service

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Audit is the log of what was done to every record: written with the records, chained
// here, read by auditors.
type Audit struct{ Rooms }

// trail is a record with what was done to it.
type trail struct {
	record string
	since  time.Time // when the record was made
	events []portal.AuditEvent
}

// trailed is a collection whose records carry trails.
type trailed struct {
	name    string
	changes func(ctx context.Context, after store.Cursor, most int) (trails []trail, next store.Cursor, more bool, err error)
	get     func(ctx context.Context, id string) (trail, error)
	all     func(ctx context.Context, fn func(trail) error) error
}

// allTrailed are the collections whose events go into the log.
func allTrailed(r *store.Records) []trailed {
	return []trailed{trailsOf(r.Persons), trailsOf(r.Organisations), trailsOf(r.Needs), trailsOf(r.Programmes),
		trailsOf(r.Intentions), trailsOf(r.Resources), trailsOf(r.Bookings), trailsOf(r.Events), trailsOf(r.Invitations), trailsOf(r.Meetings), trailsOf(r.Partnerships), trailsOf(r.Types), trailsOf(r.Indicators), trailsOf(r.Outcomes), trailsOf(r.Targets), trailsOf(r.Advices),
		trailsOf(r.Incubatees), trailsOf(r.AllianceMembers), trailsOf(r.Pledges), trailsOf(r.AllianceEntries), trailsOf(r.Units), trailsOf(r.ListItems), trailsOf(r.Rounds), trailsOf(r.Concepts), trailsOf(r.Operations), trailsOf(r.Feedback)}
}

func trailsOf[T any, P audited[T]](coll *store.Collection[T, P]) trailed {
	of := func(rec *T) trail {
		head := P(rec).Head()
		return trail{head.ID, head.CreatedAt, P(rec).Audited().Events}
	}
	return trailed{name: coll.Name(),
		changes: func(ctx context.Context, after store.Cursor, most int) ([]trail, store.Cursor, bool, error) {
			changes, next, err := coll.Changes(ctx, after, most)
			var out []trail
			for i := range changes {
				if !changes[i].Deleted {
					out = append(out, of(&changes[i].Record))
				}
			}
			return out, next, len(changes) == most, err
		},
		get: func(ctx context.Context, id string) (trail, error) {
			rec, err := coll.Fresh(ctx, id)
			return of(&rec), err
		},
		all: func(ctx context.Context, fn func(trail) error) error {
			return coll.All(ctx, nil, func(rec *T) error { return fn(of(rec)) })
		}}
}

// entries are the events of a trail as the log keeps them, not linked yet.
func (t trail) entries(collection string) []portal.AuditEntry {
	out := make([]portal.AuditEntry, len(t.events))
	for i, e := range t.events {
		out[i] = portal.AuditEntry{Key: portal.AuditKey(collection, t.record, t.since, e.N), Collection: collection, Record: t.record, Event: e}
	}
	return out
}

const (
	auditLease = "audit" // keeps how far the trails are chained
	auditTip   = "log"   // its cursor of the log itself: the last entry known, number/hash
	auditPage  = 200     // records looked at, and entries written, at once
)

// Chain appends to the log what the trails hold and it does not. It may be cut off at any
// point, and several portals may do it at once: an entry's number is its id and an event's
// key is unique, so that the second writer is refused and looks again.
func (a *Audit) Chain(ctx context.Context, v portal.Viewer) error {
	if !v.IsSystem() {
		return portal.ErrForbidden
	}
	lease, err := a.Records.Leases.Get(ctx, auditLease)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Audit.Chain", "", err)
	}
	for _, src := range allTrailed(a.Records) {
		if err := a.chainFrom(ctx, src, store.Cursor(lease.Cursors[src.name])); err != nil {
			return fault("service.Audit.Chain", src.name, err)
		}
	}
	return nil
}

// chainFrom chains what changed in a collection. The cursor moves only after its events
// are in the log: whoever goes on repeats a little and misses nothing.
func (a *Audit) chainFrom(ctx context.Context, src trailed, after store.Cursor) error {
	for more := true; more; {
		var trails []trail
		var next store.Cursor
		var err error
		if trails, next, more, err = src.changes(ctx, after, auditPage); err != nil {
			return err
		}
		if next == after {
			return nil
		}
		var entries []portal.AuditEntry
		for _, t := range trails {
			entries = append(entries, t.entries(src.name)...)
		}
		last := portal.AuditEntry{}
		for part := range slices.Chunk(entries, auditPage) {
			if last, err = a.link(ctx, part); err != nil {
				return err
			}
		}
		if err := a.keep(ctx, src.name, next, last); err != nil {
			return err
		}
		after = next
	}
	return nil
}

// link appends those of the entries the log does not hold, and returns the last entry
// written; the zero entry when there was nothing to write.
func (a *Audit) link(ctx context.Context, entries []portal.AuditEntry) (portal.AuditEntry, error) {
	const tries = 10
	for range tries {
		chained, err := a.chained(ctx, keysOf(entries))
		if err != nil {
			return portal.AuditEntry{}, err
		}
		fresh := slices.DeleteFunc(slices.Clone(entries), func(e portal.AuditEntry) bool { _, ok := chained[e.Key]; return ok })
		if len(fresh) == 0 {
			return portal.AuditEntry{}, nil
		}
		last, err := a.last(ctx)
		if err != nil {
			return last, err
		}
		for i := range fresh {
			if err := fresh[i].Follow(last); err != nil {
				return last, err
			}
			last = fresh[i]
		}
		if err = a.Records.Audit.InsertMany(ctx, fresh); !errors.Is(err, store.ErrDuplicate) {
			return last, err
		}
	}
	return portal.AuditEntry{}, portal.ErrConflict
}

func keysOf(entries []portal.AuditEntry) []string {
	keys := make([]string, len(entries))
	for i, e := range entries {
		keys[i] = e.Key
	}
	return keys
}

// chained finds entries by key.
func (a *Audit) chained(ctx context.Context, keys []string) (map[string]portal.AuditEntry, error) {
	out := make(map[string]portal.AuditEntry, len(keys))
	for part := range slices.Chunk(keys, store.MaxLimit) {
		page, err := a.Records.Audit.Find(ctx, store.Query{Where: []store.Cond{store.OneOf("key", part...)}})
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			out[e.Key] = e
		}
	}
	return out, nil
}

// last is the entry at the end of the log; the zero entry of an empty one.
func (a *Audit) last(ctx context.Context) (portal.AuditEntry, error) {
	page, err := a.Records.Audit.Find(ctx, store.Query{Desc: true, Limit: 1})
	if err != nil || len(page.Items) == 0 {
		return portal.AuditEntry{}, err
	}
	return page.Items[0], nil
}

// keep notes how far a collection is chained, and where the log ends: an end that is cut
// off later is missed.
func (a *Audit) keep(ctx context.Context, collection string, next store.Cursor, last portal.AuditEntry) error {
	note := func(l *portal.Lease) error {
		cursors := maps.Clone(l.Cursors)
		if cursors == nil {
			cursors = map[string]string{}
		}
		cursors[collection] = string(next)
		if n, _ := tipOf(*l); last.Number > n {
			cursors[auditTip] = strconv.FormatInt(last.Number, 10) + "/" + last.Hash
		}
		l.Cursors = cursors
		return nil
	}
	_, err := a.Records.Leases.MutateOrInsert(ctx, auditLease, note)
	return err
}

// tipOf is the last entry a lease tells of.
func tipOf(l portal.Lease) (number int64, hash string) {
	digits, hash, _ := strings.Cut(l.Cursors[auditTip], "/")
	number, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, ""
	}
	return number, hash
}
