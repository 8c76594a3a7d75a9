package service_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// unfit is the verdict most give.
var unfit = service.FeedbackDraft{Verdict: portal.Unfit, Reason: portal.UnfitField}

func TestFeedbackIsThereOnceAndCanBeTakenBack(t *testing.T) {
	h := desks(t)
	ctx, v, f := t.Context(), asker(), h.services.Feedback
	const need = "demo-n001"
	rec, err := h.records.Needs.Get(ctx, need)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.services.Match.Rank(ctx, v, service.NeedOf(rec))
	if err != nil {
		t.Fatal(err)
	}
	third := answer.Answer.Offered[2]
	result, special := third.Offer.Programme.ID, answer.Specialisms[1].Code
	given := func() map[string]portal.Feedback {
		t.Helper()
		got, err := f.Given(ctx, v, service.NeedOf(rec), []string{result, special})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, tt := range []struct {
		name   string
		viewer portal.Viewer
		result string
		draft  service.FeedbackDraft
		want   error
		fields []string
	}{
		{"no reason", v, result, service.FeedbackDraft{Verdict: portal.Unfit}, nil, []string{"reason"}},
		{"another reason that is not said", v, result, service.FeedbackDraft{Verdict: portal.Unfit, Reason: portal.UnfitOther}, nil, []string{"note"}},
		{"a verdict of their own", v, result, service.FeedbackDraft{Verdict: "splendid"}, portal.ErrNotFound, nil},
		{"what was not found", v, "demo-nothing", unfit, portal.ErrNotFound, nil},
		{"a college", taker(), result, unfit, portal.ErrNotFound, nil},
		{"a visitor", portal.Visitor, result, unfit, portal.ErrNotFound, nil},
		{"a reader", func() portal.Viewer { r := v; r.Role = portal.Reader; return r }(), result, unfit, portal.ErrForbidden, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := f.OnNeed(ctx, tt.viewer, need, tt.result, tt.draft)
			if got := fields(err); !slices.Equal(got, tt.fields) || tt.want != nil && !errors.Is(err, tt.want) || err == nil {
				t.Errorf("error %v with fields %v", err, got)
			}
		})
	}
	if len(given()) != 0 {
		t.Fatal("something refused was kept")
	}
	for range 2 { // said twice it is there once
		if err := errors.Join(f.OnNeed(ctx, v, need, result, unfit), f.OnNeed(ctx, v, need, special, unfit)); err != nil {
			t.Fatal(err)
		}
	}
	got := given()[result]
	if got.Rank != 3 || got.Code != third.Ranked.Code || got.Programme != result || got.Graph != h.rooms.Graph().Fingerprint() || got.Organisation != v.Organisation ||
		got.Origin.Certainty != portal.Demo || len(got.Events) != 1 || got.Class == "" || got.Points < 1 {
		t.Errorf("kept was %+v", got)
	}
	if s := given()[special]; s.Rank != 2 || s.Programme != "" || s.Code != special {
		t.Errorf("of the specialism %+v", s)
	}
	// What is said while the same text is written is the same verdict.
	draft := service.DraftOf(rec)
	if err := f.OnDraft(ctx, v, draft, result, service.FeedbackDraft{Verdict: portal.Contacted}); err != nil || given()[result].Verdict != portal.Contacted || len(given()[result].Events) != 2 {
		t.Errorf("changed while writing: %+v (%v)", given()[result], err)
	}
	if again, err := h.services.Match.Rank(ctx, v, service.NeedOf(rec)); err != nil || !slices.EqualFunc(again.Answer.Offered, answer.Answer.Offered, func(a, b match.Offered) bool { return a.Offer.Programme.ID == b.Offer.Programme.ID && a.S == b.S }) {
		t.Errorf("feedback changed the ranking (%v)", err)
	}
	if err := f.OnNeed(ctx, v, need, result, service.FeedbackDraft{}); err != nil || len(given()) != 1 {
		t.Errorf("taken back it is %v (%v)", given(), err)
	}
	counts, err := f.Counts(ctx, analyst)
	if err != nil || counts.Verdicts[portal.Unfit] != (service.Tally{All: 1, Demo: 1}) || counts.Reasons[portal.UnfitField].All != 1 || counts.Verdicts[portal.Contacted].All != 0 ||
		len(counts.Specialisms) != 1 || counts.Specialisms[0].Name == "" || len(counts.Classes) != 1 {
		t.Errorf("counted %+v (%v)", counts, err)
	}
	latest, err := f.Latest(ctx, analyst, "", 10)
	if err != nil || len(latest.Items) != 1 || latest.Items[0].Person+latest.Items[0].Organisation != "" || len(latest.Items[0].Events) != 0 {
		t.Errorf("the office reads %+v (%v)", latest, err)
	}
	for _, other := range []portal.Viewer{portal.Visitor, v, taker()} {
		_, byCount := f.Counts(ctx, other)
		_, byList := f.Latest(ctx, other, "", 10)
		_, byExport := f.Judged(ctx, other, true)
		if !errors.Is(byCount, portal.ErrNotFound) || !errors.Is(byList, portal.ErrNotFound) || !errors.Is(byExport, portal.ErrNotFound) {
			t.Errorf("%s reads feedback: %v, %v, %v", other.Kind, byCount, byList, byExport)
		}
	}
	n, err := service.PurgeDemo(ctx, portal.System, h.records)
	if left, _ := h.records.Feedback.Count(ctx); err != nil || n == 0 || left != 0 {
		t.Errorf("%d left after purging (%v)", left, err)
	}
}

