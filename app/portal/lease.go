package portal

import "time"

// Lease says which of several portals does a work that only one may do, and how far it
// has come. Its id names the work.
type Lease struct {
	Meta
	Holder    string            `json:"holder,omitempty"` // the process that does it; empty: nobody
	Token     int64             `json:"token"`            // rises with every holder: what an earlier one still says is refused
	ExpiresAt time.Time         `json:"expires_at"`
	Cursors   map[string]string `json:"cursors,omitempty"`   // how far each collection is followed
	FilledAt  time.Time         `json:"filled_at,omitzero"`  // when the whole work was last done anew
	CheckedAt time.Time         `json:"checked_at,omitzero"` // when the result was last compared with the records
	Drift     int64             `json:"drift"`               // differences that comparison found and mended
}

// HeldBy reports whether the holder may go on at the given time.
func (l Lease) HeldBy(holder string, token int64, now time.Time) bool {
	return l.Holder == holder && l.Token == token && l.ExpiresAt.After(now)
}

// Take gives the work to a holder for some time; false when another still holds it. A
// holder whose lease ran out gets a new token like any other.
func (l *Lease) Take(holder string, now time.Time, most time.Duration) bool {
	if l.Holder != "" && l.Holder != holder && l.ExpiresAt.After(now) {
		return false
	}
	l.Seize(holder, now, most)
	return true
}

// Seize gives the work to a holder whoever holds it.
func (l *Lease) Seize(holder string, now time.Time, most time.Duration) {
	l.Holder, l.ExpiresAt = holder, now.Add(most)
	l.Token++
}

// Renew lets the holder of a token go on; false when another has taken over.
func (l *Lease) Renew(holder string, token int64, now time.Time, most time.Duration) bool {
	if l.Holder != holder || l.Token != token {
		return false
	}
	l.ExpiresAt = now.Add(most)
	return true
}

// Release ends a holder's turn at once; another's is left alone.
func (l *Lease) Release(holder string, token int64) {
	if l.Holder == holder && l.Token == token {
		l.Holder = ""
	}
}
