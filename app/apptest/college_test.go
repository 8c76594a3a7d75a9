package apptest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"liangcheng/app/portal"
)

// formOn is what the form that posts to that path would send, unchanged.
func (a Answer) formOn(action string) url.Values {
	a.t.Helper()
	out := url.Values{}
	for form := range a.elements("form") {
		if attr(form, "action") != action {
			continue
		}
		for n := range form.Descendants() {
			name := attr(n, "name")
			switch {
			case name == "" || n.Data == "button":
			case attr(n, "type") == "checkbox" && !hasAttr(n, "checked"):
			case n.Data == "input":
				out.Add(name, attr(n, "value"))
			case n.Data == "textarea":
				out.Add(name, textOf(n))
			case n.Data == "select":
				out.Add(name, selected(n))
			}
		}
		return out
	}
	a.t.Fatalf("no form posts to %s: %.500s", action, a.Body)
	return nil
}

// upload sends a file with the form that posts to that path.
func (c *Client) upload(page Answer, action, field, name string, file []byte) Answer {
	c.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for key, values := range page.formOn(action) {
		if key != field {
			_ = parts.WriteField(key, values[0])
		}
	}
	w, err := parts.CreateFormFile(field, name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = w.Write(file)
	_ = parts.Close()
	return c.do(http.MethodPost, action, body.String(), "Content-Type", parts.FormDataContentType())
}

// follow opens what an answer leads to.
func (c *Client) follow(a Answer) Answer {
	c.t.Helper()
	if a.Status != http.StatusSeeOther {
		c.t.Fatalf("status %d, want a redirect: %.800s", a.Status, a.Body)
	}
	return c.Get(a.Header.Get("Location"))
}

func says(t *testing.T, a Answer, texts ...string) {
	t.Helper()
	seen := strings.Join(a.Text("main", ""), " ")
	for _, text := range texts {
		if !strings.Contains(seen, text) {
			t.Errorf("the page does not say %q: %.1500s", text, seen)
		}
	}
}

const collegePerson = "演示·校企合作处"

func TestCollegeKeepsItsProgrammes(t *testing.T) {
	a := Start(t)
	c := SignedIn(t, a, Who{Demo: collegePerson})
	says(t, c.Get("/desk/programmes"), "本校专业", "储能材料技术", "从未确认", "下载已填好的模板")
	says(t, c.Get("/desk/programmes?q=储能"), "专业（1）")

	// a new one, refused first
	form := c.Get("/desk/programmes/new").formOn("/desk/programmes/new")
	form.Set("specialism", "护理")
	form.Set("seats_free", "很多")
	form.Set("remark", "校内实习医院")
	refused := c.Submit("/desk/programmes/new", form)
	if refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", refused.Status)
	}
	says(t, refused, "几个同名专业", "请填 0 到 100000 的整数", "校内实习医院")
	form.Set("specialism", "520201")
	form.Set("seats_free", "40")
	form.Add("offered_modes", "order_class")
	made := c.follow(c.Submit("/desk/programmes/new", form))
	says(t, made, "护理", "专业已公开", "校内实习医院")
	says(t, c.Get("/programmes/demo-c2-520201"), "护理", "校内实习医院", "院校填报", "确认", "订单班")

	// two people edit it
	const page = "/desk/programmes/demo-c2-520201"
	mine, theirs := c.Get(page).formOn(page), c.Get(page).formOn(page)
	theirs.Set("seats_free", "35")
	says(t, c.follow(c.Submit(page, theirs)), "已保存")
	mine.Set("remark", "我的说明")
	conflict := c.Submit(page, mine)
	if conflict.Status != http.StatusConflict {
		t.Errorf("status %d", conflict.Status)
	}
	says(t, conflict, "现在保存的内容", "35", "我的说明")
	says(t, c.follow(c.Submit(page, conflict.formOn(page))), "已保存", "我的说明")

	// all are confirmed by one click
	says(t, c.follow(c.Submit("/desk/programmes/confirm", c.Get("/desk/programmes").formOn("/desk/programmes/confirm"))), "已确认全部专业")
	says(t, c.Get("/programmes/demo-c2-430504"), "院校于 "+time.Now().In(portal.Shanghai).Format(time.DateOnly)+" 确认")

	// withdrawn, and back
	op := c.follow(c.Submit(page+"/withdraw", c.Get(page).formOn(page+"/withdraw")))
	says(t, op, "撤回专业", "已完成")
	if got := c.Get("/programmes/demo-c2-520201").Status; got != http.StatusNotFound {
		t.Errorf("the withdrawn programme has status %d", got)
	}
	undo := actionEnding(t, op, "/undo")
	says(t, c.follow(c.Submit(undo, op.formOn(undo))), "已撤销")
	if got := c.Get("/programmes/demo-c2-520201").Status; got != http.StatusOK {
		t.Errorf("the programme is back with status %d", got)
	}
}

