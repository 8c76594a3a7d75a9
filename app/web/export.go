package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// column is one column of an exported list: the key of its heading and its value, a
// string, an int or nil for unknown.
type column[T any] struct {
	key   string
	value func(T) any
}

// exporter makes the handler that writes a whole filtered list as CSV or XLSX, in the
// order of the page and without its paging.
func exporter[T any](d service.Directory, format string,
	each func(context.Context, portal.Viewer, service.Listing, func(T) error) error, columns func(say) []column[T]) func(*site) handler {
	return func(s *site) handler {
		return func(ctx context.Context, r *request) error {
			st, bad := parse(r.Ctx, d)
			if err := bad.Err(); err != nil {
				return badRequest{bad}
			}
			say := s.say(r.lang)
			var rows [][]any
			cols := columns(say)
			err := each(ctx, r.viewer, st.listing(), func(item T) error {
				row := make([]any, len(cols))
				for i, c := range cols {
					row[i] = c.value(item)
				}
				rows = append(rows, row)
				return nil
			})
			if err != nil {
				return err
			}
			head := make([]string, len(cols))
			for i, c := range cols {
				head[i] = say("column." + c.key)
			}
			name := fmt.Sprintf("%s-%s.%s", d.Index, s.Clock().In(portal.Shanghai).Format("20060102"), format)
			r.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
			if format == "xlsx" {
				r.Set(fiber.HeaderContentType, workbookType)
				return writeXLSX(r.Response().BodyWriter(), say("nav."+d.Index), head, rows)
			}
			r.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
			return writeCSV(r.Response().BodyWriter(), head, rows)
		}
	}
}

// say translates a key into the language of a request.
type say func(key string, args ...any) string

func (s *site) say(lang string) say {
	return func(key string, args ...any) string { return s.Views.T(lang, key, args...) }
}

// writeCSV writes UTF-8 with the byte order mark spreadsheets need to recognise it.
func writeCSV(w io.Writer, head []string, rows [][]any) error {
	buffered := bufio.NewWriter(w)
	buffered.WriteString("\ufeff")
	out := csv.NewWriter(buffered)
	out.UseCRLF = true
	out.Write(head)
	record := make([]string, len(head))
	for _, row := range rows {
		for i, v := range row {
			record[i] = ""
			if v != nil {
				record[i] = fmt.Sprint(harmless(v))
			}
		}
		out.Write(record)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("web.writeCSV: %w", err)
	}
	return buffered.Flush()
}

func writeXLSX(w io.Writer, sheet string, head []string, rows [][]any) error {
	book, err := newWorkbook()
	if err != nil {
		return err
	}
	defer book.close()
	out, err := book.sheet(sheet, head)
	for _, row := range rows {
		if err == nil {
			err = out.row(row...)
		}
	}
	if err != nil {
		return err
	}
	return book.writeTo(w)
}

// harmless quotes a text that a spreadsheet would run as a formula: one that begins
// with = + - @, their full-width forms, TAB or CR.
func harmless(v any) any {
	text, ok := v.(string)
	if ok && text != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return v
}
