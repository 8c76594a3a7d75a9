package portal

// Feed is the private calendar of a person's milestones. Its id is the hash of the key in
// its address, which alone opens it.
type Feed struct {
	Meta
	Person string `json:"person"`
}
