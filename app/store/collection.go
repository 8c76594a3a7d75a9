package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
	"unicode/utf8"

	"liangcheng/app/portal"
)

// Field declares a field of a collection of T: its name, kind and where its value comes
// from. Of returns string, int64, int, bool, time.Time, a pointer to one of them, a
// named type of them, or nil for unknown.
type Field[T any] struct {
	Name   string
	Kind   Kind
	Unique bool
	With   []string // see FieldSpec
	Of     func(*T) any
}

// record is what a stored noun must be: a pointer to a struct that embeds portal.Meta.
type record[T any] interface {
	*T
	Head() *portal.Meta
}

// Collection is the typed view of one collection of an engine. It is safe for
// concurrent use. Records are changed inside Mutate, which decodes a record of its own, or
// between Fresh and Replace; those Get and GetMany return may be shared.
type Collection[T any, P record[T]] struct {
	engine Engine
	spec   Spec
	fields []Field[T]
	cache  *cache // nil unless this process is the only writer
}

// Open declares the collection to the engine and returns it. A name is opened once on an
// engine: two collections of one name would not see each other's writes at once.
func Open[T any, P record[T]](ctx context.Context, e Engine, name string, fields ...Field[T]) (*Collection[T, P], error) {
	spec := Spec{Name: name}
	for _, f := range fields {
		spec.Fields = append(spec.Fields, FieldSpec{Name: f.Name, Kind: f.Kind, Unique: f.Unique, With: f.With})
	}
	c := &Collection[T, P]{engine: e, spec: spec, fields: fields}
	if e.Exclusive() {
		c.cache = newCache()
	}
	if err := c.declare(ctx); err != nil {
		return nil, fmt.Errorf("store.Open(%s): %w", name, err)
	}
	return c, nil
}

// declare opens the collection in the engine.
func (c *Collection[T, P]) declare(ctx context.Context) error {
	return c.engine.Open(ctx, c.spec, func(doc Document) (map[string]any, error) {
		rec, err := c.decode(doc)
		if err != nil {
			return nil, err
		}
		return c.values(&rec)
	})
}

// tidy removes tombstones from before that time and declares the collection again, which
// brings over what others have written under another declaration.
func (c *Collection[T, P]) tidy(ctx context.Context, before time.Time) error {
	_, err := c.engine.Purge(ctx, c.spec.Name, before)
	return c.wrap("tidy", "", errors.Join(err, c.declare(ctx)))
}

// Name is the name of the collection in the engine.
func (c *Collection[T, P]) Name() string { return c.spec.Name }

// Get returns the record of that id, or ErrNotFound. The record is read-only: it may
// share memory with what others get.
func (c *Collection[T, P]) Get(ctx context.Context, id string) (T, error) {
	if rec, ok := kept[T](c.cache, id); ok {
		return rec, nil
	}
	mark := c.cache.mark()
	doc, err := c.engine.Get(ctx, c.spec.Name, id)
	if err != nil {
		var zero T
		return zero, c.wrap("Get", id, err)
	}
	rec, err := c.decode(doc)
	if err == nil {
		c.cache.keep(mark, doc, rec)
	}
	return rec, err
}

// Fresh returns the record of that id as the engine holds it, for the caller to change.
func (c *Collection[T, P]) Fresh(ctx context.Context, id string) (T, error) {
	doc, err := c.engine.Get(ctx, c.spec.Name, id)
	if err != nil {
		var zero T
		return zero, c.wrap("Fresh", id, err)
	}
	return c.decode(doc)
}

