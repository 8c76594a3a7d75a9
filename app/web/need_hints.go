package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// judgingRoutes are the pages about what people say of the results of matches, and about
// what the text of a need says.
func (s *site) judgingRoutes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	return []route{
		{post, "/desk/needs/split", member, s.splitNeed},
		{post, "/desk/needs/:id/feedback", member, s.judgeNeed},
		{post, "/desk/programmes/:id/feedback", member, s.judgeFitting},
		{get, feedbackPath, member, s.showFeedback},
		{get, feedbackPath + ".jsonl", member, s.exportFeedback},
	}
}

// fillPrefix begins the value of a button that fills in what the text says.
const fillPrefix = "fill:"

// needHints are what the text of a need says besides the work: each button fills in its
// field, and nothing is filled in unasked.
func (s *site) needHints(r *request, rec portal.Need, in needInput, path string) []views.Hint {
	say, h := s.say(r.lang), match.ReadHints(in.draft.Text)
	var out []views.Hint
	add := func(open bool, key, value string) {
		if open {
			out = append(out, views.Hint{Text: say("hint."+key, value), Value: fillPrefix + key, Action: path + "#f-" + key})
		}
	}
	if h.Headcount != nil {
		add(in.headcount == "", "headcount", itoa(*h.Headcount))
	}
	add(h.Level != "" && in.draft.Level == "", "level", say("wanted."+string(h.Level)))
	add(h.District != "" && in.draft.District == "", "district", string(h.District))
	add(len(h.Modes) > 0 && len(in.draft.Modes) == 0, "mode", strings.Join(translated(say, "mode.", h.Modes), say("punctuation.comma")))
	more := lackedMusts(in, h)
	add(len(more) > 0, "must_haves", strings.Join(more, say("punctuation.comma")))
	switch by := h.Due(s.today()); {
	case in.draft.Deadline != "" || h.Deadline == "":
	case by == "":
		out = append(out, views.Hint{Text: say("hint.deadline_words", h.Deadline)})
	default:
		add(true, "deadline", by)
	}
	add(h.Salary != "" && in.draft.Salary == "", "salary", h.Salary)
	if n := len(h.Posts); n > 0 && rec.ID == "" {
		out = append(out, views.Hint{Text: say("hint.split", n), Value: "split", Action: path})
	}
	for _, said := range h.Without {
		out = append(out, views.Hint{Text: say("hint.without", said)})
	}
	return out
}

// lackedMusts are the must-haves the text names and the field does not.
func lackedMusts(in needInput, h match.Hints) []string {
	return slices.DeleteFunc(slices.Clone(h.MustHaves), func(m string) bool { return slices.Contains(in.draft.MustHaves, m) })
}

// fill fills in what the text says of the field a button names; false where none does.
func (in *needInput) fill(button, today string) bool {
	field, ok := strings.CutPrefix(button, fillPrefix)
	if !ok {
		return false
	}
	h := match.ReadHints(in.draft.Text)
	switch field {
	case "headcount":
		if in.draft.Headcount = h.Headcount; h.Headcount != nil {
			in.headcount = itoa(*h.Headcount)
		}
	case "level":
		in.draft.Level = h.Level
	case "district":
		in.draft.District = h.District
	case "mode":
		in.draft.Modes = h.Modes
	case "must_haves":
		in.draft.MustHaves = append(in.draft.MustHaves, lackedMusts(*in, h)...)
	case "deadline":
		in.draft.Deadline = h.Due(today)
	case "salary":
		in.draft.Salary = h.Salary
	}
	return true
}

// splitMost is how many needs one text is taken apart into.
const splitMost = 12

// showSplit shows the needs a text is taken apart into, to be looked over before they are
// kept.
func (s *site) showSplit(ctx context.Context, r *request, in needInput) error {
	parts := match.SplitPosts(in.draft.Text)
	if len(parts) == 0 {
		return s.needFormAgain(ctx, r, portal.Need{}, in, nil)
	}
	drafts := make([]needInput, min(len(parts), splitMost))
	for i := range drafts {
		drafts[i] = in
		d := &drafts[i].draft
		d.Title, d.Text = parts[i].Title, parts[i].Text
		drafts[i].headcount = itoa(parts[i].Headcount)
	}
	p, err := s.splitPage(ctx, r, in, drafts)
	return s.shown(r, p, err)
}

