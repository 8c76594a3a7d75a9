package web

import (
	"context"
	"net/url"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

const roundsPath = "/desk/rounds"

// roundPath is the address of a round.
func roundPath(id string) string { return roundsPath + "/" + url.PathEscape(id) }

// listRounds shows the rounds, the latest first, and where another is opened.
func (s *site) listRounds(ctx context.Context, r *request) error {
	p, err := s.roundsPage(ctx, r, "", s.Clock().In(portal.Shanghai).Format(time.DateOnly))
	return s.shown(r, p, err)
}

func (s *site) roundsPage(ctx context.Context, r *request, title, date string) (views.Desk, error) {
	say := s.say(r.lang)
	const perPage = 20
	page, err := s.Services.Rounds.List(ctx, r.viewer, r.Query("after"), perPage)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("tab.desk.rounds"))
	p.Lead = say("round.lead")
	p.Links = []views.Link{{Text: say("tab.desk.lists"), URL: r.to(listsPath)}}
	sec := views.Section{ID: "rounds", Title: say("round.all")}
	if len(page.Items) == 0 {
		sec.Empty = &views.Empty{Text: say("round.none")}
	} else {
		sec.Table = &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("column.name")}, {Text: say("round.form.day")}}}
		for _, key := range roundSums {
			sec.Table.Columns = append(sec.Table.Columns, views.Column{Text: say("round.sum." + key), Number: true})
		}
		for _, rec := range page.Items {
			row := views.Row{Name: r.name(rec.Title, "", r.to(roundPath(rec.ID))), Note: say("round.number", rec.Number), Cells: []views.Cell{{Label: say("round.form.day"), Text: rec.Day}}}
			if rec.Origin.Fictional() {
				row.Badge = badge(say, rec.Origin)
			}
			row.Cells = append(row.Cells, s.sumCells(r, rec.Total())...)
			sec.Table.Rows = append(sec.Table.Rows, row)
		}
	}
	if page.Next != "" {
		sec.More = &views.Link{Text: say("pager.next"), URL: r.to(roundsPath) + "?after=" + url.QueryEscape(page.Next)}
	}
	if portal.CanKeepLists(r.viewer) {
		name := must(s.fieldOf(r, "round.form.", "text", "title", title))
		name.Most = portal.ItemTitleMost
		form := s.form(r, roundsPath, "round.open", name, must(s.fieldOf(r, "round.form.", "date", "day", date)))
		form.ID, form.Note = "open", say("round.open.note")
		p.Sections = append(p.Sections, views.Section{ID: "opening", Title: say("round.open"), Forms: []views.Form{*form}})
	}
	p.Sections = append(p.Sections, sec)
	return p, nil
}

func (s *site) openRound(ctx context.Context, r *request) error {
	title, date := r.value("title"), r.value("day")
	rec, err := s.Services.Rounds.Open(ctx, r.viewer, title, date)
	if err == nil {
		return s.done(r, "round_opened", roundPath(rec.ID))
	}
	return s.sentBack(r, err, "round.another", func() (views.Desk, error) { return s.roundsPage(ctx, r, title, date) })
}

// roundSums are what is counted of a round, in the order of its columns.
var roundSums = []string{"new", "closed", "open", "handled", "overdue", "supervised"}

func (s *site) sumCells(r *request, sum portal.RoundSum) []views.Cell {
	say := s.say(r.lang)
	counts := map[string]int{"new": sum.New, "closed": sum.Closed, "open": sum.Open, "handled": sum.Handled, "overdue": sum.Overdue, "supervised": sum.Supervised}
	cells := make([]views.Cell, len(roundSums))
	for i, key := range roundSums {
		cells[i] = views.Cell{Label: say("round.sum." + key), Text: itoa(counts[key]), Number: true, Muted: counts[key] == 0, Late: key == "overdue" && counts[key] > 0}
	}
	return cells
}

// showRound is one round: its sums by list and unit, what has changed, and all that is
// open.
func (s *site) showRound(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	f, err := s.Services.Rounds.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, f.Title)
	p.HeadingLang, p.Kind, p.Badge = r.han(), say("round.number", f.Number), badge(say, f.Origin)
	p.Lead = say("round.first")
	if f.Last.ID != "" {
		p.Lead = say("round.since", f.Last.Title, f.Last.Day)
	}
	p.Summary = []views.Fact{fact(views.Cell{Label: say("round.form.day"), Text: f.Day}), fact(views.Cell{Label: say("round.taken"), Text: moment(f.At)}),
		fact(views.Cell{Label: say("round.taker"), Text: orElse(f.Taker, say("list.office"))})}
	total := f.Total()
	for i, cell := range s.sumCells(r, total) {
		p.Figures = append(p.Figures, views.Figure{Label: say("round.sum." + roundSums[i]), Value: cell.Text, Unit: say("list.unit_of")})
	}
	p.Sections = append(p.Sections, s.sumSection(r, f.Round), s.sinceSection(r, f))
	for _, kind := range portal.ListKinds {
		p.Sections = append(p.Sections, s.openSection(r, f.Round, kind))
	}
	return s.render(r, "desk", "", p)
}

