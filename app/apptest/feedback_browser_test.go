//go:build browser

package apptest

import "testing"

func TestBrowserFeedbackAndHints(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	hr := chrome.tab(a, 1440, 1000)
	hr.enterAs("企业人事")
	hr.open("/desk/needs/demo-n001")
	hr.click(".match .verdict summary")
	hr.leave(`document.querySelector(".match .verdict select").value = "distance"`)
	hr.look("feedback-asks")
	hr.click(".match .verdict details button")
	hr.until(`location.hash.startsWith("#v-") && location.pathname === "/desk/needs/demo-n001"`)
	hr.shows("已记下：不对口，距离太远。谢谢。")
	hr.look("feedback-given")
	hr.open("/en/desk/needs/demo-n001")
	hr.shows("Thank you")
	hr.look("feedback-given-en")

	hr.open("/desk/needs/new")
	hr.fill("title", "两个岗位", "text", "贵安的厂扩产，要电工5名，会PLC；钳工3名，看得懂图纸，大专，可以订单班", "industry", "C38")
	hr.until(`document.querySelector('[value="fill:level"]')`) // as one types
	hr.look("hints-offered")
	hr.click(`[value="fill:headcount"]`)
	hr.until(`document.querySelector('[name="headcount"]').value === "8" && document.querySelector('[name="title"]').value === "两个岗位"`)
	hr.click(`[value="split"]`)
	hr.shows("拆成几条需求")
	hr.look("split-review")

	office := chrome.tab(a, 1440, 1000)
	office.enterAs("审核")
	office.open("/desk/feedback")
	office.shows("展示公平")
	office.look("feedback-office")
	office.open("/en/desk/feedback")
	office.look("feedback-office-en")
	office.open("/desk/needs/demo-n006?college=demo-c2")
	office.shows("只改这一处")
	office.look("changes-office")

	college := chrome.tab(a, 1440, 1000)
	college.enterAs("校企")
	college.open("/needs/demo-n003")
	college.shows("本校和人才办")
	college.look("changes-college")
	college.open("/desk/programmes/demo-c2-430504/needs")
	college.look("feedback-college")
	for _, b := range []*tab{hr, office, college} {
		b.quiet()
	}
}
