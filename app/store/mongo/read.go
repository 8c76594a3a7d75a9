package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
)

// Get returns a live document.
func (e *Engine) Get(ctx context.Context, coll, id string) (store.Document, error) {
	c, _, err := e.coll(coll)
	if err != nil {
		return store.Document{}, err
	}
	var doc document
	err = e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		return c.FindOne(ctx, one(id), options.FindOne().SetProjection(withoutFields)).Decode(&doc)
	})
	return doc.store(), err
}

// idsAtOnce bounds the list of one query.
const idsAtOnce = 1000

// GetMany returns the live documents found, in the order of ids.
func (e *Engine) GetMany(ctx context.Context, coll string, ids []string) ([]store.Document, error) {
	c, _, err := e.coll(coll)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found := make(map[string]store.Document, len(ids))
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		docs, err := e.find(ctx, c, append(live(), bson.E{Key: keyID, Value: op("$in", chunk)}), options.Find())
		if err != nil {
			return nil, err
		}
		for _, doc := range docs {
			found[doc.ID] = doc.store()
		}
	}
	docs := make([]store.Document, 0, len(found))
	for _, id := range ids {
		if doc, ok := found[id]; ok {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

// find collects what a filter finds.
func (e *Engine) find(ctx context.Context, c *mongo.Collection, filter bson.D, o *options.FindOptionsBuilder) (docs []document, err error) {
	err = e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		docs = nil
		cursor, err := c.Find(ctx, filter, o.SetProjection(withoutFields))
		if err != nil {
			return err
		}
		return cursor.All(ctx, &docs)
	})
	return docs, err
}

// Count counts live documents.
func (e *Engine) Count(ctx context.Context, coll string, conds []store.Cond) (n int64, err error) {
	c, spec, err := e.coll(coll)
	if err != nil {
		return 0, err
	}
	where, err := filter(spec, conds)
	if err != nil {
		return 0, err
	}
	err = e.bounded(ctx, bulkTimeout, func(ctx context.Context) error {
		n, err = c.CountDocuments(ctx, where)
		return err
	})
	return n, err
}

// GroupCount counts live documents by the values of a field, in the order of the values.
func (e *Engine) GroupCount(ctx context.Context, coll, field string, conds []store.Cond) ([]store.Group, error) {
	return e.group(ctx, coll, field, func(store.Spec) (any, error) { return 1, nil }, conds)
}

// GroupSum adds up an Int field by the values of another.
func (e *Engine) GroupSum(ctx context.Context, coll, field, sum string, conds []store.Cond) ([]store.Group, error) {
	return e.group(ctx, coll, field, func(spec store.Spec) (any, error) {
		kind, err := spec.KindOf(sum)
		if err == nil && kind != store.Int {
			err = fmt.Errorf("sum of %s.%s, which is no Int: %w", coll, sum, store.ErrUndeclared)
		}
		return "$" + path(sum), err
	}, conds)
}

// group adds up an addend of each document by the values of a field.
func (e *Engine) group(ctx context.Context, coll, field string, addend func(store.Spec) (any, error), conds []store.Cond) ([]store.Group, error) {
	c, spec, err := e.coll(coll)
	if err != nil {
		return nil, err
	}
	kind, kindErr := spec.KindOf(field)
	add, addErr := addend(spec)
	where, err := filter(spec, conds)
	if err := errors.Join(kindErr, addErr, err); err != nil {
		return nil, err
	}
	const total = "n"
	pipeline := mongo.Pipeline{
		{{Key: "$match", Value: where}},
		{{Key: "$group", Value: bson.D{{Key: keyID, Value: "$" + path(field)}, {Key: total, Value: op("$sum", add)}}}},
		{{Key: "$sort", Value: bson.D{{Key: keyID, Value: 1}}}},
	}
	var groups []store.Group
	err = e.bounded(ctx, bulkTimeout, func(ctx context.Context) error {
		groups = nil
		cursor, err := c.Aggregate(ctx, pipeline)
		if err != nil {
			return err
		}
		var rows []struct {
			Value any   `bson:"_id"`
			N     int64 `bson:"n,truncate"`
		}
		if err := cursor.All(ctx, &rows); err != nil {
			return err
		}
		for _, r := range rows {
			groups = append(groups, store.Group{Value: value(r.Value, kind), N: r.N})
		}
		return nil
	})
	return groups, err
}
