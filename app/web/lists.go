package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const listsPath = "/desk/lists"

// listItemPath is the address of an item.
func listItemPath(id string) string { return listsPath + "/" + url.PathEscape(id) }

// listQuery reads what the address narrows the lists by. What is of no closed set is not
// found; a unit or partnership nobody knows finds nothing.
func listQuery(r *request) (service.ListQuery, error) {
	get := func(name string) string { return clean(r.Query(name)) }
	q := service.ListQuery{List: portal.ListKind(get("list")), Unit: get("unit"), State: portal.ItemState(get("state")), Clause: get("clause"), Partnership: get("partnership"),
		Overdue: get("overdue") != "", Supervised: get("supervised") != ""}
	if q.List != "" && !slices.Contains(portal.ListKinds[:], q.List) || q.State != "" && !slices.Contains(portal.ItemStates[:], q.State) ||
		q.Clause != "" && !slices.Contains(portal.PlanClauses[:], q.Clause) {
		return q, portal.ErrNotFound
	}
	return q, nil
}

// listsAddress is a path of the lists under a query.
func (r *request) listsAddress(path string, q service.ListQuery, after string) string {
	values := url.Values{}
	for name, value := range map[string]string{"list": string(q.List), "unit": q.Unit, "state": string(q.State), "clause": q.Clause, "partnership": q.Partnership,
		"overdue": map[bool]string{true: "1"}[q.Overdue], "supervised": map[bool]string{true: "1"}[q.Supervised], "after": after} {
		if value != "" {
			values.Set(name, value)
		}
	}
	if len(values) == 0 {
		return r.to(path)
	}
	return r.to(path) + "?" + values.Encode()
}

// listItems is the three lists, narrowed by the address.
func (s *site) listItems(ctx context.Context, r *request) error {
	p, err := s.listsPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) listsPage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	q, err := listQuery(r)
	if err != nil {
		return views.Desk{}, err
	}
	counts, err := s.Services.Lists.Counts(ctx, r.viewer, q)
	if err != nil {
		return views.Desk{}, err
	}
	const perPage = 50
	page, err := s.Services.Lists.List(ctx, r.viewer, q, r.Query("after"), perPage)
	if err != nil {
		return views.Desk{}, err
	}
	looked, err := s.Services.Lists.Looked(ctx)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("tab.desk.lists"))
	p.Lead = say("list.lead")
	p.Figures = s.listFigures(r, q, counts)
	p.Links = []views.Link{{Text: say("list.export"), URL: r.listsAddress(listsPath+".xlsx", q, "")}, {Text: say("tab.desk.rounds"), URL: r.to(roundsPath)}}
	if portal.CanKeepLists(r.viewer) {
		p.Links = append([]views.Link{{Text: say("list.new"), URL: r.to(listsPath + "/new")}}, p.Links...)
	}
	total := counts.States[q.State]
	if q.State == "" {
		for _, n := range counts.States {
			total += n
		}
	}
	sec := views.Section{ID: "items", Title: say("list.found", total), Note: say("list.looked", looked.In(portal.Shanghai).Format("2006-01-02 15:04"))}
	if looked.IsZero() {
		sec.Note = say("list.not_looked")
	}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("list.none")}
	} else {
		sec.Table = s.listTable(r, sec.Title, page.Items)
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.listsAddress(listsPath, q, page.Next)}
	}
	find, err := s.listFilter(ctx, r, q)
	p.Sections = []views.Section{find, sec}
	return p, err
}

// listFigures count items by state, and those that are overdue or supervised; each leads
// to what it counts.
func (s *site) listFigures(r *request, q service.ListQuery, counts service.ListCounts) []views.Figure {
	say := s.say(r.lang)
	var out []views.Figure
	add := func(label string, n int, q service.ListQuery) {
		out = append(out, views.Figure{Label: label, Value: itoa(n), Unit: say("list.unit_of"), URL: r.listsAddress(listsPath, q, "")})
	}
	for _, state := range portal.ItemStates {
		narrowed := q
		narrowed.State = state
		add(say("list.state."+string(state)), counts.States[state], narrowed)
	}
	overdue, supervised := q, q
	overdue.State, overdue.Overdue = "", true
	supervised.State, supervised.Supervised = "", true
	add(say("list.overdue"), counts.Overdue, overdue)
	add(say("list.supervised"), counts.Supervised, supervised)
	return out
}

