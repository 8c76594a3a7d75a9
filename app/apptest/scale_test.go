//go:build scale

package apptest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
)

// TestScale measures the whole program at sizes of national scale and prints one table:
//
//	go test -tags scale -run Scale -timeout 120m -v ./app/apptest
//
// PORTAL_SCALE are the numbers of needs, PORTAL_SCALE_ENGINES the pairs of engines;
// PORTAL_SCALE_PROFILES is a folder for a CPU profile of every row.
func TestScale(t *testing.T) {
	alone(t)
	for pair := range strings.SplitSeq(orDefault("PORTAL_SCALE_ENGINES", "sqlite+local"), ",") {
		t.Run(pair, func(t *testing.T) {
			var columns []*scale
			for size := range strings.SplitSeq(orDefault("PORTAL_SCALE", "2000,62000"), ",") {
				n, err := strconv.Atoi(size)
				if err != nil || n < 1 || n > service.SyntheticNeeds {
					t.Fatalf("PORTAL_SCALE: %q is no number of needs from 1 to %d", size, service.SyntheticNeeds)
				}
				s := &scale{T: t, pair: pair, size: n, of: "needs"}
				s.measure()
				columns = append(columns, s)
			}
			t.Log("\n" + tableOf(columns))
		})
	}
}

// alone stops the program of the other tests, which would count and press on memory.
func alone(t *testing.T) {
	others := shared.Config
	visitor(t).Get("/livez") // Close waits for ever for a server that begins to serve only then
	if err := shared.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var err error
		if shared, err = Boot(others); err != nil {
			t.Error(err)
		}
	})
}

func orDefault(env, otherwise string) string {
	if v := os.Getenv(env); v != "" {
		return v
	}
	return otherwise
}

// scale is one size on one pair of engines, and what was measured there.
type scale struct {
	*testing.T
	pair  string
	size  int
	of    string // what there are so many of
	app   *app.App
	dir   string
	asked []portal.Need // needs as people would type them, not among those stored
	rows  []measured
}

// measured is one row of the table in one column: values in the order the name gives.
type measured struct {
	name   string
	values []float64
}

func (s *scale) note(name string, values ...float64) {
	s.rows = append(s.rows, measured{name, values})
	fmt.Fprintf(os.Stderr, "%s %d: %s %s\n", s.pair, s.size, name, figures(values))
}

func (s *scale) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// measure fills the store, builds the index, starts again on the full store and asks.
func (s *scale) measure() {
	s.dir = s.TempDir()
	args := s.engines()
	s.fill(args)
	debug.FreeOSMemory()
	took := s.profiled("start", func() {
		var err error
		s.app, err = Boot(Config(s, s.dir, args...))
		s.must(err)
	})
	s.note("start on a full store, s", took.Seconds())
	s.behind()
	s.store()
	s.change() // when the last is found, the index has taken in what store changed
	s.search()
	s.match()
	s.note("memory resident, MB", residentMB())
	s.note("memory on the heap, MB", heapMB())
	s.must(s.app.Close())
	s.note("data folder, MB", folderMB(s.dir))
	s.must(os.RemoveAll(s.dir))
}

// engines are the settings of the pair; a server is skipped over when none is named.
func (s *scale) engines() (args []string) {
	records, index, _ := strings.Cut(s.pair, "+")
	args = append(args, "--mode", "demo") // a server named makes it production, which shows nothing made up
	server := func(env string) string {
		if os.Getenv(env) == "" {
			s.Skipf("no server: set %s", env)
		}
		return os.Getenv(env)
	}
	if records == "mongo" {
		address, err := url.Parse(server("PORTAL_TEST_MONGO_URI"))
		s.must(err)
		name := fmt.Sprintf("portal_scale_%d_%d", s.size, time.Now().Unix())
		address.Path = "/" + name
		s.Cleanup(func() {
			client, err := mongo.Connect(options.Client().ApplyURI(address.String()))
			s.must(err)
			s.must(client.Database(name).Drop(context.Background()))
			s.must(client.Disconnect(context.Background()))
		})
		args = append(args, "--mongo-uri", address.String())
	}
	if index == "meili" {
		args = append(args, "--meili-url", server("PORTAL_TEST_MEILI_URL"), "--meili-key", os.Getenv("PORTAL_TEST_MEILI_KEY"))
	}
	if records != "mongo" && records != "sqlite" || index != "meili" && index != "local" {
		s.Fatalf("PORTAL_SCALE_ENGINES: no pair %q", s.pair)
	}
	return args
}

