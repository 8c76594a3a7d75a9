package service_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// small is a size that takes several batches of needs.
var small = service.SyntheticOptions{Seed: 7, Colleges: 6, Programmes: 150, Needs: 2500, Partnerships: 40, Outcomes: 7, Now: now}

// fold adds records to a hash by their JSON, without the store's bookkeeping and in any
// order, and counts them.
func fold[T any, P interface {
	*T
	Head() *portal.Meta
}](t *testing.T, sum hash.Hash, recs iter.Seq[T]) int {
	t.Helper()
	var bodies []string
	for rec := range recs {
		*P(&rec).Head() = portal.Meta{ID: P(&rec).Head().ID}
		body, err := json.Marshal(rec)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(body))
	}
	slices.Sort(bodies)
	for _, body := range bodies {
		sum.Write([]byte(body))
	}
	return len(bodies)
}

// madeUp are the hash of everything one choice of options makes, and how much that is.
func madeUp(t *testing.T, h house, o service.SyntheticOptions) (sum string, n map[string]int) {
	t.Helper()
	s, err := service.NewSynthetic(t.Context(), h.services.Match.Rooms, o)
	if err != nil {
		t.Fatal(err)
	}
	all := sha256.New()
	n = map[string]int{
		"colleges": fold(t, all, s.Colleges()), "programmes": fold(t, all, s.Programmes()), "enterprises": fold(t, all, s.Enterprises()),
		"partnerships": fold(t, all, s.Partnerships()), "outcomes": fold(t, all, s.Outcomes()), "needs": fold(t, all, s.Needs()),
	}
	return fmt.Sprintf("%x", all.Sum(nil)), n
}

// stored walks the synthetic records of a collection by id.
func stored[T any, P interface {
	*T
	Head() *portal.Meta
}](t *testing.T, coll *store.Collection[T, P]) iter.Seq[T] {
	return func(yield func(T) bool) {
		enough := errors.New("enough")
		err := coll.All(t.Context(), []store.Cond{store.HasPrefix("id", "demo-synthetic-")}, func(rec *T) error {
			if !yield(*rec) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			t.Error(err)
		}
	}
}

// inStore are the hash and number of the synthetic records a store holds.
func inStore(t *testing.T, rec *store.Records) (sum string, n map[string]int) {
	t.Helper()
	all := sha256.New()
	n = map[string]int{
		"colleges": fold(t, all, stored(t, rec.Colleges)), "programmes": fold(t, all, stored(t, rec.Programmes)),
		"enterprises":  fold(t, all, stored(t, rec.Enterprises)),
		"partnerships": fold(t, all, stored(t, rec.Partnerships)), "outcomes": fold(t, all, stored(t, rec.Outcomes)), "needs": fold(t, all, stored(t, rec.Needs)),
	}
	return fmt.Sprintf("%x", all.Sum(nil)), n
}

func synthesise(ctx context.Context, h house, o service.SyntheticOptions) error {
	_, err := service.Synthesise(ctx, portal.System, h.services.Match.Rooms, o)
	return err
}

func TestSyntheticData(t *testing.T) {
	h := open(t, false)
	for name, test := range map[string]func(*testing.T, house){
		"comes from its seed and size": comesFromSeed, "has the sizes asked for": hasSizes, "is refused where it cannot be": isRefused,
		"passes the checks of its nouns": passesChecks, "has the shape of real data": hasShape,
	} {
		t.Run(name, func(t *testing.T) { test(t, h) })
	}
}

func comesFromSeed(t *testing.T, h house) {
	want, _ := madeUp(t, h, small)
	if got, _ := madeUp(t, open(t, true), small); got != want {
		t.Error("the same options made other data in another store")
	}
	for name, change := range map[string]func(*service.SyntheticOptions){
		"seed": func(o *service.SyntheticOptions) { o.Seed++ },
		"size": func(o *service.SyntheticOptions) { o.Colleges++ },
		"day":  func(o *service.SyntheticOptions) { o.Now = o.Now.Add(24 * time.Hour) },
	} {
		o := small
		change(&o)
		if got, _ := madeUp(t, h, o); got == want {
			t.Errorf("another %s made the same data", name)
		}
	}
}

func hasSizes(t *testing.T, h house) {
	for _, tt := range []struct {
		colleges, programmes, needs, enterprises int
	}{{1, 1, 1, 1}, {3, 2, 41, 2}, {6, 150, 2500, 125}, {40, 1400, 60, 3}} {
		_, n := madeUp(t, h, service.SyntheticOptions{Colleges: tt.colleges, Programmes: tt.programmes, Needs: tt.needs, Partnerships: tt.needs, Outcomes: 2, Now: now})
		if n["colleges"] != tt.colleges || n["programmes"] != tt.programmes ||
			n["needs"] != tt.needs || n["partnerships"] != tt.needs || n["outcomes"] > 2*tt.needs || n["enterprises"] != tt.enterprises {
			t.Errorf("%+v: made %v", tt, n)
		}
	}
}

func isRefused(t *testing.T, h house) {
	for _, tt := range []struct {
		colleges, programmes, needs int
		want                        string
	}{
		{0, 1, 1, "0 colleges: want at least 1"}, {1, -5, 1, "-5 programmes: want at least 1"}, {1, 1, -1, "-1 needs: want at least 1"},
		{2, 100000, 1, "100000 programmes are too many for 2 colleges"},
	} {
		err := synthesise(t.Context(), h, service.SyntheticOptions{Colleges: tt.colleges, Programmes: tt.programmes, Needs: tt.needs, Now: now})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	if _, n := inStore(t, h.records); n["colleges"] != 0 {
		t.Errorf("a refused run left %v", n)
	}
	_, err := service.Synthesise(t.Context(), portal.Visitor, h.services.Match.Rooms, small)
	if !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a visitor makes up data: %v", err)
	}
}

// origins checks that records are plainly fictional and returns their ids.
func origins[T any, P interface {
	*T
	Head() *portal.Meta
}](t *testing.T, recs iter.Seq[T], origin func(T) portal.Origin) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for rec := range recs {
		id, o := P(&rec).Head().ID, origin(rec)
		if seen[id] || !strings.HasPrefix(id, "demo-synthetic-") || o.Certainty != portal.Demo || !strings.Contains(o.Source, "合成数据（虚构") {
			t.Errorf("%s stands twice or does not say that it is made up: %+v", id, o)
		}
		seen[id] = true
	}
	return seen
}

