//go:build scale

package apptest

import (
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"liangcheng/app"
	"liangcheng/app/portal"
	"liangcheng/app/service"
)

// TestScaleRegion measures the pages the office counts on, over HTTP, on stores of so many
// partnerships with ten outcomes each on an average, and prints one table:
//
//	go test -tags scale -run ScaleRegion -timeout 120m -v ./app/apptest
//
// PORTAL_SCALE_PARTNERSHIPS are the numbers of partnerships, PORTAL_SCALE_ENGINES the pairs
// of engines.
func TestScaleRegion(t *testing.T) {
	alone(t)
	for pair := range strings.SplitSeq(orDefault("PORTAL_SCALE_ENGINES", "sqlite+local"), ",") {
		t.Run(pair, func(t *testing.T) {
			var columns []*scale
			for size := range strings.SplitSeq(orDefault("PORTAL_SCALE_PARTNERSHIPS", "1000,100000"), ",") {
				n, err := strconv.Atoi(size)
				if err != nil || n < 1 || n > service.SyntheticPartnerships {
					t.Fatalf("PORTAL_SCALE_PARTNERSHIPS: %q is no number of partnerships from 1 to %d", size, service.SyntheticPartnerships)
				}
				s := &scale{T: t, pair: pair, size: n, of: "partnerships"}
				s.measureRegion()
				columns = append(columns, s)
			}
			t.Log("\n" + tableOf(columns))
		})
	}
}

func (s *scale) measureRegion() {
	s.dir = s.TempDir()
	args := s.engines()
	a, err := app.Open(s.Context(), Config(s, s.dir, args...), slog.New(slog.DiscardHandler))
	s.must(err)
	o := service.SyntheticOptions{Seed: 1, Colleges: 300, Programmes: 3000, Needs: 2000, Partnerships: s.size, Outcomes: service.SyntheticOutcomes, Now: time.Now()}
	var report service.SeedReport
	took := s.profiled("seeding", func() {
		report, err = service.Synthesise(s.Context(), portal.System, a.Services.Match.Rooms, o)
		s.must(err)
	})
	s.note("outcomes", float64(report.Inserted["outcomes"]))
	s.note("seeding, records/s", float64(report.Written())/took.Seconds())
	s.must(a.Close())
	debug.FreeOSMemory()
	s.app, err = Boot(Config(s, s.dir, args...))
	s.must(err)
	office, visitor := SignedIn(s, s.app, people["reviewer"]), NewClient(s, s.app.Addr())
	year := strconv.Itoa(time.Now().Year() - 1)

	first := time.Now()
	for strings.Contains(office.Get("/desk/region").Body+office.Get("/desk/supply").Body, "正在首次读取") {
		time.Sleep(100 * time.Millisecond)
	}
	s.note("counted for the first time, s", time.Since(first).Seconds())
	for _, page := range []struct {
		name, path string
		who        *Client
	}{
		{"region", "/desk/region", office},
		{"region of a type and year", "/desk/region?type=order_class&year=" + year, office},
		{"partnerships behind a figure", "/desk/region/partnerships?type=order_class&stage=running", office},
		{"outcomes behind a figure", s.leads(office.Get("/desk/region?type=order_class"), "/desk/region/outcomes?"), office},
		{"desk", "/desk", office},
		{"demand against supply", "/desk/supply", office},
		{"lists", "/desk/lists", office},
		{"ledger", "/desk/reports/ledger", office},
		{"form", "/desk/reports/industry_college_yearly?year=" + year, office},
		{"yearly report", "/desk/reports/yearly?year=" + year, office},
		{"yearbook", "/yearbook/" + year, visitor},
		{"directory of partnerships", "/partnerships", visitor},
	} {
		if page.who.Get(page.path).Status == http.StatusServiceUnavailable {
			s.note(page.name+", ms", math.NaN(), math.NaN()) // not within the time a request has
			continue
		}
		s.timed(page.name, func(int) (int, error) {
			answer := page.who.Get(page.path)
			if answer.Status != http.StatusOK {
				return 0, fmt.Errorf("%s: %d %.300s", page.path, answer.Status, answer.Body)
			}
			return len(answer.Body), nil
		})
	}
	s.note("memory resident, MB", residentMB())
	s.note("memory on the heap, MB", heapMB())
	s.must(s.app.Close())
	s.note("data folder, MB", folderMB(s.dir))
	s.must(os.RemoveAll(s.dir))
}

// leads is the first link of a page that begins so.
func (s *scale) leads(page Answer, begins string) string {
	s.Helper()
	for _, link := range page.Links() {
		if strings.HasPrefix(link, begins) {
			return link
		}
	}
	s.Fatalf("nothing leads to %s", begins)
	return ""
}
