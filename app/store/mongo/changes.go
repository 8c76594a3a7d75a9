package mongo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"liangcheng/app/store"
)

// Changes are followed by the time of the server. Writes at the same moment may appear
// out of order, and a new primary's clock may be a little behind: the follower goes back
// a moment at every end of the stream, and further back now and then. What it meets
// again has the version it knows.
const (
	goBack     = 2 * time.Second
	goFarBack  = time.Minute
	sweepEvery = 10 * time.Second
)

// cursor is where a follower stands: behind the document id changed at that time, and
// when it last went far back. Times are milliseconds.
type cursor struct {
	at, swept int64
	id        string
}

func (c cursor) encode() store.Cursor {
	return store.Cursor(strconv.FormatInt(c.at, 10) + " " + strconv.FormatInt(c.swept, 10) + " " + c.id)
}

func parseCursor(s store.Cursor) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	parts := strings.SplitN(string(s), " ", 3)
	if len(parts) != 3 {
		return cursor{}, fmt.Errorf("cursor of changes %q", s)
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return cursor{}, fmt.Errorf("cursor of changes: %w", err)
	}
	swept, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return cursor{}, fmt.Errorf("cursor of changes: %w", err)
	}
	return cursor{at: at, swept: swept, id: parts[2]}, nil
}

// Changes returns documents and tombstones behind the cursor, oldest first.
func (e *Engine) Changes(ctx context.Context, coll string, after store.Cursor, limit int) ([]store.Document, store.Cursor, error) {
	c, _, err := e.coll(coll)
	if err != nil {
		return nil, after, err
	}
	place, err := parseCursor(after)
	if err != nil {
		return nil, after, err
	}
	limit = store.PageSize(limit)
	time := bson.DateTime(place.at)
	parts := []bson.D{
		{{Key: keyChanged, Value: op("$eq", time)}, {Key: keyID, Value: op("$gt", place.id)}},
		{{Key: keyChanged, Value: op("$gt", time)}},
	}
	found, err := e.parts(ctx, c, bson.D{}, parts, order(keyChanged, false), limit)
	if err != nil {
		return nil, after, err
	}
	docs := make([]store.Document, len(found))
	for i, f := range found {
		docs[i] = f.Document.store()
		place.at, place.id = f.Document.Changed.UnixMilli(), f.Document.ID
	}
	if len(docs) == limit {
		return docs, place.encode(), nil
	}
	place, err = e.back(ctx, place)
	return docs, place.encode(), err
}

// back is the cursor at the end of the stream.
func (e *Engine) back(ctx context.Context, c cursor) (cursor, error) {
	now, err := e.Now(ctx)
	if err != nil {
		return c, err
	}
	to := now.Add(-goBack)
	if now.UnixMilli()-c.swept >= sweepEvery.Milliseconds() {
		to = now.Add(-goFarBack)
		c.swept = now.UnixMilli()
	}
	if to.UnixMilli() < c.at {
		c.at, c.id = to.UnixMilli(), ""
	}
	return c, nil
}

// Tip is a moment far enough back that nothing later is hidden by it.
func (e *Engine) Tip(ctx context.Context, coll string) (store.Cursor, error) {
	if _, _, err := e.coll(coll); err != nil {
		return "", err
	}
	now, err := e.Now(ctx)
	if err != nil {
		return "", err
	}
	return cursor{at: now.Add(-goFarBack).UnixMilli(), swept: now.UnixMilli()}.encode(), nil
}
