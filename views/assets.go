package views

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

//go:embed static
var staticFiles embed.FS

// Asset is a static file as it is served: compressed once, under a name that holds its
// hash.
type Asset struct {
	Body   []byte
	Gzip   []byte
	Brotli []byte
	Type   string
	ETag   string
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// styleSheet is the name under which the files of static/css are served as one, in the
// order of their names.
const styleSheet = "app.css"

// files are the assets by the names they are served under, and those names by the names
// they have here.
type files struct {
	assets map[string]Asset
	hashed map[string]string
}

// embedded are the files in the program, compressed once: they never change.
var embedded = sync.OnceValues(loadAssets)

func loadAssets() (files, error) {
	assets, hashed := map[string]Asset{}, map[string]string{}
	var styles bytes.Buffer
	err := fs.WalkDir(staticFiles, "static", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || mediaTypes[path.Ext(file)] == "" {
			return err
		}
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		if path.Dir(file) == "static/css" {
			styles.Write(body)
			return nil
		}
		unique, a := newAsset(path.Base(file), body)
		hashed[path.Base(file)], assets[unique] = unique, a
		return nil
	})
	if err != nil {
		return files{}, fmt.Errorf("views.loadAssets: %w", err)
	}
	unique, a := newAsset(styleSheet, styles.Bytes())
	hashed[styleSheet], assets[unique] = unique, a
	return files{assets, hashed}, nil
}

// newAsset prepares a file and gives the name it is served under.
func newAsset(name string, body []byte) (unique string, a Asset) {
	const shown = 5
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:shown])
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hash + ext,
		Asset{Body: body, Type: mediaTypes[ext], ETag: `"` + hash + `"`, Gzip: gzipped(body), Brotli: brotlied(body)}
}

// Asset returns the file of a hashed name.
func (e *Engine) Asset(name string) (Asset, bool) {
	a, ok := e.assets[name]
	return a, ok
}

// gzipped and brotlied write to memory, which does not fail.

func gzipped(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	w.Write(body)
	w.Close()
	return b.Bytes()
}

func brotlied(body []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	w.Write(body)
	w.Close()
	return b.Bytes()
}
