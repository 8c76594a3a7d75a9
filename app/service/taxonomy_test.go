package service_test

import (
	"slices"
	"strings"
	"testing"

	"liangcheng/app/match"
	"liangcheng/app/portal"
	"liangcheng/app/service"
	"liangcheng/seeds"
)

// named is the graph of the seeds without official texts: what it answers, the concepts say.
func named(t *testing.T) *match.Graph {
	t.Helper()
	taxonomy, err := service.LoadTaxonomy(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	facts := match.Facts{Occupations: taxonomy.Occupations, Concepts: taxonomy.Concepts, Demoted: taxonomy.Demoted}
	for _, row := range table(t, "specialisms.csv") {
		facts.Specialisms = append(facts.Specialisms, portal.Specialism{Code: row.Get("code"), Name: row.Get("name"),
			Level: portal.Level(row.Get("level")), ClassCode: row.Get("class_code"), ClassName: row.Get("class_name")})
	}
	g, err := match.NewGraph(facts)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// pointed are the names the concepts of a text point to at their best.
func pointed(g *match.Graph, text string) []string {
	w := match.Weights{Concept: 1, RelScale: 1, WrongLevel: 1}
	var names []string
	most := 0.0
	for _, r := range g.Specialisms(match.Need{Text: text}, nil, w) {
		for _, p := range r.Parts {
			if p.Kind == match.PartConcept && p.Value >= most {
				most = p.Value
				names = append(names, r.Name)
			}
		}
	}
	return names
}

func TestConditionsOfAnAdvertPointNowhere(t *testing.T) {
	g := named(t)
	for _, text := range []string{"五险一金", "入职缴纳社保", "有食堂", "宿舍空调", "入职体检", "公司旅游", "心理素质好", "情绪稳定", "普通话标准",
		"签订劳动合同", "熟悉法律法规", "会用电脑", "小学文化", "绩效奖金", "薪酬面议", "近地铁", "班车接送", "能倒班", "招聘若干名", "职业规划清晰", "体能好"} {
		if got := pointed(g, text); len(got) > 0 {
			t.Errorf("%s points to %q", text, got)
		}
	}
}

func TestWordsThatLookAlikePointToTheirOwnTrade(t *testing.T) {
	g := named(t)
	for _, tt := range []struct{ text, want, not string }{
		{"机房运维", "计算机网络技术", "飞机机电设备维修"},
		{"飞机运维", "飞机机电设备维修", "计算机网络技术"},
		{"变电站运维", "供用电技术", "计算机网络技术"},
		{"污水运维", "环境工程技术", "计算机网络技术"},
		{"矿井通风", "煤矿智能开采技术", "供热通风与空调工程技术"},
		{"通风管道", "供热通风与空调工程技术", "通风技术与安全管理"},
		{"病房护理", "护理", "美容美体艺术"},
		{"皮肤护理", "医学美容技术", "护理学"},
		{"宠物护理", "宠物养护与驯导", "护理"},
		{"芯片封装", "集成电路技术", "包装工程技术"},
		{"图像标注", "人工智能技术应用", "工程测量技术"},
		{"尺寸标注", "机械设计与制造", "人工智能技术应用"},
		{"眼镜装配", "眼视光技术", "机电一体化技术"},
		{"家具装配", "家具设计与制造", "机电一体化技术"},
		{"景区导游", "导游", "导航与位置服务"},
		{"北斗导航定位", "导航与位置服务", "导游"},
		{"特种设备检验", "化工装备技术", "医学检验技术"},
		{"网络规划", "计算机网络技术", "城乡规划"},
		{"B超", "医学影像技术", ""},
		{"C语言", "应用电子技术", ""},
	} {
		got := pointed(g, tt.text)
		if !slices.Contains(got, tt.want) || tt.not != "" && slices.Contains(got, tt.not) {
			t.Errorf("%s points to %q, want %s and not %s", tt.text, got, tt.want, tt.not)
		}
	}
}

func TestTaxonomyRefuses(t *testing.T) {
	for _, tt := range []struct{ name, file, after, row, want string }{
		{"a demoted link of no specialism", "demoted_links.csv", "source\n", "999999,2-05-08-01,0,x,x\n", `demoted_links.csv:2: specialism: no row of specialisms.csv has the id "999999"`},
		{"a demoted link of no occupation", "demoted_links.csv", "source\n", "520201,9-99,0,x,x\n", `demoted_links.csv:2: occupation: no row of occupations.csv has the code "9-99"`},
		{"a factor that demotes nothing", "demoted_links.csv", "source\n", "520201,2-05-08-01,1,x,x\n", `demoted_links.csv:2: factor: "1" is not at least 0 and below 1`},
		{"a demoted link twice", "demoted_links.csv", "source\n", "520201,2-05-08-01,0,x,x\n520201,2-05-08-01,.5,x,x\n", `demoted_links.csv:3: id: "520201 2-05-08-01" stands twice`},
		{"a concept without a word", "concepts.csv", "source\n", ",zh,post,specialism,520201,1,+,,x\n", "concepts.csv:2: surface: is empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := service.LoadTaxonomy(overlay(t, tt.file, tt.after, tt.after+tt.row))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestARowOfManyWordsPointsEachToEveryTarget(t *testing.T) {
	files := overlay(t, "concepts.csv", "source\n", "source\n试词甲；试词乙,zh,post,specialism,520201；520202,.5,+,,x\n试词甲,zh,post,specialism,520201,.9,+,,x\n")
	taxonomy, err := service.LoadTaxonomy(files)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, c := range taxonomy.Concepts {
		for _, word := range c.Surfaces {
			for _, code := range c.Targets {
				if strings.HasPrefix(word, "试词") {
					got[word+code] = max(got[word+code], c.Weight)
				}
			}
		}
	}
	if len(got) != 4 || got["试词甲520201"] != .9 || got["试词乙520202"] != .5 {
		t.Errorf("got %v", got)
	}
}
