//go:build browser

package apptest

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// downloads sets the folder the tab saves files in.
func (b *tab) downloads() (dir string) {
	b.t.Helper()
	dir = b.t.TempDir()
	_, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID, DownloadPath: dir})
	if err != nil {
		b.t.Fatal(err)
	}
	return dir
}

// downloaded is the file saved in a folder, once it is whole.
func downloaded(t *testing.T, dir string) (path string) {
	t.Helper()
	eventually(t, "a file is saved", func() bool {
		names, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
		if err == nil && len(names) == 1 {
			path = names[0]
		}
		return path != ""
	})
	return path
}

// upload puts a file into a field of the page.
func (b *tab) upload(selector, path string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(selector, []string{path}))
}

// fillRow writes cells beneath the headings of a workbook's sheet, in the first free line
// or another, and saves it.
func fillRow(t *testing.T, path, sheet string, line int, cells map[string]any) int {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if line == 0 {
		line = len(rows) + 1
	}
	for heading, value := range cells {
		i := slices.IndexFunc(rows[0], func(h string) bool { return strings.HasPrefix(h, heading) })
		at, err := excelize.CoordinatesToCellName(i+1, line)
		if err == nil {
			err = f.SetCellValue(sheet, at, value)
		}
		if err != nil {
			t.Fatalf("%s: %v", heading, err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	return line
}

// verify does the office's part for an organisation.
func verify(t *testing.T, a *app.App, id string) {
	t.Helper()
	reviewer := portal.Viewer{Person: "test-reviewer", Name: "审核员", Organisation: portal.OfficeID, Kind: portal.Office, State: portal.OrganisationVerified, Role: portal.Reviewer, Sure: true}
	org, err := a.Records.Organisations.Get(t.Context(), id)
	if err == nil {
		_, err = a.Services.Organisations.Decide(t.Context(), reviewer, id, org.Version, portal.OrganisationVerified, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestBrowserCollegeFromItsClaimToAnAnswer takes over a record of the seeds, in a folder
// that goes with the test.
func TestBrowserCollegeFromItsClaimToAnAnswer(t *testing.T) {
	const id, code, sheet = "4152013818", "510203", "专业"
	programme := portal.ProgrammeID(id, code)
	a, chrome := Start(t), startChromium(t)
	b := chrome.desk(a)
	b.register("office@college.example", "陈老师")
	b.press("登记机构")
	b.press("院校")
	b.fill("college", id, "school_code", "4152000000", "contact_name", "陈老师", "contact_phone", "0851-81234567", "contact_email", "office@college.example")
	b.click("main .form button")
	b.shows("学校标识码与院校不符")
	b.look("college-claim-refused")
	b.fill("school_code", id)
	b.click("main .form button")
	b.arrives("/organisation")
	b.shows("待审核")
	b.open("/desk/programmes")
	b.shows("你可以查看和下载") // and no more before it is verified
	b.look("college-programmes-waiting")
	verify(t, a, portal.CollegeOrganisation(id))
	b.open("/desk")
	b.shows("已核实", "已通过人才办核实")
	b.look("college-desk")

	dir := b.downloads()
	b.open("/desk/programmes")
	b.look("college-programmes")
	b.press("下载已填好的模板")
	book := downloaded(t, dir)
	line := fillRow(t, book, sheet, 0, map[string]any{"专业代码": code, "可对接名额": "三十", "合作方式": "订单班"})
	b.upload(`input[type="file"][name="workbook"]`, book)
	b.click("#import button")
	b.until(`location.pathname.startsWith("/desk/imports/")`)
	b.shows("1 处问题", "三十")
	b.hides("全部应用")
	b.look("college-import-faults")
	b.press("返回本校专业")
	b.arrives("/desk/programmes")
	fillRow(t, book, sheet, line, map[string]any{"可对接名额": 30, "补充说明": "与企业共建产线实训室"})
	b.upload(`input[type="file"][name="workbook"]`, book)
	b.click("#import button")
	b.until(`location.pathname.startsWith("/desk/imports/")`)
	b.shows("待应用", "软件技术", "尚未改变任何内容")
	b.look("college-import-preview")
	if empty := evaluate[int](b, `document.querySelectorAll("main a[href='']").length`); empty > 0 {
		t.Errorf("%d links lead nowhere", empty)
	}
	b.click("#apply button")
	b.shows("全部完成")
	b.look("college-import-done")
	b.open("/programmes/" + programme)
	b.shows("软件技术", "与企业共建产线实训室", "院校填报", "订单班", "30")
	b.look("college-programme-public")

	seats := 20
	hr := portal.Viewer{Person: "demo-person-enterprise", Name: "演示·企业人事", Organisation: portal.EnterpriseOrganisation("demo-e01"), Kind: portal.OfEnterprise,
		State: portal.OrganisationVerified, Record: "demo-e01", Role: portal.Owner}
	demoLink(t, a, "企业人事") // makes the organisation
	in, err := a.Services.Intentions.Send(t.Context(), hr, service.IntentionDraft{Programmes: []string{programme}, Seats: map[string]*int{programme: &seats}, Mode: portal.OrderClass, Text: "想开一个软件技术订单班"})
	if err != nil {
		t.Fatal(err)
	}
	b.open("/desk")
	b.press("收到关于「软件技术」的合作意向")
	b.arrives("/desk/intentions/" + in.ID)
	b.shows("想开一个软件技术订单班", "20")
	b.look("college-intention-arrived")
	b.fill("message", "请先来校看看实训室，周三上午可以吗？")
	b.click("#write button")
	b.shows("留言已发送", "请先来校看看实训室")
	b.fill("seats."+programme, "31")
	b.click("#accept button")
	b.shows("只剩 30 个可安排名额")
	b.look("college-accept-refused")
	b.fill("seats."+programme, "20")
	b.click("#accept button")
	b.shows("合作项目已建立", "请先来校看看实训室", "000-0000-0000")
	b.look("college-accepted")
	b.open("/desk/programmes?q=" + url.QueryEscape("软件技术"))
	b.shows("20", "10") // promised, and left
	b.quiet()
}
