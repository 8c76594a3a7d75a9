package meili

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// Rebuild fills an index beside the live one and swaps the two, so that a search sees the
// old or the new one. Of a repeated id the newest document counts. A failing sequence or
// an ended context leaves the old index. Several processes may rebuild at the same time:
// the last to finish is seen.
func (e *Engine) Rebuild(ctx context.Context, name string, docs iter.Seq2[search.Document, error]) error {
	ix, err := e.index(name)
	if err != nil {
		return err
	}
	if err := e.rebuild(ctx, ix, docs); err != nil {
		return fmt.Errorf("meili.Rebuild(%s): %w", name, running(fault(ctx, err)))
	}
	return nil
}

func (e *Engine) rebuild(ctx context.Context, ix *index, docs iter.Seq2[search.Document, error]) (err error) {
	if err := e.setup(ctx); err != nil {
		return err
	}
	release, err := ix.turn(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := e.ensure(ctx, ix); err != nil { // the live index may have been lost
		return err
	}
	fresh := ix.uid + "_" + strings.ToLower(e.suffix())
	defer func() {
		// After the swap fresh is the old index; after a failure it is the half-made one.
		if removal := e.remove(ctx, fresh); err == nil {
			err = removal
		}
	}()
	if err := e.create(ctx, ix.shape, fresh); err != nil {
		return err
	}
	sent, err := e.fill(ctx, ix.shape, fresh, docs)
	if err != nil {
		return err
	}
	counted, err := e.ask(ctx, []*meilisearch.SearchRequest{count(fresh, everything)})
	if err != nil {
		return err
	}
	if got := counted[0].TotalHits; got != int64(sent) {
		return fmt.Errorf("%w: index %s holds %d documents, %d were sent", search.ErrDown, fresh, got, sent)
	}
	info, err := e.server.SwapIndexes(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{ix.uid, fresh}}})
	if err != nil {
		return err
	}
	return e.wait(ctx, tasks{info.TaskUID})
}

// fill sends all documents, without waiting between the pieces, and waits until they are
// indexed. It returns how many there are.
func (e *Engine) fill(ctx context.Context, s *shape, uid string, docs iter.Seq2[search.Document, error]) (int, error) {
	up := e.upload(s, uid)
	newest := map[string]int64{}
	for d, err := range docs {
		if err != nil {
			return 0, sequenceError{err}
		}
		if v, ok := newest[d.ID]; ok && d.Version < v {
			continue
		}
		newest[d.ID] = d.Version
		if err := up.add(ctx, d); err != nil {
			return 0, err
		}
	}
	if err := up.flush(ctx); err != nil {
		return 0, err
	}
	return len(newest), e.wait(ctx, up.tasks)
}

// sequenceError is a failure of the documents, not of the server.
type sequenceError struct{ error }

func (s sequenceError) Unwrap() error { return s.error }

// remove deletes an index, whatever became of the context. The server does it in its
// turn; nobody waits, because nobody reads the index any more.
func (e *Engine) remove(ctx context.Context, uid string) error {
	const patience = 10 * time.Second
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if _, err := e.server.DeleteIndex(within, uid); err != nil && !noIndex(err) {
		e.log.Warn("index left behind for Sweep", "index", uid, "error", err)
		return err
	}
	return nil
}

// Sweep deletes indexes under this engine's prefix that no one has updated since before:
// those of another schema or server version, which an older release may still read, and
// what an interrupted rebuild left. It returns how many.
func (e *Engine) Sweep(ctx context.Context, before time.Time) (int, error) {
	swept := 0
	err := e.do(ctx, callTimeout, func(ctx context.Context) error {
		stale, err := e.stale(ctx, before)
		if err != nil {
			return err
		}
		var all tasks
		for _, uid := range stale {
			info, err := e.server.DeleteIndex(ctx, uid)
			if err != nil {
				return err
			}
			all = append(all, info.TaskUID)
		}
		swept = len(all)
		return e.wait(ctx, all)
	})
	if err != nil {
		return swept, fmt.Errorf("meili.Sweep: %w", err)
	}
	return swept, nil
}

// stale lists what Sweep deletes.
func (e *Engine) stale(ctx context.Context, before time.Time) ([]string, error) {
	live := map[string]bool{}
	names := make([]string, len(e.order))
	for i, ix := range e.order {
		live[ix.uid] = true
		names[i] = regexp.QuoteMeta(ix.schema.Name)
	}
	ours := regexp.MustCompile("^" + e.prefix + "(" + strings.Join(names, "|") + ")_[0-9a-f]{8}(_[0-9a-z]+)?$")
	var out []string
	for offset := int64(0); ; offset += pageSize {
		page, err := e.server.ListIndexes(ctx, &meilisearch.IndexesQuery{Limit: pageSize, Offset: offset})
		if err != nil {
			return nil, err
		}
		for _, ix := range page.Results {
			if ours.MatchString(ix.UID) && !live[ix.UID] && ix.UpdatedAt.Before(before) {
				out = append(out, ix.UID)
			}
		}
		if len(page.Results) < pageSize {
			return out, nil
		}
	}
}
