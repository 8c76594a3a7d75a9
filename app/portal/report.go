package portal

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// CanReport reports whether the viewer may read the ledger, the report forms and the
// yearly report.
func CanReport(v Viewer) bool { return v.CanAnalyse() }

// CanEditForms reports whether the viewer may change what a report form asks.
func CanEditForms(v Viewer) bool { return v.CanAdminister() }

// CanBundle reports whether the viewer may have the evidence of everybody: it names people.
func CanBundle(v Viewer) bool { return v.CanReview() }

// ReportForm (报表) is a form the office fills from the dictionary of indicators. Document
// names the one it follows; empty: the office's own.
type ReportForm struct {
	Meta
	Trail
	Rank     int           `json:"rank"`
	Name     Wording       `json:"name"`
	Types    []Mode        `json:"types"` // of the partnerships it is about
	Document string        `json:"document,omitempty"`
	Note     Wording       `json:"note,omitzero"`
	Fields   []ReportField `json:"fields"`
}

// ReportField is one field of a form with how it is computed.
type ReportField struct {
	Key     string     `json:"key"`
	Label   Wording    `json:"label"`
	Formula string     `json:"formula"`
	Period  PeriodKind `json:"period"` // of its indicators
}

// Field finds a field by its key.
func (f ReportForm) Field(key string) (ReportField, bool) {
	at := slices.IndexFunc(f.Fields, func(have ReportField) bool { return have.Key == key })
	if at < 0 {
		return ReportField{}, false
	}
	return f.Fields[at], true
}

