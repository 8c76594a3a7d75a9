package local

import (
	"iter"
	"slices"
	"strings"
)

// vocabulary is a sorted set of terms. New ones wait in a short list until there are
// enough of them to merge into the long one; in bulk they are only collected.
type vocabulary struct {
	long, short []string
	bulk        bool // long is in no order: settle has to follow
}

const longestWait = 1024

// add takes in a term that is not in it yet.
func (v *vocabulary) add(term string) {
	if v.bulk {
		v.long = append(v.long, term)
		return
	}
	at, _ := slices.BinarySearch(v.short, term)
	v.short = slices.Insert(v.short, at, term)
	if len(v.short) >= longestWait {
		merged := make([]string, 0, len(v.long)+len(v.short))
		for t := range v.from("") {
			merged = append(merged, t)
		}
		v.long, v.short = merged, nil
	}
}

// settle puts what came in bulk in order.
func (v *vocabulary) settle() {
	slices.Sort(v.long)
	v.bulk = false
}

// from yields the terms that begin with the prefix, in order.
func (v *vocabulary) from(prefix string) iter.Seq[string] {
	return func(yield func(string) bool) {
		a, b := v.long, v.short
		i, _ := slices.BinarySearch(a, prefix)
		j, _ := slices.BinarySearch(b, prefix)
		for i < len(a) || j < len(b) {
			var next string
			if j == len(b) || i < len(a) && a[i] < b[j] {
				next = a[i]
				i++
			} else {
				next = b[j]
				j++
			}
			if !strings.HasPrefix(next, prefix) || !yield(next) {
				return
			}
		}
	}
}
