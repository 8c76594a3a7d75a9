package apptest

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// noticed reports whether a page says that the search server does not answer.
func noticed(a Answer) bool {
	return slices.ContainsFunc(a.Text("p", "notice"), func(s string) bool { return strings.Contains(s, "搜索服务暂未应答") })
}

// plainPages are served without the search server, each with what it must still show.
var plainPages = []struct{ path, shows string }{
	{"/", "演示·"},
	{"/colleges", "职业技术学院"},
	{"/colleges?cluster=huaxi_university_city", "大学"},
	{"/colleges?page=2", "下一页"},
	{"/programmes?level=高职专科", "高职专科"},
	{"/programmes?q=护理", "护理"},
	{"/specialisms?level=普通本科", "普通本科"},
	{"/enterprises", "公司"},
	{"/needs", "演示"},
	{"/partnerships", "产业学院"},
	{"/resources?kind=lab", "演示·储能电池"},
	{"/search?q=护理", "护理"},
	{"/search/suggest?q=护理", "护理"},
	{"/match?text=动力电池电芯产线技术员", "储能材料技术"},
	{"/specialisms/520201", "护理"},
	{"/needs.atom", "<feed"},
}

// checkPlain asks a portal whose search server does not answer for everything.
func checkPlain(t *testing.T, c *Client) {
	t.Helper()
	for _, p := range plainPages {
		a := c.Get(p.path)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, p.shows) {
			t.Errorf("%s: status %d, shows %q: %v", p.path, a.Status, p.shows, strings.Contains(a.Body, p.shows))
		}
		if !strings.Contains(p.path, "suggest") && !strings.Contains(p.path, ".atom") && !noticed(a) {
			t.Errorf("%s does not say that the search server is away", p.path)
		}
	}
	var list struct {
		Total    int
		Degraded bool
	}
	if err := json.Unmarshal([]byte(c.Get("/api/v1/programmes?level=高职专科").Body), &list); err != nil || list.Total < 500 || !list.Degraded {
		t.Errorf("the API answers %+v, %v", list, err)
	}
	if a := c.Get("/programmes?mode=order_class"); a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("a facet only the index knows: status %d", a.Status)
	}
	if a := c.Get("/readyz"); a.Status != http.StatusOK {
		t.Errorf("readyz: %d: a portal without its search server still serves", a.Status)
	}
}

func TestMeilisearchIsNotThere(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	a := Start(t, onMeili(&url.URL{Scheme: "http", Host: ln.Addr().String()}, "key", newInstallation())...)
	checkPlain(t, NewClient(t, a.Addr()))
}

func TestMeilisearchAnswers503(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(s.Close)
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	a := Start(t, onMeili(at, "key", newInstallation())...)
	checkPlain(t, NewClient(t, a.Addr()))
	for _, name := range []string{"企业人事", "校企", "审核"} {
		c := SignedIn(t, a, Who{Demo: name})
		for _, path := range []string{"/desk", "/desk/partnerships?stage=running", "/desk/outcomes", "/desk/intentions", "/desk/bookings"} {
			if got := c.Get(path); got.Status != http.StatusOK {
				t.Errorf("%s at %s: status %d", name, path, got.Status)
			}
		}
		says(t, c.Get("/desk/partnerships?stage=running"), "运行", "演示·筑能电池产业学院")
	}
}

func TestMeilisearchRefusesTheKey(t *testing.T) {
	at, _ := meiliServer(t)
	_, err := Boot(Config(t, t.TempDir(), onMeili(at, "a wrong key of more than 16 bytes", newInstallation())...))
	if err == nil || !strings.Contains(err.Error(), "key is refused") {
		t.Errorf("started with %v", err)
	}
}

// TestMeilisearchOutage takes a real server away in several ways and brings it back.
func TestMeilisearchOutage(t *testing.T) {
	at, key := meiliServer(t)
	behind, f := through(t, at)
	installation := newInstallation()
	a := Start(t, onMeili(behind, key, installation)...)
	t.Cleanup(func() { dropIndexes(t, at, key, installation) })
	c := NewClient(t, a.Addr())
	answered := func() bool {
		found := c.Get("/programmes?q=dsj")
		return found.Status == http.StatusOK && !noticed(found) && strings.Contains(found.Body, "大数据技术")
	}
	eventually(t, "the index is filled", answered)
	for _, m := range []struct {
		name string
		mood mood
	}{{"connections are refused", refusing}, {"nothing is answered", hanging}} {
		f.set(m.mood)
		eventually(t, m.name+": pages say so", func() bool { return noticed(c.Get("/programmes?q=dsj")) })
		checkPlain(t, c)
		f.set(passing)
		eventually(t, m.name+": the search is back without a restart", answered)
	}
	dropIndexes(t, at, key, installation)
	eventually(t, "a lost index is noticed", func() bool { return noticed(c.Get("/programmes?q=dsj")) })
	eventually(t, "a lost index is filled again", answered)
}

