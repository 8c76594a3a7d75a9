// Package seeds holds the facts the portal starts with, as CSV files: colleges,
// programmes, the national catalogue, occupations, industries, enterprises, reported
// partnerships, the dictionary of indicators, needs judged by hand that the match is
// measured on, and fictional demonstration data under demo/. It imports nothing of ours; the service reads the rows, checks them and stores
// them.
package seeds

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed *.csv demo/*.csv
var files embed.FS

// Files is the folder of the seeds.
func Files() fs.FS { return files }

// Row is one line of a file.
type Row struct {
	File  string
	Line  int
	cells map[string]string
}

// Get returns the cell under a heading, trimmed; a heading the file lacks is empty.
func (r Row) Get(heading string) string { return r.cells[heading] }

// List returns the parts of a cell that holds several, separated by ；.
func (r Row) List(heading string) []string {
	var parts []string
	for part := range strings.SplitSeq(r.cells[heading], "；") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Fault says where a file cannot be read as rows. Line is 0 when the file cannot be
// opened or read at all; Column is empty when the whole row is at fault.
type Fault struct {
	File   string
	Line   int
	Column string
	Err    error
}

func (f *Fault) Error() string {
	at := fmt.Sprintf("%s:%d", f.File, f.Line)
	if f.Column != "" {
		at += ": " + f.Column
	}
	return fmt.Sprintf("%s: %v", at, f.Err)
}

func (f *Fault) Unwrap() error { return f.Err }

// Rows reads a file row by row. The headings named must all be there. A row that is no
// CSV of the right width, or no UTF-8, ends the reading with a Fault.
func Rows(fsys fs.FS, file string, headings ...string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		fail := func(line int, column string, err error) {
			yield(Row{}, &Fault{File: file, Line: line, Column: column, Err: err})
		}
		f, err := fsys.Open(file)
		if err != nil {
			fail(0, "", err)
			return
		}
		defer f.Close()
		reader := csv.NewReader(f)
		head, err := reader.Read()
		if err != nil {
			fail(1, "", err)
			return
		}
		if column, err := checkHead(head, headings); err != nil {
			fail(1, column, err)
			return
		}
		for {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				line, err := broken(err, len(record), len(head))
				fail(line, "", err)
				return
			}
			line, _ := reader.FieldPos(0)
			row := Row{File: file, Line: line, cells: make(map[string]string, len(head))}
			for i, h := range head {
				if !utf8.ValidString(record[i]) {
					fail(line, h, errors.New("not UTF-8"))
					return
				}
				row.cells[h] = strings.TrimSpace(record[i])
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// checkHead refuses a heading that stands twice and one that is missing, and names it.
func checkHead(head, wanted []string) (column string, err error) {
	for i, h := range head {
		if slices.Contains(head[:i], h) {
			return h, fmt.Errorf("heading %q stands twice", h)
		}
	}
	for _, h := range wanted {
		if !slices.Contains(head, h) {
			return h, fmt.Errorf("heading %q is missing", h)
		}
	}
	return "", nil
}

// broken says on which line a row is no CSV and, when its width is wrong, by how much.
func broken(err error, cells, headings int) (line int, reason error) {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return 0, err
	}
	if errors.Is(parse, csv.ErrFieldCount) {
		return parse.StartLine, fmt.Errorf("%d cells under %d headings", cells, headings)
	}
	return parse.Line, parse.Err
}
