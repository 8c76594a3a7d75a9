package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/sheet"
)

var programmes = sheet.Layout{
	Sheet: "专业",
	Columns: []sheet.Column{
		{Key: "code", Title: "专业代码", Help: "六位", Required: true, Fixed: true, Width: 12},
		{Key: "name", Title: "专业名称", Required: true, Most: 20},
		{Key: "seats", Title: "招生人数", Kind: sheet.Number},
		{Key: "level", Title: "层次", Kind: sheet.Choice, Choices: []string{"高职专科", "职业本科", "中职"}},
		{Key: "skills", Title: "技能", Kind: sheet.Several, Choices: []string{"PLC 编程", "焊接", "CAD, 制图"}},
		{Key: "since", Title: "开设日期", Kind: sheet.Date},
	},
	Guide:      []string{"怎样填写", "=每行一个专业"},
	GuideSheet: "说明",
}

// written is a workbook of programmes.
func written(t testing.TB, rows ...map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, programmes, rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// typed is a workbook people made: lines of cells under the heading of programmes, then
// changed by edit.
func typed(t testing.TB, lines [][]any, edit func(f *excelize.File)) []byte {
	t.Helper()
	heading := []any{"专业代码", "专业名称", "招生人数", "层次", "技能", "开设日期"}
	return workbook(t, "专业", append([][]any{heading}, lines...), edit)
}

func workbook(t testing.TB, name string, lines [][]any, edit func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check(t, f.SetSheetName("Sheet1", name))
	for i, line := range lines {
		check(t, f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &line))
	}
	if edit != nil {
		edit(f)
	}
	var out bytes.Buffer
	check(t, f.Write(&out))
	return out.Bytes()
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, file []byte) ([]sheet.Row, []sheet.Fault) {
	t.Helper()
	rows, faults, err := sheet.Read(context.Background(), file, programmes, 0, nil)
	check(t, err)
	return rows, faults
}

// say is what a fault looks like in these tests.
func say(f sheet.Fault) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s %s %v", f.Line, f.Key, strings.TrimPrefix(f.Problem, "sheet."), f.Args))
}

func said(faults []sheet.Fault) []string {
	var all []string
	for _, f := range faults {
		all = append(all, say(f))
	}
	return all
}

