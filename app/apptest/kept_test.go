package apptest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
)

// daysAgo is a day as forms take it.
func daysAgo(n int) string {
	return time.Now().In(portal.Shanghai).AddDate(0, 0, -n).Format(time.DateOnly)
}

// filled is the form of a page that posts to an action, with other values in it.
func (c *Client) filled(page, action string, values map[string]string) Answer {
	c.t.Helper()
	form := c.Get(page).formOn(action)
	for k, v := range values {
		form.Set(k, v)
	}
	return c.Submit(action, form)
}

// TestARosterAndTheOutcomeOfIt enters who is incubated, and claims another number.
func TestARosterAndTheOutcomeOfIt(t *testing.T) {
	a := Start(t)
	college, other, office := SignedIn(t, a, people["c.owner"]), SignedIn(t, a, Who{Of: "demo-c3", Role: portal.Owner}), SignedIn(t, a, people["reviewer"])
	const in = "/desk/partnerships/demo-p06"
	says(t, college.Get(in), "在孵名册")
	says(t, college.Get(in+"/incubatees"), "名册（12）", "另有团队 2 个", "演示·甘泉保健食品公司", "资金链断裂", "已毕业（")
	says(t, college.Get(in+"/incubatees?state=graduated"), "名册（2）", "看全部")
	fresh := in + "/incubatees/new"
	wrong := college.filled(fresh, fresh, map[string]string{"name": "青苗检测公司", "kind": "enterprise", "entered_on": daysAgo(10), "graduated_on": daysAgo(20), "students": "4"})
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, `value="青苗检测公司"`) {
		t.Errorf("graduated before it entered: %d", wrong.Status)
	}
	says(t, wrong, "不能早于入孵日期")
	says(t, college.filled(fresh, fresh, map[string]string{"name": "演示·云药溯源科技公司", "kind": "enterprise", "entered_on": daysAgo(10)}), "已有同名且同期在孵的记录")
	says(t, college.follow(college.filled(fresh, fresh, map[string]string{"name": "青苗检测公司", "kind": "enterprise", "entered_on": daysAgo(10), "students": "4"})), "名册（13）", "青苗检测公司", "是，4 名学生")
	says(t, office.Get(in+"/incubatees"), "青苗检测公司")

	form := college.Get(in + "/outcomes/new?indicator=incubatees")
	says(t, form, "据在孵名册（截至 "+daysAgo(0)+"）", "只计企业，不计团队")
	action := in + "/outcomes/new"
	if got := form.formOn(action); got.Get("value") != "7" || got.Get("period") != daysAgo(0) {
		t.Errorf("the form begins with %v", got)
	}
	claimed := college.filled(action+"?indicator=incubatees", action, map[string]string{"value": "9"})
	at := claimed.Header.Get("Location")
	for name, c := range map[string]*Client{"the office": office, "the other party": other, "who claimed it": college} {
		page := c.Get(at)
		if page.Status != http.StatusOK {
			t.Fatalf("%s: %d", name, page.Status)
		}
		says(t, page, "填报 9", "按名册和成员记录为 7", "名册计数")
	}
	if got := college.Get(in + "/incubatees.xlsx"); got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "PK") {
		t.Errorf("the workbook: %d", got.Status)
	}
	says(t, college.upload(college.Get(in+"/incubatees"), in+"/incubatees/import", "workbook", "x.xlsx", []byte("no workbook")), "不是")
	if en := college.Get("/en" + in + "/incubatees"); !strings.Contains(en.Body, "Roster of incubatees") || !strings.Contains(en.Body, "Graduated") {
		t.Error("there is no English page")
	}
}

