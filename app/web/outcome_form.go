package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// outcomeDraft reads the form of an outcome; done closes the file it may hold.
func (r *request) outcomeDraft() (d service.OutcomeDraft, done func(), err error) {
	d = service.OutcomeDraft{Indicator: r.value("indicator"), Period: r.value("period"), FiguresText: portal.FiguresText{Value: r.value("value"), Numerator: r.value("numerator"),
		Denominator: r.value("denominator"), Counted: r.value("counted"), Note: r.value("note")}}
	if from := r.value("from"); from != "" || r.value("until") != "" {
		d.Period = from + "/" + r.value("until")
	}
	done = func() {}
	file, missing := r.FormFile("evidence")
	if missing != nil {
		return d, done, nil
	}
	body, err := file.Open()
	if err != nil {
		return d, done, err
	}
	d.FileName, d.File = file.Filename, body
	return d, func() { body.Close() }, nil
}

// showNewOutcome asks first for the indicator, then for what it takes.
func (s *site) showNewOutcome(ctx context.Context, r *request) error {
	p, err := s.newOutcomePage(ctx, r, service.OutcomeDraft{Indicator: r.Query("indicator"), Period: r.Query("period")})
	return s.shown(r, p, err)
}

func (s *site) newOutcomePage(ctx context.Context, r *request, d service.OutcomeDraft) (views.Desk, error) {
	say := s.say(r.lang)
	f, err := s.Services.Outcomes.Partnership(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, err
	}
	if !portal.CanEnterOutcome(r.viewer, f.In) {
		return views.Desk{}, portal.ErrForbidden
	}
	p := s.deskPage(ctx, r, say("outcome.new"))
	p.Kind, p.Lead = f.In.Title, say("outcome.new.lead")
	at := slices.IndexFunc(f.Indicators, func(i portal.Indicator) bool { return i.ID == d.Indicator })
	if at < 0 {
		sec := views.Section{ID: "indicators", Title: say("outcome.which")}
		for _, i := range f.Indicators {
			link := r.indicatorName(i)
			link.URL = r.to(outcomesPath(f.In.ID)+"/new") + "?indicator=" + url.QueryEscape(i.ID)
			sec.List = append(sec.List, link)
		}
		p.Sections = []views.Section{sec}
		return p, nil
	}
	ind := f.Indicators[at]
	kept, err := s.prefill(ctx, r, f.In, ind, &d)
	if err != nil {
		return p, err
	}
	form := s.figuresForm(r, outcomesPath(f.In.ID)+"/new", ind, d)
	form.Note = strings.TrimSpace(kept + " " + form.Note)
	form.Hidden = []views.Hidden{{Name: "indicator", Value: ind.ID}}
	form.Fields = append(s.periodFields(r, ind, d.Period), form.Fields...)
	p.Sections = []views.Section{{ID: "figures", Title: r.indicatorName(ind).Text, Forms: []views.Form{*form}}}
	p.Links = []views.Link{{Text: say("outcome.another"), URL: r.to(outcomesPath(f.In.ID) + "/new")}}
	return p, nil
}

// periodFields ask for a period of the indicator's kind.
func (s *site) periodFields(r *request, i portal.Indicator, label string) []views.Field {
	say := s.say(r.lang)
	const offered = 12
	today := s.Clock().In(portal.Shanghai).Format("2006-01-02")
	switch {
	case i.Period.Listed():
		opts := []views.Option{{Text: say("form.choose")}}
		for _, p := range portal.LastPeriods(i.Period, today, offered) {
			opts = append(opts, views.Option{Value: p.Label, Text: s.periodText(r, p)})
		}
		return []views.Field{must(choice(s.fieldOf(r, "outcome.form.", "select", "period", label), opts...))}
	case i.Period.Spans():
		from, until := r.value("from"), r.value("until")
		f := must(s.fieldOf(r, "outcome.form.", "date", "from", from))
		return []views.Field{f, must(s.fieldOf(r, "outcome.form.", "date", "until", until))}
	}
	f := must(s.fieldOf(r, "outcome.form.", "date", "period", label))
	f.Label = say("outcome.form.day." + string(i.Period))
	return []views.Field{f}
}

