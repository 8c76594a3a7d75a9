package portal

// Specialism (专业目录条目) is an entry of the national catalogue. Its id is its code;
// undergraduate codes carry T/K, some vocational ones K.
type Specialism struct {
	Meta
	Code         string          `json:"code"`
	Name         string          `json:"name"`
	Level        Level           `json:"level"`
	ClassCode    string          `json:"class_code"`
	ClassName    string          `json:"class_name"`
	CategoryCode string          `json:"category_code"`
	CategoryName string          `json:"category_name"`
	Controlled   bool            `json:"controlled,omitempty"` // 国家控制布点
	Added        string          `json:"added,omitempty"`      // year of a supplement after the base list
	Profile      *Profile        `json:"profile,omitempty"`
	Occupations  []OccupationRef `json:"occupations,omitempty"` // official links, noisy
	Origin       Origin          `json:"origin"`
}

// Profile describes a specialism: the official 专业简介 (2022) of a vocational one, or what
// the editors wrote of an undergraduate one, which has none.
type Profile struct {
	Occupations  []string `json:"occupations,omitempty"` // 职业面向
	Posts        []string `json:"posts,omitempty"`
	Work         []string `json:"work,omitempty"`
	BasicCourses []string `json:"basic_courses,omitempty"`
	CoreCourses  []string `json:"core_courses,omitempty"`
	Employers    string   `json:"employers,omitempty"`
	Certificates []string `json:"certificates,omitempty"`
	Inferred     bool     `json:"inferred,omitempty"` // the headings were inferred from the layout
	Editors      bool     `json:"editors,omitempty"`  // written by the editors, not official
	Source       string   `json:"source"`
}

// OccupationRef points into the national classification of occupations.
type OccupationRef struct {
	Code string `json:"code"` // empty for occupations announced without a code
	Name string `json:"name"`
}

// Occupation (职业) is an entry of 职业分类大典 (2022, with later additions).
type Occupation struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Rank string `json:"rank"` // 大类, 中类, 小类, 职业(细类) or 新职业
}

// Industry (行业) is an entry of GB/T 4754-2017 in the form C, C38, C384, C3841.
type Industry struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
}

// Division is the two-digit division a code belongs to (C3841 → C38), or "" for a
// section letter.
func (i Industry) Division() string { return IndustryDivision(i.Code) }

// IndustryDivision cuts a GB/T 4754 code to its division: C3841 → C38, C → "".
func IndustryDivision(code string) string {
	if len(code) < 3 {
		return ""
	}
	return code[:3]
}
