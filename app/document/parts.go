package document

import (
	"fmt"
	"strings"
)

type part struct{ name, text string }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// The names of the vocabularies a document is written in.
const (
	relations  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packaged   = "http://schemas.openxmlformats.org/package/2006/"
	namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + relations + `" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"` +
		` xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// parts are the parts of the file but its pictures.
func (d *Document) parts() []part {
	var types, links strings.Builder
	for _, kind := range d.kinds() {
		fmt.Fprintf(&types, `<Default Extension="%[1]s" ContentType="image/%[1]s"/>`, kind)
	}
	for i, p := range d.pictures {
		fmt.Fprintf(&links, `<Relationship Id="picture%d" Type="%s/image" Target="%s"/>`, i+1, relations, p.name(i))
	}
	return []part{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="` + packaged + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` + types.String() +
			`<Override PartName="/word/document.xml" ContentType="` + word + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + word + `styles+xml"/><Override PartName="/word/footer.xml" ContentType="` + word + `footer+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packaged + `relationships"><Relationship Id="document" Type="` + relations + `/officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="core" Type="` + packaged + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", xmlHead + `<cp:coreProperties xmlns:cp="` + packaged + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escaped(d.title) + `</dc:title><dc:language>` + escaped(d.language) + `</dc:language></cp:coreProperties>`},
		{"word/_rels/document.xml.rels", xmlHead + `<Relationships xmlns="` + packaged + `relationships"><Relationship Id="styles" Type="` + relations + `/styles" Target="styles.xml"/><Relationship Id="footer" Type="` + relations + `/footer" Target="footer.xml"/>` + links.String() + `</Relationships>`},
		{"word/styles.xml", xmlHead + `<w:styles ` + namespaces + `>` + styles(d.language) + `</w:styles>`},
		{"word/footer.xml", xmlHead + `<w:ftr ` + namespaces + `><w:p><w:pPr><w:pStyle w:val="Note"/><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>`},
		{"word/document.xml", xmlHead + `<w:document ` + namespaces + `><w:body>` + d.body.String() +
			`<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1701" w:right="1418" w:bottom="1418" w:left="1418" w:header="851" w:footer="850" w:gutter="0"/></w:sectPr></w:body></w:document>`},
	}
}

// The fonts of Chinese documents, by the names word processors know them by. Latin text has
// one of its own.
const (
	hei      = "黑体"
	fangsong = "仿宋"
	song     = "宋体"
	latin    = "Times New Roman"
)

// style is a style of paragraphs. Sizes are in half points, distances in twentieths.
type style struct {
	id, name, font string
	size           int
	centre         bool
	indent         int // of the first line, in characters
	before, after  int
	line           int // 240 is single
	outline        int // level of a heading, from 1
	keep           bool
	lesser         bool // grey
}

var paragraphs = []style{
	{id: "Title", name: "Title", font: hei, size: 44, centre: true, after: 360, line: 360, keep: true},
	{id: "Heading1", name: "heading 1", font: hei, size: 32, before: 360, after: 160, line: 320, outline: 1, keep: true},
	{id: "Heading2", name: "heading 2", font: hei, size: 28, before: 240, after: 120, line: 300, outline: 2, keep: true},
	{id: "Heading3", name: "heading 3", font: hei, size: 24, before: 200, after: 80, line: 280, outline: 3, keep: true},
	{id: "BodyText", name: "Body Text", font: fangsong, size: 28, after: 60, line: 360, indent: 2},
	{id: "Item", name: "List Item", font: fangsong, size: 24, after: 20, line: 300},
	{id: "Note", name: "Note", font: song, size: 18, after: 60, line: 260, lesser: true},
	{id: "TableHead", name: "Table Head", font: hei, size: 18, line: 240, keep: true},
	{id: "TableText", name: "Table Text", font: song, size: 18, line: 240},
}

// styles are the styles of a document in a language.
func styles(language string) string {
	var out strings.Builder
	fmt.Fprintf(&out, `<w:docDefaults><w:rPrDefault><w:rPr>%s<w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="%s"/></w:rPr></w:rPrDefault></w:docDefaults>`, fonts(fangsong), escaped(language))
	for _, s := range paragraphs {
		fmt.Fprintf(&out, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:qFormat/><w:pPr>`, s.id, s.name)
		if s.keep {
			out.WriteString(`<w:keepNext/>`)
		}
		fmt.Fprintf(&out, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/>`, s.before, s.after, s.line)
		if s.indent > 0 {
			const hundredths, half = 100, 10 // of a character; twips in a half point
			fmt.Fprintf(&out, `<w:ind w:firstLineChars="%d" w:firstLine="%d"/>`, s.indent*hundredths, s.indent*s.size*half)
		}
		if s.centre {
			out.WriteString(`<w:jc w:val="center"/>`)
		}
		if s.outline > 0 {
			fmt.Fprintf(&out, `<w:outlineLvl w:val="%d"/>`, s.outline-1)
		}
		out.WriteString(`</w:pPr><w:rPr>` + fonts(s.font))
		if s.lesser {
			out.WriteString(`<w:color w:val="555555"/>`)
		}
		fmt.Fprintf(&out, `<w:sz w:val="%d"/></w:rPr></w:style>`, s.size)
	}
	out.WriteString(`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&out, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="808080"/>`, side)
	}
	out.WriteString(`</w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	return out.String()
}

func fonts(chinese string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%[2]s" w:hAnsi="%[2]s" w:cs="%[2]s" w:eastAsia="%[1]s"/>`, chinese, latin)
}
