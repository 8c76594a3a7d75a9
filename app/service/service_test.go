package service_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
	"liangcheng/search/local"
	"liangcheng/seeds"
)

var now = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// house is the services on real seeds in a temporary folder.
type house struct {
	records  *store.Records
	services *service.Services
	chores   *service.Chores
	mail     *sentMail
	follower *service.Follower
	clock    *time.Time
	rooms    service.Rooms
}

// seeded are folders with the seeds, with and without demonstration data: each house has
// a copy of one, since loading them takes seconds.
var seeded = map[bool]func() (string, error){true: sync.OnceValues(func() (string, error) { return seedFolder(true) }), false: sync.OnceValues(func() (string, error) { return seedFolder(false) })}

func seedFolder(demo bool) (string, error) {
	ctx, dir := context.Background(), filepath.Join(scratch, fmt.Sprint(demo))
	engine, err := sqlite.Open(ctx, dir)
	if err != nil {
		return "", err
	}
	records, err := store.OpenRecords(ctx, engine)
	if err == nil {
		_, err = service.Seed(ctx, portal.System, records, service.SeedOptions{Files: seeds.Files(), Demo: demo, Now: now})
	}
	return dir, errors.Join(err, engine.Close())
}

// taxonomyOf reads the taxonomy of the seeds once; nothing changes it.
var taxonomyOf = sync.OnceValues(func() (service.Taxonomy, error) { return service.LoadTaxonomy(seeds.Files()) })

// graphOf builds the graph of the seeds once; nothing changes it.
func graphOf(records *store.Records, taxonomy service.Taxonomy) (*match.Graph, error) {
	graphOnce.Do(func() { graph, graphErr = service.BuildGraph(context.Background(), records, taxonomy) })
	return graph, graphErr
}

var (
	graphOnce sync.Once
	graph     *match.Graph
	graphErr  error
	scratch   string
)

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "portal-service-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(scratch)
	os.Exit(code)
}

func open(t testing.TB, demo bool) house {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	from, err := seeded[demo]()
	must(err)
	dir := t.TempDir()
	must(os.CopyFS(dir, os.DirFS(from)))
	engine, err := sqlite.Open(t.Context(), dir)
	must(err)
	t.Cleanup(func() { engine.Close() })
	records, err := store.OpenRecords(t.Context(), engine)
	must(err)
	taxonomy, err := taxonomyOf()
	must(err)
	graph, err := graphOf(records, taxonomy)
	must(err)
	clock := now
	rooms := service.Rooms{Records: records, Engine: local.New(service.Schemas()...), Roster: service.NewRoster(records), Graphs: service.NewGraphs(graph), Taxonomy: taxonomy,
		Clock: func() time.Time { return clock }, Log: slog.New(slog.DiscardHandler), MatchTimeout: time.Second,
		Words:   func(_, key string, args ...any) string { return strings.TrimSpace(key + " " + fmt.Sprint(args...)) },
		BaseURL: "https://portal.example", Mailer: &sentMail{}, IntentionDays: service.IntentionDays{Warn: 7, Expire: 14}}
	services := service.New(rooms)
	return house{records, services, service.NewChores(rooms, services), rooms.Mailer.(*sentMail), service.NewFollower(rooms, services.Match), &clock, rooms}
}

// sentMail keeps what was sent; it fails while down is set.
type sentMail struct {
	sent []portal.Mail
	down error
}

func (m *sentMail) Send(_ context.Context, mail portal.Mail) error {
	if m.down == nil {
		m.sent = append(m.sent, mail)
	}
	return m.down
}

func (m *sentMail) Kept(int) ([]portal.Mail, error) { return nil, nil }

