package web

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/views"
)

// judging is how the results of a page are judged: by the form of that id, which goes to
// that address; given is what was said before.
type judging struct {
	form, address string
	given         map[string]portal.Feedback
	verdict       verdictInput
	bad           portal.Invalid // what is wrong with the verdict that was sent
}

// verdictInput is a verdict as it was sent.
type verdictInput struct {
	result string
	draft  service.FeedbackDraft
}

// verdictInput reads which button was pressed; ok is false where it was another.
func (r *request) verdictInput() (in verdictInput, ok bool) {
	act, result, ok := strings.Cut(r.value("do"), ":")
	if !ok {
		return in, false
	}
	in.result = result
	switch act {
	case "withdraw":
	case string(portal.Contacted):
		in.draft.Verdict = portal.Contacted
	case string(portal.Unfit):
		in.draft = service.FeedbackDraft{Verdict: portal.Unfit, Reason: portal.UnfitReason(r.value("reason-" + result)), Note: r.value("note-" + result)}
	default:
		return in, false
	}
	return in, true
}

// verdictOf asks what somebody thinks of a result, or says what they said.
func (s *site) verdictOf(r *request, j judging, result string, contact bool) *views.Verdict {
	say := s.say(r.lang)
	v := &views.Verdict{Form: j.form, Action: j.address + "#v-" + url.PathEscape(result), Result: result, Contact: contact}
	if have, ok := j.given[result]; ok {
		v.Said = say("feedback.thanks", s.verdictWords(r, have))
		return v
	}
	reason := portal.UnfitReason("")
	if j.verdict.result == result && len(j.bad) > 0 {
		reason, v.Note = j.verdict.draft.Reason, j.verdict.draft.Note
		v.Error = say(j.bad[0].Key, j.bad[0].Args...)
	}
	v.Reasons = append([]views.Option{{Text: say("form.choose")}}, options(say, "feedback.reason.", portal.UnfitReasons[:])...)
	for i := range v.Reasons {
		v.Reasons[i].Selected = v.Reasons[i].Value == string(reason)
	}
	return v
}

// verdictWords is what was said, in words.
func (s *site) verdictWords(r *request, f portal.Feedback) string {
	say := s.say(r.lang)
	words := say("feedback.verdict." + string(f.Verdict))
	if f.Reason == "" {
		return words
	}
	words = say("feedback.because", words, say("feedback.reason."+string(f.Reason)))
	if f.Note != "" {
		words += say("punctuation.quote", f.Note)
	}
	return words
}

// judge lets the results of an answer be judged. The rows of out are those of the answer,
// in their order.
func (s *site) judge(ctx context.Context, r *request, out *views.MatchResult, answer service.MatchAnswer, n match.Need, j judging) (err error) {
	if !portal.CanJudge(r.viewer) {
		return nil
	}
	var results []string
	for _, o := range answer.Answer.Offered[:len(out.Programmes)] {
		results = append(results, o.Offer.Programme.ID)
	}
	for _, sp := range answer.Specialisms[:len(out.Specialisms)] {
		results = append(results, sp.Code)
	}
	if j.given, err = s.Services.Feedback.Given(ctx, r.viewer, n, results); err != nil {
		return err
	}
	for i := range out.Programmes {
		out.Programmes[i].Verdict = s.verdictOf(r, j, results[i], true)
	}
	for i := range out.Specialisms {
		out.Specialisms[i].Verdict = s.verdictOf(r, j, results[len(out.Programmes)+i], false)
	}
	return nil
}

// refusedVerdict says on top of a page what is wrong with a verdict.
func (s *site) refusedVerdict(r *request, p *views.Desk, j judging) {
	p.Failed = true
	r.Status(fiber.StatusUnprocessableEntity)
	for _, problem := range j.bad {
		p.Errors = append(p.Errors, views.FieldError{Field: problem.Field + "-" + j.verdict.result, Text: s.say(r.lang)(problem.Key, problem.Args...)})
	}
}

// judgeNeed takes what was said of a result of the match of a stored need, and comes back
// to the same place.
func (s *site) judgeNeed(ctx context.Context, r *request) error {
	id := r.Params("id")
	in, ok := r.verdictInput()
	if !ok {
		return portal.ErrNotFound
	}
	err := s.Services.Feedback.OnNeed(ctx, r.viewer, id, in.result, in.draft)
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		p, _, err := s.deskNeedPageWith(ctx, r, judging{verdict: in, bad: invalid})
		if err == nil {
			s.refusedVerdict(r, &p, judging{verdict: in, bad: invalid})
		}
		return s.shown(r, p, err)
	}
	if err != nil {
		return err
	}
	return s.done(r, "", "/desk/needs/"+url.PathEscape(id)+"#v-"+url.PathEscape(in.result))
}

// judgeFitting takes what a college says of a need that fits one of its programmes.
func (s *site) judgeFitting(ctx context.Context, r *request) error {
	id := r.Params("id")
	in, ok := r.verdictInput()
	if !ok {
		return portal.ErrNotFound
	}
	err := s.Services.Feedback.OnProgramme(ctx, r.viewer, id, in.result, in.draft)
	var invalid portal.Invalid
	if errors.As(err, &invalid) {
		j := judging{verdict: in, bad: invalid}
		p, err := s.fittingPage(ctx, r, j)
		if err == nil {
			s.refusedVerdict(r, &p, j)
		}
		return s.shown(r, p, err)
	}
	if err != nil {
		return err
	}
	return s.done(r, "", "/desk/programmes/"+url.PathEscape(id)+"/needs#v-"+url.PathEscape(in.result))
}

// judgeDraft takes what was said of a result while the need is being written: the form
// comes back with everything typed.
func (s *site) judgeDraft(ctx context.Context, r *request, rec portal.Need, in needInput, v verdictInput) error {
	err := s.Services.Feedback.OnDraft(ctx, r.viewer, in.draft, v.result, v.draft)
	var invalid portal.Invalid
	if err != nil && !errors.As(err, &invalid) {
		return err
	}
	if len(invalid) > 0 && !slices.ContainsFunc(invalid, func(p portal.Problem) bool { return p.Field == "reason" || p.Field == "note" }) {
		return s.needFormAgain(ctx, r, rec, in, err) // it is the need that is wrong
	}
	in.judging = judging{verdict: v, bad: invalid}
	p, err := s.needFormPage(ctx, r, rec, in, r.version())
	if err == nil && len(invalid) > 0 {
		s.refusedVerdict(r, &p, in.judging)
	}
	return s.shown(r, p, err)
}
