package service

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/store"
)

// Roster holds in memory what the second stage of a match reads: every programme with its
// college, and what the colleges have to show. Each process keeps its own in step with
// the store, so that a match asks no server for it.
type Roster struct {
	records *store.Records
	stepped sync.Mutex // one filling or step at a time

	mu       sync.RWMutex
	byCode   map[string]map[string]portal.Programme // specialism code → id → programme
	colleges map[string]*rosterCollege
	ofParty  map[string]map[string]portal.Partnership // key of a party → id → partnership
	parties  map[string][]string                      // partnership id → keys of its parties
	followed map[string]Following                     // partnerships with a life on the portal, by id
	ordered  map[string][]match.Offer                 // by code; those not in it are to be put together
	cursors  rosterCursors
}

// rosterCollege is a college with what it declares.
type rosterCollege struct {
	college    portal.College
	programmes map[string][]portal.Mode // id → modes declared
	shows      *collegeShows            // nil: to be summed up
}

// rosterCursors are how far the roster follows each collection.
type rosterCursors struct{ colleges, programmes, partnerships store.Cursor }

// collegeShows is what is known of a college's partnerships and declared modes.
type collegeShows struct {
	reported []portal.Mode
	onIt     map[string][]portal.Mode // by specialism code
	declared []portal.Mode
}

// NewRoster makes an empty roster; Step fills it.
func NewRoster(records *store.Records) *Roster {
	return &Roster{records: records, byCode: map[string]map[string]portal.Programme{},
		colleges: map[string]*rosterCollege{}, ofParty: map[string]map[string]portal.Partnership{}, parties: map[string][]string{},
		followed: map[string]Following{},
		ordered:  map[string][]match.Offer{}}
}

// Step takes in what changed since the last one, the first time everything, and returns
// how many records that were.
func (r *Roster) Step(ctx context.Context) (int, error) {
	r.stepped.Lock()
	defer r.stepped.Unlock()
	n := 0
	for _, follow := range []func() (int, error){
		func() (int, error) {
			return taken(ctx, &r.mu, r.records.Colleges, &r.cursors.colleges, r.takeCollege, r.forget)
		},
		func() (int, error) {
			return taken(ctx, &r.mu, r.records.Programmes, &r.cursors.programmes, r.takeProgramme, r.forget)
		},
		func() (int, error) {
			return taken(ctx, &r.mu, r.records.Partnerships, &r.cursors.partnerships, r.takePartnership, r.forget)
		},
	} {
		more, err := follow()
		n += more
		if err != nil {
			return n, fault("service.Roster.Step", "", err)
		}
	}
	return n, nil
}

// taken follows one collection to the end of its changes. Under the lock every change is
// taken in, and after each lot of them forget drops what was made of the records before.
func taken[T any, P interface {
	*T
	Head() *portal.Meta
}](ctx context.Context, mu *sync.RWMutex, coll *store.Collection[T, P], cursor *store.Cursor, take func(store.Change[T]), forget func()) (int, error) {
	n := 0
	for {
		changes, next, err := coll.Changes(ctx, *cursor, store.MaxLimit)
		if err != nil {
			return n, err
		}
		mu.Lock()
		for _, ch := range changes {
			take(ch)
		}
		if len(changes) > 0 {
			forget()
		}
		mu.Unlock()
		n += len(changes)
		*cursor = next
		if len(changes) < store.MaxLimit {
			return n, nil
		}
	}
}

// college returns the entry of a college, which may be told of before its record is.
func (r *Roster) college(id string) *rosterCollege {
	c := r.colleges[id]
	if c == nil {
		c = &rosterCollege{programmes: map[string][]portal.Mode{}}
		r.colleges[id] = c
	}
	return c
}

// forget drops what was put together of records that may have changed.
func (r *Roster) forget() {
	clear(r.ordered)
	for _, c := range r.colleges {
		c.shows = nil
	}
}

