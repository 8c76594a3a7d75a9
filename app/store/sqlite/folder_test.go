package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/app/store"
)

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	out, err := child(t, "open", dir).CombinedOutput()
	if err == nil {
		t.Error("a second process opened the folder")
	}
	want := fmt.Sprintf("the data folder %s is in use by process %d", dir, os.Getpid())
	if !strings.Contains(string(out), want) {
		t.Errorf("got %q, want it to say %q", out, want)
	}
	var locked *LockedError
	if _, err := Open(t.Context(), dir); !errors.As(err, &locked) || locked.Dir != dir {
		t.Errorf("second engine of the same process: got %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := child(t, "open", dir).CombinedOutput(); err != nil {
		t.Errorf("after the first has closed: %v, %s", err, out)
	}
}

func TestBrokenFolderIsRefused(t *testing.T) {
	for _, row := range []struct {
		name  string
		spoil func(dir string) error
		want  func(err error) bool
	}{
		{"a file in place of the folder", func(dir string) error {
			return errors.Join(os.Remove(dir), os.WriteFile(dir, []byte("x"), 0o600))
		}, func(err error) bool { var p *fs.PathError; return errors.As(err, &p) }},
		{"a folder in place of the file", func(dir string) error {
			return os.Mkdir(filepath.Join(dir, fileName), 0o700)
		}, func(err error) bool { var p *fs.PathError; return errors.As(err, &p) }},
		{"a file in place of the blobs", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, blobs), nil, 0o600)
		}, func(err error) bool { var p *fs.PathError; return errors.As(err, &p) }},
		{"a file of something else", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, fileName), bytes.Repeat([]byte("no database "), 2000), 0o600)
		}, isDamaged},
		{"the head of a database and nothing else", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, fileName), append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{7}, 9000)...), 0o600)
		}, isDamaged},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := errors.Join(os.Mkdir(dir, 0o700), row.spoil(dir)); err != nil {
				t.Fatal(err)
			}
			before, unread := os.ReadFile(filepath.Join(dir, fileName))
			for range 2 { // the first refusal must not leave the folder locked
				_, err := Open(t.Context(), dir)
				if err == nil || !row.want(err) || !strings.Contains(err.Error(), dir) {
					t.Errorf("got %v", err)
				}
			}
			if after, err := os.ReadFile(filepath.Join(dir, fileName)); unread == nil && !bytes.Equal(before, after) {
				t.Errorf("the file was changed, %v", err)
			}
		})
	}
}

func TestFolderOfAnyName(t *testing.T) {
	for _, name := range []string{"with space", "a?b#c", "100%25&x=y", "[0-9]*", "数据 😀", "it's \"q\""} {
		dir := filepath.Join(t.TempDir(), name)
		e, err := Open(t.Context(), dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := errors.Join(e.Ping(t.Context()), e.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.Stat(filepath.Join(dir, fileName))
		if err != nil || info.Size() == 0 {
			t.Errorf("%s: the database is not in the folder: %v", name, err)
		}
	}
}

func isDamaged(err error) bool {
	var damaged *DamagedError
	return errors.As(err, &damaged) && strings.Contains(err.Error(), damaged.File) && filepath.Base(damaged.File) == fileName
}

// TestDamagedPages spoils every page but the first few: reading says so, and which file.
func TestDamagedPages(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fillPapers(t, e, 300)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, fileName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const sound = 20 << 12
	copy(content[sound:], bytes.Repeat([]byte{0xAA, 0x55}, (len(content)-sound)/2))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err = Open(t.Context(), dir)
	if err == nil {
		var all *papers
		if all, err = openPapers(t.Context(), e); err == nil {
			err = all.All(t.Context(), nil, func(*paper) error { return nil })
		}
		defer e.Close()
	}
	if !isDamaged(err) {
		t.Errorf("got %v", err)
	}
}

// fillPapers inserts papers of about 10 KB until n are there or one is refused.
func fillPapers(t *testing.T, e *Engine, n int) (stored int, refusal error) {
	t.Helper()
	all, err := openPapers(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("about 5000 bytes in all ", 208)
	for i := range n {
		id := fmt.Sprintf("fill-%04d", i)
		err := all.Insert(t.Context(), &paper{Meta: portal.Meta{ID: id}, Text: text, Again: text})
		if err != nil {
			return i, err
		}
	}
	return n, nil
}

// TestFullDisk stands a page limit in for the end of the disk: SQLite reports both alike.
func TestFullDisk(t *testing.T) {
	e, err := open(t.Context(), t.TempDir(), "&_pragma=max_page_count(200)")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	stored, err := fillPapers(t, e, 1000)
	if !errors.Is(err, store.ErrFull) || stored < 10 {
		t.Fatalf("got %v after %d records", err, stored)
	}
	all, err := openPapers(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("large ", 20_000)
	batch := []paper{{Meta: portal.Meta{ID: "x"}, Text: "short text"}, {Meta: portal.Meta{ID: "y"}, Text: big, Again: big}}
	if err := all.InsertMany(t.Context(), batch); !errors.Is(err, store.ErrFull) {
		t.Errorf("batch: got %v", err)
	}
	_, err = all.Mutate(t.Context(), "fill-0000", func(p *paper) error { p.Text += big; p.Again += big; return nil })
	if !errors.Is(err, store.ErrFull) {
		t.Errorf("mutate: got %v", err)
	}
	if n, err := all.Count(t.Context()); err != nil || int(n) != stored {
		t.Errorf("count: got %d, %v, want %d", n, err, stored)
	}
	checkWhole(t, e)

	if _, err := e.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := all.InsertMany(t.Context(), batch); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := e.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
