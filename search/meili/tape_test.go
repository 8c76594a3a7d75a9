package meili

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// howToRecord is what to do when requests and recording do not fit any more.
const howToRecord = "record anew, with a Meilisearch running: PORTAL_TEST_MEILI_URL=http://127.0.0.1:7700 " +
	"PORTAL_TEST_MEILI_KEY=… PORTAL_TEST_MEILI_RECORD=1 go test ./search/meili -run TestContract"

// tape records what a real server answers, or answers as it did. Requests are known by a
// hash of method, path and uncompressed body, so that neither key nor host is kept. Equal
// requests are answered in the order recorded, and the last answer is given again: how
// often a loop asks does not matter. Of a task only the end is kept: nothing waits.
type tape struct {
	t    *testing.T
	file string
	real http.RoundTripper // nil: replay

	mu      sync.Mutex
	answers map[string][]answer
}

type answer struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
}

func newTape(t *testing.T, name string, real http.RoundTripper) *tape {
	p := &tape{t: t, file: filepath.Join("testdata", name+".json.gz"), real: real, answers: map[string][]answer{}}
	if real == nil {
		p.load()
	}
	return p
}

func (p *tape) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	body, err := p.body(r)
	if err != nil {
		return nil, err
	}
	key := fingerprint(r, body)
	if p.real == nil {
		return p.replay(r, key)
	}
	resp, err := p.real.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := answer{resp.StatusCode, string(content)}
	if !unfinished(r, content) {
		p.mu.Lock()
		p.answers[key] = append(p.answers[key], a)
		p.mu.Unlock()
	}
	return a.response(r), nil
}

func (p *tape) replay(r *http.Request, key string) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.answers[key]
	if len(known) == 0 {
		p.t.Errorf("%s is not in %s; %s", key, p.file, howToRecord)
		return nil, fmt.Errorf("no answer to %s recorded", key)
	}
	if len(known) > 1 {
		p.answers[key] = known[1:]
	}
	return known[0].response(r), nil
}

func (a answer) response(r *http.Request) *http.Response {
	return &http.Response{StatusCode: a.Status, Status: http.StatusText(a.Status), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(a.Body)), ContentLength: int64(len(a.Body))}
}

// body reads the body without using it up, and uncompresses it.
func (p *tape) body(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	if r.Header.Get("Content-Encoding") != "gzip" {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func fingerprint(r *http.Request, body []byte) string {
	return fmt.Sprintf("%s %s %x", r.Method, r.URL.RequestURI(), sha256.Sum256(body))
}

var taskPath = regexp.MustCompile(`^/tasks/\d+$`)

// unfinished reports whether an answer tells of a task that is not done yet.
func unfinished(r *http.Request, content []byte) bool {
	var task struct{ Status string }
	return taskPath.MatchString(r.URL.Path) && json.Unmarshal(content, &task) == nil && (task.Status == "enqueued" || task.Status == "processing")
}

// save writes the recording.
func (p *tape) save() {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if err := json.NewEncoder(w).Encode(p.answers); err != nil {
		p.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(p.file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.file, packed.Bytes(), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *tape) load() {
	packed, err := os.Open(p.file)
	if err != nil {
		p.t.Fatalf("%v; %s", err, howToRecord)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		p.t.Fatalf("%s: %v; %s", p.file, err, howToRecord)
	}
	if err := json.NewDecoder(r).Decode(&p.answers); err != nil {
		p.t.Fatalf("%s: %v; %s", p.file, err, howToRecord)
	}
}
