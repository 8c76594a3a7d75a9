package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"liangcheng/app/store"
)

const documentColumns = "id, version, created, changed, deleted, body"

// Get returns a live document.
func (e *Engine) Get(ctx context.Context, coll, id string) (store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return store.Document{}, err
	}
	doc, err := scan(e.reader.QueryRowContext(ctx, `SELECT `+documentColumns+` FROM `+t.quoted()+` WHERE id = ? AND deleted = 0`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return doc, store.ErrNotFound
	}
	return doc, e.failure(err)
}

// idsAtOnce bounds the variables of one statement.
const idsAtOnce = 500

// GetMany returns the live documents found, in the order of ids.
func (e *Engine) GetMany(ctx context.Context, coll string, ids []string) ([]store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	found := make(map[string]store.Document, len(ids))
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		var where strings.Builder
		wanted := make([]any, len(chunk))
		for i, id := range chunk {
			wanted[i] = id
		}
		args := oneOf(&where, "id", wanted)
		docs, err := documents(ctx, e.reader, `SELECT `+documentColumns+` FROM `+t.quoted()+` WHERE deleted = 0`+where.String(), args...)
		if err != nil {
			return nil, e.failure(err)
		}
		for _, doc := range docs {
			found[doc.ID] = doc
		}
	}
	docs := make([]store.Document, 0, len(found))
	for _, id := range ids {
		if doc, ok := found[id]; ok {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// Count counts live documents.
func (e *Engine) Count(ctx context.Context, coll string, conds []store.Cond) (n int64, err error) {
	t, err := e.table(coll)
	if err != nil {
		return 0, err
	}
	where, args, err := t.where(conds)
	if err != nil {
		return 0, err
	}
	err = e.reader.QueryRowContext(ctx, `SELECT count(*) FROM `+t.quoted()+` WHERE `+where, args...).Scan(&n)
	return n, e.failure(err)
}

// GroupCount counts live documents by the values of a field, in the order of the values.
func (e *Engine) GroupCount(ctx context.Context, coll, field string, conds []store.Cond) ([]store.Group, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	return e.group(ctx, t, field, "count(*)", conds)
}

// GroupSum adds up an Int field by the values of another.
func (e *Engine) GroupSum(ctx context.Context, coll, field, sum string, conds []store.Cond) ([]store.Group, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	col, kind, err := t.lookup(sum)
	if err != nil {
		return nil, err
	}
	if kind != store.Int {
		return nil, fmt.Errorf("sum of %s.%s, which is no Int: %w", coll, sum, store.ErrUndeclared)
	}
	return e.group(ctx, t, field, "coalesce(sum("+col+"), 0)", conds)
}

func (e *Engine) group(ctx context.Context, t table, field, total string, conds []store.Cond) ([]store.Group, error) {
	col, kind, err := t.lookup(field)
	if err != nil {
		return nil, err
	}
	where, args, err := t.where(conds)
	if err != nil {
		return nil, err
	}
	rows, err := e.reader.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s FROM %s WHERE %s GROUP BY %s ORDER BY %s`,
		col, total, t.quoted(), where, col, col), args...)
	if err != nil {
		return nil, e.failure(err)
	}
	defer rows.Close()
	var groups []store.Group
	for rows.Next() {
		var g store.Group
		if err := rows.Scan(&g.Value, &g.N); err != nil {
			return nil, e.failure(err)
		}
		g.Value = fromSQL(g.Value, kind)
		groups = append(groups, g)
	}
	return groups, e.failure(rows.Err())
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// documents collects what a query for documentColumns finds.
func documents(ctx context.Context, q querier, query string, args ...any) ([]store.Document, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var docs []store.Document
	for rows.Next() {
		doc, err := scan(rows)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, rows.Err()
}

// scan reads documentColumns and whatever columns follow them.
func scan(row interface{ Scan(...any) error }, more ...any) (store.Document, error) {
	var doc store.Document
	var created, changed int64
	dest := append([]any{&doc.ID, &doc.Version, &created, &changed, &doc.Deleted, &doc.Body}, more...)
	err := row.Scan(dest...)
	doc.CreatedAt, doc.ChangedAt = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	return doc, err
}
