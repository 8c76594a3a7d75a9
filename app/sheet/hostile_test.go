package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/sheet"
)

// replaced is a workbook with one part exchanged.
func replaced(t testing.TB, name, content string) []byte {
	t.Helper()
	file := typed(t, [][]any{{"1", "软件"}}, nil)
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		if part.Name != name {
			check(t, w.Copy(part))
		}
	}
	to, err := w.Create(name)
	check(t, err)
	_, err = to.Write([]byte(content))
	check(t, err)
	check(t, w.Close())
	return out.Bytes()
}

// understated is a workbook whose sheet unpacks to more than its archive declares.
func understated(t testing.TB, content string) []byte {
	t.Helper()
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.BestCompression)
	check(t, err)
	_, err = deflate.Write([]byte(content))
	check(t, err)
	check(t, deflate.Close())
	file := replaced(t, "xl/unused", "")
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range in.File {
		if part.Name != sheetPart {
			check(t, w.Copy(part))
		}
	}
	to, err := w.CreateRaw(&zip.FileHeader{
		Name: sheetPart, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: 1000,
	})
	check(t, err)
	_, err = to.Write(packed.Bytes())
	check(t, err)
	check(t, w.Close())
	return out.Bytes()
}

const sheetPart = "xl/worksheets/sheet1.xml"

// sheetOf is the XML of a worksheet with this data.
func sheetOf(data string) string {
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + data + `</sheetData></worksheet>`
}

