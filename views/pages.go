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

	Partnerships     []SearchItem // the latest, with who and when as note
	PartnershipsMore Link
}

// Directory is one of the public lists.
type Directory struct {
	Page
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
	Follow    *Form // saves the search
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
	ID    string // of the option, for the combobox
	Name  Link
	Note  string
	Badge Badge
}

// ShortlistPage is what a visitor keeps.
type ShortlistPage struct {
	Page
	Table Table
	IDs   []Option
	Empty *Empty
}

// ComparePage shows up to four programmes side by side.
type ComparePage struct {
	Page
	Columns []CompareColumn
	Rows    []CompareRow
	Export  string // address of the same as a workbook
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
	Fields   []Field
	Timeline []Step
	Chart    *Chart
	Facets   []Facet
	Table    Table
	Errors   []FieldError
	Figures  []Figure
	Match    MatchResult
	Badges   []Badge
	Pager    Pager
	Empty    Empty
	Map      Map
}

// Desk is a page people work on: signing in, their desks, their forms.
type Desk struct {
	Page
	Tabs        []Tab
	Kind        string
	Heading     string
	HeadingLang string
	Lead        string
	Badge       Badge
	State       string // in words
	Errors      []FieldError
	Figures     []Figure
	Summary     []Fact
	Form        *Form
	Links       []Link // beneath the form
	Sections    []Section
	Pager       Pager
	Match       *MatchResult
}

// Live reports whether the page answers while its form is filled in.
func (d Desk) Live() bool { return d.Form != nil && d.Form.Live != "" }

// Tab leads to a part of the desk; N is how much waits there.
type Tab struct {
	Link
	N       int
	Current bool
}

// Kept is the shortlist button after a click, with the new count.
type Kept struct {
	Page
	Button *ShortlistButton
}
