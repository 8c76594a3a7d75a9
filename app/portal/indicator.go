package portal

import "slices"

// ValueKind is what the values of an indicator are.
type ValueKind string

const (
	ValueCount   ValueKind = "count"   // whole
	ValueAmount  ValueKind = "amount"  // 万元
	ValueRate    ValueKind = "rate"    // percent, made of a numerator and a denominator
	ValueHours   ValueKind = "hours"   // lessons and study hours too
	ValueMeasure ValueKind = "measure" // what may have a fraction: areas, months, averages
	ValueYesNo   ValueKind = "yes_no"  // 1 or 0
	ValueClass   ValueKind = "class"   // the number of one of the indicator's classes, from 1
)

// ValueKinds lists every kind of value.
var ValueKinds = [...]ValueKind{ValueCount, ValueAmount, ValueRate, ValueHours, ValueMeasure, ValueYesNo, ValueClass}

// Direction is which way an indicator is better.
type Direction string

const (
	Higher  Direction = "higher"
	Lower   Direction = "lower"
	Neither Direction = "none"
)

// Directions lists every direction.
var Directions = [...]Direction{Higher, Lower, Neither}

// Reach is where a document holds.
type Reach string

const (
	Nationwide Reach = "national"
	InGuizhou  Reach = "guizhou"
	InGuiyang  Reach = "guiyang"
	Elsewhere  Reach = "elsewhere" // another province or city: only ever a reference
)

// Reaches lists every reach.
var Reaches = [...]Reach{Nationwide, InGuizhou, InGuiyang, Elsewhere}

// IndicatorStatus is where an indicator comes from.
type IndicatorStatus string

const (
	IndicatorRead       IndicatorStatus = "read"       // read in a document
	IndicatorUnresolved IndicatorStatus = "unresolved" // habit of the field: has no threshold
)

// IndicatorStatuses lists every status.
var IndicatorStatuses = [...]IndicatorStatus{IndicatorRead, IndicatorUnresolved}

// Indicator (指标) is an entry of the dictionary: something counted in the same way
// everywhere. Its id is its key.
type Indicator struct {
	Meta
	Trail
	Rank    int        `json:"rank"` // place in the dictionary
	Name    string     `json:"name"`
	NameEn  string     `json:"name_en"`
	Unit    string     `json:"unit"`
	UnitEn  string     `json:"unit_en"`
	Kind    ValueKind  `json:"kind"`
	Period  PeriodKind `json:"period"`
	Types   []Mode     `json:"types"`             // of partnerships it is entered for
	Also    []string   `json:"also,omitempty"`    // what else has it: college, programme
	Better  Direction  `json:"better"`            // which way
	RedLine bool       `json:"red_line"`          // more than none blocks the verification of a year
	Parts   *RateParts `json:"parts,omitempty"`   // of a rate
	Classes []Wording  `json:"classes,omitempty"` // of a class

	Threshold *Threshold        `json:"threshold,omitempty"`
	Note      string            `json:"note,omitempty"`
	Sources   []IndicatorSource `json:"sources"`
	Status    IndicatorStatus   `json:"status"`
}

// Wording is a text in both languages.
type Wording struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// RateParts says what a rate is made of. A part that is an indicator itself has its key.
type RateParts struct {
	Numerator      Wording `json:"numerator"`
	Denominator    Wording `json:"denominator"`
	NumeratorKey   string  `json:"numerator_key,omitempty"`
	DenominatorKey string  `json:"denominator_key,omitempty"`
	Unit           Wording `json:"unit"`  // both are counted in
	Share          bool    `json:"share"` // the numerator is part of the denominator: never above 100 %
}

// IndicatorSource is a document an indicator was read in.
type IndicatorSource struct {
	Key     string  `json:"key"`
	Title   string  `json:"title"`
	Place   Wording `json:"place"` // where it holds, when that is one province or city
	Reach   Reach   `json:"reach"`
	Current bool    `json:"current"` // in force as far as is known
	Year    int     `json:"year,omitempty"`
	Note    Wording `json:"note"`
}

// Comparison is how a value is held against a threshold.
type Comparison string

const (
	AtLeast Comparison = "ge"
	AtMost  Comparison = "le"
)

// Comparisons lists every comparison.
var Comparisons = [...]Comparison{AtLeast, AtMost}

// Threshold is a number that a document sets. It never blocks anything.
type Threshold struct {
	Compare  Comparison `json:"compare"`
	Value    Hundredths `json:"value"`
	Document string     `json:"document"`
	Place    Wording    `json:"place"`
	Reach    Reach      `json:"reach"`
	Current  bool       `json:"current"`
}

// Judges reports whether one may say that a value meets the threshold or does not: of
// another province's, or one no longer in force, it is only a reference.
func (t Threshold) Judges() bool { return t.Reach != Elsewhere && t.Current }

// Met reports whether a value is on the right side of the threshold.
func (t Threshold) Met(value Hundredths) bool {
	if t.Compare == AtMost {
		return value <= t.Value
	}
	return value >= t.Value
}

// persons is the unit of people, of whom few may not be shown.
const persons = "人"

// Persons reports whether values of the indicator count people.
func (i Indicator) Persons() bool {
	return i.Kind == ValueCount && i.Unit == persons || i.Parts != nil && i.Parts.Unit.Zh == persons
}

// For reports whether partnerships of a type have the indicator.
func (i Indicator) For(t Mode) bool { return slices.Contains(i.Types, t) }

// Adds reports whether the values of several periods add up.
func (i Indicator) Adds() bool {
	return (i.Kind == ValueCount || i.Kind == ValueAmount || i.Kind == ValueHours) && i.Period.Adds()
}

// CanEditIndicators reports whether the viewer may change the words and thresholds of the
// dictionary.
func CanEditIndicators(v Viewer) bool { return v.CanAdminister() }

// IndicatorWords is what the office can change of an indicator.
type IndicatorWords struct {
	Name, NameEn, Note string
	Threshold          *Threshold // nil: none
}

// Reword takes over what the office changed. A threshold comes with its document; naming
// one makes an indicator that came from habit one that was read.
func (i *Indicator) Reword(w IndicatorWords) error {
	var bad Invalid
	if w.Name == "" {
		bad.Add("name", "problem.required")
	}
	if w.NameEn == "" {
		bad.Add("name_en", "problem.required")
	}
	if t := w.Threshold; t != nil {
		if t.Document == "" {
			bad.Add("document", "problem.required")
		}
		if !slices.Contains(Reaches[:], t.Reach) {
			bad.Add("reach", "problem.required")
		}
		if !slices.Contains(Comparisons[:], t.Compare) {
			bad.Add("compare", "problem.required")
		}
		if i.Kind == ValueYesNo || i.Kind == ValueClass {
			bad.Add("compare", "indicator.no_number")
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	i.Name, i.NameEn, i.Note, i.Threshold = w.Name, w.NameEn, w.Note, w.Threshold
	if i.Threshold != nil {
		i.Status = IndicatorRead
	}
	return nil
}

// TrainingModes are the types of partnership that train students.
var TrainingModes = [...]Mode{OrderClass, Apprenticeship, PracticeBase, IndustryCollege}
