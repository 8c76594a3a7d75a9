package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showCompare puts up to four programmes side by side; the ids stand in the address.
func (s *site) showCompare(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	var ids []string
	for _, raw := range r.Context().QueryArgs().PeekMulti("id") {
		if id := string(raw); validProgrammeID(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	p := views.ComparePage{Page: s.page(r, say("compare.title"))}
	p.NoIndex = true
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("nav.shortlist"), URL: r.to("/shortlist")}, {Text: say("compare.title")}}
	if len(ids) > compareMost {
		p.Notices = append(p.Notices, say("compare.too_many", compareMost))
		ids = ids[:compareMost]
	}
	entries, err := s.Services.Programmes.Some(ctx, r.viewer, ids)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		p.Empty = &views.Empty{Text: say("compare.empty"), Steps: []views.Link{
			{Text: say("nav.shortlist"), URL: r.to("/shortlist")}, {Text: say("nav.programmes"), URL: r.to("/programmes")}}}
		return s.render(r, "compare", "", p)
	}
	codes := make([]string, len(entries))
	for i, e := range entries {
		codes[i] = e.Programme.Code
		p.Columns = append(p.Columns, views.CompareColumn{Name: r.programmeLink(e.Programme), College: r.collegeLink(e.College),
			Badge: badge(say, e.Programme.Origin), Remove: r.to("/compare") + idQuery(entries, e.Programme.ID)})
	}
	profiles, err := s.Services.Specialisms.Profiles(ctx, codes)
	if err != nil {
		return err
	}
	p.Rows = compareRows(r, say, entries, profiles)
	return s.render(r, "compare", "", p)
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

func compareRows(r *request, say say, entries []service.ProgrammeEntry, profiles map[string]*portal.Profile) []views.CompareRow {
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
			return tagCell(say, "", p.CoreCourses)
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
