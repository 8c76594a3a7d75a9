package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// Position is where a page ended: the order it was in, the value sorted by and the id.
// Value is nil (unknown), string, int64, bool or time.Time.
type Position struct {
	Value any
	ID    string
}

// position is a Position as the cursor of a page has it. Times are milliseconds.
type position struct {
	Sort   string  `json:"s"`
	Desc   bool    `json:"d,omitempty"`
	Text   *string `json:"t,omitempty"`
	Number *int64  `json:"n,omitempty"`
	ID     string  `json:"id"`
}

// Place writes a position as the cursor of the next page of q. An id alone orders a page
// sorted by id.
func Place(q Query, p Position) (string, error) {
	out := position{Sort: q.Sort, Desc: q.Desc, ID: p.ID}
	switch v := p.Value.(type) {
	case string:
		out.Text = &v
	case int64:
		out.Number = &v
	case bool:
		n := int64(0)
		if v {
			n = 1
		}
		out.Number = &n
	case time.Time:
		n := v.UnixMilli()
		out.Number = &n
	}
	raw, err := json.Marshal(out)
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// PlaceOf reads the cursor of q, whose sorted field has that kind; a cursor of another
// order is ErrCursor. A query without a cursor has no place: nil.
func PlaceOf(q Query, kind Kind) (*Position, error) {
	if q.After == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(q.After)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	var p position
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCursor, err)
	}
	if p.Sort != q.Sort || p.Desc != q.Desc {
		return nil, fmt.Errorf("%w: made for %q", ErrCursor, p.Sort)
	}
	out := &Position{ID: p.ID}
	switch {
	case p.Text != nil && kind == Text:
		out.Value = *p.Text
	case p.Number == nil:
	case kind == Int:
		out.Value = *p.Number
	case kind == Bool:
		out.Value = *p.Number != 0
	case kind == Time:
		out.Value = time.UnixMilli(*p.Number).UTC()
	}
	return out, nil
}
