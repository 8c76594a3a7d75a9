// Package apptest boots the whole program in a temporary folder for tests, and asks it
// what a browser or an API client would.
package apptest

import (
	"context"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"liangcheng/app"
	"liangcheng/app/config"
	"liangcheng/app/secret"
)

// Config is the configuration tests start from: demo mode, a free port, the folder given.
func Config(t testing.TB, dir string, args ...string) config.Config {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	c, _, err := config.Parse(append([]string{"--addr", "127.0.0.1:0", "--data", dir, "--rate-per-minute", "0"}, args...), none, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// template is a folder with the seeds, of which each program has a copy: loading them
// takes seconds. Without one the program loads them itself.
var template string

// Start boots the program and stops it when the test ends. A test with a program of its own
// runs beside others of that kind.
func Start(t testing.TB, args ...string) *app.App {
	t.Helper()
	if t, ok := t.(*testing.T); ok {
		if _, again := parallel.LoadOrStore(t, true); !again {
			t.Parallel()
		}
	}
	return started(t, nil, args)
}

// parallel are the tests that run beside others already.
var parallel sync.Map

// Clock is a time that goes on by itself, and ahead when a test says so.
type Clock struct{ ahead atomic.Int64 }

// Now is the time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Reach goes ahead to a time.
func (c *Clock) Reach(t time.Time) { c.ahead.Add(int64(t.Sub(c.Now()))) }

// StartBy boots the program by a clock, and stops it when the test ends.
func StartBy(t testing.TB, c *Clock, args ...string) *app.App {
	t.Helper()
	return started(t, []app.Option{app.WithClock(c.Now)}, args)
}

func started(t testing.TB, options []app.Option, args []string) *app.App {
	t.Helper()
	dir := t.TempDir()
	if template != "" {
		if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Boot(Config(t, dir, args...), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// Boot starts the program, for callers that stop it themselves.
func Boot(c config.Config, options ...app.Option) (*app.App, error) {
	a, err := app.Open(context.Background(), c, slog.New(slog.DiscardHandler), options...)
	if err != nil {
		return nil, err
	}
	if err := a.Listen(context.Background()); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// Client is a visitor with cookies who does not follow redirects by itself.
type Client struct {
	t    testing.TB
	base string
	http *http.Client
}

// NewClient visits the program at an address.
func NewClient(t testing.TB, addr string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{t: t, base: "http://" + addr, http: &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	t      testing.TB
}

// Get asks for a path.
func (c *Client) Get(path string, headers ...string) Answer {
	return c.do(http.MethodGet, path, "", headers...)
}

// Submit posts a form.
func (c *Client) Submit(path string, form url.Values, headers ...string) Answer {
	return c.do(http.MethodPost, path, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// Send posts a form with the token of the client's session.
func (c *Client) Send(path string, form url.Values, headers ...string) Answer {
	c.t.Helper()
	with := maps.Clone(form)
	if with == nil {
		with = url.Values{}
	}
	with.Set("_token", c.formToken())
	return c.Submit(path, with, headers...)
}

// sessionCookie is the name of the session cookie over plain http.
const sessionCookie = "session"

// session is the token of the client's session; empty: not signed in.
func (c *Client) session() string {
	at, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, cookie := range c.http.Jar.Cookies(at) {
		if cookie.Name == sessionCookie {
			return cookie.Value
		}
	}
	return ""
}

// formToken is what the forms of the client's session carry.
func (c *Client) formToken() string { return secret.FormToken(c.session()) }

// Post posts a JSON body.
func (c *Client) Post(path, body string, headers ...string) Answer {
	return c.do(http.MethodPost, path, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

func (c *Client) do(method, path, body string, headers ...string) Answer {
	c.t.Helper()
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return Answer{Status: res.StatusCode, Header: res.Header, Body: string(all), t: c.t}
}

// Text returns the texts of all elements with that tag and, where class is not empty,
// that class, as a reader sees them.
func (a Answer) Text(tag, class string) []string {
	a.t.Helper()
	var out []string
	for n := range a.elements(tag) {
		if hasClass(n, class) {
			out = append(out, strings.Join(strings.Fields(textOf(n)), " "))
		}
	}
	return out
}

// Links returns the addresses of all links.
func (a Answer) Links() []string {
	a.t.Helper()
	var out []string
	for n := range a.elements("a") {
		out = append(out, attr(n, "href"))
	}
	return out
}

// elements walks the elements of the page with that tag.
func (a Answer) elements(tag string) iter.Seq[*html.Node] {
	a.t.Helper()
	doc, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		a.t.Fatal(err)
	}
	return func(yield func(*html.Node) bool) {
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && n.Data == tag && !yield(n) {
				return
			}
		}
	}
}

func hasClass(n *html.Node, class string) bool {
	if class == "" {
		return true
	}
	for have := range strings.FieldsSeq(attr(n, "class")) {
		if have == class {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
