package match

import (
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

func TestSpecialismsOfWorkshopWords(t *testing.T) {
	for _, tt := range []struct {
		name string
		need Need
		want []string // one of them in the first three
	}{
		{"battery", Need{Text: "动力电池电芯产线技术员", Industry: "C3841"}, []string{"储能材料技术", "新能源材料应用技术"}},
		{"elderly", Need{Text: "智慧康养护理员"}, []string{"智慧健康养老服务与管理", "护理"}},
		{"typo", Need{Text: "云记算的运维"}, []string{"云计算技术应用"}},
		{"pinyin", Need{Text: "xinnengyuan qiche weixiu"}, []string{"新能源汽车检测与维修技术", "新能源汽车技术"}},
		{"traditional", Need{Text: "數據清洗，大數據平臺"}, []string{"大数据技术"}},
		{"full width", Need{Text: "ＳＱＬ　数据采集　大数据"}, []string{"大数据技术"}},
		{"control characters", Need{Text: "护\x00理\u200b员"}, []string{"护理"}},
		{"other language", Need{Text: "Data centre operations technicians for rack servers", Industry: "I65"}, []string{"计算机网络技术", "软件技术", "云计算技术应用"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := namesOf(rank(t, tt.need, DefaultWeights()), 3)
			if !slices.ContainsFunc(got, func(n string) bool { return slices.Contains(tt.want, n) }) {
				t.Errorf("first three are %q, want one of %q", got, tt.want)
			}
		})
	}
}

func TestSpecialismsOfNonsense(t *testing.T) {
	for _, s := range []string{"", " ", "呵呵哈哈", "哈哈哈哈哈", "asdf", "asdf qwer", "😀😀🚗", "123 456", "\x00\x01", "！！？？", "招聘若干，包吃住，五险一金", "床前明月光"} {
		for _, industry := range []string{"", "C38"} {
			if got := rank(t, Need{Text: s, Industry: industry}, DefaultWeights()); len(got) > 0 {
				t.Errorf("%q in %q gives %q", s, industry, namesOf(got, 3))
			}
		}
	}
}

func TestSpecialismsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := DefaultWeights()
	w.Floor = 0
	for range 200 {
		n := randomNeed(r)
		ranked := rank(t, n, w)
		for i, s := range ranked {
			sum := 0.0
			for _, p := range s.Parts {
				sum += p.Value
			}
			if math.Abs(sum-s.A) > 1e-9 {
				t.Fatalf("%q: parts of %s sum to %v, A is %v", n.Text, s.Name, sum, s.A)
			}
			if s.Rel < 0 || s.Rel >= 1 {
				t.Fatalf("%q: Rel of %s is %v", n.Text, s.Name, s.Rel)
			}
			if i > 0 && (s.A > ranked[i-1].A || s.Rel > ranked[i-1].Rel) {
				t.Fatalf("%q: %s stands below a smaller score", n.Text, s.Name)
			}
		}
	}
}

func TestSpecialismsFloor(t *testing.T) {
	n := Need{Text: "动力电池电芯产线技术员"}
	w := DefaultWeights()
	w.Floor = 0
	all := rank(t, n, w)
	w.Floor = .4
	for _, s := range rank(t, n, w) {
		if s.Rel < w.Floor {
			t.Errorf("%s at %v is below the floor", s.Name, s.Rel)
		}
		all = all[1:]
	}
	if len(all) == 0 || all[0].Rel >= w.Floor {
		t.Error("the floor cut something that reaches it")
	}
}

func TestWrongLevelCosts(t *testing.T) {
	n := Need{Text: "动力电池电芯产线技术员", Level: portal.WantBachelor}
	for _, s := range rank(t, n, DefaultWeights()) {
		cut := slices.ContainsFunc(s.Parts, func(p Part) bool { return p.Kind == PartLevel && p.Value < 0 })
		if wrong := s.Level == portal.Associate || s.Level == portal.Secondary; cut != wrong {
			t.Errorf("%s (%s): level taken off is %v, want %v", s.Name, s.Level, cut, wrong)
		}
	}
}

func TestPartsNameTheirPath(t *testing.T) {
	seen := map[PartKind]bool{}
	for _, text := range needTexts {
		for _, s := range rank(t, Need{Text: text, Industry: "C38", Level: portal.WantVocational}, DefaultWeights()) {
			for _, p := range s.Parts {
				seen[p.Kind] = true
				var ok bool
				switch p.Kind {
				case PartLexical:
					ok = len(p.Terms) > 0 && len(p.Fields) > 0
				case PartCompany:
					ok = len(p.Terms) > 0
				case PartOccupation:
					ok = len(p.Terms) == 1 && p.Occupation.Name != ""
				case PartIndustry:
					ok = p.Industry.Code == "C38" && p.Industry.Name != ""
				case PartSibling:
					ok = p.From != "" && p.From != s.Code
				case PartLevel:
					ok = p.Value < 0
				}
				if !ok {
					t.Errorf("%q → %s: part without path: %+v", text, s.Name, p)
				}
			}
		}
	}
	for _, k := range []PartKind{PartLexical, PartCompany, PartOccupation, PartIndustry, PartSibling, PartLevel} {
		if !seen[k] {
			t.Errorf("no need showed a part of kind %s", k)
		}
	}
}

