package portal

import (
	"strings"
	"time"
)

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
	Kind         string         `json:"kind"`  // noun.verb: programmes.withdraw, needs.import
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
	Hidden       bool           `json:"hidden,omitempty"` // others see nothing of what it does: drafts
	Failure      []Problem      `json:"failure,omitempty"`
	Kept         []string       `json:"kept,omitempty"` // names of records undoing left alone: others had changed them
}

// Noun is what the operation changes: the collection of its records.
func (o Operation) Noun() string {
	noun, _, _ := strings.Cut(o.Kind, ".")
	return noun
}

// Total is how many steps the operation takes.
func (o Operation) Total() int { return o.Created + o.Changed + o.Removed }

// Busy reports whether the operation is decided and not at its end.
func (o Operation) Busy() bool { return o.State == OperationRunning || o.State == OperationUndoing }

// Ready reports whether the operation can be applied: checked, without a fault, and not
// for nothing.
func (o Operation) Ready() bool { return o.State == OperationDraft && o.Faults == 0 && o.Total() > 0 }

// Begin decides a checked operation; it is the deed of whoever decides.
func (o *Operation) Begin(by string, now time.Time) error {
	if !o.Ready() {
		return ErrConflict
	}
	o.State, o.By, o.At = OperationRunning, by, now
	return nil
}

// Advance notes steps taken, those before it was told to stop included.
func (o *Operation) Advance(n int) {
	o.Done = min(o.Done+n, o.Total())
	if o.State == OperationRunning && o.Done == o.Total() {
		o.State = OperationDone
	}
}

// Fail ends an operation that met another's change: what it has done is undone first.
func (o *Operation) Fail(why []Problem) {
	switch o.State {
	case OperationDraft:
		o.State, o.Failure = OperationFailed, why
	case OperationRunning:
		o.State, o.Failure = OperationUndoing, why
	}
}

// CanUndo reports whether there is something to put back, or to stop.
func (o Operation) CanUndo() bool {
	return o.State == OperationRunning || o.State == OperationDone
}

// Undo begins to put back what was before; of a running operation it is the stop.
func (o *Operation) Undo() error {
	if !o.CanUndo() {
		return ErrConflict
	}
	o.State = OperationUndoing
	return nil
}

// Retreat notes how far undoing has come, and what it left alone.
func (o *Operation) Retreat(done int, kept []string) {
	o.Done, o.Kept = done, append(o.Kept, kept...)
	switch {
	case done > 0:
	case len(o.Failure) > 0:
		o.State = OperationFailed
	default:
		o.State = OperationUndone
	}
}

// CanSeeOperation reports whether the viewer may read of the operation: the people of its
// organisation.
func CanSeeOperation(v Viewer, o Operation) bool {
	return v.Organisation != "" && v.Organisation == o.Organisation
}

// CanDecideOperation reports whether the viewer may apply or undo it: drafts wait for no
// verification.
func CanDecideOperation(v Viewer, o Operation) bool {
	return CanSeeOperation(v, o) && (v.CanSpeak() || o.Hidden && v.CanEdit())
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