// splitPage asks for the title, the text and the headcount of each; all else they have in
// common.
func (s *site) splitPage(ctx context.Context, r *request, in needInput, drafts []needInput) (views.Desk, error) {
	if !portal.CanDraftNeed(r.viewer) {
		return views.Desk{}, portal.ErrForbidden
	}
	say := s.say(r.lang)
	p := s.deskPage(ctx, r, say("need.split"))
	p.Lead = say("need.split.lead")
	var fields []views.Field
	numbered := func(i int, kind, name, value string) views.Field {
		f := s.draftField(r, kind, name, value)
		f.Name, f.Label, f.Help = name+"-"+itoa(i+1), say("need.split.nth", i+1, f.Label), ""
		return f
	}
	for i, d := range drafts {
		text := numbered(i, "area", "text", d.draft.Text)
		text.Rows, text.Most, text.Lang = 3, service.MaxNeedText, r.han()
		fields = append(fields, numbered(i, "text", "title", d.draft.Title), text, numbered(i, "number", "headcount", d.headcount))
	}
	p.Form = s.form(r, "/desk/needs/split", "need.split.save", fields...)
	p.Form.Note = say("need.split.note")
	p.Form.More = []views.Button{{Text: say("need.split.back"), Name: "do", Value: "back"}}
	p.Form.Hidden = in.hidden(len(drafts))
	return p, nil
}

// hidden carries what the needs of a split have in common, and what was typed before.
func (in needInput) hidden(parts int) []views.Hidden {
	d := in.draft
	out := []views.Hidden{{Name: "parts", Value: itoa(parts)}, {Name: "title", Value: d.Title}, {Name: "text", Value: d.Text}, {Name: "headcount", Value: in.headcount}, {Name: "days", Value: in.days},
		{Name: "industry", Value: d.Industry}, {Name: "level", Value: string(d.Level)}, {Name: "district", Value: string(d.District)},
		{Name: "must_haves", Value: strings.Join(d.MustHaves, "；")}, {Name: "languages", Value: strings.Join(d.Languages, "；")},
		{Name: "deadline", Value: d.Deadline}, {Name: "salary", Value: d.Salary},
		{Name: "intern_pay", Value: in.pay}, {Name: "intern_wage", Value: in.wage}}
	for _, m := range d.Modes {
		out = append(out, views.Hidden{Name: "mode", Value: string(m)})
	}
	for name, on := range map[string]bool{"anonymous": d.Anonymous, "internship": in.internship} {
		if on {
			out = append(out, views.Hidden{Name: name, Value: "1"})
		}
	}
	return out
}

// splitNeed keeps the needs of a split as drafts, or goes back to the text.
func (s *site) splitNeed(ctx context.Context, r *request) error {
	in := r.needInput()
	if r.value("do") == "back" {
		return s.needFormAgain(ctx, r, portal.Need{}, in, nil)
	}
	parts, err := strconv.Atoi(r.value("parts"))
	if err != nil || parts < 1 || parts > splitMost {
		return portal.ErrNotFound
	}
	bad := slices.Clone(in.bad)
	inputs, drafts := make([]needInput, parts), make([]service.NeedDraft, parts)
	for i := range inputs {
		of := func(name string) string { return r.value(name + "-" + itoa(i+1)) }
		inputs[i] = in
		inputs[i].headcount = of("headcount")
		inputs[i].draft.Title, inputs[i].draft.Text = of("title"), of("text")
		inputs[i].draft.Headcount = wholeNumber(&bad, "headcount-"+itoa(i+1), inputs[i].headcount, "人")
		drafts[i] = inputs[i].draft
	}
	if err = bad.Err(); err == nil {
		_, err = s.Services.Needs.DraftAll(ctx, r.viewer, drafts)
	}
	if err == nil {
		return s.done(r, "need_split", "/desk/needs?state="+string(portal.NeedDraft))
	}
	var invalid portal.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	return s.again(r, err, func() (views.Desk, error) { return s.splitPage(ctx, r, in, inputs) })
}
