package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"liangcheng/app/store"
)

// table is a collection as SQL: its name and declared fields.
type table struct {
	name   string
	fields []store.FieldSpec
}

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Open creates the table of a collection, or adds the columns and indexes it lacks.
func (e *Engine) Open(ctx context.Context, spec store.Spec) (stale bool, err error) {
	t := table{name: spec.Name, fields: spec.Fields}
	names := []string{spec.Name}
	for _, f := range spec.Fields {
		names = append(names, f.Name)
	}
	for _, n := range names {
		if !identifier.MatchString(n) {
			return false, fmt.Errorf("sqlite.Open(%s): %q is no identifier", spec.Name, n)
		}
	}
	err = e.transact(ctx, func(tx *sql.Tx, _ int64) error {
		if stale, err = t.create(ctx, tx); err != nil {
			return err
		}
		var newest sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT max(changed) FROM "`+t.name+`"`).Scan(&newest); err != nil {
			return err
		}
		e.last = max(e.last, newest.Int64)
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("sqlite.Open(%s): %w", spec.Name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.specs[spec.Name] = t
	return stale, nil
}

func (t table) create(ctx context.Context, tx *sql.Tx) (stale bool, err error) {
	_, err = tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS "`+t.name+`" (
		id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, created INTEGER NOT NULL,
		changed INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL)`)
	if err != nil {
		return false, err
	}
	have, err := t.columns(ctx, tx)
	if err != nil {
		return false, err
	}
	statements := []string{`CREATE INDEX IF NOT EXISTS "` + t.name + `_changed" ON "` + t.name + `" (changed, id)`}
	for _, f := range t.fields {
		if !slices.Contains(have, column(f.Name)) {
			stale = true
			statements = append(statements, `ALTER TABLE "`+t.name+`" ADD COLUMN "`+column(f.Name)+`"`)
		}
	}
	for _, f := range t.fields {
		index := `INDEX IF NOT EXISTS "` + t.name + `_` + f.Name + `" ON "` + t.name + `" ("` + column(f.Name) + `", id) WHERE deleted = 0`
		if f.Unique {
			index = `UNIQUE INDEX IF NOT EXISTS "` + t.name + `_` + f.Name + `_unique" ON "` + t.name + `" ("` + column(f.Name) + `") WHERE deleted = 0`
		}
		statements = append(statements, "CREATE "+index)
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return false, err
		}
	}
	if stale {
		err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM "`+t.name+`" WHERE deleted = 0)`).Scan(&stale)
	}
	return stale, err
}

func (t table) columns(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM pragma_table_info(?)`, t.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, rows.Err()
}

// column is the column of a declared field, apart from the columns every table has.
func column(field string) string { return "f_" + field }

// lookup finds the column and kind of a field a query names.
func (t table) lookup(field string) (name string, kind store.Kind, err error) {
	switch field {
	case store.FieldID:
		return "id", store.Text, nil
	case store.FieldCreated:
		return "created", store.Time, nil
	case store.FieldChanged:
		return "changed", store.Time, nil
	}
	for _, f := range t.fields {
		if f.Name == field {
			return `"` + column(field) + `"`, f.Kind, nil
		}
	}
	return "", 0, fmt.Errorf("field %q of %s: %w", field, t.name, store.ErrUndeclared)
}

// toSQL turns a plain value into what the column holds: times are milliseconds, truth
// is 0 or 1.
func toSQL(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UnixMilli()
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	}
	return v
}

// fromSQL is toSQL backwards.
func fromSQL(v any, kind store.Kind) any {
	switch v := v.(type) {
	case int64:
		switch kind {
		case store.Time:
			return time.UnixMilli(v).UTC()
		case store.Bool:
			return v != 0
		}
	case []byte:
		return string(v)
	}
	return v
}

// where writes the conditions as SQL and collects their values.
func (t table) where(conds []store.Cond) (string, []any, error) {
	var sql strings.Builder
	sql.WriteString("deleted = 0")
	var args []any
	for _, c := range conds {
		col, kind, err := t.lookup(c.Field)
		if err != nil {
			return "", nil, err
		}
		values := make([]any, len(c.Values))
		for i, v := range c.Values {
			plain, err := store.Plain(v, kind)
			if err != nil {
				return "", nil, fmt.Errorf("field %q: %w", c.Field, err)
			}
			values[i] = toSQL(plain)
		}
		more, err := condition(&sql, col, c.Op, values)
		if err != nil {
			return "", nil, fmt.Errorf("field %q: %w", c.Field, err)
		}
		args = append(args, more...)
	}
	return sql.String(), args, nil
}

func condition(sql *strings.Builder, col string, op store.Op, values []any) ([]any, error) {
	want := map[store.Op]int{store.Eq: 1, store.Range: 2, store.Prefix: 1, store.NotNull: 0}
	if n, fixed := want[op]; fixed && n != len(values) {
		return nil, fmt.Errorf("%d values for operator %d", len(values), op)
	}
	switch op {
	case store.Eq:
		fmt.Fprintf(sql, " AND %s IS ?", col)
		return values, nil
	case store.NotNull:
		fmt.Fprintf(sql, " AND %s IS NOT NULL", col)
		return nil, nil
	case store.In:
		if len(values) == 0 {
			sql.WriteString(" AND 0")
			return nil, nil
		}
		fmt.Fprintf(sql, " AND %s IN (?%s)", col, strings.Repeat(",?", len(values)-1))
		return values, nil
	case store.Range:
		var args []any
		for i, compare := range []string{">=", "<"} {
			if values[i] != nil {
				fmt.Fprintf(sql, " AND %s %s ?", col, compare)
				args = append(args, values[i])
			}
		}
		return args, nil
	case store.Prefix:
		prefix, ok := values[0].(string)
		if !ok {
			return nil, fmt.Errorf("prefix of a %T", values[0])
		}
		fmt.Fprintf(sql, " AND %s >= ?", col)
		args := []any{prefix}
		if end, bounded := after(prefix); bounded {
			fmt.Fprintf(sql, " AND %s < ?", col)
			args = append(args, end)
		}
		return args, nil
	}
	return nil, fmt.Errorf("unknown operator %d", op)
}

// after is the first string that no longer starts with the prefix, compared bytewise;
// there is none when the prefix is all 0xff bytes.
func after(prefix string) (string, bool) {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1]), true
		}
	}
	return "", false
}
