package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"liangcheng/app/store"
)

// Insert stores a new document; see store.Engine.
func (e *Engine) Insert(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	docs, err := e.InsertMany(ctx, coll, []store.Document{doc})
	if err != nil {
		return store.Document{}, err
	}
	return docs[0], nil
}

// InsertMany stores new documents in one transaction: all of them or none.
func (e *Engine) InsertMany(ctx context.Context, coll string, docs []store.Document) ([]store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return nil, err
	}
	out := make([]store.Document, len(docs))
	err = e.transact(ctx, func(tx *sql.Tx, at int64) error {
		stmt, err := tx.PrepareContext(ctx, t.insertSQL())
		if err != nil {
			return err
		}
		defer stmt.Close()
		for i, doc := range docs {
			doc.CreatedAt, doc.ChangedAt = time.UnixMilli(at).UTC(), time.UnixMilli(at).UTC()
			args := append([]any{doc.ID, at, at, e.next(), doc.Body}, t.values(doc)...)
			err := stmt.QueryRowContext(ctx, args...).Scan(&doc.Version)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("id %q: %w", doc.ID, store.ErrDuplicate)
			}
			if err != nil {
				return err
			}
			out[i] = doc
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// insertSQL writes over a tombstone and carries its version on; over a live document it
// writes nothing.
func (t table) insertSQL() string {
	columns, marks, sets := "", "", ""
	if len(t.Fields) > 0 {
		columns, marks, sets = ", "+t.list("%s"), strings.Repeat(", ?", len(t.Fields)), ", "+t.list("%s = excluded.%s")
	}
	return `INSERT INTO ` + t.quoted() + ` (id, version, created, changed, place, body` + columns + `)
		VALUES (?, 1, ?, ?, ?, ?` + marks + `)
		ON CONFLICT (id) DO UPDATE SET version = version + 1, created = excluded.created,
			changed = excluded.changed, place = excluded.place, deleted = 0, body = excluded.body` + sets + `
		WHERE deleted = 1
		RETURNING version`
}

// Replace stores doc over its version; see store.Engine.
func (e *Engine) Replace(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	t, err := e.table(coll)
	if err != nil {
		return store.Document{}, err
	}
	sets := ""
	if len(t.Fields) > 0 {
		sets = ", " + t.list("%s = ?")
	}
	query := `UPDATE ` + t.quoted() + ` SET version = version + 1, changed = ?, place = ?, body = ?` + sets + `
		WHERE id = ? AND version = ? AND deleted = 0 RETURNING version, created`
	err = e.transact(ctx, func(tx *sql.Tx, at int64) error {
		args := append([]any{at, e.next(), doc.Body}, t.values(doc)...)
		args = append(args, doc.ID, doc.Version)
		var created int64
		err := tx.QueryRowContext(ctx, query, args...).Scan(&doc.Version, &created)
		if errors.Is(err, sql.ErrNoRows) {
			return t.missed(ctx, tx, doc.ID)
		}
		doc.CreatedAt, doc.ChangedAt = time.UnixMilli(created).UTC(), time.UnixMilli(at).UTC()
		return err
	})
	return doc, err
}

// Delete leaves a tombstone; see store.Engine.
func (e *Engine) Delete(ctx context.Context, coll, id string, version int64) error {
	t, err := e.table(coll)
	if err != nil {
		return err
	}
	return e.transact(ctx, func(tx *sql.Tx, at int64) error {
		res, err := tx.ExecContext(ctx, `UPDATE `+t.quoted()+` SET version = version + 1, changed = ?, place = ?, deleted = 1, body = x''
			WHERE id = ? AND deleted = 0 AND (? = 0 OR version = ?)`, at, e.next(), id, version, version)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return t.missed(ctx, tx, id)
	})
}

// missed says why a write by version met no row.
func (t table) missed(ctx context.Context, tx *sql.Tx, id string) error {
	var there bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM `+t.quoted()+` WHERE id = ? AND deleted = 0)`, id).Scan(&there)
	if err != nil {
		return err
	}
	if there {
		return store.ErrConflict
	}
	return store.ErrNotFound
}
