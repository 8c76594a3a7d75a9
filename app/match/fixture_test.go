package match

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"testing"

	"liangcheng/app/portal"
	"liangcheng/search/text"
)

// fixture is a small part of the national catalogue with its official texts.
func fixture(tb testing.TB) Facts {
	tb.Helper()
	data, err := os.ReadFile("testdata/taxonomy.json")
	if err != nil {
		tb.Fatal(err)
	}
	var f Facts
	if err := json.Unmarshal(data, &f); err != nil {
		tb.Fatal(err)
	}
	return f
}

func newGraph(tb testing.TB, f Facts) *Graph {
	tb.Helper()
	g, err := NewGraph(f)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

var shared struct {
	sync.Once
	g   *Graph
	lex plain
}

// taxonomy is the graph and the plain engine of the fixture, made once for all tests.
func taxonomy(tb testing.TB) (*Graph, plain) {
	tb.Helper()
	shared.Do(func() {
		f := fixture(tb)
		shared.g, shared.lex = newGraph(tb, f), newPlain(f)
	})
	return shared.g, shared.lex
}

// plain stands for a search engine: it scores by the rarity of the pairs of characters
// that a term and the texts of a specialism share, names counting more.
type plain struct {
	grams   map[string]map[string]float64 // code → pair → weight of the texts with it
	holders map[string]int
}

func newPlain(f Facts) plain {
	p := plain{map[string]map[string]float64{}, map[string]int{}}
	for _, s := range f.Specialisms {
		grams := map[string]float64{}
		for t, says := range officialTexts(s) {
			for _, g := range text.QueryGrams(text.Normalize(t)) {
				grams[g] += says
			}
		}
		for g := range grams {
			p.holders[g]++
		}
		p.grams[s.Code] = grams
	}
	return p
}

func (p plain) match(terms []Term) Lexical {
	lex := Lexical{}
	for code, grams := range p.grams {
		var hit LexicalHit
		for _, t := range terms {
			score := 0.0
			for _, g := range text.QueryGrams(text.Normalize(t.Text)) {
				if tf := grams[g]; !t.Sound && tf > 0 {
					score += t.Weight * tf / (1 + tf) * math.Log(float64(len(p.grams)+1)/float64(p.holders[g]))
				}
			}
			if score > 0 {
				hit.Score += score
				hit.Terms = append(hit.Terms, LexicalTerm{Text: t.Text, Fields: []string{"posts"}, Score: score})
			}
		}
		if hit.Score > 0 {
			lex[code] = hit
		}
	}
	return lex
}

func rank(tb testing.TB, n Need, w Weights) []Ranked {
	tb.Helper()
	g, lex := taxonomy(tb)
	return g.Specialisms(n, lex.match(g.Terms(n)), w)
}

func namesOf(ranked []Ranked, most int) []string {
	var names []string
	for _, r := range ranked[:min(len(ranked), most)] {
		names = append(names, r.Name)
	}
	return names
}

func number(n int) *int { return &n }

var needTexts = []string{
	"动力电池电芯产线技术员", "智慧康养护理员", "数据清洗入库，懂SQL和Python", "白酒车间制曲和勾调", "会修新能源汽车的师傅",
	"云记算运维", "隧道和桥梁施工员", "幼儿园老师，会带孩子", "冷链仓库主管", "数控车床编程", "会计，会报税记账", "酒店前厅和客房",
	"Data centre operations technicians, rack servers", "招 xuqian jiaoyu 的", "动车组检修", "污水采样和化验", "管理", "呵呵哈哈", "",
}

// randomNeed draws a need of any shape.
func randomNeed(r *rand.Rand) Need {
	n := Need{
		Text:     needTexts[r.IntN(len(needTexts))] + needTexts[r.IntN(len(needTexts))],
		Industry: []string{"", "C38", "Q84", "I65", "E48", "zz", "C"}[r.IntN(7)],
		Level:    portal.WantedLevels[r.IntN(len(portal.WantedLevels))],
		District: portal.Districts[r.IntN(len(portal.Districts))],
	}
	if r.IntN(2) == 0 {
		n.Headcount = number(r.IntN(80))
	}
	for _, m := range portal.Modes {
		if r.IntN(5) == 0 {
			n.Modes = append(n.Modes, m)
		}
	}
	if r.IntN(3) == 0 {
		n.Languages = []string{"英语"}
	}
	if r.IntN(4) == 0 {
		n.MustHaves = []string{"电工证"}
	}
	return n
}

// randomOffer draws an offer of a specialism with anything known or not.
func randomOffer(r *rand.Rand, id int, code string, level portal.Level) Offer {
	college := string(rune('a' + r.IntN(9)))
	o := Offer{College: portal.College{Cluster: portal.Clusters[r.IntN(3)]}}
	o.College.ID = college
	if r.IntN(2) == 0 {
		o.College.District = portal.Districts[r.IntN(len(portal.Districts))]
	}
	o.Programme = portal.Programme{CollegeID: college, Code: code, Level: level,
		Enrolment: []portal.Enrolment{portal.EnrolmentUnknown, portal.Registered, portal.Recruiting, portal.Stopped}[r.IntN(4)]}
	o.Programme.ID = college + "-" + code + "-" + string(rune('0'+id%10)) + string(rune('0'+id/10%10)) + string(rune('0'+id/100%10))
	if r.IntN(2) == 0 {
		o.Programme.SeatsFree = number(r.IntN(60))
	}
	for _, m := range portal.Modes {
		switch r.IntN(8) {
		case 0:
			o.Programme.Modes = append(o.Programme.Modes, m)
		case 1:
			o.Reported = append(o.Reported, m)
		case 2:
			o.OnIt = append(o.OnIt, m)
		}
	}
	if r.IntN(3) == 0 {
		o.Programme.Certificates = []string{"低压电工证", "1+X"}[:1+r.IntN(2)]
	}
	if r.IntN(4) == 0 {
		o.Programme.International = &portal.International{Languages: []string{"英语"}, Joint: r.IntN(2) == 0}
	}
	if k := r.IntN(5); k > 0 {
		o.Record = Record{N: k, Weight: float64(k) * .8, Successes: float64(r.IntN(k+1)) * .8}
	}
	return o
}
