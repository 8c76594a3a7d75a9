package web

import (
	"context"
	"net/url"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listProgrammes() handler {
	p := s.Services.Programmes
	return directory[service.ProgrammeEntry]{
		spec: p.Directory(), list: p.List,
		columns: []string{"college", "cluster", "level", "intake", "seats_free", "modes"},
		sorts:   map[string]string{"seats_free": "seats", "cluster": "cluster"},
		numbers: []string{"seats_free"},
		row: func(s *site, r *request, kept []string, e service.ProgrammeEntry) views.Row {
			return s.programmeRow(r, kept, e, true)
		},
		label: collegeLabels,
	}.handler(s)
}

// collegeLabels names the colleges of a facet that holds their ids.
func collegeLabels(ctx context.Context, s *site, r *request, field string, values []string) map[string]string {
	if field != "college" || len(values) == 0 {
		return nil
	}
	names, err := s.Services.Colleges.Names(ctx, values)
	if err != nil {
		s.Log.Warn("labels of colleges", "error", err)
	}
	return names
}

func (s *site) programmeRow(r *request, kept []string, e service.ProgrammeEntry, withCollege bool) views.Row {
	say := s.say(r.lang)
	p := e.Programme
	row := views.Row{Name: r.programmeLink(p), Note: p.Code, Badge: badge(say, p.Origin),
		Shortlist: s.keepButton(r, kept, p, e.College.Name)}
	if withCollege {
		row.Cells = append(row.Cells, linkCell(say("column.college"), r.collegeLink(e.College)),
			views.Cell{Label: say("column.cluster"), Text: say("cluster." + string(e.College.Cluster))})
	}
	row.Cells = append(row.Cells,
		views.Cell{Label: say("column.level"), Text: say("level." + string(p.Level))},
		intakeCell(say, p), seatsCell(say, p),
		tagCell(say, say("column.modes"), translated(say, "mode.", p.Modes)))
	return row
}

// programmeTable lists programmes inside a detail page.
func (s *site) programmeTable(r *request, caption string, entries []service.ProgrammeEntry, withCollege bool) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("column.name")}}}
	columns := []string{"level", "intake", "seats_free", "modes"}
	if withCollege {
		columns = append([]string{"college", "cluster"}, columns...)
	}
	for _, key := range columns {
		t.Columns = append(t.Columns, views.Column{Text: say("column." + key), Number: key == "seats_free"})
	}
	kept := r.shortlist()
	for _, e := range entries {
		t.Rows = append(t.Rows, s.programmeRow(r, kept, e, withCollege))
	}
	return t
}

// intakeCell shows the newest published figure with its year and track; none of them is
// the whole capacity.
func intakeCell(say say, p portal.Programme) views.Cell {
	if len(p.Intakes) == 0 {
		return unknown(say, say("column.intake"))
	}
	in := p.Intakes[0]
	return views.Cell{Label: say("column.intake"), Text: say("intake.figure", in.Year, in.Track, in.Count)}
}

func seatsCell(say say, p portal.Programme) views.Cell {
	left := p.SeatsLeft()
	if left == nil {
		return unknownNumber(say, say("column.seats_free"))
	}
	return views.Cell{Label: say("column.seats_free"), Text: itoa(*left), Number: true}
}

func translated[K ~string](say say, prefix string, keys []K) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = say(prefix + string(k))
	}
	return out
}

func (s *site) showProgramme(ctx context.Context, r *request) error {
	page, err := s.Services.Programmes.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	pr, college := page.Programme, r.collegeLink(page.College)
	p := views.Detail{Page: s.page(r, pr.Name+" - "+college.Text), Kind: say("noun.programme"), Heading: pr.Name, HeadingLang: r.han(),
		Sub: college.Text, SubLang: college.Lang, Badge: badge(say, pr.Origin), Source: source(say, pr.Origin),
		Shortlist: s.keepButton(r, r.shortlist(), pr, page.College.Name)}
	p.Crumbs = s.crumbs(r, service.ProgrammesIndex, college, r.programmeLink(pr))
	if portal.CanApproach(r.viewer, portal.OfEnterprise) {
		p.Actions = append(p.Actions, views.Link{Text: say("intention.approach"), URL: r.to("/desk/intentions/new?programme=" + url.QueryEscape(pr.ID))})
	}
	p.JSONLD = programmeLD(s.BaseURL, pr, page.College, page.Specialism)
	p.Summary = []views.Fact{
		fact(linkCell(say("column.college"), college)),
		fact(views.Cell{Label: say("column.cluster"), Text: say("cluster." + string(page.College.Cluster))}),
		fact(linkCell(say("column.specialism"), r.specialismLink(pr.Code, pr.Code+" "+page.Specialism.Name))),
		fact(views.Cell{Label: say("column.level"), Text: say("level." + string(pr.Level))}),
		fact(r.hanCell(say, say("column.duration"), pr.Duration)),
		fact(cell(say, say("column.enrolment"), text(named(say, "enrolment.", pr.Enrolment)))),
		{Cell: seatsCell(say, pr), Note: say("programme.seats_note")},
		fact(tagCell(say, say("column.modes"), translated(say, "mode.", pr.Modes))),
	}
	p.Summary[6].Number = false
	if !pr.ConfirmedAt.IsZero() {
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("own.confirmed"), Text: confirmedWords(say, pr, s.Clock())}))
	}
	if pr.Note != "" {
		p.Summary = append(p.Summary, fact(r.hanCell(say, say("column.note"), pr.Note)))
	}
	if len(pr.Highlights) > 0 {
		p.Summary = append(p.Summary, fact(r.hanCell(say, say("column.highlights"), strings.Join(pr.Highlights, "、"))))
	}
	needs, err := s.programmeNeeds(ctx, r, page)
	if err != nil {
		return err
	}
	p.Sections = append(p.Sections, s.intakeSection(r, pr), s.equipmentSection(r, pr), s.profileSection(r, page.Specialism),
		needs, s.elsewhereSection(r, page.Elsewhere, pr.Code))
	if len(page.Partnerships) > 0 {
		p.Sections = append(p.Sections, s.partnershipSection(r, page.Partnerships))
	}
	return s.render(r, "detail", "", p)
}

