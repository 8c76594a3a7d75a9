package meili

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liangcheng/search"
)

var faultSchema = search.Schema{Name: "things", Fields: []search.Field{
	{Name: "name", Role: search.Words | search.Sound}, {Name: "kind", Role: search.Facet}, {Name: "size", Role: search.Number}}}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// stub answers as a server does that has its indexes, but for what is given.
func stub(instead map[string]http.HandlerFunc) http.Handler {
	rules, _ := json.Marshal(rankingRules())
	routes := map[string]http.HandlerFunc{
		"GET /health":  says(200, `{"status":"available"}`),
		"GET /version": says(200, `{"pkgVersion":"1.50.0"}`),
		"GET /indexes/{uid}/settings/ranking-rules": says(200, string(rules)),
		"POST /indexes/{uid}/documents":             says(202, `{"taskUid":7}`),
		"POST /indexes/{uid}/documents/fetch":       says(200, `{"results":[]}`),
		"GET /tasks/7":                              says(200, `{"uid":7,"status":"succeeded"}`),
		"POST /multi-search":                        answerEach(`{"hits":[],"totalHits":0,"estimatedTotalHits":0}`),
	}
	for route, h := range instead {
		routes[route] = h
	}
	mux := http.NewServeMux()
	for route, h := range routes {
		mux.HandleFunc(route, h)
	}
	return mux
}

// answerEach gives the same result to each query of a multi-search.
func answerEach(result string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Queries []json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		all := strings.TrimSuffix(strings.Repeat(result+",", len(asked.Queries)), ",")
		says(200, `{"results":[`+all+`]}`)(w, r)
	}
}

func stubbed(t *testing.T, o Options, instead map[string]http.HandlerFunc) *Engine {
	t.Helper()
	server := httptest.NewServer(stub(instead))
	t.Cleanup(server.Close)
	o.URL = server.URL
	e, err := Open(t.Context(), o, faultSchema)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

var thing = search.Query{Index: "things", Text: "护理", Limit: 5}

func TestOpenRefuses(t *testing.T) {
	const refused = `{"message":"The provided API key is invalid.","code":"invalid_api_key","type":"auth"}`
	for _, tt := range []struct {
		name    string
		options Options
		instead map[string]http.HandlerFunc
		kind    error  // nil: settings that cannot be
		says    string // what a person can act on
	}{
		{"wrong key", Options{Key: "x"}, map[string]http.HandlerFunc{"GET /version": says(403, refused)}, ErrKey, "invalid_api_key"},
		{"no key", Options{}, map[string]http.HandlerFunc{"GET /version": says(401, `{"code":"missing_authorization_header"}`)}, ErrKey, "missing_authorization_header"},
		{"key may not read settings", Options{Key: "x"}, map[string]http.HandlerFunc{
			"GET /indexes/{uid}/settings/ranking-rules": says(403, refused)}, ErrKey, "things_"},
		{"old server", Options{}, map[string]http.HandlerFunc{"GET /version": says(200, `{"pkgVersion":"1.11.3"}`)}, ErrVersion, "found 1.11.3, want 1.36"},
		{"another server", Options{}, map[string]http.HandlerFunc{"GET /version": says(200, `<html>`)}, search.ErrDown, "malformed"},
		{"prefix", Options{Prefix: "两城"}, nil, nil, "prefix"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(stub(tt.instead))
			defer server.Close()
			tt.options.URL = server.URL
			e, err := Open(t.Context(), tt.options, faultSchema)
			if err == nil || tt.kind != nil && !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v that says %q", err, tt.kind, tt.says)
			}
			for _, other := range []error{ErrKey, ErrVersion, search.ErrDown} {
				if other != tt.kind && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
			if (e != nil) != (tt.kind == search.ErrDown) {
				t.Errorf("engine %v with %v", e, err)
			}
		})
	}
	for _, url := range []string{"", "127.0.0.1:7700", "ftp://host", "http://", "://"} {
		if e, err := Open(t.Context(), Options{URL: url}); err == nil || e != nil {
			t.Errorf("url %q: %v, %v", url, e, err)
		}
	}
}

func TestUnreachableThenBack(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	e, err := Open(t.Context(), Options{URL: "http://" + address, Timeout: 5 * time.Second}, faultSchema)
	if !errors.Is(err, search.ErrDown) || e == nil {
		t.Fatalf("engine %v, error %v", e, err)
	}
	defer e.Close()
	if _, err := e.Search(t.Context(), thing); !errors.Is(err, search.ErrDown) {
		t.Errorf("search without a server: %v", err)
	}
	if err := e.Health(t.Context()); !errors.Is(err, search.ErrDown) {
		t.Errorf("health without a server: %v", err)
	}

	var setups atomic.Int32
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Skip(err) // somebody else has the port now
	}
	server := &http.Server{Handler: stub(map[string]http.HandlerFunc{"GET /version": func(w http.ResponseWriter, r *http.Request) {
		setups.Add(1)
		says(200, `{"pkgVersion":"1.50.0"}`)(w, r)
	}})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			if _, err := e.Search(t.Context(), thing); err != nil {
				t.Errorf("search with the server back: %v", err)
			}
		})
	}
	callers.Wait()
	if n := setups.Load(); n != 1 {
		t.Errorf("set up %d times", n)
	}
	if err := e.Health(t.Context()); err != nil {
		t.Errorf("health with the server back: %v", err)
	}
}

