package apptest

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

// goes asserts that a form was accepted, and returns where it leads.
func (c *Client) goes(path string, form url.Values) string {
	c.t.Helper()
	a := c.Send(path, form)
	if a.Status != http.StatusSeeOther {
		c.t.Fatalf("%s: status %d: %s", path, a.Status, a.Text("div", "errors"))
	}
	return a.Header.Get("Location")
}

func state(a Answer) string { return strings.Join(a.Text("b", "state"), " ") }

func TestEnterpriseNeedFromDraftToClosed(t *testing.T) {
	a := Start(t)
	d, public := SignedIn(t, a, Who{Demo: "企业人事"}), NewClient(t, a.Addr())
	form := url.Values{"title": {"量子罗盘装配员"}, "text": {"量子罗盘产线装配与调试，会看电路图"}, "industry": {"c38"}, "level": {"高职"}, "mode": {"order_class", "practice_base"},
		"must_haves": {"电工证；低压证"}, "anonymous": {"1"}}
	listed := func() bool {
		return slices.Contains(names(public.Get("/needs?q="+url.QueryEscape("量子罗盘"))), "量子罗盘装配员")
	}

	// What is wrong is said on top with the name of its field.
	about := maps.Clone(form)
	about.Set("headcount", "约20")
	wrong := d.Send("/desk/needs/new", about)
	says(t, wrong, "人数：「约20」不是有效的数字。")

	// Before it is saved the page shows what fits, with and without JavaScript.
	form.Set("do", "match")
	page := d.Send("/desk/needs/new", form)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "量子罗盘产线装配") || len(page.Text("li", "fit")) == 0 {
		t.Fatalf("status %d, %d fitting specialisms", page.Status, len(page.Text("li", "fit")))
	}
	part := d.Send("/desk/needs/match", form, "HX-Request", "true")
	if part.Status != http.StatusOK || strings.Contains(part.Body, "<html") || len(part.Text("li", "fit")) == 0 {
		t.Errorf("the answer while typing: %d: %.200s", part.Status, part.Body)
	}
	form.Del("do")
	need := d.goes("/desk/needs/new", form)
	own := d.Get(need)
	if state(own) != "草稿" || !strings.Contains(own.Body, "电工证、低压证") || len(own.Text("li", "fit")) == 0 {
		t.Errorf("the draft is shown as %q", state(own))
	}
	id := strings.TrimPrefix(need, "/desk/needs/")
	if got := public.Get("/needs/" + id).Status; got != http.StatusNotFound {
		t.Errorf("a visitor sees a draft: %d", got)
	}

	d.goes(need+"/publish", nil)
	eventually(t, "the need is found", listed)
	for _, path := range []string{"/needs/" + id, "/api/v1/needs/" + id} {
		if body := public.Get(path).Body; strings.Contains(body, "demo-e01") || strings.Contains(body, "demo-person") {
			t.Errorf("%s names who asks anonymously", path)
		}
	}
	if mine := d.Get("/needs/" + id); !slices.Contains(mine.Links(), need) {
		t.Error("the public page does not lead its owner to the desk")
	}
	if !slices.Contains(names(d.Get("/desk/needs?state=open")), "量子罗盘装配员") {
		t.Error("the need is not on the desk")
	}

	d.goes(need+"/pause", nil)
	eventually(t, "the paused need is gone", func() bool { return !listed() })
	if got := public.Get("/needs/" + id).Status; got != http.StatusNotFound {
		t.Errorf("a visitor sees a paused need: %d", got)
	}
	if again := d.Send(need+"/pause", nil); again.Status != http.StatusConflict || state(again) != "已暂停" {
		t.Errorf("pausing twice: %d", again.Status)
	}
	d.goes(need+"/resume", nil)
	eventually(t, "the need is back", listed)
	if bad := d.Send(need+"/renew", url.Values{"_form": {"renew"}, "days": {"500"}}); bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, `value="500"`) {
		t.Errorf("renewing for 500 days: %d", bad.Status)
	}
	d.goes(need+"/renew", url.Values{"days": {"１２０"}})
	if bad := d.Send(need+"/close", url.Values{"_form": {"close"}}); bad.Status != http.StatusUnprocessableEntity {
		t.Errorf("closing without a reason: %d", bad.Status)
	}
	d.goes(need+"/close", url.Values{"close_reason": {"filled_elsewhere"}})
	closed := d.Get(need)
	if !strings.Contains(state(closed), "已在别处解决") || strings.Contains(closed.Body, need+"/edit") {
		t.Errorf("closed it is shown as %q", state(closed))
	}
	for _, act := range []string{"起草", "发布", "暂停", "恢复", "延长有效期", "关闭"} {
		if !strings.Contains(strings.Join(closed.Text("ol", "timeline"), ""), act) {
			t.Errorf("the history lacks %s", act)
		}
	}
	if e := d.Get("/en" + need); e.Status != http.StatusOK || !strings.Contains(state(e), "Filled elsewhere") {
		t.Errorf("in English: %d %q", e.Status, state(e))
	}
}