func known[E comparable](list []E, v E, optional bool) bool {
	var none E
	return slices.Contains(list, v) || optional && v == none
}

func passesChecks(t *testing.T, h house) {
	s, err := service.NewSynthetic(t.Context(), h.services.Match.Rooms, small)
	if err != nil {
		t.Fatal(err)
	}
	colleges := origins(t, s.Colleges(), func(c portal.College) portal.Origin { return c.Origin })
	programmes := origins(t, s.Programmes(), func(p portal.Programme) portal.Origin { return p.Origin })
	enterprises := origins(t, s.Enterprises(), func(e portal.Enterprise) portal.Origin { return e.Origin })
	partnerships := origins(t, s.Partnerships(), func(p portal.Partnership) portal.Origin { return p.Origin })
	if outcomes := origins(t, s.Outcomes(), func(o portal.Outcome) portal.Origin { return o.Origin }); len(outcomes) < small.Partnerships {
		t.Errorf("%d outcomes of %d partnerships", len(outcomes), small.Partnerships)
	}
	origins(t, s.Needs(), func(n portal.Need) portal.Origin { return n.Origin })
	for c := range s.Colleges() {
		if !strings.HasPrefix(c.Name, "合成院校-") || !c.Cluster.Valid() || !known(portal.Districts[:], c.District, true) ||
			!known(portal.CollegeKinds[:], c.Kind, false) || !known([]portal.Ownership{portal.Public, portal.Private}, c.Ownership, true) {
			t.Errorf("college %+v", c)
		}
	}
	for p := range s.Programmes() {
		sp, err := h.records.Specialisms.Get(t.Context(), p.Code)
		if err != nil || p.Name != sp.Name || p.Level != sp.Level || p.ID != portal.ProgrammeID(p.CollegeID, p.Code) || !colleges[p.CollegeID] ||
			!known([]portal.Enrolment{portal.Registered, portal.Recruiting, portal.Stopped}, p.Enrolment, true) ||
			p.SeatsFree != nil && *p.SeatsFree < 0 || !validModes(p.Modes) {
			t.Errorf("programme %+v (%v)", p, err)
		}
	}
	for e := range s.Enterprises() {
		if _, ok := h.services.Industries.Get(e.Industry); !ok || !strings.HasPrefix(e.Name, "合成企业-") || !known(portal.Districts[:], e.District, true) {
			t.Errorf("enterprise %+v", e)
		}
	}
	for p := range s.Partnerships() {
		if !p.Type.Valid() || !known(portal.PartnershipStages[:], p.Stage, false) || !colleges[p.Colleges[0].ID] || !enterprises[p.Enterprises[0].ID] {
			t.Errorf("partnership %+v", p)
		}
		for _, code := range p.Programmes {
			if !programmes[portal.ProgrammeID(p.Colleges[0].ID, code)] {
				t.Errorf("partnership %s on %s, which the college does not offer", p.ID, code)
			}
		}
	}
	for o := range s.Outcomes() {
		ind, err := h.records.Indicators.Get(t.Context(), o.Indicator)
		period, wrong := portal.ReadPeriod(ind.Period, o.Period.Label, now.Format(time.DateOnly))
		if err != nil || wrong != nil || period != o.Period || !partnerships[o.Partnership] || o.ID != portal.OutcomeID(o.Partnership, o.Indicator, o.Period) ||
			!known(portal.OutcomeStates[:], o.State, false) || !o.Current().Value.Whole() {
			t.Errorf("outcome %+v (%v, %v)", o, err, wrong)
		}
	}
	for n := range s.Needs() {
		if err := h.services.Match.Check(service.NeedOf(n)); err != nil || n.Title == "" || n.Text == "" || strings.Contains(n.Title+n.Text, "%!") ||
			!enterprises[n.EnterpriseID] || n.PublishedAt.After(now) || !n.ExpiresAt.After(n.PublishedAt) {
			t.Errorf("need %+v (%v)", n, err)
		}
	}
}

