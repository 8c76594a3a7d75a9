// Package meili is the search engine on a Meilisearch server. Texts are cut by
// search/text here, and the server keeps opaque words: sets of documents are filters on
// those words, so that totals, facets and pages are exact whatever a query is read as,
// and the order of hits is BM25F, which the attribute of a word tells (see shape.ranks).
// The key needs search, documents.*, indexes.*, settings.*, tasks.get and version. The
// server should be started with --max-indexing-memory 256MiB: it then indexes a small
// batch in under .1 s, and in .8 s with its default of two thirds of a memory of 23 GiB.
package meili

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"liangcheng/search"
)

// Options say where the server is and how long calls may take.
type Options struct {
	URL       string            // http://127.0.0.1:7700
	Key       string            // see the package for what it must allow
	Prefix    string            // of every index uid, so that several installations share a server; [a-z0-9_]*
	Timeout   time.Duration     // of one search call; 0 is 2 s
	Transport http.RoundTripper // nil: one with pools; the tests record through it
	Log       *slog.Logger      // may be nil
}

// How long calls may take that do not search: one about documents or tasks, and the
// preparation of all indexes.
const (
	usualTimeout = 2 * time.Second
	callTimeout  = 60 * time.Second
	setupTimeout = 60 * time.Second
)

// Engine is a search.Engine on a Meilisearch server. It is safe for concurrent use.
type Engine struct {
	server  meilisearch.ServiceManager
	client  *http.Client
	prefix  string
	timeout time.Duration
	log     *slog.Logger
	indexes map[string]*index
	order   []*index // in the order of the schemas

	settingUp chan struct{} // held by the call that prepares the indexes
	ready     atomic.Bool   // the indexes are prepared and their uids are set

	suffix func() string // of the uid of an index being rebuilt
}

// index is one index of this release of the program.
type index struct {
	*shape
	uid     string        // set before Engine.ready
	writing chan struct{} // held by the call that writes: writes take turns
	last    int64         // task of the last batch, of whoever holds writing; 0 is none
}

// Open connects to the server and makes sure that every schema has its index. Its errors
// are ErrKey, ErrVersion, search.ErrDown, and others for settings that cannot be. With
// search.ErrDown the engine is returned too and can be used: it answers ErrDown until the
// server is back, and then prepares its indexes with the first call.
func Open(ctx context.Context, o Options, schemas ...search.Schema) (*Engine, error) {
	e, err := newEngine(o, schemas)
	if err != nil {
		return nil, fmt.Errorf("meili.Open: %w", err)
	}
	within, cancel := context.WithTimeout(ctx, setupTimeout)
	defer cancel()
	err = fault(ctx, e.setup(within))
	if err == nil {
		return e, nil
	}
	err = fmt.Errorf("meili.Open(%s): %w", o.URL, err)
	if errors.Is(err, search.ErrDown) {
		return e, err
	}
	return nil, errors.Join(err, e.Close())
}

var validPrefix = regexp.MustCompile(`^[a-z0-9_]*$`)

// newEngine checks the options and makes an engine that has not called its server yet.
func newEngine(o Options, schemas []search.Schema) (*Engine, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("url %q: want one like http://127.0.0.1:7700", o.URL)
	}
	if !validPrefix.MatchString(o.Prefix) {
		return nil, fmt.Errorf("prefix %q: want small letters, digits and _ only", o.Prefix)
	}
	e := &Engine{prefix: o.Prefix, timeout: o.Timeout, log: o.Log, indexes: make(map[string]*index, len(schemas)),
		settingUp: make(chan struct{}, 1), suffix: rand.Text}
	if e.timeout <= 0 {
		e.timeout = usualTimeout
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if o.Transport == nil {
		o.Transport = newTransport()
	}
	e.client = &http.Client{Transport: compressing{o.Transport}, Timeout: callTimeout}
	e.server = meilisearch.New(strings.TrimRight(o.URL, "/"), meilisearch.WithAPIKey(o.Key),
		meilisearch.WithCustomClient(e.client), meilisearch.DisableRetries())
	for _, schema := range schemas {
		ix := &index{shape: newShape(schema), writing: make(chan struct{}, 1)}
		e.indexes[schema.Name] = ix
		e.order = append(e.order, ix)
	}
	return e, nil
}

func (e *Engine) index(name string) (*index, error) {
	ix, ok := e.indexes[name]
	if !ok {
		return nil, fmt.Errorf("index %q: %w", name, search.ErrInvalid)
	}
	return ix, nil
}

// do runs a call within a time limit, on prepared indexes, and gives its error its kind.
func (e *Engine) do(ctx context.Context, limit time.Duration, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := e.setup(within)
	if err == nil {
		err = call(within)
	}
	return running(fault(ctx, err))
}

// Health is nil when the server answers and has all the indexes.
func (e *Engine) Health(ctx context.Context) error {
	err := e.do(ctx, e.timeout, func(ctx context.Context) error {
		health, err := e.server.Health(ctx)
		if err != nil {
			return err
		}
		if health.Status != "available" {
			return fmt.Errorf("%w: it says it is %q", search.ErrDown, health.Status)
		}
		counts := make([]*meilisearch.SearchRequest, len(e.order))
		for i, ix := range e.order {
			counts[i] = count(ix.uid, everything)
		}
		_, err = e.ask(ctx, counts)
		return err
	})
	if err != nil {
		return fmt.Errorf("meili.Health: %w", err)
	}
	return nil
}

// Close lets go of the connections; the engine must not be used afterwards.
func (e *Engine) Close() error {
	e.client.CloseIdleConnections()
	return nil
}
