package storetest

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/store"
)

var queries = []check{
	{"an undeclared field is refused", undeclaredRefused},
	{"a condition of another kind is refused", wrongKindRefused},
	{"the operators say what they say", operators},
	{"counts and sums equal a naive count", naiveCounts},
	{"a long list of values is answered", longList},
}

func undeclaredRefused(t *testing.T, h *house) {
	ctx := t.Context()
	h.insert(t, "a", func(i *Item) { i.Tags = []string{"x"} })
	secret := store.Where("tags", "x")
	for name, call := range map[string]func() error{
		"filter of Find":     func() error { _, err := h.items.Find(ctx, store.Query{Where: []store.Cond{secret}}); return err },
		"sort of Find":       func() error { _, err := h.items.Find(ctx, store.Query{Sort: "tags"}); return err },
		"filter of Count":    func() error { _, err := h.items.Count(ctx, secret); return err },
		"injection by name":  func() error { _, err := h.items.Count(ctx, store.Where(`n" IS NULL OR "n`, 1)); return err },
		"group":              func() error { _, err := h.items.GroupCount(ctx, "tags"); return err },
		"filter of a group":  func() error { _, err := h.items.GroupCount(ctx, "city", secret); return err },
		"group of a sum":     func() error { _, err := h.items.GroupSum(ctx, "tags", "n"); return err },
		"sum":                func() error { _, err := h.items.GroupSum(ctx, "city", "tags"); return err },
		"no sum":             func() error { _, err := h.items.GroupSum(ctx, "city", ""); return err },
		"sum of a text":      func() error { _, err := h.items.GroupSum(ctx, "city", "name"); return err },
		"unknown collection": func() error { _, err := h.engine.Count(ctx, "nowhere", nil); return err },
	} {
		refused(t, name, call(), store.ErrUndeclared)
	}
}

func wrongKindRefused(t *testing.T, h *house) {
	for name, cond := range map[string]store.Cond{
		"text for a number":     store.Where("n", "1"),
		"number for a text":     store.Where("name", 1),
		"text for a time":       store.Between("due", "2026", nil),
		"map for a text":        store.Where("name", map[string]any{"$ne": 1}),
		"slice for a text":      store.Where("name", []string{"a"}),
		"prefix of a number":    store.HasPrefix("n", "1"),
		"two values for one":    {Field: "n", Op: store.Eq, Values: []any{1, 2}},
		"one value for a range": {Field: "n", Op: store.Range, Values: []any{1}},
		"unknown operator":      {Field: "n", Op: 99},
	} {
		if n, err := h.items.Count(t.Context(), cond); err == nil {
			t.Errorf("%s: got count %d, want an error", name, n)
		}
	}
}

func operators(t *testing.T, h *house) {
	put := func(id string, city string, n int, open bool) {
		h.insert(t, id, func(i *Item) { i.City, i.N, i.Open, i.Due = &city, &n, &open, date(n) })
	}
	h.insert(t, "unknown")
	put("empty", "", 0, false)
	put("gui", "贵阳", 1, true)
	put("guian", "贵安", 2, true)
	put("ab", "ab", 3, false)
	put("abc", "abc", 4, true)
	put("AB", "AB", 5, true)
	for _, row := range []struct {
		name string
		cond store.Cond
		want string
	}{
		{"eq", store.Where("city", "ab"), "ab"},
		{"eq distinguishes case", store.Where("city", "AB"), "AB"},
		{"eq empty is known", store.Where("city", ""), "empty"},
		{"eq nil is unknown", store.Where("city", nil), "unknown"},
		{"eq nil pointer", store.Where("n", (*int)(nil)), "unknown"},
		{"eq pointer", store.Where("n", new(4)), "abc"},
		{"eq zero is known", store.Where("n", 0), "empty"},
		{"eq false is known", store.Where("open", false), "ab empty"},
		{"eq time", store.Where("due", date(3)), "ab"},
		{"eq zero time is unknown", store.Where("due", time.Time{}), "unknown"},
		{"in", store.OneOf("n", 1, 2, 99), "gui guian"},
		{"in with the same twice", store.OneOf("n", 1, 1), "gui"},
		{"in nothing", store.OneOf[int]("n"), ""},
		{"in with unknown", store.OneOf[any]("n", 5, nil), "AB unknown"},
		{"in only unknown", store.OneOf[any]("n", nil), "unknown"},
		{"range includes low, not high", store.Between("n", 1, 3), "gui guian"},
		{"range open below", store.Between("n", nil, 1), "empty"},
		{"range open above", store.Between("n", 4, nil), "AB abc"},
		{"range open on both sides", store.Between("n", nil, nil), "AB ab abc empty gui guian"},
		{"range turned round", store.Between("n", 3, 1), ""},
		{"range of texts is bytewise", store.Between("city", "B", "b"), "ab abc"},
		{"range of times", store.Between("due", date(4), nil), "AB abc"},
		{"prefix", store.HasPrefix("city", "ab"), "ab abc"},
		{"prefix of one character", store.HasPrefix("city", "贵"), "gui guian"},
		{"prefix empty", store.HasPrefix("city", ""), "AB ab abc empty gui guian"},
		{"prefix of an id", store.HasPrefix("id", "gui"), "gui guian"},
		{"known", store.Known("open"), "AB ab abc empty gui guian"},
		{"id in", store.OneOf("id", "ab", "nobody"), "ab"},
		{"created since long ago", store.Between("created_at", date(0), nil), "AB ab abc empty gui guian unknown"},
	} {
		items, err := h.all(t.Context(), store.Query{Where: []store.Cond{row.cond}})
		must(t, err)
		if got := strings.Join(ids(items), " "); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
		n, err := h.items.Count(t.Context(), row.cond)
		must(t, err)
		equal(t, row.name+": count", int(n), len(items))
	}
}

