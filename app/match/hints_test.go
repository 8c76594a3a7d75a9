package match

import (
	"fmt"
	"slices"
	"testing"

	"liangcheng/app/portal"
)

func TestReadHints(t *testing.T) {
	headcount := func(n int) func(Hints) bool {
		return func(h Hints) bool { return h.Headcount != nil && *h.Headcount == n }
	}
	none := func(h Hints) bool { return h.Headcount == nil }
	for _, c := range []struct {
		text string
		says string
		is   func(Hints) bool
	}{
		{"要30个大专，会西门子PLC，能倒班，订单班优先", "30", headcount(30)},
		{"要30个大专，会西门子PLC，能倒班，订单班优先", "associate", func(h Hints) bool { return h.Level == portal.WantVocational }},
		{"要30个大专，会西门子PLC，能倒班，订单班优先", "order class", func(h Hints) bool { return slices.Equal(h.Modes, []portal.Mode{portal.OrderClass}) }},
		{"要30个大专，会西门子PLC，能倒班，订单班优先", "must-haves", func(h Hints) bool { return slices.Equal(h.MustHaves, []string{"西门子plc", "能倒班"}) }},
		{"招二十五名焊工", "25", headcount(25)},
		{"招十二人", "12", headcount(12)},
		{"一百二十人左右", "120", headcount(120)},
		{"两名", "2", headcount(2)},
		{"３０名技术员", "full width", headcount(30)},
		{"試用期三個月，需要電工5名", "traditional", headcount(5)},
		{"实习三个月", "months are no people", none},
		{"开2个班", "classes are no people", none},
		{"第一名录取", "a rank is no number", none},
		{"3个岗位", "posts are no people", none},
		{"We need 12 CNC operators with an associate degree", "English", headcount(12)},
		{"We need 12 CNC operators with an associate degree", "English level", func(h Hints) bool { return h.Level == portal.WantVocational }},
		{"大专或本科都行", "the lower", func(h Hints) bool { return h.Level == portal.WantVocational }},
		{"厂在清镇", "place", func(h Hints) bool { return h.District == "清镇市" }},
		{"白云岩矿开采", "白云岩 is no place", func(h Hints) bool { return h.District == "" }},
		{"月薪5000-8000元，包吃住", "salary", func(h Hints) bool { return h.Salary == "月薪5000-8000元" }},
		{"6月底前到岗", "deadline", func(h Hints) bool { return h.Deadline == "6月底前到岗" }},
		{"持低压电工证，有叉车证优先", "certificates", func(h Hints) bool { return slices.Equal(h.MustHaves, []string{"低压电工证", "叉车证"}) }},
		{"数据标注员，不要计算机专业的", "negation", func(h Hints) bool { return slices.Equal(h.Without, []string{"计算机"}) }},
		{"除会计外的财务岗", "an exception", func(h Hints) bool { return slices.Equal(h.Without, []string{"会计"}) }},
		{"除尘设备外包，室外作业", "no exception", func(h Hints) bool { return len(h.Without) == 0 }},
		{"不要求会计证，出纳", "a certificate not asked for", func(h Hints) bool { return len(h.MustHaves) == 0 }},
		{"需要10个电焊工，不要实习生", "a way of working not wanted", func(h Hints) bool { return len(h.Modes) == 0 }},
		{"不要求经验，不限专业", "no negation", func(h Hints) bool { return len(h.Without) == 0 }},
		{"焊工10名，电工5人，质检员三名", "several posts", func(h Hints) bool {
			return slices.Equal(h.Posts, []Post{{Text: "焊工", Headcount: 10}, {Text: "电工", Headcount: 5}, {Text: "质检员", Headcount: 3}}) && *h.Headcount == 18
		}},
		{"需要焊工10名", "one post", func(h Hints) bool { return h.Posts == nil && *h.Headcount == 10 }},
		{"电芯产线技术员", "nothing", Hints.Empty},
		{"", "empty", Hints.Empty},
	} {
		if h := ReadHints(c.text); !c.is(h) {
			t.Errorf("%q (%s): %s", c.text, c.says, printed(h))
		}
	}
}

