package web

import (
	"bytes"
	"hash/fnv"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
	"github.com/maypok86/otter/v2"
)

// pageCache keeps rendered public pages in memory. A page is the same for everyone
// without cookies; it is dropped when what visitors see has changed, and after a minute
// because needs expire by the clock.
type pageCache struct {
	pages *otter.Cache[string, *page]
}

// page is a rendered answer. The compressed form is made when first asked for.
type page struct {
	generation uint64
	body       []byte
	mediaType  string
	etag       string
	zip        func() []byte
}

const (
	cacheBytes   = 24 << 20
	cacheFor     = time.Minute
	cachedMost   = 256 << 10 // a larger page is not kept
	pageOverhead = 512
)

func newPageCache() *pageCache {
	return &pageCache{pages: otter.Must(&otter.Options[string, *page]{
		MaximumWeight: cacheBytes,
		// Twice the body leaves room for the compressed form made later.
		Weigher:          func(key string, p *page) uint32 { return uint32(2*len(p.body) + len(key) + pageOverhead) },
		ExpiryCalculator: otter.ExpiryWriting[string, *page](cacheFor),
	})}
}

// cached serves a public page from memory where it can, and keeps what the next
// handlers render. Requests with cookies are answered anew: their page shows a person's
// own shortlist or message.
func (s *site) cached(c *fiber.Ctx) error {
	if c.Method() != fiber.MethodGet || len(c.Request().Header.Peek(fiber.HeaderCookie)) > 0 {
		return c.Next()
	}
	key := string(c.Request().URI().RequestURI())
	if c.Get("HX-Request") == "true" {
		key = "htmx " + c.Get("HX-History-Restore-Request") + " " + key
	}
	generation := s.Generation()
	if p, ok := s.pages.pages.GetIfPresent(key); ok && p.generation == generation {
		return p.send(c)
	}
	if err := c.Next(); err != nil {
		return err
	}
	res := c.Response()
	body := res.Body()
	if res.StatusCode() != fiber.StatusOK || len(body) > cachedMost || len(res.Header.Peek(fiber.HeaderSetCookie)) > 0 {
		return nil
	}
	p := newPage(generation, bytes.Clone(body), string(res.Header.ContentType()))
	s.pages.pages.Set(key, p)
	return p.send(c)
}

func newPage(generation uint64, body []byte, mediaType string) *page {
	h := fnv.New64a()
	h.Write(body)
	return &page{
		generation: generation, body: body, mediaType: mediaType,
		etag: `W/"` + strconv.FormatUint(h.Sum64(), 36) + `"`,
		zip:  sync.OnceValue(func() []byte { return zipped(body) }),
	}
}

// send answers with the page, or 304 when the visitor has it.
func (p *page) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderETag, p.etag)
	c.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, HX-Request")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if c.Get(fiber.HeaderIfNoneMatch) == p.etag {
		c.Response().ResetBody()
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, p.mediaType)
	c.Status(fiber.StatusOK)
	if accepts(c, "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		c.Response().SetBodyRaw(p.zip())
		return nil
	}
	c.Response().SetBodyRaw(p.body)
	return nil
}

// accepts reports whether the client named the encoding; one that names none gets the
// plain form.
func accepts(c *fiber.Ctx, encoding string) bool {
	return c.Get(fiber.HeaderAcceptEncoding) != "" && c.AcceptsEncodings(encoding) == encoding
}

func zipped(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression) // the level is valid
	w.Write(body)
	w.Close()
	return b.Bytes()
}
