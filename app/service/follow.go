package service

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search"
)

// batch is how many records are joined and indexed at a time.
const batch = 500

// Follower keeps the search engine in step with the store: Rebuild fills every index
// from a full scan, Step applies what changed afterwards. A change of a record also
// renews the documents that show something of it.
type Follower struct {
	docs    documents
	mu      sync.Mutex // one rebuild or step at a time
	cursors map[string]store.Cursor
	applied map[string]map[string]int64 // index → id → version, of what was applied lately
	built   map[string]map[string]int64 // the same, of what the last rebuild read
	begun   time.Time                   // when that began, by the store's clock
	checked time.Time                   // when everything was last compared in this process
	behind  behind
}

// NewFollower makes the follower of these rooms.
func NewFollower(r Rooms, m *Match) *Follower {
	return &Follower{docs: documents{Rooms: r, match: m}, cursors: map[string]store.Cursor{}, applied: map[string]map[string]int64{}}
}

// Progress reports how far a long work has come: done of total documents of one index.
type Progress func(index string, done, total int64)

// Rebuild fills every index anew and notes where following goes on. Readers keep the
// old index until the new one is complete.
func (f *Follower) Rebuild(ctx context.Context, report Progress) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.docs.Roster.Step(ctx); err != nil {
		return err
	}
	begun, err := f.docs.Records.Engine.Now(ctx)
	if err != nil {
		return fault("service.Rebuild", "", err)
	}
	built := map[string]map[string]int64{}
	// Every tip is taken before anything is read: documents show records of others too.
	tips := map[string]store.Cursor{}
	for _, src := range f.sources() {
		tip, err := src.tip(ctx)
		if err != nil {
			return fault("service.Rebuild", src.index, err)
		}
		tips[src.index] = tip
	}
	d, left := f.docs, atOnce
	d.atOnce = &left
	// The specialisms come first: the documents of needs are matched against them.
	for _, src := range sources(d) {
		total, err := src.count(ctx)
		if err != nil {
			return fault("service.Rebuild", src.index, err)
		}
		done, versions := int64(0), map[string]int64{}
		built[src.index] = versions
		seq := func(yield func(search.Document, error) bool) {
			for doc, err := range src.all(ctx) {
				if done++; len(versions) < mostRemembered {
					versions[doc.ID] = doc.Version
				}
				if report != nil && (done%batch == 0 || done == total) {
					report(src.index, done, total)
				}
				if !yield(doc, err) {
					return
				}
			}
		}
		if err := f.docs.Engine.Rebuild(ctx, src.index, seq); err != nil {
			return fault("service.Rebuild", src.index, err)
		}
	}
	f.behind.again()
	f.cursors, f.applied, f.built, f.begun = tips, map[string]map[string]int64{}, built, begun
	return nil
}

// Step applies what changed since the last one and returns how many documents moved.
func (f *Follower) Step(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.docs.Roster.Step(ctx); err != nil { // documents say what it knows
		return 0, err
	}
	dirty := map[string]map[string]bool{}
	touch := func(index, id string) {
		if id == "" {
			return
		}
		if dirty[index] == nil {
			dirty[index] = map[string]bool{}
		}
		dirty[index][id] = true
	}
	moved := maps.Clone(f.cursors)
	seen := map[string]map[string]int64{}
	for _, src := range f.sources() {
		fresh := f.freshOf(src.index, seen)
		cursor, err := src.changes(ctx, f.cursors[src.index], fresh, touch)
		if err != nil {
			return 0, fault("service.Step", src.index, err)
		}
		moved[src.index] = cursor
	}
	n := 0
	for _, src := range f.sources() {
		ids := slices.Sorted(maps.Keys(dirty[src.index]))
		for chunk := range slices.Chunk(ids, batch) {
			if err := src.renew(ctx, chunk); err != nil {
				return n, fault("service.Step", src.index, err)
			}
			n += len(chunk)
		}
	}
	f.cursors = moved
	f.remember(seen)
	caught, err := f.catchUp(ctx)
	return n + caught, err
}

// settled is how long a change may take to be seen by all who read the store.
const settled = 5 * time.Second

