package portal

import (
	"slices"
	"time"
)

// PartnershipStage is where a partnership stands.
type PartnershipStage string

const (
	PartnershipReported    PartnershipStage = ""            // publicly reported: its stage is not known
	PartnershipProposed    PartnershipStage = "proposed"    // entered by one party, another has to agree
	PartnershipNegotiating PartnershipStage = "negotiating" // the parties want it
	PartnershipSigned      PartnershipStage = "signed"      // both sides have confirmed the agreement
	PartnershipRunning     PartnershipStage = "running"
	PartnershipConcluded   PartnershipStage = "concluded"
	PartnershipTerminated  PartnershipStage = "terminated" // for a reason
)

// PartnershipStages lists the stages in the order of a life.
var PartnershipStages = [...]PartnershipStage{PartnershipProposed, PartnershipNegotiating, PartnershipSigned, PartnershipRunning, PartnershipConcluded, PartnershipTerminated}

// UnmarshalText reads a stage; "agreed" is what negotiating was called at first.
func (s *PartnershipStage) UnmarshalText(text []byte) error {
	if *s = PartnershipStage(text); *s == "agreed" {
		*s = PartnershipNegotiating
	}
	return nil
}

// Over reports whether the life of a partnership has ended.
func (s PartnershipStage) Over() bool {
	return s == PartnershipConcluded || s == PartnershipTerminated
}

// Partnership (合作项目) is something colleges do together with enterprises, research
// institutes or other colleges. Those of the seeds are public reports; stages and outcomes
// are not known of them.
type Partnership struct {
	Meta
	Trail
	Title       string   `json:"title"`
	Type        Mode     `json:"type"`
	Colleges    []Party  `json:"colleges"`
	Enterprises []Party  `json:"enterprises"`
	Institutes  []Party  `json:"institutes,omitempty"`
	Programmes  []string `json:"programmes,omitempty"` // specialism codes
	Industry    string   `json:"industry,omitempty"`
	Year        int      `json:"year,omitempty"` // of the report or the agreement; 0 when undated
	Summary     string   `json:"summary,omitempty"`
	Origin      Origin   `json:"origin"`

	Stage     PartnershipStage `json:"stage,omitempty"`
	By        string           `json:"by,omitempty"` // organisation that entered it
	Intention string           `json:"intention,omitempty"`
	Need      string           `json:"need,omitempty"`
	Seats     []WantedSeats    `json:"seats,omitempty"`
	Reasons   []MatchReason    `json:"reasons,omitempty"` // why it was begun
	Begun     time.Time        `json:"begun,omitzero"`    // on the portal
	EndedAt   time.Time        `json:"ended_at,omitzero"`
	EndReason EndReason        `json:"end_reason,omitempty"` // of a terminated one
	EndNote   string           `json:"end_note,omitempty"`

	Responsible string       `json:"responsible,omitempty"` // unit
	Supporting  []string     `json:"supporting,omitempty"`  // units
	Clause      string       `json:"clause,omitempty"`      // of the plan
	Agreement   Agreement    `json:"agreement,omitzero"`
	Milestones  []Milestone  `json:"milestones,omitempty"`
	Charter     []Attachment `json:"charter,omitempty"` // of a group or alliance; the last is in force
	// Active is when its parties last did something for it, and Dormant since when they
	// have been told that nothing happens.
	Active  time.Time `json:"active,omitzero"`
	Dormant time.Time `json:"dormant,omitzero"`
}

// EndReason is why a partnership was terminated.
type EndReason string

// EndReasons are the reasons one may terminate for.
var EndReasons = [...]EndReason{"no_agreement", "declined", "not_started", "enterprise_left", "college_left", "funds", "results", "other"}

// Party is one party of a partnership. ID is that of its college, its enterprise or, of an
// institute, its organisation; empty when it has none here.
type Party struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
}

// Public reports whether everybody may know of the partnership: of one that was reported
// anyway, of others from the signature on.
func (p Partnership) Public() bool {
	switch p.Stage {
	case PartnershipProposed, PartnershipNegotiating, PartnershipTerminated:
		return false
	}
	return true
}

// For is what the viewer may know of the partnership: all of it its parties and the office,
// others what it is and with whom.
func (p Partnership) For(v Viewer) Partnership {
	p.Trail = Trail{} // it names people
	if CanFollowPartnership(v, p) {
		return p
	}
	return Partnership{Meta: p.Meta, Title: p.Title, Type: p.Type, Colleges: p.Colleges, Enterprises: p.Enterprises, Institutes: p.Institutes, Programmes: p.Programmes,
		Industry: p.Industry, Year: p.Year, Summary: p.Summary, Origin: p.Origin, Stage: p.Stage}
}

