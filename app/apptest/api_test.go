package apptest

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"liangcheng/app/portal"
)

func decode[T any](t *testing.T, a Answer) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		t.Fatalf("status %d: %v: %.300s", a.Status, err, a.Body)
	}
	return v
}

// TestAPIKeepsItsDescription checks answers of every route against the OpenAPI document.
func TestAPIKeepsItsDescription(t *testing.T) {
	c := visitor(t)
	described := c.Get("/api/v1/openapi.json")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(described.Body))
	if err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || len(doc.Paths.Map()) < 13 {
		t.Errorf("OpenAPI %s with %d paths", doc.OpenAPI, len(doc.Paths.Map()))
	}
	examples := map[string]string{"/colleges/{id}": "4152013818", "/programmes/{id}": "demo-c2-430504", "/specialisms/{id}": "510205",
		"/enterprises/{id}": "gy-013", "/needs/{id}": "demo-n001", "/partnerships/{id}": "gz-01", "/resources/{id}": "demo-r1"}
	if _, err := shared.Services.Accounts.DemoLinks(t.Context(), portal.System); err != nil {
		t.Fatal(err)
	}
	token, err := shared.Services.Accounts.NewToken(t.Context(), portal.Viewer{Person: "demo-person-enterprise"}, "test", []portal.Scope{portal.ScopeRead}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range doc.Paths.Map() {
		t.Run(path, func(t *testing.T) {
			var a Answer
			operation := item.Get
			if operation == nil {
				operation = item.Post
				a = c.Post("/api/v1"+path, `{"text":"新能源汽车三电维修","headcount":90,"modes":["order_class"]}`)
			} else {
				a = c.Get("/api/v1"+strings.Replace(path, "{id}", examples[path], 1), "Authorization", "Bearer "+token)
			}
			if operation.Security != nil {
				if bare := c.Get("/api/v1" + path); bare.Status != http.StatusUnauthorized {
					t.Errorf("without a token: status %d", bare.Status)
				}
			}
			if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
				t.Fatalf("status %d, %s: %.300s", a.Status, a.Header.Get("Content-Type"), a.Body)
			}
			schema := operation.Responses.Value("200").Value.Content["application/json"].Schema.Value
			if err := schema.VisitJSON(decode[any](t, a), openapi3.MultiErrors()); err != nil {
				t.Errorf("the answer is not as described: %.600s", err)
			}
		})
	}
}

type list struct {
	Items []map[string]any
	Total int
	Page  int
	Pages int
	Links map[string]string
}

func TestAPIPagesLeadThroughTheWholeList(t *testing.T) {
	c := visitor(t)
	seen := map[string]bool{}
	address := "/api/v1/programmes?cluster=huaxi_university_city&size=100"
	var want int
	for address != "" {
		a := c.Get(address)
		page := decode[list](t, a)
		want = page.Total
		for _, item := range page.Items {
			seen[item["id"].(string)] = true
		}
		if page.Page < page.Pages && !strings.Contains(a.Header.Get("Link"), `rel="next"`) {
			t.Error("the Link header names no next page")
		}
		_, address, _ = strings.Cut(page.Links["next"], "/api")
		if address != "" {
			address = "/api" + address
		}
	}
	if len(seen) != want || want == 0 {
		t.Errorf("links lead to %d of %d", len(seen), want)
	}
}

func TestExportEqualsTheScreen(t *testing.T) {
	c := visitor(t)
	for _, query := range []string{"?cluster=qingzhen_vocational_city&level=高职专科", "?q=护理", "?seats=free&sort=seats"} {
		want := total(t, c.Get("/programmes"+query))
		a := c.Get("/programmes.csv" + query)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
		if err != nil || len(rows)-1 != want {
			t.Errorf("%s: the file holds %d rows, the page says %d (%v)", query, len(rows)-1, want, err)
		}
		first := names(c.Get("/programmes" + query))
		for i, name := range first {
			if rows[i+1][2] != name {
				t.Errorf("%s: row %d of the file is %s, of the page %s", query, i, rows[i+1][2], name)
				break
			}
		}
	}
	if a := c.Get("/en/needs.xlsx"); a.Status != http.StatusOK || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("workbook: status %d", a.Status)
	}
}

