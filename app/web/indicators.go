package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/portal"
	"liangcheng/views"
)

// chosenIndicators is the dictionary, or what a type of partnership has of it.
func (s *site) chosenIndicators(ctx context.Context, r *request) ([]portal.Indicator, portal.Mode, error) {
	all, err := s.Services.Indicators.List(ctx, r.viewer)
	chosen := portal.Mode(clean(r.Query("type")))
	if err != nil || chosen == "" {
		return all, "", err
	}
	if !chosen.Valid() {
		return nil, chosen, badRequest{portal.Invalid{{Field: "type", Key: "problem.unknown_value", Args: []any{cut(string(chosen), maxChoice)}}}}
	}
	return slices.DeleteFunc(all, func(i portal.Indicator) bool { return !i.For(chosen) }), chosen, nil
}

// listIndicators is the dictionary: what is counted, how, and by which document.
func (s *site) listIndicators(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	all, chosen, err := s.chosenIndicators(ctx, r)
	if err != nil {
		return err
	}
	p := views.Desk{Page: s.page(r, say("indicator.title")), Heading: say("indicator.title"), Lead: say("indicator.lead")}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: p.Heading}}
	p.Form = &views.Form{Action: r.to("/indicators"), Get: true, Across: true, Submit: say("indicator.filter"),
		Fields: []views.Field{choice(s.fieldOf(r, "indicator.form.", "select", "type", string(chosen)), append([]views.Option{{Text: say("indicator.all_types")}}, options(say, "mode.", portal.Modes[:])...)...)}}
	csv := r.to("/indicators.csv")
	if chosen != "" {
		csv += "?type=" + string(chosen)
	}
	p.Links = []views.Link{{Text: say("indicator.csv"), URL: csv}}
	sec := views.Section{ID: "dictionary", Title: say("indicator.count", len(all))}
	if chosen != "" {
		sec.Title = say("mode."+string(chosen)) + " · " + sec.Title
	}
	t := &views.Table{Caption: say("indicator.title")}
	for _, key := range []string{"outcome.column.indicator", "outcome.column.unit", "outcome.column.period", "indicator.kind", "indicator.threshold", "indicator.source"} {
		t.Columns = append(t.Columns, views.Column{Text: say(key)})
	}
	for _, i := range all {
		name := r.name(i.Name, i.NameEn, r.to("/indicators/"+url.PathEscape(i.ID)))
		row := views.Row{Name: name, Cells: []views.Cell{r.wordingCell(say, say("outcome.column.unit"), i.Unit, i.UnitEn), {Label: say("outcome.column.period"), Text: say("period." + string(i.Period))},
			{Label: say("indicator.kind"), Text: say("indicator.kind." + string(i.Kind))}, {Label: say("indicator.threshold"), Text: "—", Muted: true}, {Label: say("indicator.source"), Text: s.sourceWords(r, i)}}}
		if t := i.Threshold; t != nil {
			row.Cells[3] = views.Cell{Label: say("indicator.threshold"), Text: s.thresholdText(r, i) + say("indicator.aside", s.standing(r, t))}
		}
		t.Rows = append(t.Rows, row)
	}
	sec.Table = t
	p.Sections = []views.Section{sec}
	return s.render(r, "desk", "", p)
}

// thresholdText writes a threshold with its unit.
func (s *site) thresholdText(r *request, i portal.Indicator) string {
	text := map[portal.Comparison]string{portal.AtLeast: "≥", portal.AtMost: "≤"}[i.Threshold.Compare] + i.Threshold.Value.String()
	if i.Kind == portal.ValueRate {
		return text + "%"
	}
	return text + " " + r.name(i.Unit, i.UnitEn, "").Text
}

// standing says what a threshold is good for.
func (s *site) standing(r *request, t *portal.Threshold) string {
	say := s.say(r.lang)
	switch {
	case t.Reach == portal.Elsewhere:
		return say("indicator.elsewhere")
	case !t.Current:
		return say("indicator.not_current")
	}
	return say("indicator.reach." + string(t.Reach))
}

// thresholdNote names the document of a threshold, and what it is good for.
func (s *site) thresholdNote(r *request, t *portal.Threshold) string {
	return t.Document + " · " + s.standing(r, t)
}

