package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liangcheng/app/store"
)

// TestKilledProcess kills a writing process several times on the same folder. What it
// had acknowledged is there and whole, and no batch is there in part.
func TestKilledProcess(t *testing.T) {
	dir := t.TempDir()
	var lines []string
	for round := range 4 {
		lines = append(lines, acknowledged(t, child(t, "write", dir), 40+33*round)...)
		if err := os.WriteFile(filepath.Join(dir, blobs, newBlob+"unfinished"), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		checkWhole(t, e)
		checkAcknowledged(t, e, lines)
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func checkWhole(t *testing.T, e *Engine) {
	t.Helper()
	var verdict string
	if err := e.reader.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s, %v", verdict, err)
	}
	all, err := openPapers(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	err = all.All(t.Context(), nil, func(p *paper) error {
		if p.Text != p.Again || len(p.Text) < 600 {
			t.Errorf("%s is not whole", p.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	batches, err := all.GroupCount(t.Context(), "batch", store.Between("batch", "0", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if b.N != batchSize {
			t.Errorf("batch %v: %d of %d records", b.Value, b.N, batchSize)
		}
	}
	unfinished, err := filepath.Glob(filepath.Join(e.dir, blobs, newBlob+"*"))
	if err != nil || len(unfinished) > 0 {
		t.Errorf("unfinished blobs left: %v, %v", unfinished, err)
	}
}

func checkAcknowledged(t *testing.T, e *Engine, lines []string) {
	t.Helper()
	all, err := openPapers(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		kind, rest, _ := strings.Cut(line, " ")
		switch kind {
		case "record":
			var id string
			var version int64
			if _, err := fmt.Sscan(rest, &id, &version); err != nil {
				continue // the last line may have been cut
			}
			p, err := all.Get(t.Context(), id)
			if err != nil || p.Version < version {
				t.Errorf("%s: got version %d, %v", line, p.Version, err)
			}
		case "batch":
			if n, err := all.Count(t.Context(), store.Where("batch", rest)); err != nil || n != batchSize {
				t.Errorf("%s: got %d records, %v", line, n, err)
			}
		case "blob":
			checkBlob(t, e, rest)
		}
	}
}

func checkBlob(t *testing.T, e *Engine, id string) {
	t.Helper()
	r, b, err := e.OpenBlob(t.Context(), id)
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil || hex.EncodeToString(sum.Sum(nil)) != b.SHA256 {
		t.Errorf("blob %s is not whole, %v", id, err)
	}
}
