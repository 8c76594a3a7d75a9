package match

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"liangcheng/app/portal"
)

func offer(college, code string, level portal.Level, change ...func(*Offer)) Offer {
	o := Offer{College: portal.College{Cluster: portal.OtherGuiyang}}
	o.College.ID = college
	o.Programme = portal.Programme{CollegeID: college, Code: code, Level: level}
	o.Programme.ID = portal.ProgrammeID(college, code)
	for _, c := range change {
		c(&o)
	}
	return o
}

func seats(n int) func(*Offer) { return func(o *Offer) { o.Programme.SeatsFree = &n } }

func relevant(code string, rel float64) Ranked {
	return Ranked{Code: code, A: 1, Rel: rel, Parts: []Part{{Kind: PartLexical, Value: 1, Terms: []string{"电池"}}}}
}

func feature(o Offered, k FeatureKind) Feature {
	list := o.Features()
	return list[slices.IndexFunc(list, func(f Feature) bool { return f.Kind == k })]
}

func TestChipsSumToScore(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := DefaultWeights()
	seen := 0
	for range 150 {
		n := randomNeed(r)
		ranked := rank(t, n, w)
		var offers []Offer
		for i, s := range ranked[:min(len(ranked), 30)] {
			offers = append(offers, randomOffer(r, i, s.Code, s.Level))
		}
		for _, o := range Programmes(n, ranked, offers, nil, w).Offered {
			seen++
			all, rel := 0.0, 0.0
			for _, c := range o.Chips() {
				if (c.Part == nil) == (c.Feature == nil) {
					t.Fatal("a chip is a part or a feature")
				}
				all += c.Adds
				if c.Part != nil {
					rel += c.Adds
				}
			}
			if math.Abs(all-o.S) > 1e-9 {
				t.Fatalf("%q: chips of %s sum to %v, S is %v", n.Text, o.Offer.Programme.ID, all, o.S)
			}
			if math.Abs(rel-w.Base*o.Ranked.Rel) > 1e-9 {
				t.Fatalf("%q: parts of %s sum to %v, want %v", n.Text, o.Offer.Programme.ID, rel, w.Base*o.Ranked.Rel)
			}
			if o.S < w.Base*o.Ranked.Rel-1e-9 || o.S > o.Ranked.Rel+1e-9 {
				t.Fatalf("S %v is outside of what Rel %v allows", o.S, o.Ranked.Rel)
			}
			if !slices.ContainsFunc(o.Features(), func(f Feature) bool { return f.Kind == o.Weakest() }) {
				t.Fatalf("weakest point %q is no feature", o.Weakest())
			}
		}
	}
	if seen == 0 {
		t.Fatal("nothing was offered")
	}
}

func TestUnknownSeatsAreNotZeroSeats(t *testing.T) {
	n := Need{Headcount: number(30)}
	ranked := []Ranked{relevant("1", .8)}
	a := Programmes(n, ranked, []Offer{offer("unknown", "1", portal.Associate), offer("none", "1", portal.Associate, seats(0)),
		offer("half", "1", portal.Associate, seats(15)), offer("all", "1", portal.Associate, seats(40))}, nil, DefaultWeights())
	place := map[string]int{}
	for i, o := range a.Offered {
		place[o.Offer.College.ID] = i
		f := feature(o, Capacity)
		if unknown := o.Offer.College.ID == "unknown"; f.Counted == unknown {
			t.Errorf("%s: capacity counted is %v", o.Offer.College.ID, f.Counted)
		}
	}
	if place["none"] != 3 || place["all"] != 0 {
		t.Errorf("places are %v, want all first and none last", place)
	}
}

func TestWeightsRenormalise(t *testing.T) {
	w := DefaultWeights()
	o := score(new(Need{}), new(relevant("1", .8)), new(offer("a", "1", portal.Associate)), &w)
	want := (w.Level*1 + w.Record*.5) / (w.Level + w.Record) // nothing else is asked or known
	if math.Abs(o.Fit-want) > 1e-9 {
		t.Errorf("fit is %v, want %v", o.Fit, want)
	}
}

func TestLevelTable(t *testing.T) {
	for _, tt := range []struct {
		want portal.WantedLevel
		have [4]float64 // 中职, 高职专科, 高职本科, 普通本科
	}{
		{portal.WantVocational, [4]float64{.5, 1, .85, .55}},
		{portal.WantBachelor, [4]float64{.3, .35, .9, 1}},
		{portal.WantSecondary, [4]float64{1, .9, .3, .3}},
		{portal.AnyLevel, [4]float64{1, 1, 1, 1}},
	} {
		for i, level := range portal.Levels {
			if got := levelFit(&Need{Level: tt.want}, new(offer("a", "1", level))).Value; got != tt.have[i] {
				t.Errorf("%s served by %s is %v, want %v", tt.want, level, got, tt.have[i])
			}
		}
	}
}

