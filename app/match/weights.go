package match

// Weights are the numbers of the match, as data. Fit searches the first block on judged
// needs; the last is agreed with the people who use the portal.
type Weights struct {
	// Stage A: what the best specialism of each part gets.
	Lexical    float64 `json:"lexical"`
	Company    float64 `json:"company"`
	Occupation float64 `json:"occupation"`
	Industry   float64 `json:"industry"` // of a specialism typical in every respect
	Concept    float64 `json:"concept"`
	Sibling    float64 `json:"sibling"`     // share of the best score for one wholly near to the leaders
	WrongLevel float64 `json:"wrong_level"` // factor when the level is not what was asked for

	// From A to Rel: the A at which Rel is 1 − 1/e, and how much more it takes when the
	// industry is known, since that adds to everything typical of it.
	RelScale    float64 `json:"rel_scale"`
	RelIndustry float64 `json:"rel_industry"`
	Floor       float64 `json:"floor"`   // Rel below it is not shown
	Covered     float64 `json:"covered"` // a need has a gap when no local programme reaches it

	// Stage B.
	Base          float64 `json:"base"` // share of Rel that does not depend on fit
	Capacity      float64 `json:"capacity"`
	Level         float64 `json:"level"`
	Mode          float64 `json:"mode"`
	Geography     float64 `json:"geography"`
	Record        float64 `json:"record"`
	International float64 `json:"international"`
}

// DefaultWeights are the weights in force.
func DefaultWeights() Weights {
	return Weights{
		Lexical: 1, Company: .5, Occupation: .5, Industry: 1, Concept: 3, Sibling: 1, WrongLevel: .7,
		RelScale: 2.6, RelIndustry: .8, Floor: .25, Covered: .45,
		Base: .55, Capacity: .22, Level: .20, Mode: .18, Geography: .15, Record: .15, International: .10,
	}
}
