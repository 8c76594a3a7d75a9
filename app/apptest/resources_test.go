package apptest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// schooled is somebody of a school that registered through the pages and was verified by
// the office through its own.
func schooled(t *testing.T, a *app.App, email string) *Client {
	t.Helper()
	c := registered(t, a, email)
	form := c.Get("/organisation/register?kind=school").formOn("/organisation/register")
	for name, value := range map[string]string{"organisation_name": "测试·花溪河小学", "credit_code": "91350100M000100Y43", "contact_name": "李老师", "contact_phone": "13912345678", "contact_email": email} {
		form.Set(name, value)
	}
	led(t, c.Submit("/organisation/register", form), "/organisation")
	says(t, c.Get("/desk"), "正在等待人才办审核", "查找可用资源", "我们的申请")
	says(t, c.Get("/desk/bookings/new?resource=demo-r2"), "通过人才办核实后才能申请")
	office := SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Reviewer})
	page := "/desk/organisations/school-91350100M000100Y43"
	led(t, office.Submit(page, office.Get(page).formIn("verified")), "/desk/organisations")
	return c
}

// formIn is what the form of that id would send, unchanged.
func (a Answer) formIn(id string) url.Values {
	a.t.Helper()
	out := url.Values{}
	for form := range a.elements("form") {
		if attr(form, "id") != id {
			continue
		}
		for n := range form.Descendants() {
			if name := attr(n, "name"); name != "" && n.Data != "button" {
				out.Set(name, attr(n, "value"))
			}
		}
		return out
	}
	a.t.Fatalf("no form %s: %.500s", id, a.Body)
	return nil
}

// nextDay is a time of tomorrow as a browser sends it.
func nextDay(hour string) string {
	return time.Now().In(portal.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly) + "T" + hour
}

