package sheet

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// listSheet holds the choices of every column, one column each: a list inside a
// validation is limited to 255 characters and cannot hold a comma.
const listSheet = "_lists"

// columns sets the widths and formats of whole columns, so that rows people add behave
// like the rows written, and freezes the heading. It must come before the first row.
func (p *pen) columns(places []place) error {
	sorted := slices.SortedFunc(slices.Values(places), func(a, b place) int { return cmp.Compare(a.at, b.at) })
	// Backwards, because excelize puts each before the others and Excel wants them in order.
	for _, c := range slices.Backward(sorted) {
		width := c.Width
		if width <= 0 {
			width = usualWidth
		}
		if err := p.stream.SetColWidth(c.at, c.at, min(width, excelize.MaxColumnWidth)); err != nil {
			return err
		}
		style := p.style(look{formatFor(c.Kind), bodyOf(c.Column)})
		if err := p.stream.SetColStyle(c.at, c.at, style); err != nil {
			return err
		}
	}
	return p.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// finish adds what surrounds the rows and writes the workbook. width and height count the
// columns and lines written.
func (p *pen) finish(w io.Writer, l Layout, places []place, width, height int) error {
	if err := p.validations(places); err != nil {
		return err
	}
	corner, err := excelize.CoordinatesToCellName(max(width, 1), max(height, 1))
	if err != nil {
		return err
	}
	if err := p.file.AutoFilter(p.stream.Sheet, "A1:"+corner, nil); err != nil {
		return err
	}
	if l.GuideSheet != "" {
		if err := p.guide(l); err != nil {
			return err
		}
	}
	if err := p.lists(places); err != nil {
		return err
	}
	// Last of the sheets: hiding one makes excelize parse every sheet it has finished.
	if err := p.stream.Flush(); err != nil {
		return err
	}
	// excelize signs its own name as the author otherwise.
	if err := p.file.SetDocProps(&excelize.DocProperties{Creator: l.Sheet, LastModifiedBy: l.Sheet}); err != nil {
		return err
	}
	_, err = p.file.WriteTo(w)
	return err
}

// validations tells Excel what each column takes, and its help.
func (p *pen) validations(places []place) error {
	for i, c := range places {
		name, err := excelize.ColumnNumberToName(c.at)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(name + "2:" + name + strconv.Itoa(maxLines))
		if err := restrict(v, c.Column, i+1); err != nil {
			return err
		}
		if c.Help != "" {
			// Excel calls the file damaged when a title or text is longer.
			v.SetInput(cut(c.Title, 32), cut(c.Help, 255))
		}
		if err := p.file.AddDataValidation(p.stream.Sheet, v); err != nil {
			return err
		}
	}
	return nil
}

// restrict limits what may be typed; list is the column's number on the list sheet. The
// message is left to Excel, which speaks the language of its user.
func restrict(v *excelize.DataValidation, c Column, list int) error {
	v.ShowErrorMessage = true
	if len(c.Choices) > 0 && (c.Kind == Choice || c.Kind == Several) {
		name, err := excelize.ColumnNumberToName(list)
		if err != nil {
			return err
		}
		v.SetSqrefDropList(listSheet + "!$" + name + "$1:$" + name + "$" + strconv.Itoa(len(c.Choices)))
		v.ShowErrorMessage = c.Kind == Choice // a list takes one value, Several has more
		return nil
	}
	const lastCount, lastDay = 999_999_999_999_999, 2958465
	switch c.Kind {
	case Number:
		return v.SetRange(0, lastCount, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
	case Date:
		return v.SetRange(1, lastDay, excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween)
	}
	return v.SetRange(0, min(c.most(), maxCell), excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorBetween)
}

// cut shortens a text to so many UTF-16 units, as Excel counts.
func cut(s string, most int) string {
	units := utf16.Encode([]rune(s))
	if len(units) <= most {
		return s
	}
	return clean(string(utf16.Decode(units[:most])))
}

func (p *pen) guide(l Layout) error {
	const width = 100
	return p.side(l.GuideSheet, width, len(l.Guide), func(line int) []any {
		style := p.style(look{asText, paragraph})
		return []any{excelize.Cell{StyleID: style, Value: clean(l.Guide[line])}}
	})
}

// lists writes the hidden sheet of choices.
func (p *pen) lists(places []place) error {
	longest := 0
	for _, c := range places {
		longest = max(longest, len(c.Choices))
	}
	if longest == 0 {
		return nil
	}
	err := p.side(listSheet, usualWidth, longest, func(line int) []any {
		cells := make([]any, len(places))
		for i, c := range places {
			if line < len(c.Choices) {
				cells[i] = p.cell(Text, c.Choices[line], plainCell)
			}
		}
		return cells
	})
	if err != nil {
		return err
	}
	return p.file.SetSheetVisible(listSheet, false, true)
}

// side writes a sheet beside the main one, line by line from 0.
func (p *pen) side(name string, width float64, lines int, line func(int) []any) error {
	if _, err := p.file.NewSheet(name); err != nil {
		return err
	}
	stream, err := p.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := stream.SetColWidth(1, 1, width); err != nil {
		return err
	}
	for i := range lines {
		if err := stream.SetRow("A"+strconv.Itoa(i+1), line(i)); err != nil {
			return err
		}
	}
	return stream.Flush()
}
