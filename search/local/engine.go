// Package local is the embedded search engine: an inverted index in memory with BM25F,
// disjunctive facets, prefixes, pinyin and homophones. It keeps ids, no texts. Readers
// share a lock that writers hold for moments; rebuilt and compacted indexes are made aside
// and swapped in.
package local

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"liangcheng/search"
)

// Engine is a search.Engine in the memory of this process.
type Engine struct {
	indexes map[string]*slot
}

// slot holds the live index of one schema.
type slot struct {
	schema search.Schema
	live   atomic.Pointer[index]
	write  sync.Mutex // held by whoever changes or replaces the live index
}

// New makes an engine with an empty index for each schema.
func New(schemas ...search.Schema) *Engine {
	e := &Engine{indexes: make(map[string]*slot, len(schemas))}
	for _, schema := range schemas {
		s := &slot{schema: schema}
		s.live.Store(newIndex(schema))
		e.indexes[schema.Name] = s
	}
	return e
}

func (e *Engine) slot(name string) (*slot, error) {
	s, ok := e.indexes[name]
	if !ok {
		return nil, fmt.Errorf("index %q: %w", name, search.ErrInvalid)
	}
	return s, nil
}

// Search answers one query.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	s, err := e.slot(q.Index)
	if err != nil {
		return search.Result{}, err
	}
	if err := ctx.Err(); err != nil {
		return search.Result{}, err
	}
	res, err := s.live.Load().search(ctx, q)
	if err != nil {
		return search.Result{}, fmt.Errorf("local.Search(%s): %w", q.Index, err)
	}
	return res, nil
}

// MultiSearch answers several queries in order.
func (e *Engine) MultiSearch(ctx context.Context, qs []search.Query) ([]search.Result, error) {
	out := make([]search.Result, len(qs))
	for i, q := range qs {
		res, err := e.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		out[i] = res
	}
	return out, nil
}

// Match scores documents by the weighted sum of their terms.
func (e *Engine) Match(ctx context.Context, q search.MatchQuery) ([]search.Hit, error) {
	s, err := e.slot(q.Index)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	hits, err := s.live.Load().match(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("local.Match(%s): %w", q.Index, err)
	}
	return hits, nil
}

// done is a batch that readers already see.
type done struct{}

func (done) Wait(context.Context) error { return nil }

// Apply changes the index; readers see the whole batch when it returns.
func (e *Engine) Apply(ctx context.Context, name string, b search.Batch) (search.Pending, error) {
	s, err := e.slot(name)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := newCutter(s.schema)
	put := make([]entry, len(b.Put))
	for i, doc := range b.Put {
		put[i] = c.cut(doc)
	}
	s.write.Lock()
	ix := s.live.Load()
	ix.apply(put, b.Delete)
	if !ix.crowded() {
		s.write.Unlock()
		return done{}, nil
	}
	go func() { // the next writer waits for the compaction, this one and readers do not
		defer s.write.Unlock()
		s.live.Store(ix.compacted())
	}()
	return done{}, nil
}

// Rebuild fills a new index from the sequence and swaps it in when it is complete.
func (e *Engine) Rebuild(ctx context.Context, name string, docs iter.Seq2[search.Document, error]) error {
	s, err := e.slot(name)
	if err != nil {
		return err
	}
	fresh := newIndex(s.schema)
	if err := fresh.fill(ctx, docs); err != nil {
		return fmt.Errorf("local.Rebuild(%s): %w", name, err)
	}
	s.write.Lock()
	defer s.write.Unlock()
	s.live.Store(fresh)
	return nil
}

// Versions streams id and version of every live document in the order of their arrival.
func (e *Engine) Versions(ctx context.Context, name string) iter.Seq2[search.Document, error] {
	s, err := e.slot(name)
	if err != nil {
		return func(yield func(search.Document, error) bool) { yield(search.Document{}, err) }
	}
	return func(yield func(search.Document, error) bool) { s.live.Load().versions(ctx)(yield) }
}

// Health is always nil: an index in memory answers as long as the process does.
func (e *Engine) Health(context.Context) error { return nil }

// Close waits for writers and for a compaction; there is nothing else to let go of.
func (e *Engine) Close() error {
	for _, s := range e.indexes {
		s.write.Lock()
		defer s.write.Unlock()
	}
	return nil
}
