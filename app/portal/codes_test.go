package portal

import "testing"

func TestCreditCode(t *testing.T) {
	for _, tt := range []struct{ name, code, want string }{
		{"right", "91350100M000100Y43", ""}, // the example of GB 32100-2015
		{"lower case, dashes, full width", "９１35-0100 m000100y43", ""},
		{"wrong check", "91350100M000100Y44", "credit_code.check"},
		{"two signs changed places", "91350100M001000Y43", "credit_code.check"},
		{"short", "91350100M000100Y4", "credit_code.length"},
		{"empty", "", "credit_code.length"},
		{"a sign not used", "91350100I000100Y43", "credit_code.sign"},
		{"Chinese", "九1350100M000100Y43", "credit_code.length"},
	} {
		if got := CreditCodeProblem(NormalCreditCode(tt.code)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestMasks(t *testing.T) {
	for _, tt := range []struct {
		name      string
		got, want string
	}{
		{"phone", MaskPhone("13812341234"), "138****1234"},
		{"short phone", MaskPhone("12345"), "*****"},
		{"no phone", MaskPhone(""), ""},
		{"email", MaskEmail("zhang@example.cn"), "z***@example.cn"},
		{"no email", MaskEmail("zhang"), "*****"},
		{"name", MaskName("王小明"), "王**"},
		{"long name", MaskName("欧阳小明明"), "欧**"},
		{"one character", MaskName("王"), "王"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestNormalEmail(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{" HR@Example.CN ", "hr@example.cn", true},
		{"a.b+c@x.gov.cn", "a.b+c@x.gov.cn", true},
		{"a@b", "a@b", false},
		{"@b.cn", "@b.cn", false},
		{"a@b..cn", "a@b..cn", false},
		{"a b@c.cn", "a b@c.cn", false},
		{"a@b.cn\r\nbcc: x@y.cn", "a@b.cn\r\nbcc: x@y.cn", false},
		{"a@b@c.cn", "a@b@c.cn", false},
		{"", "", false},
	} {
		if got, ok := NormalEmail(tt.in); got != tt.want || ok != tt.ok {
			t.Errorf("%q: got %q %v, want %q %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}
