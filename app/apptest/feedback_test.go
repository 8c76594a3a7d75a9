package apptest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
)

// judgeButton finds the first button of a page that says such of a result: its value and
// where it sends the form.
func judgeButton(t *testing.T, a Answer, act string) (value, action string) {
	t.Helper()
	for b := range a.elements("button") {
		if v := attr(b, "value"); strings.HasPrefix(v, act+":") {
			return v, attr(b, "formaction")
		}
	}
	t.Fatalf("no button says %s: %d", act, a.Status)
	return "", ""
}

// path is an address without its place on the page.
func path(address string) string {
	p, _, _ := strings.Cut(address, "#")
	return p
}

func TestFeedbackOnTheMatchOfANeed(t *testing.T) {
	a := Start(t)
	e := SignedIn(t, a, Who{Demo: "企业人事"})
	page := e.Get("/desk/needs/demo-n001")
	value, action := judgeButton(t, page, "unfit")
	_, result, _ := strings.Cut(value, ":")

	// Without a reason the page says so beside the result, and in what it keeps.
	bad := e.Send(path(action), url.Values{"do": {value}, "note-" + result: {"我的补充"}})
	if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, "请选择不对口的原因") || !strings.Contains(bad.Body, "我的补充") {
		t.Errorf("without a reason: %d %v", bad.Status, bad.Text("div", "errors"))
	}
	back := e.goes(path(action), url.Values{"do": {value}, "reason-" + result: {"field"}})
	if back != "/desk/needs/demo-n001#v-"+result {
		t.Errorf("it comes back to %s", back)
	}
	says(t, e.Get(path(back)), "已记下：不对口，专业方向不符。谢谢。", "撤销")
	says(t, e.Get("/en"+path(back)), "Noted: Does not fit: Another field. Thank you.", "Undo")
	undo, _ := judgeButton(t, e.Get(path(back)), "withdraw")
	e.goes(path(action), url.Values{"do": {undo}})
	if strings.Contains(e.Get("/desk/needs/demo-n001").Body, "已记下") {
		t.Error("what was taken back is still there")
	}
	contacted, _ := judgeButton(t, page, "contacted")
	e.goes(path(action), url.Values{"do": {contacted}})
	e.goes(path(action), url.Values{"do": {value}, "reason-" + result: {"other"}, "note-" + result: {"只招本地学生"}})

	c := SignedIn(t, a, Who{Demo: "校企"})
	if strings.Contains(c.Get("/needs/demo-n001").Body, "只招本地学生") {
		t.Error("a college reads what an enterprise said")
	}
	needs := c.Get("/desk/programmes/demo-c2-430504/needs")
	value, action = judgeButton(t, needs, "unfit")
	_, result, _ = strings.Cut(value, ":")
	if back := c.goes(path(action), url.Values{"do": {value}, "reason-" + result: {"distance"}}); back != "/desk/programmes/demo-c2-430504/needs#v-"+result {
		t.Errorf("a college comes back to %s", back)
	}
	says(t, c.Get("/desk/programmes/demo-c2-430504/needs"), "已记下：不对口，距离太远")

	o := SignedIn(t, a, Who{Demo: "审核"})
	if !slices.Contains(o.Get("/desk/region").Links(), "/desk/feedback") {
		t.Error("nothing leads the office to what was said")
	}
	office := o.Get("/desk/feedback")
	says(t, office, "不对口的原因", "只招本地学生", "距离太远", "演示数据", "展示公平", "青龙智造", "截至")
	says(t, o.Get("/en/desk/feedback"), "Why results do not fit", "Too far away", "Fair exposure")
	if file := o.Get("/desk/feedback.jsonl?demo=yes"); file.Status != http.StatusOK || !strings.Contains(file.Body, `"judged":[{"code":`) || strings.Contains(file.Body, "demo-") {
		t.Errorf("what is handed on: %d %.300s", file.Status, file.Body)
	}
}

func TestFeedbackWhileANeedIsWritten(t *testing.T) {
	a := Start(t)
	e := SignedIn(t, a, Who{Demo: "企业人事"})
	form := url.Values{"title": {"量子罗盘装配员"}, "text": {"量子罗盘产线装配与调试，会看电路图"}, "industry": {"C38"}, "must_haves": {"电工证"}, "do": {"match"}}
	value, action := judgeButton(t, e.Send("/desk/needs/new", form), "unfit")
	_, result, _ := strings.Cut(value, ":")
	form.Set("do", value)
	form.Set("reason-"+result, "level")
	said := e.Send(path(action), form)
	if said.Status != http.StatusOK || !strings.Contains(said.Body, "量子罗盘产线装配") || !strings.Contains(said.Body, `value="电工证"`) {
		t.Fatalf("status %d, or what was typed is gone", said.Status)
	}
	says(t, said, "已记下：不对口，层次不符")
	form.Set("do", "")
	need := e.goes("/desk/needs/new", form)
	says(t, e.Get(need), "已记下：不对口，层次不符") // it was the same need
}

