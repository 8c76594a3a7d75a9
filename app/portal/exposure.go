package portal

// Exposure (展示) is how much the results of matches showed each college on one day. Its id
// is the day in Shanghai, YYYY-MM-DD.
type Exposure struct {
	Meta
	Matches  int64            `json:"matches"`
	Colleges map[string]Shown `json:"colleges"`
}

// Shown is what results of a college were given: the share of the reader's attention that
// their places have, and the share their scores deserve.
type Shown struct {
	Given   float64 `json:"given"`
	Merited float64 `json:"merited"`
}

// Add adds what was shown elsewhere.
func (s Shown) Add(o Shown) Shown { return Shown{s.Given + o.Given, s.Merited + o.Merited} }

// Take adds the matches and colleges of another count.
func (e *Exposure) Take(o Exposure) {
	e.Matches += o.Matches
	if e.Colleges == nil {
		e.Colleges = make(map[string]Shown, len(o.Colleges))
	}
	for id, s := range o.Colleges {
		e.Colleges[id] = e.Colleges[id].Add(s)
	}
}
