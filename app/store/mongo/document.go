package mongo

import (
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"liangcheng/app/store"
)

// Names inside a document: the record itself is text, so that it is stored to the letter
// and still reads in a shell; what queries may name stands beside it with its own types.
const (
	keyID       = "_id"
	keyVersion  = "version"
	keyCreated  = "created"
	keyChanged  = "changed"
	keyDeleted  = "deleted"
	keyDeclared = "declared" // hash of the declaration the fields were made by
	keyBody     = "body"
	keyFields   = "f"
)

// document is a record as it is stored, without its declared fields.
type document struct {
	ID      string    `bson:"_id"`
	Version int64     `bson:"version"`
	Created time.Time `bson:"created"`
	Changed time.Time `bson:"changed"`
	Deleted bool      `bson:"deleted"`
	Body    string    `bson:"body"`
}

func (d document) store() store.Document {
	return store.Document{ID: d.ID, Version: d.Version, CreatedAt: d.Created.UTC(), ChangedAt: d.Changed.UTC(),
		Deleted: d.Deleted, Body: []byte(d.Body)}
}

// withoutFields leaves out of an answer what only queries need.
var withoutFields = bson.D{{Key: keyFields, Value: 0}, {Key: keyDeclared, Value: 0}}

// onlyHead asks for the bookkeeping of a document alone.
var onlyHead = bson.D{{Key: keyVersion, Value: 1}, {Key: keyCreated, Value: 1}, {Key: keyChanged, Value: 1}, {Key: keyDeleted, Value: 1}}

// fields are the declared fields of a document; unknown ones are null.
func fields(spec store.Spec, values map[string]any) bson.D {
	out := make(bson.D, len(spec.Fields))
	for i, f := range spec.Fields {
		out[i] = bson.E{Key: f.Name, Value: values[f.Name]}
	}
	return out
}

// content is what a write sets of a document.
func content(spec store.Spec, doc store.Document) bson.D {
	return bson.D{
		{Key: keyBody, Value: string(doc.Body)},
		{Key: keyFields, Value: fields(spec, doc.Fields)},
		{Key: keyDeclared, Value: declaration(spec)},
		{Key: keyDeleted, Value: false},
	}
}

// risen is the part of an update every write has: the next version, at the time of the
// server.
func risen(times ...string) bson.D {
	dates := make(bson.D, len(times))
	for i, t := range times {
		dates[i] = bson.E{Key: t, Value: true}
	}
	return bson.D{
		{Key: "$inc", Value: bson.D{{Key: keyVersion, Value: int64(1)}}},
		{Key: "$currentDate", Value: dates},
	}
}