func TestFeedbackOfACollege(t *testing.T) {
	h := desks(t)
	ctx, v, f := t.Context(), taker(), h.services.Feedback
	const programme = "demo-c2-430504"
	fits, _, err := h.services.Match.Fitting(ctx, v, programme)
	if err != nil || len(fits) == 0 {
		t.Fatalf("%d needs fit (%v)", len(fits), err)
	}
	need := fits[0].Need.ID
	if err := f.OnProgramme(ctx, asker(), programme, need, unfit); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("an enterprise judges for a college: %v", err)
	}
	if err := f.OnProgramme(ctx, v, programme, need, unfit); err != nil {
		t.Fatal(err)
	}
	given, err := f.GivenOn(ctx, v, programme, fits)
	if err != nil || given[need].Side != portal.OfCollege || given[need].Rank != 1 || given[need].Need != need {
		t.Errorf("given %+v (%v)", given, err)
	}
}

// TestOnlyWhatVoicesAgreeOnIsJudged lets two people speak of two results, and reads what is
// handed on.
func TestOnlyWhatVoicesAgreeOnIsJudged(t *testing.T) {
	h := desks(t)
	ctx, f := t.Context(), h.services.Feedback
	one, two := asker(), asker()
	two.Person = "demo-person-colleague"
	rec, err := h.records.Needs.Get(ctx, "demo-n001")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.services.Match.Rank(ctx, one, service.NeedOf(rec))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string                         // of associate and bachelor level: the others are not judged
	for _, s := range answer.Specialisms[1:] { // of the first there are intentions
		if s.Level == portal.Associate || s.Level == portal.Bachelor {
			codes = append(codes, s.Code)
		}
	}
	said := func(v portal.Viewer, code string, d service.FeedbackDraft) {
		t.Helper()
		if err := f.OnNeed(ctx, v, rec.ID, code, d); err != nil {
			t.Fatal(err)
		}
	}
	said(one, codes[0], unfit)
	said(two, codes[0], unfit)
	said(one, codes[1], unfit)
	said(one, codes[2], service.FeedbackDraft{Verdict: portal.Contacted})
	said(two, codes[2], unfit)
	said(one, codes[3], service.FeedbackDraft{Verdict: portal.Contacted})
	said(two, codes[3], service.FeedbackDraft{Verdict: portal.Contacted})
	judged, err := f.Judged(ctx, portal.System, true)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(judged, func(j match.Judged) bool { return j.Text == service.NeedOf(rec).Text })
	if at < 0 {
		t.Fatalf("judged is %+v", judged)
	}
	want := []match.Grade{{Code: codes[0], Grade: 0}, {Code: codes[3], Grade: 2}}
	slices.SortFunc(want, func(a, b match.Grade) int { return bytes.Compare([]byte(a.Code), []byte(b.Code)) })
	if !slices.Equal(judged[at].Grades, want) || judged[at].Industry != rec.Industry || judged[at].Level != string(rec.Level) {
		t.Errorf("judged is %+v, want %v", judged[at], want)
	}
	var out bytes.Buffer
	if err := service.WriteJudged(&out, judged); err != nil {
		t.Fatal(err)
	}
	if back, err := match.ReadJudged(bytes.NewReader(out.Bytes())); err != nil || len(back) != len(judged) || !slices.Equal(back[at].Grades, want) {
		t.Errorf("the evaluation reads %+v (%v)", back, err)
	}
	for _, told := range []string{one.Person, two.Person, one.Organisation, "demo-e01", rec.ID} {
		if bytes.Contains(out.Bytes(), []byte(told)) {
			t.Errorf("what is handed on names %s", told)
		}
	}
	if real, err := f.Judged(ctx, portal.System, false); err != nil || len(real) != 0 {
		t.Errorf("of real organisations %+v (%v)", real, err)
	}
}

func TestWhoGoesIsLeftOutOfFeedback(t *testing.T) {
	h, box, chores := post(t, desks(t))
	ctx, a := t.Context(), h.services.Accounts
	p := enrolled(t, h, box, chores, "a@example.cn")
	if _, err := h.records.Organisations.Mutate(ctx, portal.EnterpriseOrganisation("demo-e01"), func(o *portal.Organisation) error { return o.Join(p.Person, portal.Editor, now) }); err != nil {
		t.Fatal(err)
	}
	if _, err := h.records.Persons.Mutate(ctx, p.Person, func(rec *portal.Person) error {
		rec.Organisation = portal.EnterpriseOrganisation("demo-e01")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p, _ = signedIn(t, h, "a@example.cn", goodPassword)
	if err := h.services.Feedback.OnNeed(ctx, p, "demo-n001", firstCode(t, h, "demo-n001"), service.FeedbackDraft{Verdict: portal.Unfit, Reason: portal.UnfitOther, Note: "我的话"}); err != nil {
		t.Fatal(err)
	}
	data, err := a.Personal(ctx, p)
	if err != nil || len(data.Feedback) != 1 || !bytes.Contains(data.Feedback[0]["note"], []byte("我的话")) {
		t.Errorf("they get %v (%v)", data.Feedback, err)
	}
	if err := a.Delete(ctx, p, goodPassword); err != nil {
		t.Fatal(err)
	}
	var left []portal.Feedback
	err = h.records.Feedback.All(ctx, []store.Cond{store.Known("verdict")}, func(f *portal.Feedback) error { left = append(left, *f); return nil })
	if err != nil || len(left) != 1 || left[0].Person != "" || left[0].Note != "" || left[0].Reason != portal.UnfitOther {
		t.Errorf("left is %+v (%v)", left, err)
	}
}

// firstCode is the specialism that fits a need best.
func firstCode(t *testing.T, h house, need string) string {
	t.Helper()
	rec, err := h.records.Needs.Get(t.Context(), need)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.services.Match.Rank(t.Context(), portal.System, service.NeedOf(rec))
	if err != nil {
		t.Fatal(err)
	}
	return answer.Specialisms[0].Code
}