// listFilter narrows the lists.
func (s *site) listFilter(ctx context.Context, r *request, q service.ListQuery) (views.Section, error) {
	say := s.say(r.lang)
	units, gone, err := s.Services.Lists.Units(ctx, r.viewer)
	any := views.Option{Text: say("list.any")}
	mark := func(name string, on bool) views.Field {
		f := s.listField(r, "tick", name, "")
		if on {
			f.Value = "1"
		}
		return f
	}
	form := views.Form{ID: "narrow", Get: true, Across: true, Action: r.to(listsPath), Submit: say("list.filter"), Look: "quiet", Fields: []views.Field{
		choice(s.listField(r, "select", "list", string(q.List)), append([]views.Option{any}, options(say, "list.kind.", portal.ListKinds[:])...)...),
		choice(s.listField(r, "select", "unit", q.Unit), append([]views.Option{any}, s.unitOptions(r, units, gone)...)...),
		choice(s.listField(r, "select", "state", string(q.State)), append([]views.Option{any}, options(say, "list.state.", portal.ItemStates[:])...)...),
		choice(s.listField(r, "select", "clause", q.Clause), append([]views.Option{any}, options(say, "clause.", portal.PlanClauses[:])...)...),
		mark("overdue", q.Overdue), mark("supervised", q.Supervised)}}
	sec := views.Section{ID: "finding", Title: say("list.filter"), Forms: []views.Form{form}}
	if q.Partnership != "" {
		sec.Forms[0].Hidden = []views.Hidden{{Name: "partnership", Value: q.Partnership}}
		sec.Note = say("list.one_partnership")
	}
	if q != (service.ListQuery{}) {
		sec.More = &views.Link{Text: say("list.all"), URL: r.to(listsPath)}
	}
	return sec, err
}

// unitOptions are the units one can choose from, and those that are no longer among them.
func (s *site) unitOptions(r *request, units, gone []portal.Unit) []views.Option {
	var out []views.Option
	for _, u := range units {
		out = append(out, views.Option{Value: u.ID, Text: u.Name, Lang: r.han()})
	}
	for _, u := range gone {
		out = append(out, views.Option{Value: u.ID, Text: s.say(r.lang)("list.unit_gone", u.Name)})
	}
	return out
}

func (s *site) listField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "list.form.", kind, name, value)
}

func (s *site) listTable(r *request, caption string, entries []service.ItemEntry) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: caption}
	for _, key := range []string{"title", "list", "unit", "due", "state", "supervised"} {
		t.Columns = append(t.Columns, views.Column{Text: say("list.column." + key)})
	}
	for _, e := range entries {
		row := views.Row{Name: r.name(e.Title, e.TitleEn, r.to(listItemPath(e.ID))), Note: e.In.Title, Cells: []views.Cell{{Label: say("list.column.list"), Text: say("list.kind." + string(e.List))},
			s.itemUnit(r, e), s.itemDue(r, e.ListItem), s.itemState(r, e.ListItem), s.itemMark(r, e.ListItem)}}
		if e.Origin.Fictional() {
			row.Badge = badge(say, e.Origin)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *site) itemUnit(r *request, e service.ItemEntry) views.Cell {
	c := s.unitCellOf(r, e.UnitName)
	if e.Gone {
		c.Text, c.Lang = s.say(r.lang)("list.unit_gone", e.UnitName), ""
	}
	return c
}

// unitCellOf is the name of a unit; empty: none owns the item yet.
func (s *site) unitCellOf(r *request, name string) views.Cell {
	say := s.say(r.lang)
	c := r.hanCell(say, say("list.column.unit"), name)
	if c.Muted {
		c.Text = say("list.no_owner")
	}
	return c
}

// itemDue is the day an item is due, and by how many days it is late: in words, and marked.
func (s *site) itemDue(r *request, i portal.ListItem) views.Cell {
	say := s.say(r.lang)
	c := views.Cell{Label: say("list.column.due"), Text: i.Due}
	switch days := i.OverdueDays(s.Clock()); {
	case i.Due == "":
		c.Text, c.Muted = say("list.no_due"), true
	case days > 0:
		c.Text, c.Late = say("list.late", days, i.Due), true
	}
	return c
}

func (s *site) itemState(r *request, i portal.ListItem) views.Cell {
	say := s.say(r.lang)
	return views.Cell{Label: say("list.column.state"), Text: say("list.state." + string(i.State))}
}

func (s *site) itemMark(r *request, i portal.ListItem) views.Cell {
	say := s.say(r.lang)
	c := views.Cell{Label: say("list.column.supervised"), Text: "—", Muted: true}
	if i.Supervised != nil {
		c.Text, c.Muted, c.Late = say("list.supervised_since", day(i.Supervised.At)), false, i.State != portal.ItemClosed
	}
	return c
}

// exportItems sends what the page would show, on all its pages.
func (s *site) exportItems(ctx context.Context, r *request) error {
	q, err := listQuery(r)
	if err != nil {
		return err
	}
	file, err := s.Services.Lists.Sheet(ctx, r.viewer, r.lang, q)
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.listsPage(ctx, r) })
	}
	return sendWorkbook(r, s.dated(r, "list.sheet"), file)
}

