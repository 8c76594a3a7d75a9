package sqlite

import (
	"context"
	"fmt"

	"liangcheng/app/store"
)

// Find returns one page of live documents by keyset: the page after a position holds
// what sorts behind it, whatever was inserted before it meanwhile.
func (e *Engine) Find(ctx context.Context, coll string, q store.Query) (store.Page[store.Document], error) {
	var page store.Page[store.Document]
	t, err := e.table(coll)
	if err != nil {
		return page, err
	}
	if q.Sort == "" {
		q.Sort = store.FieldID
	}
	col, kind, err := t.lookup(q.Sort)
	if err != nil {
		return page, err
	}
	where, args, err := t.where(q.Where)
	if err != nil {
		return page, err
	}
	parts, err := behind(q, col, kind)
	if err != nil {
		return page, fmt.Errorf("page after %q: %w", q.After, err)
	}
	limit := store.PageSize(q.Limit)
	var last any
	for _, part := range parts {
		room := limit + 1 - len(page.Items)
		query := fmt.Sprintf(`SELECT %s, %s FROM %s WHERE %s%s ORDER BY %s LIMIT %d`,
			documentColumns, col, t.quoted(), where, part.where, order(col, q.Desc), room)
		found, err := e.sorted(ctx, query, append(args[:len(args):len(args)], part.args...)...)
		if err != nil {
			return page, e.failure(err)
		}
		more := len(found) == room
		if more {
			found = found[:room-1]
		}
		for _, f := range found {
			page.Items = append(page.Items, f.doc)
			last = f.value
		}
		if more {
			page.Next, err = store.Place(q, store.Position{Value: last, ID: page.Items[limit-1].ID})
			return page, err
		}
	}
	return page, nil
}

// sortedRow is a document and the value it was sorted by.
type sortedRow struct {
	doc   store.Document
	value any
}

// sorted collects what a query for documentColumns and one column more finds.
func (e *Engine) sorted(ctx context.Context, query string, args ...any) ([]sortedRow, error) {
	rows, err := e.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []sortedRow
	for rows.Next() {
		var row sortedRow
		if row.doc, err = scan(rows, &row.value); err != nil {
			return nil, err
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// order sorts by the column and breaks ties by id, in one direction.
func order(col string, desc bool) string {
	direction := " ASC"
	if desc {
		direction = " DESC"
	}
	if col == "id" {
		return col + direction
	}
	return col + direction + ", id" + direction
}

// part is a condition that one range of an index answers.
type part struct {
	where string
	args  []any
}

// behind says in parts, in their order, what sorts behind the place of a query.
// Unknown values sort first ascending and last descending, as SQLite has it.
func behind(q store.Query, col string, kind store.Kind) ([]part, error) {
	p, err := store.PlaceOf(q, kind)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return []part{{}}, nil
	}
	compare := " > "
	if q.Desc {
		compare = " < "
	}
	switch {
	case col == "id":
		return []part{{" AND id" + compare + "?", []any{p.ID}}}, nil
	case p.Value == nil:
		unknown := part{" AND " + col + " IS NULL AND id" + compare + "?", []any{p.ID}}
		if q.Desc {
			return []part{unknown}, nil
		}
		return []part{unknown, {where: " AND " + col + " IS NOT NULL"}}, nil
	}
	known := part{" AND (" + col + ", id)" + compare + "(?, ?)", []any{toSQL(p.Value), p.ID}}
	if q.Desc {
		return []part{known, {where: " AND " + col + " IS NULL"}}, nil
	}
	return []part{known}, nil
}
