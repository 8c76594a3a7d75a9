package web

import (
	"context"
	"net/url"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

func (s *site) listResources() handler {
	res := s.Services.Resources
	return directory[service.ResourceEntry]{
		spec: res.Directory(), list: res.List,
		columns: resourceCells,
		sorts:   map[string]string{"capacity": "capacity"},
		numbers: []string{"capacity"},
		row:     func(s *site, r *request, _ []string, e service.ResourceEntry) views.Row { return s.resourceRow(r, e) },
		label: func(ctx context.Context, s *site, r *request, field string, values []string) map[string]string {
			switch field {
			case "kind":
				labels := map[string]string{}
				for _, v := range values {
					if key := "resource.kind." + v; s.Views.Has(r.lang, key) {
						labels[v] = s.Views.T(r.lang, key)
					}
				}
				return labels
			case "enterprise":
				return s.enterpriseNames(ctx, values)
			}
			return collegeLabels(ctx, s, r, field, values)
		},
		none: func(s *site, r *request) *views.Empty {
			say := s.say(r.lang)
			return &views.Empty{Text: say("resource.none_open"), Steps: []views.Link{
				{Text: say("resource.new"), URL: r.to("/desk/resources/new")}, {Text: say("resource.how"), URL: r.to("/help") + "#resources"}}}
		},
	}.handler(s)
}

// resourceCells are the columns of a list of resources behind the name.
var resourceCells = []string{"resource_kind", "holder", "cluster", "capacity", "open_to", "charge"}

func (r *request) resourceLink(res portal.Resource) views.Link {
	return r.name(res.Name, "", r.to("/resources/"+url.PathEscape(res.ID)))
}

func (s *site) resourceRow(r *request, e service.ResourceEntry) views.Row {
	say, res := s.say(r.lang), e.Resource
	return views.Row{Name: r.resourceLink(res), Note: cutText(res.Text), Badge: badge(say, res.Origin), Cells: []views.Cell{
		{Label: say("column.resource_kind"), Text: say("resource.kind." + string(res.Kind))},
		s.holderCell(r, e.Holder),
		cell(say, say("column.cluster"), text(named(say, "cluster.", e.Cluster))),
		capacityCell(say, res.Capacity),
		tagCell(say, say("column.open_to"), translated(say, "open_to.", res.OpenTo)),
		cell(say, say("column.charge"), text(named(say, "charge.", res.Charge))),
	}}
}

// holderCell names whose a resource is, and leads there where that has a page.
func (s *site) holderCell(r *request, h service.Holder) views.Cell {
	say := s.say(r.lang)
	c := linkCell(say("column.holder"), r.name(h.Name, h.NameEn, ""))
	switch {
	case h.Record != "" && h.Kind == portal.OfCollege:
		c.URL = r.to("/colleges/" + url.PathEscape(h.Record))
	case h.Record != "" && h.Kind == portal.OfEnterprise:
		c.URL = r.to("/enterprises/" + url.PathEscape(h.Record))
	}
	return c
}

func capacityCell(say say, n *int) views.Cell {
	if n == nil {
		return unknownNumber(say, say("column.capacity"))
	}
	return views.Cell{Label: say("column.capacity"), Text: say("need.persons", *n), Number: true}
}

// resourceSection lists the open resources of a college or enterprise: what it has told
// here, apart from what public sources say of it.
func (s *site) resourceSection(r *request, entries []service.ResourceEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "open-resources", Title: say("resource.open_here"), Note: say("resource.open_here.note")}
	if len(entries) == 0 {
		sec.Note = ""
		sec.Empty = &views.Empty{Text: say("resource.none_here"), Steps: []views.Link{{Text: say("resource.all"), URL: r.to("/resources")}}}
		return sec
	}
	sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}}}
	for _, key := range resourceCells {
		sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("column." + key), Number: key == "capacity"})
	}
	for _, e := range entries {
		sec.Table.Rows = append(sec.Table.Rows, s.resourceRow(r, e))
	}
	return sec
}

func (s *site) showResource(ctx context.Context, r *request) error {
	e, err := s.Services.Resources.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	say, res := s.say(r.lang), e.Resource
	p := views.Detail{Page: s.page(r, res.Name), Kind: say("noun.resource"), Heading: res.Name, HeadingLang: r.han(),
		Badge: badge(say, res.Origin), Source: source(say, res.Origin), Lead: res.Text, LeadLang: r.han()}
	p.Crumbs = s.crumbs(r, service.ResourcesIndex, views.Link{Text: res.Name, Lang: r.han()})
	switch {
	case r.viewer.Holds(res):
		p.Actions = []views.Link{{Text: say("resource.manage"), URL: r.to("/desk/resources/" + url.PathEscape(res.ID))}}
	case !r.viewer.SignedIn() || res.CanAct(r.viewer, portal.ActRequest):
		p.Actions = []views.Link{{Text: say("booking.new"), URL: r.to("/desk/bookings/new?resource=" + url.QueryEscape(res.ID))}}
	}
	if !res.Public() {
		p.Notices = append(p.Notices, say("resource.not_public"))
	}
	p.Summary = s.resourceFacts(r, e)
	p.Sections = []views.Section{s.bookedSection(r, res)}
	return s.render(r, "detail", "", p)
}

// resourceFacts are the facts of a resource, in the order of its form.
func (s *site) resourceFacts(r *request, e service.ResourceEntry) []views.Fact {
	say, res := s.say(r.lang), e.Resource
	capacity := capacityCell(say, res.Capacity)
	capacity.Number = false
	related := make([]string, len(e.Related))
	for i, code := range e.Related {
		related[i] = code.Code + " " + code.Name
	}
	shared := "resource.one_at_a_time"
	if res.SharedUse {
		shared = "resource.several_at_once"
	}
	facts := []views.Fact{
		fact(s.holderCell(r, e.Holder)),
		fact(views.Cell{Label: say("column.resource_kind"), Text: say("resource.kind." + string(res.Kind))}),
		{Cell: capacity, Note: say(shared)},
		fact(r.hanCell(say, say("column.hours"), res.Hours)),
		fact(tagCell(say, say("column.open_to"), translated(say, "open_to.", res.OpenTo))),
		fact(cell(say, say("column.charge"), text(named(say, "charge.", res.Charge)))),
		fact(r.hanCell(say, say("column.terms"), res.Terms)),
		fact(r.hanCell(say, say("column.address"), strings.TrimSpace(string(res.District)+" "+res.Address))),
	}
	if len(related) > 0 {
		facts = append(facts, fact(views.Cell{Label: say("column.related"), Tags: related, Lang: r.han()}))
	}
	return facts
}

// bookedSection tells which times are taken, without by whom.
func (s *site) bookedSection(r *request, res portal.Resource) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "booked", Title: say("resource.booked"), Note: say("resource.booked.note")}
	if res.SharedUse {
		sec.Note = say("resource.booked.shared")
	}
	var taken []string
	for _, slot := range res.Booked {
		if slot.To.After(s.Clock()) {
			taken = append(taken, period(slot.From, slot.To))
		}
	}
	if len(taken) == 0 {
		sec.Note = ""
		sec.Empty = &views.Empty{Text: say("resource.booked.none")}
		return sec
	}
	sec.Groups = []views.TagGroup{{Label: say("booking.time"), Tags: taken}}
	return sec
}

// period writes a time from and to, in Shanghai; the day is said once where it is one.
func period(from, to time.Time) string {
	if day(from) == day(to) {
		return moment(from) + "—" + to.In(portal.Shanghai).Format("15:04")
	}
	return moment(from) + " — " + moment(to)
}