// partnershipItems are the items about a partnership, on its desk page; no section where
// there are none and the viewer cannot add one.
func (s *site) partnershipItems(ctx context.Context, r *request, pt portal.Partnership) ([]views.Section, error) {
	say := s.say(r.lang)
	const most = 30
	sec := views.Section{ID: "lists", Title: say("tab.desk.lists"), Note: say("list.about_note")}
	items, err := s.Services.Lists.About(ctx, r.viewer, pt, most+1)
	if err != nil || len(items) == 0 && !portal.CanKeepLists(r.viewer) {
		return nil, err
	}
	entries := make([]service.ItemEntry, min(len(items), most))
	for n := range entries {
		entries[n].ListItem = items[n]
	}
	if sec.Table = s.listTable(r, sec.Title, entries); len(entries) == 0 {
		sec.Empty = &views.Empty{Text: say("list.none_about")}
	}
	if r.viewer.CanAnalyse() && len(items) > most {
		sec.More = &views.Link{Text: say("list.all_of"), URL: r.listsAddress(listsPath, service.ListQuery{Partnership: pt.ID}, "")}
	}
	if portal.CanKeepLists(r.viewer) {
		sec.Actions = []views.Link{{Text: say("list.new"), URL: r.to(listsPath+"/new") + "?" + url.Values{"partnership": {pt.ID}}.Encode()}}
	}
	return []views.Section{sec}, nil
}

// itemDraft reads an item from its form.
func (r *request) itemDraft() service.ItemDraft {
	return service.ItemDraft{List: portal.ListKind(r.value("list")), Title: r.value("title"), Text: r.value("text"), Unit: r.value("unit"), Due: r.value("due"),
		Clause: r.value("clause"), Partnership: r.value("partnership"), About: r.value("about")}
}

// itemFields are the fields of an item that is entered by hand.
func (s *site) itemFields(r *request, d service.ItemDraft, units []portal.Unit, gone ...portal.Unit) []views.Field {
	say := s.say(r.lang)
	choose := views.Option{Text: say("form.choose")}
	title, text := must(s.listField(r, "text", "title", d.Title)), s.listField(r, "area", "text", d.Text)
	title.Most, text.Most = portal.ItemTitleMost, portal.ItemTextMost
	return []views.Field{
		must(choice(s.listField(r, "select", "list", string(d.List)), append([]views.Option{choose}, options(say, "list.kind.", portal.ListKinds[:])...)...)),
		title, text,
		must(choice(s.listField(r, "select", "unit", d.Unit), append([]views.Option{choose}, s.unitOptions(r, units, gone)...)...)),
		s.listField(r, "date", "due", d.Due), s.listField(r, "text", "partnership", d.Partnership),
		choice(s.listField(r, "select", "clause", d.Clause), append([]views.Option{choose}, options(say, "clause.", portal.PlanClauses[:])...)...)}
}

func (s *site) showNewItem(ctx context.Context, r *request) error {
	d := service.ItemDraft{List: portal.ProblemList, About: clean(r.Query("partnership")), Due: s.Clock().In(portal.Shanghai).AddDate(0, 0, portal.ProblemDays).Format(time.DateOnly)}
	if d.About != "" && portal.CanKeepLists(r.viewer) {
		f, err := s.Services.Partnerships.Follow(ctx, r.viewer, d.About)
		if err != nil {
			return err
		}
		d.Partnership = f.Partnership.Title
	}
	p, err := s.newItemPage(ctx, r, d)
	return s.shown(r, p, err)
}

func (s *site) newItemPage(ctx context.Context, r *request, d service.ItemDraft) (views.Desk, error) {
	if !portal.CanKeepLists(r.viewer) {
		return views.Desk{}, portal.ErrForbidden
	}
	say := s.say(r.lang)
	units, _, err := s.Services.Lists.Units(ctx, r.viewer)
	p := s.deskPage(ctx, r, say("list.new"))
	p.Lead = say("list.new.lead")
	p.Form = s.form(r, listsPath+"/new", "list.enter", s.itemFields(r, d, units)...)
	p.Form.Hidden = []views.Hidden{{Name: "about", Value: d.About}}
	p.Links = []views.Link{{Text: say("list.back"), URL: r.to(listsPath)}}
	return p, err
}

func (s *site) newItem(ctx context.Context, r *request) error {
	d := r.itemDraft()
	rec, err := s.Services.Lists.Enter(ctx, r.viewer, d)
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.newItemPage(ctx, r, d) })
	}
	return s.done(r, "list_entered", listItemPath(rec.ID))
}

// settledWords says how the program found an item to be settled, or what a person wrote.
func settledWords(say say, h portal.Handling) string {
	if h.Found != "" {
		return say("list.settled." + string(h.Found))
	}
	return strings.TrimSpace(h.Text)
}
