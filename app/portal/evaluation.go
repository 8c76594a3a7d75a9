package portal

import "time"

// Evaluation (评测) is what the match answered to the judged needs the release carries, as
// one graph and one search engine did. Its id is made of these three.
type Evaluation struct {
	Meta
	At     time.Time         `json:"at"`
	Graph  string            `json:"graph"` // fingerprint
	Engine string            `json:"engine"`
	Judged string            `json:"judged"` // hash of the judged needs
	Slices []EvaluationSlice `json:"slices"` // all needs first
	Needs  []EvaluatedNeed   `json:"needs"`
	Unmet  Unmet             `json:"unmet"`
}

// EvaluationSlice is the figures of some of the needs with the interval each lies in.
type EvaluationSlice struct {
	Kind   string       `json:"kind"` // all, gap, style or level
	Value  string       `json:"value,omitempty"`
	Needs  int          `json:"needs"`
	Mean   MatchFigures `json:"mean"`
	Lowest MatchFigures `json:"lowest"`
	Most   MatchFigures `json:"most"`
}

// MatchFigures are the measures of the match, each 0..1.
type MatchFigures struct {
	NDCG10   float64 `json:"ndcg10"`
	Recall20 float64 `json:"recall20"`
	MRR      float64 `json:"mrr"`
	Trap5    float64 `json:"trap5"`
}

// EvaluatedNeed is a judged need with what was answered first.
type EvaluatedNeed struct {
	ID    string       `json:"id"`
	Of    MatchFigures `json:"of"`
	First []string     `json:"first"` // codes
}

// Unmet are the words of published needs that met nothing.
type Unmet struct {
	At    time.Time   `json:"at"`
	Needs int         `json:"needs"` // that were looked at, the newest
	Words []UnmetWord `json:"words"` // the most frequent first
}

// UnmetWord is a word no concept and no official text knows. Words of real needs are kept
// only where two organisations have used them, so that no name is among them.
type UnmetWord struct {
	Text          string `json:"text"`
	Needs         int    `json:"needs"`
	Organisations int    `json:"organisations"`
	Demo          bool   `json:"demo,omitempty"` // seen in fictional needs
}