func TestGeographyTable(t *testing.T) {
	for _, tt := range []struct {
		name    string
		place   portal.District
		cluster portal.Cluster
		home    portal.District
		want    float64
	}{
		{"same city of colleges", "贵安新区", portal.Huaxi, "花溪区", 1},
		{"same district", "白云区", portal.OtherGuiyang, "白云区", .9},
		{"Guiyang", "白云区", portal.Qingzhen, "清镇市", .8},
		{"college without district", "白云区", portal.OtherGuiyang, "", .8},
		{"neighbouring prefecture", "安顺市", portal.Huaxi, "花溪区", .6},
		{"far in the province", "遵义市", portal.Huaxi, "花溪区", .4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := offer("a", "1", portal.Associate, func(o *Offer) { o.College.Cluster, o.College.District = tt.cluster, tt.home })
			if got := geography(&Need{District: tt.place}, &o); got.Value != tt.want || !got.Counted {
				t.Errorf("got %+v, want %v", got, tt.want)
			}
		})
	}
	if geography(&Need{}, new(offer("a", "1", portal.Associate))).Counted {
		t.Error("geography counts though no place is asked for")
	}
}

func TestOtherFeatures(t *testing.T) {
	order := Need{Modes: []portal.Mode{portal.OrderClass}}
	english := Need{Languages: []string{"英语"}}
	for _, tt := range []struct {
		name   string
		kind   FeatureKind
		need   Need
		change func(*Offer)
		value  float64
		said   string
	}{
		{"mode reported", ModeReady, order, func(o *Offer) { o.OnIt = order.Modes }, 1, caseReported},
		{"mode declared", ModeReady, order, func(o *Offer) { o.Programme.Modes = order.Modes }, .6, caseDeclared},
		{"mode elsewhere in the college", ModeReady, order, func(o *Offer) { o.Reported = order.Modes }, .3, caseCollege},
		{"mode unheard of", ModeReady, order, func(*Offer) {}, .1, caseNoMode},
		{"newcomer", TrackRecord, Need{}, func(*Offer) {}, .5, caseNewcomer},
		{"five successes", TrackRecord, Need{}, func(o *Offer) { o.Record = Record{5, 5, 5} }, .75, caseFinished},
		{"headcount unknown", Capacity, Need{}, seats(10), .7, caseNoNumber},
		{"a quarter of the seats", Capacity, Need{Headcount: number(40)}, seats(10), .5, casePart},
		{"joint and language", International, english, func(o *Offer) {
			o.Programme.International = &portal.International{Joint: true, Languages: []string{"英语"}}
		}, .7, caseOffered},
		{"no international feature", International, english, func(*Offer) {}, 0, caseNoFeature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := score(&tt.need, new(relevant("1", .8)), new(offer("a", "1", portal.Associate, tt.change)), new(DefaultWeights()))
			if f := feature(o, tt.kind); math.Abs(f.Value-tt.value) > 1e-9 || f.Case != tt.said || !f.Counted {
				t.Errorf("got %+v, want %v %s", f, tt.value, tt.said)
			}
		})
	}
}

func TestHardFiltersCount(t *testing.T) {
	n := Need{Modes: []portal.Mode{portal.OrderClass}, MustHaves: []string{"电工证"}}
	ranked := []Ranked{relevant("1", .8)}
	offers := []Offer{
		offer("stopped", "1", portal.Associate, func(o *Offer) { o.Programme.Enrolment = portal.Stopped }),
		offer("full", "1", portal.Associate, seats(0)),
		offer("other", "1", portal.Associate, func(o *Offer) { o.Programme.Certificates = []string{"焊工证"} }),
		offer("fit", "1", portal.Associate, func(o *Offer) { o.Programme.Certificates = []string{"低压电工证"} }),
		offer("silent", "1", portal.Associate),
	}
	a := Programmes(n, ranked, offers, nil, DefaultWeights())
	if got := len(a.Offered); got != 2 {
		t.Errorf("%d offered, want fit and silent", got)
	}
	for _, f := range Filters {
		i := slices.IndexFunc(a.Removed, func(r Removal) bool { return r.Filter == f })
		if i < 0 || a.Removed[i].N != 1 || len(a.Removed[i].IDs) != 1 || a.Removed[i].Best <= 0 || a.Removed[i].Leads != 1 {
			t.Errorf("filter %s: removed %+v", f, a.Removed)
		}
	}
	relaxed := Programmes(n, ranked, offers, []Filter{FilterSeats}, DefaultWeights())
	if len(relaxed.Offered) != 3 || len(relaxed.Removed) != 2 {
		t.Errorf("relaxed: %d offered, %d filters", len(relaxed.Offered), len(relaxed.Removed))
	}
}