// freshOf tells changes that are new from those a store repeats at the end of its stream,
// and notes the new ones in seen. After a rebuild, what it read is known, unless it was
// changed so late that a document of a neighbour may have been read before it.
func (f *Follower) freshOf(index string, seen map[string]map[string]int64) func(id string, version int64, at time.Time) bool {
	seen[index] = map[string]int64{}
	return func(id string, version int64, at time.Time) bool {
		if f.applied[index][id] >= version || f.built[index][id] == version && at.Before(f.begun.Add(-settled)) {
			return false
		}
		seen[index][id] = version
		return true
	}
}

// mostRemembered bounds what is remembered of one index: more is applied once again.
const mostRemembered = 100_000

// remember notes what has been applied.
func (f *Follower) remember(seen map[string]map[string]int64) {
	for index, versions := range seen {
		if f.applied[index] == nil || len(f.applied[index]) > mostRemembered {
			f.applied[index] = map[string]int64{}
		}
		maps.Copy(f.applied[index], versions)
	}
}

// Cursors are how far each collection is followed, to be kept and given to Resume.
func (f *Follower) Cursors() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make(map[string]string, len(f.cursors))
	for index, c := range f.cursors {
		out[index] = string(c)
	}
	return out
}

// Resume goes on where another follower stopped.
func (f *Follower) Resume(cursors map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cursors, f.applied, f.built = map[string]store.Cursor{}, map[string]map[string]int64{}, nil
	for index, c := range cursors {
		f.cursors[index] = store.Cursor(c)
	}
}

// count is the number of records behind an index.
func (f *Follower) count(ctx context.Context, index string) (int64, error) {
	return f.source(index).count(ctx)
}

// source is one collection as the follower sees it.
type source struct {
	index   string
	tip     func(ctx context.Context) (store.Cursor, error)
	count   func(ctx context.Context) (int64, error)
	all     func(ctx context.Context) iter.Seq2[search.Document, error]
	heads   func(ctx context.Context) iter.Seq2[portal.Meta, error]
	changes func(ctx context.Context, after store.Cursor, fresh func(id string, version int64, at time.Time) bool, touch func(index, id string)) (store.Cursor, error)
	renew   func(ctx context.Context, ids []string) error
}

func (f *Follower) sources() []source { return sources(f.docs) }

func sources(d documents) []source {
	r := d.Records
	return []source{
		from(d.Engine, SpecialismsIndex, r.Specialisms, d.specialisms, d.touchOfSpecialism),
		from(d.Engine, CollegesIndex, r.Colleges, d.colleges, d.touchOfCollege),
		from(d.Engine, ProgrammesIndex, r.Programmes, d.programmes, d.touchOfProgramme),
		from(d.Engine, NeedsIndex, r.Needs, d.needs, d.touchOfNeed),
		from(d.Engine, EnterprisesIndex, r.Enterprises, d.enterprises, d.touchOfEnterprise),
		from(d.Engine, PartnershipsIndex, r.Partnerships, d.partnerships, shownAlone),
		from(d.Engine, ResourcesIndex, r.Resources, d.resources, shownAlone),
	}
}

func (f *Follower) source(index string) source {
	all := f.sources()
	return all[slices.IndexFunc(all, func(s source) bool { return s.index == index })]
}

// The records a change of one record is shown in. A nil record was deleted; what hangs
// on it is found through the store.

func (d documents) touchOfSpecialism(ctx context.Context, id string, _ *portal.Specialism, touch func(string, string)) error {
	return d.Records.Programmes.All(ctx, []store.Cond{store.Where("code", id)}, func(p *portal.Programme) error {
		touch(ProgrammesIndex, p.ID)
		return nil
	})
}

func (d documents) touchOfCollege(ctx context.Context, id string, _ *portal.College, touch func(string, string)) error {
	return errors.Join(d.touchHeld(ctx, id, touch), d.Records.Programmes.All(ctx, []store.Cond{store.Where("college_id", id)}, func(p *portal.Programme) error {
		touch(ProgrammesIndex, p.ID)
		touch(SpecialismsIndex, p.Code)
		return nil
	}))
}

