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

// gapsShown is how many lines of the ledger a page shows.
const gapsShown = 50

// listGaps is the ledger of what nobody here covers.
func (s *site) listGaps(ctx context.Context, r *request) error {
	say, c := s.say(r.lang), supplyChoice(r)
	ledger, err := s.Services.Supply.Gaps(ctx, r.viewer, c)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("gap.title"))
	if ledger.Counting {
		p.Lead, p.Links = say("region.counting"), []views.Link{{Text: say("region.again"), URL: r.to(gapsPath)}}
		return s.render(r, "desk", "", p)
	}
	p.Lead = say("gap.lead", moment(ledger.AsOf), ledger.Needs) + s.waiting(r, ledger.Waiting)
	p.Links = []views.Link{{Text: say("supply.title"), URL: r.to(supplyPath)}, {Text: say("advice.title"), URL: r.to(advicePath)}}
	p.Figures = s.gapFigures(r, c, ledger)
	p.Summary = s.supplyFacts(r, c)
	number, pages := r.pageAsked(len(ledger.Rows), gapsShown)
	from := (number - 1) * gapsShown
	sec := views.Section{ID: "ledger", Title: say("gap.rows", len(ledger.Rows)), Note: say("gap.definition"), Print: true}
	if len(ledger.Rows) == 0 {
		sec.Empty = &views.Empty{Text: say("gap.none")}
	} else {
		sec.Table = s.gapTable(r, ledger.Rows[from:min(from+gapsShown, len(ledger.Rows))])
	}
	quarters := []views.Option{{Text: say("region.any")}}
	for _, q := range ledger.Quarters {
		quarters = append(quarters, views.Option{Value: q, Text: q})
	}
	narrowing := views.Form{ID: "narrow", Get: true, Across: true, Action: r.to(gapsPath), Submit: say("region.narrow"), Look: "quiet", Fields: []views.Field{
		choice(s.fieldOf(r, "gap.form.", "select", "quarter", c.Quarter), quarters...),
		choice(s.fieldOf(r, "gap.form.", "select", "reason", string(c.Reason)), append([]views.Option{{Text: say("region.any")}}, options(say, "gap.reason.", portal.GapReasons[:])...)...),
		choice(s.fieldOf(r, "gap.form.", "select", "open", r.Query("open")), views.Option{Text: say("gap.every")}, views.Option{Value: "yes", Text: say("gap.open_only")})}}
	if c.Class != "" {
		narrowing.Hidden = append(narrowing.Hidden, views.Hidden{Name: "class", Value: c.Class})
	}
	p.Sections = []views.Section{{ID: "narrowing", Title: say("region.narrow"), Forms: []views.Form{narrowing}}, sec}
	if c != (service.SupplyChoice{}) {
		p.Sections[0].More = &views.Link{Text: say("region.clear"), URL: r.to(gapsPath)}
	}
	p.Pager = plainPager(r, number, pages)
	return s.render(r, "desk", "", p)
}

// gapFigures count the needs of the ledger by reason.
func (s *site) gapFigures(r *request, c service.SupplyChoice, ledger service.GapLedger) []views.Figure {
	say := s.say(r.lang)
	counts := map[portal.GapReason]int{}
	for _, row := range ledger.Rows {
		counts[row.Reason] += row.Needs
	}
	var out []views.Figure
	for _, reason := range portal.GapReasons {
		q := gapQuery(service.GapRow{Class: c.Class, Section: c.Section, Quarter: c.Quarter, Reason: reason})
		if c.OpenOnly {
			q.Set("open", "yes")
		}
		out = append(out, views.Figure{Label: say("gap.reason." + string(reason)), Value: itoa(counts[reason]), Unit: say("supply.unit"), URL: r.to(supplyPath+"/needs") + "?" + q.Encode()})
	}
	return out
}

// gapQuery chooses the needs of a line.
func gapQuery(row service.GapRow) url.Values {
	q := url.Values{}
	for key, value := range map[string]string{"class": row.Class, "section": row.Section, "quarter": row.Quarter, "reason": string(row.Reason)} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q
}

