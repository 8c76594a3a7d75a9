package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// needInput is a need as it was typed, and as the service takes it.
type needInput struct {
	draft                      service.NeedDraft
	headcount, days, pay, wage string
	internship                 bool
	bad                        portal.Invalid
	judging                    judging
	seen                       bool // it is a stored need: the match is a real one
}

// needInput reads the need form.
func (r *request) needInput() needInput {
	in := needInput{headcount: r.value("headcount"), days: r.value("days"), pay: r.value("intern_pay"), wage: r.value("intern_wage"), internship: r.FormValue("internship") != ""}
	level, ok := portal.ParseWantedLevel(r.value("level"))
	if !ok {
		in.bad.Add("level", "problem.unknown_value", cut(r.value("level"), maxChoice))
	}
	in.draft = service.NeedDraft{Title: r.value("title"), Text: r.value("text"), Industry: r.value("industry"), Level: level, District: portal.District(r.value("district")),
		MustHaves: lines(r.value("must_haves")), Languages: lines(r.value("languages")), Deadline: r.value("deadline"), Salary: r.value("salary"), Anonymous: r.FormValue("anonymous") != "", Confirmed: r.FormValue("confirmed") != ""}
	for _, m := range r.values("mode") {
		in.draft.Modes = append(in.draft.Modes, portal.Mode(m))
	}
	in.draft.Headcount = in.number("headcount", in.headcount, "人")
	if days := in.number("days", in.days, "天"); days != nil {
		in.draft.Days = max(*days, -1)
		if *days == 0 { // not the usual: that is an empty field
			in.draft.Days = -1
		}
	}
	if in.internship {
		in.draft.Internship = &portal.Internship{Pay: in.number("intern_pay", in.pay, "元"), Wage: in.number("intern_wage", in.wage, "元")}
	}
	return in
}

func (in *needInput) number(field, typed, unit string) *int {
	return wholeNumber(&in.bad, field, typed, unit)
}

// inputOf is a stored need as its form shows it.
func inputOf(rec portal.Need) needInput {
	in := needInput{draft: service.DraftOf(rec), headcount: typed(rec.Headcount), internship: rec.Internship != nil}
	if rec.Days > 0 {
		in.days = itoa(rec.Days)
	}
	if i := rec.Internship; i != nil {
		in.pay, in.wage = typed(i.Pay), typed(i.Wage)
	}
	return in
}

func typed(n *int) string {
	if n == nil {
		return ""
	}
	return itoa(*n)
}

// draftField is a field of the need form; its words are under need.form.
func (s *site) draftField(r *request, kind, name, value string) views.Field {
	return s.fieldOf(r, "need.form.", kind, name, value)
}

// needForm asks for everything a need says. rec is the stored need, of a new one its zero
// value.
func (s *site) needForm(r *request, rec portal.Need, in needInput, version int64) *views.Form {
	say, d := s.say(r.lang), in.draft
	industry := s.industryField(r, d.Industry)
	industry.Label, industry.Required = say("need.form.industry"), false
	text := s.draftField(r, "area", "text", d.Text)
	text.Rows, text.Most, text.Lang = 8, service.MaxNeedText, r.han()
	level := s.draftField(r, "select", "level", string(d.Level))
	for _, l := range portal.WantedLevels {
		level.Options = append(level.Options, views.Option{Value: string(l), Text: say("wanted." + orElse(string(l), "any")), Selected: l == d.Level})
	}
	district := choice(s.draftField(r, "select", "district", string(d.District)), s.districtOptions(r)...)
	district.Options[0].Text = say("value.any_place")
	fields := []views.Field{s.draftField(r, "text", "title", d.Title), text, industry, level, s.draftField(r, "number", "headcount", in.headcount), district,
		several(s.draftField(r, "checks", "mode", ""), strs(d.Modes), options(say, "mode.", portal.Modes[:])...),
		s.draftField(r, "text", "must_haves", strings.Join(d.MustHaves, "；")), s.draftField(r, "text", "languages", strings.Join(d.Languages, "；")),
		s.draftField(r, "date", "deadline", d.Deadline), s.draftField(r, "text", "salary", d.Salary)}
	if rec.Status == "" || rec.Status == portal.NeedDraft {
		fields = append(fields, s.draftField(r, "number", "days", in.days))
	}
	fields = append(fields, ticked(s.draftField(r, "tick", "anonymous", ""), d.Anonymous), ticked(s.draftField(r, "tick", "internship", ""), in.internship),
		s.draftField(r, "number", "intern_pay", in.pay), s.draftField(r, "number", "intern_wage", in.wage), s.pointsField(r, d.Internship),
		ticked(s.draftField(r, "tick", "confirmed", ""), d.Confirmed))
	path, submit := "/desk/needs/new", "need.save_draft"
	if rec.ID != "" {
		path = "/desk/needs/" + url.PathEscape(rec.ID) + "/edit"
	}
	f := s.form(r, path, submit, fields...)
	f.Handle, f.Live, f.Hidden = needFormID, r.to("/desk/needs/match"), []views.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}}
	f.Name = "save"
	f.More = []views.Button{{Text: say("need.see_match"), Name: "do", Value: "match"}}
	switch {
	case rec.ID != "" && rec.Status != portal.NeedDraft:
		f.Submit = say("form.save")
	case r.viewer.CanSpeak():
		f.More = append(f.More, views.Button{Text: say("need.publish"), Name: "do", Value: "publish"})
	}
	return f
}

