package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"path"
	"strings"
	"testing"

	"liangcheng/app/document"
)

// parts reads a file, and fails where a part is no XML.
func parts(t *testing.T, file []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
		if strings.HasPrefix(f.Name, "word/media/") {
			if _, _, err := image.DecodeConfig(bytes.NewReader(body)); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
			continue
		}
		for decoder := xml.NewDecoder(bytes.NewReader(body)); ; {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return out
}

func TestWriteTo(t *testing.T) {
	d := document.New("2025 年度报告 <两城>", "zh-CN")
	d.Heading(1, "一、合作项目")
	d.Paragraph("第一行 & 第二行\n换行后\x00的字")
	d.Item("条目")
	d.Note("编制日期 2026-11-28")
	d.PageBreak()
	d.Table(document.Table{Columns: []document.Column{{Text: "类型", Weight: 2}, {Text: "个数", Number: true}, {Text: ""}},
		Rows: [][]document.Cell{{{Text: "订单班"}, {Text: "7"}, {Percent: 100}}, {{Text: "产业学院"}, {Text: "3"}, {Percent: 43}}, {{Text: "缺一格"}}}})
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	if err := d.Picture(photo.Bytes(), 50, "示意图 \"a\""); err != nil {
		t.Fatal(err)
	}
	if err := d.Picture([]byte("no picture"), 50, "x"); err == nil {
		t.Error("what is no picture is taken")
	}
	var file bytes.Buffer
	n, err := d.WriteTo(&file)
	if err != nil || n != int64(file.Len()) {
		t.Fatalf("%d of %d bytes: %v", n, file.Len(), err)
	}
	all := parts(t, file.Bytes())
	main := all["word/document.xml"]
	for _, want := range []string{"2025 年度报告 &lt;两城&gt;", "第一行 &amp; 第二行", "<w:br/>", "换行后�的字", `w:type="page"`, "<w:tblHeader/>", `w:val="right"`, `r:embed="picture3"`} {
		if !strings.Contains(main, want) {
			t.Errorf("the text lacks %s", want)
		}
	}
	if got := strings.Count(main, "<w:tc>"); got != 12 {
		t.Errorf("%d cells, want 12", got)
	}
	for _, font := range []string{"黑体", "仿宋", "宋体"} {
		if !strings.Contains(all["word/styles.xml"], `w:eastAsia="`+font+`"`) {
			t.Errorf("no style is set in %s", font)
		}
	}
	// Every style named is there, and every link leads to a part.
	for style := range strings.SplitSeq(main, `<w:pStyle w:val="`) {
		if name, _, _ := strings.Cut(style, `"`); !strings.HasPrefix(style, "<?xml") && !strings.Contains(all["word/styles.xml"], `w:styleId="`+name+`"`) {
			t.Errorf("no style %s", name)
		}
	}
	for from, rels := range map[string]string{"word": all["word/_rels/document.xml.rels"], "": all["_rels/.rels"]} {
		for link := range strings.SplitSeq(rels, `Target="`) {
			if target, _, ok := strings.Cut(link, `"/>`); ok && all[path.Join(from, target)] == "" {
				t.Errorf("a link leads to %s, which is not there", target)
			}
		}
	}
	if strings.Count(all["[Content_Types].xml"], `Extension="png"`) != 1 {
		t.Error("the type of the pictures is not told once")
	}
}
