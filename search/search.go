// Package search finds ids: an Engine answers queries over a few kinds of documents
// described by Go schemas. Two engines implement it, search/local in the process and
// search/meili on a server; search/searchtest is the contract both pass. Texts and
// queries go through search/text, so that both engines see the same words.
package search

import (
	"context"
	"errors"
	"iter"
)

// ErrInvalid is a query that names an unknown index or field, or is malformed.
var ErrInvalid = errors.New("invalid search")

// ErrDown is an engine that does not answer.
var ErrDown = errors.New("search unavailable")

// ErrLost is an index that is not there: it has to be filled again. It is ErrDown too.
var ErrLost = errors.New("index lost")

// Role says what a field is for; roles combine.
type Role uint8

const (
	Words  Role = 1 << iota // searched as text
	Facet                   // exact values to filter and count
	Number                  // a number to filter by range and sort by
	Sound                   // with Words: found by pinyin, initials and homophones too (names, aliases)
	Typed                   // with Words: completed as it is typed (names, codes)
)

// Field describes one field of a kind of document.
type Field struct {
	Name   string
	Role   Role
	Weight float64 // of a Words field in BM25F; 1 when 0
	B      float64 // length normalisation of a Words field, 0..1; 0.75 when 0
}

// Schema describes one kind of document; Name is the name of its index.
type Schema struct {
	Name   string
	Fields []Field
}

// Field returns the field of that name.
func (s Schema) Field(name string) (Field, bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Document is what an index keeps of a record. Words fields hold one or more texts,
// Facet fields exact values, Number fields one number (absent: unknown).
type Document struct {
	ID      string
	Version int64
	Texts   map[string][]string
	Facets  map[string][]string
	Numbers map[string]float64
}

// Filter is a condition on documents; a nil Filter holds for all.
type Filter interface{ filter() }

type (
	// And holds when every part holds; an empty And holds.
	And []Filter
	// Or holds when one part holds; an empty Or does not.
	Or []Filter
	// Not holds when its part does not.
	Not struct{ Filter Filter }
	// In holds when the Facet field has one of the values.
	In struct {
		Field  string
		Values []string
	}
	// Between holds when Low <= number <= High; an unknown number never holds.
	Between struct {
		Field     string
		Low, High float64
	}
)

func (And) filter()     {}
func (Or) filter()      {}
func (Not) filter()     {}
func (In) filter()      {}
func (Between) filter() {}

// Eq holds when the Facet field has the value.
func Eq(field, value string) Filter { return In{Field: field, Values: []string{value}} }

// Refinement is a facet a person has chosen values of. Values within one refinement are
// alternatives; refinements combine with and. The counts of a facet ignore its own
// refinement (disjunctive facets).
type Refinement struct {
	Field  string
	Values []string
}

// Order sorts by a Number field, or by relevance when Field is empty. Unknown numbers
// come last in both directions; ties are broken by id.
type Order struct {
	Field string
	Desc  bool
}

// Query asks one index. Text may be empty (everything fits). Typing marks the last word
// as unfinished. Scope is what the viewer may see at all; it also limits the counts.
type Query struct {
	Index      string
	Text       string
	Typing     bool
	Scope      Filter
	Refine     []Refinement
	Facets     []string // fields to count
	FacetLimit int      // values per facet, most frequent first; 0 is 100
	Sort       []Order  // relevance, then id, when empty
	Offset     int
	Limit      int // 0 asks for counts only
}

// Kind says how a term of a query met a document.
type Kind string

const (
	Exact    Kind = "exact"    // the words themselves
	Phonetic Kind = "phonetic" // by pinyin, initials or homophones
	Related  Kind = "related"  // by the table of related terms
	Partial  Kind = "partial"  // only part of the words
)

// Why is one reason a document was found.
type Why struct {
	Term   string
	Kind   Kind
	Fields []string
	Score  float64 // this term's share, in the unit of Hit.Score before scaling to 0..1
}

// Hit is a found document: its id and a score in 0..1 comparable within one answer.
type Hit struct {
	ID    string
	Score float64
	Why   []Why
}

// Count is one value of a facet and how many documents have it.
type Count struct {
	Value string
	N     int
}

// Result is the answer to a Query. Total counts every document that fits.
type Result struct {
	Hits   []Hit
	Total  int
	Facets map[string][]Count
	// Widened says that nothing held all words and the hits fit by sound or in part.
	Widened bool
}

// Term is one weighted piece of a need for Match.
type Term struct {
	Text   string
	Weight float64
	Sound  bool // compare by folded pinyin instead of by characters
}

// MatchQuery asks for the documents that fit any of the terms, scores added up.
type MatchQuery struct {
	Index string
	Terms []Term
	Scope Filter
	Limit int
	Bare  bool // only scores are wanted: reasons may be left out
}

// Batch is a change of an index: documents to put and ids to take out. A document older
// than the version indexed is left out.
type Batch struct {
	Put    []Document
	Delete []string
}

// Pending is an accepted batch. Wait returns when readers see it, or with its failure.
type Pending interface {
	Wait(ctx context.Context) error
}

// Engine answers queries over the indexes it was made with.
type Engine interface {
	Search(ctx context.Context, q Query) (Result, error)
	MultiSearch(ctx context.Context, qs []Query) ([]Result, error)
	// Match scores documents by the sum over terms of weight × BM25F (scores are not
	// scaled) and says in Why which terms hit where.
	Match(ctx context.Context, q MatchQuery) ([]Hit, error)
	Apply(ctx context.Context, index string, b Batch) (Pending, error)
	// Rebuild replaces the whole index: readers see the old or the new one, and a
	// failing sequence leaves the old one.
	Rebuild(ctx context.Context, index string, docs iter.Seq2[Document, error]) error
	// Versions streams id and version of every indexed document, for reconciling.
	Versions(ctx context.Context, index string) iter.Seq2[Document, error]
	Health(ctx context.Context) error
	Close() error
}
