// Package document writes Word files: headings, paragraphs, tables, pictures and bars.
//
// It writes the parts of an Office Open XML document itself, with the standard library: the
// pure-Go libraries that could be had are copyleft or no longer kept, and none names the
// Chinese fonts a government document is set in.
package document

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Document is a text in the making. Add to it in reading order, then write it.
type Document struct {
	title, language string
	body            strings.Builder
	pictures        []picture
}

type picture struct {
	data []byte
	kind string // ending of its name
}

// New begins a document with its title, in the language of a BCP 47 tag.
func New(title, language string) *Document {
	d := &Document{title: title, language: language}
	d.styled("Title", title)
	return d
}

// Heading begins a part, of level 1 to 3.
func (d *Document) Heading(level int, text string) {
	d.styled(fmt.Sprintf("Heading%d", min(max(level, 1), 3)), text)
}

// Paragraph adds running text.
func (d *Document) Paragraph(text string) { d.styled("BodyText", text) }

// Note adds a remark in small letters.
func (d *Document) Note(text string) { d.styled("Note", text) }

// Item adds an entry of a list.
func (d *Document) Item(text string) { d.styled("Item", "• "+text) }

// PageBreak begins a new page.
func (d *Document) PageBreak() { d.body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`) }

func (d *Document) styled(style, text string) {
	fmt.Fprintf(&d.body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>%s</w:p>`, style, run(text))
}

// run is a text with its line breaks.
func run(text string) string {
	var out strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if out.WriteString("<w:r>"); i > 0 {
			out.WriteString("<w:br/>")
		}
		fmt.Fprintf(&out, `<w:t xml:space="preserve">%s</w:t></w:r>`, escaped(line))
	}
	return out.String()
}

// escaped is a text as XML takes it; what XML has no place for is replaced.
func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(strings.ToValidUTF8(text, "�"))) // a Builder never fails
	return out.String()
}

// Table is a table with a heading that stands on every page it goes over to.
type Table struct {
	Columns []Column
	Rows    [][]Cell // as many cells as columns
}

// Column is the head of a column. Weight is its share of the width; 0 is 1.
type Column struct {
	Text   string
	Number bool // set right
	Weight int
}

// Cell is a cell of text or, where Percent is above 0, a bar of that part of its width.
type Cell struct {
	Text    string
	Percent int
}

// The width of the text on A4 between its margins, in twentieths of a point and in English
// metric units.
const (
	textWidth = 9070
	twip      = 635 // EMU
)

// Table adds a table.
func (d *Document) Table(t Table) {
	weights := 0
	for _, c := range t.Columns {
		weights += max(c.Weight, 1)
	}
	width := func(c Column) int { return textWidth * max(c.Weight, 1) / max(weights, 1) }
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, c := range t.Columns {
		fmt.Fprintf(&d.body, `<w:gridCol w:w="%d"/>`, width(c))
	}
	d.body.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for _, c := range t.Columns {
		d.cell(c, width(c), "TableHead", run(c.Text))
	}
	d.body.WriteString(`</w:tr>`)
	for _, row := range t.Rows {
		d.body.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, c := range t.Columns {
			content := ""
			if i < len(row) {
				if content = run(row[i].Text); row[i].Percent > 0 {
					const inner, height = 220, 160 // what the margins of a cell take; twips
					content = d.bar((width(c)-inner)*min(row[i].Percent, 100)/100*twip, height*twip)
				}
			}
			d.cell(c, width(c), "TableText", content)
		}
		d.body.WriteString(`</w:tr>`)
	}
	d.body.WriteString(`</w:tbl><w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr></w:p>`) // tables side by side run into one
}

func (d *Document) cell(c Column, width int, style, content string) {
	side := ""
	if c.Number {
		side = `<w:jc w:val="right"/>`
	}
	fmt.Fprintf(&d.body, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr>%s</w:p></w:tc>`, width, style, side, content)
}

// WriteTo writes the file.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	out := &counter{w: w}
	archive := zip.NewWriter(out)
	parts := d.parts()
	for _, p := range parts {
		if err := add(archive, p.name, []byte(p.text)); err != nil {
			return out.n, fmt.Errorf("document.WriteTo(%s): %w", p.name, err)
		}
	}
	for i, p := range d.pictures {
		if err := add(archive, "word/"+p.name(i), p.data); err != nil {
			return out.n, fmt.Errorf("document.WriteTo(%s): %w", p.name(i), err)
		}
	}
	if err := archive.Close(); err != nil {
		return out.n, fmt.Errorf("document.WriteTo: %w", err)
	}
	return out.n, nil
}

func add(archive *zip.Writer, name string, data []byte) error {
	part, err := archive.Create(name)
	if err == nil {
		_, err = part.Write(data)
	}
	return err
}

// counter counts what goes through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (p picture) name(i int) string { return fmt.Sprintf("media/image%d.%s", i+1, p.kind) }

// kinds are the endings of the pictures, each once.
func (d *Document) kinds() []string {
	var out []string
	for _, p := range d.pictures {
		if !slices.Contains(out, p.kind) {
			out = append(out, p.kind)
		}
	}
	return out
}