// Followed reports whether the partnership has a life on the portal.
func (p Partnership) Followed() bool { return p.Stage != PartnershipReported }

// Organisations are the ids of the organisations that are its parties.
func (p Partnership) Organisations() []string {
	var out []string
	for _, side := range []struct {
		parties []Party
		id      func(string) string
	}{{p.Colleges, CollegeOrganisation}, {p.Enterprises, EnterpriseOrganisation}, {p.Institutes, func(id string) string { return id }}} {
		for _, party := range side.parties {
			if party.ID != "" {
				out = append(out, side.id(party.ID))
			}
		}
	}
	return out
}

// PartyName is the name under which an organisation is a party; empty: it is none.
func (p Partnership) PartyName(organisation string) string {
	for i, id := range p.Organisations() {
		if id == organisation {
			return p.known()[i].Name
		}
	}
	return ""
}

// known are its parties that have a record here, in the order of Organisations.
func (p Partnership) known() []Party {
	return slices.DeleteFunc(slices.Concat(p.Colleges, p.Enterprises, p.Institutes), func(party Party) bool { return party.ID == "" })
}

// Has reports whether the viewer works for one of its parties.
func (p Partnership) Has(v Viewer) bool {
	return v.Organisation != "" && slices.Contains(p.Organisations(), v.Organisation)
}

// CanSeePartnership reports whether the viewer may read of the partnership: what is public
// everybody, all else its parties and the office.
func CanSeePartnership(v Viewer, p Partnership) bool {
	return p.Public() || CanFollowPartnership(v, p)
}

// CanFollowPartnership reports whether the viewer may read all of it: its agreement, its
// milestones and what was done to it.
func CanFollowPartnership(v Viewer, p Partnership) bool {
	return v.IsSystem() || v.CanAnalyse() || p.Has(v)
}

// PartnershipAct is something one does with a partnership.
type PartnershipAct string

const (
	ActAgree     PartnershipAct = "agree"     // to one that another party has entered
	ActDescribe  PartnershipAct = "describe"  // what it is, with whom
	ActAssign    PartnershipAct = "assign"    // the office: its units and its clause of the plan
	ActDraw      PartnershipAct = "draw"      // write the agreement
	ActConfirm   PartnershipAct = "confirm"   // the agreement, by which it is signed
	ActStart     PartnershipAct = "start"     // begin to work
	ActPay       PartnershipAct = "pay"       // enter what has been received
	ActMilestone PartnershipAct = "milestone" // add, change, reach
	ActCharter   PartnershipAct = "charter"   // keep the charter of a group or alliance
	ActExtend    PartnershipAct = "extend"
	ActConclude  PartnershipAct = "conclude"
	ActTerminate PartnershipAct = "terminate"
)

// PartnershipActs lists every act in the order people are offered them.
var PartnershipActs = [...]PartnershipAct{ActAgree, ActDescribe, ActAssign, ActDraw, ActConfirm, ActStart, ActPay, ActMilestone, ActCharter, ActExtend, ActConclude, ActTerminate}

// partnershipActs are the stages in which a party may do what.
var partnershipActs = map[PartnershipAct][]PartnershipStage{
	ActAgree:     {PartnershipProposed},
	ActDescribe:  {PartnershipProposed, PartnershipNegotiating, PartnershipSigned, PartnershipRunning},
	ActDraw:      {PartnershipNegotiating},
	ActConfirm:   {PartnershipNegotiating},
	ActStart:     {PartnershipSigned},
	ActPay:       {PartnershipSigned, PartnershipRunning, PartnershipConcluded},
	ActMilestone: {PartnershipNegotiating, PartnershipSigned, PartnershipRunning},
	ActCharter:   {PartnershipNegotiating, PartnershipSigned, PartnershipRunning},
	ActExtend:    {PartnershipSigned, PartnershipRunning},
	ActConclude:  {PartnershipRunning},
	ActTerminate: {PartnershipProposed, PartnershipNegotiating, PartnershipSigned, PartnershipRunning},
}

// CanPropose reports whether the viewer may enter a partnership.
func CanPropose(v Viewer) bool {
	return v.CanSpeak() && (v.Of(OfCollege) || v.Of(OfEnterprise) || v.Of(OfInstitute))
}

// Can reports whether the viewer may do that with the partnership as it stands. Its
// parties lead its life; the office says who answers for it.
func (p Partnership) Can(v Viewer, act PartnershipAct) bool {
	if act == ActAssign {
		return v.CanReview() && p.Followed() && !p.Stage.Over()
	}
	if !p.Has(v) || !v.CanSpeak() || !slices.Contains(partnershipActs[act], p.Stage) {
		return false
	}
	switch act {
	case ActAgree:
		return v.Organisation != p.By
	case ActConfirm:
		return p.Agreement.Drawn() && !p.Agreement.ConfirmedBy(v.Organisation)
	case ActExtend:
		return p.Agreement.Extended == nil
	case ActCharter:
		return p.Allied()
	}
	return true
}

