package sqlite

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// acquire locks the folder for this process until the file is closed, and writes the
// process number into it for whoever finds it locked.
func acquire(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "portal.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	held, err := tryLock(f)
	if err == nil && !held {
		const numberLength = 20
		pid, _ := io.ReadAll(io.LimitReader(f, numberLength)) // the number is a courtesy
		err = &LockedError{Dir: dir, PID: strings.TrimSpace(string(pid))}
	}
	if err == nil {
		if err = f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
