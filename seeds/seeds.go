// Package seeds holds the facts the portal starts with, as CSV files: colleges,
// programmes, the national catalogue, occupations, industries, enterprises, reported
// partnerships, and fictional demonstration data under demo/. It imports nothing of
// ours; the service reads the rows, checks them and stores them.
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

// Rows reads a file row by row. The headings named must all be there. A row that is no
// CSV of the right width, or no UTF-8, ends the reading with an error that says where.
func Rows(fsys fs.FS, file string, headings ...string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		fail := func(line int, err error) { yield(Row{}, fmt.Errorf("%s:%d: %w", file, line, err)) }
		f, err := fsys.Open(file)
		if err != nil {
			yield(Row{}, fmt.Errorf("seeds.Rows: %w", err))
			return
		}
		defer f.Close()
		reader := csv.NewReader(f)
		head, err := reader.Read()
		if err != nil {
			fail(1, err)
			return
		}
		for i, h := range head {
			if slices.Contains(head[:i], h) {
				fail(1, fmt.Errorf("heading %q stands twice", h))
				return
			}
		}
		for _, h := range headings {
			if !slices.Contains(head, h) {
				fail(1, fmt.Errorf("heading %q is missing", h))
				return
			}
		}
		for {
			record, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			line, _ := reader.FieldPos(0)
			if err != nil {
				fail(line, err)
				return
			}
			row := Row{File: file, Line: line, cells: make(map[string]string, len(head))}
			for i, h := range head {
				if !utf8.ValidString(record[i]) {
					fail(line, fmt.Errorf("%s: not UTF-8", h))
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
