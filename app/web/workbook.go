package web

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"liangcheng/app/portal"
)

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbook is a file of several sheets. Long ones wait on disk until all is written.
type workbook struct {
	file   *excelize.File
	bold   int
	sheets []*worksheet
}

// worksheet takes rows one after the other.
type worksheet struct {
	stream *excelize.StreamWriter
	line   int
}

func newWorkbook() (*workbook, error) {
	b := &workbook{file: excelize.NewFile()}
	var err error
	b.bold, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	return b, b.wrap(err)
}

func (b *workbook) wrap(err error) error {
	if err != nil {
		return fmt.Errorf("web.workbook: %w", err)
	}
	return nil
}

func (b *workbook) close() { b.file.Close() }

// sheet begins a sheet with its headings, which stay in sight.
func (b *workbook) sheet(name string, head []string) (*worksheet, error) {
	name = sheetName(name)
	var err error
	if len(b.sheets) == 0 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err != nil {
		return nil, b.wrap(err)
	}
	stream, err := b.file.NewStreamWriter(name)
	if err != nil {
		return nil, b.wrap(err)
	}
	const width = 18
	if err := stream.SetColWidth(1, max(len(head), 1), width); err != nil {
		return nil, b.wrap(err)
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, b.wrap(err)
	}
	s := &worksheet{stream: stream}
	b.sheets = append(b.sheets, s)
	cells := make([]any, len(head))
	for i, h := range head {
		cells[i] = excelize.Cell{StyleID: b.bold, Value: harmless(h)}
	}
	return s, b.wrap(s.put(cells))
}

// filled adds a sheet of these rows.
func (b *workbook) filled(name string, head []string, rows [][]any) error {
	out, err := b.sheet(name, head)
	for i := 0; i < len(rows) && err == nil; i++ {
		err = out.row(rows[i]...)
	}
	return err
}

// row adds a row; a text that a spreadsheet would run as a formula is quoted.
func (s *worksheet) row(cells ...any) error {
	safe := make([]any, len(cells))
	for i, c := range cells {
		safe[i] = harmless(c)
	}
	return s.put(safe)
}

func (s *worksheet) put(cells []any) error {
	s.line++
	if err := s.stream.SetRow(fmt.Sprintf("A%d", s.line), cells); err != nil {
		return fmt.Errorf("web.worksheet: %w", err)
	}
	return nil
}

// writeTo ends the sheets and writes the file.
func (b *workbook) writeTo(w io.Writer) error {
	for _, s := range b.sheets {
		if err := s.stream.Flush(); err != nil {
			return b.wrap(err)
		}
	}
	_, err := b.file.WriteTo(w)
	return b.wrap(err)
}

// sheetName is a name as Excel takes it.
func sheetName(name string) string {
	const most = 30 // Excel takes 31, and cut adds a mark
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) {
			return ' '
		}
		return c
	}, name)
	return cut(name, most)
}

// decimal is a number as a spreadsheet keeps it.
func decimal(h portal.Hundredths) float64 { return float64(h) / 100 }