// The answer must not depend on the order of tables, of needs, or of map iteration.
func TestDeterminism(t *testing.T) {
	f := fixture(t)
	lex := newPlain(f)
	w := DefaultWeights()
	answers := func(g *Graph, texts []string) map[string][]Ranked {
		out := map[string][]Ranked{}
		for _, s := range texts {
			n := Need{Text: s, Industry: "I65"}
			out[s] = g.Specialisms(n, lex.match(g.Terms(n)), w)
		}
		return out
	}
	want := answers(newGraph(t, f), needTexts)
	slices.Reverse(f.Specialisms)
	slices.Reverse(f.ClassIndustries)
	backwards := slices.Clone(needTexts)
	slices.Reverse(backwards)
	got := answers(newGraph(t, f), backwards)
	for _, s := range needTexts {
		if !reflect.DeepEqual(got[s], want[s]) {
			t.Errorf("%q: two answers\n%v\n%v", s, namesOf(got[s], 5), namesOf(want[s], 5))
		}
	}
}

func TestLongTextIsReadInPart(t *testing.T) {
	g, _ := taxonomy(t)
	long := strings.Repeat("数控车床编程与护理会计酿酒", 400)
	if terms := g.Terms(Need{Text: long}); len(terms) == 0 || len(terms) > 2*mostWords {
		t.Errorf("%d terms of a text of %d characters", len(terms), len([]rune(long)))
	}
}

func TestNewGraphRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*Facts)
		want  string
	}{
		{"unknown industry", func(f *Facts) { f.ClassIndustries = append(f.ClassIndustries, ClassIndustry{"4305", "Z99", 1}) }, `unknown industry "Z99"`},
		{"unknown specialism", func(f *Facts) {
			f.Concepts = []Concept{{Surfaces: []string{"电芯"}, TargetKind: "specialism", Targets: []string{"000000"}, Weight: 1}}
		}, `unknown specialism "000000"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := fixture(t)
			tt.spoil(&f)
			if _, err := NewGraph(f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

// TestWhatAWordMeansInAnIndustry asks for a word that means one thing everywhere, another in
// an industry, and a third in one industry alone, where a longer word hides a shorter one.
func TestWhatAWordMeansInAnIndustry(t *testing.T) {
	f := fixture(t)
	to := func(word, code string, weight float64, industries ...string) Concept {
		return Concept{Surfaces: []string{word}, TargetKind: "specialism", Targets: []string{code}, Weight: weight, Industries: industries}
	}
	f.Concepts = []Concept{to("静置", "430504", .4), to("静置", "430504", .9), to("静置", "520201", 1, "Q84"), to("静置室", "500106", 1, "Q84")}
	g := newGraph(t, f)
	for _, tt := range []struct {
		text, industry string
		want           map[string]float64
	}{
		{"静置", "C38", map[string]float64{"430504": .9}},
		{"静置", "Q84", map[string]float64{"520201": 1}},
		{"静置", "", map[string]float64{"430504": .9}},
		{"静置室", "", map[string]float64{"500106": 1}},
		{"静置室", "C38", map[string]float64{"430504": .9}},
		{"静置室", "Q84", map[string]float64{"500106": 1}},
	} {
		got := map[string]float64{}
		for i, v := range g.phrases.source(Need{Text: tt.text, Industry: tt.industry}, 1).value {
			if v > 0 {
				got[g.nodes[i].code] = v
			}
		}
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s in %q points to %v, want %v", tt.text, tt.industry, got, tt.want)
		}
	}
}

func TestConcepts(t *testing.T) {
	f := fixture(t)
	f.Concepts = []Concept{
		{Surfaces: []string{"电芯"}, TargetKind: "specialism", Targets: []string{"430504"}, Weight: 1},
		{Surfaces: []string{"ct"}, Lang: "en", TargetKind: "specialism", Targets: []string{"520201"}, Weight: 1},
		{Surfaces: []string{"data centre"}, Lang: "en", TargetKind: "class", Targets: []string{"5102"}, Weight: 1, Industries: []string{"I65"}},
		{Surfaces: []string{"数据中心运维"}, Blocks: true},
		{Surfaces: []string{"运维"}, TargetKind: "specialism", Targets: []string{"500106"}, Weight: 1},
	}
	g := newGraph(t, f)
	for _, tt := range []struct {
		name string
		need Need
		code string
		want bool
	}{
		{"Chinese inside a run", Need{Text: "招电芯技术员"}, "430504", true},
		{"English word", Need{Text: "CT scanner"}, "520201", true},
		{"not inside a word", Need{Text: "react inspection"}, "520201", false},
		{"phrase", Need{Text: "the data centre crew", Industry: "I64"}, "510205", false},
		{"phrase in its industry", Need{Text: "the data centre crew", Industry: "I65"}, "510205", true},
		{"blocked by a longer word", Need{Text: "数据中心运维"}, "500106", false},
		{"not blocked", Need{Text: "车辆运维"}, "500106", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := g.byCode[tt.code]
			s := g.phrases.source(tt.need, 2)
			got := s.value != nil && s.value[i] > 0
			if got != tt.want {
				t.Errorf("concept reaches %s: %v, want %v", tt.code, got, tt.want)
			}
			if got && len(s.describe(i).Terms) == 0 {
				t.Error("the part names no word")
			}
		})
	}
}

func TestSiblings(t *testing.T) {
	g, _ := taxonomy(t)
	if got := g.Siblings("430504"); len(got) == 0 || got[0].Name != "储能材料工程技术" {
		t.Errorf("nearest to 储能材料技术 is %+v", got[:min(len(got), 2)])
	}
	for _, n := range g.nodes {
		for _, s := range g.Siblings(n.code) {
			if s.Near <= 0 || s.Near > 1+1e-9 || s.Code == n.code {
				t.Errorf("sibling of %s: %+v", n.name, s)
			}
		}
	}
	if got := g.Siblings("nothing"); got != nil {
		t.Errorf("siblings of an unknown code: %v", got)
	}
}
