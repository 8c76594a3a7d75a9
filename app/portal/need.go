package portal

import "time"

// NeedStatus is where a need stands.
type NeedStatus string

const (
	NeedDraft  NeedStatus = "draft"
	NeedOpen   NeedStatus = "open"
	NeedPaused NeedStatus = "paused"
	NeedClosed NeedStatus = "closed"
)

// Need (需求) is what an enterprise asks for, in its own words.
type Need struct {
	Meta
	EnterpriseID string      `json:"enterprise_id"`
	Title        string      `json:"title"`
	Text         string      `json:"text"`
	Industry     string      `json:"industry,omitempty"`
	Headcount    *int        `json:"headcount,omitempty"` // nil is unknown
	Level        WantedLevel `json:"level,omitempty"`
	Modes        []Mode      `json:"modes,omitempty"`
	District     District    `json:"district,omitempty"`
	MustHaves    []string    `json:"must_haves,omitempty"`
	Languages    []string    `json:"languages,omitempty"` // asked for in the work
	Anonymous    bool        `json:"anonymous,omitempty"` // the enterprise is named only after acceptance
	Status       NeedStatus  `json:"status"`
	PublishedAt  time.Time   `json:"published_at"`
	ExpiresAt    time.Time   `json:"expires_at"`
	Origin       Origin      `json:"origin"`
}

// OpenAt reports whether the need takes answers at the given time.
func (n Need) OpenAt(now time.Time) bool {
	return n.Status == NeedOpen && n.ExpiresAt.After(now)
}

// CanSeeNeed reports whether the viewer may read the need: visitors see open ones.
func CanSeeNeed(v Viewer, n Need, now time.Time) bool {
	return v.IsSystem() || n.OpenAt(now)
}

// CanNameEnterprise reports whether the viewer may learn who asks.
func CanNameEnterprise(v Viewer, n Need) bool { return v.IsSystem() || !n.Anonymous }