// Indicators are the keys of the indicators the form asks, each once, in its order.
func (f ReportForm) Indicators() []string {
	var out []string
	for _, field := range f.Fields {
		formula, _ := ParseFormula(field.Formula) // checked when the form was stored
		for _, key := range formula.Indicators() {
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

// The most fields of a form, and characters of its texts.
const (
	formFieldsMost = 60
	formTextMost   = 400
)

// Check says what is wrong with the form against the dictionary, each problem with the
// number of its field, from 1; 0 is the form itself.
func (f ReportForm) Check(dictionary map[string]Indicator) []FormProblem {
	var out []FormProblem
	add := func(line int, field, key string, args ...any) {
		out = append(out, FormProblem{line, Problem{Field: field, Key: key, Args: args}})
	}
	for _, text := range []struct{ field, text string }{{"name", f.Name.Zh}, {"name_en", f.Name.En}} {
		if text.text == "" {
			add(0, text.field, "problem.required")
		}
	}
	for _, text := range []struct{ field, text string }{{"name", f.Name.Zh}, {"name_en", f.Name.En}, {"document", f.Document}, {"note", f.Note.Zh}, {"note_en", f.Note.En}} {
		if utf8.RuneCountInString(text.text) > formTextMost {
			add(0, text.field, "problem.too_long", formTextMost)
		}
	}
	if len(f.Fields) == 0 || len(f.Fields) > formFieldsMost {
		add(0, "fields", "report.problem.fields", formFieldsMost)
	}
	seen := map[string]bool{}
	for i, field := range f.Fields {
		if p := field.check(f, dictionary); p != nil {
			add(i+1, p.Field, p.Key, p.Args...)
		} else if seen[field.Key] {
			add(i+1, "field", "report.problem.twice", field.Key)
		}
		seen[field.Key] = true
	}
	return out
}

// FormProblem is something wrong with a form, at one of its fields.
type FormProblem struct {
	Line int
	Problem
}

// check is the first thing wrong with a field; nil: nothing.
func (f ReportField) check(form ReportForm, dictionary map[string]Indicator) *Problem {
	refuse := func(field, key string, args ...any) *Problem { return &Problem{Field: field, Key: key, Args: args} }
	if f.Key == "" || strings.Trim(f.Key, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return refuse("field", "report.problem.key", f.Key)
	}
	if f.Label.Zh == "" || f.Label.En == "" {
		return refuse("label", "report.problem.label", f.Key)
	}
	formula, ok := ParseFormula(f.Formula)
	if !ok {
		return refuse("formula", "report.problem.formula", f.Formula)
	}
	keys := formula.Indicators()
	var kind ValueKind
	for _, key := range keys {
		i, known := dictionary[key]
		switch {
		case !known:
			return refuse("formula", "report.problem.unknown_indicator", key)
		case !slices.ContainsFunc(form.Types, i.For):
			return refuse("formula", "report.problem.other_type", key)
		case i.Period != f.Period:
			return refuse("period", "report.problem.period", key, string(i.Period))
		}
		kind = i.Kind
		if len(keys) == 2 && kind != ValueCount && kind != ValueAmount && kind != ValueHours {
			return refuse("formula", "report.problem.operation", string(formula.Op), key)
		}
	}
	if len(keys) == 1 && !formula.fits(kind) {
		return refuse("formula", "report.problem.operation", string(formula.Op), keys[0])
	}
	return nil
}

// FormulaOp is what a formula does.
type FormulaOp string

const (
	FormulaSum   FormulaOp = "sum"   // of the values
	FormulaRate  FormulaOp = "rate"  // all numerators by all denominators, of a rate or of two indicators
	FormulaCount FormulaOp = "count" // of records, or of the partnerships that say yes
)

// RecordCounts are the records a formula can count.
var RecordCounts = [...]string{"partnerships", "signed", "colleges", "enterprises"}

// Formula is how a field is computed: sum(x), rate(x), rate(x, y) or count(x), where x is
// an indicator or, of a count, one of RecordCounts.
type Formula struct {
	Op   FormulaOp
	Keys []string
}

// ParseFormula reads a formula; it is not ok when it is none.
func ParseFormula(text string) (Formula, bool) {
	op, rest, found := strings.Cut(strings.ReplaceAll(text, " ", ""), "(")
	list, closed := strings.CutSuffix(rest, ")")
	f := Formula{Op: FormulaOp(op), Keys: strings.Split(list, ",")}
	if !found || !closed || slices.Contains(f.Keys, "") || strings.ContainsAny(list, "()") {
		return Formula{}, false
	}
	switch f.Op {
	case FormulaSum, FormulaCount:
		return f, len(f.Keys) == 1
	case FormulaRate:
		return f, len(f.Keys) == 1 || len(f.Keys) == 2 && f.Keys[0] != f.Keys[1]
	}
	return Formula{}, false
}

// String writes the formula in its one form.
func (f Formula) String() string { return string(f.Op) + "(" + strings.Join(f.Keys, ", ") + ")" }

// Counts is what records the formula counts; empty: none.
func (f Formula) Counts() string {
	if f.Op == FormulaCount && slices.Contains(RecordCounts[:], f.Keys[0]) {
		return f.Keys[0]
	}
	return ""
}

// Indicators are the keys of the indicators the formula asks.
func (f Formula) Indicators() []string {
	if f.Counts() != "" {
		return nil
	}
	return f.Keys
}

// fits reports whether the formula can be computed of one indicator of a kind.
func (f Formula) fits(kind ValueKind) bool {
	switch f.Op {
	case FormulaSum:
		return kind == ValueCount || kind == ValueAmount || kind == ValueHours || kind == ValueMeasure
	case FormulaRate:
		return kind == ValueRate
	}
	return kind == ValueYesNo
}

// Usual is the formula by which several partnerships have an indicator together; it is not
// ok where they have none: averages and classes do not add up.
func (i Indicator) Usual() (Formula, bool) {
	for _, op := range []FormulaOp{FormulaSum, FormulaRate, FormulaCount} {
		f := Formula{Op: op, Keys: []string{i.ID}}
		if f.fits(i.Kind) && i.Kind != ValueMeasure {
			return f, true
		}
	}
	return Formula{}, false
}

// Year is the year a period is reported in: the one it ends in.
func (p Period) Year() int {
	year, _, _ := strings.Cut(p.Until, "-")
	n, _ := strconv.Atoi(year) // the day was checked when the period was read
	return n
}

// WorkedIn reports whether the partnership was signed by the end of a year and not over
// before it.
func (p Partnership) WorkedIn(year int) bool {
	return p.signedBy(year) && (p.EndedAt.IsZero() || p.EndedAt.In(Shanghai).Year() >= year)
}

// SignedIn reports whether the agreement was signed in a year.
func (p Partnership) SignedIn(year int) bool {
	return p.signedBy(year) && strings.HasPrefix(p.Agreement.SignedOn, strconv.Itoa(year))
}

func (p Partnership) signedBy(year int) bool {
	signed := p.TakesOutcomes() || p.Stage == PartnershipTerminated && len(p.Agreement.Confirmed) > 0
	return signed && p.Agreement.SignedOn != "" && p.Agreement.SignedOn <= strconv.Itoa(year)+"-12-31"
}

// FirstReported is the first year that is reported of.
const FirstReported = 2023

// ReportYears are the years one can report of, the latest first: the current one too,
// which is not over.
func ReportYears(now time.Time) []int {
	var out []int
	for year := now.In(Shanghai).Year(); year >= FirstReported; year-- {
		out = append(out, year)
	}
	return out
}
