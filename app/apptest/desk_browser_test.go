//go:build browser

package apptest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"liangcheng/app"
)

// at is a tab of a browser on a program of the test's own.
type at struct {
	*tab
	app *app.App
}

func (b at) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate("http://" + b.app.Addr() + path))
}

// fill types into fields by their names, and ticks those whose value is "✓".
func (b at) fill(fields ...string) {
	b.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		selector := `main [name="` + fields[i] + `"]`
		b.until(`document.querySelector(` + quoted(selector) + `)`)
		switch value := quoted(fields[i+1]); fields[i+1] {
		case "✓":
			evaluate[bool](b.tab, `(document.querySelector(`+quoted(selector)+`).checked = true)`)
		default:
			evaluate[bool](b.tab, `(() => { const f = document.querySelector(`+quoted(selector)+`); f.value = `+value+`; f.dispatchEvent(new Event("input", {bubbles: true})); return true })()`)
		}
	}
}

// shows waits until the page says something.
func (b at) shows(text string) {
	b.t.Helper()
	b.until(`document.querySelector("main")?.textContent.includes(` + quoted(text) + `)`)
}

// enterAs signs in as one of the fictional people, by clicking through their link.
func (b at) enterAs(name string) {
	b.t.Helper()
	b.open(demoLink(b.t, b.app, name))
	b.click("main .form button")
	b.until(`location.pathname === "/desk"`)
}

func TestBrowserEnterpriseFromRegistrationToAnAcceptedIntention(t *testing.T) {
	a := Start(t)
	hr := at{newTab(t, 1280, 900), a}
	hr.open("/register")
	hr.fill("email", "hr@factory.example", "person_name", "王芳", "password", "short", "consent", "✓")
	hr.click("main .form button")
	hr.shows("密码至少 10 个字符")
	hr.barriers()
	hr.fill("password", "三江源头清水长流不息", "phone", "13812341234")
	hr.click("main .form button")
	hr.until(`location.pathname === "/check-mail"`)
	hr.open("/demo/mail")
	hr.shows("hr@factory.example")
	link := evaluate[string](hr.tab, `document.querySelector("main").textContent.match(/\/links\/[\w-]+/)[0]`)
	hr.open(link)
	hr.click("main .form button")
	hr.until(`location.pathname === "/sign-in"`)
	hr.fill("email", "hr@factory.example", "password", "三江源头清水长流不息")
	hr.click("main .form button")
	hr.until(`location.pathname === "/desk"`)
	hr.barriers()

	hr.open("/organisation/register?kind=enterprise")
	hr.fill("organisation_name", "测试·清江电芯厂", "credit_code", "91350100M000100Y44", "industry", "C3841", "contact_name", "王芳", "contact_phone", "13812341234", "contact_email", "hr@factory.example")
	hr.click("main .form button")
	hr.shows("校验码不对")
	hr.barriers()
	hr.fill("credit_code", "91350100M000100Y43")
	hr.click("main .form button")
	hr.until(`location.pathname === "/organisation"`)
	hr.shows("待审核")
	hr.barriers()
	hr.open("/desk/intentions/new?programme=demo-c2-430504")
	hr.shows("核实后才能发送")

	office := at{newTab(t, 1280, 900), a}
	office.enterAs("审核")
	office.open("/desk/organisations")
	office.barriers()
	office.click("main th a")
	office.shows("审核决定")
	office.barriers()
	office.click("#verified button")
	office.until(`location.pathname === "/desk/organisations"`)

	hr.open("/notifications")
	hr.shows("已通过人才办核实")
	hr.open("/desk/needs/new")
	hr.fill("title", "电芯产线技术员", "text", "电芯产线要能看懂工艺参数的技术员，会调涂布和辊压设备", "industry", "C3841", "headcount", "12")
	hr.until(`document.querySelector(".match, .fit")`) // as one types
	hr.barriers()
	hr.click(`main button[value="publish"]`)
	hr.until(`location.pathname.startsWith("/desk/needs/") && !location.pathname.endsWith("/new")`)
	hr.barriers()

	hr.open("/programmes/demo-c2-430504")
	hr.leave(`[...document.querySelectorAll(".detail-do a")].find(a => a.textContent.includes("合作意向")).click()`)
	hr.until(`location.pathname === "/desk/intentions/new"`)
	hr.fill("text", "希望明年春季开订单班")
	hr.until(`document.querySelector('main select[name="need"]')`)
	hr.leave(`const s = document.querySelector('main select[name="need"]'); s.selectedIndex = s.options.length - 1`)
	hr.barriers()
	hr.click("main .form button.primary")
	hr.shows("意向已发送")
	intention := evaluate[string](hr.tab, `location.pathname`)

	college := at{newTab(t, 1280, 900), a}
	college.enterAs("校企合作处")
	college.open("/desk/intentions")
	college.barriers()
	college.click("main th a")
	college.shows("希望明年春季开订单班")
	college.barriers()
	if text := evaluate[string](college.tab, `document.querySelector("main").textContent`); strings.Contains(text, "13812341234") || !strings.Contains(text, "138****1234") {
		t.Error("the contact is not masked before acceptance")
	}
	college.click("#accept button")
	college.shows("合作项目已建立")
	college.shows("13812341234")

	hr.open(intention)
	hr.shows("已接受")
	hr.shows("000-0000-0000")
	hr.click(`main a[href^="/partnerships/"]`)
	hr.shows("清江电芯厂")
	for _, b := range []at{hr, office, college} {
		b.quiet()
	}
}

func TestBrowserDesksOnAPhone(t *testing.T) {
	a := Start(t)
	for name, paths := range map[string][]string{
		"企业人事":  {"/desk", "/desk/needs", "/desk/needs/new", "/desk/intentions", "/desk/bookings/new?resource=demo-r1", "/desk/resources", "/organisation", "/organisation/edit", "/account", "/searches", "/en/desk/needs/new"},
		"校企合作处": {"/desk", "/desk/programmes", "/desk/programmes/new", "/desk/intentions/new?need=demo-n001", "/desk/resources", "/desk/resources/new", "/desk/resources/demo-r1", "/en/desk/bookings", "/en/organisation", "/notifications", "/account/factor"},
		"人才办审核": {"/desk", "/desk/organisations", "/desk/intentions", "/en/desk"},
		"管理员":   {"/desk", "/desk/post", "/organisation"},
		"审计":    {"/desk", "/desk/audit", "/en/desk/audit"},
	} {
		t.Run(name, func(t *testing.T) {
			b := at{newTab(t, 375, 800), a}
			b.enterAs(name)
			for _, path := range paths {
				b.open(path)
				b.until(`document.querySelector("main h1")`)
				if evaluate[bool](b.tab, `!!document.querySelector(".oops")`) {
					t.Errorf("%s is an error page", path)
				}
				if over := evaluate[int](b.tab, `document.documentElement.scrollWidth - innerWidth`); over > 1 {
					t.Errorf("%s is %d pixels too wide", path, over)
				}
				b.barriers()
			}
			b.quiet()
		})
	}
}
