package apptest

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestEnterpriseImportsAWorkbook(t *testing.T) {
	a := Start(t)
	c := SignedIn(t, a, Who{Demo: "演示·企业人事"})
	const desk, target, sheet = "/desk/needs", "/desk/needs/import", "需求"
	template := c.Get(desk + ".xlsx")
	if name := template.Header.Get("Content-Disposition"); !strings.Contains(name, url.PathEscape("需求-")) {
		t.Errorf("the workbook is named %s", name)
	}
	f, err := excelize.OpenReader(strings.NewReader(template.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows (%v)", len(rows), err)
	}
	put := func(heading string, line int, value any) {
		i := slices.IndexFunc(rows[0], func(h string) bool { return strings.HasPrefix(h, heading) })
		cell, err := excelize.CoordinatesToCellName(i+1, line)
		if err == nil {
			err = f.SetCellValue(sheet, cell, value)
		}
		if err != nil {
			t.Fatalf("%s: %v", heading, err)
		}
	}
	send := func() Answer {
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return c.follow(c.upload(c.Get(desk), target, "workbook", "用工需求.xlsx", out.Bytes()))
	}
	draft, open := len(rows)+1, len(rows)+2
	put("标题", draft, "量子罗盘检验员")
	put("行业", draft, "造梦工业")
	put("标题", open, "量子罗盘装配员")
	put("用人需求", open, "量子罗盘产线装配与调试，会看电路图")
	put("行业", open, "电池制造")
	put("发布", open, "是")
	faulty := send()
	says(t, faulty, "1 处问题", "造梦工业", "行业", strconv.Itoa(draft), "返回本企业需求")
	if strings.Contains(faulty.Body, "/apply") {
		t.Error("a faulty workbook can be applied")
	}
	marked := c.Get(linkEnding(t, faulty, "/errors.xlsx"))
	m, err := excelize.OpenReader(strings.NewReader(marked.Body))
	if err != nil {
		t.Fatalf("the marked workbook: status %d (%v)", marked.Status, err)
	}
	defer m.Close()
	if words, _ := m.GetCellValue(sheet, "A"+strconv.Itoa(draft)); !strings.Contains(words, "造梦工业") {
		t.Errorf("the marked row says %q", words)
	}

	put("行业", draft, "")
	preview := send()
	says(t, preview, "待应用", "量子罗盘检验员", "量子罗盘装配员", "尚未改变任何内容")
	apply := actionEnding(t, preview, "/apply")
	done := c.follow(c.Submit(apply, preview.formOn(apply)))
	says(t, done, "已完成")
	says(t, c.Get(desk+"?state=draft"), "量子罗盘检验员", "Excel 导入 用工需求.xlsx", "演示·企业人事")
	says(t, c.Get(desk+"?state=open"), "量子罗盘装配员")
	says(t, c.Get("/en"+desk), "Excel import", "Download the filled-in template")
	public := NewClient(t, a.Addr())
	eventually(t, "the published need is found", func() bool {
		return slices.Contains(names(public.Get("/needs?q="+url.QueryEscape("量子罗盘"))), "量子罗盘装配员")
	})
	says(t, send(), "没有需要改变的")

	undo := actionEnding(t, done, "/undo")
	says(t, c.follow(c.Submit(undo, done.formOn(undo))), "已撤销")
	if list := c.Get(desk + "?state=draft"); strings.Contains(list.Body, "量子罗盘检验员") {
		t.Error("the draft is still there")
	}
	eventually(t, "the need is gone", func() bool { return len(names(public.Get("/needs?q="+url.QueryEscape("量子罗盘")))) == 0 })

	other := SignedIn(t, a, Who{Demo: collegePerson})
	for _, path := range []string{desk + ".xlsx", strings.TrimSuffix(apply, "/apply")} {
		if got := other.Get(path).Status; got != http.StatusNotFound {
			t.Errorf("%s answers a college %d", path, got)
		}
	}
	if refused := c.upload(c.Get(desk), target, "workbook", "x.xlsx", []byte("no workbook")); refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("no workbook: status %d", refused.Status)
	} else {
		says(t, refused, "不是可以读取的 xlsx 文件", "下载已填好的模板")
	}
}
