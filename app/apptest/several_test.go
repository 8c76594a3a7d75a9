package apptest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"liangcheng/app"
	"liangcheng/app/portal"
)

// TestSeveralPortals runs three portals on one MongoDB, and on one Meilisearch where there
// is one: what one writes is found by all, and when one goes the others go on.
func TestSeveralPortals(t *testing.T) {
	args := []string{"--mode", "demo", "--mongo-uri", mongoServer(t).String()}
	if os.Getenv(meiliEnv) != "" {
		at, key := meiliServer(t)
		installation := newInstallation()
		args = append(args, onMeili(at, key, installation)...)
		t.Cleanup(func() { dropIndexes(t, at, key, installation) })
	}
	portals := make([]*app.App, 3)
	var clients []*Client
	errs := make([]error, len(portals))
	var starting sync.WaitGroup
	for i := range portals { // all seed the empty store at the same time
		c := Config(t, t.TempDir(), args...)
		starting.Go(func() { portals[i], errs[i] = Boot(c) })
	}
	starting.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, a := range portals {
		clients = append(clients, NewClient(t, a.Addr()))
	}
	closed := map[*app.App]bool{}
	stop := func(a *app.App) {
		if !closed[a] {
			closed[a] = true
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(func() {
		for _, a := range portals {
			stop(a)
		}
	})
	finds := func(c *Client, name string) bool {
		page := c.Get("/enterprises?q=" + url.QueryEscape(name))
		return page.Status == http.StatusOK && !noticed(page) && strings.Contains(page.Body, "/enterprises/several-")
	}
	for round := range 3 {
		writer := portals[len(portals)-1]
		name := fmt.Sprintf("缙云试验第%s公司", string([]rune("一二三")[round]))
		e := portal.Enterprise{Meta: portal.Meta{ID: fmt.Sprint("several-", round)}, Name: name,
			Origin: portal.Origin{Certainty: portal.Demo, Source: "test"}}
		if err := writer.Records.Enterprises.Insert(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		for i, c := range clients[:len(portals)] {
			eventually(t, fmt.Sprintf("round %d: portal %d finds what portal %d wrote", round, i, len(portals)-1), func() bool { return finds(c, name) })
		}
		if _, err := writer.Records.Enterprises.Mutate(t.Context(), e.ID, func(e *portal.Enterprise) error { e.Name = "改名"; return nil }); err != nil {
			t.Fatal(err)
		}
		for _, c := range clients[:len(portals)] {
			eventually(t, "the old name is gone everywhere", func() bool { return !finds(c, name) })
		}
		if round < 2 { // the first of them holds the lease most likely
			stop(portals[0])
			portals, clients = portals[1:], clients[1:]
		}
	}
	drifts, err := portals[0].Reconcile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range drifts {
		if d.Differences() != 0 || d.Records == 0 {
			t.Errorf("missed or doubled: %+v", d)
		}
	}
}
