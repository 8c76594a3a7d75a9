package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Supply holds what enterprises want against what the colleges offer, by class of
// specialisms and section of industry. A need counts for the class of the specialism that
// fits it best.
type Supply struct {
	Rooms
	counting
	needs       *Needs
	needsOf     supplyRows
	specialisms map[string]catalogued // by code
}

// catalogued is what supply is judged by of a specialism.
type catalogued struct {
	class, category string
	level           portal.Level
}

// supplyRows are the needs that were ever published, by place. A place is kept for good.
type supplyRows struct {
	place     map[string]int
	ids       []string
	live      []bool
	matched   []bool
	codes     column // of the specialisms that cover it, the best fitting first
	section   column
	level     column
	status    column
	quarter   column // in which it was published: 2026Q3
	certainty column
	headcount []int32 // -1: unknown
	expires   []int64 // Unix seconds
}

func newSupply(r Rooms, needs *Needs) *Supply {
	s := &Supply{Rooms: r, needs: needs}
	var catalogue, changed, fits store.Cursor
	s.clock = r.Clock
	s.follow = []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := taken(ctx, &s.mu, r.Records.Specialisms, &catalogue, s.takeSpecialism, func() {})
			return err
		},
		func(ctx context.Context) error {
			_, err := taken(ctx, &s.mu, r.Records.Needs, &changed, s.takeNeed, func() {})
			return err
		},
		func(ctx context.Context) error {
			_, err := taken(ctx, &s.mu, r.Records.Fits, &fits, s.takeFit, func() {})
			return err
		},
	}
	s.empty = func() {
		catalogue, changed, fits = "", "", ""
		s.needsOf, s.specialisms = supplyRows{place: map[string]int{}}, map[string]catalogued{}
	}
	s.start()
	return s
}

// at is the place of a need, which may be told of before it is.
func (t *supplyRows) at(id string) int {
	place, ok := t.place[id]
	if !ok {
		place = len(t.ids)
		t.place[id] = place
		t.ids, t.live, t.matched = append(t.ids, id), append(t.live, false), append(t.matched, false)
		t.headcount, t.expires = append(t.headcount, -1), append(t.expires, 0)
		for _, c := range []*column{&t.codes, &t.section, &t.level, &t.status, &t.quarter, &t.certainty} {
			c.put(place)
		}
	}
	return place
}

func (s *Supply) takeSpecialism(ch store.Change[portal.Specialism]) {
	if ch.Deleted {
		delete(s.specialisms, ch.ID)
		return
	}
	s.specialisms[ch.Record.Code] = catalogued{ch.Record.ClassName, ch.Record.CategoryName, ch.Record.Level}
}

func (s *Supply) takeNeed(ch store.Change[portal.Need]) {
	t, n := &s.needsOf, ch.Record
	if ch.Deleted || n.PublishedAt.IsZero() {
		if place, known := t.place[ch.ID]; known {
			t.live[place] = false
		}
		return
	}
	place := t.at(ch.ID)
	t.live[place], t.headcount[place], t.expires[place] = true, -1, n.ExpiresAt.Unix()
	if n.Headcount != nil {
		t.headcount[place] = int32(*n.Headcount)
	}
	status := string(n.Status)
	if n.Status == portal.NeedClosed {
		status = string(n.CloseReason)
	}
	t.section.put(place, section(n.Industry)...)
	t.level.put(place, compact(string(n.Level))...)
	t.status.put(place, status)
	t.quarter.put(place, quarterOf(n.PublishedAt))
	t.certainty.put(place, string(n.Origin.Certainty))
}

// quarterOf is the quarter of a time in Shanghai: 2026Q3.
func quarterOf(t time.Time) string {
	t = t.In(portal.Shanghai)
	return fmt.Sprintf("%dQ%d", t.Year(), (int(t.Month())+2)/3)
}