func TestRefused(t *testing.T) {
	good := typed(t, [][]any{{"1", "软件"}, {"2", "硬件"}}, nil)
	flipped := bytes.Clone(good)
	copy(flipped[bytes.Index(flipped, []byte("xl/worksheets/sheet1.xml"))+60:], "\xff\xff\xff\xff")
	ole := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 4096))
	secret, err := excelize.Encrypt(good, &excelize.Options{Password: "x"})
	check(t, err)
	tests := []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, sheet.ErrNotWorkbook},
		{"random", []byte(strings.Repeat("\x8f\x01随机", 999)), sheet.ErrNotWorkbook},
		{"xls", ole, sheet.ErrNotWorkbook},
		{"encrypted", secret, sheet.ErrNotWorkbook},
		{"truncated", good[:len(good)/2], sheet.ErrNotWorkbook},
		{"damaged", flipped, sheet.ErrNotWorkbook},
		{"another zip", replaced(t, "_rels/.rels", "<Relationships/>"), sheet.ErrNotWorkbook},
		{"unfinished sheet", replaced(t, sheetPart, "<worksheet><sheetData><row r='1'>"), sheet.ErrNotWorkbook},
		{"unknown shared text", replaced(t, sheetPart, sheetOf("<row><c t='s'><v>9999</v></c></row>")), sheet.ErrNotWorkbook},
		{"rows backwards", replaced(t, sheetPart, sheetOf("<row r='2'/><row r='1'/>")), sheet.ErrNotWorkbook},
		{"row beyond Excel", replaced(t, sheetPart, sheetOf("<row r='99999999999'/>")), sheet.ErrNotWorkbook},
		{"column beyond Excel", replaced(t, sheetPart, sheetOf("<row><c r='ZZZZ1'><v>1</v></c></row>")), sheet.ErrNotWorkbook},
		{"deep", replaced(t, sheetPart, strings.Repeat("<a>", 9<<20)), sheet.ErrNotWorkbook},
		{"wide tag", replaced(t, sheetPart, "<a"+strings.Repeat(" a=''", 5<<20)+"/>"), sheet.ErrNotWorkbook},
		{"bomb", replaced(t, sheetPart, sheetOf(strings.Repeat("<row/>", 6<<20))), sheet.ErrTooLarge},
		{"bomb in a picture", replaced(t, "xl/media/image1.png", strings.Repeat("\x00", 33<<20)), sheet.ErrTooLarge},
		{"bomb that denies it", understated(t, sheetOf(strings.Repeat("<row/>", 20<<20))), sheet.ErrNotWorkbook},
		{"large file", make([]byte, 32<<20+1), sheet.ErrTooLarge},
		{"too many rows", good, sheet.ErrTooManyRows},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			rows, faults, err := sheet.Read(context.Background(), tt.file, programmes, 1, nil)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, tt.want) || rows != nil || faults != nil {
				t.Errorf("got %v, %v, %v, want %v", rows, faults, err, tt.want)
			}
			if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 150 {
				t.Errorf("%d MB were spent on refusing", spent)
			}
			if tt.want == sheet.ErrTooManyRows {
				return
			}
			if err := sheet.Mark(&bytes.Buffer{}, tt.file, programmes, nil, say); !errors.Is(err, tt.want) {
				t.Errorf("Mark: got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestFarCells reads and marks a small sheet that costs excelize gigabytes: each of its
// rows has a cell in the last column.
func TestFarCells(t *testing.T) {
	file := replaced(t, sheetPart, sheetOf(strings.Repeat("<row><c r='XFD1'><v>1</v></c></row>", 3000)+"<row r='1048576'><c><v>1</v></c></row>"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows, faults, err := sheet.Read(context.Background(), file, programmes, 10, nil)
	runtime.ReadMemStats(&after)
	check(t, err)
	if len(rows) != 0 || len(faults) != len(programmes.Columns) {
		t.Errorf("got %d rows, faults %v", len(rows), said(faults))
	}
	if spent := (after.TotalAlloc - before.TotalAlloc) >> 20; spent > 50 {
		t.Errorf("%d MB were spent", spent)
	}
	check(t, sheet.Mark(&bytes.Buffer{}, file, programmes, faults, say))
}

// TestXML reads what other programs than excelize write into a sheet.
func TestXML(t *testing.T) {
	heading := "<row r='1'><c r='A1' t='inlineStr'><is><t>专业代码</t></is></c><c r='B1' t='str'><v>专业名称</v></c></row>"
	tests := []struct{ name, xml, want string }{
		{"escapes", "<c t='inlineStr'><is><t>a_x000D__x0001_b_x005F_x0041_</t></is></c>", "a\nb_x0041_"},
		{"reading aids", "<c t='inlineStr'><is><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></is></c>", "東京"},
		{"runs", "<c t='inlineStr'><is><r><t>软</t></r><r><t>件</t></r></is></c>", "软件"},
		{"text of no type", "<c><v>abc</v></c>", "abc"},
		{"empty shared text", "<c t='s'/>", ""},
		{"exponent", "<c><v>5.10203E5</v></c>", "510203"},
		{"huge number", "<c><v>1e300</v></c>", "1e+300"},
		{"unknown style", "<c s='999'><v>1</v></c>", "1"},
		{"ISO date", "<c t='d'><v>2026-03-05</v></c>", "2026-03-05"},
		{"error value", "<c t='e'><v>#N/A</v></c>", "#N/A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cells := "<c t='str'><v>1</v></c>" + tt.xml
			for _, prefix := range []string{"", "x:"} {
				xml := strings.NewReplacer("</", "</"+prefix, "<", "<"+prefix).Replace(sheetOf(heading + "<row>" + cells + "</row>"))
				if prefix != "" {
					xml = strings.Replace(xml, "xmlns=", "xmlns:x=", 1)
				}
				rows, _ := read(t, replaced(t, sheetPart, xml))
				if len(rows) != 1 || rows[0].Line != 2 || rows[0].Cells["name"] != tt.want {
					t.Errorf("prefix %q: got %v, want %q", prefix, rows, tt.want)
				}
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(written(f, map[string]string{"code": "1", "name": "软件", "seats": "30", "since": "2026-03-05"}))
	f.Add(typed(f, [][]any{{"1", "软件", 30.5, "x", "焊接", "2026年3月5日"}}, nil))
	f.Add(replaced(f, sheetPart, sheetOf("<row r='3'><c t='inlineStr'><is><t>_x000D_a</t><rPh><t>b</t></rPh></is></c></row>")))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, faults, err := sheet.Read(context.Background(), file, programmes, 1000, nil)
		if err != nil {
			if rows != nil || faults != nil {
				t.Errorf("rows and faults beside %v", err)
			}
			return
		}
		check(t, sheet.Mark(&bytes.Buffer{}, file, programmes, faults, say))
	})
}

// FuzzSheet reads damaged sheet XML in a sound archive, where FuzzRead seldom gets.
func FuzzSheet(f *testing.F) {
	f.Add(sheetOf("<row r='1'><c r='A1' t='inlineStr'><is><t>专业代码</t></is></c></row><row><c s='1'><f>1+1</f><v>2</v></c></row>"))
	f.Add(sheetOf("<row><c><v>1e300</v></c><c t='b'><v>1</v></c></row>") + "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>")
	f.Fuzz(func(t *testing.T, xml string) {
		file := replaced(t, sheetPart, xml)
		_, faults, err := sheet.Read(context.Background(), file, programmes, 1000, nil)
		if err == nil {
			check(t, sheet.Mark(&bytes.Buffer{}, file, programmes, faults, say))
		}
	})
}
