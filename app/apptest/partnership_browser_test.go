//go:build browser

package apptest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"liangcheng/app/portal"
)

// TestBrowserPartnershipFromItsIntentionToAFigure goes from an accepted intention to a signed
// industry college with milestones, and on to an outcome that is entered, disputed,
// corrected, confirmed and verified, and seen on the office's page of the region.
func TestBrowserPartnershipFromItsIntentionToAFigure(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	college, hr, clerk := chrome.desk(a), chrome.desk(a), chrome.desk(a)
	college.enterAs("校企合作处")
	hr.enterAs("企业人事")
	clerk.enterWith(SignedIn(t, a, people["reviewer"]))
	at := "/desk/partnerships/" + accepted(t, a.Services.Intentions, portal.IndustryCollege)
	file := filepath.Join(t.TempDir(), "协议.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4 只是样子"), 0o600); err != nil {
		t.Fatal(err)
	}

	today := time.Now().In(portal.Shanghai)
	day := func(years, days int) string { return today.AddDate(years, 0, days).Format(time.DateOnly) }
	college.open(at + "/agreement")
	college.look("partnership-agreement-form")
	college.fill("number", "校企 2026-9", "signed_on", day(-2, 0), "from", day(-2, 0), "until", day(1, 0), "amount", "三百万")
	college.leave(`document.querySelectorAll('main [name="clauses"]').forEach(c => c.checked = true)`)
	college.click("#draw button")
	college.shows("「三百万」不是金额")
	college.until(`document.querySelector('[name="number"]').value === "校企 2026-9"`) // what was typed is still there
	college.look("partnership-agreement-refused")
	college.fill("amount", "300")
	college.click("#draw button")
	college.shows("300 万元")
	college.open(at + "/agreement")
	college.upload(`input[type="file"][name="agreement_file"]`, file)
	college.leave(`document.querySelector('input[type="file"]').closest("form").querySelector("button").click()`)
	college.shows("协议.pdf")
	college.open(at)
	college.submit("/confirm")
	college.shows("等待另一方确认")
	hr.open(at)
	hr.look("partnership-to-confirm")
	hr.submit("/confirm")
	hr.shows("合作项目已签约", "节点")
	hr.submit("/start")
	hr.shows("运行")
	hr.look("partnership-running")

	// A milestone is reached with what shows it.
	college.open(at + "/milestones/t1")
	college.fill("done", day(0, -1))
	college.upload(`input[type="file"][name="evidence"]`, file)
	college.look("partnership-milestone")
	college.submit("/reach")
	college.arrives(at)
	college.shows("已完成")

	// An outcome from its claim to the region.
	year := today.AddDate(-1, 0, 0).Format("2006")
	hr.open(at + "/outcomes/new?indicator=hired_by_partner&period=" + year)
	hr.fill("value", "33", "counted", day(0, -1))
	hr.upload(`input[type="file"][name="evidence"]`, file)
	hr.look("outcome-form")
	hr.click("main .form button.primary")
	hr.shows("待确认", "33")
	outcome := evaluate[string](hr, `location.pathname`)
	college.open(outcome)
	college.fill("reason", "其中两人已离职")
	college.submit("/dispute")
	college.shows("有异议")
	hr.open(outcome + "/correct")
	hr.fill("value", "31")
	hr.click("main .form button.primary")
	hr.shows("第 2 版")
	college.open(outcome)
	college.submit("/confirm")
	college.shows("待核实")
	college.look("outcome-confirmed")
	clerk.open("/desk")
	clerk.shows("待核实的成效")
	clerk.look("office-attention")
	clerk.open(outcome)
	clerk.submit("/verify")
	clerk.shows("已核实")
	clerk.open("/desk/region?period=" + year + "&type=industry_college")
	clerk.shows("合作企业接收就业学生数")
	clerk.look("office-region")
	clerk.leave(`[...document.querySelectorAll("#outcomes tr")].find(r => r.textContent.includes("合作企业接收就业学生数")).querySelector("td a").click()`)
	clerk.arrives("/desk/region/outcomes")
	clerk.shows("31")
	// The ledger as the office takes it away has the same figure.
	clerk.open("/desk/reports/ledger?type=industry_college")
	clerk.until(`document.querySelector('main a[href$="ledger.xlsx?type=industry_college"]')`)
	clerk.look("office-ledger")
	ledger := workbookCells(t, clerk.fetch("/desk/reports/ledger.xlsx?type=industry_college"), "成效")
	if !slices.ContainsFunc(ledger, func(row []string) bool {
		return "/desk/partnerships/"+row[0] == at && row[2] == "hired_by_partner" && row[5] == "已核实" && row[6] == "31"
	}) {
		t.Errorf("the ledger has no verified 31 of %s:\n%v", at, ledger)
	}
	for _, page := range []string{"/desk/supply", "/desk/gaps", "/desk/chains", "/desk/targets", "/desk/answers", "/desk/advice"} {
		clerk.open(page)
		clerk.until(`document.querySelector("main h1")`)
		clerk.look("office-" + filepath.Base(page))
	}
	for _, b := range []*tab{college, hr, clerk} {
		b.quiet()
	}
}
