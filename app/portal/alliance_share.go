package portal

import (
	"slices"
	"time"
)

// AllianceBook is everything kept of a group or alliance, with the partnerships two or more
// of its members are parties of.
type AllianceBook struct {
	Members []AllianceMember
	Pledges []Pledge
	Entries []AllianceEntry
	Between []Partnership
}

// MemberActs is a member with what shows that it took a real part.
type MemberActs struct {
	Member   AllianceMember
	Pledges  []Pledge        // fulfilled or brought further
	Entries  []AllianceEntry // put in a list
	Together []Partnership   // signed or running, with another member
}

// ActingShare says which members took a real part in the twelve months up to a day.
type ActingShare struct {
	From, Day string
	Acting    []MemberActs
	Idle      []AllianceMember
}

// Members is the denominator: those that were in on the day.
func (s ActingShare) Members() int { return len(s.Acting) + len(s.Idle) }

// Share finds the members of a day that did something substantive in the twelve months up
// to it: fulfilled or advanced a pledge, put an entry in a list, or are on that day a party
// of a signed partnership with another member.
func (b AllianceBook) Share(day string) ActingShare {
	s := ActingShare{Day: day}
	if until, err := time.Parse(time.DateOnly, day); err == nil {
		s.From = until.AddDate(-1, 0, 1).Format(time.DateOnly)
	}
	in := slices.DeleteFunc(slices.Clone(b.Members), func(m AllianceMember) bool { return !m.In(day) })
	for _, m := range in {
		a := MemberActs{Member: m}
		for _, p := range b.Pledges {
			if p.Member == m.ID && p.advancedIn(s.From, day) {
				a.Pledges = append(a.Pledges, p)
			}
		}
		for _, e := range b.Entries {
			if e.Member == m.ID && s.From <= e.AddedOn && e.AddedOn <= day {
				a.Entries = append(a.Entries, e)
			}
		}
		for _, p := range b.Between {
			if p.inForce(day) && p.joins(m, in) {
				a.Together = append(a.Together, p)
			}
		}
		if len(a.Pledges)+len(a.Entries)+len(a.Together) > 0 {
			s.Acting = append(s.Acting, a)
		} else {
			s.Idle = append(s.Idle, m)
		}
	}
	return s
}

// inForce reports whether the partnership was signed by a day and not over on it.
func (p Partnership) inForce(day string) bool {
	if p.Stage == PartnershipProposed || p.Stage == PartnershipNegotiating || p.Agreement.SignedOn == "" || p.Agreement.SignedOn > day {
		return false
	}
	return p.EndedAt.IsZero() || p.EndedAt.In(Shanghai).Format(time.DateOnly) > day
}

// joins reports whether a member and another one of them are parties of the partnership.
func (p Partnership) joins(m AllianceMember, all []AllianceMember) bool {
	parties := p.Organisations()
	return m.Organisation != "" && slices.Contains(parties, m.Organisation) && slices.ContainsFunc(all, func(other AllianceMember) bool {
		return other.Organisation != "" && other.Organisation != m.Organisation && slices.Contains(parties, other.Organisation)
	})
}

// kindCounts and listCounts are the indicators of the dictionary that count members and
// entries of lists.
var (
	kindCounts = map[string]MemberKind{"members_gov": MemberGovernment, "members_school": MemberCollege, "members_enterprise": MemberEnterprise, "members_association": MemberAssociation}
	listCounts = map[string]AllianceList{"list_core_products": ListProducts, "list_tech_needs": ListTechnology, "list_talent_needs": ListTalent}
)

// actingRate is the indicator of the share of members that take a real part.
const actingRate = "substantive_members_ratio"

// Count is what the book says of an indicator for a period. It is not ok where it does not
// count it, or of a rate of nobody.
func (b AllianceBook) Count(ind Indicator, p Period) (Tally, bool) {
	t := Tally{By: ind.ID}
	kind, ofMembers := kindCounts[ind.ID]
	list, ofEntries := listCounts[ind.ID]
	switch {
	case ind.ID == actingRate:
		s := b.Share(p.Until)
		t.Numerator, t.Denominator, t.Rate = Hundredths(len(s.Acting))*hundred, Hundredths(s.Members())*hundred, true
		if t.Denominator == 0 {
			return t, false
		}
		t.Value = Percent(t.Numerator, t.Denominator)
	case ofMembers:
		for _, m := range b.Members {
			if m.Kind == kind && m.In(p.Until) {
				t.Value += hundred
			}
		}
	case ofEntries:
		for _, e := range b.Entries {
			if e.List == list && e.StoodOn(p.Until) {
				t.Value += hundred
			}
		}
	default:
		return t, false
	}
	return t, true
}
