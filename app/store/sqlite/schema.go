package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"liangcheng/app/store"
)

// Open creates the table of a collection. Where the collection was stored under another
// declaration, columns, their values and the indexes follow in one transaction, so that
// a collection is never seen between two declarations.
func (e *Engine) Open(ctx context.Context, spec store.Spec, values func(store.Document) (map[string]any, error)) error {
	t := table{spec}
	if err := spec.Check(); err != nil {
		return fmt.Errorf("sqlite.Open(%s): %w", spec.Name, err)
	}
	err := e.transact(ctx, func(tx *sql.Tx, _ int64) error {
		if err := t.declare(ctx, tx, values); err != nil {
			return err
		}
		var place, changed int64
		err := tx.QueryRowContext(ctx, `SELECT place, changed FROM `+t.quoted()+` ORDER BY place DESC LIMIT 1`).Scan(&place, &changed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		e.place, e.last = max(e.place, place), max(e.last, changed)
		return err
	})
	if err != nil {
		return fmt.Errorf("sqlite.Open(%s): %w", spec.Name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tables[spec.Name] = t
	return nil
}

// declare brings the table to the declaration, unless it is there already.
func (t table) declare(ctx context.Context, tx *sql.Tx, values func(store.Document) (map[string]any, error)) error {
	wanted, err := json.Marshal(t.Spec)
	if err != nil {
		return err
	}
	var have string
	err = tx.QueryRowContext(ctx, `SELECT spec FROM "_collections" WHERE name = ?`, t.Name).Scan(&have)
	if err == nil && have == string(wanted) {
		return nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := t.create(ctx, tx); err != nil {
		return err
	}
	if err := t.fill(ctx, tx, values); err != nil {
		return err
	}
	for _, index := range t.indexes() {
		if _, err := tx.ExecContext(ctx, index); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO "_collections" (name, spec) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET spec = excluded.spec`, t.Name, string(wanted))
	return err
}

// create makes the table, or drops its indexes and adds the columns it lacks. The body
// comes after the fields, so that reading a field never walks through a long body.
func (t table) create(ctx context.Context, tx *sql.Tx) error {
	columns := ""
	if len(t.Fields) > 0 {
		columns = t.list("%s") + ", "
	}
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+t.quoted()+` (
		id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, created INTEGER NOT NULL,
		changed INTEGER NOT NULL, place INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, `+columns+`body BLOB NOT NULL)`)
	if err != nil {
		return err
	}
	indexes, err := names(ctx, tx, `SELECT name FROM pragma_index_list(?) WHERE origin = 'c'`, t.Name)
	if err != nil {
		return err
	}
	for _, index := range indexes {
		if _, err := tx.ExecContext(ctx, `DROP INDEX "`+index+`"`); err != nil {
			return err
		}
	}
	have, err := names(ctx, tx, `SELECT name FROM pragma_table_info(?)`, t.Name)
	if err != nil {
		return err
	}
	for _, f := range t.Fields {
		if slices.Contains(have, columnPrefix+f.Name) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `ALTER TABLE `+t.quoted()+` ADD COLUMN `+column(f.Name)); err != nil {
			return err
		}
	}
	return nil
}

// indexes are the statements that create them. Tombstones are only in those Changes and
// Purge read, which leaves their unique values free.
func (t table) indexes() []string {
	create := func(kind, name, columns, where string) string {
		return `CREATE ` + kind + ` "` + t.Name + `.` + name + `" ON ` + t.quoted() + ` (` + columns + `)` + where
	}
	const live = ` WHERE deleted = 0`
	all := []string{
		create("UNIQUE INDEX", "place", "place", ""),
		create("INDEX", "dead", "changed", " WHERE deleted = 1"),
		create("INDEX", "changed", "changed, id", live),
		create("INDEX", "created", "created, id", live),
	}
	for _, f := range t.Fields {
		if f.Unique {
			all = append(all, create("UNIQUE INDEX", columnPrefix+f.Name, column(f.Name), live))
			continue
		}
		on := column(f.Name)
		for _, w := range f.With {
			name, _, _ := t.lookup(w) // checked by Open
			on += ", " + name
		}
		all = append(all, create("INDEX", columnPrefix+f.Name, on+", id", live))
	}
	return all
}

// fillRows is how many documents fill holds in memory at a time.
const fillRows = 200

// fill takes the declared fields of every live document over into their columns.
func (t table) fill(ctx context.Context, tx *sql.Tx, values func(store.Document) (map[string]any, error)) error {
	if len(t.Fields) == 0 {
		return nil
	}
	query := `SELECT ` + documentColumns + ` FROM ` + t.quoted() + ` WHERE id > ? AND deleted = 0 ORDER BY id LIMIT ?`
	update := `UPDATE ` + t.quoted() + ` SET ` + t.list("%s = ?") + ` WHERE id = ?`
	last := ""
	for {
		docs, err := documents(ctx, tx, query, last, fillRows)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if doc.Fields, err = values(doc); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, update, append(t.values(doc), doc.ID)...); err != nil {
				return err
			}
			last = doc.ID
		}
		if len(docs) < fillRows {
			return nil
		}
	}
}

// names collects the one text column of a query.
func names(ctx context.Context, tx *sql.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}
