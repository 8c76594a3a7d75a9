package web

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showCompare puts up to four programmes side by side; the ids stand in the address.
func (s *site) showCompare(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	entries, more, err := s.compared(ctx, r)
	if err != nil {
		return err
	}
	p := views.ComparePage{Page: s.page(r, say("compare.title"))}
	p.NoIndex = true
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav.shortlist"), URL: r.to("/shortlist")}, {Text: say("compare.title")}}
	if more {
		p.Notices = append(p.Notices, say("compare.too_many", compareMost))
	}
	if len(entries) == 0 {
		p.Empty = &views.Empty{Text: say("compare.empty"), Steps: []views.Link{
			{Text: say("nav.shortlist"), URL: r.to("/shortlist")}, {Text: say("nav.programmes"), URL: r.to("/programmes")}}}
		return s.render(r, "compare", "", p)
	}
	for _, e := range entries {
		p.Columns = append(p.Columns, views.CompareColumn{Name: r.programmeLink(e.Programme), College: r.collegeLink(e.College),
			Badge: badge(say, e.Programme.Origin), Remove: r.to("/compare") + idQuery(entries, e.Programme.ID)})
	}
	p.Export = r.to("/compare.xlsx") + idQuery(entries, "")
	p.Rows, err = s.compareRows(ctx, r, entries)
	if err != nil {
		return err
	}
	return s.render(r, "compare", "", p)
}

// compared are the programmes the address names, and whether it names more than can be
// compared.
func (s *site) compared(ctx context.Context, r *request) (entries []service.ProgrammeEntry, more bool, err error) {
	var ids []string
	for _, raw := range r.Context().QueryArgs().PeekMulti("id") {
		if id := string(raw); validProgrammeID(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if more = len(ids) > compareMost; more {
		ids = ids[:compareMost]
	}
	entries, err = s.Services.Programmes.Some(ctx, r.viewer, ids)
	return entries, more, err
}

// exportCompare sends the comparison as a workbook; without programmes there is only the
// page that says so.
func (s *site) exportCompare(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	entries, _, err := s.compared(ctx, r)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return r.Redirect(r.to("/compare"), fiber.StatusSeeOther)
	}
	head := []string{say("column.programme")}
	colleges, certainties := []any{say("column.college")}, []any{say("column.certainty")}
	for _, e := range entries {
		head = append(head, e.Programme.Name)
		colleges = append(colleges, r.collegeLink(e.College).Text)
		certainties = append(certainties, badge(say, e.Programme.Origin).Text)
	}
	table, err := s.compareRows(ctx, r, entries)
	if err != nil {
		return err
	}
	rows := [][]any{append(colleges, nil), append(certainties, nil)}
	for _, row := range table {
		line := []any{row.Label}
		for _, c := range row.Cells {
			line = append(line, orElse(strings.Join(c.Tags, listSeparator), c.Text))
		}
		var differs any
		if row.Differs {
			differs = say("compare.differs")
		}
		rows = append(rows, append(line, differs))
	}
	var out bytes.Buffer
	if err := writeXLSX(&out, say("compare.title"), append(head, say("compare.differs")), rows); err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, "compare.title"), out.Bytes())
}

// idQuery is the address part of a comparison without one programme.
func idQuery(entries []service.ProgrammeEntry, without string) string {
	q := url.Values{}
	for _, e := range entries {
		if e.Programme.ID != without {
			q.Add("id", e.Programme.ID)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// compareRows are the properties of the programmes, row by row.
func (s *site) compareRows(ctx context.Context, r *request, entries []service.ProgrammeEntry) ([]views.CompareRow, error) {
	codes := make([]string, len(entries))
	for i, e := range entries {
		codes[i] = e.Programme.Code
	}
	profiles, err := s.Services.Specialisms.Profiles(ctx, codes)
	if err != nil {
		return nil, err
	}
	return rowsOf(r, s.say(r.lang), entries, profiles), nil
}

func rowsOf(r *request, say say, entries []service.ProgrammeEntry, profiles map[string]*portal.Profile) []views.CompareRow {
	var rows []views.CompareRow
	add := func(key string, value func(service.ProgrammeEntry) views.Cell) {
		row := views.CompareRow{Label: say("column." + key)}
		for _, e := range entries {
			row.Cells = append(row.Cells, value(e))
		}
		for _, c := range row.Cells[1:] {
			row.Differs = row.Differs || c.Text != row.Cells[0].Text || !slices.Equal(c.Tags, row.Cells[0].Tags)
		}
		rows = append(rows, row)
	}
	add("cluster", func(e service.ProgrammeEntry) views.Cell {
		return cell(say, "", say("cluster."+string(e.College.Cluster)))
	})
	add("district", func(e service.ProgrammeEntry) views.Cell { return r.hanCell(say, "", string(e.College.District)) })
	add("level", func(e service.ProgrammeEntry) views.Cell {
		return cell(say, "", say("level."+string(e.Programme.Level)))
	})
	add("code", func(e service.ProgrammeEntry) views.Cell { return cell(say, "", e.Programme.Code) })
	add("duration", func(e service.ProgrammeEntry) views.Cell { return r.hanCell(say, "", e.Programme.Duration) })
	add("intake", func(e service.ProgrammeEntry) views.Cell { return intakeCell(say, e.Programme) })
	add("seats_free", func(e service.ProgrammeEntry) views.Cell { return seatsCell(say, e.Programme) })
	add("modes", func(e service.ProgrammeEntry) views.Cell {
		return tagCell(say, "", translated(say, "mode.", e.Programme.Modes))
	})
	add("facilities", func(e service.ProgrammeEntry) views.Cell { return tagCell(say, "", e.Programme.Facilities) })
	add("certificates", func(e service.ProgrammeEntry) views.Cell { return tagCell(say, "", e.Programme.Certificates) })
	add("languages", func(e service.ProgrammeEntry) views.Cell {
		if e.Programme.International == nil {
			return unknown(say, "")
		}
		return tagCell(say, "", e.Programme.International.Languages)
	})
	add("core_courses", func(e service.ProgrammeEntry) views.Cell {
		if p := profiles[e.Programme.Code]; p != nil {
			courses := p.CoreCourses
			if p.Editors && len(courses) > 0 {
				courses = slices.Concat([]string{say("specialism.editors_mark")}, courses)
			}
			return tagCell(say, "", courses)
		}
		return unknown(say, "")
	})
	add("enrolment", func(e service.ProgrammeEntry) views.Cell {
		return cell(say, "", text(named(say, "enrolment.", e.Programme.Enrolment)))
	})
	add("source", func(e service.ProgrammeEntry) views.Cell {
		return r.hanCell(say, "", strings.TrimSpace(source(say, e.Programme.Origin)))
	})
	return rows
}
