package store

import (
	"sync"

	"github.com/maypok86/otter/v2"
)

// cache keeps decoded records of a collection whose only writer is this process. A nil
// cache keeps nothing. A record read before a write is never kept after it: readers
// note a mark first, and every write moves the mark.
type cache[T any] struct {
	records *otter.Cache[string, T]
	mu      sync.RWMutex
	writes  uint64
}

// cachedRecords bounds a cache; the catalogue and the programmes of the region fit.
const cachedRecords = 8192

func newCache[T any]() *cache[T] {
	return &cache[T]{records: otter.Must(&otter.Options[string, T]{MaximumSize: cachedRecords})}
}

func (c *cache[T]) get(id string) (rec T, ok bool) {
	if c == nil {
		return rec, false
	}
	return c.records.GetIfPresent(id)
}

// some returns the records held and the ids that are not.
func (c *cache[T]) some(ids []string) (held map[string]T, missing []string) {
	held = make(map[string]T, len(ids))
	if c == nil {
		return held, ids
	}
	for _, id := range ids {
		if rec, ok := c.records.GetIfPresent(id); ok {
			held[id] = rec
		} else {
			missing = append(missing, id)
		}
	}
	return held, missing
}

// mark is noted before a read from the engine and given to keep after it.
func (c *cache[T]) mark() uint64 {
	if c == nil {
		return 0
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.writes
}

func (c *cache[T]) keep(mark uint64, id string, rec T) {
	if c == nil {
		return
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if mark == c.writes {
		c.records.Set(id, rec)
	}
}

// drop forgets a record after a write, whether the write succeeded or not.
func (c *cache[T]) drop(id string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	c.records.Invalidate(id)
}

func (c *cache[T]) clear() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	c.records.InvalidateAll()
}
