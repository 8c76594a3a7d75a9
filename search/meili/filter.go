package meili

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"liangcheng/search"
)

// clause is a condition in the server's language. It is made of our attribute names,
// numbers and encoded words only, so that nothing in it needs quoting.
type clause string

const (
	everything clause = ""
	nothing    clause = wordsAttr + " IN []"
)

func and(parts ...clause) clause {
	var kept []string
	for _, c := range parts {
		switch c {
		case nothing:
			return nothing
		case everything:
		default:
			kept = append(kept, string(c))
		}
	}
	return join(kept, " AND ", everything)
}

func or(parts ...clause) clause {
	var kept []string
	for _, c := range parts {
		switch c {
		case everything:
			return everything
		case nothing:
		default:
			kept = append(kept, string(c))
		}
	}
	return join(kept, " OR ", nothing)
}

func join(parts []string, word string, none clause) clause {
	switch len(parts) {
	case 0:
		return none
	case 1:
		return clause(parts[0])
	}
	return clause("(" + strings.Join(parts, word) + ")")
}

func not(c clause) clause {
	switch c {
	case everything:
		return nothing
	case nothing:
		return everything
	}
	return "NOT (" + c + ")"
}

// atLeast holds when n of the parts do. It is halved again and again: 10 parts of which
// 5 must hold are 160 conditions that way, and 1,260 as a list of all choices.
func atLeast(n int, parts []clause) clause {
	switch {
	case n <= 0:
		return everything
	case n > len(parts):
		return nothing
	case n == len(parts):
		return and(parts...)
	case n == 1:
		return or(parts...)
	}
	half := len(parts) / 2
	var ways []clause
	for k := max(0, n-(len(parts)-half)); k <= min(half, n); k++ {
		ways = append(ways, and(atLeast(k, parts[:half]), atLeast(n-k, parts[half:])))
	}
	return or(ways...)
}

// holds is the condition that a document has the word.
func holds(word string) clause { return clause(wordsAttr + " = " + word) }

// begins is the condition that a document has a word with that beginning.
func begins(word string) clause {
	attr := wordsAttr
	if strings.HasPrefix(word, spellMark) {
		attr = spellAttr
	}
	return clause(attr + " STARTS WITH " + word)
}

// clause translates a filter; an unknown field is ErrInvalid.
func (s *shape) clause(f search.Filter) (clause, error) {
	switch f := f.(type) {
	case nil:
		return everything, nil
	case search.And:
		parts, err := s.clauses(f)
		return and(parts...), err
	case search.Or:
		parts, err := s.clauses(f)
		return or(parts...), err
	case search.Not:
		c, err := s.clause(f.Filter)
		return not(c), err
	case search.In:
		if !s.has(f.Field, search.Facet) {
			return nothing, fmt.Errorf("facet %q of %s: %w", f.Field, s.schema.Name, search.ErrInvalid)
		}
		if len(f.Values) == 0 {
			return nothing, nil
		}
		return clause(facetAttr(f.Field) + " IN [" + strings.Join(each(value, f.Values), ", ") + "]"), nil
	case search.Between:
		if !s.has(f.Field, search.Number) {
			return nothing, fmt.Errorf("number %q of %s: %w", f.Field, s.schema.Name, search.ErrInvalid)
		}
		return between(numberAttr(f.Field), f.Low, f.High), nil
	}
	return nothing, fmt.Errorf("filter %T: %w", f, search.ErrInvalid)
}

func (s *shape) clauses(filters []search.Filter) ([]clause, error) {
	parts := make([]clause, len(filters))
	for i, f := range filters {
		var err error
		if parts[i], err = s.clause(f); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// between holds when low <= number <= high, both possibly infinite; not a number holds
// for none.
func between(attr string, low, high float64) clause {
	if !(low <= high) || math.IsInf(low, 1) || math.IsInf(high, -1) {
		return nothing
	}
	bound := func(operator string, n float64) clause {
		if math.IsInf(n, 0) {
			return everything
		}
		return clause(attr + operator + strconv.FormatFloat(n, 'f', -1, 64))
	}
	return and(clause(attr+" EXISTS"), bound(" >= ", low), bound(" <= ", high))
}
