package portal

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// PeriodKind is what stretch of time the values of an indicator are of.
type PeriodKind string

const (
	PeriodPoint      PeriodKind = "point"         // as things stood on a day
	PeriodYear       PeriodKind = "calendar_year" // a whole one
	PeriodAcademic   PeriodKind = "academic_year" // 1 September to 31 August
	PeriodCohort     PeriodKind = "cohort"        // a class by the year it graduates (届), known by its last academic year
	PeriodBatch      PeriodKind = "batch"         // from one day to another
	PeriodCumulative PeriodKind = "cumulative"    // all that was until a day
	PeriodProject    PeriodKind = "project"       // as batch, of the whole undertaking
	PeriodQuarter    PeriodKind = "quarter"
)

// PeriodKinds lists every kind of period.
var PeriodKinds = [...]PeriodKind{PeriodPoint, PeriodYear, PeriodAcademic, PeriodCohort, PeriodBatch, PeriodCumulative, PeriodProject, PeriodQuarter}

// Period is the stretch of time a value is of. Days are YYYY-MM-DD in Shanghai, both
// included. Label is the one way to write it: 2025, 2024-2025, 2025Q3, 2025-12-31 or
// 2025-03-01/2025-06-30, by kind.
type Period struct {
	Kind  PeriodKind `json:"kind"`
	From  string     `json:"from"`
	Until string     `json:"until"`
	Label string     `json:"label"`
}

// Listed reports whether periods of the kind can be chosen from a list.
func (k PeriodKind) Listed() bool {
	return k == PeriodYear || k == PeriodAcademic || k == PeriodCohort || k == PeriodQuarter
}

// Spans reports whether periods of the kind are given by their first and last day.
func (k PeriodKind) Spans() bool { return k == PeriodBatch || k == PeriodProject }

// Adds reports whether the values of several periods of the kind add up: what is counted
// in one is not counted in another.
func (k PeriodKind) Adds() bool { return k.Listed() || k == PeriodBatch }

var periodForms = map[PeriodKind]*regexp.Regexp{
	PeriodPoint:      regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	PeriodCumulative: regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	PeriodYear:       regexp.MustCompile(`^(20\d\d)$`),
	PeriodCohort:     regexp.MustCompile(`^(20\d\d)$`),
	PeriodAcademic:   regexp.MustCompile(`^(20\d\d)-(20\d\d)$`),
	PeriodQuarter:    regexp.MustCompile(`^(20\d\d)Q([1-4])$`),
	PeriodBatch:      regexp.MustCompile(`^(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)$`),
	PeriodProject:    regexp.MustCompile(`^(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)$`),
}

// ReadPeriod reads a period of a kind from its label. What is of another kind, no such
// period, or not over today, is refused; a class may be spoken of once its last academic
// year has begun.
func ReadPeriod(kind PeriodKind, label, today string) (Period, error) {
	refuse := func(key string) (Period, error) { return Period{}, Invalid{{Field: "period", Key: key}} }
	form, known := periodForms[kind]
	if !known {
		return refuse("outcome.period.unknown")
	}
	if label == "" {
		return refuse("problem.required")
	}
	p, ok := Period{}, false
	if m := form.FindStringSubmatch(label); m != nil {
		p, ok = period(kind, m)
	}
	switch {
	case !ok:
		return refuse("outcome.period." + string(kind))
	case kind == PeriodCohort && p.From > today, kind != PeriodCohort && p.Until > today:
		return refuse("outcome.period.future")
	}
	return p, nil
}

// period makes a period of the parts of its label.
func period(kind PeriodKind, parts []string) (Period, bool) {
	p := Period{Kind: kind, Label: parts[0]}
	year := 0
	if len(parts) > 1 {
		year, _ = strconv.Atoi(parts[1]) // no number in a span, which takes its days as they are
	}
	switch kind {
	case PeriodYear:
		p.From, p.Until = parts[1]+"-01-01", parts[1]+"-12-31"
	case PeriodAcademic:
		if parts[2] != strconv.Itoa(year+1) {
			return p, false
		}
		p.From, p.Until = parts[1]+"-09-01", parts[2]+"-08-31"
	case PeriodCohort:
		p.From, p.Until = strconv.Itoa(year-1)+"-09-01", parts[1]+"-08-31"
	case PeriodQuarter:
		quarter, _ := strconv.Atoi(parts[2])
		first := time.Date(year, time.Month(3*quarter-2), 1, 0, 0, 0, 0, time.UTC)
		p.From, p.Until = first.Format(time.DateOnly), first.AddDate(0, 3, -1).Format(time.DateOnly)
	case PeriodBatch, PeriodProject:
		p.From, p.Until = parts[1], parts[2]
	default:
		p.From, p.Until = parts[0], parts[0]
	}
	return p, IsDay(p.From) && IsDay(p.Until) && p.From <= p.Until
}

// Overlaps reports whether two periods share a day.
func (p Period) Overlaps(other Period) bool { return p.From <= other.Until && other.From <= p.Until }

// LastPeriods are the last n periods of a listed kind that may be spoken of, the latest
// first.
func LastPeriods(kind PeriodKind, today string, n int) []Period {
	day, err := time.Parse(time.DateOnly, today)
	if err != nil || !kind.Listed() {
		return nil
	}
	var out []Period
	for year := day.Year() + 1; len(out) < n && year >= 2000; year-- {
		labels := []string{strconv.Itoa(year)}
		switch kind {
		case PeriodAcademic:
			labels[0] = fmt.Sprintf("%d-%d", year-1, year)
		case PeriodQuarter:
			labels = []string{fmt.Sprintf("%dQ4", year), fmt.Sprintf("%dQ3", year), fmt.Sprintf("%dQ2", year), fmt.Sprintf("%dQ1", year)}
		}
		for _, label := range labels {
			if p, err := ReadPeriod(kind, label, today); err == nil && len(out) < n {
				out = append(out, p)
			}
		}
	}
	return out
}
