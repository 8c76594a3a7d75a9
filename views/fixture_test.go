package views

import (
	"fmt"
	"testing"
)

func newEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// pageAt begins a page with everything a page can have around its content.
func pageAt(e *Engine, lang, path string) Page {
	p := Page{Lang: lang, Path: path, Query: "q=a&level=b", BaseURL: "https://portal.example", Title: "演示", Description: "演示 <b>",
		Search: `"><script>alert(1)</script>`, Kept: 3, Flash: "已保存", Demo: true, NoIndex: true, Failed: true,
		Feed: "https://portal.example/needs.atom", Notices: []string{"提示"},
		JSONLD: map[string]any{"@context": "https://schema.org", "name": "</script><b>"},
		Footer: Footer{Host: "演示单位", ICP: "演示备案号", PublicSecurity: "演示公安号", SiteCode: "0000000000"},
		Words:  func(key string, args ...any) string { return e.T(lang, key, args...) }}
	p.Crumbs = []Link{{Text: p.T("nav.home"), URL: p.To("/")}, {Text: "演示", Lang: p.Han()}}
	return p
}

// fixtures are all pages, filled to the brim; what is in them is fictional.
func fixtures(e *Engine, lang string) map[string]any {
	at := func(path string) Page { return pageAt(e, lang, path) }
	g := NewStyleguide(at("/styleguide"))
	detail := Detail{Page: at("/programmes/demo-1"), Kind: g.T("noun.programme"), Heading: "演示专业", HeadingLang: g.Han(), Sub: "演示学院", SubLang: g.Han(),
		Badge: g.Badges[1], Source: "演示来源", SourceURL: "https://source.example", Shortlist: sampleButton(g.Page, "p1", "演示专业", true),
		Actions: []Link{{Text: g.T("specialism.match"), URL: "/match"}}, Lead: "演示需求\n两行", LeadLang: g.Han(),
		Summary: []Fact{{Cell: Cell{Label: "甲", Text: "乙", URL: "/x", Lang: g.Han()}, Note: "丙"}, {Cell: Cell{Label: "丁", Tags: []string{"戊"}}}},
		Match:   &g.Match, Sections: []Section{
			{ID: "a", Title: "甲", Note: "注", Facts: []Fact{{Cell: Cell{Label: "年", Text: "数"}, Note: "源"}}, Timeline: g.Timeline, Chart: g.Chart},
			{ID: "b", Title: "乙", Groups: []TagGroup{{Label: "短", Tags: []string{"一"}}, {Label: "长", Lang: g.Han(), Tags: []string{"一段超过十八个字的说明文字，应当每条占一行显示"}}}},
			{ID: "c", Title: "丙", List: []Link{{Text: "链接", URL: "/y", Lang: g.Han()}}, Map: &g.Map, Empty: &g.Empty, More: &Link{Text: "更多", URL: "/z"}},
		}}
	list := Table{Caption: "其他专业", Columns: []Column{{Text: "名称"}}, Rows: []Row{{Name: Link{Text: "无链接", Lang: g.Han()}, Note: "说明"}}}
	detail.Sections = append(detail.Sections, Section{ID: "d", Title: "丁", Table: &list})
	items := []SearchItem{{ID: "s-1", Name: Link{Text: "演示", URL: "/x", Lang: g.Han()}, Note: "注", Badge: g.Badges[0]}}
	groups := []SearchGroup{{Noun: "colleges", Heading: g.T("nav.colleges"), Total: 9, All: "/colleges?q=a", Items: items, Widened: true}, {Noun: "needs", Heading: g.T("nav.needs")}}
	form := MatchForm{Text: "演示", Industry: "C38", IndustryName: "C38 演示", Headcount: "x", Levels: g.Fields[3].Options, Modes: g.Fields[4].Options,
		Districts: []Option{{Text: "演示区", Lang: g.Han()}}, Relaxed: []string{"seats"}, Language: true, Industries: []Option{{Value: "C38", Text: "C38 演示"}}}
	degraded := g.Match
	degraded.Heading, degraded.Degraded = g.T("match.answer", 2, 1), true
	for range fitsShown {
		degraded.Specialisms = append(degraded.Specialisms, g.Match.Specialisms[0])
	}
	return map[string]any{
		"home": Home{Page: at("/"), Figures: g.Figures, AsOf: g.T("home.as_of", "2026-11-24 12:00"), Map: g.Map, Needs: g.Table,
			NeedsMore: Link{Text: g.T("home.needs_all", 120), URL: "/needs"}, Industries: []Link{{Text: "演示行业", URL: "/enterprises", Lang: g.Han()}},
			Examples: []Link{{Text: "演示需求", URL: "/match?text=x"}}, Partnerships: items, PartnershipsMore: Link{Text: "更多", URL: "/partnerships"}},
		"directory":           listing(e, lang, 2),
		"directory (nothing)": Directory{Page: at("/colleges"), Heading: g.T("colleges.heading"), Lead: g.T("colleges.lead"), Empty: &g.Empty, Widened: true},
		"detail":              detail,
		"desk": Desk{Page: at("/desk"), Tabs: []Tab{{Link: Link{Text: "甲", URL: "/desk"}, N: 2, Current: true}}, Kind: "甲", Heading: "乙", HeadingLang: g.Han(), Lead: "丙", Badge: g.Badges[0], State: "丁",
			Errors: g.Errors, Figures: g.Figures, Summary: detail.Summary, Form: &Form{Title: "表", Note: "注", Action: "/x", Token: "t", Hidden: []Hidden{{"a", "b"}}, Fields: g.Fields, Submit: "送", Name: "go", Upload: true,
				Confirm: "确定？", More: []Button{{"乙", "b", "1"}}}, Links: []Link{{Text: "链", URL: "/y"}}, Match: &g.Match, Pager: g.Pager,
			Sections: []Section{{ID: "s", Title: "丁", Prose: []string{"段"}, Code: "代码", Print: true, QR: &QR{Path: "M0 0h1v1h-1z", Size: 9, Text: "码"}, Actions: []Link{{Text: "做", URL: "/z"}},
				Thread: []Message{{Name: "甲", Text: "话", When: "2026-11-28 10:00", Machine: "2026-11-28", Mine: true}},
				Forms: []Form{{ID: "one", Action: "/x", Submit: "送", Look: "danger", Fields: []Field{{Kind: "password", Name: "p", Label: "密", Required: true}, {Kind: "tick", Name: "q", Label: "勾", Value: "1"},
					{Kind: "radios", Name: "r", Label: "选", Options: []Option{{Value: "1", Text: "一", Selected: true}}}, {Kind: "file", Name: "f", Label: "件", Accept: ".pdf"}, {Kind: "date", Name: "d", Label: "日"}}},
					{ID: "two", Action: "/y", Submit: "送"}}}}},
		"search":                   SearchPage{Page: at("/search"), Text: "演示", Total: 9, Groups: groups},
		"search (nothing)":         SearchPage{Page: at("/search"), Text: "演示", Empty: &g.Empty},
		"search (no words)":        SearchPage{Page: at("/search")},
		"search#suggest":           SearchPage{Page: at("/search"), Total: 9, Groups: groups},
		"search#suggest (nothing)": SearchPage{Page: at("/search")},
		"match":                    MatchPage{Page: at("/match"), Form: form},
		"match (wrong)":            MatchPage{Page: at("/match"), Form: form, Errors: []FieldError{{"headcount", "错"}, {"mode", "错"}}},
		"match (answer)":           MatchPage{Page: at("/match"), Form: form, Result: &degraded},
		"match (no answer)":        MatchPage{Page: at("/match"), Form: form, Result: &MatchResult{Heading: "无", Nothing: &g.Empty}},
		"match#match-body":         MatchPage{Page: at("/match"), Form: form, Result: &degraded},
		"shortlist": ShortlistPage{Page: at("/shortlist"), Table: g.Table,
			IDs: []Option{{Value: "programme1", Text: "演示专业甲", Lang: g.Han(), Selected: true}, {Value: "programme2", Text: "演示专业乙"}}},
		"shortlist (nothing)": ShortlistPage{Page: at("/shortlist"), Empty: &g.Empty},
		"shortlist#keep":      Kept{Page: at("/shortlist"), Button: sampleButton(g.Page, "p1", "演示专业", false)},
		"compare": ComparePage{Page: at("/compare"), Export: "/compare.xlsx?id=a-1", Columns: []CompareColumn{{Name: Link{Text: "甲", URL: "/a"}, College: Link{Text: "院", URL: "/b", Lang: g.Han()}, Badge: g.Badges[0], Remove: "/compare"}},
			Rows: []CompareRow{{Label: "层次", Cells: []Cell{{Text: "未知", Muted: true}}, Differs: true}, {Label: "方式", Cells: []Cell{{Tags: []string{"订单班"}}}}}},
		"compare (nothing)": ComparePage{Page: at("/compare"), Empty: &g.Empty},
		"text":              TextPage{Page: at("/help"), Heading: "帮助", Sections: []Prose{{ID: "a", Title: "甲", Paragraphs: []string{"文"}}, {ID: "b", Title: "乙", Steps: []string{"步"}}}},
		"api": APIPage{Page: at("/api"), Spec: "/api/v1/openapi.json", Endpoints: []Endpoint{{Method: "GET", Path: "/api/v1/colleges", Summary: "列表",
			Parameters: []Fact{{Cell: Cell{Label: "参数", Tags: []string{"q"}}}}, Example: "curl 'https://portal.example'"}}},
		"error":      ErrorPage{Page: at("/nope"), Code: 404, Heading: "没有这个页面", Lead: "…", Steps: []Link{{Text: "首页", URL: "/"}}, Request: "abc"},
		"styleguide": g,
	}
}

