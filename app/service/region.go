package service

import (
	"context"
	"slices"
	"strconv"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Region counts for the talent office what is followed: partnerships by what they are, and
// what came of them, verified and claimed. Each process keeps the figures' sources in
// memory in step with the store, so that every figure is counted anew for every choice and
// opens the very records it counts.
type Region struct {
	Rooms
	counting
	partnerships regionRows
	outcomes     regionValues
	indicators   []portal.Indicator // in the order of the dictionary
}

func newRegion(r Rooms) *Region {
	g := &Region{Rooms: r}
	var partnerships, outcomes, indicators store.Cursor
	g.clock = r.Clock
	g.follow = []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := taken(ctx, &g.mu, r.Records.Partnerships, &partnerships, g.takePartnership, func() {})
			return err
		},
		func(ctx context.Context) error {
			_, err := taken(ctx, &g.mu, r.Records.Outcomes, &outcomes, g.takeOutcome, func() {})
			return err
		},
		func(ctx context.Context) error {
			_, err := taken(ctx, &g.mu, r.Records.Indicators, &indicators, g.takeIndicator, func() { slices.SortFunc(g.indicators, byRank) })
			return err
		},
	}
	g.empty = func() {
		partnerships, outcomes, indicators = "", "", ""
		g.partnerships, g.outcomes, g.indicators = regionRows{place: map[string]int{}}, regionValues{place: map[string]int{}}, nil
	}
	g.start()
	return g
}

// The properties partnerships are counted by.
const (
	ByStage = iota
	ByType
	ByCluster
	BySection
	ByUnit
	ByYear
	ByCertainty
	ByMotion // moving, dormant
	regionColumns
)

// RegionFacets are the names of the properties, in their order.
var RegionFacets = [regionColumns]string{"stage", "type", "cluster", "section", "unit", "year", "certainty", "motion"}

// Motions are the values of ByMotion: a running partnership in which nothing happened for
// as long as its type allows is dormant.
var Motions = [...]string{"moving", "dormant"}

// regionRows are the partnerships, by place. A place is kept for good: that of one deleted
// is no longer live.
type regionRows struct {
	place   map[string]int
	ids     []string
	live    []bool
	columns [regionColumns]column
	clause  column
	units   column // responsible and supporting
	numbers []regionNumbers
}

// regionNumbers are what is added up of a partnership.
type regionNumbers struct {
	due                 []string // days of the milestones not reached, the first one first; none when it is over
	milestones, reached int
	contract, received  int64 // yuan
}

// late are the milestones that were not reached in their time.
func (n regionNumbers) late(today string) int {
	at, _ := slices.BinarySearch(n.due, today)
	return at
}

// at is the place of a partnership, which may be told of before it is.
func (t *regionRows) at(id string) int {
	place, ok := t.place[id]
	if !ok {
		place = len(t.ids)
		t.place[id] = place
		t.ids, t.live, t.numbers = append(t.ids, id), append(t.live, false), append(t.numbers, regionNumbers{})
		for c := range t.columns {
			t.columns[c].put(place)
		}
		t.clause.put(place)
		t.units.put(place)
	}
	return place
}

// regionValues are the current versions of the outcomes, by place.
type regionValues struct {
	place       map[string]int
	ids         []string
	live        []bool
	partnership []int
	indicator   column
	state       column
	year        column // in which the period ends
	figures     []portal.Figures
}

func (t *regionValues) at(id string) int {
	place, ok := t.place[id]
	if !ok {
		place = len(t.ids)
		t.place[id] = place
		t.ids, t.live, t.partnership, t.figures = append(t.ids, id), append(t.live, false), append(t.partnership, 0), append(t.figures, portal.Figures{})
	}
	return place
}

func (g *Region) takePartnership(ch store.Change[portal.Partnership]) {
	t := &g.partnerships
	p := ch.Record
	if ch.Deleted || !p.Followed() {
		if place, known := t.place[ch.ID]; known {
			t.live[place] = false
		}
		return
	}
	place := t.at(ch.ID)
	t.live[place], t.numbers[place] = true, numbersOf(p)
	t.clause.put(place, compact(p.Clause)...)
	t.units.put(place, compact(append([]string{p.Responsible}, p.Supporting...)...)...)
	motion := ""
	if p.Stage == portal.PartnershipRunning {
		motion = Motions[0]
		if !p.Dormant.IsZero() {
			motion = Motions[1]
		}
	}
	year := ""
	if p.Year > 0 {
		year = strconv.Itoa(p.Year)
	}
	for c, values := range [regionColumns][]string{
		ByStage: {string(p.Stage)}, ByType: {string(p.Type)}, ByCluster: g.Roster.clusters(p.Colleges), BySection: section(p.Industry),
		ByUnit: compact(p.Responsible), ByYear: compact(year), ByCertainty: {string(p.Origin.Certainty)}, ByMotion: compact(motion),
	} {
		t.columns[c].put(place, values...)
	}
}

func numbersOf(p portal.Partnership) regionNumbers {
	n := regionNumbers{milestones: len(p.Milestones), contract: p.Agreement.Contract, received: p.Agreement.Received}
	for _, m := range p.Milestones {
		switch {
		case m.Done != "":
			n.reached++
		case !p.Stage.Over():
			n.due = append(n.due, m.Due)
		}
	}
	slices.Sort(n.due)
	return n
}

func (g *Region) takeOutcome(ch store.Change[portal.Outcome]) {
	t := &g.outcomes
	if ch.Deleted {
		if place, known := t.place[ch.ID]; known {
			t.live[place] = false
		}
		return
	}
	o := ch.Record
	place := t.at(ch.ID)
	t.live[place], t.partnership[place] = true, g.partnerships.at(o.Partnership)
	t.indicator.put(place, o.Indicator)
	t.state.put(place, string(o.State))
	t.year.put(place, compact(o.Period.Until[:min(4, len(o.Period.Until))])...)
	t.figures[place] = o.Current().Figures
	t.figures[place].Note, t.figures[place].Counted = "", ""
}

func (g *Region) takeIndicator(ch store.Change[portal.Indicator]) {
	g.indicators = slices.DeleteFunc(g.indicators, func(i portal.Indicator) bool { return i.ID == ch.ID })
	if !ch.Deleted {
		g.indicators = append(g.indicators, ch.Record)
	}
}
