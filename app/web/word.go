package web

import (
	"context"
	"io"
	"strings"

	"liangcheng/app/document"
	"liangcheng/views"
)

const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// sendWord sends a page as a Word file: what it says, without what one can do on it.
func (s *site) sendWord(r *request, name string, p views.Desk) error {
	d := s.wordOf(r, p)
	return s.stream(r, name, wordType, func(_ context.Context, w io.Writer) error {
		_, err := d.WriteTo(w)
		return err
	})
}

// wordOf turns a page into a document, part by part.
func (s *site) wordOf(r *request, p views.Desk) *document.Document {
	say := s.say(r.lang)
	d := document.New(p.Heading, r.lang)
	if p.Lead != "" {
		d.Paragraph(p.Lead)
	}
	for _, notice := range p.Notices {
		d.Note(notice)
	}
	if len(p.Figures) > 0 {
		t := document.Table{Columns: []document.Column{{Text: say("word.what"), Weight: 3}, {Text: say("word.number"), Number: true}, {Text: say("outcome.column.unit")}, {Text: say("word.note"), Weight: 2}}}
		for _, f := range p.Figures {
			t.Rows = append(t.Rows, []document.Cell{{Text: f.Label}, {Text: f.Value}, {Text: f.Unit}, {Text: f.Note}})
		}
		d.Table(t)
	}
	s.wordFacts(r, d, p.Summary)
	for _, sec := range p.Sections {
		s.wordSection(r, d, sec)
	}
	return d
}

func (s *site) wordSection(r *request, d *document.Document, sec views.Section) {
	d.Heading(1, sec.Title)
	if sec.Note != "" {
		d.Note(sec.Note)
	}
	for _, text := range sec.Prose {
		d.Paragraph(text)
	}
	s.wordFacts(r, d, sec.Facts)
	for _, g := range sec.Groups {
		d.Item(g.Label + s.say(r.lang)("punctuation.colon") + strings.Join(g.Tags, s.say(r.lang)("punctuation.comma")))
	}
	if sec.Table != nil && len(sec.Table.Rows) > 0 {
		d.Table(wordTable(*sec.Table))
	}
	if c := sec.Chart; c != nil {
		t := document.Table{Columns: []document.Column{{Text: c.Label, Weight: 3}, {Text: c.Unit, Number: true}, {Text: c.Caption, Weight: 4}}}
		for _, b := range c.Bars {
			t.Rows = append(t.Rows, []document.Cell{{Text: b.Label.Text}, {Text: b.Text}, {Percent: b.Percent}})
		}
		if d.Table(t); c.Note != "" {
			d.Note(c.Note)
		}
	}
	for _, l := range sec.List {
		d.Item(l.Text)
	}
	if sec.Empty != nil {
		d.Paragraph(sec.Empty.Text)
	}
}

func (s *site) wordFacts(r *request, d *document.Document, facts []views.Fact) {
	if len(facts) == 0 {
		return
	}
	t := document.Table{Columns: []document.Column{{Text: s.say(r.lang)("word.what"), Weight: 2}, {Text: s.say(r.lang)("word.is"), Weight: 5}}}
	for _, f := range facts {
		t.Rows = append(t.Rows, []document.Cell{{Text: f.Label}, {Text: strings.TrimSpace(cellText(f.Cell) + " " + f.Note)}})
	}
	d.Table(t)
}

// cellText is all a cell says.
func cellText(c views.Cell) string {
	if len(c.Tags) > 0 {
		return strings.Join(c.Tags, listSeparator)
	}
	return c.Text
}

func wordTable(t views.Table) document.Table {
	out := document.Table{}
	for i, c := range t.Columns {
		weight := 2
		if i == 0 {
			weight = 4
		} else if c.Number {
			weight = 1
		}
		out.Columns = append(out.Columns, document.Column{Text: c.Text, Number: c.Number, Weight: weight})
	}
	for _, row := range t.Rows {
		cells := []document.Cell{{Text: strings.TrimSpace(row.Name.Text + " " + row.Note)}}
		for _, c := range row.Cells {
			cells = append(cells, document.Cell{Text: cellText(c)})
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}