// figuresForm asks for the figures of an indicator.
func (s *site) figuresForm(r *request, path string, i portal.Indicator, d service.OutcomeDraft) *views.Form {
	say := s.say(r.lang)
	unit := r.name(i.Unit, i.UnitEn, "").Text
	var fields []views.Field
	switch i.Kind {
	case portal.ValueRate:
		unit = r.name(i.Parts.Unit.Zh, i.Parts.Unit.En, "").Text
		for _, part := range []struct {
			name, value string
			words       portal.Wording
		}{{"numerator", d.Numerator, i.Parts.Numerator}, {"denominator", d.Denominator, i.Parts.Denominator}} {
			f := must(s.fieldOf(r, "outcome.form.", "text", part.name, part.value))
			f.Help = say("outcome.form.part", r.name(part.words.Zh, part.words.En, "").Text, unit)
			fields = append(fields, f)
		}
	case portal.ValueYesNo:
		fields = append(fields, must(choice(s.fieldOf(r, "outcome.form.", "radios", "value", d.Value), options(say, "value.", []string{"yes", "no"})...)))
	case portal.ValueClass:
		opts := make([]views.Option, len(i.Classes))
		for n, c := range i.Classes {
			opts[n] = views.Option{Value: c.Zh, Text: r.name(c.Zh, c.En, "").Text}
		}
		fields = append(fields, must(choice(s.fieldOf(r, "outcome.form.", "radios", "value", d.Value), opts...)))
	default:
		f := must(s.fieldOf(r, "outcome.form.", "text", "value", d.Value))
		f.Help = say("outcome.form.unit."+map[bool]string{true: "whole", false: "decimal"}[i.Kind == portal.ValueCount], unit)
		fields = append(fields, f)
	}
	if i.NeedsDay() {
		fields = append(fields, must(s.fieldOf(r, "outcome.form.", "date", "counted", d.Counted)))
	}
	note := s.fieldOf(r, "outcome.form.", "area", "note", d.Note)
	fields = append(fields, note, s.evidenceField(r, "outcome.form.", "evidence"))
	f := s.form(r, path, "outcome.save", fields...)
	f.Upload = true
	if i.Note != "" {
		f.Note = say("outcome.form.indicator_note", i.Note)
	}
	return f
}

func (s *site) newOutcome(ctx context.Context, r *request) error {
	d, done, err := r.outcomeDraft()
	if err != nil {
		return err
	}
	defer done()
	rec, err := s.Services.Outcomes.Enter(ctx, r.viewer, r.Params("id"), d)
	if err == nil {
		return s.done(r, "outcome_entered", outcomePath(rec.ID))
	}
	return s.again(r, atSpan(err, d.Period), func() (views.Desk, error) { return s.newOutcomePage(ctx, r, d) })
}

// atSpan points problems of a period that was given by two days at the first of them.
func atSpan(err error, period string) error {
	var invalid portal.Invalid
	if !errors.As(err, &invalid) || !slices.Contains([]byte(period), '/') {
		return err
	}
	for i := range invalid {
		if invalid[i].Field == "period" {
			invalid[i].Field = "from"
		}
	}
	return invalid
}

// showCorrect shows the figures as they stand, to be changed.
func (s *site) showCorrect(ctx context.Context, r *request) error {
	e, err := s.Services.Outcomes.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	p, err := s.correctPage(ctx, r, e, draftOf(e), e.Version)
	return s.shown(r, p, err)
}

// draftOf is the current version as its form takes it.
func draftOf(e service.OutcomeEntry) service.OutcomeDraft {
	cur := e.Current()
	d := service.OutcomeDraft{FiguresText: portal.FiguresText{Value: cur.Value.String(), Numerator: cur.Numerator.String(), Denominator: cur.Denominator.String(), Counted: cur.Counted, Note: cur.Note}}
	switch e.Of.Kind {
	case portal.ValueYesNo:
		d.Value = map[bool]string{true: "yes", false: "no"}[cur.Value > 0]
	case portal.ValueClass:
		if n := int(cur.Value/100) - 1; n >= 0 && n < len(e.Of.Classes) {
			d.Value = e.Of.Classes[n].Zh
		}
	}
	return d
}

func (s *site) correctPage(ctx context.Context, r *request, e service.OutcomeEntry, d service.OutcomeDraft, version int64) (views.Desk, error) {
	say := s.say(r.lang)
	if !e.Can(r.viewer, e.In, portal.OutcomeCorrect) {
		return views.Desk{}, portal.ErrForbidden
	}
	p := s.deskPage(ctx, r, say("outcome.correct", r.indicatorName(e.Of).Text, s.periodText(r, e.Period)))
	p.Kind, p.Lead = e.In.Title, say("outcome.correct.lead")
	p.Form = s.figuresForm(r, outcomePath(e.ID)+"/correct", e.Of, d)
	p.Form.Submit = say("outcome.act.correct")
	p.Form.Hidden = []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	p.Links = []views.Link{{Text: say("outcome.back"), URL: r.to(outcomePath(e.ID))}}
	return p, nil
}

func (s *site) correctOutcome(ctx context.Context, r *request) error {
	d, done, err := r.outcomeDraft()
	if err != nil {
		return err
	}
	defer done()
	_, err = s.Services.Outcomes.Correct(ctx, r.viewer, r.Params("id"), r.version(), d)
	if err == nil {
		return s.done(r, "outcome_correct", outcomePath(r.Params("id")))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) && !errors.Is(err, portal.ErrConflict) {
		return err
	}
	e, failed := s.Services.Outcomes.Show(ctx, r.viewer, r.Params("id"))
	if failed != nil {
		return failed
	}
	version := r.version()
	if len(invalid) == 0 {
		version = e.Version // to be saved over what they now see beside theirs
	}
	p, failed := s.correctPage(ctx, r, e, d, version)
	if failed != nil {
		return failed
	}
	if len(invalid) == 0 {
		p.Sections = []views.Section{s.theirs(r, s.outcomeFacts(r, e))}
		return s.late(r, p, "conflict.title")
	}
	return s.refused(r, &p, invalid)
}
