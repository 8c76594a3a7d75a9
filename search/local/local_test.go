package local

import (
	"context"
	"testing"

	"liangcheng/search"
)

func TestSmoke(t *testing.T) {
	e := New(search.Schema{Name: "x", Fields: []search.Field{{Name: "name", Role: search.Words | search.Sound | search.Typed, Weight: 3}, {Name: "c", Role: search.Facet}, {Name: "n", Role: search.Number}}})
	for i, n := range []string{"大数据技术", "云计算技术应用", "酿酒技术", "在建工程管理", "护理", "新能源汽车技术", "人工智能技术应用"} {
		e.Apply(context.Background(), "x", search.Batch{Put: []search.Document{{ID: n, Version: int64(i), Texts: map[string][]string{"name": {n}}, Facets: map[string][]string{"c": {"a"}}}}})
	}
	for _, q := range []string{"dsj", "dashuju", "大數據", "工程", "酒", "云记算", "xnyqc", "shuju", "新能源车", "ai", "big data", "人工只能", "呵呵", "", "!!!", "nengyuan"} {
		r, err := e.Search(context.Background(), search.Query{Index: "x", Text: q, Limit: 10, Facets: []string{"c"}})
		t.Log(q, err, r.Total, r.Widened)
		for _, h := range r.Hits {
			t.Log("   ", h.ID, h.Score, h.Why)
		}
	}
}