func (s *site) gapTable(r *request, rows []service.GapRow) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("gap.title"), Columns: []views.Column{{Text: say("supply.class")}, {Text: say("region.form.section")}, {Text: say("gap.quarter")}, {Text: say("gap.reason")},
		{Text: say("supply.needs_column"), Number: true}, {Text: say("supply.wanted"), Number: true}, {Text: say("gap.open"), Number: true}}}
	if portal.CanAdvise(r.viewer) {
		t.Columns = append(t.Columns, views.Column{Text: say("advice.column")})
	}
	for _, row := range rows {
		class, section := s.className(r, row.Class), s.sectionName(r, row.Section)
		class.URL = r.to(supplyPath+"/needs") + "?" + gapQuery(row).Encode()
		wanted := itoa(row.Headcount)
		if row.Unsaid > 0 {
			wanted = say("supply.at_least", row.Headcount)
		}
		cells := []views.Cell{{Label: say("region.form.section"), Text: section.Text, Lang: section.Lang}, {Label: say("gap.quarter"), Text: row.Quarter},
			{Label: say("gap.reason"), Text: say("gap.reason." + string(row.Reason))}, {Label: say("supply.needs_column"), Text: itoa(row.Needs), Number: true},
			{Label: say("supply.wanted"), Text: wanted, Number: true}, {Label: say("gap.open"), Text: itoa(row.Open), Number: true, Muted: row.Open == 0}}
		if portal.CanAdvise(r.viewer) {
			do := views.Cell{Label: say("advice.column"), Text: "—", Muted: true}
			if kind := adviceFor(row.Reason); kind != "" {
				q := url.Values{"class": {row.Class}, "kind": {string(kind)}}
				if row.Section != service.NoValue {
					q.Set("section", row.Section)
				}
				do = linkCell(say("advice.column"), views.Link{Text: say("advice.kind." + string(kind)), URL: r.to(advicePath+"/new") + "?" + q.Encode()})
			}
			cells = append(cells, do)
		}
		t.Rows = append(t.Rows, views.Row{Name: class, Cells: cells})
	}
	return t
}

// adviceFor is what one can advise about a gap.
func adviceFor(reason portal.GapReason) portal.AdviceKind {
	switch reason {
	case portal.GapProgramme, portal.GapLevel:
		return portal.AdviseOpen
	case portal.GapSeats:
		return portal.AdviseEnlarge
	}
	return ""
}

// listAdvice is what was advised, with the answers so far.
func (s *site) listAdvice(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	all, err := s.Services.Advices.List(ctx, r.viewer)
	if err != nil {
		return err
	}
	p := s.deskPage(ctx, r, say("advice.title"))
	p.Lead = say("advice.lead")
	if r.viewer.CanAnalyse() {
		p.Links = []views.Link{{Text: say("gap.title"), URL: r.to(gapsPath)}}
	}
	sec := views.Section{ID: "advice", Title: say("advice.title")}
	if len(all) == 0 {
		sec.Empty = &views.Empty{Text: say("advice.none")}
	} else {
		sec.Table = s.adviceTable(r, all)
	}
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

func (s *site) adviceTable(r *request, all []service.AdviceFile) *views.Table {
	say := s.say(r.lang)
	t := &views.Table{Caption: say("advice.title"), Columns: []views.Column{{Text: say("supply.class")}, {Text: say("advice.form.kind")}, {Text: say("advice.given")}, {Text: say("advice.answers"), Number: true}, {Text: say("column.state")}}}
	for _, a := range all {
		answered := 0
		for _, x := range a.Asked {
			if x.Reply != "" {
				answered++
			}
		}
		state := "advice.state.open"
		switch {
		case !a.Closed.IsZero():
			state = "advice.state.closed"
		case answered == len(a.Asked):
			state = "advice.state.answered"
		}
		t.Rows = append(t.Rows, views.Row{Name: r.name(a.Class, "", r.to(advicePath+"/"+a.ID)), Badge: badge(say, a.Origin), Cells: []views.Cell{
			{Label: say("advice.form.kind"), Text: say("advice.kind." + string(a.Kind))}, {Label: say("advice.given"), Text: day(a.CreatedAt)},
			{Label: say("advice.answers"), Text: itoa(answered) + "/" + itoa(len(a.Asked)), Number: true}, {Label: say("column.state"), Text: say(state)}}})
	}
	return t
}

func (s *site) adviceField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "advice.form.", kind, name, value)
}

