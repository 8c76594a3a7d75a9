// Package store keeps the records of the portal. Collection is typed and the same for
// every engine; an Engine (store/sqlite, store/mongo) keeps raw documents with declared
// fields. The contract both engines pass is store/storetest.
//
// One aggregate is one document with a version. There are no transactions over several
// documents and no joins. A filter, sort or group may name only declared fields.
package store

import (
	"context"
	"errors"
	"io"
	"time"
)

// The errors an engine reports, always wrapped with function and argument.
var (
	ErrNotFound   = errors.New("not found")
	ErrConflict   = errors.New("version conflict")
	ErrDuplicate  = errors.New("duplicate value")
	ErrUndeclared = errors.New("undeclared field")
	ErrCursor     = errors.New("not a cursor of this order")
	ErrFull       = errors.New("no space left for data")
	ErrTooLarge   = errors.New("larger than allowed")
	ErrDown       = errors.New("store unreachable")
)

// Kind is the type of a declared field; it decides how values compare.
type Kind uint8

const (
	Text Kind = iota // string, compared bytewise
	Int              // int64
	Bool
	Time // time.Time, UTC, milliseconds
)

// FieldSpec declares one field of a collection that queries may name. A unique field
// must have a value in every document. With names declared fields that conditions and
// sums often name beside this one: its index holds them too, so that a count reads the
// index alone. A unique field has none.
type FieldSpec struct {
	Name   string
	Kind   Kind
	Unique bool
	With   []string `json:",omitempty"`
}

// The declared fields every collection has without saying so.
const (
	FieldID      = "id"
	FieldCreated = "created_at"
	FieldChanged = "changed_at"
)

// Spec declares a collection: its name ([a-z_]+) and its fields.
type Spec struct {
	Name   string
	Fields []FieldSpec
}

// Document is a record as an engine keeps it. ID is valid UTF-8 and never empty. Body is
// JSON. Fields is given to an engine and not returned by it; it holds a value for every
// declared field: string (valid UTF-8), int64, bool, time.Time or nil (unknown).
type Document struct {
	ID        string
	Version   int64
	CreatedAt time.Time
	ChangedAt time.Time
	Deleted   bool // a tombstone: only Changes returns these
	Body      []byte
	Fields    map[string]any
}

// Op is a comparison a Cond makes.
type Op uint8

const (
	Eq      Op = iota // field = Values[0]; nil matches unknown
	In                // field is one of Values, nil among them matching unknown; an empty list matches nothing
	Range             // Values[0] <= field < Values[1]; nil leaves that side open; unknown never matches
	Prefix            // a text field starts with Values[0]
	NotNull           // the field is known
)

// Cond is one condition on a declared field; all conditions of a Query must hold.
type Cond struct {
	Field  string
	Op     Op
	Values []any
}

// Where builds the commonest condition: field equals value.
func Where(field string, value any) Cond { return Cond{Field: field, Op: Eq, Values: []any{value}} }

// OneOf builds the condition field ∈ values.
func OneOf[V any](field string, values ...V) Cond {
	c := Cond{Field: field, Op: In}
	for _, v := range values {
		c.Values = append(c.Values, v)
	}
	return c
}

// Between builds low <= field < high; nil leaves a side open.
func Between(field string, low, high any) Cond {
	return Cond{Field: field, Op: Range, Values: []any{low, high}}
}

// HasPrefix builds the condition that a text field starts with p.
func HasPrefix(field, p string) Cond { return Cond{Field: field, Op: Prefix, Values: []any{p}} }

// Known builds the condition that the field has a value.
func Known(field string) Cond { return Cond{Field: field, Op: NotNull} }

// Query asks for documents. Sort names one declared field (id breaks ties, in the same
// direction; unknown values sort first ascending); empty sorts by id. After is the
// Next of the page before. Limit is at most MaxLimit and defaults to it.
type Query struct {
	Where []Cond
	Sort  string
	Desc  bool
	After string
	Limit int
}