// sourceWords says where an indicator comes from, in a few words.
func (s *site) sourceWords(r *request, i portal.Indicator) string {
	say := s.say(r.lang)
	if i.Status == portal.IndicatorUnresolved {
		return say("indicator.status.unresolved")
	}
	var places []string
	for _, src := range i.Sources {
		place := orElse(r.name(src.Place.Zh, src.Place.En, "").Text, say("indicator.reach."+string(src.Reach)))
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return strings.Join(places, say("indicator.separator"))
}

// showIndicator is one indicator; the administrator of the office can change its words.
func (s *site) showIndicator(ctx context.Context, r *request) error {
	p, _, err := s.indicatorPage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) indicatorPage(ctx context.Context, r *request) (views.Desk, portal.Indicator, error) {
	say := s.say(r.lang)
	i, err := s.Services.Indicators.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, i, err
	}
	name := r.indicatorName(i)
	p := views.Desk{Page: s.page(r, name.Text), Kind: say("noun.indicator"), Heading: name.Text, HeadingLang: name.Lang, State: say("indicator.status." + string(i.Status))}
	p.Crumbs = []views.Link{{Text: say("nav.home"), URL: r.to("/")}, {Text: say("indicator.title"), URL: r.to("/indicators")}, {Text: name.Text, Lang: name.Lang}}
	p.Summary = s.indicatorFacts(r, i)
	sources := views.Section{ID: "sources", Title: say("indicator.sources")}
	if len(i.Sources) == 0 {
		sources.Note = say("indicator.no_source")
	}
	for _, src := range i.Sources {
		words := []string{orElse(r.name(src.Place.Zh, src.Place.En, "").Text, say("indicator.reach."+string(src.Reach)))}
		if src.Year > 0 {
			words = append(words, strconv.Itoa(src.Year))
		}
		if note := r.name(src.Note.Zh, src.Note.En, "").Text; note != "" {
			words = append(words, note)
		}
		sources.Facts = append(sources.Facts, fact(r.hanCell(say, strings.Join(words, " · "), src.Title)))
	}
	p.Sections = []views.Section{sources}
	if portal.CanEditIndicators(r.viewer) {
		p.Sections = append(p.Sections, views.Section{ID: "edit", Title: say("indicator.edit"), Note: say("indicator.edit.note"), Forms: []views.Form{*s.indicatorForm(r, i)}}, s.historySection(r, i.Events))
	}
	return p, i, nil
}

func (s *site) indicatorFacts(r *request, i portal.Indicator) []views.Fact {
	say := s.say(r.lang)
	types := make([]string, 0, len(i.Types))
	for _, m := range i.Types {
		types = append(types, say("mode."+string(m)))
	}
	for _, also := range i.Also {
		types = append(types, say("indicator.also."+also))
	}
	facts := []views.Fact{fact(r.wordingCell(say, say("outcome.column.unit"), i.Unit, i.UnitEn)), fact(views.Cell{Label: say("indicator.kind"), Text: say("indicator.kind." + string(i.Kind))}),
		fact(views.Cell{Label: say("outcome.column.period"), Text: say("period." + string(i.Period))}), fact(views.Cell{Label: say("indicator.better"), Text: say("indicator.better." + string(i.Better))}),
		fact(tagCell(say, say("indicator.types"), types))}
	if parts := i.Parts; parts != nil {
		unit := r.name(parts.Unit.Zh, parts.Unit.En, "").Text
		facts = append(facts, views.Fact{Cell: s.partCell(r, "numerator", parts.Numerator, parts.NumeratorKey), Note: unit},
			views.Fact{Cell: s.partCell(r, "denominator", parts.Denominator, parts.DenominatorKey), Note: unit})
	}
	if i.RedLine {
		facts = append(facts, fact(views.Cell{Label: say("indicator.red_line"), Text: say("indicator.red_line.note")}))
	}
	if t := i.Threshold; t != nil {
		facts = append(facts, views.Fact{Cell: views.Cell{Label: say("indicator.threshold"), Text: s.thresholdText(r, i)}, Note: s.thresholdNote(r, t)})
	}
	if i.Note != "" {
		facts = append(facts, fact(r.hanCell(say, say("indicator.form.note"), i.Note)))
	}
	return facts
}

// partCell is a part of a rate; one that is an indicator itself leads to it.
func (s *site) partCell(r *request, name string, words portal.Wording, key string) views.Cell {
	say := s.say(r.lang)
	c := r.wordingCell(say, say("outcome.form."+name), words.Zh, words.En)
	if key != "" {
		c.URL = r.to("/indicators/" + url.PathEscape(key))
	}
	return c
}

