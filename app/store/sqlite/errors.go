package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"liangcheng/app/store"
)

// LockedError says that another process holds the data folder.
type LockedError struct {
	Dir string
	PID string // of the holder, empty when it could not be read
}

func (e *LockedError) Error() string {
	if e.PID == "" {
		return fmt.Sprintf("the data folder %s is in use by another process", e.Dir)
	}
	return fmt.Sprintf("the data folder %s is in use by process %s", e.Dir, e.PID)
}

// DamagedError says that the database file cannot be read as one.
type DamagedError struct {
	File  string
	Cause error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the data folder is damaged: %s is no readable database: %v", e.File, e.Cause)
}

func (e *DamagedError) Unwrap() error { return e.Cause }

// failure turns SQLite's result codes into the errors of the store.
func (e *Engine) failure(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	var code *sqlite.Error
	if !errors.As(err, &code) {
		return err
	}
	switch c := code.Code(); c {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return fmt.Errorf("%w: %w", store.ErrDuplicate, err)
	default:
		const primary = 0xff
		switch c & primary {
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("%w: %w", store.ErrFull, err)
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return &DamagedError{File: filepath.Join(e.dir, fileName), Cause: err}
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return fmt.Errorf("%w: %w", store.ErrDown, err)
		}
	}
	return err
}
