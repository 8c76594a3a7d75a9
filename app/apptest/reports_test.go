package apptest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/portal"
)

// TestOneFigureInFormLedgerAndYearbook enters an outcome, has it disputed, corrected,
// confirmed and verified, and reads the same figure in the form, the field behind it, the
// ledger, the yearly report, the yearbook and the open data.
func TestOneFigureInFormLedgerAndYearbook(t *testing.T) {
	a := Start(t)
	running(t, a, "demo-p01")
	enterprise, college, office := SignedIn(t, a, people["e.owner"]), SignedIn(t, a, people["c.owner"]), SignedIn(t, a, people["reviewer"])
	visitor := NewClient(t, a.Addr())
	class := time.Now().In(portal.Shanghai).Year() - 1
	year := strconv.Itoa(class)
	form, book := "/desk/reports/industry_college_yearly?year="+year, "/yearbook/"+year
	const field = "合作企业接收就业学生数"
	value := func(page Answer, column string) string { return page.cellOf(t, field, column) }
	before, err := strconv.Atoi(value(office.Get(form), "已核实"))
	if err != nil {
		t.Fatal(err)
	}

	entered := enterprise.Send("/desk/partnerships/demo-p01/outcomes/new", url.Values{"indicator": {"hired_by_partner"}, "period": {year}, "value": {"333"}, "counted": {year + "-09-01"}})
	at := entered.Header.Get("Location")
	act := func(c *Client, act string, more url.Values) {
		t.Helper()
		from := at
		if act == "correct" {
			from += "/correct"
		}
		with := c.Get(from).formOn(at + "/" + act)
		for key, values := range more {
			with[key] = values
		}
		c.follow(c.Send(at+"/"+act, with))
	}
	is := func(verified, claimed string) {
		t.Helper()
		page := office.Get(form)
		if got := value(page, "已核实") + " / " + value(page, "未核实"); got != verified+" / "+claimed {
			t.Errorf("the form has %s, want %s / %s", got, verified, claimed)
		}
	}
	old, sum := strconv.Itoa(before), strconv.Itoa(before+331)
	is(old, "333")
	act(college, "dispute", url.Values{"reason": {"两人未报到"}})
	is(old, "—")
	says(t, office.Get(form), "有异议")
	act(enterprise, "correct", url.Values{"value": {"331"}})
	act(college, "confirm", nil)
	is(old, "331")
	enterprise.follow(enterprise.upload(enterprise.Get(at), at+"/attach", "evidence", "../../录用 名单.pdf", []byte("%PDF-1.4 list")))
	act(office, "verify", nil)
	is(sum, "—")

	behind := office.Get("/desk/reports/industry_college_yearly/hired_by_partner?year=" + year)
	says(t, behind, sum, "331", "演示·筑能电池产业学院", "计入")
	says(t, office.Get("/desk/reports/yearly?year="+year), field)
	cells := workbookCells(t, office.Get("/desk/reports/industry_college_yearly.xlsx?year="+year), "字段")
	if got := rowOf(cells, "hired_by_partner"); len(got) < 4 || got[3] != sum {
		t.Errorf("the workbook of the form has %v, want %s", got, sum)
	}
	ledger := workbookCells(t, office.Get("/desk/reports/ledger.xlsx?type=industry_college"), "成效")
	total, found := 0, false
	for _, row := range ledger {
		if row[2] == "hired_by_partner" && row[4] == year+" 届" && row[5] == "已核实" {
			n, err := strconv.Atoi(row[6])
			if err != nil {
				t.Fatal(err)
			}
			total, found = total+n, found || row[0] == "demo-p01" && row[6] == "331" && strings.Contains(row[12], "青龙") && row[14] == "人才办"
		}
	}
	if strconv.Itoa(total) != sum || !found {
		t.Errorf("the ledger has %d, want %s", total, sum)
	}
	page := visitor.Get(book)
	if got := page.cellOf(t, field, "按合作类型"); !strings.Contains(got, "产业学院："+sum) {
		t.Errorf("the yearbook has %s, want %s", got, sum)
	}
	var open struct {
		Rows []struct {
			Indicator, Type, Certainty string
			Value                      float64
		}
	}
	answer := visitor.Get("/open-data/outcomes-" + year + ".json")
	if err := json.Unmarshal([]byte(answer.Body), &open); err != nil {
		t.Fatal(err)
	}
	made := 0.0
	for _, row := range open.Rows {
		if row.Indicator == "hired_by_partner" && row.Type == string(portal.IndustryCollege) {
			made += row.Value
		}
		if row.Certainty != string(portal.Demo) {
			t.Errorf("a row is %q", row.Certainty)
		}
	}
	if strconv.Itoa(int(made)) != sum {
		t.Errorf("the open data make %v, want %s", made, sum)
	}
	names := archived(t, enterprise.Get("/desk/partnerships/demo-p01/evidence.zip"))
	if len(names) != 3 || strings.Contains(names[2], "..") || !strings.HasSuffix(names[2], "录用_名单.pdf") {
		t.Errorf("the evidence: %q", names)
	}
	if csv := visitor.Get("/open-data/partnerships.csv"); csv.Status != http.StatusOK || !strings.HasPrefix(csv.Body, "\ufeffid,title,type,") || !strings.Contains(csv.Body, "gz-01,") {
		t.Errorf("the partnerships: %.120s", csv.Body)
	}
}