// dropIndexes deletes the indexes of an installation behind the portal's back.
func dropIndexes(t *testing.T, at *url.URL, key, installation string) {
	t.Helper()
	res := meiliCall(t, http.MethodGet, at, key, "/indexes?limit=1000")
	defer res.Body.Close()
	var all struct{ Results []struct{ UID string } }
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, ix := range all.Results {
		if strings.HasPrefix(ix.UID, installation+"_") {
			res := meiliCall(t, http.MethodDelete, at, key, "/indexes/"+ix.UID)
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				t.Error(err)
			}
			res.Body.Close()
		}
	}
}

// TestMongoOutage takes the database away and brings it back.
func TestMongoOutage(t *testing.T) {
	behind, f := through(t, mongoServer(t))
	a := Start(t, "--mode", "demo", "--mongo-uri", behind.String())
	c, member := NewClient(t, a.Addr()), SignedIn(t, a, Who{Demo: "企业人事"})
	if found := c.Get("/en/specialisms/520201"); found.Status != http.StatusOK {
		t.Fatalf("before the outage: %d", found.Status)
	}
	for _, m := range []struct {
		name string
		mood mood
	}{{"connections are refused", refusing}, {"nothing is answered", hanging}} {
		kept := "/en/specialisms/520202?" + url.Values{"kept": {m.name}}.Encode()
		if found := c.Get(kept); found.Status != http.StatusOK { // into the cache of pages
			t.Fatalf("before the outage: %d", found.Status)
		}
		f.set(m.mood)
		down := c.Get("/en/specialisms/520201?" + url.Values{"again": {m.name}}.Encode()) // not from the cache of pages
		if down.Status != http.StatusServiceUnavailable || len(down.Text("h1", "")) == 0 || down.Header.Get("Retry-After") == "" ||
			strings.Contains(down.Body, "mongo") || strings.Contains(down.Body, f.addr()) {
			t.Errorf("%s: a page: status %d, %.300s", m.name, down.Status, down.Body)
		}
		checkMember(t, m.name, member, kept)
		write := portal.Need{Meta: portal.Meta{ID: "never"}}
		if err := a.Records.Needs.Insert(t.Context(), &write); !errors.Is(err, store.ErrDown) {
			t.Errorf("%s: writing ends with %v", m.name, err)
		}
		if _, err := a.Records.Needs.Get(t.Context(), "any"); !errors.Is(err, store.ErrDown) {
			t.Errorf("%s: reading ends with %v", m.name, err)
		}
		if ready := c.Get("/readyz"); ready.Status != http.StatusServiceUnavailable {
			t.Errorf("%s: readyz: %d", m.name, ready.Status)
		}
		if live := c.Get("/livez"); live.Status != http.StatusOK {
			t.Errorf("%s: livez: %d", m.name, live.Status)
		}
		if fits := c.Get("/match?text=智慧康养护理员"); fits.Status != http.StatusOK || !strings.Contains(fits.Body, "智慧健康养老服务与管理") {
			t.Errorf("%s: the match, which needs no records: %d", m.name, fits.Status)
		}
		f.set(passing)
		eventually(t, m.name+": somebody who is signed in still is", func() bool { return member.Get("/desk").Status == http.StatusOK })
		eventually(t, m.name+": ready again without a restart", func() bool { return c.Get("/readyz").Status == http.StatusOK })
		eventually(t, m.name+": pages again", func() bool {
			return c.Get("/en/specialisms/520201?"+url.Values{"back": {m.name}}.Encode()).Status == http.StatusOK
		})
	}
}

// checkMember asks as somebody who is signed in while the store does not answer: the pages
// visitors still get are theirs too, with a notice; those of members are not there.
func checkMember(t *testing.T, outage string, member *Client, kept string) {
	t.Helper()
	for _, p := range []struct{ path, shows string }{{kept, "520202"}, {"/match?text=智慧康养护理员", "智慧健康养老服务与管理"}, {"/help", "合作意向"}} {
		a := member.Get(p.path)
		told := slices.ContainsFunc(a.Text("p", "notice"), func(s string) bool {
			return strings.Contains(s, "暂时无法读取你的账号") || strings.Contains(s, "Your account cannot be read")
		})
		if a.Status != http.StatusOK || !strings.Contains(a.Body, p.shows) || !told {
			t.Errorf("%s: %s: status %d, shows %q: %v, says that the account is away: %v", outage, p.path, a.Status, p.shows, strings.Contains(a.Body, p.shows), told)
		}
		if who := a.Text("span", "who"); len(who) > 0 {
			t.Errorf("%s: %s names %q", outage, p.path, who)
		}
	}
	for _, path := range []string{"/desk", "/en/desk/needs"} {
		if a := member.Get(path); a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || a.Header.Get("Location") != "" {
			t.Errorf("%s: %s: status %d", outage, path, a.Status)
		}
	}
	if a := member.Send("/shortlist", url.Values{"clear": {"1"}}); a.Status != http.StatusServiceUnavailable {
		t.Errorf("%s: what would change the account: status %d", outage, a.Status)
	}
}
