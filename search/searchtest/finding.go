package searchtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"liangcheng/search"
)

// probes checks that each query finds what it must and nothing that it must not.
func probes(t *testing.T, e search.Engine) {
	for _, p := range probeTable {
		t.Run(p.query, func(t *testing.T) {
			_, names := find(t, e, search.Query{Text: p.query, Typing: p.typing, Limit: 500})
			for want := range strings.FieldsSeq(p.finds) {
				if !slices.Contains(names, want) {
					t.Errorf("%q does not find %s; found %.12v", p.query, want, names)
				}
			}
			for not := range strings.FieldsSeq(p.not) {
				if slices.Contains(names, not) {
					t.Errorf("%q finds %s", p.query, not)
				}
			}
			if p.finds == "" && p.not == "" && len(names) > 0 {
				t.Errorf("%q finds %v, want nothing", p.query, names)
			}
		})
	}
}

// tiers checks that hits by the words themselves stand first and that hits say why.
func tiers(t *testing.T, e search.Engine) {
	for _, p := range []struct{ query, later string }{
		{"新能源汽车", ""}, {"护理", ""}, {"云计算", ""}, {"汽车", "新能源汽车技术"},
	} {
		_, names := find(t, e, search.Query{Text: p.query, Limit: 50})
		if len(names) == 0 || !strings.Contains(names[0], p.query) {
			t.Errorf("%q: first is %.3v, want a name that holds the words", p.query, names)
		}
		if p.later != "" && !slices.Contains(names, p.later) {
			t.Errorf("%q: %s is missing from %.5v", p.query, p.later, names)
		}
	}
	res, _ := find(t, e, search.Query{Text: "技术", Limit: 500})
	for i, h := range res.Hits {
		if h.Score < 0 || h.Score > 1 {
			t.Fatalf("score %f is not in 0..1", h.Score)
		}
		if i > 0 && h.Score > res.Hits[i-1].Score {
			t.Fatalf("scores rise at %d: %v after %v", i, h, res.Hits[i-1])
		}
		if len(h.Why) == 0 || h.Why[0].Term == "" || len(h.Why[0].Fields) == 0 {
			t.Fatalf("%s does not say why", h.ID)
		}
	}
	if len(res.Hits) == 0 {
		t.Error("nothing found")
	}
}

func filters(t *testing.T, e search.Engine) {
	has := func(field, value string) func(search.Document) bool {
		return func(d search.Document) bool { return slices.Contains(d.Facets[field], value) }
	}
	for _, f := range []struct {
		name   string
		filter search.Filter
		holds  func(search.Document) bool
	}{
		{"one value", search.Eq("kind", "甲"), has("kind", "甲")},
		{"two values", search.In{Field: "kind", Values: []string{"甲", "乙"}}, func(d search.Document) bool { return !has("kind", "丙")(d) }},
		{"no values", search.In{Field: "kind"}, func(search.Document) bool { return false }},
		{"not", search.Not{Filter: search.Eq("tag", "u0")}, func(d search.Document) bool { return !has("tag", "u0")(d) }},
		{"and", search.And{search.Eq("kind", "甲"), search.Eq("tag", "u0")}, func(d search.Document) bool { return has("kind", "甲")(d) && has("tag", "u0")(d) }},
		{"empty and", search.And{}, func(search.Document) bool { return true }},
		{"or", search.Or{search.Eq("tag", "t1"), search.Eq("tag", "t2")}, func(d search.Document) bool { return has("tag", "t1")(d) || has("tag", "t2")(d) }},
		{"empty or", search.Or{}, func(search.Document) bool { return false }},
		{"between", search.Between{Field: "size", Low: 3, High: 5}, func(d search.Document) bool {
			v, ok := d.Numbers["size"]
			return ok && v >= 3 && v <= 5
		}},
		{"quotes and signs", search.Eq("kind", `"\'「，」`), func(search.Document) bool { return false }},
	} {
		t.Run(f.name, func(t *testing.T) {
			want := 0
			for _, d := range documents() {
				if f.holds(d) {
					want++
				}
			}
			res, names := find(t, e, search.Query{Scope: f.filter, Limit: 1000})
			if res.Total != want || len(names) != want {
				t.Errorf("total %d, hits %d, want %d", res.Total, len(names), want)
			}
		})
	}
}

// facets compares counts with a naive count, own choices ignored.
func facets(t *testing.T, e search.Engine) {
	res, _ := find(t, e, search.Query{Facets: []string{"kind", "tag"}, Limit: 1,
		Refine: []search.Refinement{{Field: "kind", Values: []string{"甲"}}, {Field: "tag", Values: []string{"u1"}}}})
	want := map[string]map[string]int{"kind": {}, "tag": {}}
	total := 0
	for _, d := range documents() {
		isKind, isTag := d.Facets["kind"][0] == "甲", slices.Contains(d.Facets["tag"], "u1")
		if isTag {
			want["kind"][d.Facets["kind"][0]]++
		}
		if isKind {
			for _, v := range d.Facets["tag"] {
				want["tag"][v]++
			}
		}
		if isKind && isTag {
			total++
		}
	}
	if res.Total != total {
		t.Errorf("total %d, want %d", res.Total, total)
	}
	for field, counts := range want {
		got := map[string]int{}
		for i, c := range res.Facets[field] {
			got[c.Value] = c.N
			if i > 0 && c.N > res.Facets[field][i-1].N {
				t.Errorf("%s: counts rise at %s", field, c.Value)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(counts) {
			t.Errorf("%s counts %v, want %v", field, got, counts)
		}
	}
}

func paging(t *testing.T, e search.Engine) {
	const size = 7
	for _, text := range []string{"", "技术", "管理"} {
		seen := map[string]bool{}
		res, _ := find(t, e, search.Query{Text: text})
		for at := 0; ; at += size {
			page, _ := find(t, e, search.Query{Text: text, Limit: size, Offset: at})
			for _, h := range page.Hits {
				if seen[h.ID] {
					t.Errorf("%q: %s stands on two pages", text, h.ID)
				}
				seen[h.ID] = true
			}
			if len(page.Hits) < size {
				break
			}
		}
		if len(seen) != res.Total {
			t.Errorf("%q: pages hold %d, total says %d", text, len(seen), res.Total)
		}
	}
}

func order(t *testing.T, e search.Engine) {
	sizes := map[string]float64{}
	for _, d := range documents() {
		if v, ok := d.Numbers["size"]; ok {
			sizes[d.ID] = v
		}
	}
	for _, desc := range []bool{false, true} {
		res, _ := find(t, e, search.Query{Sort: []search.Order{{Field: "size", Desc: desc}}, Limit: 1000})
		for i := 1; i < len(res.Hits); i++ {
			before, beforeKnown := sizes[res.Hits[i-1].ID]
			v, known := sizes[res.Hits[i].ID]
			switch {
			case known && !beforeKnown:
				t.Fatalf("desc %v: a known size behind an unknown one", desc)
			case known && (desc && v > before || !desc && v < before):
				t.Fatalf("desc %v: %f after %f", desc, v, before)
			case known == beforeKnown && v == before && res.Hits[i].ID < res.Hits[i-1].ID:
				t.Fatalf("desc %v: ties are not in the order of ids", desc)
			}
		}
	}
}
