package local

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"liangcheng/search"
)

// load is some documents on their way into an index.
type load struct {
	docs    []search.Document
	entries []entry
	cut     chan struct{} // closed when entries are ready
}

// loadSize is how many documents are cut at a time.
const loadSize = 128

// fill puts a sequence of documents into an index nobody reads yet. Documents are cut on
// all processors and put in their order.
func (ix *index) fill(ctx context.Context, docs iter.Seq2[search.Document, error]) error {
	for _, v := range ix.vocabularies() {
		v.bulk = true
	}
	cutters := runtime.GOMAXPROCS(0)
	uncut, ordered := make(chan *load, cutters), make(chan *load, 2*cutters)
	var work sync.WaitGroup
	for range cutters {
		work.Go(func() {
			c := newCutter(ix.schema)
			for l := range uncut {
				l.entries = make([]entry, len(l.docs))
				for i, doc := range l.docs {
					l.entries[i] = c.cut(doc)
				}
				close(l.cut)
			}
		})
	}
	work.Go(func() {
		for l := range ordered {
			<-l.cut
			for i := range l.entries {
				ix.put(&l.entries[i])
			}
		}
	})
	err := feed(ctx, docs, func(l *load) {
		ordered <- l
		uncut <- l
	})
	close(uncut)
	close(ordered)
	work.Wait()
	if err != nil {
		return err
	}
	ix.settle()
	return ctx.Err()
}

// feed sends a sequence on in loads, until it ends, fails or the context does.
func feed(ctx context.Context, docs iter.Seq2[search.Document, error], send func(*load)) error {
	next := &load{cut: make(chan struct{})}
	for doc, err := range docs {
		if err != nil {
			return err
		}
		if next.docs = append(next.docs, doc); len(next.docs) < loadSize {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		send(next)
		next = &load{cut: make(chan struct{})}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	send(next)
	return nil
}