func validModes(modes []portal.Mode) bool {
	for i, m := range modes {
		if !m.Valid() || slices.Contains(modes[:i], m) {
			return false
		}
	}
	return true
}

// What a table of benchmarks is worth depends on the data being like real data.
func hasShape(t *testing.T, h house) {
	const colleges = 200
	s, err := service.NewSynthetic(t.Context(), h.services.Match.Rooms,
		service.SyntheticOptions{Colleges: colleges, Programmes: 6600, Needs: 4000, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	offers, seats := map[string]int{}, 0
	for p := range s.Programmes() {
		offers[p.Code]++
		if p.SeatsFree != nil {
			seats++
		}
	}
	common := slices.Sorted(func(yield func(int) bool) {
		for _, n := range offers {
			if !yield(-n) {
				return
			}
		}
	})
	if most := -common[0]; most < colleges/6 || most > colleges || len(offers) < 1000 || -common[len(common)/2] > 5 {
		t.Errorf("%d specialisms, the commonest at %d of %d colleges, the middling at %d", len(offers), most, colleges, -common[len(common)/2])
	}
	open, headcounts, texts := 0, 0, map[string]bool{}
	for n := range s.Needs() {
		if n.OpenAt(now) {
			open++
		}
		if n.Headcount != nil {
			headcounts++
		}
		texts[n.Text] = true
	}
	if open < 2400 || open > 3800 || headcounts < 2000 || headcounts > 2800 || seats < 1500 || seats > 2500 || len(texts) < 3000 {
		t.Errorf("%d open and %d of known headcount of 4000 needs, %d texts, %d of 6600 programmes with known seats", open, headcounts, len(texts), seats)
	}
}

func TestStoppedSynthesisGoesOnAndIsPurged(t *testing.T) {
	h := open(t, false)
	o := small
	ctx, stop := context.WithCancel(t.Context())
	o.Report = func(name string, done, total int64) {
		if name == "needs" && done == 1000 {
			stop()
		}
		if done > total {
			t.Errorf("%s: %d of %d", name, done, total)
		}
	}
	if err := synthesise(ctx, h, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped run ended with %v", err)
	}
	if _, n := inStore(t, h.records); n["needs"] != 1000 || n["programmes"] != small.Programmes {
		t.Fatalf("the stopped run stored %v", n)
	}
	for _, id := range []string{"demo-synthetic-n0000500", "demo-synthetic-n0000501"} { // an engine may break off within a batch
		if err := h.records.Needs.Delete(t.Context(), id, 0); err != nil {
			t.Fatal(err)
		}
	}
	o.Report = nil
	report, err := service.Synthesise(t.Context(), portal.System, h.services.Match.Rooms, o)
	if err != nil || report.Inserted["needs"] != small.Needs-998 || report.Inserted["colleges"] != 0 {
		t.Fatalf("going on inserted %v (%v)", report.Inserted, err)
	}
	want, _ := madeUp(t, h, small)
	if got, n := inStore(t, h.records); got != want {
		t.Errorf("a run that was stopped and went on stored other data: %v", n)
	}
	if n, err := h.records.Seeded.Count(t.Context(), store.HasPrefix("id", "needs/demo-synthetic-")); n != 0 || err != nil {
		t.Errorf("%d synthetic records are remembered among the seeds (%v)", n, err)
	}
	purgesAlone(t, h)
}

// purgesAlone checks that another seed is not mixed in, that a purge takes all synthetic
// records and no others, and that another seed may come then.
func purgesAlone(t *testing.T, h house) {
	other := small
	other.Seed++
	if err := synthesise(t.Context(), h, other); !errors.Is(err, service.ErrOtherSynthetic) {
		t.Errorf("two seeds in one store: %v", err)
	}
	_, held := inStore(t, h.records)
	if n, err := service.PurgeDemo(t.Context(), portal.System, h.records); err != nil || n != 6+150+125+2500+40+held["outcomes"] {
		t.Errorf("purged %d (%v)", n, err)
	}
	if _, n := inStore(t, h.records); n["colleges"]+n["programmes"]+n["enterprises"]+n["needs"]+n["partnerships"]+n["outcomes"] != 0 {
		t.Errorf("the purge left %v", n)
	}
	if n, err := h.records.Programmes.Count(t.Context()); n != 1217 || err != nil {
		t.Errorf("%d real programmes after the purge (%v)", n, err)
	}
	if err := synthesise(t.Context(), h, other); err != nil {
		t.Errorf("after a purge: %v", err)
	}
}
