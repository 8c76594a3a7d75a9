package match

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"liangcheng/app/portal"
)

// fixture is a small taxonomy written from the national catalogue.
func fixture(t testing.TB) *Graph {
	t.Helper()
	sp := func(code, name string, level portal.Level, class, className string, occupations ...portal.OccupationRef) portal.Specialism {
		return portal.Specialism{Code: code, Name: name, Level: level, ClassCode: class, ClassName: className, Occupations: occupations}
	}
	battery := portal.OccupationRef{Code: "6-24-04-00", Name: "电池制造工"}
	nurse := portal.OccupationRef{Code: "4-14-01-02", Name: "养老护理员"}
	g, err := NewGraph(Facts{
		Specialisms: []portal.Specialism{
			sp("430504", "储能材料技术", portal.Associate, "4305", "新能源发电工程类", battery),
			sp("230503", "储能材料工程技术", portal.VocationalBachelor, "2305", "新能源发电工程类"),
			sp("460103", "数控技术", portal.Associate, "4601", "机械设计制造类", portal.OccupationRef{Code: "6-18-01-01", Name: "车工"}),
			sp("660103", "数控技术应用", portal.Secondary, "6601", "机械设计制造类"),
			sp("590302", "智慧健康养老服务与管理", portal.Associate, "5903", "公共服务类", nurse),
			sp("520201", "护理", portal.Associate, "5202", "护理类", nurse),
			sp("101101K", "护理学", portal.Bachelor, "1011", "护理学类"),
			sp("510205", "大数据技术", portal.Associate, "5102", "计算机类"),
		},
		Occupations:     []portal.Occupation{{Code: "6-24-04-00", Name: "电池制造工", Rank: "职业(细类)"}},
		Industries:      []portal.Industry{{Code: "C38", Name: "电气机械和器材制造业"}, {Code: "Q85", Name: "社会工作"}},
		ClassIndustries: []ClassIndustry{{"4305", "C38", 1}, {"5903", "Q85", 1}, {"5202", "Q85", 3}},
		Concepts: []Concept{
			{Surface: "电芯", Lang: "zh", TargetKind: "specialism", Target: "430504", Weight: 1},
			{Surface: "ct", Lang: "en", TargetKind: "specialism", Target: "520201", Weight: 1},
			{Surface: "养老", Lang: "zh", TargetKind: "class", Target: "5903", Weight: .8},
			{Surface: "芯片", Lang: "zh", Blocks: true},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func lexical(pairs ...any) Lexical {
	lex := Lexical{}
	for i := 0; i < len(pairs); i += 2 {
		lex[pairs[i].(string)] = LexicalHit{Score: pairs[i+1].(float64), Terms: []LexicalTerm{{Text: "词", Fields: []string{"name"}, Score: 1}}}
	}
	return lex
}

func codes(ranked []Ranked) []string {
	out := make([]string, len(ranked))
	for i, r := range ranked {
		out[i] = r.Code
	}
	return out
}

func TestSpecialisms(t *testing.T) {
	g, w := fixture(t), DefaultWeights()
	w.Floor = .15 // an occupation alone is weak evidence, which the floor in force hides
	for _, tt := range []struct {
		name  string
		need  Need
		lex   Lexical
		first string
	}{
		{"concept", Need{Text: "电芯产线"}, nil, "430504"},
		{"occupation", Need{Text: "电池制造工"}, nil, "430504"},
		{"lexical", Need{Text: "数控"}, lexical("460103", 5.0, "660103", 4.0), "460103"},
		{"level asked for", Need{Text: "数控", Level: portal.WantSecondary}, lexical("460103", 5.0, "660103", 4.5), "660103"},
		{"class concept", Need{Text: "养老"}, nil, "590302"},
		{"nonsense", Need{Text: "呵呵哈哈"}, nil, ""},
		{"nonsense in an industry", Need{Text: "呵呵哈哈", Industry: "C38"}, nil, ""},
		{"weak evidence", Need{Text: "数"}, lexical("510205", .2), ""},
		{"English word inside another", Need{Text: "react inspection"}, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := codes(g.Specialisms(tt.need, tt.lex, w))
			if tt.first == "" && len(got) > 0 || tt.first != "" && (len(got) == 0 || got[0] != tt.first) {
				t.Errorf("got %v, want %q first", got, tt.first)
			}
		})
	}
}

func TestIndustryRaisesItsClasses(t *testing.T) {
	g, w := fixture(t), DefaultWeights()
	w.Floor = 0
	lex := lexical("590302", 3.0, "510205", 3.0)
	for _, industry := range []string{"Q85", "Q8514"} {
		ranked := g.Specialisms(Need{Text: "服务", Industry: industry}, lex, w)
		if ranked[0].Code != "590302" || ranked[0].A-w.Industry < 1-1e-9 {
			t.Errorf("%s: %+v", industry, ranked[0])
		}
	}
}

func TestPartsSumToA(t *testing.T) {
	g, w := fixture(t), DefaultWeights()
	w.Floor = 0
	for _, r := range g.Specialisms(Need{Text: "电芯 电池制造工 养老护理员", Industry: "C38", Level: portal.WantBachelor}, lexical("430504", 4.0, "520201", 2.0), w) {
		sum := 0.0
		for _, p := range r.Parts {
			sum += p.Value
		}
		if math.Abs(sum-r.A) > 1e-9 {
			t.Errorf("%s: parts sum to %f, A is %f: %+v", r.Code, sum, r.A, r.Parts)
		}
		if r.Rel < 0 || r.Rel > 1 {
			t.Errorf("%s: relevance %f", r.Code, r.Rel)
		}
	}
}

func TestAnswersDoNotDependOnChance(t *testing.T) {
	n := Need{Text: "电芯 电池制造工 养老护理员 数控", Industry: "C38"}
	lex := lexical("430504", 4.0, "520201", 4.0, "460103", 4.0, "510205", 4.0)
	want := fixture(t).Specialisms(n, lex, DefaultWeights())
	for range 20 {
		if got := fixture(t).Specialisms(n, lex, DefaultWeights()); !reflect.DeepEqual(got, want) {
			t.Fatalf("two runs differ:\n%v\n%v", got, want)
		}
	}
}

func seats(n int) *int { return &n }

func offer(id, code string, level portal.Level, change func(*Offer)) Offer {
	o := Offer{Programme: portal.Programme{Meta: portal.Meta{ID: id + "-" + code}, CollegeID: id, Code: code, Level: level},
		College: portal.College{Meta: portal.Meta{ID: id}, Cluster: portal.Qingzhen, District: "清镇市"}}
	if change != nil {
		change(&o)
	}
	return o
}

func ranked(code string, rel float64) Ranked {
	return Ranked{Code: code, Rel: rel, A: 2, Parts: []Part{{Kind: PartConcept, Value: 1.5}, {Kind: PartLexical, Value: .8}, {Kind: PartLevel, Value: -.3}}}
}

func TestChipsSumToScore(t *testing.T) {
	w := DefaultWeights()
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(n int) bool { return random.IntN(n) == 0 }
	for range 500 {
		need := Need{Level: portal.WantedLevels[random.IntN(4)]}
		if pick(2) {
			need.Headcount = seats(1 + random.IntN(60))
		}
		if pick(2) {
			need.District = portal.Districts[random.IntN(len(portal.Districts))]
		}
		if pick(2) {
			need.Modes = []portal.Mode{portal.Modes[random.IntN(len(portal.Modes))]}
		}
		if pick(3) {
			need.Languages = []string{"泰语"}
		}
		o := offer("c", "430504", portal.Levels[random.IntN(4)], func(o *Offer) {
			if pick(2) {
				o.Programme.SeatsFree = seats(1 + random.IntN(50))
			}
			if pick(2) {
				o.Programme.Modes = portal.Modes[:random.IntN(5)]
			}
			if pick(3) {
				o.Programme.International = &portal.International{Languages: []string{"泰语"}, Joint: pick(2)}
			}
		})
		a := Programmes(need, []Ranked{ranked("430504", random.Float64())}, []Offer{o}, nil, w)
		got := a.Offered[0]
		sum := 0.0
		for _, c := range got.Chips {
			sum += c.Adds
		}
		if math.Abs(sum-got.S) > 1e-9 || got.S > got.Ranked.Rel+1e-9 || got.Weakest == "" {
			t.Fatalf("chips sum to %f, S is %f of relevance %f, weakest %q", sum, got.S, got.Ranked.Rel, got.Weakest)
		}
	}
}

func TestFeatures(t *testing.T) {
	w := DefaultWeights()
	head := func(n int) Need { return Need{Headcount: seats(n)} }
	free := func(n int) func(*Offer) { return func(o *Offer) { o.Programme.SeatsFree = seats(n) } }
	for _, tt := range []struct {
		name   string
		need   Need
		change func(*Offer)
		kind   FeatureKind
		want   float64
		said   string
	}{
		{"seats for all", head(10), free(10), Capacity, 1, caseFull},
		{"a quarter of the seats", head(40), free(10), Capacity, .5, casePart},
		{"no seats is zero", head(10), free(0), Capacity, 0, caseNone},
		{"headcount unknown", Need{}, free(3), Capacity, .7, caseNoNumber},
		{"same level", Need{Level: portal.WantVocational}, nil, LevelFit, 1, caseSame},
		{"any level", Need{}, nil, LevelFit, 1, caseAny},
		{"bachelor asked for", Need{Level: portal.WantBachelor}, nil, LevelFit, .35, caseOther},
		{"mode declared", Need{Modes: []portal.Mode{portal.OrderClass}}, func(o *Offer) { o.Programme.Modes = []portal.Mode{portal.OrderClass} }, ModeReady, .6, caseDeclared},
		{"mode of the college", Need{Modes: []portal.Mode{portal.OrderClass}}, func(o *Offer) { o.Declared = []portal.Mode{portal.OrderClass} }, ModeReady, .3, caseCollege},
		{"mode unknown", Need{Modes: []portal.Mode{portal.OrderClass}}, nil, ModeReady, .1, caseNoMode},
		{"same cluster", Need{District: "清镇市"}, nil, Geography, 1, caseCluster},
		{"in Guiyang", Need{District: "开阳县"}, nil, Geography, .8, caseGuiyang},
		{"near", Need{District: "安顺市"}, nil, Geography, .6, caseNear},
		{"far", Need{District: "遵义市"}, nil, Geography, .4, caseProvince},
		{"newcomer", Need{}, nil, TrackRecord, .5, caseNewcomer},
		{"record", Need{}, func(o *Offer) { o.Record = Record{N: 5, Successes: 5, Weight: 5} }, TrackRecord, .75, caseFinished},
		{"language", Need{Languages: []string{"泰语"}}, func(o *Offer) {
			o.Programme.International = &portal.International{Languages: []string{"泰语"}, ASEANPartners: []string{"x"}}
		}, International, .4, caseOffered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Programmes(tt.need, []Ranked{ranked("460103", .8)}, []Offer{offer("c", "460103", portal.Associate, tt.change)}, nil, w).Offered[0]
			i := slices.IndexFunc(got.Features, func(f Feature) bool { return f.Kind == tt.kind })
			if f := got.Features[i]; !f.Counted || math.Abs(f.Value-tt.want) > 1e-9 || f.Case != tt.said {
				t.Errorf("got %+v, want %f by %s", f, tt.want, tt.said)
			}
		})
	}
}

func TestUnknownSeatsAreNotZero(t *testing.T) {
	w := DefaultWeights()
	need := Need{Headcount: seats(20)}
	s := func(change func(*Offer)) float64 {
		return Programmes(need, []Ranked{ranked("460103", .8)}, []Offer{offer("c", "460103", portal.Associate, change)}, nil, w).Offered[0].S
	}
	unknown, none := s(nil), s(func(o *Offer) { o.Programme.SeatsFree = seats(0) })
	if unknown <= none {
		t.Errorf("unknown seats score %f, no seats %f", unknown, none)
	}
}

func TestHardFiltersSayWhatTheyTookOut(t *testing.T) {
	w := DefaultWeights()
	offers := []Offer{
		offer("a", "460103", portal.Associate, nil),
		offer("b", "460103", portal.Associate, func(o *Offer) { o.Programme.Enrolment = portal.Stopped }),
		offer("c", "460103", portal.Associate, func(o *Offer) { o.Programme.SeatsFree = seats(0) }),
		offer("d", "460103", portal.Associate, func(o *Offer) { o.Programme.Certificates = []string{"焊工"} }),
	}
	need := Need{Modes: []portal.Mode{portal.OrderClass}, MustHaves: []string{"电工"}}
	a := Programmes(need, []Ranked{ranked("460103", .8)}, offers, nil, w)
	if len(a.Offered) != 1 || a.Offered[0].Offer.Programme.ID != "a-460103" {
		t.Errorf("left over: %d", len(a.Offered))
	}
	var got []string
	for _, r := range a.Removed {
		got = append(got, string(r.Filter)+":"+strings.Join(r.IDs, ","))
	}
	if want := []string{"enrolment:b-460103", "seats:c-460103", "must_have:d-460103"}; !slices.Equal(got, want) {
		t.Errorf("removed %v, want %v", got, want)
	}
	if relaxed := Programmes(need, []Ranked{ranked("460103", .8)}, offers, []Filter{FilterSeats}, w); len(relaxed.Offered) != 2 {
		t.Errorf("relaxing seats leaves %d", len(relaxed.Offered))
	}
}

func TestNoCollegeTakesTheFirstPlaces(t *testing.T) {
	var offers []Offer
	var all []Ranked
	for i, code := range []string{"1", "2", "3", "4"} {
		offers = append(offers, offer("big", code, portal.Associate, nil))
		all = append(all, ranked(code, .9-float64(i)/100))
	}
	for _, id := range []string{"x", "y", "z"} {
		offers = append(offers, offer(id, "4", portal.Associate, nil))
	}
	a := Programmes(Need{}, all, offers, nil, DefaultWeights())
	n := 0
	for _, o := range a.Offered[:5] {
		if o.Offer.College.ID == "big" {
			n++
		}
	}
	if n != 2 || len(a.Offered) != len(offers) {
		t.Errorf("one college has %d of the first five; %d listed of %d", n, len(a.Offered), len(offers))
	}
}

func TestGap(t *testing.T) {
	w := DefaultWeights()
	all := []Ranked{ranked("430504", .9), ranked("460103", .3)}
	a := Programmes(Need{}, all, []Offer{offer("c", "460103", portal.Associate, nil)}, nil, w)
	if a.Gap == nil || len(a.Gap.Wanted) != 1 || a.Gap.Wanted[0].Code != "430504" || len(a.Gap.Nearest) != 1 {
		t.Errorf("gap %+v", a.Gap)
	}
	if b := Programmes(Need{}, all, []Offer{offer("c", "430504", portal.Associate, nil)}, nil, w); b.Gap != nil {
		t.Errorf("a covered need has the gap %+v", b.Gap)
	}
}

func TestNewGraphRefusesUnknownTargets(t *testing.T) {
	if _, err := NewGraph(Facts{Concepts: []Concept{{Surface: "x", TargetKind: "specialism", Target: "0"}}}); err == nil {
		t.Error("a concept of an unknown specialism is taken")
	}
	if _, err := NewGraph(Facts{ClassIndustries: []ClassIndustry{{"0101", "Z99", 1}}}); err == nil {
		t.Error("a class of an unknown industry is taken")
	}
}

func TestMeasures(t *testing.T) {
	judged, err := ReadJudged(strings.NewReader(`{"id":"a","text":"x","judged":[{"code":"1","grade":3},{"code":"2","grade":2},{"code":"3","grade":0}]}` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	perfect := NewRun(judged[0], []Ranked{{Code: "1", A: 2}, {Code: "2", A: 1}, {Code: "9", A: 3, Level: portal.Secondary}}).Measure()
	if perfect.NDCG10 != 1 || perfect.MRR != 1 || perfect.Recall20 != 1 || perfect.Trap5 != 0 {
		t.Errorf("a perfect answer measures %+v", perfect)
	}
	trapped := NewRun(judged[0], []Ranked{{Code: "3", A: 2}, {Code: "1", A: 1}}).Measure()
	if trapped.MRR != .5 || trapped.Recall20 != .5 || trapped.Trap5 != .2 || trapped.NDCG10 >= 1 {
		t.Errorf("a trapped answer measures %+v", trapped)
	}
	if _, err := ReadJudged(strings.NewReader("{")); err == nil {
		t.Error("broken lines are taken")
	}
}

func FuzzSpecialisms(f *testing.F) {
	g := fixture(f)
	for _, s := range []string{"电芯", "", "\x00\xff", "c++ plc ct", strings.Repeat("养老", 3000), "🙂"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := Need{Text: text, Industry: "C38"}
		g.Terms(n)
		for _, r := range g.Specialisms(n, nil, DefaultWeights()) {
			if r.Rel < 0 || r.Rel > 1 || math.IsNaN(r.Rel) {
				t.Errorf("%q: relevance %f", text, r.Rel)
			}
		}
	})
}
