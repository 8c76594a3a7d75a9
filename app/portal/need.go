package portal

import (
	"slices"
	"time"
)

// NeedStatus is where a need stands.
type NeedStatus string

const (
	NeedDraft   NeedStatus = "draft"
	NeedOpen    NeedStatus = "open"
	NeedPaused  NeedStatus = "paused"
	NeedClosed  NeedStatus = "closed"
	NeedExpired NeedStatus = "expired" // open until its time ran out: told by the clock, never stored
)

// NeedStatuses lists where a need can stand, what matters most first.
var NeedStatuses = [...]NeedStatus{NeedOpen, NeedDraft, NeedPaused, NeedExpired, NeedClosed}

// CloseReason says why a need was closed.
type CloseReason string

const (
	FilledHere      CloseReason = "filled_here" // through the portal
	FilledElsewhere CloseReason = "filled_elsewhere"
	NoFit           CloseReason = "no_fit" // no programme here fits
	Cancelled       CloseReason = "cancelled"
	OtherReason     CloseReason = "other"
)

// CloseReasons lists the choices of a form.
var CloseReasons = [...]CloseReason{FilledHere, FilledElsewhere, NoFit, Cancelled, OtherReason}

// How many days a need is open: as usual, and at most.
const (
	NeedDays     = 90
	NeedDaysMost = 180
)

// Need (需求) is what an enterprise asks for, in its own words.
type Need struct {
	Meta
	Trail
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
	Deadline     string      `json:"deadline,omitempty"`  // day in Shanghai by which people must be there
	Salary       string      `json:"salary,omitempty"`    // in the enterprise's words
	Anonymous    bool        `json:"anonymous,omitempty"` // the enterprise is named only after acceptance
	Internship   *Internship `json:"internship,omitempty"`
	Days         int         `json:"days,omitempty"` // of validity a draft asks for
	Status       NeedStatus  `json:"status"`
	CloseReason  CloseReason `json:"close_reason,omitempty"`
	PausedAt     time.Time   `json:"paused_at,omitzero"`
	ClosedAt     time.Time   `json:"closed_at,omitzero"`
	PublishedAt  time.Time   `json:"published_at"`
	ExpiresAt    time.Time   `json:"expires_at"`
	Origin       Origin      `json:"origin"`
}

// OpenAt reports whether the need takes answers at the given time.
func (n Need) OpenAt(now time.Time) bool {
	return n.Status == NeedOpen && n.ExpiresAt.After(now)
}

// StatusAt is where the need stands at the given time.
func (n Need) StatusAt(now time.Time) NeedStatus {
	if n.Status == NeedOpen && !n.OpenAt(now) {
		return NeedExpired
	}
	return n.Status
}

// Publish opens a draft for the days it asks for.
func (n *Need) Publish(now time.Time) error {
	if n.Status != NeedDraft {
		return ErrConflict
	}
	if err := checkDays(n.Days); err != nil {
		return err
	}
	n.Status, n.PublishedAt, n.ExpiresAt, n.Days = NeedOpen, now, now.AddDate(0, 0, n.Days), 0
	return nil
}

// Pause takes an open need out of sight; its time runs on.
func (n *Need) Pause(now time.Time) error {
	if !n.OpenAt(now) {
		return ErrConflict
	}
	n.Status, n.PausedAt = NeedPaused, now
	return nil
}

// Resume opens a paused need again. One whose time has run out is renewed first.
func (n *Need) Resume(now time.Time) error {
	if n.Status != NeedPaused || !n.ExpiresAt.After(now) {
		return ErrConflict
	}
	n.Status, n.PausedAt = NeedOpen, time.Time{}
	return nil
}

// Renew gives a published need so many days from now, which must not be fewer than it has.
// A paused one stays paused.
func (n *Need) Renew(days int, now time.Time) error {
	if n.Status != NeedOpen && n.Status != NeedPaused {
		return ErrConflict
	}
	if err := checkDays(days); err != nil {
		return err
	}
	until := now.AddDate(0, 0, days)
	if until.Before(n.ExpiresAt) {
		return Invalid{{Field: "days", Key: "need.shorter", Args: []any{n.ExpiresAt.In(Shanghai).Format(time.DateOnly)}}}
	}
	n.ExpiresAt = until
	return nil
}

// Close ends a need for good.
func (n *Need) Close(reason CloseReason, now time.Time) error {
	if n.Status == NeedClosed {
		return ErrConflict
	}
	if !slices.Contains(CloseReasons[:], reason) {
		return Invalid{{Field: "close_reason", Key: "problem.required"}}
	}
	n.Status, n.CloseReason, n.ClosedAt = NeedClosed, reason, now
	return nil
}

func checkDays(days int) error {
	if days < 1 || days > NeedDaysMost {
		return Invalid{{Field: "days", Key: "problem.days", Args: []any{NeedDaysMost}}}
	}
	return nil
}

// Asks reports whether the viewer belongs to the enterprise whose need it is.
func (v Viewer) Asks(n Need) bool {
	return v.Of(OfEnterprise) && v.Record != "" && v.Record == n.EnterpriseID
}

// CanSeeNeed reports whether the viewer may read the need: visitors see open ones, the
// enterprise its own and the office all of them.
func CanSeeNeed(v Viewer, n Need, now time.Time) bool {
	return n.OpenAt(now) || CanFollowNeed(v, n)
}

// CanFollowNeed reports whether the viewer may read all of a need in any state, what was
// done to it included.
func CanFollowNeed(v Viewer, n Need) bool { return v.IsSystem() || v.Asks(n) || v.CanAnalyse() }

// CanNameEnterprise reports whether the viewer may learn who asks.
func CanNameEnterprise(v Viewer, n Need) bool { return !n.Anonymous || CanFollowNeed(v, n) }

// CanDraftNeed reports whether the viewer may write needs: before the enterprise is
// verified they wait as drafts.
func CanDraftNeed(v Viewer) bool { return v.Of(OfEnterprise) && v.CanEdit() }

// CanEditNeed reports whether the viewer may change what the need says. What others can
// read only a verified enterprise changes; a closed need stays as it is.
func CanEditNeed(v Viewer, n Need) bool {
	return v.Asks(n) && v.CanEdit() && (n.Status == NeedDraft || n.Status != NeedClosed && v.CanSpeak())
}

// CanPublishNeed reports whether the viewer may open the draft.
func CanPublishNeed(v Viewer, n Need) bool {
	return v.Asks(n) && v.CanSpeak() && n.Status == NeedDraft
}

// CanPauseNeed reports whether the viewer may take the open need out of sight.
func CanPauseNeed(v Viewer, n Need, now time.Time) bool {
	return v.Asks(n) && v.CanEdit() && n.OpenAt(now)
}

// CanResumeNeed reports whether the viewer may open the paused need again.
func CanResumeNeed(v Viewer, n Need, now time.Time) bool {
	return v.Asks(n) && v.CanSpeak() && n.Status == NeedPaused && n.ExpiresAt.After(now)
}

// CanRenewNeed reports whether the viewer may give the published need more time.
func CanRenewNeed(v Viewer, n Need) bool {
	return v.Asks(n) && v.CanSpeak() && (n.Status == NeedOpen || n.Status == NeedPaused)
}

// CanCloseNeed reports whether the viewer may end the need.
func CanCloseNeed(v Viewer, n Need) bool {
	return v.Asks(n) && v.CanEdit() && n.Status != NeedClosed
}
