package portal

import "time"

// Internship is what a need says of students who are to work as interns.
type Internship struct {
	Pay       *int          `json:"pay,omitempty"`  // yuan a month; nil is unknown
	Wage      *int          `json:"wage,omitempty"` // what the same post pays, yuan a month
	Confirmed *Confirmation `json:"confirmed,omitempty"`
}

// Confirmation is who saw which points of the check and said that they hold.
type Confirmation struct {
	Version string    `json:"version"` // of the points
	Points  []string  `json:"points"`  // keys, in the order shown
	At      time.Time `json:"at"`
	By      string    `json:"by"` // id of the person
}

// InternshipRule names the rule the points are about, and InternshipVersion the day the
// points below were last changed.
const (
	InternshipRule    = "教职成〔2021〕4号《职业学校学生实习管理规定》"
	InternshipVersion = "2026-11-28"
)

// InternshipPoint is one point an enterprise checks before it asks for interns. Only of an
// article that was read does the portal say what it asks; every other point names the
// matter and leaves the rule to be looked up.
type InternshipPoint struct {
	Key     string
	Article string // 第十八条; empty: the words are not at hand
}

// InternshipPoints are the points of the check. What article 18 asks of pay is what the
// KPI dictionary holds of it (intern_pay_ratio, read); no other article was read.
var InternshipPoints = [...]InternshipPoint{
	{Key: "pay", Article: "第十八条"},
	{Key: "agreement"},
	{Key: "post"},
	{Key: "hours"},
	{Key: "safety"},
	{Key: "insurance"},
	{Key: "fees"},
	{Key: "minors"},
}

// InternPayLeast is the least an intern is paid in percent of the wage of the same post,
// where the lowest grade of its wages is not paid (教职成〔2021〕4号, article 18).
const InternPayLeast = 80

// Confirm keeps that somebody saw all points and said that they hold.
func (i *Internship) Confirm(person string, now time.Time) {
	c := Confirmation{Version: InternshipVersion, At: now, By: person}
	for _, p := range InternshipPoints {
		c.Points = append(c.Points, p.Key)
	}
	i.Confirmed = &c
}

// Standing reports whether the points were confirmed as they stand now.
func (i Internship) Standing() bool {
	return i.Confirmed != nil && i.Confirmed.Version == InternshipVersion
}

// PayPercent is what interns are paid in percent of the wage of the same post, rounded
// down; ok is false while either is unknown.
func (i Internship) PayPercent() (percent int, ok bool) {
	if i.Pay == nil || i.Wage == nil || *i.Wage <= 0 {
		return 0, false
	}
	return 100 * *i.Pay / *i.Wage, true
}
