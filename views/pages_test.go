package views

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// rendered calls a test for every fixture in every language. Names of fixtures may say
// more after a space.
func rendered(t *testing.T, test func(t *testing.T, name, lang, body string)) {
	t.Helper()
	e := newEngine(t)
	for _, lang := range Languages {
		pages := fixtures(e, lang)
		for _, name := range slices.Sorted(maps.Keys(pages)) {
			t.Run(lang+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				file, _, _ := strings.Cut(name, " ")
				if err := e.Render(&b, file, pages[name]); err != nil {
					t.Fatal(err)
				}
				test(t, name, lang, b.String())
			})
		}
	}
}

// void elements have no end tag.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "rect", "circle", "path", "use"}

func TestTagsAreBalanced(t *testing.T) {
	rendered(t, func(t *testing.T, _, _, body string) {
		z := html.NewTokenizer(strings.NewReader(body))
		var open []string
		for {
			switch z.Next() {
			case html.ErrorToken:
				if !errors.Is(z.Err(), io.EOF) || len(open) > 0 {
					t.Errorf("at the end %v stand open (%v)", open, z.Err())
				}
				return
			case html.StartTagToken:
				if name := z.Token().Data; !slices.Contains(void, name) {
					open = append(open, name)
				}
			case html.EndTagToken:
				name := z.Token().Data
				if len(open) == 0 || open[len(open)-1] != name {
					t.Fatalf("</%s> closes %v", name, open)
				}
				open = open[:len(open)-1]
			}
		}
	})
}

func TestNothingInlineAndNothingUnescaped(t *testing.T) {
	inline := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|javascript:|<script>|<script type="text|ZgotmplZ`)
	rendered(t, func(t *testing.T, _, _, body string) {
		if found := inline.FindString(body); found != "" {
			t.Errorf("inline: %q", found)
		}
		for _, raw := range []string{"<script>alert", "</script><b>", "演示 <b>"} {
			if strings.Contains(body, raw) {
				t.Errorf("%q stands unescaped", raw)
			}
		}
	})
}

func TestNoKeyShows(t *testing.T) {
	e := newEngine(t)
	rendered(t, func(t *testing.T, _, _, body string) {
		for _, word := range regexp.MustCompile(`[a-z]+(\.[a-z_0-9]+)+`).FindAllString(text(parse(t, body)), -1) {
			first, _, _ := strings.Cut(word, ".")
			for key := range e.words.words["en"] {
				if strings.HasPrefix(key, first+".") && word != "api.v1" {
					t.Fatalf("%s is no word but a key", word)
				}
			}
		}
	})
}

func TestPagesAreWellBuilt(t *testing.T) {
	rendered(t, func(t *testing.T, name, lang, body string) {
		doc := parse(t, body)
		ids := map[string]int{}
		for n := range elements(doc) {
			if id := attr(n, "id"); id != "" {
				ids[id]++
			}
		}
		if strings.Contains(name, "#") {
			ids["keep"]++ // the form of the layout
		}
		for id, count := range ids {
			if count > 1 {
				t.Errorf("%d elements have the id %s", count, id)
			}
		}
		for n := range elements(doc) {
			checkElement(t, n, ids)
		}
		if strings.Contains(name, "#") {
			return
		}
		for tag, want := range map[string]int{"h1": 1, "main": 1, "header": -1, "footer": 1, "title": 1} {
			got := 0
			for n := range elements(doc) {
				if n.Data == tag {
					got++
				}
			}
			if want >= 0 && got != want || got == 0 {
				t.Errorf("%d <%s>, want %d", got, tag, want)
			}
		}
		if !strings.Contains(body, `<html lang="`+lang+`">`) {
			t.Errorf("the page does not say that it is in %s", lang)
		}
		for _, other := range Languages {
			if !strings.Contains(body, `hreflang="`+other+`"`) {
				t.Errorf("no link to the page in %s", other)
			}
		}
	})
}

// checkElement holds one element to what a screen reader needs of it.
func checkElement(t *testing.T, n *html.Node, ids map[string]int) {
	t.Helper()
	named := strings.TrimSpace(text(n)) != "" || attr(n, "aria-label") != ""
	switch n.Data {
	case "input", "select", "textarea":
		if attr(n, "type") != "hidden" && ids[attr(n, "id")] == 0 && n.Parent.Data != "label" {
			t.Errorf("<%s name=%s> has no label", n.Data, attr(n, "name"))
		}
	case "button":
		if !named || attr(n, "type") == "" {
			t.Errorf("a button without name or type: %s", text(n.Parent))
		}
	case "a":
		if !named || attr(n, "href") == "" {
			t.Errorf("a link without name or address beside %q", text(n.Parent))
		}
	case "svg":
		if attr(n, "aria-hidden") != "true" && attr(n, "role") != "img" {
			t.Error("a drawing that is neither hidden nor named")
		}
	case "time":
		if !regexp.MustCompile(`^\d{4}-\d\d-\d\d$`).MatchString(attr(n, "datetime")) {
			t.Errorf("<time datetime=%q>", attr(n, "datetime"))
		}
	}
	for _, refers := range []string{"for", "aria-labelledby", "aria-describedby", "list", "form"} {
		for id := range strings.FieldsSeq(attr(n, refers)) {
			if ids[id] == 0 {
				t.Errorf("<%s %s=%s> points nowhere", n.Data, refers, id)
			}
		}
	}
}

func parse(t *testing.T, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// elements are all elements below a node.
func elements(doc *html.Node) func(func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is what a reader sees of a node.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.Data != "script" {
			b.WriteString(d.Data + " ")
		}
	}
	return b.String()
}
