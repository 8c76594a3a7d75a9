// Package sheet writes and reads the Excel workbooks that people fill in and send back.
//
// It knows columns and cells, not nouns, and has no words of its own for people: what is
// wrong with a file is a Fault, a key with arguments that the caller translates.
package sheet

import (
	"errors"
	"strings"
)

// Kind is what the cells of a column hold.
type Kind uint8

// The kinds of column.
const (
	Text    Kind = iota // any text; codes keep their leading zeros
	Number              // a whole number of 0 to 15 nines, the most a spreadsheet counts exactly
	Choice              // one of Choices
	Several             // values separated by ； or ;, each of Choices when there are any
	Date                // a day, YYYY-MM-DD
)

// Column is one column of a workbook.
type Column struct {
	Key      string // the caller's name of it, never seen by people
	Title    string // the heading people see and by which it is found again
	Help     string // shown when a cell is selected; Excel shows 255 characters of it
	Kind     Kind
	Required bool
	Choices  []string
	Most     int     // characters of a text; 0 is 2000
	Width    float64 // in characters; 0 is 16
	Fixed    bool    // looks locked: people should not change it
}

// Layout is the form of a workbook: a sheet of rows under one heading line, and a second
// sheet of plain lines (Guide) when GuideSheet is named.
type Layout struct {
	Sheet      string
	Columns    []Column
	Guide      []string
	GuideSheet string
}

// Fault is one thing wrong with a file. The problems and their arguments:
//
//	sheet.no_sheet      the wanted sheet is missing: its name
//	sheet.no_column     a column is missing: its title
//	sheet.column_twice  a heading stands twice, the first counts: its title
//	sheet.required      an empty cell that must not be
//	sheet.not_number    not a whole number of 0 or more: the value
//	sheet.not_choice    not one of the choices: the value, up to three nearest joined by ；
//	sheet.too_long      more characters than allowed: the limit, the length
//	sheet.not_date      not a day: the value
//	sheet.formula       a cell with a formula: the formula
//	sheet.merged        merged cells among the rows: their range
type Fault struct {
	Line    int    // as Excel counts: 1 is the heading, 0 the whole file
	Key     string // of the column, or empty
	Problem string
	Args    []any
}

// Row is one line of a sheet. Cells holds canonical text by column key: digits for a
// number, YYYY-MM-DD for a date, "；" between several, empty for nothing or for a value
// with a Fault. A column missing from the file has no entry.
type Row struct {
	Line  int
	Cells map[string]string
}

// Why Read and Mark refuse a whole file.
var (
	ErrNotWorkbook = errors.New("not an xlsx workbook")
	ErrTooLarge    = errors.New("workbook too large")
	ErrTooManyRows = errors.New("too many rows")
)

const (
	separator = "；"

	maxUnpacked = 32 << 20 // bytes of all parts of a workbook together
	maxLines    = 1 << 20  // of a sheet, by Excel
	maxColumns  = 1 << 14  // of a sheet, by Excel
	maxCell     = 32767    // UTF-16 units of a cell, by Excel

	usualMost  = 2000
	usualWidth = 16
)

func (c Column) most() int {
	if c.Most > 0 {
		return c.Most
	}
	return usualMost
}

// clean drops control and invisible characters, keeps line breaks as \n and trims.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case r == '\t':
			return ' '
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, s))
}

// narrow turns full-width forms into the ASCII characters they stand for.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// fold is the form in which titles and choices are compared: no width, case or white space.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(narrow(s)), ""))
}

// foldTitle also takes the mark of a required column off a heading.
func foldTitle(s string) string {
	return strings.TrimRight(fold(s), "*")
}
