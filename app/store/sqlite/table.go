package sqlite

import (
	"fmt"
	"strings"
	"time"

	"liangcheng/app/store"
)

// table is a collection as SQL.
type table struct{ store.Spec }

func (t table) quoted() string { return `"` + t.Name + `"` }

// columnPrefix keeps the columns of declared fields apart from those every table has.
const columnPrefix = "f_"

// column is the quoted column of a declared field.
func column(field string) string { return `"` + columnPrefix + field + `"` }

// list writes every declared column into the pattern, separated by commas.
func (t table) list(pattern string) string {
	parts := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		parts[i] = strings.ReplaceAll(pattern, "%s", column(f.Name))
	}
	return strings.Join(parts, ", ")
}

// values are the declared fields of a document in the order of the columns.
func (t table) values(doc store.Document) []any {
	out := make([]any, len(t.Fields), len(t.Fields)+2)
	for i, f := range t.Fields {
		out[i] = toSQL(doc.Fields[f.Name])
	}
	return out
}

// lookup finds the column and kind of a field a query names.
func (t table) lookup(field string) (name string, kind store.Kind, err error) {
	kind, err = t.KindOf(field)
	switch field {
	case store.FieldID:
		name = "id"
	case store.FieldCreated:
		name = "created"
	case store.FieldChanged:
		name = "changed"
	default:
		name = column(field)
	}
	return name, kind, err
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
	conds, err := t.Plain(conds)
	if err != nil {
		return "", nil, err
	}
	var sql strings.Builder
	sql.WriteString("deleted = 0")
	var args []any
	for _, c := range conds {
		col, _, err := t.lookup(c.Field)
		if err != nil {
			return "", nil, err
		}
		for i, v := range c.Values {
			c.Values[i] = toSQL(v)
		}
		args = append(args, condition(&sql, col, c)...)
	}
	return sql.String(), args, nil
}

func condition(sql *strings.Builder, col string, c store.Cond) []any {
	switch c.Op {
	case store.Eq:
		fmt.Fprintf(sql, " AND %s IS ?", col)
		return c.Values
	case store.In:
		return oneOf(sql, col, c.Values)
	case store.Range:
		return between(sql, col, c.Values[0], c.Values[1])
	case store.Prefix:
		return between(sql, col, c.Values[0], store.PrefixEnd(c.Values[0].(string)))
	}
	fmt.Fprintf(sql, " AND %s IS NOT NULL", col)
	return nil
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
