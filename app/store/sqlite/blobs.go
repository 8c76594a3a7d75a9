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

	"liangcheng/app/store"
)

// Blobs are files under blobs/ in the data folder, written under another name, synced
// and renamed, so that a name always stands for whole bytes.

var blobID = regexp.MustCompile(`^[0-9a-f]{64}-[0-9A-Z]{26}$`)

// PutBlob stores bytes under a new id, which begins with their SHA-256.
func (e *Engine) PutBlob(ctx context.Context, r io.Reader, limit int64) (_ store.Blob, err error) {
	dir := filepath.Join(e.dir, "blobs")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return store.Blob{}, fmt.Errorf("sqlite.PutBlob: %w", e.failure(err))
	}
	f, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return store.Blob{}, fmt.Errorf("sqlite.PutBlob: %w", e.failure(err))
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("sqlite.PutBlob: %w", errors.Join(e.failure(err), f.Close(), os.Remove(f.Name())))
		}
	}()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(contextReader{ctx, r}, limit+1))
	if err != nil {
		return store.Blob{}, err
	}
	if n > limit {
		return store.Blob{}, fmt.Errorf("more than %d bytes", limit)
	}
	if err = f.Sync(); err != nil {
		return store.Blob{}, err
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	id := hash + "-" + rand.Text()
	if err = os.Rename(f.Name(), filepath.Join(dir, id)); err != nil {
		return store.Blob{}, err
	}
	if err = syncDir(dir); err != nil {
		return store.Blob{}, err
	}
	return store.Blob{ID: id, Size: n, SHA256: hash}, f.Close()
}

// OpenBlob returns stored bytes for reading.
func (e *Engine) OpenBlob(_ context.Context, id string) (io.ReadCloser, store.Blob, error) {
	path, err := e.blobPath(id)
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
func (e *Engine) DeleteBlob(_ context.Context, id string) error {
	path, err := e.blobPath(id)
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
func (e *Engine) blobPath(id string) (string, error) {
	if !blobID.MatchString(id) {
		return "", fmt.Errorf("blob %q: %w", id, store.ErrNotFound)
	}
	return filepath.Join(e.dir, "blobs", id), nil
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

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
