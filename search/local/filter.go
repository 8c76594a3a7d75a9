package local

import (
	"fmt"

	"liangcheng/search"
)

// filter is the set of documents a condition holds for; nil stands for all.
func (ix *index) filter(f search.Filter) (bitmap, error) {
	size := ix.size()
	switch f := f.(type) {
	case nil:
		return nil, nil
	case search.And:
		all := full(size)
		for _, part := range f {
			set, err := ix.filter(part)
			if err != nil {
				return nil, err
			}
			if set != nil {
				all.and(set)
			}
		}
		return all, nil
	case search.Or:
		union := newBitmap(size)
		for _, part := range f {
			set, err := ix.filter(part)
			if err != nil {
				return nil, err
			}
			if set == nil {
				return full(size), nil
			}
			union.or(set)
		}
		return union, nil
	case search.Not:
		set, err := ix.filter(f.Filter)
		if err != nil {
			return nil, err
		}
		rest := full(size)
		if set == nil {
			set = full(size)
		}
		rest.without(set)
		return rest, nil
	case search.In:
		facet, ok := ix.facets[f.Field]
		if !ok {
			return nil, fmt.Errorf("facet %q of %s: %w", f.Field, ix.schema.Name, search.ErrInvalid)
		}
		return facet.any(f.Values, size), nil
	case search.Between:
		column, ok := ix.nums[f.Field]
		if !ok {
			return nil, fmt.Errorf("number %q of %s: %w", f.Field, ix.schema.Name, search.ErrInvalid)
		}
		return between(column, f.Low, f.High), nil
	}
	return nil, fmt.Errorf("filter %T: %w", f, search.ErrInvalid)
}

// between is the set of documents with a number from low to high.
func between(c *column[float64], low, high float64) bitmap {
	set := newBitmap(c.n)
	for i, chunk := range c.chunks {
		words := set[i*chunkSize/64:]
		for n, v := range chunk {
			if v >= low && v <= high { // NaN is neither
				words[n/64] |= 1 << (n % 64)
			}
		}
	}
	return set
}
