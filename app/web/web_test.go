package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"github.com/xuri/excelize/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{portal.Invalid{{Field: "x"}}, http.StatusUnprocessableEntity},
		{badRequest{portal.Invalid{{Field: "x"}}}, http.StatusBadRequest},
		{fmt.Errorf("deep: %w", portal.ErrNotFound), http.StatusNotFound},
		{portal.ErrConflict, http.StatusConflict},
		{portal.ErrForbidden, http.StatusForbidden},
		{fmt.Errorf("deep: %w", portal.ErrUnauthenticated), http.StatusUnauthorized},
		{portal.ErrUnavailable, http.StatusServiceUnavailable},
		{context.DeadlineExceeded, http.StatusServiceUnavailable},
		{fiber.ErrMethodNotAllowed, http.StatusMethodNotAllowed},
		{errors.New("a fault"), http.StatusInternalServerError},
	} {
		if got := status(tt.err); got != tt.want {
			t.Errorf("%v: status %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestLimiterLetsAddressesAskNowAndThen(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	l := newLimiter(60, func() time.Time { return now })
	allowed := 0
	for range 100 {
		if _, ok := l.allow("a"); ok {
			allowed++
		}
	}
	if allowed != 15 {
		t.Errorf("at once %d are let through, want a quarter of a minute's worth", allowed)
	}
	if wait, ok := l.allow("a"); ok || wait <= 0 || wait > time.Second {
		t.Errorf("then wait %v, %v", wait, ok)
	}
	if _, ok := l.allow("b"); !ok {
		t.Error("another address is refused too")
	}
	now = now.Add(time.Second)
	if _, ok := l.allow("a"); !ok {
		t.Error("a second later it is still refused")
	}
	now = now.Add(time.Hour)
	l.allow("c")
	if len(l.addresses) != 1 {
		t.Errorf("%d addresses are remembered after an hour", len(l.addresses))
	}
	if _, ok := newLimiter(0, time.Now).allow("a"); !ok {
		t.Error("no limit refuses")
	}
}

// ctx is a request for an address.
func ctx(t *testing.T, uri string) *fiber.Ctx {
	t.Helper()
	app := fiber.New()
	var raw fasthttp.RequestCtx
	raw.Request.SetRequestURI(uri)
	c := app.AcquireCtx(&raw)
	t.Cleanup(func() { app.ReleaseCtx(c) })
	return c
}

var directoryForTest = service.Directory{Index: "programmes", Facets: []string{"cluster", "level"}, Filters: []string{"code"},
	Sorts: []service.Sort{{Name: "cluster"}, {Name: "seats"}}}

func TestStateRoundTripsThroughTheAddress(t *testing.T) {
	for _, uri := range []string{"/programmes", "/programmes?q=%E6%95%B0%E6%8D%AE", "/programmes?cluster=a&cluster=b&level=%E4%B8%AD%E8%81%8C&sort=seats&size=50&page=3",
		"/programmes?code=510205", "/programmes?q=a%26b%3Dc%2Bd"} {
		st, bad := parse(ctx(t, uri), directoryForTest)
		if len(bad) > 0 {
			t.Errorf("%s: %v", uri, bad)
		}
		if got := st.URL(); got != uri {
			t.Errorf("%s comes back as %s", uri, got)
		}
	}
}

func TestTogglingTwiceChangesNothing(t *testing.T) {
	st, _ := parse(ctx(t, "/programmes?cluster=a&page=4"), directoryForTest)
	if got := st.toggled("cluster", "b").URL(); got != "/programmes?cluster=a&cluster=b" {
		t.Errorf("choosing: %s", got)
	}
	if got := st.toggled("cluster", "a").URL(); got != "/programmes" {
		t.Errorf("taking back: %s", got)
	}
	if st.URL() != "/programmes?cluster=a&page=4" {
		t.Error("a neighbour changes the state itself")
	}
	if got := st.toggled("cluster", "b").cleared().URL(); got != "/programmes" {
		t.Errorf("cleared: %s", got)
	}
}

func TestSpreadsheetsRunNoFormulas(t *testing.T) {
	for _, tt := range []struct{ in, want any }{
		{"=1+1", "'=1+1"}, {"+86", "'+86"}, {"-1", "'-1"}, {"@x", "'@x"}, {"\t=1", "'\t=1"}, {"\r=1", "'\r=1"},
		{"＝1", "'＝1"}, {"＋", "'＋"}, {"－", "'－"}, {"＠", "'＠"}, {"护理", "护理"}, {"", ""}, {-5, -5}, {nil, nil},
	} {
		if got := harmless(tt.in); got != tt.want {
			t.Errorf("harmless(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	head, rows := []string{"名称", "数"}, [][]any{{"=cmd()", 3}, {"护理", nil}}
	var asCSV, asXLSX bytes.Buffer
	if err := writeCSV(&asCSV, head, rows); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(asCSV.String(), "\ufeff"))).ReadAll()
	if err != nil || !strings.HasPrefix(asCSV.String(), "\ufeff") || records[1][0] != "'=cmd()" || records[2][1] != "" {
		t.Errorf("CSV %q (%v)", asCSV.String(), err)
	}
	if err := writeXLSX(&asXLSX, "专业", head, rows); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&asXLSX)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cells, err := f.GetRows("专业")
	if err != nil || cells[1][0] != "'=cmd()" || cells[1][1] != "3" || len(cells[2]) != 1 {
		t.Errorf("XLSX %q (%v)", cells, err)
	}
}

func TestRedirectsStayOnTheSite(t *testing.T) {
	for in, want := range map[string]string{"/programmes?q=x": "/programmes?q=x", "": "/s", "//evil.example": "/s", "https://evil.example": "/s", "/\\evil.example": "/s", "/a\r\nSet-Cookie: x": "/s"} {
		if got := localPath(in, "/s"); got != want {
			t.Errorf("localPath(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLanguageOfPaths(t *testing.T) {
	for path, want := range map[string][2]string{"/": {chinese, "/"}, "/en": {english, "/"}, "/en/colleges": {english, "/colleges"}, "/english": {chinese, "/english"}, "/colleges": {chinese, "/colleges"}} {
		if lang, rest := language(path); lang != want[0] || rest != want[1] {
			t.Errorf("%s is %s %s, want %v", path, lang, rest, want)
		}
	}
}

func TestBrowsersInWords(t *testing.T) {
	for _, tt := range []struct{ name, agent, browser, system string }{
		{"Chrome on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome", "Windows"},
		{"Edge says Chrome too", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge", "Windows"},
		{"Safari", "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari", "macOS"},
		{"an iPhone says Mac OS X too", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari", "iPhone"},
		{"WeChat on Android", "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47", "微信 WeChat", "Android"},
		{"Firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"},
		{"a program", "curl/8.5.0", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, system := browser(tt.agent); name != tt.browser || system != tt.system {
				t.Errorf("got %q on %q", name, system)
			}
		})
	}
}

func TestALongListOfAReportLeadsToTheWhole(t *testing.T) {
	say := func(key string, args ...any) string { return fmt.Sprint(key, args) }
	for _, tt := range []struct {
		name               string
		rows, shown, links int
	}{{"none", 0, 0, 0}, {"as many as fit", longList, longList, 0}, {"one more", longList + 1, longList, 1}} {
		sec := shortened(say, views.Section{Table: &views.Table{Rows: make([]views.Row, tt.rows)}}, "/all")
		if len(sec.Table.Rows) != tt.shown || (sec.More != nil) != (tt.links == 1) || sec.More != nil && sec.More.URL != "/all" {
			t.Errorf("%s: %d rows, more %+v", tt.name, len(sec.Table.Rows), sec.More)
		}
	}
}
