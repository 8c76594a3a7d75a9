// Package secret holds what proves who someone is: passwords, the tokens of sessions and
// links, and the second factor. The store keeps hashes; what they were made from is shown
// once and forgotten. Only the key of a second factor must be kept as it is.
package secret

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NewToken makes the token of a session, a one-time link or an API client: 32 random
// bytes as 43 characters of base64url, and its hash, which is all the store keeps.
func NewToken() (token, hash string) {
	var raw [32]byte
	rand.Read(raw[:]) // never fails: the process ends when the system has no randomness
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	return token, HashToken(token)
}

// HashToken is the SHA-256 of a token in 64 hexadecimal digits. It needs no salt and no
// slow hash because a token cannot be guessed.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// FormToken is what the forms of a session carry, 43 characters of base64url. It is an
// HMAC under the session's token, so one session's form is worth nothing in another, and
// nothing is stored.
func FormToken(session string) string {
	mac := hmac.New(sha256.New, []byte(session))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// SameToken compares in a time that does not tell how much of the two agrees. Nothing is
// the same as a token that is missing.
func SameToken(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// fold leaves the letters and digits of what people type, half-width and in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}
