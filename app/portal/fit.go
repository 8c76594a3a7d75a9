package portal

// Fit is what the match last found for a need: the specialisms relevant enough to cover
// it. It has the id of the need. Key is a hash of everything the answer depends on; with
// another key it is to be found again.
type Fit struct {
	Meta
	Key   string   `json:"key"`
	Codes []string `json:"codes,omitempty"`
}
