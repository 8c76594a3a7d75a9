package sqlite

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
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
	doc, err := scan(e.reader.QueryRowContext(ctx, `SELECT `+documentColumns+` FROM "`+t.name+`" WHERE id = ? AND deleted = 0`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return doc, store.ErrNotFound
	}
	return doc, e.failure(err)
}

// GetMany returns the live documents found, in the order of ids.
func (e *Engine) GetMany(ctx context.Context, coll string, ids []string) ([]store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	found, err := e.documents(ctx, `SELECT `+documentColumns+` FROM "`+t.name+`"
		WHERE id IN (SELECT value FROM json_each(?)) AND deleted = 0`, string(wanted))
	if err != nil {
		return nil, err
	}
	byID := make(map[string]store.Document, len(found))
	for _, doc := range found {
		byID[doc.ID] = doc
	}
	docs := make([]store.Document, 0, len(found))
	for _, id := range ids {
		if doc, ok := byID[id]; ok {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// position is where a page ended: the value sorted by and the id.
type position struct {
	Value any    `json:"v"`
	ID    string `json:"id"`
}

// Find returns one page of live documents by keyset: the page after a position holds
// what sorts behind it, whatever was inserted before it meanwhile.
func (e *Engine) Find(ctx context.Context, coll string, q store.Query) (store.Page[store.Document], error) {
	var page store.Page[store.Document]
	t, err := e.table(coll)
	if err != nil {
		return page, err
	}
	where, args, err := t.where(q.Where)
	if err != nil {
		return page, err
	}
	sort := q.Sort
	if sort == "" {
		sort = store.FieldID
	}
	col, kind, err := t.lookup(sort)
	if err != nil {
		return page, err
	}
	if q.After != "" {
		more, moreArgs, err := behind(q.After, col, kind, q.Desc)
		if err != nil {
			return page, err
		}
		where, args = where+more, append(args, moreArgs...)
	}
	limit := q.Limit
	if limit <= 0 || limit > store.MaxLimit {
		limit = store.MaxLimit
	}
	direction := "ASC"
	if q.Desc {
		direction = "DESC"
	}
	rows, err := e.reader.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s FROM "%s" WHERE %s ORDER BY %s %s, id %s LIMIT %d`,
		documentColumns, col, t.name, where, col, direction, direction, limit+1), args...)
	if err != nil {
		return page, e.failure(err)
	}
	defer rows.Close()
	var last any
	for rows.Next() {
		if len(page.Items) == limit {
			page.Next, err = cursor(position{Value: last, ID: page.Items[limit-1].ID})
			return page, err
		}
		doc, err := scan(rows, &last)
		if err != nil {
			return page, e.failure(err)
		}
		page.Items = append(page.Items, doc)
	}
	return page, e.failure(rows.Err())
}

// behind is the condition that a row sorts after a position. Unknown values sort first
// ascending and last descending, as SQLite has it.
func behind(after, col string, kind store.Kind, desc bool) (string, []any, error) {
	raw, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return "", nil, fmt.Errorf("cursor: %w", err)
	}
	var p position
	if err := json.Unmarshal(raw, &p); err != nil {
		return "", nil, fmt.Errorf("cursor: %w", err)
	}
	if n, ok := p.Value.(float64); ok {
		p.Value = int64(n)
	}
	if p.Value != nil && (kind == store.Text) != isText(p.Value) {
		return "", nil, fmt.Errorf("cursor of another sort: %T", p.Value)
	}
	switch {
	case p.Value == nil && !desc:
		return fmt.Sprintf(" AND (%s IS NOT NULL OR id > ?)", col), []any{p.ID}, nil
	case p.Value == nil:
		return fmt.Sprintf(" AND %s IS NULL AND id < ?", col), []any{p.ID}, nil
	case !desc:
		return fmt.Sprintf(" AND (%s, id) > (?, ?)", col), []any{p.Value, p.ID}, nil
	}
	return fmt.Sprintf(" AND (%s IS NULL OR (%s, id) < (?, ?))", col, col), []any{p.Value, p.ID}, nil
}

func isText(v any) bool { _, ok := v.(string); return ok }

func cursor(p position) (string, error) {
	if b, ok := p.Value.([]byte); ok {
		p.Value = string(b)
	}
	raw, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(raw), err
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
	err = e.reader.QueryRowContext(ctx, `SELECT count(*) FROM "`+t.name+`" WHERE `+where, args...).Scan(&n)
	return n, e.failure(err)
}

// GroupCount counts live documents by the values of a field, in the order of the values.
func (e *Engine) GroupCount(ctx context.Context, coll, field string, conds []store.Cond) ([]store.Group, error) {
	return e.group(ctx, coll, field, "", conds)
}

// GroupSum adds up an Int field by the values of another.
func (e *Engine) GroupSum(ctx context.Context, coll, field, sum string, conds []store.Cond) ([]store.Group, error) {
	return e.group(ctx, coll, field, sum, conds)
}

func (e *Engine) group(ctx context.Context, coll, field, sum string, conds []store.Cond) ([]store.Group, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	col, kind, err := t.lookup(field)
	if err != nil {
		return nil, err
	}
	total := "count(*)"
	if sum != "" {
		summed, sumKind, err := t.lookup(sum)
		if err != nil {
			return nil, err
		}
		if sumKind != store.Int {
			return nil, fmt.Errorf("sum of %s.%s, which is no Int: %w", coll, sum, store.ErrUndeclared)
		}
		total = "coalesce(sum(" + summed + "), 0)"
	}
	where, args, err := t.where(conds)
	if err != nil {
		return nil, err
	}
	rows, err := e.reader.QueryContext(ctx, fmt.Sprintf(`SELECT %s, %s FROM "%s" WHERE %s GROUP BY %s ORDER BY %s`,
		col, total, t.name, where, col, col), args...)
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

// Changes returns documents and tombstones behind the cursor, oldest first.
func (e *Engine) Changes(ctx context.Context, coll string, after store.Cursor, limit int) ([]store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	if limit <= 0 || limit > store.MaxLimit {
		limit = store.MaxLimit
	}
	at := int64(0)
	if !after.At.IsZero() {
		at = after.At.UnixMilli()
	}
	return e.documents(ctx, `SELECT `+documentColumns+` FROM "`+t.name+`"
		WHERE (changed, id) > (?, ?) ORDER BY changed, id LIMIT ?`, at, after.ID, limit)
}

func (e *Engine) documents(ctx context.Context, query string, args ...any) ([]store.Document, error) {
	rows, err := e.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, e.failure(err)
	}
	defer rows.Close()
	var docs []store.Document
	for rows.Next() {
		doc, err := scan(rows)
		if err != nil {
			return nil, e.failure(err)
		}
		docs = append(docs, doc)
	}
	return docs, e.failure(rows.Err())
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