func (d documents) touchOfProgramme(ctx context.Context, id string, p *portal.Programme, touch func(string, string)) error {
	college, code := portal.SplitProgrammeID(id)
	touch(CollegesIndex, college)
	touch(SpecialismsIndex, code)
	// A need says whether some college here covers it: the first programme of a
	// specialism and the last change that, an edit of one does not.
	if p != nil && p.Version > 1 {
		return nil
	}
	n, err := d.Records.Programmes.Count(ctx, store.Where("code", code))
	if err != nil || n > 1 {
		return err
	}
	q := search.Query{Index: NeedsIndex, Scope: search.Eq("specialism", code), Limit: store.MaxLimit}
	for ; ; q.Offset += q.Limit {
		res, err := d.Engine.Search(ctx, q)
		if err != nil {
			return err
		}
		for _, h := range res.Hits {
			touch(NeedsIndex, h.ID)
		}
		if len(res.Hits) < q.Limit {
			return nil
		}
	}
}

func (d documents) touchOfEnterprise(ctx context.Context, id string, _ *portal.Enterprise, touch func(string, string)) error {
	return errors.Join(d.touchHeld(ctx, id, touch), d.Records.Needs.All(ctx, []store.Cond{store.Where("enterprise_id", id)}, func(n *portal.Need) error {
		touch(NeedsIndex, n.ID)
		return nil
	}))
}

func (d documents) touchOfNeed(ctx context.Context, id string, n *portal.Need, touch func(string, string)) error {
	if n != nil {
		touch(EnterprisesIndex, n.EnterpriseID)
		return nil
	}
	if err := d.Records.Fits.Delete(ctx, id, 0); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// from builds the source of one collection.
func from[T any, P interface {
	*T
	Head() *portal.Meta
}](e search.Engine, index string, coll *store.Collection[T, P],
	docs func(context.Context, []T) ([]search.Document, error),
	others func(context.Context, string, *T, func(string, string)) error) source {

	return source{
		index: index,
		tip:   coll.Tip,
		count: func(ctx context.Context) (int64, error) { return coll.Count(ctx) },
		all: func(ctx context.Context) iter.Seq2[search.Document, error] {
			return func(yield func(search.Document, error) bool) {
				for recs, err := range pages(ctx, coll) {
					if err != nil {
						yield(search.Document{}, err)
						return
					}
					out, err := docs(ctx, recs)
					if err != nil {
						yield(search.Document{}, err)
						return
					}
					for _, doc := range out {
						if !yield(doc, nil) {
							return
						}
					}
				}
			}
		},
		heads: func(ctx context.Context) iter.Seq2[portal.Meta, error] {
			return func(yield func(portal.Meta, error) bool) {
				for recs, err := range pages(ctx, coll) {
					if err != nil {
						yield(portal.Meta{}, err)
						return
					}
					for i := range recs {
						if !yield(*P(&recs[i]).Head(), nil) {
							return
						}
					}
				}
			}
		},
		changes: func(ctx context.Context, after store.Cursor, fresh func(string, int64, time.Time) bool, touch func(string, string)) (store.Cursor, error) {
			for {
				changes, next, err := coll.Changes(ctx, after, store.MaxLimit)
				if err != nil {
					return after, err
				}
				for i := range changes {
					ch := &changes[i]
					if !fresh(ch.ID, ch.Version, ch.At) {
						continue
					}
					touch(index, ch.ID)
					rec := &ch.Record
					if ch.Deleted {
						rec = nil
					}
					if err := others(ctx, ch.ID, rec, touch); err != nil {
						return after, err
					}
				}
				after = next
				if len(changes) < store.MaxLimit {
					return after, nil
				}
			}
		},
		renew: func(ctx context.Context, ids []string) error {
			recs, err := coll.GetMany(ctx, ids)
			if err != nil {
				return err
			}
			put, err := docs(ctx, recs)
			if err != nil {
				return err
			}
			b := search.Batch{Put: put}
			found := make(map[string]bool, len(recs))
			for i := range recs {
				found[P(&recs[i]).Head().ID] = true
			}
			for _, id := range ids {
				if !found[id] {
					b.Delete = append(b.Delete, id)
				}
			}
			pending, err := e.Apply(ctx, index, b)
			if err != nil {
				return fmt.Errorf("apply %d documents: %w", len(ids), err)
			}
			return pending.Wait(ctx)
		},
	}
}

// pages walks a collection, a batch of records at a time.
func pages[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, coll *store.Collection[T, P]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		q := store.Query{Limit: batch}
		for {
			page, err := coll.Find(ctx, q)
			if !yield(page.Items, err) || err != nil || page.Next == "" {
				return
			}
			q.After = page.Next
		}
	}
}
