package apptest

import (
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestMatchReport takes the answer to a need along: on one page, and as a workbook in which
// every score is the sum of its reasons.
func TestMatchReport(t *testing.T) {
	a := Start(t)
	c := NewClient(t, a.Addr())
	query := "?" + url.Values{"text": {"会西门子PLC和工业机器人的设备维护"}, "level": {"高职"}, "headcount": {"30"}}.Encode()
	page := c.Get("/match" + query)
	report := linkContaining(t, page, "/match/report")
	shown := c.Get(report)
	first := regexp.MustCompile(`(?s)<li class="match">.*?<h3><a href="([^"]+)"`).FindStringSubmatch(page.Body)
	if shown.Status != http.StatusOK || len(first) == 0 || !strings.Contains(shown.Body, first[1]) || !strings.Contains(shown.Body, "会西门子PLC和工业机器人的设备维护") {
		t.Errorf("the report (%d) does not name the best programme %q", shown.Status, first)
	}
	f, err := excelize.OpenReader(strings.NewReader(c.Get(strings.Replace(report, "/report?", "/report.xlsx?", 1)).Body))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]float64{}
	for _, row := range rowsOf(t, f, "得分明细") {
		sums[row[1]] += number(t, row[5])
	}
	programmes := rowsOf(t, f, "本地院校的专业")
	if len(programmes) < 5 || len(sums) != len(programmes) {
		t.Fatalf("%d programmes, %d with reasons", len(programmes), len(sums))
	}
	for _, row := range programmes {
		if score := number(t, row[7]); math.Abs(score-sums[row[1]]) > .05 || score <= 0 {
			t.Errorf("%s %s: %v, its reasons add up to %v", row[1], row[3], score, sums[row[1]])
		}
	}
	for _, wrong := range []string{"?text=", "?text=" + url.QueryEscape("电工") + "&headcount=many"} {
		if got := c.Get("/match/report" + wrong); got.Status != http.StatusSeeOther || got.Header.Get("Location") != "/match"+wrong {
			t.Errorf("%s: %d to %s", wrong, got.Status, got.Header.Get("Location"))
		}
	}
	several := c.Get("/match/report?text=" + url.QueryEscape("电工5名；会计2名"))
	if !strings.Contains(several.Body, "电气自动化技术") || !strings.Contains(several.Body, "大数据与会计") {
		t.Errorf("of two posts only one is answered (%d)", several.Status)
	}
	if stored := c.Get("/needs/demo-n001/report"); stored.Status != http.StatusOK || !strings.Contains(stored.Body, "/needs/demo-n001/report.xlsx") {
		t.Errorf("the report of a need that is kept: %d", stored.Status)
	}
	if english := c.Get("/en" + report); english.Status != http.StatusOK || !strings.Contains(english.Body, "Weakest point") {
		t.Errorf("in English: %d", english.Status)
	}
}

func rowsOf(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows (%v)", sheet, len(rows), err)
	}
	return rows[1:]
}

func number(t *testing.T, cell string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