func TestFeedsAndSitemapAreWellFormed(t *testing.T) {
	c := visitor(t)
	for path, want := range map[string]string{"/needs.atom": "<entry>", "/en/needs.atom?mode=order_class": "<entry>", "/programmes.atom": "<entry>", "/sitemap.xml": "/colleges/4152013818"} {
		a := c.Get(path)
		dec := xml.NewDecoder(strings.NewReader(a.Body))
		for {
			if _, err := dec.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%s: %v", path, err)
				}
				break
			}
		}
		if a.Status != http.StatusOK || !strings.Contains(a.Body, want) {
			t.Errorf("%s: status %d without %s", path, a.Status, want)
		}
	}
	if strings.Contains(c.Get("/sitemap.xml").Body, "/demo-") {
		t.Error("the sitemap leads search engines to demonstration data")
	}
	if a := c.Get("/robots.txt"); !strings.Contains(a.Body, "Sitemap: ") {
		t.Errorf("robots.txt: %q", a.Body)
	}
	if a := c.Get("/.well-known/security.txt"); !strings.Contains(a.Body, "Expires: ") {
		t.Errorf("security.txt: %q", a.Body)
	}
}

func TestStructuredDataIsJSON(t *testing.T) {
	c := visitor(t)
	block := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)
	for path, kind := range map[string]string{"/": "WebSite", "/colleges/4152013818": "CollegeOrUniversity", "/programmes/4152013818-510205": "EducationalOccupationalProgram", "/enterprises/gy-013": "Organization"} {
		m := block.FindStringSubmatch(c.Get(path).Body)
		if m == nil {
			t.Errorf("%s has no structured data", path)
			continue
		}
		var o map[string]any
		if err := json.Unmarshal([]byte(m[1]), &o); err != nil || o["@type"] != kind {
			t.Errorf("%s: %v %v", path, o["@type"], err)
		}
	}
}

func TestTooManyRequestsAreToldWhenToComeBack(t *testing.T) {
	a := Start(t, "--rate-per-minute", "20")
	c := NewClient(t, a.Addr())
	for range 30 {
		if got := c.Get("/api/v1/colleges"); got.Status == http.StatusTooManyRequests {
			wait, err := strconv.Atoi(got.Header.Get("Retry-After"))
			if err != nil || wait < 1 || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("Retry-After %q, %s", got.Header.Get("Retry-After"), got.Header.Get("Content-Type"))
			}
			if page := c.Get("/match?text=护理"); page.Status != http.StatusTooManyRequests || len(page.Text("h1", "")) != 1 {
				t.Errorf("the page: status %d", page.Status)
			}
			return
		}
	}
	t.Error("thirty requests at once are all answered")
}

func TestCachedPagesFollowChangesAndVisitors(t *testing.T) {
	c := visitor(t)
	first := c.Get("/colleges")
	again := c.Get("/colleges", "If-None-Match", first.Header.Get("ETag"))
	if again.Status != http.StatusNotModified || again.Body != "" {
		t.Errorf("an unchanged page: status %d, %d bytes", again.Status, len(again.Body))
	}
	if part := c.Get("/colleges", "HX-Request", "true"); strings.Contains(part.Body, "<html") {
		t.Error("htmx gets the whole page")
	}
	if whole := c.Get("/colleges", "HX-Request", "true", "HX-History-Restore-Request", "true"); !strings.Contains(whole.Body, "<html") {
		t.Error("a history restore gets a part")
	}
	if en := c.Get("/en/colleges"); strings.Contains(en.Body, `<html lang="zh-CN">`) {
		t.Error("the languages share a page")
	}
}
