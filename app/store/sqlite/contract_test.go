package sqlite_test

import (
	"testing"

	"liangcheng/app/store"
	"liangcheng/app/store/sqlite"
	"liangcheng/app/store/storetest"
)

func TestContract(t *testing.T) { storetest.Run(t, emptyFolder) }

func emptyFolder(t testing.TB) storetest.Place {
	dir := t.TempDir()
	return func() (store.Engine, error) { return sqlite.Open(t.Context(), dir) }
}

func BenchmarkEngine(b *testing.B) { storetest.Bench(b, emptyFolder) }
