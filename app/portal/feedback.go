package portal

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Verdict is what somebody says of one result of a match.
type Verdict string

const (
	Unfit     Verdict = "unfit"     // 不对口
	Contacted Verdict = "contacted" // 已联系
)

// Verdicts lists every verdict.
var Verdicts = [...]Verdict{Unfit, Contacted}

// UnfitReason says why a result does not fit.
type UnfitReason string

const (
	UnfitField    UnfitReason = "field"    // 专业方向不符
	UnfitLevel    UnfitReason = "level"    // 层次不符
	UnfitStopped  UnfitReason = "stopped"  // 已停招
	UnfitDistance UnfitReason = "distance" // 距离
	UnfitOther    UnfitReason = "other"    // said in the note
)

// UnfitReasons lists the choices of a form.
var UnfitReasons = [...]UnfitReason{UnfitField, UnfitLevel, UnfitStopped, UnfitDistance, UnfitOther}

// FeedbackNoteMost is the longest note with a verdict.
const FeedbackNoteMost = 200

// Feedback (反馈) is what a person says of one result of a match, with what was asked and
// where the result stood. There is one of a person, a need as it reads, and a result. By
// itself it changes no ranking.
type Feedback struct {
	Meta
	Trail
	Person       string           `json:"person,omitempty"` // empty: their account is gone
	Organisation string           `json:"organisation"`
	Side         OrganisationKind `json:"side"`
	Need         string           `json:"need,omitempty"` // id; empty: it was still being written
	Asked        string           `json:"asked"`          // fingerprint of the next four
	Text         string           `json:"text"`
	Industry     string           `json:"industry,omitempty"`
	Level        WantedLevel      `json:"level,omitempty"`
	Modes        []Mode           `json:"modes,omitempty"`
	Programme    string           `json:"programme,omitempty"` // id; empty: the specialism itself was judged
	Code         string           `json:"code"`
	Class        string           `json:"class,omitempty"`
	Verdict      Verdict          `json:"verdict,omitempty"` // empty: taken back
	Reason       UnfitReason      `json:"reason,omitempty"`
	Note         string           `json:"note,omitempty"`
	Rank         int              `json:"rank"`   // where it stood, from 1
	Points       int              `json:"points"` // of 100, as shown
	Graph        string           `json:"graph"`  // fingerprint of what the match knew
	At           time.Time        `json:"at"`
	Origin       Origin           `json:"origin"`
}

// CanJudge reports whether the viewer may say what they think of results: whoever writes
// for an enterprise or a college.
func CanJudge(v Viewer) bool { return (v.Of(OfEnterprise) || v.Of(OfCollege)) && v.CanEdit() }

// Give says it, or says it differently.
func (f *Feedback) Give(verdict Verdict, reason UnfitReason, note string, now time.Time) error {
	var bad Invalid
	if !slices.Contains(Verdicts[:], verdict) {
		return ErrNotFound // no form offers it
	}
	if verdict == Contacted {
		reason, note = "", ""
	}
	if verdict == Unfit && !slices.Contains(UnfitReasons[:], reason) {
		bad.Add("reason", "feedback.choose_reason")
	}
	if reason == UnfitOther && note == "" {
		bad.Add("note", "feedback.say_why")
	}
	if utf8.RuneCountInString(note) > FeedbackNoteMost {
		bad.Add("note", "problem.too_long", FeedbackNoteMost)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	f.Verdict, f.Reason, f.Note, f.At = verdict, reason, note, now
	return nil
}

// Withdraw takes it back.
func (f *Feedback) Withdraw() { f.Verdict, f.Reason, f.Note = "", "", "" }

// Forget leaves out who said it, and their own words.
func (f *Feedback) Forget() { f.Person, f.Note = "", "" }