// TestAnAllianceTakesInAndLetsGo follows a member from joining to leaving, as the lead, the
// member and the office see it.
func TestAnAllianceTakesInAndLetsGo(t *testing.T) {
	a := Start(t)
	lead, enterprise, office := SignedIn(t, a, people["other.c"]), SignedIn(t, a, people["e.owner"]), SignedIn(t, a, people["reviewer"])
	const in = "/desk/partnerships/demo-p08"
	members, pledges, talent := in+"/members", in+"/pledges", in+"/lists/talent"
	says(t, lead.Get(in), "成员单位", "人才需求清单")
	says(t, lead.Get(members), "名单（11）", "实质性参与", "10 家成员中有", "没有上述行动的成员", "还没有上传章程")
	says(t, lead.follow(lead.upload(lead.Get(members), members+"/charter", "charter", "章程.pdf", []byte("%PDF-1.4 x"))), "章程.pdf")
	if got := enterprise.Get(members).Status; got != http.StatusNotFound {
		t.Errorf("before it is in: %d", got)
	}
	says(t, lead.filled(members+"/new", members+"/new", map[string]string{"name": "演示·贵智软件股份有限公司", "kind": "enterprise", "role": "member", "joined_on": daysAgo(5)}), "已有同名的在册成员")
	says(t, lead.follow(lead.filled(members+"/new", members+"/new", map[string]string{"name": "演示·筑能电池有限公司", "kind": "enterprise", "role": "member", "joined_on": daysAgo(5)})), "名单（12）", "11 家成员中有")
	says(t, enterprise.Get("/notifications"), "已列为「演示·大数据产教联合体」的成员")
	says(t, enterprise.Get("/desk/partnerships"), "参加的集团与联盟", "演示·大数据产教联合体")

	says(t, enterprise.filled(pledges+"/new", pledges+"/new", map[string]string{"what": "接收实习生", "due_on": daysAgo(1)}), "不能早于今天")
	list := enterprise.follow(enterprise.filled(pledges+"/new", pledges+"/new", map[string]string{"what": "接收实习生 20 人", "due_on": daysAgo(-90)}))
	says(t, list, "接收实习生 20 人", "进行中")
	pledge := ""
	for n := range list.elements("a") {
		if textOf(n) == "接收实习生 20 人" {
			pledge = attr(n, "href")
		}
	}
	says(t, enterprise.filled(pledge, pledge, map[string]string{"percent": "120", "note": "x"}), "0 到 100")
	says(t, enterprise.follow(enterprise.filled(pledge, pledge, map[string]string{"percent": "４０", "note": "已接收 8 人"})), "40%", "已接收 8 人")
	added := enterprise.follow(enterprise.filled(talent, talent, map[string]string{"title": "涂布技术员", "need": "demo-n001"}))
	says(t, added, "涂布技术员", "涂布与辊压工序技术员", "在列")
	if !slices.Contains(added.Links(), "/needs/demo-n001") {
		t.Error("the entry does not lead to its need")
	}
	says(t, office.Get(members), "演示·筑能电池有限公司")

	own := ""
	for n := range lead.Get(members).elements("a") {
		if textOf(n) == "演示·筑能电池有限公司" {
			own = attr(n, "href")
		}
	}
	says(t, lead.Get(own), "接收实习生 20 人", "涂布技术员")
	says(t, lead.filled(own, own+"/leave", map[string]string{"left_on": daysAgo(30)}), "不能早于加入日期")
	says(t, lead.follow(lead.filled(own, own+"/leave", map[string]string{"left_on": daysAgo(0), "left_note": "业务调整"})), daysAgo(0)+" 退出", "业务调整", "10 家成员中有")
	says(t, lead.Get(pledge), "搁置（成员已退出）")
	if got := enterprise.Get(members).Status; got != http.StatusNotFound {
		t.Errorf("after it left: %d", got)
	}
	says(t, office.Get(in+"/outcomes"), "成效")
	says(t, lead.Get(in+"/outcomes/new?indicator=members_enterprise"), "据成员、承诺与清单记录")
	says(t, lead.Get(in+"/outcomes/new?indicator=substantive_members_ratio"), "据成员、承诺与清单记录", "兑现或推进承诺")
	says(t, lead.Get("/en"+members), "Taking a real part", "of 10 members")
}

