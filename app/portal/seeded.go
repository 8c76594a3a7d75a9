package portal

// Seeded remembers what the seeds last wrote of a record, so that a later loading tells
// a change of the seed file from a change by a person.
type Seeded struct {
	Meta
	Collection    string `json:"collection"`
	Record        string `json:"record"` // id within the collection
	Hash          string `json:"hash"`
	RecordVersion int64  `json:"record_version"`
}
