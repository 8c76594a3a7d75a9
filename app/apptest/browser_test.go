//go:build browser

package apptest

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is axe-core (MPL-2.0, licence beside it), which finds barriers on a page.
//
//go:embed testdata/axe.min.js
var axe string

// tab is a page of a real browser whose console is watched.
type tab struct {
	t       *testing.T
	ctx     context.Context
	mu      sync.Mutex
	console []string
}

// newTab opens a browser. Without Chromium the test is skipped, unless PORTAL_BROWSER
// says that there must be one.
func newTab(t *testing.T, width, height int64) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("PORTAL_BROWSER") == "required" {
			t.Fatal("Chromium must be there and is not")
		}
		t.Skip("no Chromium on this machine")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless,
		chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx}
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
	for _, s := range steps {
		ctx := b.ctx
		if _, err := chromedp.Run(ctx, s); err != nil {
			b.t.Fatal(err)
		}
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

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate("http://" + shared.Addr() + path))
}

// until waits for a condition of the page, across changes of the page.
func (b *tab) until(condition string) {
	b.t.Helper()
	for deadline := time.Now().Add(step); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if holds, err := attempt[bool](b, "Boolean("+condition+")"); err == nil && holds {
			return
		}
	}
	b.t.Fatalf("never came true: %s", condition)
}

// click clicks the first element a selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.until(`document.querySelector(` + quoted(selector) + `)`)
	b.leave(`document.querySelector(` + quoted(selector) + `).click()`)
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

func quoted(s string) string {
	body, _ := json.Marshal(s) // a string always marshals
	return string(body)
}

// quiet fails on anything the console said: a policy violation, an error. That htmx gives
// up a question for a later one is none.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.console {
		if !strings.HasPrefix(m, "debug") && !strings.HasPrefix(m, "info") && !strings.Contains(m, "status of 422") && !strings.Contains(m, "status of 404") &&
			!strings.Contains(m, "htmx:sendAbort") && !strings.Contains(m, "htmx:afterRequest") {
			b.t.Errorf("console: %s", m)
		}
	}
}

func TestBrowserEveryPageIsWithoutBarriers(t *testing.T) {
	b := newTab(t, 1440, 1000)
	for _, path := range []string{"/", "/search?q=护理", "/match", "/match?text=护理&headcount=30&mode=order_class", "/match?text=", "/match?text=潜水器水动力试验", "/colleges", "/colleges/4152013818",
		"/programmes?cluster=huaxi_university_city", "/programmes/4152013818-510205", "/specialisms", "/specialisms/510205", "/enterprises", "/enterprises/gy-013",
		"/needs", "/needs/demo-n001", "/partnerships", "/partnerships/gz-01", "/resources", "/resources/demo-r2", "/shortlist", "/compare?id=4152013818-510205&id=demo-c1-510205", "/about", "/help", "/privacy", "/accessibility", "/api", "/styleguide", "/nope"} {
		for _, prefix := range []string{"", "/en"} {
			address := prefix + strings.TrimSuffix(path, map[bool]string{true: "/"}[path == "/" && prefix != ""])
			t.Run(address, func(t *testing.T) {
				b.t = t
				b.open(address)
				b.barriers()
			})
		}
	}
	b.t = t
	b.quiet()
}