// TestValues types one row and reads the column that matters.
func TestValues(t *testing.T) {
	dated := func(cell string, style excelize.Style) func(*excelize.File) {
		return func(f *excelize.File) {
			n, _ := f.NewStyle(&style)
			f.SetCellStyle("专业", cell, cell, n)
		}
	}
	chinese := `yyyy"年"m"月"d"日"`
	padded := "000000"
	tests := []struct {
		name  string
		key   string
		value any
		edit  func(*excelize.File)
		want  string
	}{
		{"code typed as number", "code", 510203, nil, "510203"},
		{"code as float", "code", 5.10203e5, nil, "510203"},
		{"code as text", "code", "0123", nil, "0123"},
		{"code shown with zeros", "code", 12345, dated("A2", excelize.Style{CustomNumFmt: &padded}), "012345"},
		{"fraction in text", "name", 1.1, nil, "1.1"},
		{"date in text", "name", 46086, dated("B2", excelize.Style{NumFmt: 14}), "2026-03-05"},
		{"white space", "name", " 软件\u3000\t", nil, "软件"},
		{"control characters", "name", "软\x7f\u0085\u200b件\r\n技术", nil, "软件\n技术"},
		{"rich text", "name", "", func(f *excelize.File) {
			f.SetCellRichText("专业", "B2", []excelize.RichTextRun{{Text: "软件", Font: &excelize.Font{Bold: true}}, {Text: "技术"}})
		}, "软件技术"},
		{"truth", "name", true, nil, "TRUE"},
		{"number", "seats", 30, nil, "30"},
		{"number as text", "seats", "30", nil, "30"},
		{"full-width number", "seats", "３０", nil, "30"},
		{"number with measure word", "seats", "30人", nil, "30"},
		{"thousands", "seats", "1,200", nil, "1200"},
		{"full-width thousands", "seats", "1，200 人", nil, "1200"},
		{"whole float", "seats", 30.0, nil, "30"},
		{"noise of floats", "seats", 30.000000000000004, nil, "30"},
		{"whole float as text", "seats", "30.00", nil, "30"},
		{"leading zeros", "seats", "030", nil, "30"},
		{"zero", "seats", 0, nil, "0"},
		{"choice by width and case", "level", "高职 专科", nil, "高职专科"},
		{"several", "skills", "焊接;ｐｌｃ编程；；焊接", nil, "焊接；PLC 编程"},
		{"several in lines", "skills", "焊接\ncad,制图", nil, "焊接；CAD, 制图"},
		{"serial", "since", 46086, nil, "2026-03-05"},
		{"serial shown as date", "since", 46086.5, dated("F2", excelize.Style{CustomNumFmt: &chinese}), "2026-03-05"},
		{"small serial shown as date", "since", 61, dated("F2", excelize.Style{NumFmt: 31}), "1900-03-01"},
		{"slashes", "since", "2026/3/5", nil, "2026-03-05"},
		{"dots", "since", "2026.03.05", nil, "2026-03-05"},
		{"hyphens", "since", "2026-03-05", nil, "2026-03-05"},
		{"Chinese", "since", "2026年3月5日", nil, "2026-03-05"},
		{"full-width Chinese", "since", "２０２６ 年 ３ 月 ５ 号", nil, "2026-03-05"},
		{"with time", "since", "2026-03-05 08:30", nil, "2026-03-05"},
		{"digits", "since", "20260305", nil, "2026-03-05"},
		{"digits as number", "since", 20260305, nil, "2026-03-05"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := []any{"1", "名", nil, nil, nil, nil}
			for i, c := range programmes.Columns {
				if c.Key == tt.key {
					line[i] = tt.value
				}
			}
			rows, faults := read(t, typed(t, [][]any{line}, tt.edit))
			if len(faults) > 0 || len(rows) != 1 || rows[0].Cells[tt.key] != tt.want {
				t.Errorf("got %v, faults %v, want %q", rows, said(faults), tt.want)
			}
		})
	}
}

func TestDate1904(t *testing.T) {
	file := typed(t, [][]any{{"1", "名", nil, nil, nil, 44624}}, func(f *excelize.File) {
		old := true
		check(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &old}))
	})
	rows, faults := read(t, file)
	if len(faults) > 0 || rows[0].Cells["since"] != "2026-03-05" {
		t.Errorf("got %v, faults %v", rows, said(faults))
	}
}

