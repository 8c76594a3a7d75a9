package apptest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestBadQueriesOfPagesAreToldAndSurvived(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct{ name, query, want string }{
		{"unknown parameter", "mars=1", "不认识的条件「mars」"},
		{"repeated parameter", "q=a&q=b", "条件「q」重复"},
		{"5,000 characters", "q=" + strings.Repeat("数", 5000), "只取前 200 字"},
		{"emoji", "q=" + url.QueryEscape("护理🙂"), ""},
		{"NUL", "q=%00", ""},
		{"full width", "q=" + url.QueryEscape("ＰＬＣ"), ""},
		{"bad UTF-8", "q=%ff%fe", ""},
		{"operator object", "q=" + url.QueryEscape(`{"$ne":1}`), ""},
		{"operator in a facet", "cluster[$ne]=1", "不认识的条件"},
		{"operator as a facet value", "cluster=" + url.QueryEscape(`{"$ne":1}`), ""},
		{"page 10⁹", "page=1000000000", ""},
		{"page beyond any number", "page=99999999999999999999999", "不是有效的数字"},
		{"page 0", "page=0", "不是有效的数字"},
		{"negative page", "page=-3", "不是有效的数字"},
		{"page of words", "page=abc", "不是有效的数字"},
		{"unknown sort", "sort=colour", "没有「colour」这种排序"},
		{"size too large", "size=100000", "每页条数"},
		{"many values", "certainty=x" + strings.Repeat("&certainty=x", 80), ""},
		{"quotes and slashes", "q=" + url.QueryEscape(`"'\/<script>alert(1)</script>`), ""},
	} {
		for _, noun := range []string{"programmes", "colleges", "specialisms", "enterprises", "needs", "partnerships", "resources"} {
			t.Run(tt.name+"/"+noun, func(t *testing.T) {
				a := c.Get("/" + noun + "?" + tt.query)
				if a.Status != http.StatusOK {
					t.Fatalf("status %d: %.200s", a.Status, a.Body)
				}
				if notes := strings.Join(a.Text("p", "notice"), " "); !strings.Contains(notes, tt.want) {
					t.Errorf("the notice says %q, want %q", notes, tt.want)
				}
				if strings.Contains(a.Body, "<script>alert") {
					t.Error("the query stands on the page as a script")
				}
			})
		}
	}
}

func TestPagePastTheEndIsTheLast(t *testing.T) {
	c := visitor(t)
	last := names(c.Get("/programmes?page=65"))
	beyond := names(c.Get("/programmes?page=1000000000"))
	if len(last) == 0 || !slices.Equal(last, beyond) {
		t.Errorf("page 10⁹ shows %q, the last page %q", beyond, last)
	}
}

func TestBadQueriesOfTheAPIAreProblems(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct {
		name, path, field string
		status            int
	}{
		{"unknown parameter", "/api/v1/programmes?mars=1", "mars", 400},
		{"repeated parameter", "/api/v1/programmes?page=1&page=2", "page", 400},
		{"page of words", "/api/v1/colleges?page=abc", "page", 400},
		{"unknown sort", "/api/v1/needs?sort=colour", "sort", 400},
		{"long text", "/api/v1/needs?q=" + strings.Repeat("a", 3000), "q", 400},
		{"parameter of one record", "/api/v1/colleges/4152013818?x=1", "x", 400},
		{"unknown record", "/api/v1/colleges/nope", "", 404},
		{"unknown route", "/api/v1/nothing", "", 404},
	} {
		t.Run(tt.name, func(t *testing.T) { wantProblem(t, c.Get(tt.path), tt.status, tt.field) })
	}
}

func TestBadNeedsOfTheAPIAreProblems(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct {
		name, body, field string
		status            int
	}{
		{"no body", "", "body", 400},
		{"no JSON", "{", "body", 400},
		{"an operator", `{"text":{"$ne":1}}`, "body", 400},
		{"unknown field", `{"text":"护理","seats":3}`, "body", 400},
		{"two objects", `{"text":"护理"}{}`, "body", 400},
		{"empty text", `{"text":"  "}`, "text", 422},
		{"unknown industry", `{"text":"护理","industry":"Z99"}`, "industry", 422},
		{"unknown level", `{"text":"护理","level":"博士"}`, "level", 422},
		{"headcount 0", `{"text":"护理","headcount":0}`, "headcount", 422},
		{"unknown mode", `{"text":"护理","modes":["x"]}`, "mode", 422},
		{"unknown place", `{"text":"护理","district":"火星"}`, "district", 422},
		{"text of 6,000 characters", `{"text":"` + strings.Repeat("护", 6000) + `"}`, "text", 422},
	} {
		t.Run(tt.name, func(t *testing.T) { wantProblem(t, c.Post("/api/v1/match", tt.body), tt.status, tt.field) })
	}
	if a := c.Post("/api/v1/match", `{"text":"`+strings.Repeat("a", 2<<20)+`"}`); a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 2 MiB: status %d", a.Status)
	}
}

func wantProblem(t *testing.T, a Answer, status int, field string) {
	t.Helper()
	if a.Status != status || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		t.Fatalf("status %d, %s, want %d and problem+json: %.300s", a.Status, a.Header.Get("Content-Type"), status, a.Body)
	}
	var p struct {
		Status int
		Detail string
		Errors []struct{ Field, Detail string }
	}
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		t.Fatal(err)
	}
	if p.Status != status || p.Detail == "" {
		t.Errorf("problem %+v", p)
	}
	if field != "" && (len(p.Errors) == 0 || p.Errors[0].Field != field || p.Errors[0].Detail == "") {
		t.Errorf("problem names %+v, want field %q", p.Errors, field)
	}
}

