package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
)

// declaration is a hash of what a collection declares.
func declaration(spec store.Spec) string {
	raw, _ := json.Marshal(spec) // names and numbers only
	sum := sha256.Sum256(raw)
	const enough = 8
	return hex.EncodeToString(sum[:enough])
}

// Open brings a collection to its declaration: the fields of documents stored under
// another one, then the indexes, one by one. A portal of another release may go on
// writing meanwhile; what it writes is brought over by the next Open.
func (e *Engine) Open(ctx context.Context, spec store.Spec, values func(store.Document) (map[string]any, error)) error {
	if err := spec.Check(); err != nil {
		return fmt.Errorf("mongo.Open(%s): %w", spec.Name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	err := e.declare(ctx, spec, values)
	// Portals that start together declare the same at the same moment, and servers have been
	// seen to stumble over that. Declared again, it is there or it is not.
	for tries := 0; err != nil && tries < 2 && ctx.Err() == nil && !errors.Is(err, store.ErrDown); tries++ {
		time.Sleep(declareAgain)
		err = e.declare(ctx, spec, values)
	}
	if err != nil {
		return fmt.Errorf("mongo.Open(%s): %w", spec.Name, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.specs[spec.Name] = spec
	return nil
}

// declareAgain is how long a refused declaration waits for the next try.
const declareAgain = 200 * time.Millisecond

// declare does what Open promises. Doing it twice changes nothing.
func (e *Engine) declare(ctx context.Context, spec store.Spec, values func(store.Document) (map[string]any, error)) error {
	c := e.db.Collection(spec.Name)
	// The index that finds documents of other declarations comes before their search.
	if err := e.index(ctx, c, own); err != nil {
		return err
	}
	if err := e.fill(ctx, c, spec, values); err != nil {
		return err
	}
	if err := e.index(ctx, c, append(slices.Clone(own), declared(spec)...)); err != nil {
		return err
	}
	return e.dropOthers(ctx, c, spec)
}

// index is a name with the keys it is on.
type index struct {
	name   string
	keys   []string
	unique bool
}

// own are the indexes every collection has.
var own = []index{
	{name: "declared", keys: []string{keyDeclared}},
	{name: "changes", keys: []string{keyChanged, keyID}},
	{name: "changed", keys: []string{keyDeleted, keyChanged, keyID}},
	{name: "created", keys: []string{keyDeleted, keyCreated, keyID}},
}

// Names of the indexes of declared fields begin with this.
const fieldIndex = "f."

// declared are the indexes of the declared fields. A tombstone has no fields, so that a
// sparse index leaves its unique values free.
func declared(spec store.Spec) []index {
	var all []index
	for _, f := range spec.Fields {
		at := path(f.Name)
		keys := []string{keyDeleted, at}
		for _, w := range f.With {
			keys = append(keys, path(w))
		}
		name := strings.Join(append([]string{fieldIndex + f.Name}, f.With...), "+")
		all = append(all, index{name: name, keys: append(keys, keyID)})
		if f.Unique {
			all = append(all, index{name: fieldIndex + f.Name + ".unique", keys: []string{at}, unique: true})
		}
	}
	return all
}

// index creates the indexes that are missing.
func (e *Engine) index(ctx context.Context, c *mongo.Collection, wanted []index) error {
	have, err := e.indexes(ctx, c)
	if err != nil {
		return err
	}
	for _, w := range wanted {
		if slices.Contains(have, w.name) {
			continue
		}
		var keys bson.D
		for _, k := range w.keys {
			keys = append(keys, bson.E{Key: k, Value: 1})
		}
		o := options.Index().SetName(w.name)
		if w.unique {
			o.SetUnique(true).SetSparse(true)
		}
		err := e.bounded(ctx, openTimeout, func(ctx context.Context) error {
			_, err := c.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: keys, Options: o})
			return err
		})
		if err != nil {
			return fmt.Errorf("index %s: %w", w.name, err)
		}
	}
	return nil
}

// indexes are the names of the indexes a collection has.
func (e *Engine) indexes(ctx context.Context, c *mongo.Collection) (names []string, err error) {
	err = e.bounded(ctx, callTimeout, func(ctx context.Context) error {
		specs, err := c.Indexes().ListSpecifications(ctx)
		if hasCode(err, codeNamespaceNotFound) {
			return nil // a collection begins with its first index or document
		}
		for _, s := range specs {
			names = append(names, s.Name)
		}
		return err
	})
	return names, err
}

// dropOthers drops the indexes of fields that are no longer declared.
func (e *Engine) dropOthers(ctx context.Context, c *mongo.Collection, spec store.Spec) error {
	have, err := e.indexes(ctx, c)
	if err != nil {
		return err
	}
	wanted := declared(spec)
	for _, name := range have {
		if !strings.HasPrefix(name, fieldIndex) || slices.ContainsFunc(wanted, func(w index) bool { return w.name == name }) {
			continue
		}
		err := e.bounded(ctx, callTimeout, func(ctx context.Context) error { return c.Indexes().DropOne(ctx, name) })
		if err != nil && !hasCode(err, codeIndexNotFound) { // another portal may have dropped it
			return fmt.Errorf("index %s: %w", name, err)
		}
	}
	return nil
}

// fillAtOnce is how many documents fill holds in memory at a time.
const fillAtOnce = 500

// fill makes the declared fields of every live document that was stored under another
// declaration. It goes by id, so that a portal of the other release which writes
// meanwhile cannot keep it busy for ever.
func (e *Engine) fill(ctx context.Context, c *mongo.Collection, spec store.Spec, values func(store.Document) (map[string]any, error)) error {
	hash := declaration(spec)
	last := ""
	for {
		others := append(live(), bson.E{Key: keyDeclared, Value: op("$ne", hash)}, bson.E{Key: keyID, Value: op("$gt", last)})
		docs, err := e.find(ctx, c, others, options.Find().SetSort(order(keyID, false)).SetLimit(fillAtOnce))
		if err != nil || len(docs) == 0 {
			return err
		}
		models := make([]mongo.WriteModel, len(docs))
		for i, doc := range docs {
			made, err := values(doc.store())
			if err != nil {
				return err
			}
			// Only over the version read: whoever wrote since made the fields himself.
			models[i] = mongo.NewUpdateOneModel().SetFilter(at(doc.ID, doc.Version)).SetUpdate(bson.D{{Key: "$set", Value: bson.D{
				{Key: keyFields, Value: fields(spec, made)}, {Key: keyDeclared, Value: hash}}}})
			last = doc.ID
		}
		err = e.bounded(ctx, bulkTimeout, func(ctx context.Context) error {
			_, err := c.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
			return err
		})
		if err != nil {
			return err
		}
	}
}
