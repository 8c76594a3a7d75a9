package portal

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// Agreement (协议) is what the parties of a partnership have put in writing. Days are
// YYYY-MM-DD in Shanghai, empty when not known; money is in yuan, what was agreed and what
// has been received kept apart.
type Agreement struct {
	Number    string       `json:"number,omitempty"`
	SignedOn  string       `json:"signed_on,omitempty"`
	From      string       `json:"from,omitempty"`
	Until     string       `json:"until,omitempty"`
	Contract  int64        `json:"contract,omitempty"`
	Received  int64        `json:"received,omitempty"`
	Clauses   []string     `json:"clauses,omitempty"` // those of AgreementClauses it settles
	Documents []Attachment `json:"documents,omitempty"`
	Confirmed []Assent     `json:"confirmed,omitempty"`
	Extended  *Extension   `json:"extended,omitempty"`
}

// AgreementClauses are what an agreement should settle: funds, results, rights, duties.
var AgreementClauses = [...]string{"funds", "results", "rights", "obligations"}

// Assent is an organisation's yes.
type Assent struct {
	Organisation string    `json:"organisation"`
	By           string    `json:"by"`
	At           time.Time `json:"at"`
}

// Extension is the one prolongation an agreement can have.
type Extension struct {
	Until  string    `json:"until"` // as it was before
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// ExtensionMonths is the most an agreement is prolonged by.
const ExtensionMonths = 12

// AmountMost is the largest amount of an agreement, in yuan.
const AmountMost = 100_000_000_000

// Drawn reports whether there is something to confirm.
func (a Agreement) Drawn() bool { return a.SignedOn != "" && a.From != "" }

// ConfirmedBy reports whether the organisation stands by the agreement.
func (a Agreement) ConfirmedBy(organisation string) bool {
	return slices.ContainsFunc(a.Confirmed, func(c Assent) bool { return c.Organisation == organisation })
}

// Check reports what is wrong with the agreement.
func (a Agreement) Check(today string) error {
	var bad Invalid
	for _, d := range []struct{ field, day string }{{"signed_on", a.SignedOn}, {"from", a.From}, {"until", a.Until}} {
		switch {
		case d.day == "" && d.field != "until":
			bad.Add(d.field, "problem.required")
		case d.day != "" && !IsDay(d.day):
			bad.Add(d.field, "problem.day")
		}
	}
	switch {
	case len(bad) > 0:
	case a.SignedOn > today:
		bad.Add("signed_on", "partnership.signed_later")
	case a.Until != "" && a.Until <= a.From:
		bad.Add("until", "partnership.ends_before")
	}
	if a.Contract < 0 || a.Contract > AmountMost {
		bad.Add("amount", "partnership.amount")
	}
	for _, c := range a.Clauses {
		if !slices.Contains(AgreementClauses[:], c) {
			bad.Add("clauses", "problem.required")
		}
	}
	return bad.Err()
}

// Pay notes how much of the agreed amount has been received in all.
func (a *Agreement) Pay(received int64) error {
	if received < 0 || received > a.Contract {
		return Invalid{{Field: "received", Key: "partnership.received_above", Args: []any{strconv.FormatInt(a.Contract, 10)}}}
	}
	a.Received = received
	return nil
}

// Extend prolongs the agreement, once and by a year at most.
func (a *Agreement) Extend(until, reason string, now time.Time) error {
	var bad Invalid
	end, err := time.Parse(time.DateOnly, a.Until)
	switch {
	case err != nil:
		bad.Add("until", "partnership.no_end")
	case !IsDay(until):
		bad.Add("until", "problem.day")
	case until <= a.Until || until > end.AddDate(0, ExtensionMonths, 0).Format(time.DateOnly):
		bad.Add("until", "partnership.extend_within", a.Until, ExtensionMonths)
	}
	if reason == "" {
		bad.Add("reason", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	a.Extended = &Extension{Until: a.Until, Reason: reason, At: now}
	a.Until = until
	return nil
}

// IsDay reports whether a text is a day as it is stored, YYYY-MM-DD.
func IsDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// Milestone (节点) is something a partnership has to reach by a day.
type Milestone struct {
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	TitleEn  string       `json:"title_en,omitempty"`
	Due      string       `json:"due"` // day in Shanghai
	Owner    string       `json:"owner,omitempty"`
	Done     string       `json:"done,omitempty"` // day it was reached
	Note     string       `json:"note,omitempty"`
	Evidence []Attachment `json:"evidence,omitempty"`
	Reminded int          `json:"reminded,omitempty"` // 1: it comes; 2: it is late; 3: the office was told
}

// MilestonesMost is the most milestones of a partnership.
const MilestonesMost = 60

// When people are reminded of a milestone, in days from the day it is due.
const (
	milestoneWarn     = -7
	milestoneLate     = 1
	milestoneEscalate = 14
)

func byDue(a, b Milestone) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) }

// LateAt reports whether the milestone was not reached in its time.
func (m Milestone) LateAt(now time.Time) bool {
	return m.Done == "" && m.Due < now.In(Shanghai).Format(time.DateOnly)
}

// Remind is when people are next told of the milestone; zero when there is nothing to say.
func (m Milestone) Remind() time.Time {
	days := [...]int{milestoneWarn, milestoneLate, milestoneEscalate}
	due, err := time.ParseInLocation(time.DateOnly, m.Due, Shanghai)
	if m.Done != "" || m.Reminded >= len(days) || err != nil {
		return time.Time{}
	}
	return due.AddDate(0, 0, days[m.Reminded])
}

// Remind is when people are next told of one of the partnership's milestones.
func (p Partnership) Remind() time.Time {
	var next time.Time
	if p.Stage != PartnershipSigned && p.Stage != PartnershipRunning {
		return next
	}
	for _, m := range p.Milestones {
		if at := m.Remind(); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// NextDue is the day by which a signed or running partnership has to reach its next
// milestone; empty when there is none.
func (p Partnership) NextDue() string {
	if p.Stage != PartnershipSigned && p.Stage != PartnershipRunning {
		return ""
	}
	var next string
	for _, m := range p.Milestones {
		if m.Done == "" && (next == "" || m.Due < next) {
			next = m.Due
		}
	}
	return next
}

// Milestone finds a milestone by its id.
func (p *Partnership) Milestone(id string) (*Milestone, bool) {
	for i := range p.Milestones {
		if p.Milestones[i].ID == id {
			return &p.Milestones[i], true
		}
	}
	return nil, false
}

// Plan adds a milestone, or changes one that has not been reached.
func (p *Partnership) Plan(m Milestone) error {
	var bad Invalid
	if m.Title == "" {
		bad.Add("title", "problem.required")
	}
	if !IsDay(m.Due) {
		bad.Add("due", "problem.day")
	}
	if m.Owner != "" && !slices.Contains(p.Organisations(), m.Owner) {
		bad.Add("owner", "problem.required")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if have, ok := p.Milestone(m.ID); ok {
		if have.Done != "" {
			return ErrConflict
		}
		if m.Due != have.Due {
			have.Reminded = 0
		}
		have.Title, have.Due, have.Owner = m.Title, m.Due, m.Owner
	} else {
		if len(p.Milestones) >= MilestonesMost {
			return Invalid{{Field: "title", Key: "partnership.milestones_full", Args: []any{MilestonesMost}}}
		}
		p.Milestones = append(p.Milestones, m)
	}
	slices.SortStableFunc(p.Milestones, byDue)
	return nil
}

// Drop takes off a milestone that has not been reached.
func (p *Partnership) Drop(id string) error {
	m, ok := p.Milestone(id)
	switch {
	case !ok:
		return ErrNotFound
	case m.Done != "":
		return ErrConflict
	}
	p.Milestones = slices.DeleteFunc(p.Milestones, func(m Milestone) bool { return m.ID == id })
	return nil
}

// Reach notes that a milestone was reached, with what shows it.
func (m *Milestone) Reach(day, note string, evidence []Attachment, today string) error {
	var bad Invalid
	switch {
	case !IsDay(day):
		bad.Add("done", "problem.day")
	case day > today:
		bad.Add("done", "partnership.done_later")
	}
	if len(evidence)+len(m.Evidence) == 0 {
		bad.Add("evidence", "partnership.evidence")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	m.Done, m.Note, m.Evidence = day, note, append(m.Evidence, evidence...)
	return nil
}

// PartnershipType is what is asked of every partnership of a type; the office keeps it.
type PartnershipType struct {
	Meta
	Trail
	Milestones    []MilestoneTemplate `json:"milestones"`
	Required      []string            `json:"required"`       // of RequiredFields, before it is signed
	DormantMonths int                 `json:"dormant_months"` // without anything done
}

// RequiredFields are what a type can ask for before a partnership is signed.
var RequiredFields = [...]string{"programmes", "industry", "number", "until", "amount", "agreement_file", "clauses"}

// MilestoneTemplate is a milestone of every partnership of a type, so many months after
// it begins.
type MilestoneTemplate struct {
	Title   string `json:"title"`
	TitleEn string `json:"title_en,omitempty"`
	Months  int    `json:"months"`
}

// Begin are the milestones of a partnership that begins on a day.
func (t PartnershipType) Begin(from string) []Milestone {
	begin, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil
	}
	out := make([]Milestone, len(t.Milestones))
	for i, m := range t.Milestones {
		out[i] = Milestone{ID: "t" + strconv.Itoa(i+1), Title: m.Title, TitleEn: m.TitleEn, Due: begin.AddDate(0, m.Months, 0).Format(time.DateOnly)}
	}
	return out
}

// CanEditTypes reports whether the viewer may change what is asked of partnerships.
func CanEditTypes(v Viewer) bool { return v.CanAdminister() }
