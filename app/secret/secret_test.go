package secret

import (
	"encoding/base64"
	"testing"
)

func TestNewToken(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		token, hash := NewToken()
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(raw) != 32 {
			t.Fatalf("NewToken: %q holds %d bytes, %v; want 32", token, len(raw), err)
		}
		if len(hash) != 64 || hash != HashToken(token) {
			t.Fatalf("NewToken: hash %q is not HashToken of the token", hash)
		}
		if seen[token] || seen[hash] {
			t.Fatalf("NewToken: %q came twice", token)
		}
		seen[token], seen[hash] = true, true
	}
}

func TestHashToken(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	got, want := HashToken("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got != want {
		t.Errorf("HashToken(abc): got %s, want %s", got, want)
	}
}

func TestFormToken(t *testing.T) {
	mine, other := FormToken("session a"), FormToken("session b")
	if len(mine) != 43 || mine != FormToken("session a") {
		t.Errorf("FormToken: %q is not 43 characters, always the same", mine)
	}
	if mine == other {
		t.Error("FormToken: two sessions share one")
	}
}

func TestSameToken(t *testing.T) {
	for _, row := range []struct {
		name, a, b string
		want       bool
	}{
		{"same", "token", "token", true},
		{"other", "token", "tokeN", false},
		{"shorter", "token", "toke", false},
		{"one missing", "", "token", false},
		{"both missing", "", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := SameToken(row.a, row.b); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}
