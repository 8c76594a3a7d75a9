package service

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/sheet"
	"liangcheng/app/store"
)

// ListExportMost is how many items one workbook may hold.
const ListExportMost = 20_000

// itemColumn is a column of a workbook of items or of a round.
type itemColumn struct {
	key   string
	width float64
	kind  sheet.Kind
}

var (
	listColumns = []itemColumn{{"list", 16, sheet.Text}, {"title", 44, sheet.Text}, {"text", 44, sheet.Text}, {"unit", 24, sheet.Text}, {"partnership", 30, sheet.Text}, {"clause", 10, sheet.Text},
		{"due", 14, sheet.Date}, {"overdue", 12, sheet.Number}, {"state", 16, sheet.Text}, {"supervised", 10, sheet.Text}, {"opened", 14, sheet.Date}, {"done", 44, sheet.Text}, {"certainty", 14, sheet.Text}}
	roundColumns = []itemColumn{{"list", 16, sheet.Text}, {"unit", 24, sheet.Text}, {"title", 44, sheet.Text}, {"partnership", 30, sheet.Text}, {"due", 14, sheet.Date}, {"overdue", 12, sheet.Number},
		{"state", 16, sheet.Text}, {"supervised", 10, sheet.Text}, {"changes", 30, sheet.Text}}
)

// layout is the form of a workbook with those columns, and lines of words beside it.
func (l *Lists) layout(lang, name string, columns []itemColumn, guide ...string) sheet.Layout {
	out := sheet.Layout{Sheet: l.Words(lang, name), GuideSheet: l.Words(lang, "list.sheet.about"), Guide: guide}
	for _, c := range columns {
		out.Columns = append(out.Columns, sheet.Column{Key: c.key, Title: l.Words(lang, "list.column."+c.key), Width: c.width, Kind: c.kind, Most: portal.ItemTextMost})
	}
	return out
}

// Sheet writes all items of a query as a workbook, in the order of List.
func (l *Lists) Sheet(ctx context.Context, v portal.Viewer, lang string, q ListQuery) ([]byte, error) {
	if !v.CanAnalyse() {
		return nil, fault("service.Lists.Sheet", "", portal.ErrNotFound)
	}
	n, err := l.Records.ListItems.Count(ctx, l.where(q)...)
	if err != nil {
		return nil, fault("service.Lists.Sheet", "", err)
	}
	if n > ListExportMost {
		return nil, portal.Invalid{{Field: "list", Key: "list.too_many", Args: []any{n, ListExportMost}}}
	}
	var rows []map[string]string
	for after, more := "", true; more; more = after != "" {
		page, err := l.List(ctx, v, q, after, store.MaxLimit)
		if err != nil {
			return nil, err
		}
		for _, e := range page.Items {
			rows = append(rows, l.sheetRow(lang, e))
		}
		after = page.Next
	}
	var out bytes.Buffer
	err = sheet.Write(&out, l.layout(lang, "list.sheet", listColumns, l.Words(lang, "list.sheet.as_of", l.Clock().In(portal.Shanghai).Format("2006-01-02 15:04"), len(rows))), rows)
	return out.Bytes(), fault("service.Lists.Sheet", "", err)
}

func (l *Lists) sheetRow(lang string, e ItemEntry) map[string]string {
	row := map[string]string{"list": l.Words(lang, "list.kind."+string(e.List)), "title": either(lang, e.Title, e.TitleEn), "text": either(lang, e.Text, e.TextEn), "unit": l.unitWords(lang, e.UnitName, e.Gone),
		"partnership": e.In.Title, "clause": e.Clause, "due": e.Due, "state": l.Words(lang, "list.state."+string(e.State)), "opened": e.Opened.In(portal.Shanghai).Format("2006-01-02"),
		"certainty": l.Words(lang, "certainty."+string(e.Origin.Certainty))}
	if days := e.OverdueDays(l.Clock()); days > 0 {
		row["overdue"] = strconv.Itoa(days)
	}
	if e.Supervised != nil {
		row["supervised"] = l.Words(lang, "list.supervised")
	}
	if h := e.Handling; h != nil {
		row["done"] = h.Text
		if h.Found != "" {
			row["done"] = l.Words(lang, "list.settled."+string(h.Found))
		}
	}
	return row
}

// unitWords is the name of a unit, with the word that it is no longer among the units.
func (l *Lists) unitWords(lang, name string, gone bool) string {
	if gone {
		return l.Words(lang, "list.unit_gone", name)
	}
	return name
}

// either is the English form of a text where there is one and the reader wants it.
func either(lang, zh, en string) string {
	if lang == "en" && en != "" {
		return en
	}
	return zh
}

// Sheet writes a round as a workbook: every line of it, with what has changed.
func (r *Rounds) Sheet(ctx context.Context, v portal.Viewer, lang, id string) ([]byte, error) {
	f, err := r.Show(ctx, v, id)
	if err != nil {
		return nil, err
	}
	rows := make([]map[string]string, len(f.Lines))
	for n, line := range f.Lines {
		changes := make([]string, len(line.Changes))
		for i, c := range line.Changes {
			changes[i] = r.Words(lang, "round.change."+string(c))
		}
		rows[n] = map[string]string{"list": r.Words(lang, "list.kind."+string(line.List)), "unit": line.UnitName, "title": either(lang, line.Title, line.TitleEn), "partnership": line.About,
			"due": line.Due, "state": r.Words(lang, "list.state."+string(line.State)), "changes": strings.Join(changes, "；")}
		if line.Overdue > 0 {
			rows[n]["overdue"] = strconv.Itoa(line.Overdue)
		}
		if line.Supervised {
			rows[n]["supervised"] = r.Words(lang, "list.supervised")
		}
	}
	var out bytes.Buffer
	about := r.Words(lang, "round.sheet.about", f.Number, f.Title, f.Day, f.At.In(portal.Shanghai).Format("2006-01-02 15:04"))
	err = sheet.Write(&out, r.lists.layout(lang, "round.sheet", roundColumns, about), rows)
	return out.Bytes(), fault("service.Rounds.Sheet", id, err)
}