func (s *Supply) takeFit(ch store.Change[portal.Fit]) {
	if ch.Deleted {
		return
	}
	t := &s.needsOf
	place := t.at(ch.ID)
	t.matched[place] = true
	t.codes.put(place, ch.Record.Codes...)
}

// Offering is what the colleges here offer of some specialisms. Free is known of the
// programmes whose colleges told.
type Offering struct {
	Programmes int
	Free       int // seats
	Untold     int // programmes whose seats are unknown
}

func (o *Offering) add(other Offering) {
	o.Programmes += other.Programmes
	o.Free += other.Free
	o.Untold += other.Untold
}

// offerings are what is offered of every specialism of which something is.
func (r *Roster) offerings() map[string]Offering {
	r.mu.RLock()
	defer r.mu.RUnlock()
	out := make(map[string]Offering, len(r.byCode))
	for code, programmes := range r.byCode {
		var o Offering
		for _, p := range programmes {
			if p.Enrolment == portal.Stopped {
				continue
			}
			o.Programmes++
			if left := p.SeatsLeft(); left != nil {
				o.Free += *left
			} else {
				o.Untold++
			}
		}
		if o.Programmes > 0 {
			out[code] = o
		}
	}
	return out
}

// shelf is what supply is judged by: the specialisms and what is offered of each. It is
// used under the lock.
type shelf struct {
	specialisms map[string]catalogued
	offered     map[string]Offering
}

func (s *Supply) shelf() shelf { return shelf{s.specialisms, s.Roster.offerings()} }

// class is the class a need counts for; empty where no specialism fits it.
func (h shelf) class(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	return h.specialisms[codes[0]].class
}

// gap says why the colleges here do not cover a need: nothing where they do.
func (h shelf) gap(codes []string, level portal.WantedLevel, headcount int) portal.GapReason {
	if len(codes) == 0 {
		return portal.GapUnread
	}
	var all, fitting Offering
	for _, code := range codes {
		all.add(h.offered[code])
		if level.Takes(h.specialisms[code].level) {
			fitting.add(h.offered[code])
		}
	}
	switch {
	case all.Programmes == 0:
		return portal.GapProgramme
	case fitting.Programmes == 0:
		return portal.GapLevel
	case fitting.Untold == 0 && fitting.Free < max(headcount, 1):
		return portal.GapSeats
	}
	return ""
}

// SupplyChoice narrows the needs.
type SupplyChoice struct {
	Class    string
	Section  string
	Quarter  string
	Level    string // wanted; NoValue: any
	Reason   portal.GapReason
	OpenOnly bool // only needs that take answers now
}

// SupplyView is demand against supply: classes down, sections across.
type SupplyView struct {
	Counting bool
	AsOf     time.Time
	Sections []string // that ask for something, in their order
	Classes  []SupplyClass
	Needs    int
	Waiting  int // needs that are not matched yet and count nowhere
	Unsaid   int // needs without a headcount
	Demo     int
}

// SupplyClass is one class of specialisms. Wanted holds the headcount asked for by section,
// where it is known; Asked the needs.
type SupplyClass struct {
	Name   string // empty: needs no specialism fits
	Wanted map[string]int
	Asked  map[string]int
	Total  int
	Needs  int
	Unsaid int
	Offering
}

// Lack is how many more are wanted than seats are known to be free; 0 where there are
// enough, or some college has not told its seats.
func (c SupplyClass) Lack() int {
	if c.Untold > 0 {
		return 0
	}
	return max(c.Total-c.Free, 0)
}

