package secret

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWeak(t *testing.T) {
	about := []string{"zhang.wei@gzu.example", "欧阳小梅", "Zhang Wei", "贵州轻工职业大学", "李四", "gy@x.example"}
	for _, row := range []struct{ name, password, want string }{
		{"a passphrase", "correct horse battery staple", ""},
		{"random", "x7#Kq!vR2m", ""},
		{"Chinese", "云岩区的雨下个不停歇", ""},
		{"spaces kept", "  ma ji di  zou  ", ""},
		{"emoji", "🌧️ over huaxi 🌾🌾", ""},
		{"128 characters", strings.Repeat("ab风雨桥", 25) + "!去年", ""},

		{"empty", "", "password.short"},
		{"nine", "x7#Kq!vR2", "password.short"},
		{"nine in Chinese is 27 bytes", "云岩区的雨下个不停", "password.short"},
		{"nine once composed", "x7#Kq!vRe\u0301", "password.short"},
		{"129", strings.Repeat("ab风雨桥", 25) + "!去年雪", "password.long"},

		{"one character", "aaaaaaaaaaaa", "password.plain"},
		{"one Chinese character", "哈哈哈哈哈哈哈哈哈哈", "password.plain"},
		{"ten spaces", "          ", "password.plain"},
		{"a short piece again and again", "abc1abc1abc", "password.plain"},
		{"digits", "1234567890", "password.plain"},
		{"digits from nought", "0123456789", "password.plain"},
		{"digits down", "9876543210", "password.plain"},
		{"digits round", "78901234567890", "password.plain"},
		{"digits twice", "1234512345", "password.plain"},
		{"full-width digits", "１２３４５６７８９０", "password.plain"},
		{"letters", "ABCDEFGHIJKL", "password.plain"},
		{"keys", "qwertyuiop", "password.plain"},
		{"keys back", "PoiuytrewQ", "password.plain"},
		{"key columns", "1qaz2wsx3edc", "password.plain"},
		{"shifted digits", "!@#$%^&*()", "password.plain"},

		{"the mail's local part", "zhangwei1990!", "password.context"},
		{"in another case, with signs", "my_ZHANG-WEI_8", "password.context"},
		{"a Chinese name", "欧阳小梅的密码九八七", "password.context"},
		{"the organisation", "贵州轻工职业大学2026", "password.context"},
		{"the product", "LiangCheng#77x", "password.context"},
		{"the product in Chinese", "我爱两城产教融合呀呀", "password.context"},
		{"two characters are no clue", "李四的 gy 好天气呀呀", ""},
		{"the mail's domain is no clue", "gzu.example hills", ""},

		{"in the list", "basketball", "password.common"},
		{"in the list, capitals", "BasketBall", "password.common"},
		{"a Chinese habit", "woaini1314", "password.common"},
		{"a habit of surnames", "wang123456", "password.common"},
		{"a word and a year", "password2026", "password.common"},
		{"a word between signs", "!!Guizhou2026", "password.common"},
		{"in the list, twice", "woaini1314woaini1314", "password.common"},
		{"a short word and a year", "wind2026&!", ""},
		{"a word lost in other things", "7!48#29-dragon-83*1%", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Weak(row.password, about...); got != row.want {
				t.Errorf("Weak(%q): got %q, want %q", row.password, got, row.want)
			}
		})
	}
}

// ASVS 5.0, 6.2.4: at least the 3,000 commonest of those our other rules let through.
func TestCommonList(t *testing.T) {
	caught := 0
	for word := range commonest() {
		if n := utf8.RuneCountInString(word); n < 6 || word != strings.ToLower(word) || strings.ContainsAny(word, " \r") {
			t.Errorf("%q is short, not lower case or not one word", word)
		} else if Weak(word) == "password.common" {
			caught++
		}
	}
	if caught < 3000 {
		t.Errorf("only the list keeps out %d passwords, want 3000", caught)
	}
}
