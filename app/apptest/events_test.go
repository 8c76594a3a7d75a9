package apptest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
)

// TestAnEventFromInvitationToIntention is made by the office, answered by an enterprise and
// a college, published, held and counted, as each of them and a visitor see it.
func TestAnEventFromInvitationToIntention(t *testing.T) {
	clock := new(Clock)
	a := StartBy(t, clock)
	office, enterprise, college, visitor := SignedIn(t, a, Who{Demo: "审核"}), SignedIn(t, a, Who{Demo: "企业"}), SignedIn(t, a, Who{Demo: "校企"}), NewClient(t, a.Addr())
	day := func(n int) string { return clock.Now().In(portal.Shanghai).AddDate(0, 0, n).Format(time.DateOnly) }

	form := url.Values{"title": {"演示·冬季对接会"}, "place": {"大学城会议中心"}, "day": {day(-1)}, "start": {"9：00"}, "minutes": {"十五"}, "rounds": {"2"}, "tables": {"1"}, "deadline": {day(1)}, "industries": {"C38"}}
	got := office.Send("/desk/events/new", form)
	if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `value="十五"`) {
		t.Fatalf("a day in the past: %d", got.Status)
	}
	says(t, got, "举行日期已经过去", "「十五」不是有效的数字")
	form.Set("day", day(3))
	form.Set("minutes", "15")
	got = office.Send("/desk/events/new", form)
	at := got.Header.Get("Location")
	public := strings.TrimPrefix(at, "/desk")
	says(t, office.follow(got), "草稿", "还没有邀请任何单位")
	if got := visitor.Get(public); got.Status != http.StatusNotFound {
		t.Errorf("a visitor reads a draft: %d", got.Status)
	}

	says(t, office.Get(at+"/invite"), "涂布与辊压工序技术员", "查看建议院校")
	chosen := office.Get(at + "/invite?need=demo-n001&need=demo-n002")
	says(t, chosen, "邀请哪些院校：涂布与辊压工序技术员", "演示·青龙智造职业技术学院，储能材料技术", "尚无账号")
	invite := chosen.formOn(at + "/invite")
	if got := invite["colleges.demo-n001"]; len(got) != 1 || got[0] != "demo-c2" {
		t.Errorf("ticked at first: %v", got)
	}
	none := url.Values{"needs": {"demo-n001"}}
	says(t, office.Send(at+"/invite", none), "请至少为一项需求勾选一所院校")
	says(t, office.follow(office.Send(at+"/invite", invite)), "邀请已发出", "还排不出时间表：已有 0 家企业、0 所院校答复参加", "待答复")

	says(t, college.Get("/notifications"), "邀请参加「演示·冬季对接会」", "有 2 项建议")
	says(t, college.Get("/desk/events"), "演示·冬季对接会", "待答复 （"+day(1)+" 前）")
	says(t, enterprise.Get(at), "演示·青龙智造职业技术学院「储能材料技术」", "是本专业的常用说法")
	answer := func(c *Client, organisation string, change map[string]string) Answer {
		t.Helper()
		path := at + "/parties/" + organisation + "/accept"
		form := c.Get(at).formOn(path)
		for k, v := range change {
			form.Set(k, v)
		}
		return c.Submit(path, form)
	}
	battery, youth := portal.EnterpriseOrganisation("demo-e01"), portal.CollegeOrganisation("demo-c2")
	got = answer(enterprise, battery, map[string]string{"most": "9", "rank.demo-n002@demo-c2": "一"})
	if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `value="一"`) {
		t.Errorf("a rank that is no number: %d", got.Status)
	}
	says(t, answer(enterprise, battery, map[string]string{"most": "9"}), "不能超过轮数")
	says(t, enterprise.follow(answer(enterprise, battery, map[string]string{"most": "2", "rank.demo-n001@demo-c2": "1"})), "答复已保存", "第 1 位")
	says(t, college.follow(answer(college, youth, map[string]string{"most": "2"})), "答复已保存", "修改答复")

	says(t, office.Get(at), "可排 2 场洽谈：企业 1 家、院校 1 所参加")
	publish := office.Get(at).formOn(at + "/publish")
	edit := office.Get(at + "/edit").formOn(at + "/edit")
	edit.Set("rounds", "1")
	office.follow(office.Submit(at+"/edit", edit))
	if got := office.Submit(at+"/publish", publish); got.Status != http.StatusConflict {
		t.Errorf("publishing what was changed meanwhile: %d", got.Status)
	}
	got = office.Submit(at+"/publish", office.Get(at).formOn(at+"/publish"))
	if got.Status != http.StatusUnprocessableEntity {
		t.Errorf("publishing what does not fit: %d", got.Status)
	}
	says(t, got, "演示·青龙智造职业技术学院有 2 场洽谈，超过了 1 轮", "还缺 1 张桌，或 1 轮")
	edit = office.Get(at + "/edit").formOn(at + "/edit")
	edit.Set("rounds", "2")
	office.follow(office.Submit(at+"/edit", edit))
	says(t, office.follow(office.Submit(at+"/publish", office.Get(at).formOn(at+"/publish"))), "时间表已公布", "1 家企业 × 1 所院校中，没有「互相更想要」的组合", "09:00—09:15", "09:15—09:30")

	says(t, visitor.Get(public+"?fresh=1"), "时间表已公布", "2 场")
	if got := visitor.Get(public + "?fresh=2"); strings.Contains(got.Body, "演示·筑能") || strings.Contains(got.Body, "演示·青龙") {
		t.Error("everybody reads who meets whom")
	}
	says(t, visitor.Get("/en/events"), "演示·冬季对接会", "Timetable published")
	says(t, college.Get("/notifications"), "的时间表已公布")
	ics := college.Get(at + "/timetable.ics")
	if ics.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || strings.Count(ics.Body, "BEGIN:VEVENT") != 2 || !strings.Contains(ics.Body, "T010000Z") {
		t.Errorf("the calendar: %s", ics.Body)
	}
	if got := office.Get(at + "/timetable.xlsx"); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "PK") {
		t.Errorf("the workbook: %d", got.Status)
	}
	says(t, office.Get(at+"/seats"), "涂布与辊压工序技术员", "需要 40 人", "演示·青龙智造职业技术学院 · 储能材料技术")
	if got := college.Get(at + "/seats"); got.Status != http.StatusNotFound {
		t.Errorf("a party reads the plan of seats: %d", got.Status)
	}

	clock.Reach(clock.Now().AddDate(0, 0, 4))
	office, enterprise, college = SignedIn(t, a, Who{Demo: "审核"}), SignedIn(t, a, Who{Demo: "企业"}), SignedIn(t, a, Who{Demo: "校企"})
	eventually(t, "the event is held", func() bool { return state(office.Get(at)) == "已举行" })
	meeting := ""
	for _, link := range college.Get(at).Links() {
		if strings.Contains(link, "/meetings/") {
			meeting = link
		}
	}
	came := college.Get(meeting).formOn(meeting)
	says(t, college.Submit(meeting, came), "请填写「企业」")
	came.Set("enterprise_came", "came")
	came.Set("college_came", "came")
	says(t, college.follow(college.Submit(meeting, came)), "已登记，这场洽谈已成为合作意向", "查看合作意向")
	if got := college.Submit(meeting, came); got.Status != http.StatusConflict {
		t.Errorf("noted twice: %d", got.Status)
	}
	says(t, enterprise.Get("/desk/intentions"), "储能材料技术")
	says(t, office.Get(at), "已洽谈", "洽谈转化", "第 180 天")
	says(t, office.Get(at+"/conversion"), "演示·筑能电池有限公司 × 演示·青龙智造职业技术学院", "已发送")
	says(t, office.Get(at+"/conversion?days=30&step=accepted"), "没有记录")
}
