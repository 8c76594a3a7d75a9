package mongo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
)

// Insert stores a new document; see store.Engine. Where the id has a tombstone the update
// writes over it; where it has a live document the upsert meets the key and is refused.
func (e *Engine) Insert(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	c, spec, err := e.coll(coll)
	if err != nil {
		return store.Document{}, err
	}
	head, err := e.update(ctx, c, insertion(doc.ID), written(spec, doc, keyCreated, keyChanged), true)
	if err != nil {
		return store.Document{}, err
	}
	return stamped(doc, head), nil
}

// insertion chooses the tombstone of an id, or nothing, which makes a new document.
func insertion(id string) bson.D {
	return bson.D{{Key: keyID, Value: id}, {Key: keyDeleted, Value: true}}
}

// written is the update that stores the content of a document.
func written(spec store.Spec, doc store.Document, times ...string) bson.D {
	return append(risen(times...), bson.E{Key: "$set", Value: content(spec, doc)})
}

// update changes the one document of a filter and returns its bookkeeping.
func (e *Engine) update(ctx context.Context, c *mongo.Collection, where, change bson.D, upsert bool) (head document, err error) {
	o := options.FindOneAndUpdate().SetReturnDocument(options.After).SetProjection(onlyHead).SetUpsert(upsert)
	err = e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		return c.FindOneAndUpdate(ctx, where, change, o).Decode(&head)
	})
	return head, err
}

func stamped(doc store.Document, head document) store.Document {
	doc.Version, doc.CreatedAt, doc.ChangedAt = head.Version, head.Created.UTC(), head.Changed.UTC()
	return doc
}

// insertsAtOnce bounds one bulk write, so that each ends within its deadline.
const insertsAtOnce = 1000

// InsertMany stores new documents in order and stops at the first that is refused.
func (e *Engine) InsertMany(ctx context.Context, coll string, docs []store.Document) ([]store.Document, error) {
	c, spec, err := e.coll(coll)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([]store.Document, 0, len(docs))
	for from := 0; from < len(docs); from += insertsAtOnce {
		part := docs[from:min(from+insertsAtOnce, len(docs))]
		heads, err := e.insertPart(ctx, c, spec, part)
		if err != nil {
			return nil, err
		}
		for _, doc := range part {
			out = append(out, stamped(doc, heads[doc.ID]))
		}
	}
	return out, nil
}

// insertPart stores a part in one bulk and reads back the versions and times it got.
func (e *Engine) insertPart(ctx context.Context, c *mongo.Collection, spec store.Spec, docs []store.Document) (map[string]document, error) {
	models := make([]mongo.WriteModel, len(docs))
	ids := make([]string, len(docs))
	for i, doc := range docs {
		ids[i] = doc.ID
		models[i] = mongo.NewUpdateOneModel().SetFilter(insertion(doc.ID)).
			SetUpdate(written(spec, doc, keyCreated, keyChanged)).SetUpsert(true)
	}
	heads := make(map[string]document, len(docs))
	err := e.bounded(ctx, bulkTimeout, func(ctx context.Context) error {
		if err := vacant(ctx, c, spec, docs, ids); err != nil {
			return err
		}
		if _, err := c.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(true)); err != nil {
			return err
		}
		cursor, err := c.Find(ctx, bson.D{{Key: keyID, Value: op("$in", ids)}}, options.Find().SetProjection(onlyHead))
		if err != nil {
			return err
		}
		var read []document
		if err := cursor.All(ctx, &read); err != nil {
			return err
		}
		for _, head := range read {
			heads[head.ID] = head
		}
		return nil
	})
	return heads, err
}

// vacant refuses documents whose ids or unique values are taken before any of them is
// written: only where another writer comes in between is a part stored in part.
func vacant(ctx context.Context, c *mongo.Collection, spec store.Spec, docs []store.Document, ids []string) error {
	taken := bson.A{bson.D{{Key: keyID, Value: op("$in", ids)}}}
	for _, f := range spec.Fields {
		if !f.Unique {
			continue
		}
		values := make(bson.A, len(docs))
		for i, doc := range docs {
			values[i] = doc.Fields[f.Name]
		}
		taken = append(taken, bson.D{{Key: path(f.Name), Value: op("$in", values)}})
	}
	var there document
	err := c.FindOne(ctx, append(live(), bson.E{Key: "$or", Value: taken}), options.FindOne().SetProjection(onlyHead)).Decode(&there)
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("id or unique value of %q: %w", there.ID, store.ErrDuplicate)
}

// Replace stores doc over its version; see store.Engine.
func (e *Engine) Replace(ctx context.Context, coll string, doc store.Document) (store.Document, error) {
	c, spec, err := e.coll(coll)
	if err != nil {
		return store.Document{}, err
	}
	head, err := e.update(ctx, c, at(doc.ID, doc.Version), written(spec, doc, keyChanged), false)
	if errors.Is(err, store.ErrNotFound) {
		return store.Document{}, e.missed(ctx, c, doc.ID)
	}
	if err != nil {
		return store.Document{}, err
	}
	return stamped(doc, head), nil
}

// at chooses a live document if it still has that version.
func at(id string, version int64) bson.D {
	return append(one(id), bson.E{Key: keyVersion, Value: version})
}

// one chooses a live document.
func one(id string) bson.D { return append(live(), bson.E{Key: keyID, Value: id}) }

// Delete leaves a tombstone; see store.Engine. The fields go, and with them the unique
// values, which are free again.
func (e *Engine) Delete(ctx context.Context, coll, id string, version int64) error {
	c, _, err := e.coll(coll)
	if err != nil {
		return err
	}
	change := append(risen(keyChanged),
		bson.E{Key: "$set", Value: bson.D{{Key: keyDeleted, Value: true}, {Key: keyBody, Value: ""}}},
		bson.E{Key: "$unset", Value: bson.D{{Key: keyFields, Value: ""}}})
	where := one(id)
	if version != 0 {
		where = at(id, version)
	}
	_, err = e.update(ctx, c, where, change, false)
	if errors.Is(err, store.ErrNotFound) {
		return e.missed(ctx, c, id)
	}
	return err
}

// missed says why a write by version met no document.
func (e *Engine) missed(ctx context.Context, c *mongo.Collection, id string) error {
	var n int64
	err := e.bounded(ctx, callTimeout, func(ctx context.Context) (err error) {
		n, err = c.CountDocuments(ctx, one(id))
		return err
	})
	switch {
	case err != nil:
		return err
	case n > 0:
		return store.ErrConflict
	}
	return store.ErrNotFound
}

// Purge removes old tombstones for good.
func (e *Engine) Purge(ctx context.Context, coll string, before time.Time) (n int64, err error) {
	c, _, err := e.coll(coll)
	if err != nil {
		return 0, err
	}
	old := bson.D{{Key: keyDeleted, Value: true}, {Key: keyChanged, Value: op("$lt", before)}}
	err = e.bounded(ctx, bulkTimeout, func(ctx context.Context) error {
		res, err := c.DeleteMany(ctx, old)
		if err != nil {
			return err
		}
		n = res.DeletedCount
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("mongo.Purge(%s): %w", coll, err)
	}
	return n, nil
}
