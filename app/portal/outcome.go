package portal

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// OutcomeState is where the current version of an outcome stands.
type OutcomeState string

const (
	OutcomeClaimed   OutcomeState = "claimed"   // entered by a party
	OutcomeConfirmed OutcomeState = "confirmed" // by another party
	OutcomeDisputed  OutcomeState = "disputed"  // by another party, for a reason
	OutcomeReturned  OutcomeState = "returned"  // by the office, for a reason
	OutcomeVerified  OutcomeState = "verified"  // by the office: both sides say so and evidence is there
)

// OutcomeStates lists the states, what has been reached first.
var OutcomeStates = [...]OutcomeState{OutcomeVerified, OutcomeConfirmed, OutcomeClaimed, OutcomeDisputed, OutcomeReturned}

// Outcome (成效) is one indicator's value for one period of one partnership. Its id is made
// of the three, so that nothing is entered twice. Figures are never overwritten: a
// correction is a new version, and those before it stay readable.
type Outcome struct {
	Meta
	Trail
	Partnership string           `json:"partnership"`
	Indicator   string           `json:"indicator"`
	Period      Period           `json:"period"`
	State       OutcomeState     `json:"state"`
	Since       time.Time        `json:"since"`    // in that state
	Versions    []OutcomeVersion `json:"versions"` // the last is the current one
	Origin      Origin           `json:"origin"`
}

// OutcomeVersion is what an organisation claimed, with what was answered.
type OutcomeVersion struct {
	Figures
	Evidence     []Attachment    `json:"evidence,omitempty"`
	Organisation string          `json:"organisation"`
	Person       string          `json:"person"`
	At           time.Time       `json:"at"`
	Answers      []OutcomeAnswer `json:"answers,omitempty"` // the last decides
	Hidden       bool            `json:"-"`                 // few people: not to be shown to the viewer
}

// OutcomeAnswer is what somebody else said to a version.
type OutcomeAnswer struct {
	Act          OutcomeAct `json:"act"`
	Organisation string     `json:"organisation"`
	Person       string     `json:"person"`
	At           time.Time  `json:"at"`
	Reason       string     `json:"reason,omitempty"`
}

// Figures are the numbers of an outcome. Of a rate the value is computed from its parts.
type Figures struct {
	Value       Hundredths `json:"value"`
	Numerator   Hundredths `json:"numerator,omitempty"`
	Denominator Hundredths `json:"denominator,omitempty"`
	Counted     string     `json:"counted,omitempty"` // day of counting, of rates and classes
	Note        string     `json:"note,omitempty"`
}

// FiguresText is figures as somebody wrote them.
type FiguresText struct {
	Value, Numerator, Denominator, Counted, Note string
}

// OutcomeAct is something one does with an outcome.
type OutcomeAct string

const (
	OutcomeConfirm OutcomeAct = "confirm"
	OutcomeDispute OutcomeAct = "dispute"
	OutcomeCorrect OutcomeAct = "correct"
	OutcomeAttach  OutcomeAct = "attach" // evidence, without changing a figure
	OutcomeVerify  OutcomeAct = "verify"
	OutcomeReturn  OutcomeAct = "return"
)

// OutcomeActs lists every act in the order people are offered them.
var OutcomeActs = [...]OutcomeAct{OutcomeConfirm, OutcomeDispute, OutcomeVerify, OutcomeReturn, OutcomeAttach, OutcomeCorrect}

// The most files of evidence, versions and characters of a text of an outcome.
const (
	EvidenceMost        = 12
	outcomeVersionsMost = 50
	outcomeTextMost     = 500
)

// OutcomeID is the id of the outcome of an indicator for a period of a partnership.
func OutcomeID(partnership, indicator string, p Period) string {
	return partnership + "." + indicator + "." + strings.ReplaceAll(p.Label, "/", "_")
}

// TakesOutcomes reports whether something can be entered of the partnership: what came of
// it before it was broken off is kept, and nothing added.
func (p Partnership) TakesOutcomes() bool {
	return p.Stage == PartnershipSigned || p.Stage == PartnershipRunning || p.Stage == PartnershipConcluded
}

// CanEnterOutcome reports whether the viewer may enter outcomes of the partnership.
func CanEnterOutcome(v Viewer, p Partnership) bool {
	return p.Has(v) && v.CanSpeak() && p.TakesOutcomes()
}

// CanSeeOutcome reports whether the viewer may read of the outcome: its parties and the
// office of every one, everybody of those that are verified.
func CanSeeOutcome(v Viewer, o Outcome, p Partnership) bool {
	return CanFollowPartnership(v, p) || o.State == OutcomeVerified && p.Public()
}

