package service

import (
	"slices"
	"strings"
)

// column is one property of many records, kept as the number of its set of values: there
// are few sets, and comparing numbers is fast. A record may have several values or none.
type column struct {
	codes []uint32          // by place
	sets  [][]string        // by code
	known map[string]uint32 // code of a set, its values joined
}

// put notes the values of the record at a place, which is one of those before or the next.
func (c *column) put(place int, values ...string) {
	for place >= len(c.codes) {
		c.codes = append(c.codes, c.code(nil))
	}
	c.codes[place] = c.code(values)
}

func (c *column) code(values []string) uint32 {
	key := strings.Join(values, "\x00")
	code, ok := c.known[key]
	if !ok {
		if c.known == nil {
			c.known = map[string]uint32{}
		}
		code = uint32(len(c.sets))
		c.known[key] = code
		c.sets = append(c.sets, values)
	}
	return code
}

// fitting tells for every set whether it holds one of the values; nil where all do.
func (c *column) fitting(values []string) []bool {
	if len(values) == 0 {
		return nil
	}
	wanted := make(map[string]bool, len(values))
	for _, v := range values {
		wanted[v] = true
	}
	out := make([]bool, len(c.sets))
	for code, set := range c.sets {
		out[code] = len(set) == 0 && wanted[NoValue]
		for _, v := range set {
			out[code] = out[code] || wanted[v]
		}
	}
	return out
}

// NoValue chooses the records that have no value of a property.
const NoValue = "none"

// at are the values of the record at a place.
func (c *column) at(place int) []string { return c.sets[c.codes[place]] }

// one is the first value of the record at a place; empty without.
func (c *column) one(place int) string {
	if set := c.at(place); len(set) > 0 {
		return set[0]
	}
	return ""
}

// has reports whether the record at a place has a value.
func (c *column) has(place int, value string) bool { return slices.Contains(c.at(place), value) }
