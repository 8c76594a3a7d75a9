package apptest

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"liangcheng/app"
	"liangcheng/app/portal"
)

func savedSearches(t *testing.T, a *app.App) {
	c, visitor := registered(t, a, "search@example.cn"), NewClient(t, a.Addr())
	for path, want := range map[string]bool{"/needs?q=数据": true, "/programmes": true, "/colleges": true, "/enterprises": true, "/partnerships": true, "/resources": true, "/specialisms": false} {
		if got := len(c.Get(path).Text("button", "tool")) == 1; got != want {
			t.Errorf("%s can be followed: %v", path, got)
		}
		if len(visitor.Get(path).Text("button", "tool")) > 0 {
			t.Errorf("a visitor may follow %s", path)
		}
	}
	page := c.Get("/programmes?level=高职专科&q=护理&page=2&sort=seats")
	form := url.Values{}
	for n := range page.elements("form") {
		if hasClass(n, "follow") {
			for in := range n.Descendants() {
				if in.Data == "input" {
					form.Set(attr(in, "name"), attr(in, "value"))
				}
			}
		}
	}
	led(t, c.Submit("/searches", form), "/searches")
	led(t, c.Submit("/searches", form), "/searches") // twice is once
	list := c.Get("/searches")
	if got := list.Text("a", "name"); !slices.Equal(got, []string{"专业 · 护理 · 层次：高职专科"}) {
		t.Fatalf("saved %q", got)
	}
	path := regexp.MustCompile(`/searches/\w+`).FindString(list.Body)
	shown := c.Get(path)
	if got := shown.Header.Get("Location"); !strings.HasPrefix(got, "/programmes?") || total(t, c.Get(got)) != total(t, page) {
		t.Errorf("leads to %s", got)
	}
	contains(t, c.Send(path+"/edit", url.Values{"name": {""}}), "请填写")
	led(t, c.Send(path+"/edit", url.Values{"name": {"护理专业"}}), "/searches")

	address := func() string {
		found := c.Send(path+"/feed", url.Values{}).Text("code", "secret")
		if len(found) != 1 {
			t.Fatalf("address %q", found)
		}
		_, rest, _ := strings.Cut(found[0], "/searches/")
		return "/searches/" + rest
	}
	first := address()
	feed := visitor.Get(first)
	var atom struct {
		Entries []struct{ Title string } `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(feed.Body), &atom); err != nil || feed.Status != http.StatusOK || len(atom.Entries) == 0 {
		t.Errorf("the feed: status %d, %d entries (%v)", feed.Status, len(atom.Entries), err)
	}
	for name, wrong := range map[string]string{"a wrong key": path + "/abc.atom", "no key": path + "/.atom", "another search": "/searches/none/abc.atom"} {
		if got := visitor.Get(wrong).Status; got != http.StatusNotFound {
			t.Errorf("%s: status %d", name, got)
		}
	}
	second := address()
	if old, fresh := visitor.Get(first).Status, visitor.Get(second).Status; old != http.StatusNotFound || fresh != http.StatusOK {
		t.Errorf("after a new address the old answers %d, the new %d", old, fresh)
	}
	stranger := registered(t, a, "reader@example.cn")
	for _, foreign := range []string{path, path + "/edit"} {
		if got := stranger.Get(foreign).Status; got != http.StatusNotFound {
			t.Errorf("another sees %s: status %d", foreign, got)
		}
	}
	for _, act := range []string{"/edit", "/feed", "/delete"} {
		if got := stranger.Send(path+act, url.Values{"name": {"x"}}).Status; got != http.StatusNotFound {
			t.Errorf("another may %s: status %d", act, got)
		}
	}
	led(t, c.Send(path+"/delete", url.Values{}), "/searches")
	if got := visitor.Get(second).Status; got != http.StatusNotFound {
		t.Errorf("the feed outlives its search: status %d", got)
	}
}

func mailLinks(t *testing.T, a *app.App) {
	const email = "mail@example.cn"
	c := registered(t, a, email)
	led(t, c.Send("/account/mail", url.Values{"organisation.verified": {"now"}, "organisation.returned": {"digest"}, "organisation.suspended": {"never"}, "search.new": {"digest"}}), "/account/mail")
	chosen := 0
	for n := range c.Get("/account/mail").elements("input") {
		if attr(n, "type") == "radio" && strings.Contains(strings.Join(attrNames(n), " "), "checked") {
			chosen++
			if attr(n, "name") == "search.new" && attr(n, "value") != "digest" {
				t.Errorf("the wish is lost: %s", attr(n, "value"))
			}
		}
	}
	if chosen != len(portal.NotificationKinds) {
		t.Errorf("%d wishes stand", chosen)
	}
	person := ""
	err := a.Records.Persons.All(t.Context(), nil, func(p *portal.Person) error {
		if p.Email == email {
			person = p.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	note := portal.Notification{Meta: portal.Meta{ID: "n-1"}, Person: person, Kind: "organisation.verified", Args: []string{"某学院"}, Path: "/organisation", At: time.Now().UTC()}
	if err := a.Records.Notifications.Insert(t.Context(), &note); err != nil {
		t.Fatal(err)
	}
	if err := a.Chores.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	mails := strings.Join(c.Get("/demo/mail").Text("main", ""), " ")
	if !strings.Contains(mails, "「某学院」已通过人才办核实") || !strings.Contains(mails, "/account/mail") {
		t.Errorf("the mails: %.900s", mails)
	}
	fresh := NewClient(t, a.Addr())
	led(t, fresh.Get("/notifications/n-1"), "/sign-in?next="+url.QueryEscape("/notifications/n-1"))
	led(t, signIn(fresh, email, accountPassword, "/notifications/n-1"), "/notifications/n-1")
	led(t, fresh.Get("/notifications/n-1"), "/organisation")
}

// attrNames are the names of the attributes of an element.
func attrNames(n *html.Node) []string {
	var out []string
	for _, a := range n.Attr {
		out = append(out, a.Key)
	}
	return out
}
