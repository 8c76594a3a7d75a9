package views

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Badge says how sure a record is: a word with an icon, never a colour alone.
type Badge struct {
	Certainty string // verified, unconfirmed or demo
	Text      string
}

// Cell is one cell of a table. Number aligns it right with tabular figures; Label names
// its column where a row is shown as a card.
type Cell struct {
	Label  string
	Text   string
	URL    string
	Lang   string
	Number bool
	Muted  bool // unknown
	Late   bool // presses: what should have been done by now says so in words, and is marked
	Tags   []string
	Plain  bool // nothing but text
}

// Column is the head of a column; SortURL is set where it can be sorted by.
type Column struct {
	Text    string
	Number  bool
	SortURL string
	Sorted  string // ascending or descending, empty when not sorted by
}

// Row is a record in a table: its name, then its cells. On a phone it is a card.
type Row struct {
	Name      Link
	Note      string
	Cells     []Cell
	Badge     Badge
	Shortlist *ShortlistButton
}

// ShortlistButton adds a programme to the shortlist or takes it off. It belongs to the
// one form "keep" of the page.
type ShortlistButton struct {
	ID    string
	On    bool
	Label string // names the programme, for those who do not see the row
}

// Table is a list of records: a table on a wide screen, cards on a phone.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Dense   bool // rows of few words each: on a narrow screen they stay rows
}

// Keeps reports whether rows of the table can be put on the shortlist.
func (t Table) Keeps() bool { return len(t.Rows) > 0 && t.Rows[0].Shortlist != nil }

// Option is one value of a facet.
type Option struct {
	ID       string // of the input, so that focus survives an exchange of the page
	Field    string
	Value    string
	Text     string
	Lang     string
	N        int
	Selected bool
	URL      string // toggles the value
}

// Facet is one group of the facet panel. More options are folded away.
type Facet struct {
	Field    string
	Text     string
	Options  []Option
	More     []Option
	MoreText string
	Open     bool // shown unfolded
}

// Pager leads to the other pages; Pages holds 0 for a gap.
type Pager struct {
	Page, Pages int
	Prev, Next  string
	Numbers     []PageNumber
}

// PageNumber is one number of a pager; a gap has number 0.
type PageNumber struct {
	Number  int
	URL     string
	Current bool
}

// Fact is a labelled value of a summary strip or a list of facts.
type Fact struct {
	Cell
	Note   string
	Beside string // said right behind the value
}

// Figure is a number that says what it counts, in which unit, and how much of it is
// demonstration data.
type Figure struct {
	Label string
	Value string
	Unit  string
	Note  string
	URL   string
}

// Map is the schematic map of the clusters, not to scale and without boundaries.
type Map struct {
	Places []Place
	Note   string
}

// Place is one cluster on the map.
type Place struct {
	Key     string // huaxi_university_city, qingzhen_vocational_city or other_guiyang
	Name    string
	Lines   []string
	URL     string
	Current bool
}

// Empty says what to do when there is nothing to show.
type Empty struct {
	Text  string
	Steps []Link
}

// Step is one entry of a status timeline, from the first to the last.
type Step struct {
	Text    string
	Note    string
	When    string // the day as people read it
	Machine string // the same day as YYYY-MM-DD
	State   string // done, now, late or to_come
	Word    string // the state in words
}

// Chart is a figure of horizontal bars in the table of its data.
type Chart struct {
	ID      string
	Caption string
	Label   string   // head of the first column
	Unit    string   // head of the second column
	More    []string // heads of the columns between that and the bars
	Note    string   // definition, source and date
	Bars    []Bar
}

// Bar is one bar of a chart. Percent is its length, 100 for the longest; Part is how much
// of the length is filled darker, as the verified part of what is claimed; Text is its value
// as people read it, More what the further columns hold.
type Bar struct {
	Label   Link
	Text    string
	URL     string // of the value
	More    []Cell
	Percent int
	Part    int
}

// Heat is a table whose cells are the darker the more they hold.
type Heat struct {
	Caption string
	Label   string // head of the first column
	Columns []Column
	Rows    []HeatRow
	Note    string // definition, source and date
}

// HeatRow is one row of it.
type HeatRow struct {
	Label Link
	Cells []HeatCell
}

// HeatCell is one cell. Level goes from 0, nothing, to 5, the most of the table; of what is
// not part of the picture, such as a sum, it is 0.
type HeatCell struct {
	Cell
	Level int
}

