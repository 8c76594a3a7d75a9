package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	Key        string     `json:"key"`    // see AuditKey: what is chained once
	Collection string     `json:"collection"`
	Record     string     `json:"record"`
	Event      AuditEvent `json:"event"`
	Before     string     `json:"before"` // hash of the entry before; of the first: empty
	Hash       string     `json:"hash"`   // SHA-256 over everything above, hex
}

// AuditKey names an event: the record it was done to, since when that record is there, and
// the event's number within it. A record made anew after it was deleted counts from 1 again.
func AuditKey(collection, record string, since time.Time, n int64) string {
	return fmt.Sprintf("%s/%s/%d/%d", collection, record, since.UnixMilli(), n)
}

// AuditID is the id of the entry of that number: two who chain at once write the same one.
func AuditID(number int64) string { return fmt.Sprintf("%016d", number) }

// Follow links the entry to the last one of the log; the zero entry is before the first.
func (e *AuditEntry) Follow(last AuditEntry) (err error) {
	e.ID, e.Number, e.Before = AuditID(last.Number+1), last.Number+1, last.Hash
	e.Hash, err = e.Sum()
	return err
}

// Sum is the SHA-256, in hex, of everything but the hash itself and the store's own
// bookkeeping.
func (e AuditEntry) Sum() (string, error) {
	e.Meta, e.Hash = Meta{}, ""
	body, err := canonical(e)
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), err
}

// Same reports whether two events are equal to the letter.
func (e AuditEvent) Same(other AuditEvent) (bool, error) {
	a, err := canonical(e)
	if err != nil {
		return false, err
	}
	b, err := canonical(other)
	return bytes.Equal(a, b), err
}

// canonical is JSON with the keys of every object in order and numbers as they were
// written, so that the same content always has the same bytes.
func canonical(v any) ([]byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var plain any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}
