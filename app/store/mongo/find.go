package mongo

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
)

// Find returns one page of live documents by keyset: the page after a place holds what
// sorts behind it, whatever was inserted before it meanwhile.
func (e *Engine) Find(ctx context.Context, coll string, q store.Query) (store.Page[store.Document], error) {
	var page store.Page[store.Document]
	c, spec, err := e.coll(coll)
	if err != nil {
		return page, err
	}
	if q.Sort == "" {
		q.Sort = store.FieldID
	}
	kind, err := spec.KindOf(q.Sort)
	if err != nil {
		return page, err
	}
	where, err := filter(spec, q.Where)
	if err != nil {
		return page, err
	}
	place, err := store.PlaceOf(q, kind)
	if err != nil {
		return page, fmt.Errorf("page after %q: %w", q.After, err)
	}
	limit := store.PageSize(q.Limit)
	found, err := e.parts(ctx, c, where, behind(q, place), order(path(q.Sort), q.Desc), limit+1)
	if err != nil {
		return page, err
	}
	more := len(found) > limit
	if more {
		found = found[:limit]
	}
	page.Items = make([]store.Document, len(found))
	for i, f := range found {
		page.Items[i] = f.Document.store()
	}
	if more {
		last := found[limit-1]
		page.Next, err = store.Place(q, store.Position{Value: last.value(q.Sort, kind), ID: last.Document.ID})
	}
	return page, err
}

// sorted is a document with the declared field it was sorted by.
type sorted struct {
	Document document       `bson:",inline"`
	Fields   map[string]any `bson:"f"`
}

func (s sorted) value(field string, kind store.Kind) any {
	switch field {
	case store.FieldID:
		return nil
	case store.FieldCreated:
		return s.Document.Created
	case store.FieldChanged:
		return s.Document.Changed
	}
	return value(s.Fields[field], kind)
}

// parts collects up to room documents from the parts of a page, one after the other.
func (e *Engine) parts(ctx context.Context, c *mongo.Collection, where bson.D, parts []bson.D, by bson.D, room int) ([]sorted, error) {
	projection := bson.D{{Key: keyVersion, Value: 1}, {Key: keyCreated, Value: 1}, {Key: keyChanged, Value: 1},
		{Key: keyDeleted, Value: 1}, {Key: keyBody, Value: 1}}
	if at := by[0].Key; len(by) > 1 && at != keyCreated && at != keyChanged {
		projection = append(projection, bson.E{Key: at, Value: 1})
	}
	var found []sorted
	for _, part := range parts {
		if len(found) == room {
			break
		}
		err := e.bounded(ctx, callTimeout, func(ctx context.Context) error {
			var some []sorted
			cursor, err := c.Find(ctx, within(where, part), options.Find().SetSort(by).SetLimit(int64(room-len(found))).SetProjection(projection))
			if err != nil {
				return err
			}
			if err := cursor.All(ctx, &some); err != nil {
				return err
			}
			found = append(found, some...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// within adds the conditions of a part to a filter.
func within(where, part bson.D) bson.D {
	if len(part) == 0 {
		return where
	}
	return bson.D{{Key: "$and", Value: bson.A{where, part}}}
}

// behind says in parts, in their order, what sorts behind a place; each part is one range
// of an index. Unknown values sort first ascending and last descending, as the server
// has null.
func behind(q store.Query, p *store.Position) []bson.D {
	if p == nil {
		return []bson.D{{}}
	}
	beyond := "$gt"
	if q.Desc {
		beyond = "$lt"
	}
	at, ids := path(q.Sort), bson.E{Key: keyID, Value: op(beyond, p.ID)}
	if at == keyID {
		return []bson.D{{ids}}
	}
	parts := []bson.D{{{Key: at, Value: op("$eq", p.Value)}, ids}}
	switch {
	case p.Value == nil && q.Desc:
	case p.Value == nil:
		parts = append(parts, bson.D{known(at)})
	default:
		parts = append(parts, bson.D{{Key: at, Value: op(beyond, p.Value)}})
		if q.Desc {
			parts = append(parts, bson.D{{Key: at, Value: op("$eq", nil)}})
		}
	}
	return parts
}
