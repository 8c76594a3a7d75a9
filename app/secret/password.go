package secret

import (
	"context"
	"errors"
	"fmt"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// cost is the minimum of OWASP's Password Storage Cheat Sheet; memory is in KiB, lengths
// in bytes.
var cost = argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// atOnce bounds the memory sign-ins take together: 19 MiB each.
const atOnce = 2

// nobody stands in for the hash of a person who does not exist: the same cost, a key
// nobody has a password for.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

var errCost = errors.New("hash of an unreasonable cost or size")

// Hasher hashes passwords with argon2id, a few at a time. It is safe for concurrent use.
type Hasher struct {
	slots   chan struct{}
	compare func(password, hash string) (bool, error)
}

// NewHasher returns a Hasher that works on two passwords at once and lets others wait.
func NewHasher() *Hasher {
	return &Hasher{slots: make(chan struct{}, atOnce), compare: argon2id.ComparePasswordAndHash}
}

// Hash returns the password's hash in the PHC form, $argon2id$v=19$m=…, with its salt in
// it. Composed and decomposed characters hash alike; nothing else about the password is
// changed. The only expected error is that of a context that ended while waiting.
func (h *Hasher) Hash(ctx context.Context, password string) (hash string, err error) {
	err = h.inTurn(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(norm.NFC.String(password), &cost)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("secret.Hash: %w", err)
	}
	return hash, nil
}

// Matches reports whether the hash is the password's. An empty hash, of a person who does
// not exist, takes the same work and matches nothing, so the time tells nothing either.
// A malformed hash and a context that ended while waiting are errors.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (ok bool, err error) {
	known := hash != ""
	if !known {
		hash = nobody
	}
	err = h.inTurn(ctx, func() (err error) {
		if err = reasonable(hash); err == nil {
			ok, err = h.compare(norm.NFC.String(password), hash)
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("secret.Matches: %w", err)
	}
	return ok && known, nil
}

// inTurn does the work when one of the slots is free, or not at all once ctx has ended.
func (h *Hasher) inTurn(ctx context.Context, work func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	return work()
}

// reasonable refuses what argon2id would take from a damaged hash: a key cut to nothing
// matches every password, no passes or lanes panic, and the memory is whatever it says.
// A cost up to four times ours leaves room to change it.
func reasonable(hash string) error {
	p, _, _, err := argon2id.DecodeHash(hash)
	switch {
	case err != nil:
		return err
	case p.KeyLength != cost.KeyLength,
		p.Iterations < 1 || p.Iterations > 4*cost.Iterations,
		p.Parallelism < 1 || p.Parallelism > 4*cost.Parallelism,
		p.Memory > 4*cost.Memory:
		return errCost
	}
	return nil
}
