package web

import (
	"context"
	"net/url"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// showOutcome is one outcome: its figures, what was said to them, and what the viewer can
// do now.
func (s *site) showOutcome(ctx context.Context, r *request) error {
	p, _, err := s.outcomePage(ctx, r)
	return s.shown(r, p, err)
}

func (s *site) outcomePage(ctx context.Context, r *request) (views.Desk, service.OutcomeEntry, error) {
	say := s.say(r.lang)
	e, err := s.Services.Outcomes.Show(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return views.Desk{}, e, err
	}
	name := r.indicatorName(e.Of)
	p := s.deskPage(ctx, r, say("outcome.heading", name.Text, s.periodText(r, e.Period)))
	p.Kind, p.State, p.Badge = say("noun.outcome"), say("outcome.state."+string(e.State)), badge(say, e.Origin)
	if reason := e.Reason(); reason != "" {
		p.Notices = append(p.Notices, say("outcome.reason."+string(e.State), reason))
	}
	if e.RedLine != "" && !e.Verified() {
		p.Notices = append(p.Notices, say("outcome.red_line", e.RedLine))
	}
	if e.Crosses(e.Of) {
		p.Notices = append(p.Notices, say("outcome.crosses"))
	}
	if e.Kept != nil && e.Kept.Differs(e.Current().Figures) {
		p.Notices = append(p.Notices, say("tally.differs", s.valueText(r, e.Of, e.Current()), s.tallyText(r, *e.Kept)))
	}
	p.Summary = s.outcomeFacts(r, e)
	p.Links = []views.Link{{Text: say("outcome.all_of"), URL: r.to(outcomesPath(e.Partnership))}}
	p.Sections = append(p.Sections, s.evidenceSection(r, e))
	if acts := s.outcomeActs(r, e); len(acts.Forms)+len(acts.Actions) > 0 {
		p.Sections = append(p.Sections, acts)
	}
	p.Sections = append(p.Sections, s.versionSection(r, e), s.saidSection(r, e))
	return p, e, nil
}

// outcomeFacts are the figures with what they are of.
func (s *site) outcomeFacts(r *request, e service.OutcomeEntry) []views.Fact {
	say, cur := s.say(r.lang), e.Current()
	facts := []views.Fact{
		fact(linkCell(say("noun.partnership"), r.name(e.In.Title, "", r.to("/desk/partnerships/"+url.PathEscape(e.Partnership))))),
		fact(linkCell(say("outcome.column.indicator"), r.name(e.Of.Name, e.Of.NameEn, r.to("/indicators/"+url.PathEscape(e.Indicator))))),
		fact(views.Cell{Label: say("outcome.column.period"), Text: s.periodText(r, e.Period)}),
		{Cell: views.Cell{Label: say("outcome.column.value"), Text: s.valueText(r, e.Of, cur)}, Note: s.unitCell(r, e.Of).Text},
	}
	if e.Kept != nil {
		facts = append(facts, views.Fact{Cell: views.Cell{Label: say("tally.kept"), Text: s.tallyText(r, *e.Kept)}, Note: say("tally.as_of", day(s.Clock()))})
	}
	if cur.Counted != "" {
		facts = append(facts, fact(views.Cell{Label: say("outcome.column.counted"), Text: cur.Counted}))
	}
	if t := e.Of.Threshold; t != nil {
		f := views.Fact{Cell: views.Cell{Label: say("indicator.threshold"), Text: s.thresholdText(r, e.Of)}, Note: s.thresholdNote(r, t)}
		if t.Judges() && !cur.Hidden {
			f.Text += say("indicator.judged", say(map[bool]string{true: "indicator.met", false: "indicator.unmet"}[t.Met(cur.Value)]))
		}
		facts = append(facts, f)
	}
	if cur.Note != "" {
		facts = append(facts, fact(r.hanCell(say, say("outcome.form.note"), cur.Note)))
	}
	return append(facts, fact(views.Cell{Label: say("outcome.next"), Text: s.nextWords(r, e)}))
}

func (s *site) evidenceSection(r *request, e service.OutcomeEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "evidence", Title: say("outcome.form.evidence"), Note: say("outcome.evidence.note")}
	switch {
	case !portal.CanSeeFew(r.viewer, e.In):
		sec.Note = say("outcome.evidence.hidden")
	case len(e.Current().Evidence) == 0:
		sec.Empty = &views.Empty{Text: say("outcome.evidence.none")}
	}
	for _, a := range e.Current().Evidence {
		sec.List = append(sec.List, views.Link{Text: a.Name, URL: r.to(outcomePath(e.ID) + "/files/" + a.Blob), Lang: r.han()})
	}
	return sec
}

