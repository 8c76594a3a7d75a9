package secret

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Lengths of a password in characters.
const (
	shortest = 10
	longest  = 128
)

// product is what this program is called, in the spellings people would try.
var product = []string{"liangcheng", "two cities", "两城产教"}

// rows are the straight runs of digits, letters and keys; each is read around its end
// and backwards too.
var rows = []string{
	"1234567890",
	"abcdefghijklmnopqrstuvwxyz",
	"qwertyuiopasdfghjklzxcvbnm",
	"qazwsxedcrfvtgbyhnujmikolp",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
	"1q2w3e4r5t6y7u8i9o0p",
	"!@#$%^&*()",
}

// The commonest passwords, sources in its head, licences beside it.
//
//go:embed common.txt
var commonList string

var commonest = sync.OnceValue(func() map[string]bool {
	list := make(map[string]bool, 11_000)
	for line := range strings.Lines(commonList) {
		if !strings.HasPrefix(line, "# ") {
			list[strings.TrimSuffix(line, "\n")] = true
		}
	}
	return list
})

// Weak returns the key of what is wrong with a new password, or "":
//
//	password.short    fewer than 10 characters
//	password.long     more than 128
//	password.plain    a short piece repeated, or a straight run such as 1234567890
//	password.context  holds one of about, or this program's name
//	password.common   among the commonest, as it is, twice over or dressed with digits
//
// About are the person's e-mail address, of which the part before the @ counts, and the
// names of the person and the organisation; what has under 3 characters is passed over.
// Case, width, and in names spaces and signs, make no difference. There are no rules on
// kinds of characters: NIST SP 800-63B and ASVS 5.0, 6.2, advise against them.
func Weak(password string, about ...string) string {
	length := utf8.RuneCountInString(norm.NFC.String(password))
	lower := strings.ToLower(norm.NFKC.String(password))
	switch {
	case length < shortest:
		return "password.short"
	case length > longest:
		return "password.long"
	case plain(lower):
		return "password.plain"
	case personal(lower, about):
		return "password.context"
	case common(lower):
		return "password.common"
	}
	return ""
}

func plain(s string) bool {
	piece := period(s)
	if utf8.RuneCountInString(piece) <= 4 {
		return true
	}
	reversed := []byte(piece) // the rows are ASCII: bytes will do
	slices.Reverse(reversed)
	return slices.ContainsFunc(rows, func(row string) bool {
		around := strings.Repeat(row, len(piece)/len(row)+2)
		return strings.Contains(around, piece) || strings.Contains(around, string(reversed))
	})
}

func personal(s string, about []string) bool {
	s = fold(s)
	return slices.ContainsFunc(slices.Concat(product, about), func(name string) bool {
		name, _, _ = strings.Cut(name, "@")
		name = fold(name)
		return utf8.RuneCountInString(name) >= 3 && strings.Contains(s, name)
	})
}

// common also looks for the word that is left without the digits and signs around it,
// if it is a word at all and they are not most of the password.
func common(s string) bool {
	list := commonest()
	if list[s] || list[period(s)] {
		return true
	}
	word := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return utf8.RuneCountInString(word) >= 6 && 2*len(word) >= len(s) && list[word]
}

// period returns the shortest piece that s repeats at least twice, the last time perhaps
// in part; or s.
func period(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if strings.HasPrefix(s, s[n:]) {
			return s[:n]
		}
	}
	return s
}
