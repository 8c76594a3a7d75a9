package sqlite

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"liangcheng/app/store"
)

// Blobs are files under blobs/ in the data folder, written under another name, synced
// and renamed, so that a name always stands for whole bytes.

var blobID = regexp.MustCompile(`^[0-9a-f]{64}-[0-9A-Z]{26}$`)

// blobs is the folder of the blobs; those being written have names with newBlob first.
const (
	blobs   = "blobs"
	newBlob = "new-"
)

// PutBlob stores bytes under a new id, which begins with their SHA-256.
func (e *Engine) PutBlob(ctx context.Context, r io.Reader, limit int64) (store.Blob, error) {
	b, err := e.putBlob(ctx, r, limit)
	if err != nil {
		return store.Blob{}, fmt.Errorf("sqlite.PutBlob: %w", e.failure(err))
	}
	return b, nil
}

func (e *Engine) putBlob(ctx context.Context, r io.Reader, limit int64) (store.Blob, error) {
	dir := filepath.Join(e.dir, blobs)
	f, err := os.CreateTemp(dir, newBlob+"*")
	if err != nil {
		return store.Blob{}, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(contextReader{ctx, r}, limit))
	if err == nil {
		err = ended(r, limit)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return store.Blob{}, errors.Join(err, os.Remove(f.Name()))
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	id := hash + "-" + rand.Text()
	if err := os.Rename(f.Name(), filepath.Join(dir, id)); err != nil {
		return store.Blob{}, errors.Join(err, os.Remove(f.Name()))
	}
	return store.Blob{ID: id, Size: n, SHA256: hash}, syncDir(dir)
}

// ended is ErrTooLarge when r has bytes left.
func ended(r io.Reader, limit int64) error {
	switch _, err := io.ReadFull(r, make([]byte, 1)); {
	case err == nil:
		return fmt.Errorf("more than %d bytes: %w", limit, store.ErrTooLarge)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// makeBlobs makes the folder of the blobs and removes what a process that was killed had
// not finished writing.
func (e *Engine) makeBlobs() error {
	if err := os.MkdirAll(filepath.Join(e.dir, blobs), 0o700); err != nil {
		return err
	}
	_, err := e.SweepBlobs(context.Background(), time.Now())
	return err
}

// SweepBlobs removes what uploads that ended halfway before then have left.
func (e *Engine) SweepBlobs(ctx context.Context, before time.Time) (n int64, err error) {
	dir := filepath.Join(e.dir, blobs)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if !strings.HasPrefix(entry.Name(), newBlob) {
			continue
		}
		info, err := entry.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone meanwhile, or perhaps still being written
		}
		if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// OpenBlob returns stored bytes for reading.
func (e *Engine) OpenBlob(ctx context.Context, id string) (io.ReadCloser, store.Blob, error) {
	path, err := e.blobPath(ctx, id)
	if err != nil {
		return nil, store.Blob{}, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.Blob{}, fmt.Errorf("sqlite.OpenBlob(%s): %w", id, store.ErrNotFound)
	}
	if err != nil {
		return nil, store.Blob{}, fmt.Errorf("sqlite.OpenBlob(%s): %w", id, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, store.Blob{}, errors.Join(err, f.Close())
	}
	const hashLength = 2 * sha256.Size
	return f, store.Blob{ID: id, Size: info.Size(), SHA256: id[:hashLength]}, nil
}

// DeleteBlob removes stored bytes.
func (e *Engine) DeleteBlob(ctx context.Context, id string) error {
	path, err := e.blobPath(ctx, id)
	if err != nil {
		return err
	}
	err = os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = store.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("sqlite.DeleteBlob(%s): %w", id, err)
	}
	return nil
}

// blobPath refuses whatever PutBlob did not make, so that an id is never a path.
func (e *Engine) blobPath(ctx context.Context, id string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if !blobID.MatchString(id) {
		return "", fmt.Errorf("blob %q: %w", id, store.ErrNotFound)
	}
	return filepath.Join(e.dir, blobs, id), nil
}

// contextReader ends a long copy when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
