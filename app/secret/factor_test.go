package secret

import (
	"encoding/base32"
	"fmt"
	"image/color"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp/hotp"
)

// rfc is the key of the test vectors of RFC 6238, appendix B.
var rfc = Factor{base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))}

func TestCheckRFC6238(t *testing.T) {
	for _, row := range []struct {
		seconds int64
		code    string // the last six of the eight digits of the RFC
	}{
		{59, "287082"},
		{1111111109, "081804"},
		{1111111111, "050471"},
		{1234567890, "005924"},
		{2000000000, "279037"},
		{20000000000, "353130"},
	} {
		t.Run(fmt.Sprint(row.seconds), func(t *testing.T) {
			step, ok := rfc.Check(row.code, time.Unix(row.seconds, 0), 0)
			if want := row.seconds / 30; !ok || step != want {
				t.Errorf("Check(%s): got %d, %v; want %d", row.code, step, ok, want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	const step = 1234567890 / 30
	now := time.Unix(1234567890, 0)
	codeOf := func(step uint64) string {
		code, err := hotp.GenerateCode(rfc.Secret, step)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	for _, row := range []struct {
		name, code string
		last, want int64 // want 0: refused
	}{
		{"now", codeOf(step), 0, step},
		{"one step late", codeOf(step - 1), 0, step - 1},
		{"one step early", codeOf(step + 1), 0, step + 1},
		{"two steps late", codeOf(step - 2), 0, 0},
		{"two steps early", codeOf(step + 2), 0, 0},
		{"after the one before", codeOf(step), step - 1, step},
		{"replayed", codeOf(step), step, 0},
		{"older than the last", codeOf(step - 1), step, 0},
		{"spaces", " 005 924 ", 0, step},
		{"full-width", "００５　９２４", 0, step},
		{"wrong", "005925", 0, 0},
		{"five digits", "05924", 0, 0},
		{"seven digits", "0005924", 0, 0},
		{"letters", "abcdef", 0, 0},
		{"nothing", "", 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, ok := rfc.Check(row.code, now, row.last)
			if got != row.want || ok != (row.want != 0) {
				t.Errorf("Check(%q, last %d): got %d, %v; want %d", row.code, row.last, got, ok, row.want)
			}
		})
	}
}

func TestCheckWithoutSecret(t *testing.T) {
	code, err := hotp.GenerateCode("", 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]Factor{"empty": {}, "not base32": {"018!"}} {
		if _, ok := f.Check(code, time.Unix(59, 0), 0); ok {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNewFactor(t *testing.T) {
	a, b := NewFactor(), NewFactor()
	if raw, err := base32.StdEncoding.DecodeString(a.Secret); err != nil || len(raw) != 20 {
		t.Errorf("secret of %d bytes, %v; want 20", len(raw), err)
	}
	if a == b {
		t.Error("two factors are the same")
	}
}

func TestURL(t *testing.T) {
	for _, row := range []struct{ name, issuer, account string }{
		{"plain", "Portal", "zhang@gzu.example"},
		{"Chinese with spaces", "两城 产教", "张 伟@gzu.example"},
		{"signs", "A&B: 50%?", "a+b/c=d#e@x.example"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := rfc.URL(row.issuer, row.account)
			u, err := url.Parse(got)
			if err != nil {
				t.Fatal(err)
			}
			if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/"+row.issuer+":"+row.account {
				t.Errorf("%s: label %q", got, u.Path)
			}
			if q := u.Query(); q.Get("secret") != rfc.Secret || q.Get("issuer") != row.issuer || len(q) != 2 {
				t.Errorf("%s: query %v", got, q)
			}
			if strings.Contains(got, "+") || strings.Count(got, ":") != 2 {
				t.Errorf("%s: + or : left as it is", got)
			}
		})
	}
}

// The path is read back module by module and compared with the code it draws.
func TestQR(t *testing.T) {
	const issuer, account = "两城产教融合门户", "zhang.wei@gzu.example"
	path, size, err := rfc.QR(issuer, account)
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := rfc.QR(issuer, account); again != path {
		t.Error("two drawings of one code differ")
	}
	run := regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
	if rest := run.ReplaceAllString(path, ""); rest != "" {
		t.Fatalf("not runs of squares: %q", rest)
	}
	dark := map[[2]int]bool{}
	for _, d := range run.FindAllString(path, -1) {
		var x, y, w, back int
		fmt.Sscanf(d, "M%d %dh%dv1h-%dz", &x, &y, &w, &back)
		if w != back {
			t.Errorf("%s does not close on itself", d)
		}
		for i := range w {
			dark[[2]int{x + i, y}] = true
		}
	}
	code, err := qr.Encode(rfc.URL(issuer, account), qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	side := code.Bounds().Dx()
	if size != side+8 || size < 21+8 || size > 80 {
		t.Errorf("size %d of a code of %d", size, side)
	}
	for x := range size {
		for y := range size {
			inside := x >= 4 && y >= 4 && x < side+4 && y < side+4
			want := inside && code.At(x-4, y-4) == color.Black
			if dark[[2]int{x, y}] != want {
				t.Fatalf("module %d,%d: dark %v, want %v", x, y, !want, want)
			}
		}
	}
	if _, _, err := rfc.QR(strings.Repeat("长", 500), account); err == nil {
		t.Error("a code that cannot hold its text was drawn")
	}
}

func TestRecoveryCodes(t *testing.T) {
	codes, hashes := RecoveryCodes()
	if len(codes) != 10 || len(hashes) != 10 {
		t.Fatalf("%d codes, %d hashes; want 10", len(codes), len(hashes))
	}
	shape := regexp.MustCompile(`^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$`)
	seen := map[string]bool{}
	for n, code := range codes {
		if !shape.MatchString(code) || seen[code] {
			t.Errorf("%q has another shape or came twice", code)
		}
		seen[code] = true
		if RecoveryHash(code) != hashes[n] || HashToken(strings.ReplaceAll(code, "-", "")) != hashes[n] {
			t.Errorf("the hash of %s is not its own", code)
		}
	}
}

func TestRecoveryHash(t *testing.T) {
	want := RecoveryHash("a0b1c-d2e3f")
	for name, typed := range map[string]string{
		"capitals":      "A0B1C-D2E3F",
		"no dash":       "a0b1cd2e3f",
		"spaces":        "  a0b1c  d2e3f\t",
		"long dash":     "a0b1c—d2e3f",
		"full-width":    "ａ０ｂ１ｃ－ｄ２ｅ３ｆ",
		"look-alikes":   "aobic-d2e3f",
		"look-alikes 2": "AOBLC-D2E3F",
	} {
		if RecoveryHash(typed) != want {
			t.Errorf("%s: %q is not read as a0b1c-d2e3f", name, typed)
		}
	}
	if RecoveryHash("a0b1c-d2e3g") == want {
		t.Error("another code has the same hash")
	}
}
