package portal

// Enterprise (企业) is an organisation of Guiyang and Gui'an that could work with colleges.
type Enterprise struct {
	Meta
	Name      string   `json:"name"`
	NameEn    string   `json:"name_en,omitempty"`
	Industry  string   `json:"industry,omitempty"` // GB/T 4754, at least the division: C38
	Place     string   `json:"place,omitempty"`    // in the source's words, park included
	District  District `json:"district,omitempty"`
	Summary   string   `json:"summary,omitempty"`
	Size      string   `json:"size,omitempty"`    // large, medium, small, micro; empty when unknown
	Foreign   bool     `json:"foreign,omitempty"` // foreign-owned
	Languages []string `json:"languages,omitempty"`
	Origin    Origin   `json:"origin"`
}