// sumSection counts by list and unit.
func (s *site) sumSection(r *request, rec portal.Round) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "sums", Title: say("round.sums"), Note: say("round.sums.note"), Print: true,
		Actions: []views.Link{{Text: say("round.export"), URL: r.to(roundPath(rec.ID) + "/round.xlsx")}, {Text: say("round.all"), URL: r.to(roundsPath)}}}
	t := &views.Table{Caption: sec.Title, Columns: []views.Column{{Text: say("list.column.list")}, {Text: say("list.column.unit")}}}
	for _, key := range roundSums {
		t.Columns = append(t.Columns, views.Column{Text: say("round.sum." + key), Number: true})
	}
	row := func(name string, unit views.Cell, sum portal.RoundSum) {
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: name}, Cells: append([]views.Cell{unit}, s.sumCells(r, sum)...)})
	}
	for _, sum := range rec.Sums() {
		row(say("list.kind."+string(sum.List)), s.unitCellOf(r, sum.UnitName), sum)
	}
	row(say("round.total"), views.Cell{Label: say("list.column.unit"), Text: "—", Muted: true}, rec.Total())
	sec.Table = t
	return sec
}

// roundChanges are the changes a round tells of, in the order it does.
var roundChanges = [...]portal.RoundChange{portal.ChangeNew, portal.ChangeReopened, portal.ChangeHandled, portal.ChangeClosed, portal.ChangeOverdue, portal.ChangeSupervised, portal.ChangeReleased, portal.ChangeDue, portal.ChangeUnit}

// sinceSection tells what has changed since the round before, item by item. Of the first
// round everything is new.
func (s *site) sinceSection(r *request, f service.RoundFile) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "changes", Title: say("round.changes")}
	if f.Before == "" {
		sec.Empty = &views.Empty{Text: say("round.first")}
		return sec
	}
	t := &views.Table{Caption: sec.Title}
	for _, key := range []string{"title", "changes", "list", "unit", "due", "state"} {
		t.Columns = append(t.Columns, views.Column{Text: say("list.column." + key)})
	}
	for _, change := range roundChanges {
		for _, l := range f.Lines {
			if len(l.Changes) == 0 || l.Changes[0] != change {
				continue
			}
			t.Rows = append(t.Rows, s.roundRow(r, l, views.Cell{Label: say("list.column.changes"), Tags: translated(say, "round.change.", l.Changes)},
				views.Cell{Label: say("list.column.list"), Text: say("list.kind." + string(l.List))}))
		}
	}
	if sec.Table = t; len(t.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("round.unchanged")}
	}
	return sec
}

// openSection is what is open on one list.
func (s *site) openSection(r *request, rec portal.Round, kind portal.ListKind) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "open-" + string(kind), Title: say("round.standing", say("list.kind."+string(kind)))}
	t := &views.Table{Caption: sec.Title}
	for _, key := range []string{"title", "supervised", "unit", "due", "state"} {
		t.Columns = append(t.Columns, views.Column{Text: say("list.column." + key)})
	}
	for _, l := range rec.Lines {
		if l.List != kind || l.State == portal.ItemClosed {
			continue
		}
		mark := views.Cell{Label: say("list.column.supervised"), Text: "—", Muted: true}
		if l.Supervised {
			mark = views.Cell{Label: say("list.column.supervised"), Text: say("list.supervised"), Late: true}
		}
		t.Rows = append(t.Rows, s.roundRow(r, l, mark))
	}
	if sec.Table = t; len(t.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("round.nothing_open")}
	}
	return sec
}

// roundRow is a line of a round: its name, some cells, then its unit, its day and its
// state as they were.
func (s *site) roundRow(r *request, l portal.RoundLine, cells ...views.Cell) views.Row {
	say := s.say(r.lang)
	due := views.Cell{Label: say("list.column.due"), Text: l.Due}
	switch {
	case l.Overdue > 0:
		due.Text, due.Late = say("list.late", l.Overdue, l.Due), true
	case l.Due == "":
		due.Text, due.Muted = say("list.no_due"), true
	}
	return views.Row{Name: r.name(l.Title, l.TitleEn, r.to(listItemPath(l.Item))), Note: l.About,
		Cells: append(cells, s.unitCellOf(r, l.UnitName), due, views.Cell{Label: say("list.column.state"), Text: say("list.state." + string(l.State))})}
}

// exportRound sends a round as a workbook.
func (s *site) exportRound(ctx context.Context, r *request) error {
	file, err := s.Services.Rounds.Sheet(ctx, r.viewer, r.lang, r.Params("id"))
	if err != nil {
		return err
	}
	return sendWorkbook(r, s.dated(r, "round.sheet"), file)
}
