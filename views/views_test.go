package views

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func newEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryKeyIsInEveryLanguage(t *testing.T) {
	e := newEngine(t)
	holes := regexp.MustCompile(`\{\d\}`)
	for key, zh := range e.words.words["zh-CN"] {
		en, ok := e.words.words["en"][key]
		if !ok || strings.TrimSpace(en) == "" || strings.TrimSpace(zh) == "" {
			t.Errorf("%s is missing or empty in a language", key)
		}
		for _, hole := range holes.FindAllString(zh, -1) {
			if !strings.Contains(en, hole) && !e.Has("en", key+".one") {
				t.Errorf("%s: the English text lacks %s", key, hole)
			}
		}
	}
	for key := range e.words.words["en"] {
		if !e.Has("zh-CN", key) {
			t.Errorf("%s has no Chinese text", key)
		}
	}
}

func TestTemplatesNameKnownKeys(t *testing.T) {
	e := newEngine(t)
	named := regexp.MustCompile(`\.T "([^"]+)"`)
	err := fs.WalkDir(templates, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := templates.ReadFile(path)
		for _, m := range named.FindAllStringSubmatch(string(body), -1) {
			if !e.Has("zh-CN", m[1]) {
				t.Errorf("%s names the unknown key %s", path, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestVendoredFilesAreWhatTheManifestSays(t *testing.T) {
	body, err := staticFiles.ReadFile("static/vendor/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest []struct {
		File        string `json:"file"`
		LicenceFile string `json:"licence_file"`
		SHA384      string `json:"sha384"`
	}
	if err := json.Unmarshal(body, &manifest); err != nil || len(manifest) == 0 {
		t.Fatalf("%d files: %v", len(manifest), err)
	}
	for _, m := range manifest {
		file, err := staticFiles.ReadFile("static/vendor/" + m.File)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha512.Sum384(file)
		if got := base64.StdEncoding.EncodeToString(sum[:]); got != m.SHA384 {
			t.Errorf("%s: hash %s, manifest says %s", m.File, got, m.SHA384)
		}
		if licence, err := staticFiles.ReadFile("static/vendor/" + m.LicenceFile); err != nil || len(licence) == 0 {
			t.Errorf("%s: no licence (%v)", m.File, err)
		}
	}
}

func page(e *Engine, lang string) Page {
	return Page{Lang: lang, Path: "/programmes", BaseURL: "http://x", Title: "t",
		Words: func(key string, args ...any) string { return e.T(lang, key, args...) }}
}

// listing is a directory page of the usual size.
func listing(e *Engine, lang string) Directory {
	d := Directory{Page: page(e, lang), Noun: "programmes", Heading: "专业", Lead: "…", Total: 1282}
	for range 6 {
		f := Facet{Field: "level", Text: "层次"}
		for range 8 {
			f.Options = append(f.Options, Option{Value: "高职专科", Text: "高职专科", N: 526, URL: "/programmes?level=x"})
		}
		d.Facets = append(d.Facets, f)
	}
	for range 20 {
		d.Table.Rows = append(d.Table.Rows, Row{Name: Link{Text: "大数据技术", URL: "/programmes/x"}, Note: "510205", Badge: Badge{"verified", "已核实"},
			Cells:     []Cell{{Label: "院校", Text: "贵州交通职业大学", URL: "/colleges/x"}, {Label: "层次", Text: "高职专科"}, {Label: "空余", Text: "未知", Muted: true}},
			Shortlist: &ShortlistButton{ID: "x-1", Text: "备选", Label: "备选：大数据技术"}})
	}
	return d
}

func TestLanguageTravelsWithThePage(t *testing.T) {
	e := newEngine(t)
	want := map[string]string{}
	for _, lang := range Languages {
		var b bytes.Buffer
		if err := e.Render(&b, "directory", listing(e, lang)); err != nil {
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
			if err := e.Render(&b, "directory", listing(e, lang)); err != nil || b.String() != want[lang] {
				t.Errorf("%s rendered otherwise at the same time as others: %v", lang, err)
			}
		})
	}
	all.Wait()
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

func TestAssetsAreServedUnderHashedNames(t *testing.T) {
	e := newEngine(t)
	for _, name := range []string{"app.css", "app.js", "htmx.min.js", "mark.svg"} {
		a, ok := e.Asset(e.hashed[name])
		if !ok || len(a.Body) == 0 || len(a.Gzip) == 0 || len(a.Brotli) == 0 || a.Type == "" {
			t.Errorf("%s is not there whole", name)
		}
		if _, ok := e.Asset(name); ok {
			t.Errorf("%s is served under its bare name", name)
		}
	}
}

func BenchmarkDirectory(b *testing.B) {
	e := newEngine(b)
	d := listing(e, "zh-CN")
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := e.Render(&out, "directory", d); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(out.Len()))
}
