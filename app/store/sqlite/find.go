package sqlite

import (
	"context"
	"encoding/base64"
	"encoding/json"
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
	col, _, err := t.lookup(q.Sort)
	if err != nil {
		return page, err
	}
	where, args, err := t.where(q.Where)
	if err != nil {
		return page, err
	}
	parts, err := behind(q, col)
	if err != nil {
		return page, fmt.Errorf("page after %q: %w", q.After, err)
	}
	limit := pageSize(q.Limit)
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
			page.Next, err = place(q, last, page.Items[limit-1].ID)
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

// position is where a page ended: the order it was in, the value sorted by (neither is
// set when it is unknown) and the id.
type position struct {
	Sort   string  `json:"s"`
	Desc   bool    `json:"d,omitempty"`
	Text   *string `json:"t,omitempty"`
	Number *int64  `json:"n,omitempty"`
	ID     string  `json:"id"`
}

// place writes a position as the cursor of the next page.
func place(q store.Query, value any, id string) (string, error) {
	p := position{Sort: q.Sort, Desc: q.Desc, ID: id}
	switch v := value.(type) {
	case string:
		p.Text = &v
	case int64:
		p.Number = &v
	}
	raw, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// part is a condition that one range of an index answers.
type part struct {
	where string
	args  []any
}

// behind says in parts, in their order, what sorts behind the position of a query.
// Unknown values sort first ascending and last descending, as SQLite has it.
func behind(q store.Query, col string) ([]part, error) {
	if q.After == "" {
		return []part{{}}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil {
		return nil, err
	}
	var p position
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	if p.Sort != q.Sort || p.Desc != q.Desc {
		return nil, fmt.Errorf("cursor of another order, by %q", p.Sort)
	}
	compare := " > "
	if q.Desc {
		compare = " < "
	}
	var value any
	switch {
	case col == "id":
		return []part{{" AND id" + compare + "?", []any{p.ID}}}, nil
	case p.Text != nil:
		value = *p.Text
	case p.Number != nil:
		value = *p.Number
	default:
		unknown := part{" AND " + col + " IS NULL AND id" + compare + "?", []any{p.ID}}
		if q.Desc {
			return []part{unknown}, nil
		}
		return []part{unknown, {where: " AND " + col + " IS NOT NULL"}}, nil
	}
	known := part{" AND (" + col + ", id)" + compare + "(?, ?)", []any{value, p.ID}}
	if q.Desc {
		return []part{known, {where: " AND " + col + " IS NULL"}}, nil
	}
	return []part{known}, nil
}
