package portal

// CollegeKind is the sort of school, in the national terms.
type CollegeKind string

const (
	University           CollegeKind = "undergraduate"            // 普通本科高校
	VocationalUniversity CollegeKind = "vocational_undergraduate" // 职业本科高校
	VocationalCollege    CollegeKind = "higher_vocational"        // 高职(专科)学校
	SecondarySchool      CollegeKind = "secondary_vocational"     // 中等职业学校
	TechnicianCollege    CollegeKind = "technician"               // 技工院校
)

// CollegeKinds lists every kind of school.
var CollegeKinds = [...]CollegeKind{
	University, VocationalUniversity, VocationalCollege, SecondarySchool, TechnicianCollege,
}

// Ownership says who runs a college.
type Ownership string

const (
	Public  Ownership = "public"
	Private Ownership = "private"
)

// College (院校) is a school of the two cities or elsewhere in Guiyang. Its id is the
// national school code, or a slug for the few schools without one.
type College struct {
	Meta
	Name       string      `json:"name"`
	NameEn     string      `json:"name_en,omitempty"`
	Aliases    []string    `json:"aliases,omitempty"` // former and short names
	SchoolCode string      `json:"school_code,omitempty"`
	Cluster    Cluster     `json:"cluster"`
	District   District    `json:"district,omitempty"`
	Kind       CollegeKind `json:"kind"`
	Ownership  Ownership   `json:"ownership,omitempty"`
	Authority  string      `json:"authority,omitempty"`
	Address    string      `json:"address,omitempty"`
	Website    string      `json:"website,omitempty"`
	Founded    int         `json:"founded,omitempty"` // year, 0 when unknown
	Note       string      `json:"note,omitempty"`
	Facts      []Fact      `json:"facts,omitempty"`
	Origin     Origin      `json:"origin"`
}

// Fact is one dated statement about a college, with its own source.
type Fact struct {
	Field  string `json:"field"` // key of the facts table: student_count, shared_resource …
	Value  string `json:"value"`
	Year   string `json:"year,omitempty"`
	Origin Origin `json:"origin"`
}

// Resource reports whether the fact describes something the college could share:
// laboratories, venues, bases (共享资源).
func (f Fact) Resource() bool {
	switch f.Field {
	case "shared_resource", "shared_lab", "science_venue", "training_base", "facilities", "incubation":
		return true
	}
	return false
}