func TestTwoEditorsOfOneNeedKeepTheirWords(t *testing.T) {
	a := Start(t)
	first, second := SignedIn(t, a, Who{Demo: "企业人事"}), SignedIn(t, a, Who{Demo: "企业人事"})
	need := first.goes("/desk/needs/new", url.Values{"title": {"甲"}})
	version := func(p Answer) string {
		m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(p.Body)
		if m == nil {
			t.Fatalf("the form has no version: %d", p.Status)
		}
		return m[1]
	}
	one, two := version(first.Get(need+"/edit")), version(second.Get(need+"/edit"))
	first.goes(need+"/edit", url.Values{"version": {one}, "title": {"甲的话"}, "district": {"清镇市"}})
	late := second.Send(need+"/edit", url.Values{"version": {two}, "title": {"乙的话"}})
	if late.Status != http.StatusConflict || !strings.Contains(late.Body, "乙的话") || !strings.Contains(late.Body, "清镇市") {
		t.Fatalf("the second editor: %d", late.Status)
	}
	second.goes(need+"/edit", url.Values{"version": {version(late)}, "title": {"乙的话"}})
	if got := second.Get(need).Text("h1", ""); !slices.Equal(got, []string{"乙的话"}) {
		t.Errorf("in the end it is called %v", got)
	}
	incomplete := second.Send(need+"/publish", nil)
	if incomplete.Status != http.StatusUnprocessableEntity || len(incomplete.Text("p", "fault")) != 2 {
		t.Errorf("publishing a title alone: %d, %v", incomplete.Status, incomplete.Text("p", "fault"))
	}
}