// CanSeeFew reports whether the viewer may read values of a few people, and the evidence,
// which names them: the parties and whoever checks it.
func CanSeeFew(v Viewer, p Partnership) bool {
	return v.IsSystem() || p.Has(v) || v.CanReview()
}

// Current is the version that counts.
func (o Outcome) Current() OutcomeVersion { return o.Versions[len(o.Versions)-1] }

func (o *Outcome) current() *OutcomeVersion { return &o.Versions[len(o.Versions)-1] }

// Verified reports whether both sides and the office stand by the current version.
func (o Outcome) Verified() bool { return o.State == OutcomeVerified }

// Can reports whether the viewer may do that with the outcome of the partnership as both
// stand. Who has entered a version cannot confirm it; when they have left the partnership,
// any party may enter another.
func (o Outcome) Can(v Viewer, p Partnership, act OutcomeAct) bool {
	cur := o.Current()
	switch act {
	case OutcomeVerify:
		return v.CanReview() && o.State == OutcomeConfirmed && len(cur.Evidence) > 0
	case OutcomeReturn:
		return v.CanReview() && (o.State == OutcomeConfirmed || o.State == OutcomeVerified)
	}
	if !p.Has(v) || !v.CanSpeak() || !p.TakesOutcomes() && p.Stage != PartnershipTerminated {
		return false
	}
	own := v.Organisation == cur.Organisation || !slices.Contains(p.Organisations(), cur.Organisation)
	switch act {
	case OutcomeConfirm:
		return !own && (o.State == OutcomeClaimed || o.State == OutcomeDisputed && cur.answeredBy() == v.Organisation)
	case OutcomeDispute:
		return !own && (o.State == OutcomeClaimed || o.State == OutcomeConfirmed)
	case OutcomeAttach:
		return own && o.State != OutcomeVerified && len(cur.Evidence) < EvidenceMost
	case OutcomeCorrect:
		return own && len(o.Versions) < outcomeVersionsMost
	}
	return false
}

// answeredBy is the organisation that answered last.
func (v OutcomeVersion) answeredBy() string {
	if len(v.Answers) == 0 {
		return ""
	}
	return v.Answers[len(v.Answers)-1].Organisation
}

// Enter adds a version: the first, or a correction, which keeps the evidence there is.
func (o *Outcome) Enter(v Viewer, f Figures, evidence []Attachment, now time.Time) error {
	var kept []Attachment
	if len(o.Versions) > 0 {
		kept = slices.Clone(o.Current().Evidence)
	}
	if len(kept)+len(evidence) > EvidenceMost {
		return Invalid{{Field: "evidence", Key: "problem.too_many_files", Args: []any{EvidenceMost}}}
	}
	o.Versions = append(o.Versions, OutcomeVersion{Figures: f, Evidence: append(kept, evidence...), Organisation: v.Organisation, Person: v.Person, At: now})
	o.State, o.Since = OutcomeClaimed, now
	return nil
}

// Attach adds evidence to the current version.
func (o *Outcome) Attach(a Attachment) {
	o.current().Evidence = append(o.current().Evidence, a)
}

// Answer notes what another party or the office says to the current version. Disputing and
// returning need a reason.
func (o *Outcome) Answer(v Viewer, act OutcomeAct, reason string, now time.Time) error {
	to := map[OutcomeAct]OutcomeState{OutcomeConfirm: OutcomeConfirmed, OutcomeDispute: OutcomeDisputed, OutcomeVerify: OutcomeVerified, OutcomeReturn: OutcomeReturned}[act]
	switch n := utf8.RuneCountInString(reason); {
	case to == "":
		return ErrConflict
	case n == 0 && (act == OutcomeDispute || act == OutcomeReturn):
		return Invalid{{Field: "reason", Key: "problem.required"}}
	case n > outcomeTextMost:
		return Invalid{{Field: "reason", Key: "problem.too_long", Args: []any{outcomeTextMost}}}
	}
	o.current().Answers = append(o.current().Answers, OutcomeAnswer{Act: act, Organisation: v.Organisation, Person: v.Person, At: now, Reason: reason})
	o.State, o.Since = to, now
	return nil
}

// Reason is why the current version was disputed or returned.
func (o Outcome) Reason() string {
	if a := o.Current().Answers; len(a) > 0 && (o.State == OutcomeDisputed || o.State == OutcomeReturned) {
		return a[len(a)-1].Reason
	}
	return ""
}

