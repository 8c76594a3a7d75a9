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
	until      time.Time // by the site's clock, since what it shows ends by that
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
	generation := s.Generation()
	if p, ok := s.keptPage(c); ok {
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
	p := newPage(generation, s.Clock().Add(cacheFor), bytes.Clone(body), string(res.Header.ContentType()))
	s.pages.pages.Set(pageKey(c), p)
	return p.send(c)
}

// pageKey is what the answer to a visitor depends on.
func pageKey(c *fiber.Ctx) string {
	key := string(c.Request().URI().RequestURI())
	if c.Get("HX-Request") == "true" {
		key = "htmx " + c.Get("HX-History-Restore-Request") + " " + key
	}
	return key
}

// keptPage is what the cache holds of a request, if it still holds good.
func (s *site) keptPage(c *fiber.Ctx) (*page, bool) {
	p, ok := s.pages.pages.GetIfPresent(pageKey(c))
	return p, ok && p.generation == s.Generation() && s.Clock().Before(p.until)
}

// sendNoticed answers somebody whose account cannot be read with the page as visitors get
// it, and a notice that says so where the page has one.
func (s *site) sendNoticed(r *request, p *page) error {
	before, after := p.body, []byte(nil)
	if i := bytes.Index(p.body, []byte("<main")); i >= 0 {
		i += bytes.IndexByte(p.body[i:], '>') + 1
		before, after = p.body[:i], p.body[i:]
	}
	r.Set(fiber.HeaderContentType, p.mediaType)
	r.Set(fiber.HeaderCacheControl, "no-store")
	out := r.Response().BodyWriter()
	if _, err := out.Write(before); err != nil || after == nil {
		return err
	}
	if err := s.Views.Render(out, "error#notices", []string{s.say(r.lang)(accountUnknown)}); err != nil {
		return err
	}
	_, err := out.Write(after)
	return err
}

func newPage(generation uint64, until time.Time, body []byte, mediaType string) *page {
	h := fnv.New64a()
	h.Write(body)
	return &page{
		generation: generation, until: until, body: body, mediaType: mediaType,
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
