package store

import (
	"sync"

	"github.com/maypok86/otter/v2"
)

// cache keeps decoded records of a collection whose only writer is this process. A nil
// cache keeps nothing. No reader gets an older record than one read or written before:
// nothing is kept while a write is under way, nor of a read that a write overlapped. Records
// are kept as any: compiled for every noun, the library took most of the time of a build.
type cache struct {
	records *otter.Cache[string, any]
	mu      sync.RWMutex
	moves   uint64 // begins and ends of writes
	writing int    // writes under way
}

// A cache holds no more than this many records, none with a longer body, in bytes. The
// catalogue and the programmes of the region fit.
const (
	cachedRecords = 8192
	cachedBody    = 64 << 10
)

func newCache() *cache {
	return &cache{records: otter.Must(&otter.Options[string, any]{MaximumSize: cachedRecords})}
}

// kept returns the record of an id as it was kept.
func kept[T any](c *cache, id string) (rec T, ok bool) {
	if c == nil {
		return rec, false
	}
	held, ok := c.records.GetIfPresent(id)
	if !ok {
		return rec, false
	}
	return held.(T), true
}

// mark is noted before a read from the engine and given to keep after it.
func (c *cache) mark() uint64 {
	if c == nil {
		return 0
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.moves
}

func (c *cache) keep(mark uint64, doc Document, rec any) {
	if c == nil || len(doc.Body) > cachedBody {
		return
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if mark == c.moves && c.writing == 0 {
		c.records.Set(doc.ID, rec)
	}
}

// write forgets a record about to be written; the function returned is called when the
// write is over, whether it succeeded or not.
func (c *cache) write(id string) (over func()) {
	if c == nil {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moves++
	c.writing++
	c.records.Invalidate(id)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.moves++
		c.writing--
	}
}
