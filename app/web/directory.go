package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/search"
	"liangcheng/views"
)

// directory describes the page of one public list.
type directory[T any] struct {
	spec    service.Directory
	list    func(context.Context, portal.Viewer, service.Listing) (service.Found[T], error)
	columns []string          // locale keys of the columns behind the name
	sorts   map[string]string // column → sort it can be sorted by
	numbers []string          // columns of numbers
	row     func(s *site, r *request, kept []string, item T) views.Row
	none    func(s *site, r *request) *views.Empty // instead of an empty list nothing was chosen of; nil: the usual
	label   func(ctx context.Context, s *site, r *request, field string, values []string) map[string]string
}

// handler renders the page, or its results for htmx.
func (d directory[T]) handler(s *site) handler {
	return func(ctx context.Context, r *request) error {
		st, bad := parse(r.Ctx, d.spec)
		found, err := d.list(ctx, r.viewer, st.listing())
		if err != nil {
			return err
		}
		st.page = found.Page
		say := s.say(r.lang)
		p := views.Directory{Page: s.page(r, say(d.spec.Index+".heading")),
			Heading: say(d.spec.Index + ".heading"), Lead: say(d.spec.Index + ".lead"), Text: st.text,
			Total: found.Total, Widened: found.Widened, ClearAll: st.cleared().URL()}
		p.Description = p.Lead
		p.Crumbs = s.crumbs(r, d.spec.Index)
		p.Crumbs[len(p.Crumbs)-1].URL = ""
		if d.spec.Index == service.NeedsIndex || d.spec.Index == service.ProgrammesIndex {
			p.Feed = s.BaseURL + st.onPage(1).at(r.to("/"+d.spec.Index+".atom")).URL()
		}
		for _, problem := range bad {
			p.Notices = append(p.Notices, say(problem.Key, problem.Args...))
		}
		if notice := say(searchDown); found.Degraded && !slices.Contains(p.Notices, notice) {
			p.Notices = append(p.Notices, notice)
		}
		p.CSV, p.XLSX = st.onPage(1).at(r.to("/"+d.spec.Index+".csv")).URL(), st.onPage(1).at(r.to("/"+d.spec.Index+".xlsx")).URL()
		d.facets(ctx, s, r, &p, st, found)
		d.sortOptions(say, &p, st)
		d.table(s, r, &p, st, found)
		p.Pager = pager(st, found.Page, found.Pages)
		p.Follow = s.followButton(r, d.spec.Index, st, p)
		if found.Total == 0 {
			p.Empty = &views.Empty{Text: say("directory.empty"), Steps: []views.Link{
				{Text: say("directory.empty_clear"), URL: state{path: st.path, page: 1}.URL()},
				{Text: say("directory.empty_search"), URL: r.to("/search?q=" + url.QueryEscape(st.text))},
				{Text: say("directory.empty_match"), URL: r.to("/match?text=" + url.QueryEscape(st.text))},
			}}
			if d.none != nil && st.text == "" && len(st.refine) == 0 {
				p.Empty = d.none(s, r)
			}
		}
		return s.render(r, "directory", "results", p)
	}
}

// facetName is the name of a facet, which may have one of its own on a list.
func (s *site) facetName(lang, index, field string) string {
	if key := "facet." + index + "." + field; s.Views.Has(lang, key) {
		return s.Views.T(lang, key)
	}
	return s.Views.T(lang, "facet."+field)
}

// The most options of a facet shown before the rest is folded away.
const optionsShown = 8