func strs[S ~string](named []S) []string {
	out := make([]string, len(named))
	for i, v := range named {
		out[i] = string(v)
	}
	return out
}

// pointsField lists what to check before asking for interns.
func (s *site) pointsField(r *request, i *portal.Internship) views.Field {
	f := s.draftField(r, "points", "points", "")
	f.Help = s.say(r.lang)("compliance.note", portal.InternshipRule)
	for _, p := range s.points(r, i) {
		f.Options = append(f.Options, views.Option{Text: p.Text, Value: p.Note})
	}
	return f
}

// points words the points of the check with what is known of each: where the article was
// read, what it asks; everywhere else only that it must be looked up.
func (s *site) points(r *request, i *portal.Internship) []views.Fact {
	say := s.say(r.lang)
	var out []views.Fact
	for _, p := range portal.InternshipPoints {
		f := views.Fact{Cell: views.Cell{Text: say("compliance." + p.Key)}, Note: say("compliance.unread")}
		if p.Article != "" {
			f.Note = say("compliance.read", p.Article)
		}
		if percent, ok := payPercent(i); ok && p.Key == "pay" {
			key := "compliance.pay_low"
			if percent >= portal.InternPayLeast {
				key = "compliance.pay_enough"
			}
			f.Note += say(key, percent, portal.InternPayLeast)
		}
		out = append(out, f)
	}
	return out
}

func payPercent(i *portal.Internship) (int, bool) {
	if i == nil {
		return 0, false
	}
	return i.PayPercent()
}

// needFormPage is the page of a new need or of one that is edited, with what fits it.
func (s *site) needFormPage(ctx context.Context, r *request, rec portal.Need, in needInput, version int64) (views.Desk, error) {
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("need.new"))
	p.Lead = say("need.new.lead")
	if rec.ID != "" {
		p.Heading, p.Title, p.Lead = say("need.edit"), say("need.edit"), rec.Title
		p.State = say("need.status." + string(rec.StatusAt(s.Clock())))
	}
	if !r.viewer.CanSpeak() {
		p.Notices = append(p.Notices, say("need.unverified"))
	}
	p.Form = s.needForm(r, rec, in, version)
	in.judging.form, in.judging.address = needFormID, p.Form.Action
	answer, err := s.instantMatch(ctx, r, in, portal.CanDraftNeed(r.viewer))
	p.Match = answer
	if answer != nil && err == nil {
		answer.Hints = s.needHints(r, rec, in, p.Form.Action)
	}
	return p, err
}

// needFormID is the id of the need form, to which buttons beside it belong.
const needFormID = "need"

// instantShown is how many programmes are shown beside the form and on the page of a need.
const instantShown = 5

// instantMatch is what fits a need while it is written; a hint where too little of it can
// be used.
func (s *site) instantMatch(ctx context.Context, r *request, in needInput, judged bool) (*views.MatchResult, error) {
	say := s.say(r.lang)
	need := in.draft.Match()
	need.Industry = s.Services.Industries.Meant(need.Industry)
	answer, err := s.Services.Match.Rank(ctx, r.viewer, need)
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		hint := "need.match_hint"
		if in.draft.Text != "" {
			hint = "need.match_mend"
		}
		return &views.MatchResult{Heading: say("need.match"), Nothing: &views.Empty{Text: say(hint)}}, nil
	}
	if err != nil {
		return nil, err
	}
	if in.seen {
		s.Services.Exposure.Saw(answer, instantShown)
	}
	result := s.matchResult(r, answer, instantShown)
	result.Removed = nil // relaxing is for the page of the match
	if judged {
		err = s.judge(ctx, r, &result, answer, in.draft.Match(), in.judging)
	}
	return &result, err
}

