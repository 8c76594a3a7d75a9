//go:build browser

package apptest

import (
	"testing"
	"time"

	"liangcheng/app/portal"
)

// TestBrowserEventFromInvitationToTimetable makes an event, invites by the match, answers for
// an enterprise and a college, publishes, and looks at the timetable of each.
func TestBrowserEventFromInvitationToTimetable(t *testing.T) {
	a, chrome := Start(t), startChromium(t)
	office, hr, college := chrome.desk(a), chrome.desk(a), chrome.desk(a)
	office.enterWith(SignedIn(t, a, people["reviewer"]))
	hr.enterAs("企业人事")
	college.enterAs("校企合作处")
	day := func(days int) string {
		return time.Now().In(portal.Shanghai).AddDate(0, 0, days).Format(time.DateOnly)
	}

	office.open("/desk/events/new")
	office.fill("title", "演示·冬季对接会", "place", "大学城会议中心", "day", day(20), "start", "9点", "minutes", "15", "rounds", "2", "tables", "1", "deadline", day(10), "industries", "C38")
	office.click("main .form button.primary")
	office.until(`document.querySelector(".errors")`)
	office.look("event-refused")
	office.fill("start", "09:00")
	office.click("main .form button.primary")
	office.shows("草稿")
	at := evaluate[string](office, `location.pathname`)
	office.open(at + "/invite?need=demo-n001&need=demo-n002")
	office.look("event-invite")
	office.click("main .form button.primary")
	office.shows("邀请已发出", "待答复")
	office.look("event-invited")

	for _, b := range []*tab{hr, college} {
		b.open("/desk/events")
		b.press("演示·冬季对接会")
		b.arrives(at)
		b.fill("most", "2")
		b.look("event-answer")
		b.submit("/accept")
		b.shows("答复已保存")
	}
	office.open(at)
	office.shows("可排 2 场洽谈")
	office.submit("/publish")
	office.shows("时间表已公布", "没有「互相更想要」的组合", "09:15—09:30")
	office.look("event-published")
	for _, b := range []*tab{hr, college} {
		b.open(at)
		b.shows("09:00—09:15", "09:15—09:30")
		b.look("event-timetable")
	}
	for _, b := range []*tab{office, hr, college} {
		b.quiet()
	}
}
