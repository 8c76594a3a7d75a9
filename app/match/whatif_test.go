package match

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"liangcheng/app/portal"
)

func TestWhatACollegeCouldChange(t *testing.T) {
	ranked := []Ranked{relevant("1", .8), relevant("2", .6)}
	ranked[0].Level, ranked[1].Level = portal.Associate, portal.Associate
	changed := func(o Offer, change func(*Offer)) Offer { change(&o); return o }
	stopped := func(o *Offer) { o.Programme.Enrolment = portal.Stopped }
	plain := offer("a", "2", portal.Associate)
	for _, tt := range []struct {
		name    string
		need    Need
		offers  []Offer
		refused Filter
		want    []ChangeKind
	}{
		{"seats are not told", Need{Headcount: number(30)}, []Offer{plain}, "", []ChangeKind{TellSeats, OpenAnother}},
		{"too few seats", Need{Headcount: number(30)}, []Offer{offer("a", "1", portal.Associate, seats(10))}, "", []ChangeKind{RaiseSeats}},
		{"enough seats", Need{Headcount: number(30)}, []Offer{offer("a", "1", portal.Associate, seats(40))}, "", nil},
		{"no seats for a class", Need{Modes: []portal.Mode{portal.OrderClass}}, []Offer{offer("a", "1", portal.Associate, seats(0))}, FilterSeats, []ChangeKind{RaiseSeats}},
		{"a mode", Need{Modes: []portal.Mode{portal.Apprenticeship}}, []Offer{offer("a", "1", portal.Associate)}, "", []ChangeKind{DeclareMode}},
		{"what must be there", Need{MustHaves: []string{"电工证"}}, []Offer{changed(offer("a", "1", portal.Associate), func(o *Offer) { o.Programme.Certificates = []string{"焊工证"} })}, FilterMustHave, []ChangeKind{DeclareMust}},
		{"nothing is listed, so nothing is lacking", Need{MustHaves: []string{"电工证"}}, []Offer{offer("a", "1", portal.Associate)}, "", nil},
		{"no longer enrolling", Need{}, []Offer{changed(offer("a", "1", portal.Associate), stopped)}, FilterEnrolment, []ChangeKind{EnrolAgain}},
		{"another specialism fits better", Need{}, []Offer{plain}, "", []ChangeKind{OpenAnother}},
		{"nothing to do with it", Need{}, []Offer{offer("a", "9", portal.Associate)}, "", []ChangeKind{OpenAnother}},
		{"of another level", Need{}, []Offer{offer("a", "9", portal.Bachelor)}, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := What(tt.need, ranked, Offer{College: portal.College{Cluster: portal.OtherGuiyang}}, tt.offers, DefaultWeights())
			var kinds []ChangeKind
			for _, c := range got.Changes {
				kinds = append(kinds, c.Kind)
			}
			slices.Sort(kinds)
			if slices.Sort(tt.want); !slices.Equal(kinds, tt.want) || got.Refused != tt.refused {
				t.Errorf("changes are %v, refused by %q", kinds, got.Refused)
			}
		})
	}
}

// TestAChangeAddsWhatItSays makes each change of a programme and matches again.
func TestAChangeAddsWhatItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	w := DefaultWeights()
	seen := map[ChangeKind]int{}
	for range 200 {
		n := randomNeed(r)
		ranked := rank(t, n, w)
		if len(ranked) == 0 {
			continue
		}
		o := randomOffer(r, 1, ranked[0].Code, ranked[0].Level)
		got := What(n, ranked, Offer{College: o.College}, []Offer{o}, w)
		for _, c := range got.Changes {
			seen[c.Kind]++
			made := o
			switch c.Kind {
			case TellSeats, RaiseSeats:
				have := 0
				if left := o.Programme.SeatsLeft(); left != nil {
					have = *left
				}
				made.Programme.SeatsFree = number(have + c.Seats)
			case DeclareMode:
				made.Programme.Modes = append(slices.Clone(o.Programme.Modes), c.Mode)
			case DeclareMust:
				made.Programme.Certificates = append(slices.Clone(o.Programme.Certificates), c.Musts...)
			case EnrolAgain:
				made.Programme.Enrolment = portal.Recruiting
			default:
				continue
			}
			was, is := 0., 0.
			if a := Programmes(n, ranked, []Offer{o}, nil, w); len(a.Offered) > 0 {
				was = a.Offered[0].S
			}
			if a := Programmes(n, ranked, []Offer{made}, nil, w); len(a.Offered) > 0 {
				is = a.Offered[0].S
			}
			if math.Abs(is-was-c.Adds) > 1e-9 || c.Adds <= 0 {
				t.Fatalf("%s says it adds %v, and adds %v", c.Kind, c.Adds, is-was)
			}
		}
	}
	if len(seen) < 4 {
		t.Errorf("only %v came up", seen)
	}
}
