package views

import (
	"net/url"
	"strings"
)

// Page is what every page shows around its own content.
type Page struct {
	Lang        string // zh-CN or en
	Path        string // without language prefix
	Query       string // raw, without the question mark
	BaseURL     string
	Title       string
	Description string
	Search      string // what stands in the search box
	Kept        int    // programmes in the shortlist
	Flash       string
	Demo        bool
	Crumbs      []Link
	JSONLD      any
	Feed        string // address of the page's Atom feed
	NoIndex     bool
	Notices     []string
	Footer      Footer
	Failed      bool   // the form was refused: the title says so
	Person      string // name of who is signed in; empty: a visitor
	Unread      int    // notifications not read
	Words       func(key string, args ...any) string
}

// Link is a text that leads somewhere. Lang is set where the text is not in the page's
// language.
type Link struct {
	Text string
	URL  string
	Lang string
}

// Footer holds the items of a government site; empty ones are hidden.
type Footer struct {
	Host           string
	ICP            string
	PublicSecurity string
	SiteCode       string
}

// Language is the language the page is rendered in.
func (p Page) Language() string {
	if p.Lang == "" {
		return Languages[0]
	}
	return p.Lang
}

// T translates a key.
func (p Page) T(key string, args ...any) string { return p.Words(key, args...) }

// To is a path of the site in the page's language.
func (p Page) To(path string) string { return Localized(p.Lang, path) }

// Localized puts the language prefix before a path.
func Localized(lang, path string) string {
	if lang != "en" {
		return path
	}
	if path == "/" {
		return "/en"
	}
	return "/en" + path
}

// English reports whether the page is in English.
func (p Page) English() bool { return p.Lang == "en" }

// In is the address of this page in a language.
func (p Page) In(lang string) string {
	address := Localized(lang, p.Path)
	if p.Query != "" {
		address += "?" + p.Query
	}
	return address
}

// Absolute is the public address of this page in a language.
func (p Page) Absolute(lang string) string {
	return p.BaseURL + (&url.URL{Path: Localized(lang, p.Path)}).EscapedPath()
}

// At reports whether the page belongs to a section of the navigation.
func (p Page) At(section string) bool {
	return p.Path == section || strings.HasPrefix(p.Path, section+"/")
}

// Han is the lang attribute of a name that has only a Chinese form.
func (p Page) Han() string {
	if p.English() {
		return "zh-CN"
	}
	return ""
}
