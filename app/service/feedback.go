package service

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
	"liangcheng/search/text"
)

// Feedback is what people who work with matches say of their results: kept, counted and
// handed on as judged needs. By itself it changes no ranking.
type Feedback struct {
	Rooms
	match *Match
}

// FeedbackDraft is what somebody says of one result. Without a verdict they take back what
// they said.
type FeedbackDraft struct {
	Verdict portal.Verdict
	Reason  portal.UnfitReason
	Note    string
}

// placedResult is a result where it stands in an answer.
type placedResult struct {
	programme, code string
	rank            int
	score           float64
}

// askedKey is a fingerprint of what a specialism is judged by: a need that says the same in
// other words of ours, such as another headcount, is the same question.
func askedKey(n match.Need) string {
	return digest(struct {
		Text, Industry string
		Level          portal.WantedLevel
		Modes          []portal.Mode
	}{text.Normalize(n.Text), n.Industry, n.Level, n.Modes})
}

// feedbackID is that of what a person says of a result for such a need. The id of a person
// cannot be found from it.
func feedbackID(person, asked, result string) string {
	return digest([]string{"feedback", person, asked, result})
}

// OnNeed says it of a result of the match of a need of the viewer's enterprise: the id of a
// programme or the code of a specialism.
func (f *Feedback) OnNeed(ctx context.Context, v portal.Viewer, need, result string, d FeedbackDraft) error {
	rec, err := f.Records.Needs.Get(ctx, need)
	if err == nil && !v.Asks(rec) {
		err = portal.ErrNotFound
	}
	if err != nil {
		return fault("service.Feedback.OnNeed", need, err)
	}
	return f.onAnswer(ctx, v, need, NeedOf(rec), result, d)
}

// OnDraft says it of a result for a need that is still being written.
func (f *Feedback) OnDraft(ctx context.Context, v portal.Viewer, need NeedDraft, result string, d FeedbackDraft) error {
	if !portal.CanDraftNeed(v) {
		return portal.ErrForbidden
	}
	return f.onAnswer(ctx, v, "", need.Match(), result, d)
}

func (f *Feedback) onAnswer(ctx context.Context, v portal.Viewer, need string, n match.Need, result string, d FeedbackDraft) error {
	answer, err := f.match.Rank(ctx, v, n)
	if err != nil {
		return err
	}
	for i, o := range answer.Answer.Offered {
		if o.Offer.Programme.ID == result {
			return f.say(ctx, v, need, n, placedResult{result, o.Offer.Programme.Code, i + 1, o.S}, d)
		}
	}
	for i, s := range answer.Specialisms {
		if s.Code == result {
			return f.say(ctx, v, need, n, placedResult{"", result, i + 1, s.Rel}, d)
		}
	}
	return fault("service.Feedback.onAnswer", result, portal.ErrNotFound)
}

// OnProgramme says it of a need that fits a programme of the viewer's college.
func (f *Feedback) OnProgramme(ctx context.Context, v portal.Viewer, programme, need string, d FeedbackDraft) error {
	if college, _ := portal.SplitProgrammeID(programme); !v.Of(portal.OfCollege) || v.Record != college {
		return fault("service.Feedback.OnProgramme", programme, portal.ErrNotFound)
	}
	fits, _, err := f.match.Fitting(ctx, v, programme)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(fits, func(fit NeedFit) bool { return fit.Need.ID == need })
	if i < 0 {
		return fault("service.Feedback.OnProgramme", need, portal.ErrNotFound)
	}
	o := fits[i].Offered
	return f.say(ctx, v, need, NeedOf(fits[i].Need), placedResult{programme, o.Offer.Programme.Code, i + 1, o.S}, d)
}