func (s *site) intakeSection(r *request, p portal.Programme) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "intake", Title: say("programme.intake"), Note: say("programme.intake_note")}
	if len(p.Intakes) == 0 {
		sec.Empty = &views.Empty{Text: say("programme.intake_unknown")}
		return sec
	}
	for _, in := range p.Intakes {
		sec.Facts = append(sec.Facts, views.Fact{Cell: views.Cell{Label: itoa(in.Year) + " · " + in.Track,
			Text: say("intake.persons", in.Count)}, Note: in.Source})
	}
	return sec
}

func (s *site) equipmentSection(r *request, p portal.Programme) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "resources", Title: say("programme.resources")}
	add := tagGroups(r, say, &sec)
	add("programme.facilities", p.Facilities)
	add("programme.certificates", p.Certificates)
	if i := p.International; i != nil {
		add("programme.languages", i.Languages)
		if i.Joint {
			add("programme.joint", []string{orElse(i.Note, say("programme.joint_yes"))})
		}
		add("programme.intl_certificates", i.Certificates)
		add("programme.asean", i.ASEANPartners)
	}
	if len(sec.Groups) == 0 {
		sec.Empty = &views.Empty{Text: say("programme.resources_unknown")}
	}
	return sec
}

// tagGroups adds labelled lists to a section, the empty ones left out.
func tagGroups(r *request, say say, sec *views.Section) func(key string, tags []string) {
	return func(key string, tags []string) {
		if len(tags) > 0 {
			sec.Groups = append(sec.Groups, views.TagGroup{Label: say(key), Lang: r.han(), Tags: tags})
		}
	}
}

// profileSection is the official description of the specialism, or the editors' when it
// has none.
func (s *site) profileSection(r *request, sp portal.Specialism) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "profile", Title: say("specialism.profile")}
	add := tagGroups(r, say, &sec)
	linked := make([]string, len(sp.Occupations))
	for i, o := range sp.Occupations {
		linked[i] = strings.TrimSpace(o.Name + " " + o.Code)
	}
	if sp.Profile == nil {
		if len(linked) == 0 {
			sec.Empty = &views.Empty{Text: say("specialism.no_profile_or_links")}
			return sec
		}
		add("specialism.occupations", linked)
		sec.Note = say("specialism.no_profile")
		return sec
	}
	sec.Note = sp.Profile.Source
	if sp.Profile.Editors {
		sec.Title, sec.Note = say("specialism.profile_editors"), say("specialism.by_editors", sp.Profile.Source)
		add("specialism.occupations", linked)
	} else {
		add("specialism.occupations", sp.Profile.Occupations)
	}
	add("specialism.posts", sp.Profile.Posts)
	add("specialism.work", sp.Profile.Work)
	add("specialism.core_courses", sp.Profile.CoreCourses)
	add("specialism.certificates", sp.Profile.Certificates)
	if sp.Profile.Employers != "" {
		add("specialism.employers", []string{sp.Profile.Employers})
	}
	return sec
}

func (s *site) elsewhereSection(r *request, entries []service.ProgrammeEntry, code string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "elsewhere", Title: say("programme.elsewhere")}
	const shown = 10
	if len(entries) == 0 {
		sec.Empty = &views.Empty{Text: say("programme.elsewhere_none"), Steps: []views.Link{
			{Text: say("programme.similar"), URL: r.to("/specialisms/" + url.PathEscape(code) + "#siblings")}}}
		return sec
	}
	sec.Table = s.programmeTable(r, sec.Title, entries[:min(len(entries), shown)], true)
	if len(entries) > shown {
		sec.More = &views.Link{Text: say("search.all", len(entries)), URL: r.to("/programmes?code=" + url.QueryEscape(code))}
	}
	return sec
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
