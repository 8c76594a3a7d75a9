package apptest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// The servers tests of the whole program may run on. Where CI says that a server must be
// there, a test without one fails instead of being skipped.
const (
	mongoEnv         = "PORTAL_TEST_MONGO_URI"
	mongoRequiredEnv = "PORTAL_TEST_MONGO"
	meiliEnv         = "PORTAL_TEST_MEILI_URL"
	meiliKeyEnv      = "PORTAL_TEST_MEILI_KEY"
)

// installations numbers the databases and indexes of this process.
var installations atomic.Int64

func newInstallation() string {
	return fmt.Sprintf("apptest_%d_%d", os.Getpid(), installations.Add(1))
}

// mongoServer is the address of a MongoDB-wire server with a database of the test's own,
// which goes when the test ends.
func mongoServer(t testing.TB) *url.URL {
	t.Helper()
	raw := os.Getenv(mongoEnv)
	if raw == "" {
		if os.Getenv(mongoRequiredEnv) == "required" {
			t.Fatalf("%s is not set", mongoEnv)
		}
		t.Skipf("no MongoDB here: set %s to the address of one", mongoEnv)
	}
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + newInstallation()
	q := u.Query()
	q.Set("directConnection", "true")
	q.Set("serverSelectionTimeoutMS", "1500") // an outage is told sooner than in production
	if u.User != nil {
		q.Set("authSource", "admin")
	}
	u.RawQuery = q.Encode()
	whole := u.String()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		client, err := mongo.Connect(options.Client().ApplyURI(whole))
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Database(strings.TrimPrefix(u.Path, "/")).Drop(ctx); err != nil {
			t.Error(err)
		}
		if err := client.Disconnect(ctx); err != nil {
			t.Error(err)
		}
	})
	return u
}

// through is the same server behind a proxy.
func through(t *testing.T, u *url.URL) (*url.URL, *faults) {
	t.Helper()
	f := newFaults(t, u.Host)
	behind := *u
	behind.Host = f.addr()
	return &behind, f
}

// meiliServer is the address and key of a real Meilisearch, or ends the test.
func meiliServer(t testing.TB) (at *url.URL, key string) {
	t.Helper()
	raw := os.Getenv(meiliEnv)
	if raw == "" {
		t.Skipf("no Meilisearch here: set %s and %s", meiliEnv, meiliKeyEnv)
	}
	at, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return at, os.Getenv(meiliKeyEnv)
}

// onMeili are the settings of a portal with indexes of the test's own on that server.
func onMeili(at *url.URL, key, installation string) []string {
	return []string{"--mode", "demo", "--meili-url", at.String(), "--meili-key", key, "--meili-prefix", installation + "_"}
}

// meiliCall sends a request to the server itself.
func meiliCall(t testing.TB, method string, at *url.URL, key, path string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(method, at.String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// eventually waits for something that happens by itself, and ends the test when it does
// not.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	const patience = 90 * time.Second
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("it never came: %s", what)
}
