//go:build browser

package apptest

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"liangcheng/app"
)

// axe is axe-core (MPL-2.0, licence beside it), which finds barriers on a page.
//
//go:embed testdata/axe.min.js
var axe string

// chromium is a browser of a test's own.
type chromium struct {
	t   *testing.T
	ctx context.Context
}

// startChromium gives the test a browser, which it shares with the others: their tabs share
// nothing. Without Chromium the test is skipped, unless PORTAL_BROWSER says that there must
// be one.
func startChromium(t *testing.T) chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PORTAL_BROWSER") == "required" {
			t.Fatal("Chromium must be there and is not")
		}
		t.Skip("no Chromium on this machine")
	}
	theBrowser.once.Do(func() { theBrowser.ctx, theBrowser.err = launch(path) })
	if theBrowser.err != nil {
		t.Fatal(theBrowser.err)
	}
	return chromium{t, theBrowser.ctx}
}

// theBrowser is the browser of all tests, once one of them has asked for it.
var theBrowser struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// launch starts Chromium until the tests have ended.
func launch(path string) (context.Context, error) {
	dir, err := os.MkdirTemp("", "portal-chromium-")
	if err != nil {
		return nil, err
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewContext(alloc)
	atEnd = append(atEnd, func() { cancel(); stop(); os.RemoveAll(dir) })
	return ctx, chromedp.Do(ctx)
}

// tab is a page of a browser whose console is watched, on a program. Tabs share no
// cookies: each is somebody else's.
type tab struct {
	t             *testing.T
	ctx           context.Context
	app           *app.App
	width, height int64
	mu            sync.Mutex
	console       []string
}

// The widths and heights of the tabs, in pixels.
const (
	desktop, desktopHeight = 1280, 900
	phone, phoneHeight     = 375, 800
)

// desk opens a tab on a wide screen.
func (c chromium) desk(a *app.App) *tab { return c.tab(a, desktop, desktopHeight) }

func (c chromium) tab(a *app.App, width, height int64) *tab {
	c.t.Helper()
	ctx, cancel := chromedp.NewContext(c.ctx, chromedp.WithNewBrowserContext())
	c.t.Cleanup(cancel)
	b := &tab{t: c.t, ctx: ctx, app: a, width: width, height: height}
	b.do(chromedp.EmulateViewport(width, height))
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.console = append(b.console, string(m.Type)+": "+m.Text)
			b.mu.Unlock()
		}
	}()
	return b
}

// step bounds one action of a journey.
const step = 20 * time.Second

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// attempt evaluates a script; while a page gives way to the next one it fails.
func attempt[T any](b *tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, step)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

func evaluate[T any](b *tab, script string) T {
	b.t.Helper()
	v, err := attempt[T](b, script)
	if err != nil {
		b.t.Fatalf("%.80s: %v", script, err)
	}
	return v
}

func quoted(s string) string {
	body, _ := json.Marshal(s) // a string always marshals
	return string(body)
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate("http://" + b.app.Addr() + path))
}

// until waits for a condition of the page, across changes of the page. It is the one way
// of waiting; the others say what for.
func (b *tab) until(condition string) {
	b.t.Helper()
	for deadline := time.Now().Add(step); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if holds, err := attempt[bool](b, "Boolean("+condition+")"); err == nil && holds {
			return
		}
	}
	text, _ := attempt[string](b, `location.pathname + ": " + document.querySelector("main")?.innerText`)
	b.t.Fatalf("never came true: %s; the page is %.900s", condition, text)
}

// arrives waits until a path has been loaded.
func (b *tab) arrives(path string) {
	b.t.Helper()
	b.until(`location.pathname === ` + quoted(path) + ` && document.readyState === "complete"`)
}

// shows waits until the page says something.
func (b *tab) shows(texts ...string) {
	b.t.Helper()
	for _, text := range texts {
		b.until(`document.querySelector("main")?.textContent.includes(` + quoted(text) + `)`)
	}
}

// text is what the page says now.
func (b *tab) text() string {
	b.t.Helper()
	return evaluate[string](b, `document.querySelector("main").textContent`)
}

// fact is what the page says under a label.
func (b *tab) fact(label string) string {
	b.t.Helper()
	found := `[...document.querySelectorAll("main dt")].find(d => d.textContent === ` + quoted(label) + `)`
	b.until(found)
	return evaluate[string](b, found+`.nextElementSibling.innerText.trim()`)
}

// hides fails where the page says something.
func (b *tab) hides(texts ...string) {
	b.t.Helper()
	for seen, i := b.text(), 0; i < len(texts); i++ {
		if strings.Contains(seen, texts[i]) {
			b.t.Errorf("the page says %q", texts[i])
		}
	}
}

// click clicks the first element a selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.until(`document.querySelector(` + quoted(selector) + `)`)
	b.leave(`document.querySelector(` + quoted(selector) + `).click()`)
}

// press clicks the link or button of the page that says something.
func (b *tab) press(text string) {
	b.t.Helper()
	found := `[...document.querySelectorAll("main a, main button")].find(e => e.textContent.includes(` + quoted(text) + `))`
	b.until(found)
	b.leave(found + `.click()`)
}

