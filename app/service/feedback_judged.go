package service

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// The grades feedback gives, and how many voices make a judgement: at least so many, and so
// many of each hundred of them for it.
const (
	gradeUnfit     = 0
	gradeContacted = 2 // somebody got in touch, or an intention was sent
	gradeSigned    = 3 // a partnership came of it
	voicesLeast    = 2
	voicesAgree    = 67
)

// ballot is what is said of one specialism for one need.
type ballot struct {
	fit, unfit int // voices
	grade      int // the best a fitting voice gave
}

// voice adds a voice of so much weight.
func (b *ballot) voice(grade, weight int) {
	if grade == gradeUnfit {
		b.unfit += weight
		return
	}
	b.fit += weight
	b.grade = max(b.grade, grade)
}

// judgement is the grade where enough voices agree.
func (b ballot) judgement() (grade int, agreed bool) {
	all := b.fit + b.unfit
	if all < voicesLeast || 100*max(b.fit, b.unfit) < voicesAgree*all {
		return 0, false
	}
	if b.unfit > b.fit {
		return gradeUnfit, true
	}
	return b.grade, true
}

// ballots collects voices by need as it reads, and by code.
type ballots struct {
	asked map[string]match.Judged
	of    map[string]map[string]*ballot
}

func (b *ballots) on(asked string, n match.Judged, code string) *ballot {
	if b.of[asked] == nil {
		b.asked[asked], b.of[asked] = n, map[string]*ballot{}
	}
	if b.of[asked][code] == nil {
		b.of[asked][code] = &ballot{}
	}
	return b.of[asked][code]
}

// Judged returns what was said of results as judged needs: a specialism is in where at
// least two voices say the same of it and two thirds of all do. Whoever says that a result
// does not fit, or that they got in touch, is one voice; so is who sends an intention, or
// declines it because it does not fit; whoever accepts one is another, and a partnership
// signed speaks for both sides. Ids tell nothing of anybody. Demonstration data is in only
// where it is asked for, and then nothing else is.
func (f *Feedback) Judged(ctx context.Context, v portal.Viewer, fictional bool) ([]match.Judged, error) {
	if !v.IsSystem() && !v.CanAnalyse() {
		return nil, fault("service.Feedback.Judged", "", portal.ErrNotFound)
	}
	certainty := portal.Verified
	if fictional {
		certainty = portal.Demo
	}
	all := ballots{map[string]match.Judged{}, map[string]map[string]*ballot{}}
	err := f.Records.Feedback.All(ctx, []store.Cond{store.Known("verdict"), store.Where("certainty", certainty)}, func(rec *portal.Feedback) error {
		grade := gradeUnfit
		if rec.Verdict == portal.Contacted {
			grade = gradeContacted
		}
		n := match.Need{Text: rec.Text, Industry: rec.Industry, Level: rec.Level, Modes: rec.Modes}
		all.on(rec.Asked, f.judged(rec.Asked, n), rec.Code).voice(grade, 1)
		return nil
	})
	if err != nil {
		return nil, fault("service.Feedback.Judged", "", err)
	}
	if err := f.deeds(ctx, certainty, &all); err != nil {
		return nil, err
	}
	return f.agreed(all), nil
}

// deeds adds what intentions about needs say, and the partnerships that came of them.
func (f *Feedback) deeds(ctx context.Context, certainty portal.Certainty, all *ballots) error {
	intentions, err := collect(ctx, f.Records.Intentions, store.Known("need"), store.Where("certainty", certainty))
	if err != nil {
		return err
	}
	needs, err := byID(ctx, f.Records.Needs, intentions, func(in portal.Intention) string { return in.Need })
	if err != nil {
		return fault("service.Feedback.deeds", "", err)
	}
	partnerships, err := byID(ctx, f.Records.Partnerships, intentions, func(in portal.Intention) string { return in.Partnership })
	if err != nil {
		return fault("service.Feedback.deeds", "", err)
	}
	for _, in := range intentions {
		rec, ok := needs[in.Need]
		if !ok {
			continue
		}
		n := NeedOf(rec)
		for _, p := range in.Programmes {
			_, code := portal.SplitProgrammeID(p.Programme)
			b := all.on(askedKey(n), f.judged(askedKey(n), n), code)
			b.voice(gradeContacted, 1)
			switch stage := partnerships[in.Partnership].Stage; {
			case stage == portal.PartnershipSigned || stage == portal.PartnershipRunning || stage == portal.PartnershipConcluded:
				b.voice(gradeSigned, 1)
			case in.State == portal.IntentionAccepted:
				b.voice(gradeContacted, 1)
			case in.State == portal.IntentionDeclined && in.Reason == declinedUnfit:
				b.voice(gradeUnfit, 1)
			}
		}
	}
	return nil
}

// declinedUnfit is the reason of a decline that is a judgement.
const declinedUnfit = "no_fit"

// judged is a need as a line of judged needs, without grades.
func (f *Feedback) judged(asked string, n match.Need) match.Judged {
	j := match.Judged{ID: "feedback-" + asked, Text: n.Text, Industry: n.Industry, Level: orElse(string(n.Level), "any"), Style: "feedback"}
	if len(n.Modes) > 0 {
		j.Mode = f.Words("zh-CN", "mode."+string(n.Modes[0]))
	}
	return j
}

// agreed are the needs with the judgements enough voices agree on. 中职 and 高职本科 are
// left out, as the evaluation leaves them out of the ranking.
func (f *Feedback) agreed(all ballots) []match.Judged {
	var out []match.Judged
	for asked, j := range all.asked {
		for _, code := range slices.Sorted(maps.Keys(all.of[asked])) {
			_, level, known := f.Graph().Specialism(code)
			grade, agreed := all.of[asked][code].judgement()
			if known && agreed && level != portal.Secondary && level != portal.VocationalBachelor {
				j.Grades = append(j.Grades, match.Grade{Code: code, Grade: grade})
			}
		}
		if len(j.Grades) > 0 {
			out = append(out, j)
		}
	}
	slices.SortFunc(out, func(a, b match.Judged) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// WriteJudged writes judged needs as match.ReadJudged reads them: JSON lines.
func WriteJudged(w io.Writer, judged []match.Judged) error {
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	for _, j := range judged {
		if err := lines.Encode(j); err != nil {
			return fault("service.WriteJudged", j.ID, err)
		}
	}
	return nil
}
