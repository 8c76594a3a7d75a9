package match

import (
	"cmp"
	"slices"
	"strings"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// ChangeKind names something a college can change to serve a need better.
type ChangeKind string

const (
	TellSeats   ChangeKind = "tell_seats"  // say that there are so many free seats
	RaiseSeats  ChangeKind = "raise_seats" // have so many more
	DeclareMode ChangeKind = "mode"        // say that one works that way
	DeclareMust ChangeKind = "must_have"   // have what must be there, and say so
	EnrolAgain  ChangeKind = "enrol"       // take students again
	OpenAnother ChangeKind = "open"        // open the specialism
)

// Change is one thing to change, and the score with nothing else changed.
type Change struct {
	Kind  ChangeKind
	Seats int
	Mode  portal.Mode
	Musts []string
	Code  string // of the specialism to open
	Name  string
	S     float64
	Adds  float64 // to what the best programme is listed with
}

// WhatIf is how a college serves a need now, and by what it would serve it better.
type WhatIf struct {
	Best    *Offered // nil: no programme of it has to do with the need
	Refused Filter   // what keeps the best from being listed; empty: it is
	Changes []Change // what adds most first
}

// Listed is the score the best programme is listed with; 0 where it is not.
func (f WhatIf) Listed() float64 {
	if f.Best == nil || f.Refused != "" {
		return 0
	}
	return f.Best.S
}

// leastAdded is what a change must add to be worth a word: half a point of a hundred.
const leastAdded = .005

// What asks of a college's programmes what would change its part in a need: each change is
// scored as if it were made. college is what any programme of it has in common.
func What(n Need, ranked []Ranked, college Offer, offers []Offer, w Weights) WhatIf {
	byCode := make(map[string]*Ranked, len(ranked))
	for i := range ranked {
		byCode[ranked[i].Code] = &ranked[i]
	}
	var out WhatIf
	for i := range offers {
		r, ok := byCode[offers[i].Programme.Code]
		if !ok {
			continue
		}
		scored := score(&n, r, &offers[i], &w)
		refused, _ := refuses(n, &offers[i], nil)
		if out.Best == nil || cmp.Or(cmp.Compare(listed(scored, refused), out.Listed()), cmp.Compare(scored.S, out.Best.S)) > 0 {
			out.Best, out.Refused = &scored, refused
		}
	}
	try := func(c Change, r *Ranked, o Offer) {
		scored := score(&n, r, &o, &w)
		refused, _ := refuses(n, &o, nil)
		c.S = listed(scored, refused)
		if c.Adds = c.S - out.Listed(); c.Adds >= leastAdded {
			out.Changes = append(out.Changes, c)
		}
	}
	if out.Best != nil {
		improve(n, *out.Best.Offer, func(c Change, o Offer) { try(c, out.Best.Ranked, o) })
	}
	if r := notOffered(ranked, offers); r != nil && (out.Best == nil || r.Rel > out.Best.Ranked.Rel) {
		college.Programme = portal.Programme{CollegeID: college.College.ID, Code: r.Code, Name: r.Name, Level: r.Level, Enrolment: portal.Recruiting}
		try(Change{Kind: OpenAnother, Code: r.Code, Name: r.Name}, r, college)
	}
	slices.SortStableFunc(out.Changes, func(a, b Change) int { return cmpDown(a.Adds, b.Adds) })
	return out
}

func listed(o Offered, refused Filter) float64 {
	if refused != "" {
		return 0
	}
	return o.S
}

// improve makes each change of a programme by itself.
func improve(n Need, o Offer, try func(Change, Offer)) {
	if n.Headcount != nil && *n.Headcount > 0 {
		with := o
		with.Programme.SeatsFree = n.Headcount
		with.Programme.Promised = nil
		switch left := o.Programme.SeatsLeft(); {
		case left == nil:
			try(Change{Kind: TellSeats, Seats: *n.Headcount}, with)
		case *left < *n.Headcount:
			try(Change{Kind: RaiseSeats, Seats: *n.Headcount - *left}, with)
		}
	} else if left := o.Programme.SeatsLeft(); left != nil && *left == 0 {
		with, one := o, 1
		with.Programme.SeatsFree, with.Programme.Promised = &one, nil
		try(Change{Kind: RaiseSeats, Seats: one}, with)
	}
	for _, m := range n.Modes {
		if slices.Contains(o.Programme.Modes, m) {
			continue
		}
		with := o
		with.Programme.Modes = append(slices.Clone(o.Programme.Modes), m)
		try(Change{Kind: DeclareMode, Mode: m}, with)
	}
	if musts := lacking(o.Programme, n.MustHaves); len(musts) > 0 {
		with := o
		with.Programme.Certificates = slices.Concat(o.Programme.Certificates, musts)
		try(Change{Kind: DeclareMust, Musts: musts}, with)
	}
	if o.Programme.Enrolment == portal.Stopped {
		with := o
		with.Programme.Enrolment = portal.Recruiting
		try(Change{Kind: EnrolAgain}, with)
	}
}

// notOffered is the specialism that fits best of those a college does not offer, at a level it
// teaches at; nil without.
func notOffered(ranked []Ranked, offers []Offer) *Ranked {
	for i, r := range ranked {
		teaches := slices.ContainsFunc(offers, func(o Offer) bool { return o.Programme.Level == r.Level })
		offers := slices.ContainsFunc(offers, func(o Offer) bool { return o.Programme.Code == r.Code })
		if teaches && !offers {
			return &ranked[i]
		}
	}
	return nil
}

// lacking are the must-haves that a programme which lists what it has does not list.
func lacking(p portal.Programme, mustHaves []string) []string {
	has := slices.Concat(p.Certificates, p.Facilities)
	if p.International != nil {
		has = slices.Concat(has, p.International.Languages, p.International.Certificates)
	}
	if len(has) == 0 {
		return nil
	}
	var out []string
	for _, must := range mustHaves {
		want := text.Normalize(must)
		if !slices.ContainsFunc(has, func(h string) bool { return strings.Contains(text.Normalize(h), want) }) {
			out = append(out, must)
		}
	}
	return out
}