// say keeps it. Said twice it is there once.
func (f *Feedback) say(ctx context.Context, v portal.Viewer, need string, n match.Need, at placedResult, d FeedbackDraft) error {
	if !portal.CanJudge(v) {
		return portal.ErrForbidden
	}
	d.Note = strings.TrimSpace(d.Note)
	now := f.Clock().UTC()
	asked := askedKey(n)
	id := feedbackID(v.Person, asked, orElse(at.programme, at.code))
	have, err := f.Records.Feedback.Get(ctx, id)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fault("service.Feedback.say", id, err)
	}
	if have.Verdict == d.Verdict && have.Reason == d.Reason && have.Note == d.Note { // or there is nothing to take back
		return nil
	}
	put := func(rec *portal.Feedback) error {
		if d.Verdict == "" {
			rec.Withdraw()
			return nil
		}
		rec.Need, rec.Rank, rec.Points, rec.Graph = need, at.rank, int(math.Round(100*at.score)), f.Graph().Fingerprint()
		return rec.Give(d.Verdict, d.Reason, d.Note, now)
	}
	if known {
		_, err := changed(ctx, f.Rooms, f.Records.Feedback, v, id, f.action(d), put)
		return err
	}
	origin, err := f.origin(ctx, v)
	if err != nil {
		return err
	}
	rec := portal.Feedback{Meta: portal.Meta{ID: id}, Person: v.Person, Organisation: v.Organisation, Side: v.Kind, Asked: asked, Text: n.Text, Industry: n.Industry,
		Level: n.Level, Modes: n.Modes, Programme: at.programme, Code: at.code, Class: f.Graph().ClassName(at.code), Origin: origin}
	if err := put(&rec); err != nil {
		return err
	}
	err = created(ctx, f.Rooms, f.Records.Feedback, v, f.action(d), &rec)
	if errors.Is(err, portal.ErrDuplicate) { // pressed twice at once
		return nil
	}
	return err
}

func (f *Feedback) action(d FeedbackDraft) string {
	if d.Verdict == "" {
		return "feedback.withdraw"
	}
	return "feedback.give"
}

// origin is where feedback of the viewer comes from: as sure as their organisation.
func (f *Feedback) origin(ctx context.Context, v portal.Viewer) (portal.Origin, error) {
	org, err := f.Records.Organisations.Get(ctx, v.Organisation)
	if err != nil {
		return portal.Origin{}, fault("service.Feedback.origin", v.Organisation, err)
	}
	if org.Origin.Fictional() {
		return portal.Origin{Certainty: portal.Demo, Source: demoSource}, nil
	}
	out := portal.Origin{Certainty: portal.Unconfirmed, Source: "匹配反馈", Date: f.today()}
	if org.State == portal.OrganisationVerified {
		out.Certainty = portal.Verified
	}
	return out, nil
}

// Given returns what the viewer has said of results for a need, by result.
func (f *Feedback) Given(ctx context.Context, v portal.Viewer, n match.Need, results []string) (map[string]portal.Feedback, error) {
	if !portal.CanJudge(v) {
		return nil, nil
	}
	asked := askedKey(n)
	of := make(map[string]string, len(results))
	for _, r := range results {
		of[feedbackID(v.Person, asked, r)] = r
	}
	return f.said(ctx, of)
}

// GivenOn returns what the viewer has said of needs that fit a programme, by need.
func (f *Feedback) GivenOn(ctx context.Context, v portal.Viewer, programme string, fits []NeedFit) (map[string]portal.Feedback, error) {
	if !portal.CanJudge(v) {
		return nil, nil
	}
	of := make(map[string]string, len(fits))
	for _, fit := range fits {
		of[feedbackID(v.Person, askedKey(NeedOf(fit.Need)), programme)] = fit.Need.ID
	}
	return f.said(ctx, of)
}

// said loads feedback that is still meant, by what its id stands for.
func (f *Feedback) said(ctx context.Context, of map[string]string) (map[string]portal.Feedback, error) {
	recs, err := f.Records.Feedback.GetMany(ctx, slices.Collect(maps.Keys(of)))
	if err != nil {
		return nil, fault("service.Feedback.said", "", err)
	}
	out := make(map[string]portal.Feedback, len(recs))
	for _, rec := range recs {
		if rec.Verdict != "" {
			out[of[rec.ID]] = rec
		}
	}
	return out, nil
}

// forget leaves a person out of what they said.
func (f *Feedback) forget(ctx context.Context, v portal.Viewer) error {
	recs, err := collect(ctx, f.Records.Feedback, store.Where("person", v.Person))
	for _, rec := range recs {
		_, e := changed(ctx, f.Rooms, f.Records.Feedback, v, rec.ID, "feedback.forget", func(rec *portal.Feedback) error {
			rec.Forget()
			return nil
		})
		err = errors.Join(err, e)
	}
	return err
}
