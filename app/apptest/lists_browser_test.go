//go:build browser

package apptest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// printed is the width of a sheet of A4 within its margins, in pixels.
const printed = 688

// TestBrowserListsAndARound follows a late milestone from the list it came to until a second
// person has closed it, looks at a round, and prints it.
func TestBrowserListsAndARound(t *testing.T) {
	a := Start(t)
	at := itemOf(t, a, "demo-p01", "")
	eventually(t, "everything was looked at", func() bool {
		return strings.Contains(SignedIn(t, a, people["analyst"]).Get("/desk/lists").Body, "最近一次核对")
	})
	chrome := startChromium(t)
	office, college, second := chrome.desk(a), chrome.desk(a), chrome.desk(a)
	office.enterWith(SignedIn(t, a, people["reviewer"]))
	office.open("/desk/lists")
	office.shows("节点逾期", "督办")
	office.look("lists")
	office.open("/desk/lists?state=closed&list=problem")
	office.look("lists-closed")
	office.open("/desk/lists/new")
	office.look("list-new")
	office.open(at)
	office.look("list-item")

	college.enterWith(SignedIn(t, a, people["c.owner"]))
	college.open("/desk/partnerships/demo-p01#lists")
	college.look("list-partnership")
	college.open(at)
	college.look("list-item-party")
	college.click("#handle button")
	college.shows("请填写「办理情况」")
	college.look("list-item-refused")
	college.fill("done", "双方已于本月完成首年评估")
	college.click("#handle button")
	college.shows("已办待销号", "双方已于本月完成首年评估")
	if !evaluate[bool](college, `!document.querySelector('main form[action$="/close"]')`) {
		t.Error("a party is offered to close what it has handled")
	}
	second.enterWith(SignedIn(t, a, people["administrator"]))
	second.open("/desk")
	second.click(`main a[href*="/desk/lists?"][href*="state=handled"]`)
	second.shows("节点逾期：首年总结与双方评估")
	second.press("节点逾期：首年总结与双方评估")
	second.arrives(at)
	second.look("list-item-to-close")
	second.submit("/close")
	second.shows("已销号")
	office.open("/desk/lists?state=closed&list=problem")
	office.shows("节点逾期：首年总结与双方评估")
	college.open("/desk/partnerships/demo-p01")
	college.shows("已销号")

	office.open("/desk/rounds")
	office.fill("title", "十二月调度")
	office.click("#open button")
	office.shows("十二月调度", "上次以来的变化")
	office.look("round")
	if _, err := chromedp.Call(office.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	office.until(`[...document.querySelectorAll(".tabs, .form, .page-do, .flash")].every(e => !e.checkVisibility()) && document.querySelector("#sums table").checkVisibility()`)
	office.do(chromedp.EmulateViewport(printed, desktopHeight))
	office.picture("round-print")
	paper, err := chromedp.Call(office.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("PORTAL_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "round.pdf"), paper.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	office.open("/en/desk/rounds/demo-round-1")
	office.look("round-en")
	for _, b := range []*tab{office, college, second} {
		b.quiet()
	}
}