func (r *Roster) takeCollege(ch store.Change[portal.College]) {
	r.college(ch.ID).college = ch.Record // the zero value when it is gone
}

func (r *Roster) takeProgramme(ch store.Change[portal.Programme]) {
	collegeID, code := portal.SplitProgrammeID(ch.ID)
	c := r.college(collegeID)
	if ch.Deleted {
		delete(c.programmes, ch.ID)
		delete(r.byCode[code], ch.ID)
		return
	}
	if r.byCode[code] == nil {
		r.byCode[code] = map[string]portal.Programme{}
	}
	ch.Record.Trail = portal.Trail{}
	r.byCode[code][ch.ID] = ch.Record
	c.programmes[ch.ID] = ch.Record.Modes
}

func (r *Roster) takePartnership(ch store.Change[portal.Partnership]) {
	for _, party := range r.parties[ch.ID] {
		delete(r.ofParty[party], ch.ID)
	}
	delete(r.parties, ch.ID)
	delete(r.followed, ch.ID)
	if p := ch.Record; !ch.Deleted && p.Followed() {
		r.followed[ch.ID] = Following{ID: ch.ID, Title: p.Title, Stage: p.Stage, Type: p.Type, Active: p.Active, organisations: p.Organisations(),
			units: compact(append([]string{p.Responsible}, p.Supporting...)...)}
	}
	if !ch.Record.Public() {
		return
	}
	join := func(party string) {
		if r.ofParty[party] == nil {
			r.ofParty[party] = map[string]portal.Partnership{}
		}
		r.ofParty[party][ch.ID] = ch.Record
		r.parties[ch.ID] = append(r.parties[ch.ID], party)
	}
	for _, c := range ch.Record.Colleges { // none when it is gone
		if c.ID != "" {
			join(collegeParty + c.ID)
		}
	}
	for _, e := range ch.Record.Enterprises {
		if e.ID != "" {
			join(enterpriseParty + e.ID)
		}
	}
}

// Following is what the roster knows of a partnership that is followed.
type Following struct {
	ID, Title     string
	Stage         portal.PartnershipStage
	Type          portal.Mode
	Active        time.Time
	organisations []string
	units         []string // responsible and supporting
}

// clusters are where colleges lie, in the order of the clusters.
func (r *Roster) clusters(colleges []portal.Party) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []string
	for _, cluster := range portal.Clusters {
		if slices.ContainsFunc(colleges, func(p portal.Party) bool {
			c := r.colleges[p.ID]
			return c != nil && c.college.Cluster == cluster
		}) {
			out = append(out, string(cluster))
		}
	}
	return out
}

