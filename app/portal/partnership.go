package portal

// Partnership (合作项目) is something colleges and enterprises do together. Those of the
// seeds are public reports; stages and outcomes are not known of them.
type Partnership struct {
	Meta
	Title       string   `json:"title"`
	Type        Mode     `json:"type"`
	Colleges    []Party  `json:"colleges"`
	Enterprises []Party  `json:"enterprises"`
	Programmes  []string `json:"programmes,omitempty"` // specialism codes stated in the report
	Industry    string   `json:"industry,omitempty"`
	Year        int      `json:"year,omitempty"` // of the report; 0 when undated
	Summary     string   `json:"summary,omitempty"`
	Origin      Origin   `json:"origin"`
}

// Party is one side of a partnership. ID is empty when the party has no record here.
type Party struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}
