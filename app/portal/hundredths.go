package portal

import (
	"strconv"
	"strings"
)

// Hundredths is a number with two decimal places, kept as a whole number of hundredths so
// that sums and rates are exact: 12.5 is 1250.
type Hundredths int64

const (
	hundred Hundredths = 100
	largest Hundredths = 1_000_000_000_000 * hundred // of any value; a rate of two such still fits an int64
)

// ParseHundredths reads a number of 0 or more with at most two decimal places, as people
// type it: with thousands set apart by commas, in full-width digits. It is not ok when it
// is none, or too large.
func ParseHundredths(text string) (h Hundredths, ok bool) {
	text = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, strings.TrimSpace(text))
	whole, fraction, point := strings.Cut(text, ".")
	if strings.Contains(whole, ",") && !setApart(whole) {
		return 0, false
	}
	whole = strings.ReplaceAll(whole, ",", "")
	fraction = strings.TrimRight(fraction, "0")
	if !digits(whole) || point && len(fraction) > 2 || fraction != "" && !digits(fraction) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	return Hundredths(n), err == nil && Hundredths(n) <= largest
}

// setApart reports whether commas stand where thousands end.
func setApart(whole string) bool {
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3) {
			return false
		}
	}
	return true
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// String writes the number with as many decimal places as it needs.
func (h Hundredths) String() string {
	whole := strconv.FormatInt(int64(h/hundred), 10)
	switch cents := int64(h % hundred); {
	case cents == 0:
		return whole
	case cents%10 == 0:
		return whole + "." + strconv.FormatInt(cents/10, 10)
	case cents < 10:
		return whole + ".0" + strconv.FormatInt(cents, 10)
	default:
		return whole + "." + strconv.FormatInt(cents, 10)
	}
}

// Float is the number as the match counts with it.
func (h Hundredths) Float() float64 { return float64(h) / float64(hundred) }

// Whole reports whether the number has no fraction.
func (h Hundredths) Whole() bool { return h%hundred == 0 }

// Percent is what part the numerator is of the denominator, in percent, halves rounded up.
// The denominator may not be zero.
func Percent(numerator, denominator Hundredths) Hundredths {
	return (numerator*100*hundred*2 + denominator) / (2 * denominator)
}
