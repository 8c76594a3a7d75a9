package apptest

import (
	"net/http"
	"strings"
	"testing"
)

// TestFilesComeWithoutAskingTheStoreWho: a page of an outage needs its styles, also for
// somebody who is signed in.
func TestFilesComeWithoutAskingTheStoreWho(t *testing.T) {
	a, err := Boot(Config(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() // its store is closed already
	c := SignedIn(t, a, Who{Of: "demo-e01", Role: "owner"})
	page := c.Get("/desk")
	var styles string
	for n := range page.elements("link") {
		if href := attr(n, "href"); strings.HasSuffix(href, ".css") {
			styles = href
		}
	}
	if page.Status != http.StatusOK || styles == "" {
		t.Fatalf("the desk: status %d, styles %q", page.Status, styles)
	}
	if err := a.Records.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{styles, "/livez", "/robots.txt"} {
		if got := c.Get(path); got.Status != http.StatusOK {
			t.Errorf("%s without a store: status %d", path, got.Status)
		}
	}
	if got := c.Get("/desk"); got.Status < http.StatusInternalServerError {
		t.Errorf("the desk without a store: status %d", got.Status)
	}
}