// submit sends the form whose address ends so, without the question some ask before.
func (b *tab) submit(action string) {
	b.t.Helper()
	form := `document.querySelector('main form[action$="` + action + `"]')`
	b.until(form)
	b.leave(form + `.submit()`)
}

// leave runs a statement that may leave the page and take its own answer with it; what
// came of it is for until to see.
func (b *tab) leave(statement string) {
	_, _ = attempt[bool](b, `(() => { `+statement+`; return true })()`)
}

// typeInto types a text as a person does: a value and its input event.
func (b *tab) typeInto(selector, text string) {
	b.t.Helper()
	b.until(`document.querySelector(` + quoted(selector) + `)`)
	b.do(chromedp.SendKeys(selector, text))
}

// fill sets fields by their names, and ticks those whose value is "✓".
func (b *tab) fill(fields ...string) {
	b.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		selector := quoted(`main [name="` + fields[i] + `"]`)
		b.until(`document.querySelector(` + selector + `)`)
		set := `f.value = ` + quoted(fields[i+1])
		if fields[i+1] == "✓" {
			set = `f.checked = true`
		}
		evaluate[bool](b, `(() => { const f = document.querySelector(`+selector+`); `+set+`; f.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
	}
}

// enterAs signs in as one of the fictional people, by clicking through their link.
func (b *tab) enterAs(name string) {
	b.t.Helper()
	b.open(demoLink(b.t, b.app, name))
	b.click("main .form button")
	b.arrives("/desk")
}

// enterWith signs in by the session of a client.
func (b *tab) enterWith(c *Client) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: sessionCookie, Value: c.session(), URL: c.base, Path: "/"})
	if err != nil {
		b.t.Fatal(err)
	}
}

// The password of those who register in a browser.
const browserPassword = "三江源头清水长流不息"

// register opens an account, confirms its address by the link in the mail, and signs in.
func (b *tab) register(email, name string) {
	b.t.Helper()
	b.open("/register")
	b.fill("email", email, "person_name", name, "password", browserPassword, "phone", "13812341234", "consent", "✓")
	b.click("main .form button")
	b.arrives("/check-mail")
	b.open(b.mailedLink(email))
	b.click("main .form button")
	b.arrives("/sign-in")
	b.fill("email", email, "password", browserPassword)
	b.click("main .form button")
	b.arrives("/desk")
}

// mailedLink is the one-time link in the latest message to an address.
func (b *tab) mailedLink(email string) string {
	b.t.Helper()
	b.open("/demo/mail")
	b.shows(email)
	return evaluate[string](b, `[...document.querySelectorAll(".thread li")].find(m => m.textContent.includes(`+quoted(email)+`)).textContent.match(/\/links\/[\w-]+/)[0]`)
}

// look examines the page as it stands, wide and as on a phone: no barriers, nothing too
// wide. Colours are the same on both and looked at once. Where PORTAL_PICTURES names a folder, it keeps pictures for people to look at.
func (b *tab) look(name string) {
	b.t.Helper()
	b.until(`document.querySelector("main h1") && document.readyState === "complete"`)
	b.barriers()
	b.picture(name)
	if b.width == phone {
		return
	}
	b.do(chromedp.EmulateViewport(phone, phoneHeight))
	if over := evaluate[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 1 {
		b.t.Errorf("%s: %d pixels too wide for a phone", name, over)
	}
	b.barriersBut("color-contrast")
	b.picture(name + "-phone")
	b.do(chromedp.EmulateViewport(b.width, b.height))
}

// barriers runs axe-core over the page.
func (b *tab) barriers() { b.t.Helper(); b.barriersBut() }

// barriersBut runs axe-core without some of its rules.
func (b *tab) barriersBut(without ...string) {
	b.t.Helper()
	rules := make([]string, len(without))
	for i, rule := range without {
		rules[i] = quoted(rule) + `: {enabled: false}`
	}
	if !evaluate[bool](b, `"axe" in window`) {
		evaluate[bool](b, axe+`; true`)
	}
	found := evaluate[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: {`+strings.Join(rules, ", ")+`}, resultTypes: ["violations"]})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.html.slice(0, 120)).slice(0, 3).join(" | ")).join("\n"))`)
	if found != "" {
		b.t.Errorf("barriers at %s:\n%s", evaluate[string](b, `location.pathname`), found)
	}
}

// fetch is a file as the browser of whoever is signed in gets it.
func (b *tab) fetch(path string) Answer {
	b.t.Helper()
	got := evaluate[struct {
		Status int
		Body   []byte // in base64, as JSON has it
	}](b, `fetch(`+quoted(path)+`).then(answer => answer.blob().then(body => new Promise(done => {
		const file = new FileReader();
		file.onload = () => done({Status: answer.status, Body: file.result.split(",")[1]});
		file.readAsDataURL(body) })))`)
	return Answer{Status: got.Status, Body: string(got.Body)}
}

// picture keeps the whole page as it looks, where PORTAL_PICTURES names a folder.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("PORTAL_PICTURES")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// quiet fails on anything the console said: a policy violation, an error. That htmx gives
// up a question for a later one is none; nor are the statuses of pages that say what is
// wrong.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.console {
		if !harmless.MatchString(m) {
			b.t.Errorf("console: %s", m)
		}
	}
}

var harmless = regexp.MustCompile(`^(debug|info)|status of (403|404|409|422)|htmx:(sendAbort|afterRequest)`)