// TestTheOfficeKeepsItsUnits adds a unit, abolishes another and moves what stands at it.
func TestTheOfficeKeepsItsUnits(t *testing.T) {
	a := Start(t)
	administrator, reviewer := SignedIn(t, a, people["administrator"]), SignedIn(t, a, people["reviewer"])
	const units, old, stands = "/desk/units", "/desk/units/city_science", "/desk/partnerships/demo-p06"
	says(t, administrator.Send(units, url.Values{"name": {"市科技局"}}), "已有同名单位")
	list := administrator.follow(administrator.filled(units, units, map[string]string{"name": "市科技创新局"}))
	says(t, list, "市科技创新局", "在用")
	successor := ""
	for n := range list.elements("a") {
		if textOf(n) == "市科技创新局" {
			successor = strings.TrimPrefix(attr(n, "href"), units+"/")
		}
	}
	says(t, administrator.filled(old, old+"/abolish", map[string]string{"abolished": daysAgo(-1), "successor": successor}), "不能晚于今天")
	says(t, administrator.follow(administrator.filled(old, old+"/abolish", map[string]string{"abolished": daysAgo(3), "successor": successor})), "已于 "+daysAgo(3)+" 撤销，由市科技创新局承接", "由审核岗移交")
	page := reviewer.Get(stands)
	says(t, page, "市科技局", "撤销，由市科技创新局承接")
	if strings.Contains(page.Body, `<option value="city_science"`) {
		t.Error("an abolished unit is offered")
	}
	if got := page.formOn(stands + "/assign").Get("responsible"); got != successor {
		t.Errorf("the form begins with %q", got)
	}
	says(t, reviewer.Get(old), "演示·乌当生物医药孵化中心")
	says(t, reviewer.follow(reviewer.filled(old, old+"/move", nil)), "没有在办的合作项目")
	moved := reviewer.Get(stands)
	says(t, moved, "市科技创新局", "移交承接单位")
	if strings.Contains(strings.Join(moved.Text("dl", "strip"), " "), "撤销") {
		t.Error("it still stands at the old unit")
	}
	says(t, administrator.follow(administrator.filled(old, old+"/restore", nil)), "在用")
}

// TestMilestonesInACalendar follows the private calendar of a college without signing in.
func TestMilestonesInACalendar(t *testing.T) {
	a := Start(t)
	once(t, a.Chores.Once(t.Context())) // reminders of milestones change what is edited here
	college, visitor := SignedIn(t, a, people["c.owner"]), NewClient(t, a.Addr())
	const page = "/desk/milestones"
	says(t, college.Get(page), "我的节点", "日历订阅")
	address := func() string {
		t.Helper()
		found := college.Send(page, nil).Text("code", "secret")
		if len(found) != 1 {
			t.Fatalf("address %q", found)
		}
		_, rest, _ := strings.Cut(found[0], page)
		return page + rest
	}
	feed := address()
	const in = "/desk/partnerships/demo-p01"
	says(t, college.follow(college.filled(in+"/milestones/new", in+"/milestones/new", map[string]string{"title": "设备验收", "due": "2031-05-06"})), "设备验收")
	event := regexp.MustCompile(`(?s)BEGIN:VEVENT.*?END:VEVENT`)
	find := func(title string) (uid, sequence, day string) {
		t.Helper()
		got := visitor.Get(feed)
		if got.Status != http.StatusOK || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/calendar") {
			t.Fatalf("the calendar: %d %s", got.Status, got.Header.Get("Content-Type"))
		}
		for _, one := range event.FindAllString(strings.ReplaceAll(got.Body, "\r\n ", ""), -1) {
			if strings.Contains(one, title) {
				part := func(name string) string {
					return strings.TrimSpace(regexp.MustCompile(name + `[^:\n]*:(.*)`).FindStringSubmatch(one)[1])
				}
				return part("UID"), part("SEQUENCE"), part("DTSTART")
			}
		}
		t.Fatalf("%s is not in the calendar", title)
		return "", "", ""
	}
	uid, sequence, day := find("设备验收")
	if day != "20310506" {
		t.Errorf("it stands on %s", day)
	}
	milestone := ""
	for n := range college.Get(page).elements("a") {
		if textOf(n) == "设备验收" {
			milestone = attr(n, "href")
		}
	}
	college.follow(college.filled(milestone, milestone, map[string]string{"due": "2031-06-07"}))
	if after, version, day := find("设备验收"); after != uid || version == sequence || day != "20310607" {
		t.Errorf("after a change: %s was %s, version %s was %s, on %s", after, uid, version, sequence, day)
	}
	second := address()
	for name, path := range map[string]string{"the old address": feed, "no key": page + "/.ics", "a made-up key": page + "/abc.ics"} {
		if got := visitor.Get(path).Status; got != http.StatusNotFound {
			t.Errorf("%s: %d", name, got)
		}
	}
	if got := visitor.Get(second).Status; got != http.StatusOK {
		t.Errorf("the new address: %d", got)
	}
	says(t, college.follow(college.filled(page, page+"/end", nil)), "日历订阅")
	if got := visitor.Get(second).Status; got != http.StatusNotFound {
		t.Errorf("after it was ended: %d", got)
	}
	if got := college.Get(in + "/milestones.ics"); got.Status != http.StatusOK || !strings.Contains(got.Body, uid) {
		t.Errorf("the calendar of the partnership: %d", got.Status)
	}
	if got := visitor.Get("/"); !slices.Contains(got.Links(), "/indicators") {
		t.Error("nothing leads to the dictionary of indicators")
	}
}
