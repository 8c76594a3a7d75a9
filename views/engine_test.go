package views

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestLanguageTravelsWithThePage(t *testing.T) {
	e := newEngine(t)
	want := map[string]string{}
	for _, lang := range Languages {
		var b bytes.Buffer
		if err := e.Render(&b, "directory", listing(e, lang, 20)); err != nil {
			t.Fatal(err)
		}
		want[lang] = b.String()
	}
	if want["en"] == want["zh-CN"] {
		t.Fatal("both languages render alike")
	}
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			lang := Languages[i%len(Languages)]
			var b bytes.Buffer
			if err := e.Render(&b, "directory", listing(e, lang, 20)); err != nil || b.String() != want[lang] {
				t.Errorf("%s rendered otherwise at the same time as others: %v", lang, err)
			}
		})
	}
	all.Wait()
}

func TestFragmentsAreParts(t *testing.T) {
	e := newEngine(t)
	for _, name := range []string{"directory#results", "match#match-body"} {
		page, _, _ := strings.Cut(name, "#")
		var part, whole bytes.Buffer
		data := fixtures(e, "zh-CN")[page]
		if err := e.Render(&part, name, data); err != nil {
			t.Fatal(err)
		}
		if err := e.Render(&whole, page, data); err != nil {
			t.Fatal(err)
		}
		if part.Len() == 0 || !strings.Contains(whole.String(), part.String()) {
			t.Errorf("%s is not a part of its page", name)
		}
	}
}

func TestNothingIsWrittenWhenAPageFails(t *testing.T) {
	e := newEngine(t)
	for _, name := range []string{"nothing", "directory#nothing", "directory"} {
		var b bytes.Buffer
		if err := e.Render(&b, name, struct{}{}); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", name, err, b.Len())
		}
	}
}

func TestThePageOfAFaultIsThereFromTheStart(t *testing.T) {
	e := newEngine(t)
	for _, lang := range Languages {
		if body := string(e.Broken(lang)); !strings.Contains(body, e.T(lang, "error.500.title")) || !strings.HasSuffix(body, "</html>\n") {
			t.Errorf("%s: %.200s", lang, body)
		}
	}
}

func TestUnknownConstantsAreRefused(t *testing.T) {
	e := newEngine(t)
	w := wording{lang: "en", words: e.words, hashed: e.hashed}
	for _, source := range []string{`{{t "no.such.key"}}`, `{{asset "no.css"}}`} {
		if _, err := w.fold(source); err == nil {
			t.Errorf("%s is accepted", source)
		}
	}
	for source, want := range map[string]string{
		`<p{{han}}>{{t "nav.help"}}</p>`: `<p lang="zh-CN">Help</p>`, `{{to "/"}} {{to "/match"}}`: "/en /en/match", `{{t "pager.page" .N}}`: `{{t "pager.page" .N}}`,
	} {
		if got, err := w.fold(source); err != nil || got != want {
			t.Errorf("%s becomes %s (%v), want %s", source, got, err, want)
		}
	}
}

func BenchmarkDirectory(b *testing.B) {
	e := newEngine(b)
	for _, name := range []string{"directory", "directory#results"} {
		b.Run(name, func(b *testing.B) { benchmark(b, e, name, listing(e, "zh-CN", 20)) })
	}
}

func BenchmarkPages(b *testing.B) {
	e := newEngine(b)
	pages := fixtures(e, "zh-CN")
	for _, name := range []string{"home", "detail", "match (answer)", "search#suggest", "error"} {
		file, _, _ := strings.Cut(name, " ")
		b.Run(file, func(b *testing.B) { benchmark(b, e, file, pages[name]) })
	}
}

func benchmark(b *testing.B, e *Engine, name string, page any) {
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := e.Render(&out, name, page); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes")
}

func ExampleEngine_T() {
	e, err := New()
	if err != nil {
		panic(err)
	}
	fmt.Println(e.T("en", "directory.total", 1))
	fmt.Println(e.T("en", "directory.total", 20))
	fmt.Println(e.T("zh-CN", "directory.total", 20))
	// Output:
	// 1 record
	// 20 records
	// 共 20 条
}
