package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"liangcheng/app/store"
)

var blobs = []check{
	{"bytes are read back with size and hash", blobIsRead},
	{"a blob has a limit", blobLimit},
	{"a missing blob is not found", blobMissing},
	{"a source that fails stores nothing", blobSourceFails},
}

func readBlob(t *testing.T, h *house, id string) []byte {
	t.Helper()
	r, _, err := h.engine.OpenBlob(t.Context(), id)
	must(t, err)
	defer r.Close()
	b, err := io.ReadAll(r)
	must(t, err)
	return b
}

func blobIsRead(t *testing.T, h *house) {
	for name, content := range map[string][]byte{
		"text":   []byte("协议扫描件"),
		"empty":  {},
		"binary": bytes.Repeat([]byte{0, 255, 13, 10}, 300_000),
	} {
		sum := sha256.Sum256(content)
		want := store.Blob{Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
		put, err := h.engine.PutBlob(t.Context(), iotest.OneByteReader(bytes.NewReader(content[:min(len(content), 1000)])), 1<<20)
		must(t, err)
		whole, err := h.engine.PutBlob(t.Context(), bytes.NewReader(content), 2<<20)
		must(t, err)
		if put.ID == whole.ID {
			t.Errorf("%s: two blobs share the id %s", name, put.ID)
		}
		want.ID = whole.ID
		equal(t, name+": put", whole, want)
		r, got, err := h.engine.OpenBlob(t.Context(), whole.ID)
		must(t, err)
		must(t, r.Close())
		equal(t, name+": open", got, want)
		if !bytes.Equal(readBlob(t, h, whole.ID), content) {
			t.Errorf("%s: other bytes than stored", name)
		}
	}
}

func blobLimit(t *testing.T, h *house) {
	exact, err := h.engine.PutBlob(t.Context(), strings.NewReader("12345"), 5)
	must(t, err)
	equal(t, "size", exact.Size, 5)
	_, err = h.engine.PutBlob(t.Context(), strings.NewReader("123456"), 5)
	refused(t, "one byte more", err, store.ErrTooLarge)
	_, err = h.engine.PutBlob(t.Context(), strings.NewReader("1"), 0)
	refused(t, "limit 0", err, store.ErrTooLarge)
}

func blobMissing(t *testing.T, h *house) {
	b, err := h.engine.PutBlob(t.Context(), strings.NewReader("x"), 5)
	must(t, err)
	must(t, h.engine.DeleteBlob(t.Context(), b.ID))
	for _, id := range []string{b.ID, "", "nobody", "../portal.db", "..", "/etc/passwd", b.ID + "/..", b.ID + "\x00"} {
		_, _, err := h.engine.OpenBlob(t.Context(), id)
		refused(t, "open "+id, err, store.ErrNotFound)
		refused(t, "delete "+id, h.engine.DeleteBlob(t.Context(), id), store.ErrNotFound)
	}
}

func blobSourceFails(t *testing.T, h *house) {
	broken := errors.New("connection lost")
	_, err := h.engine.PutBlob(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)), 100)
	refused(t, "put", err, broken)
}