// Followed returns the partnerships of an organisation that are followed, of all when it is
// empty, those that moved last first.
func (r *Roster) Followed(organisation string) []Following {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []Following
	for _, f := range r.followed {
		if organisation == "" || slices.Contains(f.organisations, organisation) {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Following) int { return cmp.Or(b.Active.Compare(a.Active), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Between returns the ids of the followed partnerships of two or more of the organisations,
// in order.
func (r *Roster) Between(organisations map[string]bool) []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var out []string
	for id, f := range r.followed {
		n := 0
		for _, o := range f.organisations {
			if organisations[o] {
				n++
			}
		}
		if n > 1 {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// ByUnit returns the followed partnerships that are not over by the units that answer for
// or support them, those that moved last first.
func (r *Roster) ByUnit() map[string][]Following {
	out := map[string][]Following{}
	for _, f := range r.Followed("") {
		if f.Stage.Over() {
			continue
		}
		for _, u := range f.units {
			out[u] = append(out[u], f)
		}
	}
	return out
}

// Keys of parties begin with what they are.
const (
	collegeParty    = "college/"
	enterpriseParty = "enterprise/"
)

// Partnerships returns those of a party by its key, newest first.
func (r *Roster) Partnerships(party string) []portal.Partnership {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return newestFirst(r.ofParty[party])
}

func newestFirst(all map[string]portal.Partnership) []portal.Partnership {
	return slices.SortedFunc(maps.Values(all), func(a, b portal.Partnership) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(a.ID, b.ID))
	})
}

// Offers returns the programmes of these specialisms whose college is known, in the order
// of the codes, then of cluster and id.
func (r *Roster) Offers(codes []string) []match.Offer {
	r.order(codes)
	r.mu.RLock()
	defer r.mu.RUnlock()
	n := 0
	for _, code := range codes {
		n += len(r.ordered[code])
	}
	offers := make([]match.Offer, 0, n)
	for _, code := range codes {
		offers = append(offers, r.ordered[code]...)
	}
	return offers
}

// Offered reports which of the codes some programme here offers.
func (r *Roster) Offered(codes []string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.ContainsFunc(codes, func(code string) bool { return len(r.byCode[code]) > 0 })
}

// Tally counts the colleges and programmes of each cluster, and the specialisms offered.
func (r *Roster) Tally() (clusters []ClusterTally, offered int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	one := func(o portal.Origin) Tally {
		t := Tally{All: 1}
		if o.Fictional() {
			t.Demo = 1
		}
		return t
	}
	of := map[portal.Cluster]*ClusterTally{}
	clusters = make([]ClusterTally, len(portal.Clusters))
	for i, c := range portal.Clusters {
		clusters[i].Cluster = c
		of[c] = &clusters[i]
	}
	for _, c := range r.colleges {
		if t := of[c.college.Cluster]; t != nil && c.college.ID != "" {
			t.Colleges.add(one(c.college.Origin))
		}
	}
	for _, programmes := range r.byCode {
		if len(programmes) > 0 {
			offered++
		}
		for _, p := range programmes {
			if c := r.colleges[p.CollegeID]; c != nil && of[c.college.Cluster] != nil {
				of[c.college.Cluster].Programmes.add(one(p.Origin))
			}
		}
	}
	return clusters, offered
}

// order puts the offers of these specialisms together where that is not done.
func (r *Roster) order(codes []string) {
	r.mu.RLock()
	open := slices.ContainsFunc(codes, func(code string) bool { return !r.isOrdered(code) })
	r.mu.RUnlock()
	if !open {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range codes {
		if !r.isOrdered(code) {
			r.ordered[code] = r.offersOf(code)
		}
	}
}

func (r *Roster) isOrdered(code string) bool {
	_, ok := r.ordered[code]
	return ok
}

func (r *Roster) offersOf(code string) []match.Offer {
	offers := make([]match.Offer, 0, len(r.byCode[code]))
	for _, p := range r.byCode[code] {
		c := r.colleges[p.CollegeID]
		if c == nil || c.college.ID == "" {
			continue
		}
		if c.shows == nil {
			c.shows = c.sum(newestFirst(r.ofParty[collegeParty+p.CollegeID]))
		}
		offers = append(offers, match.Offer{Programme: p, College: c.college,
			Reported: c.shows.reported, OnIt: c.shows.onIt[code], Declared: c.shows.declared})
	}
	slices.SortFunc(offers, func(a, b match.Offer) int {
		return cmp.Or(cmp.Compare(clusterRank(a.College.Cluster), clusterRank(b.College.Cluster)), cmp.Compare(a.Programme.ID, b.Programme.ID))
	})
	return offers
}

func (c *rosterCollege) sum(partnerships []portal.Partnership) *collegeShows {
	s := &collegeShows{onIt: map[string][]portal.Mode{}}
	for _, p := range partnerships {
		s.reported = append(s.reported, p.Type)
		for _, code := range p.Programmes {
			s.onIt[code] = append(s.onIt[code], p.Type)
		}
	}
	declared := map[portal.Mode]bool{}
	for _, modes := range c.programmes {
		for _, m := range modes {
			declared[m] = true
		}
	}
	s.declared = slices.Sorted(maps.Keys(declared))
	return s
}
