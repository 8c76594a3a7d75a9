package apptest

import (
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
)

// request asks the shared program for a path with a cookie, which the page cache does
// not serve, or without.
func request(b *testing.B, path, cookie string) {
	req, err := http.NewRequest(http.MethodGet, "http://"+shared.Addr()+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "identity")
	if cookie != "" {
		req.Header.Set("Cookie", "x="+cookie)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
}

// BenchmarkPages times whole requests over loopback, client included; "nothing" is an
// almost empty handler to compare with in the same run.
func BenchmarkPages(b *testing.B) {
	for _, page := range []struct{ name, path string }{
		{"nothing", "/livez"},
		{"directory", "/programmes?cluster=huaxi_university_city"},
		{"detail", "/programmes/demo-c2-430504"},
		{"match", "/match?text=动力电池电芯产线技术员&industry=C38&level=高职"},
		{"suggest", "/search/suggest?q=dashuju"},
	} {
		b.Run(page.name+"/anew", func(b *testing.B) {
			var n atomic.Int64
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					request(b, page.path, strconv.FormatInt(n.Add(1), 10))
				}
			})
		})
		b.Run(page.name+"/cached", func(b *testing.B) {
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					request(b, page.path, "")
				}
			})
		})
	}
}
