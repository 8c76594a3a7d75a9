package secret

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"image/color"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp/hotp"
)

// stepSeconds is how long a code is shown.
const stepSeconds = 30

// Factor is the second factor of one person: time-based codes of six digits, HMAC-SHA-1,
// a new one every 30 seconds (RFC 6238), which is what every authenticator understands.
type Factor struct {
	Secret string // base32 without padding
}

// NewFactor makes a factor of 20 random bytes, the length RFC 4226 recommends.
func NewFactor() Factor {
	var raw [20]byte
	rand.Read(raw[:])
	return Factor{base32.StdEncoding.EncodeToString(raw[:])}
}

// URL is the otpauth:// address authenticators read. Algorithm, digits and period are
// left out: they are the defaults, and every letter makes the QR code denser.
func (f Factor) URL(issuer, account string) string {
	// Some authenticators show the + of a query as it is.
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	issuer = escape(issuer)
	return "otpauth://totp/" + issuer + ":" + escape(account) + "?secret=" + f.Secret + "&issuer=" + issuer
}

// QR draws the URL as the d attribute of one SVG path, dark modules only, so that a page
// can show it without inline styles or data addresses. Size is the side of the square
// viewBox in modules, with the quiet zone of 4 on each side. Names too long for a QR code
// are an error.
func (f Factor) QR(issuer, account string) (path string, size int, err error) {
	const quiet = 4
	code, err := qr.Encode(f.URL(issuer, account), qr.M, qr.Auto)
	if err != nil {
		return "", 0, fmt.Errorf("secret.QR: %w", err)
	}
	side := code.Bounds().Dx()
	var d strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && code.At(x, y) == color.Black {
				x++
			}
			if x > from { // one piece for a run of squares: seams between squares would show
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return d.String(), side + 2*quiet, nil
}

// Check reports whether code is right at now, and the 30-second step it belongs to, which
// the caller keeps as last: a step up to last is refused, so a code works once (0: none
// was used yet). One step before and after is accepted, for slow fingers and clocks.
// Spaces, signs and full-width digits in the code do no harm. A factor without a secret
// accepts nothing.
func (f Factor) Check(code string, now time.Time, last int64) (step int64, ok bool) {
	if f.Secret == "" { // anyone could compute its codes
		return 0, false
	}
	code = fold(code)
	current := now.Unix() / stepSeconds
	for step = current + 1; step >= current-1 && step > last; step-- {
		want, err := hotp.GenerateCode(f.Secret, uint64(step))
		if err == nil && SameToken(code, want) {
			return step, true
		}
	}
	return 0, false
}

// recovery is Crockford's base32: no letter in it looks like another or like a digit.
var recovery = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz")

// misread takes the letters that are not in recovery for the digits they look like.
var misread = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// RecoveryCodes makes ten codes for the day the telephone is lost, of 50 random bits each
// and written xxxxx-xxxxx, and their hashes, which the store keeps. Each is good once: the
// caller strikes out the hash of what was used.
func RecoveryCodes() (codes, hashes []string) {
	for range 10 {
		var raw [10]byte
		rand.Read(raw[:])
		code := recovery.EncodeToString(raw[:])[:10]
		codes = append(codes, code[:5]+"-"+code[5:])
		hashes = append(hashes, RecoveryHash(code))
	}
	return codes, hashes
}

// RecoveryHash is the HashToken of a typed recovery code; case, width, spaces, dashes and
// the letters o, i and l for 0 and 1 make no difference.
func RecoveryHash(typed string) string {
	return HashToken(misread.Replace(fold(typed)))
}