// WasDisputed reports whether any version was ever disputed.
func (o Outcome) WasDisputed() bool {
	return slices.ContainsFunc(o.Versions, func(v OutcomeVersion) bool {
		return slices.ContainsFunc(v.Answers, func(a OutcomeAnswer) bool { return a.Act == OutcomeDispute })
	})
}

// Crosses reports whether the outcome is a red line that was crossed.
func (o Outcome) Crosses(i Indicator) bool { return i.RedLine && o.Current().Value > 0 }

// few is the smallest number of people that is shown to everybody.
const few = 5 * hundred

// Small reports whether the figures count so few people that they could be recognised.
func (f Figures) Small(i Indicator) bool {
	isFew := func(h Hundredths) bool { return h > 0 && h < few }
	switch {
	case !i.Persons():
		return false
	case i.Kind == ValueRate:
		return isFew(f.Numerator) || isFew(f.Denominator)
	}
	return isFew(f.Value)
}

// Shown is the outcome as the viewer may read it: without small figures, evidence and
// what was done where they are not for them.
func (o Outcome) Shown(v Viewer, p Partnership, i Indicator) Outcome {
	if CanSeeFew(v, p) {
		return o
	}
	o.Trail = Trail{}
	o.Versions = slices.Clone(o.Versions)
	for n := range o.Versions {
		ver := &o.Versions[n]
		ver.Evidence = nil
		if ver.Small(i) {
			ver.Figures, ver.Hidden = Figures{Counted: ver.Counted}, true
		}
	}
	return o
}

// ReadFigures reads what somebody wrote as the figures of an indicator for a period, or
// says everything that is wrong with it. Fields are those of FiguresText in small letters.
func ReadFigures(i Indicator, p Period, t FiguresText, today string) (Figures, error) {
	var bad Invalid
	f := Figures{Note: strings.TrimSpace(t.Note), Counted: t.Counted}
	if utf8.RuneCountInString(f.Note) > outcomeTextMost {
		bad.Add("note", "problem.too_long", outcomeTextMost)
	}
	switch i.Kind {
	case ValueRate:
		f.rate(&bad, i, t)
	case ValueYesNo:
		f.Value = f.chosen(&bad, t.Value, []string{"no", "yes"})
	case ValueClass:
		names := make([]string, len(i.Classes))
		for n, c := range i.Classes {
			names[n] = c.Zh
		}
		f.Value = f.chosen(&bad, t.Value, names) + hundred
	default:
		f.Value = f.number(&bad, "value", t.Value, i.Kind == ValueCount)
	}
	if !i.NeedsDay() {
		f.Counted = ""
	} else {
		f.checkDay(&bad, p, today)
	}
	return f, bad.Err()
}

// NeedsDay reports whether values of the indicator say on which day they were counted.
func (i Indicator) NeedsDay() bool { return i.Kind == ValueRate || i.Period == PeriodCohort }

func (f Figures) checkDay(bad *Invalid, p Period, today string) {
	switch {
	case f.Counted == "":
		bad.Add("counted", "problem.required")
	case !IsDay(f.Counted):
		bad.Add("counted", "outcome.no_day")
	case f.Counted > today:
		bad.Add("counted", "outcome.counted_later")
	case f.Counted < p.From:
		bad.Add("counted", "outcome.counted_before", p.From)
	}
}

func (f Figures) number(bad *Invalid, field, text string, whole bool) Hundredths {
	n, ok := ParseHundredths(text)
	switch {
	case text == "":
		bad.Add(field, "problem.required")
	case !ok:
		bad.Add(field, "outcome.no_number")
	case whole && !n.Whole():
		bad.Add(field, "outcome.not_whole")
	}
	return n
}

// chosen is the place of a text among those one can choose, in whole numbers from 0.
func (f Figures) chosen(bad *Invalid, text string, among []string) Hundredths {
	at := slices.Index(among, text)
	if at < 0 {
		bad.Add("value", "problem.required")
		return 0
	}
	return Hundredths(at) * hundred
}

// rate computes the value from its parts.
func (f *Figures) rate(bad *Invalid, i Indicator, t FiguresText) {
	whole, before := i.Persons(), len(*bad)
	f.Numerator = f.number(bad, "numerator", t.Numerator, whole)
	f.Denominator = f.number(bad, "denominator", t.Denominator, whole)
	switch {
	case len(*bad) > before:
	case f.Denominator == 0:
		bad.Add("denominator", "outcome.zero_denominator")
	case i.Parts.Share && f.Numerator > f.Denominator:
		bad.Add("numerator", "outcome.above_hundred")
	default:
		f.Value = Percent(f.Numerator, f.Denominator)
	}
}
