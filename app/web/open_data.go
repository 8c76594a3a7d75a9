package web

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// openSet is one set of the open data: its columns, whose names stay as they are, and its
// rows. A value is a string, a number, a bool or nil.
type openSet struct {
	name    string
	columns []string
	rows    func(ctx context.Context, fn func(row ...any) error) error
}

// openSets are the sets there are, but for the years of the outcomes.
func (s *site) openSets() []openSet { return []openSet{s.openPartnerships(), s.openIndicators()} }

// openCertainty ends every row that is a fact of somebody: how sure it is, and its source.
var openCertainty = []string{"certainty", "source", "source_date"}

func (s *site) openPartnerships() openSet {
	return openSet{"partnerships", append([]string{"id", "title", "type", "stage", "colleges", "enterprises", "institutes", "specialisms", "industry", "year", "summary"}, openCertainty...), func(ctx context.Context, fn func(row ...any) error) error {
		return s.Services.Yearbook.Partnerships(ctx, func(p portal.Partnership) error {
			return fn(p.ID, p.Title, string(p.Type), nothing(string(p.Stage)), parties(p.Colleges), parties(p.Enterprises), parties(p.Institutes), strings.Join(p.Programmes, listSeparator), nothing(p.Industry), positive(p.Year), nothing(p.Summary),
				string(p.Origin.Certainty), p.Origin.Source, nothing(p.Origin.Date))
		})
	}}
}

func (s *site) openOutcomes(year int) openSet {
	return openSet{"outcomes-" + itoa(year), append([]string{"partnership_id", "partnership", "type", "indicator", "period_kind", "period", "from", "until", "value", "numerator", "denominator", "unit", "counted", "hidden"}, openCertainty...), func(ctx context.Context, fn func(row ...any) error) error {
		return s.Services.Yearbook.Outcomes(ctx, year, func(e service.OutcomeEntry) error {
			cur := e.Current()
			value, numerator, denominator := any(decimal(cur.Value)), any(nil), any(nil)
			if e.Of.Kind == portal.ValueRate {
				numerator, denominator = decimal(cur.Numerator), decimal(cur.Denominator)
			}
			if cur.Hidden {
				value, numerator, denominator = nil, nil, nil
			}
			return fn(e.Partnership, e.In.Title, string(e.In.Type), e.Indicator, string(e.Period.Kind), e.Period.Label, e.Period.From, e.Period.Until, value, numerator, denominator, e.Of.Unit, nothing(cur.Counted), cur.Hidden,
				string(e.Origin.Certainty), e.Origin.Source, nothing(e.Origin.Date))
		})
	}}
}

func (s *site) openIndicators() openSet {
	return openSet{"indicators", []string{"key", "name", "name_en", "unit", "unit_en", "kind", "period_kind", "types", "numerator", "denominator", "better", "red_line", "threshold_compare", "threshold", "threshold_document", "threshold_reach", "threshold_current", "status", "note"},
		func(ctx context.Context, fn func(row ...any) error) error {
			all, err := s.Services.Indicators.List(ctx, portal.Visitor)
			for _, i := range all {
				row := []any{i.ID, i.Name, i.NameEn, i.Unit, i.UnitEn, string(i.Kind), string(i.Period), strings.Join(modeKeys(i.Types), listSeparator), nil, nil, string(i.Better), i.RedLine, nil, nil, nil, nil, nil, string(i.Status), nothing(i.Note)}
				if i.Parts != nil {
					row[8], row[9] = i.Parts.Numerator.Zh, i.Parts.Denominator.Zh
				}
				if t := i.Threshold; t != nil {
					row[12], row[13], row[14], row[15], row[16] = string(t.Compare), decimal(t.Value), t.Document, string(t.Reach), t.Current
				}
				if err == nil {
					err = fn(row...)
				}
			}
			return err
		}}
}

