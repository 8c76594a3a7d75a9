//go:build browser

package apptest

import (
	"testing"
)

func TestBrowserEnterpriseFromRegistrationToAnAcceptedIntention(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	hr := chrome.desk(a)
	hr.open("/register")
	hr.fill("email", "hr@factory.example", "person_name", "王芳", "password", "short", "consent", "✓")
	hr.click("main .form button")
	hr.shows("密码至少 10 个字符")
	hr.look("enterprise-register-refused")
	hr.register("hr@factory.example", "王芳")
	hr.look("enterprise-first-desk")

	hr.press("登记机构")
	hr.press("企业")
	hr.fill("organisation_name", "测试·清江电芯厂", "credit_code", "91350100M000100Y44", "industry", "C3841", "contact_name", "王芳", "contact_phone", "13812341234", "contact_email", "hr@factory.example")
	hr.click("main .form button")
	hr.shows("校验码不对")
	hr.until(`document.activeElement.classList.contains("errors")`)
	hr.look("enterprise-organisation-refused")
	hr.fill("credit_code", "91350100M000100Y43")
	hr.click("main .form button")
	hr.arrives("/organisation")
	hr.shows("待审核")
	hr.look("enterprise-waits")
	hr.open("/desk/intentions/new?programme=demo-c2-430504")
	hr.shows("核实后才能发送")
	hr.look("enterprise-not-yet")

	office := chrome.desk(a)
	office.enterAs("审核")
	office.open("/desk/organisations")
	office.press("清江电芯厂")
	office.shows("审核决定")
	office.click("#verified button")
	office.arrives("/desk/organisations")

	hr.open("/notifications")
	hr.shows("已通过人才办核实")
	hr.look("enterprise-notifications")
	hr.open("/desk/needs/new")
	hr.fill("title", "电芯产线技术员", "text", "电芯产线要能看懂工艺参数的技术员，会调涂布和辊压设备", "industry", "C3841", "headcount", "12")
	hr.until(`document.querySelector(".match, .fit")`) // as one types
	hr.look("enterprise-need-form")
	hr.click(`main button[value="publish"]`)
	hr.until(`location.pathname.startsWith("/desk/needs/") && !location.pathname.endsWith("/new")`)
	hr.look("enterprise-need")

	hr.open("/programmes/demo-c2-430504")
	hr.press("发送合作意向")
	hr.arrives("/desk/intentions/new")
	hr.fill("text", "希望明年春季开订单班")
	hr.leave(`const s = document.querySelector('main select[name="need"]'); s.selectedIndex = s.options.length - 1`)
	hr.look("enterprise-intention-form")
	hr.click("main .form button.primary")
	hr.shows("意向已发送")
	hr.look("enterprise-intention-sent")
	intention := evaluate[string](hr, `location.pathname`)

	college := chrome.desk(a)
	college.enterAs("校企合作处")
	college.open("/desk/intentions")
	college.look("college-intentions")
	college.click("main th a")
	college.shows("希望明年春季开订单班", "138****1234")
	college.hides("13812341234") // before acceptance
	college.look("college-intention")
	college.click("#accept button")
	college.shows("合作项目已建立", "13812341234")

	hr.open(intention)
	hr.shows("已接受", "000-0000-0000")
	hr.look("enterprise-accepted")
	hr.click(`main a[href^="/desk/partnerships/"]`)
	hr.shows("清江电芯厂")
	for _, b := range []*tab{hr, office, college} {
		b.quiet()
	}
}