func TestWhoMayNotPublishNeeds(t *testing.T) {
	a := Start(t)
	d, college := SignedIn(t, a, Who{Demo: "企业人事"}), SignedIn(t, a, Who{Demo: "校企合作处"})
	need := d.goes("/desk/needs/new", url.Values{"title": {"技术员"}, "text": {"数控车床操作"}, "industry": {"C38"}})
	org := portal.EnterpriseOrganisation("demo-e01")
	change := func(fn func(o *portal.Organisation)) {
		t.Helper()
		if _, err := a.Records.Organisations.Mutate(t.Context(), org, func(o *portal.Organisation) error { fn(o); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{need, need + "/edit", "/desk/needs/demo-n001x"} {
		if got := college.Get(path).Status; got != http.StatusNotFound {
			t.Errorf("a college gets %s: %d", path, got)
		}
	}
	for _, act := range []string{"/publish", "/pause", "/resume", "/renew", "/close", "/edit"} {
		if got := college.Send(need+act, url.Values{"close_reason": {"other"}, "days": {"9"}, "title": {"x"}}).Status; got != http.StatusNotFound {
			t.Errorf("a college posts %s: %d", act, got)
		}
	}

	change(func(o *portal.Organisation) { o.State = portal.OrganisationRegistered })
	if page := d.Get(need); !strings.Contains(page.Body, "通过人才办核实后才能发布") || strings.Contains(page.Body, need+"/publish") {
		t.Error("an enterprise that waits for the office is not told why it cannot publish")
	}
	if got := d.Send(need+"/publish", nil).Status; got != http.StatusForbidden {
		t.Errorf("it publishes: %d", got)
	}
	d.goes("/desk/needs/new", url.Values{"title": {"另一份草稿"}})

	change(func(o *portal.Organisation) {
		o.State = portal.OrganisationVerified
		o.Members[0].Role = portal.Reader
	})
	if page := d.Get(need); page.Status != http.StatusOK || strings.Contains(page.Body, `action="`+need) {
		t.Errorf("who may only look gets forms: %d", page.Status)
	}
	for path, form := range map[string]url.Values{"/desk/needs/new": {"title": {"x"}}, need + "/edit": {"title": {"x"}, "version": {"1"}}, need + "/publish": {}, need + "/close": {"close_reason": {"other"}}} {
		if got := d.Send(path, form).Status; got != http.StatusForbidden {
			t.Errorf("who may only look posts %s: %d", path, got)
		}
	}
	if got := d.Submit(need+"/close", url.Values{"close_reason": {"other"}, "_token": {"forged"}}).Status; got != http.StatusForbidden {
		t.Errorf("a form without the session's token: %d", got)
	}
}

func TestInternshipCheckGivesNoVerdictItCannotRead(t *testing.T) {
	a := Start(t)
	d := SignedIn(t, a, Who{Demo: "企业人事"})
	form := url.Values{"title": {"实习岗位"}, "text": {"数控车床操作"}, "industry": {"C38"}, "internship": {"1"}, "intern_pay": {"3000"}, "intern_wage": {"5000"}, "do": {"publish"}}
	page := d.Send("/desk/needs/new", form)
	if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "教职成〔2021〕4号") {
		t.Fatalf("without the check: %d", page.Status)
	}
	points := page.Text("li", "")
	cited := 0
	for _, p := range points {
		if strings.Contains(p, "第十八条") {
			cited++
			if !strings.Contains(p, "60%") || strings.Contains(p, "违") {
				t.Errorf("the point of pay says %q", p)
			}
		}
	}
	if cited != 1 || strings.Count(page.Body, "请核对：门户未收录对应条文") != len(portal.InternshipPoints)-1 {
		t.Errorf("%d points cite an article", cited)
	}
	form.Set("confirmed", "1")
	own := d.Get(d.goes("/desk/needs/new", form))
	if !strings.Contains(own.Body, "由 演示·企业人事 确认，共 8 项") {
		t.Error("it is not kept who confirmed what")
	}
}

func TestCollegesSeeWhatNeedsFit(t *testing.T) {
	a := Start(t)
	d, guest := SignedIn(t, a, Who{Demo: "校企合作处"}), NewClient(t, a.Addr())
	ranked := d.Get("/desk/programmes/demo-c2-430504/needs")
	if ranked.Status != http.StatusOK || len(ranked.Text("li", "match")) == 0 || len(ranked.Text("li", "chip")) == 0 {
		t.Fatalf("status %d: %d needs", ranked.Status, len(ranked.Text("li", "match")))
	}
	if got := d.Get("/programmes/demo-c2-430504"); len(got.Text("li", "match")) != len(ranked.Text("li", "match")) {
		t.Error("the programme's page does not rank the needs for its college")
	}
	if got := guest.Get("/programmes/demo-c2-430504"); len(got.Text("li", "match")) != 0 {
		t.Error("a visitor gets the ranking")
	}
	if got := d.Get("/desk/programmes/4152013818-510205/needs").Status; got != http.StatusNotFound {
		t.Errorf("another college's programme: %d", got)
	}
	if list := d.Get("/desk/needs"); list.Status != http.StatusOK || len(names(list)) == 0 {
		t.Errorf("the college's list: %d with %d needs", list.Status, len(names(list)))
	}
}
