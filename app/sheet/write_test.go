package sheet_test

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/sheet"
)

func TestRoundTrip(t *testing.T) {
	full := map[string]string{"code": "012345", "name": "机电一体化技术\n(中外合作)", "seats": "120", "level": "高职专科", "skills": "焊接；CAD, 制图", "since": "2019-09-01"}
	tests := []struct {
		name string
		row  map[string]string
	}{
		{"everything", full},
		{"only what is required", map[string]string{"code": "510203", "name": "软件技术"}},
		{"formula", map[string]string{"code": "=1+1", "name": "=HYPERLINK(\"x\")"}},
		{"plus", map[string]string{"code": "+1", "name": "-1"}},
		{"at", map[string]string{"code": "@SUM(A1)", "name": "＝1＋1"}},
		{"full-width", map[string]string{"code": "－1", "name": "＠x ＋"}},
		{"markup", map[string]string{"code": "<a>&amp;", "name": "_x0041_ _x005F_ 'x'"}},
		{"old date", map[string]string{"code": "1", "name": "a", "since": "1895-01-01"}},
		{"first date", map[string]string{"code": "1", "name": "a", "since": "1900-03-01"}},
		{"last date", map[string]string{"code": "1", "name": "a", "since": "9999-12-31"}},
		{"largest number", map[string]string{"code": "1", "name": "a", "seats": "999999999999999"}},
		{"no seats", map[string]string{"code": "1", "name": "a", "seats": "0"}},
	}
	var rows []map[string]string
	for _, tt := range tests {
		rows = append(rows, tt.row)
	}
	got, faults := read(t, written(t, rows...))
	if len(faults) > 0 || len(got) != len(rows) {
		t.Fatalf("got %d rows, faults %v", len(got), said(faults))
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := map[string]string{}
			for _, c := range programmes.Columns {
				want[c.Key] = tt.row[c.Key]
			}
			if got[i].Line != i+2 || !reflect.DeepEqual(got[i].Cells, want) {
				t.Errorf("got  %d %q\nwant %d %q", got[i].Line, got[i].Cells, i+2, want)
			}
		})
	}
}

func TestWriteLooks(t *testing.T) {
	file := written(t, map[string]string{"code": "012345", "name": "\t=1+1\x00", "seats": "30", "since": "2026-03-05"})
	f, err := excelize.OpenReader(bytes.NewReader(file))
	check(t, err)
	defer f.Close()
	shown := map[string]string{"A1": "专业代码*", "A2": "012345", "B2": "=1+1", "C2": "30", "F2": "2026-03-05"}
	for cell, want := range shown {
		if got, _ := f.GetCellValue("专业", cell); got != want {
			t.Errorf("%s: got %q, want %q", cell, got, want)
		}
	}
	if formula, _ := f.GetCellFormula("专业", "B2"); formula != "" {
		t.Errorf("B2 has the formula %q", formula)
	}
	if kind, _ := f.GetCellType("专业", "C2"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("C2 is of type %v, want a number", kind)
	}
	style, _ := f.GetColStyle("专业", "A")
	if look, err := f.GetStyle(style); err != nil || look.NumFmt != 49 {
		t.Errorf("column A: got format %v, %v, want text", look, err)
	}
	if visible, _ := f.GetSheetVisible("_lists"); visible {
		t.Error("the sheet of choices is visible")
	}
	if line, _ := f.GetCellValue("说明", "A2"); line != "=每行一个专业" {
		t.Errorf("guide: got %q", line)
	}
	panes, err := f.GetPanes("专业")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes: got %+v, %v", panes, err)
	}
	validations, err := f.GetDataValidations("专业")
	check(t, err)
	lists := map[string]string{}
	for _, v := range validations {
		if v.Type == "list" {
			lists[v.Sqref] = v.Formula1
		}
	}
	want := map[string]string{"D2:D1048576": "_lists!$D$1:$D$3", "E2:E1048576": "_lists!$E$1:$E$3"}
	if !reflect.DeepEqual(lists, want) {
		t.Errorf("lists: got %v, want %v", lists, want)
	}
	if validations[0].Prompt == nil || *validations[0].Prompt != "六位" {
		t.Errorf("help is missing: %+v", validations[0])
	}
}

// TestColumnsInOrder: Excel calls a workbook damaged whose <cols> do not ascend.
func TestColumnsInOrder(t *testing.T) {
	file := written(t)
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	part, err := archive.Open(sheetPart)
	check(t, err)
	xml, err := io.ReadAll(part)
	check(t, err)
	var got []string
	for _, found := range regexp.MustCompile(`<col min="(\d+)"`).FindAllSubmatch(xml, -1) {
		got = append(got, string(found[1]))
	}
	if want := []string{"1", "2", "3", "4", "5", "6"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWriteErrors(t *testing.T) {
	tests := []struct {
		name   string
		layout sheet.Layout
		row    map[string]string
	}{
		{"sheet name", sheet.Layout{Sheet: "a/b"}, nil},
		{"text longer than a cell", programmes, map[string]string{"code": strings.Repeat("长", 32768)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := sheet.Write(&bytes.Buffer{}, tt.layout, []map[string]string{tt.row})
			if err == nil || !strings.Contains(err.Error(), "sheet.Write("+tt.layout.Sheet+")") {
				t.Errorf("got %v", err)
			}
		})
	}
}
