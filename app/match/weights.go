package match

// Weights are the numbers of the match, as data. Fit searches the first block on judged
// needs; the second is agreed with the people who use the portal.
type Weights struct {
	// Stage A: how much each part counts once it is scaled to its largest value.
	Lexical    float64 `json:"lexical"`
	Occupation float64 `json:"occupation"`
	Industry   float64 `json:"industry"`
	Concept    float64 `json:"concept"`
	Sibling    float64 `json:"sibling"`     // share of a leader's score its siblings get
	WrongLevel float64 `json:"wrong_level"` // factor when the level is not what was asked for
	// LexicalFloor and OccupationFloor keep weak evidence weak: a part is scaled by its
	// largest value or by its floor, whichever is more.
	LexicalFloor    float64 `json:"lexical_floor"`
	OccupationFloor float64 `json:"occupation_floor"`
	RelScale        float64 `json:"rel_scale"` // Rel is 1 − exp(−A / RelScale): absolute, so that nonsense stays low
	Floor           float64 `json:"floor"`     // Rel below it is not shown
	Covered         float64 `json:"covered"`   // a need has a gap when no local programme reaches it

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
		Lexical: 1, Occupation: .3, Industry: .5, Concept: 2, Sibling: .2, WrongLevel: .7,
		LexicalFloor: 3, OccupationFloor: .5, RelScale: 1.4, Floor: .25, Covered: .45,
		Base: .55, Capacity: .22, Level: .20, Mode: .18, Geography: .15, Record: .15, International: .10,
	}
}
