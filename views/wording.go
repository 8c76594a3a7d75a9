package views

import (
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"regexp"
	"strings"
)

// A wording reads templates in one language. What does not change from page to page is
// put in before parsing, which makes an unknown word an error at start and spares most
// of the work of rendering:
//
//	{{t "key"}}      the words of a key
//	{{to "/path"}}   a path of the site in the language
//	{{asset "name"}} the address of a static file
//	{{icon "name"}}  a symbol of the sprite, hidden from screen readers
//	{{han}}          the lang attribute of Chinese text, nothing on Chinese pages
//
// Words with arguments remain a function: {{t "key" .N}}.
type wording struct {
	lang   string
	words  *catalogue
	hashed map[string]string
}

var constant = regexp.MustCompile(`\{\{(t|to|asset|icon|han)(?: "([^"{}]*)")?\}\}`)

// functions are those left to call while rendering.
func (w wording) functions() template.FuncMap {
	return template.FuncMap{
		"t":  func(key string, args ...any) string { return w.words.say(w.lang, key, args...) },
		"to": func(path string) string { return Localized(w.lang, path) },
	}
}

// add parses all templates of a folder.
func (w wording) add(to *template.Template, folder string) error {
	files, err := fs.Glob(templates, folder+"/*.html")
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := w.addFile(to, file); err != nil {
			return err
		}
	}
	return nil
}

func (w wording) addFile(to *template.Template, file string) error {
	source, err := fs.ReadFile(templates, file)
	if err != nil {
		return err
	}
	folded, err := w.fold(string(source))
	if err == nil {
		_, err = to.New(file).Parse(folded)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// fold replaces the constants of a template. Words are escaped for text and quoted
// attributes, the only places templates put them.
func (w wording) fold(source string) (string, error) {
	var missing []string
	folded := constant.ReplaceAllStringFunc(source, func(found string) string {
		parts := constant.FindStringSubmatch(found)
		text, ok := w.constant(parts[1], parts[2])
		if !ok {
			missing = append(missing, found)
		}
		return text
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("unknown: %s", strings.Join(missing, " "))
	}
	return folded, nil
}

func (w wording) constant(function, argument string) (text string, ok bool) {
	switch function {
	case "t":
		words, ok := w.words.words[w.lang][argument]
		return html.EscapeString(words), ok
	case "to":
		return Localized(w.lang, argument), true
	case "asset":
		name, ok := w.hashed[argument]
		return "/static/" + name, ok
	case "icon":
		return `<svg class="icon" width="20" height="20" aria-hidden="true"><use href="/static/` + w.hashed["icons.svg"] + "#" + argument + `"/></svg>`, true
	}
	if w.lang == Languages[0] {
		return "", true
	}
	return ` lang="` + Languages[0] + `"`, true
}