// Flow is a picture of what leads to what, in columns from left to right: bands as wide as
// what they stand for. The same is in the table beneath.
type Flow struct {
	Caption       string
	Width, Height int
	Heads         []FlowText
	Nodes         []FlowNode
	Bands         []FlowBand
	Table         Table
	Note          string
}

// FlowText is a text at a place of the picture.
type FlowText struct {
	X, Y   int
	Anchor string // start, middle or end
	Text   string
	Lang   string
	URL    string
}

// FlowNode is a bar with its name.
type FlowNode struct {
	X, Y, Width, Height int
	Name                FlowText
}

// FlowBand is a band between two bars; Path is the d attribute.
type FlowBand struct {
	Path  string
	Width int
	Text  string
	Kind  int // of the column it begins in
}

// Form is a form that posts, or one that sends what it asks for in the address. Only one
// that takes files is sent in parts.
type Form struct {
	ID      string // begins the ids of its fields where a page has several forms
	Handle  string // id of the form alone, for controls elsewhere on the page
	Title   string
	Note    string
	Action  string
	Token   string // bound to the session
	Hidden  []Hidden
	Fields  []Field
	Submit  string
	Name    string // of the button, where a form has several
	Look    string // primary, quiet or danger
	More    []Button
	Upload  bool
	Get     bool   // sends its fields in the address and changes nothing
	Across  bool   // its fields stand beside one another
	Confirm string // asked before it is sent
	Live    string // address that answers while one fills it in
}

// Button is another button of a form: it sends the same fields to do something else.
type Button struct {
	Text, Name, Value string
}

// Button is the look of the button that sends the form.
func (f Form) Button() string { return cmp.Or(f.Look, "primary") }

// Picks reports whether a field of the form has buttons of its own.
func (f Form) Picks() bool {
	return slices.ContainsFunc(f.Fields, func(f Field) bool { return len(f.Picks) > 0 })
}

// Placed gives the fields their place among several forms of a page.
func (f Form) Placed() Form {
	if f.ID != "" {
		for i := range f.Fields {
			f.Fields[i].Form = f.ID
		}
	}
	return f
}

// Ident is the part of the field's ids that no other field of the page has.
func (f Field) Ident() string {
	if f.Form == "" {
		return f.Name
	}
	return f.Form + "-" + f.Name
}

// Field is one field of a form with its help and what is wrong with it. Kind is one of
// text, number, area, select, checks, radios, tick, password, email, tel, date,
// datetime-local or file, or points: a list to be read before the next field.
type Field struct {
	Kind        string
	Form        string // id of its form, where a page has several
	Name        string
	Label       string
	Help        string
	Value       string
	Error       string
	Placeholder string
	Options     []Option
	Lookup      string   // address that suggests values while one types
	Picks       []Button // what a value of several meanings may mean: each sends the form
	Most        int      // characters, 0 for no limit
	Rows        int      // of an area; 0: four
	Fill        string   // autocomplete: what browsers and password managers fill in
	Lang        string   // of the value
	Required    bool
	Accept      string // types of a file
}

// Section is a part of a detail page; what is nil or empty is left out.
type Section struct {
	ID       string
	Title    string
	Note     string
	Facts    []Fact
	Groups   []TagGroup
	Timeline []Step
	Table    *Table
	Chart    *Chart
	Heat     *Heat
	Flow     *Flow
	List     []Link
	Map      *Map
	Empty    *Empty
	More     *Link
	Prose    []string
	Actions  []Link
	Forms    []Form
	Matches  []MatchProgramme
	Judge    *VerdictForm // the verdicts of the matches belong to
	Thread   []Message
	Code     string // a text to be copied, such as a token
	QR       *QR
	Print    bool // offers to print the page
}

// Message is one message of a conversation.
type Message struct {
	Name, Text, When, Machine string
	Mine                      bool
}

// QR is a code a telephone reads: the d attribute of one path of unit squares, and the
// squares of a side.
type QR struct {
	Path string
	Size int
	Text string // the same for those who cannot use a camera
}

// TagGroup is a labelled list of texts.
type TagGroup struct {
	Label string
	Lang  string
	Tags  []string
}

// Long reports whether the texts are sentences, which read better one to a line.
func (g TagGroup) Long() bool {
	const shortest = 18 // characters of a text that no longer looks like a tag
	for _, tag := range g.Tags {
		if utf8.RuneCountInString(tag) >= shortest {
			return true
		}
	}
	return false
}
