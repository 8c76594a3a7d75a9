package local

import (
	"context"
	"iter"
	"math"

	"liangcheng/search"
)

// gone is the new number of a dead document.
const gone = math.MaxUint32

// crowded reports whether so many are dead that a compacted copy is worth its making:
// more than a third.
func (ix *index) crowded() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	const few = 1000
	dead := ix.size() - ix.live
	return dead >= few && dead >= ix.size()/3
}

// compacted copies the living into a new index. Readers may go on; writers must not.
func (ix *index) compacted() *index {
	to := make([]uint32, ix.size())
	next := uint32(0)
	for n := range to {
		to[n] = gone
		if !ix.dead.has(uint32(n)) {
			to[n] = next
			next++
		}
	}
	kept := newIndex(ix.schema)
	kept.ids, kept.revision = renumbered(ix.ids, to), renumbered(ix.revision, to)
	kept.live = ix.live
	for n := range next {
		kept.numberOf[kept.ids.at(n)] = n
	}
	for i := range ix.words {
		kept.words[i].length = renumbered(ix.words[i].length, to)
		kept.words[i].total = ix.words[i].total
	}
	kept.averages()
	for name, f := range ix.facets {
		kept.facets[name] = f.renumbered(to)
	}
	for name, column := range ix.nums {
		*kept.nums[name] = renumbered(*column, to)
	}
	for term, list := range ix.terms {
		if list := list.renumbered(to); list != nil {
			kept.terms[term] = list
		}
	}
	for term := range ix.latin.from("") {
		if kept.terms[term] != nil {
			kept.latin.long = append(kept.latin.long, term)
		}
	}
	kept.sounds = ix.sounds.renumbered(to)
	kept.settle()
	return kept
}

func renumbered[T any](c column[T], to []uint32) column[T] {
	var kept column[T]
	for n, number := range to {
		if number != gone {
			kept.add(c.at(uint32(n)))
		}
	}
	return kept
}

// versions streams the documents living now, a chunk at a time so that no lock is held
// for long.
func (ix *index) versions(ctx context.Context) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		ix.mu.RLock()
		size, dead := ix.size(), ix.dead.clone()
		ix.mu.RUnlock()
		some := make([]search.Document, 0, chunkSize)
		for from := 0; from < size; from += chunkSize {
			if err := ctx.Err(); err != nil {
				yield(search.Document{}, err)
				return
			}
			some = some[:0]
			ix.mu.RLock()
			for n := uint32(from); n < uint32(min(from+chunkSize, size)); n++ {
				if !dead.has(n) {
					some = append(some, search.Document{ID: ix.ids.at(n), Version: ix.revision.at(n)})
				}
			}
			ix.mu.RUnlock()
			for _, doc := range some {
				if !yield(doc, nil) {
					return
				}
			}
		}
	}
}
