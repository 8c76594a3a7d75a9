package meili

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"liangcheng/search"
)

var oneWord = regexp.MustCompile(`^[gpsv][0-9a-f]*$`)

func FuzzEncode(f *testing.F) {
	for _, s := range []string{"", "数据", "c++", "c#", ".net", `"'\[]()`, "a AND b", "A", "a", "🙂", "\xff\x00", strings.Repeat("长", 200)} {
		f.Add(s, s+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, encoding := range []func(string) string{gram, pair, spell, value} {
			if w := encoding(a); !oneWord.MatchString(w) || len(w) > 468 {
				t.Errorf("%q is written %q", a, w)
			}
		}
		if len(gram(a)) > 250 {
			t.Errorf("%q is too long a word", a)
		}
		if gram(a) == gram(b) && beginning(a, longestWord) != beginning(b, longestWord) {
			t.Errorf("%q and %q are written alike", a, b)
		}
		if len(a) <= longestValue {
			if back, err := decodeValue(value(a)); err != nil || back != a {
				t.Errorf("%q comes back as %q, %v", a, back, err)
			}
		}
		if len(a) <= longestValue && len(b) <= longestValue && (a < b) != (value(a) < value(b)) {
			t.Errorf("%q and %q sort otherwise when written", a, b)
		}
		if len(a)+len(b) <= longestWord && !strings.HasPrefix(spell(a+b), spell(a)) {
			t.Errorf("%q does not begin %q when written", a, a+b)
		}
		if utf8.ValidString(a) && !utf8.ValidString(beginning(a, longestWord)) {
			t.Errorf("%q is cut inside a character", a)
		}
	})
}

func TestSpellings(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"characters", "大数据", "dashuju dsj shuju sj ju j"},
		{"a Latin word is one syllable", "plc编程", "plcbiancheng pbc biancheng bc cheng c"},
		{"nothing", "！", ""},
	} {
		if got := strings.Join(spellings(tt.in), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestClauses(t *testing.T) {
	s := newShape(faultSchema)
	for _, tt := range []struct {
		name   string
		filter search.Filter
		want   clause
	}{
		{"none", nil, ""},
		{"value", search.Eq("kind", "a"), "f_kind IN [v61]"},
		{"nothing typed gets through", search.Eq("kind", `a" OR f_kind EXISTS OR "`), "f_kind IN [v6122204f5220665f6b696e6420455849535453204f522022]"},
		{"no values", search.In{Field: "kind"}, nothing},
		{"and", search.And{search.Eq("kind", "a"), nil, search.Eq("kind", "b")}, "(f_kind IN [v61] AND f_kind IN [v62])"},
		{"empty and", search.And{}, everything},
		{"or", search.Or{search.Eq("kind", "a"), search.Eq("kind", "b")}, "(f_kind IN [v61] OR f_kind IN [v62])"},
		{"empty or", search.Or{}, nothing},
		{"or everything", search.Or{search.Eq("kind", "a"), nil}, everything},
		{"not", search.Not{Filter: search.Eq("kind", "a")}, "NOT (f_kind IN [v61])"},
		{"not everything", search.Not{}, nothing},
		{"not nothing", search.Not{Filter: search.Or{}}, everything},
		{"between", search.Between{Field: "size", Low: -1.5, High: 1e21}, "(n_size EXISTS AND n_size >= -1.5 AND n_size <= 1000000000000000000000)"},
		{"open", search.Between{Field: "size", Low: math.Inf(-1), High: 2}, "(n_size EXISTS AND n_size <= 2)"},
		{"any number", search.Between{Field: "size", Low: math.Inf(-1), High: math.Inf(1)}, "n_size EXISTS"},
		{"turned round", search.Between{Field: "size", Low: 2, High: 1}, nothing},
		{"no number", search.Between{Field: "size", Low: math.NaN(), High: 1}, nothing},
	} {
		if got, err := s.clause(tt.filter); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

// TestAtLeast counts for every number of parts, held in every combination.
func TestAtLeast(t *testing.T) {
	const most = 6
	names := []clause{"a", "b", "c", "d", "e", "f"}
	for n := range most + 1 {
		for need := range n + 2 {
			c := atLeast(need, names[:n])
			for held := range 1 << n {
				ones := 0
				for i := range n {
					ones += held >> i & 1
				}
				if got, want := evaluate(string(c), held), ones >= need; got != want {
					t.Fatalf("%d of %d with %b: %v, want %v by %q", need, n, held, got, want, c)
				}
			}
		}
	}
}

// evaluate reads a clause of the letters a to f, AND, OR and parentheses.
func evaluate(c string, held int) bool {
	switch c {
	case string(everything):
		return true
	case string(nothing):
		return false
	}
	if len(c) == 1 {
		return held>>(c[0]-'a')&1 == 1
	}
	depth, at := 0, 1
	var parts []string
	conjunction := false
	for i := 1; i < len(c)-1; i++ {
		switch {
		case c[i] == '(':
			depth++
		case c[i] == ')':
			depth--
		case depth == 0 && c[i] == ' ':
			parts = append(parts, c[at:i])
			conjunction = strings.HasPrefix(c[i:], " AND ")
			i += len(" OR ") - 1
			if conjunction {
				i++
			}
			at = i + 1
		}
	}
	parts = append(parts, c[at:len(c)-1])
	holds := func(part string) bool { return evaluate(part, held) }
	if conjunction {
		return !slices.ContainsFunc(parts, func(part string) bool { return !holds(part) })
	}
	return slices.ContainsFunc(parts, holds)
}

func TestRanksTellTheScore(t *testing.T) {
	s := newShape(search.Schema{Fields: []search.Field{{Name: "a", Role: search.Words, Weight: 3}, {Name: "b", Role: search.Words}}})
	for rank := range s.ranked {
		if level, field := s.ranks(rank); s.rankOf(level, field) != rank {
			t.Errorf("rank %d is level %d of field %d, whose rank is %d", rank, level, field, s.rankOf(level, field))
		}
	}
	short, long := s.rank([]int{1, 0}, []int{5, 0}), s.rank([]int{1, 0}, []int{50, 0})
	other := s.rank([]int{0, 1}, []int{5, 5})
	if short >= long || short >= other {
		t.Errorf("ranks: short %d, long %d, lighter field %d", short, long, other)
	}
}
