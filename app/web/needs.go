package web

import (
	"context"
	"net/url"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listNeeds() handler {
	n := s.Services.Needs
	return directory[service.NeedEntry]{
		spec: n.Directory(), list: n.List,
		columns: []string{"enterprise", "headcount", "level", "modes", "district", "expires"},
		sorts:   map[string]string{"headcount": "headcount", "expires": "expires"},
		numbers: []string{"headcount"},
		row:     needRow,
		label: func(ctx context.Context, s *site, r *request, field string, values []string) map[string]string {
			switch field {
			case "enterprise":
				return s.enterpriseNames(ctx, values)
			case "specialism":
				return s.specialismNames(ctx, values)
			}
			return industryLabels(ctx, s, r, field, values)
		},
	}.handler(s)
}

func (s *site) enterpriseNames(ctx context.Context, ids []string) map[string]string {
	names, err := s.Services.Enterprises.Names(ctx, ids)
	if err != nil {
		s.Log.Warn("labels of enterprises", "error", err)
	}
	return names
}

func (s *site) specialismNames(ctx context.Context, codes []string) map[string]string {
	names, err := s.Services.Specialisms.Names(ctx, codes)
	if err != nil {
		s.Log.Warn("labels of specialisms", "error", err)
	}
	return names
}

func needRow(s *site, r *request, _ []string, e service.NeedEntry) views.Row {
	say := s.say(r.lang)
	n := e.Need
	return views.Row{Name: r.name(n.Title, "", r.to("/needs/"+url.PathEscape(n.ID))), Note: cutText(n.Text), Badge: badge(say, n.Origin),
		Cells: []views.Cell{
			s.askerCell(r, e),
			headcountCell(say, n.Headcount),
			{Label: say("column.level"), Text: say("wanted." + orElse(string(n.Level), "any"))},
			tagOrAny(say, say("column.modes"), translated(say, "mode.", n.Modes)),
			r.hanCell(say, say("column.district"), string(n.District)),
			{Label: say("column.expires"), Text: day(n.ExpiresAt)},
		}}
}

// askerCell names who asks, or says that they are not named yet.
func (s *site) askerCell(r *request, e service.NeedEntry) views.Cell {
	say := s.say(r.lang)
	if e.Enterprise.ID == "" {
		return views.Cell{Label: say("column.enterprise"), Text: say("need.anonymous"), Muted: true}
	}
	return linkCell(say("column.enterprise"), s.enterpriseLink(r, e.Enterprise.ID, e.Enterprise.Name, e.Enterprise.NameEn))
}

func headcountCell(say say, n *int) views.Cell {
	if n == nil {
		return unknownNumber(say, say("column.headcount"))
	}
	return views.Cell{Label: say("column.headcount"), Text: say("need.persons", *n), Number: true}
}

// tagOrAny shows that nothing was asked for as any, which is not unknown.
func tagOrAny(say say, label string, tags []string) views.Cell {
	if len(tags) == 0 {
		return views.Cell{Label: label, Text: say("value.any"), Muted: true}
	}
	return views.Cell{Label: label, Tags: tags}
}

// needTable lists needs inside a detail page.
func (s *site) needTable(r *request, caption string, entries []service.NeedEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption, Columns: []views.Column{{Text: say("column.name")}}}
	for _, key := range []string{"enterprise", "headcount", "level", "modes", "district", "expires"} {
		t.Columns = append(t.Columns, views.Column{Text: say("column." + key), Number: key == "headcount"})
	}
	for _, e := range entries {
		t.Rows = append(t.Rows, needRow(s, r, nil, e))
	}
	return t
}

// needSection lists the newest open needs a specialism fits.
func (s *site) needSection(r *request, needs service.Found[service.NeedEntry], code string) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "needs", Title: say("programme.needs"), Note: say("programme.needs_note")}
	if len(needs.Items) == 0 {
		sec.Note = ""
		sec.Empty = &views.Empty{Text: say("programme.no_needs"), Steps: []views.Link{{Text: say("programme.all_needs"), URL: r.to("/needs")}}}
		return sec
	}
	sec.Table = s.needTable(r, sec.Title, needs.Items)
	if needs.Total > len(needs.Items) {
		sec.More = &views.Link{Text: say("search.all", needs.Total), URL: r.to("/needs?specialism=" + url.QueryEscape(code))}
	}
	return sec
}

func (s *site) showNeed(ctx context.Context, r *request) error {
	e, err := s.Services.Needs.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	answer, err := s.Services.Match.Rank(ctx, r.viewer, service.NeedOf(e.Need))
	if err != nil {
		return err
	}
	say := s.say(r.lang)
	n := e.Need
	p := views.Detail{Page: s.page(r, n.Title), Kind: say("noun.need"), Heading: n.Title, HeadingLang: r.han(),
		Badge: badge(say, n.Origin), Source: source(say, n.Origin), Lead: n.Text, LeadLang: r.han()}
	p.Crumbs = s.crumbs(r, service.NeedsIndex, views.Link{Text: n.Title, Lang: r.han()})
	if portal.CanApproach(r.viewer, portal.OfCollege) {
		p.Actions = append(p.Actions, views.Link{Text: say("intention.answer_need"), URL: r.to("/desk/intentions/new?need=" + url.QueryEscape(n.ID))})
	}
	p.Actions = append(p.Actions, views.Link{Text: say("match.report"), URL: r.to(needReportPath(n.ID))})
	p.Summary = s.needFacts(r, e, false)
	if !n.OpenAt(s.Clock()) {
		p.Notices = append(p.Notices, say("need.not_public", say("need.status."+string(n.StatusAt(s.Clock())))))
	}
	if portal.CanFollowNeed(r.viewer, e.Need) {
		words := "changes.on_desk"
		if r.viewer.Asks(n) {
			words = "need.manage"
		}
		p.Actions = append(p.Actions, views.Link{Text: say(words), URL: r.to("/desk/needs/" + url.PathEscape(n.ID))})
	}
	result := s.matchPage(r, answer, needShown)
	result.Removed = nil // relaxing is for the need form
	p.Match = &result
	if p.Sections, err = s.collegeChanges(ctx, r, n); err != nil {
		return err
	}
	return s.render(r, "detail", "", p)
}

// day writes a date in Shanghai.
func day(t time.Time) string { return t.In(portal.Shanghai).Format(time.DateOnly) }

// cutText shortens a need for a list.
func cutText(s string) string {
	const shown = 60
	return cut(s, shown)
}
