package views

// Home is the front page.
type Home struct {
	Page
	Figures    []Figure
	AsOf       string
	Map        Map
	Needs      Table
	NeedsMore  Link
	Industries []Link
	Examples   []Link // needs to try
}

// Directory is one of the public lists.
type Directory struct {
	Page
	Noun      string // plural, as in the path
	Heading   string
	Lead      string
	Text      string
	Facets    []Facet
	Chips     []Link // removable choices
	ClearAll  string
	Total     int
	Sorts     []Option
	Hidden    []Hidden // the state a form must keep
	Table     Table
	Pager     Pager
	CSV, XLSX string
	Widened   bool
	Empty     *Empty
}

// Hidden is a hidden field of a form.
type Hidden struct{ Name, Value string }

// Detail is the page of one record.
type Detail struct {
	Page
	Kind        string // noun, translated
	Heading     string
	HeadingLang string
	Sub         string
	SubLang     string
	Badge       Badge
	Source      string // origin in words, with date
	SourceURL   string
	Shortlist   *ShortlistButton
	Actions     []Link
	Lead        string // running text, such as a need in the words of its enterprise
	LeadLang    string
	Summary     []Fact
	Sections    []Section
	Match       *MatchResult // a need's own match
}

// SearchPage is the search over everything.
type SearchPage struct {
	Page
	Text   string
	Total  int
	Groups []SearchGroup
	Empty  *Empty
}

// SearchGroup is what was found of one noun.
type SearchGroup struct {
	Noun    string
	Heading string
	Total   int
	All     string
	Items   []SearchItem
	Widened bool
}

// SearchItem is one found record.
type SearchItem struct {
	ID   string // of the option, for the combobox
	Name Link
	Note string
}

// MatchPage is the need form with its answer.
type MatchPage struct {
	Page
	Form   MatchForm
	Errors []FieldError
	Result *MatchResult // nil before the first need
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
	ModesOpen    bool
	Levels       []Option
	Modes        []Option
	Districts    []Option
	Relaxed      []string
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

// FieldError is one thing wrong with a form.
type FieldError struct{ Field, Text string }

// MatchResult is the answer to a need.
type MatchResult struct {
	Heading     string
	Specialisms []MatchSpecialism
	Programmes  []MatchProgramme
	Removed     []Link // what a hard filter took out, with the link that relaxes it
	Gap         *MatchGap
	Bundle      *MatchBundle
	Nothing     *Empty
	Degraded    bool
	Report      string // printable report
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

// ShortlistPage is what a visitor keeps.
type ShortlistPage struct {
	Page
	Table      Table
	IDs        []Option
	CompareURL string
	Empty      *Empty
}

// ComparePage shows up to four programmes side by side.
type ComparePage struct {
	Page
	Columns []CompareColumn
	Rows    []CompareRow
	Empty   *Empty
}

// CompareColumn heads one programme.
type CompareColumn struct {
	Name    Link
	College Link
	Badge   Badge
	Remove  string
}

// CompareRow is one property of all programmes; Differs marks those that are not equal.
type CompareRow struct {
	Label   string
	Cells   []Cell
	Differs bool
}

// TextPage is running text: about, help, privacy, accessibility.
type TextPage struct {
	Page
	Heading  string
	Sections []Prose
}

// Prose is a heading with paragraphs and steps.
type Prose struct {
	ID         string
	Title      string
	Paragraphs []string
	Steps      []string
}

// APIPage documents the API.
type APIPage struct {
	Page
	Endpoints []Endpoint
	Spec      string
}

// Endpoint is one route of the API.
type Endpoint struct {
	Method, Path, Summary string
	Parameters            []Fact
	Example               string
}

// ErrorPage says what is the matter and what to do.
type ErrorPage struct {
	Page
	Code    int
	Heading string
	Lead    string
	Steps   []Link
	Request string
}

// Styleguide shows the components in every state.
type Styleguide struct {
	Page
	Facets  []Facet
	Table   Table
	Errors  []FieldError
	Figures []Figure
	Match   MatchResult
	Badges  []Badge
	Pager   Pager
	Empty   Empty
	Map     Map
}

// Kept is the shortlist button after a click, with the new count.
type Kept struct {
	Page
	Button *ShortlistButton
}

// MatchBundle is several programmes that together supply a headcount.
type MatchBundle struct {
	Text  string
	Parts []Link
}