// matchAsTyped answers the form while it is filled in.
func (s *site) matchAsTyped(ctx context.Context, r *request) error {
	if !portal.CanDraftNeed(r.viewer) {
		return portal.ErrForbidden
	}
	p, err := s.needFormPage(ctx, r, portal.Need{}, r.needInput(), 0)
	if err != nil {
		return err
	}
	return s.render(r, "desk", "desk-match", p)
}

func (s *site) showNewNeed(ctx context.Context, r *request) error {
	if !portal.CanDraftNeed(r.viewer) {
		return portal.ErrForbidden
	}
	p, err := s.needFormPage(ctx, r, portal.Need{}, needInput{}, 0)
	return s.shown(r, p, err)
}

// newNeed shows what fits, keeps a draft, or publishes at once: the button says which.
func (s *site) newNeed(ctx context.Context, r *request) error {
	in := r.needInput()
	if verdict, ok := r.verdictInput(); ok {
		return s.judgeDraft(ctx, r, portal.Need{}, in, verdict)
	}
	if r.value("do") == "split" {
		return s.showSplit(ctx, r, in)
	}
	if in.fill(r.value("do"), s.today()) || r.value("do") == "match" {
		return s.needFormAgain(ctx, r, portal.Need{}, in, nil)
	}
	publish := r.value("do") == "publish"
	err := in.bad.Err()
	var rec portal.Need
	if err == nil {
		rec, err = s.Services.Needs.Draft(ctx, r.viewer, in.draft, publish)
	}
	if err != nil {
		return s.needFormAgain(ctx, r, portal.Need{}, in, err)
	}
	return s.done(r, needFlash(publish), "/desk/needs/"+rec.ID)
}

func needFlash(published bool) string {
	if published {
		return "need_published"
	}
	return "saved"
}

// needFormAgain shows the form with everything the person typed: with what fits, or with
// what is wrong.
func (s *site) needFormAgain(ctx context.Context, r *request, rec portal.Need, in needInput, err error) error {
	if !portal.CanDraftNeed(r.viewer) {
		return portal.ErrForbidden
	}
	version := r.version()
	if errors.Is(err, portal.ErrConflict) {
		version = rec.Version
	}
	p, perr := s.needFormPage(ctx, r, rec, in, version)
	switch {
	case perr != nil:
		return perr
	case errors.Is(err, portal.ErrConflict):
		p.Sections = []views.Section{s.theirs(r, s.needFacts(r, service.NeedEntry{Need: rec, Industry: s.Services.Industries.Name(rec.Industry)}, true))}
		return s.late(r, p, "conflict.title")
	case err != nil:
		return s.refused(r, &p, err)
	}
	return s.render(r, "desk", "", p)
}

func (s *site) showNeedEdit(ctx context.Context, r *request) error {
	rec, err := s.Services.Needs.Own(ctx, r.viewer, r.Params("id"))
	if err != nil {
		return err
	}
	if !portal.CanEditNeed(r.viewer, rec) {
		return portal.ErrForbidden
	}
	p, err := s.needFormPage(ctx, r, rec, inputOf(rec), rec.Version)
	return s.shown(r, p, err)
}

// editNeed saves what was changed; where somebody else has saved meanwhile, the page says
// so and keeps the words of both.
func (s *site) editNeed(ctx context.Context, r *request) error {
	id, in := r.Params("id"), r.needInput()
	rec, err := s.Services.Needs.Own(ctx, r.viewer, id)
	if err != nil {
		return err
	}
	if !portal.CanEditNeed(r.viewer, rec) {
		return portal.ErrForbidden
	}
	if verdict, ok := r.verdictInput(); ok {
		return s.judgeDraft(ctx, r, rec, in, verdict)
	}
	if in.fill(r.value("do"), s.today()) || r.value("do") == "match" {
		return s.needFormAgain(ctx, r, rec, in, nil)
	}
	publish := r.value("do") == "publish"
	if err = in.bad.Err(); err == nil {
		_, err = s.Services.Needs.Edit(ctx, r.viewer, id, r.version(), in.draft, publish)
	}
	if err != nil {
		return s.needFormAgain(ctx, r, rec, in, err)
	}
	return s.done(r, needFlash(publish), "/desk/needs/"+id)
}
