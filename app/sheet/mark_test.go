package sheet_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/sheet"
)

func marked(t testing.TB, file []byte, faults []sheet.Fault) []byte {
	t.Helper()
	var out bytes.Buffer
	err := sheet.Mark(&out, file, programmes, faults, func(f sheet.Fault) string {
		if f.Problem == "sheet.faults" {
			return "问题"
		}
		return say(f)
	})
	check(t, err)
	return out.Bytes()
}

func TestMark(t *testing.T) {
	uploaded := [][]any{
		{"510203", "软件技术", 30.5, "博士", nil, nil, "我的备注"},
		{510204, "机电", 40, nil, nil, "明年"},
		nil,
		{"510205"},
		{"510206", "合并", nil, nil, nil, 46086},
	}
	file := typed(t, uploaded, func(f *excelize.File) {
		check(t, f.SetCellFormula("专业", "C6", "20*2"))
		check(t, f.MergeCell("专业", "D5", "D6"))
		n, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		check(t, err)
		check(t, f.SetCellStyle("专业", "F6", "F6", n))
	})
	_, faults := read(t, file)
	faults = append(faults, sheet.Fault{Problem: "taken.whole_file"}, sheet.Fault{Line: 3, Key: "code", Problem: "taken"})
	f, err := excelize.OpenReader(bytes.NewReader(marked(t, file, faults)))
	check(t, err)
	defer f.Close()
	got, err := f.GetRows("专业")
	check(t, err)
	want := [][]string{
		{"问题\n0  taken.whole_file []", "专业代码", "专业名称", "招生人数", "层次", "技能", "开设日期"},
		{"2 seats not_number [30.5]\n2 level not_choice [博士 ]", "510203", "软件技术", "30.5", "博士", "", "", "我的备注"},
		{"3 since not_date [明年]\n3 code taken []", "510204", "机电", "40", "", "", "明年"},
		nil,
		{"5 name required []\n5 level merged [D5:D6]", "510205"},
		{"6 seats formula [=20*2]", "510206", "合并", "=20*2", "", "", "2026-03-05"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	comments, err := f.GetComments("专业")
	check(t, err)
	words := map[string]string{}
	for _, c := range comments {
		words[c.Cell] = c.Text
	}
	wantWords := map[string]string{
		"D2": "2 seats not_number [30.5]", "E2": "2 level not_choice [博士 ]", "G3": "3 since not_date [明年]", "B3": "3 code taken []",
		"C5": "5 name required []", "E5": "5 level merged [D5:D6]", "D6": "6 seats formula [=20*2]",
	}
	if !reflect.DeepEqual(words, wantWords) {
		t.Errorf("comments: got %q\nwant %q", words, wantWords)
	}
	for cell, faulty := range map[string]bool{"D2": true, "C2": false, "C5": true, "E5": true, "D6": true, "D3": false} {
		n, err := f.GetCellStyle("专业", cell)
		check(t, err)
		look, err := f.GetStyle(n)
		check(t, err)
		if got := len(look.Fill.Color) > 0 && strings.HasSuffix(look.Fill.Color[0], "FFC7CE"); got != faulty {
			t.Errorf("%s: coloured %v, want %v", cell, got, faulty)
		}
	}
}

// TestMarkedAgain sends a marked workbook back: the words are not a column of the rows.
func TestMarkedAgain(t *testing.T) {
	file := typed(t, [][]any{{"1", "软件", "x"}}, nil)
	_, faults := read(t, file)
	once := marked(t, file, faults)
	_, again := read(t, once)
	if !reflect.DeepEqual(again, faults) {
		t.Errorf("got %v, want %v", said(again), said(faults))
	}
	f, err := excelize.OpenReader(bytes.NewReader(marked(t, once, again)))
	check(t, err)
	defer f.Close()
	got, err := f.GetRows("专业")
	check(t, err)
	want := [][]string{{"问题", "专业代码", "专业名称", "招生人数", "层次", "技能", "开设日期"}, {"2 seats not_number [x]", "1", "软件", "x"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMarkWithoutRows(t *testing.T) {
	tests := []struct {
		name string
		file []byte
		want string // of A1
	}{
		{"wrong sheets", workbook(t, "甲", [][]any{{"x"}}, func(f *excelize.File) { f.NewSheet("乙") }), "问题\n0  no_sheet [专业]"},
		{"empty sheet", workbook(t, "专业", nil, nil), "问题\n1 code no_column [专业代码]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, faults := read(t, tt.file)
			f, err := excelize.OpenReader(bytes.NewReader(marked(t, tt.file, faults)))
			check(t, err)
			defer f.Close()
			if got, _ := f.GetCellValue("专业", "A1"); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// big is 5,000 rows of 20 columns.
func big() (sheet.Layout, []map[string]string) {
	l := sheet.Layout{Sheet: "需求"}
	kinds := []sheet.Kind{sheet.Text, sheet.Number, sheet.Choice, sheet.Several, sheet.Date}
	texts := []string{"面向智能制造的设备维护", "120", "高职专科", "焊接；铣工", "2026-03-05"}
	row := map[string]string{}
	for i := range 20 {
		c := sheet.Column{Key: fmt.Sprint("k", i), Title: fmt.Sprint("列", i), Kind: kinds[i%5]}
		if c.Kind == sheet.Choice || c.Kind == sheet.Several {
			c.Choices = []string{"高职专科", "焊接", "铣工"}
		}
		l.Columns = append(l.Columns, c)
		row[c.Key] = texts[i%5]
	}
	rows := make([]map[string]string, 5000)
	for i := range rows {
		rows[i] = row
	}
	return l, rows
}

func BenchmarkWrite(b *testing.B) {
	l, rows := big()
	b.ReportAllocs()
	for b.Loop() {
		check(b, sheet.Write(&bytes.Buffer{}, l, rows))
	}
}

func BenchmarkRead(b *testing.B) {
	l, rows := big()
	var out bytes.Buffer
	check(b, sheet.Write(&out, l, rows))
	b.ReportAllocs()
	for b.Loop() {
		got, faults, err := sheet.Read(context.Background(), out.Bytes(), l, 5000, nil)
		if err != nil || len(got) != 5000 || len(faults) > 0 {
			b.Fatal(len(got), faults, err)
		}
	}
}

// BenchmarkMark marks a file with a fault in every cell.
func BenchmarkMark(b *testing.B) {
	l, rows := big()
	var out bytes.Buffer
	check(b, sheet.Write(&out, l, rows))
	var faults []sheet.Fault
	for line := range rows {
		for _, c := range l.Columns {
			faults = append(faults, sheet.Fault{Line: line + 2, Key: c.Key, Problem: "sheet.required"})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		check(b, sheet.Mark(&bytes.Buffer{}, out.Bytes(), l, faults, say))
	}
}
