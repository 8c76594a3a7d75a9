package store

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Check refuses names that are no identifiers, or that two fields share.
func (s Spec) Check() error {
	names := []string{FieldID, FieldCreated, FieldChanged}
	for _, f := range s.Fields {
		if slices.Contains(names, f.Name) {
			return fmt.Errorf("field %q declared twice", f.Name)
		}
		names = append(names, f.Name)
	}
	for _, f := range s.Fields {
		for _, w := range f.With {
			if f.Unique || !slices.Contains(names, w) {
				return fmt.Errorf("field %q with %q, which is not declared or it is unique", f.Name, w)
			}
		}
	}
	for _, n := range append(names, s.Name) {
		if !identifier.MatchString(n) {
			return fmt.Errorf("%q is no identifier", n)
		}
	}
	return nil
}

// KindOf is the kind of a field a query names; any other field is ErrUndeclared.
func (s Spec) KindOf(field string) (Kind, error) {
	switch field {
	case FieldID:
		return Text, nil
	case FieldCreated, FieldChanged:
		return Time, nil
	}
	for _, f := range s.Fields {
		if f.Name == field {
			return f.Kind, nil
		}
	}
	return 0, fmt.Errorf("field %q of %s: %w", field, s.Name, ErrUndeclared)
}

// Plain checks conditions for an engine: their fields are declared, the number of their
// values is that of the operator, and each value has the plain type of its field.
func (s Spec) Plain(conds []Cond) ([]Cond, error) {
	out := make([]Cond, len(conds))
	for i, c := range conds {
		kind, err := s.KindOf(c.Field)
		if err != nil {
			return nil, err
		}
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("field %q: %w", c.Field, err)
		}
		out[i] = Cond{Field: c.Field, Op: c.Op, Values: make([]any, len(c.Values))}
		for k, v := range c.Values {
			if out[i].Values[k], err = plain(v, kind); err != nil {
				return nil, fmt.Errorf("field %q: %w", c.Field, err)
			}
		}
		if _, text := first(out[i].Values).(string); c.Op == Prefix && !text {
			return nil, fmt.Errorf("field %q: prefix of a %T", c.Field, c.Values[0])
		}
	}
	return out, nil
}

func (c Cond) check() error {
	n, fixed := map[Op]int{Eq: 1, Range: 2, Prefix: 1, NotNull: 0}[c.Op]
	switch {
	case !fixed && c.Op != In:
		return fmt.Errorf("unknown operator %d", c.Op)
	case fixed && n != len(c.Values):
		return fmt.Errorf("%d values for operator %d", len(c.Values), c.Op)
	}
	return nil
}

func first(values []any) any {
	if len(values) == 0 {
		return nil
	}
	return values[0]
}

// PrefixEnd is the least text behind every text with the prefix, in the order of bytes;
// nil when there is none, as of the empty prefix.
func PrefixEnd(prefix string) any {
	runes := []rune(prefix)
	for i := len(runes) - 1; i >= 0; i-- {
		next := runes[i] + 1
		if !utf8.ValidRune(next) && next < utf8.MaxRune {
			const behindSurrogates = 0xe000
			next = behindSurrogates
		}
		if next <= utf8.MaxRune {
			return string(append(runes[:i:i], next))
		}
	}
	return nil
}

// PageSize is the limit a caller asked for, within bounds.
func PageSize(limit int) int {
	if limit <= 0 || limit > MaxLimit {
		return MaxLimit
	}
	return limit
}