// listing is a directory page with a number of rows, six facets of eight values each,
// and the usual columns.
func listing(e *Engine, lang string, rows int) Directory {
	d := Directory{Page: pageAt(e, lang, "/programmes"), Heading: "专业", Lead: "演示", Text: "数据", Total: 1282, ClearAll: "/programmes?q=x",
		CSV: "/programmes.csv", XLSX: "/programmes.xlsx", Widened: true, Hidden: []Hidden{{"code", "510205"}},
		Follow: &Form{Action: "/searches", Token: "t", Hidden: []Hidden{{"index", "programmes"}}, Submit: "订阅"},
		Sorts:  []Option{{Text: "相关度", Selected: true}, {Value: "seats", Text: "空余名额"}}, Chips: []Link{{Text: "层次：高职专科", URL: "/programmes"}}}
	d.Pager = Pager{Page: 2, Pages: 3, Prev: "?page=1", Next: "?page=3", Numbers: []PageNumber{{Number: 1, URL: "?page=1"}, {}, {Number: 2, Current: true}, {Number: 3, URL: "?page=3"}}}
	for i := range 6 {
		f := Facet{Field: fmt.Sprintf("facet%d", i), Text: "层次", MoreText: d.T("facet.more", 1), Open: i < 3}
		option := func(n int) Option {
			value := fmt.Sprintf("值%d", n)
			return Option{ID: f.Field + "-" + value, Field: f.Field, Value: value, Text: "高职专科", N: 526, Lang: d.Han(), Selected: n == 0, URL: "/programmes?level=x"}
		}
		for n := range 8 {
			f.Options = append(f.Options, option(n))
		}
		f.More = []Option{option(9)}
		d.Facets = append(d.Facets, f)
	}
	heads := []string{"院校", "片区", "层次", "招生数字", "空余名额", "合作方式"}
	d.Table = Table{Caption: d.Heading, Columns: []Column{{Text: "名称", SortURL: "?sort=name", Sorted: "ascending"}}}
	for _, head := range heads {
		d.Table.Columns = append(d.Table.Columns, Column{Text: head, Number: head == "空余名额"})
	}
	for i := range rows {
		id := fmt.Sprintf("4152013818-5102%02d", i)
		d.Table.Rows = append(d.Table.Rows, Row{Name: Link{Text: "大数据技术", URL: "/programmes/" + id, Lang: d.Han()}, Note: "510205", Badge: Badge{"demo", d.T("certainty.demo")},
			Cells: []Cell{{Label: heads[0], Text: "演示学院", URL: "/colleges/4152013818", Lang: d.Han()}, {Label: heads[1], Text: "清镇职教城", Plain: true}, {Label: heads[2], Text: "高职专科", Plain: true},
				{Label: heads[3], Text: "未知", Muted: true}, {Label: heads[4], Text: "40", Number: true, Plain: true}, {Label: heads[5], Tags: []string{"订单班"}}},
			Shortlist: sampleButton(d.Page, id, "大数据技术 演示学院", i == 1)})
	}
	return d
}
