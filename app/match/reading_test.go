package match

import (
	"slices"
	"strings"
	"testing"
)

func TestTerms(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string // among the terms
		not        []string // not among them
	}{
		{"filler is dropped", "我们公司招聘数控机床操作工若干名，包吃住", []string{"数控机床"}, []string{"招聘", "若干", "包吃住", "我们公司"}},
		{"no pairs across words", "工艺护理员30名", []string{"工艺", "护理员"}, []string{"艺护", "30", "名"}},
		{"homophone", "新能原汽车", []string{"新能源", "汽车"}, nil},
		{"pinyin", "xinnengyuan qiche", []string{"新能源", "汽车"}, nil},
		{"English stays", "PLC and Python", []string{"plc", "python"}, []string{"and"}},
		{"unknown characters stay together", "摘酒", []string{"摘酒"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, _ := taxonomy(t)
			var got []string
			for _, term := range g.Terms(Need{Text: tt.text}) {
				got = append(got, term.Text)
				if term.Weight <= 0 || term.Weight > 1 {
					t.Errorf("weight of %q is %v", term.Text, term.Weight)
				}
			}
			for _, w := range tt.want {
				if !slices.Contains(got, w) {
					t.Errorf("terms %q miss %q", got, w)
				}
			}
			for _, w := range tt.not {
				if slices.Contains(got, w) {
					t.Errorf("terms %q hold %q", got, w)
				}
			}
		})
	}
}

func TestCutKeepsEveryCharacter(t *testing.T) {
	g, _ := taxonomy(t)
	for _, s := range []string{"动力电池电芯产线技术员", "会修电车的机电师傅", "的", "呵呵哈哈", "护理护理护理", "与及和"} {
		var b strings.Builder
		for _, p := range g.lexicon.cut(s) {
			b.WriteString(p.text)
		}
		if b.String() != s {
			t.Errorf("cut of %q gives %q", s, b.String())
		}
	}
}

func TestForeign(t *testing.T) {
	g, _ := taxonomy(t)
	for text, want := range map[string]bool{
		"Lithium cell process engineers, coating and formation": true,
		"asdf qwer":          false,
		"会PLC和AutoCAD的电气技术员": false,
		"呵呵哈哈":               false,
	} {
		if got := g.lexicon.read(text).foreign(); got != want {
			t.Errorf("foreign(%q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzSpecialisms(f *testing.F) {
	for _, s := range append(needTexts, "護理\x00\xff", "ＰＬＣ", strings.Repeat("护", 5000), "a+b .net c# ++", "'\"$ne{}") {
		f.Add(s, "C38")
	}
	g, lex := taxonomy(f)
	f.Fuzz(func(t *testing.T, text, industry string) {
		n := Need{Text: text, Industry: industry}
		for _, term := range g.Terms(n) {
			if term.Text == "" {
				t.Error("an empty term")
			}
		}
		for _, r := range g.Specialisms(n, lex.match(g.Terms(n)), DefaultWeights()) {
			if !(r.Rel >= 0 && r.Rel < 1) {
				t.Errorf("Rel %v", r.Rel)
			}
		}
	})
}