// nothing is nil for a text that is empty.
func nothing(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func modeKeys(modes []portal.Mode) []string {
	out := make([]string, len(modes))
	for i, m := range modes {
		out[i] = string(m)
	}
	return out
}

// showOpenData says what data there are, what their columns mean and how they may be used.
func (s *site) showOpenData(_ context.Context, r *request) error {
	say := s.say(r.lang)
	p := views.Desk{Page: s.page(r, say("open.title")), Heading: say("open.title"), Lead: say("open.lead")}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
	if s.Demo {
		p.Notices = append(p.Notices, say("open.demo"))
	}
	sec := views.Section{ID: "files", Title: say("open.files"), Note: say("open.files.note", s.today())}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("open.set")}, {Text: "CSV"}, {Text: "JSON"}, {Text: say("open.holds")}}}
	sets := s.openSets()
	for _, year := range s.Services.Yearbook.Years() {
		sets = append(sets, s.openOutcomes(year))
	}
	for _, set := range sets {
		what, _, _ := strings.Cut(set.name, "-")
		sec.Table.Rows = append(sec.Table.Rows, views.Row{Name: views.Link{Text: set.name}, Cells: []views.Cell{{Label: "CSV", Text: set.name + ".csv", URL: "/open-data/" + set.name + ".csv"}, {Label: "JSON", Text: set.name + ".json", URL: "/open-data/" + set.name + ".json"},
			{Label: say("open.holds"), Text: say("open.of." + what)}}})
	}
	terms := views.Section{ID: "terms", Title: say("open.terms"), Prose: []string{say("open.terms.text"), say("open.terms.few"), say("open.terms.demo")}}
	p.Sections = []views.Section{sec, terms}
	for _, set := range append(s.openSets(), s.openOutcomes(s.Services.Reports.LastYear())) {
		what, _, _ := strings.Cut(set.name, "-")
		columns := views.Section{ID: "columns-" + what, Title: say("open.columns", say("open.set."+what))}
		columns.Table = &views.Table{Caption: columns.Title, Columns: []views.Column{{Text: say("open.column")}, {Text: say("open.means")}}}
		for _, c := range set.columns {
			columns.Table.Rows = append(columns.Table.Rows, views.Row{Name: views.Link{Text: c}, Cells: []views.Cell{{Label: say("open.means"), Text: say("open.column." + c)}}})
		}
		p.Sections = append(p.Sections, columns)
	}
	return s.render(r, "desk", "", p)
}

// openSetOf finds the set of an address.
func (s *site) openSetOf(name string) (openSet, bool) {
	for _, set := range s.openSets() {
		if set.name == name {
			return set, true
		}
	}
	of, found := strings.CutPrefix(name, "outcomes-")
	if year, err := strconv.Atoi(of); found && err == nil && itoa(year) == of && slices.Contains(s.Services.Yearbook.Years(), year) {
		return s.openOutcomes(year), true
	}
	return openSet{}, false
}

// openFile sends a set as CSV or JSON. Everybody gets the same.
func (s *site) openFile(_ context.Context, r *request) error {
	name, format, _ := strings.Cut(r.Params("file"), ".")
	set, ok := s.openSetOf(name)
	write := map[string]func(context.Context, io.Writer, openSet) error{"csv": s.openCSV, "json": s.openJSON}[format]
	if !ok || write == nil {
		return portal.ErrNotFound
	}
	mediaType := map[string]string{"csv": "text/csv; charset=utf-8", "json": fiber.MIMEApplicationJSONCharsetUTF8}[format]
	r.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return s.stream(r, set.name+"."+format, mediaType, func(ctx context.Context, w io.Writer) error {
		buffered := bufio.NewWriter(w)
		if err := write(ctx, buffered, set); err != nil {
			return err
		}
		return buffered.Flush()
	})
}

func (s *site) openCSV(ctx context.Context, w io.Writer, set openSet) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(set.columns); err != nil {
		return fmt.Errorf("web.openCSV: %w", err)
	}
	err := set.rows(ctx, func(row ...any) error {
		record := make([]string, len(row))
		for i, v := range row {
			if v != nil {
				record[i] = fmt.Sprint(harmless(v))
			}
		}
		return out.Write(record)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// openJSON writes what the set is, then its rows by the names of their columns.
func (s *site) openJSON(ctx context.Context, w io.Writer, set openSet) error {
	head, err := json.Marshal(map[string]any{"dataset": set.name, "as_of": s.today(), "columns": set.columns, "terms": s.BaseURL + "/open-data#terms"})
	if err != nil {
		return fmt.Errorf("web.openJSON: %w", err)
	}
	if _, err := fmt.Fprintf(w, `%s,"rows":[`, strings.TrimSuffix(string(head), "}")); err != nil {
		return err
	}
	comma := ""
	err = set.rows(ctx, func(row ...any) error {
		named := make(map[string]any, len(row))
		for i, v := range row {
			named[set.columns[i]] = v
		}
		body, err := json.Marshal(named)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n%s", comma, body)
		}
		comma = ","
		return err
	})
	if err == nil {
		_, err = io.WriteString(w, "\n]}\n")
	}
	return err
}