// MaxLimit is the largest page an engine returns.
const MaxLimit = 1000

// Page is a run of documents and the cursor of the next page, empty at the end.
type Page[T any] struct {
	Items []T
	Next  string
}

// Group is one value of a grouped field with its count or sum. Value has the Go type of
// the field's kind, or nil for unknown.
type Group struct {
	Value any
	N     int64
}

// Cursor is a place in the stream of changes of a collection, in a form of the engine's
// own. The empty Cursor is the beginning. It may be kept and used after a restart.
type Cursor string

// Engine keeps raw documents. Every method honours ctx. Open must be called once per
// collection before any other method names it.
type Engine interface {
	// Open creates what the collection lacks. Where documents were stored under another
	// declaration, values is asked for the declared fields of each of them, and the
	// collection is opened only when all have been taken over. Versions stay as they are.
	Open(ctx context.Context, spec Spec, values func(Document) (map[string]any, error)) error

	Get(ctx context.Context, coll, id string) (Document, error)
	// GetMany returns the documents found, in the order of ids.
	GetMany(ctx context.Context, coll string, ids []string) ([]Document, error)
	// Insert stores a new document as version 1 and returns it with the store's times.
	// A live document of that id, or a taken unique value, is ErrDuplicate. A
	// tombstone of that id is replaced, its version carried on.
	Insert(ctx context.Context, coll string, doc Document) (Document, error)
	// InsertMany is Insert for a batch, all or nothing where the engine can, in order
	// where it cannot; it stops at the first error.
	InsertMany(ctx context.Context, coll string, docs []Document) ([]Document, error)
	// Replace stores doc over version doc.Version and raises the version by one;
	// ErrConflict when the stored version differs, ErrNotFound when there is none.
	Replace(ctx context.Context, coll string, doc Document) (Document, error)
	// Delete leaves a tombstone if version still holds (0: any version).
	Delete(ctx context.Context, coll, id string, version int64) error

	Find(ctx context.Context, coll string, q Query) (Page[Document], error)
	Count(ctx context.Context, coll string, where []Cond) (int64, error)
	GroupCount(ctx context.Context, coll, field string, where []Cond) ([]Group, error)
	GroupSum(ctx context.Context, coll, field, sum string, where []Cond) ([]Group, error)
	// Changes returns documents and tombstones changed after the cursor, oldest first, and
	// the cursor to go on from. A document changed again meanwhile is returned once, as it
	// is last. An engine where a write may appear behind one with a later time goes back a
	// little at the end of the stream: it repeats changes rather than miss one.
	Changes(ctx context.Context, coll string, after Cursor, limit int) ([]Document, Cursor, error)
	// Tip is a cursor that every write not visible yet comes behind: whoever takes the
	// tip, then reads everything, then follows from the tip, misses nothing.
	Tip(ctx context.Context, coll string) (Cursor, error)
	// Purge removes tombstones older than before for good.
	Purge(ctx context.Context, coll string, before time.Time) (int64, error)

	// PutBlob stores the bytes of r under a new id and returns it with the size in
	// bytes and the hex SHA-256; more than limit bytes is ErrTooLarge and stores nothing.
	PutBlob(ctx context.Context, r io.Reader, limit int64) (Blob, error)
	OpenBlob(ctx context.Context, id string) (io.ReadCloser, Blob, error)
	DeleteBlob(ctx context.Context, id string) error
	// SweepBlobs removes what uploads that ended halfway before then have left.
	SweepBlobs(ctx context.Context, before time.Time) (int64, error)

	// Now is the store's clock, UTC, milliseconds.
	Now(ctx context.Context) (time.Time, error)
	// Ping reports whether the engine can read and write now.
	Ping(ctx context.Context) error
	// Exclusive reports whether this process is the only writer, so that decoded
	// documents may be kept between calls.
	Exclusive() bool
	Close() error
}

// Blob describes stored bytes.
type Blob struct {
	ID     string
	Size   int64
	SHA256 string
}
