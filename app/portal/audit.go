package portal

import (
	"encoding/json"
	"time"
)

// AuditEvent (审计记录) is one thing somebody did to one record. It is written with the
// record itself, and chained into the log afterwards.
type AuditEvent struct {
	N            int64             `json:"n"` // within the record, from 1
	At           time.Time         `json:"at"`
	By           string            `json:"by"` // id of the person; "system"
	Organisation string            `json:"organisation,omitempty"`
	Action       string            `json:"action"` // noun.verb
	From         string            `json:"from,omitempty"`
	Changed      map[string]Change `json:"changed,omitempty"` // by the names of the record's JSON
}

// Change is a value before and after; absent is null.
type Change struct {
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// Trail are the events of a record. Those older than trailKept have long been chained
// and are dropped when the record is next written; the last one always stays.
type Trail struct {
	Events []AuditEvent `json:"events,omitempty"`
}

const trailKept = 90 * 24 * time.Hour

// Audited gives access to the trail of a record that embeds it.
func (t *Trail) Audited() *Trail { return t }

// Note adds an event, numbered after the last.
func (t *Trail) Note(e AuditEvent) {
	e.N = 1
	if n := len(t.Events); n > 0 {
		e.N = t.Events[n-1].N + 1
	}
	kept := t.Events[:0:0]
	for _, old := range t.Events {
		if e.At.Sub(old.At) < trailKept {
			kept = append(kept, old)
		}
	}
	t.Events = append(kept, e)
}

// AuditEntry is an event in the log: linked to the entry before it by that one's hash, so
// that nothing can be changed or taken out unseen.
type AuditEntry struct {
	Meta
	Number     int64      `json:"number"` // from 1, without a gap
	Key        string     `json:"key"`    // collection/record/n: what is chained once
	Collection string     `json:"collection"`
	Record     string     `json:"record"`
	Event      AuditEvent `json:"event"`
	Before     string     `json:"before"` // hash of the entry before; of the first: empty
	Hash       string     `json:"hash"`   // SHA-256 over everything above, hex
}
