package meili

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// Documents are sent in pieces of about so many bytes before compression, and read back
// so many at a time.
const (
	batchBytes = 10 << 20
	pageSize   = 1000
)

// Apply sends the documents that are newer than what is indexed, and the ids to take out.
// Writes of one index take turns, a rebuild included: a version is looked up after the
// batches before it are indexed. One process writes at a time; see Rebuild for several.
func (e *Engine) Apply(ctx context.Context, name string, b search.Batch) (search.Pending, error) {
	ix, err := e.index(name)
	if err != nil {
		return nil, err
	}
	sent := pending{engine: e, index: name}
	err = e.do(ctx, callTimeout, func(ctx context.Context) error {
		release, err := ix.turn(ctx)
		if err != nil {
			return err
		}
		defer release()
		sent.tasks, err = e.apply(ctx, ix, b)
		if n := len(sent.tasks); n > 0 {
			ix.last = sent.tasks[n-1]
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("meili.Apply(%s): %w", name, err)
	}
	return sent, nil
}

// turn waits until no other call writes the index.
func (ix *index) turn(ctx context.Context) (release func(), err error) {
	select {
	case ix.writing <- struct{}{}:
		return func() { <-ix.writing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (e *Engine) apply(ctx context.Context, ix *index, b search.Batch) (tasks, error) {
	newer, err := e.newer(ctx, ix, b.Put)
	if err != nil {
		return nil, err
	}
	up := e.upload(ix.shape, ix.uid)
	for _, d := range newer {
		if err := up.add(ctx, d); err != nil {
			return up.tasks, err
		}
	}
	if err := up.flush(ctx); err != nil || len(b.Delete) == 0 {
		return up.tasks, err
	}
	info, err := e.server.Index(ix.uid).DeleteDocuments(ctx, each(value, b.Delete), nil)
	if err != nil {
		return up.tasks, err
	}
	return append(up.tasks, info.TaskUID), nil
}

// newer leaves out documents older than what is indexed or stands later in the batch.
func (e *Engine) newer(ctx context.Context, ix *index, docs []search.Document) ([]search.Document, error) {
	if len(docs) == 0 {
		return nil, nil
	}
	if ix.last != 0 {
		// Its failure is for whoever sent it to know.
		if err := e.waitFor(ctx, ix.last); err != nil && !errors.As(err, new(taskFailure)) {
			return nil, err
		}
		ix.last = 0
	}
	version := make(map[string]int64, len(docs))
	for part := range slices.Chunk(docs, pageSize) {
		ids := make([]string, len(part))
		for i, d := range part {
			ids[i] = value(d.ID)
		}
		known, err := e.page(ctx, ix.uid, &meilisearch.DocumentsQuery{Ids: ids, Limit: pageSize})
		if err != nil {
			return nil, err
		}
		for _, d := range known {
			version[d.ID] = d.Version
		}
	}
	at := make(map[string]int, len(docs))
	var out []search.Document
	for _, d := range docs {
		if v, ok := version[d.ID]; ok && d.Version < v {
			continue
		}
		version[d.ID] = d.Version
		if i, ok := at[d.ID]; ok {
			out[i] = d
			continue
		}
		at[d.ID] = len(out)
		out = append(out, d)
	}
	return out, nil
}

// page reads ids and versions.
func (e *Engine) page(ctx context.Context, uid string, q *meilisearch.DocumentsQuery) ([]search.Document, error) {
	q.Fields = []string{idAttr, versionAttr}
	var answer meilisearch.DocumentsResult
	if err := e.server.Index(uid).GetDocuments(ctx, q, &answer); err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(answer.Results))
	for i, hit := range answer.Results {
		var err error
		if docs[i].ID, err = idOf(hit); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(hit[versionAttr], &docs[i].Version); err != nil {
			return nil, fmt.Errorf("%w: %w: version of %s: %w", search.ErrDown, errMalformed, docs[i].ID, err)
		}
	}
	return docs, nil
}

// idOf returns the id of a document the server shows.
func idOf(hit meilisearch.Hit) (string, error) {
	// An encoded word has nothing to unescape, and there are thousands in a match.
	id, err := decodeValue(strings.Trim(string(hit[idAttr]), `"`))
	if err != nil {
		return "", fmt.Errorf("%w: %w: id: %w", search.ErrDown, errMalformed, err)
	}
	return id, nil
}

// Versions streams id and version of every document, in the server's order. Documents
// that come or go meanwhile may be missed or told twice.
func (e *Engine) Versions(ctx context.Context, name string) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		ix, err := e.index(name)
		if err != nil {
			yield(search.Document{}, err)
			return
		}
		for offset := int64(0); ; offset += pageSize {
			var docs []search.Document
			err := e.do(ctx, callTimeout, func(ctx context.Context) (err error) {
				docs, err = e.page(ctx, ix.uid, &meilisearch.DocumentsQuery{Limit: pageSize, Offset: offset})
				return err
			})
			if err != nil {
				yield(search.Document{}, fmt.Errorf("meili.Versions(%s): %w", name, err))
				return
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
			if len(docs) < pageSize {
				return
			}
		}
	}
}

// upload sends documents to an index in pieces.
type upload struct {
	engine *Engine
	shape  *shape
	uid    string
	lines  bytes.Buffer
	tasks  tasks
}

func (e *Engine) upload(s *shape, uid string) *upload { return &upload{engine: e, shape: s, uid: uid} }

// add takes a document in, and sends what has gathered when it is enough.
func (u *upload) add(ctx context.Context, d search.Document) error {
	line, err := u.shape.line(d)
	if err != nil {
		return err
	}
	if u.lines.Len() > 0 && u.lines.Len()+len(line) > batchBytes {
		if err := u.flush(ctx); err != nil {
			return err
		}
	}
	u.lines.Write(line)
	return nil
}

// flush sends what has gathered.
func (u *upload) flush(ctx context.Context) error {
	if u.lines.Len() == 0 {
		return nil
	}
	info, err := u.engine.server.Index(u.uid).AddDocumentsNdjson(ctx, u.lines.Bytes(), nil)
	if err != nil {
		return err
	}
	u.lines.Reset()
	u.tasks = append(u.tasks, info.TaskUID)
	return nil
}