// fill stores synthetic records and builds the index for the first time.
func (s *scale) fill(args []string) {
	a, err := app.Open(s.Context(), Config(s, s.dir, args...), slog.New(slog.DiscardHandler))
	s.must(err)
	// About as many needs to a programme and programmes to a college as at full size; the
	// real ones are there besides.
	const needsPerProgramme, needsPerCollege = 10, 333
	o := service.SyntheticOptions{Seed: 1, Needs: s.size, Now: time.Now(),
		Programmes: min(max(s.size/needsPerProgramme, 1), service.SyntheticProgrammes),
		Colleges:   min(max(s.size/needsPerCollege, 1), service.SyntheticColleges)}
	o.Partnerships = o.Colleges
	var report service.SeedReport
	took := s.profiled("seeding", func() {
		report, err = service.Synthesise(s.Context(), portal.System, a.Services.Match.Rooms, o)
		s.must(err)
	})
	programmes, err := a.Records.Programmes.Count(s.Context())
	s.must(err)
	s.note("programmes", float64(programmes))
	s.note("seeding, records/s", float64(report.Written())/took.Seconds())
	other, err := service.NewSynthetic(s.Context(), a.Services.Match.Rooms, service.SyntheticOptions{Seed: 99, Colleges: 1, Programmes: 1, Needs: calls, Now: o.Now})
	s.must(err)
	s.asked = slices.Collect(other.Needs())
	took = s.profiled("index", func() { s.must(a.Index(s.Context(), true, nil)) })
	s.note("index build, s", took.Seconds())
	s.must(a.Close())
}

// behind waits until every need is matched, or so many minutes, and notes how many are a
// second: what is measured afterwards is measured beside that where it goes on.
func (s *scale) behind() {
	const longest = 75 * time.Minute
	waiting := s.app.Worker.Follower.Waiting
	for first := time.Now(); waiting() == 0 && time.Since(first) < 5*time.Second; { // until it has looked
		time.Sleep(10 * time.Millisecond)
	}
	began, most := time.Now(), waiting()
	for waiting() > 0 && time.Since(began) < longest {
		time.Sleep(100 * time.Millisecond)
	}
	if most > 0 {
		s.note("needs matched behind the index, /s", float64(most-waiting())/time.Since(began).Seconds())
	} else {
		s.note("needs matched behind the index, /s", math.NaN())
	}
	s.note("needs not matched yet", float64(waiting()))
}

// How often something is asked, fewer times where that takes too long to wait for.
const (
	calls    = 200
	least    = 20
	patience = 20 * time.Second
)

// percentiles asks again and again and notes the times 50, 95, … of 100 calls stay below,
// in ms. fn returns how much it found; nothing in all calls is a failure.
func (s *scale) percentiles(name string, fn func(i int) (found int, err error), of ...int) {
	s.Helper()
	var took []time.Duration
	found := 0
	s.profiled(name, func() {
		for start := time.Now(); len(took) < calls && (len(took) < least || time.Since(start) < patience); {
			before := time.Now()
			n, err := fn(len(took))
			took = append(took, time.Since(before))
			if err != nil {
				s.Fatalf("%s: %v", name, err)
			}
			found += n
		}
	})
	if found == 0 {
		s.Errorf("%s: nothing found in %d calls", name, len(took))
	}
	slices.Sort(took)
	var values []float64
	for _, p := range of {
		values = append(values, float64(took[len(took)*p/100].Nanoseconds())/1e6)
	}
	s.note(name+", ms", values...)
}

func (s *scale) timed(name string, fn func(i int) (found int, err error)) {
	s.Helper()
	s.percentiles(name, fn, 50, 95)
}

// needID is the id of one of the stored needs, a different one each time.
func (s *scale) needID(i int) string {
	return fmt.Sprintf("demo-synthetic-n%07d", i*7919%s.size+1)
}

func (s *scale) store() {
	ctx, needs, now := s.Context(), s.app.Records.Needs, time.Now()
	open := []store.Cond{store.Where("status", portal.NeedOpen), store.Between("expires_at", now, nil)}
	s.timed("store: Get", func(i int) (int, error) { _, err := needs.Get(ctx, s.needID(i)); return 1, err })
	s.timed("store: GetMany of 20", func(i int) (int, error) {
		ids := make([]string, 20)
		for k := range ids {
			ids[k] = s.needID(i*len(ids) + k + calls)
		}
		recs, err := needs.GetMany(ctx, ids)
		return len(recs), err
	})
	newest := store.Query{Sort: "published_at", Desc: true, Limit: 20}
	s.timed("store: Find 20 by time", func(int) (int, error) {
		page, err := needs.Find(ctx, newest)
		newest.After = page.Next
		return len(page.Items), err
	})
	s.timed("store: Count, one condition", func(int) (int, error) { n, err := needs.Count(ctx, open[0]); return int(n), err })
	s.timed("store: Count, two conditions", func(int) (int, error) { n, err := needs.Count(ctx, open...); return int(n), err })
	s.timed("store: GroupSum, two conditions", func(int) (int, error) {
		groups, err := needs.GroupSum(ctx, "status", "headcount", open...)
		return len(groups), err
	})
	s.timed("store: Insert", func(i int) (int, error) {
		n := s.asked[i]
		n.ID = fmt.Sprintf("demo-scale-%d", i)
		n.EnterpriseID = "demo-synthetic-e00001"
		return 1, needs.Insert(ctx, &n)
	})
	s.timed("store: Mutate", func(i int) (int, error) {
		_, err := needs.Mutate(ctx, s.needID(i), func(n *portal.Need) error { n.Title += "（改）"; return nil })
		return 1, err
	})
}

