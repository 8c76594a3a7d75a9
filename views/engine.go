// Package views renders the pages: templates with their page structs beside them, static
// files, and the words of the site in Chinese and English. A page struct holds plain
// values that are ready to show; templates neither query nor decide what one may see.
package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed layouts partials pages
var templates embed.FS

// Engine renders pages. It is a fiber.Views and safe for concurrent use.
type Engine struct {
	pages   map[string]*template.Template // page → base, partials and the page
	words   *catalogue
	assets  map[string]Asset  // hashed name → file
	hashed  map[string]string // name → hashed name
	buffers sync.Pool
}

// New parses every template and prepares the static files; a mistake in one is an error
// here, not when the page is asked for.
func New() (*Engine, error) {
	e := &Engine{pages: map[string]*template.Template{}}
	e.buffers.New = func() any { return new(bytes.Buffer) }
	var err error
	if e.words, err = loadCatalogue(); err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	if e.assets, e.hashed, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	base, err := template.New("").Funcs(e.functions()).ParseFS(templates, "layouts/*.html", "partials/*.html")
	if err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	files, err := fs.Glob(templates, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	for _, file := range files {
		page, err := base.Clone()
		if err == nil {
			page, err = page.ParseFS(templates, file)
		}
		if err != nil {
			return nil, fmt.Errorf("views.New(%s): %w", file, err)
		}
		e.pages[strings.TrimSuffix(path.Base(file), ".html")] = page
	}
	return e, nil
}

// functions are the few pure functions of templates.
func (e *Engine) functions() template.FuncMap {
	return template.FuncMap{
		"asset": func(name string) string { return "/static/" + e.hashed[name] },
		"pair":  func(page, value any) Pair { return Pair{page, value} },
	}
}

// Pair gives a partial the page it stands on and the value it shows.
type Pair struct{ Page, Value any }

// Load does nothing: New has parsed everything. It is there for fiber.Views.
func (e *Engine) Load() error { return nil }

// Render writes a whole page, or one block of it when the name ends in #block. Nothing
// is written when the template fails.
func (e *Engine) Render(w io.Writer, name string, page any, _ ...string) error {
	name, block, part := strings.Cut(name, "#")
	if !part {
		block = "base"
	}
	t, ok := e.pages[name]
	if !ok {
		return fmt.Errorf("views.Render(%s): no such page", name)
	}
	b := e.buffers.Get().(*bytes.Buffer)
	defer e.buffers.Put(b)
	b.Reset()
	if err := t.ExecuteTemplate(b, block, page); err != nil {
		return fmt.Errorf("views.Render(%s): %w", name, err)
	}
	_, err := b.WriteTo(w)
	return err
}

// T translates a key and fills in {0}, {1} …
func (e *Engine) T(lang, key string, args ...any) string { return e.words.say(lang, key, args...) }