// date is the n-th day of 2000.
func date(n int) time.Time { return time.Date(2000, 1, n, 0, 0, 0, 0, time.UTC) }

// mixed changes items so that every field has ties and unknown values.
func mixed(r *rand.Rand) func(int, *Item) {
	cities := []string{"花溪", "清镇", "贵安", "", "ab", "AB"}
	return func(_ int, item *Item) {
		item.Name = cities[r.IntN(len(cities))]
		if r.IntN(4) > 0 {
			item.City = &cities[r.IntN(len(cities))]
		}
		if r.IntN(4) > 0 {
			item.N = new(r.IntN(7) - 3)
		}
		if r.IntN(4) > 0 {
			item.Open = new(r.IntN(2) == 0)
		}
		if r.IntN(4) > 0 {
			item.Due = date(r.IntN(5))
		}
	}
}

// condition draws one at random with its naive meaning.
func condition(r *rand.Rand) (store.Cond, func(Item) bool) {
	low, high := r.IntN(7)-3, r.IntN(7)-3
	city := []string{"花溪", "清镇", "ab", "nowhere"}[r.IntN(4)]
	switch r.IntN(7) {
	case 0:
		return store.Where("n", low), func(i Item) bool { return i.N != nil && *i.N == low }
	case 1:
		return store.Where("city", nil), func(i Item) bool { return i.City == nil }
	case 2:
		return store.Between("n", low, high), func(i Item) bool { return i.N != nil && low <= *i.N && *i.N < high }
	case 3:
		return store.OneOf("city", city, "贵安"), func(i Item) bool { return i.City != nil && (*i.City == city || *i.City == "贵安") }
	case 4:
		return store.Known("open"), func(i Item) bool { return i.Open != nil }
	case 5:
		first := string([]rune(city)[:1])
		return store.HasPrefix("name", first), func(i Item) bool { return strings.HasPrefix(i.Name, first) }
	default:
		return store.Between("due", date(2), nil), func(i Item) bool { return !i.Due.IsZero() && !i.Due.Before(date(2)) }
	}
}

func naiveCounts(t *testing.T, h *house) {
	r := rand.New(rand.NewPCG(1, 2))
	items := h.insertMany(t, 300, mixed(r))
	for round := range 60 {
		var conds []store.Cond
		fits := func(Item) bool { return true }
		for range r.IntN(4) {
			cond, more := condition(r)
			before := fits
			conds, fits = append(conds, cond), func(i Item) bool { return before(i) && more(i) }
		}
		count, counts, sums := int64(0), map[any]int64{}, map[any]int64{}
		for _, item := range items {
			if !fits(item) {
				continue
			}
			count++
			var city any
			if item.City != nil {
				city = *item.City
			}
			counts[city]++
			sums[city] += int64(*cmp.Or(item.N, new(0)))
		}
		what := fmt.Sprintf("round %d, %v", round, conds)
		n, err := h.items.Count(t.Context(), conds...)
		must(t, err)
		equal(t, what+": count", n, count)
		groups, err := h.items.GroupCount(t.Context(), "city", conds...)
		must(t, err)
		sameGroups(t, what+": group count", groups, counts)
		groups, err = h.items.GroupSum(t.Context(), "city", "n", conds...)
		must(t, err)
		sameGroups(t, what+": group sum", groups, sums)
	}
	for field, kind := range map[string]any{"n": int64(0), "open": true, "due": time.Time{}} {
		groups, err := h.items.GroupCount(t.Context(), field)
		must(t, err)
		for _, g := range groups {
			if g.Value != nil && fmt.Sprintf("%T", g.Value) != fmt.Sprintf("%T", kind) {
				t.Errorf("group of %s: got a %T, want a %T", field, g.Value, kind)
			}
		}
	}
}

// sameGroups compares groups, which come in the order of their values, unknown first.
func sameGroups(t *testing.T, what string, got []store.Group, want map[any]int64) {
	t.Helper()
	found := map[any]int64{}
	for _, g := range got {
		found[g.Value] = g.N
	}
	if !maps.Equal(found, want) || len(got) != len(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
	if !slices.IsSortedFunc(got, func(a, b store.Group) int {
		if a.Value == nil || b.Value == nil {
			return cmp.Compare(b2i(a.Value != nil), b2i(b.Value != nil))
		}
		return strings.Compare(a.Value.(string), b.Value.(string))
	}) {
		t.Errorf("%s: out of order: %v", what, got)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func longList(t *testing.T, h *house) {
	h.insertMany(t, 20, nil)
	list := make([]string, 5000)
	for i := range list {
		list[i] = numbered("item", i)
	}
	n, err := h.items.Count(t.Context(), store.OneOf("id", list...))
	must(t, err)
	equal(t, "count", n, 20)
}
