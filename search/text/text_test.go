package text

import (
	"slices"
	"strings"
	"testing"
)

func TestNormalize(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"full width", "ＰＬＣ　编程（西门子）", "plc 编程(西门子)"},
		{"traditional", "大數據與電機網絡技術", "大数据与电机网络技术"},
		{"control and NUL", "护\x00理\u200b\x07", "护理"},
		{"space", "  a \t\n b  ", "a b"},
		{"bad bytes", "护\xff理", "护理"},
		{"emoji stays", "护理🙂", "护理🙂"},
		{"empty", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Normalize(tt.in); got != tt.want {
				t.Errorf("Normalize(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestRunsAndGrams(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		runs     string
		query    string
	}{
		{"mixed", "会西门子plc编程", "会西门子 plc 编程", "会西 西门 门子 plc 编程"},
		{"signs", "c++ c# .net a+b", "c++ c# .net a+b", "c++ c# .net a+b"},
		{"one character", "酒", "酒", "酒"},
		{"punctuation", "车、铣/钳", "车 铣 钳", "车 铣 钳"},
		{"number", "30人", "30 人", "30 人"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var texts []string
			for _, r := range Runs(tt.in) {
				texts = append(texts, r.Text)
			}
			if got := strings.Join(texts, " "); got != tt.runs {
				t.Errorf("runs = %q, want %q", got, tt.runs)
			}
			if got := strings.Join(QueryGrams(tt.in), " "); got != tt.query {
				t.Errorf("query grams = %q, want %q", got, tt.query)
			}
		})
	}
	if got := Grams("护理学"); !slices.Equal(got, []string{"护", "理", "学", "护理", "理学"}) {
		t.Errorf("grams = %q", got)
	}
}

func TestPinyin(t *testing.T) {
	for _, tt := range []struct{ in, pinyin, initials string }{
		{"大数据技术", "dashujujishu", "dsjjs"},
		{"会计", "kuaiji", "kj"},
		{"重庆", "chongqing", "cq"},
		{"银行", "yinhang", "yh"},
		{"空调", "kongtiao", "kt"},
		{"都匀", "duyun", "dy"},
		{"公差", "gongcha", "gc"},
		{"藏药", "zangyao", "zy"},
		{"新能源汽车", "xinnengyuanqiche", "xnyqc"},
		{"绿色", "lvse", "ls"},
		{"PLC编程", "plcbiancheng", "plcbc"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			pinyin, initials := Joined(tt.in)
			if pinyin != tt.pinyin || initials != tt.initials {
				t.Errorf("Joined = %q, %q, want %q, %q", pinyin, initials, tt.pinyin, tt.initials)
			}
		})
	}
}

func TestSyllabify(t *testing.T) {
	for _, tt := range []struct {
		word, want string
		ok         bool
	}{
		{"xinnengyuan", "xin neng yuan", true},
		{"qiche", "qi che", true},
		{"zhongche", "zhong che", true},
		{"xian", "xian", true},
		{"plc", "", false},
		{"", "", false},
		{strings.Repeat("a", 1000), "", false},
	} {
		cut, ok := Syllabify(tt.word)
		if ok != tt.ok || strings.Join(cut, " ") != tt.want {
			t.Errorf("Syllabify(%.20q) = %q, %v, want %q, %v", tt.word, cut, ok, tt.want, tt.ok)
		}
	}
}

func TestSoundPairsUniteHomophones(t *testing.T) {
	for _, pair := range [][2]string{
		{"云记算", "云计算"}, {"人工只能", "人工智能"}, {"剪印", "剪映"}, {"老湿", "老师"}, {"新能原", "新能源"},
		{"lan", "nan"}, {"xinnengyuan", "新能源"},
	} {
		a, b := SoundPairs(Normalize(pair[0])), SoundPairs(Normalize(pair[1]))
		if !slices.Equal(a, b) {
			t.Errorf("%s sounds %q, %s sounds %q", pair[0], a, pair[1], b)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"大數據", "ＰＬＣ", "\x00\xff", "İI", "ﬀ 🙂"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Normalize(s)
		if twice := Normalize(once); twice != once {
			t.Errorf("Normalize(%q) = %q, again %q", s, once, twice)
		}
		Grams(once)
		SoundPairs(once)
		Joined(s)
	})
}