// GetMany returns the records found, in the order of ids; missing ones are left out. The
// records are read-only, as those of Get.
func (c *Collection[T, P]) GetMany(ctx context.Context, ids []string) ([]T, error) {
	recs := make([]T, len(ids))
	found := make([]bool, len(ids))
	var missing []string
	for i, id := range ids {
		if recs[i], found[i] = kept[T](c.cache, id); !found[i] {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return recs, nil
	}
	read, err := c.readMany(ctx, missing)
	if err != nil {
		return nil, err
	}
	there := recs[:0]
	for i, id := range ids {
		rec, ok := recs[i], found[i]
		if !ok {
			rec, ok = read[id]
		}
		if ok {
			there = append(there, rec)
		}
	}
	return there, nil
}

// readMany reads records by id from the engine.
func (c *Collection[T, P]) readMany(ctx context.Context, ids []string) (map[string]T, error) {
	mark := c.cache.mark()
	docs, err := c.engine.GetMany(ctx, c.spec.Name, ids)
	if err != nil {
		return nil, c.wrap("GetMany", fmt.Sprint(len(ids)), err)
	}
	recs := make(map[string]T, len(docs))
	for _, doc := range docs {
		rec, err := c.decode(doc)
		if err != nil {
			return nil, err
		}
		recs[doc.ID] = rec
		c.cache.keep(mark, doc, rec)
	}
	return recs, nil
}

// Insert stores a new record and sets its version and times.
func (c *Collection[T, P]) Insert(ctx context.Context, rec *T) error {
	doc, err := c.encode(rec)
	if err != nil {
		return err
	}
	doc, err = c.engine.Insert(ctx, c.spec.Name, doc)
	if err != nil {
		return c.wrap("Insert", P(rec).Head().ID, err)
	}
	stamp(P(rec).Head(), doc)
	return nil
}

// InsertMany stores new records in one write where the engine can.
func (c *Collection[T, P]) InsertMany(ctx context.Context, recs []T) error {
	docs := make([]Document, len(recs))
	for i := range recs {
		doc, err := c.encode(&recs[i])
		if err != nil {
			return err
		}
		docs[i] = doc
	}
	docs, err := c.engine.InsertMany(ctx, c.spec.Name, docs)
	if err != nil {
		return c.wrap("InsertMany", fmt.Sprint(len(recs)), err)
	}
	for i, doc := range docs {
		stamp(P(&recs[i]).Head(), doc)
	}
	return nil
}

// Replace stores rec over the version it was read at, or returns ErrConflict.
func (c *Collection[T, P]) Replace(ctx context.Context, rec *T) error {
	doc, err := c.encode(rec)
	if err != nil {
		return err
	}
	defer c.cache.write(doc.ID)()
	doc, err = c.engine.Replace(ctx, c.spec.Name, doc)
	if err != nil {
		return c.wrap("Replace", P(rec).Head().ID, err)
	}
	stamp(P(rec).Head(), doc)
	return nil
}

// mutateTries bounds how often Mutate reads again after losing a race. Most races are
// lost once or twice; with a hundred writers of one record the pauses spread them out.
const (
	mutateTries = 200
	longestWait = 20 * time.Millisecond
)

// Mutate reads the record, applies fn and stores it, again when another writer came
// first. fn gets a record of its own each time and should do nothing but change it. An
// error of fn is returned as it is and nothing is written.
func (c *Collection[T, P]) Mutate(ctx context.Context, id string, fn func(*T) error) (T, error) {
	var zero T
	for try := range mutateTries {
		rec, err := c.Fresh(ctx, id)
		if err != nil {
			return zero, err
		}
		if err := fn(&rec); err != nil {
			return zero, err
		}
		err = c.Replace(ctx, &rec)
		if err == nil {
			return rec, nil
		}
		if !errors.Is(err, ErrConflict) {
			return zero, err
		}
		select {
		case <-ctx.Done():
			return zero, c.wrap("Mutate", id, ctx.Err())
		case <-time.After(rand.N(min(time.Duration(try+1)*time.Millisecond, longestWait))):
		}
	}
	return zero, c.wrap("Mutate", id, ErrConflict)
}

// MutateOrInsert is Mutate of a record that begins with its first change: where there is
// none of that id, fn gets one with nothing but the id.
func (c *Collection[T, P]) MutateOrInsert(ctx context.Context, id string, fn func(*T) error) (T, error) {
	rec, err := c.Mutate(ctx, id, fn)
	if !errors.Is(err, ErrNotFound) {
		return rec, err
	}
	var first T
	P(&first).Head().ID = id
	if err := c.Insert(ctx, &first); err != nil && !errors.Is(err, ErrDuplicate) {
		return rec, err
	}
	return c.Mutate(ctx, id, fn)
}

// Delete removes the record if it still has that version; 0 removes any version.
func (c *Collection[T, P]) Delete(ctx context.Context, id string, version int64) error {
	defer c.cache.write(id)()
	return c.wrap("Delete", id, c.engine.Delete(ctx, c.spec.Name, id, version))
}

// Find returns one page of records.
func (c *Collection[T, P]) Find(ctx context.Context, q Query) (Page[T], error) {
	raw, err := c.engine.Find(ctx, c.spec.Name, q)
	if err != nil {
		return Page[T]{}, c.wrap("Find", fmt.Sprint(q.Where), err)
	}
	items, err := c.decodeAll(raw.Items)
	return Page[T]{Items: items, Next: raw.Next}, err
}

// All calls fn with every record that fits, page by page, until fn returns an error.
func (c *Collection[T, P]) All(ctx context.Context, where []Cond, fn func(*T) error) error {
	q := Query{Where: where, Limit: MaxLimit}
	for {
		page, err := c.Find(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			if err := fn(&page.Items[i]); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// Count returns how many records fit.
func (c *Collection[T, P]) Count(ctx context.Context, where ...Cond) (int64, error) {
	n, err := c.engine.Count(ctx, c.spec.Name, where)
	return n, c.wrap("Count", fmt.Sprint(where), err)
}

// GroupCount counts the records that fit by the values of a declared field.
func (c *Collection[T, P]) GroupCount(ctx context.Context, field string, where ...Cond) ([]Group, error) {
	g, err := c.engine.GroupCount(ctx, c.spec.Name, field, where)
	return g, c.wrap("GroupCount", field, err)
}

// GroupSum adds up a declared Int field by the values of another; unknown adds nothing.
func (c *Collection[T, P]) GroupSum(ctx context.Context, field, sum string, where ...Cond) ([]Group, error) {
	g, err := c.engine.GroupSum(ctx, c.spec.Name, field, sum, where)
	return g, c.wrap("GroupSum", field+"/"+sum, err)
}

// Change is one entry of the tail: a record as it is now, or the id of a deleted one.
type Change[T any] struct {
	ID      string
	Version int64
	At      time.Time
	Deleted bool
	Record  T // zero when Deleted
}

// Tip is where to follow from before reading everything; see Engine.Tip.
func (c *Collection[T, P]) Tip(ctx context.Context) (Cursor, error) {
	tip, err := c.engine.Tip(ctx, c.spec.Name)
	return tip, c.wrap("Tip", "", err)
}

// Changes returns what changed after the cursor, oldest first, and the cursor to go on
// from; fewer than limit (at most MaxLimit) is the end for now.
func (c *Collection[T, P]) Changes(ctx context.Context, after Cursor, limit int) ([]Change[T], Cursor, error) {
	docs, next, err := c.engine.Changes(ctx, c.spec.Name, after, limit)
	if err != nil {
		return nil, after, c.wrap("Changes", string(after), err)
	}
	changes := make([]Change[T], len(docs))
	for i, doc := range docs {
		changes[i] = Change[T]{ID: doc.ID, Version: doc.Version, At: doc.ChangedAt, Deleted: doc.Deleted}
		if doc.Deleted {
			continue
		}
		if changes[i].Record, err = c.decode(doc); err != nil {
			return nil, after, err
		}
	}
	return changes, next, nil
}

// wrap adds the collection, the call and its argument to an error; nil stays nil.
func (c *Collection[T, P]) wrap(call, arg string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store.%s.%s(%s): %w", c.spec.Name, call, arg, err)
}

func (c *Collection[T, P]) encode(rec *T) (Document, error) {
	head := P(rec).Head()
	if head.ID == "" || !utf8.ValidString(head.ID) {
		return Document{}, c.wrap("encode", strconv.Quote(head.ID), errors.New("no usable id"))
	}
	body, err := json.Marshal(rec)
	if err != nil {
		return Document{}, c.wrap("encode", head.ID, err)
	}
	fields, err := c.values(rec)
	return Document{ID: head.ID, Version: head.Version, Body: body, Fields: fields}, err
}

// values are the declared fields of a record.
func (c *Collection[T, P]) values(rec *T) (map[string]any, error) {
	fields := make(map[string]any, len(c.fields))
	for _, f := range c.fields {
		v, err := plain(f.Of(rec), f.Kind)
		if err == nil && v == nil && f.Unique {
			err = errors.New("a unique field without a value")
		}
		if err != nil {
			return nil, c.wrap("values", P(rec).Head().ID+"/"+f.Name, err)
		}
		fields[f.Name] = v
	}
	return fields, nil
}

func (c *Collection[T, P]) decode(doc Document) (T, error) {
	var rec T
	if err := json.Unmarshal(doc.Body, &rec); err != nil {
		return rec, c.wrap("decode", doc.ID, err)
	}
	stamp(P(&rec).Head(), doc)
	return rec, nil
}

func (c *Collection[T, P]) decodeAll(docs []Document) ([]T, error) {
	recs := make([]T, len(docs))
	for i, doc := range docs {
		rec, err := c.decode(doc)
		if err != nil {
			return nil, err
		}
		recs[i] = rec
	}
	return recs, nil
}

func stamp(m *portal.Meta, doc Document) {
	m.ID, m.Version, m.CreatedAt, m.ChangedAt = doc.ID, doc.Version, doc.CreatedAt, doc.ChangedAt
}