func TestNeedFormFillsInWhatTheTextSays(t *testing.T) {
	a := Start(t)
	e := SignedIn(t, a, Who{Demo: "企业人事"})
	form := url.Values{"title": {"电工"}, "text": {"贵安的厂要招电工20名，大专，持电工证，能倒班，可以订单班，明年3月底前到岗，6000-8000元/月"}, "do": {"match"}, "languages": {"英语"}}
	page := e.Send("/desk/needs/new", form)
	says(t, page, "从描述里还读到", "人数 20", "贵安新区", "订单班", "硬性条件：")
	for _, field := range []string{"headcount", "level", "district", "mode", "must_haves", "deadline", "salary"} {
		form.Set("do", "fill:"+field)
		page = e.Send("/desk/needs/new", form)
		if page.Status != http.StatusOK || !strings.Contains(page.Body, `value="英语"`) || slices.ContainsFunc(buttons(page), func(v string) bool { return v == "fill:"+field }) {
			t.Errorf("%s: status %d, or it is offered again", field, page.Status)
		}
	}
	form.Set("do", "fill:headcount")
	if got := e.Send("/desk/needs/new", form); !regexp.MustCompile(`name="headcount" value="20"`).MatchString(got.Body) {
		t.Error("the headcount is not filled in")
	}
	by := strconv.Itoa(time.Now().In(portal.Shanghai).Year()+1) + "-03-31"
	form.Set("do", "fill:deadline")
	if got := e.Send("/desk/needs/new", form); !strings.Contains(got.Body, `name="deadline" value="`+by+`"`) {
		t.Error("the deadline is not filled in")
	}
	past := url.Values{"title": {"电工"}, "text": {"电工"}, "industry": {"C38"}, "deadline": {"2020-01-01"}, "salary": {"面议"}, "do": {"publish"}}
	if got := e.Send("/desk/needs/new", past); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `value="面议"`) {
		t.Errorf("a deadline that is past: %d", got.Status)
	}
	past.Set("deadline", by)
	says(t, e.Get(e.goes("/desk/needs/new", past)), by, "面议")
	if got := e.Send("/en/desk/needs/new", form); !strings.Contains(got.Body, "Must have: ") {
		t.Error("the hints lack English")
	}
}

func buttons(a Answer) (values []string) {
	for b := range a.elements("button") {
		values = append(values, attr(b, "value"))
	}
	return values
}

func TestATextOfSeveralPostsBecomesSeveralNeeds(t *testing.T) {
	a := Start(t)
	e := SignedIn(t, a, Who{Demo: "企业人事"})
	form := url.Values{"text": {"电池厂扩产，要电工5名，会PLC；钳工3名，看得懂图纸"}, "industry": {"C38"}, "level": {"高职"}, "district": {"清镇市"}, "do": {"match"}}
	if !slices.Contains(buttons(e.Send("/desk/needs/new", form)), "split") {
		t.Fatal("the text is not offered to be taken apart")
	}
	form.Set("do", "split")
	review := e.Send("/desk/needs/new", form)
	says(t, review, "拆成几条需求", "电池厂扩产，钳工3名，看得懂图纸")
	fields := review.formOn("/desk/needs/split")
	bad := url.Values{}
	for name, values := range fields {
		bad[name] = values
	}
	bad.Set("headcount-2", "许多")
	if got := e.Send("/desk/needs/split", bad); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, `value="许多"`) {
		t.Errorf("a headcount that is none: %d", got.Status)
	}
	bad.Set("do", "back")
	says(t, e.Send("/desk/needs/split", bad), "要电工5名，会PLC；钳工3名")
	drafts := e.Get(e.goes("/desk/needs/split", fields))
	for _, title := range []string{"电工", "钳工"} {
		if !slices.Contains(names(drafts), title) {
			t.Errorf("%s is not among the drafts %v", title, names(drafts))
		}
	}
	says(t, drafts, "各条都已存为草稿")
}

func TestWhatACollegeWouldHaveToChange(t *testing.T) {
	a := Start(t)
	c := SignedIn(t, a, Who{Demo: "校企"})
	says(t, c.Get("/needs/demo-n003"), "院校怎样改进可更好满足", "只有本校和人才办看得到", "只改这一处")
	says(t, c.Get("/en/needs/demo-n003"), "What the college could change", "This change alone")
	for name, visitor := range map[string]*Client{"a visitor": NewClient(t, a.Addr()), "the enterprise": SignedIn(t, a, Who{Demo: "企业人事"})} {
		if strings.Contains(visitor.Get("/needs/demo-n001").Body, "院校怎样改进") {
			t.Errorf("%s reads what a college could change", name)
		}
	}
	o := SignedIn(t, a, Who{Demo: "审核"})
	says(t, o.Get("/desk/needs/demo-n001"), "选一所院校")
	says(t, o.Get("/desk/needs/demo-n006?college=demo-c2"), "只改这一处", "改后得分", "未列入结果")
	if got := o.Get("/desk/needs/demo-n001?college=nothing").Status; got != http.StatusNotFound {
		t.Errorf("a college there is not: %d", got)
	}
}
