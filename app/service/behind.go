package service

import (
	"context"
	"sync/atomic"

	"liangcheng/search"
)

// behind is how far the needs are matched that an index shows without what fits them, or
// with what another graph found.
type behind struct {
	graph   string       // fingerprint of the graph that reads them
	done    bool         // it has read all
	waiting atomic.Int64 // needs it has not read yet
}

// again looks for needs that wait, whatever was found before.
func (b *behind) again() { b.graph, b.done = "", false }

// atATime is how many needs that wait are matched in one step. A change that comes
// meanwhile is seen only after it.
const atATime = 200

// Waiting is how many needs are still to be matched.
func (f *Follower) Waiting() int64 { return f.behind.waiting.Load() }

// catchUp matches some of the needs that wait, the newest first, and returns how many.
func (f *Follower) catchUp(ctx context.Context) (int, error) {
	b, graph := &f.behind, f.docs.Graph().Fingerprint()
	fresh := b.graph != graph
	if b.done && !fresh {
		return 0, nil
	}
	res, err := f.docs.Engine.Search(ctx, search.Query{Index: NeedsIndex, Scope: search.Not{Filter: search.Eq("read", graph)},
		Sort: []search.Order{{Field: "published", Desc: true}}, Limit: atATime})
	if err != nil {
		return 0, fault("service.catchUp", NeedsIndex, err)
	}
	before, now := b.waiting.Swap(int64(res.Total)), int64(res.Total)
	b.graph, b.done = graph, now == 0
	switch {
	case fresh && now > atATime:
		f.docs.Log.Info("needs are matched behind the index", "needs", now)
	case !fresh && now >= before && now > 0:
		// The index keeps documents that are ahead of their records, as after a backup
		// was put back. Comparing everything mends that.
		f.docs.Log.Warn("needs in the index do not follow their records", "needs", now)
		b.done = true
		return 0, nil
	case !fresh && now == 0 && before > 0:
		f.docs.Log.Info("every need is matched")
	}
	if err := f.source(NeedsIndex).renew(ctx, ids(res.Hits)); err != nil {
		return 0, fault("service.catchUp", NeedsIndex, err)
	}
	return len(res.Hits), nil
}