// View counts the open needs against the programmes, the classes most wanted first.
func (s *Supply) View(ctx context.Context, v portal.Viewer) (SupplyView, error) {
	if !v.CanAnalyse() {
		return SupplyView{}, fault("service.Supply.View", "", portal.ErrNotFound)
	}
	ready, err := s.ready(ctx)
	if err != nil || !ready {
		return SupplyView{Counting: true}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	h, out := s.shelf(), SupplyView{AsOf: s.asOf, Waiting: s.needsOf.waiting()}
	classes := map[string]*SupplyClass{}
	sections := map[string]bool{}
	s.needsOf.each(h, s.Clock(), SupplyChoice{OpenOnly: true}, func(place int, class, section string, _ portal.GapReason) {
		c := classes[class]
		if c == nil {
			c = &SupplyClass{Name: class, Wanted: map[string]int{}, Asked: map[string]int{}}
			classes[class] = c
		}
		sections[section] = true
		out.Needs++
		c.Needs++
		c.Asked[section]++
		if n := s.needsOf.headcount[place]; n < 0 {
			out.Unsaid++
			c.Unsaid++
		} else {
			c.Wanted[section] += int(n)
			c.Total += int(n)
		}
		if s.needsOf.certainty.has(place, string(portal.Demo)) {
			out.Demo++
		}
	})
	for code, offered := range h.offered {
		if c := classes[h.specialisms[code].class]; c != nil {
			c.Offering.add(offered)
		}
	}
	out.Sections = keys(sections)
	for _, c := range classes {
		out.Classes = append(out.Classes, *c)
	}
	slices.SortFunc(out.Classes, func(a, b SupplyClass) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(b.Needs, a.Needs), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// waiting is how many needs are not matched yet.
func (t *supplyRows) waiting() (n int) {
	for place, live := range t.live {
		if live && !t.matched[place] {
			n++
		}
	}
	return n
}

// each calls fn with the place, class, section and gap of every matched need that fits the choice.
func (t *supplyRows) each(h shelf, now time.Time, c SupplyChoice, fn func(place int, class, section string, gap portal.GapReason)) {
	classes := make([]string, len(t.codes.sets))
	for code, set := range t.codes.sets {
		classes[code] = h.class(set)
	}
	open := t.status.fitting([]string{string(portal.NeedOpen)})
	dropped := t.status.fitting(strs([]portal.CloseReason{portal.FilledHere, portal.FilledElsewhere, portal.Cancelled}))
	quarters, sections, levels := t.quarter.fitting(compact(c.Quarter)), t.section.fitting(compact(c.Section)), t.level.fitting(compact(c.Level))
	for place, live := range t.live {
		class := classes[t.codes.codes[place]]
		if !live || !t.matched[place] || dropped[t.status.codes[place]] || c.OpenOnly && !(open[t.status.codes[place]] && t.expires[place] > now.Unix()) ||
			quarters != nil && !quarters[t.quarter.codes[place]] || sections != nil && !sections[t.section.codes[place]] || levels != nil && !levels[t.level.codes[place]] ||
			c.Class != "" && class != c.Class && (c.Class != NoValue || class != "") {
			continue
		}
		gap := h.gap(t.codes.at(place), portal.WantedLevel(t.level.one(place)), int(t.headcount[place]))
		if c.Reason == "" || c.Reason == gap {
			fn(place, class, orElse(t.section.one(place), NoValue), gap)
		}
	}
}

// Needs lists the needs behind a figure, the latest first.
func (s *Supply) Needs(ctx context.Context, v portal.Viewer, c SupplyChoice, page int) (Found[NeedEntry], error) {
	var found Found[NeedEntry]
	if !v.CanAnalyse() {
		return found, fault("service.Supply.Needs", "", portal.ErrNotFound)
	}
	err := s.counted(ctx)
	if err != nil {
		return found, err
	}
	s.mu.RLock()
	h := s.shelf()
	chosen := make([]bool, len(s.needsOf.ids))
	s.needsOf.each(h, s.Clock(), c, func(place int, _, _ string, _ portal.GapReason) { chosen[place] = true })
	ids := placed(s.needsOf.ids, chosen)
	s.mu.RUnlock()
	found.Items, err = s.needs.entries(v)(ctx, pageOf(&found, ids, page))
	return found, err
}
