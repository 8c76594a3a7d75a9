package portal

import "strings"

// creditAlphabet is the order of the signs of a 统一社会信用代码; its position is their
// value (GB 32100-2015: no I, O, S, V, Z).
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditWeights are 3^i mod 31 (GB 32100-2015, 5.2).
var creditWeights = [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// NormalCreditCode is the form a 统一社会信用代码 is kept in: capitals without spaces or
// dashes, full-width characters narrow.
func NormalCreditCode(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '-', r == '\t', r == 0x3000:
			return -1
		case r >= 0xff01 && r <= 0xff5e:
			return r - 0xfee0
		}
		return r
	}, s))
}

// CreditCodeProblem is the key of what is wrong with a normalised 统一社会信用代码, whose
// last sign is the check of the others (GB 32100-2015); empty: nothing.
func CreditCodeProblem(code string) string {
	if len(code) != 18 {
		return "credit_code.length"
	}
	sum := 0
	for i, w := range creditWeights {
		v := strings.IndexByte(creditAlphabet, code[i])
		if v < 0 {
			return "credit_code.sign"
		}
		sum += v * w
	}
	if creditAlphabet[(31-sum%31)%31] != code[17] {
		return "credit_code.check"
	}
	return ""
}
