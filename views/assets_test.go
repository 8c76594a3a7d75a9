package views

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestAssetsAreServedUnderHashedNames(t *testing.T) {
	e := newEngine(t)
	for _, name := range []string{"app.css", "app.js", "htmx.min.js", "mark.svg", "icons.svg"} {
		a, ok := e.Asset(e.hashed[name])
		if !ok || len(a.Body) == 0 || len(a.Gzip) == 0 || len(a.Brotli) == 0 || a.Type == "" || a.ETag == "" {
			t.Errorf("%s is not there whole", name)
		}
		if len(a.Brotli) >= len(a.Body) || len(a.Gzip) >= len(a.Body) && len(a.Body) > 1000 {
			t.Errorf("%s: compressing makes it larger", name)
		}
		if _, ok := e.Asset(name); ok {
			t.Errorf("%s is served under its bare name", name)
		}
	}
	const most = 48 << 10
	if size := len(e.assets[e.hashed["app.css"]].Body); size > most {
		t.Errorf("the styles are %d bytes, want at most %d", size, most)
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

func TestEveryIconIsDrawn(t *testing.T) {
	sprite, err := staticFiles.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	err = fs.WalkDir(templates, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		source, err := templates.ReadFile(path)
		for _, m := range regexp.MustCompile(`\{\{icon "([^"]+)"\}\}`).FindAllSubmatch(source, -1) {
			used[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range used {
		if !bytes.Contains(sprite, []byte(`id="`+name+`"`)) {
			t.Errorf("the icon %s is not in the sprite", name)
		}
	}
	for _, m := range regexp.MustCompile(`symbol id="([^"]+)"`).FindAllSubmatch(sprite, -1) {
		if !used[string(m[1])] {
			t.Errorf("the icon %s is not used", m[1])
		}
	}
}

// TestColoursAreReadable holds the tokens to WCAG 2.2: 4.5:1 for text, 3:1 for the
// edges of controls.
func TestColoursAreReadable(t *testing.T) {
	source, err := staticFiles.ReadFile("static/css/1-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(source), "prefers-color-scheme")
	for theme, css := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+)`).FindAllStringSubmatch(css, -1) {
			colours[m[1]] = m[2]
		}
		const text, edge = 4.5, 3.0
		for _, pair := range []struct {
			front, behind string
			least         float64
		}{
			{"ink", "paper", text}, {"ink", "sheet", text}, {"ink", "wash", text}, {"ink", "brand-wash", text}, {"ink", "alert-wash", text},
			{"soft", "paper", text}, {"soft", "sheet", text}, {"soft", "wash", text}, {"brand", "paper", text}, {"brand", "sheet", text},
			{"brand", "brand-wash", text}, {"brand-deep", "sheet", text}, {"brand-ink", "brand", text}, {"brand-ink", "brand-deep", text},
			{"alert", "sheet", text}, {"alert", "alert-wash", text}, {"good", "good-wash", text}, {"good", "sheet", text},
			{"wait", "wait-wash", text}, {"wait", "wash", text}, {"wait", "paper", text}, {"demo", "demo-wash", text}, {"edge", "sheet", edge}, {"edge", "paper", edge},
		} {
			if got := contrast(t, colours[pair.front], colours[pair.behind]); got < pair.least {
				t.Errorf("%s: %s on %s is %.2f:1, want %.1f:1", theme, pair.front, pair.behind, got, pair.least)
			}
		}
	}
}

// contrast is the ratio of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	sum := 0.0
	for i, weight := range [...]float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("colour %q: %v", colour, err)
		}
		c := float64(n) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
