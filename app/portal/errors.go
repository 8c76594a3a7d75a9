package portal

import (
	"errors"
	"fmt"
	"strings"
)

// The kinds of refusal a caller can tell apart. Everything else is a fault.
var (
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("changed by someone else")
	ErrDuplicate   = errors.New("already there")
	ErrForbidden   = errors.New("not allowed")
	ErrUnavailable = errors.New("temporarily unavailable")
	// ErrUnauthenticated is a caller of the API who must say who they are, or whose token
	// stands for nobody.
	ErrUnauthenticated = errors.New("not known who asks")
)

// Problem is one thing wrong with an input: the field it concerns, the key of the
// message in the locale catalogue and the values the message names.
type Problem struct {
	Field string `json:"field"`
	Key   string `json:"key"`
	Args  []any  `json:"args,omitempty"`
}

// Invalid is an input refused, with every problem found in it.
type Invalid []Problem

func (i Invalid) Error() string {
	parts := make([]string, len(i))
	for n, p := range i {
		parts[n] = fmt.Sprintf("%s: %s%v", p.Field, p.Key, p.Args)
	}
	return "invalid input: " + strings.Join(parts, "; ")
}

// Add notes a problem; Err returns the problems as an error, or nil when there is none.
func (i *Invalid) Add(field, key string, args ...any) {
	*i = append(*i, Problem{Field: field, Key: key, Args: args})
}

// Err is nil when nothing was added.
func (i Invalid) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}
