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

func loadAssets() (assets map[string]Asset, hashed map[string]string, err error) {
	assets, hashed = map[string]Asset{}, map[string]string{}
	err = fs.WalkDir(staticFiles, "static", func(file string, d fs.DirEntry, err error) error {
		mediaType := mediaTypes[path.Ext(file)]
		if err != nil || d.IsDir() || mediaType == "" {
			return err
		}
		body, err := staticFiles.ReadFile(file)
		if err != nil {
			return err
		}
		const shown = 5
		sum := sha256.Sum256(body)
		hash := hex.EncodeToString(sum[:shown])
		name := path.Base(file)
		ext := path.Ext(name)
		unique := strings.TrimSuffix(name, ext) + "." + hash + ext
		hashed[name] = unique
		assets[unique] = Asset{Body: body, Type: mediaType, ETag: `"` + hash + `"`, Gzip: gzipped(body), Brotli: brotlied(body)}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("views.loadAssets: %w", err)
	}
	return assets, hashed, nil
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
