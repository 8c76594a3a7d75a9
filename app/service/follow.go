package service

import (
	"context"
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
// from a full scan, Follow applies what changes afterwards. A change of a record also
// renews the documents that show something of it.
type Follower struct {
	docs    documents
	mu      sync.Mutex // one rebuild or step at a time
	cursors map[string]store.Cursor
}

// NewFollower makes the follower of these rooms.
func NewFollower(r Rooms, m *Match) *Follower {
	return &Follower{docs: documents{Rooms: r, match: m}, cursors: map[string]store.Cursor{}}
}

// Progress reports how far a long work has come: done of total documents of one index.
type Progress func(index string, done, total int64)

// Rebuild fills every index anew and notes where following goes on. Readers keep the
// old index until the new one is complete.
func (f *Follower) Rebuild(ctx context.Context, report Progress) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	// Every tip is taken before anything is read: documents show records of others too.
	tips := map[string]store.Cursor{}
	for _, src := range f.sources() {
		tip, err := src.tip(ctx)
		if err != nil {
			return fault("service.Rebuild", src.index, err)
		}
		tips[src.index] = tip
	}
	// The specialisms come first: the documents of needs are matched against them.
	for _, src := range f.sources() {
		total, err := src.count(ctx)
		if err != nil {
			return fault("service.Rebuild", src.index, err)
		}
		done := int64(0)
		seq := func(yield func(search.Document, error) bool) {
			for doc, err := range src.all(ctx) {
				done++
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
	f.cursors = tips
	return nil
}

// Follow applies changes every interval until ctx ends and calls moved after each step
// that changed the index. A step that fails is told to failed and tried again; nothing
// is skipped, since a cursor moves only after success.
func (f *Follower) Follow(ctx context.Context, every time.Duration, moved func(), failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			n, err := f.Step(ctx)
			if n > 0 {
				moved()
			}
			if err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}

// Step applies what changed since the last one and returns how many documents moved.
func (f *Follower) Step(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
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
	for _, src := range f.sources() {
		cursor, err := src.changes(ctx, f.cursors[src.index], touch)
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
	return n, nil
}

// source is one collection as the follower sees it.
type source struct {
	index   string
	tip     func(ctx context.Context) (store.Cursor, error)
	count   func(ctx context.Context) (int64, error)
	all     func(ctx context.Context) iter.Seq2[search.Document, error]
	changes func(ctx context.Context, after store.Cursor, touch func(index, id string)) (store.Cursor, error)
	renew   func(ctx context.Context, ids []string) error
}

func (f *Follower) sources() []source {
	d, r := f.docs, f.docs.Records
	none := func(context.Context, string, *portal.Partnership, func(string, string)) error { return nil }
	return []source{
		from(d.Engine, SpecialismsIndex, r.Specialisms, d.specialisms, d.touchOfSpecialism),
		from(d.Engine, CollegesIndex, r.Colleges, d.colleges, d.touchOfCollege),
		from(d.Engine, ProgrammesIndex, r.Programmes, d.programmes, d.touchOfProgramme),
		from(d.Engine, NeedsIndex, r.Needs, d.needs, d.touchOfNeed),
		from(d.Engine, EnterprisesIndex, r.Enterprises, d.enterprises, d.touchOfEnterprise),
		from(d.Engine, PartnershipsIndex, r.Partnerships, d.partnerships, none),
	}
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
	return d.Records.Programmes.All(ctx, []store.Cond{store.Where("college_id", id)}, func(p *portal.Programme) error {
		touch(ProgrammesIndex, p.ID)
		touch(SpecialismsIndex, p.Code)
		return nil
	})
}

func (d documents) touchOfProgramme(ctx context.Context, id string, _ *portal.Programme, touch func(string, string)) error {
	college, code := portal.SplitProgrammeID(id)
	touch(CollegesIndex, college)
	touch(SpecialismsIndex, code)
	// A need says whether some college here covers it.
	res, err := d.Engine.Search(ctx, search.Query{Index: NeedsIndex, Scope: search.Eq("specialism", code), Limit: store.MaxLimit})
	if err != nil {
		return err
	}
	for _, h := range res.Hits {
		touch(NeedsIndex, h.ID)
	}
	return nil
}

func (d documents) touchOfEnterprise(ctx context.Context, id string, _ *portal.Enterprise, touch func(string, string)) error {
	return d.Records.Needs.All(ctx, []store.Cond{store.Where("enterprise_id", id)}, func(n *portal.Need) error {
		touch(NeedsIndex, n.ID)
		return nil
	})
}

func (d documents) touchOfNeed(_ context.Context, _ string, n *portal.Need, touch func(string, string)) error {
	if n != nil {
		touch(EnterprisesIndex, n.EnterpriseID)
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
				q := store.Query{Limit: batch}
				for {
					page, err := coll.Find(ctx, q)
					if err != nil {
						yield(search.Document{}, err)
						return
					}
					out, err := docs(ctx, page.Items)
					if err != nil {
						yield(search.Document{}, err)
						return
					}
					for _, doc := range out {
						if !yield(doc, nil) {
							return
						}
					}
					if page.Next == "" {
						return
					}
					q.After = page.Next
				}
			}
		},
		changes: func(ctx context.Context, after store.Cursor, touch func(string, string)) (store.Cursor, error) {
			for {
				changes, next, err := coll.Changes(ctx, after, store.MaxLimit)
				if err != nil {
					return after, err
				}
				for i := range changes {
					ch := &changes[i]
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
