package apptest

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// running brings a partnership of the demonstration data to where outcomes are entered, and
// takes out those it has.
func running(t *testing.T, a *app.App, id string) {
	t.Helper()
	_, err := a.Records.Partnerships.Mutate(t.Context(), id, func(p *portal.Partnership) error {
		p.Stage, p.Agreement.From = portal.PartnershipRunning, "2023-09-01"
		return nil
	})
	var ids []string
	err = errors.Join(err, a.Records.Outcomes.All(t.Context(), []store.Cond{store.Where("partnership", id)}, func(o *portal.Outcome) error { ids = append(ids, o.ID); return nil }))
	for _, outcome := range ids {
		err = errors.Join(err, a.Records.Outcomes.Delete(t.Context(), outcome, 0))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestOutcomeFromClaimToPublicFigure is entered by the enterprise, disputed by the college,
// corrected, confirmed, verified by the office and read by everybody.
func TestOutcomeFromClaimToPublicFigure(t *testing.T) {
	a := Start(t)
	running(t, a, "demo-p01")
	enterprise, college, office := SignedIn(t, a, people["e.owner"]), SignedIn(t, a, people["c.owner"]), SignedIn(t, a, people["reviewer"])
	visitor := NewClient(t, a.Addr())
	const desk, public = "/desk/partnerships/demo-p01/outcomes", "/partnerships/demo-p01"

	list := enterprise.Get(desk)
	says(t, list, "成效：演示·筑能电池产业学院", "还没有填报", "校企共建课程")
	if !slices.Contains(list.Links(), desk+"/new?indicator=hired_by_partner&period=2026") {
		t.Error("what is missing does not lead to its form")
	}
	form := desk + "/new?indicator=hired_by_partner"
	refused := enterprise.Send(desk+"/new", url.Values{"indicator": {"hired_by_partner"}, "period": {"2026"}, "value": {"三十"}, "counted": {"2026-10-08"}, "note": {"含提前录用"}})
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, `value="三十"`) || !strings.Contains(refused.Body, "含提前录用") || !strings.Contains(refused.Body, `<option value="2026" selected>`) {
		t.Errorf("status %d; what was typed is lost: %s", refused.Status, refused.Text("div", "errors"))
	}
	says(t, refused, "请写数字")
	filled := enterprise.Get(form)
	says(t, filled, "整数，单位：人", "统计日")
	entered := enterprise.Send(desk+"/new", url.Values{"indicator": {"hired_by_partner"}, "period": {"2026"}, "value": {"33"}, "counted": {"2026-10-08"}})
	at := entered.Header.Get("Location")
	one := enterprise.follow(entered)
	says(t, one, "合作企业接收就业学生数（2026 届）", "33", "还没有佐证")
	if state(one) != "待确认" || !one.formless(at+"/confirm") {
		t.Errorf("to whoever entered it: %q", state(one))
	}
	twice := enterprise.Send(desk+"/new", url.Values{"indicator": {"hired_by_partner"}, "period": {"2026"}, "value": {"34"}, "counted": {"2026-10-08"}})
	says(t, twice, "已经填报过")

	version := func(c *Client, act string) url.Values { return c.Get(at).formOn(at + "/" + act) }
	disputed := version(college, "dispute")
	says(t, college.Send(at+"/dispute", disputed), "理由")
	disputed.Set("reason", "其中两人已离职")
	says(t, college.follow(college.Send(at+"/dispute", disputed)), "对方提出异议：其中两人已离职", "有异议")
	says(t, enterprise.Get("/notifications"), "有异议：合作企业接收就业学生数（2026）")
	correction := enterprise.Get(at + "/correct").formOn(at + "/correct")
	if correction.Get("value") != "33" || correction.Get("counted") != "2026-10-08" {
		t.Errorf("the correction begins with %v", correction)
	}
	correction.Set("value", "31")
	says(t, enterprise.follow(enterprise.Send(at+"/correct", correction)), "第 2 版", "第 1 版", "待确认")
	correction.Set("value", "29") // of the version before
	if late := enterprise.Send(at+"/correct", correction); late.Status != http.StatusConflict || !strings.Contains(late.Body, `value="29"`) {
		t.Errorf("correcting over somebody's correction: %d", late.Status)
	}
	says(t, college.follow(college.Send(at+"/confirm", version(college, "confirm"))), "待核实")

	says(t, office.Get("/desk/outcomes"), "合作企业接收就业学生数", "31", "0 天")
	if !office.Get(at).formless(at + "/verify") {
		t.Error("it can be verified without evidence")
	}
	says(t, enterprise.follow(enterprise.upload(enterprise.Get(at), at+"/attach", "evidence", "录用名单.pdf", []byte("%PDF-1.4 list"))), "录用名单.pdf")
	says(t, visitor.Get(public), "已核实的成效", "这里还没有记录")
	says(t, office.follow(office.Send(at+"/verify", version(office, "verify"))), "已核实")

	for path, c := range map[string]*Client{public + "?fresh=1": visitor, desk: college} {
		says(t, c.Get(path), "合作企业接收就业学生数", "2026 届", "31")
	}
	if en := visitor.Get("/en" + public + "?fresh=1"); !strings.Contains(en.Body, "Graduates hired by partner enterprises") || !strings.Contains(en.Body, "class of 2026") {
		t.Error("the English page does not tell it")
	}
	says(t, college.Get(desk), "2026 届去向 · 已核实")
}

// formless reports whether no form of the page posts to that path.
func (a Answer) formless(action string) bool {
	for form := range a.elements("form") {
		if attr(form, "action") == action {
			return false
		}
	}
	return true
}

func TestFewPeopleAreNotPublic(t *testing.T) {
	a := Start(t)
	running(t, a, "demo-p01")
	enterprise, college, office := SignedIn(t, a, people["e.owner"]), SignedIn(t, a, people["c.owner"]), SignedIn(t, a, people["reviewer"])
	entered := enterprise.Send("/desk/partnerships/demo-p01/outcomes/new", url.Values{"indicator": {"employed_guiyang"}, "period": {"2025"}, "value": {"3"}, "counted": {"2025-12-31"}})
	at := entered.Header.Get("Location")
	enterprise.follow(enterprise.upload(enterprise.Get(at), at+"/attach", "evidence", "名单.pdf", []byte("%PDF-1.4 list")))
	college.follow(college.Send(at+"/confirm", college.Get(at).formOn(at+"/confirm")))
	office.follow(office.Send(at+"/verify", office.Get(at).formOn(at+"/verify")))
	value := func(c *Client, path string) bool {
		return slices.ContainsFunc(c.Get(path).Text("td", "num"), func(s string) bool { return s == "3" })
	}
	visitor := NewClient(t, a.Addr())
	says(t, visitor.Get("/partnerships/demo-p01"), "留筑就业人数", "<5")
	if value(visitor, "/partnerships/demo-p01") || value(SignedIn(t, a, people["analyst"]), at) {
		t.Error("three people are shown to others")
	}
	if !value(college, at) || !value(office, at) {
		t.Error("the parties and the reviewer do not see the figure")
	}
}

func TestDictionaryOfIndicators(t *testing.T) {
	a := Start(t)
	visitor, administrator := NewClient(t, a.Addr()), SignedIn(t, a, people["administrator"])
	says(t, visitor.Get("/indicators"), "112 个指标", "在校生规模", "≥100 人（外省参考）", "依据待核")
	says(t, visitor.Get("/indicators?type=order_class"), "订单班 ·", "订单班总体就业率")
	if got := visitor.Get("/indicators?type=nothing").Status; got != http.StatusBadRequest {
		t.Errorf("a made-up type: %d", got)
	}
	says(t, visitor.Get("/en/indicators/intern_pay_ratio"), "Intern pay as a share of the post's wage", "≥80%", "national")
	csv := visitor.Get("/indicators.csv?type=order_class")
	if lines := strings.Count(csv.Body, "\r\n"); csv.Status != http.StatusOK || lines < 20 || !strings.HasPrefix(csv.Body, "\ufeff代码,") || strings.Contains(csv.Body, "incubatees,") {
		t.Errorf("the CSV: %d, %d lines: %.200s", csv.Status, lines, csv.Body)
	}
	const path = "/indicators/tripartite_rate"
	form := administrator.Get(path).formOn(path)
	form.Del("current")
	form.Set("compare", "ge")
	form.Set("number", "百分百")
	refused := administrator.Send(path, form)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, `value="百分百"`) {
		t.Errorf("a wrong number: %d", refused.Status)
	}
	form.Set("number", "100")
	form.Set("document", "某市文件")
	form.Set("reach", "guiyang")
	form.Set("current", "1")
	says(t, administrator.follow(administrator.Send(path, form)), "已保存", "≥100%", "某市文件", "有文件依据", "修改指标")
	if late := administrator.Send(path, form); late.Status != http.StatusConflict {
		t.Errorf("over one's own change: %d", late.Status)
	}
}