// outcomeActs are the forms for what the viewer can do now.
func (s *site) outcomeActs(r *request, e service.OutcomeEntry) views.Section {
	say, path := s.say(r.lang), outcomePath(e.ID)
	sec := views.Section{ID: "acts", Title: say("outcome.acts")}
	for _, act := range portal.OutcomeActs {
		if !e.Can(r.viewer, e.In, act) || act == portal.OutcomeVerify && e.RedLine != "" {
			continue
		}
		if act == portal.OutcomeCorrect {
			sec.Actions = []views.Link{{Text: say("outcome.act.correct"), URL: r.to(path + "/correct")}}
			continue
		}
		f := s.form(r, path+"/"+string(act), "outcome.act."+string(act))
		f.ID, f.Title, f.Hidden = string(act), say("outcome.act."+string(act)), []views.Hidden{{Name: "version", Value: strconv.FormatInt(e.Version, 10)}}
		switch act {
		case portal.OutcomeDispute, portal.OutcomeReturn:
			f.Fields, f.Look = []views.Field{must(s.fieldOf(r, "outcome.form.", "area", "reason", ""))}, "danger"
		case portal.OutcomeAttach:
			f.Fields, f.Look, f.Upload = []views.Field{must(s.evidenceField(r, "outcome.form.", "evidence"))}, "quiet", true
		default:
			f.Note = say("outcome.act." + string(act) + ".note")
		}
		sec.Forms = append(sec.Forms, *f)
	}
	return sec
}

// versionSection lists every version, the current one first.
func (s *site) versionSection(r *request, e service.OutcomeEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "versions", Title: say("outcome.versions"), Note: say("outcome.versions.note")}
	t := &views.Table{Caption: sec.Title}
	for _, key := range []string{"outcome.version", "outcome.column.value", "outcome.column.counted", "outcome.by", "column.when", "outcome.form.evidence", "outcome.form.note"} {
		t.Columns = append(t.Columns, views.Column{Text: say(key), Number: key == "outcome.column.value" || key == "outcome.form.evidence"})
	}
	for n := len(e.Versions) - 1; n >= 0; n-- {
		ver := e.Versions[n]
		t.Rows = append(t.Rows, views.Row{Name: views.Link{Text: say("outcome.version_n", n+1)}, Cells: []views.Cell{s.valueCell(r, e.Of, ver),
			{Label: say("outcome.column.counted"), Text: orElse(ver.Counted, "—")}, r.hanCell(say, say("outcome.by"), e.Names[ver.Organisation]), {Label: say("column.when"), Text: moment(ver.At)},
			{Label: say("outcome.form.evidence"), Text: itoa(len(ver.Evidence)), Number: true}, {Label: say("outcome.form.note"), Text: orElse(ver.Note, "—"), Lang: r.han()}}})
	}
	sec.Table = t
	return sec
}

// saidSection is what was entered and answered, in order.
func (s *site) saidSection(r *request, e service.OutcomeEntry) views.Section {
	say := s.say(r.lang)
	sec := views.Section{ID: "said", Title: say("outcome.said")}
	add := func(act, organisation, note string, when, machine string) {
		sec.Timeline = append(sec.Timeline, views.Step{Text: say("outcome.done."+act, orElse(e.Names[organisation], say("value.unknown"))), Note: note, When: when, Machine: machine, State: "done"})
	}
	for n, ver := range e.Versions {
		act := "enter"
		if n > 0 {
			act = "correct"
		}
		add(act, ver.Organisation, s.valueText(r, e.Of, ver), moment(ver.At), day(ver.At))
		for _, a := range ver.Answers {
			add(string(a.Act), a.Organisation, a.Reason, moment(a.At), day(a.At))
		}
	}
	return sec
}

// outcomeAct answers one of the forms of an outcome's page: back to it, with what is wrong
// or with the news that somebody was faster.
func (s *site) outcomeAct(ctx context.Context, r *request, flash string, err error) error {
	if err == nil {
		return s.done(r, flash, outcomePath(r.Params("id")))
	}
	return s.sentBack(r, err, "outcome.moved_on", func() (views.Desk, error) {
		p, _, err := s.outcomePage(ctx, r)
		return p, err
	})
}

// answerOutcome confirms, disputes, verifies or returns an outcome.
func (s *site) answerOutcome(act portal.OutcomeAct) handler {
	return func(ctx context.Context, r *request) error {
		_, err := s.Services.Outcomes.Answer(ctx, r.viewer, r.Params("id"), r.version(), act, r.value("reason"))
		return s.outcomeAct(ctx, r, "outcome_"+string(act), err)
	}
}

func (s *site) attachOutcome(ctx context.Context, r *request) error {
	d, done, err := r.outcomeDraft()
	if err != nil {
		return err
	}
	defer done()
	_, err = s.Services.Outcomes.Attach(ctx, r.viewer, r.Params("id"), r.version(), d)
	return s.outcomeAct(ctx, r, "saved", err)
}

func (s *site) showOutcomeFile(ctx context.Context, r *request) error {
	file, a, err := s.Services.Outcomes.File(ctx, r.viewer, r.Params("id"), r.Params("blob"))
	return sendFile(r, file, a, err)
}
