package views

// MatchPage is the need form with its answer.
type MatchPage struct {
	Page
	Form   MatchForm
	Errors []FieldError
	Faults []FieldError // the same for the top of the page, each with the name of its field
	Result *MatchResult // nil before the first need
	Hints  []Link       // what the text says besides the work, to be filled in
	Report string       // address of the answer on one page; empty when there is none
}

// MatchForm is what a person typed, kept whatever happens to it.
type MatchForm struct {
	Text         string
	Industry     string
	IndustryName string
	Level        string
	Headcount    string
	District     string
	Language     bool
	Levels       []Option
	Modes        []Option
	Districts    []Option
	Relaxed      []string
	Industries   []Option // offered before anything is typed: C38 and its name
}

// Error returns what is wrong with a field, or nothing.
func (m MatchPage) Error(field string) string {
	for _, e := range m.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// The most characters of a need.
const needMost = 5000

// Fields are the fields of the need form in the order of filling them in; all but the
// first may stay empty.
func (m MatchPage) Fields() []Field {
	f := m.Form
	language := []Option{{Value: "1", Text: m.T("match.international"), Selected: f.Language}}
	fields := []Field{
		{Kind: "area", Name: "text", Value: f.Text, Most: needMost, Help: m.T("match.text_help"), Placeholder: m.T("match.placeholder")},
		{Kind: "text", Name: "industry", Value: f.Industry, Help: f.IndustryName, Placeholder: m.T("match.industry_placeholder"),
			Lookup: m.To("/match/industries"), Options: f.Industries},
		{Kind: "select", Name: "level", Options: f.Levels},
		{Kind: "number", Name: "headcount", Value: f.Headcount, Placeholder: m.T("match.headcount_placeholder")},
		{Kind: "select", Name: "district", Options: f.Districts},
		{Kind: "checks", Name: "mode", Options: f.Modes},
		{Kind: "checks", Name: "language", Options: language},
	}
	for i := range fields {
		fields[i].Label = m.T("match." + fields[i].Name)
		fields[i].Error = m.Error(fields[i].Name)
	}
	return fields
}

// FieldError is one thing wrong with a form.
type FieldError struct{ Field, Text string }

// MatchResult is the answer to a need.
type MatchResult struct {
	Heading     string
	Specialisms []MatchSpecialism
	Programmes  []MatchProgramme
	Pager       Pager
	Removed     []Link // what a hard filter took out, with the link that relaxes it
	Gap         *MatchGap
	Bundle      *MatchBundle
	Nothing     *Empty
	Degraded    bool
	Hints       []Hint       // what the text says besides the work, to be filled in
	Judge       *VerdictForm // of a page without a form for the need
}

// Hint is something a text says besides the work. Its button belongs to the form of the
// need; one without a value only says it.
type Hint struct{ Text, Value, Action string }

// VerdictForm is the form the verdicts of a page belong to.
type VerdictForm struct{ ID, Action, Token string }

// Verdict asks what somebody thinks of a result, or says what they have said. Its controls
// belong to the form of that id.
type Verdict struct {
	Form    string
	Action  string // comes back to this place
	Result  string
	Said    string // empty: nothing yet
	Contact bool   // one can get in touch with it
	Reasons []Option
	Note    string
	Error   string
}

// How many specialisms stand open; the rest is folded away.
const fitsShown = 5

// First are the specialisms that stand open.
func (r MatchResult) First() []MatchSpecialism {
	return r.Specialisms[:min(len(r.Specialisms), fitsShown)]
}

// Rest are the specialisms folded away.
func (r MatchResult) Rest() []MatchSpecialism {
	return r.Specialisms[min(len(r.Specialisms), fitsShown):]
}

// MatchSpecialism is a ranked specialism with the paths that lead to it.
type MatchSpecialism struct {
	Name      Link
	Level     string
	Class     string
	Percent   int
	Offers    string
	OffersURL string
	Chips     []MatchChip
	Verdict   *Verdict
}

// MatchProgramme is a programme of a college here, with the addends of its score.
type MatchProgramme struct {
	Name      Link
	College   Link
	Cluster   string
	Level     string
	Percent   int
	Chips     []MatchChip
	Weakest   string
	Badge     Badge
	Shortlist *ShortlistButton
	Verdict   *Verdict
}

// MatchChip is one addend: its words, its points of 100, and where it comes from.
type MatchChip struct {
	Kind   string
	Text   string
	Points string
	Minus  bool
	Source string
}

// MatchGap says that nobody here offers what is wanted, and what comes nearest.
type MatchGap struct {
	Text    string
	Wanted  []Link
	Nearest bool
}

// MatchBundle is several programmes that together supply a headcount.
type MatchBundle struct {
	Text  string
	Parts []Link
}
