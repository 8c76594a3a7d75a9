package match

import (
	"cmp"
	"slices"

	"liangcheng/app/portal"
)

// Offer is a programme as the match sees it, with its college and what the college has
// to show.
type Offer struct {
	Programme portal.Programme
	College   portal.College
	// Reported are the types of partnership publicly reported of the college; OnIt are
	// those whose report names this specialism.
	Reported []portal.Mode
	OnIt     []portal.Mode
	// Declared are the modes the college declares for any of its programmes.
	Declared []portal.Mode
	Record   Record
}

// Record is what came of earlier partnerships of the programme.
type Record struct {
	N         int     // finished partnerships
	Successes float64 // of them, weighted by age (three-year half-life)
	Weight    float64 // sum of the weights
}

// Offered is a programme with its score and everything the score is made of.
type Offered struct {
	Offer  *Offer  // one of those given
	Ranked *Ranked // the specialism it offers, one of those given
	S      float64
	Fit    float64

	need    *Need
	weights *Weights
}

// Filter names a hard condition.
type Filter string

const (
	FilterEnrolment Filter = "enrolment" // no longer on the register
	FilterSeats     Filter = "seats"     // an order class needs free seats
	FilterMustHave  Filter = "must_have" // lists what it has, and this is not on it
)

// Filters are the hard conditions in the order they are applied.
var Filters = [...]Filter{FilterEnrolment, FilterSeats, FilterMustHave}

// Removal says what a hard filter took out, and what relaxing it would add: the best
// score among them and how many of them would stand in the first places.
type Removal struct {
	Filter Filter
	N      int
	IDs    []string
	Best   float64
	Leads  int
}

// Gap is a need no programme here covers.
type Gap struct {
	Wanted  []Ranked // the specialisms that fit best, offered by nobody here
	Nearest []Offered
}

// Answer is the match of a need with the programmes here.
type Answer struct {
	Offered []Offered
	Removed []Removal
	Bundle  *Bundle // nil when one programme can supply the headcount, or too little is known
	Gap     *Gap    // nil when the need is covered
}

// The first places of a list and how many of them one college may take.
const (
	firstPlaces  = 5
	oneCollege   = 2
	nearestShown = 5
	wantedShown  = 3
)

// Programmes ranks the offers of the specialisms found: S = Rel · (Base + (1−Base)·Fit).
// Relevance always dominates. Filters in relaxed are not applied.
func Programmes(n Need, ranked []Ranked, offers []Offer, relaxed []Filter, w Weights) Answer {
	byCode := make(map[string]*Ranked, len(ranked))
	for i := range ranked {
		byCode[ranked[i].Code] = &ranked[i]
	}
	var kept []Offered
	refused := map[Filter][]Offered{}
	for i := range offers {
		o := &offers[i]
		r, ok := byCode[o.Programme.Code]
		if !ok {
			continue
		}
		scored := score(&n, r, o, &w)
		if f, out := refuses(n, o, relaxed); out {
			refused[f] = append(refused[f], scored)
			continue
		}
		kept = append(kept, scored)
	}
	sortOffered(kept)
	a := Answer{Offered: spreadColleges(kept), Removed: removals(refused, kept), Bundle: bundle(n, kept, w)}
	if !slices.ContainsFunc(kept, func(o Offered) bool { return o.Ranked.Rel >= w.Covered }) {
		a.Gap = gap(ranked, offers, a.Offered)
	}
	return a
}

func sortOffered(list []Offered) {
	slices.SortFunc(list, byScore)
}

// byScore puts the best first.
func byScore(x, y Offered) int {
	return cmp.Or(cmpDown(x.S, y.S), cmp.Compare(x.Offer.Programme.ID, y.Offer.Programme.ID))
}

// removals sums up what each filter took out of the list that was kept.
func removals(refused map[Filter][]Offered, kept []Offered) []Removal {
	last := 0.0 // score of the last of the first places
	if len(kept) >= firstPlaces {
		last = kept[firstPlaces-1].S
	}
	var out []Removal
	for _, f := range Filters {
		list := refused[f]
		if len(list) == 0 {
			continue
		}
		sortOffered(list)
		r := Removal{Filter: f, N: len(list), Best: list[0].S}
		for _, o := range list {
			r.IDs = append(r.IDs, o.Offer.Programme.ID)
			if o.S > last && r.Leads < firstPlaces {
				r.Leads++
			}
		}
		out = append(out, r)
	}
	return out
}

// gap names the best specialisms nobody offers and the nearest programmes.
func gap(ranked []Ranked, offers []Offer, kept []Offered) *Gap {
	g := &Gap{Nearest: kept[:min(len(kept), nearestShown)]}
	for _, r := range ranked {
		offered := slices.ContainsFunc(offers, func(o Offer) bool { return o.Programme.Code == r.Code })
		if !offered && len(g.Wanted) < wantedShown {
			g.Wanted = append(g.Wanted, r)
		}
	}
	return g
}

// spreadColleges lets no college take more than two of the first five places, as long
// as others can take them.
func spreadColleges(all []Offered) []Offered {
	taken := map[string]int{}
	var first, rest []Offered
	for _, o := range all {
		if len(first) < firstPlaces && taken[o.Offer.College.ID] < oneCollege {
			taken[o.Offer.College.ID]++
			first = append(first, o)
		} else {
			rest = append(rest, o)
		}
	}
	return append(first, rest...)
}

// refuses applies the hard conditions that are not relaxed. What a programme does not
// say is not held against it.
func refuses(n Need, o *Offer, relaxed []Filter) (Filter, bool) {
	for _, f := range Filters {
		if !slices.Contains(relaxed, f) && fails(f, n, o.Programme) {
			return f, true
		}
	}
	return "", false
}

func fails(f Filter, n Need, p portal.Programme) bool {
	switch f {
	case FilterEnrolment:
		return p.Enrolment == portal.Stopped
	case FilterSeats:
		seats := p.SeatsLeft()
		return slices.Contains(n.Modes, portal.OrderClass) && seats != nil && *seats == 0
	case FilterMustHave:
		return len(lacking(p, n.MustHaves)) > 0
	}
	return false
}
