package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"liangcheng/app/store"
)

// Changes returns documents and tombstones behind the cursor, oldest first. Each write
// of a document moves it to a later place; places are given out in the one writing
// transaction, so nothing can appear behind a cursor later.
func (e *Engine) Changes(ctx context.Context, coll string, after store.Cursor, limit int) ([]store.Document, store.Cursor, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, after, err
	}
	place, err := parsePlace(after)
	if err != nil {
		return nil, after, err
	}
	rows, err := e.sorted(ctx, `SELECT `+documentColumns+`, place FROM `+t.quoted()+`
		WHERE place > ? ORDER BY place LIMIT ?`, place, store.PageSize(limit))
	if err != nil {
		return nil, after, e.failure(err)
	}
	docs := make([]store.Document, len(rows))
	for i, row := range rows {
		docs[i] = row.doc
		after = store.Cursor(fmt.Sprint(row.value))
	}
	return docs, after, nil
}

func parsePlace(c store.Cursor) (int64, error) {
	if c == "" {
		return 0, nil
	}
	place, err := strconv.ParseInt(string(c), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("cursor of changes: %w", err)
	}
	return place, nil
}

// Tip is the place of the newest change.
func (e *Engine) Tip(ctx context.Context, coll string) (store.Cursor, error) {
	t, err := e.table(coll)
	if err != nil {
		return "", err
	}
	var place sql.NullInt64
	if err := e.reader.QueryRowContext(ctx, `SELECT max(place) FROM `+t.quoted()).Scan(&place); err != nil {
		return "", e.failure(err)
	}
	return store.Cursor(strconv.FormatInt(place.Int64, 10)), nil
}

// Purge removes old tombstones for good.
func (e *Engine) Purge(ctx context.Context, coll string, before time.Time) (n int64, err error) {
	t, err := e.table(coll)
	if err != nil {
		return 0, err
	}
	err = e.transact(ctx, func(tx *sql.Tx, _ int64) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM `+t.quoted()+` WHERE deleted = 1 AND changed < ?`, before.UnixMilli())
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, optimizeGrown)
		return err
	})
	return n, err
}