// What people search for and begin to type.
var (
	searched = []string{"电池", "数控", "护理", "直播", "大数据运维", "焊接", "养老护理", "物流仓储", "会计", "软件测试"}
	begun    = []string{"dashuju", "hul", "数", "shuk", "dz", "焊", "jidian", "物流", "kuaij", "xinn"}
)

func (s *scale) search() {
	ctx, needs := s.Context(), s.app.Services.Needs
	list := func(name string, listing func(i int) service.Listing) {
		s.timed("search: "+name, func(i int) (int, error) {
			found, err := needs.List(ctx, portal.Visitor, listing(i))
			return found.Total, err
		})
	}
	list("needs with facets", func(int) service.Listing { return service.Listing{} })
	list("needs with two filters", func(i int) service.Listing {
		return service.Listing{Refine: map[string][]string{"level": {string(portal.WantVocational)},
			"industry": {portal.IndustryDivision(s.asked[i].Industry)}}}
	})
	list("needs with text", func(i int) service.Listing { return service.Listing{Text: searched[i%len(searched)]} })
	find := func(name string, words []string, typing bool, each int) {
		s.timed("search: "+name, func(i int) (int, error) {
			found, err := s.app.Services.Everything.Find(ctx, portal.Visitor, words[i%len(words)], typing, each)
			return found.Total(), err
		})
	}
	find("suggestions", begun, true, 3)
	find("everything", searched, false, 6)
}

func (s *scale) match() {
	ctx := s.Context()
	var codes []string
	s.percentiles("match: Rank", func(i int) (int, error) {
		answer, err := s.app.Services.Match.Rank(ctx, portal.Visitor, service.NeedOf(s.asked[i]))
		if err == nil && len(answer.Specialisms) == 0 {
			err = fmt.Errorf("nothing fits %q", s.asked[i].Text)
		}
		for _, sp := range answer.Specialisms[:min(len(answer.Specialisms), 1)] {
			codes = append(codes, sp.Code)
		}
		return len(answer.Answer.Offered), err
	}, 50, 95, 99)
	s.timed("match: needs for a specialism", func(i int) (int, error) {
		found, err := s.app.Services.Needs.List(ctx, portal.Visitor, service.Listing{Refine: map[string][]string{"specialism": {codes[i%len(codes)]}}})
		return found.Total, err
	})
}

// change waits until a new need is found by a word only it has.
func (s *scale) change() {
	ctx := s.Context()
	s.timed("change until it is found", func(i int) (int, error) {
		n := s.asked[i]
		n.ID, n.EnterpriseID, n.Title = fmt.Sprintf("demo-scale-new-%d", i), "demo-synthetic-e00001", fmt.Sprintf("qx%dzv操作员", i)
		n.Status, n.PublishedAt, n.ExpiresAt = portal.NeedOpen, time.Now(), time.Now().Add(time.Hour)
		if err := s.app.Records.Needs.Insert(ctx, &n); err != nil {
			return 0, err
		}
		for until := time.Now().Add(2 * time.Minute); time.Now().Before(until); time.Sleep(5 * time.Millisecond) {
			found, err := s.app.Services.Needs.List(ctx, portal.Visitor, service.Listing{Text: n.Title})
			if err != nil {
				return 0, err
			}
			if slices.ContainsFunc(found.Items, func(e service.NeedEntry) bool { return e.Need.ID == n.ID }) {
				return 1, nil
			}
		}
		return 0, errors.New("not found after two minutes")
	})
}

// profiled runs fn and returns how long that took; with a CPU profile where one is wanted.
func (s *scale) profiled(name string, fn func()) time.Duration {
	if dir := os.Getenv("PORTAL_SCALE_PROFILES"); dir != "" {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.pprof", s.pair, s.size, strings.NewReplacer(" ", "-", ":", "", ",", "").Replace(name))))
		s.must(err)
		defer f.Close()
		s.must(pprof.StartCPUProfile(f))
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	fn()
	return time.Since(start)
}
