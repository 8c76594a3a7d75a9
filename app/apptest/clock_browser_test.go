//go:build browser

package apptest

import (
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// fallenDue does everything that is due; the program does so by itself every few seconds,
// and may come between.
func fallenDue(t *testing.T, a *app.App) {
	t.Helper()
	eventually(t, "everything due is done", func() bool { return a.Chores.Once(t.Context()) == nil })
}

func TestBrowserIntentionExpiresByTheClock(t *testing.T) {
	const programme = "demo-c2-430504"
	clock := new(Clock)
	a, chrome := StartBy(t, clock), startChromium(t)
	hr, college, office := chrome.desk(a), chrome.desk(a), chrome.desk(a)
	hr.enterAs("企业人事")
	const editor = "test-demo-c2-editor@example.cn"
	SignedIn(t, a, Who{Of: "demo-c2", Role: portal.Editor}) // gets mail, which the fictional do not
	hr.open("/programmes/" + programme)
	free := hr.fact("空余名额")
	hr.press("发送合作意向")
	hr.arrives("/desk/intentions/new")
	hr.fill("text", "想开一个储能材料订单班", "seats."+programme, "5")
	hr.click("main .form button.primary")
	hr.shows("意向已发送")
	intention := evaluate[string](hr, `location.pathname`)
	in, err := a.Records.Intentions.Get(t.Context(), intention[len("/desk/intentions/"):])
	if err != nil {
		t.Fatal(err)
	}
	hr.shows("答复期限", in.DueAt.In(portal.Shanghai).Format("2006-01-02 15:04"))

	// The warning: to the college, in the portal and by mail.
	clock.Reach(in.WarnAt.Add(time.Minute))
	fallenDue(t, a)
	college.enterAs("校企合作处")
	college.open("/notifications")
	college.shows("关于「储能材料技术」的意向等待答复，快到期限了")
	college.look("clock-warned")
	college.open("/demo/mail")
	college.shows(editor, "等待答复，快到期限了")
	hr.open(intention)
	hr.arrives("/sign-in") // its session has ended meanwhile

	// Half-way to the end: to the office.
	clock.Reach(in.WarnAt.Add(in.DueAt.Sub(in.WarnAt)/2 + time.Minute))
	fallenDue(t, a)
	office.enterAs("人才办审核")
	office.open("/notifications")
	office.press("迟迟未答复，请督促")
	office.arrives(intention)
	office.shows("已发送", "想开一个储能材料订单班")
	office.look("clock-escalated")

	// Just before the end it is open still, on both sides.
	clock.Reach(in.DueAt.Add(-time.Minute))
	fallenDue(t, a)
	hr.enterAs("企业人事")
	hr.open(intention)
	hr.shows("已发送", "撤回意向")
	college.open(intention)
	college.arrives("/sign-in")
	college.enterAs("校企合作处")
	college.open(intention)
	college.shows("已查看", "接受合作意向")

	// It ends while the college looks at it.
	clock.Reach(in.DueAt)
	fallenDue(t, a)
	college.click("#accept button")
	college.shows("这件意向刚刚有了变化", "已过期")
	college.hides("接受合作意向", "合作项目已建立")
	college.look("clock-too-late")
	college.open("/notifications")
	college.shows("到期未答复，已自动关闭")
	hr.open(intention)
	hr.shows("已过期")
	hr.hides("撤回意向")
	hr.look("clock-expired")
	hr.open("/notifications")
	hr.shows("到期未获答复，已自动关闭")
	hr.open("/demo/mail")
	hr.shows("到期未答复，已自动关闭")

	// No seats are held for it.
	college.open("/desk/programmes/" + programme)
	if held := college.fact("已承诺名额"); held != "0" {
		t.Errorf("%s seats are held", held)
	}
	hr.open("/programmes/" + programme)
	if now := hr.fact("空余名额"); now != free {
		t.Errorf("free were %q, now %q", free, now)
	}
	for _, b := range []*tab{hr, college, office} {
		b.quiet()
	}
}