func TestDeadlines(t *testing.T) {
	const today = "2026-11-29"
	for _, c := range []struct{ text, want string }{
		{"6月底前到岗", "2027-06-30"},
		{"电工5名，12月15日前到岗", "2026-12-15"},
		{"11月28日前入职", "2027-11-28"},
		{"2028年3月到岗", "2028-03-31"},
		{"明年3月上旬入职", "2027-03-10"},
		{"3月前到岗", "2027-02-28"},
		{"明年7月毕业的也行", "2027-07-31"},
		{"年底前到岗", "2026-12-31"},
		{"国庆前要人", "2027-09-30"},
		{"月底前到岗", "2026-11-30"},
		{"下个月底前到岗", "2026-12-31"},
		{"13月前到岗", ""},
		{"12月32日前到岗", ""},
		{"春节前到岗", ""},
		{"急招焊工", ""},
		{"实习6月", ""},
		{"20 welders by the end of March", "2027-03-31"},
		{"welders by May 4, 2027", "2027-05-04"},
	} {
		if got := ReadHints(c.text).Due(today); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
	if h := ReadHints("春节前到岗"); h.Deadline != "春节前到岗" {
		t.Errorf("what names no day is not told: %q", h.Deadline)
	}
}

func printed(h Hints) string {
	n := "?"
	if h.Headcount != nil {
		n = fmt.Sprint(*h.Headcount)
	}
	return fmt.Sprintf("%s %+v", n, h)
}

func FuzzReadHints(f *testing.F) {
	for _, s := range []string{"要30个大专，会西门子PLC", "一百二十人", "焊工10名，电工5人", "不要计算机专业", "\xff\xfe", "十百十百名"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h := ReadHints(s)
		if h.Headcount != nil && *h.Headcount < 1 {
			t.Errorf("%q asks for %d people", s, *h.Headcount)
		}
	})
}

func TestWhatIsNotWantedIsLeftOut(t *testing.T) {
	const work = "网站程序开发，懂数据库"
	computing := func(text string) (n int) {
		g, _ := taxonomy(t)
		for _, r := range rank(t, Need{Text: text}, DefaultWeights()) {
			if g.nodes[g.byCode[r.Code]].className == "计算机类" {
				n++
			}
		}
		return n
	}
	if computing(work) == 0 {
		t.Fatal("the work is not that of computing")
	}
	if n := computing(work + "，不要计算机类专业"); n > 0 {
		t.Errorf("%d specialisms of computing, which is not wanted", n)
	}
	if computing(work+"，不要求经验") == 0 {
		t.Error("what is not required is taken for what is not wanted")
	}
}

func TestWhatIsNotAskedForIsNoEvidence(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing negated", "软件测试，英语好", "软件测试，英语好"},
		{"not needed", "无需英语，软件测试", " ,软件测试"},
		{"not wanted, but another is", "不要护士，只要康复治疗师", " ,只要康复治疗师"},
		{"not required", "不要求会计证，出纳", " ,出纳"},
		{"up to the noun", "不招应届生的电工岗", " 电工岗"},
		{"all but one", "除会计外的财务岗", " 财务岗"},
		{"two in one text", "不用倒班，电工，无须英语", " ,电工, "},
		{"no exception", "除尘设备外包", "除尘设备外包"},
	} {
		if got, _ := (Need{Text: tt.text}).wanted(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSplitPosts(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []PostPart
	}{
		{"one post", "招电工5名，会PLC", nil},
		{"each with what is said of it", "电池厂扩产，要电工5名，会PLC；钳工3名，看得懂图纸",
			[]PostPart{{"电工", 5, "电池厂扩产，要电工5名，会PLC"}, {"钳工", 3, "电池厂扩产，钳工3名，看得懂图纸"}}},
		{"two in one clause", "招PLC工程师5名和钳工3名，能倒班", []PostPart{{"PLC工程师", 5, "PLC工程师"}, {"钳工", 3, "钳工，能倒班"}}},
		{"three in a row", "需要焊工10人、叉车司机4人、质检员2人", []PostPart{{"焊工", 10, "需要焊工10人"}, {"叉车司机", 4, "叉车司机4人"}, {"质检员", 2, "质检员2人"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := SplitPosts(tt.text); !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}
