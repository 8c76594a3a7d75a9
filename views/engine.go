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
	pages   map[string]*template.Template // language/page → base, partials and the page
	words   *catalogue
	assets  map[string]Asset  // hashed name → file
	hashed  map[string]string // name → hashed name
	broken  map[string][]byte // language → the page of a fault
	buffers sync.Pool
}

// New parses every template in every language and prepares the static files; a mistake
// in one is an error here, not when the page is asked for.
func New() (*Engine, error) {
	e := &Engine{pages: map[string]*template.Template{}, broken: map[string][]byte{}}
	e.buffers.New = func() any { return new(bytes.Buffer) }
	var err error
	if e.words, err = loadCatalogue(); err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	static, err := embedded()
	if err != nil {
		return nil, fmt.Errorf("views.New: %w", err)
	}
	e.assets, e.hashed = static.assets, static.hashed
	for _, lang := range Languages {
		if err := e.parse(lang); err != nil {
			return nil, fmt.Errorf("views.New(%s): %w", lang, err)
		}
		if e.broken[lang], err = e.renderBroken(lang); err != nil {
			return nil, fmt.Errorf("views.New(%s): %w", lang, err)
		}
	}
	return e, nil
}

// parse reads the templates in one language: base and partials once, then a clone of
// them for each page.
func (e *Engine) parse(lang string) error {
	w := wording{lang: lang, words: e.words, hashed: e.hashed}
	base := template.New("").Funcs(w.functions())
	for _, folder := range []string{"layouts", "partials"} {
		if err := w.add(base, folder); err != nil {
			return err
		}
	}
	files, err := fs.Glob(templates, "pages/*.html")
	if err != nil {
		return err
	}
	for _, file := range files {
		page, err := base.Clone()
		if err == nil {
			err = w.addFile(page, file)
		}
		if err != nil {
			return err
		}
		e.pages[pageKey(lang, strings.TrimSuffix(path.Base(file), ".html"))] = page
	}
	return nil
}

func pageKey(lang, name string) string { return lang + "/" + name }

// renderBroken renders the page shown when everything else fails.
func (e *Engine) renderBroken(lang string) ([]byte, error) {
	say := func(key string, args ...any) string { return e.T(lang, key, args...) }
	p := ErrorPage{Page: Page{Lang: lang, Path: "/error", Title: say("error.500.title"), NoIndex: true, Failed: true, Words: say},
		Code: 500, Heading: say("error.500.title"), Lead: say("error.500.lead")}
	p.Steps = []Link{{Text: say("error.step_home"), URL: p.To("/")}}
	var b bytes.Buffer
	err := e.Render(&b, "error", p)
	return b.Bytes(), err
}

// Broken is the page of a fault (500) in a language, rendered at start so that it can be
// sent when rendering itself is what failed.
func (e *Engine) Broken(lang string) []byte { return e.broken[lang] }

// Load does nothing: New has parsed everything. It is there for fiber.Views.
func (e *Engine) Load() error { return nil }

// Render writes a whole page in the language of its value, or one block of it when the
// name ends in #block. Nothing is written when the template fails.
func (e *Engine) Render(w io.Writer, name string, page any, _ ...string) error {
	lang := Languages[0]
	if p, ok := page.(interface{ Language() string }); ok {
		lang = p.Language()
	}
	file, block, part := strings.Cut(name, "#")
	if !part {
		block = "base"
	}
	t, ok := e.pages[pageKey(lang, file)]
	if !ok {
		return fmt.Errorf("views.Render(%s, %s): no such page", name, lang)
	}
	b := e.buffers.Get().(*bytes.Buffer)
	defer e.buffers.Put(b)
	b.Reset()
	if err := t.ExecuteTemplate(b, block, page); err != nil {
		return fmt.Errorf("views.Render(%s): %w", name, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("views.Render(%s): %w", name, err)
	}
	return nil
}

// T translates a key and fills in {0}, {1} …
func (e *Engine) T(lang, key string, args ...any) string { return e.words.say(lang, key, args...) }
