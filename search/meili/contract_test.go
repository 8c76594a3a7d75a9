package meili

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
	"liangcheng/search/searchtest"
)

// The real server of the tests, and whether its answers are to be recorded.
const (
	urlVariable    = "PORTAL_TEST_MEILI_URL"
	keyVariable    = "PORTAL_TEST_MEILI_KEY"
	recordVariable = "PORTAL_TEST_MEILI_RECORD"
)

// TestContract holds the engine to the contract against a real server, recorded if asked
// for, and without a server against the recording.
func TestContract(t *testing.T) {
	searchtest.Run(t, func(t *testing.T, schemas ...search.Schema) search.Engine {
		server := os.Getenv(urlVariable)
		switch {
		case server == "":
			return opened(t, Options{URL: "http://meilisearch", Transport: newTape(t, nameOf(t), nil)}, schemas...)
		case os.Getenv(recordVariable) == "":
			return onServer(t, nil, schemas...)
		}
		p := newTape(t, nameOf(t), newTransport())
		t.Cleanup(func() {
			if !t.Failed() {
				p.save()
			}
		})
		return onServer(t, p, schemas...)
	})
}

var noName = regexp.MustCompile(`[^a-z0-9]+`)

// nameOf makes a name of the test's that can be in a uid and a file name.
func nameOf(t testing.TB) string { return noName.ReplaceAllString(strings.ToLower(t.Name()), "_") }

// opened opens an engine whose indexes are named after the test, always the same.
func opened(t testing.TB, o Options, schemas ...search.Schema) *Engine {
	t.Helper()
	o.Prefix = nameOf(t) + "_"
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	e, err := Open(t.Context(), o, schemas...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	rebuilds := 0
	e.suffix = func() string { rebuilds++; return fmt.Sprint("r", rebuilds) }
	return e
}

// onServer opens an engine with empty indexes on the real server, or skips.
func onServer(t testing.TB, transport http.RoundTripper, schemas ...search.Schema) *Engine {
	t.Helper()
	server := os.Getenv(urlVariable)
	if server == "" {
		t.Skipf("%s is not set", urlVariable)
	}
	o := Options{URL: server, Key: os.Getenv(keyVariable)}
	wipe(t, o)
	t.Cleanup(func() { wipe(t, o) })
	o.Transport = transport
	return opened(t, o, schemas...)
}

// wipe deletes the indexes of the test.
func wipe(t testing.TB, o Options) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	e, err := newEngine(o, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	page, err := e.server.ListIndexes(ctx, &meilisearch.IndexesQuery{Limit: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	var all tasks
	for _, ix := range page.Results {
		if strings.HasPrefix(ix.UID, nameOf(t)+"_") {
			info, err := e.server.DeleteIndex(ctx, ix.UID)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, info.TaskUID)
		}
	}
	for _, uid := range all {
		if err := e.waitFor(ctx, uid); err != nil && !noIndex(err) {
			t.Log(err) // an index on its way out already
		}
	}
}