// newAdvicePage asks what to advise, and whom.
func (s *site) newAdvicePage(ctx context.Context, r *request, d service.AdviceDraft) (views.Desk, error) {
	say := s.say(r.lang)
	if !portal.CanAdvise(r.viewer) {
		return views.Desk{}, portal.ErrNotFound
	}
	colleges, err := s.Services.Supply.Nearest(ctx, r.viewer, d.Class)
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, say("advice.new"))
	p.Lead = say("advice.new_lead")
	opts := make([]views.Option, len(colleges))
	for i, c := range colleges {
		opts[i] = views.Option{Value: c.College.ID, Text: r.collegeLink(c.College).Text}
		if c.Programmes > 0 {
			opts[i].Text += say("indicator.aside", say("advice.has", c.Programmes))
		}
	}
	p.Form = s.form(r, advicePath+"/new", "advice.send",
		must(choice(s.adviceField(r, "radios", "kind", d.Kind), options(say, "advice.kind.", portal.AdviceKinds[:])...)),
		must(s.adviceField(r, "text", "class", d.Class)), must(s.adviceField(r, "area", "text", d.Text)),
		must(several(s.adviceField(r, "checks", "colleges", ""), d.Colleges, opts...)))
	p.Form.Hidden = []views.Hidden{{Name: "section", Value: d.Section}}
	return p, nil
}

func (s *site) showNewAdvice(ctx context.Context, r *request) error {
	d := service.AdviceDraft{Kind: clean(r.Query("kind")), Class: clean(r.Query("class")), Section: clean(r.Query("section"))}
	p, err := s.newAdvicePage(ctx, r, d)
	return s.shown(r, p, err)
}

func (s *site) giveAdvice(ctx context.Context, r *request) error {
	d := service.AdviceDraft{Kind: r.value("kind"), Class: r.value("class"), Section: r.value("section"), Text: r.value("text"), Colleges: r.values("colleges")}
	rec, err := s.Services.Advices.Give(ctx, r.viewer, d)
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.newAdvicePage(ctx, r, d) })
	}
	return s.done(r, "advised", advicePath+"/"+rec.ID)
}