func TestCollegeImportsAWorkbook(t *testing.T) {
	a := Start(t)
	c := SignedIn(t, a, Who{Demo: collegePerson})
	const desk, target = "/desk/programmes", "/desk/programmes/import"
	template := c.Get(desk + ".xlsx")
	f, err := excelize.OpenReader(strings.NewReader(template.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("专业")
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d rows (%v)", len(rows), err)
	}
	at := func(heading string, line int) string {
		i := slices.IndexFunc(rows[0], func(h string) bool { return strings.HasPrefix(h, heading) })
		cell, err := excelize.CoordinatesToCellName(i+1, line)
		if err != nil {
			t.Fatalf("%s: %v", heading, err)
		}
		return cell
	}
	put := func(heading string, line int, value any) {
		if err := f.SetCellValue("专业", at(heading, line), value); err != nil {
			t.Fatal(err)
		}
	}
	send := func() Answer {
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return c.follow(c.upload(c.Get(desk), target, "workbook", "本校专业.xlsx", out.Bytes()))
	}
	put("专业代码", len(rows)+1, "510203")
	put("合作方式", len(rows)+1, "订单班；入股")
	faulty := send()
	says(t, faulty, "1 处问题", "入股", "合作方式", "下载标明错误的文件", strconv.Itoa(len(rows)+1))
	if strings.Contains(faulty.Body, "/apply") {
		t.Error("a faulty workbook can be applied")
	}
	if marked := c.Get(linkEnding(t, faulty, "/errors.xlsx")); marked.Status != http.StatusOK || !strings.HasPrefix(marked.Body, "PK") {
		t.Errorf("the marked workbook: status %d", marked.Status)
	}

	put("合作方式", len(rows)+1, "订单班；技术服务")
	put("补充说明", len(rows)+1, "导入的说明")
	preview := send()
	says(t, preview, "待应用", "软件技术", "尚未改变任何内容")
	apply := actionEnding(t, preview, "/apply")
	done := c.follow(c.Submit(apply, preview.formOn(apply)))
	says(t, done, "已完成")
	says(t, c.Get("/programmes/demo-c2-510203"), "导入的说明", "院校填报", "订单班")
	says(t, send(), "没有需要改变的")
	says(t, c.Get(desk), "Excel 导入 本校专业.xlsx", collegePerson)
	says(t, c.Get("/en"+desk), "Excel import", "Done")
	undo := actionEnding(t, done, "/undo")
	says(t, c.follow(c.Submit(undo, done.formOn(undo))), "已撤销")

	other := SignedIn(t, a, Who{Demo: "演示·企业人事"})
	for _, path := range []string{desk, desk + ".xlsx", desk + "/demo-c2-430504", strings.TrimSuffix(apply, "/apply")} {
		if got := other.Get(path).Status; got != http.StatusNotFound {
			t.Errorf("%s answers an enterprise %d", path, got)
		}
	}
}

// actionEnding is where the page's form of that path's ending posts to.
func actionEnding(t *testing.T, a Answer, ending string) string {
	t.Helper()
	for form := range a.elements("form") {
		if action := attr(form, "action"); strings.HasSuffix(action, ending) {
			return action
		}
	}
	t.Fatalf("no form posts to …%s: %.500s", ending, a.Body)
	return ""
}

// linkEnding is the page's link of that ending.
func linkEnding(t *testing.T, a Answer, ending string) string {
	t.Helper()
	for _, l := range a.Links() {
		if strings.HasSuffix(l, ending) {
			return l
		}
	}
	t.Fatalf("no link ends in %s", ending)
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// selected is the value a list of options sends.
func selected(n *html.Node) string {
	value := ""
	for o := range n.Descendants() {
		if o.Data == "option" && hasAttr(o, "selected") {
			value = attr(o, "value")
		}
	}
	return value
}
