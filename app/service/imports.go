package service

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// The limits of an uploaded workbook.
const (
	ImportBytes = 5 << 20
	importRows  = 5000
	faultsKept  = 1000
)

// reading is an uploaded workbook on its way to a plan.
type reading[T, D any] struct {
	book   sheetBook[D]
	file   []byte
	name   string
	rows   []sheet.Row
	steps  []step[T]
	faults []sheet.Fault
	same   int // rows that change nothing
}

// readBook reads a workbook that was made in either language, whatever that of the page.
func readBook[T, D any](ctx context.Context, lang, name string, file []byte, book func(lang string) sheetBook[D]) (reading[T, D], error) {
	r := reading[T, D]{book: book(lang), file: file, name: name}
	if len(file) > ImportBytes {
		return r, portal.Invalid{{Field: "workbook", Key: "problem.file_size", Args: []any{ImportBytes >> 20}}}
	}
	var err error
	r.rows, r.faults, err = sheet.Read(ctx, file, r.book.layout(), importRows, nil)
	if err == nil && otherForm(r.faults) {
		other := book(otherLanguage(lang))
		if rows, faults, e := sheet.Read(ctx, file, other.layout(), importRows, nil); e == nil && !otherForm(faults) {
			r.book, r.rows, r.faults = other, rows, faults
		}
	}
	switch {
	case errors.Is(err, sheet.ErrNotWorkbook):
		err = portal.Invalid{{Field: "workbook", Key: "import.not_workbook"}}
	case errors.Is(err, sheet.ErrTooLarge):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_large"}}
	case errors.Is(err, sheet.ErrTooManyRows):
		err = portal.Invalid{{Field: "workbook", Key: "import.too_many_rows", Args: []any{importRows}}}
	}
	return r, fault("service.readBook", name, err)
}

// otherForm reports whether a workbook lacks the sheet or columns it was read for.
func otherForm(faults []sheet.Fault) bool {
	return slices.ContainsFunc(faults, func(f sheet.Fault) bool { return f.Problem == "sheet.no_sheet" || f.Problem == "sheet.no_column" })
}

func otherLanguage(lang string) string {
	if lang == english {
		return "zh-CN"
	}
	return english
}

func (r *reading[T, D]) fail(line int, key, problem string, args ...any) {
	r.faults = append(r.faults, sheet.Fault{Line: line, Key: key, Problem: problem, Args: args})
}

// refused notes what is wrong with a row, and reports whether anything is.
func (r *reading[T, D]) refused(line int, err error) bool {
	var bad portal.Invalid
	errors.As(err, &bad)
	for _, b := range bad {
		r.fail(line, b.Field, b.Key, b.Args...)
	}
	return len(bad) > 0
}

// propose keeps an upload with what applying it would do, or what is wrong with it.
func propose[T any, P audited[T], D any](ctx context.Context, o *operated[T, P], v portal.Viewer, r reading[T, D]) (portal.Operation, error) {
	slices.SortStableFunc(r.faults, func(a, b sheet.Fault) int { return a.Line - b.Line })
	op := portal.Operation{Kind: o.noun() + ".import", Title: shortened(strings.TrimSpace(r.name), nameMost), Same: r.same}
	var err error
	if op.File, err = keepBytes(ctx, o.Records.Engine, r.file); err != nil {
		return op, err
	}
	if len(r.faults) > 0 {
		var marked bytes.Buffer
		if err := sheet.Mark(&marked, r.file, r.book.layout(), r.faults, r.book.text); err != nil {
			return op, fault("service.propose", r.name, err)
		}
		if op.Errors, err = keepBytes(ctx, o.Records.Engine, marked.Bytes()); err != nil {
			return op, err
		}
	}
	return o.draft(ctx, v, op, plan[T]{Steps: r.steps, Faults: r.faults[:min(len(r.faults), faultsKept)], faults: len(r.faults)})
}

func keepBytes(ctx context.Context, e store.Engine, body []byte) (string, error) {
	blob, err := e.PutBlob(ctx, bytes.NewReader(body), planMost)
	return blob.ID, fault("service.keepBytes", "", err)
}
