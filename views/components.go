package views

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
	ShortNote bool // a code, which stands on the line of the badge
	Cells     []Cell
	Badge     Badge
	Shortlist *ShortlistButton
}

// ShortlistButton adds a programme to the shortlist or takes it off. It belongs to the
// one form "keep" of the page.
type ShortlistButton struct {
	ID     string
	On     bool
	Text   string
	Label  string // names the programme, for those who do not see the row
	Action string
}

// Table is a list of records: a table on a wide screen, cards on a phone.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
}

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
	Note string
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

// Section is a part of a detail page; what is nil or empty is left out.
type Section struct {
	ID     string
	Title  string
	Note   string
	Facts  []Fact
	Groups []TagGroup
	Table  *Table
	List   []Link
	Map    *Map
	Empty  *Empty
	More   *Link
}

// TagGroup is a labelled list of short texts.
type TagGroup struct {
	Label string
	Lang  string
	Tags  []string
}
