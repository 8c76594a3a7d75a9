package apptest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/portal"
)

func TestAComparisonIsAWorkbookToo(t *testing.T) {
	a := Start(t)
	c := NewClient(t, a.Addr())
	const first, second = "demo-c2-430504", "demo-c2-430307"
	if _, err := a.Records.Programmes.Mutate(t.Context(), first, func(p *portal.Programme) error {
		p.Duration, p.Facilities = `=HYPERLINK("http://x")`, []string{"焊接车间", "数控车间"}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]struct{ sheet, college, certainty, differs string }{
		"":    {"专业比较", "院校", "演示数据", "不同"},
		"/en": {"Compare programmes", "College", "Demonstration", "differs"},
	} {
		page := c.Get(lang + "/compare?id=" + first + "&id=" + second + "&id=nothing-here")
		answer := c.Get(linkContaining(t, page, "/compare.xlsx"))
		if name := answer.Header.Get("Content-Disposition"); answer.Status != http.StatusOK || !strings.Contains(name, url.PathEscape(want.sheet)) {
			t.Fatalf("status %d, named %s", answer.Status, name)
		}
		f, err := excelize.OpenReader(strings.NewReader(answer.Body))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows(want.sheet)
		if err != nil || len(rows) < 4 || len(rows[0]) != 4 || rows[1][0] != want.college || rows[0][3] != want.differs {
			t.Fatalf("%v (%v)", rows, err)
		}
		text := strings.Join(rows[2], " ")
		for _, row := range rows[3:] {
			text += "\n" + strings.Join(row, " ")
		}
		for _, said := range []string{want.certainty, `'=HYPERLINK("http://x")`, "焊接车间；数控车间"} {
			if !strings.Contains(text, said) {
				t.Errorf("the workbook does not say %s: %s", said, text)
			}
		}
		shown := len(page.Text("th", "")) - 2 // those of the rows
		if len(rows)-3 != shown {
			t.Errorf("%d rows in the workbook, %d on the page", len(rows)-3, shown)
		}
	}
	if got := c.Get("/compare.xlsx?id=nothing-here"); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/compare" {
		t.Errorf("nothing to compare: status %d", got.Status)
	}
}

// linkContaining is the page's first link that holds a text.
func linkContaining(t *testing.T, a Answer, text string) string {
	t.Helper()
	for _, l := range a.Links() {
		if strings.Contains(l, text) {
			return l
		}
	}
	t.Fatalf("no link holds %s", text)
	return ""
}
