package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// maxQuery is how many characters of a search are kept; more tells nothing more.
const maxQuery = 200

// state is a directory's search state. It round-trips through the URL: parse reads it,
// URL writes it in one canonical order, and the with… methods give neighbours of it.
type state struct {
	path   string // with language prefix
	text   string
	refine map[string][]string
	sort   string
	page   int
	size   int
}

// parse reads the state of a directory from the query string. What it cannot use is
// named in the problems; the rest still stands.
func parse(c *fiber.Ctx, d service.Directory, extra ...string) (state, portal.Invalid) {
	st := state{path: c.Path(), refine: map[string][]string{}, page: 1}
	var bad portal.Invalid
	seen := map[string]int{}
	for key, value := range c.Context().QueryArgs().All() {
		st.take(d, string(key), clean(string(value)), seen, extra, &bad)
	}
	for field, values := range st.refine {
		slices.Sort(values)
		st.refine[field] = slices.Compact(values)
	}
	return st, bad
}

func (st *state) take(d service.Directory, key, value string, seen map[string]int, extra []string, bad *portal.Invalid) {
	seen[key]++
	single := func(set func()) {
		if seen[key] > 1 {
			bad.Add(key, "problem.repeated_parameter", key)
			return
		}
		set()
	}
	switch {
	case key == "q":
		single(func() {
			st.text = value
			if n := utf8.RuneCountInString(value); n > maxQuery {
				st.text = string([]rune(value)[:maxQuery])
				bad.Add(key, "problem.text_cut", maxQuery)
			}
		})
	case key == "page":
		single(func() {
			n, err := strconv.ParseUint(value, 10, 63)
			if value != "" && (err != nil || n < 1) {
				bad.Add(key, "problem.bad_number", value)
				return
			}
			st.page = int(max(n, 1))
		})
	case key == "size":
		single(func() {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > service.MaxPageSize {
				bad.Add(key, "problem.bad_size", value, service.MaxPageSize)
				return
			}
			st.size = n
		})
	case key == "sort":
		single(func() {
			if value != "" && !d.HasSort(value) {
				bad.Add(key, "problem.unknown_sort", value)
				return
			}
			st.sort = value
		})
	case d.HasFacet(key):
		if value == "" {
			return
		}
		if len(st.refine[key]) >= maxChoices || utf8.RuneCountInString(value) > maxChoice {
			bad.Add(key, "problem.too_many_values", key)
			return
		}
		st.refine[key] = append(st.refine[key], value)
	case slices.Contains(extra, key):
	default:
		bad.Add(key, "problem.unknown_parameter", cut(key, maxChoice))
	}
}

// The most values one facet takes and the longest value, in characters.
const (
	maxChoices = 50
	maxChoice  = 60
)

// listing is the state as the service takes it.
func (st state) listing() service.Listing {
	return service.Listing{Text: st.text, Refine: st.refine, Sort: st.sort, Page: st.page, Size: st.size}
}

// URL writes the state: q, facets by name, sort, page; defaults are left out.
func (st state) URL() string {
	var b strings.Builder
	b.WriteString(st.path)
	sep := byte('?')
	add := func(key, value string) {
		b.WriteByte(sep)
		sep = '&'
		b.WriteString(url.QueryEscape(key))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(value))
	}
	if st.text != "" {
		add("q", st.text)
	}
	for _, field := range slices.Sorted(maps.Keys(st.refine)) {
		for _, value := range st.refine[field] {
			add(field, value)
		}
	}
	if st.sort != "" {
		add("sort", st.sort)
	}
	if st.size > 0 {
		add("size", strconv.Itoa(st.size))
	}
	if st.page > 1 {
		add("page", strconv.Itoa(st.page))
	}
	return b.String()
}

// has reports whether a facet value is chosen.
func (st state) has(field, value string) bool { return slices.Contains(st.refine[field], value) }

// toggled chooses the value, or takes the choice back; paging starts anew.
func (st state) toggled(field, value string) state {
	out := st
	out.page = 1
	out.refine = maps.Clone(st.refine)
	if st.has(field, value) {
		out.refine[field] = slices.DeleteFunc(slices.Clone(st.refine[field]), func(v string) bool { return v == value })
		if len(out.refine[field]) == 0 {
			delete(out.refine, field)
		}
		return out
	}
	out.refine[field] = slices.Sorted(slices.Values(append(slices.Clone(st.refine[field]), value)))
	return out
}

// with chooses these values of a field instead of those chosen; none chooses nothing.
func (st state) with(field string, values ...string) state {
	st.page = 1
	st.refine = maps.Clone(st.refine)
	if delete(st.refine, field); len(values) > 0 {
		st.refine[field] = slices.Sorted(slices.Values(values))
	}
	return st
}

// cleared keeps only the words searched for and the order.
func (st state) cleared() state {
	return state{path: st.path, text: st.text, sort: st.sort, size: st.size, page: 1}
}

func (st state) onPage(n int) state       { st.page = n; return st }
func (st state) sorted(name string) state { st.sort, st.page = name, 1; return st }
func (st state) at(path string) state     { st.path = path; return st }

// clean drops what no search or form of ours means: NUL and other control characters,
// invalid UTF-8, surrounding white space.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r < 0x20, r == 0x7f, r == utf8.RuneError:
			return -1
		}
		return r
	}, s))
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n]) + "…"
}
