package portal

import (
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// GapReason is why the colleges here do not cover a need (供给缺口).
type GapReason string

const (
	GapProgramme GapReason = "no_programme" // nobody here offers a specialism that fits
	GapLevel     GapReason = "level"        // only at a level that was not asked for
	GapSeats     GapReason = "seats"        // fewer seats free than people wanted
	GapUnread    GapReason = "unread"       // no specialism is known to fit what was written
)

// GapReasons lists every reason.
var GapReasons = [...]GapReason{GapProgramme, GapLevel, GapSeats, GapUnread}

// Takes reports whether somebody who asks for the level takes people of another.
func (w WantedLevel) Takes(l Level) bool {
	switch w {
	case WantSecondary:
		return l == Secondary
	case WantVocational:
		return l == Associate || l == VocationalBachelor
	case WantBachelor:
		return l == VocationalBachelor || l == Bachelor
	}
	return true
}

// AdviceKind is what colleges are advised to do.
type AdviceKind string

const (
	AdviseOpen    AdviceKind = "open"    // a programme nobody here offers
	AdviseEnlarge AdviceKind = "enlarge" // one that has too few seats
)

// AdviceKinds lists every kind.
var AdviceKinds = [...]AdviceKind{AdviseOpen, AdviseEnlarge}

// AdviceReply is what a college makes of it.
type AdviceReply string

const (
	AdviceWill    AdviceReply = "will"    // from a year on, with so many seats
	AdviceStudies AdviceReply = "studies" // not decided yet
	AdviceNot     AdviceReply = "not"     // for a reason
)

// AdviceReplies lists every reply.
var AdviceReplies = [...]AdviceReply{AdviceWill, AdviceStudies, AdviceNot}

// Advice (专业设置建议) is what the office advises colleges to do about a gap: to open a
// programme of a class of specialisms, or to enlarge one.
type Advice struct {
	Meta
	Trail
	Kind    AdviceKind     `json:"kind"`
	Class   string         `json:"class"`
	Section string         `json:"section,omitempty"` // of the industry that asks
	Text    string         `json:"text"`
	Counted AdviceCount    `json:"counted"` // as the gap was when it was given
	Asked   []AdviceAnswer `json:"asked"`   // colleges
	Closed  time.Time      `json:"closed,omitzero"`
	Origin  Origin         `json:"origin"`
}

// AdviceCount is the gap a piece of advice was given for.
type AdviceCount struct {
	Needs     int    `json:"needs"`
	Headcount int    `json:"headcount"`
	On        string `json:"on"` // day
}

// AdviceAnswer is a college that was asked, and its answer when there is one.
type AdviceAnswer struct {
	College string      `json:"college"`
	Reply   AdviceReply `json:"reply,omitempty"`
	Year    int         `json:"year,omitempty"`
	Seats   int         `json:"seats,omitempty"` // a year
	Text    string      `json:"text,omitempty"`
	Person  string      `json:"person,omitempty"`
	At      time.Time   `json:"at,omitzero"`
}

// The most colleges asked, characters of a text and seats of an answer.
const (
	adviceMost     = 60
	adviceTextMost = 500
	adviceSeats    = 5000
)

// CanAdvise reports whether the viewer may give advice.
func CanAdvise(v Viewer) bool { return v.CanReview() || v.CanAdminister() }

// CanSeeAdvice reports whether the viewer may read the advice: the office, and colleges
// that were asked.
func CanSeeAdvice(v Viewer, a Advice) bool {
	return v.CanAnalyse() || v.Of(OfCollege) && v.Record != "" && slices.ContainsFunc(a.Asked, func(x AdviceAnswer) bool { return x.College == v.Record })
}

// CanAnswerAdvice reports whether the viewer may answer it for their college.
func CanAnswerAdvice(v Viewer, a Advice) bool {
	return v.CanSpeak() && v.Of(OfCollege) && CanSeeAdvice(v, a) && a.Closed.IsZero()
}

// Shown is the advice as the viewer may read it: a college reads only its own answer.
func (a Advice) Shown(v Viewer) Advice {
	if v.CanAnalyse() {
		return a
	}
	a.Trail = Trail{}
	a.Asked = slices.DeleteFunc(slices.Clone(a.Asked), func(x AdviceAnswer) bool { return x.College != v.Record })
	return a
}

// Check reports what is wrong with a piece of advice.
func (a Advice) Check() error {
	var bad Invalid
	if !slices.Contains(AdviceKinds[:], a.Kind) {
		bad.Add("kind", "problem.required")
	}
	if a.Class == "" {
		bad.Add("class", "problem.required")
	}
	switch n := utf8.RuneCountInString(a.Text); {
	case n == 0:
		bad.Add("text", "problem.required")
	case n > adviceTextMost:
		bad.Add("text", "problem.too_long", adviceTextMost)
	}
	switch n := len(a.Asked); {
	case n == 0:
		bad.Add("colleges", "problem.required")
	case n > adviceMost:
		bad.Add("colleges", "advice.too_many", adviceMost)
	}
	return bad.Err()
}

// Answer notes what a college makes of it; a later answer takes the place of an earlier
// one, which stays in the history.
func (a *Advice) Answer(x AdviceAnswer, now time.Time) error {
	var bad Invalid
	if !slices.Contains(AdviceReplies[:], x.Reply) {
		bad.Add("reply", "problem.required")
	}
	year := now.In(Shanghai).Year()
	if x.Reply == AdviceWill && (x.Year < year || x.Year > year+10) {
		bad.Add("year", "advice.year", strconv.Itoa(year), strconv.Itoa(year+10))
	}
	if x.Reply == AdviceWill && (x.Seats < 1 || x.Seats > adviceSeats) {
		bad.Add("seats", "advice.seats", adviceSeats)
	}
	if x.Reply == AdviceNot && x.Text == "" {
		bad.Add("answer", "problem.required")
	}
	if utf8.RuneCountInString(x.Text) > adviceTextMost {
		bad.Add("answer", "problem.too_long", adviceTextMost)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if x.Reply != AdviceWill {
		x.Year, x.Seats = 0, 0
	}
	at := slices.IndexFunc(a.Asked, func(have AdviceAnswer) bool { return have.College == x.College })
	if at < 0 {
		return ErrNotFound
	}
	x.At = now
	a.Asked[at] = x
	return nil
}
