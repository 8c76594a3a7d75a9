package portal

import "time"

// OperationState is where an operation stands.
type OperationState string

const (
	OperationDraft   OperationState = "draft"   // checked and shown, not begun
	OperationRunning OperationState = "running" // decided: whoever finds it finishes it
	OperationDone    OperationState = "done"
	OperationUndoing OperationState = "undoing"
	OperationUndone  OperationState = "undone"
	OperationFailed  OperationState = "failed" // another's change came between; nothing of it is left
)

// Operation (批处理) changes several records as one: written first and complete, then
// rolled forward by its author or by whoever finds it unfinished, each step harmless when
// done twice. The steps are in a blob of the store, since there may be thousands.
type Operation struct {
	Meta
	Trail
	Organisation string         `json:"organisation"`
	By           string         `json:"by"`
	Kind         string         `json:"kind"`  // noun.verb: programmes.import, programmes.withdraw
	Title        string         `json:"title"` // file name
	At           time.Time      `json:"at"`
	State        OperationState `json:"state"`
	Created      int            `json:"created"`
	Changed      int            `json:"changed"`
	Removed      int            `json:"removed"`
	Same         int            `json:"same"` // rows that change nothing
	Faults       int            `json:"faults"`
	Done         int            `json:"done"`             // steps taken
	Steps        string         `json:"steps,omitempty"`  // blob
	File         string         `json:"file,omitempty"`   // blob: what was uploaded
	Errors       string         `json:"errors,omitempty"` // blob: the workbook that shows what is wrong
	Failure      []Problem      `json:"failure,omitempty"`
}

// SavedSearch (订阅) is a search somebody wants to hear of when it finds something new.
type SavedSearch struct {
	Meta
	Person  string    `json:"person"`
	Index   string    `json:"index"` // needs, programmes …
	Name    string    `json:"name"`
	Query   string    `json:"query"`    // of the address: what the list shows
	Seen    time.Time `json:"seen"`     // what came before has been told
	Looked  time.Time `json:"looked"`   // what came before was there when its owner last looked
	FeedKey string    `json:"feed_key"` // hash of the secret in the address of its feed; empty: it has none
}
