package sqlite

import (
	"fmt"
	"strings"
	"time"

	"liangcheng/app/store"
)

// table is a collection as SQL: its name and declared fields.
type table struct {
	name   string
	fields []store.FieldSpec
}

func (t table) quoted() string { return `"` + t.name + `"` }

// columnPrefix keeps the columns of declared fields apart from those every table has.
const columnPrefix = "f_"

// column is the quoted column of a declared field.
func column(field string) string { return `"` + columnPrefix + field + `"` }

// list writes every declared column into the pattern, separated by commas.
func (t table) list(pattern string) string {
	parts := make([]string, len(t.fields))
	for i, f := range t.fields {
		parts[i] = strings.ReplaceAll(pattern, "%s", column(f.Name))
	}
	return strings.Join(parts, ", ")
}

// values are the declared fields of a document in the order of the columns.
func (t table) values(doc store.Document) []any {
	out := make([]any, len(t.fields), len(t.fields)+2)
	for i, f := range t.fields {
		out[i] = toSQL(doc.Fields[f.Name])
	}
	return out
}

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
			return column(field), f.Kind, nil
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
	n, number := v.(int64)
	switch {
	case number && kind == store.Time:
		return time.UnixMilli(n).UTC()
	case number && kind == store.Bool:
		return n != 0
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
		return oneOf(sql, col, values), nil
	case store.Range:
		return between(sql, col, values[0], values[1]), nil
	case store.Prefix:
		prefix, ok := values[0].(string)
		if !ok {
			return nil, fmt.Errorf("prefix of a %T", values[0])
		}
		return between(sql, col, prefix, after(prefix)), nil
	}
	return nil, fmt.Errorf("unknown operator %d", op)
}

// oneOf leaves nil to a comparison of its own: in SQL unknown is in no list.
func oneOf(sql *strings.Builder, col string, values []any) []any {
	var known []any
	for _, v := range values {
		if v != nil {
			known = append(known, v)
		}
	}
	choices := make([]string, 0, 2)
	if len(known) > 0 {
		choices = append(choices, col+" IN (?"+strings.Repeat(",?", len(known)-1)+")")
	}
	if len(known) < len(values) {
		choices = append(choices, col+" IS NULL")
	}
	if len(choices) == 0 {
		choices = append(choices, "0")
	}
	sql.WriteString(" AND (" + strings.Join(choices, " OR ") + ")")
	return known
}

func between(sql *strings.Builder, col string, low, high any) []any {
	var args []any
	if low != nil {
		fmt.Fprintf(sql, " AND %s >= ?", col)
		args = append(args, low)
	}
	if high != nil {
		fmt.Fprintf(sql, " AND %s < ?", col)
		args = append(args, high)
	}
	if len(args) == 0 {
		fmt.Fprintf(sql, " AND %s IS NOT NULL", col)
	}
	return args
}

// after is the first text that no longer starts with the prefix, compared bytewise, or
// nil when there is none.
func after(prefix string) any {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return string(b[:i+1])
		}
	}
	return nil
}