func TestTwoOfOneCollegeInTheFirstFive(t *testing.T) {
	ranked := []Ranked{relevant("1", .9), relevant("2", .8), relevant("3", .7), relevant("4", .6)}
	offers := []Offer{offer("a", "1", portal.Associate), offer("a", "2", portal.Associate), offer("a", "3", portal.Associate),
		offer("b", "4", portal.Associate), offer("c", "4", portal.Associate), offer("d", "4", portal.Associate)}
	var order []string
	for _, o := range Programmes(Need{}, ranked, offers, nil, DefaultWeights()).Offered {
		order = append(order, o.Offer.Programme.ID)
	}
	if want := []string{"a-1", "a-2", "b-4", "c-4", "d-4", "a-3"}; !slices.Equal(order, want) {
		t.Errorf("order is %q, want %q", order, want)
	}
}

func TestGap(t *testing.T) {
	ranked := []Ranked{relevant("best", .9), relevant("near", .4)}
	w := DefaultWeights()
	a := Programmes(Need{}, ranked, []Offer{offer("a", "near", portal.Associate)}, nil, w)
	if a.Gap == nil || len(a.Gap.Wanted) != 1 || a.Gap.Wanted[0].Code != "best" || len(a.Gap.Nearest) != 1 {
		t.Errorf("gap is %+v", a.Gap)
	}
	if a := Programmes(Need{}, ranked, []Offer{offer("a", "best", portal.Associate)}, nil, w); a.Gap != nil {
		t.Errorf("covered need has a gap: %+v", a.Gap)
	}
	stopped := offer("a", "best", portal.Associate, func(o *Offer) { o.Programme.Enrolment = portal.Stopped })
	if a := Programmes(Need{}, ranked, []Offer{stopped}, nil, w); a.Gap == nil || slices.ContainsFunc(a.Gap.Wanted, func(r Ranked) bool { return r.Code == "best" }) {
		t.Errorf("what a filter removed is offered by somebody: %+v", a.Gap)
	}
}

func TestBundle(t *testing.T) {
	ranked := []Ranked{relevant("1", .8)}
	three := []Offer{offer("a", "1", portal.Associate, seats(20)), offer("b", "1", portal.Associate, seats(15)), offer("c", "1", portal.Associate)}
	for _, tt := range []struct {
		name      string
		headcount *int
		seats     int
		enough    bool
		none      bool
	}{
		{"two together", number(30), 30, true, false},
		{"not even together", number(50), 35, false, false},
		{"one alone", number(18), 0, false, true},
		{"headcount unknown", nil, 0, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := Programmes(Need{Headcount: tt.headcount}, ranked, three, nil, DefaultWeights()).Bundle
			if (b == nil) != tt.none {
				t.Fatalf("bundle is %+v", b)
			}
			if b == nil {
				return
			}
			sum := 0
			for _, p := range b.Parts {
				sum += p.Seats
			}
			if b.Seats != tt.seats || sum != tt.seats || b.Enough != tt.enough {
				t.Errorf("bundle of %d seats in parts of %d, enough %v", b.Seats, sum, b.Enough)
			}
		})
	}
}

func TestOrderOfOffersIsIrrelevant(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	n := Need{Text: "动力电池电芯产线技术员", Headcount: number(30), Modes: []portal.Mode{portal.OrderClass}}
	ranked := rank(t, n, DefaultWeights())
	var offers []Offer
	for i := range 200 {
		s := ranked[r.IntN(len(ranked))]
		offers = append(offers, randomOffer(r, i, s.Code, s.Level))
	}
	want := Programmes(n, ranked, offers, nil, DefaultWeights())
	shuffled := slices.Clone(offers) // an answer points into the offers it was made of
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if got := Programmes(n, ranked, shuffled, nil, DefaultWeights()); !reflect.DeepEqual(got, want) {
		t.Error("another order of offers gives another answer")
	}
}
