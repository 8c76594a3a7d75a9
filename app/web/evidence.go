package web

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"

	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// partnershipEvidence sends the evidence of a partnership as one file.
func (s *site) partnershipEvidence(ctx context.Context, r *request) error {
	b, err := s.Services.Reports.Evidence(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	return s.sendBundle(r, b)
}

// formEvidence sends the evidence behind a form and year.
func (s *site) formEvidence(ctx context.Context, r *request) error {
	if !portal.CanBundle(r.viewer) {
		return portal.ErrNotFound
	}
	year, err := s.yearQuery(r)
	if err != nil {
		return err
	}
	b, err := s.Services.Reports.FormEvidence(ctx, r.viewer, r.Params("form"), year)
	if err != nil {
		return err
	}
	return s.sendBundle(r, b)
}

// sendBundle sends the files with an index before them, so that it can be read first.
func (s *site) sendBundle(r *request, b service.Bundle) error {
	return s.stream(r, b.Name+".zip", "application/zip", func(ctx context.Context, w io.Writer) error {
		archive := zip.NewWriter(w)
		index := s.bundleIndex(r, b)
		if err := writeIndex(archive, index); err != nil {
			return err
		}
		for _, item := range b.Items {
			if err := s.bundleFile(ctx, archive, item); err != nil {
				return err
			}
		}
		return archive.Close()
	})
}

// bundleFile copies a file into the archive. One that is lost is told in its place.
func (s *site) bundleFile(ctx context.Context, archive *zip.Writer, item service.BundleItem) error {
	in, err := s.Services.Reports.OpenEvidence(ctx, item)
	if errors.Is(err, portal.ErrNotFound) {
		s.Log.Error("evidence is lost", "blob", item.File.Blob, "outcome", item.Of.ID)
		_, err = archive.Create(item.Path + ".missing")
		return err
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := archive.CreateHeader(&zip.FileHeader{Name: item.Path, Method: zip.Deflate, Modified: item.File.At})
	if err == nil {
		_, err = io.Copy(out, in)
	}
	if err != nil {
		return fmt.Errorf("web.bundleFile(%s): %w", item.Path, err)
	}
	return nil
}

// bundleIndexPage is what the index says.
type bundleIndexPage struct {
	Lang, Title, Note, Empty string
	Head                     []string
	Rows                     [][]string // the first cell is the path
}

func (s *site) bundleIndex(r *request, b service.Bundle) bundleIndexPage {
	say := s.say(r.lang)
	page := bundleIndexPage{Lang: r.lang, Title: say("evidence.title", b.Title), Note: say("evidence.note", s.today()), Empty: say("evidence.none"),
		Head: s.heads(r, "evidence.file", "noun.partnership", "outcome.column.indicator", "outcome.column.period", "outcome.column.value", "outcome.column.unit", "evidence.size", "evidence.hash")}
	for _, item := range b.Items {
		page.Rows = append(page.Rows, []string{item.Path, item.Of.In.Title, r.indicatorName(item.Of.Of).Text, s.periodText(r, item.Of.Period), s.valueText(r, item.Of.Of, item.Of.Current()), s.unitCell(r, item.Of.Of).Text,
			itoa(int(item.File.Size)), item.File.Hash})
	}
	return page
}

// bundlePage is the index as a page that needs nothing else.
var bundlePage = template.Must(template.New("index").Parse(`<!doctype html>
<html lang="{{.Lang}}"><meta charset="utf-8"><title>{{.Title}}</title>
<h1>{{.Title}}</h1>
<p>{{.Note}}</p>
{{if .Rows}}<table border="1"><thead><tr>{{range .Head}}<th scope="col">{{.}}</th>{{end}}</tr></thead>
<tbody>{{range .Rows}}<tr>{{range $i, $cell := .}}<td>{{if $i}}{{$cell}}{{else}}<a href="{{$cell}}">{{$cell}}</a>{{end}}</td>{{end}}</tr>
{{end}}</tbody></table>{{else}}<p>{{.Empty}}</p>{{end}}
</html>
`))

// writeIndex writes the index twice: for people and for programs.
func writeIndex(archive *zip.Writer, page bundleIndexPage) error {
	out, err := archive.Create("index.html")
	if err == nil {
		err = bundlePage.Execute(out, page)
	}
	if err != nil {
		return fmt.Errorf("web.writeIndex: %w", err)
	}
	if out, err = archive.Create("index.csv"); err != nil {
		return fmt.Errorf("web.writeIndex: %w", err)
	}
	rows := make([][]any, len(page.Rows))
	for i, row := range page.Rows {
		for _, cell := range row {
			rows[i] = append(rows[i], cell)
		}
	}
	return writeCSV(out, page.Head, rows)
}