func (s *site) indicatorForm(r *request, i portal.Indicator) *views.Form {
	say := s.say(r.lang)
	t := portal.Threshold{}
	number := ""
	if i.Threshold != nil {
		t, number = *i.Threshold, i.Threshold.Value.String()
	}
	field := func(kind, name, value string) views.Field { return s.fieldOf(r, "indicator.form.", kind, name, value) }
	f := s.form(r, "/indicators/"+url.PathEscape(i.ID), "form.save", must(field("text", "name", i.Name)), must(field("text", "name_en", i.NameEn)),
		choice(field("select", "compare", string(t.Compare)), append([]views.Option{{Text: say("indicator.none")}}, options(say, "indicator.compare.", portal.Comparisons[:])...)...),
		field("text", "number", number), field("text", "document", t.Document),
		choice(field("select", "reach", string(t.Reach)), append([]views.Option{{Text: say("form.choose")}}, options(say, "indicator.reach.", portal.Reaches[:])...)...),
		ticked(field("tick", "current", ""), t.Current), field("area", "note", i.Note))
	f.ID, f.Hidden = "reword", []views.Hidden{{Name: "version", Value: strconv.FormatInt(i.Version, 10)}}
	return f
}

func (s *site) rewordIndicator(ctx context.Context, r *request) error {
	w := portal.IndicatorWords{Name: r.value("name"), NameEn: r.value("name_en"), Note: r.value("note")}
	var err error
	if compare := r.value("compare"); compare != "" {
		value, ok := portal.ParseHundredths(r.value("number"))
		if !ok {
			err = portal.Invalid{{Field: "number", Key: "outcome.no_number"}}
		}
		w.Threshold = &portal.Threshold{Compare: portal.Comparison(compare), Value: value, Document: r.value("document"), Reach: portal.Reach(r.value("reach")), Current: r.FormValue("current") != ""}
	}
	if !portal.CanEditIndicators(r.viewer) {
		return portal.ErrForbidden
	}
	if err == nil {
		_, err = s.Services.Indicators.Reword(ctx, r.viewer, r.Params("id"), r.version(), w)
	}
	if err == nil {
		return s.done(r, "saved", "/indicators/"+url.PathEscape(r.Params("id")))
	}
	p, _, failed := s.indicatorPage(ctx, r)
	if failed != nil {
		return failed
	}
	if errors.Is(err, portal.ErrConflict) {
		form := formsOf(&p)[0]
		r.refill(form)
		return s.late(r, p, "conflict.title")
	}
	return s.refused(r, &p, err)
}

// exportIndicators sends the dictionary as CSV, as it is filtered.
func (s *site) exportIndicators(ctx context.Context, r *request) error {
	say := s.say(r.lang)
	all, _, err := s.chosenIndicators(ctx, r)
	if err != nil {
		return err
	}
	head := []string{say("indicator.key"), say("indicator.form.name"), say("indicator.form.name_en"), say("outcome.column.unit"), say("outcome.column.period"), say("indicator.kind"), say("indicator.types"),
		say("outcome.form.numerator"), say("outcome.form.denominator"), say("indicator.threshold"), say("indicator.form.document"), say("indicator.standing"), say("indicator.form.note"), say("indicator.source")}
	rows := make([][]any, len(all))
	for n, i := range all {
		types := make([]string, len(i.Types))
		for k, m := range i.Types {
			types[k] = say("mode." + string(m))
		}
		row := []any{i.ID, i.Name, i.NameEn, r.name(i.Unit, i.UnitEn, "").Text, say("period." + string(i.Period)), say("indicator.kind." + string(i.Kind)), strings.Join(types, listSeparator),
			"", "", "", "", "", i.Note, s.sourceWords(r, i)}
		if p := i.Parts; p != nil {
			row[7], row[8] = r.name(p.Numerator.Zh, p.Numerator.En, "").Text, r.name(p.Denominator.Zh, p.Denominator.En, "").Text
		}
		if t := i.Threshold; t != nil {
			row[9], row[10], row[11] = s.thresholdText(r, i), t.Document, s.standing(r, t)
		}
		rows[n] = row
	}
	r.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="indicators-`+s.Clock().In(portal.Shanghai).Format("20060102")+`.csv"`)
	return writeCSV(r.Response().BodyWriter(), head, rows)
}