// barriers runs axe-core over the page.
func (b *tab) barriers() {
	b.t.Helper()
	evaluate[bool](b, axe+`; true`)
	found := evaluate[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + n.html.slice(0, 120)).slice(0, 3).join(" | ")).join("\n"))`)
	if found != "" {
		b.t.Errorf("barriers:\n%s", found)
	}
}

func TestBrowserPhoneHasNoSidewaysScrolling(t *testing.T) {
	b := newTab(t, 375, 800)
	for _, path := range []string{"/", "/programmes", "/colleges/4152013818", "/programmes/demo-c2-430504", "/match?text=护理", "/en/needs", "/compare?id=4152013818-510205&id=demo-c1-510205", "/en/match"} {
		b.open(path)
		if over := evaluate[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 1 {
			t.Errorf("%s is %d pixels too wide", path, over)
		}
		if small := evaluate[string](b, `[...document.querySelectorAll("main a, main button, main input")].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && r.height < 16 }).map(e => e.outerHTML.slice(0, 80)).slice(0, 3).join(" ")`); small != "" {
			t.Errorf("%s: too small to hit: %s", path, small)
		}
		b.barriers()
	}
	b.quiet()
}

func TestBrowserSuggestionsAsYouType(t *testing.T) {
	b := newTab(t, 1280, 900)
	b.open("/")
	b.typeInto("#q", "dashuju")
	b.until(`document.querySelector("#suggestions [role=option]")`)
	if text := evaluate[string](b, `document.querySelector("#suggestions").textContent`); !strings.Contains(text, "大数据技术") {
		t.Errorf("suggestions: %.200s", text)
	}
	evaluate[bool](b, `(document.querySelector("#q").dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true})), true)`)
	b.until(`document.querySelector("#suggestions [aria-selected=true]") && document.querySelector("#q").getAttribute("aria-activedescendant")`)
	b.leave(`document.querySelector("#q").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}))`)
	b.until(`location.pathname.startsWith("/specialisms/")`)

	// While an input method composes, no letter is looked up.
	b.open("/")
	asked := evaluate[int](b, `(async () => {
		let asked = 0; const real = window.fetch; window.fetch = (...a) => { asked++; return real(...a) };
		const q = document.querySelector("#q");
		q.dispatchEvent(new CompositionEvent("compositionstart"));
		for (const c of "dashuju") { q.value += c; q.dispatchEvent(new Event("input")); await new Promise(r => setTimeout(r, 200)) }
		q.value = "大数据"; q.dispatchEvent(new CompositionEvent("compositionend"));
		await new Promise(r => setTimeout(r, 600));
		return asked })()`)
	if asked != 1 {
		t.Errorf("composing seven letters asked %d times, want once", asked)
	}
	b.quiet()
}

func TestBrowserFacetsShortlistCompare(t *testing.T) {
	b := newTab(t, 1280, 900)
	b.open("/programmes?q=" + url.QueryEscape("大数据"))
	before := evaluate[string](b, `document.querySelector(".total").textContent`)
	b.click(`input[name=cluster][value=qingzhen_vocational_city]`)
	b.until(`location.search.includes("cluster=qingzhen") && document.querySelector(".chosen")`)
	if after := evaluate[string](b, `document.querySelector(".total").textContent`); after == before {
		t.Errorf("narrowing leaves the total at %s", after)
	}
	b.click("button[name=add]")
	b.until(`document.querySelector("#shortlist-count").textContent === "1"`)
	b.click("button[name=add]")
	b.until(`document.querySelector("#shortlist-count").textContent === "2"`)
	// The whole page comes again, not the fragment; a browser under load may drop a step
	// back that falls into a running exchange, so it is taken again.
	b.until(`!location.search.includes("cluster=") ? document.querySelector("h1") : void (window.backAt > performance.now() - 3000 || (window.backAt = performance.now(), history.back()))`)
	b.open("/shortlist")
	b.click(".pick .primary")
	b.until(`location.pathname === "/compare" && document.querySelectorAll("table.compare thead th").length === 2`)
	b.quiet()
}

func TestBrowserMatchJourney(t *testing.T) {
	for _, lang := range []struct{ prefix, answer string }{{"", "适配专业"}, {"/en", "fitting specialisms"}} {
		t.Run("language "+lang.prefix, func(t *testing.T) {
			b := newTab(t, 1280, 900)
			b.open(orSlash(lang.prefix))
			b.typeInto("#f-text", "动力电池电芯产线技术员")
			b.click(".ask .primary")
			b.until(`document.querySelector("#answer")`)
			if h := evaluate[string](b, `document.querySelector("#answer h2").textContent`); !strings.Contains(h, lang.answer) {
				t.Errorf("answer: %s", h)
			}
			if first := evaluate[string](b, `document.querySelector(".match h3").textContent`); first != "储能材料技术" && first != "新能源材料应用技术" {
				t.Errorf("first programme is %s", first)
			}
			b.typeInto("#f-headcount", "many")
			b.click(".need > .primary")
			b.until(`document.querySelector(".errors") && document.activeElement.classList.contains("errors")`)
			if kept := evaluate[string](b, `document.querySelector("#f-headcount").value`); kept != "many" {
				t.Errorf("the headcount typed is lost: %q", kept)
			}
			b.quiet()
		})
	}
}

func orSlash(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func TestBrowserWithoutJavaScript(t *testing.T) {
	b := newTab(t, 1280, 900)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open("/")
	b.typeInto("#f-text", "智慧康养护理员")
	b.click(".ask .primary")
	// The form of the button is at the end of the page.
	b.until(`location.pathname === "/match" && document.querySelector(".match") && document.readyState === "complete"`)
	b.click(".match button[name=add]")
	b.until(`document.querySelector(".flash")`)
	b.open("/programmes")
	b.click(`input[name=level]`)
	b.click(".apply")
	b.until(`location.search.includes("level=") && document.querySelector(".chosen")`)
	b.typeInto("#q", "dsj\n")
	b.until(`location.pathname === "/search" && document.querySelector(".found")`)
	b.quiet()
}

// TestBrowserPictures keeps pictures of the main pages where PORTAL_PICTURES names a
// folder, for people to look at.
func TestBrowserPictures(t *testing.T) {
	dir := os.Getenv("PORTAL_PICTURES")
	if dir == "" {
		t.Skip("PORTAL_PICTURES names no folder")
	}
	for name, width := range map[string]int64{"desktop": 1440, "tablet": 768, "phone": 375} {
		b := newTab(t, width, 900)
		for page, path := range map[string]string{"home": "/", "programmes": "/programmes?q=数据", "college": "/colleges/4152013818", "programme": "/programmes/demo-c2-430504",
			"match": "/match?text=动力电池电芯产线技术员&industry=C38&level=高职&headcount=30&district=清镇市&mode=order_class", "gap": "/match?text=潜水器水动力试验",
			"needs-en": "/en/needs", "need": "/needs/demo-n001", "specialism": "/specialisms/080504T", "error": "/nope", "form": "/match?text=&headcount=x"} {
			b.open(path)
			picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, page+"-"+name+".png"), picture, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
