package portal

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// TargetSpan is what a target counts.
type TargetSpan string

const (
	InYear TargetSpan = "in_year" // what comes about in the year
	ByYear TargetSpan = "by_year" // all until the end of the year
)

// TargetSpans lists every span.
var TargetSpans = [...]TargetSpan{ByYear, InYear}

// PlanYears are the years in which phases of the plan end (筑府办函〔2023〕24号).
var PlanYears = [...]int{2025, 2027, 2030}

// Target (目标) is what the office wants reached: so many partnerships, of a type or of
// all, or so much of an indicator that adds up. Its id is made of measure, span and year.
type Target struct {
	Meta
	Trail
	Indicator string     `json:"indicator,omitempty"` // key; empty: partnerships signed
	Type      Mode       `json:"type,omitempty"`      // of the partnerships; empty: all
	Span      TargetSpan `json:"span"`
	Year      int        `json:"year"`
	Value     Hundredths `json:"value"`
	Source    string     `json:"source"` // document it comes from
	Note      string     `json:"note,omitempty"`
	Dropped   bool       `json:"dropped,omitempty"` // taken off
}

// The years a target can be of, and the most characters of its texts.
const (
	targetFirst, targetLast = 2020, 2040
	targetTextMost          = 200
)

// CanSetTargets reports whether the viewer may enter and change targets.
func CanSetTargets(v Viewer) bool { return v.CanAdminister() || v.CanReview() }

// TargetDraft is a target as somebody wrote it.
type TargetDraft struct {
	Indicator, Type, Span, Year, Value, Source, Note string
}

// ReadTarget checks what somebody wrote; of is the indicator of that key, nil where there is
// none.
func ReadTarget(d TargetDraft, of *Indicator) (Target, error) {
	t := Target{Indicator: d.Indicator, Type: Mode(d.Type), Span: TargetSpan(d.Span), Source: d.Source, Note: d.Note}
	var bad Invalid
	switch {
	case d.Indicator != "" && (of == nil || !of.Adds()):
		bad.Add("indicator", "target.no_indicator")
	case d.Indicator != "" && d.Type != "":
		bad.Add("type", "target.type_or_indicator")
	case d.Type != "" && !t.Type.Valid():
		bad.Add("type", "problem.required")
	}
	if !slices.Contains(TargetSpans[:], t.Span) {
		bad.Add("span", "problem.required")
	}
	var err error
	if t.Year, err = strconv.Atoi(d.Year); err != nil || t.Year < targetFirst || t.Year > targetLast {
		bad.Add("year", "target.year", targetFirst, targetLast)
	}
	value, ok := ParseHundredths(d.Value)
	switch {
	case !ok || value <= 0:
		bad.Add("value", "target.value")
	case (of == nil || of.Kind == ValueCount) && !value.Whole():
		bad.Add("value", "outcome.not_whole")
	}
	t.Value = value
	if d.Source == "" {
		bad.Add("source", "target.source")
	}
	for field, text := range map[string]string{"source": d.Source, "note": d.Note} {
		if utf8.RuneCountInString(text) > targetTextMost {
			bad.Add(field, "problem.too_long", targetTextMost)
		}
	}
	t.ID = t.Key()
	return t, bad.Err()
}

// Key is the id of a target of that measure, span and year.
func (t Target) Key() string {
	measure := "partnerships"
	switch {
	case t.Indicator != "":
		measure = "indicator." + t.Indicator
	case t.Type != "":
		measure = "partnerships." + string(t.Type)
	}
	return measure + "." + string(t.Span) + "." + strconv.Itoa(t.Year)
}

// Counts reports whether something of a year counts towards the target.
func (t Target) Counts(year int) bool {
	return year == t.Year || t.Span == ByYear && year > 0 && year < t.Year
}