func TestFaults(t *testing.T) {
	merge := func(from, to string) func(*excelize.File) {
		return func(f *excelize.File) { f.MergeCell("专业", from, to) }
	}
	long := strings.Repeat("长", 21)
	tests := []struct {
		name string
		line []any
		edit func(*excelize.File)
		want []string
	}{
		{"required", []any{"1"}, nil, []string{"2 name required []"}},
		{"several at once", []any{nil, nil, "x"}, nil, []string{"2 code required []", "2 name required []", "2 seats not_number [x]"}},
		{"fraction", []any{"1", "a", 30.5}, nil, []string{"2 seats not_number [30.5]"}},
		{"negative", []any{"1", "a", -1}, nil, []string{"2 seats not_number [-1]"}},
		{"ten thousands", []any{"1", "a", "3万"}, nil, []string{"2 seats not_number [3万]"}},
		{"range", []any{"1", "a", "30-40人"}, nil, []string{"2 seats not_number [30-40人]"}},
		{"per cent", []any{"1", "a", "30%"}, nil, []string{"2 seats not_number [30%]"}},
		{"odd thousands", []any{"1", "a", "1,20"}, nil, []string{"2 seats not_number [1,20]"}},
		{"too many digits", []any{"1", "a", "1234567890123456"}, nil, []string{"2 seats not_number [1234567890123456]"}},
		{"date as number", []any{"1", "a", 46086}, func(f *excelize.File) {
			n, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
			f.SetCellStyle("专业", "C2", "C2", n)
		}, []string{"2 seats not_number [2026-03-05]"}},
		{"choice, two near", []any{"1", "a", nil, "专科职业"}, nil, []string{"2 level not_choice [专科职业 高职专科；职业本科]"}},
		{"choice, none near", []any{"1", "a", nil, "博士"}, nil, []string{"2 level not_choice [博士 ]"}},
		{"two of several", []any{"1", "a", nil, nil, "焊；焊接；铣"}, nil, []string{"2 skills not_choice [焊 焊接]", "2 skills not_choice [铣 ]"}},
		{"many wrong values", []any{"1", "a", nil, nil, "1;2;3;4;5;6;7"}, nil, []string{"2 skills not_choice [1 ]", "2 skills not_choice [2 ]", "2 skills not_choice [3 ]", "2 skills not_choice [4 ]", "2 skills not_choice [5 ]"}},
		{"too long together", []any{"1", "a", nil, nil, strings.Repeat("焊接；", 700)}, nil, []string{"2 skills too_long [2000 2100]"}},
		{"too long", []any{"1", long}, nil, []string{"2 name too_long [20 21]"}},
		{"not a date", []any{"1", "a", nil, nil, nil, "明年"}, nil, []string{"2 since not_date [明年]"}},
		{"no such day", []any{"1", "a", nil, nil, nil, "2026-02-30"}, nil, []string{"2 since not_date [2026-02-30]"}},
		{"only a year", []any{"1", "a", nil, nil, nil, 2026}, nil, []string{"2 since not_date [2026]"}},
		{"formula", []any{"1", "a"}, func(f *excelize.File) { f.SetCellFormula("专业", "C2", "15*2") }, []string{"2 seats formula [=15*2]"}},
		{"merged", []any{"1", "a"}, merge("B2", "C3"), []string{"2 name merged [B2:C3]"}},
		{"merged from the heading", []any{"1", "a"}, merge("A1", "A2"), []string{"2 code required []", "2 code merged [A1:A2]"}},
		{"merged elsewhere", []any{"1", "a"}, merge("H2", "I9"), nil},
		{"merged below", []any{"1", "a"}, merge("A5", "B9"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, faults := read(t, typed(t, [][]any{tt.line}, tt.edit))
			if got := said(faults); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestFaultsOfEveryRow(t *testing.T) {
	_, faults := read(t, typed(t, [][]any{{"1"}, {"2", "b"}, nil, {"3"}}, nil))
	want := []string{"2 name required []", "5 name required []"}
	if got := said(faults); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHeadings(t *testing.T) {
	tests := []struct {
		name    string
		heading []any
		line    []any
		want    string // of the name column
		faults  []string
	}{
		{"reordered, with others between", []any{"备注", "专业名称", "开设日期", "层次", "x", "技能", "招生人数", "专业代码"}, []any{"n", "软件", nil, nil, "=", nil, nil, "1"}, "软件", nil},
		{"width, spaces, stars", []any{" 专业代码 ＊", "专业\n名称*", "招生人数", "层次", "技能", "开设日期"}, []any{"1", "软件"}, "软件", nil},
		{"twice", []any{"专业代码", "专业名称", "招生人数", "层次", "技能", "开设日期", "专业名称"}, []any{"1", "软件", nil, nil, nil, nil, "硬件"}, "软件", []string{"1 name column_twice [专业名称]"}},
		{"missing", []any{"专业代码", "专业名称", "层次", "技能", "开设日期"}, []any{"1", "软件"}, "软件", []string{"1 seats no_column [招生人数]"}},
		{"required one missing", []any{"专业代码", "招生人数", "层次", "技能", "开设日期"}, []any{"1"}, "", []string{"1 name no_column [专业名称]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, faults := read(t, workbook(t, "专业", [][]any{tt.heading, tt.line}, nil))
			if len(rows) != 1 || rows[0].Cells["name"] != tt.want || !reflect.DeepEqual(said(faults), tt.faults) {
				t.Errorf("got %v, faults %q, want %q, %q", rows, said(faults), tt.want, tt.faults)
			}
		})
	}
}

func TestSheets(t *testing.T) {
	rename := func(t *testing.T, edit func(f *excelize.File)) []byte {
		f, err := excelize.OpenReader(bytes.NewReader(written(t, map[string]string{"code": "1", "name": "软件"})))
		check(t, err)
		defer f.Close()
		edit(f)
		var out bytes.Buffer
		check(t, f.Write(&out))
		return out.Bytes()
	}
	tests := []struct {
		name string
		edit func(f *excelize.File)
		want []string
	}{
		{"renamed, beside the guide", func(f *excelize.File) { f.SetSheetName("专业", "2026") }, nil},
		{"renamed, beside another", func(f *excelize.File) { f.SetSheetName("专业", "2026"); f.NewSheet("附") }, []string{"0  no_sheet [专业]"}},
		{"not the first", func(f *excelize.File) { f.NewSheet("附"); f.MoveSheet("附", "专业") }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, faults := read(t, rename(t, tt.edit))
			if got := said(faults); !reflect.DeepEqual(got, tt.want) || (len(rows) == 1) != (tt.want == nil) {
				t.Errorf("got %v, %v, want %v", rows, got, tt.want)
			}
		})
	}
}

func TestEmptyRows(t *testing.T) {
	file := typed(t, [][]any{nil, {"1", "软件"}, {"", " \u3000"}}, func(f *excelize.File) {
		n, _ := f.NewStyle(&excelize.Style{NumFmt: 49})
		check(t, f.SetCellStyle("专业", "A4", "F4000", n))
	})
	rows, faults, err := sheet.Read(context.Background(), file, programmes, 1, nil)
	check(t, err)
	if len(rows) != 1 || rows[0].Line != 3 || len(faults) > 0 {
		t.Errorf("got %v, faults %v", rows, said(faults))
	}
}

func TestReport(t *testing.T) {
	rows := make([]map[string]string, 1200)
	for i := range rows {
		rows[i] = map[string]string{"code": fmt.Sprint(i), "name": "a"}
	}
	var told [][2]int
	_, _, err := sheet.Read(context.Background(), written(t, rows...), programmes, 2000, func(done, total int) { told = append(told, [2]int{done, total}) })
	check(t, err)
	if want := [][2]int{{500, 1201}, {1000, 1201}, {1201, 1201}}; !reflect.DeepEqual(told, want) {
		t.Errorf("got %v, want %v", told, want)
	}
}

func TestCancel(t *testing.T) {
	rows := make([]map[string]string, 1200)
	for i := range rows {
		rows[i] = map[string]string{"code": fmt.Sprint(i), "name": "a"}
	}
	file := written(t, rows...)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	got, _, err := sheet.Read(ctx, file, programmes, 0, func(done, total int) { cancel() })
	if !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("got %d rows, %v", len(got), err)
	}
}

// TestNoTemporaryFiles makes sure that nothing is left behind, by big workbooks too.
func TestNoTemporaryFiles(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	rows := make([]map[string]string, 2000)
	for i := range rows {
		rows[i] = map[string]string{"code": "1", "name": strings.Repeat("长文", 1500)}
	}
	file := written(t, rows...)
	_, faults := read(t, file)
	check(t, sheet.Mark(&bytes.Buffer{}, file, programmes, faults, say))
	left, err := os.ReadDir(folder)
	check(t, err)
	if len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
