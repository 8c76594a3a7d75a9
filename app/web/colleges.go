package web

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listColleges() handler {
	c := s.Services.Colleges
	return directory[service.CollegeEntry]{
		spec: c.Directory(), list: c.List,
		columns: []string{"cluster", "kind", "ownership", "programmes_held"},
		sorts:   map[string]string{"programmes_held": "programmes", "cluster": "cluster"},
		numbers: []string{"programmes_held"},
		row:     collegeRow,
	}.handler(s)
}

func collegeRow(s *site, r *request, _ []string, e service.CollegeEntry) views.Row {
	say := s.say(r.lang)
	c := e.College
	return views.Row{Name: r.collegeLink(c), Note: c.Address, Badge: badge(say, c.Origin), Cells: []views.Cell{
		{Label: say("column.cluster"), Text: say("cluster." + string(c.Cluster))},
		{Label: say("column.kind"), Text: say("kind." + string(c.Kind))},
		cell(say, say("column.ownership"), text(named(say, "ownership.", c.Ownership))),
		{Label: say("column.programmes_held"), Text: fmt.Sprint(e.Programmes), Number: true,
			URL: r.to("/programmes?college=" + url.QueryEscape(c.ID))},
	}}
}

func (s *site) showCollege(ctx context.Context, r *request) error {
	page, err := s.Services.Colleges.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	c := page.College
	link := r.collegeLink(c)
	p := views.Detail{Page: s.page(r, link.Text), Kind: say("noun.college"), Heading: link.Text, HeadingLang: link.Lang,
		Badge: badge(say, c.Origin), Source: source(say, c.Origin), SourceURL: c.Origin.URL}
	if r.lang == english && c.NameEn != "" {
		p.Sub, p.SubLang = c.Name, chinese
	}
	p.Crumbs = s.crumbs(r, service.CollegesIndex, link)
	p.JSONLD = collegeLD(s.BaseURL, c)
	p.Summary = []views.Fact{
		fact(views.Cell{Label: say("column.cluster"), Text: say("cluster." + string(c.Cluster)), URL: r.to("/colleges?cluster=" + string(c.Cluster))}),
		fact(cell(say, say("column.kind"), say("kind."+string(c.Kind)))),
		fact(cell(say, say("column.ownership"), text(named(say, "ownership.", c.Ownership)))),
		fact(r.hanCell(say, say("column.authority"), c.Authority)),
		fact(r.hanCell(say, say("column.address"), c.Address)),
		fact(websiteCell(say, c.Website)),
		fact(cell(say, say("column.school_code"), c.SchoolCode)),
		fact(cell(say, say("column.founded"), year(c.Founded))),
		s.responseFact(r, page.Response),
	}
	if len(c.Aliases) > 0 {
		p.Summary = append(p.Summary, fact(r.hanCell(say, say("column.aliases"), strings.Join(c.Aliases, "、"))))
	}
	p.Sections = append(p.Sections, s.collegeProgrammes(r, page), s.resourceSection(r, page.Resources), s.collegeFacts(r, c, true), s.collegeFacts(r, c, false),
		s.partnershipSection(r, page.Partnerships),
		views.Section{ID: "place", Title: say("college.place"), Map: s.clusterMap(r, nil, c.Cluster)})
	return s.render(r, "detail", "", p)
}

// collegeProgrammes lists what is held here and says that it is not all there is.
func (s *site) collegeProgrammes(r *request, page service.CollegePage) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "programmes", Title: say("college.programmes"), Note: say("college.programmes_note", len(page.Programmes))}
	if page.College.Kind == portal.University {
		sec.Note += say("college.programmes_partial")
	}
	const shown = 12
	entries := page.Programmes[:min(len(page.Programmes), shown)]
	if len(entries) == 0 {
		sec.Empty = &views.Empty{Text: say("college.no_programmes")}
		return sec
	}
	sec.Table = s.programmeTable(r, sec.Title, entries, false)
	if len(page.Programmes) > shown {
		sec.More = &views.Link{Text: say("college.all_programmes", len(page.Programmes)), URL: r.to("/programmes?college=" + url.QueryEscape(page.College.ID))}
	}
	return sec
}

// collegeFacts lists dated statements: resources one could share, or the others.
func (s *site) collegeFacts(r *request, c portal.College, resources bool) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "facts", Title: say("college.facts")}
	if resources {
		sec = views.Section{ID: "resources", Title: say("college.resources"), Note: say("college.resources_note")}
	}
	for _, f := range c.Facts {
		if f.Resource() != resources {
			continue
		}
		note := f.Origin.Source
		if f.Year != "" {
			note = f.Year + " · " + note
		}
		if f.Origin.Certainty == portal.Unconfirmed {
			note += " · " + say("certainty.unconfirmed")
		}
		sec.Facts = append(sec.Facts, views.Fact{Cell: r.hanCell(say, say("fact."+f.Field), f.Value), Note: note})
	}
	if len(sec.Facts) == 0 {
		sec.Empty = &views.Empty{Text: say("college.no_facts")}
	}
	return sec
}

// clusterMap draws the clusters with lines of text, one marked.
func (s *site) clusterMap(r *request, lines map[portal.Cluster][]string, current portal.Cluster) *views.Map {
	say := s.say(r.lang)
	m := &views.Map{Note: say("map.note")}
	for _, c := range portal.Clusters {
		m.Places = append(m.Places, views.Place{Key: string(c), Name: say("cluster." + string(c)), Lines: lines[c],
			URL: r.to("/colleges?cluster=" + string(c)), Current: c == current})
	}
	return m
}

func fact(c views.Cell) views.Fact { return views.Fact{Cell: c} }

// text is the string of a value that may be nil.
func text(v any) string {
	s, _ := v.(string)
	return s
}

func year(y int) string {
	if y == 0 {
		return ""
	}
	return itoa(y)
}

// websiteCell links to a college's own site.
func websiteCell(say say, address string) views.Cell {
	c := cell(say, say("column.website"), strings.TrimPrefix(strings.TrimPrefix(address, "http://"), "https://"))
	if strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://") {
		c.URL = address
	}
	return c
}

// isHan reports whether a label is Chinese.
func isHan(s string) bool {
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			return true
		}
	}
	return false
}
