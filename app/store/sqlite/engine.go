// Package sqlite is the embedded store engine: one SQLite file in the data folder, one
// table a collection with a real column for every declared field, one writer and a few
// readers. One process at a time owns the folder.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"liangcheng/app/store"
)

// Engine is a store.Engine on one SQLite file.
type Engine struct {
	Clock func() time.Time // dates what is written; Open sets the system's

	dir    string
	lock   *os.File
	writer *sql.DB // one connection, immediate transactions
	reader *sql.DB // a few connections that never wait for the writer (WAL)

	turn  chan struct{} // holds one token: whose turn it is to write, and to use the next two
	last  int64         // the millisecond of the newest change
	place int64         // the place of the newest change in the stream of changes

	mu     sync.RWMutex
	tables map[string]table
}

const (
	fileName = "portal.db"
	readers  = 4
)

// Open takes the data folder, creating it where needed. A folder another process holds
// is a *LockedError; a file that is no database is a *DamagedError.
func Open(ctx context.Context, dir string) (*Engine, error) {
	e, err := open(ctx, dir, "")
	if err != nil {
		return nil, fmt.Errorf("sqlite.Open(%s): %w", dir, err)
	}
	return e, nil
}

// open also takes further pragmas, which the tests use to make a small disk.
func open(ctx context.Context, dir, pragmas string) (_ *Engine, err error) {
	e := &Engine{Clock: time.Now, dir: dir, turn: make(chan struct{}, 1), tables: map[string]table{}}
	defer func() {
		if err != nil {
			err = errors.Join(e.failure(err), e.Close())
		}
	}()
	if err = os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if e.lock, err = acquire(dir); err != nil {
		return nil, err
	}
	if err = e.connect(pragmas); err != nil {
		return nil, err
	}
	if _, err = e.writer.ExecContext(ctx, ownTables+optimizeAll); err != nil {
		return nil, err
	}
	return e, e.makeBlobs()
}

// Pragmas of the connections. Caches are in KB; there is no mmap, since a page that
// cannot be read would then be a signal that ends the process instead of an error.
// temp_store keeps what SQLite notes to undo a statement off the disk, which halves the
// time of large batches.
const (
	writing = "?_txlock=immediate&_pragma=busy_timeout(1000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=cache_size(-8192)&_pragma=temp_store(MEMORY)"
	reading = "?_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-2048)"
)

// connect makes the file, readable for its owner only, and the two pools on it.
func (e *Engine) connect(pragmas string) error {
	path := filepath.Join(e.dir, fileName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	address := "file:" + escape(path)
	if e.writer, err = sql.Open("sqlite", address+writing+pragmas); err != nil {
		return err
	}
	e.writer.SetMaxOpenConns(1)
	if e.reader, err = sql.Open("sqlite", address+reading); err != nil {
		return err
	}
	e.reader.SetMaxOpenConns(readers)
	e.reader.SetMaxIdleConns(readers)
	return nil
}

// ownTables are the engine's own: when it last wrote for Ping, and the declaration each
// collection is stored under. No collection has a name with an underscore first.
const ownTables = `
	CREATE TABLE IF NOT EXISTS "_heartbeat" (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
	CREATE TABLE IF NOT EXISTS "_collections" (name TEXT PRIMARY KEY, spec TEXT NOT NULL)`

// Statistics of the tables, by which SQLite chooses between indexes: of all when the file
// is opened, of those that have grown since every night.
const (
	optimizeAll   = `; PRAGMA optimize = 0x10002`
	optimizeGrown = `PRAGMA optimize`
)

// escape keeps a path's own ? and # from ending the path of the address.
func escape(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

// Exclusive is true: the lock of the folder keeps every other writer out.
func (e *Engine) Exclusive() bool { return true }

// Now is the time by the engine's clock.
func (e *Engine) Now(context.Context) (time.Time, error) {
	return e.Clock().UTC().Truncate(time.Millisecond), nil
}

// Ping writes a heartbeat, so that a full or read-only disk shows.
func (e *Engine) Ping(ctx context.Context) error {
	err := e.transact(ctx, func(tx *sql.Tx, at int64) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO "_heartbeat" (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at`, at)
		return err
	})
	if err != nil {
		return fmt.Errorf("sqlite.Ping: %w", err)
	}
	return nil
}

// Close lets go of the file and the folder.
func (e *Engine) Close() error {
	var errs []error
	if e.reader != nil {
		errs = append(errs, e.reader.Close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.Close())
	}
	if e.lock != nil {
		errs = append(errs, e.lock.Close())
	}
	return errors.Join(errs...)
}

// transact runs fn in the one writing transaction. at is the millisecond of its
// changes, never before that of an earlier transaction.
func (e *Engine) transact(ctx context.Context, fn func(tx *sql.Tx, at int64) error) error {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// The statements end with ctx; the transaction does not, so that it ends here only
	// and is known to be committed or not.
	tx, err := e.writer.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return e.failure(err)
	}
	now := e.Clock()
	at := max(now.UnixMilli(), e.last)
	e.place = max(now.UnixMicro(), e.place)
	if err = fn(tx, at); err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = tx.Rollback() // fails only where SQLite has rolled back by itself
		return e.failure(err)
	}
	if err := tx.Commit(); err != nil {
		return e.failure(err)
	}
	e.last = at
	return nil
}

// next is the place of a write in the stream of changes, within transact. Places start
// from the clock, so that they go on rising after a restart even when the newest change
// was a tombstone that has been purged.
func (e *Engine) next() int64 {
	e.place++
	return e.place
}

// table returns what Open declared of a collection.
func (e *Engine) table(coll string) (table, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, ok := e.tables[coll]
	if !ok {
		return t, fmt.Errorf("collection %q: %w", coll, store.ErrUndeclared)
	}
	return t, nil
}
