package apptest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liangcheng/app"
)

// atEnd is done when all tests have ended.
var atEnd []func()

// shared is one program for all tests that only read.
var shared *app.App

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "portal-test-")
	if err != nil {
		panic(err)
	}
	if template, err = seededFolder(); err != nil {
		panic(err)
	}
	t := &testing.T{}
	if shared, err = Boot(Config(t, dir)); err != nil {
		panic(err)
	}
	code := m.Run()
	for _, end := range atEnd {
		end()
	}
	if err := shared.Close(); err != nil {
		panic(err)
	}
	os.RemoveAll(dir)
	os.RemoveAll(template)
	os.Exit(code)
}

// seededFolder loads the seeds into a new folder, and matches their needs.
func seededFolder() (string, error) {
	dir, err := os.MkdirTemp("", "portal-seeds-")
	if err != nil {
		return "", err
	}
	c := Config(&testing.T{}, dir)
	a, err := app.Open(context.Background(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	return dir, errors.Join(a.Index(context.Background(), true, nil), a.Close())
}

func visitor(t *testing.T) *Client { return NewClient(t, shared.Addr()) }

// names are the names in the rows of a list.
func names(a Answer) []string { return a.Text("a", "name") }

// total is the number a list states.
func total(t *testing.T, a Answer) int {
	t.Helper()
	for _, text := range a.Text("p", "total") {
		if digits := regexp.MustCompile(`\d+`).FindString(text); digits != "" {
			n, err := strconv.Atoi(digits)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no total on the page: %.300s", a.Body)
	return 0
}

func TestEveryPageAnswersInBothLanguages(t *testing.T) {
	c := visitor(t)
	for _, path := range []string{"/", "/search", "/search?q=护理", "/match", "/match?text=护理", "/colleges", "/colleges/4152013818", "/programmes",
		"/programmes/4152013818-510205", "/specialisms", "/specialisms/510205", "/enterprises", "/enterprises/gy-013", "/needs", "/needs/demo-n001",
		"/partnerships", "/partnerships/gz-01", "/resources", "/resources/demo-r2", "/shortlist", "/compare", "/about", "/help", "/privacy", "/accessibility", "/api", "/styleguide"} {
		for _, prefix := range []string{"", "/en"} {
			address := prefix + path
			if path == "/" && prefix != "" {
				address = prefix
			}
			t.Run(address, func(t *testing.T) {
				a := c.Get(address)
				if a.Status != http.StatusOK {
					t.Fatalf("status %d: %.300s", a.Status, a.Body)
				}
				if kept := a.Text("b", "count"); len(kept) != 1 || kept[0] != "0" {
					t.Errorf("the shortlist counts %q", kept)
				}
				if n := len(a.Text("h1", "")); n != 1 {
					t.Errorf("%d first headings", n)
				}
				want := `<html lang="zh-CN">`
				if prefix != "" {
					want = `<html lang="en">`
				}
				if !strings.Contains(a.Body, want) {
					t.Errorf("language of the page is not %s", want)
				}
				if m := regexp.MustCompile(`\b[a-z]+\.[a-z_]+\.[a-z_]+\b`).FindString(strings.Join(a.Text("main", ""), " ")); m != "" && !strings.Contains(m, "www.") {
					t.Errorf("a key stands on the page: %s", m)
				}
			})
		}
	}
}

func TestNothingInlineAndPolicyEverywhere(t *testing.T) {
	c := visitor(t)
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(?:\s[^>]*)?>[^<{]`)
	for _, path := range []string{"/", "/colleges", "/programmes/4152013818-510205", "/match?text=护理", "/nope", "/api/v1/colleges", "/static/nope.css", "/readyz"} {
		a := c.Get(path)
		if m := inline.FindString(a.Body); m != "" && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: inline %q", path, m)
		}
		for header, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict"} {
			if got := a.Header.Get(header); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q, want %q in it", path, header, got, want)
			}
		}
	}
}

func TestSearchFinds(t *testing.T) {
	c := visitor(t)
	for _, tt := range []struct{ path, want string }{
		{"/specialisms?q=dsj", "大数据技术"},
		{"/specialisms?q=dashuju", "大数据技术"},
		{"/specialisms?q=" + url.QueryEscape("大數據"), "大数据技术"},
		{"/specialisms?q=" + url.QueryEscape("酒"), "酿酒技术"},
		{"/specialisms?q=" + url.QueryEscape("新能源车"), "新能源汽车技术"},
		{"/specialisms?q=" + url.QueryEscape("云记算"), "云计算技术应用"},
		{"/colleges?q=" + url.QueryEscape("贵师大"), "贵州师范大学"},
		{"/colleges?q=" + url.QueryEscape("云站路"), "贵州交通职业大学"},
		{"/colleges?q=qingzhen", "贵州装备制造职业学院"},
		{"/specialisms?q=" + url.QueryEscape("工程"), "建筑工程技术"},
	} {
		t.Run(tt.path, func(t *testing.T) {
			var all []string
			for page := 1; page <= 20; page++ {
				a := c.Get(tt.path + "&size=100&page=" + strconv.Itoa(page))
				all = append(all, names(a)...)
				if slices.Contains(all, tt.want) {
					return
				}
			}
			t.Errorf("%s is not among %d found: %.300v", tt.want, len(all), all)
		})
	}
}

func TestCountEqualsList(t *testing.T) {
	c := visitor(t)
	for _, path := range []string{"/programmes?cluster=qingzhen_vocational_city&level=高职专科", "/colleges?ownership=private", "/needs?mode=order_class", "/partnerships", "/resources?open_to=college", "/specialisms?category=" + url.QueryEscape("医药卫生大类")} {
		t.Run(path, func(t *testing.T) {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			want := total(t, c.Get(path))
			seen := map[string]bool{}
			for page := 1; len(seen) < want && page < 100; page++ {
				a := c.Get(path + sep + "size=100&page=" + strconv.Itoa(page))
				for _, l := range a.Links() {
					if regexp.MustCompile(`^/(programmes|colleges|needs|partnerships|resources|specialisms)/[^?]+$`).MatchString(l) && strings.HasPrefix(l, strings.SplitN(path, "?", 2)[0]+"/") {
						seen[l] = true
					}
				}
			}
			if len(seen) != want {
				t.Errorf("the list holds %d, the count says %d", len(seen), want)
			}
		})
	}
}

func TestFiltersSetAndCleared(t *testing.T) {
	c := visitor(t)
	all := total(t, c.Get("/programmes"))
	one := total(t, c.Get("/programmes?cluster=huaxi_university_city"))
	two := total(t, c.Get("/programmes?cluster=huaxi_university_city&cluster=qingzhen_vocational_city"))
	both := total(t, c.Get("/programmes?cluster=huaxi_university_city&level=普通本科"))
	if !(both < one && one < two && two < all && both > 0) {
		t.Errorf("narrowing: all %d, two areas %d, one %d, one and a level %d", all, two, one, both)
	}
	page := c.Get("/programmes?cluster=huaxi_university_city&level=普通本科&q=" + url.QueryEscape("工程"))
	if !slices.Contains(page.Links(), "/programmes?q="+url.QueryEscape("工程")) {
		t.Error("no link clears all conditions and keeps the words")
	}
	if !slices.ContainsFunc(page.Links(), func(l string) bool {
		return strings.HasPrefix(l, "/programmes?") && strings.Contains(l, "page=2") && strings.Contains(l, "cluster=")
	}) {
		t.Error("paging loses the filters")
	}
}

func TestShortlistSurvivesNavigation(t *testing.T) {
	c := visitor(t)
	add := func(id string) Answer {
		return c.Submit("/shortlist", url.Values{"add": {id}, "back": {"/programmes?q=x"}})
	}
	if a := add("4152013818-510205"); a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/programmes?q=x" {
		t.Fatalf("adding: %d to %q", a.Status, a.Header.Get("Location"))
	}
	if got := c.Get("/colleges").Text("p", "flash"); len(got) != 1 {
		t.Errorf("message after adding: %q", got)
	}
	add("4152013818-510205") // a second time changes nothing
	add("demo-c1-510205")
	list := c.Get("/shortlist")
	if got := names(list); len(got) != 2 {
		t.Errorf("shortlist holds %q, want two", got)
	}
	compare := c.Get("/compare?id=4152013818-510205&id=demo-c1-510205")
	if got := compare.Text("th", ""); len(got) < 10 {
		t.Errorf("comparison has few rows: %q", got)
	}
	c.Submit("/shortlist", url.Values{"remove": {"demo-c1-510205"}})
	if got := names(c.Get("/en/shortlist")); len(got) != 1 {
		t.Errorf("after removing: %q, want one", got)
	}
	for _, bad := range []string{"x", "../../etc/passwd", "4152013818-999999", strings.Repeat("a", 100) + "-1"} {
		if a := add(bad); a.Status != http.StatusNotFound {
			t.Errorf("adding %.20q: status %d, want 404", bad, a.Status)
		}
	}
	if a := c.Submit("/shortlist", url.Values{"add": {"demo-c1-510205"}, "back": {"//evil.example"}}); a.Header.Get("Location") != "/shortlist" {
		t.Errorf("a redirect leaves the site: %q", a.Header.Get("Location"))
	}
}

func TestAnotherSiteMayNotWrite(t *testing.T) {
	c := visitor(t)
	form := url.Values{"clear": {"all"}}
	for _, tt := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"same origin", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusSeeOther},
		{"cross site", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"same site, other host", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"old browser, other origin", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"old browser, this origin", []string{"Origin", "http://" + shared.Addr()}, http.StatusSeeOther},
		{"no browser", nil, http.StatusSeeOther},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a := c.Submit("/shortlist", form, tt.headers...); a.Status != tt.want {
				t.Errorf("status %d, want %d", a.Status, tt.want)
			}
		})
	}
}

func TestAnonymousNeedsHideWhoAsks(t *testing.T) {
	c := visitor(t)
	a := c.Get("/needs/demo-n005")
	if a.Status != http.StatusOK || !strings.Contains(a.Body, "匿名企业") {
		t.Fatalf("status %d; the page does not say the enterprise is anonymous", a.Status)
	}
	if strings.Contains(a.Body, "/enterprises/demo-") || strings.Contains(c.Get("/api/v1/needs/demo-n005").Body, "demo-e") {
		t.Error("an anonymous need names its enterprise")
	}
}

func TestMetrics(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	Start(t, "--metrics-addr", ln.Addr().String())
	page := NewClient(t, ln.Addr().String()).Get("/metrics")
	for _, want := range []string{"portal_ready 1", "portal_search_up 1", "portal_index_worker 1", "portal_index_drift_documents 0", "process_resident_memory_bytes"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the metrics lack %q", want)
		}
	}
	if public := NewClient(t, shared.Addr()).Get("/metrics"); public.Status != http.StatusNotFound {
		t.Errorf("visitors get the metrics: %d", public.Status)
	}
}