// cellOf is the text of a cell of the first row that begins with a name.
func (a Answer) cellOf(t *testing.T, name, column string) string {
	t.Helper()
	for row := range a.elements("tr") {
		head, cell := "", ""
		for n := range row.Descendants() {
			if n.Data == "th" {
				head = strings.Join(strings.Fields(textOf(n)), " ")
			}
			if n.Data == "td" && attr(n, "data-label") == column {
				cell = strings.Join(strings.Fields(textOf(n)), " ")
			}
		}
		if strings.HasPrefix(head, name) {
			return cell
		}
	}
	t.Fatalf("no row %s: %.500s", name, a.Body)
	return ""
}

func workbookCells(t *testing.T, a Answer, sheet string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatalf("status %d: %v", a.Status, err)
	}
	defer f.Close()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func rowOf(rows [][]string, key string) []string {
	for _, row := range rows {
		if len(row) > 0 && row[0] == key {
			return row
		}
	}
	return nil
}

// archived are the names of the files of an archive.
func archived(t *testing.T, a Answer) []string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader([]byte(a.Body)), int64(len(a.Body)))
	if err != nil {
		t.Fatalf("status %d: %v", a.Status, err)
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	return names
}

// TestLedgerOnScreenAndInTheWorkbook compares the sums of the page with those of the file,
// filtered alike.
func TestLedgerOnScreenAndInTheWorkbook(t *testing.T) {
	a := Start(t)
	office := SignedIn(t, a, people["analyst"])
	for _, query := range []string{"", "?type=order_class", "?stage=running&unit=city_science", "?clause=13&year=2099"} {
		page := office.Get("/desk/reports/ledger" + query)
		rows := workbookCells(t, office.Get("/desk/reports/ledger.xlsx"+query), "台账")
		figures := page.Text("b", "")
		last := rows[len(rows)-1]
		if last[0] != "合计" || len(rows)-2 != countOf(last[2]) {
			t.Errorf("%s: %d rows, the total says %v", query, len(rows)-2, last)
		}
		shown := strings.Join(figures, " ")
		for _, sum := range []string{last[2], last[18], last[20]} {
			if !strings.Contains(" "+shown+" ", " "+sum+" ") {
				t.Errorf("%s: the page has %s, the workbook %s", query, shown, sum)
			}
		}
	}
	says(t, office.Get("/desk/reports/ledger?type=order_class"), "只列出：合作类型：订单班")
	if got := office.Get("/desk/reports/ledger?stage=nothing").Status; got != http.StatusBadRequest {
		t.Errorf("a made-up stage: %d", got)
	}
}

func countOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func TestTheOfficeChangesAForm(t *testing.T) {
	a := Start(t)
	administrator := SignedIn(t, a, people["administrator"])
	const path = "/desk/reports/order_class_summary/edit"
	form := administrator.Get(path).formOn(path)
	lines := form.Get("fields")
	form.Set("fields", lines+"\ninsured | 投保率 | Insured | rate（insurence_rate）")
	refused := administrator.Send(path, form)
	if refused.Status != http.StatusUnprocessableEntity || !strings.Contains(refused.Body, "rate（insurence_rate）") {
		t.Errorf("status %d, the words are lost", refused.Status)
	}
	says(t, refused, "第 15 行：指标字典里没有「insurence_rate」")
	form.Set("fields", lines+"\nretained ｜ 留企率 ｜ Retained ｜ rate（retained_partner_ratio）")
	says(t, administrator.follow(administrator.Send(path, form)), "已保存", "留企率")
	if late := administrator.Send(path, form); late.Status != http.StatusConflict || !strings.Contains(late.Body, "留企率 ｜") {
		t.Errorf("over one's own change: %d", late.Status)
	}
}

func TestGapCheckOfAParty(t *testing.T) {
	a := Start(t)
	college := SignedIn(t, a, people["c.owner"])
	says(t, college.Get("/desk/gap-check"), "演示·筑能电池产业学院", "仅供参考")
	one := college.Get("/desk/gap-check?partnership=demo-p01&v.students_enrolled=150")
	says(t, one, "≥100 人", "广东省示范性产业学院遴选评分", "外省参考", "132", "150")
	if strings.Contains(strings.Join(one.Text("td", ""), " "), "达到") {
		t.Error("another province's threshold is judged")
	}
	planned := college.Get("/desk/gap-check?type=practice_base&v.intern_pay_ratio=82.5")
	says(t, planned, "未填报", "达到")
	says(t, college.Get("/desk/gap-check?type=practice_base&v.intern_pay_ratio=75.5"), "差 4.5 个百分点")
}

func TestReportsAsWordFiles(t *testing.T) {
	a := Start(t)
	office := SignedIn(t, a, people["analyst"])
	for _, path := range []string{"/desk/reports/yearly.docx", "/desk/reports/graduates_retention.docx", "/en/desk/reports/yearly.docx"} {
		if names := strings.Join(archived(t, office.Get(path)), " "); !strings.Contains(names, "word/document.xml") || !strings.Contains(names, "word/styles.xml") {
			t.Errorf("%s: %s", path, names)
		}
	}
	for _, path := range []string{"/desk/reports/yearly.docx?year=1999", "/desk/reports/nothing.docx"} {
		if got := office.Get(path).Status; got < 400 || got > 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
}