// advicePage is one piece of advice with what the colleges say.
func (s *site) advicePage(ctx context.Context, r *request) (views.Desk, error) {
	say := s.say(r.lang)
	a, err := s.Services.Advices.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	p := s.deskPage(ctx, r, a.Class)
	p.HeadingLang, p.Kind, p.Badge, p.Lead = r.han(), say("advice.kind."+string(a.Kind)), badge(say, a.Origin), a.Text
	p.Links = []views.Link{{Text: say("advice.title"), URL: r.to(advicePath)}}
	p.Summary = []views.Fact{{Cell: views.Cell{Label: say("advice.counted"), Text: say("advice.gap", a.Counted.Needs, a.Counted.Headcount)}, Note: a.Counted.On}}
	if a.Section != "" {
		l := s.sectionName(r, a.Section)
		p.Summary = append(p.Summary, fact(views.Cell{Label: say("region.form.section"), Text: l.Text, Lang: l.Lang}))
	}
	p.Summary = append(p.Summary, fact(linkCell(say("supply.class"), views.Link{Text: say("advice.programmes"), URL: s.classProgrammes(r, a.Class)})))
	sec := views.Section{ID: "answers", Title: say("advice.answers"), Table: &views.Table{Caption: say("advice.answers"), Columns: []views.Column{{Text: say("noun.college")}, {Text: say("advice.form.reply")}, {Text: say("advice.form.year")}, {Text: say("advice.form.seats"), Number: true}, {Text: say("advice.form.answer")}}}}
	for _, x := range a.Asked {
		row := views.Row{Name: r.collegeLink(a.Colleges[x.College]), Cells: []views.Cell{{Label: say("advice.form.reply"), Text: say("advice.waiting"), Muted: true}, {Label: say("advice.form.year"), Text: "—", Muted: true}, {Label: say("advice.form.seats"), Text: "—", Muted: true, Number: true}, r.hanCell(say, say("advice.form.answer"), orElse(x.Text, "—"))}}
		if x.Reply != "" {
			row.Cells[0] = views.Cell{Label: say("advice.form.reply"), Text: say("advice.reply." + string(x.Reply))}
			row.Note = day(x.At)
		}
		if x.Year > 0 {
			row.Cells[1], row.Cells[2] = views.Cell{Label: say("advice.form.year"), Text: itoa(x.Year)}, views.Cell{Label: say("advice.form.seats"), Text: itoa(x.Seats), Number: true}
		}
		sec.Table.Rows = append(sec.Table.Rows, row)
	}
	p.Sections = append(p.Sections, sec)
	if portal.CanAnswerAdvice(r.viewer, a.Advice) {
		p.Sections = append(p.Sections, views.Section{ID: "answer", Title: say("advice.answer"), Forms: []views.Form{s.answerForm(r, a)}})
	}
	if portal.CanAdvise(r.viewer) && a.Closed.IsZero() {
		end := s.form(r, advicePath+"/"+a.ID+"/close", "advice.close")
		end.Look = "quiet"
		p.Sections = append(p.Sections, views.Section{ID: "close", Title: say("advice.close"), Note: say("advice.close.note"), Forms: []views.Form{*end}})
	}
	if r.viewer.CanAnalyse() {
		p.Sections = append(p.Sections, s.historySection(r, a.Events))
	}
	return p, nil
}

// answerForm asks a college what it makes of the advice.
func (s *site) answerForm(r *request, a service.AdviceFile) views.Form {
	var have portal.AdviceAnswer
	if i := slices.IndexFunc(a.Asked, func(x portal.AdviceAnswer) bool { return x.College == r.viewer.Record }); i >= 0 {
		have = a.Asked[i]
	}
	number := func(n int) string { return strings.TrimPrefix(itoa(n), "0") }
	form := s.form(r, advicePath+"/"+a.ID, "advice.answer",
		must(choice(s.adviceField(r, "radios", "reply", string(have.Reply)), options(s.say(r.lang), "advice.reply.", portal.AdviceReplies[:])...)),
		s.adviceField(r, "number", "year", number(have.Year)), s.adviceField(r, "number", "seats", number(have.Seats)), s.adviceField(r, "area", "answer", have.Text))
	form.ID = "reply"
	return *form
}

func (s *site) showAdvice(ctx context.Context, r *request) error {
	p, err := s.advicePage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) answerAdvice(ctx context.Context, r *request) error {
	x := portal.AdviceAnswer{Reply: portal.AdviceReply(r.value("reply")), Text: r.value("answer")}
	var bad portal.Invalid
	for field, n := range map[string]*int{"year": &x.Year, "seats": &x.Seats} {
		if v := wholeNumber(&bad, field, r.value(field), ""); v != nil {
			*n = *v
		}
	}
	err := bad.Err()
	if err == nil {
		_, err = s.Services.Advices.Answer(ctx, r.viewer, r.Params("id"), x)
	}
	if err != nil {
		return s.again(r, err, func() (views.Desk, error) { return s.advicePage(ctx, r) })
	}
	return s.done(r, "answered", advicePath+"/"+r.Params("id"))
}

func (s *site) closeAdvice(ctx context.Context, r *request) error {
	if err := s.Services.Advices.Close(ctx, r.viewer, r.Params("id")); err != nil {
		return err
	}
	return s.done(r, "saved", advicePath+"/"+r.Params("id"))
}
