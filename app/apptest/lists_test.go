package apptest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// itemOf is the address of the item a milestone of a partnership gave, once it is there.
func itemOf(t *testing.T, a *app.App, partnership, milestone string) string {
	t.Helper()
	var at string
	eventually(t, "the late milestone is listed", func() bool {
		err := a.Records.ListItems.All(t.Context(), []store.Cond{store.Where("partnership", partnership)}, func(i *portal.ListItem) error {
			if i.Source == portal.FromMilestone && (i.Of == milestone || milestone == "") {
				at = "/desk/lists/" + i.ID
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return at != ""
	})
	return at
}

// TestALateMilestoneFromListedToClosed walks from a milestone of the demonstration that is
// late to an item its party has handled and a second person of the office has closed.
func TestALateMilestoneFromListedToClosed(t *testing.T) {
	a := Start(t)
	college, reviewer, second := SignedIn(t, a, people["c.owner"]), SignedIn(t, a, people["reviewer"]), SignedIn(t, a, people["administrator"])
	at := itemOf(t, a, "demo-p01", "")
	form := func(c *Client, act string) url.Values { t.Helper(); return c.Get(at).formOn(at + "/" + act) }

	eventually(t, "everything was looked at", func() bool { return strings.Contains(reviewer.Get("/desk/lists").Body, "最近一次核对") })
	list := reviewer.Get("/desk/lists?list=problem&state=open")
	says(t, list, "节点逾期：首年总结与双方评估", "演示·筑能电池产业学院", "市教育局", "逾期 1", "督办")
	if first := list.Text("a", "name"); len(first) == 0 || first[0] != "演示·实训设备到货推迟" {
		t.Errorf("what is supervised does not come first: %v", first)
	}
	for path, want := range map[string]int{"?list=fourth": 404, "?state=lost": 404, "?clause=99": 404, "?unit=nobody": 200, "?after=made-up": 404} {
		if got := reviewer.Get("/desk/lists" + path).Status; got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	says(t, reviewer.Get("/desk/lists?list=task&clause=13"), "任务 13：优化校地协同机制", "清单事项（1 项）")
	says(t, reviewer.Get("/desk/lists?overdue=1&supervised=1"), "清单事项（1 项）", "演示·实训设备到货推迟")
	if english := reviewer.Get("/en/desk/lists?list=task"); !strings.Contains(english.Body, "Task 13: Improve") || !strings.Contains(english.Body, "Open") {
		t.Error("the English page lacks the tasks")
	}

	// Its party sees it beside the partnership and says what was done.
	desk := college.Get("/desk/partnerships/demo-p01")
	says(t, desk, "三清单", "节点逾期：首年总结与双方评估", "项目运行责任")
	if !slices.Contains(desk.Links(), at) {
		t.Error("the partnership does not lead to the item")
	}
	for _, act := range []string{"close", "supervise", "edit"} {
		if !college.Get(at).formless(at + "/" + act) {
			t.Errorf("a party is offered to %s", act)
		}
	}
	if got := SignedIn(t, a, people["other.c"]).Get(at).Status; got != http.StatusNotFound {
		t.Errorf("another college: %d", got)
	}
	says(t, college.upload(college.Get(at), at+"/handle", "evidence", "评估.pdf", []byte("%PDF-1.4 x")), "请填写「办理情况」")
	done := form(college, "handle")
	done.Set("done", "双方已于本月完成首年评估，报告附后")
	says(t, college.follow(college.Send(at+"/handle", done)), "已办待销号", "双方已于本月完成首年评估", "等待销号")
	says(t, college.follow(college.upload(college.Get(at), at+"/attach", "evidence", "评估.pdf", []byte("%PDF-1.4 x"))), "评估.pdf")
	says(t, reviewer.Get("/notifications"), "等待销号：节点逾期")

	// The office is not satisfied, does it itself, and then needs a second person.
	back := form(reviewer, "reopen")
	says(t, reviewer.Send(at+"/reopen", back), "请填写「理由」")
	stale := form(reviewer, "close")
	back.Set("reason", "报告缺企业签章")
	says(t, reviewer.follow(reviewer.Send(at+"/reopen", back)), "待办理", "退回前的办理", "评估.pdf", "报告缺企业签章")
	says(t, college.Get("/notifications"), "报告缺企业签章")
	if late := second.Send(at+"/close", stale); late.Status != http.StatusConflict {
		t.Errorf("closed as it was before: %d", late.Status)
	}
	done = form(reviewer, "handle")
	lost := form(college, "handle")
	done.Set("done", "已到现场核对，补齐签章")
	page := reviewer.follow(reviewer.Send(at+"/handle", done))
	says(t, page, "办理和销号不能是同一人")
	if !page.formless(at + "/close") {
		t.Error("whoever has handled it is offered to close it")
	}
	lost.Set("done", "我们补交了签章")
	if late := college.Send(at+"/handle", lost); late.Status != http.StatusConflict || !strings.Contains(late.Body, "我们补交了签章") {
		t.Errorf("what the slower one wrote is lost: %d", late.Status)
	}
	ends := form(second, "close")
	refused := reviewer.Send(at+"/close", ends)
	if refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("closed by who has handled it: %d", refused.Status)
	}
	says(t, refused, "请由另一位同事核对后销号")
	says(t, second.follow(second.Send(at+"/close", ends)), "已销号", "测试·administrator")
	says(t, reviewer.Get("/desk/lists?state=closed"), "节点逾期：首年总结与双方评估")
}

// TestARoundOverHTTP enters an item, takes a round, and reads what it says has changed.
func TestARoundOverHTTP(t *testing.T) {
	a := Start(t)
	itemOf(t, a, "demo-p01", "")
	office, analyst := SignedIn(t, a, people["reviewer"]), SignedIn(t, a, people["analyst"])
	form := office.Get("/desk/lists/new?partnership=demo-p01").formOn("/desk/lists/new")
	if form.Get("partnership") != "演示·筑能电池产业学院" {
		t.Errorf("the form begins with %v", form)
	}
	form.Set("text", "供电增容未批复")
	form.Set("due", "月底")
	form.Set("unit", "nobody")
	refused := office.Send("/desk/lists/new", form)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "供电增容未批复") || !strings.Contains(refused.Body, `value="月底"`) {
		t.Errorf("%d; what was typed is lost", refused.Status)
	}
	says(t, refused, "请填写「事项」", "没有这个责任单位")
	form.Set("title", "厂区供电增容")
	form.Set("due", tomorrow())
	form.Set("unit", "guian_economy")
	says(t, office.follow(office.Send("/desk/lists/new", form)), "已列入清单", "厂区供电增容", "贵安新区经济发展局", "供电增容未批复", "列入清单")

	if err := a.Records.Units.Delete(t.Context(), "guian_economy", 0); err != nil {
		t.Fatal(err)
	}
	says(t, office.Get("/desk/lists?unit=guian_economy"), "厂区供电增容", "贵安新区经济发展局（已撤销）")

	says(t, office.Get("/desk/rounds"), "演示·第一次调度", "第 1 次调度")
	if !analyst.Get("/desk/rounds").formless("/desk/rounds") {
		t.Error("an analyst is offered to take a round")
	}
	round := office.Get("/desk/rounds").formOn("/desk/rounds")
	says(t, office.Send("/desk/rounds", round), "请填写「名称」")
	round.Set("title", "十二月调度")
	round.Set("day", "2062-01-01")
	far := office.Send("/desk/rounds", round)
	says(t, far, "前后 31 天之内")
	if !strings.Contains(far.Body, `value="十二月调度"`) {
		t.Error("the title typed is lost")
	}
	round.Set("day", tomorrow())
	taken := office.Send("/desk/rounds", round)
	at := taken.Header.Get("Location")
	page := office.follow(taken)
	says(t, page, "十二月调度", "与上一次「演示·第一次调度」", "厂区供电增容", "新增", "已销号", "演示·订单班三方协议缺少学生签字", "变为逾期", "问题清单：未销号", "合计", "贵安新区经济发展局")
	says(t, analyst.Get(at), "十二月调度")
	if english := office.Get("/en" + at); !strings.Contains(english.Body, "Changes since the last round") || !strings.Contains(english.Body, "Milestone overdue: ") {
		t.Error("the English page lacks what has changed")
	}
	for path, name := range map[string]string{at + "/round.xlsx": "调度", "/desk/lists.xlsx?list=problem": "三清单"} {
		file := analyst.Get(path)
		if file.Status != http.StatusOK || !strings.HasPrefix(file.Body, "PK") || !strings.Contains(file.Header.Get("Content-Disposition"), url.PathEscape(name)) {
			t.Errorf("%s: %d %s", path, file.Status, file.Header.Get("Content-Disposition"))
		}
	}
	if got := SignedIn(t, a, people["c.owner"]).Get(at).Status; got != http.StatusNotFound {
		t.Errorf("a college reads a round: %d", got)
	}
}
