//go:build browser

package apptest

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"liangcheng/app/portal"
)

func TestBrowserOfficeFromItsQueueToVerified(t *testing.T) {
	const email, name = "clerk@office.example", "测试·红枫精密制造"
	clock := new(Clock)
	a, chrome := StartBy(t, clock), startChromium(t)
	later := func(d time.Duration) { clock.Reach(clock.Now().Add(d)) }

	// A new clerk is invited, and sets up the second factor before anything else.
	clerk := chrome.desk(a)
	clerk.register(email, "刘审核")
	later(time.Minute) // mails of one second stand in no order
	demoLink(t, a, "管理员")
	administrator := portal.Viewer{Person: "demo-person-administrator", Name: "演示·人才办管理员", Organisation: portal.OfficeID, Kind: portal.Office, State: portal.OrganisationVerified, Role: portal.Administrator, Sure: true}
	if err := a.Services.Organisations.Invite(t.Context(), administrator, email, portal.Reviewer); err != nil {
		t.Fatal(err)
	}
	clerk.open(clerk.mailedLink(email))
	clerk.shows("审核员")
	clerk.look("office-invitation")
	clerk.click("main .form button")
	clerk.arrives("/organisation")
	clerk.open("/desk")
	clerk.shows("须先开启两步验证")
	clerk.look("office-without-factor")
	clerk.press("现在开启")
	clerk.arrives("/account/factor")
	secret := evaluate[string](clerk, `document.querySelector("code.secret").textContent`)
	code := func() string {
		out, err := totp.GenerateCode(secret, clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	clerk.fill("code", "12")
	clerk.click("#confirm button")
	clerk.shows("验证码不对")
	clerk.look("office-factor-refused")
	clerk.fill("code", code())
	clerk.click("#confirm button")
	clerk.shows("恢复码")
	clerk.look("office-recovery-codes")

	// An enterprise registers and waits.
	owner := SignedIn(t, a, Who{})
	led(t, owner.Send("/organisation/register", url.Values{"kind": {"enterprise"}, "organisation_name": {name}, "credit_code": {"91350100M000100Y43"}, "industry": {"C3484"},
		"contact_name": {"王芳"}, "contact_phone": {"13812341234"}, "contact_email": {"hr@factory.example"}}), "/organisation")
	if got := owner.upload(owner.Get("/organisation"), "/organisation/documents", "document", "营业执照.pdf", []byte("%PDF-1.4 只是样子")); got.Status != http.StatusSeeOther {
		t.Fatalf("the document: status %d", got.Status)
	}

	later(3*24*time.Hour + time.Minute)
	clerk.open("/desk")
	clerk.arrives("/sign-in") // the session has ended
	clerk.fill("email", email, "password", browserPassword)
	clerk.click("main .form button")
	clerk.arrives("/sign-in/code")
	clerk.look("office-code")
	clerk.fill("code", code())
	clerk.click("main .form button")
	clerk.arrives("/desk")
	clerk.shows("待核实的机构")
	clerk.look("office-desk")
	clerk.press("机构审核")
	clerk.arrives("/desk/organisations")
	clerk.shows(name, "3 天")
	clerk.look("office-queue")
	clerk.press(name)
	clerk.shows("审核决定", "91350100M000100Y43", "营业执照.pdf")
	clerk.look("office-review")
	clerk.click("#returned button")
	clerk.shows("请填写这一项", "请填写「理由」")
	clerk.until(`document.activeElement.classList.contains("errors")`)
	clerk.look("office-review-refused")
	clerk.fill("reason", "营业执照看不清，请重新上传")
	clerk.click("#returned button")
	clerk.arrives("/desk/organisations")
	clerk.shows("决定已保存", "这里没有机构")
	clerk.look("office-queue-empty")

	hr := chrome.desk(a)
	hr.enterWith(SignedIn(t, a, Who{}))
	hr.open("/desk")
	hr.shows("营业执照看不清，请重新上传")
	hr.look("returned-desk")
	hr.press("修改机构信息")
	hr.arrives("/organisation/edit")
	hr.fill("place", "清镇经济开发区")
	hr.look("returned-edit")
	hr.press("保存并再次提交")
	hr.arrives("/organisation")
	hr.shows("已提交，等待人才办审核", "清镇经济开发区")

	clerk.open("/desk/organisations")
	clerk.press(name)
	clerk.shows("再次提交", "清镇经济开发区")
	clerk.click("#verified button")
	clerk.arrives("/desk/organisations")
	hr.open("/notifications")
	hr.shows("已通过人才办核实", "被退回")

	chained(t, a)
	auditor := chrome.desk(a)
	auditor.enterAs("审计")
	auditor.press("审计")
	auditor.arrives("/desk/audit")
	auditor.look("audit")
	auditor.fill("organisation", "人才办", "person", "刘审核")
	auditor.press("筛选")
	auditor.until(`location.search.includes("person=")`)
	auditor.shows("核实通过", "退回", "理由：空 → 营业执照看不清，请重新上传", "机构 "+name)
	auditor.look("audit-filtered")
	for _, b := range []*tab{clerk, hr, auditor} {
		b.quiet()
	}
}
