//go:build browser

package apptest

import (
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

func TestBrowserEveryPageIsWithoutBarriers(t *testing.T) {
	b := startChromium(t).tab(shared, 1440, 1000)
	for _, path := range []string{"/", "/search?q=护理", "/match", "/match?text=护理&headcount=30&mode=order_class", "/match?text=", "/match?text=潜水器水动力试验", "/colleges", "/colleges/4152013818",
		"/programmes?cluster=huaxi_university_city", "/programmes/4152013818-510205", "/specialisms", "/specialisms/510205", "/enterprises", "/enterprises/gy-013",
		"/needs", "/needs/demo-n001", "/partnerships", "/partnerships/gz-01", "/resources", "/resources/demo-r2", "/yearbook", "/yearbook/2025", "/open-data", "/shortlist", "/compare?id=4152013818-510205&id=demo-c1-510205", "/about", "/help", "/privacy", "/accessibility", "/api", "/styleguide", "/nope"} {
		for _, prefix := range []string{"", "/en"} {
			address := prefix + strings.TrimSuffix(path, map[bool]string{true: "/"}[path == "/" && prefix != ""])
			t.Run(address, func(t *testing.T) {
				b.t = t
				b.open(address)
				if prefix == "" {
					b.barriers()
				} else { // of the same colours
					b.barriersBut("color-contrast")
				}
			})
		}
	}
	b.t = t
	b.quiet()
}

func TestBrowserPhoneHasNoSidewaysScrolling(t *testing.T) {
	b := startChromium(t).tab(shared, 375, 800)
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
	b := startChromium(t).tab(shared, 1280, 900)
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
	b := startChromium(t).tab(shared, 1280, 900)
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
			b := startChromium(t).tab(shared, 1280, 900)
			b.open(orSlash(lang.prefix))
			b.typeInto("#f-text", "动力电池电芯产线技术员")
			b.click(".ask .primary")
			b.until(`document.querySelector("#answer")`)
			if h := evaluate[string](b, `document.querySelector("#answer h2").textContent`); !strings.Contains(h, lang.answer) {
				t.Errorf("answer: %s", h)
			}
			if first := evaluate[string](b, `[...document.querySelectorAll(".match h3")].slice(0, 3).map(h => h.textContent).join(" ")`); !strings.Contains(first, "储能材料技术") && !strings.Contains(first, "新能源材料应用技术") {
				t.Errorf("the first programmes are %s", first)
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

// TestBrowserMatchReportIsOnePage prints what an HR lead takes to the boss.
func TestBrowserMatchReportIsOnePage(t *testing.T) {
	b := startChromium(t).tab(shared, 1280, 900)
	asked := "/match/report?" + url.Values{"text": {"会西门子PLC和工业机器人的设备维护，订单班优先"}, "level": {"高职"}, "headcount": {"80"}, "industry": {"C36"}, "mode": {"order_class"}}.Encode()
	for _, lang := range []string{"", "/en"} {
		b.open(lang + asked)
		b.look("match-report" + strings.ReplaceAll(lang, "/", "-"))
		paper, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		if err != nil {
			t.Fatal(err)
		}
		if sheets := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(paper.Data, -1)); sheets != 1 {
			t.Errorf("%s is printed on %d pages", lang+asked, sheets)
		}
	}
	b.quiet()
}

func TestBrowserWithoutJavaScript(t *testing.T) {
	b := startChromium(t).tab(shared, 1280, 900)
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
	if os.Getenv("PORTAL_PICTURES") == "" {
		t.Skip("PORTAL_PICTURES names no folder")
	}
	for name, width := range map[string]int64{"desktop": 1440, "tablet": 768, "phone": 375} {
		b := startChromium(t).tab(shared, width, 900)
		for page, path := range map[string]string{"home": "/", "programmes": "/programmes?q=数据", "college": "/colleges/4152013818", "programme": "/programmes/demo-c2-430504",
			"match": "/match?text=动力电池电芯产线技术员&industry=C38&level=高职&headcount=30&district=清镇市&mode=order_class", "gap": "/match?text=潜水器水动力试验",
			"needs-en": "/en/needs", "need": "/needs/demo-n001", "specialism": "/specialisms/080504T", "error": "/nope", "form": "/match?text=&headcount=x"} {
			b.open(path)
			b.picture(page + "-" + name)
		}
	}
}