func indexed(t testing.TB) house {
	t.Helper()
	h := open(t, true)
	if err := h.follower.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestSeedsKeepTheirPromises(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	byCluster := map[portal.Cluster]int{}
	err := h.records.Colleges.All(ctx, nil, func(c *portal.College) error {
		if c.Origin.Source == "" || !slices.Contains(portal.Certainties[:], c.Origin.Certainty) {
			t.Errorf("%s has no origin", c.Name)
		}
		if c.Origin.Fictional() != strings.Contains(c.Name, "演示") {
			t.Errorf("%s: fictional and its name do not agree", c.Name)
		}
		if !c.Origin.Fictional() {
			byCluster[c.Cluster]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if byCluster[portal.Huaxi] != 10 || byCluster[portal.Qingzhen] != 14 || byCluster[portal.OtherGuiyang] != 20 {
		t.Errorf("real colleges by cluster: %v", byCluster)
	}
	counts := map[string]int{}
	unknown := 0
	err = h.records.Programmes.All(ctx, nil, func(p *portal.Programme) error {
		counts[string(p.Origin.Certainty)]++
		if len(p.Intakes) == 0 {
			unknown++
		}
		for _, in := range p.Intakes {
			if in.Year == 0 || in.Track == "" || in.Source == "" {
				t.Errorf("%s: an intake without year, track or source: %+v", p.ID, in)
			}
		}
		if !p.Origin.Fictional() && p.SeatsFree != nil {
			t.Errorf("%s: a real programme has invented seats", p.ID)
		}
		return nil
	})
	if err != nil || counts["verified"] < 1200 || counts["demo"] < 60 || unknown == 0 {
		t.Errorf("programmes: %v, %d of unknown intake (%v)", counts, unknown, err)
	}
	err = h.records.Needs.All(ctx, nil, func(n *portal.Need) error {
		counts["needs"]++
		if !n.Origin.Fictional() {
			t.Errorf("%s: a need of a real enterprise is invented", n.ID)
		}
		return nil
	})
	if err != nil || counts["needs"] < 120 {
		t.Errorf("%d needs (%v)", counts["needs"], err)
	}
	if n, err := h.records.Enterprises.Count(ctx, store.Where("certainty", portal.Demo)); err != nil || n < 40 {
		t.Errorf("%d demonstration enterprises (%v)", n, err)
	}
	if n, err := h.records.Specialisms.Count(ctx); err != nil || n != 2374 {
		t.Errorf("%d specialisms (%v)", n, err)
	}
}

// sourcesOf are the sources a seed file names.
func sourcesOf(t *testing.T, file string) string {
	t.Helper()
	var out []string
	for row, err := range seeds.Rows(seeds.Files(), file, "source") {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row.Get("source"))
	}
	if len(out) == 0 {
		t.Fatalf("%s names no source", file)
	}
	return strings.Join(out, "\n")
}

func TestSeedFilesNameNoForeignAddress(t *testing.T) {
	address := regexp.MustCompile(`https?://[^\s,；"]+`)
	forbidden := regexp.MustCompile(`(?i)github|memory|amap|mirror|镜像`)
	website := regexp.MustCompile(`^[a-z0-9.-]+\.(edu\.cn|gov\.cn|cn|com|net)$`)
	err := fs.WalkDir(seeds.Files(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(seeds.Files(), path)
		if err != nil {
			return err
		}
		named := string(body)
		if path == "concepts.csv" { // words people type name what they like: GitHub, phone memory
			named = sourcesOf(t, path)
		}
		if m := forbidden.FindString(named); m != "" {
			t.Errorf("%s holds %q", path, m)
		}
		for _, found := range address.FindAllString(string(body), -1) {
			u, err := url.Parse(found)
			if err != nil || path != "colleges.csv" || !website.MatchString(u.Hostname()) {
				t.Errorf("%s links to %s", path, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSeedingTwiceWritesNothing(t *testing.T) {
	h := open(t, true)
	for _, days := range []int{0, 40} {
		report, err := service.Seed(t.Context(), portal.System, h.records, service.SeedOptions{Files: seeds.Files(), Demo: true, Now: now.AddDate(0, 0, days)})
		if err != nil || report.Written() != 0 {
			t.Errorf("after %d days a second loading writes %d (%v): %+v", days, report.Written(), err, report)
		}
	}
}

func TestSeedingLeavesEditsAlone(t *testing.T) {
	h := open(t, false)
	const id = "4152013818"
	if _, err := h.records.Colleges.Mutate(t.Context(), id, func(c *portal.College) error { c.Note = "本校更正"; return nil }); err != nil {
		t.Fatal(err)
	}
	changed := overlay(t, "colleges.csv", "贵州轻工职业大学,", "贵州轻工职业大学（新）,")
	report, err := service.Seed(t.Context(), portal.System, h.records, service.SeedOptions{Files: changed, Now: now})
	if err != nil || report.Kept["colleges"] != 1 || report.Written() != 0 {
		t.Errorf("report %+v (%v): want the edited college kept", report, err)
	}
	changed = overlay(t, "colleges.csv", "贵州财经大学,", "贵州财经大学（新）,")
	report, err = service.Seed(t.Context(), portal.System, h.records, service.SeedOptions{Files: changed, Now: now})
	if err != nil || report.Replaced["colleges"] != 1 {
		t.Errorf("report %+v (%v): want the untouched college replaced", report, err)
	}
}

// overlay is the seeds with one text of a file replaced.
func overlay(t *testing.T, file, old, with string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(seeds.Files(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(seeds.Files(), path)
		if path == file {
			if !strings.Contains(string(body), old) {
				t.Fatalf("%s does not hold %q", file, old)
			}
			body = []byte(strings.Replace(string(body), old, with, 1))
		}
		out[path] = &fstest.MapFile{Data: body}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBrokenRowsAreToldByFileLineFieldAndReason(t *testing.T) {
	for _, tt := range []struct{ name, file, old, with, want string }{
		{"unknown cluster", "colleges.csv", "huaxi_university_city", "mars", "colleges.csv:2: cluster:"},
		{"dangling college", "programmes.csv", "4152010663,", "999,", "programmes.csv:"},
		{"no number", "intakes.csv", ",2026,", ",zwei,", "intakes.csv:2: year:"},
		{"missing heading", "colleges.csv", "id,name,", "nr,name,", `heading "id" is missing`},
		{"too many cells", "enterprises.csv", "gy-001,", "gy-001,x,", "enterprises.csv:2"},
		{"foreign address", "colleges.csv", "https://hudong.moe.gov.cn", "https://example.com", "colleges.csv:2: url:"},
		{"bad UTF-8", "partnerships.csv", "gz-01", "gz-\xff", "not UTF-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			engine, err := sqlite.Open(t.Context(), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			defer engine.Close()
			records, err := store.OpenRecords(t.Context(), engine)
			if err != nil {
				t.Fatal(err)
			}
			_, err = service.Seed(t.Context(), portal.System, records, service.SeedOptions{Files: overlay(t, tt.file, tt.old, tt.with), Now: now})
			var rows service.RowErrors
			if !errors.As(err, &rows) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
			if n, _ := records.Colleges.Count(t.Context()); n != 0 {
				t.Errorf("%d colleges were written", n)
			}
		})
	}
}

func TestPurgeRemovesDemonstrationOnlyAndForGood(t *testing.T) {
	h := open(t, true)
	ctx := t.Context()
	before, err := h.records.Programmes.Count(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.PurgeDemo(ctx, portal.Visitor, h.records); !errors.Is(err, portal.ErrForbidden) {
		t.Errorf("a visitor may purge: %v", err)
	}
	n, err := service.PurgeDemo(ctx, portal.System, h.records)
	if err != nil || n < 250 {
		t.Fatalf("purged %d (%v)", n, err)
	}
	after, _ := h.records.Programmes.Count(ctx)
	left, _ := h.records.Programmes.Count(ctx, store.Where("certainty", portal.Demo))
	if left != 0 || before-after < 60 || after < 1200 {
		t.Errorf("programmes: %d before, %d after, %d of demonstration left", before, after, left)
	}
	again := service.SeedOptions{Files: seeds.Files(), Demo: true, Now: now}
	if report, err := service.Seed(ctx, portal.System, h.records, again); err != nil || report.Written() != 0 {
		t.Errorf("the next start brings %d back (%v)", report.Written(), err)
	}
	if err := service.ReloadDemo(ctx, portal.System, h.records); err != nil {
		t.Fatal(err)
	}
	if report, err := service.Seed(ctx, portal.System, h.records, again); err != nil || report.Inserted["needs"] < 120 {
		t.Errorf("reloading brings %+v (%v)", report, err)
	}
}

func TestIndexFollowsTheStore(t *testing.T) {
	h := indexed(t)
	ctx := t.Context()
	find := func(text string) int {
		found, err := h.services.Programmes.List(ctx, portal.Visitor, service.Listing{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		return found.Total
	}
	step := func() {
		t.Helper()
		if _, err := h.follower.Step(ctx); err != nil {
			t.Fatal(err)
		}
	}
	step()
	p := portal.Programme{Meta: portal.Meta{ID: "demo-c1-560101"}, CollegeID: "demo-c1", Code: "560101", Name: "星际驾驶技术", Level: portal.Associate,
		Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
	if err := h.records.Programmes.Insert(ctx, &p); err != nil {
		t.Fatal(err)
	}
	step()
	if find("星际驾驶") != 1 {
		t.Error("a new programme is not found")
	}
	if _, err := h.records.Colleges.Mutate(ctx, "demo-c1", func(c *portal.College) error { c.Name = "演示·改名学院"; return nil }); err != nil {
		t.Fatal(err)
	}
	step()
	if find("星际驾驶 改名学院") != 1 {
		t.Error("the programme is not found by its college's new name")
	}
	if err := h.records.Programmes.Delete(ctx, p.ID, 0); err != nil {
		t.Fatal(err)
	}
	step()
	if find("星际驾驶") != 0 {
		t.Error("a removed programme is still found")
	}
	if n, err := h.follower.Step(ctx); err != nil || n != 0 {
		t.Errorf("without changes a step moves %d documents (%v)", n, err)
	}
}

func TestVisitorsSeeOpenNeedsOnly(t *testing.T) {
	h := indexed(t)
	ctx := t.Context()
	before, err := h.services.Needs.List(ctx, portal.Visitor, service.Listing{})
	if err != nil || before.Total < 80 {
		t.Fatalf("%d open needs (%v)", before.Total, err)
	}
	id := before.Items[0].Need.ID
	*h.clock = now.AddDate(2, 0, 0)
	after, err := h.services.Needs.List(ctx, portal.Visitor, service.Listing{})
	if err != nil || after.Total != 0 {
		t.Errorf("after two years %d needs are open (%v)", after.Total, err)
	}
	if _, err := h.services.Needs.Show(ctx, portal.Visitor, id); !errors.Is(err, portal.ErrNotFound) {
		t.Errorf("an expired need: %v, want not found", err)
	}
	if _, err := h.services.Needs.Show(ctx, portal.System, id); err != nil {
		t.Errorf("the program itself: %v", err)
	}
}

func TestMatchOnRealSeeds(t *testing.T) {
	h := indexed(t)
	rank := func(n match.Need) service.MatchAnswer {
		t.Helper()
		a, err := h.services.Match.Rank(t.Context(), portal.Visitor, n)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := rank(match.Need{Text: "气象观测员"}); a.Answer.Gap == nil {
		t.Errorf("a need nobody here covers has no gap: %+v", a.Specialisms[:min(3, len(a.Specialisms))])
	}
	full := rank(match.Need{Text: "新能源汽车三电维修", Modes: []portal.Mode{portal.OrderClass}})
	if len(full.Answer.Removed) == 0 {
		t.Error("a full order class is not said to be left out")
	}
	for _, bad := range []match.Need{{}, {Text: "x", Industry: "Z"}, {Text: strings.Repeat("x", service.MaxNeedText+1)}} {
		var invalid portal.Invalid
		if _, err := h.services.Match.Rank(t.Context(), portal.Visitor, bad); !errors.As(err, &invalid) {
			t.Errorf("%.20q: %v, want Invalid", bad.Text, err)
		}
	}
}

func TestIndustriesAreFoundAsTyped(t *testing.T) {
	h := open(t, false)
	for _, tt := range []struct{ typed, want string }{
		{"C38", "C38"}, {"c38", "C38"}, {"电气机械", "C38"}, {"dianqi", "C38"}, {"dqjx", "C38"}, {"酒", "C151"}, {"软件", "I65"},
	} {
		found := h.services.Industries.Find(tt.typed, 12)
		if !slices.ContainsFunc(found, func(i portal.Industry) bool { return i.Code == tt.want }) {
			t.Errorf("%q finds %v, want %s", tt.typed, found, tt.want)
		}
	}
	if found := h.services.Industries.Find("", 12); len(found) != 0 {
		t.Errorf("nothing typed finds %v", found)
	}
}

func BenchmarkMatch(b *testing.B) {
	h := indexed(b)
	need := match.Need{Text: "动力电池电芯产线技术员，会涂布和化成", Industry: "C38", Level: portal.WantVocational}
	for b.Loop() {
		if _, err := h.services.Match.Rank(b.Context(), portal.Visitor, need); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	h := indexed(b)
	for b.Loop() {
		if _, err := h.services.Everything.Find(b.Context(), portal.Visitor, "数据", true, 3); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDirectory(b *testing.B) {
	h := indexed(b)
	for b.Loop() {
		if _, err := h.services.Programmes.List(b.Context(), portal.Visitor, service.Listing{Refine: map[string][]string{"cluster": {"huaxi_university_city"}}}); err != nil {
			b.Fatal(err)
		}
	}
}
