package secret

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/unicode/norm"
)

func TestMatches(t *testing.T) {
	long := strings.Repeat("长", 24) // 72 bytes, where bcrypt stops reading
	for _, row := range []struct {
		name, set, typed string
		want             bool
	}{
		{"the same", "correct horse battery", "correct horse battery", true},
		{"another", "correct horse battery", "correct horse batterz", false},
		{"case counts", "Correct horse", "correct horse", false},
		{"spaces around count", " correct horse ", "correct horse", false},
		{"nothing typed", "correct horse", "", false},
		{"Chinese", "云岩区的雨下个不停", "云岩区的雨下个不停", true},
		{"set composed, typed decomposed", norm.NFC.String("北京 café 朋友"), norm.NFD.String("北京 café 朋友"), true},
		{"set decomposed, typed composed", norm.NFD.String("がぎぐげご 花溪"), norm.NFC.String("がぎぐげご 花溪"), true},
		{"compatibility ideograph", "\uf90a屋藏娇不可说", "金屋藏娇不可说", true},
		{"differ after byte 72", long + "甲", long + "乙", false},
		{"longer than 72 bytes", long + "甲", long + "甲", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := NewHasher()
			hash, err := h.Hash(t.Context(), row.set)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := h.Matches(t.Context(), row.typed, hash); got != row.want || err != nil {
				t.Errorf("got %v, %v; want %v", got, err, row.want)
			}
		})
	}
}

func TestHashIsSaltedAndCosts(t *testing.T) {
	h := NewHasher()
	first, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	second, _ := h.Hash(t.Context(), "correct horse battery")
	if first == second {
		t.Error("two hashes of one password are the same")
	}
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(first, want) || len(first) != len(nobody) {
		t.Errorf("got %s, want %s…, as long as nobody's", first, want)
	}
}

func TestUnknownPersonTakesTheSameWork(t *testing.T) {
	h := NewHasher()
	compare := h.compare
	var ran []string
	h.compare = func(password, hash string) (bool, error) {
		ran = append(ran, hash)
		_, err := compare(password, hash)
		return true, err // even a match must not let nobody in
	}
	if ok, err := h.Matches(t.Context(), "correct horse", ""); ok || err != nil {
		t.Errorf("got %v, %v; want false and no error", ok, err)
	}
	if len(ran) != 1 || !strings.HasPrefix(ran[0], "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("compared with %v, want one hash of the usual cost", ran)
	}
}

func TestMalformedHash(t *testing.T) {
	const salt, key = "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for name, hash := range map[string]string{
		"no hash at all":   "correct horse",
		"another kind":     "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"argon2i":          "$argon2i$v=19$m=19456,t=2,p=1$" + salt + "$" + key,
		"another version":  "$argon2id$v=16$m=19456,t=2,p=1$" + salt + "$" + key,
		"no cost":          "$argon2id$v=19$$" + salt + "$" + key,
		"no passes":        "$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + key,
		"no lanes":         "$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + key,
		"all the memory":   "$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + key,
		"key cut short":    "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key[:40],
		"key cut to none":  "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$",
		"key not base64":   "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$?" + key[1:],
		"one part missing": "$argon2id$v=19$m=19456,t=2,p=1$" + salt,
	} {
		t.Run(name, func(t *testing.T) {
			if ok, err := NewHasher().Matches(t.Context(), "correct horse", hash); ok || err == nil {
				t.Errorf("got %v, %v; want false and an error", ok, err)
			}
		})
	}
}

func TestTwoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher()
		h.compare = func(string, string) (bool, error) {
			time.Sleep(time.Second) // of the bubble's clock
			return true, nil
		}
		start := time.Now()
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if ok, err := h.Matches(t.Context(), "correct horse", nobody); !ok || err != nil {
					t.Errorf("got %v, %v; want true", ok, err)
				}
			})
		}
		all.Wait()
		if got, want := time.Since(start), 4*time.Second; got != want {
			t.Errorf("eight of one second took %v, want %v", got, want)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher()
		h.compare = func(string, string) (bool, error) {
			time.Sleep(time.Minute)
			return true, nil
		}
		for range atOnce {
			go h.Matches(t.Context(), "correct horse", nobody)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Hash(ctx, "correct horse"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Hash: got %v, want deadline exceeded", err)
		}
		if ok, err := h.Matches(ctx, "correct horse", nobody); ok || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Matches: got %v, %v; want deadline exceeded", ok, err)
		}
		time.Sleep(time.Hour) // both slots are free again
		if ok, err := h.Matches(ctx, "correct horse", nobody); ok || err == nil {
			t.Errorf("Matches after the end: got %v, %v; want an error though a slot is free", ok, err)
		}
	})
}

func TestHasherUnderLoad(t *testing.T) {
	h := NewHasher()
	hash, err := h.Hash(t.Context(), "correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			typed, want := "correct horse battery", n%2 == 0
			if !want {
				typed = "wrong horse battery"
			}
			if got, err := h.Matches(t.Context(), typed, hash); got != want || err != nil {
				t.Errorf("Matches(%s): got %v, %v; want %v", typed, got, err, want)
			}
		})
	}
	all.Wait()
}
