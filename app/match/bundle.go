package match

import "slices"

// Bundle is several programmes that together supply a headcount none of them can alone.
type Bundle struct {
	Parts  []Share
	Seats  int  // sum of the parts, at most the headcount
	Enough bool // the headcount is reached
}

// Share is what one programme of a bundle supplies.
type Share struct {
	Offered Offered
	Seats   int
}

// bundle takes the best covering programmes with known free seats until the headcount is
// reached. There is none when one of them can do it alone.
func bundle(n Need, kept []Offered, w Weights) *Bundle {
	if n.Headcount == nil || *n.Headcount <= 0 {
		return nil
	}
	var able []Offered
	for _, o := range kept {
		if seats := o.Offer.Programme.SeatsLeft(); o.Ranked.Rel >= w.Covered && seats != nil && *seats > 0 {
			able = append(able, o)
		}
	}
	alone := func(o Offered) bool { return *o.Offer.Programme.SeatsLeft() >= *n.Headcount }
	if len(able) < 2 || slices.ContainsFunc(able, alone) {
		return nil
	}
	var b Bundle
	for _, o := range able {
		seats := min(*o.Offer.Programme.SeatsLeft(), *n.Headcount-b.Seats)
		b.Parts = append(b.Parts, Share{o, seats})
		b.Seats += seats
		if b.Seats == *n.Headcount {
			b.Enough = true
			break
		}
	}
	return &b
}
