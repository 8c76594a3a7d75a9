package meili

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// newTransport keeps connections to one server. Answers are not compressed: the server is
// near, and small answers matter most.
func newTransport() *http.Transport {
	const connections = 32
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		MaxIdleConns:        connections,
		MaxIdleConnsPerHost: connections,
		IdleConnTimeout:     90 * time.Second,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
	}
}

// compressing compresses documents on their way. meilisearch-go would compress every
// body, and then fails to read the code of an error that comes uncompressed.
type compressing struct{ next http.RoundTripper }

const documentsType = "application/x-ndjson"

func (c compressing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Header.Get("Content-Type") != documentsType {
		return c.next.RoundTrip(r)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	if err == nil {
		_, err = io.Copy(w, r.Body)
	}
	if closeErr := r.Body.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress documents: %w", err)
	}
	r = r.Clone(r.Context())
	r.Header.Set("Content-Encoding", "gzip")
	r.ContentLength = int64(packed.Len())
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil }
	r.Body, _ = r.GetBody()
	return c.next.RoundTrip(r)
}

// CloseIdleConnections lets go of the connections kept below.
func (c compressing) CloseIdleConnections() {
	if t, ok := c.next.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