func TestKindsOfErrors(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answer  http.HandlerFunc
		is, not []error
	}{
		{"503", says(503, `{"code":"too_many_search_requests"}`), []error{search.ErrDown}, []error{search.ErrLost}},
		{"502 of a proxy", says(502, `<html>bad gateway</html>`), []error{search.ErrDown}, nil},
		{"429", says(429, `{}`), []error{search.ErrDown}, nil},
		{"408", says(408, `{}`), []error{search.ErrDown}, nil},
		{"index lost", says(400, `{"code":"index_not_found"}`), []error{search.ErrDown, search.ErrLost}, nil},
		{"malformed", says(200, `{"results":[{`), []error{search.ErrDown, errMalformed}, nil},
		{"too few answers", says(200, `{"results":[]}`), []error{search.ErrDown, errMalformed}, nil},
		{"strange id", answerEach(`{"hits":[{"id":"x"}],"estimatedTotalHits":1}`), []error{search.ErrDown, errMalformed}, nil},
		{"key refused later", says(403, `{"code":"invalid_api_key"}`), []error{search.ErrDown, ErrKey}, nil},
		{"our mistake", says(400, `{"code":"invalid_search_filter"}`), nil, []error{search.ErrDown, search.ErrInvalid}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := stubbed(t, Options{}, map[string]http.HandlerFunc{"POST /multi-search": tt.answer})
			_, searched := e.Search(t.Context(), thing)
			_, matched := e.Match(t.Context(), search.MatchQuery{Index: "things", Terms: []search.Term{{Text: "护理", Weight: 1}}})
			for _, err := range []error{searched, matched} {
				if err == nil {
					t.Error("no error")
				}
				for _, want := range tt.is {
					if !errors.Is(err, want) {
						t.Errorf("%v is not %v", err, want)
					}
				}
				for _, not := range tt.not {
					if errors.Is(err, not) {
						t.Errorf("%v is %v", err, not)
					}
				}
			}
		})
	}
}

func TestPatience(t *testing.T) {
	slow := func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(300 * time.Millisecond):
		}
	}
	e := stubbed(t, Options{Timeout: 20 * time.Millisecond}, map[string]http.HandlerFunc{"POST /multi-search": slow})
	if _, err := e.Search(t.Context(), thing); !errors.Is(err, search.ErrDown) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the engine's own timeout: %v", err)
	}
	e.timeout = time.Minute
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := e.Search(short, thing); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, search.ErrDown) {
		t.Errorf("the caller's deadline: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := e.Search(gone, thing); !errors.Is(err, context.Canceled) || errors.Is(err, search.ErrDown) {
		t.Errorf("the caller leaves: %v", err)
	}
}

func TestTasks(t *testing.T) {
	batch := search.Batch{Put: []search.Document{{ID: "a", Version: 1}}}
	for _, tt := range []struct {
		name, task, says string
		down             bool
	}{
		{"failed", `{"status":"failed","error":{"code":"no_space_left_on_device","message":"full"}}`, "no_space_left_on_device", false},
		{"cancelled", `{"status":"canceled"}`, "canceled", false},
		{"index lost", `{"status":"failed","error":{"code":"index_not_found"}}`, "index_not_found", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := stubbed(t, Options{}, map[string]http.HandlerFunc{"GET /tasks/7": says(200, tt.task)})
			sent, err := e.Apply(t.Context(), "things", batch)
			if err != nil {
				t.Fatal(err)
			}
			err = sent.Wait(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.says) || errors.Is(err, search.ErrDown) != tt.down {
				t.Errorf("got %v, want one that says %q", err, tt.says)
			}
			if _, err := e.Apply(t.Context(), "things", batch); err != nil {
				t.Errorf("the batch after a failed one: %v", err)
			}
		})
	}
	t.Run("never done", func(t *testing.T) {
		e := stubbed(t, Options{}, map[string]http.HandlerFunc{"GET /tasks/7": says(200, `{"status":"processing"}`)})
		sent, err := e.Apply(t.Context(), "things", batch)
		if err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		if err := sent.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestHealthOfALostIndex(t *testing.T) {
	e := stubbed(t, Options{}, map[string]http.HandlerFunc{"POST /multi-search": says(400, `{"code":"index_not_found"}`)})
	if err := e.Health(t.Context()); !errors.Is(err, search.ErrDown) || !errors.Is(err, search.ErrLost) {
		t.Errorf("got %v", err)
	}
}
