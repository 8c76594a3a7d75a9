// Package portal holds the nouns of the product and their rules: types, states,
// transitions and error kinds. It uses the standard library only and does no I/O.
package portal

import "time"

// Meta is what the store keeps about every record: an id that never changes, a
// version that rises by one with every write, and the store's own times in UTC at
// millisecond grain.
type Meta struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
}

// Head gives the store access to the bookkeeping of a record that embeds Meta.
func (m *Meta) Head() *Meta { return m }

// Certainty says how sure a record is.
type Certainty string

const (
	Verified    Certainty = "verified"    // 已核实: read in the source named
	Unconfirmed Certainty = "unconfirmed" // 待院校核实: never counted in figures
	Demo        Certainty = "demo"        // 演示数据: fictional, removable by one command
)

// Certainties lists every certainty in the order facets show them.
var Certainties = [...]Certainty{Verified, Unconfirmed, Demo}

// Origin says where a record comes from. Source names an outlet or document in its own
// language; Date is YYYY, YYYY-MM or YYYY-MM-DD; URL is only ever an official site.
type Origin struct {
	Certainty Certainty `json:"certainty"`
	Source    string    `json:"source"`
	Date      string    `json:"date,omitempty"`
	URL       string    `json:"url,omitempty"`
}

// Fictional reports whether the record is demonstration data.
func (o Origin) Fictional() bool { return o.Certainty == Demo }

// Counts reports whether the record may enter a published figure of the real region.
func (o Origin) Counts() bool { return o.Certainty == Verified }
