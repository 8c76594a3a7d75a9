package mongo

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"liangcheng/app/store"
	"liangcheng/app/store/storetest"
)

// serverEnv names the server the contract runs on. CI sets required, so that there a
// missing server fails instead of being skipped.
const (
	serverEnv   = "PORTAL_TEST_MONGO_URI"
	requiredEnv = "PORTAL_TEST_MONGO"
)

func TestContract(t *testing.T) {
	uri := server(t)
	e, err := Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	name, err := e.Server(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, emptyDatabase(uri))
	t.Log("contract ran on", name)
}

func BenchmarkEngine(b *testing.B) { storetest.Bench(b, emptyDatabase(server(b))) }

// server is the address of a MongoDB-wire server, or ends the test.
func server(t testing.TB) string {
	t.Helper()
	uri := os.Getenv(serverEnv)
	if uri == "" {
		if os.Getenv(requiredEnv) == "required" {
			t.Fatalf("%s is not set", serverEnv)
		}
		t.Skipf("no MongoDB here: set %s to the address of one", serverEnv)
	}
	return uri
}

// databases numbers the databases of this process.
var databases atomic.Int64

// emptyDatabase makes databases of their own on the server and drops them afterwards.
func emptyDatabase(uri string) func(t testing.TB) storetest.Place {
	return func(t testing.TB) storetest.Place {
		name := fmt.Sprintf("portal_test_%d_%d_%d", os.Getpid(), time.Now().UnixNano()%1e6, databases.Add(1))
		t.Cleanup(func() { drop(t, uri, name) })
		return func() (store.Engine, error) { return open(t.Context(), uri, name) }
	}
}

func drop(t testing.TB, uri, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Database(name).Drop(ctx); err != nil {
		t.Error(err)
	}
	if err := client.Disconnect(ctx); err != nil {
		t.Error(err)
	}
}
