package apptest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// TestAPartnershipIsSigned walks from an accepted intention to a signed order class with
// milestones, as its two sides and the office see it.
func TestAPartnershipIsSigned(t *testing.T) {
	a := Start(t)
	enterprise, college, office := SignedIn(t, a, Who{Demo: "企业"}), SignedIn(t, a, Who{Demo: "校企"}), SignedIn(t, a, Who{Of: portal.OfficeID, Role: portal.Reviewer})
	id := accepted(t, a.Services.Intentions, portal.OrderClass)
	at := "/desk/partnerships/" + id
	act := func(c *Client, page, action string, change map[string]string) Answer {
		t.Helper()
		form := c.Get(page).formOn(action)
		for k, v := range change {
			form.Set(k, v)
		}
		return c.Submit(action, form)
	}
	said := func(c *Client, got Answer, words ...string) Answer {
		t.Helper()
		if got.Status == http.StatusSeeOther {
			got = c.follow(got)
		}
		says(t, got, words...)
		return got
	}
	said(college, college.Get(at), "洽谈", "填写协议")
	if got := college.Get("/partnerships/" + id); got.Status != http.StatusOK {
		t.Errorf("a party reads its page: %d", got.Status)
	}
	if got := NewClient(t, a.Addr()).Get("/partnerships/" + id); got.Status != http.StatusNotFound {
		t.Errorf("a visitor before it is signed: %d", got.Status)
	}

	today := time.Now().In(portal.Shanghai)
	words := map[string]string{"number": "校企 2026-7", "signed_on": today.Format(time.DateOnly), "from": "不知道", "amount": "二十万", "clauses": "funds"}
	got := act(college, at+"/agreement", at+"/agreement", words)
	if got.Status != http.StatusUnprocessableEntity {
		t.Fatalf("a day and an amount that are none: %d", got.Status)
	}
	said(college, got, "「二十万」不是金额")
	for _, kept := range []string{`value="校企 2026-7"`, `value="二十万"`} {
		if !strings.Contains(got.Body, kept) {
			t.Errorf("what was typed is lost: %s", kept)
		}
	}
	words["from"], words["amount"] = today.Format(time.DateOnly), "20.5"
	form := college.Get(at + "/agreement").formOn(at + "/agreement")
	for k, v := range words {
		form.Set(k, v)
	}
	form.Set("until", today.AddDate(2, 0, 0).Format(time.DateOnly))
	form["clauses"] = portal.AgreementClauses[:]
	said(college, college.Submit(at+"/agreement", form), "已保存", "校企 2026-7", "20.5 万元")
	got = act(college, at, at+"/confirm", nil)
	said(college, got, "签约前请先上传协议文件")
	page := college.Get(at + "/agreement")
	said(college, college.upload(page, at+"/agreement/files", "agreement_file", "协议.pdf", []byte("%PDF-1.4 x")), "协议.pdf")
	said(college, act(college, at, at+"/confirm", nil), "等待另一方确认")
	said(enterprise, act(enterprise, at, at+"/confirm", nil), "合作项目已签约", "订单班招生或遴选完成")
	said(enterprise, act(enterprise, at, at+"/start", nil), "已保存", "运行")

	page = college.Get(at + "/milestones/t1")
	got = college.Submit(at+"/milestones/t1/reach", page.formOn(at+"/milestones/t1/reach"))
	if got.Status != http.StatusUnprocessableEntity {
		t.Errorf("reached without a day or evidence: %d", got.Status)
	}
	said(college, act(college, at+"/milestones/new", at+"/milestones/new", map[string]string{"title": "企业导师到校", "due": today.AddDate(0, 2, 0).Format(time.DateOnly)}), "企业导师到校")
	said(office, act(office, at, at+"/assign", map[string]string{"responsible": "city_talent", "clause": "14"}), "市委人才办")
	said(enterprise, act(enterprise, at, at+"/terminate", map[string]string{"note": "停产"}), "请填写", "停产")

	visitor := NewClient(t, a.Addr())
	public := visitor.Get("/partnerships/" + id)
	if public.Status != http.StatusOK {
		t.Fatalf("a visitor after it is signed: %d", public.Status)
	}
	api := visitor.Get("/api/v1/partnerships/" + id)
	for _, secret := range []string{"校企 2026-7", "协议.pdf", "企业导师到校", "205000"} {
		if strings.Contains(public.Body+api.Body, secret) {
			t.Errorf("everybody reads %s", secret)
		}
	}
	english := enterprise.Get("/en" + at)
	said(enterprise, english, "Running", "Milestones", "Agreement")
}

// accepted makes an intention of the fictional enterprise that the fictional college has
// accepted, and returns the partnership.
func accepted(t *testing.T, intentions *service.Intentions, mode portal.Mode) string {
	t.Helper()
	asks := portal.Viewer{Person: "demo-person-enterprise", Organisation: portal.EnterpriseOrganisation("demo-e01"), Kind: portal.OfEnterprise, Record: "demo-e01", Role: portal.Owner, State: portal.OrganisationVerified}
	answers := portal.Viewer{Person: "demo-person-college", Organisation: portal.CollegeOrganisation("demo-c2"), Kind: portal.OfCollege, Record: "demo-c2", Role: portal.Owner, State: portal.OrganisationVerified}
	in, err := intentions.Send(t.Context(), asks, service.IntentionDraft{Programmes: []string{"demo-c2-430504"}, Mode: mode, Text: "共建产业学院"})
	if err == nil {
		in, err = intentions.Accept(t.Context(), answers, in.ID, 0, "", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return in.Partnership
}

// TestAPartnerIsNotOnThePortal proposes to an enterprise nobody acts for yet: the page says
// how it can come to confirm.
func TestAPartnerIsNotOnThePortal(t *testing.T) {
	a := Start(t)
	college := SignedIn(t, a, people["c.owner"])
	got := college.Send("/desk/partnerships/new", url.Values{"title": {"罗盘订单班"}, "type": {"order_class"}, "colleges": {"演示·青龙智造职业技术学院"}, "enterprises": {"演示·黔环检测技术公司"}})
	says(t, college.follow(got), "等待其他合作方确认", "/register", "也可以请人才办协助联系")
}