// Agree says that another party wants it too.
func (p *Partnership) Agree() { p.Stage = PartnershipNegotiating }

// Redescribed checks a change of what the partnership is against how it was before: what
// another party has agreed to stays. Nobody takes a party out but the one who named it by
// mistake; from the signature on the parties stay as they are. What was confirmed before
// such a change is confirmed again.
func (p *Partnership) Redescribed(v Viewer, before Partnership) error {
	was, is := before.Organisations(), p.Organisations()
	mine := before.Stage == PartnershipProposed && v.Organisation == before.By
	var bad Invalid
	if before.Stage != PartnershipProposed && p.Type != before.Type {
		bad.Add("type", "partnership.type_stays")
	}
	gone := slices.ContainsFunc(was, func(o string) bool { return !slices.Contains(is, o) })
	come := slices.ContainsFunc(is, func(o string) bool { return !slices.Contains(was, o) })
	signed := before.Stage == PartnershipSigned || before.Stage == PartnershipRunning
	if gone && !mine || come && signed {
		bad.Add("colleges", "partnership.parties_stay")
	}
	if gone || come || !slices.Equal(p.Programmes, before.Programmes) {
		if !signed {
			p.Agreement.Confirmed = nil
		}
	}
	return bad.Err()
}

// Draw takes over a new wording of the agreement: whoever had confirmed another one
// confirms again.
func (p *Partnership) Draw(a Agreement) {
	a.Documents, a.Confirmed, a.Extended = p.Agreement.Documents, nil, nil
	p.Agreement = a
}

// Confirm notes that an organisation stands by the agreement. It is signed when both sides
// do; then its milestones begin.
func (p *Partnership) Confirm(v Viewer, t PartnershipType, now time.Time) error {
	if err := p.ready(t); err != nil {
		return err
	}
	p.Agreement.Confirmed = append(p.Agreement.Confirmed, Assent{Organisation: v.Organisation, By: v.Person, At: now})
	if !p.bothSides() {
		return nil
	}
	p.Stage = PartnershipSigned
	if year, err := time.Parse(time.DateOnly, p.Agreement.SignedOn); err == nil {
		p.Year = year.Year()
	}
	p.Milestones = append(p.Milestones, t.Begin(p.Agreement.From)...)
	slices.SortStableFunc(p.Milestones, byDue)
	return nil
}

// bothSides reports whether both the colleges' and the other side stand by the agreement;
// where there is one side only, two of its parties.
func (p Partnership) bothSides() bool {
	var colleges, others int
	for _, a := range p.Agreement.Confirmed {
		if slices.ContainsFunc(p.Colleges, func(c Party) bool { return c.ID != "" && CollegeOrganisation(c.ID) == a.Organisation }) {
			colleges++
		} else {
			others++
		}
	}
	if len(p.Enterprises)+len(p.Institutes) == 0 || len(p.Colleges) == 0 {
		return colleges+others > 1
	}
	return colleges > 0 && others > 0
}

// ready reports what the type asks of an agreement before it can be signed.
func (p Partnership) ready(t PartnershipType) error {
	var bad Invalid
	a := p.Agreement
	missing := map[string]bool{
		"programmes": len(p.Programmes) == 0, "industry": p.Industry == "", "number": a.Number == "", "until": a.Until == "",
		"amount": a.Contract == 0, "agreement_file": len(a.Documents) == 0, "clauses": len(a.Clauses) < len(AgreementClauses),
	}
	for _, field := range RequiredFields {
		if missing[field] && slices.Contains(t.Required, field) {
			bad.Add(field, "partnership.required."+field)
		}
	}
	return bad.Err()
}

// Conclude ends it with its aims reached.
func (p *Partnership) Conclude(note string, now time.Time) {
	p.Stage, p.EndNote, p.EndedAt = PartnershipConcluded, note, now
}

// Terminate ends it before, for a listed reason.
func (p *Partnership) Terminate(reason EndReason, note string, now time.Time) error {
	if !slices.Contains(EndReasons[:], reason) {
		return Invalid{{Field: "end_reason", Key: "problem.required"}}
	}
	p.Stage, p.EndReason, p.EndNote, p.EndedAt = PartnershipTerminated, reason, note, now
	return nil
}

// DormantAt reports whether nothing has happened in a running partnership for so many
// months.
func (p Partnership) DormantAt(now time.Time, months int) bool {
	return p.Stage == PartnershipRunning && !p.Active.IsZero() && p.Active.AddDate(0, months, 0).Before(now)
}
