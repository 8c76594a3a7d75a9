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
	dir    string
	lock   *os.File
	writer *sql.DB // one connection, immediate transactions
	reader *sql.DB // a few connections that never wait for the writer (WAL)

	write sync.Mutex // orders transactions and guards last
	last  int64      // the millisecond of the newest change

	mu    sync.RWMutex
	specs map[string]table
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
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	e := &Engine{dir: dir, specs: map[string]table{}}
	if e.lock, err = acquire(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(e.failure(err), e.Close())
		}
	}()
	path := filepath.Join(dir, fileName)
	const both = "&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_time_format=sqlite"
	if e.writer, err = sql.Open("sqlite", "file:"+escape(path)+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=cache_size(-8192)"+both+pragmas); err != nil {
		return nil, err
	}
	e.writer.SetMaxOpenConns(1)
	if e.reader, err = sql.Open("sqlite", "file:"+escape(path)+"?_pragma=cache_size(-2048)&_pragma=query_only(1)"+both); err != nil {
		return nil, err
	}
	e.reader.SetMaxOpenConns(readers)
	e.reader.SetMaxIdleConns(readers)
	if _, err = e.writer.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS "_heartbeat" (id INTEGER PRIMARY KEY, at INTEGER NOT NULL)`); err != nil {
		return nil, err
	}
	return e, nil
}

// escape keeps a path's own ? and # from ending the path of the address.
func escape(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

// Exclusive is true: the lock of the folder keeps every other writer out.
func (e *Engine) Exclusive() bool { return true }

// Now is the clock of this process.
func (e *Engine) Now(context.Context) (time.Time, error) {
	return time.Now().UTC().Truncate(time.Millisecond), nil
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
// changes, later than that of every transaction before: a reader that has seen a
// change has seen all earlier ones.
func (e *Engine) transact(ctx context.Context, fn func(tx *sql.Tx, at int64) error) error {
	e.write.Lock()
	defer e.write.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	tx, err := e.writer.BeginTx(ctx, nil)
	if err != nil {
		return e.failure(err)
	}
	at := max(time.Now().UnixMilli(), e.last+1)
	if err := fn(tx, at); err != nil {
		return errors.Join(e.failure(err), e.rollback(tx))
	}
	if err := tx.Commit(); err != nil {
		return errors.Join(e.failure(err), e.rollback(tx))
	}
	e.last = at
	return nil
}

// rollback is silent about a transaction that has already ended by itself.
func (e *Engine) rollback(tx *sql.Tx) error {
	if err := tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// table returns what Open declared of a collection.
func (e *Engine) table(coll string) (table, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, ok := e.specs[coll]
	if !ok {
		return t, fmt.Errorf("collection %q: %w", coll, store.ErrUndeclared)
	}
	return t, nil
}