func (d directory[T]) facets(ctx context.Context, s *site, r *request, p *views.Directory, st state, found service.Found[T]) {
	say := s.say(r.lang)
	for i, field := range d.spec.Facets {
		counts := found.Facets[field]
		for _, chosen := range st.refine[field] {
			if !slices.ContainsFunc(counts, func(c search.Count) bool { return c.Value == chosen }) {
				counts = append(counts, search.Count{Value: chosen})
			}
		}
		labels := d.labels(ctx, s, r, field, counts)
		f := views.Facet{Field: field, Text: s.facetName(r.lang, d.spec.Index, field)}
		const alwaysOpen = 3
		f.Open = i < alwaysOpen || len(st.refine[field]) > 0
		for _, c := range counts {
			o := views.Option{ID: field + "-" + c.Value, Field: field, Value: c.Value, Text: labels[c.Value], N: c.N, Selected: st.has(field, c.Value)}
			o.URL = st.toggled(field, c.Value).URL()
			if isHan(o.Text) {
				o.Lang = r.han()
			}
			if o.Selected {
				p.Chips = append(p.Chips, views.Link{Text: f.Text + say("punctuation.colon") + o.Text, URL: o.URL})
			}
			if len(f.Options) < optionsShown || o.Selected {
				f.Options = append(f.Options, o)
			} else {
				f.More = append(f.More, o)
			}
		}
		if len(f.More) > 0 {
			f.MoreText = say("facet.more", len(f.More))
		}
		if len(counts) > 0 {
			p.Facets = append(p.Facets, f)
		}
	}
	for _, field := range d.spec.Filters {
		labels := d.labels(ctx, s, r, field, asCounts(st.refine[field]))
		for _, value := range st.refine[field] {
			p.Hidden = append(p.Hidden, views.Hidden{Name: field, Value: value})
			p.Chips = append(p.Chips, views.Link{Text: s.facetName(r.lang, d.spec.Index, field) + say("punctuation.colon") + labels[value], URL: st.toggled(field, value).URL()})
		}
	}
}

func asCounts(values []string) []search.Count {
	out := make([]search.Count, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

// labels are what people read for the values of a facet: words of the site for closed
// sets, names for references, the value itself where it is a name.
func (d directory[T]) labels(ctx context.Context, s *site, r *request, field string, counts []search.Count) map[string]string {
	labels := make(map[string]string, len(counts))
	values := make([]string, len(counts))
	for i, c := range counts {
		values[i] = c.Value
	}
	var special map[string]string
	if d.label != nil {
		special = d.label(ctx, s, r, field, values)
	}
	for _, v := range values {
		switch {
		case special[v] != "":
			labels[v] = special[v]
		case s.Views.Has(r.lang, field+"."+v):
			labels[v] = s.Views.T(r.lang, field+"."+v)
		default:
			labels[v] = v
		}
	}
	return labels
}

func (d directory[T]) sortOptions(say say, p *views.Directory, st state) {
	first := "relevance"
	if st.text == "" {
		first = ""
	}
	if first != "" {
		p.Sorts = append(p.Sorts, views.Option{Value: "", Text: say("sort.relevance"), Selected: st.sort == ""})
	}
	for i, sort := range d.spec.Sorts {
		value := sort.Name
		p.Sorts = append(p.Sorts, views.Option{Value: value, Text: say("sort." + d.spec.Index + "." + sort.Name),
			Selected: st.sort == sort.Name || st.sort == "" && st.text == "" && i == 0})
	}
}

func (d directory[T]) table(s *site, r *request, p *views.Directory, st state, found service.Found[T]) {
	say := s.say(r.lang)
	p.Table.Caption = p.Heading
	p.Table.Columns = append(p.Table.Columns, views.Column{Text: say("column.name")})
	for _, key := range d.columns {
		c := views.Column{Text: say("column." + key), Number: slices.Contains(d.numbers, key)}
		if sort := d.sorts[key]; sort != "" {
			c.SortURL = st.sorted(sort).URL()
			if st.sort == sort || st.sort == "" && st.text == "" && d.spec.Sorts[0].Name == sort {
				c.Sorted = "descending"
			}
		}
		p.Table.Columns = append(p.Table.Columns, c)
	}
	kept := r.shortlist()
	for _, item := range found.Items {
		row := d.row(s, r, kept, item)
		for i, c := range row.Cells {
			row.Cells[i].Plain = c.URL == "" && c.Lang == "" && !c.Muted && len(c.Tags) == 0
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
}

// pager numbers the pages: the first, the last and those around the current one.
func pager(st state, page, pages int) views.Pager {
	p := views.Pager{Page: page, Pages: pages}
	if page > 1 {
		p.Prev = st.onPage(page - 1).URL()
	}
	if page < pages {
		p.Next = st.onPage(page + 1).URL()
	}
	const around = 2
	last := 0
	for n := 1; n <= pages; n++ {
		if n != 1 && n != pages && (n < page-around || n > page+around) {
			continue
		}
		if n > last+1 {
			p.Numbers = append(p.Numbers, views.PageNumber{})
		}
		p.Numbers = append(p.Numbers, views.PageNumber{Number: n, URL: st.onPage(n).URL(), Current: n == page})
		last = n
	}
	return p
}

func itoa(n int) string { return strconv.Itoa(n) }