func TestASchoolUsesWhatACollegeOpens(t *testing.T) {
	a := Start(t)
	college, school, public := SignedIn(t, a, Who{Demo: collegePerson}), schooled(t, a, "school@example.cn"), NewClient(t, a.Addr())

	// the college opens it, refused first
	form := college.Get("/desk/resources/new").formOn("/desk/resources/new")
	form.Set("kind", "science_venue")
	form.Set("name", "演示·无人机体验馆")
	form.Set("capacity", "四十")
	form.Set("do", "open")
	if refused := college.Submit("/desk/resources/new", form); refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "无人机体验馆") {
		t.Errorf("status %d", refused.Status)
	}
	form.Set("capacity", "４０人")
	refused := college.Submit("/desk/resources/new", form)
	if refused.Status != http.StatusUnprocessableEntity || len(refused.Text("p", "fault")) != 4 {
		t.Errorf("status %d, %v", refused.Status, refused.Text("p", "fault"))
	}
	form.Set("text", "无人机模拟飞行与室内试飞")
	form.Set("hours", "周末 9:00—17:00")
	form.Set("charge", "free")
	form.Set("related", "4602；430504")
	form["open_to"] = []string{"school"}
	made := college.Submit("/desk/resources/new", form)
	says(t, college.follow(made), "已开放", "开放中", "中小学", "430504 储能材料技术", "办理记录")
	desk := made.Header.Get("Location")
	address := strings.TrimPrefix(desk, "/desk")

	// the school finds and requests it
	eventually(t, "the resource is found", func() bool {
		return slices.Contains(names(school.Get("/resources?open_to=school&kind=science_venue&q="+url.QueryEscape("无人机"))), "演示·无人机体验馆")
	})
	says(t, public.Get("/colleges/demo-c2"), "在本站开放的共享资源", "演示·无人机体验馆", "可共享资源与条件")
	says(t, public.Get("/search?q="+url.QueryEscape("无人机体验馆")), "演示·无人机体验馆")
	if page := school.Get(address); !slices.Contains(page.Links(), "/desk/bookings/new?resource="+strings.TrimPrefix(address, "/resources/")) {
		t.Errorf("the page does not lead to a request: %v", page.Links())
	}
	const new = "/desk/bookings/new"
	ask := school.Get(new + "?resource=" + strings.TrimPrefix(address, "/resources/")).formOn(new)
	ask.Set("from", nextDay("09:00"))
	ask.Set("to", nextDay("08:00"))
	ask.Set("people", "41")
	ask.Set("purpose", "八年级科学课")
	wrong := school.Submit(new, ask)
	if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, "八年级科学课") {
		t.Errorf("status %d", wrong.Status)
	}
	says(t, wrong, "结束时间须在开始时间之后", "超过了容纳人数 40 人")
	ask.Set("to", nextDay("11:30"))
	ask.Set("people", "38")
	ask.Set("text", "有两位学生使用轮椅")
	sent := school.Submit(new, ask)
	says(t, school.follow(sent), "申请已发送", "待答复", "09:00—11:30", "有两位学生使用轮椅", "000****0000")
	booking := sent.Header.Get("Location")

	// the college accepts, and both see each other
	says(t, college.Get("/notifications"), "收到「演示·无人机体验馆」的使用申请")
	says(t, college.Get("/desk/bookings"), "演示·无人机体验馆", "测试·花溪河小学", "待答复")
	seen := college.Get(booking)
	says(t, seen, "139****5678", "这个时间没有已接受的申请", "接受后该时段即被占用")
	if strings.Contains(seen.Body, "13912345678") {
		t.Error("the contact is not masked before acceptance")
	}
	says(t, college.follow(college.Submit(booking+"/accept", seen.formIn("accept"))), "已接受", "13912345678", "李老师")
	says(t, school.Get(booking), "已接受", "000-0000-0000")
	says(t, public.Get(address), "已约时段", "09:00—11:30")
	says(t, school.Get("/en/desk/bookings"), "Accepted", "Our requests")

	// another request for the same time can only be declined
	other := SignedIn(t, a, Who{Of: "demo-e02", Role: portal.Owner})
	if got := other.Get(new + "?resource=" + strings.TrimPrefix(address, "/resources/")); got.Status != http.StatusOK || !strings.Contains(got.Body, "不接受你所在机构的申请") {
		t.Errorf("an enterprise is not told that it is for schools: %d", got.Status)
	}
	if got := other.Get(booking).Status; got != http.StatusNotFound {
		t.Errorf("another enterprise reads the request: %d", got)
	}
	ask.Set("from", nextDay("11:00"))
	ask.Set("to", nextDay("12:00"))
	late := school.Submit(new, ask)
	meets := college.Get(late.Header.Get("Location"))
	says(t, meets, "先接受的有效", "测试·花溪河小学")
	force := meets.formIn("decline")
	force.Set("_form", "accept")
	forced := college.Submit(late.Header.Get("Location")+"/accept", force)
	if forced.Status != http.StatusUnprocessableEntity {
		t.Errorf("accepting what is taken: %d", forced.Status)
	}
	says(t, forced, "先接受的有效")
	decline := forced.formIn("decline")
	decline.Set("reason", "taken")
	says(t, college.follow(college.Submit(late.Header.Get("Location")+"/decline", decline)), "已婉拒", "该时段已有安排")

	// paused it is gone, and the school takes its request back
	says(t, college.follow(college.Submit(desk+"/pause", college.Get(desk).formIn("pause"))), "已暂停")
	eventually(t, "the paused resource is gone", func() bool { return public.Get(address).Status == http.StatusNotFound })
	says(t, school.follow(school.Submit(booking+"/withdraw", school.Get(booking).formIn("withdraw"))), "申请已撤回", "已撤回")
	says(t, college.Get(desk), "还没有约定的时段", "释放时段")
}

func TestTwoEditorsOfOneResourceKeepTheirWords(t *testing.T) {
	a := Start(t)
	first, second := SignedIn(t, a, Who{Demo: collegePerson}), SignedIn(t, a, Who{Demo: collegePerson})
	const page = "/desk/resources/demo-r1/edit"
	mine, theirs := first.Get(page).formOn(page), second.Get(page).formOn(page)
	for _, form := range []url.Values{mine, theirs} { // several boxes of one name are ticked
		form["open_to"] = []string{"college", "enterprise"}
	}
	theirs.Set("hours", "只在周五")
	led(t, second.Submit(page, theirs), "/desk/resources/demo-r1")
	mine.Set("terms", "我写的条件")
	late := first.Submit(page, mine)
	if late.Status != http.StatusConflict {
		t.Fatalf("status %d", late.Status)
	}
	says(t, late, "我写的条件", "只在周五", "现在保存的内容")
	again := late.formOn(page)
	again["open_to"] = []string{"college"}
	led(t, first.Submit(page, again), "/desk/resources/demo-r1")
	says(t, first.Get("/resources/demo-r1"), "我写的条件")
}

func TestAnEmptyListOfResourcesSaysHow(t *testing.T) {
	a := Start(t)
	ctx := t.Context()
	for _, id := range []string{"demo-r1", "demo-r2", "demo-r3"} {
		if err := a.Records.Resources.Delete(ctx, id, 0); err != nil {
			t.Fatal(err)
		}
	}
	c := NewClient(t, a.Addr())
	eventually(t, "the list is empty", func() bool {
		return strings.Contains(c.Get("/resources").Body, "还没有机构在本站开放共享资源")
	})
	says(t, c.Get("/resources?kind=lab"), "没有符合条件的记录")
}
