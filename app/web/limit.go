package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"
)

// limiter bounds how often one address may ask this process. Addresses not heard of for
// a while are forgotten.
type limiter struct {
	perMinute int
	clock     func() time.Time
	mu        sync.Mutex
	addresses map[string]*caller
	swept     time.Time
}

type caller struct {
	bucket *rate.Limiter
	last   time.Time
}

// forgetAfter is long enough for a bucket to have filled up again.
const forgetAfter = 2 * time.Minute

func newLimiter(perMinute int, clock func() time.Time) *limiter {
	return &limiter{perMinute: perMinute, clock: clock, addresses: map[string]*caller{}, swept: clock()}
}

// allow takes one request of the address and says how long to wait when it is too many.
func (l *limiter) allow(address string) (wait time.Duration, ok bool) {
	if l.perMinute == 0 {
		return 0, true
	}
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > forgetAfter {
		for a, c := range l.addresses {
			if now.Sub(c.last) > forgetAfter {
				delete(l.addresses, a)
			}
		}
		l.swept = now
	}
	c := l.addresses[address]
	if c == nil {
		perSecond := rate.Limit(float64(l.perMinute) / 60)
		c = &caller{bucket: rate.NewLimiter(perSecond, max(l.perMinute/4, 1))}
		l.addresses[address] = c
	}
	c.last = now
	reservation := c.bucket.ReserveN(now, 1)
	if wait := reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// limited answers 429 with Retry-After to an address that asks too often.
func (s *site) limited(c *fiber.Ctx) error {
	wait, ok := s.limiter.allow(c.IP())
	if !ok {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(wait.Seconds())+1))
		return fiber.NewError(http.StatusTooManyRequests)
	}
	return c.Next()
}