func TestBadNeedFormKeepsWhatWasTyped(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct{ name, query, field, kept string }{
		{"empty text", "text=", "text", ""},
		{"headcount of words", "text=护理&headcount=很多", "headcount", "人数：「很多」"},
		{"unknown industry", "text=护理&industry=Z99", "industry", "Z99"},
		{"unknown level", "text=护理&level=博士", "level", "护理"},
		{"unknown place", "text=护理&district=火星", "district", "护理"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := c.Get("/match?" + tt.query)
			if a.Status != http.StatusUnprocessableEntity {
				t.Fatalf("status %d, want 422", a.Status)
			}
			if !slices.Contains(a.Links(), "#f-"+tt.field) {
				t.Errorf("the summary does not lead to the field %q", tt.field)
			}
			if title := a.Text("title", ""); !strings.HasPrefix(title[0], "错误：") {
				t.Errorf("title %q", title)
			}
			if !strings.Contains(a.Body, tt.kept) {
				t.Errorf("%q is lost", tt.kept)
			}
		})
	}
	if a := c.Get("/match?text=护理&headcount=" + url.QueryEscape("３０人")); a.Status != http.StatusOK {
		t.Errorf("full-width headcount: status %d", a.Status)
	}
}

func TestNonsenseMatchesNothing(t *testing.T) {
	c := visitor(t)
	for _, text := range []string{"呵呵哈哈", "asdf qwer", "🙂🙂", "123456", "。。。！！", "\x00\x01"} {
		a := c.Get("/match?text=" + url.QueryEscape(text))
		if a.Status != http.StatusOK && a.Status != http.StatusUnprocessableEntity || len(a.Text("li", "match")) != 0 {
			t.Errorf("%q: status %d with %d results", text, a.Status, len(a.Text("li", "match")))
		}
	}
}

func TestMatchNamesTheRightSpecialisms(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"动力电池电芯产线技术员", []string{"储能材料技术", "新能源材料应用技术"}},
		{"智慧康养护理员", []string{"智慧健康养老服务与管理", "护理"}},
	} {
		var got struct {
			Specialisms []struct{ Name string }
			Programmes  []struct {
				Score float64
				Chips []struct{ Adds float64 }
			}
		}
		a := c.Post("/api/v1/match", `{"text":"`+tt.text+`"}`)
		if err := json.Unmarshal([]byte(a.Body), &got); err != nil {
			t.Fatal(err)
		}
		first := got.Specialisms[:min(3, len(got.Specialisms))]
		if !slices.ContainsFunc(first, func(s struct{ Name string }) bool { return slices.Contains(tt.want, s.Name) }) {
			t.Errorf("%s: first three %v, want one of %v", tt.text, first, tt.want)
		}
		for _, p := range got.Programmes {
			sum := 0.0
			for _, chip := range p.Chips {
				sum += chip.Adds
			}
			if d := sum - p.Score; d > 1e-9 || d < -1e-9 {
				t.Errorf("chips sum to %f, the score is %f", sum, p.Score)
			}
		}
	}
}

func TestABundleIsOfferedWhenNoneCanDoItAlone(t *testing.T) {
	a := visitor(t).Get("/match?headcount=90&text=" + url.QueryEscape("三电维修技师，新能源汽车故障诊断"))
	if a.Status != http.StatusOK || len(a.Text("div", "bundle")) != 1 {
		t.Errorf("status %d: no bundle for 90 persons", a.Status)
	}
}

// TestMatchIsPaged follows the pages of an answer: together they hold what its heading counts,
// each once, and past the last stands the last.
func TestMatchIsPaged(t *testing.T) {
	c := visitor(t)
	const ask = "/match?text=电工&level=高职"
	seen, pages := map[string]bool{}, 0
	for at := ask; at != ""; pages++ {
		a := c.Get(at)
		n := 0
		for _, l := range a.Links() {
			if id, ok := strings.CutPrefix(l, "/programmes/"); ok && !strings.Contains(id, "?") {
				if n++; seen[id] {
					t.Errorf("%s stands on two pages", id)
				}
				seen[id] = true
			}
		}
		if n == 0 || n > 20 {
			t.Fatalf("%d programmes on page %d", n, pages+1)
		}
		at = ""
		for e := range a.elements("a") {
			if attr(e, "rel") == "next" {
				at = attr(e, "href")
			}
		}
	}
	if head := fmt.Sprintf("本地可对接的专业布点 %d 个", len(seen)); pages < 2 || !strings.Contains(c.Get(ask).Body, head) {
		t.Errorf("%d pages hold %d programmes, and the page counts otherwise", pages, len(seen))
	}
	last := c.Get(fmt.Sprintf("%s&page=%d", ask, pages))
	if beyond := c.Get(ask + "&page=9999"); beyond.Status != http.StatusOK || len(beyond.Links()) != len(last.Links()) {
		t.Errorf("past the last page: status %d, %d links, the last page has %d", beyond.Status, len(beyond.Links()), len(last.Links()))
	}
}
